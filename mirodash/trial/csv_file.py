"""A table of text: comma, semicolon or tab between the values, with points or decimal commas."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mirodash.errors import UnusableDataError
from mirodash.trial.limits import Limits
from mirodash.trial.source import SourceFile
from mirodash.trial.table import Column, Table, clean, one_line, rows_in_words

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_SAMPLE_LINES = 50
_COMMA_NUMBER = re.compile(r"(?:[<>≤≥]=?\s*)?[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?")
_POINT_NUMBER = re.compile(r"(?:[<>≤≥]=?\s*)?[+-]?[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?")
_THOUSANDS = re.compile(r"(?:[<>≤≥]=?\s*)?[+-]?[1-9][0-9]{0,2},[0-9]{3}")

Record = tuple[int, list[str]]


def read_csv(path: Path, name: str, limits: Limits) -> Table:
    """Read a delimited text file; every cell stays text.

    Raises
    ------
    UnusableDataError
        When it is not text, rows have more or fewer values than the header, or quotes do not match.
    """
    text, encoding = _decode(path, name)
    delimiter = _delimiter(text)
    records = _records(text, delimiter, name)
    if not records:
        raise UnusableDataError(f"'{name}' is empty.")
    (first, header), *body = records
    _check_width(header, body, name, delimiter)
    table = table_of(name, header, body)
    cells = {key: column.cells for key, column in table.columns.items()}
    decimal_comma = _has_decimal_commas(cells)
    if decimal_comma:
        columns = {key: replace(c, cells=_points_for_commas(c.cells)) for key, c in table.columns.items()}
        table = replace(table, columns=columns)
    widest = max(len(record) for _, record in body) if body else 0
    written = SourceFile(
        name,
        delimiter=delimiter,
        encoding=encoding,
        decimal_comma=decimal_comma,
        lines_above=first - 1,
        widest=widest if widest > len(header) else 0,
        printable=all(cell.isprintable() for _, record in records for cell in record),
    )
    return replace(table, files=(written,))


def table_of(name: str, header: list[str], body: list[Record]) -> Table:
    """A table from a header and numbered rows, of which every one is as long as the header.

    Columns without a name are left out.

    Raises
    ------
    UnusableDataError
        When two columns have the same name.
    """
    names = [one_line(cell) for cell in header]
    twice = sorted({n for n in names if n and names.count(n) > 1})
    if twice:
        raise UnusableDataError(f"'{name}' has more than one column named '{n}'." for n in twice)
    rows = tuple(row for row, _ in body)
    cells = {n: [clean(record[i]) for _, record in body] for i, n in enumerate(names) if n}
    return Table(name, {n: Column(tuple(column), rows) for n, column in cells.items()})


def _decode(path: Path, name: str) -> tuple[str, str]:
    raw = path.read_bytes()
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
        break
    raise UnusableDataError(f"'{name}' is not a table of text, whatever its name says.")


def _delimiter(text: str) -> str:
    """The delimiter that gives the header the most columns and the first rows the same number."""
    head = "\n".join(text.splitlines()[:_SAMPLE_LINES])

    def fit(delimiter: str) -> tuple[float, int]:
        try:
            rows = [row for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter) if row]
        except csv.Error:
            return (0.0, 0)
        width = len(rows[0]) if rows else 0
        if width < 2:
            return (0.0, width)
        return (sum(len(row) == width for row in rows) / len(rows), width)

    return max(DELIMITERS, key=fit)


def _records(text: str, delimiter: str, name: str) -> list[Record]:
    """Every row that holds something, with its number as a spreadsheet shows it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[Record] = []
    row = 0
    try:
        for row, record in enumerate(reader, start=1):
            if any(cell.strip() for cell in record):
                records.append((row, record))
    except csv.Error as error:
        raise UnusableDataError(
            f"'{name}' cannot be read beyond row {row}: quotation marks do not match or the file "
            f"is cut off ({error})."
        ) from error
    return records


def _check_width(header: list[str], body: list[Record], name: str, delimiter: str) -> None:
    width = len(header)
    if width < 2:
        raise UnusableDataError(
            f"'{name}' has a single column; values must be separated by commas, semicolons or tabs."
        )
    long = [row for row, record in body if any(cell.strip() for cell in record[width:])]
    short = [row for row, record in body if len(record) < width]
    problems: list[str] = []
    for rows, more in ((long, "more"), (short, "fewer")):
        if rows:
            verb = "has" if len(rows) == 1 else "have"
            problems.append(
                f"'{name}': {rows_in_words(rows)} {verb} {more} values than the {width} columns of the "
                f"header (separated by {DELIMITERS[delimiter]}s)."
            )
    if problems:
        raise UnusableDataError(problems)


def _has_decimal_commas(columns: Mapping[str, Sequence[str]]) -> bool:
    """Whether commas in numbers are decimal marks, and cannot as well separate thousands.

    They are decimal commas when no number of the file has a point and some number cannot have
    its thousands separated (``15,6``): a wrong guess would be wrong by a factor of 1,000.
    """
    every = {cell for column in columns.values() for cell in column if "," in cell or "." in cell}
    with_comma = {cell for cell in every if _COMMA_NUMBER.fullmatch(cell)}
    if not with_comma or any(_POINT_NUMBER.fullmatch(cell) for cell in every):
        return False
    return not all(_THOUSANDS.fullmatch(cell) for cell in with_comma)


def _points_for_commas(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell.replace(",", ".") if _COMMA_NUMBER.fullmatch(cell) else cell for cell in cells)
