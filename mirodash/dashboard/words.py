"""Words, facts and tables as components."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from mirodash.wording.estimand import Phrase
from mirodash.wording.explanation import Explanation, Fact, Table


def head(explanation: Explanation) -> list[Component]:
    """A panel's title and subtitle."""
    return [html.H2(explanation.title), html.P(explanation.subtitle, className="subtitle")]


def body(explanation: Explanation, why_no_figure: str = "") -> list[Component]:
    """A panel's facts and its sentence, or the sentence that stands in for the picture."""
    if why_no_figure:
        return [html.P(why_no_figure, className="cannot-say"), *_facts(explanation.facts)]
    return [*_facts(explanation.facts), html.P(explanation.sentence, className="sentence")]


def _facts(facts: Iterable[Fact]) -> list[Component]:
    rows = [
        html.Div(
            [
                html.Dt(fact.label),
                html.Dd([html.Strong(fact.value), *([" ", html.Span(fact.detail)] if fact.detail else [])]),
            ],
            className="fact uncertain" if fact.uncertain else "fact",
        )
        for fact in facts
    ]
    return [html.Dl(rows, className="facts")] if rows else []


def tables(explanation: Explanation) -> list[Component]:
    """The numbers of a picture as tables, for screen readers and for copying."""
    return [_table(table) for table in explanation.tables]


def _table(table: Table) -> Component:
    header = html.Tr([html.Th(name, scope="col") for name in table.header])
    rows = [
        html.Tr([html.Th(row[0], scope="row"), *(html.Td(cell) for cell in row[1:])]) for row in table.rows
    ]
    caption = html.Caption(table.caption)
    return html.Table([caption, html.Thead(header), html.Tbody(rows)], className="twin")


def phrases(line: Iterable[Phrase]) -> list[Component]:
    """The estimand line: its phrases one after another."""
    return [html.Span(p.text, className="phrase strong" if p.strong else "phrase") for p in line]
