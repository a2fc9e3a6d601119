"""A form written and read back says the same; a file that is no form changes nothing and says why."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.errors import UnusableDataError
from mirodash.export.saved_json import (
    MAX_FILE_BYTES,
    MAX_INITIALS_LENGTH,
    MAX_NOTE_LENGTH,
    encode_credibility,
    encode_form,
    read_assessment,
    read_credibility,
)
from mirodash.questions.subgroup_credibility import (
    OTHER,
    QUESTIONS,
    SCALE,
    Answer,
    Assessment,
    Grade,
    credibility,
)
from mirodash.stratification.saved_view import claim_of
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample
from tests.panels.views import HTML
from tests.profiles import for_each

TRIAL = sample("mirocals")
CLAIM = claim_of(TRIAL, Selection())
FILLED = Assessment(
    answers={
        "direction": Answer.PROBABLY_NO,
        "evidence": Answer.PROBABLY_YES,
        "chance": Answer.DEFINITELY_NO,
        "number": Answer.DEFINITELY_YES,
        "cut": Answer.PROBABLY_NO,
    },
    notes={"direction": "Not in the protocol.", OTHER: "Letters to the editor."},
    leaning="lowers",
    grade=Grade.LOW,
    reason="One trial.",
    initials="AB, CD",
    day="2026-05-09",
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NOTES = TEXTS.filter(bool).map(lambda text: text[:MAX_NOTE_LENGTH])
ASSESSMENTS = st.builds(
    Assessment,
    answers=st.dictionaries(st.sampled_from(QUESTIONS), st.sampled_from(SCALE)),
    notes=st.dictionaries(st.sampled_from((*QUESTIONS, OTHER)), NOTES),
    leaning=st.sampled_from(["", "lowers", "raises"]),
    grade=st.none() | st.sampled_from(Grade),
    reason=TEXTS.map(lambda text: text[:MAX_NOTE_LENGTH]),
    initials=TEXTS.map(lambda text: text[:MAX_INITIALS_LENGTH]),
    day=st.sampled_from(["", "2026-05-09"]),
)


def _written(assessment: Assessment = FILLED, **changes: Any) -> str:
    found = credibility(TRIAL, Selection())
    content = encode_credibility(TRIAL, "", found, assessment, {"chance": ("p = 0.30",)})
    return json.dumps(content | changes, allow_nan=False)


def _problems(text: str) -> tuple[str, ...]:
    with pytest.raises(UnusableDataError) as raised:
        read_credibility(text, CLAIM)
    return raised.value.problems


@given(assessment=ASSESSMENTS)
def test_what_is_written_is_read_back(assessment: Assessment):
    assert read_credibility(_written(assessment), CLAIM) == assessment
    assert read_assessment(json.loads(json.dumps(encode_form(assessment)))) == assessment


def test_the_file_holds_the_facts_and_names_trial_instrument_and_ceiling():
    content = json.loads(_written())
    assert content["trial"] == {"name": TRIAL.title, "fingerprint": TRIAL.fingerprint}
    assert "SYNTHETIC" in content["trial"]["name"]
    assert "iceman.help" in content["instrument"]["source"]
    assert content["ceiling"] == "moderate"
    assert content["facts"]["chance"] == ["p = 0.30"]
    assert content["interaction"]["p"] == credibility(TRIAL, Selection()).chance.p
    assert content["claim"]["thresholds"] == [3700.0]
    assert content["declared"] is None


def test_a_declaration_goes_into_the_file():
    view = Selection.from_query("prespecified=3700&prespecified-in=Plan&prespecified-on=2017-04-12")
    content = encode_credibility(TRIAL, "", credibility(TRIAL, view), FILLED, {})
    assert content["declared"]["document"] == "Plan"
    assert content["interaction"]["test"] == "declared"


def test_markup_is_only_text():
    given = replace(FILLED, notes={"chance": HTML}, reason=HTML)
    assert read_credibility(_written(given), CLAIM) == given


def test_half_a_surrogate_pair_cannot_break_what_is_sent():
    kept = read_assessment({"reason": "a\ud800b"})
    assert kept.reason == "a?b"
    text = _written().replace("One trial.", "\\ud800")
    assert read_credibility(text, CLAIM).reason == "?"


def test_a_form_of_another_trial_is_refused_with_a_sentence():
    for other in ("mirocals-null", "gbsg2"):
        with pytest.raises(UnusableDataError, match="another trial"):
            read_credibility(_written(), claim_of(sample(other), Selection()))


@for_each(
    ("query", "says"),
    [("threshold=2000", "other thresholds"), ("keep.sex=F", "other sites or filters")],
)
def test_a_form_of_another_claim_is_refused_with_what_differs(query: str, says: str):
    claim = claim_of(TRIAL, Selection.from_query(query))
    with pytest.raises(UnusableDataError, match=says):
        read_credibility(_written(), claim)


@for_each(
    "text",
    [
        "",
        "null",
        "[]",
        "7",
        '"mirodash-credibility-1"',
        "{}",
        '{"format": "mirodash-credibility-2"}',
        '{"format": ["mirodash-credibility-1"]}',
        '{"format": "mirodash-credibility-1"}',
        '{"format": "mirodash-credibility-1", "claim": {}, "form": []}',
        '{"format": "mirodash-credibility-1", "claim": "x", "form": {}}',
        "{" * 5,
        "[" * 50_000,
        '{"a": ' * 10_000,
        '{"format": NaN}',
        '{"format": -Infinity}',
        '{"format": ' + "9" * 5_000 + "}",
        "\x00\xff",
        "<script>alert(1)</script>",
        " " * (MAX_FILE_BYTES + 1),
    ],
)
def test_a_file_of_another_kind_gets_one_sentence(text: str):
    (problem,) = _problems(text)
    assert problem.endswith(".")
    assert "script" not in problem


@for_each(
    "changes",
    [
        {"answers": []},
        {"answers": {"direction": "surely"}},
        {"answers": {"direction": 3}},
        {"answers": {"direction": None}},
        {"answers": {"direction": ["definitely-yes"]}},
        {"answers": {"direction": "not-applicable"}},
        {"answers": {"<script>": "definitely-yes"}},
        {"notes": "x"},
        {"notes": {"chance": 7}},
        {"notes": {"chance": "x" * (MAX_NOTE_LENGTH + 1)}},
        {"leaning": "both"},
        {"leaning": {}},
        {"grade": "excellent"},
        {"grade": 0.8},
        {"grade": ["high"]},
        {"reason": None},
        {"reason": "x" * (MAX_NOTE_LENGTH + 1)},
        {"initials": {}},
        {"initials": "x" * (MAX_INITIALS_LENGTH + 1)},
        {"day": 20260509},
    ],
)
def test_a_form_with_anything_wrong_is_not_taken_and_quotes_nothing_of_it(changes: dict[str, Any]):
    problems = _problems(_written(form=encode_form(FILLED) | changes))
    assert all(problem.endswith(".") and "<" not in problem and len(problem) < 120 for problem in problems)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
PARTS = ("answers", "notes", "leaning", "grade", "reason", "initials", "day")


@given(kept=ANYTHING | st.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, ANYTHING)))
def test_whatever_the_browser_kept_is_some_form(kept: Any):
    text = json.dumps(encode_form(read_assessment(kept)), ensure_ascii=False, allow_nan=False)
    assert text.encode("utf-8")


@given(content=st.fixed_dictionaries({}, optional={"claim": ANYTHING, "form": ANYTHING, "x": ANYTHING}))
def test_whatever_a_file_holds_it_is_read_or_refused(content: dict[str, Any]):
    text = json.dumps(json.loads(_written()) | content)
    with contextlib.suppress(UnusableDataError):
        assert isinstance(read_credibility(text, CLAIM), Assessment)
