"""How the treatment effect changes along the biomarker, before anybody cuts it into groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.counts import told_reason
from mirodash.disclosure.curve_values import told_curve
from mirodash.errors import CannotComputeError
from mirodash.stratification.groups import Measured, measured, uncut
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.survival.effect_curve import continuous_interaction
from mirodash.survival.effect_curve import effect_by_biomarker as fitted_curve
from mirodash.survival.results import ContinuousInteraction, EffectCurve, NotEstimable
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial

CURVE_POINTS = 120
"""Enough for a smooth line across half a screen."""
NO_BIOMARKER = NotEstimable("This trial has no biomarker by which the effect could differ.")


@dataclass(frozen=True, eq=False, slots=True)
class EffectByBiomarker:
    """The effect along the biomarker, and where along it the participants stand.

    ``control_values`` and ``treated_values`` (participants of the arm with the biomarker,) are ascending,
    so that nobody can be followed from one picture to another; empty where few participants must not be told
    apart.
    """

    biomarker: Biomarker | None
    curve: EffectCurve | NotEstimable
    linear: ContinuousInteraction | NotEstimable
    control_values: NDArray[np.float64]
    treated_values: NDArray[np.float64]
    confidence: float


def effect_by_biomarker(trial: Trial, selection: Selection) -> EffectByBiomarker:
    """The smooth effect of treatment along the biomarker; moving a threshold does not change it.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _without_thresholds(trial, uncut(selection))


def linear_interaction(trial: Trial, selection: Selection) -> ContinuousInteraction | NotEstimable:
    """Treatment × log biomarker alone, without the cost of the curve.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _linear(trial, uncut(selection))


@memoise
def _without_thresholds(trial: Trial, selection: Selection) -> EffectByBiomarker:
    people = measured(trial, selection)
    if people is None:
        nobody = np.empty(0)
        return EffectByBiomarker(None, NO_BIOMARKER, NO_BIOMARKER, nobody, nobody, selection.confidence)
    each = np.full_like(people.values, np.nan) if trial.min_cell else people.values
    return EffectByBiomarker(
        people.biomarker,
        told_reason(told_curve(trial, selection, fitted(people, selection.confidence)), trial.min_cell),
        _linear(trial, selection),
        _ascending(each[~people.treated]),
        _ascending(each[people.treated]),
        selection.confidence,
    )


@memoise
def _linear(trial: Trial, selection: Selection) -> ContinuousInteraction | NotEstimable:
    people = measured(trial, selection)
    if people is None:
        return NO_BIOMARKER
    found = continuous_interaction(people.time, people.event, people.treated, people.values)
    return told_reason(found, trial.min_cell)


def fitted(people: Measured, confidence: float) -> EffectCurve | NotEstimable:
    """The whole curve of these people, or why there is none."""
    try:
        return fitted_curve(
            people.time,
            people.event,
            people.treated,
            people.values,
            confidence=confidence,
            points=CURVE_POINTS,
        )
    except CannotComputeError as error:
        return NotEstimable(" ".join(error.problems))


def _ascending(values: NDArray[np.float64]) -> NDArray[np.float64]:
    ordered = np.sort(values[~np.isnan(values)])
    ordered.flags.writeable = False
    return ordered
