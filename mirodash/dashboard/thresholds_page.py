"""The Thresholds page: what if the line were drawn elsewhere, and how much of what shows is luck."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from mirodash.dashboard import panel_host
from mirodash.dashboard.about import about
from mirodash.dashboard.lesson import lesson
from mirodash.dashboard.panel_place import panel_place, stepped_place
from mirodash.dashboard.view import View
from mirodash.dashboard.workspace import workspace
from mirodash.questions.page_panels import THRESHOLDS_PANELS
from mirodash.questions.panel import Panel, SteppedPanel
from mirodash.trial.store import TrialStore

PAGE = "thresholds"
AT_ONCE = tuple(panel for panel in THRESHOLDS_PANELS if isinstance(panel, Panel))
IN_STEPS = tuple(panel for panel in THRESHOLDS_PANELS if isinstance(panel, SteppedPanel))


def thresholds_page(view: View) -> Component:
    """The page for one view."""
    places = [
        stepped_place(panel) if isinstance(panel, SteppedPanel) else panel_place(panel, view)
        for panel in THRESHOLDS_PANELS
    ]
    return workspace(PAGE, view, [html.Div(places, className="along"), lesson(view), about(view.trial)])


def register(app: Dash, store: TrialStore) -> None:
    """Let the panels that are ready at once follow the selection; the others take steps."""
    panel_host.register(app, PAGE, AT_ONCE, store)
