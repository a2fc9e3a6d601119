"""Something in a file that keeps it from being read as a trial: what, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Parameters
    ----------
    what : str
        One sentence that says what is wrong and where, with the rows.
    typed : str
        What to do on the command line (``Say it with --control.``); empty where ``what`` says enough.
    chosen : str
        What to do on the Data page (``Choose the control arm.``).
    columns : tuple of str
        Beside which columns it stands; empty for the file as a whole.
    leaves_out : str
        The column that the dictionary's ``leave_out`` must name for the rest to be used; empty where
        nothing can be left out.
    count : int
        How many rows would then be left out.
    """

    what: str
    typed: str = ""
    chosen: str = ""
    columns: tuple[str, ...] = ()
    leaves_out: str = ""
    count: int = 0

    @property
    def sentence(self) -> str:
        """As the command line says it."""
        return f"{self.what} {self.typed}".strip()
