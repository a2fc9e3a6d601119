"""The lesson of the Thresholds page: one click opens a trial in which no threshold matters."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from mirodash.dashboard.page_names import THRESHOLDS
from mirodash.dashboard.view import View
from mirodash.text.lessons import INVITATION, LESSONS, TITLE, truth_of
from mirodash.trial.store import SAMPLES


def lesson(view: View) -> Component:
    """Links to the trials without an effect; on one of them, what is known to be true of it."""
    truth = truth_of(view.trial.id)
    told = html.P(truth, className="truth") if truth else html.P(INVITATION)
    links = [
        html.A(f"Open “{item.title}”", href=f"{THRESHOLDS}?trial={item.trial}", className="view-link chip")
        for item in LESSONS
        if item.trial != view.trial.id and item.trial in SAMPLES
    ]
    if truth:
        links.append(html.A("Back to the first trial", href=THRESHOLDS, className="view-link chip"))
    return html.Section([html.H2(TITLE), told, html.Div(links, className="chips")], className="lesson")
