"""The effect when people are compared only within strata, in one line."""

from __future__ import annotations

from mirodash.analysis.stratified_effect import EffectWithinStrata
from mirodash.survival.results import HazardRatio
from mirodash.trial.trial import Trial
from mirodash.wording.explanation import Fact
from mirodash.wording.labels import column_label, in_sentence
from mirodash.wording.numbers import count, hazard_ratio, interval


def effect_within_strata(trial: Trial, found: EffectWithinStrata, confidence: float) -> Fact:
    """The stratified hazard ratio, by what, and how many people belong to no stratum."""
    by = " × ".join(in_sentence(column_label(trial, column)) for column in found.by)
    missing = f"; {count(found.missing)} without a stratum" if found.missing else ""
    cox = found.effect.cox
    if not isinstance(cox, HazardRatio):
        return Fact("Stratified", "not estimable", f"by {by}: {cox.why}{missing}")
    return Fact("Stratified", hazard_ratio(cox.hr), f"{interval(cox.ci, confidence)}, by {by}{missing}")
