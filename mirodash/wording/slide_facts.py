"""The few numbers that stand beside a picture on a slide, written as they are on the page it comes from."""

from __future__ import annotations

from dataclasses import replace

from mirodash.analysis.between_sites import between_sites
from mirodash.analysis.effect_per_step import effect_per_step
from mirodash.analysis.pictured import EffectPicture, ForestPicture, Pictured, SearchPicture, SurvivalPicture
from mirodash.analysis.stratified_effect import stratified_effect
from mirodash.analysis.survival_by_group import GroupSurvival, SurvivalByGroup, survival_by_group
from mirodash.stratification.selection import Selection
from mirodash.survival.results import HazardRatio, NotEstimable, RatioOfHazardRatios
from mirodash.trial.trial import Trial
from mirodash.wording.along_biomarker import effect_along_biomarker
from mirodash.wording.arms import ArmNames, arm_names
from mirodash.wording.differing import along_whole_range, ratio_of_hazard_ratios
from mirodash.wording.effects import effect_in_group
from mirodash.wording.explanation import Fact
from mirodash.wording.forest_rows import reason_of
from mirodash.wording.numbers import hazard_ratio, interval
from mirodash.wording.one_line import one_line
from mirodash.wording.searched import searched
from mirodash.wording.strata import effect_within_strata
from mirodash.wording.subgroups import forest_in_words

MOST_FACTS = 5
LONGEST_TEXT = 240


def slide_facts(trial: Trial, selection: Selection, answer: Pictured) -> tuple[Fact, ...]:
    """The numbers of one picture, the weightiest first; both sides of a threshold, or neither.

    Parameters
    ----------
    trial, selection
        The view.
    answer : Pictured
        What is shown of it.
    """
    return tuple(_within_bounds(fact) for fact in _facts(trial, selection, answer))


def _within_bounds(fact: Fact) -> Fact:
    """The same fact but for names without end."""
    label, value, detail = (one_line(text, LONGEST_TEXT) for text in (fact.label, fact.value, fact.detail))
    return replace(fact, label=label, value=value, detail=detail)


def _facts(trial: Trial, selection: Selection, answer: Pictured) -> tuple[Fact, ...]:
    if isinstance(answer, SurvivalPicture):
        return _survival(trial, selection, answer)
    if isinstance(answer, EffectPicture):
        return _effect(trial, selection, answer)
    if isinstance(answer, SearchPicture):
        return _search(trial, selection, answer)
    if isinstance(answer, ForestPicture):
        return _forest(trial, selection, answer)
    return ()


def _survival(trial: Trial, selection: Selection, answer: SurvivalPicture) -> tuple[Fact, ...]:
    names = arm_names(trial, selection)
    own, survival, mean, median = effect_in_group(answer.result, answer.group, names).facts
    if answer.place == 0:
        found = stratified_effect(trial, selection)
        within = (effect_within_strata(trial, found, answer.result.confidence),) if found else ()
        return (replace(own, lead=True), *within, survival, mean, median)
    others = [
        _hazard_ratio_of(answer.result, group, names)
        for place, group in enumerate(answer.result.groups)
        if place not in (0, answer.place)
    ]
    beside = [*others, *_ratio(answer.interaction, answer.result.confidence)]
    first = (own, survival, mean) if len(beside) < MOST_FACTS - 2 else (own, survival)
    return (replace(own, lead=True), *first[1:], *beside)


def _hazard_ratio_of(result: SurvivalByGroup, group: GroupSurvival, names: ArmNames) -> Fact:
    """The hazard ratio of another group than the one shown, under that group's name."""
    ratio = effect_in_group(result, group, names).facts[0]
    return replace(ratio, label=f"{ratio.label}, {group.label}")


def _ratio(found: object, confidence: float) -> tuple[Fact, ...]:
    if not isinstance(found, RatioOfHazardRatios):
        return ()
    return (replace(ratio_of_hazard_ratios(found, confidence), lead=False),)


def _effect(trial: Trial, selection: Selection, answer: EffectPicture) -> tuple[Fact, ...]:
    """The curve at a low, a middle and a high value, and the change for each step."""
    effect = answer.effect
    if effect.biomarker is None or isinstance(effect.curve, NotEstimable):
        return ()
    told = effect_along_biomarker(
        effect.biomarker, effect.curve, answer.spread, arm_names(trial, selection), effect.confidence
    )
    rows = told.tables[0].rows
    middle_and_ends = (rows[0], rows[len(rows) // 2], rows[-1])
    at = tuple(
        Fact(f"Hazard ratio at {value}", ratio, rest.removesuffix(")"))
        for _, value, estimate in middle_and_ends
        for ratio, _, rest in [estimate.partition(" (")]
    )
    return (*at, along_whole_range(effect_per_step(trial, selection), effect.biomarker, effect.confidence))


def _search(trial: Trial, selection: Selection, answer: SearchPicture) -> tuple[Fact, ...]:
    """What the search says, and the hazard ratios of all groups that the thresholds in view make."""
    result, names = survival_by_group(trial, selection), arm_names(trial, selection)
    each = [_hazard_ratio_of(result, group, names) for group in result.groups[1:]]
    return (*searched(answer.searched).facts, *each)


def _forest(trial: Trial, selection: Selection, answer: ForestPicture) -> tuple[Fact, ...]:
    overall, confidence = answer.found.overall, answer.found.confidence
    whole = (
        Fact("Hazard ratio", hazard_ratio(overall.cox.hr), interval(overall.cox.ci, confidence), lead=True)
        if isinstance(overall.cox, HazardRatio)
        else Fact("Hazard ratio", "not estimable", reason_of(overall.cox))
    )
    sites = between_sites(trial, selection)
    return (whole, *forest_in_words(answer.found, sites, arm_names(trial, selection)).facts)
