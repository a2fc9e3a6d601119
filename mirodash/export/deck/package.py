"""PowerPoint file around the slides, and the workbook behind each chart, without metadata of its author."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import zip_longest
from typing import Any, cast

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.presentation import Presentation as PowerPoint
from pptx.slide import SlideLayout
from pptx.util import Pt

from mirodash import __version__
from mirodash.export.deck.style import (
    DECLARATION,
    FONT,
    HEIGHT,
    TITLE,
    WIDTH,
    Box,
    build_tag,
    number,
    strip_illegal_xml,
    write_xml,
)
from mirodash.text.labels import one_line

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


def build_workbook(columns: Sequence[Column]) -> bytes:
    """An XLSX file of one sheet. Texts are texts: a name that starts with ``=`` is no formula.

    Numbers are written to the last bit, which XlsxWriter, with its sixteen digits, does not.
    """
    inside = {
        "[Content_Types].xml": _build_content_types(),
        "_rels/.rels": _relate("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": _build_book(),
        "xl/_rels/workbook.xml.rels": _relate("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": _build_sheet(columns),
    }
    return zip_parts({name: (DECLARATION + text).encode("utf-8") for name, text in inside.items()})


def zip_parts(parts: dict[str, bytes]) -> bytes:
    """A ZIP file that tells neither when nor on which system it was made."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, date_time=EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, content)
    return file.getvalue()


def build_cells(place: int, rows: int) -> str:
    """The reference to the numbers of the column at ``place``.

    >>> build_cells(0, 3), build_cells(27, 1)
    ('Sheet1!$A$2:$A$4', 'Sheet1!$AB$2:$AB$2')
    """
    letters = build_column_letters(place)
    return f"{SHEET}!${letters}$2:${letters}${max(rows, 1) + 1}"


def build_heading(place: int) -> str:
    """The reference to a column's name.

    >>> build_heading(1)
    'Sheet1!$B$1'
    """
    return f"{SHEET}!${build_column_letters(place)}$1"


def build_column_letters(place: int) -> str:
    """What a spreadsheet calls a column, counted from 0.

    >>> build_column_letters(0), build_column_letters(25), build_column_letters(26), build_column_letters(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    letters = ""
    rest = place + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def _build_sheet(columns: Sequence[Column]) -> str:
    names = "".join(
        _build_text_cell(f"{build_column_letters(k)}1", column.name) for k, column in enumerate(columns)
    )
    rows = [build_tag("row", names, r="1")]
    letters = [build_column_letters(k) for k in range(len(columns))]
    for place, values in enumerate(zip_longest(*(column.values for column in columns)), start=2):
        # written at once: of tens of thousands in a file every call counts
        filled = [
            f'<c r="{column}{place}"><v>{number(value)}</v></c>'
            for column, value in zip(letters, values, strict=True)
            if value is not None
        ]
        rows.append(build_tag("row", *filled, r=str(place)))
    return build_tag("worksheet", build_tag("sheetData", *rows), xmlns=_SHEETS)


def _build_text_cell(place: str, text: str) -> str:
    kept = {"xml:space": "preserve"}
    return build_tag("c", build_tag("is", build_tag("t", write_xml(text), **kept)), r=place, t="inlineStr")


def _build_book() -> str:
    names = {"xmlns": _SHEETS, "xmlns:r": _OFFICE}
    sheet = {"name": SHEET, "sheetId": "1", "r:id": "rId1"}
    return build_tag("workbook", build_tag("sheets", build_tag("sheet", **sheet)), **names)


def _relate(kind: str, target: str) -> str:
    relation = {"Id": "rId1", "Type": f"{_OFFICE}/{kind}", "Target": target}
    return build_tag(
        "Relationships", build_tag("Relationship", **relation), xmlns=f"{_PACKAGE}/relationships"
    )


def _build_content_types() -> str:
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": _XML,
    }
    parts = {"/xl/workbook.xml": "sheet.main+xml", "/xl/worksheets/sheet1.xml": "worksheet+xml"}
    return build_tag(
        "Types",
        *(build_tag("Default", Extension=ending, ContentType=kind) for ending, kind in defaults.items()),
        *(
            build_tag("Override", PartName=name, ContentType=f"{_KIND}.{kind}")
            for name, kind in parts.items()
        ),
        xmlns=f"{_PACKAGE}/content-types",
    )


LAYOUT = "Title Only"
MAX_TITLE_LENGTH = 200
_APP = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
_OLD_WIDTH = 720.0
"""Points across a slide of the template that comes with python-pptx, which is 4:3."""


def build_blank_presentation() -> PowerPoint:
    """A presentation of no slides in 16:9 with one layout."""
    made = Presentation()
    made.slide_width, made.slide_height = Pt(WIDTH), Pt(HEIGHT)
    layout = find_layout(made)
    for other in list(made.slide_layouts):
        if other.name != LAYOUT:
            made.slide_layouts.remove(other)
    for place in (*made.slide_master.placeholders, *layout.placeholders):
        _widen(place)
    for place in layout.placeholders:
        if place.placeholder_format.idx == 0:
            put(place, TITLE)
    _without_leftovers(made)
    return made


def find_layout(made: PowerPoint) -> SlideLayout:
    """The layout of every slide: a title, and room."""
    found = made.slide_layouts.get_by_name(LAYOUT)
    assert found is not None  # noqa: S101 - it is in the template that is pinned with python-pptx
    return found


def put(shape: Any, box: Box) -> None:
    """Place a shape, in points."""
    shape.left, shape.top, shape.width, shape.height = (
        Pt(part) for part in (box.left, box.top, box.width, box.height)
    )


def finish(made: PowerPoint, *, title: str, on: date) -> bytes:
    """The file: the same slides on the same day make the same bytes."""
    about = made.core_properties
    moment = datetime.combine(on, time(), tzinfo=UTC).replace(tzinfo=None)
    about.author = about.last_modified_by = "MiroDash"
    about.title = strip_illegal_xml(one_line(title, MAX_TITLE_LENGTH))
    about.comments = about.keywords = about.subject = about.category = ""
    about.language, about.revision = "en-GB", 1
    about.created = about.modified = moment
    file = io.BytesIO()
    made.save(file)
    with zipfile.ZipFile(file) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    return zip_parts({name: _neutralise(name, content) for name, content in parts.items()})


def _widen(place: Any) -> None:
    """A placeholder of a 4:3 slide at the same share of a wider one."""
    if place.left is None or place.element.xpath("./p:spPr/a:xfrm") == []:
        return
    left, width = place.left, place.width
    place.left, place.width = round(left * WIDTH / _OLD_WIDTH), round(width * WIDTH / _OLD_WIDTH)


def _without_leftovers(made: PowerPoint) -> None:
    """Drop the template's thumbnail and printer settings, which are of somebody else's machine."""
    package = made.part.package
    thumbnail = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"
    for owner in (package, made.part):
        relations = cast("Any", owner)._rels
        for key, relation in list(relations.items()):
            if relation.reltype in (thumbnail, RELATIONSHIP_TYPE.PRINTER_SETTINGS):
                relations.pop(key)


def _neutralise(name: str, content: bytes) -> bytes:
    if name == "docProps/app.xml":
        return (DECLARATION + _build_application()).encode("utf-8")
    if name.startswith("ppt/theme/"):
        return content.replace(b'typeface="Calibri"', f'typeface="{FONT}"'.encode())
    if name.startswith("ppt/") and name.endswith(".xml"):
        return content.replace(b'lang="en-US"', b'lang="en-GB"').replace(b' type="screen4x3"', b"")
    return content


def _build_application() -> str:
    version = "".join(letter for letter in __version__ if letter.isdigit() or letter == ".")
    major, _, rest = version.partition(".")
    number = f"{major or '0'}.{rest.replace('.', '')[:4].ljust(4, '0')}"
    return build_tag(
        "Properties",
        build_tag("Application", write_xml("MiroDash")),
        build_tag("AppVersion", write_xml(number)),
        xmlns=_APP,
    )
