"""Reads one sheet of an Excel workbook, after looking at how much it unpacks to."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from mirodash.errors import UnusableDataError
from mirodash.trial.infer.infer_dictionary import count_parts
from mirodash.trial.readers.csv_text import build_csv_table, describe_columns, why_unscripted
from mirodash.trial.readers.limits import Limits, SizeGuard, shorten_name
from mirodash.trial.readers.table_layout import Record, find_table
from mirodash.trial.readers.written_numbers import (
    remove_thousands_separators,
    report_ambiguous_commas,
    split_units,
)
from mirodash.trial.table import SourceFile, Table, join_list, one_line, rows_in_words, suggest_name, text_of

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

MAX_SHEETS = 20
"""Of which the beginning is looked at to find the trial."""
SAMPLE_ROWS = 200
"""Rows of a sheet that are looked at for it."""
MAX_MERGED = 100_000
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')

Row = tuple[int, Sequence[Any]]


def read_excel(path: Path, name: str, limits: Limits, sheet: str = "") -> Table:
    """Read one sheet of an XLSX workbook; formulas count with their stored values.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What people call it.
    limits : Limits
        The most that is read.
    sheet : str
        The sheet; empty for the one that looks most like a trial.

    Raises
    ------
    UnusableDataError
        When it is not a workbook, is damaged, or is larger than a trial can be, when there is no such
        sheet, or when results of formulas are not stored.
    """
    formulas = holds_formulas(path, name, limits)
    with _open_workbook(path, name, data_only=True) as book:
        sheets = _list_sheets(book)
        chosen = _find_sheet(sheets, sheet, name) if sheet else _choose_sheet(sheets, name, limits)
        rows = _fill_merged(list(_read_rows(chosen, name, limits)), _find_merged(book, chosen))
    if formulas:
        with _open_workbook(path, name, data_only=False) as book:
            written = list(_read_rows(_find_sheet(_list_sheets(book), chosen.title, name), name, limits))
        _check_results(name, rows, written)
    titles = tuple(one_line(each.title) for each in sheets)
    table = _read_table(name, rows, one_line(chosen.title), titles)
    notices = [*_say_sheet(sheets, chosen, asked=bool(sheet)), *table.notices]
    return replace(table, notices=tuple(notices))


@contextmanager
def _open_workbook(path: Path, name: str, *, data_only: bool) -> Generator[Any]:
    """A workbook; whatever it raises while it is read is said in a sentence."""
    import openpyxl  # noqa: PLC0415 - slow to import, and most trials are not workbooks

    try:
        # openpyxl warns about what it leaves out: looks, pictures, dates beyond its calendar;
        # it looks at the ending of a path, which a sent file has not
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(file, read_only=True, data_only=data_only)
            try:
                yield book
            finally:
                book.close()
    except (UnusableDataError, MemoryError):
        raise
    except Exception as error:  # a damaged workbook can raise anything
        raise UnusableDataError(f"'{name}' {_wrong(error)}") from error


def _list_sheets(book: Any) -> list[Any]:
    """The sheets of a workbook, those that can be seen first."""
    return sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible")


def _find_sheet(sheets: Sequence[Any], wanted: str, name: str) -> Any:
    titles = {one_line(sheet.title): sheet for sheet in reversed(sheets)}
    fold = {title.casefold(): sheet for title, sheet in titles.items()}
    found = titles.get(one_line(wanted)) or fold.get(one_line(wanted).casefold())
    if found is None:
        hint = suggest_name(wanted, titles) or "."
        listed = join_list([f"'{shorten_name(one_line(sheet.title))}'" for sheet in sheets], most=12)
        raise UnusableDataError(f"'{name}' has no sheet '{shorten_name(wanted)}'; it has {listed}{hint}")
    return found


def _choose_sheet(sheets: Sequence[Any], name: str, limits: Limits) -> Any:
    """The sheet that looks most like a trial, the first of those that look alike."""
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"][:MAX_SHEETS] or sheets[:1]
    if len(visible) == 1:
        return visible[0]
    return max(visible, key=lambda sheet: _score_sheet(sheet, name, limits))


def _score_sheet(sheet: Any, name: str, limits: Limits) -> int:
    """How many parts of a trial are recognised in the first rows of a sheet."""
    rows = list(islice(_read_rows(sheet, name, limits), SAMPLE_ROWS))
    if len(rows) < 3:
        return 0
    try:
        table = _read_table(name, rows, "", ())
    except UnusableDataError:
        return 0
    return 1 + count_parts(table)


def _say_sheet(sheets: Sequence[Any], chosen: Any, *, asked: bool) -> Iterator[str]:
    """Which sheet was read and why, when there are others."""
    others = [each for each in sheets if each is not chosen]
    if not others:
        return
    seen = [each for each in others if each.sheet_state == "visible"]
    why = (
        "as asked"
        if asked
        else "which looks most like a trial"
        if seen
        else "the only one that is not hidden"
    )
    names = join_list([f"'{shorten_name(one_line(each.title))}'" for each in others], most=8)
    yield (
        f"Sheet '{shorten_name(one_line(chosen.title))}' was read, {why}; the workbook has {len(sheets)} "
        f"sheets, also {names}."
    )


def _find_merged(book: Any, sheet: Any) -> list[tuple[int, int, int]]:
    """First row, last row and first column of the merged cells that span rows, counted from 1."""
    from openpyxl.utils.cell import range_boundaries  # noqa: PLC0415

    # a sheet that is read row by row does not know of them
    part: bytes = book._archive.read(sheet._worksheet_path)
    found: list[tuple[int, int, int]] = []
    for match in islice(_MERGED.finditer(part), MAX_MERGED):
        left, top, _, bottom = range_boundaries(match[1].decode())
        if left and top and bottom and bottom > top:
            found.append((top, bottom, left))
    return found


def _fill_merged(rows: list[Row], merged: Sequence[tuple[int, int, int]]) -> list[Row]:
    """The rows in which a cell merged over several rows counts in each of them."""
    if not merged:
        return rows
    by_number = {number: list(row) for number, row in rows}
    for top, bottom, left in merged:
        first = by_number.get(top, [])
        value = first[left - 1] if left <= len(first) else None
        if value is None or top not in by_number:
            continue
        for number in range(top + 1, min(bottom, top + len(by_number)) + 1):
            row = by_number.get(number)
            if row is not None and any(cell is not None for cell in row):
                row.extend([None] * (left - len(row)))
                row[left - 1] = value if row[left - 1] is None else row[left - 1]
    return [(number, by_number[number]) for number, _ in rows]


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
                f"'{name}' has more than {limits.sheet_rows:,} rows or {limits.sheet_columns:,} columns; "
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


def _read_table(name: str, rows: list[Row], sheet: str, sheets: tuple[str, ...]) -> Table:
    records: list[Record] = [(number, [text_of(value) for value in row]) for number, row in rows]
    if not records:
        what = f"Sheet '{shorten_name(sheet)}'" if len(sheets) > 1 else "The first sheet"
        raise UnusableDataError(f"{what} of '{name}' is empty.")
    layout = find_table(records)
    width = max(len(layout.header), *(len(record) for _, record in layout.body), 0)
    padded = [(number, record + [""] * (width - len(record))) for number, record in layout.body]
    header = layout.header + [""] * (width - len(layout.header))
    table = describe_columns(build_csv_table(name, header, padded), header, layout)
    participants = {number for number, _ in layout.body}
    text = _find_text_columns(header, [row for number, row in rows if number in participants])
    columns = {key: replace(c, is_text=key in text) for key, c in table.columns.items()}
    table = split_units(replace(table, columns=columns))
    table, thousands = remove_thousands_separators(table)
    table = report_ambiguous_commas(table)
    written = SourceFile(
        name,
        lines_above=layout.header_row - 1,
        sheet=sheet if len(sheets) > 1 else "",
        sheets=sheets if len(sheets) > 1 else (),
        unscripted=why_unscripted(table, layout, thousands=bool(thousands)),
    )
    return replace(table, notices=(*layout.notices, *table.notices), files=(written,))


def _find_text_columns(header: Sequence[str], body: Sequence[Sequence[Any]]) -> set[str]:
    """Names of columns in which only text stands."""
    text: set[str] = set()
    for i, name in enumerate(header):
        kinds = {type(row[i]) for row in body if i < len(row) and row[i] is not None}
        if kinds == {str}:
            text.add(one_line(name))
    return text
