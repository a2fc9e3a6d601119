"""The stage answers every request with a slide, and every bad one with a sentence on it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from dash import Dash, dcc, html

from mirodash.plot.theme import DARK, LIGHT
from mirodash.questions.talk.slide_data import build_starter_deck
from mirodash.questions.talk.stage_view import build_stage_view, describe_slide
from mirodash.stratification.saved_view import MAX_TITLE_LENGTH, SavedView
from mirodash.text.link_sentences import OPENS_HERE
from mirodash.trial.store import TrialStore
from mirodash.web import ids, present_page
from mirodash.web.public_links import PublicLinks
from mirodash.web.strip import STRIP
from mirodash.web.view import read_view
from tests.dashboard.kinds import SWEPT
from tests.dashboard.renderer import Reader, components
from tests.panels.views import DEGENERATE, HTML
from tests.profiles import for_each

STORE = TrialStore()
KEPT = {"query": "", "picture": "survival-1", "title": ""}
HERE = PublicLinks()


def reader_of(store: TrialStore, links: PublicLinks = HERE) -> Reader:
    app = Dash(__name__)
    stores = [dcc.Store(id=name) for name in (ids.THEME, STRIP)]
    app.layout = html.Div([*stores, present_page.build_stage()])
    present_page.register_stage(app, store, links)
    return Reader(app)


@pytest.fixture(scope="module")
def reader() -> Reader:
    """Return a reader of a page with nothing but the stage on it."""
    return reader_of(STORE)


def slide(reader: Reader, asked: object, theme: object = "light") -> dict[str, Any]:
    return json.loads(reader.ask(present_page.ANSWER, asked, theme)[present_page.ANSWER])


def test_every_view_of_the_starter_set_has_its_words_and_its_picture(reader: Reader) -> None:
    trial = STORE.get("")
    for kept in build_starter_deck(trial):
        view = read_view(STORE, kept.query)
        words = describe_slide(trial, view.selection, kept, on=date.today())
        shown = slide(reader, {"ticket": 7, "query": kept.query, "picture": kept.picture})
        assert shown["ticket"] == 7
        assert (shown["title"], shown["footer"], shown["alt"]) == (words.title, words.footer, words.alt)
        assert shown["synthetic"] is True
        told = [(fact["label"], fact["value"]) for fact in shown["facts"]]
        assert sorted(told) == sorted((fact.label, fact.value) for fact in words.facts)
        assert shown["figure"]["data"]
        assert shown["tables"][0]["caption"] == words.tables[0].caption


def test_the_presenters_title_stands_before_the_proposed_one(reader: Reader) -> None:
    shown = slide(reader, {**KEPT, "title": HTML})
    assert shown["title"] == HTML
    assert shown["proposed"] == slide(reader, KEPT)["title"]


def test_the_picture_follows_the_theme(reader: Reader) -> None:
    drawn = {name: slide(reader, KEPT, name)["figure"] for name in ("light", "dark")}
    for name, theme in (("light", LIGHT), ("dark", DARK)):
        lines = {trace["line"].get("color") for trace in drawn[name]["data"] if "line" in trace}
        assert {theme.treated.line, theme.control.line} <= lines


def test_the_slider_says_where_a_threshold_can_stand(reader: Reader) -> None:
    slider = slide(reader, KEPT)["slider"]
    assert (slider["thresholds"], slider["at"], slider["name"]) == ([3700], ["3,700"], "pNFH")
    assert slider["stops"] == sorted(set(slider["stops"]))
    assert len(slider["texts"]) == len(slider["stops"])
    assert slider["ends"][0] < slider["stops"][0] < slider["stops"][-1] < slider["ends"][1]


def test_a_view_is_counted_by_its_canonical_query(reader: Reader) -> None:
    assert slide(reader, {**KEPT, "query": "threshold=3700.0"})["query"] == ""
    assert slide(reader, {**KEPT, "query": "threshold=2000"})["query"] == "threshold=2000"


def test_a_slide_has_the_code_of_its_own_view_or_says_why_not(reader: Reader) -> None:
    assert slide(reader, KEPT)["code"] == {"cannot": OPENS_HERE}
    named = reader_of(STORE, PublicLinks("https://trial.example"))
    codes = [slide(named, {**KEPT, "query": query})["code"] for query in ("", "threshold=2000")]
    assert [code["address"] for code in codes] == [
        "https://trial.example/?trial=mirocals",
        "https://trial.example/?trial=mirocals&threshold=2000",
    ]
    assert codes[0]["path"] != codes[1]["path"]


@for_each(
    asked=[
        None,
        [],
        7,
        "survival-1",
        {},
        {**KEPT, "picture": "survival-9"},
        {**KEPT, "picture": None},
        {**KEPT, "query": 7},
        {**KEPT, "query": "threshold=1&" * 9000},
        {**KEPT, "title": "x" * (MAX_TITLE_LENGTH + 1)},
        {**KEPT, "title": {"html": "x"}},
    ]
)
def test_what_is_no_view_becomes_a_sentence(reader: Reader, asked: object) -> None:
    assert slide(reader, asked, {"theme": "x"}) == {"ticket": 0, "cannot": present_page.NO_SUCH_VIEW}


@for_each(ticket=[None, "1", [1], 1.5])
def test_a_ticket_is_a_number(reader: Reader, ticket: object) -> None:
    assert slide(reader, {**KEPT, "ticket": ticket})["ticket"] == 0


@for_each(query=["trial=nowhere", "site=Nowhere", "biomarker=nope"])
def test_another_view_is_never_shown_in_the_place_of_the_kept_one(reader: Reader, query: str) -> None:
    shown = slide(reader, {**KEPT, "query": query})
    assert shown == {"ticket": 0, "cannot": " ".join(read_view(STORE, query).problems)}
    assert shown["cannot"].endswith(".")


def test_a_group_that_is_not_there_is_said_as_the_title(reader: Reader) -> None:
    shown = slide(reader, {**KEPT, "picture": "survival-4"})
    assert shown["figure"] is None
    assert shown["title"] == "This view has no such group: its thresholds make fewer."


def test_what_fails_is_said_and_the_log_names_the_view(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(present_page, "build_stage_view", fail)
    shown = slide(reader, {**KEPT, "query": "threshold=2000"})
    assert shown == {"ticket": 0, "cannot": present_page.SOMETHING_WENT_WRONG}
    assert "slide survival-1 failed for threshold=2000" in caplog.text


@for_each(name=[name for name in SWEPT if name in DEGENERATE])
def test_trials_with_hardly_anything_in_them_have_slides(name: str) -> None:
    store = TrialStore([DEGENERATE[name]], samples=())
    reader = reader_of(store)
    for picture in ("survival-0", "survival-1", "effect", "search", "subgroups-1"):
        shown = slide(reader, {"ticket": 1, "query": "", "picture": picture})
        assert "cannot" not in shown, shown
        kept = SavedView("", picture)
        view = read_view(store, "")
        made = build_stage_view(view.trial, view.selection, kept, theme=LIGHT, on=date.today())
        assert shown["title"] == made.words.title
        assert shown["synthetic"] is False


def test_the_stage_is_a_named_dialog_with_a_picture_that_has_a_name(reader: Reader) -> None:
    parts = [part["props"] for part in components(reader.get("/_dash-layout").get_json())]
    by_id = {props["id"]: props for props in parts if isinstance(props.get("id"), str)}
    dialog = by_id[present_page.STAGE]
    assert (dialog["role"], dialog["aria-modal"], dialog["aria-label"]) == ("dialog", "true", "Presentation")
    (picture,) = [props for props in parts if props.get("role") == "img"]
    assert picture["aria-labelledby"] in by_id
    config = by_id[present_page.PICTURE]["config"]
    assert (config["staticPlot"], config["displayModeBar"], config["showSendToCloud"]) == (True, False, False)
    assert all(
        by_id[name]["aria-label"] for name in (present_page.PREVIOUS, present_page.NEXT, present_page.LEAVE)
    )
