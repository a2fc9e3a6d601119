"""Which files a trial was read from and how they are written, so that others can read them again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file, without the folder it lies in.

    Parameters
    ----------
    name : str
        Its base name (``trial.csv``).
    delimiter, encoding : str
        Of a text file; empty for other kinds.
    decimal_comma : bool
        Whether its numbers have a comma where others have a point.
    lines_above : int
        Lines above the one with the names of the columns.
    widest : int
        Cells of the longest row where that is longer than the header, else 0.
    printable : bool
        Whether no cell holds a control or other sign that steers; False where nobody looked.
    param : str
        The ``PARAMCD`` of the rows that count; empty for all.
    """

    name: str
    delimiter: str = ""
    encoding: str = ""
    decimal_comma: bool = False
    lines_above: int = 0
    widest: int = 0
    printable: bool = False
    param: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The files of a trial, ADSL before ADTTE, and the columns that its dictionary does not name.

    ``named_limits`` are numeric columns in which a limit of the assay is named without its number
    (``<LLOQ``). ``left_out`` are columns of which cells that cannot be were left out, and ``one_row_each``
    the column of participants when rows were left out of whom there is another, or none knows.
    """

    files: tuple[SourceFile, ...]
    arm: str
    site: str | None = None
    named_limits: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    one_row_each: str = ""
