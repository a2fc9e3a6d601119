"""A strip of kept views as one JSON file, and such a file of any origin read again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, cast

from mirodash import __version__
from mirodash.errors import UnusableDataError
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Selection, not_understood
from mirodash.stratification.validation import misread
from mirodash.text.labels import one_line

Json = dict[str, Any]
KIND, VERSION = "strip", 1
MOST_VIEWS = 100
LARGEST = 1_000_000
LONGEST_QUOTED = 60
TEXTS = ("query", "picture", "title", "note")
NOT_JSON = "This is no strip of views: the file is not JSON that can be read."
NOT_A_STRIP = 'This is no strip of views: a strip is a JSON object with "mirodash": "strip" in it.'


def strip_json(views: Iterable[SavedView], *, on: date) -> Json:
    """The strip as nested dictionaries that ``json.dumps(allow_nan=False)`` accepts.

    Parameters
    ----------
    views : iterable of SavedView
        In the order of the strip.
    on : date
        The day it is written.
    """
    return {
        "mirodash": KIND,
        "version": VERSION,
        "program": f"MiroDash {__version__}",
        "date": on.isoformat(),
        "views": [
            {"query": view.query, "picture": view.picture, "title": view.title, "note": view.note}
            for view in views
        ],
    }


def read_strip(text: str) -> tuple[SavedView, ...]:
    """Read a strip, with its queries in canonical form; unknown keys are left alone.

    Parameters
    ----------
    text : str
        Of any origin.

    Raises
    ------
    UnusableDataError
        When it is no strip, with a sentence for every view that cannot be read.
    """
    kept = _views(_parsed(text))
    problems = [problem for place, view in enumerate(kept, start=1) for problem in _problems(place, view)]
    if problems:
        raise UnusableDataError(problems)
    return tuple(_view(cast("Json", view)) for view in kept)


def _parsed(text: str) -> object:
    if len(text) > LARGEST:
        raise UnusableDataError(f"This file is too large for a strip of views: over {LARGEST // 10**6} MB.")
    try:
        return json.loads(text.removeprefix("\ufeff"), parse_constant=_refused)
    except (ValueError, RecursionError):
        raise UnusableDataError(NOT_JSON) from None


def _refused(constant: str) -> None:
    """JSON has no infinity, and no number that is none."""
    raise ValueError(constant)


def _views(found: object) -> list[object]:
    if not isinstance(found, dict):
        raise UnusableDataError(NOT_A_STRIP)
    strip = cast("Json", found)
    if strip.get("mirodash") != KIND:
        raise UnusableDataError(NOT_A_STRIP)
    version = strip.get("version")
    if type(version) is not int or version < VERSION:
        raise UnusableDataError(f'This strip does not say "version": {VERSION}.')
    if version > VERSION:
        raise UnusableDataError("This strip was made by a later version of MiroDash.")
    views = strip.get("views")
    if not isinstance(views, list):
        raise UnusableDataError('This strip has no list of "views".')
    kept = cast("list[object]", views)
    if len(kept) > MOST_VIEWS:
        raise UnusableDataError(f"This strip has {len(kept):,} views; at most {MOST_VIEWS} can be shown.")
    return kept


def _problems(place: int, view: object) -> Iterator[str]:
    """Sentences for what is wrong with one view."""
    if not isinstance(view, dict):
        yield f"View {place} is not a JSON object."
        return
    fields = cast("Json", view)
    wrong = list(_wrong_texts(fields))
    if not wrong:
        wrong += _wrong_keys(fields["query"])
    if not wrong:
        try:
            _view(fields)
        except ValueError as error:
            wrong.append(one_line(str(error)))
    yield from (f"View {place}: {reason}." for reason in wrong)


def _wrong_keys(query: str) -> Iterator[str]:
    """What of a query a page would ignore: a strip that shows other people than it was made of misleads."""
    unknown = not_understood(query)
    yield from (f"'{_quoted(key)}' in its query means nothing here" for key in unknown)
    unread = (key for key in misread(query) if key not in unknown)
    yield from (f"what its query says of '{_quoted(key)}' cannot be read" for key in unread)


def _quoted(key: str) -> str:
    return one_line(key, LONGEST_QUOTED)


def _wrong_texts(fields: Json) -> Iterator[str]:
    for name in TEXTS:
        value = fields.get(name, None if name in TEXTS[:2] else "")
        if value is None:
            yield f'it has no "{name}"'
        elif not isinstance(value, str):
            yield f'its "{name}" is not text'
        elif not _writable(value):
            yield f'its "{name}" holds half of a character'


def _writable(text: str) -> bool:
    """Half of a surrogate pair can stand in JSON, but in no file and on no slide."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _view(fields: Json) -> SavedView:
    """One view.

    Raises
    ------
    ValueError
        When there is no such picture, or a text is too long.
    """
    title, note = fields.get("title", "").strip(), fields.get("note", "").strip()
    given = SavedView(fields["query"], fields["picture"], title, note)
    return SavedView(Selection.from_query(given.query).to_query(), given.picture, title, note)
