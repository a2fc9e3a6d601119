"""Introduction for a first visit and glossary: what the page is, how to begin, what its terms mean."""

from __future__ import annotations

import json

from dash import html
from dash.development.base_component import Component

from mirodash.text.glossary import TERMS
from mirodash.web.components import build_aria_attributes, build_data_attributes
from mirodash.web.view import View

GLOSSARY = "/glossary"
INTRODUCTION = "introduction"
DEFINITION = "definition"
WHAT = (
    "MiroDash asks a randomised trial who benefits from a treatment: whether its effect depends on a "
    "biomarker, and how far to believe that. All numbers are of the trial that is named above, and none of "
    "them leaves this machine."
)
STEPS = (
    (
        "Read the finding",
        "What happened on both sides of the threshold, and how far to believe it, with the evidence.",
    ),
    ("Drag the threshold", "Or choose arms, sites and participants: curves and numbers follow."),
    ("Keep what you need", "As slides on Present, as PowerPoint, pictures or tables."),
)


def build_introduction() -> list[Component]:
    """Two lines and three steps, shown by ``assets/glossary.js`` to who is new; and the place of tooltips."""
    steps = html.Ol([html.Li([html.B(f"{name}. "), text]) for name, text in STEPS])
    buttons = html.Div(
        [
            html.Button("Start", type="button", id="introduction-close", className="plain leading"),
            html.A("Glossary", href=GLOSSARY, className="view-link"),
        ],
        className="dialog-buttons",
    )
    intro = html.Section(
        [html.P(WHAT), steps, buttons],
        id=INTRODUCTION,
        hidden=True,
        **build_aria_attributes(label="Introduction"),
    )
    known = json.dumps([[list(term.labels), term.definition] for term in TERMS if term.labels])
    tooltip = html.Div(id=DEFINITION, hidden=True, role="tooltip", **build_data_attributes(terms=known))
    return [intro, tooltip]


def build_glossary_page(_: View) -> Component:
    """Every term with its definition."""
    entries = [part for term in TERMS for part in (html.Dt(term.name), html.Dd(term.definition))]
    return html.Main(
        [html.H1("Glossary"), html.Dl(entries, className="glossary")], className="main lone", id="main"
    )
