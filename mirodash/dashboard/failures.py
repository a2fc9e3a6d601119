"""Says in the log what failed and where in the program, and nothing of what a trial holds."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from traceback import format_tb

from mirodash.dashboard.view import View
from mirodash.uploads.uploads import is_own

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
    shown = "" if view is None else f" for {_named(view)}"
    log.error("%s%s\n%s", what, shown, "".join(_passed(error)))


def _named(view: View) -> str:
    return UPLOADED if is_own(view.trial.id) else view.selection.to_query()


def _passed(error: BaseException | None) -> Iterator[str]:
    """The lines that an error passed, those of what caused it first."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for each in reversed(seen):
        yield from format_tb(each.__traceback__)
        yield f"{type(each).__name__}\n"
