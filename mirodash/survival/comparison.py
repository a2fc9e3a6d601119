"""Two arms side by side in every group of participants: curves, counts, tests and effects in one pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from mirodash.survival.efron_ties import tie_sums
from mirodash.survival.estimability import (
    ArmCounts,
    obstacle_to_comparison,
    obstacle_to_hazard_ratio,
    shared_events,
)
from mirodash.survival.firth import firth_estimate
from mirodash.survival.kaplan_meier import (
    Curves,
    at_risk_table,
    curve_of_arm,
    median_survival,
    read_only,
    survival_at,
    survival_curves,
)
from mirodash.survival.logrank import LogRankSums, logrank_sums, logrank_test, tail_of_chi_square
from mirodash.survival.observations import checked_confidence, checked_members, observe
from mirodash.survival.proportional_hazards import changing_hazard_statistics
from mirodash.survival.restricted_mean import RestrictedMeans, restricted_means
from mirodash.survival.results import (
    ArmComparison,
    ArmSummary,
    Counts,
    Difference,
    HazardRatio,
    LogRank,
    NotEstimable,
    Numbers,
    ProportionalHazardsTest,
    RestrictedMean,
)
from mirodash.survival.risk_sets import EventTimes, RiskSets, at_event_times, count_risk_sets
from mirodash.survival.two_arm_cox import CoxFits, fit_two_arms, hazard_ratio


@dataclass(frozen=True, eq=False, slots=True)
class EffectSizes:
    """Tests and effects of one group."""

    logrank: LogRank | NotEstimable
    cox: HazardRatio | NotEstimable
    ph_test: ProportionalHazardsTest | NotEstimable


@dataclass(frozen=True, eq=False, slots=True)
class _Batch:
    """What was computed for all groups together."""

    arms: list[ArmCounts]
    logrank: LogRankSums
    fits: CoxFits
    changing: Numbers
    counts: EventTimes


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
    means = restricted_means(counts, curves, horizon=float(horizon))
    tick_times = read_only(np.array(ticks, dtype=np.float64))
    batch = _fit_batch(counts)
    return tuple(
        _comparison(
            group, counts, curves, means, batch, horizon=float(horizon), ticks=tick_times, confidence=level
        )
        for group in range(mask.shape[0])
    )


def _fit_batch(counts: RiskSets) -> _Batch:
    at_events = at_event_times(counts)
    ties = tie_sums(at_events)
    sums = logrank_sums(at_events)
    shared = shared_events(at_events)
    arms = _arm_counts(counts, *shared)
    finite = (shared[0] > 0) & (shared[1] > 0) & (sums.variance > 0)
    fits = fit_two_arms(ties, finite)
    return _Batch(arms, sums, fits, changing_hazard_statistics(at_events, ties, fits.coef), at_events)


def _arm_counts(counts: RiskSets, control: Counts, treated: Counts) -> list[ArmCounts]:
    sizes = counts.at_risk[:, :, :1].sum(axis=-1)
    events = counts.events.sum(axis=-1)
    table = np.column_stack((sizes, events, control, treated)).tolist()
    return [ArmCounts(*row) for row in table]


def _effects(batch: _Batch, group: int, *, confidence: float) -> EffectSizes:
    sums, fits, arms = batch.logrank, batch.fits, batch.arms[group]
    variance = float(sums.variance[group])
    why = obstacle_to_comparison(arms, variance=variance)
    if why:
        nothing = NotEstimable(why)
        return EffectSizes(nothing, nothing, nothing)
    logrank = logrank_test(float(sums.observed[group]), float(sums.expected[group]), variance)
    why = obstacle_to_hazard_ratio(arms)
    if why:
        firth = (
            None if arms.events == 1 else firth_estimate(_only(batch.counts, group), confidence=confidence)
        )
        return EffectSizes(logrank, NotEstimable(why, firth), NotEstimable(why))
    row = (fits.coef[group], fits.information[group], fits.gain[group], fits.score[group])
    cox = hazard_ratio(*(float(x) for x in row), confidence=confidence)
    changing = float(batch.changing[group])
    if np.isnan(changing):
        why = "Events with both arms at risk came at one time only: a change over time cannot be tested."
        return EffectSizes(logrank, cox, NotEstimable(why))
    return EffectSizes(logrank, cox, ProportionalHazardsTest(changing, tail_of_chi_square(changing)))


def _only(counts: EventTimes, group: int) -> EventTimes:
    row = slice(group, group + 1)
    return EventTimes(
        control_events=counts.control_events[row],
        treated_events=counts.treated_events[row],
        control_at_risk=counts.control_at_risk[row],
        treated_at_risk=counts.treated_at_risk[row],
        index=counts.index,
    )


def _comparison(
    group: int,
    counts: RiskSets,
    curves: Curves,
    means: RestrictedMeans,
    batch: _Batch,
    *,
    horizon: float,
    ticks: Numbers,
    confidence: float,
) -> ArmComparison:
    arms = batch.arms[group]
    sizes, events = (arms.control, arms.treated), (arms.control_events, arms.treated_events)
    tau = float(means.tau[group])
    summaries: list[ArmSummary] = []
    for arm in (0, 1):
        curve = curve_of_arm(counts, curves, group, arm)
        median, interval = median_survival(curve)
        mean = RestrictedMean(tau, float(means.estimate[group, arm]), float(means.se[group, arm]))
        summaries.append(
            ArmSummary(
                n=sizes[arm],
                events=events[arm],
                curve=curve,
                median=median,
                median_ci=interval,
                survival_at=survival_at(curve, horizon),
                rmst=mean if sizes[arm] else None,
                at_risk=at_risk_table(counts, ticks, group, arm),
            )
        )
    control, treated = summaries
    effects = _effects(batch, group, confidence=confidence)
    return ArmComparison(
        n=sum(sizes),
        events=sum(events),
        control=control,
        treated=treated,
        logrank=effects.logrank,
        cox=effects.cox,
        ph_test=effects.ph_test,
        rmst_difference=mean_difference(control, treated, horizon=horizon, confidence=confidence),
        survival_difference=survival_difference(control, treated, confidence=confidence),
    )


def _difference(
    time: float, estimate: float, se: float, *, confidence: float, capped: bool = False
) -> Difference:
    reach = float(ndtri(0.5 + confidence / 2)) * se
    return Difference(time, estimate, se, (estimate - reach, estimate + reach), capped)


def _missing_arm(control: ArmSummary, treated: ArmSummary) -> NotEstimable | None:
    if control.n and treated.n:
        return None
    if not control.n and not treated.n:
        return NotEstimable("Nobody is in this group: there is no difference to estimate.")
    name, size = ("control", control.n) if control.n else ("treated", treated.n)
    return NotEstimable(f"Only the {name} arm is in this group ({size}): there is no difference to estimate.")


def mean_difference(
    control: ArmSummary, treated: ArmSummary, *, horizon: float, confidence: float
) -> Difference | NotEstimable:
    """Restricted mean survival, treated minus control, with its Wald interval."""
    missing = _missing_arm(control, treated)
    if missing or control.rmst is None or treated.rmst is None:
        return missing or NotEstimable("There is no restricted mean.")
    tau = control.rmst.tau
    if tau <= 0:
        return NotEstimable("One arm has no follow-up after time 0: restricted means cannot be compared.")
    se = float(np.hypot(control.rmst.se, treated.rmst.se))
    if se == 0:
        return NotEstimable(f"No events before time {tau:g} in either arm: the difference has no interval.")
    estimate = treated.rmst.estimate - control.rmst.estimate
    return _difference(tau, estimate, se, confidence=confidence, capped=tau < horizon)


def survival_difference(
    control: ArmSummary, treated: ArmSummary, *, confidence: float
) -> Difference | NotEstimable:
    """Survival at the horizon, treated minus control, with Greenwood's standard errors and Wald interval."""
    missing = _missing_arm(control, treated)
    first, second = control.survival_at, treated.survival_at
    if missing or first is None or second is None:
        return missing or NotEstimable("There is no survival to compare.")
    for name, at in (("control", first), ("treated", second)):
        if at.standard_error is None:
            why = f"Nobody in the {name} arm is left free of the event at time {at.time:g}"
            return NotEstimable(f"{why}: the difference has no interval.")
    se = float(np.hypot(first.standard_error or 0.0, second.standard_error or 0.0))
    if se == 0:
        return NotEstimable(
            f"No events by time {first.time:g} in either arm: the difference has no interval."
        )
    return _difference(first.time, second.estimate - first.estimate, se, confidence=confidence)
