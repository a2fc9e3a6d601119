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
class Bars:
    """Error bars: as far as ``plus`` and ``minus`` say for each point, or all the same length."""

    direction: Literal["x", "y"]
    line: Line
    plus: Sequence[float] = ()
    minus: Sequence[float] = ()
    same: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one set of points; None in ``y`` is a gap."""

    name: str
    x: Sequence[float]
    y: Numbers
    line: Line | None = None
    marker: Marker | None = None
    labels: tuple[Label, ...] = ()
    bars: Bars | None = None


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
    """The columns of the workbook: for every series its x, its y, and its error bars."""
    made: list[Column] = []
    for one in series:
        made += [Column(x_name, one.x), Column(one.name, one.y)]
        if one.bars is not None and one.bars.same is None:
            made += [Column(f"{one.name}: plus", one.bars.plus), Column(f"{one.name}: minus", one.bars.minus)]
    return made


def first_columns(series: Sequence[Series]) -> list[int]:
    """Where in the workbook each series starts."""
    places: list[int] = []
    place = 0
    for one in series:
        places.append(place)
        place += 4 if one.bars is not None and one.bars.same is None else 2
    return places


def marks(
    name: str,
    ticks: Sequence[tuple[float, str]],
    *,
    bottom: float,
    height: float,
) -> Series:
    """The marks of a horizontal axis that are not evenly spaced, as labels of a series along it."""
    return Series(
        name=name,
        x=[value for value, _ in ticks],
        y=[bottom] * len(ticks),
        labels=tuple(Label(k, text, "b") for k, (_, text) in enumerate(ticks)),
        bars=Bars("y", Line(AXIS, 1.0), same=height),
    )


def straight(name: str, x: tuple[float, float], y: tuple[float, float], line: Line) -> Series:
    """A straight line from one point to another: a threshold, or no effect."""
    return Series(name, x, y, line=line)
