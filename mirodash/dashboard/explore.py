"""The Explore page: controls on the left, the questions and their pictures on the right."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from mirodash.analysis.biomarker_distribution import biomarker_distribution
from mirodash.dashboard import ids
from mirodash.dashboard.live_controls import live_controls
from mirodash.dashboard.panel_host import panel_place
from mirodash.dashboard.panel_host import register as register_panels
from mirodash.dashboard.rail import rail
from mirodash.dashboard.thresholds import threshold_axis
from mirodash.dashboard.view import View, view_of
from mirodash.figures.biomarker_histogram import biomarker_histogram
from mirodash.figures.theme import theme_named
from mirodash.panels.differing import DIFFERING
from mirodash.panels.effect_by_biomarker import EFFECT_BY_BIOMARKER
from mirodash.panels.explore import PANELS
from mirodash.panels.flow import FLOW
from mirodash.panels.survival import SURVIVAL
from mirodash.stratification.settling import minimal
from mirodash.trial.store import TrialStore
from mirodash.wording.along_biomarker import spread_of_biomarker
from mirodash.wording.arms import arm_names


def explore_page(view: View) -> Component:
    """The page for one view, with every control set; the pictures arrive with the first callback."""
    query = minimal(view.trial, view.selection).to_query()
    main = html.Main(
        [
            html.Div([panel_place(EFFECT_BY_BIOMARKER), panel_place(DIFFERING)], className="first-row"),
            html.Div([panel_place(panel) for panel in SURVIVAL], className="cards"),
            panel_place(FLOW),
        ],
        className="main",
        id="main",
    )
    return html.Div(
        [
            dcc.Store(id=ids.SELECTION, data=query),
            dcc.Store(id=ids.SELECTION_SETTLED, data=query),
            dcc.Store(id=ids.VIEW, data=live_controls(view)),
            html.Div(
                [html.P(id=ids.ESTIMAND, className="estimand"), html.P(id=ids.BANNER, className="banner")],
                className="estimand-line",
            ),
            html.Div([rail(view), main], className="explore"),
        ]
    )


def register(app: Dash, store: TrialStore) -> None:
    """Wire the page: panels, and the histogram that only participants (not thresholds) change."""
    register_panels(app, PANELS, store)

    @app.callback(
        Output(ids.HISTOGRAM, "figure"),
        Output(ids.HISTOGRAM_SAID, "children"),
        Input(ids.SELECTION_SETTLED, "data"),
        Input(ids.THEME, "data"),
    )
    def draw_histogram(query: object, theme: object) -> tuple[dict[str, Any], str]:
        view = view_of(store, query)
        spread, axis = biomarker_distribution(view.trial, view.selection), threshold_axis(view)
        if spread is None or axis is None:
            return {"data": [], "layout": {}}, ""
        names = arm_names(view.trial, view.selection)
        colours = theme_named(theme if isinstance(theme, str) else "")
        return biomarker_histogram(spread, axis.ends, names, colours), spread_of_biomarker(spread, names)
