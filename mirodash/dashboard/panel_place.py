"""The place of a panel on a page: head, picture, words, and the table behind the picture."""

from __future__ import annotations

import logging
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from mirodash.dashboard import ids
from mirodash.dashboard.aria import aria, data
from mirodash.dashboard.failures import log_failure
from mirodash.dashboard.handles import handles
from mirodash.dashboard.panel_menu import menu_button
from mirodash.dashboard.view import View
from mirodash.errors import OverBudgetError
from mirodash.questions.panel import Panel, SteppedPanel

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


def graph(identifier: str, height: int) -> dcc.Graph:
    """The only way a chart gets onto a page."""
    return dcc.Graph(id=identifier, config=QUIET_GRAPH, style={"height": f"{height}px"}, responsive=True)


def still_graph(identifier: str) -> dcc.Graph:
    """A chart to look at only, as large as its figure says."""
    config: Any = {**QUIET_GRAPH, "responsive": False, "staticPlot": True}
    return dcc.Graph(id=identifier, config=config)


def panel_place(panel: Panel[Any], view: View) -> Component:
    """An empty place for a panel; callbacks fill it.

    A place that the view fills is shown from the start: a picture drawn where nothing is shown does not
    know its width and would be drawn twice.
    """
    kind = "panel" + " pictured" * (panel.draw is not None) + " absent" * (not _arises(panel, view))
    return _place(panel, _parts(panel), kind)


def stepped_place(panel: SteppedPanel[Any]) -> Component:
    """An empty place for a panel that answers in steps, with how far it is and a button that stops it.

    ``assets/steps.js`` asks for one step after the other.
    """
    head, menu, *rest = _parts(panel.after(1))
    progress = html.Div(
        [html.Progress(max="1", value="0", **aria(labelledby=ids.panel(panel.key, "head"))), _stop(panel)],
        className="steps idle",
    )
    carriers = [
        dcc.Store(id=ids.panel(panel.key, "step")),
        html.Div(id=ids.panel(panel.key, "words"), hidden=True),
    ]
    follows = "selection" if panel.moves_with_thresholds else "population"
    kind = "panel stepped" + " pictured" * (panel.draw is not None)
    return _place(
        panel, [head, menu, progress, *rest, *carriers], kind, **data(key=panel.key, follows=follows)
    )


def _stop(panel: SteppedPanel[Any]) -> Component:
    described = ids.panel(panel.key, "head")
    return html.Button("Stop", type="button", className="plain stop-steps", **aria(describedby=described))


def _place(panel: Panel[Any] | SteppedPanel[Any], parts: list[Any], kind: str, **data: Any) -> Component:
    head = ids.panel(panel.key, "head")
    return html.Section(parts, id=ids.panel(panel.key), className=kind, **data, **aria(labelledby=head))


def _parts(panel: Panel[Any]) -> list[Component]:
    key = panel.key
    title, said = ids.panel(key, "head"), ids.panel(key, "body")
    menu = menu_button(key, pictured=panel.draw is not None)
    parts: list[Component] = [html.Div(id=title, className="panel-head"), menu]
    if panel.draw is not None:
        picture = html.Div(
            graph(ids.panel(key, "figure"), panel.height),
            role="img",
            **aria(labelledby=f"{title} {said}"),
        )
        on_picture = [handles(panel.along_biomarker)] if panel.along_biomarker else []
        # nothing jumps while the chart itself loads
        place: dict[str, Any] = {"minHeight": f"{panel.height}px"}
        parts.append(html.Div([picture, *on_picture], className="plot", style=place))
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
    return parts


def _arises(panel: Panel[Any], view: View) -> bool:
    """Whether a panel has something to show; one that fails has a sentence to show."""
    try:
        return panel.compute(view.trial, view.selection) is not None
    except OverBudgetError:
        return True
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
        log_failure(LOG, f"panel {panel.key} failed", error, view)
        return True
