"""What may be told along a biomarker where few participants must not be told apart: stretches, not values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mirodash.stratification.groups import Measured, candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.survival.results import EffectCurve, NotEstimable, Numbers
from mirodash.trial.trial import Trial


def no_stops(trial: Trial) -> NotEstimable:
    """Where nothing can be cut, nothing can be told along the biomarker either."""
    return NotEstimable(
        f"No threshold leaves at least {trial.min_cell} participants of each arm on both sides of it."
    )


def at_stops(trial: Trial, selection: Selection, people: Measured) -> Measured:
    """The same people, each with the upper end of their stretch between two stops instead of their value.

    Without a limit to what may be told they are returned as they are.
    """
    if not trial.min_cell:
        return people
    stops = candidate_thresholds(trial, selection)
    values = np.array(ends_of_stretches(stops)[1:])[np.searchsorted(stops, people.values, side="left")]
    return replace(people, values=values)


def ends_of_stretches(stops: tuple[float, ...]) -> tuple[float, ...]:
    """The stops with an end below and one above them that follow from the stops alone.

    >>> ends_of_stretches((10.0, 20.0, 40.0)), ends_of_stretches((-1.0, 1.0)), ends_of_stretches(())
    ((5.0, 10.0, 20.0, 40.0, 80.0), (-3.0, -1.0, 1.0, 3.0), (0.0, 1.0))
    """
    if not stops:
        return (0.0, 1.0)
    first, last = stops[0], stops[-1]
    if first > 0:
        ratio = 2.0 if len(stops) == 1 else max(stops[1] / first, last / stops[-2])
        return (first / ratio, *stops, last * ratio)
    step = (last - first) / max(1, len(stops) - 1) or abs(first) or 1.0
    return (first - step, *stops, last + step)


def told_curve(
    trial: Trial, selection: Selection, curve: EffectCurve | NotEstimable
) -> EffectCurve | NotEstimable:
    """The curve between its first and its last stop, beyond which few participants would make it.

    Its knots are percentiles, told to two digits.
    """
    if not trial.min_cell or isinstance(curve, NotEstimable):
        return curve
    shown = between_stops(trial, selection, curve.biomarker)
    if not shown.any():
        return no_stops(trial)
    biomarker, ratio, lower, upper = (
        _kept(column, shown) for column in (curve.biomarker, curve.hazard_ratio, curve.lower, curve.upper)
    )
    return replace(
        curve,
        biomarker=biomarker,
        hazard_ratio=ratio,
        lower=lower,
        upper=upper,
        knots=tuple(float(f"{knot:.2g}") for knot in curve.knots),
    )


def between_stops(trial: Trial, selection: Selection, values: Numbers) -> NDArray[np.bool_]:
    """Which values lie between the first and the last stop; none where there are fewer than two."""
    stops = candidate_thresholds(trial, selection)
    if not stops:
        return np.zeros(values.shape, dtype=np.bool_)
    return (values >= stops[0]) & (values <= stops[-1])


def _kept(column: Numbers, shown: NDArray[np.bool_]) -> Numbers:
    kept = column[shown]
    kept.flags.writeable = False
    return kept
