"""A scatter chart that PowerPoint can edit: axes, lines with dashes, labels, error bars and a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mirodash.export.deck.looks import AXIS, INK, Box, Dash
from mirodash.export.deck.workbook import Column

Numbers = Sequence[float | None]
Place = Literal["r", "l", "t", "b", "ctr"]
CHART_LETTERS = 18.0


@dataclass(frozen=True, slots=True)
class Line:
    """How a series is drawn between its points."""

    colour: str
    width: float
    dash: Dash = "solid"


@dataclass(frozen=True, slots=True)
class Marker:
    """How a series is drawn at its points; ``sizes`` (points,) where each has its own."""

    symbol: Literal["circle", "square", "diamond"]
    size: int
    colour: str
    sizes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a point, in as many lines as they have; ``up`` moves them, in points."""

    at: int
    text: str
    place: Place
    colour: str = INK
    bold: bool = False
    size: float = CHART_LETTERS
    up: float = 0.0


@dataclass(frozen=True, slots=True)
class Ticks:
    """A short upright line at every point, ``height`` long in the units of the axis."""

    line: Line
    height: float


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one set of points; None in ``y`` is a gap."""

    name: str
    x: Sequence[float]
    y: Numbers
    line: Line | None = None
    marker: Marker | None = None
    labels: tuple[Label, ...] = ()
    ticks: Ticks | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: from where to where, its title, and the marks that it writes by itself.

    ``log`` is the base of a logarithmic axis. Where marks are not evenly spaced ``step`` is None, and
    a series writes them as labels (`marks`). ``title_at`` is where the title starts, from the left (None for
    the middle of the axis) and from the top, in points on the slide.
    """

    low: float
    high: float
    title: str
    log: int | None = None
    step: float | None = None
    number_format: str = "General"
    grid: bool = False
    title_at: tuple[float | None, float] | None = None
    shown: bool = True


@dataclass(frozen=True, slots=True)
class ScatterChart:
    """A chart in ``frame``, whose axes span exactly ``plot``; both in points on the slide."""

    frame: Box
    plot: Box
    x: Axis
    y: Axis
    series: tuple[Series, ...]


def columns(series: Sequence[Series], *, x_name: str) -> list[Column]:
    """The columns of the workbook: for every series its x and its y."""
    return [column for one in series for column in (Column(x_name, one.x), Column(one.name, one.y))]


def marks(
    name: str,
    ticks: Sequence[tuple[float, str]],
    *,
    bottom: float,
    height: float,
) -> Series:
    """The marks of a horizontal axis that are not evenly spaced, as labels of a series along it.

    A mark whose text is empty stands without one.
    """
    return Series(
        name=name,
        x=[value for value, _ in ticks],
        y=[bottom] * len(ticks),
        labels=tuple(Label(k, text, "b") for k, (_, text) in enumerate(ticks) if text),
        ticks=Ticks(Line(AXIS, 1.0), height),
    )


def straight(name: str, x: tuple[float, float], y: tuple[float, float], line: Line) -> Series:
    """A straight line from one point to another: a threshold, or no effect."""
    return Series(name, x, y, line=line)
