"""What every page about one view has: its question, its stores, and the controls beside the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from mirodash.dashboard import ids, panel_host, panel_menu
from mirodash.dashboard.live_controls import live_controls
from mirodash.dashboard.page_footer import disclosure_line, page_footer
from mirodash.dashboard.rail import rail
from mirodash.dashboard.view import View, view_of
from mirodash.disclosure.curve_values import biomarker_span
from mirodash.plot.theme import theme_named
from mirodash.questions.biomarker_distribution import biomarker_distribution, biomarker_histogram
from mirodash.questions.effect_along_biomarker import spread_of_biomarker
from mirodash.stratification.groups import candidate_thresholds
from mirodash.stratification.validation import minimal
from mirodash.text.labels import arm_names
from mirodash.trial.store import TrialStore


def workspace(page: str, view: View, answers: Sequence[Component]) -> Component:
    """A page with the rail: every control set; the pictures arrive with the first callback."""
    chosen = minimal(view.trial, view.selection)
    query = chosen.to_query()
    stores: list[Component] = [
        dcc.Store(id=ids.SELECTION, data=query),
        dcc.Store(id=ids.SELECTION_SETTLED, data=query),
        dcc.Store(id=ids.POPULATION, data=replace(chosen, thresholds=None).to_query()),
        dcc.Store(id=ids.VIEW, data=live_controls(view)),
        dcc.Store(id=ids.STOPS, data=list(candidate_thresholds(view.trial, view.selection))),
        *(dcc.Store(id=name) for name in (ids.HANDLES_PLACED, ids.STEPS_STARTED, ids.LOOKS_COUNTED)),
        *(
            html.Div(id=ids.words_of(page, follows), hidden=True)
            for follows in (ids.SELECTION, ids.POPULATION)
        ),
        *panel_host.stores(page),
        *panel_menu.carriers(),
    ]
    line = html.Div(
        [
            html.P(id=ids.ESTIMAND, className="estimand"),
            html.P(id=ids.BANNER, className="banner"),
        ],
        className="estimand-line",
    )
    main = html.Main(list(answers), className="main", id="main")
    beside = html.Div([rail(view), main], className="workspace")
    return html.Div(
        [*stores, line, beside, *disclosure_line(view), page_footer(view, page)], className="sheet"
    )


def register(app: Dash, store: TrialStore) -> None:
    """Wire what all pages with a rail share: the histogram, the handles, and the count of looks."""

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

    for function, output, inputs in (
        ("placeHandles", ids.HANDLES_PLACED, (ids.VIEW, ids.STOPS)),
        ("countLook", ids.LOOKS_COUNTED, (ids.SELECTION_SETTLED,)),
    ):
        app.clientside_callback(
            ClientsideFunction("mirodash", function),
            Output(output, "data"),
            *(Input(name, "data") for name in inputs),
        )
