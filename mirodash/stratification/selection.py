"""What the reader chose, and its one codec: the query string of the address bar."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from mirodash.stratification.declaration import Declaration
from mirodash.stratification.filters import Filter, LevelFilter
from mirodash.stratification.query_string import DECODERS, ENCODERS, LONGEST_QUERY

MAX_THRESHOLDS = 3
ADJUSTED = "adjusted"


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
            ordered = tuple(sorted({float(c) + 0.0 for c in self.thresholds}))
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
                pairs.extend(ENCODERS[item.name](value))
        return urlencode(pairs)

    @classmethod
    def from_query(cls, query: str) -> Selection:
        """Read a query string; whatever cannot be understood is left at its default. Never raises."""
        return _parse_query(query[:LONGEST_QUERY])


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
