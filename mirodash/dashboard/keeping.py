"""Keep this view: a button on every page, and the dialog in which one of its pictures goes onto the strip."""

from __future__ import annotations

from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.dashboard import ids, page_names
from mirodash.dashboard.aria import aria
from mirodash.dashboard.kept_views import kept_query
from mirodash.dashboard.sent_counts import count_sent
from mirodash.dashboard.strip_words import proposed_title
from mirodash.dashboard.view import View, view_of
from mirodash.questions.talk.slide_data import picture_names
from mirodash.stratification.saved_view import SEARCH, SUBGROUPS, SURVIVAL, is_picture
from mirodash.trial.store import TrialStore

KEEP = "keep-view"
SAID = "keep-said"
DIALOG = "keep-dialog"
TITLE = "keep-dialog-title"
ASKED = "keep-asked"
OFFERED = "keep-offered"
CHOSEN = "keep-chosen"
PROPOSED = "keep-proposed"
SHOWN = "keep-shown"
COUNTED = "keep-counted"

WHOLE_FOREST = SUBGROUPS
"""Not a picture but all pages of the forest, each of which becomes a view."""


def keeping() -> list[Component]:
    """The button with what is said after it; ``assets/keeping.js`` fills the dialog."""
    return [
        html.Button("Keep this view", id=KEEP, type="button", **aria(haspopup="dialog")),
        html.Span(id=SAID, role="status", className="said keep-said"),
        html.Dialog(
            html.H2("Keep this view", id=TITLE),
            id=DIALOG,
            className="dialog keep-dialog",
            **aria(labelledby=TITLE),
        ),
        *(dcc.Store(id=name) for name in (ASKED, OFFERED, CHOSEN, PROPOSED, SHOWN, COUNTED)),
    ]


def register(app: Dash, store: TrialStore) -> None:
    """Offer the pictures of the view on screen, and propose a title for the one that is chosen."""
    app.clientside_callback(
        ClientsideFunction("mirodash", "askToKeep"),
        Output(ASKED, "data"),
        Input(KEEP, "n_clicks"),
        State(ids.SELECTION, "data", allow_optional=True),
        prevent_initial_call=True,
    )
    for function, output, given in (
        ("offerPictures", CHOSEN, OFFERED),
        ("showProposal", SHOWN, PROPOSED),
        ("countKept", COUNTED, ids.ADDRESS),
    ):
        app.clientside_callback(
            ClientsideFunction("mirodash", function), Output(output, "data"), Input(given, "data")
        )

    @app.callback(Output(OFFERED, "data"), Input(ASKED, "data"), prevent_initial_call=True)
    def offer_pictures(asked: object) -> Any:
        fields = _fields(asked)
        view = view_of(store, fields.get("query"))
        offered = _offered(view)
        return {
            "at": count_sent(fields.get("at")),
            "query": kept_query(view),
            "pictures": [{"value": picture, "label": name} for picture, name in offered],
            "picture": _usual(fields.get("page"), [picture for picture, _ in offered]),
        }

    @app.callback(Output(PROPOSED, "data"), Input(CHOSEN, "data"), prevent_initial_call=True)
    def propose_title(chosen: object) -> Any:
        fields = _fields(chosen)
        picture = fields.get("picture")
        first = f"{SUBGROUPS}-1" if picture == WHOLE_FOREST else picture
        if not isinstance(first, str) or not is_picture(first):
            return no_update
        proposed = proposed_title(view_of(store, fields.get("query")), first)
        return {"at": count_sent(fields.get("at")), "picture": picture, "proposed": proposed}


def _offered(view: View) -> list[tuple[str, str]]:
    names = list(picture_names(view.trial, view.selection))
    pages = sum(picture.startswith(SUBGROUPS) for picture, _ in names)
    whole = [(WHOLE_FOREST, f"Subgroups, the whole forest: {pages} slides")] if pages > 1 else []
    return [*names, *whole]


def _usual(page: object, pictures: list[str]) -> str:
    """The picture that a reader of this page most likely means."""
    wanted = {page_names.THRESHOLDS: SEARCH, page_names.SUBGROUPS: f"{SUBGROUPS}-1"}.get(
        str(page), SURVIVAL[1]
    )
    return wanted if wanted in pictures else pictures[0]


def _fields(sent: object) -> dict[str, Any]:
    return cast("dict[str, Any]", sent) if isinstance(sent, dict) else {}
