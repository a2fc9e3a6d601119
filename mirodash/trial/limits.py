"""How large a file and what is in it may be before nobody would call it the data of a trial."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is read from one file.

    Parameters
    ----------
    size : int
        Bytes of the file as it lies on the disk.
    rows, columns, cells : int
        Of the table; rows without anything in them count as well.
    cell, text : int
        Characters of one cell, and of all cells together.
    inflated, ratio, entries : int
        A workbook is a packed folder: its bytes when unpacked, how many times that is of its size,
        and its parts.
    tags, other_tags : int
        Marks in the sheets of a workbook with their texts, and in all its other parts.
    sheet_rows, sheet_columns : int
        Of a sheet, which takes longer to read than text.
    """

    size: int = 500_000_000
    rows: int = 20_000_000
    columns: int = 2_000
    cells: int = 50_000_000
    cell: int = 32_767
    text: int = 1_000_000_000
    inflated: int = 50_000_000
    # a 486 KB workbook that inflates 313-fold keeps a reader busy for minutes
    ratio: int = 100
    entries: int = 100
    tags: int = 20_000_000
    other_tags: int = 500_000
    sheet_rows: int = 20_000
    sheet_columns: int = 200


OWN = Limits()
"""A file that somebody names on their own machine."""
SENT = Limits(
    size=25_000_000,
    rows=100_000,
    cells=3_000_000,
    text=50_000_000,
    tags=1_500_000,
    other_tags=100_000,
)
"""A file that somebody sends to a machine which others use as well."""
