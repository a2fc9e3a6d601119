"""Tables as files for a spreadsheet, in which text stays text whatever it begins with."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from mirodash.text.facts import Table

Cell = str | int | float | None
BYTE_ORDER_MARK = "\ufeff"
"""Excel takes a file without it for the encoding of the machine, and spoils every accent and unit."""

_SIGNS = "=+\\-@＝＋－＠"
# what a spreadsheet may skip before it looks for a formula: blanks, quotes, and what nobody sees
_SKIPPED = "\\s\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u2069\\x00-\\x1f\"'`´‘’“”„«»"
_FORMULA = re.compile(f"[{_SKIPPED}]*[{_SIGNS}]|[ \"']*[\t\r\n]")
_BREAK = re.compile("([;\t\r\n])")
_AFTER_A_BREAK = re.compile(f"([;\t\r\n][{_SKIPPED}]*+)([{_SIGNS}]?)")
"""A break with all that is skipped after it at once: tried from each of many breaks it is quadratic."""
_NEGATIVE = re.compile(r"-(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE][+-]?\d+)?")
_ALONE = re.compile("[\ud800-\udfff]")


def table_csv(tables: Sequence[Table], footer: Iterable[str] = ()) -> str:
    """Tables one under the other as they stand on the screen, and below them what they belong to.

    Parameters
    ----------
    tables : sequence of Table
        Where there are several, each follows a line with its caption.
    footer : iterable of str
        Lines at the end, one cell each, after an empty line.
    """
    rows: list[Sequence[Cell]] = []
    for place, table in enumerate(tables):
        if place:
            rows.append(())
        if len(tables) > 1:
            rows.append((table.caption,))
        rows += [table.header, *table.rows]
    return rows_csv(rows, footer)


def rows_csv(rows: Iterable[Sequence[Cell]], footer: Iterable[str] = ()) -> str:
    """Rows of cells in the form of RFC 4180, in UTF-8 for Excel too.

    Numbers are written as they are, with a point and all their digits; so is text that is a negative number.
    Other text that a spreadsheet could take for a formula is preceded by an apostrophe, even where its
    formula would only begin after a separator of another country's spreadsheets.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_written(cell) for cell in row])
    lines = [line for line in footer if line]
    if lines:
        writer.writerow(())
    for line in lines:
        writer.writerow([_written(line)])
    return BYTE_ORDER_MARK + file.getvalue()


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return repr(cell)
    # half a surrogate pair could not be saved at all
    text = _ALONE.sub("\ufffd", cell)
    if _NEGATIVE.fullmatch(text):
        return text
    inside = _AFTER_A_BREAK.sub(_quoted, text)
    return f"'{inside}" if _FORMULA.match(text) else inside


def _quoted(found: re.Match[str]) -> str:
    """A quotation mark after every break from which a spreadsheet could come to a sign."""
    return (_BREAK.sub(r"\1'", found[1]) if found[2] else found[1]) + found[2]
