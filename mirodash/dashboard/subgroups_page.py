"""The Subgroups page: the effect in every group that the baseline makes, raw and drawn towards the mean."""

from __future__ import annotations

from dash import Dash
from dash.development.base_component import Component

from mirodash.dashboard import forest, panel_host
from mirodash.dashboard.about import about
from mirodash.dashboard.view import View
from mirodash.dashboard.workspace import workspace
from mirodash.trial.store import TrialStore

PAGE = "subgroups"


def subgroups_page(view: View) -> Component:
    """The page for one view."""
    return workspace(PAGE, view, [forest.forest_place(view), about(view.trial)])


def register(app: Dash, store: TrialStore) -> None:
    """Let the forest follow the selection once it has settled, and the question above it at once."""
    panel_host.register(app, PAGE, (), store)
    forest.register(app, store)
