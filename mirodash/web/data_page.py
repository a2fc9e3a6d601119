"""Data page: upload a trial, map its columns, see what is loaded, and delete it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, Output, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.errors import GoneError, UnusableDataError
from mirodash.settings import Settings
from mirodash.stratification.validation import reduce_to_canonical
from mirodash.text.data_sentences import (
    describe_deleted,
    describe_people,
    describe_retention,
    describe_too_large,
    describe_trial,
    describe_usable,
    forgotten,
    format_span,
)
from mirodash.text.facts import Fact, Table
from mirodash.text.small_counts import describe_exact_counts, describe_suppression
from mirodash.trial.store import TrialStore, template_csv, template_toml
from mirodash.trial.trial import Trial
from mirodash.uploads.intake import allowance
from mirodash.uploads.uploads import Uploads, is_own
from mirodash.web import ids
from mirodash.web.components import build_aria_attributes, list_header_trials
from mirodash.web.data_answers import Looked, Looking
from mirodash.web.sessions import forget_reader, reader
from mirodash.web.strip import build_back_link, link_back_to_explore
from mirodash.web.view import View, parse_sequence


def forget_trials(store: TrialStore, uploads: Uploads) -> dict[str, Any]:
    """Delete all that the reader who asks has uploaded, and forget the reader; say how much that was.

    The cookie goes last: when the vault does not answer, the reader is still known and can ask again.

    Raises
    ------
    UnavailableError
        When the place where uploads are kept does not answer.
    """
    deleted = uploads.forget(reader())
    forget_reader()
    names = list_header_trials(store)
    return {"said": forgotten(deleted), "trials": names, "own": []}


Data = dict[str, Any]
NOT_HERE = (
    "This upload is not here: it is forgotten when it has not been opened for a while, and it opens only in "
    "the browser that brought it. Drop the file again."
)
UNNAMED = "An upload that is not mapped yet"
NOT_YET = "This mapping does not make a trial yet; what is missing is said beside the columns."


def register(app: Dash, store: TrialStore, uploads: Uploads, settings: Settings) -> None:
    """Answer what the page asks, and do what its buttons order."""
    for function, output, given in (
        ("openData", ids.ASKED, ids.OPENED),
        ("showData", ids.ANSWER_SHOWN, ids.ANSWERED),
        ("showDone", ids.DONE_SHOWN, ids.DONE),
    ):
        app.clientside_callback(
            ClientsideFunction("mirodash", function), Output(output, "data"), Input(given, "data")
        )
    page = DataPage(store, uploads, settings)

    @app.callback(Output(ids.ANSWERED, "data"), Input(ids.ASKED, "data"), prevent_initial_call=True)
    def answer(asked: object) -> Any:
        fields = _build_fields(asked)
        return page.answer(fields) if fields else no_update

    @app.callback(Output(ids.DONE, "data"), Input(ids.ORDERED, "data"), prevent_initial_call=True)
    def do(ordered: object) -> Any:
        fields = _build_fields(ordered)
        return page.do(fields) if fields else no_update


class DataPage:
    """What the page can ask for, for whichever reader asks."""

    def __init__(self, store: TrialStore, uploads: Uploads, settings: Settings) -> None:
        self._store = store
        self._uploads = uploads
        self._looking = Looking(uploads, allowance(settings), min_cell=settings.min_cell)
        self._settings = settings
        self._orders: dict[str, Callable[[Data], Data]] = {
            "use": self._use,
            "dictionary": self._dictionary,
            "delete": self._delete,
            "forget": lambda _: forget_trials(store, uploads),
            "template-csv": lambda _: {"name": "mirodash-template.csv", "text": template_csv()},
            "template-toml": lambda _: {"name": "mirodash-template.toml", "text": template_toml()},
        }

    def answer(self, fields: Data) -> Data:
        """The reader's trials, and the words about the upload that is being mapped."""
        settings = self._settings
        said: Data = {
            "at": parse_sequence(fields.get("at")),
            "promise": describe_retention(settings.largest_upload, settings.kept_seconds),
            "largest": settings.largest_upload,
            "too_large": describe_too_large(settings.largest_upload),
        }
        if fields.get("opens"):
            said["own"] = self._own()
        if not fields.get("draft"):
            return said
        draft = _own_id(fields.get("draft"))
        try:
            looked = (
                self._remembered(draft) if fields.get("opens") else self._changed(draft, fields.get("form"))
            )
        except GoneError:
            return {**said, "draft": draft or "?", "gone": NOT_HERE}
        return {**looked.words, **said, "draft": draft}

    def do(self, fields: Data) -> Data:
        """What a button orders; what cannot be done is said."""
        what = fields.get("what")
        order = self._orders.get(what) if isinstance(what, str) else None
        done: Data = {"at": parse_sequence(fields.get("at")), "what": what if order else ""}
        if order is None:
            return done
        try:
            return {**done, **order(fields)}
        except GoneError:
            return {**done, "problems": [NOT_HERE]}
        except UnusableDataError as error:
            return {**done, "problems": list(error.problems)}

    def _remembered(self, draft: str) -> Looked:
        """The upload as its reader left it: a page that is loaded anew loses nothing."""
        kept = self._uploads.remembered(reader(), draft)
        return self._looked(draft, json.loads(kept) if kept else None, opens=True)

    def _changed(self, draft: str, form: object) -> Looked:
        looked = self._looked(draft, form)
        self._uploads.remember(reader(), draft, json.dumps(form))
        return looked

    def _looked(self, draft: str, form: object, *, opens: bool = False) -> Looked:
        who = reader()
        if not who:
            raise GoneError(NOT_HERE)
        return self._looking.look(who, draft, form, opens=opens)

    def _use(self, fields: Data) -> Data:
        draft = _own_id(fields.get("draft"))
        looked = self._looked(draft, fields.get("form"))
        if looked.words.get("usable") is not True:
            return {"problems": [NOT_YET]}
        self._uploads.confirm(reader(), draft, looked.dictionary)
        return {"trial": draft}

    def _dictionary(self, fields: Data) -> Data:
        looked = self._looked(_own_id(fields.get("draft")), fields.get("form"))
        return {"name": f"{looked.name}.toml", "text": looked.dictionary}

    def _delete(self, fields: Data) -> Data:
        trial = _own_id(fields.get("trial"))
        who = reader()
        if not trial or not who:
            raise GoneError(NOT_HERE)
        title = dict(self._uploads.names(who)).get(trial, "The upload")
        self._uploads.delete(who, trial)
        names = list_header_trials(self._store)
        return {"trial": trial, "said": describe_deleted(title), "trials": names, "own": self._own()}

    def _own(self) -> list[Data]:
        who = reader()
        if not who:
            return []
        kept = f"kept for {format_span(self._settings.kept_seconds)} after each look"
        confirmed = [
            {"trial": name, "title": title, "people": self._people(who, name), "kept": kept, "opens": True}
            for name, title in self._uploads.names(who)
        ]
        others = [
            {"trial": name, "title": UNNAMED, "people": "", "kept": kept, "opens": False}
            for name in self._uploads.unconfirmed(who)
        ]
        return [*confirmed, *others]

    def _people(self, who: str, name: str) -> str:
        try:
            return describe_people(self._uploads.trial(who, name).participants)
        except (GoneError, UnusableDataError):
            return ""


def _build_fields(sent: object) -> Data:
    return cast("Data", sent) if isinstance(sent, dict) else {}


def _own_id(sent: object) -> str:
    return sent if isinstance(sent, str) and is_own(sent) else ""


MAX_CELL_LENGTH = 160
NOTHING_NOTICED = "Nothing was rejected, and nothing had to be left out."


def build_loaded_trial(trial: Trial) -> list[Component]:
    """Title, counts, the dictionary as a table, and every sentence said while the trial was read."""
    words = trial.dictionary
    notices = [html.Li(html.Span(notice, title=notice)) for notice in describe_suppression(trial)] or [
        html.Li(NOTHING_NOTICED)
    ]
    counted = [fact for endpoint in words.endpoints[:1] for fact in describe_usable(trial, endpoint)]
    return [
        html.H2(f"Loaded: {trial.title}"),
        html.P(_from_where(trial), className="note"),
        html.Dl([_build_fact(fact) for fact in counted], className="data-flow"),
        html.H3("Noticed while reading"),
        html.Ul(notices, className="data-notices"),
        *([html.P(exact, className="note")] if (exact := describe_exact_counts(trial)) else []),
        html.Div(_build_table(describe_trial(trial)), className="twins", tabIndex=0, role="region"),
        html.P(f"Content: {trial.fingerprint}", className="fingerprint"),
    ]


def _from_where(trial: Trial) -> str:
    files = " and ".join(file.name for file in trial.source.files) if trial.source else ""
    return f"{describe_people(trial.participants)}{f', read from {files}' if files else ''}"


def _build_fact(fact: Fact) -> Component:
    return html.Div([html.Dt(fact.label), html.Dd([html.Strong(fact.value), " ", html.Span(fact.detail)])])


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CELL_LENGTH else f"{text[: MAX_CELL_LENGTH - 1]}…"


def _build_table(table: Table) -> Component:
    # on a phone rows are blocks, which is no table any more to assistive technology unless it is said
    head = html.Thead(
        html.Tr([html.Th(name, scope="col", role="columnheader") for name in table.header], role="row"),
        role="rowgroup",
    )
    rows = [
        html.Tr(
            [
                html.Th(row[0], scope="row", role="rowheader"),
                *(html.Td(_cut(cell), title=cell, role="cell") for cell in row[1:]),
            ],
            role="row",
        )
        for row in table.rows
    ]
    parts = [html.Caption(table.caption), head, html.Tbody(rows, role="rowgroup")]
    return html.Table(parts, className="twin understood", role="table")


def build_data_page(view: View) -> Component:
    """The page of a view's trial; ``assets/data_page.js`` fills in what only this reader may see."""
    query = reduce_to_canonical(view.trial, view.selection).to_query()
    hidden: dict[str, Any] = {"hidden": True}
    main = html.Main(
        [
            html.Div([html.H1("Data"), link_back_to_explore(query)], className="data-head"),
            build_back_link(view),
            _drop(),
            html.Section(
                id=ids.OWN, className="data-own", **hidden, **build_aria_attributes(label="Your trials")
            ),
            html.Div(id=ids.FORGET, className="data-forget", **hidden),
            html.Section(
                id=ids.MAPPING, className="data-mapping", **hidden, **build_aria_attributes(label="Mapping")
            ),
            html.Section(
                build_loaded_trial(view.trial),
                id=ids.LOADED,
                className="data-loaded",
                **build_aria_attributes(label="What is loaded"),
            ),
        ],
        className="main data",
        id="main",
    )
    return html.Div([*_build_stores(view, query), main])


def _build_stores(view: View, query: str) -> list[Component]:
    names = (ids.ASKED, ids.ANSWERED, ids.ANSWER_SHOWN, ids.ORDERED, ids.DONE)
    return [
        dcc.Store(id=ids.SELECTION, data=query),
        dcc.Store(id=ids.OPENED, data=view.trial.id),
        *(dcc.Store(id=name) for name in (*names, ids.DONE_SHOWN)),
    ]


def _drop() -> Component:
    def template(name: str, identifier: str) -> Component:
        return html.Button(name, id=identifier, type="button", className="quiet-button")

    return html.Section(
        [
            html.Div(
                [
                    html.P(
                        ["Drop a file anywhere on this page, or ", html.Span(id=ids.FILE_PLACE)],
                        className="drop-what",
                    ),
                    html.P(id=ids.PROMISE, className="drop-promise"),
                    html.P(
                        [
                            "Need a template? ",
                            template("table (CSV)", ids.TEMPLATE_CSV),
                            " and ",
                            template("dictionary (TOML)", ids.TEMPLATE_TOML),
                        ],
                        className="drop-template",
                    ),
                ],
                className="drop-words",
            ),
            html.Div(id=ids.PROGRESS, className="drop-progress"),
            html.P(id=ids.SAID, role="status", className="drop-said"),
            html.Div(id=ids.REFUSED, role="alert", className="drop-refused"),
        ],
        id=ids.DROP,
        className="drop",
        **build_aria_attributes(label="Bring a trial"),
    )
