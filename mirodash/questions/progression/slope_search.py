"""Search over thresholds for slopes: what is left of a difference once every threshold was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mirodash.disclosure.curve_values import no_stops
from mirodash.longitudinal.person_sums import PersonSums
from mirodash.longitudinal.slope_along_biomarker import search_slopes
from mirodash.longitudinal.slopes import Lines
from mirodash.longitudinal.slopes_at_thresholds import fit_lines_at_thresholds
from mirodash.questions.panel import SteppedPanel, among_few_enough
from mirodash.questions.progression.measured import Progression, progression, sums_of
from mirodash.questions.progression.words import SLOPE_DECIMALS, name_slope_unit
from mirodash.questions.thresholds.threshold_scan import (
    ALPHA,
    MAX_ROWS,
    SEED,
    SHARES,
    SearchedAt,
    SearchPlace,
    describe_progress,
    judge_thresholds,
)
from mirodash.stratification.groups import assign_groups, candidate_thresholds, people_only
from mirodash.stratification.result_cache import memoise, recall
from mirodash.stratification.selection import Mask, Selection
from mirodash.stratification.shared_results import share_result
from mirodash.stratification.strata import find_randomisation_strata, find_strata
from mirodash.stratification.threshold_sides import (
    Bounds,
    bounds,
    count_uncertain,
    order,
    side_words,
    split_at,
)
from mirodash.stratification.validation import measure_of, resolve
from mirodash.survival.max_statistic import LEAST_PARTICIPANTS, SearchTest
from mirodash.survival.results import NotEstimable, Numbers
from mirodash.text.facts import Explanation, Fact, Table, TablesOnDemand
from mirodash.text.numbers import (
    count,
    format_bare_value,
    format_confidence_level,
    format_number,
    format_p_value,
    format_range,
    format_threshold_with_unit,
)
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial


@dataclass(frozen=True, eq=False, slots=True)
class SlopesSearched:
    """The reader's thresholds within a search over all of them for an interaction in slopes.

    ``best`` is None where nothing could be looked at.
    """

    biomarker: Biomarker
    found: SearchedAt
    best: float | None


@dataclass(frozen=True, eq=False, slots=True)
class SlopesScanned:
    """Mixed models at some of the thresholds that were searched, without any p-value."""

    answer: Progression
    biomarker: Biomarker
    equal_above: bool
    thresholds: Numbers
    lines: tuple[Lines | NotEstimable, ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Search:
    test: SearchTest
    sums: PersonSums
    treated: Mask
    order: Numbers
    bounds: Bounds


@lru_cache(maxsize=64)
def _search(trial: Trial, selection: Selection, measure: str) -> _Search | NotEstimable:
    chosen = resolve(trial, selection)
    if trial.dictionary.biomarker(chosen.biomarker) is None:
        return NotEstimable("This trial has no biomarker on which a threshold could be set.")
    people = assign_groups(trial, selection)
    sums = sums_of(trial, measure, chosen.unit)
    if isinstance(sums, NotEstimable):
        return sums
    lines = np.array(candidate_thresholds(trial, selection), dtype=np.float64)
    if not lines.size and trial.min_cell:
        return no_stops(trial)
    column, equal_above = trial.numbers[chosen.biomarker], bool(chosen.equal_above)
    inside = people.everyone & np.isfinite(column.values) & (sums.n > 0)
    if not inside.any():
        return NotEstimable("No selected participant has both the biomarker and a measurement.")
    here = column.of(inside)
    held = order(here, equal_above=equal_above)
    certain = lines[count_uncertain(bounds(here), lines, equal_above=equal_above) == 0]
    mine, treated = sums.of(inside), people.treated[inside]
    test = search_slopes(
        mine,
        treated,
        held,
        thresholds=split_at(certain, equal_above=equal_above),
        strata=find_strata(trial, find_randomisation_strata(trial))[inside],
    )
    return test if isinstance(test, NotEstimable) else _Search(test, mine, treated, held, bounds(here))


@lru_cache(maxsize=512)
@share_result
def _share_of_slopes(trial: Trial, selection: Selection, measure: str, share: int) -> Numbers:
    search = _search(trial, selection, measure)
    return np.empty(0) if isinstance(search, NotEstimable) else search.test.share(share, seed=SEED)


@memoise
def _all_maxima(trial: Trial, selection: Selection, measure: str) -> Numbers:
    return _join_shares(trial, selection, measure, SHARES)


def _join_shares(trial: Trial, selection: Selection, measure: str, shares: int) -> Numbers:
    return np.concatenate(
        (np.empty(0), *(_share_of_slopes(trial, selection, measure, k) for k in range(shares)))
    )


def is_slope_search_remembered(trial: Trial, selection: Selection) -> bool:
    """Whether the whole resampling is at hand: asking for p-values takes no time."""
    measure = measure_of(trial, selection)
    return recall(_all_maxima, trial, people_only(selection), measure) is not None


def search_slope_thresholds(
    trial: Trial, selection: Selection, *, share: int = SHARES
) -> SlopesSearched | NotEstimable | None:
    """The thresholds in view after so many shares of the resampling; None without measurements.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    if not trial.series:
        return None
    same, measure = people_only(selection), measure_of(trial, selection)
    search = _search(trial, same, measure)
    if isinstance(search, NotEstimable):
        return search
    chosen = resolve(trial, selection)
    biomarker = trial.dictionary.biomarker(chosen.biomarker)
    if biomarker is None:
        return None
    whole = share == SHARES
    maxima = _all_maxima(trial, same, measure) if whole else _join_shares(trial, same, measure, max(share, 0))
    counted = (("of those measured", None, LEAST_PARTICIPANTS),)
    place = SearchPlace(search.bounds, search.order, bool(chosen.equal_above), counted, trial.min_cell)
    lines = np.array(chosen.thresholds or (), dtype=np.float64)
    found = judge_thresholds(
        search.test, maxima, lines, place, within=tuple(find_randomisation_strata(trial))
    )
    scores = np.abs(search.test.score_z)
    best = None if found.p_best is None else float(search.test.thresholds[int(scores.argmax())])
    return SlopesSearched(biomarker, found, best)


def search_slopes_share(trial: Trial, selection: Selection, share: int) -> None:
    """Do the work of one share (1 to `SHARES`) of the resampling, and remember it."""
    if not trial.series:
        return
    same, measure = people_only(selection), measure_of(trial, selection)
    _share_of_slopes(trial, same, measure, share - 1)
    if share == SHARES:
        _all_maxima(trial, same, measure)


@memoise
def scan_slopes(trial: Trial, selection: Selection) -> SlopesScanned | NotEstimable | None:
    """Differences in slope below and above every threshold that the search looks at; no p-values.

    Of many thresholds some are taken, at equal steps of participants. Nothing where small counts are
    protected: neighbouring thresholds differ by single participants.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    answer = progression(trial, selection)
    if answer is None:
        return None
    chosen = resolve(trial, selection)
    biomarker = trial.dictionary.biomarker(chosen.biomarker)
    search = _search(trial, people_only(selection), answer.measure.key)
    if isinstance(search, NotEstimable) or biomarker is None:
        return search if isinstance(search, NotEstimable) else None
    if trial.min_cell:
        return NotEstimable("Slopes along thresholds are not shown where small counts are protected.")
    lines = search.test.thresholds
    kept = lines[
        np.unique(np.linspace(0, max(lines.size - 1, 0), MAX_ROWS).round().astype(np.int64))[: lines.size]
    ]
    models = fit_lines_at_thresholds(
        search.sums, search.treated, search.order, kept, confidence=chosen.confidence
    )
    return SlopesScanned(answer, biomarker, bool(chosen.equal_above), kept, models)


SEARCH_TITLE = "Slopes: is this more than chance?"


@dataclass(frozen=True, eq=False, slots=True)
class SlopesExplained:
    """The search with the models along its thresholds, which are fitted when their table is read."""

    trial: Trial
    asked: Selection
    searched: SlopesSearched | NotEstimable


def explain_search(found: SlopesSearched | NotEstimable) -> Explanation:
    """The p-values that allow for the search, and what they mean."""
    if isinstance(found, NotEstimable):
        return Explanation(SEARCH_TITLE, "", found.why)
    searched = found.found
    if searched.p_best is None or found.best is None:
        return Explanation(SEARCH_TITLE, "", "No threshold leaves enough participants on both sides.")
    looked = f"allowing for having looked at {count(searched.looked_at)}"
    facts = [
        Fact(
            "Allowing for the search",
            "no p-value" if one.p is None else format_p_value(one.p),
            f"for {format_threshold_with_unit(found.biomarker, one.threshold)}"
            f"{f': {one.why_not}' if one.why_not else f', {looked}'}",
            lead=True,
        )
        for one in searched.at
    ]
    best = format_threshold_with_unit(found.biomarker, found.best)
    facts.append(Fact("The best of them", format_p_value(searched.p_best), f"at {best}"))
    shown = min([one.p for one in searched.at if one.p is not None], default=searched.p_best)
    verdict = (
        "The data suggest that the effect on the slope depends on "
        f"{found.biomarker.short}; where the line runs is less certain."
        if shown < ALPHA
        else "This does not exceed what chance finds when every threshold is tried. That is no "
        "evidence that the effect is the same everywhere."
    )
    return Explanation(
        title=SEARCH_TITLE,
        subtitle=f"{count(searched.looked_at)} thresholds, {describe_progress(searched.n_resamples)}",
        sentence=verdict,
        facts=tuple(facts),
    )


def _explain_with_models(found: SlopesExplained) -> Explanation:
    told = explain_search(found.searched)
    if isinstance(found.searched, NotEstimable):
        return told
    return Explanation(
        told.title,
        told.subtitle,
        told.sentence,
        told.facts,
        TablesOnDemand(lambda: _build_tables(scan_slopes(found.trial, found.asked))),
    )


def _build_tables(scanned: SlopesScanned | NotEstimable | None) -> tuple[Table, ...]:
    """Both sides of thresholds, with intervals and without p-values: each is one of many."""
    if not isinstance(scanned, SlopesScanned):
        return ()
    unit = f", {scanned.biomarker.unit}" if scanned.biomarker.unit else ""
    level = format_confidence_level(scanned.answer.confidence)
    header = [f"{scanned.biomarker.label}{unit}"]
    for side in side_words(equal_above=scanned.equal_above):
        header += [f"Measured {side}", f"Difference in slope {side} ({level})"]
    rows = [
        (format_bare_value(scanned.biomarker, float(line)), *_build_cells(lines))
        for line, lines in zip(scanned.thresholds, scanned.lines, strict=True)
    ]
    caption = (
        f"Difference in slope of {scanned.answer.measure.label} on both sides of thresholds, "
        f"{name_slope_unit(scanned.answer)}; no interval allows for having looked at them all"
    )
    return (Table(caption, tuple(header), tuple(rows)),)


def _build_cells(lines: Lines | NotEstimable) -> tuple[str, ...]:
    if isinstance(lines, NotEstimable):
        return ("–", "not estimable", "–", "not estimable")
    cells: list[str] = []
    for group in (0, 1):
        difference = lines.slope_difference(2 * group + 1, 2 * group)
        cells.append(count(int(lines.participants[2 * group : 2 * group + 2].sum())))
        cells.append(
            "not estimable"
            if isinstance(difference, NotEstimable)
            else f"{_signed(difference.estimate)} ({format_range(difference.ci, _signed)})"
        )
    return tuple(cells)


def _signed(value: float) -> str:
    return format_number(value, SLOPE_DECIMALS, signed=True)


def _compute_search(trial: Trial, selection: Selection, step: int) -> SlopesExplained | None:
    searched = search_slope_thresholds(trial, selection, share=step)
    return None if searched is None else SlopesExplained(trial, selection, searched)


SLOPES_SEARCHED = SteppedPanel(
    "progression-searched",
    SHARES,
    among_few_enough(_compute_search, "The search over thresholds"),
    _explain_with_models,
    work=among_few_enough(search_slopes_share, "The search over thresholds"),
)
