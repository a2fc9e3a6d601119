"""Step curves as plotly traces: corners, bands and censoring marks, no more than pixels show."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mirodash.plot.theme import ArmStyle, End, Figure, escape
from mirodash.survival.results import SurvivalCurve

MAX_STEPS = 700
"""Corners of a curve in a file that can be edited: more cannot be told apart."""
FEW_STEPS = 120
"""A picture of a curve with no more corners has them all, as steps."""
WITHIN = 0.5
"""Pixels between a thinned line and the line itself, at most."""
TOLD = 32
"""Places along a thinned curve at which a reader can point for its numbers, evenly along the axis."""
MAX_CENSOR_TICKS = 250
"""Censor ticks in a file that can be edited."""
FEW_MARKS = 100
"""Of more ticks a picture has one in each hundredth of the axis: closer ones merge into a line."""
FEW_POINTS = 500
CELLS = (200, 60)
"""Of so many marks that they cover each other, one is drawn in each cell of some pixels."""
DECIMALS = 5
"""Of what is drawn of a thinned line without being told: a thousandth of a pixel."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """Where a curve is drawn: pixels from time 0 to the horizon, and from 0 to 100 %, at the most."""

    across: float
    up: float


CARD = Canvas(1_100, 215)
STAGE = Canvas(1_100, 460)


@dataclass(frozen=True, eq=False, slots=True)
class DrawnStepLines:
    """A line as it is drawn: its vertices (vertices,), all of them on the step curve.

    Attributes
    ----------
    time, height : array (vertices,)
    shape : {"hv", "linear"}
        How plotly joins them: by steps, or straight where steps are too small to be seen.
    """

    time: NDArray[np.float64]
    height: NDArray[np.float64]
    shape: Literal["hv", "linear"]


@dataclass(frozen=True, eq=False, slots=True)
class Steps:
    """Corners of a step curve from 0 to the horizon, or to where follow-up ends; arrays are (corners,)."""

    time: NDArray[np.float64]
    estimate: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    at_risk: NDArray[np.int64]

    def only(self, corners: NDArray[np.int64]) -> Steps:
        """Some of the corners, as often as they are named."""
        return Steps(
            self.time[corners],
            self.estimate[corners],
            self.lower[corners],
            self.upper[corners],
            self.at_risk[corners],
        )


def read_end(name: str, line: Steps, style: ArmStyle, *, is_known: bool) -> End:
    """Where a curve ends, for the label beside it."""
    low, high = float(line.lower[-1]), float(line.upper[-1])
    interval = (None, None) if math.isnan(low) or math.isnan(high) else (low, high)
    return End(name, float(line.estimate[-1]), interval, style, is_known)


def steps(curve: SurvivalCurve, horizon: float) -> Steps:
    """The curve's corners, at most `MAX_STEPS` between its first and last one; see `every_step`."""
    line = every_step(curve, horizon)
    inner = np.arange(1, line.time.size - 1)
    if inner.size <= MAX_STEPS:
        return line
    kept = inner[np.unique(np.linspace(0, inner.size - 1, MAX_STEPS).round().astype(int))]
    return line.only(np.concatenate(([0], kept, [line.time.size - 1])))


def every_step(curve: SurvivalCurve, horizon: float) -> Steps:
    """The curve's corners: time 0, every time with an event up to the horizon, and where the curve ends.

    It ends at the horizon, or at the last follow-up before it unless it has reached 0: what is not known
    is not drawn.
    """
    end = min(horizon, curve.known_until) if curve.time.size else horizon
    # a count that is not told is below 0, and the curve falls there all the same
    (corners,) = curve.events.nonzero()
    corners = corners[: corners.searchsorted(curve.time.searchsorted(horizon, side="right"))]
    everyone = int(curve.at_risk[0]) if curve.at_risk.size else 0
    after = int(curve.time.searchsorted(end))
    left = int(curve.at_risk[after]) if after < curve.time.size else 0

    def between(first: float, values: NDArray[Any], last: float | None = None) -> NDArray[Any]:
        answer = np.empty(corners.size + 2, dtype=values.dtype)
        answer[0], answer[1:-1] = first, values[corners]
        answer[-1] = answer[-2] if last is None else last
        return answer

    estimate, lower, upper = (
        between(1.0, curve.estimate),
        between(np.nan, curve.lower),
        between(np.nan, curve.upper),
    )
    if curve.event_free is not None:
        # beside a competing event the cumulative incidence is drawn, and rises
        estimate, lower, upper = 1 - estimate, 1 - upper, 1 - lower
    return Steps(
        time=between(0.0, curve.time, end),
        estimate=estimate,
        lower=lower,
        upper=upper,
        at_risk=between(everyone, curve.at_risk, left),
    )


def drawn(line: Steps, canvas: Canvas) -> DrawnStepLines:
    """The estimate as a picture shows it: every step of a few, or as many vertices as can be seen.

    A thinned line is nowhere farther than `WITHIN` pixels from the curve, nor the curve from it, on a
    canvas of that size or a smaller one. Its vertices are the curve's own, to a thousandth of a pixel.
    """
    if line.time.size <= FEW_STEPS:
        return DrawnStepLines(line.time, line.estimate, "hv")
    return DrawnStepLines(*_rounded(*_stairs(line.time, line.estimate), line.time[-1], canvas), "linear")


def read_along(line: Steps, shown: DrawnStepLines, horizon: float) -> Steps:
    """What is told of a line when a reader points at it: at its steps, or at even times of a thinned one.

    Even times are the same for every line up to one horizon, so that two arms are told of at one time.
    """
    if shown.shape == "hv":
        return line
    times = np.linspace(0.0, horizon, TOLD + 1)
    times = times[times <= line.time[-1]]
    return replace(line.only(line.time.searchsorted(times, side="right") - 1), time=times)


def _stairs(
    time: NDArray[np.float64], height: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A step line as straight lines, along and then down: corner k is vertex 2 k."""
    return np.repeat(time, 2)[1:], np.repeat(height, 2)[:-1]


def _thinned(
    time: NDArray[np.float64],
    height: NDArray[np.float64],
    horizon: float,
    canvas: Canvas,
) -> NDArray[np.int64]:
    """Places of vertices that show a line to `WITHIN` pixels, the first and the last among them.

    Source: Ramer, Comput Graph Image Process 1972;1:244-256; Douglas and Peucker, Cartographica
    1973;10:112-122.
    """
    points = np.stack((time * (canvas.across / horizon), height * canvas.up), axis=1)
    within = WITHIN - canvas.up * 0.5 * 10**-DECIMALS  # heights are rounded afterwards
    kept = np.zeros(time.size, dtype=np.bool_)
    kept[[0, -1]] = True
    waiting = [(0, time.size - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        between = points[first + 1 : last] - points[first]
        (along, up), length = (chord := points[last] - points[first]), float(np.hypot(*chord))
        # a line that ends where it began is as far as its farthest point
        away = np.hypot(*between.T) if not length else np.abs(between @ np.array([-up, along])) / length
        farthest = int(away.argmax())
        if away[farthest] > within:
            middle = first + 1 + farthest
            kept[middle] = True
            waiting += [(first, middle), (middle, last)]
    return np.flatnonzero(kept)


def interval_polygon(curve: SurvivalCurve, horizon: float, canvas: Canvas) -> tuple[list[float], list[float]]:
    """The interval as one outline: along the upper limit to the horizon and back along the lower one.

    There is none before the first event and none where survival is 0. Both are as near to the limits as
    `drawn` is to the estimate.
    """
    return outline(every_step(curve, horizon), canvas)


def outline(line: Steps, canvas: Canvas) -> tuple[list[float], list[float]]:
    """The interval around corners of a step curve, as `interval_polygon` gives it."""
    (known,) = np.isfinite(line.lower + line.upper).nonzero()
    if known.size == 0:
        return [], []
    # from each corner along to the next one, and there up or down
    x = np.empty(2 * known.size)
    x[::2] = line.time[known]
    x[1:-1:2] = x[2::2]
    x[-1] = line.time[min(known[-1] + 1, line.time.size - 1)]
    upper, lower = ((x, np.repeat(values[known], 2)) for values in (line.upper, line.lower))
    if known.size > FEW_STEPS:
        upper, lower = (_rounded(*limit, line.time[-1], canvas) for limit in (upper, lower))
    across, heights = (np.concatenate((up, low[::-1])) for up, low in zip(upper, lower, strict=True))
    return across.tolist(), heights.tolist()


def _rounded(
    time: NDArray[np.float64], height: NDArray[np.float64], horizon: float, canvas: Canvas
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    kept = _thinned(time, height, horizon, canvas)
    return time[kept], height[kept].round(DECIMALS)


def one_in_each_cell(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which of some marks to draw, (drawn,): all of some hundred, or one of those that cover each other.

    ``x`` goes from 0 to 1 along the axis, ``y`` from -1 to 1.
    """
    if x.size <= FEW_POINTS:
        return np.arange(x.size)
    across, up = (x * CELLS[0]).astype(np.int64), ((1 + y) / 2 * CELLS[1]).astype(np.int64)
    return np.sort(np.unique(across * (CELLS[1] + 1) + up, return_index=True)[1])


def drawn_marks(curve: SurvivalCurve, horizon: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Censor ticks as a picture shows them: all of a few, or one in each hundredth of the axis."""
    time, height = _marks(curve, horizon)
    if time.size <= FEW_MARKS:
        return time, height
    _, first = np.unique((time * (FEW_MARKS / horizon)).astype(np.int64), return_index=True)
    return time[first], height[first].round(DECIMALS)


def censor_marks(curve: SurvivalCurve, horizon: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Censor ticks in a file that can be edited: at most `MAX_CENSOR_TICKS`."""
    time, height = _marks(curve, horizon)
    if time.size <= MAX_CENSOR_TICKS:
        return time, height
    kept = np.unique(np.linspace(0, time.size - 1, MAX_CENSOR_TICKS).round().astype(int))
    return time[kept], height[kept]


def _marks(curve: SurvivalCurve, horizon: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where participants were censored before the horizon: times and the height of the curve there."""
    (marked,) = ((curve.censored > 0) & (curve.time < horizon)).nonzero()
    height = curve.estimate[marked]
    return curve.time[marked], height if curve.event_free is None else 1 - height


DrawnStretches = list[float | None]


def build_step_path(x: Sequence[float], y: NDArray[np.float64]) -> tuple[DrawnStretches, DrawnStretches]:
    """Corners of a line that keeps each value until the next x; NaN leaves a gap.

    >>> build_step_path([1.0, 2.0, 4.0], np.array([5.0, 6.0, 7.0]))
    ([1.0, 2.0, 2.0, 4.0, 4.0], [5.0, 5.0, 6.0, 6.0, 7.0])
    """
    xs: DrawnStretches = []
    ys: DrawnStretches = []
    for start, stop in _find_known_stretches(np.isfinite(y)):
        across, heights = _corners(x, y, start, stop)
        xs += [None, *across] if xs else across
        ys += [None, *heights] if ys else heights
    return xs, ys


def build_step_band(
    x: Sequence[float], lower: NDArray[np.float64], upper: NDArray[np.float64]
) -> tuple[DrawnStretches, DrawnStretches]:
    """Outlines between two such lines, one for each stretch where both are known."""
    xs: DrawnStretches = []
    ys: DrawnStretches = []
    for start, stop in _find_known_stretches(np.isfinite(lower) & np.isfinite(upper)):
        across, top = _corners(x, upper, start, stop)
        _, bottom = _corners(x, lower, start, stop)
        outline_x, outline_y = [*across, *across[::-1]], [*top, *bottom[::-1]]
        xs += [None, *outline_x] if xs else outline_x
        ys += [None, *outline_y] if ys else outline_y
    return xs, ys


def _find_known_stretches(known: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield first and last place (exclusive) of every unbroken stretch."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], known.astype(np.int8), [0]))))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _corners(
    x: Sequence[float], y: NDArray[np.float64], start: int, stop: int
) -> tuple[list[float], list[float]]:
    end = min(stop, len(x) - 1)
    inner = np.repeat(np.asarray(x[start:stop], dtype=np.float64), 2)[1:].tolist()
    across = [*inner, x[end]] if end >= stop else inner
    heights = np.repeat(y[start:stop], 2)[: len(across)].tolist()
    return across, heights


def line(x: Sequence[float], y: NDArray[np.float64]) -> tuple[DrawnStretches, DrawnStretches]:
    """A straight line from point to point; NaN leaves a gap.

    >>> line([1.0, 2.0], np.array([np.nan, 3.0]))
    ([1.0, 2.0], [None, 3.0])
    """
    return list(x), [float(value) if np.isfinite(value) else None for value in y]


def band(
    x: Sequence[float], lower: NDArray[np.float64], upper: NDArray[np.float64]
) -> tuple[DrawnStretches, DrawnStretches]:
    """Outlines between two straight lines, one for each stretch where both are known."""
    xs: DrawnStretches = []
    ys: DrawnStretches = []
    for start, stop in _find_known_stretches(np.isfinite(lower) & np.isfinite(upper)):
        across = list(x[start:stop])
        outline_x = [*across, *across[::-1]]
        outline_y = [*upper[start:stop].tolist(), *lower[start:stop][::-1].tolist()]
        xs += [None, *outline_x] if xs else outline_x
        ys += [None, *outline_y] if ys else outline_y
    return xs, ys


def draw_arm_band(x: Sequence[float], y: Sequence[float], style: ArmStyle, scale: float) -> Figure:
    """The interval as an area; ``scale`` turns a time of the file into the reader's unit."""
    return {
        "type": "scatter",
        "x": [v * scale for v in x],
        "y": y,
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": style.band,
        "hoverinfo": "skip",
    }


def draw_arm_lines(
    name: str,
    line: DrawnStepLines,
    told: Steps,
    hover: list[str],
    style: ArmStyle,
    *,
    unit: str,
    scale: float,
) -> list[Figure]:
    """The curve; ``hover`` is what is told at its corners ``told`` when a reader points at them.

    A thinned curve has fewer places to point at than vertices: they lie on a line that is not seen.
    """
    curve: Figure = {
        "type": "scatter",
        "meta": escape(name),
        "x": (line.time * scale).tolist(),
        "y": line.height.tolist(),
        "mode": "lines",
        "line": {"color": style.line, "width": 2.25, "dash": style.dash, "shape": line.shape},
    }
    pointed: Figure = {
        "customdata": hover,
        "hovertemplate": f"<b>{escape(name)}</b>, {unit.removesuffix('s')} %{{x:,.1~f}}<br>"
        "%{customdata}<extra></extra>",
    }
    if line.shape == "hv":
        return [curve | pointed]
    places: Figure = {
        "type": "scatter",
        "meta": escape(name),
        "x": (told.time * scale).tolist(),
        "y": told.estimate.round(DECIMALS).tolist(),
        "mode": "lines",
        "line": {"color": style.line, "width": 0},
    }
    return [curve | {"hoverinfo": "skip"}, places | pointed]
