"""Slow answers come in steps: a request takes as many as its patience allows, and never fails aloud."""

from __future__ import annotations

import itertools
import json
import logging
from typing import Any

import pytest

from mirodash.plot.theme import find_theme
from mirodash.questions.panel import SteppedPanel, show
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample
from mirodash.web import ids, panel_host
from mirodash.web.navigation import IN_STEPS
from tests.dashboard.renderer import Reader
from tests.profiles import for_each

MIROCALS = sample("mirocals")
LONG = [panel for panel in IN_STEPS if panel.steps > 1]


@for_each(panel=IN_STEPS)
def test_the_last_step_says_what_the_panel_says(reader: Reader, panel: SteppedPanel[Any]):
    told = _last(reader, panel, "keep.sex=F")
    assert told["steps"] == {
        "key": panel.key,
        "query": "keep.sex=F",
        "at": 0,
        "done": panel.steps,
        "of": panel.steps,
    }
    selection = Selection.from_query("keep.sex=F")
    shown = show(panel.after(panel.steps), MIROCALS, selection, find_theme("light"))
    assert shown is not None
    assert told["panels"][panel.key]["title"] == shown.explanation.title
    assert len(told["twins"][panel.key]) == len(shown.explanation.tables)
    assert (told["figure"] is None) == (shown.figure is None)


def _last(reader: Reader, panel: SteppedPanel[Any], query: str) -> dict[str, Any]:
    """Return the last step, however often it has to be asked for while the server remembers none of them."""
    before = 0
    while (told := reader.step(panel.key, query, panel.steps))["steps"]["done"] < panel.steps:
        assert told["panels"] == {}, "what is not there yet is not shown"
        assert told["steps"]["done"] > before, "each request does something"
        before = told["steps"]["done"]
    return told


@pytest.mark.parametrize("panel", LONG, ids=[panel.key for panel in LONG])
def test_a_request_without_patience_takes_one_step(
    reader: Reader, panel: SteppedPanel[Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(panel_host, "TIME_BUDGET_S", 0.0)
    assert reader.step(panel.key, "keep.sex=M", 1)["steps"]["done"] == 1
    assert reader.step(panel.key, "keep.sex=M", 2)["steps"]["done"] == 2


def test_a_request_goes_on_until_its_patience_ends(reader: Reader, monkeypatch: pytest.MonkeyPatch):
    clock = itertools.count()
    monkeypatch.setattr(panel_host, "monotonic", lambda: next(clock))
    monkeypatch.setattr(panel_host, "TIME_BUDGET_S", 3.5)
    monkeypatch.setattr(panel_host, "CATCHING_UP_S", 100)
    assert reader.step("best-thresholds", "keep.sex=M", 2)["steps"]["done"] == 4


@pytest.mark.parametrize("panel", LONG, ids=[panel.key for panel in LONG])
def test_a_process_that_did_not_do_the_steps_before_catches_up_and_is_asked_again(
    reader: Reader, panel: SteppedPanel[Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(panel_host, "TIME_BUDGET_S", 0.0)
    monkeypatch.setattr(panel_host, "CATCHING_UP_S", 0.0)
    told = reader.step(panel.key, "keep.sex=M&keep.onset=limb", 7)
    assert told["steps"]["done"] == 1, "no request does more than it has patience for"
    assert told["panels"] == {}
    assert told["twins"] == {}
    assert told["figure"] is None, "an earlier step does not take the place of a later one"


def test_two_equal_answers_differ_by_their_request(reader: Reader):
    place = ids.panel("searched", "words")
    first, second = (reader.ask(place, {"query": "", "step": 1, "at": at}, "light")[place] for at in (1, 2))
    assert first != second
    assert json.loads(first)["steps"]["at"] == 1


def test_more_steps_than_there_are_is_the_last_one(reader: Reader):
    (panel,) = [panel for panel in LONG if panel.key == "searched"]
    _last(reader, panel, "")
    assert reader.step("searched", "", 10**6)["steps"]["done"] == panel.steps


@for_each(asked=[None, 7, "x", {}, {"query": 1, "step": 1}, {"query": "", "step": 0}])
def test_what_nobody_asked_is_not_answered(reader: Reader, asked: Any):
    assert reader.ask(ids.panel("searched", "words"), asked, "light") == {}


def test_a_step_that_fails_is_a_sentence_in_its_place(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret of participant 7")

    monkeypatch.setattr("mirodash.questions.threshold_evidence.find_threshold_evidence", broken)
    with caplog.at_level(logging.CRITICAL):
        told = reader.step("searched", "", 1)
    assert "could not be computed" in told["panels"]["searched"]["cannot"]
    assert told["steps"]["done"] == told["steps"]["of"], "nobody asks for what fails again"
    assert "secret" not in json.dumps(told)
