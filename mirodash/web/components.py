"""Components shared by pages: ARIA attributes, handles, file names, menus and text dialogs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.errors import MirodashError
from mirodash.trial.store import TrialStore
from mirodash.trial.trial import Trial
from mirodash.uploads.uploads import is_own
from mirodash.web import ids
from mirodash.web.view import View, parse_sequence, read_view

SYNTHETIC = " (SYNTHETIC)"


def list_header_trials(store: TrialStore) -> list[dict[str, str]]:
    """The trials of the header's menu; which are synthetic the badge beside it says, not each name again."""
    return [{"value": name, "label": title.replace(SYNTHETIC, "")} for name, title in store.names()]


def build_aria_attributes(**attributes: str) -> dict[str, Any]:
    """``build_aria_attributes(label="Sites")`` is ``{"aria-label": "Sites"}``, to be unpacked into a
    component.
    """
    return {f"aria-{name}": value for name, value in attributes.items()}


def build_data_attributes(**attributes: str) -> dict[str, Any]:
    """``build_data_attributes(first_trial="x")`` is ``{"data-first-trial": "x"}``, read by the scripts in
    ``assets``.
    """
    return {f"data-{name.replace('_', '-')}": value for name, value in attributes.items()}


MAX_FILE_NAME_LENGTH = 60
POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
WORD_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def build_file_name(trial: Trial, what: str, ending: str) -> str:
    """``mirodash-<trial>-<what>-SYNTHETIC.<ending>``, with nothing in it that a disk refuses.

    The loud word is part of the name when the trial is synthetic: files travel without their page.
    """
    return f"{build_file_stem(trial, what)}.{ending}"


def build_file_stem(trial: Trial, what: str) -> str:
    """The name without its ending, for files of which there are several sizes.

    An uploaded trial is called by its title: the name in its link says nothing to whoever finds the file.
    """
    parts = ["mirodash", _safe(trial), what, "SYNTHETIC" if trial.dictionary.synthetic else ""]
    return "-".join(filter(None, parts))


def _safe(trial: Trial) -> str:
    if not is_own(trial.id):
        return _format_name(trial.id)[:MAX_FILE_NAME_LENGTH]
    return re.sub("-+", "-", _format_name(trial.dictionary.title))[:MAX_FILE_NAME_LENGTH].strip("-")


def _format_name(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in name)


def build_handles(margin: tuple[int, int, int, int]) -> Component:
    """The handles of one picture, placed and moved by ``assets/handles.js``.

    For a pointer only: the sliders are the same control for the keyboard and for screen readers. A click
    beside them brings the nearest threshold there.

    Parameters
    ----------
    margin : tuple of int
        Of the picture: left, right, top, bottom in pixels.
    """
    lines = [
        html.Div(html.Span(), className="handle absent", **build_data_attributes(slot=str(slot)))
        for slot in ids.THRESHOLD_SLOTS
    ]
    left, right, top, bottom = margin
    place = {"left": left, "right": right, "top": top, "bottom": bottom}
    return html.Div(lines, className="handles", style=place, **build_aria_attributes(hidden="true"))


EXPLORE = "/"
THRESHOLDS = "/thresholds"
PAGE_NAMES_SUBGROUPS = "/subgroups"
PROGRESSION = "/progression"
CREDIBILITY = "/credibility"
PRESENT = "/present"
DATA = "/data"

PAGE_NAMES = {
    EXPLORE: "Explore",
    THRESHOLDS: "Thresholds",
    PAGE_NAMES_SUBGROUPS: "Subgroups",
    PROGRESSION: "Progression",
    CREDIBILITY: "Credibility",
    PRESENT: "Present",
    DATA: "Data",
}


ASKED = "panel-menu-asked"
"""What was chosen: the panel's key, and ``picture``, ``numbers`` or ``table``."""
TAKEN = "panel-menu-taken"
GIVEN = "data-taken"
"""Where the answer arrives as JSON: an attribute that ``assets/pictures.js`` watches."""
HISTOGRAM = "histogram"
PANEL_MENU_SUBGROUPS = "subgroups"


def build_menu_button(key: str, *, pictured: bool, tabled: bool = True, numbered: bool = False) -> Component:
    """The button of one panel; ``pictured``, ``tabled`` and ``numbered`` tell what it has to give."""
    gives = " ".join(["picture"] * pictured + ["numbers"] * numbered + ["table"] * tabled)
    numbers: dict[str, Any] = build_data_attributes(numbers="") if numbered else {}
    return html.Button(
        "⋯",
        id=ids.panel(key, "menu"),
        type="button",
        className="panel-menu",
        title="Export",
        **build_aria_attributes(label="Export this panel", haspopup="menu", expanded="false"),
        **build_data_attributes(key=key, gives=gives),
        **numbers,
    )


def build_panel_stores() -> list[Component]:
    """What must be on a page for its panels to be asked for anything."""
    return [dcc.Store(id=ASKED), html.Div(id=TAKEN, hidden=True)]


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


def build_text_dialog(dialog: TextDialog) -> Component:
    """The dialog, closed; ``assets/text_dialog.js`` opens it when its text has been written."""
    choice = dmc.SegmentedControl(
        id=dialog.part("language"),
        data=[{"value": one.key, "label": one.name} for one in dialog.languages],
        value=dialog.languages[0].key,
        size="sm",
        **build_aria_attributes(label="Language"),
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
    region: dict[str, Any] = {"tabIndex": 0, "role": "region", **build_aria_attributes(label=dialog.title)}
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
        **build_aria_attributes(labelledby=dialog.part("title")),
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
        view = read_view(store, query)
        try:
            text = dialog.write(view, chosen, seen)
        except MirodashError as error:
            text = " ".join(error.problems)
        name = build_file_name(view.trial, dialog.key, endings[chosen])
        # another request of the same text opens the dialog as well; whatever was sent, a browser can read it
        return text, {"key": dialog.key, "name": name, "asked": parse_sequence(clicks)}

    app.clientside_callback(
        ClientsideFunction("mirodash", "takeText"),
        Output(dialog.part("said"), "children"),
        Input(dialog.part("copy"), "n_clicks"),
        Input(dialog.part("save"), "n_clicks"),
        Input(dialog.part("written"), "data"),
        State(dialog.part("text"), "children"),
        prevent_initial_call=True,
    )
