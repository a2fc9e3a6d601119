"""A dialog that shows a text about the view in one of two languages, to copy or to save."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.dashboard import ids
from mirodash.dashboard.aria import aria
from mirodash.dashboard.file_names import file_name
from mirodash.dashboard.sent_counts import count_sent
from mirodash.dashboard.view import View, view_of
from mirodash.errors import MirodashError
from mirodash.trial.store import TrialStore


@dataclass(frozen=True, slots=True)
class Language:
    """A choice in the dialog; the text it gives is saved under this ending."""

    key: str
    name: str
    ending: str


@dataclass(frozen=True, slots=True)
class TextDialog:
    """What is shown, and who writes it.

    Attributes
    ----------
    key : str
        Kebab-case; part of the ids on the page and of the file's name.
    title, hint : str
        What stands over the text.
    languages : tuple of Language
        The first is the usual one.
    write : (view, language, seen) -> str
        The text; ``seen`` is what the browser says it has looked at.
    is_code : bool
        Set in letters of equal width, and never wrapped.
    """

    key: str
    title: str
    hint: str
    languages: tuple[Language, ...]
    write: Callable[[View, str, object], str]
    is_code: bool = False

    def part(self, name: str) -> str:
        """The id of a part of this dialog."""
        return f"{self.key}-{name}"


def text_dialog(dialog: TextDialog) -> Component:
    """The dialog, closed; ``assets/text_dialog.js`` opens it when its text has been written."""
    choice = dmc.SegmentedControl(
        id=dialog.part("language"),
        data=[{"value": one.key, "label": one.name} for one in dialog.languages],
        value=dialog.languages[0].key,
        size="sm",
        **aria(label="Language"),
    )
    close: dict[str, Any] = {"data-closes": dialog.part("dialog")}
    buttons = html.Div(
        [
            html.Button("Copy", id=dialog.part("copy"), type="button", className="plain leading"),
            html.Button("Save as file", id=dialog.part("save"), type="button", className="plain"),
            html.Button("Close", type="button", className="plain", **close),
            html.Span(id=dialog.part("said"), role="status", className="said"),
        ],
        className="dialog-buttons",
    )
    region: dict[str, Any] = {"tabIndex": 0, "role": "region", **aria(label=dialog.title)}
    text = html.Pre(id=dialog.part("text"), className="code" if dialog.is_code else "prose", **region)
    title = html.H2(dialog.title, id=dialog.part("title"))
    return html.Dialog(
        [
            title,
            html.P(dialog.hint, className="note"),
            choice,
            text,
            buttons,
            dcc.Store(id=dialog.part("written")),
        ],
        id=dialog.part("dialog"),
        className="dialog text-dialog",
        **aria(labelledby=dialog.part("title")),
    )


def register(app: Dash, store: TrialStore, dialog: TextDialog) -> None:
    """Write the text when the dialog is opened or another language chosen."""
    names = tuple(one.key for one in dialog.languages)
    endings = {one.key: one.ending for one in dialog.languages}

    @app.callback(
        Output(dialog.part("text"), "children"),
        Output(dialog.part("written"), "data"),
        Input(dialog.part("open"), "n_clicks"),
        Input(dialog.part("language"), "value"),
        State(ids.SELECTION, "data", allow_optional=True),
        State(ids.LOOKS, "data"),
        prevent_initial_call=True,
    )
    def write_text(clicks: object, language: object, query: object, seen: object) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        chosen = language if isinstance(language, str) and language in names else names[0]
        view = view_of(store, query)
        try:
            text = dialog.write(view, chosen, seen)
        except MirodashError as error:
            text = " ".join(error.problems)
        name = file_name(view.trial, dialog.key, endings[chosen])
        # another request of the same text opens the dialog as well; whatever was sent, a browser can read it
        return text, {"key": dialog.key, "name": name, "asked": count_sent(clicks)}

    app.clientside_callback(
        ClientsideFunction("mirodash", "takeText"),
        Output(dialog.part("said"), "children"),
        Input(dialog.part("copy"), "n_clicks"),
        Input(dialog.part("save"), "n_clicks"),
        Input(dialog.part("written"), "data"),
        State(dialog.part("text"), "children"),
        prevent_initial_call=True,
    )
