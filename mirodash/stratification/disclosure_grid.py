"""Disclosure grid: where a threshold or range may stand so that no group is smaller than ``min_cell``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mirodash.stratification.strata import levels_of
from mirodash.stratification.threshold_sides import bounds, count_uncertain, order, split_at
from mirodash.trial.trial import MISSING, Levels, Trial

Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]
ENOUGH_TO_SPLIT = 2
"""An arm, or a crossing, below so many times the minimum can never be split in two."""


def not_shown(trial: Trial) -> str:
    """What stands in place of anything about fewer people than may be told apart."""
    return f"Fewer than {trial.min_cell} participants: not shown."


def has_few(codes: Codes, min_cell: int) -> bool:
    """Whether any code is that of at least one but fewer than ``min_cell`` participants; -1 is nobody's."""
    held = np.bincount(codes[codes >= 0])
    return bool(((held > 0) & (held < min_cell)).any())


def in_few(codes: Codes, among: Mask, min_cell: int) -> Mask:
    """Those ``among`` (participants,) whose code they share with fewer than ``min_cell`` among them."""
    held = np.bincount(codes[among], minlength=int(codes.max(initial=-1)) + 1)
    return among & (held[codes] < min_cell)


def cross_codes(*columns: Codes) -> Codes:
    """One code (participants,) for every combination of codes that anybody has.

    >>> cross_codes(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])).tolist()
    [0, 1, 2, 2]
    """
    made = np.zeros(columns[0].shape, dtype=np.int64)
    for column in columns:
        # renumbered at every step, so that many columns cannot overflow
        shifted = column - column.min(initial=0)
        made = np.unique(made * (int(shifted.max(initial=0)) + 1) + shifted, return_inverse=True)[1]
    return made


@lru_cache(maxsize=16)
def select_counted(trial: Trial) -> Mask:
    """Those (participants,) by whom blocks and stops are made: known in every endpoint, of no small arm.

    An arm that can never be split would leave no stop to the others; its own views are not told where
    they would split it. The few who lack a biomarker are left out of its views, so they are not counted.
    """
    arms = trial.arm.codes.astype(np.int64)
    usable = arms != MISSING
    for marker in trial.dictionary.biomarkers:
        lacking = usable & ~np.isfinite(trial.numbers[marker.column].values)
        usable &= ~in_few(arms, lacking, trial.min_cell)
    for outcome in trial.outcomes.values():
        usable &= outcome.usable
    held = np.bincount(arms[usable], minlength=len(trial.arm.names))
    found = usable & (held >= ENOUGH_TO_SPLIT * trial.min_cell)[arms]
    found.flags.writeable = False
    return found


def join_levels(trial: Trial, levels: Levels) -> Codes:
    """The block (participants,) of everybody's level; sites are joined within their country first."""
    codes = np.where(levels.codes == MISSING, len(levels.names), levels.codes).astype(np.int64)
    parent = _countries(trial, codes) if levels is trial.site else np.zeros(codes.max(initial=0) + 1, int)
    return join_codes(trial, codes, parent)


def join_codes(trial: Trial, codes: Codes, parent: Codes) -> Codes:
    """Codes (participants,) joined until each holds enough of every arm it has.

    Parameters
    ----------
    codes : array (participants,)
        From 0, everybody's.
    parent : array (codes,)
        Codes of one parent are joined with each other before any others are.
    """
    here, arms = select_counted(trial), trial.arm.codes.astype(np.int64)
    held = np.zeros((parent.size, len(trial.arm.names)), dtype=np.int64)
    np.add.at(held, (codes[here], arms[here]), 1)
    block = np.arange(parent.size)
    while (small := _small(held, trial.min_cell)).any() and np.count_nonzero(held.any(axis=1)) > 1:
        first = int(np.flatnonzero(small)[0])
        others = np.flatnonzero(held.any(axis=1) & (np.arange(parent.size) != first))
        near = others[parent[others] == parent[first]]
        pool = near if near.size else others
        # small ones with each other first, so that large ones stay as they are
        order = np.lexsort((held[pool].sum(axis=1), ~small[pool]))
        into = int(pool[order[0]])
        held[into] += held[first]
        held[first] = 0
        block[block == first] = into
    return block[codes]


def _small(held: Codes, min_cell: int) -> Mask:
    """Codes with somebody, but not enough of an arm that they have."""
    return np.any((held > 0) & (held < min_cell), axis=1)


def _countries(trial: Trial, codes: Codes) -> Codes:
    """The country of most people of each code; people without one are a country of their own."""
    found = np.full(int(codes.max(initial=0)) + 1, MISSING, dtype=np.int64)
    if trial.country is None:
        return found
    for code in np.unique(codes).tolist():
        countries = trial.country.codes[codes == code]
        known = countries[countries != MISSING]
        if known.size:
            found[code] = int(np.bincount(known).argmax())
    return found


MAX_STOPS = 400
"""More steps than this on a slider of a few hundred pixels cannot be told apart."""
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class DisclosureGrid:
    """Numbers at which a measurement may be cut, ascending; values up to a stop are below it.

    ``starts`` are numbers just above them, where a range may begin. Both are as round as the values
    between which they stand let them be.
    """

    stops: tuple[float, ...] = ()
    starts: tuple[float, ...] = ()

    def nearest(self, threshold: float) -> float | None:
        """The stop nearest to a number; None where there is no stop."""
        return min(self.stops, key=lambda stop: abs(stop - threshold), default=None)


@lru_cache(maxsize=128)
def build_disclosure_grid(trial: Trial, column: str, within: tuple[str, ...] = ()) -> DisclosureGrid:
    """The stops of a numeric column in views that choose by the columns ``within``.

    Below the first stop, above the last and between neighbouring ones are at least ``min_cell``
    participants of each arm, in every crossing of the blocks of ``within``. They follow from the whole
    trial and from which columns are chosen by, never from what is chosen. The dictionary's own thresholds
    are kept as far as they allow each other. Stops within columns are some of those of everybody.
    """
    if column not in trial.numbers:
        return DisclosureGrid()
    values = order(trial.numbers[column], equal_above=False)
    here = select_counted(trial) & np.isfinite(values)
    if not here.any():
        return DisclosureGrid()
    if within:
        return _fewer(trial, column, within, here)
    line = _Line(
        *np.unique(values[here], return_inverse=True), trial.arm.codes[here].astype(np.int64), trial.min_cell
    )
    equal_above = _equal_above(trial, column)
    wished = _list_wished_values(trial, column)
    splits = split_at(wished, equal_above=equal_above).tolist()
    chosen = line.filled(line.allowed(splits))
    own = {line.place(split): wish for split, wish in zip(reversed(splits), reversed(wished), strict=True)}
    if len(chosen) > MAX_STOPS:
        chosen = [chosen[k] for k in np.unique(np.linspace(0, len(chosen) - 1, MAX_STOPS).astype(int))]
    found = [line.stop(place, own.get(place), equal_above=equal_above) for place in chosen]
    unsure = count_uncertain(bounds(trial.numbers[column]), [stop for stop, _ in found], equal_above=False)
    found = [pair for pair, uncertain in zip(found, unsure.tolist(), strict=True) if not uncertain]
    return DisclosureGrid(tuple(stop for stop, _ in found), tuple(start for _, start in found))


def _fewer(trial: Trial, column: str, within: tuple[str, ...], here: Mask) -> DisclosureGrid:
    """Those of the column's stops between which enough stand in every crossing of blocks, too."""
    every = build_disclosure_grid(trial, column)
    ends = np.array([*every.stops, np.inf])
    values = order(trial.numbers[column], equal_above=False)[here]
    at = np.searchsorted(every.stops, values, side="left").astype(np.int64)
    cells = cross_codes(trial.arm.codes.astype(np.int64), *(blocks(trial, name) for name in within))[here]
    line = _Line(ends, at, cells, trial.min_cell)
    own = dict(zip(every.starts if _equal_above(trial, column) else every.stops, every.stops, strict=True))
    wished = [own[wish] for wish in _list_wished_values(trial, column) if wish in own]
    places = [place - 1 for place in line.filled(line.allowed(wished))]
    return DisclosureGrid(tuple(every.stops[k] for k in places), tuple(every.starts[k] for k in places))


@lru_cache(maxsize=64)
def blocks(trial: Trial, column: str) -> Codes:
    """The block (participants,) of everybody in one column; see `mirodash.stratification.disclosure_grid`."""
    levels = levels_of(trial, column)
    if levels is not None:
        found = join_levels(trial, levels)
    else:
        values = order(trial.numbers[column], equal_above=False)
        cuts = np.array(build_disclosure_grid(trial, column).stops)
        codes = np.where(np.isfinite(values), cuts.searchsorted(values, side="left"), cuts.size + 1)
        found = join_codes(trial, codes.astype(np.int64), np.zeros(cuts.size + 2, dtype=np.int64))
    found.flags.writeable = False
    return found


def _equal_above(trial: Trial, column: str) -> bool:
    """Whether the dictionary's own thresholds of a column have equal values above them."""
    marker = trial.dictionary.biomarker(column)
    return marker is not None and marker.equal_above


def _list_wished_values(trial: Trial, column: str) -> list[float]:
    """What the dictionary cuts the column at: where it opens first, then what it offers."""
    marker, factor = trial.dictionary.biomarker(column), trial.dictionary.factor(column)
    wished = list(marker.default_thresholds) if marker else []
    wished += [cut for preset in (marker.presets if marker else ()) for cut in preset.thresholds]
    return wished + ([factor.cut] if factor and factor.cut is not None else [])


class _Line:
    """Distinct values in ascending order, and how many of each cell stand at or below each of them."""

    def __init__(self, distinct: NDArray[np.float64], at: Codes, cells: Codes, enough: int) -> None:
        self.distinct, self.enough = distinct, enough
        held = np.zeros((distinct.size + 1, int(cells.max(initial=0)) + 1), dtype=np.int64)
        np.add.at(held, (at + 1, cells), 1)
        self.below = np.cumsum(held, axis=0)
        self.populated: Mask = self.below[-1] > 0

    def place(self, threshold: float) -> int:
        """How many distinct values lie at or below a threshold."""
        return int(self.distinct.searchsorted(threshold, side="right"))

    def apart(self, low: int, high: int) -> bool:
        """Whether enough of every cell stand between two places."""
        return bool((self.below[high] - self.below[low] >= self.enough)[self.populated].all())

    def allowed(self, wished: Sequence[float]) -> list[int]:
        """The places of the thresholds wished for, one by one as far as those before them allow it."""
        kept = [0, self.distinct.size]
        for wish in wished:
            place = self.place(wish)
            before = max((k for k in kept if k <= place), default=0)
            after = min((k for k in kept if k >= place), default=self.distinct.size)
            if place not in kept and self.apart(before, place) and self.apart(place, after):
                kept = sorted([*kept, place])
        return kept

    def filled(self, kept: list[int]) -> list[int]:
        """Those places and as many between them as can be, from the lowest value upwards."""
        made: list[int] = []
        for low, high in pairwise(kept):
            made += [low] if low else []
            last = low
            while (last := self._next(last)) < high and self.apart(last, high):
                made.append(last)
        return made

    def _next(self, low: int) -> int:
        """The first place with enough of every cell between it and ``low``; one that is too high without."""
        wanted = self.below[low] + self.enough
        reached = [
            int(self.below[:, cell].searchsorted(wanted[cell])) for cell in np.flatnonzero(self.populated)
        ]
        return max(reached, default=self.distinct.size)

    def stop(self, place: int, own: float | None, *, equal_above: bool) -> tuple[float, float]:
        """A round number that separates the values below a place from those above it, and one just above.

        One of them is the dictionary's ``own``, if there is one.
        """
        low, high = float(self.distinct[place - 1]), float(self.distinct[place])
        if own is None:
            stop = _round_between(low, high)
            return stop, _round_above(stop, high)
        return (_round_between(low, own), own) if equal_above else (own, _round_above(own, high))


def _round_between(low: float, high: float) -> float:
    """The roundest number in [low, high).

    >>> _round_between(1187.0, 1213.0), _round_between(0.31, 0.32), _round_between(49.0, 50.0)
    (1200.0, 0.31, 49.0)
    """
    for rounded in _ever_finer(low, high):
        if low <= rounded < high:
            return rounded
    return low


def _round_above(stop: float, high: float) -> float:
    """The roundest number in (stop, high].

    >>> _round_above(1200.0, 1213.0), _round_above(49.0, 50.0)
    (1210.0, 50.0)
    """
    for rounded in _ever_finer(stop, high):
        if stop < rounded <= high:
            return rounded
    return high


def _ever_finer(low: float, high: float) -> list[float]:
    """Multiples of ever smaller powers of ten at or next above ``low``."""
    size = max(abs(low), abs(high), 1e-300)
    first = -math.floor(math.log10(size))
    found: list[float] = []
    for places in range(first, min(first + _DIGITS, 300)):
        scaled = low * 10.0**places
        if not math.isfinite(scaled):
            break
        up = math.ceil(scaled)
        found += [round(up / 10.0**places, places), round((up + 1) / 10.0**places, places)]
    return found
