"""What stands on every page: header, status line for screen readers, colours, and the stores behind them."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from mirodash.dashboard import ids
from mirodash.dashboard.aria import aria, data
from mirodash.dashboard.keeping import keeping
from mirodash.dashboard.page_names import PAGE_NAMES
from mirodash.dashboard.taking_away import export_menu
from mirodash.trial.store import TrialStore

INDEX = """<!DOCTYPE html>
<html lang="en">
  <head>
    {%metas%}
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>{%title%}</title>
    <link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
    {%css%}
  </head>
  <body>
    {%app_entry%}
    <footer>
      {%config%}
      {%scripts%}
      {%renderer%}
    </footer>
  </body>
</html>
"""

THEME: Any = {
    "primaryColor": "indigo",
    "primaryShade": 8,
    "fontFamily": "'Inter Variable', system-ui, sans-serif",
    "defaultRadius": "sm",
    "cursorType": "pointer",
}


def shell(store: TrialStore) -> Component:
    """The header and an empty page; the address decides what fills it."""
    return dmc.MantineProvider(
        [
            dcc.Store(id=ids.THEME, storage_type="local"),
            dcc.Store(id=ids.VISIT, data=0),
            dcc.Store(id=ids.ADDRESS),
            dcc.Store(id=ids.LOOKS),
            dcc.Store(id=ids.FIRST_TRIAL, data=store.get("").id),
            dcc.Download(id=ids.EXPORT_FILE),
            html.A("Skip to the results", href="#main", className="skip-link"),
            _header(store),
            html.Div(id=ids.NOTICE, className="notice", role="alert"),
            html.Div(id=ids.PAGE, **data(first_trial=store.get("").id)),
            html.Div(id=ids.STATUS, role="status", className="for-screen-readers"),
        ],
        id=ids.PROVIDER,
        theme=THEME,
    )


def _header(store: TrialStore) -> Component:
    trial = dmc.Select(
        id=ids.TRIAL,
        data=[{"value": name, "label": title} for name, title in store.names()],
        allowDeselect=False,
        size="sm",
        **aria(label="Trial"),
    )
    pages = html.Nav(
        [html.A(name, href=path, className="view-link page-link") for path, name in PAGE_NAMES.items()],
        className="pages",
        **aria(label="Pages"),
    )
    return html.Header(
        [
            html.Span(["Miro", html.B("Dash")], className="brand"),
            html.Div([trial, html.Span(id=ids.BADGE)], className="which-trial"),
            pages,
            html.Div(
                [
                    html.Span(id=ids.COPY_SAID, role="status", className="said"),
                    *keeping(),
                    *export_menu(),
                    html.Button("Copy link", id=ids.COPY_LINK, type="button"),
                    html.Button(
                        "◐", id=ids.THEME_TOGGLE, type="button", **aria(label="Switch light and dark")
                    ),
                ],
                className="tools",
            ),
            html.Span(id=ids.PRINTED, hidden=True),
        ],
        className="header",
    )
