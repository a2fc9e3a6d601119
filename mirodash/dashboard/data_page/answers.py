"""Answers the Data page: what an upload holds, whether its mapping makes a trial, what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, Output, no_update

from mirodash.dashboard.data_page import places
from mirodash.dashboard.data_page.forgetting import forget_trials
from mirodash.dashboard.data_page.looking import Looked, Looking
from mirodash.dashboard.reader import reader
from mirodash.dashboard.sent_counts import count_sent
from mirodash.errors import GoneError, UnusableDataError
from mirodash.settings import Settings
from mirodash.text.data_sentences import deleted, people, promise, span, too_large
from mirodash.trial.store import TrialStore, template_csv, template_toml
from mirodash.uploads.intake import allowance
from mirodash.uploads.uploads import Uploads, is_own

Data = dict[str, Any]
NOT_HERE = (
    "This upload is not here: it is forgotten when nobody looks at it for a while, and it opens only in the "
    "browser that brought it. Drop the file again."
)
UNNAMED = "An upload that is not mapped yet"
NOT_YET = "This mapping does not make a trial yet; what is missing is said beside the columns."


def register(app: Dash, store: TrialStore, uploads: Uploads, settings: Settings) -> None:
    """Answer what the page asks, and do what its buttons order."""
    for function, output, given in (
        ("openData", places.ASKED, places.OPENED),
        ("showData", places.ANSWER_SHOWN, places.ANSWERED),
        ("showDone", places.DONE_SHOWN, places.DONE),
    ):
        app.clientside_callback(
            ClientsideFunction("mirodash", function), Output(output, "data"), Input(given, "data")
        )
    page = DataPage(store, uploads, settings)

    @app.callback(Output(places.ANSWERED, "data"), Input(places.ASKED, "data"), prevent_initial_call=True)
    def answer(asked: object) -> Any:
        fields = _fields(asked)
        return page.answer(fields) if fields else no_update

    @app.callback(Output(places.DONE, "data"), Input(places.ORDERED, "data"), prevent_initial_call=True)
    def do(ordered: object) -> Any:
        fields = _fields(ordered)
        return page.do(fields) if fields else no_update


class DataPage:
    """What the page can ask for, for whichever reader asks."""

    def __init__(self, store: TrialStore, uploads: Uploads, settings: Settings) -> None:
        self._store = store
        self._uploads = uploads
        self._looking = Looking(uploads, allowance(settings))
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
            "at": count_sent(fields.get("at")),
            "promise": promise(settings.largest_upload, settings.kept_seconds),
            "largest": settings.largest_upload,
            "too_large": too_large(settings.largest_upload),
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
        done: Data = {"at": count_sent(fields.get("at")), "what": what if order else ""}
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
        names = [{"value": name, "label": label} for name, label in self._store.names()]
        return {"trial": trial, "said": deleted(title), "trials": names, "own": self._own()}

    def _own(self) -> list[Data]:
        who = reader()
        if not who:
            return []
        kept = f"kept for {span(self._settings.kept_seconds)} after each look"
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
            return people(self._uploads.trial(who, name).participants)
        except (GoneError, UnusableDataError):
            return ""


def _fields(sent: object) -> Data:
    return cast("Data", sent) if isinstance(sent, dict) else {}


def _own_id(sent: object) -> str:
    return sent if isinstance(sent, str) and is_own(sent) else ""
