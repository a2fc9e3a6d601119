"""How long people in one group live, arm by arm."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mirodash.analysis.standardised_survival import StandardisedGroup, standardised_survival
from mirodash.analysis.stratified_effect import stratified_effect
from mirodash.analysis.survival_by_group import GroupSurvival, SurvivalByGroup, survival_by_group
from mirodash.disclosure.counts import nothing_of
from mirodash.errors import CannotComputeError
from mirodash.figures.survival_card import HEIGHT, survival_card
from mirodash.figures.theme import Figure, Theme
from mirodash.panels.panel import Panel
from mirodash.stratification.selection import MAX_THRESHOLDS, Selection
from mirodash.survival.adjusted import StandardisedSurvival
from mirodash.trial.trial import Trial
from mirodash.wording.arms import ArmNames, arm_names
from mirodash.wording.effects import effect_in_group
from mirodash.wording.explanation import Explanation, Fact
from mirodash.wording.labels import in_sentence
from mirodash.wording.standardised import with_standardised
from mirodash.wording.strata import effect_within_strata


@dataclass(frozen=True, slots=True)
class SurvivalInGroup:
    """One group of a view, with the axes that all groups share."""

    trial: Trial
    result: SurvivalByGroup
    group: GroupSurvival
    names: ArmNames
    within_strata: Fact | None
    standardised: StandardisedGroup | None


def survival_panel(place: int) -> Panel[SurvivalInGroup]:
    """The panel of all participants (place 0) or of one of the groups, ascending."""

    def compute(trial: Trial, selection: Selection) -> SurvivalInGroup | None:
        result = survival_by_group(trial, selection)
        if place >= len(result.groups):
            return None
        # strata are a question about everybody; within a group they would leave too few to compare
        found = stratified_effect(trial, selection) if place == 0 else None
        fact = effect_within_strata(trial, found, result.confidence) if found else None
        return SurvivalInGroup(
            trial,
            result,
            result.groups[place],
            arm_names(trial, selection),
            fact,
            standardised_survival(trial, selection, place),
        )

    return Panel(f"survival-{place}", compute, _explain, _draw, HEIGHT, moves_with_thresholds=place > 0)


def _explain(answer: SurvivalInGroup) -> Explanation:
    told = effect_in_group(answer.result, answer.group, answer.names)
    if answer.within_strata is not None:
        told = replace(told, facts=(told.facts[0], answer.within_strata, *told.facts[1:]))
    if answer.standardised is None or nothing_of(answer.group.comparison):
        return told
    return with_standardised(told, answer.trial, answer.standardised, answer.result, answer.names)


def _draw(answer: SurvivalInGroup, theme: Theme) -> Figure:
    if nothing_of(answer.group.comparison):
        raise CannotComputeError(f"No curve can be drawn: {in_sentence(nothing_of(answer.group.comparison))}")
    curves = answer.standardised.curves if answer.standardised else None
    return survival_card(
        answer.result,
        answer.group,
        answer.names,
        theme,
        standardised=curves if isinstance(curves, StandardisedSurvival) else None,
    )


SURVIVAL = tuple(survival_panel(place) for place in range(MAX_THRESHOLDS + 2))
