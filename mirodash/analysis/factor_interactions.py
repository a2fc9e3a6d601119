"""Does the effect differ by any baseline factor? One test for each, adjusted for how many there are."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.disclosure.counts import told_left_out, told_reason, too_few
from mirodash.stratification.groups import groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.shared_results import share_result
from mirodash.stratification.splits import Kind, Split, splits
from mirodash.stratification.validation import settled, standing_declaration
from mirodash.survival.interactions import chance_of_a_false_find, factor_interaction, holm
from mirodash.survival.meta_analysis import FactorInteraction
from mirodash.survival.results import NotEstimable
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class TestedFactor:
    """The test of one factor, and its p-value adjusted for the number of tests; None without a test."""

    __test__ = False

    key: str
    label: str
    kind: Kind
    found: FactorInteraction
    p_adjusted: float | None


@dataclass(frozen=True, slots=True)
class FactorInteractions:
    """One test for each factor, in the forest's order.

    ``tested`` counts the tests that could be made, ``chance`` is how likely at least one of so many falls
    below 0.05 when the effect is the same everywhere. ``searched`` names the biomarker whose threshold is
    not among them, because it was not fixed beforehand; empty when it was or there is none.
    """

    factors: tuple[TestedFactor, ...]
    tested: int
    chance: float
    searched: str


@memoise
@share_result
def factor_interactions(trial: Trial, selection: Selection) -> FactorInteractions:
    """Test treatment × factor for every factor, country and site, and a biomarker declared beforehand.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    declared = standing_declaration(trial, selection) is not None
    ways = splits(trial, selection)
    asked = [split for split in ways if split.kind != "biomarker" or declared]
    searched = next((split.label for split in ways if split not in asked), "")
    found = [_tested(trial, selection, split) for split in asked]
    p_values = [one.test.p for one in found if not isinstance(one.test, NotEstimable)]
    adjusted = iter(holm(p_values))
    factors = tuple(
        TestedFactor(
            split.key,
            split.label,
            split.kind,
            one,
            None if isinstance(one.test, NotEstimable) else next(adjusted),
        )
        for split, one in zip(asked, found, strict=True)
    )
    return FactorInteractions(factors, len(p_values), chance_of_a_false_find(len(p_values)), searched)


def _tested(trial: Trial, selection: Selection, split: Split) -> FactorInteraction:
    people = groups(trial, selection)
    inside, outcome = people.everyone, trial.outcomes[settled(trial, selection).endpoint]
    if not split.levels:
        return FactorInteraction(0, 0, NotEstimable("Nobody's value is known: no effects can be compared."))
    found = factor_interaction(
        outcome.time[inside], outcome.event[inside], people.treated[inside], split.codes()[inside]
    )
    return FactorInteraction(
        found.levels,
        told_left_out(found.left_out, trial.min_cell),
        too_few(people.treated[inside], trial.min_cell) or told_reason(found.test, trial.min_cell),
    )
