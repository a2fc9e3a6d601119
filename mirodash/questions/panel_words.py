"""Words of panels as plain data, which the browser writes as text: panels, the page around them, tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mirodash.questions.group_effects import describe_caution, describe_estimand
from mirodash.questions.panel import PanelContent
from mirodash.stratification.selection import Selection
from mirodash.text.facts import Table
from mirodash.text.labels import format_arm_names
from mirodash.trial.trial import Trial

Data = dict[str, Any]


def describe_panel_words(shown: PanelContent | None) -> Data | None:
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


def describe_page_words(trial: Trial, selection: Selection, *, measures: str = "") -> Data:
    """The estimand line and the banner, and whether the arms have each other's part.

    ``measures`` is as in `describe_estimand`.
    """
    return {
        "exchanged": format_arm_names(trial, selection).exchanged,
        "estimand": [
            {"text": phrase.text, "strong": phrase.strong}
            for phrase in describe_estimand(trial, selection, measures=measures)
        ],
        "banner": describe_caution(trial, selection) or "",
    }


def describe_tables(of: Iterable[Table]) -> list[Data]:
    """The numbers of a picture as tables, for screen readers and for copying."""
    return [
        {"caption": table.caption, "header": list(table.header), "rows": [list(row) for row in table.rows]}
        for table in of
    ]
