"""Participants with what is known of them at baseline, and whether a model of it can be fitted at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mirodash.errors import CannotComputeError
from mirodash.survival.cox_model import CoxModel, cox_model
from mirodash.survival.observations import checked_indicator, checked_times
from mirodash.survival.results import Counts, NotEstimable, Numbers
from mirodash.survival.stratified import stratified_effect

TREATMENT = "treatment"


@dataclass(frozen=True, eq=False, slots=True)
class WithCovariates:
    """Checked follow-up with covariates; arrays are (participants,).

    ``covariates`` is (participants, covariates); ``stratum`` holds codes from 0, all 0 without strata.
    """

    time: Numbers
    event: Counts
    treated: Counts
    covariates: Numbers
    stratum: Counts


def with_covariates(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike,
    *,
    strata: ArrayLike | None = None,
) -> WithCovariates:
    """Check that columns fit together, and number the strata.

    Raises
    ------
    ValueError
        When the arrays do not fit together.
    """
    times = checked_times(time)
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
        event=checked_indicator(event, "event", times.size),
        treated=checked_indicator(treated, "treated", times.size),
        covariates=z,
        stratum=stratum,
    )


def model_of(people: WithCovariates, *, names: Sequence[str] | None = None) -> CoxModel | NotEstimable:
    """Cox model with treatment first and then the covariates, within strata; or why there is none."""
    within = stratified_effect(people.time, people.event, people.treated, people.stratum)
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
        return cox_model(people.time, people.event, both, strata=people.stratum, names=(TREATMENT, *called))
    except CannotComputeError as error:
        return NotEstimable(" ".join(error.problems))
