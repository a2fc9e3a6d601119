"""What a biomarker tells beside prognosis is said with intervals; nothing is claimed that is not shown."""

from __future__ import annotations

from dataclasses import replace

from mirodash.questions.prognosis_panel import BiomarkerAndPrognosis, describe_prognosis, prognosis
from mirodash.stratification.selection import Selection
from mirodash.survival.adjusted import PrognosisAdjusted, Ratio
from mirodash.survival.results import NotEstimable
from mirodash.text.numbers import unify_spaces
from mirodash.trial.store import sample
from tests.profiles import for_each

MIROCALS = sample("mirocals")
HIGHER, OPEN = Ratio(1.5, (1.2, 1.9)), Ratio(1.2, (0.9, 1.6))


def answer() -> BiomarkerAndPrognosis:
    found = prognosis(MIROCALS, Selection(adjust=("age", "svc")))
    assert found is not None
    return found


def sentence(**ratios: Ratio | NotEstimable) -> str:
    given = answer()
    assert isinstance(given.found, PrognosisAdjusted)
    changed = replace(given, found=replace(given.found, **ratios))
    return unify_spaces(describe_prognosis(MIROCALS, changed, "IL-2").sentence)


def test_both_ratios_stand_side_by_side_with_what_was_adjusted_for() -> None:
    given = answer()
    assert isinstance(given.found, PrognosisAdjusted)
    found = replace(given.found, alone=Ratio(1.45, (1.1, 1.9)), adjusted=OPEN)
    told = describe_prognosis(MIROCALS, replace(given, found=found), "IL-2")
    hazard, effect = told.facts
    assert (hazard.label, hazard.value) == ("Hazard per doubling of pNFH", "× 1.45 → × 1.20")
    assert unify_spaces(hazard.detail) == ("alone 95 % CI 1.10 to 1.90; after prognosis 95 % CI 0.90 to 1.60")
    assert effect.label == "Hazard ratio of IL-2 per doubling of pNFH"
    assert told.subtitle.endswith("prognosis from age and slow vital capacity")
    assert told.sentence.endswith("3 lack a value and are left out: slow vital capacity 3.")


def test_of_many_factors_the_table_names_all() -> None:
    found = prognosis(MIROCALS, Selection())
    assert found is not None
    told = describe_prognosis(MIROCALS, found, "IL-2")
    assert told.subtitle.endswith("and 7 more")
    assert told.tables[0].caption.count(",") + 2 == len(found.factors) == 10


@for_each(
    ("alone", "adjusted", "said"),
    [
        (HIGHER, HIGHER, "pNFH goes with survival: it tells what they do not."),
        (HIGHER, OPEN, "that is not established: pNFH may be a proxy for them."),
        (OPEN, OPEN, "That pNFH goes with survival is not established, alone or beside these factors."),
    ],
)
def test_a_stand_in_is_named_as_one(alone: Ratio, adjusted: Ratio, said: str) -> None:
    assert said in sentence(alone=alone, adjusted=adjusted)


@for_each(
    ("alone", "adjusted", "said"),
    [
        (HIGHER, HIGHER, "Allowing for prognosis leaves the difference by pNFH standing."),
        (HIGHER, OPEN, "the data no longer show that the effect changes with pNFH."),
        (OPEN, OPEN, "The data show neither that the effect changes with pNFH nor that it does not."),
    ],
)
def test_what_is_left_of_the_interaction_is_said(alone: Ratio, adjusted: Ratio, said: str) -> None:
    assert said in sentence(predictive_alone=alone, predictive_adjusted=adjusted)


def test_no_p_value_stands_beside_it() -> None:
    assert "p = " not in sentence()
    assert "not corrected for any search" in sentence()


def test_facts_and_table_hold_the_same_four_ratios() -> None:
    told = describe_prognosis(MIROCALS, answer(), "IL-2")
    for fact, row in zip(told.facts, told.tables[0].rows, strict=True):
        before, after = fact.value.split(" → ")
        assert row[1].startswith(before)
        assert row[2].startswith(after)


def test_a_ratio_that_does_not_exist_says_why_and_claims_nothing() -> None:
    given = answer()
    assert isinstance(given.found, PrognosisAdjusted)
    none = replace(
        given.found,
        adjusted=NotEstimable("The age is fixed."),
        predictive_adjusted=NotEstimable("No."),
    )
    told = describe_prognosis(MIROCALS, replace(given, found=none), "IL-2")
    assert told.facts[0].value.endswith("→ not estimable")
    assert told.facts[0].detail.endswith("after prognosis: The age is fixed.")
    assert "stand in" not in told.sentence
    assert "standing" not in told.sentence


def test_nothing_at_all_is_one_sentence() -> None:
    given = replace(answer(), found=NotEstimable("Nobody is here."), left_out=1, missing=(("svc", 1),))
    told = describe_prognosis(MIROCALS, given, "IL-2")
    assert told.sentence == "Nobody is here. 1 lacks a value and is left out: slow vital capacity 1."
    assert (told.facts, told.tables) == ((), ())
