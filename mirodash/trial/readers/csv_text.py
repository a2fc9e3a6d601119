"""Reads CSV and other delimited text: encoding, separator and decimal comma are detected."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from mirodash.errors import UnusableDataError
from mirodash.trial.readers.limits import Limits, SizeGuard, check_table, shorten_name
from mirodash.trial.readers.table_layout import Layout, Record, find_table
from mirodash.trial.readers.written_numbers import (
    remove_thousands_separators,
    report_ambiguous_commas,
    split_units,
)
from mirodash.trial.table import Column, SourceFile, Table, clean_column, join_list, one_line, rows_in_words

_SAVE_AS_UTF8 = "open it in a spreadsheet and save it as CSV UTF-8"
_WIDE = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# letters with accents, dashes and quotation marks in UTF-8; in other encodings they make no word
_TWO_BYTES = re.compile(rb"[\xc3\xc2][\x80-\xbf]|\xe2[\x80-\x89][\x80-\xbf]")
_SAMPLE = 4_096


def decode_text(raw: bytes, name: str) -> tuple[str, str]:
    """The text of a file, and the encoding in which it is written.

    Parameters
    ----------
    raw : bytes
        All of the file.
    name : str
        What people call it.

    Raises
    ------
    UnusableDataError
        When it is no text, cut off in a letter, or written in two encodings.
    """
    if raw.startswith(_WIDE):
        raise UnusableDataError(f"'{name}' is written in UTF-32; {_SAVE_AS_UTF8}.")
    if raw.startswith(_UTF16):
        return _whole(raw, name, "utf-16"), "utf-16"
    if _alternates(raw):
        raise UnusableDataError(f"'{name}' is written in UTF-16 without saying so; {_SAVE_AS_UTF8}.")
    if b"\0" in raw:
        raise _no_text(name, raw.count(b"\n", 0, raw.index(b"\0")) + 1)
    try:
        return raw.decode("utf-8-sig"), "utf-8-sig"
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and _TWO_BYTES.search(raw):
            raise UnusableDataError(
                f"'{name}' is cut off in the middle of a letter; get it again."
            ) from error
        return _older(raw, name, error.start)


def _whole(raw: bytes, name: str, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _no_text(name, 0) from error
    if "\0" in text:
        raise _no_text(name, text.count("\n", 0, text.index("\0")) + 1)
    return text


def _older(raw: bytes, name: str, first: int) -> tuple[str, str]:
    """A text that is not in UTF-8 from the byte ``first`` on: in what Windows used before."""
    both = _TWO_BYTES.search(raw)
    if both is not None:
        line, other = (raw.count(b"\n", 0, place) + 1 for place in (both.start(), first))
        raise UnusableDataError(
            f"'{name}' is written in two encodings (line {line} in UTF-8, line {other} not), so its letters "
            f"cannot be read; {_SAVE_AS_UTF8}, and look at the letters with accents."
        )
    try:
        return raw.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return raw.decode("latin-1"), "latin-1"


def _alternates(raw: bytes) -> bool:
    """Whether every second byte is nothing, as in Latin letters of two bytes each."""
    sample = raw[: min(_SAMPLE, len(raw) // 2 * 2)]
    even, odd = sample[::2], sample[1::2]
    least = 0.8 * len(even)
    return len(even) >= 4 and (
        (even.count(0) >= least and 0 not in odd) or (odd.count(0) >= least and 0 not in even)
    )


def _no_text(name: str, line: int) -> UnusableDataError:
    where = f" (the first character that is none is in line {line})" if line > 1 else ""
    return UnusableDataError(f"'{name}' is not a table of text, whatever its name says{where}.")


DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", " ": "blank", "|": "vertical bar"}
_SEPARATOR_LINE = re.compile(r"sep=([,;\t| ])\r?\n", re.IGNORECASE)
_SURE = 0.95
MAX_ROW_NUMBER = 10
"""Digits."""
_SAMPLE_LINES = 50
_SAMPLE_LETTERS = 1_000_000
_COMMA_NUMBER = re.compile(r"(?:[<>≤≥]=?\s*)?[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?")
_POINT_NUMBER = re.compile(r"(?:[<>≤≥]=?\s*)?[+-]?[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?")
_THOUSANDS = re.compile(r"(?:[<>≤≥]=?\s*)?[+-]?[1-9][0-9]{0,2},[0-9]{3}")


def read_csv(path: Path, name: str, limits: Limits) -> Table:
    """Read a delimited text file; every cell stays text.

    Raises
    ------
    UnusableDataError
        When it is not text, rows have more or fewer values than the header, or quotes do not match.
    """
    text, encoding = decode_text(path.read_bytes(), name)
    named = _SEPARATOR_LINE.match(text)
    delimiter = named[1] if named else _detect_delimiter(text)
    records = _read_records(text, delimiter, name, limits, starts_at=2 if named else 1)
    if not records:
        raise UnusableDataError(f"'{name}' is empty.")
    layout = find_table(records)
    header, body = layout.header, layout.body
    notices = list(layout.notices)
    if named:
        notices.insert(
            0, "The first line says how the values are separated (sep=) and is no row of the table."
        )
    named_rows = _has_row_names(header, body, text)
    if named_rows:
        header, body, notice = _take_row_names(header, body)
        notices.append(notice)
    _check_width(header, body, name, delimiter)
    table = describe_columns(build_csv_table(name, header, body), header, layout)
    table = split_units(table)
    table, thousands = remove_thousands_separators(table)
    cells = {key: column.cells for key, column in table.columns.items()}
    decimal_comma = _has_decimal_commas(cells)
    if decimal_comma:
        columns = {
            key: replace(c, cells=_replace_decimal_commas(c.cells)) for key, c in table.columns.items()
        }
        table = replace(table, columns=columns)
    table = report_ambiguous_commas(table)
    widest = max(len(record) for _, record in body) if body else 0
    written = SourceFile(
        name,
        delimiter=delimiter,
        encoding=encoding,
        decimal_comma=decimal_comma,
        lines_above=layout.header_row - 1,
        widest=widest if widest > len(header) else 0,
        printable=all("".join(record).isprintable() for _, record in records),
        unscripted=why_unscripted(table, layout, thousands=bool(thousands), row_names=named_rows),
    )
    return replace(table, notices=(*notices, *table.notices), files=(written,))


def _has_row_names(header: list[str], body: list[Record], text: str) -> bool:
    """Whether the first value of every row is its name, as R's ``write.table`` leaves it.

    Every row has one value more than the header, and the first ones are rising numbers, or quoted as R
    quotes them: otherwise a name is missing in the header.
    """
    if not body or len(header) < 2 or any(len(record) != len(header) + 1 for _, record in body):
        return False
    names = [record[0].strip() for _, record in body]
    if len(body) > 1 and all(name.isdecimal() and len(name) < MAX_ROW_NUMBER for name in names):
        numbers = [int(name) for name in names]
        return all(one < other for one, other in pairwise(numbers))
    lines = [line for line in text[:_SAMPLE_LETTERS].splitlines()[:_SAMPLE_LINES] if line.strip()]
    return len(set(names)) == len(names) and all(line.startswith('"') for line in lines)


def _take_row_names(header: list[str], body: list[Record]) -> tuple[list[str], list[Record], str]:
    """The table with the row names under a name of their own, or without them where they count the rows."""
    names = [record[0].strip() for _, record in body]
    if names == [str(k) for k in range(1, len(names) + 1)]:
        notice = (
            "The header has one name less than the rows have values: the first value of every row is its "
            f"number (1 to {len(names):,}, as R writes it) and was left out."
        )
        return header, [(row, record[1:]) for row, record in body], notice
    own = "row_name" if "row_name" not in header else "row_name_of_R"
    notice = (
        "The header has one name less than the rows have values: the first value of every row is the name "
        f"of the row, as R writes it, and is read as column '{own}'."
    )
    return [own, *header], body, notice


def why_unscripted(table: Table, layout: Layout, *, thousands: bool, row_names: bool = False) -> str:
    """What a script of a few lines would not read as it was read here; empty when it would."""
    if layout.skipped_below or layout.joined:
        return "more than one row above the participants"
    if layout.is_cut:
        return "lines below the table"
    if thousands or any(column.unit for column in table.columns.values()):
        return "units or separated thousands in its cells"
    return "row names" if row_names else ""


def describe_columns(table: Table, header: Sequence[str], layout: Layout) -> Table:
    """The table with the units and labels that rows below the names of the columns hold."""
    units = dict(zip(map(one_line, header), layout.units, strict=False))
    labels = dict(zip(map(one_line, header), layout.labels, strict=False))
    columns = {
        name: replace(column, unit=units.get(name, ""), label=labels.get(name, "") or column.label)
        for name, column in table.columns.items()
    }
    return replace(table, columns=columns)


def build_csv_table(name: str, header: list[str], body: list[Record]) -> Table:
    """A table from a header and numbered rows, of which every one is as long as the header.

    Columns without a name are left out.

    Raises
    ------
    UnusableDataError
        When two columns have the same name.
    """
    names = [one_line(cell) for cell in header]
    twice = sorted(n for n, times in Counter(names).items() if n and times > 1)
    if twice:
        raise UnusableDataError(
            f"'{name}' has more than one column named '{shorten_name(n)}'." for n in twice
        )
    rows = tuple(row for row, _ in body)
    texts = list(zip(*(record for _, record in body), strict=False)) or [()] * len(names)
    columns = {n: Column(clean_column(texts[i]), rows) for i, n in enumerate(names) if n}
    return Table(name, columns, _name_columns(names, body) if columns else ())


def _name_columns(names: Sequence[str], body: Sequence[Record]) -> tuple[str, ...]:
    """A sentence about the columns that hold something and have no name, as under a merged heading."""
    left_out = [i + 1 for i, n in enumerate(names) if not n and any(record[i].strip() for _, record in body)]
    if not left_out:
        return ()
    numbers = join_list([str(number) for number in left_out])
    if len(left_out) == 1:
        return (f"Column {numbers} has no name in its first row and was left out.",)
    return (f"Columns {numbers} have no name in their first row and were left out.",)


def _detect_delimiter(text: str) -> str:
    """The delimiter that gives most of the first rows the same number of columns.

    Lines above and below the table are no reason against one. Blanks separate only where nothing else does.
    """
    # a cut through the last line of the sample would make it look shorter than the others
    lines = text[:_SAMPLE_LETTERS].splitlines()[:_SAMPLE_LINES]
    head = "\n".join(lines if len(text) <= _SAMPLE_LETTERS or len(lines) == 1 else lines[:-1])
    best = max((",", ";", "\t"), key=lambda delimiter: _fit(head, delimiter))
    share, above, width = _fit(head, best)
    if (share < _SURE or above < 0 or width < 2) and _separates_by_blanks(head):
        return " "
    return best


def _fit(head: str, delimiter: str) -> tuple[float, int, int]:
    """How many of the rows have the usual number of columns, minus how many lines stand above, how many."""
    try:
        rows = [row for row in _reader(head, delimiter) if any(cell.strip() for cell in row)]
    except csv.Error:
        return (0.0, 0, 0)
    widths = Counter(len(row) for row in rows)
    width = max(widths, key=lambda width: (widths[width], width), default=0)
    if width < 2:
        return (0.0, 0, width)
    first = next(k for k, row in enumerate(rows) if len(row) >= width - 1)
    return (sum(widths[w] for w in (width,)) / len(rows), -first, width)


def _separates_by_blanks(head: str) -> bool:
    lines = [line for line in head.splitlines() if line.strip()]
    share, above, width = _fit(head, " ")
    return share >= _SURE and above == 0 and width >= 3 and not any(sign in lines[0] for sign in ",;\t")


def _reader(text: str, delimiter: str, *, strict: bool = False) -> Iterator[list[str]]:
    """The rows of a text; several blanks in a row separate once, and those at the ends of a line do not."""
    if delimiter != " ":
        return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    lines = (line.replace("\t", " ").strip() + "\n" for line in io.StringIO(text))
    return csv.reader(lines, delimiter=" ", skipinitialspace=True, strict=strict)


def _read_records(text: str, delimiter: str, name: str, limits: Limits, *, starts_at: int) -> list[Record]:
    """Every row from ``starts_at`` on that holds something, with its number as a spreadsheet shows it."""
    reader = _reader(text, delimiter, strict=True)
    records: list[Record] = []
    tally = SizeGuard(name, limits)
    row = 0
    try:
        for row, record in enumerate(reader, start=1):
            if row < starts_at:
                continue
            if not any(cell.strip() for cell in record):
                tally.add_rows(1, 0)
                continue
            if not records:
                check_table(name, limits, rows=0, columns=sum(bool(cell.strip()) for cell in record))
                tally.columns = record
            tally.add(row, record, is_header=not records)
            records.append((row, record))
    except csv.Error as error:
        if "field larger" in str(error):
            raise UnusableDataError(
                f"'{name}' has a cell of more than {csv.field_size_limit():,} characters in row {row + 1}; "
                "shorten it, leave its column out, or look for a quotation mark that is never closed."
            ) from error
        raise UnusableDataError(
            f"'{name}' cannot be read{f' beyond row {row}' if row > 0 else ''}: quotation marks do not match "
            f"or the file is cut off ({error})."
        ) from error
    return records


def _check_width(header: list[str], body: list[Record], name: str, delimiter: str) -> None:
    width = len(header)
    if width < 2:
        raise UnusableDataError(
            f"'{name}' has a single column; values must be separated by commas, semicolons, tabs or blanks."
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
    every = [cell for column in columns.values() for cell in column if "," in cell]
    with_comma = {cell for cell in every if _COMMA_NUMBER.fullmatch(cell)}
    if not with_comma:
        return False
    if any("." in cell and _POINT_NUMBER.fullmatch(cell) for column in columns.values() for cell in column):
        return False
    return not all(_THOUSANDS.fullmatch(cell) for cell in with_comma)


def _replace_decimal_commas(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell.replace(",", ".") if _COMMA_NUMBER.fullmatch(cell) else cell for cell in cells)
