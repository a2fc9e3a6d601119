"""A threshold found by looking has the p-value of the search, and its own one only where it was declared."""

from __future__ import annotations

import re
from typing import Any

from mirodash.questions.group_interaction import choose_interaction_test, interaction
from mirodash.questions.threshold_evidence import (
    Searched,
    declared_in,
    explain_threshold_evidence,
    find_threshold_evidence,
    searched_lines,
)
from mirodash.questions.thresholds.threshold_scan import evaluate_thresholds
from mirodash.stratification.groups import candidate_thresholds
from mirodash.stratification.selection import Declaration, Selection
from mirodash.survival.results import InteractionTest, NotEstimable, RatioOfHazardRatios
from mirodash.text.facts import Explanation
from mirodash.text.numbers import format_named_p_value, format_p_value, unify_spaces
from mirodash.trial.store import sample
from tests.profiles import for_each
from tests.small_trials import small_trial

MIROCALS = sample("mirocals")
NULL = sample("mirocals-null")
PLAN = Declaration((3700.0,), "Statistical analysis plan 2.1", "2017-04-12")
DECLARED = "Declared in Statistical analysis plan 2.1, 12 April 2017"


def here(trial: Any = MIROCALS, **chosen: Any) -> Searched:
    """Return the search as it stands after two shares."""
    found = find_threshold_evidence(trial, Selection(**chosen), share=2)
    assert isinstance(found, Searched)
    return found


def said(explanation: Explanation) -> str:
    """Return all that is said, with ordinary spaces."""
    facts = [f"{fact.label}: {fact.value} {fact.detail}" for fact in explanation.facts]
    return unify_spaces(" | ".join([explanation.subtitle, *facts, explanation.sentence]))


def test_every_p_value_of_an_undeclared_threshold_allows_for_the_search():
    for threshold in candidate_thresholds(MIROCALS, Selection())[5::23]:
        answer = here(thresholds=(threshold,))
        told = said(explain_threshold_evidence(answer))
        found = evaluate_thresholds(MIROCALS, Selection(thresholds=(threshold,)), share=2)
        assert not isinstance(found, NotEstimable)
        assert answer.own is None
        allowed = {format_p_value(p) for p in (found.at[0].p, found.p_best) if p is not None}
        shown = set(re.findall(r"p [=<>] [\d.]+", told.rpartition(" | ")[0]))
        assert shown <= {unify_spaces(p) for p in allowed}
        assert shown
        assert "interaction p" not in told


def test_a_declared_threshold_shows_its_own_p_value_with_the_declaration_and_the_search_beside_it():
    own = interaction(MIROCALS, Selection(thresholds=(3700,)))
    assert isinstance(own, RatioOfHazardRatios)
    first, *rest = explain_threshold_evidence(here(declared=PLAN)).facts
    assert (first.label, first.value, first.lead) == (
        DECLARED,
        f"interaction {format_named_p_value(*choose_interaction_test(own))}",
        True,
    )
    assert [fact.label for fact in rest] == ["Searching over thresholds", "The best of them"]
    assert not any(fact.lead for fact in rest)
    assert "3,700" in rest[0].detail


def test_several_declared_thresholds_have_one_test_of_all_groups():
    plan = Declaration((750, 3700), "Protocol", "2016-01-02")
    own = interaction(MIROCALS, Selection(thresholds=(750, 3700)))
    assert isinstance(own, InteractionTest | NotEstimable)
    first = explain_threshold_evidence(here(declared=plan, thresholds=(750, 3700))).facts[0]
    assert first.label == "Declared in Protocol, 2 January 2016"
    if isinstance(own, InteractionTest):
        assert first.value == f"interaction {format_named_p_value(*choose_interaction_test(own))}"
        assert "750 and 3,700" in first.detail


def test_a_threshold_moved_away_from_the_declared_one_is_part_of_the_search():
    told = said(explain_threshold_evidence(here(declared=PLAN, thresholds=(3000,))))
    assert f"{DECLARED}: 3,700 pg/mL. What is shown has been moved away from it" in told
    assert "interaction p" not in told
    assert here(declared=PLAN, thresholds=()).own is None


def test_a_declaration_does_not_cover_a_choice_of_participants():
    assert "choosing sites or participants" not in said(explain_threshold_evidence(here(declared=PLAN)))
    sites = ("FR-01", "FR-02", "FR-03", "FR-04", "UK-01", "UK-02", "UK-03")
    assert "choosing sites or participants" in said(
        explain_threshold_evidence(here(declared=PLAN, sites=sites))
    )


def test_a_declaration_is_trusted_only_as_far_as_it_holds():
    assert "if the threshold was fixed before anybody saw the data" in said(
        explain_threshold_evidence(here(declared=PLAN))
    )
    weak = said(explain_threshold_evidence(here(NULL, declared=PLAN)))
    assert "do not show that the effect differs between the groups, nor that it is the same" in weak


def test_without_a_threshold_the_search_speaks_as_a_whole():
    answer = here(thresholds=())
    (fact,) = explain_threshold_evidence(answer).facts
    assert answer.found.p_best is not None
    assert fact.value == format_p_value(answer.found.p_best)
    assert "the search as a whole" in fact.detail


def test_of_several_thresholds_the_one_that_luck_explains_least_speaks():
    answer = here(thresholds=(750.0, 2000.0, 3700.0))
    least = min((one for one in answer.found.at if one.p is not None), key=lambda one: one.p or 1)
    first, best = explain_threshold_evidence(answer).facts
    assert first.value == format_p_value(least.p or 1)
    assert f"{least.threshold:,.0f}" in first.detail
    assert best.value == format_p_value(answer.found.p_best or 1)


def test_a_declaration_from_which_the_threshold_was_moved_is_a_fact_too():
    moved = explain_threshold_evidence(here(declared=PLAN, thresholds=(2000.0,))).facts[0]
    assert moved.label == DECLARED
    assert unify_spaces(moved.value) == "3,700 pg/mL"
    assert "counts as searched" in moved.detail


def test_a_threshold_where_was_not_looked_has_no_p_value_but_a_reason():
    first, best = explain_threshold_evidence(here(thresholds=(11_000,))).facts
    assert first.value == "no p-value"
    assert first.detail.endswith("needs at least 10.")
    assert best.value.startswith("p")


def test_the_best_threshold_is_named_once():
    best = here().best
    assert best is not None
    (fact,) = explain_threshold_evidence(here(thresholds=(best,))).facts
    assert "the best of 176" in fact.detail


def test_no_evidence_is_never_worded_as_evidence_of_none():
    for trial in (MIROCALS, NULL):
        for thresholds in ((), (1500.0,), (3700.0,)):
            told = said(explain_threshold_evidence(here(trial, thresholds=thresholds)))
            assert "no effect" not in told.lower()
            assert "significant" not in told.lower()
    assert "nor that it does not" in said(explain_threshold_evidence(here(NULL)))


def test_what_is_luck_and_what_is_not_may_differ_between_the_threshold_and_the_best():
    found = here(thresholds=(3700,))
    assert found.found.at[0].p is not None
    assert found.found.p_best is not None
    assert found.found.p_best < 0.05 < found.found.at[0].p
    assert "This threshold is compatible with chance; the best one" in said(explain_threshold_evidence(found))


def test_the_resampling_so_far_is_told():
    assert "1,000 of 10,000 resamples so far" in said(explain_threshold_evidence(here()))


def test_nothing_to_search_is_said_and_a_declaration_still_stands():
    answer = here(declared=PLAN, thresholds=(3700,), sites=("FR-01",))
    told = explain_threshold_evidence(answer)
    assert "at least 10 participants and 3 events on each side" in told.sentence
    assert [fact.label for fact in told.facts] == [DECLARED]
    assert searched_lines(answer)[-1][0] == "Searching over thresholds"


def test_a_trial_without_biomarker_does_not_raise_the_question():
    bare = small_trial(arm=["IL-2", "Placebo"] * 10, time=list(range(1, 21)), event=[1] * 20)
    assert find_threshold_evidence(bare, Selection()) is None
    flat = small_trial(
        arm=["IL-2", "Placebo"] * 10, time=list(range(1, 21)), event=[1] * 20, biomarker=[5.0] * 20
    )
    found = find_threshold_evidence(flat, Selection())
    assert isinstance(found, NotEstimable)
    assert explain_threshold_evidence(found).sentence == found.why


def test_lines_of_text_say_what_the_facts_say():
    answer = here(declared=PLAN)
    facts = explain_threshold_evidence(answer).facts
    lines = searched_lines(answer)
    assert [label for label, _ in lines][1:] == [fact.label for fact in facts][1:]
    (label, own), document = lines[0], facts[0].label.removeprefix("Declared ")
    assert (label, own.startswith(f"{document}: interaction p")) == ("Declared threshold", True)
    assert all(
        fact.value in text and fact.detail in text for fact, (_, text) in zip(facts, lines, strict=True)
    )


@for_each(("day", "text"), [("2017-04-12", "12 April 2017"), ("2020-12-01", "1 December 2020")])
def test_a_date_is_written_out(day: str, text: str):
    assert declared_in(Declaration((1.0,), "Plan", day)) == f"Declared in Plan, {text}"
