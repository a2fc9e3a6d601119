"""Reads the first sheet of an Excel workbook, after looking at how much it unpacks to."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mirodash.errors import UnusableDataError
from mirodash.trial.readers.csv_text import Record, build_csv_table
from mirodash.trial.readers.limits import Limits, SizeGuard, shorten_name
from mirodash.trial.table import Column, SourceFile, Table, one_line, rows_in_words, text_of

_SHEETS = "xl/worksheets/"
_STRINGS = "xl/sharedStrings"
_LARGE = (_SHEETS, _STRINGS)
"""Parts that grow with the table; all others are about its looks."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_CHUNK = 1 << 16
_ENDS = {b"</": 2, b"/>": 1, b"<?": 1, b"<!": 1}
"""What closes an element or is none, and how much of the count of ``<`` it takes back."""
_DEEPEST = 1_000
"""Elements within elements, roughly; a dozen in what spreadsheet programs write."""


def holds_formulas(path: Path, name: str, limits: Limits) -> bool:
    """Unpack a workbook to nowhere, and tell whether a sheet of it holds formulas.

    The directory of a packed folder may say anything about the parts, so the bytes are counted as they
    come out.

    Raises
    ------
    UnusableDataError
        When it is no workbook, damaged, encrypted, or larger inside than the workbook of a trial.
    """
    damaged = f"'{name}' is damaged or not an Excel workbook."
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_directory(entries, path.stat().st_size, name, limits)
            if len({entry.filename for entry in entries}) < len(entries):
                raise UnusableDataError(damaged)
            contents = _Contents(path.stat().st_size, name, limits)
            for entry in entries:
                contents.unpack(archive, entry)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, zlib.error) as error:
        raise UnusableDataError(damaged) from error
    return contents.formulas


def _check_directory(entries: list[zipfile.ZipInfo], size: int, name: str, limits: Limits) -> None:
    inflated = sum(entry.file_size for entry in entries)
    if len(entries) > limits.entries or inflated > limits.inflated or inflated / size > limits.ratio:
        raise UnusableDataError(
            f"'{name}' would unpack to {inflated / 1e6:,.0f} MB in {len(entries)} parts, which is not "
            "what the workbook of a trial looks like; save the sheet as CSV and read that."
        )
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise UnusableDataError(f"'{name}' is protected by a password; save it again without one.")
    if any(entry.compress_type not in _METHODS for entry in entries):
        raise UnusableDataError(
            f"'{name}' is packed in a way that no spreadsheet program uses; open it in Excel, and save it "
            "again."
        )


class _Contents:
    """What came out of a workbook so far."""

    def __init__(self, size: int, name: str, limits: Limits) -> None:
        self.formulas = False
        self._left = min(limits.inflated, limits.ratio * size)
        self._tags = {True: limits.tags, False: limits.other_tags}
        self._name = name

    def unpack(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        """Count one part.

        Raises
        ------
        UnusableDataError
            When there is too much in all the parts until here.
        """
        large = entry.filename.startswith(_LARGE)
        sheet = entry.filename.startswith(_SHEETS)
        before, depth = b"", 0
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                self._left -= len(chunk)
                self._tags[large] -= chunk.count(b"<")
                depth += chunk.count(b"<") - sum(
                    times * (before + chunk).count(end) for end, times in _ENDS.items()
                )
                if self._left < 0 or min(self._tags.values()) < 0 or depth > _DEEPEST:
                    raise UnusableDataError(
                        f"'{self._name}' unpacks to far more than the workbook of a trial; save the sheet "
                        "as CSV and read that."
                    )
                self.formulas |= sheet and b"<f" in before + chunk
                before = chunk[-1:]


LAST_ROW = 1_048_576
"""Of a sheet; a row beyond it is none."""

Row = tuple[int, Sequence[Any]]


def read_excel(path: Path, name: str, limits: Limits) -> Table:
    """Read the first sheet of an XLSX workbook that is not hidden; formulas count with their stored values.

    Raises
    ------
    UnusableDataError
        When it is not a workbook, is damaged, or is larger than a trial can be, or when results of
        formulas are not stored.
    """
    formulas = holds_formulas(path, name, limits)
    rows, sheets = _read_sheet(path, name, limits, data_only=True)
    if formulas:
        written, _ = _read_sheet(path, name, limits, data_only=False)
        _check_results(name, rows, written)
    table = _read_table(name, rows)
    if len(sheets) == 1:
        return table
    notice = f"Sheet '{shorten_name(sheets[0])}' was read; the workbook has {len(sheets)} sheets."
    return replace(table, notices=(notice, *table.notices))


def _read_sheet(path: Path, name: str, limits: Limits, *, data_only: bool) -> tuple[list[Row], list[str]]:
    """The rows of the first sheet that can be seen, and the names of all sheets, that one first."""
    import openpyxl  # noqa: PLC0415 - slow to import, and most trials are not workbooks

    try:
        # openpyxl warns about what it leaves out: looks, pictures, dates beyond its calendar;
        # it looks at the ending of a path, which a sent file has not
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(file, read_only=True, data_only=data_only)
            try:
                sheets = sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible")
                rows = list(_read_rows(sheets[0], name, limits))
            finally:
                book.close()
    except (UnusableDataError, MemoryError):
        raise
    except Exception as error:  # a damaged workbook can raise anything
        raise UnusableDataError(f"'{name}' {_wrong(error)}") from error
    return rows, [sheet.title for sheet in sheets]


def _wrong(error: BaseException | None) -> str:
    """What is wrong with a workbook, as far as the reason of the failure says."""
    from defusedxml import DefusedXmlException  # noqa: PLC0415

    while error is not None:
        if isinstance(error, DefusedXmlException):
            return (
                "holds definitions (XML entities) that no spreadsheet program writes; save its sheet as CSV "
                "and read that."
            )
        error = error.__cause__ or error.__context__
    return "is damaged or not an Excel workbook."


def _read_rows(sheet: Any, name: str, limits: Limits) -> Iterator[Row]:
    """Every row in which something stands, refusing more rows or columns than a trial has."""
    # what a sheet says about its own size may be wrong, and would cut it off or blow it up
    sheet.reset_dimensions()
    tally = SizeGuard(name, limits)
    found = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        width = _measure_width(row)
        # the first of them holds the names of the columns
        if found + bool(width) > limits.sheet_rows + 1 or width > limits.sheet_columns or number > LAST_ROW:
            raise UnusableDataError(
                f"'{name}' has more than {limits.sheet_rows:,} rows or {limits.sheet_columns} columns; "
                "save the sheet as CSV and read that."
            )
        if not width:
            continue
        if not found:
            tally.columns = row
        tally.add(number, row[:width], is_header=not found)
        found += 1
        yield number, row[:width]


def _measure_width(row: Sequence[object]) -> int:
    """How many cells there are up to the last that holds something."""
    width = len(row)
    while width and row[width - 1] is None:
        width -= 1
    return width


def _check_results(name: str, rows: list[Row], written: list[Row]) -> None:
    """Refuse formulas without a stored result: whoever wrote the file never calculated them."""
    results = dict(rows)
    header = next((row for _, row in written), ())
    missing: dict[int, list[int]] = {}
    for number, row in written:
        found = results.get(number, ())
        for i, value in enumerate(row):
            if _is_formula(value) and (i >= len(found) or found[i] is None):
                missing.setdefault(i, []).append(number)
    if missing:
        raise UnusableDataError(
            f"'{name}': {_name_column(header, i)} holds formulas without their results in "
            f"{rows_in_words(numbers)}; open the workbook in Excel, save it, and give it again."
            for i, numbers in missing.items()
        )


def _is_formula(value: object) -> bool:
    return value is not None and (type(value).__name__.endswith("Formula") or str(value).startswith("="))


def _name_column(header: Sequence[Any], i: int) -> str:
    heading = shorten_name(text_of(header[i])) if i < len(header) else ""
    return f"column '{heading}'" if heading and not heading.startswith("=") else f"column {i + 1}"


def _read_table(name: str, rows: list[Row]) -> Table:
    body: list[Record] = [(number, [text_of(value) for value in row]) for number, row in rows]
    if not body:
        raise UnusableDataError(f"The first sheet of '{name}' is empty.")
    (first, header), *records = body
    width = max(len(record) for _, record in body)
    padded = [(number, record + [""] * (width - len(record))) for number, record in records]
    table = build_csv_table(name, header + [""] * (width - len(header)), padded)
    text = _find_text_columns(rows)
    columns = {key: Column(c.cells, c.rows, is_text=key in text) for key, c in table.columns.items()}
    return Table(name, columns, table.notices, (SourceFile(name, lines_above=first - 1),))


def _find_text_columns(rows: list[Row]) -> set[str]:
    """Names of columns in which only text stands."""
    (_, header), *body = rows
    text: set[str] = set()
    for i, name in enumerate(header):
        kinds = {type(row[i]) for _, row in body if i < len(row) and row[i] is not None}
        if kinds == {str}:
            text.add(one_line(text_of(name)))
    return text
