"""What the reader chose, and its one codec: the query string of the address bar."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import parse_qsl, urlencode

from mirodash.stratification.declaration import (
    DECLARATION_KEYS,
    Declaration,
    decode_declaration,
    encode_declaration,
)
from mirodash.stratification.filters import Filter, LevelFilter, RangeFilter

MAX_THRESHOLDS = 3
ADJUSTED = "adjusted"
LONGEST_QUERY = 20_000
"""Longer text is not a view anybody made; what follows is ignored."""


@dataclass(frozen=True)
class Selection:
    """One view of a trial. Empty fields mean "as the trial's dictionary says".

    Parameters
    ----------
    trial : str
        Which trial; empty is the one the program opened with.
    endpoint, biomarker, treated, control : str
        Keys and levels from the trial; empty is the dictionary's.
    horizon : float or None
        In the endpoint's unit.
    thresholds : tuple of float or None
        Ascending, at most three; ``()`` is explicitly none, ``None`` the dictionary's.
    sites : tuple of str or None
        ``None`` is every site.
    filters : tuple of LevelFilter and RangeFilter
        All must hold; at most one of each kind a column.
    strata : tuple of str
        Columns for the stratified tests.
    adjust : tuple of str
        Baseline columns for which the adjusted analyses adjust.
    curves : str
        Which survival curves the cards show: empty for Kaplan–Meier, ``adjusted`` for those standardised to
        the same baseline.
    declared : Declaration or None
        Thresholds that were fixed before the data were seen, and where that is written.
    confidence : float
        Of every interval, above 0.5 and below 1.
    unit : str
        The reader's unit of time on axes; empty is the endpoint's.

    Raises
    ------
    ValueError
        When a value could not have been chosen: more than three thresholds, a horizon of 0.
    """

    trial: str = ""
    endpoint: str = ""
    horizon: float | None = None
    biomarker: str = ""
    thresholds: tuple[float, ...] | None = None
    treated: str = ""
    control: str = ""
    sites: tuple[str, ...] | None = None
    filters: tuple[Filter, ...] = ()
    strata: tuple[str, ...] = ()
    adjust: tuple[str, ...] = ()
    curves: str = ""
    declared: Declaration | None = None
    confidence: float = 0.95
    unit: str = ""

    def __post_init__(self) -> None:
        """Refuse what no control can produce, and bring the rest into canonical order."""
        if self.horizon is not None and not (math.isfinite(self.horizon) and self.horizon > 0):
            raise ValueError("the horizon must be a positive number")
        if not 0.5 < self.confidence < 1:
            raise ValueError("the confidence level must lie between 0.5 and 1, e.g. 0.95")
        if self.thresholds is not None:
            if not all(math.isfinite(c) for c in self.thresholds):
                raise ValueError("a threshold must be a number")
            ordered = tuple(sorted({float(c) for c in self.thresholds}))
            if len(ordered) > MAX_THRESHOLDS:
                raise ValueError("at most three thresholds can be set")
            object.__setattr__(self, "thresholds", ordered)
        if self.sites is not None:
            object.__setattr__(self, "sites", tuple(sorted(set(self.sites))))
        if self.curves not in ("", ADJUSTED):
            raise ValueError("the curves are Kaplan–Meier's or adjusted")
        object.__setattr__(self, "strata", tuple(dict.fromkeys(self.strata)))
        object.__setattr__(self, "adjust", tuple(dict.fromkeys(self.adjust)))
        object.__setattr__(self, "filters", _one_per_column(self.filters))

    def to_query(self) -> str:
        """The canonical query string, without what is default: the plain address is the default view."""
        pairs: list[tuple[str, str]] = []
        for item in fields(self):
            value = getattr(self, item.name)
            if value != item.default:
                pairs.extend(_ENCODERS[item.name](value))
        return urlencode(pairs)

    @classmethod
    def from_query(cls, query: str) -> Selection:
        """Read a query string; whatever cannot be understood is left at its default. Never raises."""
        # half a surrogate pair can be typed, but never be written into an address again
        writable = query[:LONGEST_QUERY].encode("utf-8", "replace").decode("utf-8")
        pairs = parse_qsl(writable.removeprefix("?"), keep_blank_values=True)
        chosen: dict[str, Any] = {}
        for name, decode in _DECODERS.items():
            try:
                value = decode(pairs)
                if value is not None:
                    cls(**{name: value})
                    chosen[name] = value
            except ValueError:
                continue
        return cls(**chosen)


KEYS = (
    *("trial", "endpoint", "horizon", "biomarker", "threshold", "treated", "control"),
    *("site", "stratum", "adjust", "curves", *DECLARATION_KEYS, "confidence", "unit"),
)
"""What can stand before ``=`` in a query; ``keep.COLUMN`` and ``range.COLUMN`` are filters."""


def not_understood(query: str) -> tuple[str, ...]:
    """The keys of a query string that mean nothing here, each once, in their order.

    A page ignores them, for a link must open; who types a query by hand is better told.

    >>> not_understood("thresholds=3700&keep.sex=F&site=FR-01")
    ('thresholds',)
    """
    pairs = parse_qsl(query.removeprefix("?")[:LONGEST_QUERY], keep_blank_values=True)
    keys = dict.fromkeys(key for key, _ in pairs)
    return tuple(key for key in keys if key not in KEYS and not key.startswith(("keep.", "range.")))


Pairs = list[tuple[str, str]]


def _one_per_column(filters: Iterable[Filter]) -> tuple[Filter, ...]:
    """Canonical order, levels sorted; of two filters of one kind on one column the last one holds."""
    kept: dict[tuple[str, str], Filter] = {}
    for item in filters:
        kept[item.column, type(item).__name__] = (
            LevelFilter(item.column, tuple(sorted(set(item.levels))))
            if isinstance(item, LevelFilter)
            else item
        )
    return tuple(kept[key] for key in sorted(kept))


def _number(value: float) -> str:
    return repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _text_field(key: str) -> tuple[Callable[[str], Pairs], Callable[[Pairs], str | None]]:
    return (
        lambda value: [(key, value)],
        lambda pairs: next((v for k, v in pairs if k == key and v), None),
    )


def _number_field(key: str) -> tuple[Callable[[float], Pairs], Callable[[Pairs], float | None]]:
    return (
        lambda value: [(key, _number(value))],
        lambda pairs: next((float(v) for k, v in pairs if k == key), None),
    )


def _encode_many(key: str, values: Iterable[str]) -> Pairs:
    return [(key, value) for value in values] or [(key, "")]


def _decode_many(key: str, pairs: Pairs) -> tuple[str, ...] | None:
    given = [v for k, v in pairs if k == key]
    return tuple(v for v in given if v) if given else None


def _encode_filters(filters: tuple[Filter, ...]) -> Pairs:
    pairs: Pairs = []
    for item in filters:
        if isinstance(item, LevelFilter):
            pairs += _encode_many(f"keep.{item.column}", item.levels)
        else:
            low = "" if item.low is None else _number(item.low)
            high = "" if item.high is None else _number(item.high)
            pairs.append((f"range.{item.column}", f"{low}..{high}"))
    return pairs


def _decode_filters(pairs: Pairs) -> tuple[Filter, ...] | None:
    filters: list[Filter] = []
    for key in dict.fromkeys(k for k, _ in pairs):
        kind, _, column = key.partition(".")
        if kind == "keep" and column:
            filters.append(LevelFilter(column, _decode_many(key, pairs) or ()))
        elif kind == "range" and column:
            found = _range(column, next(v for k, v in pairs if k == key))
            filters += [found] if found else []
    return tuple(filters) or None


def _range(column: str, text: str) -> RangeFilter | None:
    low, dots, high = text.partition("..")
    try:
        ends = [float(end) if end else None for end in (low, high)]
    except ValueError:
        return None
    if not dots or ends == [None, None] or any(e is not None and not math.isfinite(e) for e in ends):
        return None
    return RangeFilter(column, ends[0], ends[1])


_FIELDS: dict[str, tuple[Callable[[Any], Pairs], Callable[[Pairs], Any]]] = {
    "trial": _text_field("trial"),
    "endpoint": _text_field("endpoint"),
    "horizon": _number_field("horizon"),
    "biomarker": _text_field("biomarker"),
    "thresholds": (
        lambda values: _encode_many("threshold", map(_number, values)),
        lambda pairs: (
            None
            if (texts := _decode_many("threshold", pairs)) is None
            else tuple(float(text) for text in texts)
        ),
    ),
    "treated": _text_field("treated"),
    "control": _text_field("control"),
    "sites": (
        lambda values: _encode_many("site", values),
        lambda pairs: _decode_many("site", pairs),
    ),
    "filters": (_encode_filters, _decode_filters),
    "strata": (
        lambda values: _encode_many("stratum", values),
        lambda pairs: _decode_many("stratum", pairs),
    ),
    "adjust": (
        lambda values: _encode_many("adjust", values),
        lambda pairs: _decode_many("adjust", pairs),
    ),
    "curves": _text_field("curves"),
    "declared": (encode_declaration, decode_declaration),
    "confidence": _number_field("confidence"),
    "unit": _text_field("unit"),
}
_ENCODERS = {name: codec[0] for name, codec in _FIELDS.items()}
_DECODERS = {name: codec[1] for name, codec in _FIELDS.items()}
