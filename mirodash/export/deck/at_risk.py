"""How many are still at risk, as a table whose columns stand exactly under the marks of the axis."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mirodash.export.deck.survival_chart import AT_RISK, PLOT, arms_of, ticks
from mirodash.export.deck.tables import Cell
from mirodash.questions.talk.slide_data import SurvivalPicture
from mirodash.text.labels import ArmNames, one_line
from mirodash.text.small_counts import briefly

WIDEST_COLUMN = 70.0
LETTERS = 15.0
LONGEST_NAME = 48


def at_risk_columns(times: Sequence[float]) -> list[tuple[float, float | None]]:
    """Width of each column, and the time over its middle; None for room before or between columns.

    All columns of numbers are equally wide. Where marks lie farther apart than that, an empty column keeps
    the next one under its mark.
    """
    places = [PLOT.left + PLOT.width * time / times[-1] for time in times]
    width = min([WIDEST_COLUMN, *(right - left for left, right in pairwise(places))])
    columns: list[tuple[float, float | None]] = []
    reached = AT_RISK.left
    for place, time in zip(places, times, strict=True):
        gap = place - width / 2 - reached
        if gap > 0.01:
            columns.append((gap, None))
        columns.append((width, time))
        reached = place + width / 2
    return columns


def at_risk_table(picture: SurvivalPicture, names: ArmNames) -> tuple[list[float], list[list[Cell]]]:
    """Widths of the columns in points, and for each arm a row with its name and one with its numbers."""
    columns = at_risk_columns([time for time, _ in ticks(picture)])
    rows: list[list[Cell]] = []
    for name, arm, look in arms_of(picture, names):
        named = Cell(
            f"At risk, {one_line(name, LONGEST_NAME)}",
            "left",
            look.text,
            bold=True,
            size=LETTERS,
            across=len(columns),
        )
        rows.append([named, *(Cell(size=LETTERS),) * (len(columns) - 1)])
        counts = iter(arm.at_risk.at_risk.tolist())
        rows.append(
            [
                Cell(size=LETTERS) if time is None else Cell(briefly(next(counts)), size=LETTERS)
                for _, time in columns
            ]
        )
    return [width for width, _ in columns], rows
