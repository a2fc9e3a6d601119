"""What one address shows: the trial, the selection that fits it, and what had to be left out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mirodash.errors import GoneError, UnavailableError, UnusableQuestionError
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import mended, numbers_misread, problems
from mirodash.trial.store import TrialStore
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class View:
    """A trial and a selection that fits it; ``problems`` says what of the address did not."""

    trial: Trial
    selection: Selection
    problems: tuple[str, ...] = ()


def view_of(store: TrialStore, query: object) -> View:
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
    if trial is store.get(""):
        selection = replace(selection, trial="")
    found = (*numbers_misread(text), *problems(trial, selection))
    if not found:
        return View(trial, selection)
    return View(trial, mended(trial, selection), found)


def kept_view_of(store: TrialStore, query: object) -> View:
    """The same for a view on a strip, where other views stand beside one whose trial cannot be had."""
    try:
        return view_of(store, query)
    except (GoneError, UnavailableError) as error:
        return View(store.get(""), Selection(), error.problems)
