"""The Explore page: controls on the left, the questions and their pictures on the right."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from mirodash.dashboard import panel_host
from mirodash.dashboard.about import about
from mirodash.dashboard.panel_place import panel_place, stepped_place
from mirodash.dashboard.view import View
from mirodash.dashboard.workspace import workspace
from mirodash.questions.covariate_adjustment import ADJUSTED
from mirodash.questions.effect_along_biomarker import EFFECT_BY_BIOMARKER
from mirodash.questions.group_interaction import DIFFERING
from mirodash.questions.hazard_ratio_panel import HAZARD_RATIO_OVER_TIME
from mirodash.questions.page_panels import EXPLORE_PANELS
from mirodash.questions.participant_flow import FLOW
from mirodash.questions.prognosis_panel import PROGNOSIS
from mirodash.questions.survival_cards import SURVIVAL
from mirodash.questions.threshold_evidence import SEARCHED
from mirodash.trial.store import TrialStore

PAGE = "explore"


def explore_page(view: View) -> Component:
    """The page for one view."""
    curve = html.Div(
        [panel_place(EFFECT_BY_BIOMARKER, view), stepped_place(SEARCHED)], className="curve-and-luck"
    )
    over_time = [html.Summary("Hazard ratio over time"), stepped_place(HAZARD_RATIO_OVER_TIME)]
    answers = [
        html.Div([curve, panel_place(DIFFERING, view)], className="first-row"),
        html.Div([panel_place(panel, view) for panel in SURVIVAL], className="cards"),
        html.Details(over_time, className="behind"),
        html.Div([stepped_place(ADJUSTED), stepped_place(PROGNOSIS)], className="like-with-like"),
        panel_place(FLOW, view),
        about(view.trial),
    ]
    return workspace(PAGE, view, answers)


def register(app: Dash, store: TrialStore) -> None:
    """Let the panels follow the selection."""
    panel_host.register(app, PAGE, EXPLORE_PANELS, store)
