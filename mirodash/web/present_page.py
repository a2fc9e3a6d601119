"""Present page and stage: saved views in order, full screen, with a threshold that can be dragged."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import date
from time import monotonic
from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.errors import GoneError, MirodashError
from mirodash.plot.theme import Theme, find_theme
from mirodash.questions.panel_words import describe_tables
from mirodash.questions.talk.slide_data import build_starter_deck
from mirodash.questions.talk.stage_pack import describe_on_stage, pack_slides
from mirodash.questions.talk.stage_view import OnStage, build_stage_view
from mirodash.questions.threshold_pack import PackBlock
from mirodash.stratification.saved_view import SavedView, is_picture
from mirodash.stratification.validation import reduce_to_canonical
from mirodash.text.numbers import format_threshold
from mirodash.trial.store import TrialStore
from mirodash.web import ids, strip
from mirodash.web.components import build_aria_attributes
from mirodash.web.panel_host import build_still_graph
from mirodash.web.public_links import PublicLinks
from mirodash.web.strip import STRIP as STRIP_FILES_STRIP
from mirodash.web.strip import (
    build_back_link,
    describe_card_words,
    find_page,
    link_back_to_explore,
    views_sent,
)
from mirodash.web.threshold_packs import ARRIVES, answer_block, read_wanted
from mirodash.web.view import View, log_failure, parse_sequence, read_view

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
STAGE_SAID = "stage-said"
CODE = "stage-code"
"""The code of the slide's link; filled and shown by ``assets/stage_code.js``."""
HELP = "stage-help"
PREVIOUS = "stage-previous"
NEXT = "stage-next"
LEAVE = "stage-leave"

STRIP_KNOWN = "stage-strip-known"
ASKED = "stage-asked"
"""One view that the browser wants to show: ``ticket``, ``query``, ``picture`` and ``title``."""
ANSWER = "stage-answer"
PACK_WANTED = "stage-pack-wanted"
PACK = "stage-pack"
"""What the slide on stage is at the stops of its threshold; see `mirodash.web.threshold_packs`."""
SLIDE = "data-slide"
"""Where the answer arrives as JSON, watched by ``assets/stage_slides.js``."""

NO_SUCH_VIEW = "This is no view that can be shown."
SOMETHING_WENT_WRONG = "This slide could not be computed. The other slides are not affected."


def build_stage() -> Component:
    """The stage, dark, until ``mirodash.present(place)`` of ``assets/stage.js`` opens it at one view."""
    box: list[Component] = [
        html.Div(
            [html.Strong(id=TAG), html.Button(id=BACK, type="button", hidden=True), html.Span(id=NUMBER)],
            className="stage-top",
        ),
        html.H2(id=TITLE),
        html.Div(
            [
                html.Div(
                    build_still_graph(PICTURE),
                    className="stage-picture",
                    role="img",
                    **build_aria_attributes(labelledby=ALT),
                ),
                html.P(id=CANNOT),
                html.Dl(id=FACTS),
                html.Div(id=SLIDER),
            ],
            className="stage-body",
        ),
        html.P(id=FOOTER),
        html.Div(id=CODE, hidden=True),
        _build_help(),
    ]
    around: list[Component] = [
        html.Div(box, id=BOX),
        _build_button(PREVIOUS, "‹", "Previous slide"),
        _build_button(NEXT, "›", "Next slide"),
        _build_button(LEAVE, "×", "Leave the stage"),
        html.P(id=ALT, className="for-screen-readers"),
        html.Div(id=TABLES, className="for-screen-readers"),
        html.Div(id=STAGE_SAID, role="status", className="for-screen-readers"),
    ]
    dialog: dict[str, Any] = {
        "role": "dialog",
        "tabIndex": -1,
        **build_aria_attributes(modal="true", label="Presentation"),
    }
    return html.Div(
        [
            *(dcc.Store(id=name) for name in (ASKED, STRIP_KNOWN, PACK_WANTED)),
            html.Div(id=ANSWER, hidden=True),
            html.Div(id=PACK, hidden=True),
            html.Div(around, id=STAGE, className="stage", hidden=True, **dialog),
        ]
    )


KEYS = (
    ("→, space, page down", "next slide"),
    ("←, page up", "previous slide"),
    ("Shift with ← or →", "move the threshold"),
    ("Q", "code of the link: in the corner, large, off"),
    ("B or .", "blank"),
    ("H or ?", "these keys"),
    ("Esc", "leave"),
)
"""What ``assets/stage.js`` does at which key."""


def _build_help() -> Component:
    """The keys of the stage, shown by one of them."""
    lines = [part for key, what in KEYS for part in (html.Dt(key), html.Dd(what))]
    return html.Dl(lines, id=HELP, hidden=True)


def _build_button(identifier: str, sign: str, name: str) -> Component:
    return html.Button(
        html.Span(sign, **build_aria_attributes(hidden="true")),
        id=identifier,
        type="button",
        **build_aria_attributes(label=name),
    )


def register_stage(app: Dash, store: TrialStore, links: PublicLinks) -> None:
    """Answer for one view at a time: the browser asks for the newest first and keeps what it has."""
    app.clientside_callback(
        ClientsideFunction("mirodash", "keepStrip"),
        Output(STRIP_KNOWN, "data"),
        Input(STRIP_FILES_STRIP, "data"),
    )

    @app.callback(
        Output(ANSWER, SLIDE),
        Input(ASKED, "data"),
        State(ids.THEME, "data"),
        prevent_initial_call=True,
    )
    def show_slide(asked: object, theme: object) -> str:
        colours = find_theme(theme if isinstance(theme, str) else "")
        wanted: Mapping[Any, Any] = asked if isinstance(asked, Mapping) else {}
        ticket = wanted.get("ticket")
        told = {
            "ticket": ticket if isinstance(ticket, int) else 0,
            **_build_slide(store, wanted, colours, links),
        }
        return json.dumps(told, ensure_ascii=False, allow_nan=False)

    @app.callback(
        Output(PACK, ARRIVES),
        Input(PACK_WANTED, "data"),
        State(ids.THEME, "data"),
        prevent_initial_call=True,
    )
    def send_slides(sent: object, theme: object) -> Any:
        wanted = read_wanted(sent)
        if wanted is None or not is_picture(wanted.place):
            return no_update
        colours = find_theme(theme if isinstance(theme, str) else "")

        def pack(view: View) -> PackBlock | None:
            return pack_slides(
                view.trial,
                view.selection,
                wanted.place,
                moved=wanted.moved,
                near=wanted.near,
                theme=colours,
                on=date.today(),
            )

        return answer_block(read_view(store, wanted.query), wanted, pack)


def _build_slide(
    store: TrialStore, asked: Mapping[Any, Any], theme: Theme, links: PublicLinks
) -> dict[str, Any]:
    """A slide as plain data; whatever was sent, there is one, if only with a sentence on it."""
    try:
        kept = SavedView(*(_build_text(asked, key) for key in ("query", "picture", "title")))
    except ValueError:
        return {"cannot": NO_SUCH_VIEW}
    try:
        view = read_view(store, kept.query)
    except GoneError as error:  # a place that does not answer may do so later: that slide is asked for again
        return {"cannot": " ".join(error.problems)}
    if view.problems:  # another view than the one kept must not be shown under its name
        return {"cannot": " ".join(view.problems)}
    try:
        code = links.describe_code(view, find_page(kept.picture))
        return {**_show_slide(view, kept, theme), "code": code}
    except MirodashError as error:
        return {"cannot": " ".join(error.problems)}
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
        log_failure(LOG, f"slide {kept.picture} failed", error, view)
        return {"cannot": SOMETHING_WENT_WRONG}


def _build_text(asked: Mapping[Any, Any], key: str) -> str:
    value = asked.get(key, "")
    if not isinstance(value, str):
        raise ValueError(f"the {key} is no text")
    return value


def _show_slide(view: View, kept: SavedView, theme: Theme) -> dict[str, Any]:
    made = build_stage_view(view.trial, view.selection, kept, theme=theme, on=date.today())
    return {
        "query": reduce_to_canonical(view.trial, view.selection).to_query(),
        **describe_on_stage(view.trial, made),
        "tables": describe_tables(made.words.tables),
        "figure": made.figure,
        "slider": _build_slider(made),
    }


def _build_slider(made: OnStage) -> dict[str, Any] | None:
    if made.span is None or not made.thresholds:
        return None
    biomarker = made.span.biomarker
    return {
        "name": biomarker.short,
        **made.span.describe(),
        "stops": list(made.stops),
        "texts": [format_threshold(biomarker, stop) for stop in made.stops],
        "thresholds": list(made.thresholds),
        "at": [format_threshold(biomarker, threshold) for threshold in made.thresholds],
        "unit": biomarker.unit,
    }


STRIP = strip.STRIP
OPENED_HERE = "strip-opened-here"
WANTED = "strip-wanted"
TOLD = "strip-told"
TOLD_SHOWN = "strip-told-shown"
STORY = "strip-story"
STORY_TAKEN = "strip-story-taken"

CARDS = "strip-cards"
LINKED = "strip-linked"
EMPTY = "strip-empty"
COUNT = "strip-count"
PRESENT_PAGE_SAID = "strip-said"
UNDO = "strip-undo"
CHOICE = "strip-choice"
OPEN = "strip-open"
PRESENT = "strip-present"
COPY = "strip-copy"
STARTER = "strip-starter"
CLEAR = "strip-clear"

MAX_AT_ONCE = 6
"""Views described in one answer: the browser asks for the others when it has these."""
PATIENCE_S = 2.0
"""A request goes on to the next view while it has not yet lasted longer."""


def present_page(view: View) -> Component:
    """The page, with an empty strip: the browser keeps it, and ``assets/strip.js`` writes its cards."""
    query = reduce_to_canonical(view.trial, view.selection).to_query()
    empty: dict[str, Any] = {"hidden": True}
    main = html.Main(
        [
            html.Div(
                [html.H1("Present"), html.Span(id=COUNT, className="note"), link_back_to_explore(query)],
                className="strip-head",
            ),
            build_back_link(view),
            html.Div(id=LINKED, className="strip-linked", **empty),
            _build_tools(),
            html.Div(
                [
                    html.P(id=PRESENT_PAGE_SAID, role="status", className="said"),
                    html.Button("Undo", id=UNDO, type="button", className="plain", **empty),
                ],
                className="strip-saying",
            ),
            html.Div(
                id=CHOICE,
                className="strip-choice",
                role="group",
                **empty,
                **build_aria_attributes(label="The file"),
            ),
            html.Ol(id=CARDS, className="strip-cards", **build_aria_attributes(label="Kept views, in order")),
            html.Div(id=EMPTY, className="strip-empty", **empty),
        ],
        className="main strip",
        id="main",
    )
    return html.Div([*_build_stores(query), main, build_stage()])


def _build_stores(query: str) -> list[Component]:
    return [
        dcc.Store(id=ids.SELECTION, data=query),
        dcc.Store(id=OPENED_HERE, data=query),
        *(dcc.Store(id=name) for name in (STRIP, WANTED, TOLD, TOLD_SHOWN, STORY, STORY_TAKEN)),
        *strip.build_stores(),
    ]


def _build_tools() -> Component:
    def button(name: str, identifier: str, what: str, kind: str = "plain") -> Component:
        return html.Button(name, id=identifier, type="button", className=kind, title=what)

    return html.Div(
        [
            button("Present", PRESENT, "Full screen, from the first view; H lists the keys", "plain leading"),
            button("PowerPoint", strip.DECK, "One slide a view, with charts that can be edited"),
            button("Save as file", strip.SAVE, "The strip as one JSON file"),
            html.Span(id=OPEN),
            button("Copy link to this strip", COPY, "The link holds the strip; no server sees it"),
            button("Ready-made set", STARTER, "Adds slides that present this trial"),
            button("Clear", CLEAR, "Takes every view off the strip"),
        ],
        className="strip-tools",
        role="group",
        **build_aria_attributes(label="Strip"),
    )


def register_present_page(app: Dash, store: TrialStore, links: PublicLinks) -> None:
    """Say what the cards show, propose a starter set, and let files come and go."""
    for function, output, given in (
        ("showStrip", STRIP, OPENED_HERE),
        ("showTold", TOLD_SHOWN, TOLD),
        ("takeStory", STORY_TAKEN, STORY),
    ):
        app.clientside_callback(
            ClientsideFunction("mirodash", function), Output(output, "data"), Input(given, "data")
        )
    strip.register_strip_files(app, store, links)
    register_stage(app, store, links)

    @app.callback(Output(TOLD, "data"), Input(WANTED, "data"), prevent_initial_call=True)
    def describe(wanted: object) -> Any:
        asked = cast("dict[str, Any]", wanted).get("at") if isinstance(wanted, dict) else None
        views = views_sent(wanted)[:MAX_AT_ONCE]
        started, words = monotonic(), [describe_card_words(store, kept) for kept in views[:1]]
        # the browser asks again for those that are not described in time
        for kept in views[1:]:
            if monotonic() - started >= PATIENCE_S:
                break
            words.append(describe_card_words(store, kept))
        return {"at": parse_sequence(asked), "words": words}

    @app.callback(
        Output(STORY, "data"),
        Input(STARTER, "n_clicks"),
        State(ids.SELECTION, "data"),
        prevent_initial_call=True,
    )
    def tell_story(clicks: object, query: object) -> Any:
        if not parse_sequence(clicks):
            return no_update
        trial = read_view(store, query).trial
        return {
            "at": parse_sequence(clicks),
            "trial": trial.title,
            "views": strip.list_plain_views(build_starter_deck(trial, named=trial.id)),
        }
