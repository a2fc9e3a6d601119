"""View of an address: trial and valid selection, and error logging."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from traceback import format_tb

from mirodash.errors import GoneError, UnavailableError, UnusableQuestionError
from mirodash.stratification.selection import Selection
from mirodash.stratification.unreadable_address import numbers_misread
from mirodash.stratification.validation import reduce_to_canonical, repair, validate
from mirodash.trial.store import TrialStore
from mirodash.trial.trial import Trial
from mirodash.uploads.uploads import is_own


@dataclass(frozen=True, slots=True)
class View:
    """A trial and a selection that fits it; ``validate`` says what of the address did not."""

    trial: Trial
    selection: Selection
    problems: tuple[str, ...] = ()


def read_view(store: TrialStore, query: object) -> View:
    """Read a query string into a view; whatever was sent, there is a view to show.

    Parameters
    ----------
    store : TrialStore
        The trials that are served.
    query : object
        A query string; anything else counts as an empty one.

    Raises
    ------
    GoneError, UnavailableError
        When it is of an uploaded trial that cannot be had: a page that is open on it must never be given
        another trial's numbers.
    """
    text = query if isinstance(query, str) else ""
    selection = Selection.from_query(text)
    try:
        trial = store.get(selection.trial)
    except UnusableQuestionError as error:
        return View(store.get(""), Selection(), error.problems)
    if selection.trial and trial is store.get(""):
        selection = replace(selection, trial="")
    found = (*numbers_misread(text), *validate(trial, selection))
    if not found:
        return View(trial, selection)
    return View(trial, repair(trial, selection), found)


def read_saved_view(store: TrialStore, query: object) -> View:
    """The same for a view on a strip, where other views stand beside one whose trial cannot be had."""
    try:
        return read_view(store, query)
    except (GoneError, UnavailableError) as error:
        return View(store.get(""), Selection(), error.problems)


def kept_query(view: View) -> str:
    """The query of a view that is kept: it names its trial, whichever the program opens with later."""
    return replace(reduce_to_canonical(view.trial, view.selection), trial=view.trial.id).to_query()


UPLOADED = "an uploaded trial"


def log_failure(
    log: logging.Logger, what: str, error: BaseException | None, view: View | None = None
) -> None:
    """Log an unexpected failure: which lines of the program it passed, without what it says of itself.

    What an error says may quote a cell, and the query of an uploaded trial names its columns and levels.

    Parameters
    ----------
    log : Logger
        Of the module in which it was caught.
    what : str
        What failed, as the sentence begins.
    error : BaseException or None
        The failure.
    view : View or None
        What was to be shown.
    """
    shown = "" if view is None else f" for {_name_error(view)}"
    log.error("%s%s\n%s", what, shown, "".join(_list_frames(error)))


def _name_error(view: View) -> str:
    return UPLOADED if is_own(view.trial.id) else view.selection.to_query()


def _list_frames(error: BaseException | None) -> Iterator[str]:
    """The lines that an error passed, those of what caused it first."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for each in reversed(seen):
        yield from format_tb(each.__traceback__)
        yield f"{type(each).__name__}\n"


MAX_COUNT = 2**53
"""Beyond it a browser cannot count, nor can every writer of JSON write it."""


def parse_sequence(sent: object) -> int:
    """Which request an answer belongs to, in the browser's own count; 0 for what is no count."""
    return sent if isinstance(sent, int) and 0 <= sent <= MAX_COUNT else 0
