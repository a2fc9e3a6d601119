"""Does a biomarker tell more than how fast the disease runs? Its effects before and after prognosis."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from mirodash.errors import CannotComputeError
from mirodash.survival.adjusted_results import PrognosisAdjusted, Ratio
from mirodash.survival.continuous import centred
from mirodash.survival.cox_model import cox_model
from mirodash.survival.observations import checked_confidence
from mirodash.survival.results import NotEstimable, Numbers
from mirodash.survival.wald import errors_reached
from mirodash.survival.with_covariates import TREATMENT, WithCovariates, model_of, with_covariates

BIOMARKER = "biomarker"
SCORE = "prognostic score"
STEEPEST = 300.0
"""Logarithm of the largest ratio that is still a number."""


def biomarker_and_prognosis(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    factors: ArrayLike,
    *,
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
    level = checked_confidence(confidence)
    people = with_covariates(time, event, treated, factors)
    marker = np.asarray(biomarker, dtype=np.float64)
    if marker.shape != people.time.shape:
        raise ValueError(f"There are {people.time.size} times but biomarker has shape {marker.shape}.")
    if marker.size and marker.min() == marker.max():
        return NotEstimable("The biomarker is the same for everybody: it tells nobody from anybody.")
    score = model_of(people, names=names)
    if isinstance(score, NotEstimable):
        return score
    risk = people.covariates @ score.coef[1:]
    value, arm = centred(marker), people.treated.astype(np.float64)
    called = names if names is not None else [f"factor {k + 1}" for k in range(people.covariates.shape[1])]
    alone = {TREATMENT: arm, BIOMARKER: value}
    beside = dict(zip(called, people.covariates.T, strict=True))
    crossed = {**alone, f"{TREATMENT} × {BIOMARKER}": arm * value}
    with_score = {SCORE: risk, f"{TREATMENT} × {SCORE}": arm * centred(risk)}
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
        fit = cox_model(
            people.time, people.event, np.column_stack(list(columns.values())), names=tuple(columns)
        )
    except CannotComputeError as error:
        return NotEstimable(" ".join(error.problems))
    place = list(columns).index(wanted)
    middle = step * float(fit.coef[place])
    reach = abs(step) * errors_reached(level) * float(fit.se[place])
    if abs(middle) + reach > STEEPEST:
        return NotEstimable("The hazard changes too steeply along the biomarker to be given as a ratio.")
    return Ratio(math.exp(middle), (math.exp(middle - reach), math.exp(middle + reach)))
