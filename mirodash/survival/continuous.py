"""Does the treatment effect change steadily with the biomarker? A straight line, without any threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirodash.errors import CannotComputeError
from mirodash.survival.cox_model import nested_cox_models
from mirodash.survival.logrank import tail_of_chi_square
from mirodash.survival.observations import checked_indicator, checked_times
from mirodash.survival.results import ContinuousInteraction, Counts, NotEstimable, Numbers


@dataclass(frozen=True, eq=False, slots=True)
class WithBiomarker:
    """Those whose biomarker is known, with it on the scale of the model.

    Parameters
    ----------
    time, event, treated, value : array (participants with the biomarker,)
        ``value`` is the natural logarithm of the biomarker when ``scale`` is ``"log"``, else the biomarker.
    scale : str
        ``"log"``, or ``"linear"`` when somebody's biomarker is 0 or less.
    """

    time: Numbers
    event: Counts
    treated: Counts
    value: Numbers
    scale: str


def with_biomarker(
    time: ArrayLike, event: ArrayLike, treated: ArrayLike, biomarker: ArrayLike
) -> WithBiomarker:
    """Leave out those without the biomarker and put it on the log scale where it has one.

    Raises
    ------
    CannotComputeError
        When nobody has the biomarker, it is the same for everybody or infinite, or an arm or the events
        are missing.
    ValueError
        When the arrays do not fit together.
    """
    times = checked_times(time)
    values = np.asarray(biomarker, dtype=np.float64)
    if values.shape != times.shape:
        raise ValueError(f"There are {times.size} times but biomarker has shape {values.shape}.")
    happened = checked_indicator(event, "event", times.size)
    arm = checked_indicator(treated, "treated", times.size)
    known = ~np.isnan(values)
    _refuse(values[known], happened[known], arm[known], times.size)
    logs = bool((values[known] > 0).all())
    return WithBiomarker(
        time=times[known],
        event=happened[known],
        treated=arm[known],
        value=np.log(values[known]) if logs else values[known],
        scale="log" if logs else "linear",
    )


def _refuse(values: Numbers, event: NDArray[np.int64], arm: NDArray[np.int64], everybody: int) -> None:
    if not values.size:
        raise CannotComputeError(f"Nobody has a biomarker value (0 of {everybody}).")
    infinite = int(np.isinf(values).sum())
    if infinite:
        raise CannotComputeError(f"{infinite} of {values.size} biomarker values are infinite.")
    if values.min() == values.max():
        raise CannotComputeError(
            f"The biomarker is {values[0]:g} for everybody: the effect cannot be told along it."
        )
    for name, here in (("control", arm == 0), ("treated", arm == 1)):
        if not here.any():
            raise CannotComputeError(f"Nobody in the {name} arm has a biomarker value.")
        if not event[here].any():
            raise CannotComputeError(
                f"0 events in the {name} arm among those with a biomarker value (0 of {int(here.sum())})."
            )


def centred(values: Numbers) -> Numbers:
    """Deviations from the midpoint: a product with treatment is then no copy of treatment itself."""
    return values - (values.min() / 2 + values.max() / 2)


def continuous_interaction(
    time: ArrayLike, event: ArrayLike, treated: ArrayLike, biomarker: ArrayLike
) -> ContinuousInteraction | NotEstimable:
    """Treatment × biomarker in a Cox model, as R's ``coxph(~ treated * log(biomarker))``.

    Parameters
    ----------
    time, event, treated : array (participants,)
    biomarker : array (participants,)
        In its own unit; NaN where it is missing, and those participants are left out. On the log scale unless
        a value is 0 or less.

    Returns
    -------
    ContinuousInteraction
        ``exp(coef)`` is the ratio of hazard ratios per unit of the natural log (or of the biomarker).
    NotEstimable
        With the reason.

    Raises
    ------
    ValueError
        When the arrays do not fit together.
    """
    try:
        people = with_biomarker(time, event, treated, biomarker)
        value = centred(people.value)
        crossed = np.column_stack((people.treated, value, people.treated * value))
        names = ("treatment", "biomarker", "treatment × biomarker")
        models = nested_cox_models(people.time, people.event, crossed, names=names, kept=2)
    except CannotComputeError as error:
        return NotEstimable(" ".join(error.problems))
    return ContinuousInteraction(
        scale=people.scale,
        coef=float(models.full.coef[2]),
        se=float(models.full.se[2]),
        p_lr=tail_of_chi_square(models.statistic),
    )
