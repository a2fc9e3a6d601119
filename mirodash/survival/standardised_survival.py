"""Standardised survival curves (g-formula): Breslow's baseline hazard averaged over covariates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirodash.survival.adjusted import (
    StandardisedCurve,
    StandardisedSurvival,
    WithCovariates,
    drop_collinear_covariates,
    fit_adjusted_model,
    select_with_covariates,
)
from mirodash.survival.cox import CoxModel
from mirodash.survival.data import rank_times, select_entries, validate_confidence
from mirodash.survival.kaplan_meier import estimate_kaplan_meier
from mirodash.survival.results import Counts, Difference, NotEstimable, Numbers, compute_z_quantile


@dataclass(frozen=True, eq=False, slots=True)
class BaselineHazard:
    """Cumulative baseline hazards, at time 0 and at every event time up to a horizon.

    Parameters
    ----------
    time : array (times,)
    cumulative : array (strata, times)
    variance : array (strata, times)
        Of ``cumulative`` with the coefficients known.
    pull : array (strata, times, terms)
        Minus the derivative of ``cumulative`` by the coefficients.
    """

    time: Numbers
    cumulative: Numbers
    variance: Numbers
    pull: Numbers

    def at_last(self) -> BaselineHazard:
        """Only the last of the times."""
        return self._only(np.array([-1]))

    def at_most(self, times: int) -> BaselineHazard:
        """The first and the last time, and evenly from those between them as many as are wanted."""
        if self.time.size <= times:
            return self
        return self._only(np.linspace(0, self.time.size - 1, times).round().astype(np.int64))

    def _only(self, which: Counts) -> BaselineHazard:
        return BaselineHazard(
            self.time[which], self.cumulative[:, which], self.variance[:, which], self.pull[:, which]
        )


def estimate_baseline_hazards(
    people: WithCovariates, x: Numbers, coef: Numbers, *, horizon: float, most: int
) -> BaselineHazard:
    """Efron's estimate in every stratum, as R's ``survfit(coxph(ties = "efron"))``.

    With f = j / d for the j-th of d events at one time, each adds 1 / (S − f T): S sums the relative
    hazards of those at risk, T of those having the event then.

    Parameters
    ----------
    people : WithCovariates
    x : array (participants, terms)
        Covariates of the model, about some centre, for which the hazard is.
    coef : array (terms,)
    horizon : float
        Later event times are left out.
    most : int
        At how many times the hazards are told, of however many they rise at.

    Source: Therneau & Grambsch (2000), Modeling Survival Data, chapter 10.
    """
    distinct, code, first = rank_times(people.time, people.entry)
    happened = people.event == 1
    slots = np.unique(code[happened & (distinct[code] <= horizon)])
    strata = int(people.stratum.max(initial=0)) + 1
    shape = (strata, slots.size + 1)
    cumulative, variance, pull = np.zeros(shape), np.zeros(shape), np.zeros((*shape, coef.size))
    weight = np.exp(x @ coef)
    for s in range(strata):
        here = people.stratum == s
        values = np.column_stack((weight[here], weight[here, None] * x[here]))
        entering = None if first is None else first[here]
        steps = _steps(code[here], happened[here], values, slots, entering)
        cumulative[s, 1:], variance[s, 1:], pull[s, 1:] = (np.cumsum(step, axis=0) for step in steps)
    time = np.concatenate(([0.0], distinct[slots]))
    return BaselineHazard(time, cumulative, variance, pull).at_most(most)


def _steps(
    code: Counts,
    event: NDArray[np.bool_],
    values: Numbers,
    slots: Counts,
    first: Counts | None = None,
) -> tuple[Numbers, Numbers, Numbers]:
    """What each event time of ``slots`` adds in one stratum: hazard, its variance and its pull.

    ``values`` (participants, 1 + terms) are relative hazards, alone and times the covariates. ``first``
    (participants,) is the rank from which each is at risk.
    """
    tied = np.bincount(code[event], minlength=int(slots.max(initial=0)) + 1)[slots]
    order = np.argsort(code, kind="stable")
    at_risk = _sum_from_the_end(values[order])[np.searchsorted(code[order], slots)]
    if first is not None:
        order = np.argsort(first, kind="stable")
        absent = np.searchsorted(first[order], slots, side="right")
        at_risk = at_risk - _sum_from_the_end(values[order])[absent]
    failing = np.zeros_like(at_risk)
    mine = event & np.isin(code, slots)
    np.add.at(failing, np.searchsorted(slots, code[mine]), values[mine])
    of = np.repeat(np.arange(slots.size), tied)
    share = (np.arange(of.size) - (np.cumsum(tied) - tied)[of]) / tied[of]
    left = at_risk[of] - share[:, None] * failing[of]
    once = 1 / left[:, 0]
    steps = np.zeros((slots.size, 1 + values.shape[1]))
    np.add.at(steps, of, np.column_stack((once, once**2, left[:, 1:] * (once**2)[:, None])))
    return steps[:, 0], steps[:, 1], steps[:, 2:]


def _sum_from_the_end(values: Numbers) -> Numbers:
    """Entry k of (rows + 1, columns) holds the sum of all rows but the first k."""
    return np.concatenate((np.cumsum(values[::-1], axis=0)[::-1], np.zeros((1, values.shape[1]))))


NOT_FOLLOWED = "Follow-up of an arm ended before the horizon: there is no difference to estimate."
MAX_TIMES = 500
"""More steps than this cannot be told apart on a card, and everybody is predicted at each of them."""


def standardise_curves(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike,
    *,
    horizon: float,
    entry: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> StandardisedSurvival | NotEstimable:
    """Standardise survival to the covariates and strata of everybody (g-computation), arm by arm.

    A Cox model with treatment and covariates, with a baseline hazard for each stratum, predicts everybody's
    survival in either arm; the predictions are averaged. Equal to R's ``survfit(coxph(), newdata)`` with
    everybody in that arm, averaged over its rows (Efron's ties). The variance has three parts: of the
    coefficients, of the baseline hazards given them (both as R's ``survfit.coxph``, with the covariances that
    an average needs), and of who happened to be in the trial. Intervals are log-log for the curves, normal
    for the difference.

    Source: Ozenne et al. (2020), Biometrical Journal 62, 751–763; Tsiatis (1981), Annals of Statistics 9,
    93–108.

    Parameters
    ----------
    time, event, treated : array (participants,)
    covariates : array (participants, covariates)
        In any units; none of them missing. May have no column.
    horizon : float
        Where the arms are compared, in the unit of time; the curves go no further.
    entry : array (participants,), optional
        When each came under observation, where some did after the origin (left truncation).
    strata : array (participants,), optional
        Strata with a baseline hazard of their own; any values that can be sorted.
    names : sequence of str, optional
        What messages call the covariates.
    confidence : float
        Level of the intervals.

    Returns
    -------
    StandardisedSurvival
    NotEstimable
        With the reason, as `mirodash.survival.adjusted.fit_adjusted_cox`.

    Raises
    ------
    ValueError
        When the arrays do not fit together.
    """
    level = validate_confidence(confidence)
    people = select_with_covariates(time, event, treated, covariates, entry=entry, strata=strata)
    people, called, _ = drop_collinear_covariates(people, names=names)
    model = fit_adjusted_model(people, names=called)
    if isinstance(model, NotEstimable):
        return model
    x = _in_arm(people, people.treated)
    centre = x.mean(axis=0)
    baseline = estimate_baseline_hazards(people, x - centre, model.coef, horizon=horizon, most=MAX_TIMES)
    control, treatment = (
        _standardise(people, _in_arm(people, np.full(len(x), arm)) - centre, model, baseline)
        for arm in (0.0, 1.0)
    )
    reach = compute_z_quantile(level)
    known = tuple(
        estimate_kaplan_meier(
            people.time[people.treated == arm],
            people.event[people.treated == arm],
            entry=select_entries(people.entry, people.treated == arm),
        ).known_until
        for arm in (0, 1)
    )
    shares = tuple(
        float(x.mean[-1]) if horizon <= end else None
        for x, end in zip((control, treatment), known, strict=True)
    )
    return StandardisedSurvival(
        control=_curve(control, model, baseline, reach, until=known[0]),
        treated=_curve(treatment, model, baseline, reach, until=known[1]),
        difference=NotEstimable(NOT_FOLLOWED, followed_to=min(known))
        if horizon > min(known)
        else _difference(control, treatment, model, baseline, horizon=horizon, reach=reach),
        at_horizon=(shares[0], shares[1]),
        participants=model.participants,
        events=model.events,
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Average:
    """Average of everybody's survival in one arm, and how it follows from what was estimated.

    ``mean`` (times,); ``by_coef`` (times, terms) and ``by_hazard`` (strata, times) are its derivatives by the
    coefficients and by the cumulative baseline hazards; ``spread`` (times,) is the variance between
    participants and ``last`` (participants,) their survival at the last of the times.
    """

    mean: Numbers
    by_coef: Numbers
    by_hazard: Numbers
    spread: Numbers
    last: Numbers


def _in_arm(people: WithCovariates, arm: Numbers | Counts) -> Numbers:
    return np.column_stack((arm.astype(np.float64), people.covariates))


def _standardise(people: WithCovariates, x: Numbers, model: CoxModel, baseline: BaselineHazard) -> _Average:
    n, times = len(x), baseline.time.size
    risk = np.exp(x @ model.coef)
    total, squares, last = np.zeros(times), np.zeros(times), np.zeros(n)
    by_coef, by_hazard = np.zeros((times, x.shape[1])), np.zeros((len(baseline.cumulative), times))
    for s, hazard in enumerate(baseline.cumulative):
        here = people.stratum == s
        survival = np.exp(-np.outer(risk[here], hazard))
        weighted = survival * risk[here, None]
        total += survival.sum(axis=0)
        squares += np.square(survival).sum(axis=0)
        last[here] = survival[:, -1]
        by_hazard[s] = -weighted.sum(axis=0) / n
        by_coef -= (weighted.T @ x[here]) * hazard[:, None] / n
        # a baseline hazard is estimated along with the coefficients and gives way when they move
        by_coef -= by_hazard[s][:, None] * baseline.pull[s]
    mean = total / n
    return _Average(mean, by_coef, by_hazard, np.maximum(squares / n - mean**2, 0.0), last)


def _standard_error(
    by_coef: Numbers, by_hazard: Numbers, spread: Numbers, model: CoxModel, baseline: BaselineHazard
) -> Numbers:
    of_coef = np.einsum("tp,pq,tq->t", by_coef, model.covariance, by_coef)
    of_hazard = (np.square(by_hazard) * baseline.variance).sum(axis=0)
    return np.sqrt(of_coef + of_hazard + spread / model.participants)


def _curve(
    average: _Average, model: CoxModel, baseline: BaselineHazard, reach: float, *, until: float
) -> StandardisedCurve:
    error = _standard_error(average.by_coef, average.by_hazard, average.spread, model, baseline)
    mean = average.mean
    inside = (mean > 0) & (mean < 1)
    cumulative = -np.log(np.where(inside, mean, 0.5))
    width = reach * error / (np.where(inside, mean, 0.5) * cumulative)
    lower, upper = (
        np.where(inside, np.exp(-cumulative * np.exp(np.minimum(sign * width, 300.0))), np.nan)
        for sign in (1, -1)
    )
    for values in (mean, error, lower, upper):
        values.flags.writeable = False
    return StandardisedCurve(baseline.time, mean, error, lower, upper, until)


def _difference(
    control: _Average,
    treated: _Average,
    model: CoxModel,
    baseline: BaselineHazard,
    *,
    horizon: float,
    reach: float,
) -> Difference:
    """Treated minus control at the horizon: both stand on the same coefficients and hazards."""
    estimate = float(treated.mean[-1] - control.mean[-1])
    error = float(
        _standard_error(
            (treated.by_coef - control.by_coef)[-1:],
            (treated.by_hazard - control.by_hazard)[:, -1:],
            np.array([float(np.var(treated.last - control.last))]),
            model,
            baseline.at_last(),
        )[0]
    )
    return Difference(horizon, estimate, error, (estimate - reach * error, estimate + reach * error))
