"""Progression page: repeated measurements beside survival, with death allowed for in four ways."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import Dash, html
from dash.development.base_component import Component

from mirodash.questions.page_panels import PROGRESSION_PANELS
from mirodash.questions.panel import Panel, SteppedPanel
from mirodash.questions.progression.biology import BIOLOGY
from mirodash.questions.progression.pairs_panel import PAIRS
from mirodash.questions.progression.slope_panels import FITTED_LINES, SLOPES_ALONG, SLOPES_SEARCHED
from mirodash.questions.progression.visit_card import PROGRESSION_CARDS
from mirodash.stratification.validation import resolve
from mirodash.trial.store import TrialStore
from mirodash.web import ids, panel_host
from mirodash.web.components import DATA, EXPLORE, build_aria_attributes
from mirodash.web.panel_host import build_about, build_panel_place, stepped_place
from mirodash.web.question_pages import build_workspace
from mirodash.web.view import View

PROGRESSION_PAGE = "progression"
AT_ONCE = tuple(panel for panel in PROGRESSION_PANELS if isinstance(panel, Panel))
IN_STEPS = tuple(panel for panel in PROGRESSION_PANELS if isinstance(panel, SteppedPanel))
NOTHING_MEASURED = (
    "This trial holds no repeated measurements. Give them in a file of their own, as a column for each "
    "visit, or as ADaM BDS."
)
FOUR_QUESTIONS = (
    "Death ends a score, so there are four questions, not one: the course had nobody died, death counted as "
    "the worst outcome, the scores of those alive, and death alone. Decide which one is yours before you "
    "look; none stands for another."
)


def build_progression_page(view: View) -> Component:
    """The page for one view."""
    if not view.trial.series:
        nothing = html.Section(
            [
                html.H1("Progression"),
                html.P(NOTHING_MEASURED),
                html.A("Data", href=DATA, className="view-link"),
            ],
            className="panel",
        )
        return build_workspace(PROGRESSION_PAGE, view, [nothing, build_about(view.trial)])
    query = view.selection.to_query()
    explore = html.A(
        "Death alone: Explore",
        href=f"{EXPLORE}{'?' if query else ''}{query}",
        className="view-link",
    )
    answers = [
        html.Div(
            [_build_measure(view), html.P([FOUR_QUESTIONS, " ", explore], className="sentence")],
            className="panel measure",
        ),
        html.Div([build_panel_place(panel, view) for panel in PROGRESSION_CARDS], className="cards"),
        html.Div(
            [build_panel_place(SLOPES_ALONG, view), stepped_place(SLOPES_SEARCHED)],
            className="curve-and-luck",
        ),
        build_panel_place(FITTED_LINES, view),
        build_panel_place(PAIRS, view),
        build_panel_place(BIOLOGY, view),
        build_about(view.trial),
    ]
    return build_workspace(PROGRESSION_PAGE, view, answers)


def _build_measure(view: View) -> Component:
    """Which measurement the page is about; one more control of the view."""
    chosen = resolve(view.trial, view.selection).measure
    offered = [
        {"value": m.key, "label": f"{m.label}, {m.unit}" if m.unit else m.label}
        for m in view.trial.dictionary.measurements
        if m.kind == "function" or m.key == chosen
    ]
    return dmc.Select(
        id=ids.identify_choice("open", "measure"),
        data=offered,
        value=chosen,
        allowDeselect=False,
        size="sm",
        **build_aria_attributes(label="Measurement"),
    )


def register_progression_page(app: Dash, store: TrialStore) -> None:
    """Let the panels that are ready at once follow the selection; the search takes steps."""
    panel_host.register_panel_host(app, PROGRESSION_PAGE, AT_ONCE, store)
