"""Content of PowerPoint slides as numbers and texts, matched to views, with manual edits listed."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from pptx import Presentation

from mirodash.errors import UnusableDataError
from mirodash.text.labels import one_line
from mirodash.text.numbers import count

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
MAX_POINTS = 100_000


def chart_content(chart: Any) -> dict[str, Any]:
    """Every series with its points, error bars and labels, and the titles of the axes.

    Numbers are those that are drawn; colours, sizes and the ends of the axes are the presenter's.
    """
    space = chart.part._element
    return {
        "series": [_series(one) for one in space.iter(f"{_C}ser")],
        "titles": [_words(title) for title in space.iter(f"{_C}title")],
    }


def _series(series: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"label": "".join(v.text or "" for v in series.findall(f"{_C}tx//{_C}v"))}
    for name, place in (("x", "xVal"), ("y", "yVal"), ("plus", "errBars/plus"), ("minus", "errBars/minus")):
        path = "/".join(f"{_C}{step}" for step in place.split("/"))
        if (values := series.find(path)) is not None:
            found[name] = _values(values)
    labels = [_words(label) for label in series.iter(f"{_C}dLbl")]
    return {**found, "labels": labels} if labels else found


def _values(values: Any) -> list[float | str | None]:
    """The points in their order; None is a gap, and what is no number stays the text that it is."""
    points = {int(point.get("idx")): point.findtext(f"{_C}v") or "" for point in values.iter(f"{_C}pt")}
    if points and not 0 <= min(points) <= max(points) < MAX_POINTS:
        raise ValueError("a chart has fewer points")
    return [_number(points.get(k)) for k in range(max(points, default=-1) + 1)]


def _number(text: str | None) -> float | str | None:
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def _words(element: Any) -> str:
    texts: list[str] = [run.text or "" for run in element.iter(f"{_A}t")]
    return "".join(texts)


MAX_UNPACKED_SIZE = 150_000_000
MAX_MARKUP = 8_000_000
"""Elements and attributes of all parts: in memory each takes a hundred bytes and more, whatever it took in
the file; a slide of ours has fewer than 30,000."""
MAX_RELATIONS = 4_000_000
"""In bytes; every relationship between parts becomes several objects."""
MAX_SLIDES = 500
TITLE = "Title"
"""The presenter's to write, like the notes: never compared."""
MAX_WORKBOOK_SIZE = 5_000_000
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
        if len(slides) > MAX_SLIDES:
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
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_SIZE or relations > MAX_RELATIONS:
        raise UnusableDataError(TOO_LARGE)
    markup = 0
    for entry in entries:  # part by part: what is a picture by its name may be read as XML
        content = archive.read(entry)
        markup += content.count(b"<") + content.count(b"=")
        if markup > MAX_MARKUP:
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
    if part is None or len(part.blob) > MAX_WORKBOOK_SIZE:
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


MAX_NAME_LENGTH = 60
MAX_NAMED = 5


def done_by_hand(
    then: Sequence[SlideContent],
    now: Sequence[SlideContent],
    made_as: Mapping[int, SlideContent],
    *,
    of_other_data: int,
    same_data: bool,
) -> Iterator[str]:
    """Slides of other data, added, deleted and moved, and what was put on them or taken from them.

    Parameters
    ----------
    then, now
        The slides in the file, and as they are made now.
    made_as
        For each place in the file the slide that it was made as.
    of_other_data
        How many of the file's views are of other data, so that they cannot be made now.
    same_data
        Whether the slides now are made from the data of then; titles and workbooks differ otherwise.
    """
    if of_other_data:
        yield f"{_slides(of_other_data)} made from other data, so not compared."
    own = [str(slide.place) for slide in then if slide.place not in made_as]
    if len(own) > of_other_data:
        yield f"Not made from these data by MiroDash, so not compared: slide {', '.join(own)}."
    gone = len(now) - len({made.place for made in made_as.values()})
    if gone:
        yield f"{_slides(gone)} made by MiroDash and then deleted."
    order = [made_as[slide.place].place for slide in then if slide.place in made_as]
    if order != sorted(order):
        yield "The slides are in another order than they were made in."
    for slide in then:
        if slide.place in made_as:
            yield from _on_slide(slide, made_as[slide.place])
            if same_data:
                yield from _not_compared(slide, made_as[slide.place])


def _slides(number: int) -> str:
    return f"{count(number)} {'slide was' if number == 1 else 'slides were'}"


def _on_slide(then: SlideContent, now: SlideContent) -> Iterator[str]:
    gone = [name for name in now.shapes if name not in then.shapes]
    added = [*(name for name in then.shapes if name not in now.shapes), *then.unnamed]
    if gone:
        yield f"Slide {then.place}: missing in the file, so not compared: {_quote(gone)}."
    if added:
        yield f"Slide {then.place}: only in the file, so not compared: {_quote(added)}."


def _not_compared(then: SlideContent, now: SlideContent) -> Iterator[str]:
    """What may hold other numbers than the slide does; silence would pass for a comparison."""
    if then.title != now.title:
        yield f"Slide {then.place}: its title is not the sentence that MiroDash proposes, so not compared."
    edited = [name for name, book in now.workbooks.items() if then.workbooks.get(name, book) != book]
    if edited:
        behind = f"the workbook behind {_quote(edited)}"
        yield f"Slide {then.place}: not as it was written, so not compared: {behind}."


def _quote(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{one_line(name, MAX_NAME_LENGTH)}'" for name in names[:MAX_NAMED])
    more = len(names) - MAX_NAMED
    return f"{shown} and {count(more)} more" if more > 0 else shown


SOURCE = "Source"
Likeness = tuple[bool, bool, int, bool]


def match_slides(then: Sequence[SlideContent], now: Sequence[SlideContent]) -> dict[int, SlideContent]:
    """For each slide of a file, by its place, the slide that it was made as; none for a presenter's own.

    Slides are known by the query in their source, or by the number that PowerPoint keeps for them; of several
    with one query by their picture, and by how much of it is the same. A copy is the slide that it copies.
    """
    pairs = [
        (likeness, old, new) for old in then for new in now if (likeness := _likeness(old, new)) is not None
    ]
    pairs.sort(key=lambda pair: pair[0], reverse=True)
    found: dict[int, SlideContent] = {}
    taken: set[int] = set()
    for _, old, new in pairs:
        if old.place not in found and new.place not in taken:
            found[old.place] = new
            taken.add(new.place)
    for likeness, old, new in pairs:
        if old.place not in found and likeness[0] and likeness[1]:
            found[old.place] = new
    return found


def _likeness(old: SlideContent, new: SlideContent) -> Likeness | None:
    """How much two slides have in common, None for too little to be the same one."""
    shared = old.shapes.keys() & new.shapes.keys()
    source = _query(old) == _query(new) is not None
    number = old.identity == new.identity
    if not shared or not (source or number):
        return None
    same = sum(old.shapes[name] == new.shapes[name] for name in shared)
    return source, _pictures(old) == _pictures(new), same, number


def _query(slide: SlideContent) -> str | None:
    """The query in the source of a slide, whatever data it was made from."""
    source = slide.shapes.get(SOURCE)
    if not isinstance(source, list) or not source:
        return None
    return str(cast("list[Any]", source)[0]).rpartition(" · ")[0]


def _pictures(slide: SlideContent) -> frozenset[str]:
    return frozenset(name for name, content in slide.shapes.items() if isinstance(content, dict))
