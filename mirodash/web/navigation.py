"""Navigation from the address bar to a page, and the shell around every page."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.errors import GoneError, UnavailableError
from mirodash.questions.page_panels import IN_STEPS as EXPLORE_IN_STEPS
from mirodash.stratification.selection import Selection
from mirodash.text.small_counts import moved_thresholds
from mirodash.trial.store import TrialStore
from mirodash.uploads.uploads import OWN
from mirodash.web import components, first_words, ids
from mirodash.web.components import (
    PAGE_NAMES,
    build_aria_attributes,
    build_data_attributes,
    list_header_trials,
)
from mirodash.web.credibility_page import build_credibility_page
from mirodash.web.data_page import build_data_page
from mirodash.web.downloads import export_menu
from mirodash.web.first_words import PageWithWords
from mirodash.web.introduction import GLOSSARY, build_glossary_page, build_introduction
from mirodash.web.present_page import present_page
from mirodash.web.progression_page import IN_STEPS as PROGRESSION_IN_STEPS
from mirodash.web.progression_page import build_progression_page
from mirodash.web.question_pages import IN_STEPS as THRESHOLDS_IN_STEPS
from mirodash.web.question_pages import build_explore_page, build_subgroups_page, build_thresholds_page
from mirodash.web.sessions import ReadersTrials
from mirodash.web.strip import build_saving
from mirodash.web.view import View, read_view

PAGES = {
    components.EXPLORE: build_explore_page,
    components.THRESHOLDS: build_thresholds_page,
    components.PAGE_NAMES_SUBGROUPS: build_subgroups_page,
    components.PROGRESSION: build_progression_page,
    components.CREDIBILITY: build_credibility_page,
    components.PRESENT: present_page,
    components.DATA: build_data_page,
    GLOSSARY: build_glossary_page,
}
IN_STEPS = tuple(dict.fromkeys((*EXPLORE_IN_STEPS, *THRESHOLDS_IN_STEPS, *PROGRESSION_IN_STEPS)))
"""Panels that take steps, on whichever pages they stand."""
MAX_PROBLEMS = 5


def register(app: PageWithWords, store: TrialStore) -> None:
    """Let the address choose the page and the words that it is sent with, and the header choose the trial."""
    first_words.register(app, store)
    _follow_address(app, store)
    _follow_header(app)


def choose_status(store: ReadersTrials, pathname: str, query: str) -> int:
    """What a browser is told of an address, before any script runs: 200, or why there is no such page."""
    if pathname not in PAGES:
        return 404
    trial, drafts = Selection.from_query(query).trial, parse_qs(query).get("draft", [])
    try:
        if trial.startswith(OWN):
            store.get(trial)
        for draft in drafts[:1] if pathname == components.DATA else ():
            store.refuse_unless_drafted(draft)
    except GoneError:
        return 404
    except UnavailableError:
        return 503
    return 200


def _follow_address(app: Dash, store: TrialStore) -> None:
    app.clientside_callback(
        ClientsideFunction("mirodash", "readAddress"), Output(ids.ADDRESS, "data"), Input(ids.VISIT, "data")
    )

    @app.callback(
        Output(ids.PAGE, "children"),
        Output(ids.TRIAL, "value"),
        Output(ids.BADGE, "children"),
        Output(ids.NOTICE, "children"),
        Input(ids.ADDRESS, "data"),
    )
    def open_page(address: object) -> tuple[Any, Any, Any, Any]:
        if not isinstance(address, dict):
            return no_update, no_update, no_update, no_update
        build = PAGES.get(str(address.get("pathname")))
        try:
            view = read_view(store, address.get("search"))
        except (GoneError, UnavailableError) as error:
            # with a trial chosen, the header would ask for that one's page at once
            return _cannot_open(error, address), None, "", []
        if build is None:
            return _no_such_page(), view.trial.id, _build_badge(view), []
        moved = moved_thresholds(view.trial, view.selection)
        return build(view), view.trial.id, _build_badge(view), _notice((*view.problems, *moved))


def _follow_header(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("mirodash", "openTrial"),
        Output(ids.VISIT, "data"),
        Input(ids.TRIAL, "value"),
        Input(ids.match_all("open"), "value"),
        Input(ids.RESET, "n_clicks", allow_optional=True),  # neither is on a page that does not exist
        State(ids.FIRST_TRIAL, "data"),
        State(ids.VIEW, "data", allow_optional=True),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("mirodash", "copyLink"),
        Output(ids.COPY_SAID, "children"),
        Input(ids.COPY_LINK, "n_clicks"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("mirodash", "print"),
        Output(ids.PRINTED, "children"),
        Input(ids.PRINT, "n_clicks"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("mirodash", "chooseTheme"),
        Output(ids.THEME, "data"),
        Output(ids.PROVIDER, "forceColorScheme"),
        Input(ids.THEME_TOGGLE, "n_clicks"),
        State(ids.THEME, "data"),
    )


def _notice(problems: tuple[str, ...]) -> list[Component]:
    """The first few problems of a link; hundreds of them would push the page off the screen."""
    more = len(problems) - MAX_PROBLEMS
    told = [*problems[:MAX_PROBLEMS], f"And {more} more."] if more > 0 else problems
    return [html.P(problem) for problem in told]


def _build_badge(view: View) -> str:
    return "SYNTHETIC" if view.trial.dictionary.synthetic else ""


def _no_such_page() -> Component:
    return _build_error_page(
        "There is no such page", html.P(html.A("Go to Explore", href=components.EXPLORE))
    )


def _cannot_open(error: GoneError | UnavailableError, address: dict[str, Any]) -> Component:
    """The sentence in the page's place, with a way on; a link opens it anew, for it may open by then."""
    said = [html.P(problem) for problem in error.problems]
    back = html.P(html.A("Go to the trial that everybody can see", href=components.EXPLORE))
    if isinstance(error, GoneError):
        return _build_error_page("This trial cannot be opened here", *said, back)
    again = html.P(html.A("Try again", href=f"{_build_page(address)}{_build_query(address)}"))
    return _build_error_page("This trial cannot be opened now", *said, again, back)


def _build_error_page(title: str, *said: Component) -> Component:
    return html.Main([html.H1(title), *said], className="main lone", id="main")


def _build_page(address: dict[str, Any]) -> str:
    """A page of ours, whatever was sent: a link must not lead elsewhere."""
    asked = str(address.get("pathname"))
    return asked if asked in PAGES else components.EXPLORE


def _build_query(address: dict[str, Any]) -> str:
    query = Selection.from_query(str(address.get("search"))).to_query()
    return f"?{query}" if query else ""


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
    <!-- first words -->
    <footer>
      {%config%}
      {%scripts%}
      {%renderer%}
    </footer>
  </body>
</html>
"""

THEME: Any = {
    # for readers who ask their machine for less motion; no picture of ours moves by itself either
    "respectReducedMotion": True,
    "primaryColor": "indigo",
    "primaryShade": 8,
    "fontFamily": "'Inter Variable', system-ui, sans-serif",
    "defaultRadius": "sm",
    "cursorType": "pointer",
    # the list itself scrolls: a scrolled box within it would be a stop of the keyboard without a name
    "components": {name: {"defaultProps": {"withScrollArea": False}} for name in ("Select", "MultiSelect")},
}


def build_shell(store: TrialStore) -> Component:
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
            _build_header(store),
            *build_introduction(),
            html.Div(id=ids.NOTICE, className="notice", role="alert"),
            html.Div(id=ids.PAGE, **build_data_attributes(first_trial=store.get("").id)),
            html.Div(id=ids.STATUS, role="status", className="for-screen-readers"),
        ],
        id=ids.PROVIDER,
        theme=THEME,
    )


def _build_header(store: TrialStore) -> Component:
    trial = dmc.Select(
        id=ids.TRIAL,
        data=list_header_trials(store),
        allowDeselect=False,
        size="sm",
        comboboxProps={"width": 300, "position": "bottom-start"},
        **build_aria_attributes(label="Trial"),
    )
    pages = html.Nav(
        [html.A(name, href=path, className="view-link page-link") for path, name in PAGE_NAMES.items()],
        className="pages",
        **build_aria_attributes(label="Pages"),
    )
    return html.Header(
        [
            html.Span(["Miro", html.B("Dash")], className="brand"),
            html.Div([trial, html.Span(id=ids.BADGE)], className="which-trial"),
            pages,
            html.Div(
                [
                    html.Span(id=ids.COPY_SAID, role="status", className="said"),
                    *build_saving(),
                    *export_menu(),
                    html.Button("Copy link", id=ids.COPY_LINK, type="button"),
                    html.Button(
                        "?",
                        id=ids.HELP,
                        type="button",
                        **build_aria_attributes(label="Introduction and help"),
                    ),
                    html.Button(
                        "◐",
                        id=ids.THEME_TOGGLE,
                        type="button",
                        **build_aria_attributes(label="Switch light and dark"),
                    ),
                ],
                className="tools",
            ),
            html.Span(id=ids.PRINTED, hidden=True),
        ],
        className="header",
    )
