"""The forest follows the selection, tests only when asked, and gives a file that names the trial."""

from __future__ import annotations

import json
from typing import Any

import pytest
from dash import Dash, dcc, html

from mirodash.trial.store import TrialStore
from mirodash.web import ids, question_pages
from mirodash.web.view import read_view
from tests.dashboard.renderer import Reader, components
from tests.panels.views import DEGENERATE
from tests.profiles import for_each

STORE = TrialStore((DEGENERATE["eight people"],))


@pytest.fixture(scope="module")
def reader() -> Reader:
    """Return a reader of a page with nothing but the forest on it."""
    app = Dash(__name__)
    stores = [dcc.Store(id=name) for name in (ids.SELECTION, ids.SELECTION_SETTLED)]
    app.layout = html.Main([*stores, question_pages.build_forest_place(read_view(STORE, "trial=mirocals"))])
    question_pages.register_forest(app, STORE)
    return Reader(app)


def answer(reader: Reader, identifier: str, *values: Any) -> Any:
    reply = reader.client.post("/_dash-update-component", json=reader.body(identifier, *values))
    assert reply.status_code in (200, 204), reply.status
    return reply.get_json()["response"].get(identifier) if reply.status_code == 200 else None


def shown(reader: Reader, query: object) -> dict[str, Any]:
    return json.loads(answer(reader, question_pages.PLACE, query)[question_pages.FOREST])


def test_the_forest_follows_the_selection(reader: Reader) -> None:
    assert shown(reader, "trial=mirocals")["overall"]["treated"] == "110 (41)"
    women = shown(reader, "trial=mirocals&keep.sex=F")["overall"]
    assert (women["treated"], women["control"]) == ("40 (15)", "44 (22)")
    assert women["href"] == "/?trial=mirocals&keep.sex=F"


def test_every_row_leads_to_the_same_trial(reader: Reader) -> None:
    for group in shown(reader, "trial=mirocals")["groups"]:
        for row in group["rows"]:
            assert row["href"].startswith("/?trial=mirocals")


@for_each(query=[None, 7, "trial=nowhere", "keep.sex=x", "horizon=-1"])
def test_whatever_is_sent_there_is_a_forest(reader: Reader, query: object) -> None:
    assert shown(reader, query)["overall"]["label"] == "All participants"


def test_factors_are_tested_when_asked_and_hidden_when_asked_again(reader: Reader) -> None:
    told = answer(reader, question_pages.TESTS, 1, "trial=mirocals")[question_pages.INTERACTIONS]
    assert json.loads(told)["subtitle"] == "12 factors tested"
    assert answer(reader, question_pages.TESTS, 2, "trial=mirocals")[question_pages.INTERACTIONS] == ""
    assert answer(reader, question_pages.TESTS, None, "trial=mirocals")[question_pages.INTERACTIONS] == ""


def test_the_forest_itself_tests_nothing(reader: Reader) -> None:
    told = answer(reader, question_pages.PLACE, "trial=mirocals")[question_pages.FOREST]
    assert "p =" not in told.replace("\u00a0", " ")
    assert "p <" not in told.replace("\u00a0", " ")


def test_the_file_names_the_trial_and_that_it_is_synthetic(reader: Reader) -> None:
    given = answer(reader, question_pages.FILE, 1, "trial=mirocals&keep.sex=F")["data"]
    assert given["filename"] == "mirodash-mirocals-subgroups-SYNTHETIC.csv"
    assert given["content"].startswith("\ufefffactor,")
    assert "keep.sex=F" in given["content"]
    own = answer(reader, question_pages.FILE, 1, "")["data"]
    assert own["filename"] == "mirodash-small-subgroups.csv"


def test_nothing_is_downloaded_before_anybody_asks(reader: Reader) -> None:
    assert answer(reader, question_pages.FILE, None, "") is None


def test_the_place_is_named_and_can_be_scrolled_with_the_keyboard(reader: Reader) -> None:
    layout = reader.client.get("/_dash-layout").get_json()
    (region,) = [
        part["props"] for part in components(layout) if part["props"].get("id") == question_pages.TABLE
    ]
    assert (region["role"], region["tabIndex"], region["aria-labelledby"]) == (
        "region",
        0,
        question_pages.HEAD,
    )
