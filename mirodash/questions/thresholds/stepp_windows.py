"""STEPP windows along the biomarker: effects in each window, in numbers and sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.counts import few_events, suppress_reason, suppress_small_counts, too_few
from mirodash.disclosure.curve_values import aggregate_event_times, no_stops, snap_to_grid_values
from mirodash.errors import CannotComputeError
from mirodash.questions.thresholds.threshold_scan import ALPHA
from mirodash.stratification.groups import (
    Measured,
    candidate_thresholds,
    has_competing_events,
    has_entry_times,
    people_only,
    select_measured,
)
from mirodash.stratification.selection import Selection
from mirodash.stratification.shared_results import share_result
from mirodash.stratification.threshold_sides import round_to_written
from mirodash.stratification.validation import resolve_endpoint
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.results import Design, EffectInWindows, NotEstimable, Numbers
from mirodash.survival.stepp import NOT_FOLLOWED, PreparedWindows, prepare_windows
from mirodash.survival.stepp_test import Draws
from mirodash.text.facts import Explanation, Fact, Table
from mirodash.text.numbers import (
    count,
    estimate_with_interval,
    format_bare_value,
    format_biomarker_value,
    format_confidence_level,
    format_difference_in_points,
    format_hazard_ratio,
    format_p_value,
    format_points,
)
from mirodash.trial.dictionary import Biomarker, Endpoint
from mirodash.trial.trial import Trial

RESAMPLES = 2_500
NO_WINDOWS_AFTER_ENTRY = NotEstimable(
    "Participants come under observation at different times: the windows and their test take everybody to "
    "have been there from the origin on."
)
NO_WINDOWS_BESIDE_ANOTHER_EVENT = NotEstimable(
    "Another event can come first: survival in the windows would count those who had it as if they could "
    "still "
    "have this one."
)
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
    if has_entry_times(trial, selection):
        return NO_WINDOWS_AFTER_ENTRY
    if has_competing_events(trial, selection):
        return NO_WINDOWS_BESIDE_ANOTHER_EVENT
    _, horizon = resolve_endpoint(trial, selection)
    # windows are cut between values, whichever side of a threshold equal ones are on
    same = replace(
        people_only(selection), horizon=horizon, confidence=selection.confidence, equal_above=False
    )
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
            return _as_written(found, people)
        rounded = _after(replace(asked, rounded=True), shares)
    except CannotComputeError as error:
        return suppress_reason(NotEstimable(" ".join(error.problems)), trial.min_cell)
    told = _suppress_windows(found, rounded, people, trial.min_cell)
    return told if np.isfinite(told.hazard_ratio).any() else _few_in_windows(trial.min_cell)


def _people(trial: Trial, selection: Selection) -> Measured | NotEstimable:
    """Those with the biomarker, where enough of them may be told apart."""
    people = select_measured(trial, selection)
    if people is None:
        return NotEstimable("This trial has no biomarker along which the effect could be followed.")
    if trial.min_cell and not candidate_thresholds(trial, selection):
        return no_stops(trial)
    people = snap_to_grid_values(trial, selection, people)
    return too_few(people.treated, trial.min_cell, event=people.event) or people


def _after(asked: _Windows, shares: int) -> EffectInWindows:
    return _prepared(asked).after([_share(asked, k) for k in range(shares)])


def _as_written(found: EffectInWindows, people: Measured) -> EffectInWindows:
    """The windows with limits of the assay as they were written, instead of the numbers next to them."""
    if people.bounds.highest is people.bounds.lowest:
        return found
    low, high, middle = (read_only(round_to_written(ends)) for ends in (found.low, found.high, found.median))
    return replace(found, low=low, high=high, median=middle)


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
        people.order,
        horizon=asked.horizon,
        design=asked.design,
        confidence=asked.selection.confidence,
        strata=people.stratum,
    )


def _few_in_windows(min_cell: int) -> NotEstimable:
    """In place of windows none of which holds enough events for its hazard ratio to be told."""
    return NotEstimable(
        f"Every window has fewer than {min_cell} events in an arm, so no effect in it is shown."
    )


def _in_steps(people: Measured, min_cell: int) -> Measured:
    """The same people with disclosure-rounded times, those of both arms together, as arms are drawn again."""
    together = np.zeros_like(people.treated)
    return replace(people, time=aggregate_event_times(people.time, people.event, together, min_cell=min_cell))


def _suppress_windows(
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
        n=suppress_small_counts(found.n, min_cell),
        events=suppress_small_counts(found.events, min_cell),
        hazard_ratio=ratio,
        hazard_ratio_lower=lower,
        hazard_ratio_upper=upper,
        difference=rounded.difference,
        difference_lower=rounded.difference_lower,
        difference_upper=rounded.difference_upper,
        overall_difference=rounded.overall_difference,
        p_difference=rounded.p_difference,
        without_hazard_ratio=_why(int(np.isnan(ratio).sum()), min_cell),
        without_difference=_without_difference(rounded, min_cell),
    )


def _few_events(found: EffectInWindows, people: Measured, min_cell: int) -> NDArray[np.bool_]:
    """Windows (windows,) in which an arm has few events."""
    inside = (people.values >= found.low[:, None]) & (people.values <= found.high[:, None])
    arms = (people.event & people.treated, people.event & ~people.treated)
    return np.any([(inside & arm).sum(axis=1) < min_cell for arm in arms], axis=0)


def _why(windows: int, min_cell: int) -> tuple[tuple[str, int], ...]:
    return ((few_events(min_cell).why, windows),) if windows else ()


def _without_difference(rounded: EffectInWindows, min_cell: int) -> tuple[tuple[str, int], ...]:
    """Where rounded follow-up ends may be told; every other reason may give a small count away."""
    ended = tuple((why, n) for why, n in rounded.without_difference if why == NOT_FOLLOWED)
    others = sum(n for why, n in rounded.without_difference if why != NOT_FOLLOWED)
    return (*ended, *_why(others, min_cell))


TITLES: dict[Design, str] = {
    "sliding": "Effect in windows that slide along {}",
    "tail": "Effect in windows that grow from either end of {}",
}
DESIGNS: dict[Design, str] = {
    "sliding": "Each window holds about {size} participants and shares most of them with the next.",
    "tail": "Windows grow from the lowest values to everybody, then lose the lowest values step by step.",
}
TEST = "resampling test over all windows"
TESTS = 4
"""Two designs with two measures each stand on one page: a verdict allows for all four (Bonferroni)."""
OVERLAP = "Neighbouring windows share participants, so they rise and fall together."


def title(design: Design, biomarker: Biomarker) -> str:
    """What one design of windows is called."""
    return TITLES[design].format(biomarker.short)


def describe_effect_in_windows(
    biomarker: Biomarker, found: EffectInWindows, *, endpoint: Endpoint, horizon: str, confidence: float
) -> Explanation:
    """The first, the middle and the last window, the tests of the whole pattern, and every window in a table.

    Parameters
    ----------
    biomarker : Biomarker
    found : EffectInWindows
    endpoint : Endpoint
        What being free of the event is called.
    horizon : str
        In words, in the reader's unit.
    confidence : float
        Of the intervals.
    """
    size = count(float(np.median(found.n)))
    measure = f"{endpoint.event_free.capitalize()} at {horizon}"
    return Explanation(
        title=title(found.design, biomarker),
        subtitle=f"{DESIGNS[found.design].format(size=size)} With {format_confidence_level(confidence)} of "
        "each."
        f"{_unfinished(found)}",
        sentence=" ".join(
            [
                _from_end_to_end(biomarker, found),
                _describe_pattern(found, biomarker),
                OVERLAP,
                *_describe_gaps(found),
            ]
        ),
        facts=(
            _build_fact(
                "Hazard ratio",
                f"overall {format_hazard_ratio(found.overall_hazard_ratio)}",
                found.p_hazard_ratio,
            ),
            _build_fact(f"{measure}, difference", _describe_overall_difference(found), found.p_difference),
        ),
        tables=(_build_table(biomarker, found, measure, confidence),),
    )


def _unfinished(found: EffectInWindows) -> str:
    """How far the draws are, as long as some are to come."""
    if found.n_resamples >= RESAMPLES:
        return ""
    return f" {count(found.n_resamples)} of {count(RESAMPLES)} resamples so far."


def _build_fact(label: str, overall: str, p: float | None) -> Fact:
    told = f"; {TEST}: {format_p_value(p)}, one of four tests" if p is not None else ""
    return Fact(label, overall, told.removeprefix("; "))


def _describe_overall_difference(found: EffectInWindows) -> str:
    known = found.overall_difference
    return "overall not estimable" if known is None else f"overall {format_points(known, signed=True)}"


def _from_end_to_end(biomarker: Biomarker, found: EffectInWindows) -> str:
    known = np.flatnonzero(np.isfinite(found.hazard_ratio))
    if not known.size:
        return "The hazard ratio cannot be estimated in any window."
    places = dict.fromkeys([int(known[0]), int(known[known.size // 2]), int(known[-1])])
    told = [
        f"{format_hazard_ratio(float(found.hazard_ratio[k]))} in the window around "
        f"{format_biomarker_value(biomarker, float(found.median[k]))}"
        for k in places
    ]
    return f"The hazard ratio is {', '.join(told)}."


def _describe_pattern(found: EffectInWindows, biomarker: Biomarker) -> str:
    """What the tests of the whole pattern say, each of its own measure."""
    tests = (("hazard ratio", found.p_hazard_ratio), ("survival difference", found.p_difference))
    known = [(measure, p) for measure, p in tests if p is not None]
    if not known:
        return "Whether the windows differ more than by chance cannot be tested."
    clear = [measure for measure, p in known if p < ALPHA / TESTS]
    unclear = [measure for measure, p in known if p >= ALPHA / TESTS]
    told: list[str] = []
    if clear:
        told.append(
            f"In the {' and the '.join(clear)} the windows differ more than by chance, after correction for "
            "four tests."
        )
    if unclear:
        told.append(
            f"In the {' and the '.join(unclear)}, four tests allowed for, they do not show that the effect "
            f"depends on {biomarker.short}, nor that it does not."
        )
    return " ".join(told)


def _describe_gaps(found: EffectInWindows) -> list[str]:
    """Which windows are without an estimate and why: nothing is left out silently."""
    told: list[str] = []
    for what, reasons in (
        ("hazard ratio", found.without_hazard_ratio),
        ("difference", found.without_difference),
    ):
        told += [f"{count(n)} {_describe_windows(n)} without a {what}: {why}" for why, n in reasons]
    return told


def _describe_windows(n: int) -> str:
    return "window" if n == 1 else "windows"


def _build_table(biomarker: Biomarker, found: EffectInWindows, measure: str, confidence: float) -> Table:
    ratios = (found.hazard_ratio, found.hazard_ratio_lower, found.hazard_ratio_upper)
    differences = (found.difference, found.difference_lower, found.difference_upper)
    rows = tuple(
        (
            f"{format_bare_value(biomarker, float(found.low[k]))} to "
            f"{format_biomarker_value(biomarker, float(found.high[k]))}",
            count(int(found.n[k])),
            count(int(found.events[k])),
            describe_ratio_in_window(ratios, k, confidence),
            describe_difference_in_window(differences, k, confidence),
        )
        for k in range(found.n.size)
    )
    header = (f"Window of {biomarker.label}", "n", "Events", "Hazard ratio", f"{measure}: difference")
    return Table(f"Effect in windows of {biomarker.label}", header, rows)


def describe_ratio_in_window(values: tuple[Numbers, Numbers, Numbers], k: int, confidence: float) -> str:
    """A hazard ratio with its interval, or that there is none."""
    ratio, low, high = (float(value[k]) for value in values)
    if not np.isfinite(ratio):
        return "not estimable"
    return estimate_with_interval(ratio, (_describe_end(low), _describe_end(high)), confidence)


def describe_difference_in_window(values: tuple[Numbers, Numbers, Numbers], k: int, confidence: float) -> str:
    """A difference of two shares with its interval, or that there is none."""
    difference, low, high = (float(value[k]) for value in values)
    if not np.isfinite(difference):
        return "not estimable"
    if not (np.isfinite(low) and np.isfinite(high)):
        return format_points(difference, signed=True)
    return format_difference_in_points(difference, (low, high), confidence)


def _describe_end(value: float) -> float | None:
    return value if np.isfinite(value) else None
