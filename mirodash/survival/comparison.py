"""Two arms side by side in every group of participants: curves, counts, tests and effects in one pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mirodash.survival.absolute_difference import mean_difference, survival_difference
from mirodash.survival.effect_sizes import (
    FittedGroups,
    fit_groups,
    hazard_ratio_of,
    logrank_of,
    proportional_hazards_of,
    proportional_hazards_tests,
)
from mirodash.survival.kaplan_meier import (
    Curves,
    at_risk_table,
    curve_of_arm,
    median_survival,
    read_only,
    survival_at,
    survival_curves,
)
from mirodash.survival.observations import as_numbers, checked_confidence, checked_members, observe
from mirodash.survival.restricted_mean import RestrictedMeans, restricted_means
from mirodash.survival.results import ArmComparison, ArmSummary, Numbers, RestrictedMean
from mirodash.survival.risk_sets import RiskSets, at_event_times, count_risk_sets


@dataclass(frozen=True, eq=False, slots=True)
class _Groups:
    """Everything computed for all groups together; ``changing`` (groups,) tests proportional hazards."""

    counts: RiskSets
    curves: Curves
    means: RestrictedMeans
    fitted: FittedGroups
    changing: Numbers


def compare_arms(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    members: ArrayLike,
    *,
    horizon: float,
    ticks: ArrayLike,
    confidence: float = 0.95,
) -> tuple[ArmComparison, ...]:
    """Compare the treated with the control arm in every group.

    Parameters
    ----------
    time : array (participants,)
        Follow-up from the time origin, finite and at least 0.
    event : array (participants,)
        1 or True where the event came.
    treated : array (participants,)
        1 or True in the treated arm.
    members : array (groups, participants) of bool
        Who is in which group; groups may overlap and may be empty.
    horizon : float
        Time at which survival is read and up to which means are taken, above 0.
    ticks : array (ticks,)
        Times of the at-risk table.
    confidence : float
        Level of all intervals.

    Returns
    -------
    tuple of ArmComparison
        One per group, in order. What does not exist is a `NotEstimable` with the reason.

    Raises
    ------
    ValueError
        When lengths differ, a time is negative or missing, the horizon is not above 0, or ``event`` or
        ``treated`` is not 0/1.

    Examples
    --------
    >>> groups = compare_arms(
    ...     [6, 13, 21, 30, 37, 38, 49, 50], [1, 1, 1, 1, 0, 1, 0, 1], [0, 1, 0, 0, 1, 1, 0, 1],
    ...     [[True] * 8], horizon=40, ticks=[0, 20, 40],
    ... )
    >>> round(groups[0].cox.hr, 3)
    0.502
    """
    if not (np.isfinite(horizon) and horizon > 0):
        raise ValueError(f"The horizon must be a time above 0, not {horizon}.")
    level = checked_confidence(confidence)
    observed = observe(time, event, treated)
    mask = checked_members(members, observed.code.size)
    counts = count_risk_sets(observed, mask)
    curves = survival_curves(counts, confidence=level)
    fitted = fit_groups(at_event_times(counts), counts.sizes())
    groups = _Groups(
        counts=counts,
        curves=curves,
        means=restricted_means(counts, curves, horizon=float(horizon)),
        fitted=fitted,
        changing=proportional_hazards_tests(fitted),
    )
    tick_times = read_only(as_numbers(ticks, "ticks").copy())
    return tuple(
        _comparison(groups, group, horizon=float(horizon), ticks=tick_times, confidence=level)
        for group in range(mask.shape[0])
    )


def _arm_summary(groups: _Groups, group: int, arm: int, *, horizon: float, ticks: Numbers) -> ArmSummary:
    counts, means = groups.counts, groups.means
    curve = curve_of_arm(counts, groups.curves, group, arm)
    median, interval = median_survival(curve)
    mean = RestrictedMean(
        tau=float(means.tau[group]),
        estimate=float(means.estimate[group, arm]),
        se=float(means.se[group, arm]),
    )
    return ArmSummary(
        n=int(curve.at_risk[0]) if curve.time.size else 0,
        events=int(curve.events.sum()),
        curve=curve,
        median=median,
        median_ci=interval,
        survival_at=survival_at(curve, horizon),
        rmst=mean if curve.time.size else None,
        at_risk=at_risk_table(counts, ticks, group, arm),
    )


def _comparison(
    groups: _Groups, group: int, *, horizon: float, ticks: Numbers, confidence: float
) -> ArmComparison:
    control, treated = (_arm_summary(groups, group, arm, horizon=horizon, ticks=ticks) for arm in (0, 1))
    cox = hazard_ratio_of(groups.fitted, group, confidence=confidence)
    return ArmComparison(
        n=control.n + treated.n,
        events=control.events + treated.events,
        control=control,
        treated=treated,
        logrank=logrank_of(groups.fitted, group),
        cox=cox,
        ph_test=proportional_hazards_of(cox, float(groups.changing[group])),
        rmst_difference=mean_difference(control, treated, horizon=horizon, confidence=confidence),
        survival_difference=survival_difference(control, treated, confidence=confidence),
    )
