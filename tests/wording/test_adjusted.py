"""Adjusted effects are said with what was adjusted for, who was left out, and why there is none."""

from __future__ import annotations

from mirodash.questions.covariate_adjustment import (
    adjusted_effect,
    adjusted_effect_in_words,
    adjusted_for,
    choose_adjustment,
)
from mirodash.questions.report import analysis_tables, analyze
from mirodash.stratification.selection import Selection
from mirodash.text.facts import Explanation
from mirodash.trial.store import sample
from tests.panels.views import of_size

MIROCALS = sample("mirocals")


def said(selection: Selection) -> Explanation:
    return adjusted_effect_in_words(MIROCALS, adjusted_effect(MIROCALS, selection))


def test_covariates_are_named_with_their_scale_and_strata_crossed() -> None:
    found = choose_adjustment(MIROCALS, Selection(adjust=("age", "csf_pnfh", "svc")))
    assert adjusted_for(MIROCALS, found) == (
        "adjusted for age, log CSF pNFH and slow vital capacity, within country × site of onset "
        "(strata named by the dictionary)"
    )
    assert adjusted_for(MIROCALS, choose_adjustment(MIROCALS, Selection())) == (
        "compared within country × site of onset (strata named by the dictionary)"
    )
    alone = choose_adjustment(sample("gbsg2"), Selection(adjust=("age",)))
    assert adjusted_for(sample("gbsg2"), alone) == "adjusted for age"


def test_the_sentence_says_both_ratios_and_who_was_left_out() -> None:
    told = said(Selection(adjust=("age", "svc")))
    assert told.subtitle == (
        "adjusted for age and slow vital capacity, within country × site of onset "
        "(strata named by the dictionary)"
    )
    assert told.facts[0].detail.endswith("unadjusted 0.81")
    assert "3 participants lack a value and are left out: slow vital capacity 3." in told.sentence
    assert told.sentence.endswith("they can be switched off under “Stratify by”.")
    assert [fact.label for fact in told.facts] == [
        "All participants",
        "pNFH ≤ 3,700 pg/mL",
        "pNFH > 3,700 pg/mL",
    ]
    assert all("unadjusted" in fact.detail for fact in told.facts)


def test_the_table_has_a_row_for_every_group_and_says_who_lacks_what() -> None:
    table = said(Selection(adjust=("age", "svc"))).tables[0]
    assert [row[-1] for row in table.rows] == [
        "3 (slow vital capacity 3)",
        "2 (slow vital capacity 2)",
        "1 (slow vital capacity 1)",
    ]
    assert all(len(row) == len(table.header) for row in table.rows)
    assert table.rows[0][1] != table.rows[0][2]


def test_few_events_for_many_terms_are_greyed() -> None:
    facts = said(Selection(adjust=("age", "sex", "svc", "el_escorial", "alsfrs_r"))).facts
    assert [fact.uncertain for fact in facts] == [False, False, True]
    assert "only 32 events for 8 terms" in facts[2].detail


def test_a_covariate_that_tells_nothing_is_said() -> None:
    trial = of_size(40, site=None, numbers={"age": [50.0] * 40})
    told = adjusted_effect_in_words(trial, adjusted_effect(trial, Selection(adjust=("age",))))
    assert "Age is the same for all participants and is left out of the model." in told.sentence


def test_nothing_to_adjust_for_is_said() -> None:
    told = adjusted_effect_in_words(sample("gbsg2"), None)
    assert told.sentence.startswith("Nothing is chosen to adjust for")
    assert (told.facts, told.tables) == ((), ())


def test_the_printed_table_has_a_line_for_every_group() -> None:
    chosen = Selection(adjust=("age", "csf_pnfh", "svc", "sex", "el_escorial"))
    told = " ".join(analysis_tables(analyze(MIROCALS, chosen)).split())
    line = (
        "adjusted for age, log CSF pNFH, slow vital capacity, sex and El Escorial category, "
        "within country × site of onset (strata named by the dictionary): "
    )
    assert told.count(line) == 3
    left_out = "left out without a value: 3 (slow vital capacity 3)"
    assert f"{line}0.83 (95 % CI 0.54 to 1.27), p = 0.40 (Wald); {left_out}" in told
    assert "adjusted" not in analysis_tables(analyze(MIROCALS, Selection()))
