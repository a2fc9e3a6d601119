"""How a slide looks: colours by meaning, and where things stand on 960 × 540 points."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from mirodash.text.labels import one_line

WIDTH, HEIGHT = 960.0, 540.0
MARGIN = 40.0
FONT = "Arial"
"""On every machine that shows slides, or one of the same widths."""

INK = "16181D"
QUIET = "454C58"
GRID = "E3E6EA"
AXIS = "8A919C"
ACCENT = "4A3F9F"
ACCENT_PALE = "A79FDC"
INK_PALE = "8A919C"
WHITE = "FFFFFF"
LOUD = "8C1D18"
"""Of the tag of a synthetic trial."""

Dash = Literal["solid", "sysDash", "sysDot"]


@dataclass(frozen=True, slots=True)
class ArmLook:
    """An arm's line, its letters (darker where they need more contrast), its interval and its dash."""

    line: str
    text: str
    pale: str
    dash: Dash


TREATED = ArmLook("0072B2", "005A8C", "7FB8D8", "solid")
CONTROL = ArmLook("D55E00", "933F00", "EAAE7F", "sysDash")


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide, in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height


TOP_LINE = Box(MARGIN, 12, 700, 20)
TAG = Box(WIDTH - MARGIN - 150, 8, 150, 25)
TITLE = Box(MARGIN, 35, WIDTH - 2 * MARGIN, 99)
BODY = Box(MARGIN, 139, WIDTH - 2 * MARGIN, 343)
FOOTER = Box(MARGIN, 486, WIDTH - 2 * MARGIN, 32)
SOURCE = Box(MARGIN, 519, WIDTH - 2 * MARGIN, 18)

BESIDE = Box(BODY.right - 290, BODY.top, 290, BODY.height)
"""The numbers at the right of a chart."""
PICTURE = Box(BODY.left, BODY.top, BODY.width - BESIDE.width - 12, BODY.height)


def lines_of(text: str, size: float, width: float) -> int:
    """How many lines a text takes, somewhat more than it will: letters are about half as wide as high.

    >>> lines_of("Hazard ratio", 20, 268), lines_of("word " * 20, 20, 268)
    (1, 4)
    """
    room = max(1, int(width / (0.53 * size)))
    lines, used = 1, 0
    for word in text.split():
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0
        used += len(word) + (1 if used else 0)
        lines, used = lines + (used - 1) // room, (used - 1) % room + 1
    return lines


def fitting(text: str, size: float, width: float) -> str:
    """The text on one line, cut where it would run out of its room.

    >>> fitting("Placebo", 16, 100), fitting("interleukin-2 in a low dose", 16, 100)
    ('Placebo', 'interleuk…')
    """
    line = one_line(text)
    room = width / size
    if sum(map(_breadth, line)) <= room:
        return line
    kept = ""
    for letter in line:
        room -= _breadth(letter)
        if room < 1:
            break
        kept += letter
    return f"{kept.rstrip()}…"


def _breadth(letter: str) -> float:
    """How wide a letter is for its height, rather too wide than too narrow."""
    if unicodedata.east_asian_width(letter) in "WF" or letter in "MW@%":
        return 1.0
    if letter.isspace() or letter in ".,:;|'()":
        return 0.33
    return 0.72 if letter.isupper() else 0.56
