"""The hazard ratio of treatment among people who are alike in other things that matter at baseline."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from mirodash.survival.adjusted_results import AdjustedHazardRatio
from mirodash.survival.logrank import tail_of_chi_square
from mirodash.survival.observations import checked_confidence, distinct_times
from mirodash.survival.results import Counts, NotEstimable, Numbers
from mirodash.survival.wald import errors_reached
from mirodash.survival.with_covariates import WithCovariates, model_of, with_covariates

TIGHT = {"precision": 1e-20, "r_precision": 0.0, "max_steps": 100}
"""A bound on the square of what is missing, in standard errors; lifelines' own leaves four digits right."""
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
    """Fit a Cox model with treatment and covariates, by lifelines' ``CoxPHFitter``; Wald interval and p.

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
    coef, se = _fitted_by_lifelines(people, model.coef)
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


def _fitted_by_lifelines(people: WithCovariates, coef: Numbers) -> tuple[float, float]:
    """Log hazard ratio of treatment and its standard error, sought from where ``coef`` (terms,) already is.

    lifelines never halves a step: from 0 it can overshoot where few events meet many terms, and fails.
    """
    import pandas as pd  # noqa: PLC0415 - takes seconds to load, and most readers never adjust
    from lifelines import CoxPHFitter  # noqa: PLC0415

    # only the order of times enters a Cox model, so ranks also spare lifelines times a rounding apart
    columns: dict[str, Numbers | Counts] = {"rank": distinct_times(people.time)[1] + 1}
    columns |= {"event": people.event, "treated": people.treated}
    z = people.covariates
    scale = z.std(axis=0)
    columns |= {f"z{k}": column for k, column in enumerate(((z - z.mean(axis=0)) / scale).T)}
    # a stratum without an event says nothing
    telling = np.isin(people.stratum, people.stratum[people.event == 1])
    strata = ["stratum"] if np.unique(people.stratum[telling]).size > 1 else None
    if strata:
        columns["stratum"] = people.stratum
    frame = pd.DataFrame({name: values[telling] for name, values in columns.items()})
    terms = frame[["treated", *(f"z{k}" for k in range(scale.size))]]
    start = coef * np.concatenate(([1.0], scale)) * terms.std().to_numpy()  # lifelines scales once more
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they warn of was looked for before
        fitted = CoxPHFitter().fit(
            frame, "rank", "event", strata=strata, initial_point=start, fit_options=TIGHT
        )
    return float(fitted.params_["treated"]), float(fitted.standard_errors_["treated"])
