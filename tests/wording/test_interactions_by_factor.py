"""Tests on demand say how many there were, what luck would find, and which threshold is not among them."""

from __future__ import annotations

from mirodash.questions.forest import compute_factor_interactions, describe_interactions
from mirodash.stratification.selection import Declaration, Selection
from mirodash.text.facts import Explanation
from mirodash.text.numbers import unify_spaces
from mirodash.trial.store import sample
from tests.panels.test_explore_panels import UNSAID, texts
from tests.panels.views import DEGENERATE_KINDS, TRIALS
from tests.profiles import for_each

DECLARED = Declaration((3700.0,), "Analysis plan", "2017-04-12")


def told(name: str, selection: Selection | None = None) -> Explanation:
    return describe_interactions(compute_factor_interactions(TRIALS[name], selection or Selection()))


def test_the_number_of_tests_and_what_luck_finds_among_them_are_said() -> None:
    said = told("mirocals")
    assert said.subtitle == "12 factors tested"
    assert "below 0.05 by chance in 46 % of trials" in unify_spaces(said.sentence)
    assert "no difference is established" in said.sentence


def test_every_factor_has_its_degrees_of_freedom_and_both_p_values() -> None:
    rows = {row[0]: tuple(map(unify_spaces, row[1:])) for row in told("mirocals").tables[0].rows}
    assert len(rows) == 12
    assert rows["El Escorial category"] == ("3", "p = 0.23", "p > 0.99")
    assert rows["Site (without 22 in levels with no events in an arm)"][0] == "13"


def test_a_searched_threshold_is_named_as_absent_and_a_declared_one_tested() -> None:
    assert "CSF pNFH is not among them" in told("mirocals").sentence
    assert "CSF pNFH" not in {row[0] for row in told("mirocals").tables[0].rows}
    declared = told("mirocals", Selection(declared=DECLARED))
    assert "not among them" not in declared.sentence
    assert declared.tables[0].rows[0][0] == "CSF pNFH"


def test_a_difference_that_survives_the_adjustment_is_not_called_none() -> None:
    found = compute_factor_interactions(sample("gbsg2"), Selection())
    smallest = min(item.p_adjusted for item in found.factors if item.p_adjusted is not None)
    assert ("no difference is established" in told("gbsg2").sentence) == (smallest >= 0.05)


@for_each("name", DEGENERATE_KINDS)
def test_no_trial_leaves_it_without_words(name: str) -> None:
    for text in texts(told(name)):
        assert not UNSAID.search(text), text
    assert told(name).sentence


def test_without_any_test_nothing_is_said_of_luck() -> None:
    assert told("no events").sentence.startswith("No factor has two levels with events in both arms.")
