"""What a reader takes away from a view: slides, numbers, code, a methods paragraph, paper."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.dashboard import ids, text_dialog
from mirodash.dashboard.aria import aria
from mirodash.dashboard.file_names import POWERPOINT, file_name
from mirodash.dashboard.text_dialog import Language, TextDialog
from mirodash.dashboard.view import View, view_of
from mirodash.export.analysis_json import numbers_json
from mirodash.export.code import code
from mirodash.export.deck import deck, slides_of_view
from mirodash.questions.subgroup_credibility import looks
from mirodash.questions.talk.methods_paragraph import methods_paragraph
from mirodash.text.methods import versions_here
from mirodash.trial.store import TrialStore

MENU = "export-menu"
LIST = "export-list"
SLIDES = "export-slides"
SLIDES_FILE = "export-slides-file"


def _code(view: View, language: str, _seen: object) -> str:
    return code(view.trial, view.selection, "python" if language == "python" else "r")


def _methods(view: View, language: str, seen: object) -> str:
    return methods_paragraph(
        view.trial,
        view.selection,
        language="fr" if language == "fr" else "en",
        looks=looks(view.trial, view.selection, seen),
        versions=versions_here(),
    )


CODE = TextDialog(
    "code",
    "The code behind this view",
    "It reads your own file, makes the same groups, and prints the same numbers.",
    (Language("r", "R", "R"), Language("python", "Python", "py")),
    _code,
    is_code=True,
)
METHODS = TextDialog(
    "methods",
    "Methods, ready for an abstract",
    "What was asked and how it was answered, without the answer.",
    (Language("en", "English", "txt"), Language("fr", "Français", "txt")),
    _methods,
)
DIALOGS = (CODE, METHODS)


def export_menu() -> list[Component]:
    """The menu in the header, and the dialogs that it opens."""
    items = (
        (SLIDES, "PowerPoint slides", "Charts that can be edited"),
        (ids.EXPORT_NUMBERS, "Numbers", "Everything as JSON, at full precision"),
        (CODE.part("open"), "Code", "The same numbers in R or Python"),
        (METHODS.part("open"), "Methods paragraph", "In English or French"),
        (ids.PRINT, "Print", "On paper, or as PDF"),
    )
    popup: dict[str, Any] = aria(haspopup="menu", expanded="false", controls=LIST)
    button = html.Button("Export", id=MENU, type="button", **popup)
    hidden: dict[str, Any] = {"hidden": True, "role": "menu", **aria(label="Export")}
    menu = html.Div([_item(*item) for item in items], id=LIST, className="menu-list export-list", **hidden)
    return [
        html.Div([button, menu], className="export"),
        *(text_dialog.text_dialog(one) for one in DIALOGS),
        dcc.Download(id=SLIDES_FILE),
    ]


def _item(identifier: str, name: str, what: str) -> Component:
    held: dict[str, Any] = {"role": "menuitem", "tabIndex": -1}
    return html.Button([name, " ", html.Small(what)], id=identifier, type="button", **held)


def register(app: Dash, store: TrialStore) -> None:
    """Make what is asked for, of the view that is on screen."""
    for dialog in DIALOGS:
        text_dialog.register(app, store, dialog)

    @app.callback(
        Output(ids.EXPORT_FILE, "data"),
        Input(ids.EXPORT_NUMBERS, "n_clicks"),
        State(ids.SELECTION, "data", allow_optional=True),
        State(ids.LOOKS, "data"),
        prevent_initial_call=True,
    )
    def export_numbers(clicks: object, query: object, seen: object) -> Any:
        if not clicks:
            return no_update
        view = view_of(store, query)
        looked = looks(view.trial, view.selection, seen)
        numbers = numbers_json(view.trial, view.selection, looked=looked, on=date.today())
        text = json.dumps(numbers, indent=2, ensure_ascii=False, allow_nan=False)
        return dcc.send_string(text, file_name(view.trial, "", "json"))

    @app.callback(
        Output(SLIDES_FILE, "data"),
        Input(SLIDES, "n_clicks"),
        State(ids.SELECTION, "data", allow_optional=True),
        prevent_initial_call=True,
    )
    def export_slides(clicks: object, query: object) -> Any:
        if not clicks:
            return no_update
        view = view_of(store, query)
        file = deck(slides_of_view(view.trial, view.selection), on=date.today())
        return dcc.send_bytes(file, file_name(view.trial, "", "pptx"), type=POWERPOINT)
