"""The facts beside the questions, as sentences; no p-value without saying what it allows for."""

from __future__ import annotations

import re

from mirodash.questions.credibility_text import (
    describe_claim,
    describe_claim_facts,
    describe_question_facts,
    describe_scenario,
    describe_scope,
    limit_in_words,
)
from mirodash.questions.group_effects import absolute_effects, describe_absolute_effect
from mirodash.questions.subgroup_credibility import QUESTIONS, count_views, credibility, highest_answers
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.selection import Selection
from mirodash.text.labels import format_arm_names
from mirodash.text.numbers import format_p_value, unify_spaces
from mirodash.trial.store import sample
from tests.panels.views import KINDS, TRIALS
from tests.profiles import for_each

PLAN = "prespecified=3700&prespecified-in=Plan+2.1&prespecified-on=2017-04-12"


def _beside(name: str, query: str = "", seen: object = None) -> dict[str, str]:
    trial, view = TRIALS[name], Selection.from_query(query)
    found, looked = credibility(trial, view), count_views(trial, view, seen)
    highest = highest_answers(found)
    return {
        question: unify_spaces(
            " ".join(
                (
                    *describe_question_facts(question, trial, view, found, looked),
                    limit_in_words(highest[question], found),
                )
            )
        )
        for question in QUESTIONS
    }


def test_a_claim_is_a_sentence_about_an_outcome_a_modifier_and_groups():
    trial = sample("mirocals")
    assert unify_spaces(describe_claim(trial, Selection())) == (
        "The effect of IL-2 versus Placebo on death from any cause differs between pNFH ≤ 3,700 pg/mL and "
        "pNFH > 3,700 pg/mL."
    )
    assert describe_claim(trial, Selection(thresholds=())).endswith("along its whole range.")
    labels = [fact.label for fact in describe_claim_facts(trial, Selection())]
    assert labels == ["Outcome", "Time", "Effect measure", "Modifier"]


def test_the_p_says_what_it_allows_for():
    trial = sample("mirocals")
    for query, says in (
        ("", "allowing for a search over all thresholds"),
        (PLAN, "not corrected: the threshold was declared"),
        ("threshold=", "without a threshold"),
    ):
        told = _beside("mirocals", query)["chance"]
        p = credibility(trial, Selection.from_query(query)).chance.p
        assert p is not None
        assert says in told
        assert unify_spaces(format_p_value(p)) in told
    assert "Plan 2.1, 2017-04-12" in _beside("mirocals", PLAN)["chance"]


def test_looks_are_told_beside_the_questions_that_they_bear_on():
    seen = {"mirocals": {"threshold=2000": 1, "keep.sex=F": 1, "site=FR-01": 1}}
    told = _beside("mirocals", "", seen)
    assert "2 thresholds of this biomarker, 1 biomarker, 2 other factors" in told["number"]
    assert "sex, site" in told["number"]
    assert "one of 2 thresholds examined" in told["cut"]
    assert "Automatic assessment: definitely no" in told["chance"]
    assert "Declared in Plan 2.1" in _beside("mirocals", PLAN, seen)["cut"]
    assert "there is no threshold" in _beside("mirocals", "threshold=", seen)["cut"]


def test_the_form_says_when_it_is_not_meant_for_the_claim():
    null = sample("mirocals-null")
    told = unify_spaces(" ".join(describe_scope(null, credibility(null, Selection()))))
    assert "ICEMAN applies when effect modification is suggested" in told
    assert "does not demonstrate a homogeneous effect" in told
    gbsg = sample("gbsg2")
    assert any("enrolled" in text for text in describe_scope(gbsg, credibility(gbsg, Selection())))


def test_the_scenario_follows_from_the_overall_interval():
    assert describe_scenario("open")[0] == describe_scenario("against")[0] == "Scenario 3"
    assert "includes no effect" in describe_scenario("open")[1]
    assert "harm" in describe_scenario("against")[1]
    assert "clinical judgement" in describe_scenario("for")[1]


def _number_needed(name: str, group: int, query: str = "") -> tuple[str, str]:
    trial, view = sample(name), Selection.from_query(query)
    result, names = survival_by_group(trial, view), format_arm_names(trial, view)
    told = describe_absolute_effect(result, absolute_effects(trial, view)[group], names)
    return unify_spaces(told.facts[1].value), unify_spaces(told.facts[1].detail)


def test_a_number_to_treat_is_given_only_with_an_interval_on_one_side():
    value, detail = _number_needed("mirocals", 0)
    assert (value, detail) == (
        "not reported",
        "CI of the difference includes 0; the estimate is towards benefit",
    )
    value, detail = _number_needed("gbsg2", 0)
    assert re.fullmatch(r"\d+", value)
    assert re.fullmatch(r"for one more recurrence-free at 1,825 days; 95 % CI \d+ to \d+", detail)
    value, detail = _number_needed("gbsg2", 0, "treated=no&control=yes")
    assert detail.startswith("for one fewer recurrence-free at 1,825 days: harm")


@for_each("name", KINDS)
def test_every_trial_has_words_and_none_of_them_is_a_number_that_does_not_exist(name: str):
    trial = TRIALS[name]
    view = Selection()
    said = [
        describe_claim(trial, view),
        *describe_scope(trial, credibility(trial, view)),
        *_beside(name).values(),
    ]
    said += [f"{fact.value} {fact.detail}" for fact in describe_claim_facts(trial, view)]
    result, names = survival_by_group(trial, view), format_arm_names(trial, view)
    for effect in absolute_effects(trial, view):
        said += [f"{f.value} {f.detail}" for f in describe_absolute_effect(result, effect, names).facts]
    assert [text for text in said if re.search(r"\bnan\b|\binf\b|None", text)] == []
