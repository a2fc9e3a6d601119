"""The stage: kept views full screen, one after the other, with a threshold that can still be dragged."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from mirodash.dashboard import ids
from mirodash.dashboard.aria import aria
from mirodash.dashboard.failures import log_failure
from mirodash.dashboard.panel_place import still_graph
from mirodash.dashboard.strip_files import STRIP
from mirodash.dashboard.view import View, view_of
from mirodash.dashboard.words import tables
from mirodash.errors import GoneError, MirodashError
from mirodash.plot.theme import Theme, theme_named
from mirodash.questions.talk.stage_view import OnStage, on_stage
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.validation import minimal
from mirodash.text.numbers import bare_value
from mirodash.trial.store import TrialStore

LOG = logging.getLogger(__name__)

STAGE = "stage"
BOX = "stage-box"
TITLE = "stage-title"
PICTURE = "stage-picture"
FACTS = "stage-facts"
CANNOT = "stage-cannot"
SLIDER = "stage-slider"
BACK = "stage-back"
FOOTER = "stage-footer"
TAG = "stage-tag"
NUMBER = "stage-number"
ALT = "stage-alt"
TABLES = "stage-tables"
SAID = "stage-said"
PREVIOUS = "stage-previous"
NEXT = "stage-next"
LEAVE = "stage-leave"

STRIP_KNOWN = "stage-strip-known"
ASKED = "stage-asked"
"""One view that the browser wants to show: ``ticket``, ``query``, ``picture`` and ``title``."""
ANSWER = "stage-answer"
SLIDE = "data-slide"
"""Where the answer arrives as JSON, watched by ``assets/stage_slides.js``."""

NO_SUCH_VIEW = "This is no view that can be shown."
SOMETHING_WENT_WRONG = "This slide could not be computed. The other slides are not affected."


def stage() -> Component:
    """The stage, dark, until ``mirodash.present(place)`` of ``assets/stage.js`` opens it at one view."""
    box: list[Component] = [
        html.Div(
            [html.Strong(id=TAG), html.Button(id=BACK, type="button", hidden=True), html.Span(id=NUMBER)],
            className="stage-top",
        ),
        html.H2(id=TITLE),
        html.Div(
            [
                html.Div(still_graph(PICTURE), className="stage-picture", role="img", **aria(labelledby=ALT)),
                html.P(id=CANNOT),
                html.Dl(id=FACTS),
                html.Div(id=SLIDER),
            ],
            className="stage-body",
        ),
        html.P(id=FOOTER),
    ]
    around: list[Component] = [
        html.Div(box, id=BOX),
        _button(PREVIOUS, "‹", "Previous slide"),
        _button(NEXT, "›", "Next slide"),
        _button(LEAVE, "×", "Leave the stage"),
        html.P(id=ALT, className="for-screen-readers"),
        html.Div(id=TABLES, className="for-screen-readers"),
        html.Div(id=SAID, role="status", className="for-screen-readers"),
    ]
    dialog: dict[str, Any] = {"role": "dialog", "tabIndex": -1, **aria(modal="true", label="Presentation")}
    return html.Div(
        [
            *(dcc.Store(id=name) for name in (ASKED, STRIP_KNOWN)),
            html.Div(id=ANSWER, hidden=True),
            html.Div(around, id=STAGE, className="stage", hidden=True, **dialog),
        ]
    )


def _button(identifier: str, sign: str, name: str) -> Component:
    return html.Button(
        html.Span(sign, **aria(hidden="true")), id=identifier, type="button", **aria(label=name)
    )


def register(app: Dash, store: TrialStore) -> None:
    """Answer for one view at a time: the browser asks for the newest first and keeps what it has."""
    app.clientside_callback(
        ClientsideFunction("mirodash", "keepStrip"), Output(STRIP_KNOWN, "data"), Input(STRIP, "data")
    )

    @app.callback(
        Output(ANSWER, SLIDE),
        Input(ASKED, "data"),
        State(ids.THEME, "data"),
        prevent_initial_call=True,
    )
    def show_slide(asked: object, theme: object) -> str:
        colours = theme_named(theme if isinstance(theme, str) else "")
        wanted: Mapping[Any, Any] = asked if isinstance(asked, Mapping) else {}
        ticket = wanted.get("ticket")
        told = {"ticket": ticket if isinstance(ticket, int) else 0, **_slide(store, wanted, colours)}
        return json.dumps(told, ensure_ascii=False, allow_nan=False)


def _slide(store: TrialStore, asked: Mapping[Any, Any], theme: Theme) -> dict[str, Any]:
    """A slide as plain data; whatever was sent, there is one, if only with a sentence on it."""
    try:
        kept = SavedView(*(_text(asked, key) for key in ("query", "picture", "title")))
    except ValueError:
        return {"cannot": NO_SUCH_VIEW}
    try:
        view = view_of(store, kept.query)
    except GoneError as error:  # a place that does not answer may do so later: that slide is asked for again
        return {"cannot": " ".join(error.problems)}
    if view.problems:  # another view than the one kept must not be shown under its name
        return {"cannot": " ".join(view.problems)}
    try:
        return _shown(view, kept, theme)
    except MirodashError as error:
        return {"cannot": " ".join(error.problems)}
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
        log_failure(LOG, f"slide {kept.picture} failed", error, view)
        return {"cannot": SOMETHING_WENT_WRONG}


def _text(asked: Mapping[Any, Any], key: str) -> str:
    value = asked.get(key, "")
    if not isinstance(value, str):
        raise ValueError(f"the {key} is no text")
    return value


def _shown(view: View, kept: SavedView, theme: Theme) -> dict[str, Any]:
    made = on_stage(view.trial, view.selection, kept, theme=theme, on=date.today())
    words = made.words
    return {
        "query": minimal(view.trial, view.selection).to_query(),
        "title": words.title,
        "proposed": words.proposed,
        "facts": [
            {
                "label": one.fact.label,
                "value": one.fact.value,
                "detail": one.fact.detail,
                "lead": one.fact.lead,
                "needed": one.needed,
                "brief": one.brief,
                "reach": one.reach,
            }
            for one in made.facts
        ],
        "footer": words.footer,
        "synthetic": view.trial.dictionary.synthetic,
        "alt": words.alt,
        "tables": tables(words.tables),
        "figure": made.figure,
        "wide": made.is_wide,
        "slider": _slider(made),
    }


def _slider(made: OnStage) -> dict[str, Any] | None:
    if made.span is None or not made.thresholds:
        return None
    biomarker = made.span.biomarker
    return {
        "name": biomarker.short,
        "ends": [made.span.low, made.span.high],
        "log": made.span.scale == "log",
        "stops": list(made.stops),
        "texts": [bare_value(biomarker, stop) for stop in made.stops],
        "thresholds": list(made.thresholds),
        "at": [bare_value(biomarker, threshold) for threshold in made.thresholds],
        "unit": biomarker.unit,
    }
