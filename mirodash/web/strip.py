"""Strip of saved views: saving a view, its card, the files it is exported to, and the link back."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from datetime import date
from time import monotonic
from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.errors import MirodashError, OverBudgetError, UnusableDataError
from mirodash.export.deck import Slide, deck, prepare
from mirodash.export.saved_json import MAX_VIEWS, read_strip, strip_json
from mirodash.questions.group_effects import describe_estimand
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.talk.slide_data import (
    FINDING_NAME,
    find_slide_data,
    list_picture_names,
    name_rising_picture,
)
from mirodash.questions.talk.slide_title import write_slide_title
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.saved_view import (
    BASELINE,
    EFFECT,
    FALLING,
    FINDING,
    GROUPS,
    OF_PROGRESSION,
    PROGRESSION,
    SEARCH,
    SUBGROUPS,
    SURVIVAL,
    SavedView,
    is_picture,
)
from mirodash.stratification.validation import reduce_to_canonical
from mirodash.trial.store import TrialStore
from mirodash.web import components, ids
from mirodash.web.components import POWERPOINT, build_aria_attributes
from mirodash.web.panel_host import SOMETHING_WENT_WRONG
from mirodash.web.public_links import PublicLinks
from mirodash.web.view import View, kept_query, log_failure, parse_sequence, read_saved_view, read_view

LOG = logging.getLogger(__name__)
Data = dict[str, Any]

NO_VIEW = "This is no view that can be shown."
USUAL_NAMES = {
    EFFECT: "Effect by biomarker",
    SEARCH: "Search over thresholds",
    GROUPS: "All groups",
    FINDING: FINDING_NAME,
    SURVIVAL[0]: "All participants",
    **dict.fromkeys(OF_PROGRESSION, "Repeated measurements"),
}
PAGED = {SUBGROUPS: "Subgroups", BASELINE: "Table 1"}
"""For views whose trial is not here, or whose picture does not exist in it."""


def describe_card_words(store: TrialStore, kept: SavedView | None) -> Data:
    """One card; whatever was kept, there is something to say.

    Parameters
    ----------
    store : TrialStore
        The trials that are served.
    kept : SavedView or None
        None for what no page can have kept.
    """
    if kept is None:
        return _cannot("A view", NO_VIEW)
    view = read_saved_view(store, kept.query)
    if view.problems:
        return _cannot(usual_name(kept.picture), *view.problems)
    try:
        return _describe_words(view, kept)
    except MirodashError as error:
        return _cannot(usual_name(kept.picture), *error.problems)
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
        log_failure(LOG, "a kept view could not be described", error)
        return _cannot(usual_name(kept.picture), SOMETHING_WENT_WRONG)


def proposed_title(view: View, picture: str) -> str:
    """The sentence that the data propose for one picture of a view."""
    return write_slide_title(view.trial, view.selection, find_slide_data(view.trial, view.selection, picture))


def usual_name(picture: str) -> str:
    """What a picture is called where its view cannot say it."""
    if picture in FALLING:
        return name_rising_picture(picture, {FALLING[picture]: usual_name(FALLING[picture])})
    usual = next((name for key, name in PAGED.items() if picture.startswith(key)), "A group")
    return USUAL_NAMES.get(picture, usual)


def describe_view_phrases(view: View) -> list[str]:
    """The trial, its groups, and who is selected for what, as short phrases.

    What the effect is measured in is the last phrase of every estimand, and says nothing about one view.
    """
    made = [group.label for group in assign_groups(view.trial, view.selection).groups]
    asked = [phrase.text for phrase in describe_estimand(view.trial, view.selection)]
    return [view.trial.dictionary.title, *made, *asked[:-1]]


def find_page(picture: str) -> str:
    """The page on which a picture stands."""
    if picture.startswith(SUBGROUPS):
        return components.PAGE_NAMES_SUBGROUPS
    if picture in OF_PROGRESSION:
        return components.PROGRESSION
    return "/thresholds" if picture == SEARCH else "/"


def _describe_words(view: View, kept: SavedView) -> Data:
    query = reduce_to_canonical(view.trial, view.selection).to_query()
    page = find_page(kept.picture)
    names = dict(list_picture_names(view.trial, view.selection))
    return {
        "name": (
            names.get(kept.picture) or name_rising_picture(kept.picture, names) or usual_name(kept.picture)
        ),
        "proposed": proposed_title(view, kept.picture),
        "phrases": describe_view_phrases(view),
        "synthetic": view.trial.dictionary.synthetic,
        "href": f"{page}?{query}" if query else page,
        "problems": [],
    }


def _cannot(name: str, *problems: str) -> Data:
    return {
        "name": name,
        "proposed": "",
        "phrases": [],
        "synthetic": False,
        "href": "",
        "problems": list(problems),
    }


def build_back_link(view: View) -> Component:
    """Which view the reader comes from: the other pages are still about it."""
    phrases: list[Component | str] = ["Current view: "]
    for phrase in describe_view_phrases(view):
        phrases += [html.Span(phrase, className="phrase"), " "]
    return html.P(phrases, className="from-view")


def link_back_to_explore(query: str) -> Component:
    """The link back, with the view in it."""
    return html.A("Back to Explore", href=f"/?{query}" if query else "/", className="view-link back")


TEXTS = ("query", "picture", "title", "note")


def views_sent(sent: object) -> tuple[SavedView | None, ...]:
    """The views of ``{"views": [...]}``, in order; None for what no page of ours can have kept.

    Parameters
    ----------
    sent : object
        Whatever came in a request.
    """
    found = cast("dict[str, Any]", sent).get("views") if isinstance(sent, dict) else None
    listed = cast("list[object]", found) if isinstance(found, list) else []
    return tuple(_view_sent(item) for item in listed[:MAX_VIEWS])


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


def build_saving() -> list[Component]:
    """The button with what is said after it; ``assets/keeping.js`` fills the dialog."""
    return [
        html.Button("Keep this view", id=KEEP, type="button", **build_aria_attributes(haspopup="dialog")),
        html.Span(id=SAID, role="status", className="said keep-said"),
        html.Dialog(
            html.H2("Keep this view", id=TITLE),
            id=DIALOG,
            className="dialog keep-dialog",
            **build_aria_attributes(labelledby=TITLE),
        ),
        *(dcc.Store(id=name) for name in (ASKED, OFFERED, CHOSEN, PROPOSED, SHOWN, COUNTED)),
    ]


def register_keeping(app: Dash, store: TrialStore) -> None:
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
        fields = _build_fields(asked)
        view = read_view(store, fields.get("query"))
        offered = _offer_pictures(view)
        return {
            "at": parse_sequence(fields.get("at")),
            "query": kept_query(view),
            "pictures": [{"value": picture, "label": name} for picture, name in offered],
            "rising": _list_rising(view, dict(offered)),
            "picture": _usual(fields.get("page"), [picture for picture, _ in offered]),
        }

    @app.callback(Output(PROPOSED, "data"), Input(CHOSEN, "data"), prevent_initial_call=True)
    def propose_title(chosen: object) -> Any:
        fields = _build_fields(chosen)
        picture = fields.get("picture")
        first = f"{SUBGROUPS}-1" if picture == WHOLE_FOREST else picture
        if not isinstance(first, str) or not is_picture(first):
            return no_update
        proposed = proposed_title(read_view(store, fields.get("query")), first)
        return {"at": parse_sequence(fields.get("at")), "picture": picture, "proposed": proposed}


def _offer_pictures(view: View) -> list[tuple[str, str]]:
    names = list(list_picture_names(view.trial, view.selection))
    pages = sum(picture.startswith(SUBGROUPS) for picture, _ in names)
    whole = [(WHOLE_FOREST, f"Subgroups, the whole forest: {pages} slides")] if pages > 1 else []
    return [*names, *whole]


def _list_rising(view: View, names: dict[str, str]) -> dict[str, dict[str, str]]:
    """What pictures of survival are as 1 − S, which the browser offers in their place while it draws that.

    Beside a competing event curves rise anyway, so that there are none.
    """
    if survival_by_group(view.trial, view.selection).endpoint.competing:
        return {}
    return {
        falling: {"value": picture, "label": name_rising_picture(picture, names)}
        for picture, falling in FALLING.items()
        if falling in names
    }


def _usual(page: object, pictures: list[str]) -> str:
    """The picture that a reader of this page most likely means."""
    wanted = {
        components.THRESHOLDS: (SEARCH,),
        components.PAGE_NAMES_SUBGROUPS: (f"{SUBGROUPS}-1",),
        components.PROGRESSION: (PROGRESSION[1], PROGRESSION[0]),
    }.get(str(page), (GROUPS,))
    return next((picture for picture in wanted if picture in pictures), pictures[0])


def _build_fields(sent: object) -> dict[str, Any]:
    return cast("dict[str, Any]", sent) if isinstance(sent, dict) else {}


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


def build_stores() -> list[Component]:
    """What the files come and go through."""
    return [
        *(dcc.Download(id=name) for name in (DECK_FILE, SAVED)),
        *(dcc.Store(id=name) for name in (DECK_ASKED, DECK_SAID, DECK_TOLD, FILE, OPENED, TAKEN)),
    ]


def list_plain_views(views: Iterable[SavedView]) -> list[dict[str, str]]:
    """Views as the browser keeps them."""
    return [
        {"query": view.query, "picture": view.picture, "title": view.title, "note": view.note}
        for view in views
    ]


def register_strip_files(app: Dash, store: TrialStore, links: PublicLinks) -> None:
    """Make the files that are asked for, and read the one that is opened."""
    _make_slides(app, store, links)
    _save_and_open(app)
    for function, output, given in (("sayOfSlides", DECK_TOLD, DECK_SAID), ("takeStrip", TAKEN, OPENED)):
        app.clientside_callback(
            ClientsideFunction("mirodash", function), Output(output, "data"), Input(given, "data")
        )


def _make_slides(app: Dash, store: TrialStore, links: PublicLinks) -> None:
    @app.callback(
        Output(DECK_FILE, "data"),
        Output(DECK_SAID, "data"),
        Input(DECK_ASKED, "data"),
        State(STRIP, "data"),
        prevent_initial_call=True,
    )
    def make_slides(asked: object, sent: object) -> tuple[Any, Any]:
        fields = cast("dict[str, Any]", asked) if isinstance(asked, dict) else {}
        at = parse_sequence(fields.get("at"))
        if not at:
            return no_update, no_update
        slides, left_out = _build_slides(store, sent, links)
        done = _prepared(slides, parse_sequence(fields.get("from")))
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
        return download, {"at": at, "said": " ".join((said, *left_out, *_list_missing_codes(slides)))}


def _list_missing_codes(slides: list[Slide]) -> list[str]:
    """Why slides have no code of their link, each reason once."""
    return list(dict.fromkeys(one.link.why_none for one in slides if one.link.why_none))


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


def _build_slides(store: TrialStore, sent: object, links: PublicLinks) -> tuple[list[Slide], list[str]]:
    """The slides, and a sentence for every view of which there is none."""
    slides: list[Slide] = []
    left_out: list[str] = []
    for place, kept in enumerate(views_sent(sent), start=1):
        view = read_saved_view(store, kept.query) if kept else None
        if kept is None or view is None or view.problems:
            why = " ".join(view.problems) if view else ""
            left_out.append(f"View {place} was left out. {why}".strip())
        else:
            link = links.find(view, find_page(kept.picture))
            slides.append(Slide(view.trial, view.selection, kept, link))
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
        at = parse_sequence(asked)
        try:
            return {"at": at, "views": list_plain_views(read_strip(text)), "problems": []}
        except UnusableDataError as error:
            return {"at": at, "views": [], "problems": list(error.problems)}
