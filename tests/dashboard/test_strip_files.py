"""The strip as files: as many slides as views, a file that comes back as it was, bad ones refused."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from pptx import Presentation

from mirodash.errors import OverBudgetError
from mirodash.text.link_sentences import OPENS_HERE
from mirodash.web import strip as files
from tests.dashboard.renderer import Reader
from tests.panels.views import HTML
from tests.profiles import for_each

VIEWS = [
    {"query": "trial=mirocals&threshold=2000", "picture": "survival-1", "title": HTML, "note": "=1+1"},
    {"query": "trial=mirocals", "picture": "effect", "title": "", "note": ""},
    {"query": "trial=mirocals", "picture": "subgroups-1", "title": "", "note": ""},
]
LOST = {"query": "trial=nowhere", "picture": "effect", "title": "", "note": ""}


def _slides(reader: Reader, *views: Any) -> tuple[Any, str]:
    """Ask on, as a browser does, until a file or a sentence is there."""
    done = 0
    for at in range(1, 2 + len(views)):
        written = reader.ask(files.DECK_FILE, {"at": at, "from": done}, {"views": list(views)})
        told = written[files.DECK_SAID]
        assert told["at"] == at
        if "said" in told:
            return written.get(files.DECK_FILE), told["said"]
        assert files.DECK_FILE not in written
        assert done < told["done"] < told["of"] <= len(views)
        done = told["done"]
    raise AssertionError("a request that makes no slide is asked for ever")


def _opened(reader: Reader, text: Any) -> dict[str, Any]:
    return reader.ask(files.OPENED, {"text": text, "at": 5})[files.OPENED]


def test_powerpoint_has_a_slide_for_every_view(reader: Reader):
    file, said = _slides(reader, *VIEWS)
    assert file["filename"] == "mirodash-strip-SYNTHETIC.pptx"
    assert file["type"] == files.POWERPOINT
    opened = Presentation(io.BytesIO(base64.b64decode(file["content"])))
    assert len(opened.slides) == len(VIEWS)
    assert said == f"3 slides: mirodash-strip-SYNTHETIC.pptx. {OPENS_HERE}"


def test_a_view_without_its_trial_is_left_out_of_the_slides_and_named(reader: Reader):
    file, said = _slides(reader, VIEWS[1], LOST, 7)
    assert len(Presentation(io.BytesIO(base64.b64decode(file["content"]))).slides) == 1
    assert "View 2 was left out." in said
    assert "nowhere" in said
    assert "View 3 was left out." in said


@for_each(views=[[], [LOST]])
def test_a_strip_without_a_view_that_can_be_shown_makes_no_file(reader: Reader, views: list[Any]):
    file, said = _slides(reader, *views)
    assert file is None
    assert said.startswith(files.NO_SLIDES)


@for_each("asked", [None, 0, "1", {}, {"at": 0}, {"at": "1"}, {"from": 3}])
def test_files_that_nobody_asked_for_are_not_made(reader: Reader, asked: Any):
    assert reader.ask(files.DECK_FILE, asked, {"views": VIEWS}) == {}


def test_without_patience_every_request_computes_one_slide(reader: Reader, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "PATIENCE_S", 0.0)
    told = [
        reader.ask(files.DECK_FILE, {"at": 1 + done, "from": done}, {"views": VIEWS})[files.DECK_SAID]
        for done in range(len(VIEWS))
    ]
    assert [answer.get("done") for answer in told] == [1, 2, None]
    assert [answer.get("of") for answer in told] == [3, 3, None]
    assert told[-1]["said"].startswith("3 slides")


@for_each("start", [3, 99, 2**53, -1, 1.5, "2", None])
def test_wherever_a_request_begins_the_file_has_every_slide(reader: Reader, start: Any):
    written = reader.ask(files.DECK_FILE, {"at": 1, "from": start}, {"views": VIEWS})
    if files.DECK_FILE in written:
        opened = Presentation(io.BytesIO(base64.b64decode(written[files.DECK_FILE]["content"])))
        assert len(opened.slides) == len(VIEWS)
    else:
        assert 0 < written[files.DECK_SAID]["done"] < len(VIEWS)


def test_a_file_that_takes_too_long_to_put_together_is_said(reader: Reader, monkeypatch: pytest.MonkeyPatch):
    def spent(*_: object, **__: object) -> None:
        raise OverBudgetError("spent")

    monkeypatch.setattr(files, "deck", spent)
    file, said = _slides(reader, *VIEWS)
    assert file is None
    assert said == files.TOO_MANY_SLIDES


def test_a_strip_of_a_hundred_searches_takes_no_long_request(reader: Reader, monkeypatch: pytest.MonkeyPatch):
    computed: list[str] = []
    monkeypatch.setattr(files, "PATIENCE_S", 0.0)
    monkeypatch.setattr(files, "prepare", lambda slide, on: computed.append(slide.view.query))
    views = [{"query": f"trial=mirocals&threshold={1000 + k}", "picture": "search"} for k in range(100)]
    told = reader.ask(files.DECK_FILE, {"at": 1, "from": 0}, {"views": views})[files.DECK_SAID]
    assert told == {"at": 1, "done": 1, "of": 100}
    assert len(computed) == 1


def test_a_saved_strip_opens_as_it_was(reader: Reader):
    sent = reader.ask(files.SAVED, 1, {"views": VIEWS})[files.SAVED]
    assert sent["filename"] == "mirodash-strip.json"
    opened = _opened(reader, sent["content"])
    assert opened == {"at": 5, "views": VIEWS, "problems": []}


def test_a_save_that_nobody_asked_for_sends_nothing(reader: Reader):
    assert reader.ask(files.SAVED, None, {"views": VIEWS}) == {}


@for_each(text=["", "{}", "[" * 50_000, "NaN", HTML, "\ud800", "x" * 400_000])
def test_a_hostile_file_is_refused_with_sentences(reader: Reader, text: str):
    opened = _opened(reader, text)
    assert opened["views"] == []
    assert opened["problems"]
    assert all(problem.endswith(".") for problem in opened["problems"])


def test_a_file_with_one_bad_view_says_which(reader: Reader):
    bad = {"mirodash": "strip", "version": 1, "views": [*VIEWS, {**VIEWS[0], "picture": "nope"}]}
    opened = _opened(reader, json.dumps(bad))
    assert opened["views"] == []
    assert opened["problems"][0].startswith("View 4")


@for_each(sent=[None, 7, [], {}, {"text": 7}, {"text": None}, "text"])
def test_what_is_no_file_changes_nothing(reader: Reader, sent: Any):
    assert reader.ask(files.OPENED, sent) == {}
