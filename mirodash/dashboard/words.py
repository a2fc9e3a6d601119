"""Words, facts and tables as plain data; ``assets/words.js`` writes them onto the page as text.

A component for each of a thousand cells would slow every move of a slider, and text written as text
cannot become markup, whatever a column is called.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mirodash.dashboard.view import View
from mirodash.questions.group_effects import caution_of, estimand
from mirodash.questions.panel import Shown
from mirodash.text.facts import Table

Data = dict[str, Any]


def panel_words(shown: Shown | None) -> Data | None:
    """A panel's title, subtitle, facts and sentence; None where the panel has nothing to show."""
    if shown is None:
        return None
    told = shown.explanation
    return {
        "title": told.title,
        "subtitle": told.subtitle,
        "facts": [
            {
                "label": fact.label,
                "value": fact.value,
                "detail": fact.detail,
                "word": fact.word,
                "behind": fact.behind,
                "kind": "fact" + " uncertain" * fact.uncertain + " lead" * fact.lead,
            }
            for fact in told.facts
        ],
        "sentence": told.sentence,
        "cannot": shown.why_no_figure,
    }


def page_words(view: View) -> Data:
    """The estimand line and the banner."""
    return {
        "estimand": [
            {"text": phrase.text, "strong": phrase.strong} for phrase in estimand(view.trial, view.selection)
        ],
        "banner": caution_of(view.trial, view.selection) or "",
    }


def tables(of: Iterable[Table]) -> list[Data]:
    """The numbers of a picture as tables, for screen readers and for copying."""
    return [
        {"caption": table.caption, "header": list(table.header), "rows": [list(row) for row in table.rows]}
        for table in of
    ]
