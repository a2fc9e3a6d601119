"""Hosts every panel alike: its place on the page, its picture, its words, its table, its errors."""

from __future__ import annotations

import json
import logging
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.dashboard import ids
from mirodash.dashboard.about import METHODS
from mirodash.dashboard.aria import aria
from mirodash.dashboard.view import View, view_of
from mirodash.dashboard.words import page_words, panel_words, tables
from mirodash.figures.theme import Theme, theme_named
from mirodash.panels.panel import Panel, Shown, show
from mirodash.trial.store import TrialStore
from mirodash.wording.announcement import announcement
from mirodash.wording.explanation import Explanation
from mirodash.wording.methods import methods

LOG = logging.getLogger(__name__)

QUIET_GRAPH: Any = {
    "displayModeBar": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "displaylogo": False,
    "responsive": True,
    "doubleClick": False,
}
"""Charts without Plotly's buttons: its share button would send participants' curves to another machine."""

WORDS = "data-words"
"""Where words arrive as JSON: an attribute that ``assets/words.js`` watches. A callback that follows another
one would make every component of the page look whether it is concerned, before the pictures are drawn."""

SOMETHING_WENT_WRONG = "This could not be computed. The view is unchanged; the log has the details."


def graph(identifier: str, height: int) -> dcc.Graph:
    """The only way a chart gets onto a page."""
    return dcc.Graph(id=identifier, config=QUIET_GRAPH, style={"height": f"{height}px"}, responsive=True)


def panel_place(panel: Panel[Any], view: View, on_picture: tuple[Component, ...] = ()) -> Component:
    """An empty place for a panel; callbacks fill it. ``on_picture`` lies on the picture.

    A place that the view fills is shown from the start: a picture drawn where nothing is shown does not
    know its width and would be drawn twice.
    """
    key = panel.key
    title, said = ids.panel(key, "head"), ids.panel(key, "body")
    parts: list[Component] = [html.Div(id=title, className="panel-head")]
    if panel.draw is not None:
        picture = html.Div(
            graph(ids.panel(key, "figure"), panel.height),
            role="img",
            **aria(labelledby=f"{title} {said}"),
        )
        parts.append(html.Div([picture, *on_picture], className="plot"))
    parts.append(html.Div(id=said, className="panel-body"))
    # wide tables scroll sideways in their place, which the keyboard can only do where it can stand
    twin = html.Div(
        id=ids.panel(key, "tables"),
        className="twins",
        tabIndex=0,
        role="group",
        **aria(labelledby=title),
    )
    parts.append(html.Details([html.Summary("Table"), twin], className="twin-disclosure"))
    absent = not _arises(panel, view)
    kind = "panel" + " pictured" * (panel.draw is not None) + " absent" * absent
    return html.Section(parts, id=ids.panel(key), className=kind, **aria(labelledby=title))


def register(app: Dash, panels: tuple[Panel[Any], ...], store: TrialStore) -> None:
    """Let every panel follow the selection: one request redraws all that moves, another fills the tables.

    Panels that stand still while a threshold moves listen to the choice of participants alone.
    """
    moving = tuple(panel for panel in panels if panel.moves_with_thresholds)
    still = tuple(panel for panel in panels if not panel.moves_with_thresholds)
    _redraw(app, moving, store, ids.SELECTION, ids.WORDS_OF_SELECTION)
    _redraw(app, still, store, ids.POPULATION, ids.WORDS_OF_POPULATION)

    @app.callback(
        Output(ids.TABLES, "data"), Output(ids.STATUS, "children"), Input(ids.SELECTION_SETTLED, "data")
    )
    def fill_tables(query: object) -> tuple[dict[str, Any], str]:
        view = view_of(store, query)
        shown = {panel.key: _shown(panel, view, theme_named("")) for panel in panels}
        twins = {
            key: tables(answer.explanation.tables) for key, answer in shown.items() if answer is not None
        }
        twins[METHODS] = tables([methods()])
        return twins, announcement(view.trial, view.selection)

    app.clientside_callback(
        ClientsideFunction("mirodash", "showTables"),
        Output(ids.TABLES_SHOWN, "data"),
        Input(ids.TABLES, "data"),
    )


def _redraw(
    app: Dash, panels: tuple[Panel[Any], ...], store: TrialStore, follows: str, words_id: str
) -> None:
    pictures = tuple(panel for panel in panels if panel.draw is not None)

    @app.callback(
        [Output(words_id, WORDS), *(Output(ids.panel(p.key, "figure"), "figure") for p in pictures)],
        Input(follows, "data"),
        Input(ids.THEME, "data"),
    )
    def redraw(query: object, theme: object) -> list[Any]:
        view = view_of(store, query)
        colours = theme_named(theme if isinstance(theme, str) else "")
        shown = {panel.key: _shown(panel, view, colours) for panel in panels}
        words = {key: panel_words(answer) for key, answer in shown.items()}
        figures = [answer.figure if (answer := shown[p.key]) else None for p in pictures]
        told = json.dumps({"page": page_words(view), "panels": words}, ensure_ascii=False, allow_nan=False)
        return [told, *(f or no_update for f in figures)]


def _arises(panel: Panel[Any], view: View) -> bool:
    """Whether a panel has something to show; one that fails has a sentence to show."""
    try:
        return panel.compute(view.trial, view.selection) is not None
    except Exception:
        LOG.exception("panel %s failed for %s", panel.key, view.selection.to_query())
        return True


def _shown(panel: Panel[Any], view: View, theme: Theme) -> Shown | None:
    try:
        return show(panel, view.trial, view.selection, theme)
    except Exception:
        # the log names the view and never holds rows of the trial
        LOG.exception("panel %s failed for %s", panel.key, view.selection.to_query())
        return Shown(Explanation("", "", ""), None, SOMETHING_WENT_WRONG)
