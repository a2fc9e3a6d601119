"""Interaction between treatment and groups, or per step of the biomarker, with its panel."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mirodash.disclosure.counts import few_events, suppress_reason, too_few
from mirodash.questions.biomarker_distribution import biomarker_distribution
from mirodash.questions.effect_along_biomarker import linear_interaction
from mirodash.questions.panel import Panel
from mirodash.questions.statistics.group_survival import describe_ratio_span
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.threshold_sides import side_words
from mirodash.stratification.validation import resolve, resolve_outcome
from mirodash.survival.interactions import compute_threshold_interaction
from mirodash.survival.results import InteractionTest, NotEstimable, RatioOfHazardRatios, compute_z_quantile
from mirodash.text.facts import Explanation, Fact, Table
from mirodash.text.labels import format_arm_names
from mirodash.text.numbers import (
    LIKELIHOOD_RATIO,
    WALD,
    estimate_with_interval,
    format_hazard_ratio,
    format_interval,
    format_number,
)
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial

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
def interaction(trial: Trial, selection: Selection) -> RatioOfHazardRatios | InteractionTest | NotEstimable:
    """Treatment × group: a ratio of hazard ratios for two groups, a test for more.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = resolve(trial, selection)
    if not chosen.biomarker:
        return NotEstimable("This trial has no biomarker by which the effect could differ.")
    if not chosen.thresholds:
        return NotEstimable("No threshold is set, so there are no groups to compare.")
    people = assign_groups(trial, selection)
    inside = people.everyone
    outcome = resolve_outcome(trial, chosen)
    found = compute_threshold_interaction(
        outcome.time[inside],
        outcome.event[inside],
        people.treated[inside],
        people.codes[inside],
        entry=outcome.entry_of(inside),
        confidence=chosen.confidence,
        groups=len(people.groups),
    )
    if trial.min_cell and isinstance(found, RatioOfHazardRatios) and _is_of_few(trial, chosen):
        return few_events(trial.min_cell)
    return suppress_reason(found, trial.min_cell)


def choose_interaction_test(found: RatioOfHazardRatios | InteractionTest) -> tuple[float, str]:
    """The p-value of an interaction that is shown alone, and the name of its test.

    Of one threshold it is Wald's, which agrees with the interval of the ratio of hazard ratios beside it.
    """
    if isinstance(found, RatioOfHazardRatios):
        return found.p_wald, WALD
    return found.p_lr, LIKELIHOOD_RATIO


def _is_of_few(trial: Trial, chosen: Selection) -> bool:
    """Whether an arm of a group has few events: from the intervals of the ratio would follow how few."""
    people, event = assign_groups(trial, chosen), resolve_outcome(trial, chosen).event
    return any(
        too_few(people.treated[group.mask], trial.min_cell, event=event[group.mask])
        for group in people.groups
    )


TITLE = "Does the effect differ?"
NOT_CORRECTED = "The interval does not allow for a search over thresholds."
Interaction = RatioOfHazardRatios | InteractionTest | NotEstimable


def describe_difference_between_groups(
    found: Interaction,
    whole_range: EffectPerStep | NotEstimable,
    biomarker: Biomarker,
    thresholds: tuple[float, ...],
    confidence: float,
    *,
    treated: str,
    equal_above: bool = False,
    span: str = "",
) -> Explanation:
    """The ratio of hazard ratios with its interval, in words; across the whole range too.

    ``span`` says over what time hazard ratios are, where it is not the horizon.
    """
    over = f", {span}" if span else ""
    facts = (along_whole_range(whole_range, biomarker, confidence),)
    if isinstance(found, RatioOfHazardRatios):
        at = format_number(thresholds[0], biomarker.decimals)
        below, above = side_words(equal_above=equal_above)
        return Explanation(
            title=TITLE,
            subtitle=f"hazard ratio {above} ÷ {below} {at}{over}",
            sentence=_describe_ratio(found, treated),
            facts=(describe_ratio_of_hazard_ratios(found, confidence), *facts),
            tables=(_build_table(found, f"{above} v {below} {at}", confidence),),
        )
    if isinstance(found, NotEstimable):
        return Explanation(title=TITLE, subtitle=f"between the groups{over}", sentence=found.why, facts=facts)
    return Explanation(
        title=TITLE,
        subtitle=f"between {len(thresholds) + 1} groups{over}",
        sentence="Compare the hazard ratios and their intervals group by group; with more than two groups "
        "no single ratio sums them up.",
        facts=facts,
    )


def describe_ratio_of_hazard_ratios(found: RatioOfHazardRatios, confidence: float) -> Fact:
    """The interaction at one threshold: above, divided by below."""
    shown = format_hazard_ratio(found.ratio, found.ci)
    reach = format_interval(found.ci, confidence)
    return Fact("Ratio of hazard ratios", shown, reach, lead=True)


def _describe_ratio(found: RatioOfHazardRatios, treated: str) -> str:
    low, high = found.ci
    if low < 1 < high:
        return (
            "The interval includes 1: the data do not show that the effect differs between the groups, "
            f"nor that it is the same. {NOT_CORRECTED}"
        )
    way = "less" if found.ratio > 1 else "more"
    return f"Taken alone, the effect looks {way} favourable to {treated} above the threshold. {NOT_CORRECTED}"


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


def _build_table(found: RatioOfHazardRatios, compared: str, confidence: float) -> Table:
    row = (compared, estimate_with_interval(found.ratio, found.ci, confidence))
    return Table("Treatment × group interaction", ("Comparison", "Ratio of hazard ratios"), (row,))


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
        treated=format_arm_names(trial, selection).treated,
        equal_above=bool(chosen.equal_above),
        span=describe_ratio_span(survival_by_group(trial, selection)),
    )


def _explain(answer: Explanation) -> Explanation:
    return answer


DIFFERING = Panel("differing", _compute, _explain)
