"""The Explore page: controls on the left, the questions and their pictures on the right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from mirodash.analysis.biomarker_distribution import biomarker_distribution
from mirodash.analysis.biomarker_span import biomarker_span
from mirodash.dashboard import ids
from mirodash.dashboard.about import about
from mirodash.dashboard.aria import aria
from mirodash.dashboard.live_controls import live_controls
from mirodash.dashboard.panel_host import panel_place
from mirodash.dashboard.panel_host import register as register_panels
from mirodash.dashboard.rail import rail
from mirodash.dashboard.view import View, view_of
from mirodash.figures.biomarker_histogram import biomarker_histogram
from mirodash.figures.effect_curve import MARGIN
from mirodash.figures.theme import theme_named
from mirodash.panels.differing import DIFFERING
from mirodash.panels.effect_by_biomarker import EFFECT_BY_BIOMARKER
from mirodash.panels.explore import PANELS
from mirodash.panels.flow import FLOW
from mirodash.panels.survival import SURVIVAL
from mirodash.stratification.cut_points import candidate_thresholds
from mirodash.stratification.settling import minimal
from mirodash.trial.store import TrialStore
from mirodash.wording.along_biomarker import spread_of_biomarker
from mirodash.wording.arms import arm_names


def explore_page(view: View) -> Component:
    """The page for one view, with every control set; the pictures arrive with the first callback."""
    chosen = minimal(view.trial, view.selection)
    query = chosen.to_query()
    main = html.Main(
        [
            html.Div(
                [panel_place(EFFECT_BY_BIOMARKER, view, (_handles(),)), panel_place(DIFFERING, view)],
                className="first-row",
            ),
            html.Div([panel_place(panel, view) for panel in SURVIVAL], className="cards"),
            panel_place(FLOW, view),
            about(view.trial),
        ],
        className="main",
        id="main",
    )
    stores: list[Component] = [
        dcc.Store(id=ids.SELECTION, data=query),
        dcc.Store(id=ids.SELECTION_SETTLED, data=query),
        dcc.Store(id=ids.POPULATION, data=replace(chosen, thresholds=None).to_query()),
        dcc.Store(id=ids.VIEW, data=live_controls(view)),
        dcc.Store(id=ids.STOPS, data=list(candidate_thresholds(view.trial, view.selection))),
        *(html.Div(id=name, hidden=True) for name in (ids.WORDS_OF_SELECTION, ids.WORDS_OF_POPULATION)),
        *(dcc.Store(id=name) for name in (ids.TABLES, ids.TABLES_SHOWN, ids.HANDLES_PLACED)),
    ]
    line = html.Div(
        [html.P(id=ids.ESTIMAND, className="estimand"), html.P(id=ids.BANNER, className="banner")],
        className="estimand-line",
    )
    return html.Div([*stores, line, html.Div([rail(view), main], className="explore")])


def _handles() -> Component:
    """The thresholds as handles on the effect curve, placed and moved by ``assets/handles.js``.

    For a pointer only: the sliders are the same control for the keyboard and for screen readers.
    """
    handles = [
        html.Div(html.Span(), id=ids.handle(slot), className="handle absent") for slot in ids.THRESHOLD_SLOTS
    ]
    left, right, top, bottom = MARGIN
    place = {"left": left, "right": right, "top": top, "bottom": bottom}
    return html.Div(handles, className="handles", style=place, **aria(hidden="true"))


def register(app: Dash, store: TrialStore) -> None:
    """Wire the page: panels, and the histogram that only participants (not thresholds) change."""
    register_panels(app, PANELS, store)

    @app.callback(
        Output(ids.HISTOGRAM, "figure"),
        Output(ids.HISTOGRAM_SAID, "children"),
        Output(ids.STOPS, "data"),
        Input(ids.POPULATION, "data"),
        Input(ids.THEME, "data"),
    )
    def draw_histogram(query: object, theme: object) -> tuple[dict[str, Any], str, list[float]]:
        view = view_of(store, query)
        trial, selection = view.trial, view.selection
        spread, span = biomarker_distribution(trial, selection), biomarker_span(trial, selection)
        if spread is None or span is None:
            return {"data": [], "layout": {}}, "", []
        names = arm_names(trial, selection)
        figure = biomarker_histogram(
            span, spread, names, theme_named(theme if isinstance(theme, str) else "")
        )
        return figure, spread_of_biomarker(spread, names), list(candidate_thresholds(trial, selection))

    app.clientside_callback(
        ClientsideFunction("mirodash", "placeHandles"),
        Output(ids.HANDLES_PLACED, "data"),
        Input(ids.VIEW, "data"),
        Input(ids.STOPS, "data"),
    )
