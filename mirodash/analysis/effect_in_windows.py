"""The treatment effect in overlapping windows of participants along the biomarker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from mirodash.analysis.measured import measured, people_only
from mirodash.analysis.told_survival import few_events
from mirodash.analysis.told_values import at_stops, no_stops
from mirodash.errors import CannotComputeError
from mirodash.stratification.cut_points import candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.stratification.settling import asked_endpoint
from mirodash.survival.results import NotEstimable
from mirodash.survival.stepp import effect_in_windows as compared_in_windows
from mirodash.survival.threshold_results import Design, EffectInWindows
from mirodash.survival.told_counts import told_counts
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
    if trial.min_cell and not candidate_thresholds(trial, selection):
        return no_stops(trial)
    people = at_stops(trial, selection, people)
    try:
        found = compared_in_windows(
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
    return _told(found, trial.min_cell)


def _told(found: EffectInWindows, min_cell: int) -> EffectInWindows:
    """The windows with small counts as their limit; a reason may give such a count away, so it is none."""
    if not min_cell:
        return found

    def why(windows: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
        number = sum(how_many for _, how_many in windows)
        return ((few_events(min_cell).why, number),) if number else ()

    return replace(
        found,
        n=told_counts(found.n, min_cell),
        events=told_counts(found.events, min_cell),
        without_hazard_ratio=why(found.without_hazard_ratio),
        without_difference=why(found.without_difference),
        carried_forward=-min_cell if found.carried_forward else 0,
    )
