"""Comparison of two arms in every group: curves, log-rank test, hazard ratio, and within strata."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from mirodash.survival.data import (
    ArmCounts,
    EventTimes,
    Observations,
    RiskSets,
    convert_to_numbers,
    count_risk_sets,
    count_shared_events,
    find_obstacle_to_comparison,
    find_obstacle_to_hazard_ratio,
    select_event_times,
    validate_confidence,
    validate_follow_up,
    validate_members,
)
from mirodash.survival.kaplan_meier import (
    Curves,
    LogRankSums,
    RestrictedMeans,
    compute_chi_square_p_value,
    count_at_risk,
    curve_of_arm,
    estimate_mean_difference,
    estimate_restricted_means,
    estimate_survival_curves,
    estimate_survival_difference,
    logrank_test,
    median_survival,
    read_only,
    reverse_censoring,
    sum_logrank,
    survival_at,
)
from mirodash.survival.results import (
    ArmComparison,
    ArmSummary,
    Counts,
    HazardRatio,
    LogRank,
    NotEstimable,
    Numbers,
    ProportionalHazardsTest,
    RestrictedMean,
    StratifiedEffect,
)
from mirodash.survival.two_arm_cox import (
    CoxFits,
    TieSums,
    fit_firth,
    fit_hazard_ratio,
    fit_two_arms,
    sum_ties,
)

RELATIVE_PRECISION = 1e-10


def compute_changing_hazard_statistics(counts: EventTimes, ties: TieSums, coef: Numbers) -> Numbers:
    """Score statistics for a hazard ratio that changes with time, on one degree of freedom.

    Time enters as 1 minus the Kaplan–Meier estimate of both arms together just before each event.
    Source: Grambsch and Therneau (1994) as the score test of R's ``cox.zph(fit, transform = "km")``,
    survival 3.0 and later.

    Parameters
    ----------
    counts : EventTimes
    ties : TieSums
        Of the same counts.
    coef : array (groups,)
        Fitted log hazard ratios, NaN where there is none.

    Returns
    -------
    array (groups,)
        NaN where there is no fit, or all the information is at one time.
    """
    if not counts.index.size:
        return np.full(coef.shape, np.nan)
    events = counts.control_events + counts.treated_events
    at_risk = counts.control_at_risk + counts.treated_at_risk
    after = np.cumprod((at_risk - events) / np.maximum(at_risk, 1), axis=-1)
    moment = np.zeros_like(after)
    moment[:, 1:] = 1 - after[:, :-1]
    total = np.maximum(events.sum(axis=-1, keepdims=True), 1)
    moment -= (moment * events).sum(axis=-1, keepdims=True) / total
    score, information = ties.by_time(np.nan_to_num(coef))
    trend = (moment * score).sum(axis=-1)
    base = information.sum(axis=-1)
    slope = (moment * information).sum(axis=-1)
    curvature = (moment**2 * information).sum(axis=-1)
    exists = np.isfinite(coef) & (base > 0)
    remaining = curvature - slope**2 / np.where(exists, base, 1)
    exists &= remaining > RELATIVE_PRECISION * curvature
    return np.where(exists, trend**2 / np.where(exists, remaining, 1), np.nan)


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
    shared = count_shared_events(counts)
    events = [counts.control_events.sum(axis=-1), counts.treated_events.sum(axis=-1)]
    table = np.column_stack((sizes, *events, *shared)).astype(np.int64).tolist()
    sums = sum_logrank(counts)
    finite = (shared[0] > 0) & (shared[1] > 0) & (sums.variance > 0)
    ties = sum_ties(counts)
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
    why = find_obstacle_to_comparison(fitted.arms[group], variance=variance)
    if why:
        return NotEstimable(why)
    return logrank_test(float(sums.observed[group]), float(sums.expected[group]), variance)


def hazard_ratio_of(fitted: FittedGroups, group: int, *, confidence: float) -> HazardRatio | NotEstimable:
    """One group's hazard ratio; where it would be 0 or infinite, the reason and Firth's estimate."""
    arms, fits = fitted.arms[group], fitted.fits
    why = find_obstacle_to_comparison(arms, variance=float(fitted.logrank.variance[group]))
    if why:
        return NotEstimable(why)
    why = find_obstacle_to_hazard_ratio(arms)
    if why and arms.events == 1:
        return NotEstimable(why)
    if why:
        return NotEstimable(why, fit_firth(fitted.counts.only(group), confidence=confidence))
    row = (fits.coef[group], fits.information[group], fits.gain[group], fits.score[group])
    return fit_hazard_ratio(*(float(number) for number in row), confidence=confidence)


def proportional_hazards_tests(fitted: FittedGroups) -> Numbers:
    """Statistics of the test of constant hazard ratios, (groups,); NaN where there is none."""
    return compute_changing_hazard_statistics(fitted.counts, fitted.ties, fitted.fits.coef)


def proportional_hazards_of(
    cox: HazardRatio | NotEstimable, statistic: float
) -> ProportionalHazardsTest | NotEstimable:
    """One group's test of a constant hazard ratio, or why there is none."""
    if isinstance(cox, NotEstimable):
        return NotEstimable(cox.why)
    if np.isnan(statistic):
        return NotEstimable(TOO_FEW_TIMES)
    return ProportionalHazardsTest(statistic, compute_chi_square_p_value(statistic))


@dataclass(frozen=True, eq=False, slots=True)
class _Groups:
    """Everything computed for all groups together; ``changing`` (groups,) tests proportional hazards."""

    counts: RiskSets
    curves: Curves
    reversed_counts: RiskSets
    reversed_curves: Curves
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
    entry: ArrayLike | None = None,
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
    entry : array (participants,), optional
        When each came under observation, where some did after the origin (left truncation).
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
    level = validate_confidence(confidence)
    observed = validate_follow_up(time, event, treated, entry)
    mask = validate_members(members, observed.code.size)
    counts = count_risk_sets(observed, mask)
    curves = estimate_survival_curves(counts, confidence=level)
    reversed_counts = reverse_censoring(counts)
    fitted = fit_groups(select_event_times(counts), counts.sizes())
    groups = _Groups(
        counts=counts,
        curves=curves,
        reversed_counts=reversed_counts,
        reversed_curves=estimate_survival_curves(reversed_counts, confidence=level),
        means=estimate_restricted_means(counts, curves, horizon=float(horizon)),
        fitted=fitted,
        changing=proportional_hazards_tests(fitted),
    )
    tick_times = read_only(convert_to_numbers(ticks, "ticks").copy())
    return tuple(
        _comparison(groups, group, horizon=float(horizon), ticks=tick_times, confidence=level)
        for group in range(mask.shape[0])
    )


def _arm_summary(groups: _Groups, group: int, arm: int, *, horizon: float, ticks: Numbers) -> ArmSummary:
    counts, means = groups.counts, groups.means
    curve = curve_of_arm(counts, groups.curves, group, arm)
    median, interval = median_survival(curve)
    follow_up, follow_up_ci = median_survival(
        curve_of_arm(groups.reversed_counts, groups.reversed_curves, group, arm)
    )
    table = count_at_risk(counts, ticks, group, arm)
    survival = survival_at(curve, horizon)
    if survival is not None and counts.entering is not None:
        ahead = count_at_risk(counts, np.array([horizon]), group, arm).at_risk
        survival = replace(survival, at_risk=int(ahead[0]))
    mean = RestrictedMean(
        tau=float(means.tau[group]),
        estimate=float(means.estimate[group, arm]),
        se=float(means.se[group, arm]),
    )
    return ArmSummary(
        n=int((curve.events + curve.censored).sum()),
        events=int(curve.events.sum()),
        curve=curve,
        median=median,
        median_ci=interval,
        survival_at=survival,
        rmst=mean if curve.time.size else None,
        at_risk=table,
        follow_up=follow_up,
        follow_up_ci=follow_up_ci,
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
        rmst_difference=estimate_mean_difference(control, treated, horizon=horizon, confidence=confidence),
        survival_difference=estimate_survival_difference(control, treated, confidence=confidence),
    )


def estimate_hazard_ratios(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    members: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    confidence: float = 0.95,
) -> tuple[HazardRatio | NotEstimable, ...]:
    """One hazard ratio for each group, all fitted together, as R's ``coxph`` with Efron's ties.

    Parameters
    ----------
    time, event, treated : array (participants,)
    members : array (groups, participants) of bool
        Who is in which group; groups may overlap and may be empty.
    entry : array (participants,), optional
        When each came under observation, where some did after the origin (left truncation).
    confidence : float
        Of the Wald intervals.

    Raises
    ------
    ValueError
        When the arrays do not fit together.

    Examples
    --------
    >>> everybody, without_the_last = estimate_hazard_ratios(
    ...     [6, 13, 21, 30], [1, 1, 1, 1], [0, 1, 0, 1], [[True] * 4, [True] * 3 + [False]]
    ... )
    >>> round(everybody.hr, 2), round(without_the_last.hr, 2)
    (0.39, 1.41)
    """
    level = validate_confidence(confidence)
    observed = validate_follow_up(time, event, treated, entry)
    counts = count_risk_sets(observed, validate_members(members, observed.code.size))
    fitted = fit_groups(select_event_times(counts), counts.sizes())
    return tuple(hazard_ratio_of(fitted, k, confidence=level) for k in range(len(fitted.arms)))


ACROSS_STRATA = (
    "In no stratum did an event come while both arms were at risk there: the arms cannot be compared "
    "within strata."
)


def estimate_stratified_effect(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    stratum: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    confidence: float = 0.95,
) -> StratifiedEffect:
    """Stratified log-rank test and stratified Cox model with Efron's ties.

    Every stratum has its own baseline hazard, the hazard ratio is common to all. Equal to R's
    ``survdiff(Surv(time, event) ~ treated + strata(stratum))`` and ``coxph`` with the same formula.

    Parameters
    ----------
    time : array (participants,)
        Follow-up from the time origin, finite and at least 0.
    event : array (participants,)
        1 or True where the event came.
    treated : array (participants,)
        1 or True in the treated arm.
    stratum : array (participants,)
        Anything that can be sorted; equal values are one stratum.
    entry : array (participants,), optional
        When each came under observation, where some did after the origin (left truncation).
    confidence : float
        Level of the interval.

    Returns
    -------
    StratifiedEffect
        ``strata`` counts the strata with participants in both arms.

    Raises
    ------
    ValueError
        When lengths differ, a time is negative or missing, or ``event`` or ``treated`` is not 0/1.

    Examples
    --------
    >>> effect = estimate_stratified_effect(
    ...     [6, 13, 21, 30, 37, 38, 49, 50], [1, 1, 1, 1, 0, 1, 0, 1], [0, 1, 0, 0, 1, 1, 0, 1],
    ...     ["UK", "UK", "UK", "UK", "FR", "FR", "FR", "FR"],
    ... )
    >>> effect.strata
    2
    """
    level = validate_confidence(confidence)
    observed = validate_follow_up(time, event, treated, entry)
    code = _strata_codes(stratum, observed.code.size)
    strata = int(code.max(initial=0)) + 1
    sizes = np.bincount(2 * code + observed.treated, minlength=2 * strata).reshape(strata, 2)
    fitted = fit_groups(count_within_strata(observed, code), sizes.sum(axis=0, keepdims=True))
    logrank = logrank_of(fitted, 0)
    cox = hazard_ratio_of(fitted, 0, confidence=level)
    arms = fitted.arms[0]
    shared = arms.shared_control_events + arms.shared_treated_events
    if not isinstance(logrank, LogRank) and arms.control and arms.treated and arms.events and not shared:
        logrank = cox = NotEstimable(ACROSS_STRATA)
    return StratifiedEffect(logrank=logrank, cox=cox, strata=int((sizes > 0).all(axis=1).sum()))


def _strata_codes(stratum: ArrayLike, size: int) -> Counts:
    labels = np.asarray(stratum)
    if labels.shape != (size,):
        raise ValueError(
            f"There are {size} times but stratum has shape {labels.shape}; it must be ({size},)."
        )
    if labels.dtype.kind == "f" and np.isnan(labels).any():
        raise ValueError(f"{int(np.isnan(labels).sum())} of {size} participants have no stratum.")
    return np.unique(labels, return_inverse=True)[1].astype(np.int64, copy=False)


def count_within_strata(observed: Observations, code: Counts) -> EventTimes:
    """Risk sets of every stratum one after the other on one axis, as a single group (1, strata × times).

    Only pairs of stratum and time that occur are listed, so many small strata cost no more than few.

    Parameters
    ----------
    observed : Observations
    code : array (participants,)
        Stratum of each participant, from 0.
    """
    times = max(observed.distinct.size, 1)
    pair, place = np.unique(code * times + observed.code, return_inverse=True)
    cell = (observed.treated * 2 + observed.event) * pair.size + place
    counts = np.bincount(cell, minlength=4 * pair.size).reshape(2, 2, pair.size).astype(np.float64)
    leaving = counts.sum(axis=1)
    so_far = np.concatenate((np.zeros((2, 1)), np.cumsum(leaving, axis=-1)), axis=-1)
    end_of_stratum = (pair // times).searchsorted(pair // times, side="right")
    at_risk = so_far[:, end_of_stratum] - so_far[:, :-1]
    if observed.first is not None:
        # everybody of the strata before has entered, and left
        entering = observed.treated * pair.size + pair.searchsorted(code * times + observed.first)
        entered = np.bincount(entering, minlength=2 * pair.size).reshape(2, pair.size)
        at_risk = np.cumsum(entered, axis=-1) - so_far[:, :-1]
    events = counts[:, 1]
    keep = np.flatnonzero(events.any(axis=0))
    return EventTimes(
        control_events=events[None, 0, keep],
        treated_events=events[None, 1, keep],
        control_at_risk=at_risk[None, 0, keep],
        treated_at_risk=at_risk[None, 1, keep],
        index=keep,
    )
