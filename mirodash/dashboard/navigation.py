"""From the address bar to a page: the only place that builds pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from dash import ClientsideFunction, Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from mirodash.dashboard import ids, page_names
from mirodash.dashboard.credibility import credibility_page
from mirodash.dashboard.data_page.page import data_page
from mirodash.dashboard.explore import explore_page
from mirodash.dashboard.present_page import present_page
from mirodash.dashboard.readers_trials import ReadersTrials
from mirodash.dashboard.subgroups_page import subgroups_page
from mirodash.dashboard.thresholds_page import IN_STEPS as THRESHOLDS_IN_STEPS
from mirodash.dashboard.thresholds_page import thresholds_page
from mirodash.dashboard.view import View, view_of
from mirodash.errors import GoneError, UnavailableError
from mirodash.questions.page_panels import IN_STEPS as EXPLORE_IN_STEPS
from mirodash.stratification.selection import Selection
from mirodash.text.small_counts import moved_thresholds
from mirodash.trial.store import TrialStore
from mirodash.uploads.uploads import OWN

PAGES = {
    page_names.EXPLORE: explore_page,
    page_names.THRESHOLDS: thresholds_page,
    page_names.SUBGROUPS: subgroups_page,
    page_names.CREDIBILITY: credibility_page,
    page_names.PRESENT: present_page,
    page_names.DATA: data_page,
}
IN_STEPS = tuple(dict.fromkeys((*EXPLORE_IN_STEPS, *THRESHOLDS_IN_STEPS)))
"""Panels that take steps, on whichever pages they stand."""
MOST_PROBLEMS = 5


def register(app: Dash, store: TrialStore) -> None:
    """Let the address choose the page, and the header choose the trial."""
    _follow_address(app, store)
    _follow_header(app)


def status_of(store: ReadersTrials, pathname: str, query: str) -> int:
    """What a browser is told of an address, before any script runs: 200, or why there is no such page."""
    if pathname not in PAGES:
        return 404
    trial, drafts = Selection.from_query(query).trial, parse_qs(query).get("draft", [])
    try:
        if trial.startswith(OWN):
            store.get(trial)
        for draft in drafts[:1] if pathname == page_names.DATA else ():
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
            view = view_of(store, address.get("search"))
        except (GoneError, UnavailableError) as error:
            # with a trial chosen, the header would ask for that one's page at once
            return _cannot_open(error, address), None, "", []
        if build is None:
            return _no_such_page(), view.trial.id, _badge(view), []
        moved = moved_thresholds(view.trial, view.selection)
        return build(view), view.trial.id, _badge(view), _notice((*view.problems, *moved))


def _follow_header(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("mirodash", "openTrial"),
        Output(ids.VISIT, "data"),
        Input(ids.TRIAL, "value"),
        Input(ids.every("open"), "value"),
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
    more = len(problems) - MOST_PROBLEMS
    told = [*problems[:MOST_PROBLEMS], f"And {more} more."] if more > 0 else problems
    return [html.P(problem) for problem in told]


def _badge(view: View) -> str:
    return "SYNTHETIC" if view.trial.dictionary.synthetic else ""


def _no_such_page() -> Component:
    return _lone("There is no such page", html.P(html.A("Go to Explore", href=page_names.EXPLORE)))


def _cannot_open(error: GoneError | UnavailableError, address: dict[str, Any]) -> Component:
    """The sentence in the page's place, with a way on; a link opens it anew, for it may open by then."""
    said = [html.P(problem) for problem in error.problems]
    back = html.P(html.A("Go to the trial that everybody can see", href=page_names.EXPLORE))
    if isinstance(error, GoneError):
        return _lone("This trial cannot be opened here", *said, back)
    again = html.P(html.A("Try again", href=f"{_page(address)}{_query(address)}"))
    return _lone("This trial cannot be opened now", *said, again, back)


def _lone(title: str, *said: Component) -> Component:
    return html.Main([html.H1(title), *said], className="main lone", id="main")


def _page(address: dict[str, Any]) -> str:
    """A page of ours, whatever was sent: a link must not lead elsewhere."""
    asked = str(address.get("pathname"))
    return asked if asked in PAGES else page_names.EXPLORE


def _query(address: dict[str, Any]) -> str:
    query = Selection.from_query(str(address.get("search"))).to_query()
    return f"?{query}" if query else ""
