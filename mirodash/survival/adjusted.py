"""Covariate-adjusted hazard ratio of treatment, and a biomarker's effects before and after prognosis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from mirodash.errors import CannotComputeError
from mirodash.survival.compare import estimate_stratified_effect
from mirodash.survival.cox import CoxModel, find_aliased_covariates, fit_cox_model
from mirodash.survival.data import select_entries, validate_confidence, validate_indicator, validate_times
from mirodash.survival.effect_curve import centre
from mirodash.survival.kaplan_meier import compute_chi_square_p_value
from mirodash.survival.results import Counts, Difference, Interval, NotEstimable, Numbers, compute_z_quantile


@dataclass(frozen=True, slots=True)
class AdjustedHazardRatio:
    """Treated versus control among people alike in the covariates, and of the same stratum.

    As R's ``coxph`` with Efron's ties; interval and ``p`` are Wald's. ``terms`` counts the coefficients of
    covariates, ``strata`` those strata in which an event came while both arms were at risk. ``dropped`` names
    the covariates that were left out because the treatment and the earlier ones fix them, as R's ``coxph``
    does with a coefficient of NA.
    """

    hr: float
    ci: Interval
    coef: float
    se: float
    p: float
    participants: int
    events: int
    terms: int
    strata: int
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class StandardisedCurve:
    """Mean predicted survival of everybody, had everybody been in one arm.

    Arrays are (times,), at time 0 and at the event times of both arms up to the horizon (500 of them at
    most); ``lower`` and ``upper`` are NaN where survival is 1 or 0. Beyond ``until``, the last follow-up of
    that arm, the model would only extrapolate; it is infinite once everyone of the arm had the event.
    """

    time: Numbers
    estimate: Numbers
    standard_error: Numbers
    lower: Numbers
    upper: Numbers
    until: float


@dataclass(frozen=True, eq=False, slots=True)
class StandardisedSurvival:
    """Both arms on the same baseline, with treated minus control at the horizon.

    ``at_horizon`` are the estimates of the control and the treated arm there, None beyond an arm's follow-up.
    """

    control: StandardisedCurve
    treated: StandardisedCurve
    difference: Difference | NotEstimable
    at_horizon: tuple[float | None, float | None]
    participants: int
    events: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """A hazard ratio, or a ratio of two, with a Wald interval."""

    ratio: float
    ci: Interval


@dataclass(frozen=True, slots=True)
class PrognosisAdjusted:
    """What a biomarker tells alone, and what it still tells when prognosis is allowed for.

    ``alone`` and ``adjusted`` are hazard ratios per unit of the biomarker; ``predictive_alone`` and
    ``predictive_adjusted`` are by what the hazard ratio of treatment is multiplied per unit. All four are of
    the same people.
    """

    alone: Ratio | NotEstimable
    adjusted: Ratio | NotEstimable
    predictive_alone: Ratio | NotEstimable
    predictive_adjusted: Ratio | NotEstimable
    participants: int
    events: int


TREATMENT = "treatment"


@dataclass(frozen=True, eq=False, slots=True)
class WithCovariates:
    """Checked follow-up with covariates; arrays are (participants,).

    ``covariates`` is (participants, covariates); ``stratum`` holds codes from 0, all 0 without strata.
    ``entry`` is None where everybody is at risk from the origin on.
    """

    time: Numbers
    event: Counts
    treated: Counts
    covariates: Numbers
    stratum: Counts
    entry: Numbers | None = None


def select_with_covariates(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    strata: ArrayLike | None = None,
) -> WithCovariates:
    """Check that columns fit together, and number the strata.

    Raises
    ------
    ValueError
        When the arrays do not fit together.
    """
    times = validate_times(time)
    z = np.asarray(covariates, dtype=np.float64)
    if z.ndim != 2 or z.shape[0] != times.size:
        raise ValueError(f"The covariates must have shape ({times.size}, covariates), not {z.shape}.")
    stratum = np.zeros(times.size, dtype=np.int64)
    if strata is not None:
        given = np.asarray(strata)
        if given.shape != times.shape:
            raise ValueError(f"There are {times.size} times but strata has shape {given.shape}.")
        stratum = np.unique(given, return_inverse=True)[1].astype(np.int64)
    return WithCovariates(
        time=times,
        event=validate_indicator(event, "event", times.size),
        treated=validate_indicator(treated, "treated", times.size),
        covariates=z,
        stratum=stratum,
        entry=select_entries(entry, np.ones(times.size, dtype=np.bool_)),
    )


def drop_collinear_covariates(
    people: WithCovariates, *, names: Sequence[str] | None = None
) -> tuple[WithCovariates, tuple[str, ...], tuple[str, ...]]:
    """Leave out each covariate that treatment and the covariates before it fix, as R's ``coxph`` does.

    Returns
    -------
    people : WithCovariates
    kept, dropped : tuple of str
        Names of the covariates.
    """
    size = people.covariates.shape[1]
    called = tuple(names) if names is not None else tuple(f"covariate {k + 1}" for k in range(size))
    if not size or not people.event.any():
        return people, called, ()
    both = np.column_stack((people.treated, people.covariates))
    aliased = find_aliased_covariates(
        people.time, people.event, both, entry=people.entry, strata=people.stratum
    )
    out = [place - 1 for place in aliased if place]
    if not out:
        return people, called, ()
    kept = [place for place in range(size) if place not in out]
    return (
        replace(people, covariates=people.covariates[:, kept]),
        tuple(called[place] for place in kept),
        tuple(called[place] for place in out),
    )


def fit_adjusted_model(
    people: WithCovariates, *, names: Sequence[str] | None = None
) -> CoxModel | NotEstimable:
    """Cox model with treatment first and then the covariates, within strata; or why there is none."""
    within = estimate_stratified_effect(
        people.time, people.event, people.treated, people.stratum, entry=people.entry
    )
    if isinstance(within.cox, NotEstimable):
        return NotEstimable(within.cox.why)
    events, size = int(people.event.sum()), people.covariates.shape[1]
    if size + 1 > events:
        return NotEstimable(
            f"Only {events} events for {size + 1} terms of the model: there is too little to adjust with."
        )
    called = names if names is not None else [f"covariate {k + 1}" for k in range(size)]
    both = np.column_stack((people.treated, people.covariates))
    try:
        return fit_cox_model(
            people.time,
            people.event,
            both,
            entry=people.entry,
            strata=people.stratum,
            names=(TREATMENT, *called),
        )
    except CannotComputeError as error:
        return NotEstimable(" ".join(error.problems))


MAX_LOG_HAZARD_RATIO = 300.0
"""Logarithm of the largest ratio that is still a number."""


def fit_adjusted_cox(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> AdjustedHazardRatio | NotEstimable:
    """Fit a Cox model with treatment, covariates and strata; Wald interval and p of the treatment.

    As R's ``coxph(Surv(time, event) ~ treated + covariates + strata(strata))`` with Efron's ties.

    Parameters
    ----------
    time : array (participants,)
        Follow-up from the time origin; times that differ only by rounding are taken as one.
    event, treated : array (participants,)
        1 or True where the event came, and in the treated arm.
    covariates : array (participants, covariates)
        In any units; none of them missing. May have no column.
    entry : array (participants,), optional
        When each came under observation, where some did after the origin (left truncation).
    strata : array (participants,), optional
        Strata with a baseline hazard of their own; any values that can be sorted.
    names : sequence of str, optional
        What messages call the covariates.
    confidence : float
        Level of the interval.

    Returns
    -------
    AdjustedHazardRatio
    NotEstimable
        With the reason: an arm without events, a covariate that is the same for everybody or has no finite
        hazard ratio, more covariates than events. One that the others fix is left out.

    Raises
    ------
    ValueError
        When the arrays do not fit together.

    Examples
    --------
    >>> time, event, treated = [5, 8, 9, 12, 15, 20], [1, 1, 0, 1, 1, 0], [0, 1, 0, 1, 0, 0]
    >>> fit_adjusted_cox(time, event, treated, [[1]] * 6, names=["age"]).why
    'The age is the same for every participant (1): its effect cannot be estimated.'
    """
    level = validate_confidence(confidence)
    people = select_with_covariates(time, event, treated, covariates, entry=entry, strata=strata)
    people, kept_names, dropped = drop_collinear_covariates(people, names=names)
    model = fit_adjusted_model(people, names=kept_names)
    if isinstance(model, NotEstimable):
        return model
    coef, se = float(model.coef[0]), float(model.se[0])
    reach = compute_z_quantile(level) * se
    if abs(coef) + reach > MAX_LOG_HAZARD_RATIO:
        return NotEstimable("The adjusted hazard ratio is too uncertain to be given as a number.")
    return AdjustedHazardRatio(
        hr=math.exp(coef),
        ci=(math.exp(coef - reach), math.exp(coef + reach)),
        coef=coef,
        se=se,
        p=compute_chi_square_p_value((coef / se) ** 2),
        participants=model.participants,
        events=model.events,
        terms=people.covariates.shape[1],
        strata=_strata_with_both_arms(people),
        dropped=dropped,
    )


def _strata_with_both_arms(people: WithCovariates) -> int:
    pairs = np.unique(np.column_stack((people.stratum, people.treated)), axis=0)[:, 0]
    return int((np.bincount(pairs) == 2).sum())


BIOMARKER = "biomarker"
SCORE = "prognostic score"
"""Logarithm of the largest ratio that is still a number."""


def biomarker_and_prognosis(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    factors: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    step: float = 1.0,
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> PrognosisAdjusted | NotEstimable:
    """Fit the biomarker alone and beside other factors, as prognosis and as interaction with treatment.

    Prognosis: ``coxph(~ treated + biomarker)`` and the same with the factors. Interaction:
    ``coxph(~ treated * biomarker)``, and ``coxph(~ treated * biomarker + treated * score)``, where the score
    is the linear predictor of the factors in ``coxph(~ treated + factors)``, without the biomarker.
    If treatment works differently in people who do badly anyway, the second no longer ascribes that to the
    biomarker. The interval takes the score as known. Efron's ties, Wald intervals.

    Source: Kent et al. (2020), PATH statement, Annals of Internal Medicine 172, 35–45 (risk modelling beside
    effect modelling).

    Parameters
    ----------
    time, event, treated : array (participants,)
    biomarker : array (participants,)
        On the scale of the model: its logarithm for ratios per doubling; none missing.
    factors : array (participants, factors)
        None missing.
    entry : array (participants,), optional
        When each came under observation, where some did after the origin (left truncation).
    step : float
        The change of ``biomarker`` for which ratios are given: log 2 for a doubling of a logarithm.
    names : sequence of str, optional
        What messages call the factors.
    confidence : float
        Level of the intervals.

    Raises
    ------
    ValueError
        When the arrays do not fit together.
    """
    level = validate_confidence(confidence)
    people = select_with_covariates(time, event, treated, factors, entry=entry)
    marker = np.asarray(biomarker, dtype=np.float64)
    if marker.shape != people.time.shape:
        raise ValueError(f"There are {people.time.size} times but biomarker has shape {marker.shape}.")
    if marker.size and marker.min() == marker.max():
        return NotEstimable("The biomarker has the same value in all participants.")
    people, called, _ = drop_collinear_covariates(people, names=names)
    score = fit_adjusted_model(people, names=called)
    if isinstance(score, NotEstimable):
        return score
    risk = people.covariates @ score.coef[1:]
    value, arm = centre(marker), people.treated.astype(np.float64)
    alone = {TREATMENT: arm, BIOMARKER: value}
    beside = dict(zip(called, people.covariates.T, strict=True))
    crossed = {**alone, f"{TREATMENT} × {BIOMARKER}": arm * value}
    with_score = {SCORE: risk, f"{TREATMENT} × {SCORE}": arm * centre(risk)}
    size = (step, level)
    return PrognosisAdjusted(
        alone=_ratio(people, alone, BIOMARKER, size),
        adjusted=_ratio(people, {**alone, **beside}, BIOMARKER, size),
        predictive_alone=_ratio(people, crossed, f"{TREATMENT} × {BIOMARKER}", size),
        predictive_adjusted=_ratio(people, {**crossed, **with_score}, f"{TREATMENT} × {BIOMARKER}", size),
        participants=score.participants,
        events=score.events,
    )


def _ratio(
    people: WithCovariates, columns: dict[str, Numbers], wanted: str, size: tuple[float, float]
) -> Ratio | NotEstimable:
    """One term of one model, as a ratio per step."""
    step, level = size
    if len(columns) > int(people.event.sum()):
        return NotEstimable(f"Too few events for the {len(columns)} terms of the model.")
    try:
        fit = fit_cox_model(
            people.time,
            people.event,
            np.column_stack(list(columns.values())),
            entry=people.entry,
            names=tuple(columns),
        )
    except CannotComputeError as error:
        return NotEstimable(" ".join(error.problems))
    place = list(columns).index(wanted)
    middle = step * float(fit.coef[place])
    reach = abs(step) * compute_z_quantile(level) * float(fit.se[place])
    if abs(middle) + reach > MAX_LOG_HAZARD_RATIO:
        return NotEstimable("The hazard changes too steeply along the biomarker to be given as a ratio.")
    return Ratio(math.exp(middle), (math.exp(middle - reach), math.exp(middle + reach)))
