"""What stands on the slides of a file: the numbers of its charts, the cells of its tables, its texts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pptx import Presentation

from mirodash.errors import UnusableDataError
from mirodash.export.replay.chart_content import chart_content
from mirodash.text.labels import one_line

LARGEST_UNPACKED = 150_000_000
MOST_MARKUP = 8_000_000
"""Elements and attributes of all parts: in memory each takes a hundred bytes and more, whatever it took in
the file; a slide of ours has fewer than 30,000."""
LARGEST_RELATIONS = 4_000_000
"""In bytes; every relationship between parts becomes several objects."""
MOST_SLIDES = 500
TITLE = "Title"
"""The presenter's to write, like the notes: never compared."""
LARGEST_WORKBOOK = 5_000_000
"""In bytes, packed; those behind our charts are a hundred times smaller."""
TOO_LARGE = "The file is larger, or unpacks to more, than slides with charts are."
DAMAGED = "The slides in this file cannot be read: it may be damaged."
Json = Any
Workbook = tuple[tuple[str, int], ...]
"""Its parts with their checksums: whether it is the same is known without unpacking it."""


@dataclass(frozen=True, slots=True)
class SlideContent:
    """One slide: its place from 1, the number that PowerPoint knows it by, and what is on it by name."""

    place: int
    identity: int
    shapes: dict[str, Json]
    unnamed: tuple[str, ...] = ()
    """Shapes that carry a name that another one on the slide carries already."""
    title: str = ""
    """As it stands there."""
    workbooks: dict[str, Workbook] = field(default_factory=dict[str, Workbook])
    """What lies behind each chart."""


def slide_contents(file: bytes) -> tuple[SlideContent, ...]:
    """Everything that is compared, slide by slide.

    Raises
    ------
    UnusableDataError
        When the file cannot be read, or is built to unpack to more than any slides.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            _refuse_too_large(archive)
        slides = list(Presentation(io.BytesIO(file)).slides)
        if len(slides) > MOST_SLIDES:
            raise UnusableDataError(TOO_LARGE)
        return tuple(_content(slide, place) for place, slide in enumerate(slides, 1))
    except UnusableDataError:
        raise
    except Exception as error:  # whatever a damaged file makes its readers trip over
        raise UnusableDataError(DAMAGED) from error


def _refuse_too_large(archive: zipfile.ZipFile) -> None:
    """Refuse what would take more memory than any slides, before anything is made of it."""
    entries = archive.infolist()
    relations = sum(entry.file_size for entry in entries if entry.filename.lower().endswith(".rels"))
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED or relations > LARGEST_RELATIONS:
        raise UnusableDataError(TOO_LARGE)
    markup = 0
    for entry in entries:  # part by part: what is a picture by its name may be read as XML
        content = archive.read(entry)
        markup += content.count(b"<") + content.count(b"=")
        if markup > MOST_MARKUP:
            raise UnusableDataError(TOO_LARGE)


def _content(slide: Any, place: int) -> SlideContent:
    shapes: dict[str, Json] = {}
    again: list[str] = []
    workbooks: dict[str, Workbook] = {}
    title = ""
    for shape in _shapes(slide.shapes):
        content = _of_shape(shape)
        if shape.name == TITLE or shape == slide.shapes.title:
            title = one_line("".join(content or ()))
        elif shape.name in shapes and content is not None:
            again.append(shape.name)
        elif content is not None:
            shapes[shape.name] = content
            if getattr(shape, "has_chart", False):
                workbooks[shape.name] = _workbook(shape.chart)
    return SlideContent(place, int(slide.slide_id), shapes, tuple(again), title, workbooks)


def _workbook(chart: Any) -> Workbook:
    """What opens when somebody edits a chart; nothing where it is gone, or is no workbook."""
    part = chart.part.chart_workbook.xlsx_part
    if part is None or len(part.blob) > LARGEST_WORKBOOK:
        return ()
    try:
        with zipfile.ZipFile(io.BytesIO(part.blob)) as archive:
            return tuple((entry.filename, entry.CRC) for entry in archive.infolist())
    except zipfile.BadZipFile:
        return ()


def _shapes(shapes: Any) -> Iterator[Any]:
    """The shapes of a slide, those that somebody grouped among them."""
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        else:
            yield shape


def _of_shape(shape: Any) -> Json:
    """The numbers or words in a shape; None of a picture, a line, an empty box."""
    if getattr(shape, "has_chart", False):
        return chart_content(shape.chart)
    if getattr(shape, "has_table", False):
        return [[cell.text for cell in row.cells] for row in shape.table.rows]
    if getattr(shape, "has_text_frame", False) and shape.text_frame.text.strip():
        return shape.text_frame.text.replace("\v", "\n").split("\n")
    return None
