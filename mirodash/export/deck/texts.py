"""Words on a slide: their size, colour and language, and what those hear who cannot see a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pptx.dml.color import RGBColor
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.slide import Slide as PowerPointSlide
from pptx.util import Pt

from mirodash.export.deck.looks import FONT, INK, Box
from mirodash.export.deck.markup import legible
from mirodash.text.labels import one_line

ALIGNED = {"left": PP_ALIGN.LEFT, "centre": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}


@dataclass(frozen=True, slots=True)
class Run:
    """Words that are set alike; size in points."""

    text: str
    size: float
    colour: str = INK
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs in a row, with room above them in points."""

    runs: tuple[Run, ...]
    above: float = 0.0


def add_text(
    slide: PowerPointSlide,
    box: Box,
    paragraphs: Sequence[Paragraph],
    *,
    name: str,
    align: Literal["left", "centre", "right"] = "left",
    middle: bool = False,
) -> Any:
    """Add a box of words under a name by which it can be found again."""
    shape = slide.shapes.add_textbox(Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height))
    shape.name = name
    set_text(shape, paragraphs, align=align, middle=middle)
    return shape


def set_text(
    shape: Any,
    paragraphs: Sequence[Paragraph],
    *,
    align: Literal["left", "centre", "right"] = "left",
    middle: bool = False,
) -> None:
    """Write paragraphs into a shape, without margins and without shrinking by themselves."""
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP
    for k, paragraph in enumerate(paragraphs):
        placed = frame.add_paragraph() if k else frame.paragraphs[0]
        placed.alignment, placed.space_before = ALIGNED[align], Pt(paragraph.above)
        placed.line_spacing = 1.0
        set_runs(placed, paragraph.runs)


def set_runs(paragraph: Any, runs: Sequence[Run]) -> None:
    """Write runs into a paragraph of python-pptx, which is as high as they are even where they are empty."""
    for one in runs:
        run = paragraph.add_run()
        run.text = _spaced(one.text)
        font = run.font
        font.size, font.bold, font.name = Pt(one.size), one.bold, FONT
        font.color.rgb = RGBColor.from_string(one.colour)
        font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK
    if runs:
        end = paragraph._p.get_or_add_endParaRPr()
        end.set("lang", "en-GB")
        end.set("sz", str(round(100 * runs[-1].size)))


def describe(shape: Any, alt: str) -> None:
    """Give a picture its description in words."""
    (properties,) = shape.element.xpath("./*/p:cNvPr")
    properties.set("descr", legible(alt))


def _spaced(text: str) -> str:
    """One legible line; a space at either end parts the words from those of the next run."""
    before, after = " " * text.startswith(" "), " " * text.endswith(" ")
    return f"{before}{legible(one_line(text))}{after}"
