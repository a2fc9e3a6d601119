"""Limits of what is read: size of files, rows, columns and cells, refused while reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mirodash.errors import UnusableDataError
from mirodash.trial.table import one_line


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
    sheet_columns: int = 2_000


LOCAL_LIMITS = Limits()
"""A file that somebody names on their own machine."""
UPLOAD_LIMITS = Limits(
    size=25_000_000,
    rows=100_000,
    cells=3_000_000,
    text=50_000_000,
    tags=1_500_000,
    other_tags=100_000,
)
"""A file that somebody sends to a machine which others use as well."""


MAX_NAME_LENGTH = 60
_REDUCED = "leave out what is not needed, and save the rest"


def shorten_name(name: str) -> str:
    """A name from a file where a sentence has room for it.

    >>> shorten_name("age"), len(shorten_name("x" * 10_000))
    ('age', 60)
    """
    name = one_line(name[: 4 * MAX_NAME_LENGTH])
    return name if len(name) <= MAX_NAME_LENGTH else f"{name[: MAX_NAME_LENGTH - 1]}…"


def check_table(name: str, limits: Limits, *, rows: int, columns: int) -> None:
    """Refuse a table of which the file itself says that it is too large.

    Raises
    ------
    UnusableDataError
        When it has too many rows, columns or cells.
    """
    if columns > limits.columns:
        raise UnusableDataError(
            f"'{name}' has {columns:,} columns; at most {limits.columns:,} can be read; {_REDUCED}."
        )
    if rows > limits.rows or rows * columns > limits.cells:
        raise UnusableDataError(
            f"'{name}' has {rows:,} rows and {columns:,} columns, which is more than a trial can have; "
            f"{_REDUCED}."
        )


class SizeGuard:
    """Counts what was read so far of a file, and stops reading when it is too much.

    Parameters
    ----------
    name : str
        What people call the file.
    limits : Limits
        The most that is read.
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self.columns: Sequence[object] = ()
        """The header, for the sentence about a cell below it."""
        self._name = name
        self._limits = limits
        self._rows = self._cells = self._text = 0

    def add(self, row: int, cells: Sequence[object], *, is_header: bool = False) -> None:
        """Count a row of cells; the names of the columns are none of the rows that a table may have.

        Raises
        ------
        UnusableDataError
            When a cell is too long, or all that was read is too much.
        """
        if not is_header:
            self._rows += 1
            self._cells += len(cells)
        lengths = [len(cell) for cell in cells if isinstance(cell, (str, bytes))]
        self._text += sum(lengths)
        longest = max(lengths, default=0)
        if longest > self._limits.cell:
            self._refuse_long(row, cells, longest)
        self.check()

    def add_rows(self, rows: int, columns: int) -> None:
        """Count rows whose texts are counted elsewhere.

        Raises
        ------
        UnusableDataError
            When all that was read is too much.
        """
        self._rows += rows
        self._cells += rows * columns
        self.check()

    def add_texts(self, row: int, column: str, lengths: Iterable[int]) -> None:
        """Count the texts of one column by their lengths; the first stands in ``row``.

        Raises
        ------
        UnusableDataError
            When one is too long, or all that was read is too much.
        """
        for k, length in enumerate(lengths):
            self._text += length
            if length > self._limits.cell:
                raise UnusableDataError(self._too_long(f"column '{shorten_name(column)}'", row + k, length))
        self.check()

    def check(self) -> None:
        """Refuse when there are too many rows, cells or characters."""
        limits = self._limits
        if self._rows > limits.rows or self._cells > limits.cells:
            raise UnusableDataError(
                f"'{self._name}' has more than {min(limits.rows, self._rows):,} rows or {limits.cells:,} "
                f"cells, which is more than a trial can have; {_REDUCED}."
            )
        if self._text > limits.text:
            raise UnusableDataError(
                f"'{self._name}' has more than {limits.text / 1e6:g} million characters in its cells; "
                "leave out the columns of long text, and save the rest."
            )

    def _refuse_long(self, row: int, cells: Sequence[object], longest: int) -> None:
        column = next(k for k, x in enumerate(cells) if isinstance(x, str | bytes) and len(x) == longest)
        name = shorten_name(str(self.columns[column] or "")) if column < len(self.columns) else ""
        where = f"column '{name}'" if name else f"column {column + 1}"
        raise UnusableDataError(self._too_long(where, row, longest))

    def _too_long(self, where: str, row: int, length: int) -> str:
        return (
            f"'{self._name}': {where} has a cell of {length:,} characters in row {row}; at most "
            f"{self._limits.cell:,} can be read; shorten it, or leave the column out."
        )
