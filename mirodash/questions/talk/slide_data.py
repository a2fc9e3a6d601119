"""Slide data: the results behind the picture of a saved view, names of pictures, and a starter deck."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from mirodash.disclosure.counts import explain_suppression
from mirodash.disclosure.curve_values import BiomarkerSpan, Side, biomarker_span, threshold_sides
from mirodash.questions.baseline_table import BaselineRow, BaselineTable, find_baseline
from mirodash.questions.biomarker_distribution import BiomarkerDistribution, biomarker_distribution
from mirodash.questions.effect_along_biomarker import (
    EffectByBiomarker,
    effect_by_biomarker,
    simultaneous_band,
)
from mirodash.questions.finding import (
    MAX_SEARCHED,
    are_few_enough_to_search,
    explain_finding,
    find,
    list_evidence,
    state_conclusion,
)
from mirodash.questions.group_interaction import interaction
from mirodash.questions.statistics.group_survival import GroupSurvival, SurvivalByGroup
from mirodash.questions.subgroups import Subgroup, Subgroups, SubgroupsOfFactor, subgroups
from mirodash.questions.survival_curves import has_incidence, raise_curves, survival_by_group
from mirodash.questions.talk.progression_pictures import (
    ProgressionPictured,
    find_progression_picture,
    name_progression_pictures,
)
from mirodash.questions.threshold_evidence import Searched, find_threshold_evidence
from mirodash.questions.thresholds.threshold_scan import LABEL, search_thresholds
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.saved_view import (
    BASELINE,
    EFFECT,
    FALLING,
    FINDING,
    GROUPS,
    OF_PROGRESSION,
    SEARCH,
    SUBGROUPS,
    SURVIVAL,
    SavedView,
)
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import reduce_to_canonical, resolve
from mirodash.survival.results import (
    InteractionTest,
    NotEstimable,
    RatioOfHazardRatios,
    SimultaneousBand,
    ThresholdScan,
)
from mirodash.text.finding_sentences import Evidence
from mirodash.text.labels import one_line
from mirodash.trial.store import SAMPLES
from mirodash.trial.trial import Trial

ROWS_A_SLIDE = 11
"""Rows of a forest, all participants and the names of factors included, that the back row can read."""


@dataclass(frozen=True, eq=False, slots=True)
class SurvivalPicture:
    """One group's curves; ``result`` has the other groups, which stand beside it in numbers.

    Where the curves are ``rising`` 1 − S is drawn; every number is the same.
    """

    result: SurvivalByGroup
    place: int
    interaction: RatioOfHazardRatios | InteractionTest | NotEstimable
    rising: bool = False

    @property
    def group(self) -> GroupSurvival:
        """The group that is shown."""
        return self.result.groups[self.place]

    @property
    def drawn(self) -> GroupSurvival:
        """The group with the curves that are drawn."""
        return _raise_group(self.group) if self.rising else self.group


@dataclass(frozen=True, eq=False, slots=True)
class GroupsPicture:
    """The curves of all groups side by side; ``skipped`` are groups without a curve.

    ``unit`` is the biomarker's, with which the groups' names end; ``rising`` as in `SurvivalPicture`.
    """

    result: SurvivalByGroup
    groups: tuple[GroupSurvival, ...]
    skipped: tuple[str, ...]
    unit: str
    rising: bool = False

    @property
    def drawn(self) -> tuple[GroupSurvival, ...]:
        """The groups with the curves that are drawn."""
        return tuple(_raise_group(group) for group in self.groups) if self.rising else self.groups


def _raise_group(group: GroupSurvival) -> GroupSurvival:
    return replace(group, comparison=raise_curves(group.comparison))


@dataclass(frozen=True, eq=False, slots=True)
class FindingPicture:
    """What was found and how far to believe it, in sentences, with the evidence in order."""

    conclusion: str
    happened: str
    belief: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, eq=False, slots=True)
class BaselinePicture:
    """Some rows of Table 1; page ``page`` of ``pages``."""

    found: BaselineTable
    rows: tuple[BaselineRow, ...]
    page: int
    pages: int


@dataclass(frozen=True, eq=False, slots=True)
class EffectPicture:
    """The effect along the biomarker; ``thresholds`` are those in view, ``whole`` holds the whole curve."""

    effect: EffectByBiomarker
    span: BiomarkerSpan
    spread: BiomarkerDistribution
    thresholds: tuple[float, ...]
    whole: SimultaneousBand | NotEstimable


@dataclass(frozen=True, eq=False, slots=True)
class SearchPicture:
    """Both sides of every threshold, and what the best one is worth after the search."""

    scan: ThresholdScan
    sides: tuple[Side, Side]
    searched: Searched
    span: BiomarkerSpan
    confidence: float


@dataclass(frozen=True, eq=False, slots=True)
class ForestPicture:
    """Some rows of the forest, factor by factor; page 1 of ``pages`` opens with all participants."""

    found: Subgroups
    factors: tuple[SubgroupsOfFactor, ...]
    page: int
    pages: int


Pictured = (
    SurvivalPicture
    | GroupsPicture
    | FindingPicture
    | BaselinePicture
    | EffectPicture
    | SearchPicture
    | ForestPicture
    | ProgressionPictured
    | NotEstimable
)


def find_slide_data(trial: Trial, selection: Selection, picture: str) -> Pictured:
    """The answers behind one picture of a view; why there are none, where there are none.

    Parameters
    ----------
    trial, selection
        The view.
    picture : str
        See `mirodash.stratification.saved_view`.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    if picture in FALLING:
        return _raise_curves(find_slide_data(trial, selection, FALLING[picture]))
    if picture in SURVIVAL:
        return _survival(trial, selection, SURVIVAL.index(picture))
    if picture in OF_PROGRESSION:
        return find_progression_picture(trial, selection, picture)
    single: dict[str, Callable[[Trial, Selection], Pictured]] = {
        FINDING: _finding,
        GROUPS: find_group_curves,
        EFFECT: _effect,
        SEARCH: _search,
    }
    if picture in single:
        return single[picture](trial, selection)
    found = _baseline if picture.startswith(BASELINE) else _forest
    return found(trial, selection, int(picture.rpartition("-")[2]))


def _raise_curves(answer: Pictured) -> Pictured:
    """The picture with curves of 1 − S; beside a competing event they rise already."""
    if isinstance(answer, SurvivalPicture) and not has_incidence(answer.group.comparison):
        return replace(answer, rising=True)
    if isinstance(answer, GroupsPicture) and not has_incidence(answer.groups[0].comparison):
        return replace(answer, rising=True)
    return answer


def _survival(trial: Trial, selection: Selection, place: int) -> SurvivalPicture | NotEstimable:
    result = survival_by_group(trial, selection)
    if place >= len(result.groups):
        return NotEstimable("This view has no such group: its thresholds make fewer.")
    if nothing := explain_suppression(result.groups[place].comparison):
        return NotEstimable(f"{nothing.removesuffix('.')}: {result.groups[place].label}.")
    return SurvivalPicture(result, place, interaction(trial, selection))


def find_group_curves(trial: Trial, selection: Selection) -> GroupsPicture | NotEstimable:
    """The groups that the thresholds make, those left out in which there is no curve to draw.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    result = survival_by_group(trial, selection)
    made = result.groups[1:]
    if not made:
        return NotEstimable("No threshold is set, so there are no groups to compare.")
    shown = tuple(group for group in made if _can_be_drawn(group))
    if not shown:
        return NotEstimable("In none of the groups can a survival curve be drawn.")
    marker = trial.dictionary.biomarker(resolve(trial, selection).biomarker)
    skipped = tuple(group.label for group in made if group not in shown)
    return GroupsPicture(result, shown, skipped, marker.unit if marker else "")


def _can_be_drawn(group: GroupSurvival) -> bool:
    compared = group.comparison
    drawn = compared.treated.has_curve or compared.control.has_curve
    return drawn and not explain_suppression(compared)


def _finding(trial: Trial, selection: Selection) -> FindingPicture | NotEstimable:
    found = find(trial, selection, max_searched=MAX_SEARCHED)
    told, evidence = explain_finding(found), list_evidence(found)
    if not evidence:
        return NotEstimable(told.title)
    return FindingPicture(state_conclusion(found), told.title, told.subtitle, evidence)


def _effect(trial: Trial, selection: Selection) -> EffectPicture | NotEstimable:
    effect = effect_by_biomarker(trial, selection)
    if isinstance(effect.curve, NotEstimable):
        return effect.curve
    span, spread = biomarker_span(trial, selection), biomarker_distribution(trial, selection)
    if span is None or spread is None:
        return NotEstimable("No participant has this biomarker.")
    thresholds = resolve(trial, selection).thresholds or ()
    return EffectPicture(effect, span, spread, thresholds, simultaneous_band(trial, selection))


def _search(trial: Trial, selection: Selection) -> SearchPicture | NotEstimable:
    if not are_few_enough_to_search(trial, selection):
        return NotEstimable(
            f"Searching among more than {MAX_SEARCHED:,} participants takes longer than a slide can wait; "
            "the Thresholds page does it."
        )
    scan, found = search_thresholds(trial, selection), find_threshold_evidence(trial, selection)
    span = biomarker_span(trial, selection)
    if isinstance(scan, NotEstimable):
        return scan
    if isinstance(found, NotEstimable):
        return found
    if found is None or span is None:
        return NotEstimable("This trial has no biomarker on which a threshold could be set.")
    confidence = resolve(trial, selection).confidence
    sides = threshold_sides(scan, confidence)
    if not any(np.isfinite(side.hazard_ratio).any() for side in sides):
        return NotEstimable("At no threshold can a hazard ratio be estimated on either side.")
    return SearchPicture(scan, sides, found, span, confidence)


def _forest(trial: Trial, selection: Selection, page: int) -> ForestPicture | NotEstimable:
    found = subgroups(trial, selection)
    pages = forest_pages(found)
    if page > len(pages):
        return NotEstimable(f"The forest of this view ends on page {len(pages)}.")
    return ForestPicture(found, pages[page - 1], page, len(pages))


def _baseline(trial: Trial, selection: Selection, page: int) -> BaselinePicture | NotEstimable:
    found = find_baseline(trial, selection)
    if found is None:
        return NotEstimable("This trial has no baseline characteristics that could be shown.")
    pages = baseline_pages(found)
    if page > len(pages):
        return NotEstimable(f"Table 1 of this view ends on page {len(pages)}.")
    return BaselinePicture(found, pages[page - 1], page, len(pages))


def baseline_pages(found: BaselineTable) -> tuple[tuple[BaselineRow, ...], ...]:
    """The rows in their order, as many on a page as the back row can read."""
    rows, most = found.rows, ROWS_A_SLIDE - 1
    return tuple(rows[start : start + most] for start in range(0, len(rows), most))


def forest_pages(found: Subgroups) -> tuple[tuple[SubgroupsOfFactor, ...], ...]:
    """The factors in the dictionary's order, split so that each page holds at most `ROWS_A_SLIDE` rows.

    A factor with more levels than a page holds goes on to the next one; nothing is left out.
    """
    pages: list[list[SubgroupsOfFactor]] = [[]]
    room = ROWS_A_SLIDE - 1
    for factor in found.factors:
        for piece in _pieces(factor):
            if room < 1 + len(piece.levels):
                pages.append([])
                room = ROWS_A_SLIDE
            pages[-1].append(piece)
            room -= 1 + len(piece.levels)
    return tuple(tuple(page) for page in pages)


def _pieces(factor: SubgroupsOfFactor) -> list[SubgroupsOfFactor]:
    most = ROWS_A_SLIDE - 1
    levels: list[tuple[Subgroup, ...]] = [
        factor.levels[start : start + most] for start in range(0, len(factor.levels), most)
    ]
    return [
        SubgroupsOfFactor(factor.key, factor.label, factor.kind, factor.cut, some, factor.missing, factor.tau)
        for some in levels
    ]


AS_INCIDENCE = "1 − S"


def name_rising_picture(picture: str, names: Mapping[str, str]) -> str:
    """What a picture with rising curves is called, after the one with falling curves; else ``""``.

    >>> name_rising_picture("incidence-0", {"survival-0": "All participants"})
    'All participants, 1 − S'
    """
    name = names.get(FALLING.get(picture, ""), "")
    return f"{name}, {AS_INCIDENCE}" if name else ""


MAX_NAME_LENGTH = 60
FINDING_NAME = "The finding, with its evidence"


def list_picture_names(trial: Trial, selection: Selection) -> tuple[tuple[str, str], ...]:
    """``(picture, name)`` of everything that can be shown of a view, in the order in which a talk shows it.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return (
        *without_forest(trial, selection),
        *name_progression_pictures(trial, selection),
        *_name_forest(trial, selection),
        *_name_baseline(trial, selection),
    )


def without_forest(trial: Trial, selection: Selection) -> tuple[tuple[str, str], ...]:
    """The same for what Explore and Thresholds show, without the work of looking at every subgroup.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    shown = zip(SURVIVAL, assign_groups(trial, selection).shown, strict=False)
    all_participants, *each = ((picture, one_line(group.label, MAX_NAME_LENGTH)) for picture, group in shown)
    marker = trial.dictionary.biomarker(resolve(trial, selection).biomarker)
    along = () if marker is None else ((EFFECT, one_line(f"Effect by {marker.short}", MAX_NAME_LENGTH)),)
    searched = () if marker is None else ((SEARCH, LABEL),)
    together = ((GROUPS, "Both groups" if len(each) == 2 else f"All {len(each)} groups"),) if each else ()
    return (all_participants, *along, *together, *each, *searched, (FINDING, FINDING_NAME))


def _name_forest(trial: Trial, selection: Selection) -> tuple[tuple[str, str], ...]:
    found = subgroups(trial, selection)
    if not found.factors:
        return ()
    pages = len(forest_pages(found))
    if pages == 1:
        return ((f"{SUBGROUPS}-1", "Subgroups"),)
    return tuple((f"{SUBGROUPS}-{page}", f"Subgroups, {page} of {pages}") for page in range(1, pages + 1))


def _name_baseline(trial: Trial, selection: Selection) -> tuple[tuple[str, str], ...]:
    found = find_baseline(trial, selection)
    pages = len(baseline_pages(found)) if found else 0
    if pages == 1:
        return ((f"{BASELINE}-1", "Table 1"),)
    return tuple((f"{BASELINE}-{page}", f"Table 1, {page} of {pages}") for page in range(1, pages + 1))


EVERYBODY = "All participants first: whatever comes later is a part of this."
CONTINUUM = "No threshold yet: the biomarker as it was measured, before a threshold was chosen."
SIDE_BY_SIDE = "Both sides of the threshold on the same axes; and how far to believe that they differ."
CONCLUSION = "What was found and how far to believe it, in one slide: the one to leave on the screen."
SEARCHED = "What a threshold is worth after correction for searching over all of them."
MAX_MARKER_LENGTH = 40


def build_starter_deck(trial: Trial, *, named: str | None = None) -> tuple[SavedView, ...]:
    """The views that tell what a trial with a biomarker has to say; fewer where some do not exist.

    Titles are left to what the data propose.

    Parameters
    ----------
    trial : Trial
    named : str or None
        What links call the trial; empty for the one the program opened with. None is empty as well, unless
        the trial is a built-in one that the program does not open with by itself.
    """
    name = _usual_name(trial) if named is None else named
    query = reduce_to_canonical(trial, Selection(trial=name)).to_query()
    return tuple(SavedView(query, picture, note=note) for picture, note in _list_pictures(trial))


def _usual_name(trial: Trial) -> str:
    return trial.id if trial.id in SAMPLES[1:] else ""


def _list_pictures(trial: Trial) -> list[tuple[str, str]]:
    """Pictures that exist, with what the speaker might say; all but the search are known at once."""
    opening = Selection()
    told = [(SURVIVAL[0], EVERYBODY)]
    marker = trial.dictionary.biomarker(resolve(trial, opening).biomarker)
    if marker is None:
        return told
    further = [
        (EFFECT, f"{one_line(marker.label, MAX_MARKER_LENGTH)}. {CONTINUUM}"),
        (GROUPS, SIDE_BY_SIDE),
    ]
    told += [
        (picture, note)
        for picture, note in further
        if not isinstance(find_slide_data(trial, opening, picture), NotEstimable)
    ]
    few = are_few_enough_to_search(trial, opening)
    return [*told, *([(SEARCH, SEARCHED)] if few else []), (FINDING, CONCLUSION)]
