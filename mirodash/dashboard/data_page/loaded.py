"""What is loaded of the trial on screen: who, how its columns were understood, and what was noticed."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from mirodash.text.data_sentences import people, understood, usable
from mirodash.text.facts import Fact, Table
from mirodash.text.small_counts import told_notices
from mirodash.trial.trial import Trial

LONGEST = 160
NOTHING_NOTICED = "Nothing was rejected, and nothing had to be left out."


def loaded(trial: Trial) -> list[Component]:
    """Title, counts, the dictionary as a table, and every sentence said while the trial was read."""
    words = trial.dictionary
    notices = [html.Li(html.Span(notice, title=notice)) for notice in told_notices(trial)] or [
        html.Li(NOTHING_NOTICED)
    ]
    counted = [fact for endpoint in words.endpoints[:1] for fact in usable(trial, endpoint)]
    return [
        html.H2(f"Loaded: {trial.title}"),
        html.P(_from_where(trial), className="note"),
        html.Dl([_fact(fact) for fact in counted], className="data-flow"),
        html.H3("Noticed while reading"),
        html.Ul(notices, className="data-notices"),
        html.Div(_table(understood(trial)), className="twins", tabIndex=0, role="region"),
        html.P(f"Content: {trial.fingerprint}", className="fingerprint"),
    ]


def _from_where(trial: Trial) -> str:
    files = " and ".join(file.name for file in trial.source.files) if trial.source else ""
    return f"{people(trial.participants)}{f', read from {files}' if files else ''}"


def _fact(fact: Fact) -> Component:
    return html.Div([html.Dt(fact.label), html.Dd([html.Strong(fact.value), " ", html.Span(fact.detail)])])


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _table(table: Table) -> Component:
    head = html.Thead(html.Tr([html.Th(name, scope="col") for name in table.header]))
    rows = [
        html.Tr([html.Th(row[0], scope="row"), *(html.Td(_cut(cell), title=cell) for cell in row[1:])])
        for row in table.rows
    ]
    return html.Table([html.Caption(table.caption), head, html.Tbody(rows)], className="twin understood")
