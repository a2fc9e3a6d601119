"""Where a threshold or the end of a range may stand, where few participants must not be told apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mirodash.stratification.disclosure import Codes, Mask, counted, crossed, joined, joined_levels
from mirodash.stratification.strata import levels_of
from mirodash.trial.trial import Trial

MOST_STOPS = 400
"""More steps than this on a slider of a few hundred pixels cannot be told apart."""
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Stops:
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
def stops(trial: Trial, column: str, within: tuple[str, ...] = ()) -> Stops:
    """The stops of a numeric column in views that choose by the columns ``within``.

    Below the first stop, above the last and between neighbouring ones are at least ``min_cell``
    participants of each arm, in every crossing of the blocks of ``within``. They follow from the whole
    trial and from which columns are chosen by, never from what is chosen. The dictionary's own thresholds
    are kept as far as they allow each other. Stops within columns are some of those of everybody.
    """
    if column not in trial.numbers:
        return Stops()
    values = trial.numbers[column].values
    here = counted(trial) & np.isfinite(values)
    if not here.any():
        return Stops()
    if within:
        return _fewer(trial, column, within, here)
    line = _Line(
        *np.unique(values[here], return_inverse=True), trial.arm.codes[here].astype(np.int64), trial.min_cell
    )
    wished = _wished(trial, column)
    chosen = line.filled(line.allowed(wished))
    own = {line.place(wish): wish for wish in reversed(wished)}
    if len(chosen) > MOST_STOPS:
        chosen = [chosen[k] for k in np.unique(np.linspace(0, len(chosen) - 1, MOST_STOPS).astype(int))]
    found = [line.stop(place, own.get(place)) for place in chosen]
    return Stops(tuple(stop for stop, _ in found), tuple(start for _, start in found))


def _fewer(trial: Trial, column: str, within: tuple[str, ...], here: Mask) -> Stops:
    """Those of the column's stops between which enough stand in every crossing of blocks, too."""
    every = stops(trial, column)
    ends = np.array([*every.stops, np.inf])
    at = np.searchsorted(every.stops, trial.numbers[column].values[here], side="left").astype(np.int64)
    cells = crossed(trial.arm.codes.astype(np.int64), *(blocks(trial, name) for name in within))[here]
    line = _Line(ends, at, cells, trial.min_cell)
    wished = [wish for wish in _wished(trial, column) if wish in every.stops]
    places = [place - 1 for place in line.filled(line.allowed(wished))]
    return Stops(tuple(every.stops[k] for k in places), tuple(every.starts[k] for k in places))


@lru_cache(maxsize=64)
def blocks(trial: Trial, column: str) -> Codes:
    """The block (participants,) of everybody in one column; see `mirodash.stratification.disclosure`."""
    levels = levels_of(trial, column)
    if levels is not None:
        found = joined_levels(trial, levels)
    else:
        values, cuts = trial.numbers[column].values, np.array(stops(trial, column).stops)
        codes = np.where(np.isfinite(values), cuts.searchsorted(values, side="left"), cuts.size + 1)
        found = joined(trial, codes.astype(np.int64), np.zeros(cuts.size + 2, dtype=np.int64))
    found.flags.writeable = False
    return found


def _wished(trial: Trial, column: str) -> list[float]:
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

    def stop(self, place: int, own: float | None) -> tuple[float, float]:
        """A round number that separates the values below a place from those above it, and one just above."""
        low, high = float(self.distinct[place - 1]), float(self.distinct[place])
        stop = _round_between(low, high) if own is None else own
        return stop, _round_above(stop, high)


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
