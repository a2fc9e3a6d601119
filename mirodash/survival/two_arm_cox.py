"""Cox model and log-rank test of two arms for many groups at once: Efron ties, Firth, proportionality."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, digamma, gammaln, polygamma

from mirodash.survival.data import (
    ArmCounts,
    EventTimes,
    count_shared_events,
    find_obstacle_to_comparison,
    find_obstacle_to_hazard_ratio,
)
from mirodash.survival.kaplan_meier import LogRankSums, compute_chi_square_p_value, logrank_test, sum_logrank
from mirodash.survival.results import (
    Counts,
    FirthEstimate,
    HazardRatio,
    LogRank,
    NotEstimable,
    Numbers,
    ProportionalHazardsTest,
    compute_z_quantile,
)

LARGE = 30.0  # from here on the expansions below are exact to double precision
FEW_TERMS = 200_000


class TieSums(Protocol):
    """Sums over tied events for a batch of groups; ``beta`` is the log hazard ratio of each, (groups,)."""

    def by_time(self, beta: Numbers) -> tuple[Numbers, Numbers]:
        """Score and information at every event time, each (groups, times)."""
        ...

    def total(self, beta: Numbers) -> tuple[Numbers, Numbers]:
        """Score and information, each (groups,)."""
        ...

    def gain(self, beta: Numbers) -> Numbers:
        """Log partial likelihood at ``beta`` minus that at 0, (groups,)."""
        ...

    def rows(self, keep: NDArray[np.intp]) -> TieSums:
        """The same for some of the groups only."""
        ...


def sum_ties(counts: EventTimes) -> TieSums:
    """Choose the cheaper way of summing over ties; both give the same numbers."""
    if not counts.index.size:
        return ExplicitTies(counts)
    most = (counts.control_events + counts.treated_events).max(axis=0)
    terms = float(most.sum())
    if terms <= 4 * most.size or terms * counts.control_events.shape[0] <= FEW_TERMS:
        return ExplicitTies(counts)
    return ClosedFormTies(counts)


class ExplicitTies:
    """One term for every tied event: quickest while ties are few.

    Terms are in two blocks: the first event of every time, then the second and later ones of tied times.
    """

    def __init__(self, counts: EventTimes) -> None:
        events = counts.control_events + counts.treated_events
        at_risk = counts.control_at_risk + counts.treated_at_risk
        # a group without events at a time, or with fewer than others, gets share 0: that adds to no sum
        first = np.where(events > 0, counts.treated_at_risk, 0) / np.maximum(at_risk, 1)
        more = np.maximum(events.max(axis=0, initial=0).astype(np.int64) - 1, 0)
        self._tied = np.flatnonzero(more)
        self._start = (np.cumsum(more) - more)[self._tied]
        self._events: Numbers = counts.treated_events
        self._observed: Numbers = counts.treated_events.sum(axis=-1)
        self._share: Numbers = first
        if self._tied.size:
            time = np.repeat(np.arange(more.size), more)
            place = np.arange(1, time.size + 1) - (np.cumsum(more) - more)[time]
            tied = events[:, time]
            gone = place / np.maximum(tied, 1) * counts.treated_events[:, time]
            valid = place < tied
            treated = np.where(valid, counts.treated_at_risk[:, time] - gone, 0)
            later = treated / np.where(valid, at_risk[:, time] - place, 1)
            self._share = np.concatenate((first, later), axis=-1)

    def rows(self, keep: NDArray[np.intp]) -> ExplicitTies:
        """The same for some of the groups only."""
        part = copy(self)
        part._share, part._events = self._share[keep], self._events[keep]
        part._observed = self._observed[keep]
        return part

    def _by_time(self, terms: Numbers) -> Numbers:
        times = self._events.shape[-1]
        sums = terms[:, :times].copy()
        if self._tied.size:
            sums[:, self._tied] += np.add.reduceat(terms[:, times:], self._start, axis=-1)
        return sums

    def chances(self, beta: Numbers) -> Numbers:
        """Probability that each tied event is in the treated arm, (groups, terms)."""
        more = np.expm1(beta)[:, None]
        return (1 + more) * self._share / (1 + more * self._share)

    def total(self, beta: Numbers) -> tuple[Numbers, Numbers]:
        """Score and information, each (groups,)."""
        p = self.chances(beta)
        return self._observed - p.sum(axis=-1), np.einsum("gk,gk->g", p, 1 - p)

    def by_time(self, beta: Numbers) -> tuple[Numbers, Numbers]:
        """Score and information at every event time, each (groups, times)."""
        p = self.chances(beta)
        return self._events - self._by_time(p), self._by_time(p * (1 - p))

    def gain(self, beta: Numbers) -> Numbers:
        """Log partial likelihood at ``beta`` minus that at 0, (groups,)."""
        logs = np.log1p(np.expm1(beta)[:, None] * self._share).sum(axis=-1)
        return beta * self._observed - logs


class ClosedFormTies:
    """Closed form in the digamma function: the cost does not grow with the number of ties.

    With S and C the risk-weighted counts at risk and having the event, d events, and z = S d / C, the j-th
    probability is alpha / (z - j) + gamma, so only the sums of 1 / (z - j) and of its square are needed.
    """

    def __init__(self, counts: EventTimes) -> None:
        self._counts = counts
        self._events = counts.control_events + counts.treated_events
        self._any = self._events > 0
        cross = counts.treated_at_risk * counts.control_events
        self._cross = cross - counts.treated_events * counts.control_at_risk

    def rows(self, keep: NDArray[np.intp]) -> ClosedFormTies:
        """The same for some of the groups only."""
        return ClosedFormTies(self._counts.rows(keep))

    def _weighted(self, beta: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        ratio = np.exp(beta)[:, None]
        at_risk = self._counts.control_at_risk + ratio * self._counts.treated_at_risk
        failing = self._counts.control_events + ratio * self._counts.treated_events
        failing = np.where(self._any, failing, 1)
        return ratio, failing, np.where(self._any, at_risk * self._events / failing, 2 * LARGE)

    def by_time(self, beta: Numbers) -> tuple[Numbers, Numbers]:
        """Score and information at every event time, each (groups, times)."""
        ratio, failing, z = self._weighted(beta)
        first, second = sum_reciprocals(z, self._events)
        alpha = ratio * self._cross * self._events / failing**2
        gamma = ratio * self._counts.treated_events / failing
        expected = alpha * first + gamma * self._events
        squares = alpha * (alpha * second + 2 * gamma * first) + gamma**2 * self._events
        return self._counts.treated_events - expected, expected - squares

    def total(self, beta: Numbers) -> tuple[Numbers, Numbers]:
        """Score and information, each (groups,)."""
        score, information = self.by_time(beta)
        return score.sum(axis=-1), information.sum(axis=-1)

    def gain(self, beta: Numbers) -> Numbers:
        """Log partial likelihood at ``beta`` minus that at 0, (groups,)."""
        logs = self._logs(beta) - self._logs(np.zeros_like(beta))
        return beta * self._counts.treated_events.sum(axis=-1) - logs.sum(axis=-1)

    def _logs(self, beta: Numbers) -> Numbers:
        _, failing, z = self._weighted(beta)
        size = np.log(failing / np.maximum(self._events, 1))
        return self._events * size + gammaln(z + 1) - gammaln(z - self._events + 1)


def sum_reciprocals(z: Numbers, d: Numbers) -> tuple[Numbers, Numbers]:
    """Sums of 1 / (z - j) and of 1 / (z - j)² over j = 0 … d - 1, for z >= d.

    They are differences of the digamma and trigamma functions. Where z - d is large, their expansions
    about the midpoint (Abramowitz and Stegun 6.3.18, shifted by a half) are ten times as quick and do not
    lose digits to the subtraction.
    """
    above = z + 0.5
    below = np.maximum(z - d + 0.5, 0.5)
    first = np.log1p(d / below) + _digamma_tail(above) - _digamma_tail(below)
    second = d / (above * below) + _trigamma_tail(above) - _trigamma_tail(below)
    small: Counts = np.flatnonzero(below < LARGE)
    if small.size:
        top, low = above.flat[small] + 0.5, below.flat[small] + 0.5
        first.flat[small] = digamma(top) - digamma(low)
        second.flat[small] = polygamma(1, low) - polygamma(1, top)
    return first, second


def _digamma_tail(x: Numbers) -> Numbers:
    u = 1 / (x * x)
    return u * (1 / 24 - u * (7 / 960 - u * (31 / 8064 - u * 127 / 30720)))


def _trigamma_tail(x: Numbers) -> Numbers:
    # of 1/x - trigamma(x + 1/2), so that the sum above adds the upper and subtracts the lower end
    u = 1 / (x * x)
    return (u / x) * (1 / 12 - u * (7 / 240 - u * (31 / 1344 - u * 127 / 3840)))


FURTHEST = 30.0


class PenalisedLikelihood:
    """Log partial likelihood plus half the log information, for one group, relative to no effect."""

    def __init__(self, counts: EventTimes) -> None:
        self._ties = ExplicitTies(counts)
        self._at_none = self._information(0.0)

    def _information(self, beta: float) -> float:
        return float(self._ties.total(np.array([beta]))[1][0])

    def gain(self, beta: float) -> float:
        """Penalised log likelihood at ``beta`` minus that at 0."""
        plain = float(self._ties.gain(np.array([beta]))[0])
        return plain + 0.5 * float(np.log(self._information(beta) / self._at_none))

    def score(self, beta: float) -> float:
        """Slope of `gain`."""
        at = np.array([beta])
        score, information = self._ties.total(at)
        p = self._ties.chances(at)
        third = (p * (1 - p) * (1 - 2 * p)).sum()
        return float(score[0] + 0.5 * third / information[0])


def fit_firth(counts: EventTimes, *, confidence: float) -> FirthEstimate:
    """Penalised estimate with profile penalised-likelihood interval and penalised likelihood-ratio p.

    Parameters
    ----------
    counts : EventTimes
        Of one group, in which at least one event came while both arms were at risk.
    confidence : float

    Source: Firth (1993); Heinze and Schemper (2001); R's ``coxphf``, with Efron's ties.
    """
    # takes a fifth of a second to load and is seldom needed
    from scipy.optimize import brentq  # noqa: PLC0415

    penalised = PenalisedLikelihood(counts)
    best = float(brentq(penalised.score, -FURTHEST, FURTHEST, xtol=1e-13, rtol=1e-13))
    top = penalised.gain(best)
    allowed = float(chdtri(1, 1 - confidence))

    def beyond(beta: float) -> float:
        return 2 * (top - penalised.gain(beta)) - allowed

    def end(edge: float) -> float | None:
        if beyond(edge) <= 0:
            return None
        return float(np.exp(brentq(beyond, min(edge, best), max(edge, best), xtol=1e-12)))

    return FirthEstimate(
        hr=float(np.exp(best)),
        ci=(end(-FURTHEST), end(FURTHEST)),
        p=compute_chi_square_p_value(2 * top),
    )


MAX_STEP = 2.0
TOLERANCE = 1e-10
MAX_ITERATIONS = 200


@dataclass(frozen=True, eq=False, slots=True)
class CoxFits:
    """Fits of a batch of groups, every array (groups,); NaN where there is no finite estimate.

    ``coef`` is the log hazard ratio, ``information`` its information there, ``gain`` the log partial
    likelihood above that of no effect, ``score`` the score statistic of no effect.
    """

    coef: Numbers
    information: Numbers
    gain: Numbers
    score: Numbers


def maximise_likelihood(ties: TieSums, finite: NDArray[np.bool_]) -> Numbers:
    """Log hazard ratios by Newton's method on all groups together.

    The score falls steadily in the log hazard ratio, so every value tried bounds the answer on one side; a
    step that leaves these bounds is replaced by halving them, and the method cannot fail.

    Parameters
    ----------
    ties : TieSums
    finite : array (groups,) of bool
        Where a finite estimate exists; the others are left NaN.

    Returns
    -------
    array (groups,)
    """
    answer = np.full(finite.shape, np.nan)
    rows = np.flatnonzero(finite)
    part = ties if rows.size == finite.size else ties.rows(rows)
    beta, low, high = np.zeros(rows.size), np.full(rows.size, -np.inf), np.full(rows.size, np.inf)
    for _ in range(MAX_ITERATIONS):
        if not rows.size:
            break
        score, information = part.total(beta)
        low, high = np.where(score > 0, beta, low), np.where(score < 0, beta, high)
        step = np.clip(score / np.maximum(information, 1e-300), -MAX_STEP, MAX_STEP)
        following = beta + step
        outside = (following < low) | (following > high)
        if outside.any():
            # a group whose score is 0 at the start has no bounds yet, and needs none
            with np.errstate(invalid="ignore"):
                following = np.where(outside, 0.5 * (low + high), following)
        moving = np.abs(following - beta) > TOLERANCE * (1 + np.abs(beta))
        beta = following
        answer[rows] = beta
        if not moving.any():
            break
        if 2 * np.count_nonzero(moving) <= rows.size:
            keep = np.flatnonzero(moving)
            rows, part, beta, low, high = rows[keep], part.rows(keep), beta[keep], low[keep], high[keep]
    return answer


def fit_two_arms(ties: TieSums, finite: NDArray[np.bool_]) -> CoxFits:
    """Fit every group for which ``finite`` (groups,) says that an estimate exists.

    Source: Cox (1972) with Efron's ties; R's ``coxph``.
    """
    coef = maximise_likelihood(ties, finite)
    at = np.where(finite, coef, 0.0)
    _, information = ties.total(at)
    score, information_at_none = ties.total(np.zeros_like(at))
    statistic = score**2 / np.where(finite, information_at_none, 1)
    return CoxFits(
        coef=coef,
        information=np.where(finite, information, np.nan),
        gain=np.where(finite, ties.gain(at), np.nan),
        score=np.where(finite, statistic, np.nan),
    )


def fit_hazard_ratio(
    coef: float, information: float, gain: float, score: float, *, confidence: float
) -> HazardRatio:
    """One group's hazard ratio with Wald interval and the three p-values of R's ``summary(coxph)``."""
    se = information**-0.5
    reach = compute_z_quantile(confidence) * se
    return HazardRatio(
        hr=float(np.exp(coef)),
        ci=(float(np.exp(coef - reach)), float(np.exp(coef + reach))),
        coef=coef,
        se=se,
        p_wald=compute_chi_square_p_value((coef / se) ** 2),
        p_lr=compute_chi_square_p_value(2 * gain),
        p_score=compute_chi_square_p_value(score),
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
