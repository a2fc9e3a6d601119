"""Hazard ratios below and above many thresholds at once, from counting every participant only once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.budget import check_budget
from mirodash.survival.efron_ties import tie_sums
from mirodash.survival.estimability import shared_events
from mirodash.survival.observations import Observations
from mirodash.survival.results import Counts, Numbers
from mirodash.survival.risk_sets import EventTimes, from_the_end
from mirodash.survival.two_arm_cox import maximise

# thresholds × event times handled together: small enough for the processor's cache, which halves the time
CELLS_AT_ONCE = 32_000


@dataclass(frozen=True, eq=False, slots=True)
class _Cells:
    """Participants in order of the threshold that first takes them in.

    ``events`` and ``leaving`` (participants,) are places in a table (2 arms, event times), or -1 for those
    without an event, and for those who leave before the first event; participants of bin b are at
    ``start[b]:start[b + 1]``.
    """

    events: Counts
    leaving: Counts
    start: Counts
    times: int


@dataclass(frozen=True, eq=False, slots=True)
class BothSides:
    """Arrays (2 sides, thresholds), below first: counts, log hazard ratio and its standard error.

    NaN where there is no estimate.
    """

    n: Counts
    events: Counts
    coef: Numbers
    se: Numbers


def both_sides(observed: Observations, marker: Numbers, thresholds: Numbers) -> BothSides:
    """A Cox model with Efron's ties on each side of each threshold, as R's ``coxph``.

    Parameters
    ----------
    observed : Observations
    marker : array (participants,)
        Biomarker; those for whom it is NaN are left out.
    thresholds : array (thresholds,)
        In any order; "below" is biomarker <= threshold.
    """
    distinct, place = np.unique(thresholds, return_inverse=True)
    known = ~np.isnan(marker)
    kept = Observations(
        observed.distinct, observed.code[known], observed.event[known], observed.treated[known]
    )
    bins = distinct.searchsorted(marker[known], side="left")
    fits = [np.empty((0, 2, 2))]
    fits.extend(_fits(counts) for counts in _counts_by_threshold(kept, bins, distinct.size))
    coef, se = np.concatenate(fits)[place].transpose(1, 2, 0)
    n = _up_to(bins, distinct.size)[place]
    events = _up_to(bins[kept.event == 1], distinct.size)[place]
    return BothSides(
        n=np.stack((n, bins.size - n)),
        events=np.stack((events, int(kept.event.sum()) - events)),
        coef=coef,
        se=se,
    )


def _up_to(bins: Counts, thresholds: int) -> Counts:
    """How many are at or below each threshold, (thresholds,)."""
    return np.cumsum(np.bincount(bins, minlength=thresholds + 1), dtype=np.int64)[:-1]


def _cells(observed: Observations, bins: Counts, thresholds: int) -> _Cells:
    """Sort participants by bin, so that every stretch of thresholds reads its own participants only."""
    has_event = np.bincount(observed.code[observed.event == 1], minlength=observed.distinct.size) > 0
    times = int(has_event.sum())
    # a participant is at risk up to the last event time that is not after their own
    last = (np.cumsum(has_event) - 1)[observed.code]
    cell = np.where(last < 0, -1, observed.treated * times + last)
    order = np.argsort(bins, kind="stable")
    return _Cells(
        events=np.where(observed.event == 1, cell, -1)[order],
        leaving=cell[order],
        start=np.concatenate(([0], np.cumsum(np.bincount(bins, minlength=thresholds + 1)))),
        times=times,
    )


def _counts_by_threshold(observed: Observations, bins: Counts, thresholds: int) -> Iterator[EventTimes]:
    """Risk sets below and above a stretch of thresholds at a time: groups are (2 × thresholds,)."""
    cells = _cells(observed, bins, thresholds)
    size = 2 * cells.times
    stretch = max(1, CELLS_AT_ONCE // max(1, 2 * cells.times))
    everyone = [_table(part, 0, 1, size)[0] for part in (cells.events, cells.leaving)]
    below = [np.zeros(size), np.zeros(size)]
    for first in range(0, thresholds, stretch):
        check_budget()
        last = min(first + stretch, thresholds)
        mine = slice(cells.start[first], cells.start[last])
        own_bin = np.repeat(np.arange(last - first), np.diff(cells.start[first : last + 1]))
        both: list[Numbers] = []
        for kind, part in enumerate((cells.events, cells.leaving)):
            sums = below[kind] + np.cumsum(_table(part[mine], own_bin, last - first, size), axis=0)
            below[kind] = sums[-1]
            both.append(
                np.concatenate((sums, everyone[kind] - sums)).reshape(2 * (last - first), 2, cells.times)
            )
        events, at_risk = both[0], from_the_end(both[1])
        yield EventTimes(
            control_events=events[:, 0],
            treated_events=events[:, 1],
            control_at_risk=at_risk[:, 0],
            treated_at_risk=at_risk[:, 1],
            index=np.arange(cells.times),
        )


def _table(cell: Counts, row: Counts | int, rows: int, size: int) -> Numbers:
    counted = cell >= 0
    flat = (row * size + cell)[counted]
    return np.bincount(flat, minlength=rows * size).reshape(rows, size).astype(np.float64)


def _fits(counts: EventTimes) -> Numbers:
    """Log hazard ratio and standard error, (thresholds, 2 quantities, 2 sides)."""
    control, treated = shared_events(counts)
    finite = (control > 0) & (treated > 0) & _tells_arms_apart(counts)
    ties = tie_sums(counts)
    coef = maximise(ties, finite)
    _, information = ties.total(np.where(finite, coef, 0.0))
    se = np.where(finite, 1 / np.sqrt(np.where(finite, information, 1)), np.nan)
    return np.stack((coef.reshape(2, -1), se.reshape(2, -1))).transpose(2, 0, 1)


def _tells_arms_apart(counts: EventTimes) -> NDArray[np.bool_]:
    """Where an event left somebody behind while both arms were at risk.

    Exactly there the variance of the log-rank test is above 0; all of it would be a third of a scan's time.
    """
    events = counts.control_events + counts.treated_events
    left_behind = counts.control_at_risk + counts.treated_at_risk > events
    both = (counts.control_at_risk > 0) & (counts.treated_at_risk > 0)
    return np.any(both & left_behind & (events > 0), axis=-1)
