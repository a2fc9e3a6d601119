"""Hosts every panel alike: its place on the page, its picture, its words, its table, its errors."""

from __future__ import annotations

import logging
from typing import Any

from dash import Dash, Input, Output, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.analysis.survival_by_group import survival_by_group
from mirodash.dashboard import ids
from mirodash.dashboard.view import View, view_of
from mirodash.dashboard.words import body, head, phrases, tables
from mirodash.figures.theme import Theme, theme_named
from mirodash.panels.panel import Panel, Shown, show
from mirodash.trial.store import TrialStore
from mirodash.wording.announcement import announcement
from mirodash.wording.estimand import caution, estimand
from mirodash.wording.explanation import Explanation

LOG = logging.getLogger(__name__)

QUIET_GRAPH: dict[str, Any] = {
    "displayModeBar": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "displaylogo": False,
    "responsive": True,
    "doubleClick": False,
}
"""Charts without Plotly's buttons: its share button would send participants' curves to another machine."""

SOMETHING_WENT_WRONG = "This could not be computed. The view is unchanged; the log has the details."


def graph(identifier: str, height: int) -> dcc.Graph:
    """The only way a chart gets onto a page."""
    return dcc.Graph(id=identifier, config=QUIET_GRAPH, style={"height": f"{height}px"}, responsive=True)


def panel_place(panel: Panel[Any]) -> Component:
    """An empty place for a panel; the callback fills it."""
    key = panel.key
    title, said = ids.panel(key, "head"), ids.panel(key, "body")
    parts: list[Component] = [html.Div(id=title, className="panel-head")]
    if panel.draw is not None:
        plot = html.Div(
            graph(ids.panel(key, "figure"), panel.height),
            className="plot",
            role="img",
            **{"aria-labelledby": f"{title} {said}"},
        )
        parts.append(plot)
    parts.append(html.Div(id=said, className="panel-body"))
    twin = html.Div(id=ids.panel(key, "tables"), className="twins")
    parts.append(html.Details([html.Summary("Table"), twin], className="twin-disclosure"))
    return html.Section(parts, id=ids.panel(key), className="panel absent", **{"aria-labelledby": title})


def register(app: Dash, panels: tuple[Panel[Any], ...], store: TrialStore) -> None:
    """Let every panel follow the selection: one request redraws all, another fills the tables."""
    live = [Output(ids.ESTIMAND, "children"), Output(ids.BANNER, "children")]
    for panel in panels:
        live += [Output(ids.panel(panel.key), "className"), Output(ids.panel(panel.key, "head"), "children")]
        live += [Output(ids.panel(panel.key, "body"), "children")]
        if panel.draw is not None:
            live.append(Output(ids.panel(panel.key, "figure"), "figure"))

    @app.callback(live, Input(ids.SELECTION, "data"), Input(ids.THEME, "data"))
    def redraw(query: object, theme: object) -> list[Any]:
        view = view_of(store, query)
        colours = theme_named(theme if isinstance(theme, str) else "")
        told: list[Any] = [
            phrases(estimand(view.trial, view.selection)),
            caution(survival_by_group(view.trial, view.selection)),
        ]
        for panel in panels:
            told += _parts(panel, view, colours)
        return told

    settled = [Output(ids.panel(panel.key, "tables"), "children") for panel in panels]

    @app.callback([*settled, Output(ids.STATUS, "children")], Input(ids.SELECTION_SETTLED, "data"))
    def fill_tables(query: object) -> list[Any]:
        view = view_of(store, query)
        shown = [_shown(panel, view, theme_named("light")) for panel in panels]
        return [
            *(tables(s.explanation) if s else [] for s in shown),
            announcement(view.trial, view.selection),
        ]


def _parts(panel: Panel[Any], view: View, theme: Theme) -> list[Any]:
    """What the redraw callback returns for one panel: class, head, body and, where there is one, figure."""
    shown = _shown(panel, view, theme)
    if shown is None:
        return ["panel absent", [], []] + [no_update] * (panel.draw is not None)
    state = "panel cannot" if shown.why_no_figure else "panel"
    parts: list[Any] = [state, head(shown.explanation), body(shown.explanation, shown.why_no_figure)]
    if panel.draw is not None:
        parts.append(shown.figure or no_update)
    return parts


def _shown(panel: Panel[Any], view: View, theme: Theme) -> Shown | None:
    try:
        return show(panel, view.trial, view.selection, theme)
    except Exception:
        # one broken panel must not take the others with it; the log never holds rows of the trial
        LOG.exception("panel %s failed for %s", panel.key, view.selection.to_query())
        return Shown(Explanation("", "", ""), None, SOMETHING_WENT_WRONG)
