"""Curves in which nobody's own time can be read: they step only when enough participants have left.

Participants of an arm are taken in the order of their times, and as soon as ``min_cell`` of them have had
the event or been censored, all of these leave together at the time of the last of them. Fewer who remain in
the end leave with those before them. What follows from these times is Kaplan and Meier's estimate as ever;
it lies a little above the exact one, because people stay at risk until their step comes.

The rule is that of AI-SDC/ACRO for survival tables and plots. Median, survival at the horizon, restricted
means, their differences and the table of numbers at risk are all read from the rounded curve: the horizon
can be moved day by day, and from the exact curve every move would tell who died on that day. Hazard ratio
and tests are those of the exact times; they are not told of fewer than ``min_cell`` events.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirodash.survival.comparison import compare_arms
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.observations import checked_times
from mirodash.survival.results import ArmComparison, NotEstimable, Numbers


def rounded_times(time: ArrayLike, treated: ArrayLike, *, min_cell: int) -> Numbers:
    """Everybody's time, arm by arm, moved to when enough of the arm have left.

    Parameters
    ----------
    time, treated : array (participants,)
        As for `mirodash.survival.comparison.compare_arms`.
    min_cell : int
        How many leave together at the least; with 1 nothing moves.

    Returns
    -------
    array (participants,)
        In the order given. In an arm with fewer than ``min_cell`` participants all leave at the last of their
        times.

    Examples
    --------
    >>> rounded_times([1, 2, 3, 5, 8, 9, 9], [0] * 7, min_cell=3)
    array([3., 3., 3., 9., 9., 9., 9.])
    >>> rounded_times([1, 2, 3, 5, 8], [0] * 5, min_cell=3)
    array([3., 3., 3., 3., 3.])
    """
    moved = checked_times(time).astype(np.float64)
    arms = np.asarray(treated)
    for arm in np.unique(arms):
        members = np.flatnonzero(arms == arm)
        steps = _steps(moved[members], min_cell)
        place = np.minimum(steps.searchsorted(moved[members], side="left"), steps.size - 1)
        moved[members] = steps[place]
    return read_only(moved)


def _steps(time: Numbers, enough: int) -> Numbers:
    """The times at which enough have left since the step before, ascending; the last time where none is."""
    distinct, left = np.unique(time, return_counts=True)
    upto = np.cumsum(left)
    found: list[int] = []
    gone = 0
    # whoever shares the time of the last of them leaves with them
    while (place := int(upto.searchsorted(gone + enough))) < distinct.size:
        found.append(place)
        gone = int(upto[place])
    return distinct[found or [-1]]


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
    """Compare the arms in every group, with curves that step only when ``min_cell`` participants have left.

    Parameters are those of `mirodash.survival.comparison.compare_arms`; with ``min_cell`` 0 so is the answer.

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
            rounded_times(own, arm, min_cell=min_cell),
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
