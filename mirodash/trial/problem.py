"""Something in a file that keeps it from being read as a trial: what, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Parameters
    ----------
    what : str
        One sentence that says what is wrong and where, with the rows; it quotes no identifier.
    typed : str
        What to do on the command line (``Say it with --control.``); empty where ``what`` says enough.
        A text that begins with a semicolon goes on with the sentence.
    chosen : str
        What to do on the Data page (``Choose the control arm.``).
    columns : tuple of str
        Beside which columns it stands; empty for the file as a whole.
    part : str
        The part of the mapping where it is put right (``id``, ``time``, ``event``, ``event_value``,
        ``unit``, ``horizon``, ``arm``, ``control``, ``treated``, ``site``, ``country``, ``biomarker``,
        ``factor``, ``param``); empty where no choice helps.
    leaves_out : str
        The column that the dictionary's ``leave_out`` must name for the rest to be used; empty where
        nothing can be left out.
    count : int
        How many rows, participants or cells would then be left out.
    """

    what: str
    typed: str = ""
    chosen: str = ""
    columns: tuple[str, ...] = ()
    part: str = ""
    leaves_out: str = ""
    count: int = 0

    @property
    def sentence(self) -> str:
        """As the command line says it."""
        return _joined(self.what, self.typed)

    @property
    def shown(self) -> str:
        """As the Data page says it."""
        return _joined(self.what, self.chosen)


def _joined(what: str, todo: str) -> str:
    if todo.startswith(";"):
        return f"{what.removesuffix('.')}{todo}"
    return f"{what} {todo}".strip()
