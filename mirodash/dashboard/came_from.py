"""On pages beside the questions: which view the reader comes from, and the way back to it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from mirodash.dashboard.strip_words import view_phrases
from mirodash.dashboard.view import View


def came_from(view: View) -> Component:
    """Which view the reader comes from: the other pages are still about it."""
    phrases: list[Component | str] = ["The view you come from: "]
    for phrase in view_phrases(view):
        phrases += [html.Span(phrase, className="phrase"), " "]
    return html.P(phrases, className="from-view")


def back_to_explore(query: str) -> Component:
    """The link back, with the view in it."""
    return html.A("Back to Explore", href=f"/?{query}" if query else "/", className="view-link back")
