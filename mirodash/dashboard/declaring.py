"""The form with which a threshold is declared as fixed before the data were seen."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from mirodash.dashboard import ids
from mirodash.dashboard.aria import aria

FIELDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("value", "Threshold", {"placeholder": "3700"}),
    ("document", "Document", {"placeholder": "Statistical analysis plan 2.1"}),
    ("date", "Its date", {"inputProps": {"type": "date"}}),
)


def declaration_form() -> list[Component]:
    """What is declared, a form for it, and how much was looked at; ``assets`` scripts read and write them.

    A threshold that was searched for needs a p-value that allows for the search. Only where one was written
    down before the data were seen does its own p-value mean what it says.
    """
    said = html.P(id=_part("said"), className="note", role="status")
    form = html.Details(
        [
            html.Summary("Was it fixed in advance?"),
            html.P(
                "Declare it, and its own interaction p-value is shown together with this declaration, here "
                "and in exports.",
                className="note",
            ),
            *(_field(part, label, kind) for part, label, kind in FIELDS),
            html.P(id=_part("problem"), className="problem", role="alert"),
            html.Button("Declare", id=_part("declare"), type="button", className="chip"),
            html.Button("Withdraw", id=_part("withdraw"), type="button", className="chip", hidden=True),
        ],
        className="declaration",
    )
    looks = html.P(id=ids.LOOKS_SAID, className="note looks")
    return [said, form, looks]


def _field(part: str, label: str, kind: dict[str, Any]) -> Component:
    # its text is read when it is declared: no callback listens to every letter
    return dmc.TextInput(
        id=_part(part),
        label=label,
        size="xs",
        className="field",
        **kind,
        **aria(describedby=_part("problem")),
    )


def _part(part: str) -> str:
    return f"{ids.DECLARED}-{part}"
