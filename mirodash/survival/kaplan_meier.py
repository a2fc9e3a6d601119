"""Kaplan–Meier survival, numbers at risk, restricted mean, absolute differences, and the log-rank test."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erfc

from mirodash.survival.data import (
    EventTimes,
    RiskSets,
    count_risk_sets,
    validate_confidence,
    validate_follow_up,
)
from mirodash.survival.results import (
    ArmSummary,
    AtRiskTable,
    Counts,
    Difference,
    LogRank,
    NotEstimable,
    Numbers,
    OpenInterval,
    SurvivalAt,
    SurvivalCurve,
    compute_z_quantile,
)


def _difference(
    time: float, estimate: float, se: float, *, confidence: float, capped: bool = False
) -> Difference:
    reach = compute_z_quantile(confidence) * se
    return Difference(time, estimate, se, (estimate - reach, estimate + reach), capped)


def _missing_arm(control: ArmSummary, treated: ArmSummary) -> NotEstimable:
    if not control.n and not treated.n:
        return NotEstimable("No participants are in this group: there is no difference to estimate.")
    name, size = ("control", control.n) if control.n else ("treated", treated.n)
    return NotEstimable(f"Only the {name} arm is in this group ({size}): there is no difference to estimate.")


def estimate_mean_difference(
    control: ArmSummary, treated: ArmSummary, *, horizon: float, confidence: float
) -> Difference | NotEstimable:
    """Restricted mean survival, treated minus control, with its Wald interval."""
    if control.rmst is None or treated.rmst is None:
        return _missing_arm(control, treated)
    tau = control.rmst.tau
    if tau <= 0:
        return NotEstimable("One arm has no follow-up after time 0: restricted means cannot be compared.")
    se = float(np.hypot(control.rmst.se, treated.rmst.se))
    if se == 0:
        return NotEstimable(f"No events before time {tau:g} in either arm: the difference has no interval.")
    estimate = treated.rmst.estimate - control.rmst.estimate
    return _difference(tau, estimate, se, confidence=confidence, capped=tau < horizon)


def _explain_follow_up_end(control: SurvivalAt, treated: SurvivalAt, when: str) -> str:
    """Which arm's follow-up ended before the time."""
    if control.followed_to is not None and treated.followed_to is not None:
        return f"Follow-up of both arms ended before {when}: there is no difference to estimate."
    name = "control" if treated.followed_to is None else "treated"
    return f"Follow-up of the {name} arm ended before {when}: there is no difference to estimate."


def estimate_survival_difference(
    control: ArmSummary, treated: ArmSummary, *, confidence: float, when: str = "the horizon"
) -> Difference | NotEstimable:
    """Survival at one time, treated minus control, with Greenwood's standard errors and Wald interval.

    ``when`` is what reasons call the time.
    """
    first, second = control.survival_at, treated.survival_at
    if first is None or second is None:
        return _missing_arm(control, treated)
    ends = [at.followed_to for at in (first, second) if at.followed_to is not None]
    if first.estimate is None or second.estimate is None:
        return NotEstimable(_explain_follow_up_end(first, second, when), followed_to=min(ends))
    for name, at in (("control", first), ("treated", second)):
        if at.standard_error is None:
            why = f"No participant in the {name} arm is left free of the event at {when}"
            return NotEstimable(f"{why}: the difference has no interval.")
    se = float(np.hypot(first.standard_error or 0.0, second.standard_error or 0.0))
    if se == 0:
        return NotEstimable(
            f"No events by time {first.time:g} in either arm: the difference has no interval."
        )
    return _difference(first.time, second.estimate - first.estimate, se, confidence=confidence)


FLAT = float(np.sqrt(np.finfo(np.float64).eps))
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False, slots=True)
class Curves:
    """Survival of both arms of every group, every array (groups, 2, times).

    ``hazard_variance`` is each time's own term d / (n (n - d)) of Greenwood's formula, 0 where everybody at
    risk had the event.
    """

    estimate: Numbers
    standard_error: Numbers
    lower: Numbers
    upper: Numbers
    hazard_variance: Numbers


def estimate_survival_curves(counts: RiskSets, *, confidence: float) -> Curves:
    """Kaplan–Meier estimates with Greenwood's standard error and log–log interval.

    Source: Kaplan and Meier (1958), Greenwood (1926); R's ``survfit(conf.type = "log-log")``. The interval
    is NaN where survival is 1 or 0, the standard error where it is 0.
    """
    at_risk = np.maximum(counts.at_risk, 1)
    staying = at_risk - counts.events
    estimate: Numbers = np.cumprod(staying / at_risk, axis=-1, dtype=np.float64)
    own = counts.events / (at_risk.astype(np.float64) * np.maximum(staying, 1))
    hazard_variance = np.where(staying > 0, own, 0.0)
    dead = estimate <= 0
    inside = ~dead & (estimate < 1)
    relative = np.sqrt(np.cumsum(hazard_variance, axis=-1))
    log = np.log(np.where(inside, estimate, 0.5))
    reach = compute_z_quantile(confidence) * relative / log
    return Curves(
        estimate=estimate,
        standard_error=np.where(dead, np.nan, relative * estimate),
        lower=np.where(inside, np.exp(log * np.exp(-reach)), np.nan),
        upper=np.where(inside, np.exp(log * np.exp(reach)), np.nan),
        hazard_variance=hazard_variance,
    )


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """The same array, closed to writing, so that a result cannot change under its reader."""
    array.setflags(write=False)
    return array


def curve_of_arm(counts: RiskSets, curves: Curves, group: int, arm: int) -> SurvivalCurve:
    """One arm's curve at its own distinct times; ``arm`` is 0 for control, 1 for treated."""
    events, censored = counts.events[group, arm], counts.censored[group, arm]
    own = (events + censored).nonzero()[0]
    entry = None
    if counts.entering is not None:
        # who enters at a time is at risk from the next one on
        entry = read_only(np.repeat(counts.time[:-1], counts.entering[group, arm, 1:]))
    return SurvivalCurve(
        time=read_only(counts.time[own]),
        # one row first: of three dimensions numpy picks far more slowly
        estimate=read_only(curves.estimate[group, arm][own]),
        lower=read_only(curves.lower[group, arm][own]),
        upper=read_only(curves.upper[group, arm][own]),
        standard_error=read_only(curves.standard_error[group, arm][own]),
        at_risk=read_only(counts.at_risk[group, arm][own]),
        events=read_only(events[own]),
        censored=read_only(censored[own]),
        entry=entry,
    )


def find_median_times(time: Numbers, survival: Numbers, leaves: NDArray[np.bool_]) -> Numbers:
    """Where each of many curves comes down to one half, (...,); NaN where it does not.

    Where a curve is flat at one half it is the midpoint of that stretch, as R's
    ``quantile(survfit(...), 0.5)``; SAS calls this not estimable.

    Parameters
    ----------
    time : array (times,)
        Ascending.
    survival : array (..., times)
        The curves or the ends of their bands, NaN where there is none.
    leaves : array (..., times) of bool
        At which of the times anybody of the curve leaves: a curve is read at no other.
    """
    if not time.size:
        return np.full(survival.shape[:-1], np.nan)
    fallen = np.where(leaves, 1 - survival, np.nan)
    # without a value no comparison holds
    reached = np.where(fallen >= 0.5 - FLAT, fallen, np.inf)
    passed = np.where(fallen >= 0.5 + FLAT, fallen, np.inf)
    lowest = passed.min(axis=-1, keepdims=True)
    # of values that differ by rounding alone the first counts
    first = (reached <= reached.min(axis=-1, keepdims=True) + ROUNDING).argmax(axis=-1)
    after = (passed <= lowest + ROUNDING).argmax(axis=-1)
    last = time.size - 1 - leaves[..., ::-1].argmax(axis=-1)
    # flat at one half to the end of follow-up
    until = np.where(lowest[..., 0] == np.inf, last, after)
    is_reached = (fallen >= 0.5).any(axis=-1)
    return np.where(is_reached, (time[first] + time[until]) / 2, np.nan)


def median_survival(curve: SurvivalCurve) -> tuple[float | None, OpenInterval]:
    """Median and its interval, None where the curve or its band does not come down to one half.

    Where the curve is flat at one half the median is the midpoint of that stretch, as R's
    ``quantile(survfit(...), 0.5)``; SAS calls this not estimable.
    """
    found = find_median_times(
        curve.time,
        np.stack((curve.estimate, curve.lower, curve.upper)),
        np.ones((3, curve.time.size), dtype=np.bool_),
    )
    return read_medians(found.tolist())


def read_medians(found: list[float]) -> tuple[float | None, OpenInterval]:
    """A median and its interval, from where a curve and its lower and upper end reach one half."""
    median, low, high = (None if math.isnan(at) else at for at in found)
    return median, (low, high)


def reverse_censoring(counts: RiskSets) -> RiskSets:
    """The same counts with censoring as the event: what follow-up would have been without events.

    Source: Schemper and Smith (1996), Control Clin Trials 17, 343-346; R's ``Surv(time, 1 - event)``.
    """
    return replace(counts, events=counts.censored, censored=counts.events)


def survival_at(curve: SurvivalCurve, time: float) -> SurvivalAt | None:
    """Survival at ``time``, as R's ``summary(fit, times = time)``; None without anyone.

    As there, a time beyond the last follow-up has no estimate, but for a curve that has reached 0.
    """
    if not curve.time.size:
        return None
    if time > curve.known_until:
        return SurvivalAt(time, None, None, None, None, 0, followed_to=curve.known_until)
    last = int(curve.time.searchsorted(time, side="right")) - 1
    at_risk = curve.count_at_risk(time)
    if last < 0:
        return SurvivalAt(time, 1.0, None, None, 0.0, at_risk)
    lower, upper, se = (float(x[last]) for x in (curve.lower, curve.upper, curve.standard_error))
    return SurvivalAt(
        time=time,
        estimate=float(curve.estimate[last]),
        lower=None if np.isnan(lower) else lower,
        upper=None if np.isnan(upper) else upper,
        standard_error=None if np.isnan(se) else se,
        at_risk=at_risk,
    )


@dataclass(frozen=True, eq=False, slots=True)
class CountsAtTicks:
    """What the at-risk table says of both arms of every group: arrays (groups, 2, ticks)."""

    time: Numbers
    at_risk: Counts
    censored: Counts
    events: Counts
    entered: Counts | None

    def of_arm(self, group: int, arm: int) -> AtRiskTable:
        """The table of one arm of one group."""
        return AtRiskTable(
            time=self.time,
            at_risk=self.at_risk[group, arm],
            censored=self.censored[group, arm],
            events=self.events[group, arm],
            entered=None if self.entered is None else self.entered[group, arm],
        )


def count_at_ticks(counts: RiskSets, ticks: Numbers) -> CountsAtTicks:
    """How many are at risk (time >= tick), and how many were censored or had the event before it.

    Where participants enter late, those at risk have entered before the tick.
    """
    place = counts.time.searchsorted(ticks, side="left")
    events, censored = (_count_so_far(of)[..., place] for of in (counts.events, counts.censored))
    entered = None
    if counts.entering is None:
        size = counts.at_risk[..., :1] if counts.time.size else 0
    else:
        so_far = np.cumsum(counts.entering, axis=-1)
        none = np.zeros((*so_far.shape[:-1], 1), dtype=so_far.dtype)
        so_far = np.concatenate((so_far, none), axis=-1)
        size = entered = read_only(so_far[..., np.minimum(place, counts.time.size - 1)])
    return CountsAtTicks(
        time=ticks,
        at_risk=read_only(size - events - censored),
        censored=read_only(censored),
        events=read_only(events),
        entered=entered,
    )


def _count_so_far(leaving: Counts) -> Counts:
    """How many have left before each time, and at the end, (groups, 2, times + 1)."""
    answer = np.zeros((*leaving.shape[:-1], leaving.shape[-1] + 1), dtype=leaving.dtype)
    leaving.cumsum(axis=-1, out=answer[..., 1:])
    return answer


def estimate_kaplan_meier(
    time: ArrayLike, event: ArrayLike, *, entry: ArrayLike | None = None, confidence: float = 0.95
) -> SurvivalCurve:
    """Kaplan–Meier estimate of one list of participants.

    Parameters
    ----------
    time : array (participants,)
        Follow-up from the time origin, finite and at least 0.
    event : array (participants,)
        1 or True where the event came.
    entry : array (participants,), optional
        When each came under observation, where some did after the origin.
    confidence : float
        Level of the log–log interval.

    Raises
    ------
    ValueError
        When the lengths differ, a time is negative or missing, or ``event`` is not 0/1.

    Examples
    --------
    >>> curve = estimate_kaplan_meier([1, 2, 3, 4], [1, 1, 0, 1])
    >>> curve.estimate
    array([0.75, 0.5 , 0.5 , 0.  ])
    """
    level = validate_confidence(confidence)
    times = np.asarray(time)
    observed = validate_follow_up(times, event, np.zeros(times.shape, dtype=np.int64), entry)
    counts = count_risk_sets(observed, np.ones((1, observed.code.size), dtype=np.bool_))
    return curve_of_arm(counts, estimate_survival_curves(counts, confidence=level), 0, 0)


@dataclass(frozen=True, eq=False, slots=True)
class LogRankSums:
    """Observed and expected events in the treated arm and the variance of their difference: (groups,)."""

    observed: Numbers
    expected: Numbers
    variance: Numbers


def compute_chi_square_p_value(statistic: float) -> float:
    """Upper tail of chi-square on one degree of freedom."""
    return float(erfc(np.sqrt(max(statistic, 0.0) / 2)))


def sum_logrank(counts: EventTimes) -> LogRankSums:
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
        p=compute_chi_square_p_value(statistic),
        observed=observed,
        expected=expected,
        variance=variance,
    )


@dataclass(frozen=True, eq=False, slots=True)
class RestrictedMeans:
    """Per group: ``tau`` (groups,); ``estimate`` and ``se`` (groups, 2), in the time unit."""

    tau: Numbers
    estimate: Numbers
    se: Numbers


def _last_leaving(counts: RiskSets) -> Counts:
    """One more than the place of the last time at which somebody of each arm leaves, (groups, 2)."""
    leaves = counts.events + counts.censored > 0
    return np.where(leaves.any(axis=-1), leaves.shape[-1] - np.argmax(leaves[..., ::-1], axis=-1), 0)


def last_follow_up(counts: RiskSets) -> Numbers:
    """Time of the last participant of each arm, (groups, 2); NaN in an empty arm."""
    if not counts.time.size:
        return np.full(counts.at_risk.shape[:2], np.nan)
    last = _last_leaving(counts) if counts.entering is not None else (counts.at_risk > 0).sum(axis=-1)
    return np.where(last > 0, counts.time[np.maximum(last, 1) - 1], np.nan)


def find_known_until(counts: RiskSets, curves: Curves) -> Numbers:
    """Until when each arm's curve is known, (groups, 2): its last follow-up, infinity once it is at 0."""
    last = last_follow_up(counts)
    return np.where((curves.estimate <= 0).any(axis=-1), np.inf, last)


def estimate_restricted_means(counts: RiskSets, curves: Curves, *, horizon: float) -> RestrictedMeans:
    """Area under each curve up to the horizon, with Greenwood's standard error.

    The horizon is lowered to the smaller last follow-up of the arms whose curves are above 0: beyond it one
    curve is not known. A curve at 0 is known at every later time.
    Source: R's ``survfit`` summaries with ``rmean`` (``survival:::survmean``).
    """
    last = np.fmin(*np.moveaxis(find_known_until(counts, curves), -1, 0))
    tau = np.where(np.isnan(last), 0.0, np.minimum(last, horizon))
    # in shares of tau, so that the squares of very long times stay finite
    unit = np.where(tau > 0, tau, 1.0)
    edges = np.minimum(counts.time, tau[:, None]) / unit[:, None]
    end = (tau / unit)[:, None]
    first = np.concatenate((edges, end), axis=-1)[:, :1]
    width = np.diff(np.concatenate((edges, end), axis=-1), axis=-1)
    area = curves.estimate * width[:, None, :]
    to_come = np.cumsum(area[..., ::-1], axis=-1)[..., ::-1]
    estimate = first + area.sum(axis=-1)
    variance = (to_come**2 * curves.hazard_variance).sum(axis=-1)
    return RestrictedMeans(tau=tau, estimate=estimate * unit[:, None], se=np.sqrt(variance) * unit[:, None])
