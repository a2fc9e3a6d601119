"""What the trial is and how its numbers are made, behind disclosures at the foot of the page."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from mirodash import __version__
from mirodash.dashboard import ids
from mirodash.text.methods import methods
from mirodash.trial.trial import Trial

METHODS = "methods"


def about(trial: Trial) -> Component:
    """Two disclosures: the trial, and the methods."""
    return html.Div([_trial(trial), _methods()], className="about")


def _trial(trial: Trial) -> Component:
    told = [text for text in (trial.dictionary.description, trial.dictionary.source) if text]
    lines = [html.P(text) for text in told]
    lines.append(html.P(f"Content: {trial.fingerprint}", className="fingerprint"))
    lines.append(html.P(f"MiroDash {__version__}"))
    return html.Details([html.Summary(f"About this trial: {trial.title}"), *lines])


def _methods() -> Component:
    """Filled with the other tables: sixty components that never change would slow every move of a slider."""
    place = html.Div(id=ids.panel(METHODS, "tables"), className="twins")
    return html.Details([html.Summary(methods().caption), place], className="methods")
