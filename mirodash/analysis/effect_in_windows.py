"""The treatment effect in overlapping windows of participants along the biomarker."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mirodash.analysis.measured import Measured, measured, people_only
from mirodash.analysis.told_survival import few_events, told_reason, too_few
from mirodash.analysis.told_values import at_stops, no_stops
from mirodash.errors import CannotComputeError
from mirodash.stratification.cut_points import candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.stratification.settling import asked_endpoint
from mirodash.survival.disclosure_rounded import rounded_times
from mirodash.survival.kaplan_meier import read_only
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
    few = too_few(people.treated, trial.min_cell, event=people.event)
    if few:
        return few
    try:
        found = _compared(people, selection, design, horizon)
        if not trial.min_cell:
            return found
        rounded = _compared(_in_steps(people, trial.min_cell), selection, design, horizon)
    except CannotComputeError as error:
        return told_reason(NotEstimable(" ".join(error.problems)), trial.min_cell)
    told = _told(found, rounded, people, trial.min_cell)
    return told if np.isfinite(told.hazard_ratio).any() else _few_in_windows(trial.min_cell)


def _few_in_windows(min_cell: int) -> NotEstimable:
    """In place of windows none of which holds enough events for its hazard ratio to be told."""
    return NotEstimable(
        f"Every window has fewer than {min_cell} events in an arm, so no effect in it is told."
    )


def _in_steps(people: Measured, min_cell: int) -> Measured:
    """The same people with disclosure-rounded times, those of both arms together, as arms are drawn again."""
    together = np.zeros_like(people.treated)
    return replace(people, time=rounded_times(people.time, people.event, together, min_cell=min_cell))


def _compared(people: Measured, selection: Selection, design: Design, horizon: float) -> EffectInWindows:
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


def _told(
    found: EffectInWindows, rounded: EffectInWindows, people: Measured, min_cell: int
) -> EffectInWindows:
    """The windows with small counts as their limit; a reason may give such a count away, so it is none.

    An arm with few events has no hazard ratio, whose interval would tell how few. Differences are those of
    rounded times: with exact ones the horizon, moved day by day, would tell who died on that day.
    """
    few = _few_events(found, people, min_cell)
    ratio, lower, upper = (
        read_only(np.where(few, np.nan, line))
        for line in (found.hazard_ratio, found.hazard_ratio_lower, found.hazard_ratio_upper)
    )
    return replace(
        found,
        n=told_counts(found.n, min_cell),
        events=told_counts(found.events, min_cell),
        hazard_ratio=ratio,
        hazard_ratio_lower=lower,
        hazard_ratio_upper=upper,
        difference=rounded.difference,
        difference_lower=rounded.difference_lower,
        difference_upper=rounded.difference_upper,
        overall_difference=rounded.overall_difference,
        p_difference=rounded.p_difference,
        without_hazard_ratio=_why(int(np.isnan(ratio).sum()), min_cell),
        without_difference=_why(int(np.isnan(rounded.difference).sum()), min_cell),
        carried_forward=-min_cell if rounded.carried_forward else 0,
    )


def _few_events(found: EffectInWindows, people: Measured, min_cell: int) -> NDArray[np.bool_]:
    """Windows (windows,) in which an arm has few events."""
    inside = (people.values >= found.low[:, None]) & (people.values <= found.high[:, None])
    arms = (people.event & people.treated, people.event & ~people.treated)
    return np.any([(inside & arm).sum(axis=1) < min_cell for arm in arms], axis=0)


def _why(windows: int, min_cell: int) -> tuple[tuple[str, int], ...]:
    return ((few_events(min_cell).why, windows),) if windows else ()
