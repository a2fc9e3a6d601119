"""A band around the effect along the biomarker that holds the whole curve, not each point of it."""

from __future__ import annotations

from dataclasses import replace

from mirodash.analysis.effect_by_biomarker import CURVE_POINTS, NO_BIOMARKER, fitted
from mirodash.disclosure.counts import told_reason
from mirodash.disclosure.curve_values import between_stops, no_stops
from mirodash.errors import CannotComputeError
from mirodash.stratification.groups import Measured, measured, people_only
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.shared_results import share_result
from mirodash.survival.effect_curve import simultaneous_band as fitted_band
from mirodash.survival.results import NotEstimable, SimultaneousBand
from mirodash.trial.trial import Trial


def simultaneous_band(trial: Trial, selection: Selection) -> SimultaneousBand | NotEstimable:
    """The band at the points of the curve of `mirodash.analysis.effect_by_biomarker`, at its confidence.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _band(trial, replace(people_only(selection), confidence=selection.confidence))


@memoise
@share_result
def _band(trial: Trial, selection: Selection) -> SimultaneousBand | NotEstimable:
    people = measured(trial, selection)
    if people is None:
        return NO_BIOMARKER
    try:
        band = fitted_band(
            people.time,
            people.event,
            people.treated,
            people.values,
            confidence=selection.confidence,
            points=CURVE_POINTS,
        )
    except CannotComputeError as error:
        return told_reason(NotEstimable(" ".join(error.problems)), trial.min_cell)
    return _told(trial, selection, people, band) if trial.min_cell else band


def _told(
    trial: Trial, selection: Selection, people: Measured, band: SimultaneousBand
) -> SimultaneousBand | NotEstimable:
    """The band at the points of the curve that are told."""
    curve = fitted(people, selection.confidence)
    if isinstance(curve, NotEstimable):
        return curve
    shown = between_stops(trial, selection, curve.biomarker)
    if not shown.any():
        return no_stops(trial)
    lower, upper = band.lower[shown], band.upper[shown]
    for column in (lower, upper):
        column.flags.writeable = False
    return replace(band, lower=lower, upper=upper)
