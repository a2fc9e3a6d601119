"""The first sheet of an Excel workbook, opened only when it is of a size a trial can have."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

from mirodash.errors import UnusableDataError
from mirodash.trial.cells import text_of
from mirodash.trial.csv_file import Record, table_of
from mirodash.trial.limits import Limits
from mirodash.trial.source import SourceFile
from mirodash.trial.table import Column, Table, one_line


def read_excel(path: Path, name: str, limits: Limits) -> Table:
    """Read the first sheet of an XLSX workbook; formulas count with the values stored for them.

    Raises
    ------
    UnusableDataError
        When it is not a workbook, is damaged, or is larger than a trial can be.
    """
    _check_size(path, name, limits)
    import openpyxl  # noqa: PLC0415 - slow to import, and most trials are not workbooks

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            values, names = _rows(sheet, name, limits), [s.title for s in book.worksheets]
        finally:
            book.close()
    except UnusableDataError:
        raise
    except Exception as error:  # a damaged workbook can raise anything
        raise UnusableDataError(f"'{name}' is damaged or not an Excel workbook.") from error
    table = _table(name, values)
    if len(names) == 1:
        return table
    notice = f"Sheet '{names[0]}' was read; the workbook has {len(names)} sheets."
    return replace(table, notices=(notice,))


def _check_size(path: Path, name: str, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnusableDataError(f"'{name}' is damaged or not an Excel workbook.") from error
    inflated = sum(entry.file_size for entry in entries)
    stored = max(1, sum(entry.compress_size for entry in entries))
    if len(entries) > limits.entries or inflated > limits.inflated or inflated / stored > limits.ratio:
        raise UnusableDataError(
            f"'{name}' would unpack to {inflated / 1e6:,.0f} MB in {len(entries)} parts, which is not "
            "what the workbook of a trial looks like; save the sheet as CSV and read that."
        )


def _rows(sheet: object, name: str, limits: Limits) -> list[tuple[object, ...]]:
    """All cells of a sheet, refusing more rows or columns than a trial has."""
    rows: list[tuple[object, ...]] = []
    for row in sheet.iter_rows(values_only=True):  # type: ignore[attr-defined]
        if len(rows) > limits.sheet_rows or len(row) > limits.sheet_columns:
            raise UnusableDataError(
                f"'{name}' has more than {limits.sheet_rows:,} rows or {limits.sheet_columns} columns; "
                "save the sheet as CSV and read that."
            )
        rows.append(row)
    return rows


def _table(name: str, values: list[tuple[object, ...]]) -> Table:
    body: list[Record] = [
        (number, [text_of(value) for value in row])
        for number, row in enumerate(values, start=1)
        if any(value is not None for value in row)
    ]
    if not body:
        raise UnusableDataError(f"The first sheet of '{name}' is empty.")
    (first, header), *records = body
    width = max(len(record) for _, record in body)
    padded = [(number, record + [""] * (width - len(record))) for number, record in records]
    table = table_of(name, header + [""] * (width - len(header)), padded)
    text = _text_columns(values[first - 1], values[first:])
    columns = {key: Column(c.cells, c.rows, is_text=key in text) for key, c in table.columns.items()}
    return Table(name, columns, files=(SourceFile(name, lines_above=first - 1),))


def _text_columns(header: tuple[object, ...], body: list[tuple[object, ...]]) -> set[str]:
    """Names of columns in which only text stands."""
    text: set[str] = set()
    for i, name in enumerate(header):
        kinds = {type(row[i]) for row in body if i < len(row) and row[i] is not None}
        if kinds == {str}:
            text.add(one_line(text_of(name)))
    return text
