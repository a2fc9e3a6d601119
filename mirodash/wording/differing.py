"""Whether the effect differs between groups: the interaction in words, free of p-values from a search."""

from __future__ import annotations

from mirodash.analysis.effect_per_step import EffectPerStep
from mirodash.survival.results import InteractionTest, NotEstimable, RatioOfHazardRatios
from mirodash.trial.dictionary import Biomarker
from mirodash.wording.explanation import Explanation, Fact, Table
from mirodash.wording.numbers import estimate_with_interval, hazard_ratio, interval, quantity

TITLE = "Does the effect differ?"
NOT_CORRECTED = "The interval does not allow for a search over thresholds."
Interaction = RatioOfHazardRatios | InteractionTest | NotEstimable


def difference_between_groups(
    found: Interaction,
    whole_range: EffectPerStep | NotEstimable,
    biomarker: Biomarker,
    thresholds: tuple[float, ...],
    confidence: float,
    *,
    treated: str,
) -> Explanation:
    """The ratio of hazard ratios with its interval, in words; across the whole range too."""
    facts = (along_whole_range(whole_range, biomarker, confidence),)
    if isinstance(found, RatioOfHazardRatios):
        at = quantity(thresholds[0], biomarker.decimals)
        return Explanation(
            title=TITLE,
            subtitle=f"hazard ratio above ÷ at or below {at}",
            sentence=_ratio_in_words(found, treated),
            facts=(ratio_of_hazard_ratios(found, confidence), *facts),
            tables=(_table(found, at, confidence),),
        )
    if isinstance(found, NotEstimable):
        return Explanation(title=TITLE, subtitle="between the groups", sentence=found.why, facts=facts)
    return Explanation(
        title=TITLE,
        subtitle=f"between {len(thresholds) + 1} groups",
        sentence="Compare the hazard ratios and their intervals group by group; with more than two groups "
        "no single ratio sums them up.",
        facts=facts,
    )


def ratio_of_hazard_ratios(found: RatioOfHazardRatios, confidence: float) -> Fact:
    """The interaction at one threshold: above, divided by at or below."""
    shown = hazard_ratio(found.ratio)
    return Fact("Ratio of hazard ratios", shown, interval(found.ci, confidence), lead=True)


def _ratio_in_words(found: RatioOfHazardRatios, treated: str) -> str:
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
    label = f"Per {step_in_words(found.step, biomarker)} of {biomarker.short}"
    return Fact(label, f"× {hazard_ratio(found.ratio)}", interval(found.ci, confidence))


def step_in_words(step: float | None, biomarker: Biomarker) -> str:
    """The change for which a ratio is given: a doubling, or a number of the biomarker's units."""
    return "doubling" if step is None else f"{step:,g} {biomarker.unit}".strip()


def _table(found: RatioOfHazardRatios, at: str, confidence: float) -> Table:
    row = (f"above v at or below {at}", estimate_with_interval(found.ratio, found.ci, confidence))
    return Table("Treatment × group interaction", ("Comparison", "Ratio of hazard ratios"), (row,))
