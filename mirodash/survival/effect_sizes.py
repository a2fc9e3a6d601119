"""Tests and hazard ratios of many groups, fitted together, with the reason where one does not exist."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.survival.efron_ties import TieSums, tie_sums
from mirodash.survival.estimability import (
    ArmCounts,
    obstacle_to_comparison,
    obstacle_to_hazard_ratio,
    shared_events,
)
from mirodash.survival.firth import firth_estimate
from mirodash.survival.logrank import LogRankSums, logrank_sums, logrank_test, tail_of_chi_square
from mirodash.survival.proportional_hazards import changing_hazard_statistics
from mirodash.survival.results import (
    Counts,
    HazardRatio,
    LogRank,
    NotEstimable,
    Numbers,
    ProportionalHazardsTest,
)
from mirodash.survival.risk_sets import EventTimes
from mirodash.survival.two_arm_cox import CoxFits, fit_two_arms, hazard_ratio

TOO_FEW_TIMES = "Events with both arms at risk came at one time only: a change over time cannot be tested."


@dataclass(frozen=True, eq=False, slots=True)
class FittedGroups:
    """What was computed for all groups together; the functions below read one group out of it."""

    counts: EventTimes
    ties: TieSums
    arms: tuple[ArmCounts, ...]
    logrank: LogRankSums
    fits: CoxFits


def fit_groups(counts: EventTimes, sizes: Counts) -> FittedGroups:
    """Sum the log-rank test and fit the Cox model of every group.

    Parameters
    ----------
    counts : EventTimes
        Arrays (groups, times).
    sizes : array (groups, 2)
        Participants in the control and in the treated arm.
    """
    shared = shared_events(counts)
    events = [counts.control_events.sum(axis=-1), counts.treated_events.sum(axis=-1)]
    table = np.column_stack((sizes, *events, *shared)).astype(np.int64).tolist()
    sums = logrank_sums(counts)
    finite = (shared[0] > 0) & (shared[1] > 0) & (sums.variance > 0)
    ties = tie_sums(counts)
    return FittedGroups(
        counts=counts,
        ties=ties,
        arms=tuple(ArmCounts(*row) for row in table),
        logrank=sums,
        fits=fit_two_arms(ties, finite),
    )


def logrank_of(fitted: FittedGroups, group: int) -> LogRank | NotEstimable:
    """One group's log-rank test, or why there is none."""
    sums = fitted.logrank
    variance = float(sums.variance[group])
    why = obstacle_to_comparison(fitted.arms[group], variance=variance)
    if why:
        return NotEstimable(why)
    return logrank_test(float(sums.observed[group]), float(sums.expected[group]), variance)


def hazard_ratio_of(fitted: FittedGroups, group: int, *, confidence: float) -> HazardRatio | NotEstimable:
    """One group's hazard ratio; where it would be 0 or infinite, the reason and Firth's estimate."""
    arms, fits = fitted.arms[group], fitted.fits
    why = obstacle_to_comparison(arms, variance=float(fitted.logrank.variance[group]))
    if why:
        return NotEstimable(why)
    why = obstacle_to_hazard_ratio(arms)
    if why and arms.events == 1:
        return NotEstimable(why)
    if why:
        return NotEstimable(why, firth_estimate(fitted.counts.only(group), confidence=confidence))
    row = (fits.coef[group], fits.information[group], fits.gain[group], fits.score[group])
    return hazard_ratio(*(float(number) for number in row), confidence=confidence)


def proportional_hazards_tests(fitted: FittedGroups) -> Numbers:
    """Statistics of the test of constant hazard ratios, (groups,); NaN where there is none."""
    return changing_hazard_statistics(fitted.counts, fitted.ties, fitted.fits.coef)


def proportional_hazards_of(
    cox: HazardRatio | NotEstimable, statistic: float
) -> ProportionalHazardsTest | NotEstimable:
    """One group's test of a constant hazard ratio, or why there is none."""
    if isinstance(cox, NotEstimable):
        return NotEstimable(cox.why)
    if np.isnan(statistic):
        return NotEstimable(TOO_FEW_TIMES)
    return ProportionalHazardsTest(statistic, tail_of_chi_square(statistic))
