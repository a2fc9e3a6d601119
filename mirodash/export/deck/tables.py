"""Tables on slides, and the forest as a table with a chart in one of its columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pptx.enum.text import MSO_ANCHOR
from pptx.slide import Slide as PowerPointSlide
from pptx.util import Pt

from mirodash.export.deck.chart import Axis, Line, Marker, ScatterChart, Series, interpolate
from mirodash.export.deck.style import (
    ACCENT,
    ALIGNED,
    BODY,
    INK,
    QUIET,
    Box,
    Run,
    describe,
    set_runs,
    truncate_text,
)
from mirodash.questions.subgroups import Subgroup, Subgroups, describe_row, describe_sides, name_columns, note
from mirodash.questions.talk.slide_data import ForestPicture
from mirodash.survival.results import HazardRatio
from mirodash.text.labels import ArmNames, capitalise, name_ratio, one_line

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
                truncate_text(cell.text, cell.size, (width - cell.indent) * (1 + 0.8 * (cell.lines - 1))),
                cell.size,
                colour=cell.colour,
                bold=cell.bold,
            )
        ],
    )


WIDTHS = (268.0, 98.0, 98.0, 226.0, 190.0)
"""Group, treated, control, picture, hazard ratio: in points."""
PICTURE_COLUMN = 3
AXIS_ROOM = 27.0
TALLEST_ROW = 27.0
HEADING = 34.0
"""Room for two lines: arms may have long names."""
FACT_LINE = Box(BODY.left, BODY.bottom - 24, BODY.width, 24)
LETTERS = 15.0
USUAL, WIDE = 4.0, 16.0
MAX_BEYOND = 0.1
"""The share of estimates that may lie beyond the usual axis before the wider one is taken."""
SMALLEST_SQUARE, LARGEST_SQUARE = 5, 17
MAX_BOUND = 1e6
"""What is beyond this is as far as infinity on any axis."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row under the heading: a factor's name, or a group with its estimate."""

    label: str
    group: Subgroup | None
    detail: str = ""


def build_rows(picture: ForestPicture) -> list[Row]:
    """The rows of this page from top to bottom; page 1 opens with all participants."""
    rows = [Row(picture.found.overall.label, picture.found.overall)] if picture.page == 1 else []
    for factor in picture.factors:
        rows.append(Row(factor.label, None, note(factor)))
        rows += [Row(level.label, level) for level in factor.levels]
    return rows


def build_forest_table(picture: ForestPicture, names: ArmNames) -> tuple[Box, list[list[Cell]]]:
    """Where the table stands, and its cells."""
    rows = build_rows(picture)
    head = {column.key: column for column in name_columns(picture.found, names)}
    left, right = (one_line(side, 28) for side in describe_sides(names))
    heading = [
        Cell(head["group"].name, "left", QUIET, size=LETTERS),
        *(Cell(head[key].name, "right", QUIET, size=13.0, lines=2) for key in ("treated", "control")),
        Cell(f"◄ {left}   {right} ►", "centre", QUIET, size=12.0, lines=2),
        Cell(f"{head['ratio'].name} ({head['ratio'].unit})", "right", QUIET, size=LETTERS),
    ]
    return _build_table_box(rows), [heading, *(_build_cells(one) for one in rows)]


def build_forest_chart(picture: ForestPicture) -> ScatterChart:
    """The estimates and intervals of this page's rows, on the rows of the table."""
    rows, table = build_rows(picture), _build_table_box(build_rows(picture))
    height = (table.height - HEADING) / len(rows)
    left = table.left + sum(WIDTHS[:PICTURE_COLUMN])
    plot = Box(left + 14, table.top + HEADING, WIDTHS[PICTURE_COLUMN] - 28, len(rows) * height)
    frame = Box(left, plot.top, WIDTHS[PICTURE_COLUMN], plot.height + AXIS_ROOM)
    reach, top = _find_reach(picture.found), float(len(rows))
    drawn = [
        interpolate("No effect", (1.0, 1.0), (0.0, top), Line(QUIET, 1.5)),
        *_build_overall_line(picture.found, top, reach),
    ]
    drawn += _build_estimates(rows, picture)
    return ScatterChart(
        frame=frame,
        plot=plot,
        x=Axis(1 / reach, reach, "", log=2 if reach == USUAL else 4, step=2.0 if reach == USUAL else 4.0),
        y=Axis(0.0, top, "", shown=False),
        series=tuple(drawn),
    )


def _build_table_box(rows: list[Row]) -> Box:
    height = min(TALLEST_ROW, (FACT_LINE.top - BODY.top - AXIS_ROOM - HEADING) / len(rows))
    return Box(BODY.left, BODY.top, sum(WIDTHS), HEADING + height * len(rows))


def _build_cells(one: Row) -> list[Cell]:
    if one.group is None:
        detail = f"{one.label} ({one.detail})" if one.detail else one.label
        return [Cell(detail, "left", bold=True, size=LETTERS, across=3), *(Cell(size=LETTERS),) * 4]
    told = describe_row(one.group)
    return [
        Cell(one.label, "left", indent=12, size=LETTERS),
        Cell(told.treated, "right", size=LETTERS),
        Cell(told.control, "right", size=LETTERS),
        Cell(size=LETTERS),
        Cell(told.ratio, "right", QUIET if told.uncertain else INK, size=LETTERS),
    ]


def _build_estimates(rows: list[Row], picture: ForestPicture) -> list[Series]:
    """All participants as a diamond, groups as squares with the weight as their area; intervals as lines."""
    found = [(len(rows) - k - 0.5, one.group) for k, one in enumerate(rows) if one.group is not None]
    known = [(height, group, group.cox) for height, group in found if isinstance(group.cox, HazardRatio)]
    overall = [place for place in known if place[1] is picture.found.overall]
    groups = [place for place in known if place[1] is not picture.found.overall]
    sizes = tuple(_build_size(group.weight) for _, group, _ in groups)
    made: list[Series] = []
    for name, places, marker in (
        (picture.found.overall.label, overall, Marker("diamond", LARGEST_SQUARE, INK)),
        (
            capitalise(name_ratio(picture.found.endpoint)),
            groups,
            Marker("square", LARGEST_SQUARE, ACCENT, sizes),
        ),
    ):
        if places:
            made.append(_build_intervals(f"{name}: interval", places, Line(marker.colour, 2.25)))
            ratios = [_bound_interval(cox.hr) for _, _, cox in places]
            made.append(Series(name, ratios, [height for height, _, _ in places], marker=marker))
    return made


def _build_intervals(name: str, places: list[tuple[float, Subgroup, HazardRatio]], line: Line) -> Series:
    """Each interval as a line of two points, with a gap to the next.

    Not as error bars: LibreOffice 7.4 leaves out those whose lengths differ from point to point.
    """
    x: list[float] = []
    y: list[float | None] = []
    for height, _, cox in places:
        low, high = (_bound_interval(end) for end in cox.ci)
        x += [low, high, high]
        y += [height, height, None]
    return Series(name, x[:-1], y[:-1], line=line)


def _build_overall_line(found: Subgroups, top: float, reach: float) -> list[Series]:
    """Where the effect among all lies: what the rows differ from, if they do."""
    overall = found.overall.cox
    if not isinstance(overall, HazardRatio) or not 1 / reach < overall.hr < reach:
        return []
    return [interpolate("Overall", (overall.hr, overall.hr), (0.0, top), Line(ACCENT, 1.5, "sysDash"))]


def _build_size(weight: float) -> int:
    """Points across a square whose area grows with the information in it."""
    spread = LARGEST_SQUARE - SMALLEST_SQUARE
    return SMALLEST_SQUARE + round(spread * math.sqrt(min(max(weight, 0.0), 1.0)))


def _bound_interval(ratio: float) -> float:
    return min(max(ratio, 1 / MAX_BOUND), MAX_BOUND)


def _find_reach(found: Subgroups) -> float:
    """The usual axis, unless too many estimates (or the overall one) lie beyond it."""
    rows = (found.overall, *(level for factor in found.factors for level in factor.levels))
    sizes = [abs(one.cox.coef) for one in rows if isinstance(one.cox, HazardRatio)]
    beyond = sum(size > math.log(USUAL) for size in sizes)
    overall = found.overall.cox
    far = isinstance(overall, HazardRatio) and abs(overall.coef) > math.log(USUAL)
    return WIDE if far or beyond > MAX_BEYOND * len(sizes) else USUAL
