"""The workbook behind a chart, which opens when somebody edits it: the curve's own numbers, nothing else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from mirodash.export.deck.markup import DECLARATION, number, tag, written

SHEET = "Sheet1"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP file knows: the same numbers make the same file at any time."""
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_XML = "application/xml"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and the numbers under it; None is an empty cell."""

    name: str
    values: Sequence[float | None]


def workbook(columns: Sequence[Column]) -> bytes:
    """An XLSX file of one sheet. Texts are texts: a name that starts with ``=`` is no formula.

    Numbers are written to the last bit, which XlsxWriter, with its sixteen digits, does not.
    """
    inside = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _related("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": _book(),
        "xl/_rels/workbook.xml.rels": _related("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": _sheet(columns),
    }
    return zipped({name: (DECLARATION + text).encode("utf-8") for name, text in inside.items()})


def zipped(parts: dict[str, bytes]) -> bytes:
    """A ZIP file that tells neither when nor on which system it was made."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, date_time=EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, content)
    return file.getvalue()


def cells(place: int, rows: int) -> str:
    """The reference to the numbers of the column at ``place``.

    >>> cells(0, 3), cells(27, 1)
    ('Sheet1!$A$2:$A$4', 'Sheet1!$AB$2:$AB$2')
    """
    letters = column_letters(place)
    return f"{SHEET}!${letters}$2:${letters}${max(rows, 1) + 1}"


def heading(place: int) -> str:
    """The reference to a column's name.

    >>> heading(1)
    'Sheet1!$B$1'
    """
    return f"{SHEET}!${column_letters(place)}$1"


def column_letters(place: int) -> str:
    """What a spreadsheet calls a column, counted from 0.

    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    letters = ""
    rest = place + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def _sheet(columns: Sequence[Column]) -> str:
    names = "".join(_text_cell(f"{column_letters(k)}1", column.name) for k, column in enumerate(columns))
    rows = [tag("row", names, r="1")]
    letters = [column_letters(k) for k in range(len(columns))]
    for place, values in enumerate(zip_longest(*(column.values for column in columns)), start=2):
        # written at once: of tens of thousands in a file every call counts
        filled = [
            f'<c r="{column}{place}"><v>{number(value)}</v></c>'
            for column, value in zip(letters, values, strict=True)
            if value is not None
        ]
        rows.append(tag("row", *filled, r=str(place)))
    return tag("worksheet", tag("sheetData", *rows), xmlns=_SHEETS)


def _text_cell(place: str, text: str) -> str:
    kept = {"xml:space": "preserve"}
    return tag("c", tag("is", tag("t", written(text), **kept)), r=place, t="inlineStr")


def _book() -> str:
    names = {"xmlns": _SHEETS, "xmlns:r": _OFFICE}
    sheet = {"name": SHEET, "sheetId": "1", "r:id": "rId1"}
    return tag("workbook", tag("sheets", tag("sheet", **sheet)), **names)


def _related(kind: str, target: str) -> str:
    relation = {"Id": "rId1", "Type": f"{_OFFICE}/{kind}", "Target": target}
    return tag("Relationships", tag("Relationship", **relation), xmlns=f"{_PACKAGE}/relationships")


def _content_types() -> str:
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": _XML,
    }
    parts = {"/xl/workbook.xml": "sheet.main+xml", "/xl/worksheets/sheet1.xml": "worksheet+xml"}
    return tag(
        "Types",
        *(tag("Default", Extension=ending, ContentType=kind) for ending, kind in defaults.items()),
        *(tag("Override", PartName=name, ContentType=f"{_KIND}.{kind}") for name, kind in parts.items()),
        xmlns=f"{_PACKAGE}/content-types",
    )
