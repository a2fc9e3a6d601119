"""Gray's test: whether the cumulative incidence of an event differs between arms beside a competing one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mirodash.survival.data import rank_times, validate_indicator, validate_times
from mirodash.survival.kaplan_meier import compute_chi_square_p_value
from mirodash.survival.results import GrayTest, NotEstimable, Numbers

LATE = "Gray's test is not defined for participants who come under observation at different times."
NOTHING_SHARED = "No event tells the arms apart: the incidences cannot be compared."


def gray_test(
    time: ArrayLike, event: ArrayLike, competing: ArrayLike, treated: ArrayLike
) -> GrayTest | NotEstimable:
    """Compare the hazards of the subdistribution between two arms, as R's ``cmprsk::cuminc``.

    The log-rank test of the event alone compares how often it comes among those who have had neither; this
    compares how many have it at all, so a treatment that changes the competing event alone can be seen here.

    Parameters
    ----------
    time : array (participants,)
        Follow-up from the time origin, finite and at least 0.
    event, competing : array (participants,)
        1 or True where the event, or the competing event, ended it.
    treated : array (participants,)
        1 or True in the treated arm.

    Raises
    ------
    ValueError
        When the arrays do not fit together.

    Source: Gray, Ann Stat 16 (1988), 1141-1154, with ρ = 0 and his estimate of the variance.

    Examples
    --------
    >>> found = gray_test([1, 2, 3, 4, 5, 6], [1, 0, 1, 0, 1, 0], [0, 1, 0, 0, 0, 1], [0, 1, 0, 1, 0, 1])
    >>> round(found.statistic, 4)
    3.9283
    """
    times = validate_times(time)
    own, other, arm = (
        validate_indicator(values, name, times.size)
        for values, name in ((event, "event"), (competing, "competing"), (treated, "treated"))
    )
    if np.unique(arm).size < 2:
        return NotEstimable("Only one arm has participants: the incidences cannot be compared.")
    distinct, code, _ = rank_times(times, None)
    cell = arm * distinct.size + code
    first, second, leaving = (
        np.bincount(cell, weights=values, minlength=2 * distinct.size).astype(np.float64).reshape(2, -1)
        for values in (own, other, np.ones(times.size))
    )
    return _compare(first, second, leaving)


def _compare(first: Numbers, second: Numbers, leaving: Numbers) -> GrayTest | NotEstimable:
    """The test from the events, the competing events and all who leave, each (arms, times)."""
    at_risk = np.cumsum(leaving[:, ::-1], axis=1)[:, ::-1]
    here = at_risk > 0
    n = np.where(here, at_risk, 1.0)
    free = np.cumprod(1 - (first + second) / n, axis=1)
    before = np.concatenate((np.ones((2, 1)), free[:, :-1]), axis=1)
    incidence = np.cumsum(before * first / n, axis=1)
    incidence_before = np.concatenate((np.zeros((2, 1)), incidence[:, :-1]), axis=1)
    # an arm in which nobody is at risk any more tells nothing
    weight = np.where(here, at_risk / np.where(before > 0, before, 1.0), 0.0)
    events = first.sum(axis=0)
    total = np.maximum(weight.sum(axis=0), 1e-300)
    subjects = weight * (1 - incidence_before)
    expected = events * subjects[1] / np.maximum(subjects.sum(axis=0), 1e-300)
    pooled = np.cumsum(events / total)
    pooled_before = np.concatenate(([0.0], pooled[:-1]))
    # how much the score moves with the hazards of the treated (1) and the control arm (0)
    moves = weight[1] * np.where(np.arange(2)[:, None] == 1, 1 - weight[1] / total, -weight[0] / total)
    sums = np.cumsum(moves * events / (total * np.maximum(1 - pooled_before, 1e-300)), axis=1)
    left = np.where(free > 0, (1 - pooled) / np.where(free > 0, free, 1.0), 0.0)
    ties = 1 - np.where(events > 1, (events - 1) / np.maximum(total * before - 1, 1e-300), 0.0)
    of_first = np.where(here, ties * before * events / (total * n), 0.0)
    tied = 1 - np.where(second > 1, (second - 1) / np.maximum(n - 1, 1e-300), 0.0)
    of_second = np.where(free > 0, tied * before**2 * second / n**2, 0.0)
    own = 1 - left
    variance = float(
        ((moves - own * sums) ** 2 * of_first + (left * sums) ** 2 * of_second).sum()
        + (sums[:, -1] ** 2 * (own**2 * of_first + left**2 * of_second).sum(axis=1)).sum()
        + 2
        * (
            sums[:, -1] * ((moves - own * sums) * own * of_first - left * sums * left * of_second).sum(axis=1)
        ).sum()
    )
    if variance <= 1e-12:
        return NotEstimable(NOTHING_SHARED)
    difference = float((first[1] - expected).sum())
    statistic = difference**2 / variance
    return GrayTest(statistic, compute_chi_square_p_value(statistic), difference, variance)
