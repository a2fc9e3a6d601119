"""The log-rank test: did one arm have more events than it would if both arms had the same risk?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import erfc

from mirodash.survival.results import LogRank, Numbers
from mirodash.survival.risk_sets import EventTimes


@dataclass(frozen=True, eq=False, slots=True)
class LogRankSums:
    """Observed and expected events in the treated arm and the variance of their difference: (groups,)."""

    observed: Numbers
    expected: Numbers
    variance: Numbers


def tail_of_chi_square(statistic: float) -> float:
    """Upper tail of chi-square on one degree of freedom."""
    return float(erfc(np.sqrt(max(statistic, 0.0) / 2)))


def logrank_sums(counts: EventTimes) -> LogRankSums:
    """Sum the hypergeometric mean and variance over event times, for all groups at once.

    Source: Mantel (1966); R's ``survdiff``.
    """
    events = counts.control_events + counts.treated_events
    at_risk = counts.control_at_risk + counts.treated_at_risk
    share = counts.treated_at_risk / np.maximum(at_risk, 1)
    # with one participant at risk the numerator is 0, so the floor of 1 only avoids 0/0
    ties = (at_risk - events) / np.maximum(at_risk - 1, 1)
    return LogRankSums(
        observed=counts.treated_events.sum(axis=-1),
        expected=(events * share).sum(axis=-1),
        variance=(events * share * (1 - share) * ties).sum(axis=-1),
    )


def logrank_test(observed: float, expected: float, variance: float) -> LogRank:
    """One group's test from its sums; ``variance`` must be above 0."""
    statistic = (observed - expected) ** 2 / variance
    return LogRank(
        statistic=statistic,
        p=tail_of_chi_square(statistic),
        observed=observed,
        expected=expected,
        variance=variance,
    )
