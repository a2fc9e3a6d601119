"""What one slide is about: the answers behind the one picture of a view that is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.analysis.biomarker_distribution import BiomarkerDistribution, biomarker_distribution
from mirodash.analysis.effect_by_biomarker import EffectByBiomarker, effect_by_biomarker
from mirodash.analysis.interaction import interaction
from mirodash.analysis.report import MOST_SEARCHED
from mirodash.analysis.searched import Searched, searched_here
from mirodash.analysis.simultaneous_band import simultaneous_band
from mirodash.analysis.subgroups import Subgroup, Subgroups, SubgroupsOfFactor, subgroups
from mirodash.analysis.survival_by_group import GroupSurvival, SurvivalByGroup, survival_by_group
from mirodash.analysis.threshold_scan import searched_thresholds
from mirodash.disclosure.counts import nothing_of
from mirodash.disclosure.curve_values import BiomarkerSpan, Side, biomarker_span, threshold_sides
from mirodash.stratification.groups import groups
from mirodash.stratification.saved_view import EFFECT, SEARCH, SURVIVAL
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import settled
from mirodash.survival.results import (
    InteractionTest,
    NotEstimable,
    RatioOfHazardRatios,
    SimultaneousBand,
    ThresholdScan,
)
from mirodash.trial.trial import Trial

ROWS_A_SLIDE = 11
"""Rows of a forest, all participants and the names of factors included, that the back row can read."""


@dataclass(frozen=True, eq=False, slots=True)
class SurvivalPicture:
    """One group's curves; ``result`` has the other groups, which stand beside it in numbers."""

    result: SurvivalByGroup
    place: int
    interaction: RatioOfHazardRatios | InteractionTest | NotEstimable

    @property
    def group(self) -> GroupSurvival:
        """The group that is shown."""
        return self.result.groups[self.place]


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


Pictured = SurvivalPicture | EffectPicture | SearchPicture | ForestPicture | NotEstimable


def pictured(trial: Trial, selection: Selection, picture: str) -> Pictured:
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
    if picture in SURVIVAL:
        return _survival(trial, selection, SURVIVAL.index(picture))
    if picture == EFFECT:
        return _effect(trial, selection)
    if picture == SEARCH:
        return _search(trial, selection)
    return _forest(trial, selection, int(picture.rpartition("-")[2]))


def _survival(trial: Trial, selection: Selection, place: int) -> SurvivalPicture | NotEstimable:
    result = survival_by_group(trial, selection)
    if place >= len(result.groups):
        return NotEstimable("This view has no such group: its thresholds make fewer.")
    if nothing := nothing_of(result.groups[place].comparison):
        return NotEstimable(f"{nothing.removesuffix('.')}: {result.groups[place].label}.")
    return SurvivalPicture(result, place, interaction(trial, selection))


def _effect(trial: Trial, selection: Selection) -> EffectPicture | NotEstimable:
    effect = effect_by_biomarker(trial, selection)
    if isinstance(effect.curve, NotEstimable):
        return effect.curve
    span, spread = biomarker_span(trial, selection), biomarker_distribution(trial, selection)
    if span is None or spread is None:
        return NotEstimable("Nobody has this biomarker.")
    thresholds = settled(trial, selection).thresholds or ()
    return EffectPicture(effect, span, spread, thresholds, simultaneous_band(trial, selection))


def _search(trial: Trial, selection: Selection) -> SearchPicture | NotEstimable:
    if int(groups(trial, selection).everyone.sum()) > MOST_SEARCHED:
        return NotEstimable(
            f"Searching among more than {MOST_SEARCHED:,} participants takes longer than a slide can wait; "
            "the Thresholds page does it."
        )
    scan, found = searched_thresholds(trial, selection), searched_here(trial, selection)
    span = biomarker_span(trial, selection)
    if isinstance(scan, NotEstimable):
        return scan
    if isinstance(found, NotEstimable):
        return found
    if found is None or span is None:
        return NotEstimable("This trial has no biomarker on which a threshold could be set.")
    confidence = settled(trial, selection).confidence
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
