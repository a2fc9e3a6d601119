"""The file around the slides: 16:9, without anything that tells who made it, when to the minute, or where."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, time
from typing import Any, cast

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.presentation import Presentation as PowerPoint
from pptx.slide import SlideLayout
from pptx.util import Pt

from mirodash import __version__
from mirodash.export.deck.looks import FONT, HEIGHT, TITLE, WIDTH, Box
from mirodash.export.deck.markup import DECLARATION, legible, tag, written
from mirodash.export.deck.workbook import zipped
from mirodash.text.labels import one_line

LAYOUT = "Title Only"
LONGEST_TITLE = 200
_APP = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
_OLD_WIDTH = 720.0
"""Points across a slide of the template that comes with python-pptx, which is 4:3."""


def blank() -> PowerPoint:
    """A presentation of no slides in 16:9 with one layout."""
    made = Presentation()
    made.slide_width, made.slide_height = Pt(WIDTH), Pt(HEIGHT)
    layout = layout_of(made)
    for other in list(made.slide_layouts):
        if other.name != LAYOUT:
            made.slide_layouts.remove(other)
    for place in (*made.slide_master.placeholders, *layout.placeholders):
        _widened(place)
    for place in layout.placeholders:
        if place.placeholder_format.idx == 0:
            put(place, TITLE)
    _without_leftovers(made)
    return made


def layout_of(made: PowerPoint) -> SlideLayout:
    """The layout of every slide: a title, and room."""
    found = made.slide_layouts.get_by_name(LAYOUT)
    assert found is not None  # noqa: S101 - it is in the template that is pinned with python-pptx
    return found


def put(shape: Any, box: Box) -> None:
    """Place a shape, in points."""
    shape.left, shape.top, shape.width, shape.height = (
        Pt(part) for part in (box.left, box.top, box.width, box.height)
    )


def finished(made: PowerPoint, *, title: str, on: date) -> bytes:
    """The file: the same slides on the same day make the same bytes."""
    about = made.core_properties
    moment = datetime.combine(on, time(), tzinfo=UTC).replace(tzinfo=None)
    about.author = about.last_modified_by = "MiroDash"
    about.title = legible(one_line(title, LONGEST_TITLE))
    about.comments = about.keywords = about.subject = about.category = ""
    about.language, about.revision = "en-GB", 1
    about.created = about.modified = moment
    file = io.BytesIO()
    made.save(file)
    with zipfile.ZipFile(file) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    return zipped({name: _neutral(name, content) for name, content in parts.items()})


def _widened(place: Any) -> None:
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


def _neutral(name: str, content: bytes) -> bytes:
    if name == "docProps/app.xml":
        return (DECLARATION + _application()).encode("utf-8")
    if name.startswith("ppt/theme/"):
        return content.replace(b'typeface="Calibri"', f'typeface="{FONT}"'.encode())
    if name.startswith("ppt/") and name.endswith(".xml"):
        return content.replace(b'lang="en-US"', b'lang="en-GB"').replace(b' type="screen4x3"', b"")
    return content


def _application() -> str:
    version = "".join(letter for letter in __version__ if letter.isdigit() or letter == ".")
    major, _, rest = version.partition(".")
    number = f"{major or '0'}.{rest.replace('.', '')[:4].ljust(4, '0')}"
    return tag(
        "Properties",
        tag("Application", written("MiroDash")),
        tag("AppVersion", written(number)),
        xmlns=_APP,
    )
