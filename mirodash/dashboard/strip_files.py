"""The strip as files: slides for PowerPoint, and one JSON file that can be opened again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from time import monotonic
from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, no_update
from dash.development.base_component import Component

from mirodash.dashboard.file_names import POWERPOINT
from mirodash.dashboard.kept_views import views_sent
from mirodash.dashboard.sent_counts import count_sent
from mirodash.dashboard.view import kept_view_of
from mirodash.errors import OverBudgetError, UnusableDataError
from mirodash.export.deck import Slide, deck, prepare
from mirodash.export.saved_json import read_strip, strip_json
from mirodash.stratification.saved_view import SavedView
from mirodash.trial.store import TrialStore

STRIP = "strip-views"
DECK = "strip-deck"
DECK_ASKED = "strip-deck-asked"
"""Which request it is, and how many slides are done: ``at`` and ``from``, by ``assets/strip_carry.js``."""
DECK_FILE = "strip-deck-file"
DECK_SAID = "strip-deck-said"
DECK_TOLD = "strip-deck-told"
SAVE = "strip-save"
SAVED = "strip-saved"
FILE = "strip-file"
OPENED = "strip-opened"
TAKEN = "strip-taken"

PATIENCE_S = 0.5
"""A request goes on to the next slide while it has not yet lasted longer."""
NO_SLIDES = "There is no view on the strip of which a slide could be made."

TOO_MANY_SLIDES = (
    "Putting these slides into one file takes longer than a request may. Try once more; if it is said again, "
    "make two files of half the views each."
)


def stores() -> list[Component]:
    """What the files come and go through."""
    return [
        *(dcc.Download(id=name) for name in (DECK_FILE, SAVED)),
        *(dcc.Store(id=name) for name in (DECK_ASKED, DECK_SAID, DECK_TOLD, FILE, OPENED, TAKEN)),
    ]


def plain(views: Iterable[SavedView]) -> list[dict[str, str]]:
    """Views as the browser keeps them."""
    return [
        {"query": view.query, "picture": view.picture, "title": view.title, "note": view.note}
        for view in views
    ]


def register(app: Dash, store: TrialStore) -> None:
    """Make the files that are asked for, and read the one that is opened."""
    _make_slides(app, store)
    _save_and_open(app)
    for function, output, given in (("sayOfSlides", DECK_TOLD, DECK_SAID), ("takeStrip", TAKEN, OPENED)):
        app.clientside_callback(
            ClientsideFunction("mirodash", function), Output(output, "data"), Input(given, "data")
        )


def _make_slides(app: Dash, store: TrialStore) -> None:
    @app.callback(
        Output(DECK_FILE, "data"),
        Output(DECK_SAID, "data"),
        Input(DECK_ASKED, "data"),
        State(STRIP, "data"),
        prevent_initial_call=True,
    )
    def make_slides(asked: object, sent: object) -> tuple[Any, Any]:
        fields = cast("dict[str, Any]", asked) if isinstance(asked, dict) else {}
        at = count_sent(fields.get("at"))
        if not at:
            return no_update, no_update
        slides, left_out = _slides(store, sent)
        done = _prepared(slides, count_sent(fields.get("from")))
        if done < len(slides):
            return no_update, {"at": at, "done": done, "of": len(slides)}
        if not slides:
            return no_update, {"at": at, "said": " ".join((NO_SLIDES, *left_out))}
        name = f"mirodash-strip{'-SYNTHETIC' * any(s.trial.dictionary.synthetic for s in slides)}.pptx"
        said = f"{len(slides)} {'slide' if len(slides) == 1 else 'slides'}: {name}."
        try:
            file = deck(slides, on=date.today())
        except OverBudgetError:
            return no_update, {"at": at, "said": TOO_MANY_SLIDES}
        download = dcc.send_bytes(file, name, type=POWERPOINT)
        return download, {"at": at, "said": " ".join((said, *left_out))}


def _prepared(slides: list[Slide], done: int) -> int:
    """How many slides are computed once a request has lasted long enough; the browser asks on from there.

    What was computed is remembered by this process; a slide that another one computed is so once more when
    the file is put together.
    """
    started = monotonic()
    for slide in slides[done:]:
        prepare(slide, on=date.today())
        done += 1
        if monotonic() - started >= PATIENCE_S:
            break
    return min(done, len(slides))


def _slides(store: TrialStore, sent: object) -> tuple[list[Slide], list[str]]:
    """The slides, and a sentence for every view of which there is none."""
    slides: list[Slide] = []
    left_out: list[str] = []
    for place, kept in enumerate(views_sent(sent), start=1):
        view = kept_view_of(store, kept.query) if kept else None
        if kept is None or view is None or view.problems:
            why = " ".join(view.problems) if view else ""
            left_out.append(f"View {place} was left out. {why}".strip())
        else:
            slides.append(Slide(view.trial, view.selection, kept))
    return slides, left_out


def _save_and_open(app: Dash) -> None:
    @app.callback(
        Output(SAVED, "data"),
        Input(SAVE, "n_clicks"),
        State(STRIP, "data"),
        prevent_initial_call=True,
    )
    def save_strip(clicks: object, sent: object) -> Any:
        if not clicks:
            return no_update
        views = [kept for kept in views_sent(sent) if kept]
        content = strip_json(views, on=date.today())
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
        return dcc.send_string(text, "mirodash-strip.json")

    @app.callback(Output(OPENED, "data"), Input(FILE, "data"), prevent_initial_call=True)
    def open_strip(file: object) -> Any:
        fields = cast("dict[str, Any]", file) if isinstance(file, dict) else {}
        text, asked = fields.get("text"), fields.get("at")
        if not isinstance(text, str):
            return no_update
        at = count_sent(asked)
        try:
            return {"at": at, "views": plain(read_strip(text)), "problems": []}
        except UnusableDataError as error:
            return {"at": at, "views": [], "problems": list(error.problems)}
