"""Step curves reduced to what a screen can show, without moving any step that can be seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.results import SurvivalCurve

MOST_STEPS = 700
"""More steps than pixels across a card cannot be told apart."""

MOST_MARKS = 250
"""More censor ticks than this merge into a line."""


@dataclass(frozen=True, eq=False, slots=True)
class Steps:
    """Corners of a step curve from 0 to the horizon; arrays are (corners,)."""

    time: NDArray[np.float64]
    estimate: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    at_risk: NDArray[np.int64]


def steps(curve: SurvivalCurve, horizon: float) -> Steps:
    """The curve's corners: time 0, every time with an event up to the horizon, and the horizon."""
    # a count that is not told is below 0, and the curve falls there all the same
    corners = np.flatnonzero((curve.events != 0) & (curve.time <= horizon))
    if corners.size > MOST_STEPS:
        corners = corners[np.unique(np.linspace(0, corners.size - 1, MOST_STEPS).round().astype(int))]
    everyone = int(curve.at_risk[0]) if curve.at_risk.size else 0
    left = int(curve.at_risk[curve.time >= horizon][:1].sum())

    def along(values: NDArray[np.float64], first: float) -> NDArray[np.float64]:
        inner = values[corners]
        return np.concatenate([np.array([first]), inner, inner[-1:] if inner.size else np.array([first])])

    return Steps(
        time=np.concatenate([np.zeros(1), curve.time[corners], np.array([horizon])]),
        estimate=along(curve.estimate, 1.0),
        lower=along(curve.lower, np.nan),
        upper=along(curve.upper, np.nan),
        at_risk=np.concatenate([np.array([everyone]), curve.at_risk[corners], np.array([left])]),
    )


def interval_polygon(curve: SurvivalCurve, horizon: float) -> tuple[list[float | None], list[float | None]]:
    """The interval as one outline: along the upper limit to the horizon and back along the lower one.

    There is none before the first event and none where survival is 0.
    """
    return outline(steps(curve, horizon))


def outline(line: Steps) -> tuple[list[float | None], list[float | None]]:
    """The interval around corners of a step curve, as `interval_polygon` gives it."""
    known = np.flatnonzero(~np.isnan(line.lower) & ~np.isnan(line.upper))
    if known.size == 0:
        return [], []
    end = line.time[min(known[-1] + 1, line.time.size - 1)]
    right = np.append(line.time[known[1:]], end)
    x = np.column_stack([line.time[known], right]).ravel()
    upper = np.repeat(line.upper[known], 2)
    lower = np.repeat(line.lower[known], 2)
    return [*x.tolist(), *x[::-1].tolist()], [*upper.tolist(), *lower[::-1].tolist()]


def censor_marks(curve: SurvivalCurve, horizon: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where somebody was censored before the horizon: times and the height of the curve there."""
    marked = np.flatnonzero((curve.censored > 0) & (curve.time < horizon))
    if marked.size > MOST_MARKS:
        marked = marked[np.unique(np.linspace(0, marked.size - 1, MOST_MARKS).round().astype(int))]
    return curve.time[marked], curve.estimate[marked]
