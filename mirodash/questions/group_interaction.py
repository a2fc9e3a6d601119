"""Interaction between treatment and groups, or per step of the biomarker, with its panel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mirodash.disclosure.counts import few_events, suppress_reason, too_few
from mirodash.questions.biomarker_distribution import biomarker_distribution
from mirodash.questions.effect_along_biomarker import linear_interaction
from mirodash.questions.panel import Panel
from mirodash.questions.statistics.group_survival import describe_ratio_span
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.result_cache import memoise, remember_together
from mirodash.stratification.selection import Selection
from mirodash.stratification.threshold_sides import side_words
from mirodash.stratification.validation import resolve, resolve_outcome
from mirodash.survival.interactions import compute_threshold_interactions
from mirodash.survival.results import InteractionTest, NotEstimable, RatioOfHazardRatios, compute_z_quantile
from mirodash.text.facts import Explanation, Fact, Table
from mirodash.text.labels import ArmNames, format_arm_names
from mirodash.text.numbers import (
    LIKELIHOOD_RATIO,
    WALD,
    estimate_with_interval,
    format_hazard_ratio,
    format_interval,
    format_threshold,
)
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.table import join_list
from mirodash.trial.trial import Trial

Interaction = RatioOfHazardRatios | InteractionTest | NotEstimable

STEEPEST = 300.0
"""Logarithm of the largest ratio that is still a number."""


@dataclass(frozen=True, slots=True)
class EffectPerStep:
    """By what the hazard ratio is multiplied, with a Wald interval, for each step up.

    ``step`` is in the biomarker's unit; None is a doubling, the step of a log scale.
    """

    step: float | None
    ratio: float
    ci: tuple[float, float]


@lru_cache(maxsize=64)
def effect_per_step(trial: Trial, selection: Selection) -> EffectPerStep | NotEstimable:
    """Express treatment × biomarker as a factor: per doubling on the log scale, else per neat step.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    linear = linear_interaction(trial, selection)
    if isinstance(linear, NotEstimable):
        return linear
    step = None if linear.scale == "log" else choose_nice_step(trial, selection)
    size = math.log(2) if step is None else step
    reach = compute_z_quantile(selection.confidence) * linear.se
    exponents = [size * (linear.coef + shift) for shift in (0.0, -reach, reach)]
    if max(map(abs, exponents)) > STEEPEST:
        return NotEstimable("The effect changes too steeply along the biomarker to be given as a ratio.")
    ratio, low, high = (math.exp(exponent) for exponent in exponents)
    return EffectPerStep(step, ratio, (low, high))


def choose_nice_step(trial: Trial, selection: Selection) -> float:
    """1, 2 or 5 times a power of ten, the largest within the interquartile range."""
    spread = biomarker_distribution(trial, selection)
    quantiles = dict(spread.quantiles) if spread else {}
    width = quantiles.get(0.75, 1.0) - quantiles.get(0.25, 0.0)
    if width <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(width))
    return next(digit * power for digit in (5, 2, 1) if digit * power <= width)


@memoise
def interaction(trial: Trial, selection: Selection) -> Interaction:
    """Treatment × group: a ratio of hazard ratios for two groups, a test for more.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _test_views(trial, (selection,))[0]


def remember_interactions(trial: Trial, selections: Sequence[Selection]) -> None:
    """Answer `interaction` for views that differ only in where their thresholds are, all in one go.

    Raises
    ------
    UnusableQuestionError
        When a selection does not fit the trial.
    """
    remember_together(interaction, _test_views, trial, selections)


def _test_views(trial: Trial, selections: Sequence[Selection]) -> list[Interaction]:
    """Views with equally many thresholds that differ in nothing but these."""
    views = [resolve(trial, selection) for selection in selections]
    if not views[0].biomarker:
        return [NotEstimable("This trial has no biomarker by which the effect could differ.")] * len(views)
    if not views[0].thresholds:
        return [NotEstimable("No threshold is set, so there are no groups to compare.")] * len(views)
    sorted_people = [assign_groups(trial, selection) for selection in selections]
    people = sorted_people[0]
    inside = people.everyone
    outcome = resolve_outcome(trial, views[0])
    answers = compute_threshold_interactions(
        outcome.time[inside],
        outcome.event[inside],
        people.treated[inside],
        np.stack([groups.codes[inside] for groups in sorted_people]),
        entry=outcome.entry_of(inside),
        confidence=views[0].confidence,
        groups=len(people.groups),
    )
    return [
        few_events(trial.min_cell)
        if trial.min_cell and _tells_of_few(trial, chosen, found)
        else suppress_reason(found, trial.min_cell)
        for chosen, found in zip(views, answers, strict=True)
    ]


def choose_interaction_test(found: RatioOfHazardRatios | InteractionTest) -> tuple[float, str]:
    """The p-value of an interaction that is shown alone, and the name of its test.

    Of one threshold it is Wald's, which agrees with the interval of the ratio of hazard ratios beside it.
    """
    if isinstance(found, RatioOfHazardRatios):
        return found.p_wald, WALD
    return found.p_lr, LIKELIHOOD_RATIO


def _tells_of_few(trial: Trial, chosen: Selection, found: Interaction) -> bool:
    """Whether a result says, or lets work out, how few events an arm of a group has."""
    if isinstance(found, InteractionTest):
        return bool(found.left_out)
    return isinstance(found, RatioOfHazardRatios) and _is_of_few(trial, chosen)


def _is_of_few(trial: Trial, chosen: Selection) -> bool:
    """Whether an arm of a group has few events: from the intervals of the ratio would follow how few."""
    people, event = assign_groups(trial, chosen), resolve_outcome(trial, chosen).event
    return any(
        too_few(people.treated[group.mask], trial.min_cell, event=event[group.mask])
        for group in people.groups
    )


TITLE = "Does the effect differ?"
NOT_CORRECTED = "The interval does not allow for a search over thresholds."


def describe_difference_between_groups(
    found: Interaction,
    whole_range: EffectPerStep | NotEstimable,
    biomarker: Biomarker,
    thresholds: tuple[float, ...],
    confidence: float,
    *,
    names: ArmNames,
    equal_above: bool = False,
    span: str = "",
    groups: tuple[str, ...] = (),
) -> Explanation:
    """The ratio of hazard ratios with its interval, in words; across the whole range too.

    ``span`` says over what time hazard ratios are, where it is not the horizon; ``groups`` are the labels of
    the groups, by which those are named that are left out.
    """
    over = f", {span}" if span else ""
    facts = (along_whole_range(whole_range, biomarker, confidence),)
    if isinstance(found, RatioOfHazardRatios):
        at = format_threshold(biomarker, thresholds[0])
        below, above = side_words(equal_above=equal_above)
        return Explanation(
            title=TITLE,
            subtitle=f"{names.ratio} {above} ÷ {below} {at}{over}",
            sentence=_describe_ratio(found, names.treated),
            facts=(describe_ratio_of_hazard_ratios(found, confidence, names), *facts),
            tables=(_build_table(found, f"{above} v {below} {at}", confidence, names),),
        )
    if isinstance(found, NotEstimable):
        return Explanation(title=TITLE, subtitle=f"between the groups{over}", sentence=found.why, facts=facts)
    if found.left_out:
        return _describe_others(found, groups, facts, confidence, names=names, over=over)
    return Explanation(
        title=TITLE,
        subtitle=f"between {len(thresholds) + 1} groups{over}",
        sentence=f"Compare the {names.ratio}s and their intervals group by group; with more than two groups "
        "no single ratio sums them up.",
        facts=facts,
    )


def _describe_others(
    found: InteractionTest,
    groups: tuple[str, ...],
    facts: tuple[Fact, ...],
    confidence: float,
    *,
    names: ArmNames,
    over: str,
) -> Explanation:
    """What is said where groups are left out: which, and of two others their ratio."""
    others = [label for place, label in enumerate(groups) if place not in found.left_out]
    said = describe_left_out(found, groups)
    if found.ratio is None:
        return Explanation(
            title=TITLE,
            subtitle=f"between {len(others)} of {len(groups)} groups{over}",
            sentence=f"{said} Compare the {names.ratio}s of the others and their intervals group by group.",
            facts=facts,
        )
    lower, upper = others
    return Explanation(
        title=TITLE,
        subtitle=f"{names.ratio} with {upper} ÷ with {lower}{over}",
        sentence=f"{said} {_describe_ratio(found.ratio, names.treated, f'with {upper}')}",
        facts=(describe_ratio_of_hazard_ratios(found.ratio, confidence, names), *facts),
        tables=(_build_table(found.ratio, f"{upper} v {lower}", confidence, names),),
    )


def describe_left_out(found: InteractionTest, groups: Sequence[str]) -> str:
    """Which groups a test is not of, and why; nothing where it is of all."""
    labels = [groups[place] for place in found.left_out]
    if not labels:
        return ""
    are = "is" if len(labels) == 1 else "are"
    return f"{join_list(labels)} {are} left out: one arm has no events there."


def describe_ratio_of_hazard_ratios(found: RatioOfHazardRatios, confidence: float, names: ArmNames) -> Fact:
    """The interaction at one threshold: above, divided by below."""
    shown = format_hazard_ratio(found.ratio, found.ci)
    reach = format_interval(found.ci, confidence)
    return Fact(f"Ratio of {names.ratio}s", shown, reach, lead=True)


def _describe_ratio(found: RatioOfHazardRatios, treated: str, where: str = "above the threshold") -> str:
    low, high = found.ci
    if low < 1 < high:
        return (
            "The interval includes 1: the data do not show that the effect differs between the groups, "
            f"nor that it is the same. {NOT_CORRECTED}"
        )
    way = "less" if found.ratio > 1 else "more"
    return f"Taken alone, the effect looks {way} favourable to {treated} {where}. {NOT_CORRECTED}"


def along_whole_range(found: EffectPerStep | NotEstimable, biomarker: Biomarker, confidence: float) -> Fact:
    """By what the hazard ratio is multiplied for each step up, before any threshold is set."""
    if isinstance(found, NotEstimable):
        return Fact("Along the whole range", "not estimable", found.why)
    label = f"Per {describe_step(found.step, biomarker)} of {biomarker.short}"
    return Fact(
        label,
        f"× {format_hazard_ratio(found.ratio, found.ci)}",
        format_interval(found.ci, confidence),
    )


def describe_step(step: float | None, biomarker: Biomarker) -> str:
    """The change for which a ratio is given: a doubling, or a number of the biomarker's units."""
    return "doubling" if step is None else f"{step:,g} {biomarker.unit}".strip()


def _build_table(found: RatioOfHazardRatios, compared: str, confidence: float, names: ArmNames) -> Table:
    row = (compared, estimate_with_interval(found.ratio, found.ci, confidence))
    return Table("Treatment × group interaction", ("Comparison", f"Ratio of {names.ratio}s"), (row,))


def _compute(trial: Trial, selection: Selection) -> Explanation | None:
    chosen = resolve(trial, selection)
    biomarker = trial.dictionary.biomarker(chosen.biomarker)
    if biomarker is None:
        return None
    return describe_difference_between_groups(
        interaction(trial, selection),
        effect_per_step(trial, selection),
        biomarker,
        chosen.thresholds or (),
        chosen.confidence,
        names=format_arm_names(trial, selection),
        equal_above=bool(chosen.equal_above),
        span=describe_ratio_span(survival_by_group(trial, selection)),
        groups=tuple(group.label for group in assign_groups(trial, selection).groups),
    )


def _explain(answer: Explanation) -> Explanation:
    return answer


DIFFERING = Panel("differing", _compute, _explain)
