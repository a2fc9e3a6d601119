"""The selection: arms, filters, thresholds, strata, declaration, and its codec, the query string."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
from numpy.typing import NDArray

from mirodash.longitudinal.death_then_function import RULES
from mirodash.stratification.threshold_sides import bounds
from mirodash.survival.further_statistics import Choice, parse_choice
from mirodash.trial.trial import Trial

DECLARATION_KEYS = ("prespecified", "prespecified-in", "prespecified-on", "prespecified-equal-above")
MAX_DOCUMENT_LENGTH = 200
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Declaration:
    """Thresholds said to have been fixed before the data were seen.

    Parameters
    ----------
    thresholds : tuple of float
        Ascending, in the biomarker's unit.
    document : str
        Where they are written down ("Statistical analysis plan 2.1").
    date : str
        Of that document, as ``2017-04-12``.
    equal_above : bool
        Whether a value equal to a threshold is in the group above it.

    Raises
    ------
    ValueError
        When there is no threshold or no document, or the date is none.
    """

    thresholds: tuple[float, ...]
    document: str
    date: str
    equal_above: bool = False

    def __post_init__(self) -> None:
        """Refuse a declaration that declares nothing."""
        if not self.thresholds or not all(map(math.isfinite, self.thresholds)):
            raise ValueError("a declaration names the thresholds that were fixed")
        if not self.document.strip() or len(self.document) > MAX_DOCUMENT_LENGTH:
            raise ValueError("a declaration names the document in which the thresholds are written")
        if date.fromisoformat(self.date).isoformat() != self.date:
            raise ValueError("the date of the document is written as 2017-04-12")
        object.__setattr__(self, "thresholds", tuple(sorted({float(c) for c in self.thresholds})))
        object.__setattr__(self, "document", self.document.strip())


def encode_declaration(declared: Declaration) -> Pairs:
    """The declaration as (key, value) pairs of a query string."""
    values, place, day, above = DECLARATION_KEYS
    return [
        *((values, f"{c:.15g}" if float(f"{c:.15g}") == c else repr(c)) for c in declared.thresholds),
        (place, declared.document),
        (day, declared.date),
        *([(above, "1")] if declared.equal_above else []),
    ]


def decode_declaration(pairs: Pairs) -> Declaration | None:
    """The declaration in a query string, None without one.

    Raises
    ------
    ValueError
        When what is there declares nothing.
    """
    values, place, day, above = DECLARATION_KEYS
    thresholds = tuple(float(value) for key, value in pairs if key == values)
    if not thresholds:
        return None
    found = dict(reversed(pairs))
    equal_above = found.get(above) == "1"
    return Declaration(thresholds, found.get(place, ""), found.get(day, ""), equal_above)


Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, order=True)
class LevelFilter:
    """Keeps participants whose ``column`` has one of ``levels`` (``sex is female``)."""

    column: str
    levels: tuple[str, ...]

    def mask(self, trial: Trial) -> Mask:
        """True (participants,) for those kept; a missing level is never kept."""
        return trial.categories[self.column].is_in(self.levels)

    def problem(self, trial: Trial) -> str | None:
        """Why this filter does not fit the trial, or None."""
        if self.column not in trial.categories:
            return f"There is no categorical column '{self.column}' to filter on."
        names = trial.categories[self.column].names
        unknown = [level for level in self.levels if level not in names]
        if unknown:
            return f"Column '{self.column}' has no value '{unknown[0]}'; it has {', '.join(names[:12])}."
        return None

    def sentence(self, trial: Trial) -> str:
        """The filter in words."""
        factor = trial.dictionary.factor(self.column)
        label = factor.label if factor else self.column
        labels = dict(factor.levels) if factor else {}
        shown = " or ".join(labels.get(level, level) for level in self.levels)
        return f"{label}: {shown}" if shown else f"{label}: none"


@dataclass(frozen=True, slots=True, order=True)
class RangeFilter:
    """Keeps participants whose ``column`` lies in [low, high]; an open end is None."""

    column: str
    low: float | None
    high: float | None

    def mask(self, trial: Trial) -> Mask:
        """True (participants,) for those kept, who are certainly inside; a missing value is never kept."""
        possible = bounds(trial.numbers[self.column])
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        return (possible.lowest >= low) & (possible.highest <= high)

    def problem(self, trial: Trial) -> str | None:
        """Why this filter does not fit the trial, or None."""
        if self.column not in trial.numbers:
            return f"There is no numeric column '{self.column}' to filter on."
        if self.low is not None and self.high is not None and self.low > self.high:
            return f"The range of '{self.column}' runs backwards: {self.low:g} to {self.high:g}."
        return None

    def sentence(self, trial: Trial) -> str:
        """The filter in words."""
        factor = trial.dictionary.factor(self.column)
        label = factor.label if factor else self.column
        unit = f" {factor.unit}" if factor and factor.unit else ""
        if self.low is None:
            # pyrefly: ignore [invalid-format-spec] - one end at least is given
            return f"{label}: up to {self.high:g}{unit}"
        if self.high is None:
            return f"{label}: from {self.low:g}{unit}"
        return f"{label}: {self.low:g} to {self.high:g}{unit}"


Filter = LevelFilter | RangeFilter


MAX_QUERY_LENGTH = 20_000
"""Longer text is not a view anybody made; what follows is ignored."""

KEYS = (
    *(
        "trial",
        "endpoint",
        "horizon",
        "up_to_horizon",
        "biomarker",
        "measure",
        "estimand",
        "rule",
        "threshold",
        "equal_above",
        "treated",
        "control",
    ),
    *(
        "site",
        "stratum",
        "adjust",
        "curves",
        *DECLARATION_KEYS,
        "confidence",
        "unit",
        "landmark",
        "statistic",
    ),
)
"""What can stand before ``=`` in a query; ``keep.COLUMN`` and ``range.COLUMN`` are filters."""


def not_understood(query: str) -> tuple[str, ...]:
    """The keys of a query string that mean nothing here, each once, in their order.

    A page ignores them, for a link must open; who types a query by hand is better told.

    >>> not_understood("thresholds=3700&keep.sex=F&site=FR-01")
    ('thresholds',)
    """
    pairs = parse_qsl(query.removeprefix("?")[:MAX_QUERY_LENGTH], keep_blank_values=True)
    keys = dict.fromkeys(key for key, _ in pairs)
    return tuple(key for key in keys if key not in KEYS and not key.startswith(("keep.", "range.")))


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


def _flag_field(key: str) -> tuple[Callable[[bool], Pairs], Callable[[Pairs], bool | None]]:
    flags = {"1": True, "0": False}
    return (
        lambda value: [(key, str(int(value)))],
        lambda pairs: next((flags.get(v) for k, v in pairs if k == key), None),
    )


def _numbers_field(
    key: str,
) -> tuple[Callable[[tuple[float, ...]], Pairs], Callable[[Pairs], tuple[float, ...] | None]]:
    def decode(pairs: Pairs) -> tuple[float, ...] | None:
        texts = _decode_many(key, pairs)
        return None if texts is None else tuple(float(text) for text in texts)

    return lambda values: _encode_many(key, map(_number, values)), decode


_FIELDS: dict[str, tuple[Callable[[Any], Pairs], Callable[[Pairs], Any]]] = {
    "trial": _text_field("trial"),
    "endpoint": _text_field("endpoint"),
    "horizon": _number_field("horizon"),
    "up_to_horizon": _flag_field("up_to_horizon"),
    "biomarker": _text_field("biomarker"),
    "measure": _text_field("measure"),
    "estimand": _text_field("estimand"),
    "rule": _text_field("rule"),
    "thresholds": _numbers_field("threshold"),
    "equal_above": _flag_field("equal_above"),
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
    "landmarks": _numbers_field("landmark"),
    "statistics": (
        lambda values: _encode_many("statistic", values),
        lambda pairs: _decode_many("statistic", pairs),
    ),
}
ENCODERS = {name: codec[0] for name, codec in _FIELDS.items()}
DECODERS = {name: codec[1] for name, codec in _FIELDS.items()}


MAX_THRESHOLDS = 3
MAX_LANDMARKS = 8
MAX_STATISTICS = 4
ADJUSTED = "adjusted"
ESTIMANDS = ("slope", "worst", "alive", "death")
"""How death is allowed for in repeated measurements: had none died, as the worst outcome, ignored, alone."""
_ALLOWED = {
    "curves": (("", ADJUSTED), "the curves are Kaplan–Meier's or adjusted"),
    "estimand": (("", *ESTIMANDS), "there are four primary questions of repeated measurements"),
    "rule": (("", *RULES), "there are three rules by which pairs are compared"),
}


@dataclass(frozen=True)
class Selection:
    """One view of a trial. Empty fields mean "as the trial's dictionary says".

    Parameters
    ----------
    trial : str
        Which trial; empty is the one the program opened with.
    endpoint, biomarker, treated, control : str
        Keys and levels from the trial; empty is the dictionary's.
    measure : str
        Key of the repeated measurement that the Progression page is about; empty is the dictionary's first.
    estimand : str
        Which of `ESTIMANDS` the reader marked as their primary question; empty where none was.
    rule : str
        How pairs of participants are compared, of `mirodash.longitudinal.death_then_function.RULES`; empty
        for the first of them.
    horizon : float or None
        In the endpoint's unit.
    up_to_horizon : bool
        Whether everybody is censored at the horizon, for every measure; without it hazard ratios are over all
        follow-up.
    thresholds : tuple of float or None
        Ascending, at most three; ``()`` is explicitly none, ``None`` the dictionary's.
    equal_above : bool or None
        Whether a value equal to a threshold belongs to the group above it; ``None`` is the biomarker's own.
    sites : tuple of str or None
        ``None`` is every site.
    filters : tuple of LevelFilter and RangeFilter
        All must hold; at most one of each kind a column.
    strata : tuple of str or None
        Columns for the stratified tests, and whose strata adjusted analyses compare within; ``()`` is
        explicitly none, ``None`` the dictionary's, in adjusted analyses alone.
    adjust : tuple of str
        Baseline columns for which the adjusted analyses adjust; ``COLUMN:factor`` or ``COLUMN:number`` where
        a column of whole numbers must be said to hold codes or amounts.
    curves : str
        Which survival curves the cards show: empty for Kaplan–Meier, ``adjusted`` for those standardised to
        the same baseline.
    declared : Declaration or None
        Thresholds that were fixed before the data were seen, and where that is written.
    confidence : float
        Of every interval, above 0.5 and below 1.
    unit : str
        The reader's unit of time on axes; empty is the endpoint's.
    landmarks : tuple of float or None
        Times at which survival is told beside the horizon, in the endpoint's unit, ascending; ``()`` is
        explicitly none, ``None`` the usual ones.

    statistics : tuple of str
        Statistics beyond the usual ones, each as the text of a
        `mirodash.survival.further_statistics.Choice`.

    Raises
    ------
    ValueError
        When a value could not have been chosen: more than three thresholds, a horizon of 0.
    """

    trial: str = ""
    endpoint: str = ""
    horizon: float | None = None
    up_to_horizon: bool = False
    biomarker: str = ""
    measure: str = ""
    estimand: str = ""
    rule: str = ""
    thresholds: tuple[float, ...] | None = None
    equal_above: bool | None = None
    treated: str = ""
    control: str = ""
    sites: tuple[str, ...] | None = None
    filters: tuple[Filter, ...] = ()
    strata: tuple[str, ...] | None = None
    adjust: tuple[str, ...] = ()
    curves: str = ""
    declared: Declaration | None = None
    confidence: float = 0.95
    unit: str = ""
    landmarks: tuple[float, ...] | None = None
    statistics: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no control can produce, and bring the rest into canonical order."""
        if self.horizon is not None and not (math.isfinite(self.horizon) and self.horizon > 0):
            raise ValueError("the horizon must be a positive number")
        if not 0.5 < self.confidence < 1:
            raise ValueError("the confidence level must lie between 0.5 and 1, e.g. 0.95")
        if self.thresholds is not None:
            if not all(math.isfinite(c) for c in self.thresholds):
                raise ValueError("a threshold must be a number")
            ordered = tuple(sorted({float(c) + 0.0 for c in self.thresholds}))
            if len(ordered) > MAX_THRESHOLDS:
                raise ValueError("at most three thresholds can be set")
            object.__setattr__(self, "thresholds", ordered)
        if self.sites is not None:
            object.__setattr__(self, "sites", tuple(sorted(set(self.sites))))
        _refuse_unknown_words(self)
        object.__setattr__(self, "landmarks", _order_landmarks(self.landmarks))
        object.__setattr__(self, "statistics", _order_statistics(self.statistics))
        object.__setattr__(self, "strata", _each_once(self.strata))
        object.__setattr__(self, "adjust", _each_once(self.adjust))
        object.__setattr__(self, "filters", _one_per_column(self.filters))

    def __hash__(self) -> int:
        """Of every field, found once: each result of a view is looked up by its selection many times."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(_list_values(self))

    def reset(self, **defaults: Any) -> Selection:
        """The selection with some fields as they are before anything is chosen; nothing is validated again.

        >>> Selection(thresholds=(3700.0,), unit="months").reset(thresholds=())
        ... # doctest: +ELLIPSIS
        Selection(trial='', endpoint='', horizon=None, ...thresholds=(), ...unit='months'...)
        """
        made = object.__new__(Selection)
        made.__dict__.update(self.__dict__, **defaults)
        made.__dict__.pop("_hash", None)
        return made

    @property
    def further(self) -> tuple[Choice, ...]:
        """The statistics that are asked for beyond the usual ones."""
        return tuple(map(parse_choice, self.statistics))

    @property
    def chosen_strata(self) -> tuple[str, ...]:
        """The columns that were chosen to compare within; none where the dictionary's would be taken."""
        return self.strata or ()

    def to_query(self) -> str:
        """The canonical query string, without what is default: the plain address is the default view."""
        pairs: list[tuple[str, str]] = []
        for item in fields(self):
            value = getattr(self, item.name)
            if value != item.default:
                pairs.extend(ENCODERS[item.name](value))
        return urlencode(pairs)

    @classmethod
    def from_query(cls, query: str) -> Selection:
        """Read a query string; whatever cannot be understood is left at its default. Never raises."""
        return _parse_query(query[:MAX_QUERY_LENGTH])


_list_values = attrgetter(*(item.name for item in fields(Selection)))
"""The values of all fields, in their order."""


@lru_cache(maxsize=256)
def _parse_query(query: str) -> Selection:
    """Parse once what every request of a view sends."""
    # half a surrogate pair can be typed, but never be written into an address again
    writable = query.encode("utf-8", "replace").decode("utf-8")
    pairs = parse_qsl(writable.removeprefix("?"), keep_blank_values=True)
    chosen: dict[str, Any] = {}
    for name, decode in DECODERS.items():
        try:
            value = decode(pairs)
        except ValueError:
            continue
        if value is not None:
            chosen[name] = value
    try:
        return Selection(**chosen)
    except ValueError:
        return Selection(**{name: value for name, value in chosen.items() if _can_be_chosen(name, value)})


def _can_be_chosen(name: str, value: Any) -> bool:
    try:
        Selection(**{name: value})
    except ValueError:
        return False
    return True


def _refuse_unknown_words(selection: Selection) -> None:
    for name, (allowed, why) in _ALLOWED.items():
        if getattr(selection, name) not in allowed:
            raise ValueError(why)


def _order_landmarks(times: tuple[float, ...] | None) -> tuple[float, ...] | None:
    if times is None:
        return None
    ordered = tuple(sorted({float(time) for time in times}))
    if not all(math.isfinite(time) and time > 0 for time in ordered):
        raise ValueError("a landmark must be a time above 0")
    if len(ordered) > MAX_LANDMARKS:
        raise ValueError(f"at most {MAX_LANDMARKS} landmarks can be chosen")
    return ordered


def _order_statistics(texts: tuple[str, ...]) -> tuple[str, ...]:
    if len(texts) > MAX_STATISTICS:
        raise ValueError(f"at most {MAX_STATISTICS} further statistics can be chosen")
    return tuple(choice.text for choice in sorted({parse_choice(text) for text in texts}))


def _each_once(columns: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return None if columns is None else tuple(dict.fromkeys(columns))


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
