"""The Data page as it opens: where a file is dropped, and what is known of the trial on screen."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from mirodash.dashboard import ids
from mirodash.dashboard.aria import aria
from mirodash.dashboard.came_from import back_to_explore, came_from
from mirodash.dashboard.data_page import places
from mirodash.dashboard.data_page.loaded import loaded
from mirodash.dashboard.view import View
from mirodash.stratification.validation import minimal


def data_page(view: View) -> Component:
    """The page of a view's trial; ``assets/data_page.js`` fills in what only this reader may see."""
    query = minimal(view.trial, view.selection).to_query()
    hidden: dict[str, Any] = {"hidden": True}
    main = html.Main(
        [
            html.Div([html.H1("Data"), back_to_explore(query)], className="data-head"),
            came_from(view),
            _drop(),
            html.Section(id=places.OWN, className="data-own", **hidden, **aria(label="Your trials")),
            html.Div(id=places.FORGET, className="data-forget", **hidden),
            html.Section(id=places.MAPPING, className="data-mapping", **hidden, **aria(label="Mapping")),
            html.Section(
                loaded(view.trial), id=places.LOADED, className="data-loaded", **aria(label="What is loaded")
            ),
        ],
        className="main data",
        id="main",
    )
    return html.Div([*_stores(view, query), main])


def _stores(view: View, query: str) -> list[Component]:
    names = (places.ASKED, places.ANSWERED, places.ANSWER_SHOWN, places.ORDERED, places.DONE)
    return [
        dcc.Store(id=ids.SELECTION, data=query),
        dcc.Store(id=places.OPENED, data=view.trial.id),
        *(dcc.Store(id=name) for name in (*names, places.DONE_SHOWN)),
    ]


def _drop() -> Component:
    def template(name: str, identifier: str) -> Component:
        return html.Button(name, id=identifier, type="button", className="quiet-button")

    return html.Section(
        [
            html.Div(
                [
                    html.P(
                        ["Drop a file anywhere on this page, or ", html.Span(id=places.FILE_PLACE)],
                        className="drop-what",
                    ),
                    html.P(id=places.PROMISE, className="drop-promise"),
                    html.P(
                        [
                            "Nothing at hand in this form? Template: ",
                            template("table (CSV)", places.TEMPLATE_CSV),
                            " and ",
                            template("dictionary (TOML)", places.TEMPLATE_TOML),
                        ],
                        className="drop-template",
                    ),
                ],
                className="drop-words",
            ),
            html.Div(id=places.PROGRESS, className="drop-progress"),
            html.P(id=places.SAID, role="status", className="drop-said"),
            html.Div(id=places.REFUSED, role="alert", className="drop-refused"),
        ],
        id=places.DROP,
        className="drop",
        **aria(label="Bring a trial"),
    )
