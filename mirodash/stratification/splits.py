"""Splits of the selected participants into subgroups: by factor, biomarker, country and site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mirodash.stratification.disclosure_grid import build_disclosure_grid
from mirodash.stratification.groups import assign_groups, thresholds_as_written
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Filter, LevelFilter, Mask, RangeFilter, Selection
from mirodash.stratification.threshold_sides import bounds, place
from mirodash.stratification.validation import resolve
from mirodash.trial.dictionary import Factor
from mirodash.trial.trial import MISSING, Levels, Trial

Kind = Literal["factor", "biomarker", "country", "site"]
Cut = Literal["", "dictionary", "median", "thresholds"]


@dataclass(frozen=True, eq=False, slots=True)
class Level:
    """One group of a split: ``mask`` (participants,) and the view that leads to these people.

    In that view they are everybody who is selected or, of a biomarker, one of the groups. It is None when
    nobody is in the level. ``withheld`` says why nobody of the level is told of; then ``mask`` is empty.
    """

    label: str
    mask: Mask
    leads_to: Selection | None
    withheld: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Split:
    """The selected participants by the levels of one factor.

    ``cut`` says where a numeric factor is cut: as the dictionary says, at the median of the selected
    participants, or at the reader's thresholds. ``missing`` counts selected participants in no level.
    """

    key: str
    label: str
    kind: Kind
    cut: Cut
    levels: tuple[Level, ...]
    missing: int

    def codes(self) -> NDArray[np.int64]:
        """Index of each participant's level, (participants,); -1 for those in none.

        Without levels the array is empty.
        """
        found = np.full(self.levels[0].mask.size if self.levels else 0, MISSING, dtype=np.int64)
        for code, level in enumerate(self.levels):
            found[level.mask] = code
        return found


@memoise
def list_splits(trial: Trial, selection: Selection) -> tuple[Split, ...]:
    """The biomarker's groups, every factor of the dictionary, countries and sites, in this order.

    Levels that nobody is in are kept; sites and countries outside the reader's choice of sites are not. A
    factor that is the chosen biomarker is split once, at the thresholds. Where few participants must not be
    told apart, a level is told when the view that leads to it is.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = resolve(trial, selection)
    everyone = assign_groups(trial, selection).everyone
    made = list(_biomarker(trial, chosen, everyone))
    split_already = {split.key for split in made}
    for factor in trial.dictionary.factors:
        if factor.column not in split_already and not _is_a_place(trial, factor):
            by = _category if factor.kind == "category" else _numeric
            made.append(by(trial, chosen, everyone, factor))
    made += _places(trial, chosen, everyone)
    shown = tuple(split for split in made if split.levels or split.missing)
    return tuple(_suppress_split(trial, split) for split in shown) if trial.min_cell else shown


def _suppress_split(trial: Trial, split: Split) -> Split:
    """The split without the people of levels whose own view is not told, and without the view."""
    if split.kind == "biomarker":
        return split
    return replace(split, levels=tuple(_merge_small_level(trial, level) for level in split.levels))


def _merge_small_level(trial: Trial, level: Level) -> Level:
    if level.leads_to is None:
        return level
    why = assign_groups(trial, replace(level.leads_to, thresholds=())).withheld
    return Level(level.label, np.zeros_like(level.mask), None, why) if why else level


def _is_a_place(trial: Trial, factor: Factor) -> bool:
    levels = trial.categories.get(factor.column)
    return levels is not None and (levels is trial.site or levels is trial.country)


def _split(
    key: str, label: str, *, kind: Kind, everyone: Mask, levels: tuple[Level, ...] = (), cut: Cut = ""
) -> Split:
    inside = sum(int(level.mask.sum()) for level in levels)
    return Split(key, label, kind, cut, levels, int(everyone.sum()) - inside)


def _level(label: str, mask: Mask, leads_to: Selection) -> Level:
    mask.flags.writeable = False
    return Level(label, mask, leads_to if mask.any() else None)


def _biomarker(trial: Trial, chosen: Selection, everyone: Mask) -> Iterator[Split]:
    marker = trial.dictionary.biomarker(chosen.biomarker)
    made = assign_groups(trial, chosen).groups
    if marker is not None and made:
        levels = tuple(
            Level(group.label, group.mask, chosen if group.mask.any() else None, group.withheld)
            for group in made
        )
        yield _split(
            marker.column, marker.label, kind="biomarker", everyone=everyone, levels=levels, cut="thresholds"
        )


def _category(trial: Trial, chosen: Selection, everyone: Mask, factor: Factor) -> Split:
    column, labels = trial.categories[factor.column], dict(factor.levels)
    levels = tuple(
        _level(
            labels.get(name, name),
            everyone & column.is_in((name,)),
            _replace_filter(chosen, LevelFilter(factor.column, (name,))),
        )
        for name in column.names
    )
    return _split(factor.column, factor.label, kind="factor", everyone=everyone, levels=levels)


def _numeric(trial: Trial, chosen: Selection, everyone: Mask, factor: Factor) -> Split:
    column = trial.numbers[factor.column]
    here = column.values[everyone & np.isfinite(column.values)]
    cut = factor.cut if factor.cut is not None else _median(here)
    if trial.min_cell and cut is not None:
        cut = build_disclosure_grid(trial, factor.column).nearest(cut)
    if cut is None:
        return _split(factor.column, factor.label, kind="factor", everyone=everyone)
    written = thresholds_as_written((cut,), factor.decimals, here)[0]
    unit = f" {factor.unit}" if factor.unit else ""
    # a filter keeps both its ends, so the upper one starts at the lowest value that anybody has above the cut
    placed = place(bounds(column), (cut,), equal_above=False)
    above = np.sort(bounds(column).lowest[placed == 1])
    lowest = float(above[0]) if above.size else cut
    ranges = (RangeFilter(factor.column, None, cut), RangeFilter(factor.column, lowest, None))
    levels = tuple(
        _level(f"{sign} {written}{unit}", everyone & beyond, _replace_filter(chosen, kept))
        for sign, beyond, kept in zip("≤>", (placed == 0, placed == 1), ranges, strict=True)
    )
    origin = "dictionary" if factor.cut is not None else "median"
    return _split(factor.column, factor.label, kind="factor", everyone=everyone, levels=levels, cut=origin)


def _median(values: NDArray[np.float64]) -> float | None:
    """The observed value that splits these people most nearly in half; None without anybody."""
    distinct, counts = np.unique(values, return_counts=True)
    if not distinct.size:
        return None
    below = np.cumsum(counts)[: max(1, distinct.size - 1)]
    return float(distinct[np.abs(below - values.size / 2).argmin()])


def _replace_filter(chosen: Selection, kept: Filter) -> Selection:
    """The view with one more filter; of a column that is filtered already, only what both keep."""
    others: list[Filter] = []
    for item in chosen.filters:
        if isinstance(item, RangeFilter) and isinstance(kept, RangeFilter) and item.column == kept.column:
            kept = _both(item, kept)
        elif not (isinstance(item, type(kept)) and item.column == kept.column):
            others.append(item)
    return replace(chosen, filters=(*others, kept))


def _both(one: RangeFilter, other: RangeFilter) -> RangeFilter:
    lows = [end for end in (one.low, other.low) if end is not None]
    highs = [end for end in (one.high, other.high) if end is not None]
    return RangeFilter(one.column, max(lows, default=None), min(highs, default=None))


def _places(trial: Trial, chosen: Selection, everyone: Mask) -> Iterator[Split]:
    wanted: tuple[tuple[Kind, Levels | None], ...] = (("country", trial.country), ("site", trial.site))
    for kind, places in wanted:
        if places is not None:
            shown = [name for name in places.names if _is_chosen(trial, chosen, places, name)]
            levels = tuple(_place(trial, chosen, everyone, places, name) for name in shown)
            yield _split(kind, kind.capitalize(), kind=kind, everyone=everyone, levels=levels)


def _is_chosen(trial: Trial, chosen: Selection, places: Levels, name: str) -> bool:
    """Whether anybody of this place is at a site that the reader chose."""
    if chosen.sites is None or trial.site is None:
        return True
    return bool((places.is_in((name,)) & trial.site.is_in(chosen.sites)).any())


def _place(trial: Trial, chosen: Selection, everyone: Mask, places: Levels, name: str) -> Level:
    """A site, or a country as its sites: the controls on the page are the sites."""
    here = everyone & places.is_in((name,))
    if trial.site is not None:
        codes = np.unique(trial.site.codes[here & (trial.site.codes >= 0)])
        sites = tuple(trial.site.names[k] for k in codes)
        if ((everyone & trial.site.is_in(sites)) == here).all():
            return _level(name, here, replace(chosen, sites=sites))
    column = next(key for key, levels in trial.categories.items() if levels is places)
    return _level(name, here, _replace_filter(chosen, LevelFilter(column, (name,))))
