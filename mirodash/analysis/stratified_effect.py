"""The treatment effect when people are compared only within sites, countries or other strata."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.disclosure.counts import told_left_out, told_reason, too_few
from mirodash.stratification.groups import groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection, strata
from mirodash.stratification.validation import settled
from mirodash.survival.compare import stratified_effect as compared_within_strata
from mirodash.survival.results import NotEstimable, StratifiedEffect
from mirodash.trial.trial import MISSING, Trial


@dataclass(frozen=True, eq=False, slots=True)
class EffectWithinStrata:
    """The stratified comparison of all participants; ``missing`` of them belong to no stratum."""

    by: tuple[str, ...]
    effect: StratifiedEffect
    missing: int


@memoise
def stratified_effect(trial: Trial, selection: Selection) -> EffectWithinStrata | None:
    """Stratified log-rank test and Cox model among all participants; None when no strata are chosen.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = settled(trial, selection)
    if not chosen.strata:
        return None
    people = groups(trial, selection)
    codes = strata(trial, chosen.strata)
    inside = people.everyone & (codes != MISSING)
    outcome = trial.outcomes[chosen.endpoint]
    effect = compared_within_strata(
        outcome.time[inside],
        outcome.event[inside],
        people.treated[inside],
        codes[inside],
        confidence=chosen.confidence,
    )
    effect = _told(
        effect, too_few(people.treated[inside], trial.min_cell, event=outcome.event[inside]), trial.min_cell
    )
    missing = told_left_out(int((people.everyone & ~inside).sum()), trial.min_cell)
    return EffectWithinStrata(chosen.strata, effect, missing)


def _told(effect: StratifiedEffect, few: NotEstimable | None, min_cell: int) -> StratifiedEffect:
    """The effect, unless an arm is too small to be told of; without reasons that give small counts away."""
    return StratifiedEffect(
        few or told_reason(effect.logrank, min_cell), few or told_reason(effect.cox, min_cell), effect.strata
    )
