"""Views that a browser kept, as the server reads them: nothing that it sends is taken for granted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from mirodash.dashboard.view import View
from mirodash.export.saved_json import MOST_VIEWS
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.validation import minimal

TEXTS = ("query", "picture", "title", "note")


def kept_query(view: View) -> str:
    """The query of a view that is kept: it names its trial, whichever the program opens with later."""
    return replace(minimal(view.trial, view.selection), trial=view.trial.id).to_query()


def views_sent(sent: object) -> tuple[SavedView | None, ...]:
    """The views of ``{"views": [...]}``, in order; None for what no page of ours can have kept.

    Parameters
    ----------
    sent : object
        Whatever came in a request.
    """
    found = cast("dict[str, Any]", sent).get("views") if isinstance(sent, dict) else None
    listed = cast("list[object]", found) if isinstance(found, list) else []
    return tuple(_view_sent(item) for item in listed[:MOST_VIEWS])


def _view_sent(item: object) -> SavedView | None:
    if not isinstance(item, dict):
        return None
    fields = cast("dict[str, object]", item)
    texts = {name: fields.get(name, "") for name in TEXTS}
    if not all(isinstance(text, str) for text in texts.values()):
        return None
    try:
        return SavedView(**{name: _writable(str(text)) for name, text in texts.items()})
    except ValueError:
        return None


def _writable(text: str) -> str:
    """Half of a character can be sent, but stands in no file and on no slide."""
    return text.encode("utf-8", "replace").decode("utf-8")
