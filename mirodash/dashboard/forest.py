"""The forest's place on the Subgroups page: its data, the tests on demand, and the file to take away."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.dashboard import ids
from mirodash.dashboard.aria import aria
from mirodash.dashboard.file_names import file_name
from mirodash.dashboard.panel_menu import SUBGROUPS, menu_button
from mirodash.dashboard.view import View, view_of
from mirodash.dashboard.words import tables
from mirodash.export.csv_tables import subgroups_csv
from mirodash.questions.forest import factor_interactions, forest, interactions_in_words
from mirodash.questions.subgroups import between_sites, subgroups
from mirodash.questions.talk.view_description import footer
from mirodash.stratification.splits import splits
from mirodash.text.labels import arm_names
from mirodash.text.methods import method_of
from mirodash.trial.store import TrialStore

PLACE = "forest-place"
HEAD = "forest-head"
SAID = "forest-said"
TABLE = "forest-table"
SORTED = "forest-sorted"
NOTES = "forest-notes"
TESTS = "forest-tests"
KEY = "forest-key"
SHOW_TESTS = "forest-show-tests"
DOWNLOAD = "forest-download"
FILE = "forest-file"

FOREST = "data-forest"
INTERACTIONS = "data-interactions"
"""Where both arrive as JSON, watched by ``assets/forest.js``, which writes text and never markup."""
ROW_PX = 28


def forest_place(view: View) -> Component:
    """An empty place for the forest; the selection fills it, and ``assets/forest.js`` writes it."""
    ways = splits(view.trial, view.selection)
    rows = 1 + sum(1 + len(split.levels) for split in ways)
    show: dict[str, Any] = aria(expanded="false", controls=TESTS)
    tools = html.Div(
        [
            html.Button("Show interaction tests", id=SHOW_TESTS, type="button", className="plain", **show),
            html.Button("Download CSV", id=DOWNLOAD, type="button", className="plain"),
            html.Span(id=SORTED, role="status", className="said"),
            html.Span(id=KEY, className="forest-key"),
        ],
        className="forest-tools",
    )
    region: dict[str, Any] = {"tabIndex": 0, "role": "region", **aria(labelledby=HEAD)}
    parts: list[Component] = [
        html.Div(id=HEAD, className="panel-head"),
        menu_button(SUBGROUPS, pictured=True, tabled=False),
        html.Div(id=SAID, className="forest-said"),
        tools,
        html.Div(id=TESTS, className="forest-tests"),
        # as high as it will be, so that nothing jumps when it is written
        html.Div(id=TABLE, className="forest-region", style={"minHeight": f"{rows * ROW_PX}px"}, **region),
        html.Div(id=NOTES, className="forest-notes"),
        dcc.Download(id=FILE),
    ]
    return html.Section(parts, id=PLACE, className="forest", **aria(labelledby=HEAD))


def register(app: Dash, store: TrialStore) -> None:
    """Let the forest follow the selection, test when it is asked, and give the file."""

    @app.callback(Output(PLACE, FOREST), Input(ids.SELECTION_SETTLED, "data"))
    def draw_forest(query: object) -> str:
        return _forest_of(view_of(store, query))

    @app.callback(
        Output(TESTS, INTERACTIONS),
        Input(SHOW_TESTS, "n_clicks"),
        Input(ids.SELECTION_SETTLED, "data"),
        prevent_initial_call=True,
    )
    def test_factors(clicks: object, query: object) -> str:
        asked = isinstance(clicks, int) and clicks % 2 == 1
        return _tests_of(view_of(store, query)) if asked else ""

    @app.callback(
        Output(FILE, "data"),
        Input(DOWNLOAD, "n_clicks"),
        State(ids.SELECTION, "data"),
        prevent_initial_call=True,
    )
    def take_away(clicks: object, query: object) -> Any:
        if not clicks:
            return no_update
        view = view_of(store, query)
        trial, selection = view.trial, view.selection
        foot = footer(trial, selection, method=method_of(SUBGROUPS), on=date.today())
        found, sites = subgroups(trial, selection), between_sites(trial, selection)
        text = subgroups_csv(trial, selection, found, sites, footer=foot)
        name = file_name(trial, "subgroups", "csv")
        return {"content": text, "filename": name, "type": "text/csv;charset=utf-8"}


def _forest_of(view: View) -> str:
    trial, selection = view.trial, view.selection
    shown = forest(subgroups(trial, selection), between_sites(trial, selection), arm_names(trial, selection))
    return json.dumps(shown, ensure_ascii=False, allow_nan=False)


def _tests_of(view: View) -> str:
    told = interactions_in_words(factor_interactions(view.trial, view.selection))
    shown = {
        "title": told.title,
        "subtitle": told.subtitle,
        "sentence": told.sentence,
        "tables": tables(told.tables),
    }
    return json.dumps(shown, ensure_ascii=False, allow_nan=False)
