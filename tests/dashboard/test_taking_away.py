"""What the Export menu gives: slides, numbers, code and a methods paragraph of the view on screen."""

from __future__ import annotations

import ast
import base64
import io
import json
from datetime import date

from docx import Document
from pptx import Presentation

from mirodash.export.analysis_json import encode_numbers
from mirodash.export.code import LANGUAGES, code, progression_code
from mirodash.export.live_page import write_live_page
from mirodash.questions.subgroup_credibility import count_views
from mirodash.questions.talk.methods_paragraph import methods_paragraph
from mirodash.stratification.selection import Selection
from mirodash.text.methods import describe_software_versions
from mirodash.trial.store import TrialStore, sample
from mirodash.web import ids
from mirodash.web.components import TextDialog
from mirodash.web.downloads import CODE, DIALOGS, LIVE_FILE, METHODS, SLIDES_FILE, WORD_FILE
from mirodash.web.view import read_view
from tests.dashboard.renderer import CALLBACKS, Reader
from tests.profiles import for_each

STORE = TrialStore()
QUERY = "trial=gbsg2&threshold=20&threshold=90"
SEEN = {"pages": {"gbsg2": ["/", "/thresholds"]}, "gbsg2": ["threshold=20&threshold=90", "threshold=30"]}
NOT_OURS = (None, 7, [], {}, "klingon", "r; rm", True)


def _written(reader: Reader, dialog: TextDialog, language: object, query: object, clicks: object = 1) -> str:
    reply = reader.ask(dialog.part("text"), clicks, language, query, None)
    assert reply[dialog.part("written")]["key"] == dialog.key
    return reply[dialog.part("text")]


@for_each(query=["", QUERY])
def test_the_code_is_that_of_the_command_line(reader: Reader, query: str):
    view = read_view(STORE, query)
    shown = {language.key: _written(reader, CODE, language.key, query) for language in CODE.languages}
    assert {key: text for key, text in shown.items() if key in LANGUAGES} == {
        language: code(view.trial, view.selection, language) for language in LANGUAGES
    }
    measured = {key for key in shown if key not in LANGUAGES}
    assert measured == {f"{language}-measured" for language in LANGUAGES}
    if view.trial.series:
        assert shown["r-measured"] == progression_code(view.trial, view.selection, "r")
    else:
        assert "no repeated measurements" in shown["r-measured"]
    ast.parse(shown["python"])


@for_each(query=["", QUERY])
def test_the_paragraph_counts_this_look_and_comes_in_both_languages(reader: Reader, query: str):
    view = read_view(STORE, query)
    counted = count_views(view.trial, view.selection, None)
    for language in ("en", "fr"):
        assert _written(reader, METHODS, language, query) == methods_paragraph(
            view.trial,
            view.selection,
            language=language,
            looks=counted,
            versions=describe_software_versions(),
        )


@for_each(dialog=DIALOGS, sent=NOT_OURS)
def test_a_language_that_nobody_offered_is_the_usual_one(reader: Reader, dialog: TextDialog, sent: object):
    usual = _written(reader, dialog, dialog.languages[0].key, "")
    assert _written(reader, dialog, sent, "") == usual


def test_the_numbers_say_what_was_looked_at_and_which_program_made_them(reader: Reader):
    view = read_view(STORE, QUERY)
    sent = reader.ask(ids.EXPORT_FILE, 1, QUERY, None)[ids.EXPORT_FILE]
    counted = count_views(view.trial, view.selection, None)
    wanted = encode_numbers(view.trial, view.selection, looked=counted, on=date.today())
    assert json.loads(sent["content"]) == wanted


def test_the_slides_are_those_of_the_view(reader: Reader):
    sent = reader.ask(SLIDES_FILE, 1, QUERY, None)[SLIDES_FILE]
    shown = Presentation(io.BytesIO(base64.b64decode(sent["content"])))
    titles = [slide.shapes[0].text_frame.text for slide in shown.slides]
    assert len(titles) == 8  # the finding, all groups, everybody, the curve, three groups, the search
    assert sent["filename"] == "mirodash-gbsg2.pptx"
    assert sum("Progesterone" in title or "PgR" in title or "fmol" in title for title in titles) >= 3


def test_the_live_page_is_of_the_view(reader: Reader):
    query = "trial=gbsg2&threshold=&keep.menostat=Pre"
    sent = reader.ask(LIVE_FILE, 1, query, None)[LIVE_FILE]
    assert sent["filename"] == "mirodash-gbsg2.html"
    selection = Selection.from_query(query)
    assert sent["content"] == write_live_page(sample("gbsg2"), selection, on=date.today())


def test_the_report_is_of_the_view_and_says_what_was_looked_at(reader: Reader):
    view = read_view(STORE, QUERY)
    sent = reader.ask(WORD_FILE, 1, QUERY, SEEN)[WORD_FILE]
    assert sent["filename"] == "mirodash-gbsg2.docx"
    report = Document(io.BytesIO(base64.b64decode(sent["content"])))
    paragraphs = [paragraph.text for paragraph in report.paragraphs]
    for seen in (SEEN, None):
        methods = methods_paragraph(
            view.trial,
            view.selection,
            language="en",
            looks=count_views(view.trial, view.selection, seen),
            versions=describe_software_versions(),
        )
        assert (methods in paragraphs) is (seen is SEEN)


@for_each(identifier=[ids.EXPORT_FILE, SLIDES_FILE, LIVE_FILE, WORD_FILE, *(d.part("text") for d in DIALOGS)])
def test_nothing_is_made_before_it_is_asked_for(reader: Reader, identifier: str):
    declared = reader.writer_of(identifier)
    values = [None] * (len(declared["inputs"]) + len(declared["state"]))
    reply = reader.client.post(CALLBACKS, json=reader.body(identifier, *values))
    assert (reply.status_code, reply.get_data()) == (204, b"") or reply.get_json()["response"] == {}
