"""A band around the effect along the biomarker that holds the whole curve, not each point of it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from mirodash.analysis.effect_by_biomarker import CURVE_POINTS, NO_BIOMARKER
from mirodash.analysis.measured import measured, people_only
from mirodash.errors import CannotComputeError
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable
from mirodash.survival.simultaneous_band import simultaneous_band as fitted_band
from mirodash.survival.threshold_results import SimultaneousBand
from mirodash.trial.trial import Trial


def simultaneous_band(trial: Trial, selection: Selection) -> SimultaneousBand | NotEstimable:
    """The band at the points of the curve of `mirodash.analysis.effect_by_biomarker`, at its confidence.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _band(trial, replace(people_only(selection), confidence=selection.confidence))


@lru_cache(maxsize=128)
def _band(trial: Trial, selection: Selection) -> SimultaneousBand | NotEstimable:
    people = measured(trial, selection)
    if people is None:
        return NO_BIOMARKER
    try:
        return fitted_band(
            people.time,
            people.event,
            people.treated,
            people.values,
            confidence=selection.confidence,
            points=CURVE_POINTS,
        )
    except CannotComputeError as error:
        return NotEstimable(" ".join(error.problems))
