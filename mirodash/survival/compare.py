"""Comparison of two arms in every group: curves, log-rank test, hazard ratio, and within strata."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirodash.survival.competing_events import (
    CumulativeIncidence,
    describe_without_event,
    estimate_cumulative_incidence,
)
from mirodash.survival.data import (
    EventTimes,
    Observations,
    RiskSets,
    convert_to_numbers,
    count_risk_sets,
    select_entries,
    select_event_times,
    validate_confidence,
    validate_follow_up,
    validate_members,
)
from mirodash.survival.further_statistics import Choice, compute_further
from mirodash.survival.gray_test import LATE, gray_test
from mirodash.survival.kaplan_meier import (
    CountsAtTicks,
    Curves,
    RestrictedMeans,
    count_at_ticks,
    curve_of_arm,
    estimate_mean_difference,
    estimate_restricted_means,
    estimate_survival_curves,
    estimate_survival_difference,
    find_median_times,
    median_survival,
    read_medians,
    read_only,
    reverse_censoring,
    survival_at,
)
from mirodash.survival.results import (
    ArmComparison,
    ArmSummary,
    AtRiskTable,
    Counts,
    HazardRatio,
    LogRank,
    NotEstimable,
    Numbers,
    RestrictedMean,
    StratifiedEffect,
    SurvivalCurve,
)
from mirodash.survival.two_arm_cox import (
    FittedGroups,
    fit_groups,
    hazard_ratio_of,
    logrank_of,
    proportional_hazards_of,
    proportional_hazards_tests,
)


@dataclass(frozen=True, eq=False, slots=True)
class _Asked:
    """What is read of every group: at which times, how wide intervals are, and what beyond the usual."""

    horizon: float
    ticks: Numbers
    confidence: float
    further: tuple[Choice, ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Groups:
    """Everything computed for all groups together.

    ``changing`` (groups,) tests proportional hazards. Of each group and arm ``sizes`` and ``events`` count
    participants and their events; ``medians`` and ``followed``, of survival and of follow-up, are the times
    at which the curve and the ends of its band come down to one half.
    """

    counts: RiskSets
    curves: Curves
    sizes: list[list[int]]
    events: list[list[int]]
    medians: list[list[list[float]]]
    followed: list[list[list[float]]]
    at_ticks: CountsAtTicks
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
    competing: ArrayLike | None = None,
    confidence: float = 0.95,
    further: tuple[Choice, ...] = (),
) -> tuple[ArmComparison, ...]:
    """Compare the treated with the control arm in every group.

    Where another event can come first, the hazard ratio, its test of proportionality and the log-rank test
    are cause-specific: they compare how often the event comes among those who have had neither. Curves,
    medians, survival at the horizon and restricted means are then of the share that has not had the event,
    one minus the cumulative incidence: those who had the competing event count among it.

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
    competing : array (participants,), optional
        1 or True where another event ended follow-up, after which this one cannot come.
    confidence : float
        Level of all intervals.
    further : tuple of Choice
        Statistics to compute beyond the usual ones.

    Returns
    -------
    tuple of ArmComparison
        One per group, in order. What does not exist is a `NotEstimable` with the reason.

    Raises
    ------
    ValueError
        When lengths differ, a time is negative or missing, the horizon is not above 0, somebody has both
        events, or ``event`` or ``treated`` is not 0/1.

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
    asked = _Asked(
        horizon=float(horizon),
        ticks=read_only(convert_to_numbers(ticks, "ticks").copy()),
        confidence=validate_confidence(confidence),
        further=further,
    )
    observed = validate_follow_up(time, event, treated, entry)
    mask = validate_members(members, observed.code.size)
    found = _compare(observed, mask, asked)
    if competing is None:
        return found
    times, own = np.asarray(time, dtype=np.float64), np.asarray(event, dtype=np.bool_)
    other = np.asarray(competing, dtype=np.bool_)
    # whoever had either event was followed until then; only the rest tell how long follow-up was
    followed = _compare(validate_follow_up(times, own | other, treated, entry), mask, asked)
    arms = observed.treated.astype(np.bool_)
    made: list[ArmComparison] = []
    for group, cause_specific, until in zip(mask, found, followed, strict=True):
        incidences = tuple(
            estimate_cumulative_incidence(
                times[chosen],
                own[chosen],
                other[chosen],
                entry=select_entries(entry, chosen),
                confidence=asked.confidence,
            )
            for chosen in (group & ~arms, group & arms)
        )
        compared = _compare_incidence(incidences, cause_specific, until, asked)
        gray = NotEstimable(LATE)
        if entry is None:
            gray = gray_test(times[group], own[group], other[group], arms[group])
        made.append(replace(compared, gray=gray))
    return tuple(made)


def _compare(observed: Observations, mask: NDArray[np.bool_], asked: _Asked) -> tuple[ArmComparison, ...]:
    counts = count_risk_sets(observed, mask)
    curves = estimate_survival_curves(counts, confidence=asked.confidence)
    leaves = (counts.events > 0) | (counts.censored > 0)
    until = estimate_survival_curves(reverse_censoring(counts), confidence=asked.confidence)
    fitted = fit_groups(select_event_times(counts), counts.sizes())
    groups = _Groups(
        counts=counts,
        curves=curves,
        sizes=counts.sizes().tolist(),
        events=counts.events.sum(axis=-1).tolist(),
        medians=_find_medians(counts.time, curves, leaves),
        followed=_find_medians(counts.time, until, leaves),
        at_ticks=count_at_ticks(counts, asked.ticks),
        means=estimate_restricted_means(counts, curves, horizon=asked.horizon),
        fitted=fitted,
        changing=proportional_hazards_tests(fitted),
    )
    return tuple(_compare_group(groups, group, asked) for group in range(mask.shape[0]))


def _find_medians(time: Numbers, curves: Curves, leaves: NDArray[np.bool_]) -> list[list[list[float]]]:
    """Of each group and arm, where the curve and the lower and upper end of its band reach one half."""
    lines = (curves.estimate, curves.lower, curves.upper)
    found = [find_median_times(time, line, leaves) for line in lines]
    return np.stack(found, axis=-1).tolist()


def _compare_group(groups: _Groups, group: int, asked: _Asked) -> ArmComparison:
    control, treated = (_summarise_arm(groups, group, arm, asked) for arm in (0, 1))
    cox = hazard_ratio_of(groups.fitted, group, confidence=asked.confidence)
    return ArmComparison(
        n=control.n + treated.n,
        events=control.events + treated.events,
        control=control,
        treated=treated,
        logrank=logrank_of(groups.fitted, group),
        cox=cox,
        ph_test=proportional_hazards_of(cox, float(groups.changing[group])),
        further=compute_further(groups.fitted, group, asked.further),
        rmst_difference=estimate_mean_difference(
            control, treated, horizon=asked.horizon, confidence=asked.confidence
        ),
        survival_difference=estimate_survival_difference(control, treated, confidence=asked.confidence),
    )


def _summarise_arm(groups: _Groups, group: int, arm: int, asked: _Asked) -> ArmSummary:
    means = groups.means
    curve = curve_of_arm(groups.counts, groups.curves, group, arm)
    median, interval = read_medians(groups.medians[group][arm])
    follow_up, follow_up_ci = read_medians(groups.followed[group][arm])
    mean = RestrictedMean(
        tau=float(means.tau[group]),
        estimate=float(means.estimate[group, arm]),
        se=float(means.se[group, arm]),
    )
    return ArmSummary(
        n=groups.sizes[group][arm],
        events=groups.events[group][arm],
        curve=curve,
        median=median,
        median_ci=interval,
        survival_at=survival_at(curve, asked.horizon),
        rmst=mean if curve.time.size else None,
        at_risk=groups.at_ticks.of_arm(group, arm),
        follow_up=follow_up,
        follow_up_ci=follow_up_ci,
    )


def _compare_incidence(
    incidences: tuple[CumulativeIncidence, ...], found: ArmComparison, followed: ArmComparison, asked: _Asked
) -> ArmComparison:
    """The cause-specific comparison with curves and differences of the cumulative incidence.

    ``followed`` takes either event for one, so that it knows how long follow-up was.
    """
    curves = [
        replace(describe_without_event(incidence), entry=summary.curve.entry)
        for incidence, summary in zip(incidences, (found.control, found.treated), strict=True)
    ]
    tau = min((c.known_until for c in curves if c.time.size), default=0.0)
    tau = max(0.0, min(tau, asked.horizon))
    control, treated = (
        _summarise_incidence(incidence, curve, summary, ends, horizon=asked.horizon, tau=tau)
        for incidence, curve, summary, ends in zip(
            incidences,
            curves,
            (found.control, found.treated),
            (followed.control, followed.treated),
            strict=True,
        )
    )
    return replace(
        found,
        control=control,
        treated=treated,
        rmst_difference=estimate_mean_difference(
            control, treated, horizon=asked.horizon, confidence=asked.confidence
        ),
        survival_difference=estimate_survival_difference(control, treated, confidence=asked.confidence),
    )


def _summarise_incidence(
    incidence: CumulativeIncidence,
    curve: SurvivalCurve,
    summary: ArmSummary,
    followed: ArmSummary,
    *,
    horizon: float,
    tau: float,
) -> ArmSummary:
    if not curve.time.size:
        return summary
    median, interval = median_survival(curve)
    at = survival_at(curve, horizon)
    lost, error = incidence.time_lost(tau)
    return replace(
        summary,
        curve=curve,
        median=median,
        median_ci=interval,
        survival_at=at,
        rmst=RestrictedMean(tau=tau, estimate=tau - lost, se=error),
        at_risk=_count_competing(summary.at_risk, curve),
        follow_up=followed.follow_up,
        follow_up_ci=followed.follow_up_ci,
        competing=int(curve.competing.sum()) if curve.competing is not None else 0,
    )


def _count_competing(table: AtRiskTable, curve: SurvivalCurve) -> AtRiskTable:
    """The table with those who had the competing event apart from those who were censored."""
    own = curve.competing if curve.competing is not None else np.zeros(0, dtype=np.int64)
    so_far = np.concatenate(([0], np.cumsum(own)))[curve.time.searchsorted(table.time, side="left")]
    return replace(
        table, censored=read_only(table.censored - so_far), competing=read_only(so_far.astype(np.int64))
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
