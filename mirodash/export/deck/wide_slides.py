"""Slides that use the whole width: all groups side by side, the finding with its evidence, and Table 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pptx.slide import Slide as PowerPointSlide

from mirodash.export.deck.chart import ScatterChart
from mirodash.export.deck.curve_charts import (
    AT_RISK_ROW,
    ROWS,
    Place,
    at_risk_table,
    build_survival_chart,
)
from mirodash.export.deck.style import ACCENT, BODY, INK, QUIET, Box, Paragraph, Run, add_text, count_lines
from mirodash.export.deck.tables import Cell, add_table
from mirodash.questions.baseline_table import format_cell, format_difference, name_row
from mirodash.questions.statistics.group_survival import GroupSurvival, SurvivalByGroup
from mirodash.questions.talk.slide_data import AS_INCIDENCE, BaselinePicture, FindingPicture, GroupsPicture
from mirodash.survival.results import HazardRatio
from mirodash.text.facts import Fact
from mirodash.text.finding_sentences import LEDGER
from mirodash.text.labels import ArmNames, one_line
from mirodash.text.numbers import count, format_hazard_ratio, format_range
from mirodash.text.small_counts import briefly

HEAD = 44.0
"""Over each group: its name and counts, and its hazard ratio."""
FACTS = 26.0
"""Under all of them: how far to believe that they differ."""
GAP = 14.0
_SCALE_ROOM, _ENDS_ROOM, _AXIS_ROOM = 50.0, 46.0, 27.0
_MAX_LABEL = 60
_NARROWER = 0.87
"""Of the width that is counted on: letters are wider on a machine without Arial."""


@dataclass(frozen=True, slots=True)
class GroupField:
    """One group of the slide: its words, where they stand, its chart and its numbers at risk."""

    head: Box
    lines: tuple[str, str]
    chart: ScatterChart
    place: Place
    widths: list[float]
    rows: list[list[Cell]]


def build_group_fields(picture: GroupsPicture, names: ArmNames) -> Iterator[GroupField]:
    """The groups side by side on the same axes, each with its numbers at risk under it."""
    width = (BODY.width - GAP * (len(picture.groups) - 1)) / len(picture.groups)
    for k, group in enumerate(picture.drawn):
        left = BODY.left + k * (width + GAP)
        place = _find_place(Box(left, BODY.top, width, BODY.height - FACTS), first=not k)
        widths, rows = at_risk_table(picture.result, group, names, place)
        yield GroupField(
            Box(left, BODY.top, width, HEAD),
            _write_head(picture.result, group, rising=picture.rising),
            build_survival_chart(picture.result, group, names, place, rising=picture.rising),
            place,
            widths,
            rows,
        )


def _find_place(field: Box, *, first: bool) -> Place:
    under = ROWS * AT_RISK_ROW
    chart = Box(field.left, field.top + HEAD, field.width, field.height - HEAD - under)
    plot = Box(
        chart.left + _SCALE_ROOM,
        chart.top + 8,
        chart.width - _SCALE_ROOM - _ENDS_ROOM,
        chart.height - 8 - _AXIS_ROOM,
    )
    return Place(chart, plot, Box(field.left, chart.bottom, field.width, under), named=False, scaled=False)


def _write_head(result: SurvivalByGroup, group: GroupSurvival, *, rising: bool) -> tuple[str, str]:
    compared, cox = group.comparison, group.comparison.cox
    events = result.endpoint.singular if compared.events == 1 else result.endpoint.plural
    counted = f"n = {briefly(compared.n)}, {briefly(compared.events)} {events}"
    short = ArmNames("", "", bool(result.endpoint.competing)).ratio_briefly
    told = f"{short} not estimable"
    if isinstance(cox, HazardRatio):
        told = f"{short} {format_hazard_ratio(cox.hr, cox.ci)} ({format_range(cox.ci)})"
    label = one_line(group.label, _MAX_LABEL)
    return f"{label}, {AS_INCIDENCE}" if rising else label, f"{counted}; {told}"


def write_heads(slide: PowerPointSlide, fields: list[GroupField]) -> None:
    """The name and the hazard ratio over each chart, as large as all of them allow."""
    for size in (18.0, 16.0, 14.0, 12.0, 10.0):
        runs = [[Run(field.lines[0], size, bold=True), Run(field.lines[1], size)] for field in fields]
        fits = all(
            count_lines([run], _NARROWER * field.head.width) == 1
            for pair, field in zip(runs, fields, strict=True)
            for run in pair
        )
        if fits or size == 10.0:
            for k, (field, pair) in enumerate(zip(fields, runs, strict=True), 1):
                add_text(
                    slide, field.head, [Paragraph((run,)) for run in pair], name=f"Group {k}", shrinks=True
                )
            return


def write_facts(slide: PowerPointSlide, facts: tuple[Fact, ...]) -> None:
    """How far to believe that the groups differ, in a line under all of them."""
    told = facts[-1:]
    box = Box(BODY.left, BODY.bottom - FACTS + 4, BODY.width, FACTS - 4)
    for fact in told:
        runs = (
            Run(f"{fact.label}: ", 16, QUIET),
            Run(fact.value, 16, bold=True),
            Run(f" ({fact.detail})" if fact.detail else "", 16, QUIET),
        )
        add_text(slide, box, [Paragraph(runs)], name="Facts", shrinks=True)


_WIDTHS = (230.0, 320.0, 330.0)
_LETTERS = 14.0
_ROW = 34.0
_MAX_ROWS = 7


def add_words(slide: PowerPointSlide, picture: FindingPicture | BaselinePicture) -> None:
    """A slide that is words and a table alone."""
    if isinstance(picture, FindingPicture):
        add_finding(slide, picture)
    else:
        add_baseline(slide, picture)


def add_finding(slide: PowerPointSlide, picture: FindingPicture) -> None:
    """What happened and how far to believe it, over the evidence as a table that can be edited."""
    shown = picture.evidence[:_MAX_ROWS]
    for size in (20.0, 18.0, 16.0, 14.0, 12.0):
        said = [Run(picture.happened, size), Run(picture.belief, size, QUIET)]
        heights = [1.2 * size * count_lines([run], _NARROWER * BODY.width) for run in said]
        words = Box(BODY.left, BODY.top, BODY.width, sum(heights))
        if (BODY.height - words.height - 8) / (len(shown) + 0.7) >= _ROW:
            break
    add_text(slide, words, [Paragraph((run,)) for run in said], name="Finding", shrinks=True)
    room = BODY.height - words.height - 8
    row = min(_ROW, room / (len(shown) + 0.7))
    letters = min(_LETTERS, row / 2.6)
    heading = [Cell(text, "left", QUIET, size=letters) for text in LEDGER[:3]]
    rows = [
        [
            Cell(item.name, "left", QUIET, size=letters, lines=2),
            Cell(item.result, "left", ACCENT if item.supports else INK, bold=True, size=letters, lines=2),
            Cell(item.says, "left", INK, size=letters, lines=2),
        ]
        for item in shown
    ]
    add_table(
        slide,
        Box(BODY.left, words.bottom + 8, BODY.width, room),
        _WIDTHS,
        [heading, *rows],
        heights=[0.7 * row, *[row] * len(rows)],
        name="Evidence",
        alt=f"{count(len(rows))} rows of evidence, each with its result and what it says.",
        heading=True,
    )


_MAX_GROUPS = 3
"""Of which both arms have room on a slide; all groups are in the table on the page."""


def add_baseline(slide: PowerPointSlide, picture: BaselinePicture) -> None:
    """Some rows of Table 1: both arms of every group, with standardised differences."""
    groups = range(min(len(picture.found.groups), _MAX_GROUPS))
    name, difference = 240.0, 40.0
    arm = (BODY.width - name - difference * len(groups)) / (2 * len(groups))
    widths = [name, *(width for _ in groups for width in (arm, arm, difference))]
    letters = 13.0 if len(groups) < _MAX_GROUPS else 11.5
    row = min(27.0, (BODY.height - 54) / len(picture.rows))
    blank = Cell(size=letters)
    over = [
        blank,
        *(cell for g in groups for cell in (_head(picture.found.groups[g][0], letters), blank, blank)),
    ]
    arms = [Cell("Characteristic", "left", QUIET, size=letters)]
    body = [[Cell(name_row(one), "left", INK, size=letters, lines=2)] for one in picture.rows]
    for g in groups:
        _, treated, control = picture.found.groups[g]
        sizes = ((picture.found.names.treated, treated), (picture.found.names.control, control))
        arms += [
            Cell(f"{one_line(arm_name, 16)} ({briefly(number)})", "right", QUIET, size=letters)
            for arm_name, number in sizes
        ]
        arms.append(Cell("diff.", "right", QUIET, size=letters))
        for cells, one in zip(body, picture.rows, strict=True):
            cells += [Cell(format_cell(cell, one), "right", INK, size=letters) for cell in one.cells[g]]
            cells.append(Cell(format_difference(one.differences[g]), "right", QUIET, size=letters))
    add_table(
        slide,
        BODY,
        widths,
        [over, arms, *body],
        heights=[24.0, 24.0, *[row] * len(body)],
        name="Table 1",
        alt="Baseline characteristics in rows; both arms of every group and their differences in columns.",
        heading=True,
    )


def _head(label: str, size: float) -> Cell:
    return Cell(one_line(label, _MAX_LABEL), "right", INK, bold=True, size=size, across=3)
