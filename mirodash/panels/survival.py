"""How long people in one group live, arm by arm."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.analysis.survival_by_group import GroupSurvival, SurvivalByGroup, survival_by_group
from mirodash.errors import CannotComputeError
from mirodash.figures.survival_card import HEIGHT, survival_card
from mirodash.figures.theme import Figure, Theme
from mirodash.panels.panel import Panel
from mirodash.stratification.selection import MAX_THRESHOLDS, Selection
from mirodash.trial.trial import Trial
from mirodash.wording.arms import ArmNames, arm_names
from mirodash.wording.effects import effect_in_group
from mirodash.wording.explanation import Explanation


@dataclass(frozen=True, slots=True)
class SurvivalInGroup:
    """One group of a view, with the axes that all groups share."""

    result: SurvivalByGroup
    group: GroupSurvival
    names: ArmNames


def survival_panel(place: int) -> Panel[SurvivalInGroup]:
    """The panel of all participants (place 0) or of one of the groups, ascending."""

    def compute(trial: Trial, selection: Selection) -> SurvivalInGroup | None:
        result = survival_by_group(trial, selection)
        if place >= len(result.groups):
            return None
        return SurvivalInGroup(result, result.groups[place], arm_names(trial, selection))

    return Panel(f"survival-{place}", compute, _explain, _draw, HEIGHT, moves_with_thresholds=place > 0)


def _explain(answer: SurvivalInGroup) -> Explanation:
    return effect_in_group(answer.result, answer.group, answer.names)


def _draw(answer: SurvivalInGroup, theme: Theme) -> Figure:
    if answer.group.comparison.n == 0:
        raise CannotComputeError("No curve can be drawn: nobody is in this group.")
    return survival_card(answer.result, answer.group, answer.names, theme)


SURVIVAL = tuple(survival_panel(place) for place in range(MAX_THRESHOLDS + 2))
