"""The treatment effect in overlapping windows of participants along the biomarker."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from mirodash.analysis.measured import measured, people_only
from mirodash.errors import CannotComputeError
from mirodash.stratification.selection import Selection
from mirodash.stratification.settling import asked_endpoint
from mirodash.survival.results import NotEstimable
from mirodash.survival.stepp import effect_in_windows as compared_in_windows
from mirodash.survival.threshold_results import Design, EffectInWindows
from mirodash.trial.trial import Trial

RESAMPLES = 2_500


def effect_in_windows(trial: Trial, selection: Selection, design: Design) -> EffectInWindows | NotEstimable:
    """Hazard ratio and survival difference at the horizon, window by window; thresholds change nothing.

    Arms are drawn again within the strata of the randomisation, where the trial names them.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    _, horizon = asked_endpoint(trial, selection)
    same = replace(people_only(selection), horizon=horizon, confidence=selection.confidence)
    return _in_windows(trial, same, design, horizon)


@lru_cache(maxsize=64)
def _in_windows(
    trial: Trial, selection: Selection, design: Design, horizon: float
) -> EffectInWindows | NotEstimable:
    people = measured(trial, selection)
    if people is None:
        return NotEstimable("This trial has no biomarker along which the effect could be followed.")
    try:
        return compared_in_windows(
            people.time,
            people.event,
            people.treated,
            people.values,
            horizon=horizon,
            design=design,
            confidence=selection.confidence,
            n_resamples=RESAMPLES,
            strata=people.stratum,
        )
    except CannotComputeError as error:
        return NotEstimable(" ".join(error.problems))
