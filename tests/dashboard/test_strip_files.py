"""The strip as files: as many slides as views, a file that comes back as it was, bad ones refused."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

from pptx import Presentation

from mirodash.dashboard import strip_files as files
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
    written = reader.ask(files.DECK_FILE, 1, {"views": list(views)})
    return written.get(files.DECK_FILE), written[files.DECK_SAID]["said"]


def _opened(reader: Reader, text: Any) -> dict[str, Any]:
    return reader.ask(files.OPENED, {"text": text, "at": 5})[files.OPENED]


def test_powerpoint_has_a_slide_for_every_view(reader: Reader):
    file, said = _slides(reader, *VIEWS)
    assert file["filename"] == "mirodash-strip-SYNTHETIC.pptx"
    assert file["type"] == files.POWERPOINT
    opened = Presentation(io.BytesIO(base64.b64decode(file["content"])))
    assert len(opened.slides) == len(VIEWS)
    assert said == "3 slides: mirodash-strip-SYNTHETIC.pptx."


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


@for_each(clicks=[None, 0, "1", {}])
def test_files_that_nobody_asked_for_are_not_made(reader: Reader, clicks: Any):
    assert reader.ask(files.DECK_FILE, clicks, {"views": VIEWS}) == {}


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
