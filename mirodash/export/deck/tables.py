"""Tables on a slide: real ones, whose columns stand where the picture wants them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pptx.enum.text import MSO_ANCHOR
from pptx.slide import Slide as PowerPointSlide
from pptx.util import Pt

from mirodash.export.deck.looks import INK, Box, fitting
from mirodash.export.deck.texts import ALIGNED, Run, describe, set_runs

_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's own name for a table without lines and fills."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its words and how they are set; it may reach across columns whose cells stay empty,
    and its text may take several lines.
    """

    text: str = ""
    align: Literal["left", "centre", "right"] = "centre"
    colour: str = INK
    bold: bool = False
    size: float = 16.0
    indent: float = 0.0
    across: int = 1
    lines: int = 1


def add_table(
    slide: PowerPointSlide,
    box: Box,
    widths: Sequence[float],
    rows: Sequence[Sequence[Cell]],
    *,
    heights: Sequence[float],
    name: str,
    alt: str,
    heading: bool,
) -> None:
    """Add a table whose first corner is that of ``box``.

    Parameters
    ----------
    widths, heights : sequence of float
        Of the columns and rows, in points; text must fit, or PowerPoint makes a row higher.
    heading : bool
        Whether the first row names the columns, for those who hear the table.
    """
    places = Pt(box.left), Pt(box.top), Pt(sum(widths)), Pt(sum(heights))
    frame = slide.shapes.add_table(len(rows), len(widths), *places)
    frame.name = name
    describe(frame, alt)
    table: Any = frame.table
    table.first_row, table.horz_banding = heading, False
    for style in frame.element.xpath(".//a:tableStyleId"):
        style.text = _NO_STYLE
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(width)
    for row, cells, height in zip(table.rows, rows, heights, strict=True):
        row.height = Pt(height)
        places = list(row.cells)
        for k, (place, cell) in enumerate(zip(places, cells, strict=True)):
            if cell.across > 1:
                place.merge(places[k + cell.across - 1])
            _fill(place, cell, sum(widths[k : k + cell.across]))


def _fill(place: Any, cell: Cell, width: float) -> None:
    place.margin_left, place.margin_right = Pt(cell.indent), Pt(0)
    place.margin_top = place.margin_bottom = Pt(0)
    place.vertical_anchor = MSO_ANCHOR.MIDDLE
    frame = place.text_frame
    frame.word_wrap = cell.lines > 1
    paragraph = frame.paragraphs[0]
    paragraph.alignment = ALIGNED[cell.align]
    set_runs(
        paragraph,
        [
            Run(
                fitting(cell.text, cell.size, (width - cell.indent) * (1 + 0.8 * (cell.lines - 1))),
                cell.size,
                colour=cell.colour,
                bold=cell.bold,
            )
        ],
    )
