"""Scaled Schoenfeld residuals: the hazard ratio of treatment over time, smoothed, with its test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirodash.survival.data import (
    EventTimes,
    Observations,
    count_risk_sets,
    select_event_times,
    validate_confidence,
    validate_follow_up,
)
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.results import NotEstimable, Numbers, compute_z_quantile
from mirodash.survival.spline import restricted_cubic_spline
from mirodash.survival.two_arm_cox import fit_groups, hazard_ratio_of


@dataclass(frozen=True, eq=False, slots=True)
class SmoothedEffect:
    """Log hazard ratio as a smooth function of time, with a pointwise band; arrays are (points,).

    ``time`` is in the unit of the file, ascending; ``standard_error`` is of ``estimate``, and ``lower`` and
    ``upper`` are the band at the level that was asked for.
    """

    time: Numbers
    estimate: Numbers
    standard_error: Numbers
    lower: Numbers
    upper: Numbers


@dataclass(frozen=True, eq=False, slots=True)
class ScaledSchoenfeldResiduals:
    """One residual for each event, as R's ``cox.zph(fit, transform = "km")``; arrays are (events,).

    Attributes
    ----------
    time : array (events,)
        When the event came, ascending, in the unit of the file.
    fallen : array (events,)
        1 minus the Kaplan–Meier estimate of both arms together just before it: R's ``x``.
    residual : array (events,)
        On the scale of the log hazard ratio: R's ``y``. Their mean is ``coef``.
    treated : array (events,) of bool
        In which arm the event came.
    coef : float
        The fitted log hazard ratio, treated versus control, the same at all times.
    smooth : SmoothedEffect or None
        None with too few events, or too few different times, for a curve.
    """

    time: Numbers
    fallen: Numbers
    residual: Numbers
    treated: NDArray[np.bool_]
    coef: float
    smooth: SmoothedEffect | None


EVENTS_FOR_A_CURVE = 20
"""With fewer, a curve of four coefficients would follow single events."""

POINTS = 40
COEFFICIENTS = 4


def scaled_schoenfeld_residuals(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ScaledSchoenfeldResiduals | NotEstimable:
    """Scaled Schoenfeld residuals of treatment in a two-arm Cox model with Efron's ties.

    A residual is the arm of the participant with the event (1 treated, 0 control) minus the probability that
    the event would be in the treated arm, divided by the average information of an event, plus the fitted
    log hazard ratio. Where the hazard ratio changes with time, a curve through the residuals shows how.

    Parameters
    ----------
    time : array (participants,)
        Follow-up from the time origin, finite and at least 0.
    event : array (participants,)
        1 or True where the event came.
    treated : array (participants,)
        1 or True in the treated arm.
    entry : array (participants,), optional
        When each came under observation, where some did after the origin (left truncation).
    confidence : float
        Level of the pointwise band about the smooth curve.

    Returns
    -------
    ScaledSchoenfeldResiduals or NotEstimable
        Events at one time stand in the order of the participants.

    Raises
    ------
    ValueError
        When lengths differ, a time is negative or missing, or ``event`` or ``treated`` is not 0/1.

    Source: Grambsch and Therneau (1994); R's ``cox.zph(fit, transform = "km")`` of survival 3.0 and later.
    The curve is what ``plot(cox.zph(fit, transform = "identity"))`` draws, a natural spline of time with four
    coefficients, fitted by least squares; made on the scale of "km" it would have corners in plain time.

    Examples
    --------
    >>> found = scaled_schoenfeld_residuals([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 0, 0], [0, 1, 0, 1, 0, 1])
    >>> found.residual.round(2).tolist()
    [-2.04, 1.63, -2.04, 1.35]
    >>> round(found.coef, 2) == round(float(found.residual.mean()), 2)
    True
    """
    level = validate_confidence(confidence)
    observed = validate_follow_up(time, event, treated, entry)
    everybody = np.ones((1, observed.code.size), dtype=np.bool_)
    counts = count_risk_sets(observed, everybody)
    at_events = select_event_times(counts)
    fitted = fit_groups(at_events, counts.sizes())
    cox = hazard_ratio_of(fitted, 0, confidence=level)
    if isinstance(cox, NotEstimable):
        return NotEstimable(cox.why)
    score, information = fitted.ties.by_time(np.array([cox.coef]))
    events = (at_events.control_events + at_events.treated_events)[0]
    expected = (at_events.treated_events - score)[0] / events
    spread = float(events.sum() / information.sum())
    who, place = _in_order(observed, at_events)
    in_treated = observed.treated[who] == 1
    residual = (in_treated - expected[place]) * spread + cox.coef
    when = observed.distinct[at_events.index][place]
    return ScaledSchoenfeldResiduals(
        time=read_only(when),
        fallen=read_only(_count_fallen(at_events)[place]),
        residual=read_only(residual),
        treated=read_only(in_treated),
        coef=cox.coef,
        smooth=_smooth(when, residual, spread=spread, confidence=level),
    )


def _in_order(observed: Observations, at_events: EventTimes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Participants with the event by time, and which of the event times each has."""
    events = np.flatnonzero(observed.event)
    who = events[np.argsort(observed.code[events], kind="stable")]
    return who, np.searchsorted(at_events.index, observed.code[who])


def _count_fallen(at_events: EventTimes) -> Numbers:
    """How far survival of both arms together has fallen just before each event time, (times,)."""
    events = (at_events.control_events + at_events.treated_events)[0]
    at_risk = (at_events.control_at_risk + at_events.treated_at_risk)[0]
    before = np.ones_like(events)
    before[1:] = np.cumprod((at_risk - events) / at_risk)[:-1]
    return 1 - before


def _smooth(at: Numbers, residual: Numbers, *, spread: float, confidence: float) -> SmoothedEffect | None:
    """Least squares on a natural spline of time, as R's ``plot.cox.zph(df = 4)`` of plain time.

    ``at`` and ``residual`` are (events,), by time. As in R the inner knots part the points that are drawn and
    the events, taken together, into thirds.
    """
    if residual.size < EVENTS_FOR_A_CURVE or np.unique(at).size < COEFFICIENTS:
        return None
    drawn = np.linspace(at[0], at[-1], POINTS)
    both = (np.concatenate((drawn, at)) - at[0]) / (at[-1] - at[0])
    basis = np.column_stack((np.ones(both.size), _smooth_residuals(both)))
    there, here = basis[:POINTS], basis[POINTS:]
    if np.linalg.matrix_rank(here) < COEFFICIENTS:
        return None
    q, r = np.linalg.qr(here)
    weights = np.linalg.solve(r.T, there.T)
    estimate = weights.T @ (q.T @ residual)
    error = np.sqrt(spread * (weights**2).sum(axis=0))
    reach = compute_z_quantile(confidence) * error
    return SmoothedEffect(
        time=read_only(drawn),
        estimate=read_only(estimate),
        standard_error=read_only(error),
        lower=read_only(estimate - reach),
        upper=read_only(estimate + reach),
    )


def _smooth_residuals(values: Numbers) -> Numbers:
    return restricted_cubic_spline(values, np.quantile(values, (0, 1 / 3, 2 / 3, 1)))
