"""What all pictures of the stage share: how large letters are, how thick lines, how strong colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from mirodash.figures.text import short
from mirodash.figures.theme import DARK, Figure, Theme, axis, base_layout
from mirodash.text.numbers import count

LETTERS = 24
"""Pixels on a slide of 960 by 540, which are points on one of 13.3 by 7.5 inches."""
STROKE = 3
CURVE = 5
"""Thickness of what is only there to read by, and of what a picture is about."""
ROW = 28
"""Height of a line of letters."""
LETTER_WIDTH = 14
"""Of a usual letter or digit; generous, for a label cut off is worse than one left out."""
BESIDE = (616, 296)
"""Width and height of a picture with facts beside it and a slider under it."""
WIDE = (920, 336)
"""Of a picture that has the slide for itself."""
MOST_LETTERS = 8
"""Of an arm's name beside a curve or a row of numbers."""

_STRONGER = {
    False: {"quiet": "#434a57", "treated": "#004f7c", "control": "#843800"},
    True: {"quiet": "#b9c0cc", "treated": "#7cc4f2", "control": "#ff9d63"},
}


def stage_theme(theme: Theme) -> Theme:
    """The same colours, with letters that have a contrast of at least 7 to 1; lines stay as they are."""
    colours = _STRONGER[theme is DARK]
    return replace(
        theme,
        quiet=colours["quiet"],
        axis=colours["quiet"],
        treated=replace(theme.treated, text=colours["treated"]),
        control=replace(theme.control, text=colours["control"]),
    )


def stage_layout(theme: Theme, *, size: tuple[int, int], margin: tuple[int, int, int, int]) -> Figure:
    """A layout of fixed size on which nothing can be hovered over or dragged."""
    layout = base_layout(theme, height=size[1], margin=margin)
    layout["font"] = {**layout["font"], "size": LETTERS}
    del layout["hoverlabel"]
    return {**layout, "width": size[0], "autosize": False, "hovermode": False}


def stage_axis(theme: Theme, **changes: Any) -> Figure:
    """An axis whose line, ticks and letters can be seen from afar."""
    return axis(
        theme,
        **{
            "tickfont": {"size": LETTERS, "color": theme.quiet},
            "showline": True,
            "linewidth": STROKE,
            "ticks": "outside",
            "tickwidth": STROKE,
            "ticklen": 6,
            "tickangle": 0,
            "tickmode": "array",
            **changes,
        },
    )


def line_across(theme: Theme, **at: Any) -> Figure:
    """A line to read by, over the whole width or height where ``at`` does not say otherwise."""
    spread = {"xref": "paper", "x0": 0, "x1": 1} if "y0" in at else {"yref": "y domain", "y0": 0, "y1": 1}
    return {"type": "line", "line": {"color": theme.ink, "width": STROKE}, **spread, **at}


def written(text: str, colour: str, **at: Any) -> Figure:
    """Letters on the picture."""
    return {"text": text, "showarrow": False, "font": {"size": LETTERS, "color": colour}, **at}


def cut_name(name: str) -> str:
    """An arm's name as it fits beside a curve."""
    return short(name, MOST_LETTERS)


def width_of(text: str) -> float:
    """About how many pixels a text takes."""
    return LETTER_WIDTH * len(text)


def fitting(places: Sequence[float], texts: Sequence[str]) -> list[int]:
    """Which marks can be written without touching: the last one, and others at equal steps.

    Parameters
    ----------
    places : sequence of float
        In pixels, ascending.
    texts : sequence of str
        What would stand there.

    Examples
    --------
    >>> fitting([0, 90, 180, 200], ["0", "90", "180", "200"])
    [0, 1, 3]
    """
    last = len(places) - 1

    def touch(one: int, other: int) -> bool:
        room = (width_of(texts[one]) + width_of(texts[other])) / 2 + LETTER_WIDTH
        return places[other] - places[one] < room

    for step in range(1, last + 1):
        kept = [*(k for k in range(0, last, step) if not touch(k, last)), last]
        if not any(touch(one, other) for one, other in pairwise(kept)):
            return kept
    return [last] if places else []


def tick_text(value: float) -> str:
    """A time under an axis."""
    return count(round(value)) if abs(value - round(value)) < 1e-6 else f"{value:.1f}"
