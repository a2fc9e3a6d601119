"""The Credibility page over HTTP: what it says, what is judged, exported and loaded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mirodash.export.saved_json import FORMAT
from mirodash.questions.credibility_text import CONSEQUENCES, QUESTION_WORDS, describe_scope
from mirodash.questions.subgroup_credibility import (
    QUESTIONS,
    Answer,
    Assessment,
    Grade,
    count_views,
    credibility,
)
from mirodash.stratification.saved_view import claim_of
from mirodash.trial.store import TrialStore
from mirodash.web import credibility_page as page
from mirodash.web.credibility_page import describe_judgement
from mirodash.web.view import read_view
from tests.dashboard.kinds import SWEPT, reader_of
from tests.dashboard.renderer import Reader, components
from tests.panels.views import HTML
from tests.profiles import for_each

PLAN = "prespecified=3700&prespecified-in=Plan+2.1&prespecified-on=2017-04-12"
BEST = {
    "direction": "definitely-yes",
    "evidence": "definitely-yes",
    "chance": "definitely-no",
    "number": "definitely-yes",
    "cut": "probably-no",
}
STORE = TrialStore()


def _open(reader: Reader, search: str = "") -> dict[str, Any]:
    return reader.open(search, "/credibility")["page-content"]


def _stores(opened: Any) -> dict[str, Any]:
    found = [p["props"] for p in components(opened) if p["type"] == "Store"]
    return {store["id"]: store.get("data") for store in found if isinstance(store["id"], str)}


def _judged(reader: Reader, form: Any, seen: Any = None, query: str = "") -> dict[str, Any]:
    return reader.ask(page.JUDGEMENT, form, seen, query)[page.JUDGEMENT]


def _loaded(reader: Reader, text: Any, query: str = "") -> dict[str, Any]:
    return reader.ask(page.LOADED, {"text": text, "at": 1}, query)[page.LOADED]


def _exported(reader: Reader, form: Any, query: str = "") -> dict[str, Any]:
    return reader.ask(page.EXPORTED, 1, form, None, query)[page.EXPORTED]


def test_the_page_states_the_claim_and_leads_back_to_it(reader: Reader):
    opened = _open(reader, "?threshold=2000")
    text = json.dumps(opened, ensure_ascii=False)
    assert "differs between pNFH ≤ 2,000 pg/mL and pNFH > 2,000 pg/mL." in text
    links = [p["props"]["href"] for p in components(opened) if p["type"] == "A"]
    assert links == ["/?threshold=2000"]
    assert "Scenario 3" in text
    assert "Number needed to treat" in text


def test_a_form_is_kept_by_claim_and_in_the_browser_only(reader: Reader):
    keys = []
    for search in ("", "?unit=months", "?threshold=2000", "?trial=mirocals-null"):
        found = [p["props"] for p in components(_open(reader, search)) if p["type"] == "Store"]
        (kept,) = [store for store in found if not isinstance(store["id"], str)]
        assert kept["storage_type"] == "local"
        assert "data" not in kept
        view = read_view(STORE, search)
        assert kept["id"] == {"control": page.FORM, "key": claim_of(view.trial, view.selection).key}
        keys.append(kept["id"]["key"])
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_the_description_holds_every_question_and_grade_with_its_consequence(reader: Reader):
    asked = _stores(_open(reader))[page.DESCRIPTION]
    assert [question["key"] for question in asked["questions"]] == list(QUESTIONS)
    assert [question["text"] for question in asked["questions"]] == [q.text for q in QUESTION_WORDS]
    assert [grade["meaning"] for grade in asked["grades"]] == list(CONSEQUENCES.values())


def test_nothing_is_graded_or_answered_by_the_app(reader: Reader):
    judged = _judged(reader, {})
    assert judged["grades"]["allowed"] == []
    assert judged["flags"] == {}
    assert "selected" not in json.dumps(judged)
    assert json.loads(_exported(reader, {})["content"])["form"]["grade"] == ""


def test_answers_open_grades_up_to_the_ceiling(reader: Reader):
    judged = _judged(reader, {"answers": BEST, "grade": "moderate"})
    assert judged["grades"]["allowed"] == ["very-low", "low", "moderate"]
    assert judged["grades"]["said"] == "At most moderate: one answer is “definitely no”."
    assert judged["flags"] == {}


def test_a_grade_above_the_ceiling_is_kept_and_flagged(reader: Reader):
    form = {"answers": BEST, "grade": "high"}
    judged = _judged(reader, form)
    assert set(judged["flags"]) == {"grade"}
    assert "one answer is “definitely no”" in judged["grades"]["said"]
    assert judged["flags"]["grade"] in judged["grades"]["said"]
    sent = json.loads(_exported(reader, form)["content"])
    assert (sent["form"]["grade"], sent["flags"]) == ("high", judged["flags"])


def test_an_answer_above_the_interaction_test_is_kept_and_flagged(reader: Reader):
    form = {"answers": BEST | {"chance": "definitely-yes"}, "grade": "low"}
    judged = _judged(reader, form)
    assert "chance" in judged["flags"]
    assert judged["flags"]["chance"] in judged["questions"]["chance"]["limit"]
    assert judged["questions"]["chance"]["allowed"] == ["definitely-no"]
    assert json.loads(_exported(reader, form)["content"])["form"]["answers"]["chance"] == "definitely-yes"


def test_what_a_reader_looked_at_is_a_fact_beside_a_question_and_rules_nothing_out(reader: Reader):
    seen = {"mirocals": {"": 1, "threshold=2000": 1}, "pages": {"mirocals": ["/thresholds", "/subgroups"]}}
    for query in ("", PLAN):
        asked = _judged(reader, {}, seen, query)["questions"]
        for question in ("number", "cut"):
            assert len(asked[question]["allowed"]) == 4
            assert asked[question]["limit"] == ""
    told = " ".join(_judged(reader, {}, seen)["questions"]["cut"]["facts"])
    assert "one of 2 thresholds examined in this browser" in told
    assert "all possible thresholds" in told


def test_a_reset_of_the_count_keeps_what_was_looked_at_before(reader: Reader):
    view = read_view(STORE, "")
    seen = {"mirocals": {"threshold=2000": 1}}
    now = count_views(view.trial, view.selection, seen)
    later = count_views(view.trial, view.selection, {**seen, "before": {"mirocals": 7}})
    assert later.selections == now.selections + 7
    for nothing in ({"before": {"mirocals": "7"}}, {"before": 7}, {"before": {"mirocals": -7}}):
        assert count_views(view.trial, view.selection, {**seen, **nothing}) == now


def test_a_question_can_only_not_apply_where_there_is_no_scale(reader: Reader):
    assert "not-applicable" not in _judged(reader, {})["questions"]["cut"]["allowed"]
    form = {"answers": BEST | {"cut": "not-applicable"}}
    assert set(_judged(reader, form)["flags"]) == {"cut"}
    small = reader_of("everybody has the same biomarker")
    assert "not-applicable" in _judged(small, {})["questions"]["cut"]["allowed"]
    assert _judged(small, form)["flags"] == {}


@pytest.mark.parametrize("day", ["", "2026-05-09"])
def test_a_day_is_a_day(reader: Reader, day: str):
    assert _judged(reader, {"day": day})["day"] == ""
    assert _judged(reader, {"day": "soon"})["day"].endswith("2026-05-09.")


def test_an_exported_form_is_loaded_where_it_belongs(reader: Reader):
    form = {
        "answers": BEST,
        "notes": {"direction": HTML},
        "leaning": "raises",
        "grade": "low",
        "reason": "One trial.",
        "initials": "AB",
        "day": "2026-05-09",
    }
    sent = _exported(reader, form)
    assert sent["filename"] == "mirodash-mirocals-credibility-SYNTHETIC.json"
    content = json.loads(sent["content"])
    assert content["format"] == FORMAT
    assert content["facts"]["chance"] == _judged(reader, form)["questions"]["chance"]["facts"]
    loaded = _loaded(reader, sent["content"])
    assert loaded["form"] == form
    assert loaded["said"] == page.LOADED_WORDS
    elsewhere = _loaded(reader, sent["content"], "trial=mirocals-null")
    assert elsewhere["form"] is None
    assert "another trial" in elsewhere["said"]


@for_each(text=["", "{}", "[" * 50_000, "NaN", "<script>", "\ud800", "x" * 300_000])
def test_a_hostile_file_is_refused_with_a_sentence(reader: Reader, text: str):
    loaded = _loaded(reader, text)
    assert loaded["form"] is None
    assert loaded["said"].endswith(".")


@for_each(sent=[None, 7, [], {}, {"text": 7}, {"text": None}, "text"])
def test_what_is_no_file_changes_nothing(reader: Reader, sent: Any):
    assert reader.ask(page.LOADED, sent, "") == {}


@for_each(form=[None, 7, "x", [], {"answers": 3}, {"grade": ["high"]}, {"notes": [1]}])
def test_a_form_that_no_page_of_ours_kept_is_judged_as_empty(reader: Reader, form: Any):
    assert _judged(reader, form, form) == _judged(reader, {})


def test_an_export_nobody_asked_for_sends_nothing(reader: Reader):
    assert reader.ask(page.EXPORTED, 0, {}, None, "") == {}


@for_each(name=SWEPT)
def test_every_trial_has_its_page_its_judgement_and_its_file(name: str):
    reader = reader_of(name)
    assert reader.open("", "/credibility")["shell-notice"] == []
    assert set(_judged(reader, {})["questions"]) == set(QUESTIONS)
    sent = _exported(reader, {"answers": BEST})
    assert _loaded(reader, sent["content"])["form"]


def test_a_judgement_never_holds_a_grade_but_what_is_allowed():
    view = read_view(STORE, "")
    answers = dict.fromkeys(QUESTIONS, Answer.DEFINITELY_NO)
    judged = describe_judgement(view, Assessment(answers={**answers}, grade=Grade.VERY_LOW), None)
    assert judged["grades"]["allowed"] == ["very-low"]
    assert judged["flags"] == {}


def test_what_rests_on_the_search_comes_with_the_judgement_so_that_the_page_need_not_wait(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
):
    view = read_view(STORE, "threshold=2345")
    found = credibility(view.trial, view.selection)
    judged = _judged(reader, {}, query="threshold=2345")
    assert judged["scope"] == list(describe_scope(view.trial, found))
    assert judged["scope"]

    def too_early(*_: object) -> None:
        raise AssertionError("the page searched before it was shown")

    monkeypatch.setattr(page, "credibility", too_early)
    text = json.dumps(_open(reader, "?threshold=2346"), ensure_ascii=False)
    assert page.SEARCHING in text
