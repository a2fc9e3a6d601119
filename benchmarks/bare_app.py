"""The least a Dash page can do per move of a slider: one callback that returns pictures made beforehand."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html

from mirodash.plot.theme import find_theme
from mirodash.questions.page_panels import EXPLORE_PANELS
from mirodash.questions.panel import show
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial
from mirodash.web.panel_host import QUIET_GRAPH
from mirodash.web.threshold_controls import SLIDER_STEPS

SLIDER = "bare-slider"
THRESHOLDS = (3700.0, 3000.0)

Pictures = dict[str, dict[str, Any]]


def graph_id(key: str) -> str:
    """The id of the graph that shows what a panel of that name shows."""
    return f"bare-{key}"


def pictures(trial: Trial, threshold: float) -> Pictures:
    """What the product draws anew when a threshold moves, by panel; ready to be sent."""
    selection = Selection(thresholds=(threshold,))
    moving = [panel for panel in EXPLORE_PANELS if panel.moves_with_thresholds and panel.draw]
    shown = {panel.key: show(panel, trial, selection, find_theme("")) for panel in moving}
    return {key: answer.figure for key, answer in shown.items() if answer and answer.figure}


def moving_keys(trial: Trial) -> tuple[str, ...]:
    """The panels whose picture changes when a threshold moves."""
    return tuple(pictures(trial, THRESHOLDS[0]))


def bare_app(trial: Trial) -> Dash:
    """A slider like the product's over as many graphs as it redraws, with the pictures of two thresholds.

    Neighbouring positions of the slider show different pictures, so that every move redraws.
    """
    stored = [pictures(trial, threshold) for threshold in THRESHOLDS]
    heights = {panel.key: panel.height for panel in EXPLORE_PANELS}
    graphs = [
        dcc.Graph(
            id=graph_id(key),
            config=QUIET_GRAPH,
            style={"height": f"{heights[key]}px"},
            responsive=True,
            figure=stored[0][key],
        )
        for key in stored[0]
    ]
    slider = dmc.Slider(
        id=SLIDER,
        min=0,
        max=SLIDER_STEPS,
        step=1,
        value=SLIDER_STEPS // 2,
        label=None,
        thumbLabel="Slider",
        thumbSize=22,
        size=4,
        updatemode="drag",
    )
    columns = {"display": "grid", "gridTemplateColumns": f"repeat({len(graphs)}, minmax(0, 1fr))"}
    app = Dash("bare", serve_locally=True, enable_mcp=False)
    app.layout = dmc.MantineProvider([slider, html.Div(graphs, id="bare-graphs", style=columns)])

    @app.callback([Output(graph_id(key), "figure") for key in stored[0]], Input(SLIDER, "value"))
    def redraw(value: float) -> list[dict[str, Any]]:
        return list(stored[round(value) % 2].values())

    return app
