"""The whole answer to one question about a trial: what the command line prints and an export holds."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.analysis.adjusted_effect import AdjustedEffect, adjusted_effect
from mirodash.analysis.effect_by_biomarker import linear_interaction
from mirodash.analysis.interaction import interaction
from mirodash.analysis.participant_flow import told_excluded
from mirodash.analysis.searched import Searched, searched_here
from mirodash.analysis.stratified_effect import EffectWithinStrata, stratified_effect
from mirodash.analysis.survival_by_group import SurvivalByGroup, survival_by_group
from mirodash.stratification.groups import groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import minimal, settled
from mirodash.survival.results import (
    ContinuousInteraction,
    InteractionTest,
    NotEstimable,
    RatioOfHazardRatios,
)
from mirodash.trial.trial import Trial

MOST_SEARCHED = 5_000
"""Dealing the arms of more participants anew ten thousand times takes longer than an answer should."""


@dataclass(frozen=True, eq=False, slots=True)
class Analysis:
    """Everything ``mirodash analyze`` tells.

    ``selection`` is concrete in every field; ``query`` is its canonical query string. ``excluded`` counts
    everybody in no group by reason. ``stratified`` is None unless strata were chosen,
    ``adjusted`` unless baseline columns to adjust for were. ``searched`` allows for a search over thresholds;
    None without thresholds, and for more than `MOST_SEARCHED` participants, of whom only
    ``mirodash scan`` and the Thresholds page tell it.
    """

    trial: Trial
    selection: Selection
    query: str
    excluded: tuple[tuple[str, int], ...]
    survival: SurvivalByGroup
    interaction: RatioOfHazardRatios | InteractionTest | NotEstimable
    continuous: ContinuousInteraction | NotEstimable
    stratified: EffectWithinStrata | None
    adjusted: AdjustedEffect | None
    searched: Searched | NotEstimable | None


@memoise
def analyze(trial: Trial, selection: Selection) -> Analysis:
    """Answer every question about one selection of a trial.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return Analysis(
        trial=trial,
        selection=settled(trial, selection),
        query=minimal(trial, selection).to_query(),
        excluded=told_excluded(trial, groups(trial, selection)),
        survival=survival_by_group(trial, selection),
        interaction=interaction(trial, selection),
        continuous=linear_interaction(trial, selection),
        stratified=stratified_effect(trial, selection),
        adjusted=adjusted_effect(trial, selection) if selection.adjust else None,
        searched=_searched(trial, selection),
    )


def _searched(trial: Trial, selection: Selection) -> Searched | NotEstimable | None:
    few = int(groups(trial, selection).everyone.sum()) <= MOST_SEARCHED
    return searched_here(trial, selection) if few and settled(trial, selection).thresholds else None
