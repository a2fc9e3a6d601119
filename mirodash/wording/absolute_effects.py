"""The absolute effect in one group in words: survival, its difference, and how many to treat for it."""

from __future__ import annotations

import math

from mirodash.analysis.absolute_effects import AbsoluteEffect
from mirodash.analysis.survival_by_group import SurvivalByGroup
from mirodash.survival.results import NotEstimable
from mirodash.wording.arms import ArmNames
from mirodash.wording.effects import at_horizon, effect_in_group
from mirodash.wording.explanation import Explanation, Fact
from mirodash.wording.numbers import confidence_level, count

ROUNDING = 1e-9
"""One in 1 − 0.9 is ten, whatever the processor makes of it."""
LARGEST_NUMBER = 10_000


def absolute_effect(result: SurvivalByGroup, effect: AbsoluteEffect, names: ArmNames) -> Explanation:
    """Survival by arm at the horizon, its difference, number needed to treat, restricted mean difference."""
    told = effect_in_group(result, effect.group, names)
    _, survival, mean, _ = told.facts
    return Explanation(
        title=told.title,
        subtitle=told.subtitle,
        sentence="",
        facts=(survival, _number_needed(result, effect), mean),
    )


def _number_needed(result: SurvivalByGroup, effect: AbsoluteEffect) -> Fact:
    label = "Number needed to treat"
    needed = effect.number_needed
    risk = effect.risk_difference
    if isinstance(risk, NotEstimable):
        return Fact(label, "not given", "the difference has no interval")
    if needed is None:
        way = "benefit" if risk.estimate < 0 else "harm"
        towards = f"; the estimate is towards {way}" if risk.estimate else ""
        return Fact(label, "not given", f"the interval includes no difference{towards}")
    free = f"{result.endpoint.event_free} at {at_horizon(result)}"
    which = f"for one more {free}" if needed.direction == "benefit" else f"for one fewer {free}: harm"
    low, high = (_people(end) for end in needed.ci)
    ends = f"{confidence_level(result.confidence)} {low} to {high}"
    return Fact(label, _people(needed.estimate), f"{which}; {ends}")


def _people(number: float) -> str:
    """Whole participants, rounded up."""
    if number > LARGEST_NUMBER:
        return f"more than {count(LARGEST_NUMBER)}"
    return count(math.ceil(number - ROUNDING))
