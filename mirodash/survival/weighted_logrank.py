"""Fleming–Harrington weighted log-rank test, which looks harder at early or at late differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.survival.data import find_obstacle_to_comparison
from mirodash.survival.kaplan_meier import compute_chi_square_p_value
from mirodash.survival.results import NotEstimable
from mirodash.survival.two_arm_cox import FittedGroups

ALL_WEIGHTLESS = (
    "Every event that came while both arms were at risk has a weight of 0: the test cannot be computed."
)


@dataclass(frozen=True, slots=True)
class WeightedLogRank:
    """Chi-square on one degree of freedom; ``difference`` is the weighted observed minus expected events.

    Both are of the treated arm; ``variance`` is that of ``difference``.
    """

    rho: float
    gamma: float
    statistic: float
    p: float
    difference: float
    variance: float


def weighted_logrank_of(
    fitted: FittedGroups, group: int, parameters: tuple[float, ...]
) -> WeightedLogRank | NotEstimable:
    """One group's test with weights S^ρ (1 − S)^γ, or why there is none.

    S is the Kaplan–Meier estimate of both arms together just before each event, so that ρ = γ = 0 is the
    log-rank test, ρ = 1 stresses early differences and γ = 1 late ones.

    Source: Fleming and Harrington, *Counting Processes and Survival Analysis* (1991), chapter 7; with γ = 0
    equal to R's ``survdiff(Surv(time, event) ~ arm, rho = rho)``.

    Parameters
    ----------
    fitted : FittedGroups
    group : int
    parameters : (float, float)
        ρ and γ, neither below 0.
    """
    rho, gamma = parameters
    why = find_obstacle_to_comparison(fitted.arms[group], variance=float(fitted.logrank.variance[group]))
    if why:
        return NotEstimable(why)
    counts = fitted.counts.only(group)
    events = (counts.control_events + counts.treated_events)[0]
    at_risk = (counts.control_at_risk + counts.treated_at_risk)[0]
    before = np.concatenate(([1.0], np.cumprod((at_risk - events) / at_risk)[:-1]))
    weight = before**rho * (1 - before) ** gamma
    share = counts.treated_at_risk[0] / at_risk
    # with one participant at risk the numerator is 0, so the floor of 1 only avoids 0/0
    spread = events * share * (1 - share) * (at_risk - events) / np.maximum(at_risk - 1, 1)
    variance = float((weight**2 * spread).sum())
    if variance <= 0:
        return NotEstimable(ALL_WEIGHTLESS)
    difference = float((weight * (counts.treated_events[0] - events * share)).sum())
    statistic = difference**2 / variance
    p = compute_chi_square_p_value(statistic)
    return WeightedLogRank(rho, gamma, statistic, p, difference, variance)
