"""Curves in which nobody's own time can be read: they step only when enough events have gathered.

Participants of an arm are taken in the order of their times, and as soon as ``min_cell`` of them have had
the event, or so many more that no fewer remain for the last step, all who had it or were censored since the
step before leave together when the middle one of them had it: at the last one's time the curve would lie
above Kaplan and Meier's nearly everywhere. Who is censored after the last event leaves with ``min_cell``
others, or, where there are fewer, at the last event or with those before. What follows from these times is
Kaplan and Meier's estimate as ever; it lies about the exact one, at times by half a step.

AI-SDC/ACRO does so for survival tables and plots, but counts those who are censored as well; how far the
curve falls at a step and how many were at risk would then tell of fewer than ``min_cell`` events. Median,
survival at the horizon, restricted means, their differences and the table of numbers at risk are all read
from the rounded curve: the horizon can be moved day by day, and from the exact curve every move would tell
who died on that day. Hazard ratio and tests are those of the exact times; they are not told of fewer than
``min_cell`` events.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirodash.survival.compare import compare_arms
from mirodash.survival.data import checked_times
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.results import ArmComparison, Counts, NotEstimable, Numbers


def rounded_times(time: ArrayLike, event: ArrayLike, treated: ArrayLike, *, min_cell: int) -> Numbers:
    """Everybody's time, arm by arm, moved to the middle of those with whom it is enough.

    Parameters
    ----------
    time, event, treated : array (participants,)
        As for `mirodash.survival.compare.compare_arms`.
    min_cell : int
        How many have the event together at the least.

    Returns
    -------
    array (participants,)
        In the order given. In an arm with fewer than ``min_cell`` events all leave at the last of their
        times.

    Examples
    --------
    >>> rounded_times([1, 2, 3, 5, 8, 9, 9], [1, 1, 0, 1, 1, 0, 1], [0] * 7, min_cell=2)
    array([1., 1., 8., 8., 8., 8., 8.])
    >>> rounded_times([1, 2, 3, 5, 8], [1, 0, 1, 0, 0], [0] * 5, min_cell=2)
    array([1., 1., 1., 8., 8.])
    """
    moved = checked_times(time).astype(np.float64)
    happened, arms = np.asarray(event, dtype=np.bool_), np.asarray(treated)
    for arm in np.unique(arms):
        members = np.flatnonzero(arms == arm)
        ends, steps = _steps(moved[members], happened[members], min_cell)
        place = np.minimum(ends.searchsorted(moved[members], side="left"), steps.size - 1)
        moved[members] = steps[place]
    return read_only(moved)


def _steps(time: Numbers, happened: NDArray[np.bool_], enough: int) -> tuple[Numbers, Numbers]:
    """Until when people leave together, ascending, and when they do; all at last where few had the event."""
    distinct, at = np.unique(time, return_inverse=True)
    events, left = np.cumsum(np.bincount(at, happened)), np.cumsum(np.bincount(at))
    if events[-1] < enough:
        return distinct[-1:], distinct[-1:]
    found = _gathered(events, events[-1] // (events[-1] // enough), since=0)
    # what does not divide evenly, or what ties took from the last step, is part of the one before
    found[-1] = int(events.searchsorted(events[-1]))
    upto = np.concatenate(([0.0], events[found]))
    middle = events.searchsorted(np.ceil((upto[:-1] + upto[1:]) / 2))
    after = _gathered(left, enough, since=float(left[found[-1]]))
    # the few who are left stay for as long as events come, or restricted means would end before
    leave = [*middle.tolist(), *(after or found[-1:])]
    return distinct[[*found, *(after or [-1])]], distinct[leave]


def _gathered(upto: Numbers | Counts, enough: float, *, since: float) -> list[int]:
    """The places at which enough have come together, as often as they do; ties come together."""
    found: list[int] = []
    while (place := int(upto.searchsorted(since + enough))) < upto.size:
        found.append(place)
        since = float(upto[place])
    return found


def compare_arms_rounded(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    members: ArrayLike,
    *,
    horizon: float,
    ticks: ArrayLike,
    confidence: float = 0.95,
    min_cell: int = 0,
) -> tuple[ArmComparison, ...]:
    """Compare the arms in every group, with curves that step only when ``min_cell`` events have gathered.

    Parameters are those of `mirodash.survival.compare.compare_arms`; with ``min_cell`` 0 so is the answer.

    Raises
    ------
    ValueError
        As there.
    """
    exact = compare_arms(time, event, treated, members, horizon=horizon, ticks=ticks, confidence=confidence)
    if not min_cell:
        return exact
    columns = [np.asarray(column) for column in (time, event, treated)]
    rows: Iterable[NDArray[np.bool_]] = np.asarray(members, dtype=np.bool_)
    made: list[ArmComparison] = []
    for inside, of_group in zip(rows, exact, strict=True):
        own, happened, arm = (column[inside] for column in columns)
        rounded = compare_arms(
            rounded_times(own, happened, arm, min_cell=min_cell),
            happened,
            arm,
            np.ones((1, own.size), dtype=np.bool_),
            horizon=horizon,
            ticks=ticks,
            confidence=confidence,
        )[0]
        made.append(_told(rounded, of_group, min_cell))
    return tuple(made)


def _told(rounded: ArmComparison, exact: ArmComparison, min_cell: int) -> ArmComparison:
    """The rounded curves with the exact tests; neither tests nor differences of too few events."""
    if exact.n and exact.events < min_cell:
        why = NotEstimable(f"Fewer than {min_cell} events: the effect is not shown.")
        return replace(
            rounded, logrank=why, cox=why, ph_test=why, rmst_difference=why, survival_difference=why
        )
    return replace(rounded, logrank=exact.logrank, cox=exact.cox, ph_test=exact.ph_test)
