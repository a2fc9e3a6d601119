"""What stands at the foot of a printed page: how many, by which method, how far to trust it, from what."""

from __future__ import annotations

import json
from datetime import date

from dash import html
from dash.development.base_component import Component

from mirodash.dashboard.aria import data
from mirodash.dashboard.view import View
from mirodash.plot.theme import colours_on_paper
from mirodash.questions.talk.view_description import footer, source
from mirodash.text.methods import method_of
from mirodash.text.small_counts import disclosure

PLACE = "page-footer"


def page_footer(view: View, page: str) -> Component:
    """The lines for paper; on the screen they are not shown.

    They carry the colours that a dark page has on paper, for ``assets/printing.js``.
    """
    lines = [html.P(line) for line in footer_lines(view, page)]
    colours = {"lines": colours_on_paper(letters=False), "letters": colours_on_paper(letters=True)}
    return html.Div(lines, id=PLACE, className="page-footer", **data(colours=json.dumps(colours)))


def disclosure_line(view: View) -> list[Component]:
    """That small counts are not shown, at the foot of the screen all the time; nothing where they are."""
    told = disclosure(view.trial.min_cell)
    return [html.P(told, className="disclosure")] if told else []


def footer_lines(view: View, page: str) -> list[str]:
    """The line about what is shown, and the one from which it can be made again."""
    trial, selection = view.trial, view.selection
    return [
        footer(trial, selection, method=method_of(page), on=date.today()),
        source(trial, selection),
    ]
