"""The hazard ratio of treatment among people who are alike in other things that matter at baseline."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from mirodash.survival.adjusted_results import AdjustedHazardRatio
from mirodash.survival.logrank import tail_of_chi_square
from mirodash.survival.observations import checked_confidence
from mirodash.survival.results import NotEstimable
from mirodash.survival.wald import errors_reached
from mirodash.survival.with_covariates import WithCovariates, model_of, with_covariates

STEEPEST = 300.0
"""Logarithm of the largest ratio that is still a number."""


def adjusted_cox(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike,
    *,
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
        With the reason: an arm without events, a covariate that is the same for everybody, is fixed by the
        others or has no finite hazard ratio, more covariates than events.

    Raises
    ------
    ValueError
        When the arrays do not fit together.

    Examples
    --------
    >>> time, event, treated = [5, 8, 9, 12, 15, 20], [1, 1, 0, 1, 1, 0], [0, 1, 0, 1, 0, 0]
    >>> adjusted_cox(time, event, treated, [[1]] * 6, names=["age"]).why
    'The age is the same for everybody (1): it has no effect to estimate.'
    """
    level = checked_confidence(confidence)
    people = with_covariates(time, event, treated, covariates, strata=strata)
    model = model_of(people, names=names)
    if isinstance(model, NotEstimable):
        return model
    coef, se = float(model.coef[0]), float(model.se[0])
    reach = errors_reached(level) * se
    if abs(coef) + reach > STEEPEST:
        return NotEstimable("The adjusted hazard ratio is too uncertain to be given as a number.")
    return AdjustedHazardRatio(
        hr=math.exp(coef),
        ci=(math.exp(coef - reach), math.exp(coef + reach)),
        coef=coef,
        se=se,
        p=tail_of_chi_square((coef / se) ** 2),
        participants=model.participants,
        events=model.events,
        terms=people.covariates.shape[1],
        strata=_strata_with_both_arms(people),
    )


def _strata_with_both_arms(people: WithCovariates) -> int:
    pairs = np.unique(np.column_stack((people.stratum, people.treated)), axis=0)[:, 0]
    return int((np.bincount(pairs) == 2).sum())
