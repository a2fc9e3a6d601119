"""Response and later death by landmark: who is alive at a day, how they had responded, and who dies after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mirodash.errors import CannotComputeError
from mirodash.survival.cox import fit_cox_model
from mirodash.survival.data import convert_to_numbers, validate_confidence, validate_indicator, validate_times
from mirodash.survival.results import Interval, NotEstimable, compute_z_quantile

LEAST_EVENTS = 5
"""Fewer events after a landmark than this carry no hazard ratio adjusted for baseline risk."""


@dataclass(frozen=True, slots=True)
class Landmark:
    """Hazard ratio of events after a day for each standard deviation of the response until then.

    Attributes
    ----------
    day : float
    participants, events : int
        Alive and followed after it, with a response and a risk; and how many of them had the event later.
    gone : int
        Who died or left by it.
    unmeasured : int
        Alive then without a response or a risk.
    sd : float
        Of the response, in its own unit.
    hr : float
    ci : (float, float)
    coef, se : float
        Of the log hazard ratio for each standard deviation.
    """

    day: float
    participants: int
    events: int
    gone: int
    unmeasured: int
    sd: float
    hr: float
    ci: Interval
    coef: float
    se: float


def analyse_landmark(
    response: ArrayLike,
    time: ArrayLike,
    died: ArrayLike,
    risk: ArrayLike | None,
    *,
    landmark: float,
    confidence: float = 0.95,
) -> Landmark | NotEstimable:
    """Cox model of events after a landmark by the response until then, adjusted for baseline risk.

    Who died on the day of the landmark is not at risk after it.

    Parameters
    ----------
    response : array (participants,)
        Known by the landmark; NaN where nothing was measured until then.
    time, died : array (participants,)
        Follow-up in the unit of ``landmark``.
    risk : array (participants,) or None
        A baseline value that tells of risk, on the scale of the model.
    landmark : float
    confidence : float

    Raises
    ------
    ValueError
        When the arrays do not fit together.

    Source: Anderson, Cain and Gelber, J Clin Oncol 1 (1983) 710.
    """
    level, times = validate_confidence(confidence), validate_times(time)
    event = validate_indicator(died, "died", times.size) == 1
    values = convert_to_numbers(response, "response")
    own = None if risk is None else convert_to_numbers(risk, "risk")
    if values.shape != times.shape or (own is not None and own.shape != times.shape):
        raise ValueError(f"There must be a response and a risk for each of {times.size} participants.")
    alive = times > landmark
    known = ~np.isnan(values) & (True if own is None else ~np.isnan(own))
    kept = alive & known
    events = int(event[kept].sum())
    if events < LEAST_EVENTS:
        return NotEstimable(
            f"Only {events} events come after day {landmark:g}; at least {LEAST_EVENTS} are needed."
        )
    sd = float(values[kept].std(ddof=1))
    if sd <= 0:
        return NotEstimable("All responses are the same.")
    columns = [values[kept] / sd, *([] if own is None or np.ptp(own[kept]) == 0 else [own[kept]])]
    try:
        model = fit_cox_model(times[kept] - landmark, event[kept], np.column_stack(columns))
    except CannotComputeError as error:
        return NotEstimable(" ".join(error.problems))
    coef, se = float(model.coef[0]), float(model.se[0])
    reach = compute_z_quantile(level) * se
    return Landmark(
        day=landmark,
        participants=int(kept.sum()),
        events=events,
        gone=int((~alive).sum()),
        unmeasured=int((alive & ~known).sum()),
        sd=sd,
        hr=float(np.exp(coef)),
        ci=(float(np.exp(coef - reach)), float(np.exp(coef + reach))),
        coef=coef,
        se=se,
    )
