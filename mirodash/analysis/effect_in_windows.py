"""The treatment effect in overlapping windows of participants along the biomarker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.counts import few_events, told_counts, told_reason, too_few
from mirodash.disclosure.curve_values import at_stops, no_stops, rounded_times
from mirodash.errors import CannotComputeError
from mirodash.stratification.groups import Measured, candidate_thresholds, measured, people_only
from mirodash.stratification.selection import Selection
from mirodash.stratification.shared_results import share_result
from mirodash.stratification.validation import asked_endpoint
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.results import Design, EffectInWindows, NotEstimable
from mirodash.survival.stepp import PreparedWindows, prepare_windows
from mirodash.survival.stepp_test import Draws
from mirodash.trial.trial import Trial

RESAMPLES = 2_500
SHARES = 10
"""In so many steps the arms are drawn again: of 100,000 participants each takes about a second."""


def effect_in_windows(
    trial: Trial, selection: Selection, design: Design, *, share: int = SHARES
) -> EffectInWindows | NotEstimable:
    """Hazard ratio and survival difference at the horizon, window by window; thresholds change nothing.

    The p-values are those after so many of `SHARES` shares of the draws. Arms are drawn again within the
    strata of the randomisation, where the trial names them. Shares are memoised, so each costs only itself.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    _, horizon = asked_endpoint(trial, selection)
    same = replace(people_only(selection), horizon=horizon, confidence=selection.confidence)
    return _in_windows(_Windows(trial, same, design, horizon), min(max(share, 0), SHARES))


@dataclass(frozen=True, slots=True)
class _Windows:
    """One question: these windows of these participants, with disclosure-rounded times where ``rounded``."""

    trial: Trial
    selection: Selection
    design: Design
    horizon: float
    rounded: bool = False


@lru_cache(maxsize=64)
@share_result
def _in_windows(asked: _Windows, shares: int) -> EffectInWindows | NotEstimable:
    trial = asked.trial
    people = _people(trial, asked.selection)
    if isinstance(people, NotEstimable):
        return people
    try:
        found = _after(asked, shares)
        if not trial.min_cell:
            return found
        rounded = _after(replace(asked, rounded=True), shares)
    except CannotComputeError as error:
        return told_reason(NotEstimable(" ".join(error.problems)), trial.min_cell)
    told = _told(found, rounded, people, trial.min_cell)
    return told if np.isfinite(told.hazard_ratio).any() else _few_in_windows(trial.min_cell)


def _people(trial: Trial, selection: Selection) -> Measured | NotEstimable:
    """Those with the biomarker, where enough of them may be told apart."""
    people = measured(trial, selection)
    if people is None:
        return NotEstimable("This trial has no biomarker along which the effect could be followed.")
    if trial.min_cell and not candidate_thresholds(trial, selection):
        return no_stops(trial)
    people = at_stops(trial, selection, people)
    return too_few(people.treated, trial.min_cell, event=people.event) or people


def _after(asked: _Windows, shares: int) -> EffectInWindows:
    return _prepared(asked).after([_share(asked, k) for k in range(shares)])


@lru_cache(maxsize=32 * SHARES)
@share_result
def _share(asked: _Windows, k: int) -> Draws:
    """Share ``k`` (from 0) of the draws; its random numbers go on where those of the share before ended."""
    before = _share(asked, k - 1) if k else None
    return _prepared(asked).draw(k, steps=SHARES, n_resamples=RESAMPLES, after=before)


@lru_cache(maxsize=16)
def _prepared(asked: _Windows) -> PreparedWindows:
    people = _people(asked.trial, asked.selection)
    if isinstance(people, NotEstimable):
        raise CannotComputeError(people.why)
    if asked.rounded:
        people = _in_steps(people, asked.trial.min_cell)
    return prepare_windows(
        people.time,
        people.event,
        people.treated,
        people.values,
        horizon=asked.horizon,
        design=asked.design,
        confidence=asked.selection.confidence,
        strata=people.stratum,
    )


def _few_in_windows(min_cell: int) -> NotEstimable:
    """In place of windows none of which holds enough events for its hazard ratio to be told."""
    return NotEstimable(
        f"Every window has fewer than {min_cell} events in an arm, so no effect in it is told."
    )


def _in_steps(people: Measured, min_cell: int) -> Measured:
    """The same people with disclosure-rounded times, those of both arms together, as arms are drawn again."""
    together = np.zeros_like(people.treated)
    return replace(people, time=rounded_times(people.time, people.event, together, min_cell=min_cell))


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
