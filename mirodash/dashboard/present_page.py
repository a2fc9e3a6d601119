"""The Present page: the strip of kept views, to put in order, to present and to carry away."""

from __future__ import annotations

from time import monotonic
from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.dashboard import ids, stage, strip_files
from mirodash.dashboard.aria import aria
from mirodash.dashboard.came_from import back_to_explore, came_from
from mirodash.dashboard.kept_views import views_sent
from mirodash.dashboard.sent_counts import count_sent
from mirodash.dashboard.strip_words import card_words
from mirodash.dashboard.view import View, view_of
from mirodash.questions.talk.slide_data import story
from mirodash.stratification.validation import minimal
from mirodash.trial.store import TrialStore

STRIP = strip_files.STRIP
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
SAID = "strip-said"
UNDO = "strip-undo"
CHOICE = "strip-choice"
OPEN = "strip-open"
PRESENT = "strip-present"
COPY = "strip-copy"
STARTER = "strip-starter"
CLEAR = "strip-clear"

MOST_AT_ONCE = 6
"""Views described in one answer: the browser asks for the others when it has these."""
PATIENCE_S = 2.0
"""A request goes on to the next view while it has not yet lasted longer."""


def present_page(view: View) -> Component:
    """The page, with an empty strip: the browser keeps it, and ``assets/strip.js`` writes its cards."""
    query = minimal(view.trial, view.selection).to_query()
    empty: dict[str, Any] = {"hidden": True}
    main = html.Main(
        [
            html.Div(
                [html.H1("Present"), html.Span(id=COUNT, className="note"), back_to_explore(query)],
                className="strip-head",
            ),
            came_from(view),
            html.Div(id=LINKED, className="strip-linked", **empty),
            _tools(),
            html.Div(
                [
                    html.P(id=SAID, role="status", className="said"),
                    html.Button("Undo", id=UNDO, type="button", className="plain", **empty),
                ],
                className="strip-saying",
            ),
            html.Div(id=CHOICE, className="strip-choice", role="group", **empty, **aria(label="The file")),
            html.Ol(id=CARDS, className="strip-cards", **aria(label="Kept views, in order")),
            html.Div(id=EMPTY, className="strip-empty", **empty),
        ],
        className="main strip",
        id="main",
    )
    return html.Div([*_stores(query), main, stage.stage()])


def _stores(query: str) -> list[Component]:
    return [
        dcc.Store(id=ids.SELECTION, data=query),
        dcc.Store(id=OPENED_HERE, data=query),
        *(dcc.Store(id=name) for name in (STRIP, WANTED, TOLD, TOLD_SHOWN, STORY, STORY_TAKEN)),
        *strip_files.stores(),
    ]


def _tools() -> Component:
    def button(name: str, identifier: str, what: str, kind: str = "plain") -> Component:
        return html.Button(name, id=identifier, type="button", className=kind, title=what)

    return html.Div(
        [
            button("Present", PRESENT, "Full screen, from the first view", "plain leading"),
            button("PowerPoint", strip_files.DECK, "One slide a view, with charts that can be edited"),
            button("Save as file", strip_files.SAVE, "The strip as one JSON file"),
            html.Span(id=OPEN),
            button("Copy link to this strip", COPY, "The link holds the strip; no server sees it"),
            button("Starter set", STARTER, "Adds the views that tell this trial's story"),
            button("Clear", CLEAR, "Takes every view off the strip"),
        ],
        className="strip-tools",
        role="group",
        **aria(label="Strip"),
    )


def register(app: Dash, store: TrialStore) -> None:
    """Say what the cards show, propose a starter set, and let files come and go."""
    for function, output, given in (
        ("showStrip", STRIP, OPENED_HERE),
        ("showTold", TOLD_SHOWN, TOLD),
        ("takeStory", STORY_TAKEN, STORY),
    ):
        app.clientside_callback(
            ClientsideFunction("mirodash", function), Output(output, "data"), Input(given, "data")
        )
    strip_files.register(app, store)
    stage.register(app, store)

    @app.callback(Output(TOLD, "data"), Input(WANTED, "data"), prevent_initial_call=True)
    def describe(wanted: object) -> Any:
        asked = cast("dict[str, Any]", wanted).get("at") if isinstance(wanted, dict) else None
        views = views_sent(wanted)[:MOST_AT_ONCE]
        started, words = monotonic(), [card_words(store, kept) for kept in views[:1]]
        # the browser asks again for those that are not described in time
        for kept in views[1:]:
            if monotonic() - started >= PATIENCE_S:
                break
            words.append(card_words(store, kept))
        return {"at": count_sent(asked), "words": words}

    @app.callback(
        Output(STORY, "data"),
        Input(STARTER, "n_clicks"),
        State(ids.SELECTION, "data"),
        prevent_initial_call=True,
    )
    def tell_story(clicks: object, query: object) -> Any:
        if not count_sent(clicks):
            return no_update
        trial = view_of(store, query).trial
        return {
            "at": count_sent(clicks),
            "trial": trial.title,
            "views": strip_files.plain(story(trial, named=trial.id)),
        }
