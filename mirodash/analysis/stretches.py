"""Lines and bands that stand still from one threshold to the next, with gaps where nothing is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Drawn = list[float | None]


def stair(x: Sequence[float], y: NDArray[np.float64]) -> tuple[Drawn, Drawn]:
    """Corners of a line that keeps each value until the next x; NaN leaves a gap.

    >>> stair([1.0, 2.0, 4.0], np.array([5.0, 6.0, 7.0]))
    ([1.0, 2.0, 2.0, 4.0, 4.0], [5.0, 5.0, 6.0, 6.0, 7.0])
    """
    xs: Drawn = []
    ys: Drawn = []
    for start, stop in _known(np.isfinite(y)):
        across, heights = _corners(x, y, start, stop)
        xs += [None, *across] if xs else across
        ys += [None, *heights] if ys else heights
    return xs, ys


def stair_band(
    x: Sequence[float], lower: NDArray[np.float64], upper: NDArray[np.float64]
) -> tuple[Drawn, Drawn]:
    """Outlines between two such lines, one for each stretch where both are known."""
    xs: Drawn = []
    ys: Drawn = []
    for start, stop in _known(np.isfinite(lower) & np.isfinite(upper)):
        across, top = _corners(x, upper, start, stop)
        _, bottom = _corners(x, lower, start, stop)
        outline_x, outline_y = [*across, *across[::-1]], [*top, *bottom[::-1]]
        xs += [None, *outline_x] if xs else outline_x
        ys += [None, *outline_y] if ys else outline_y
    return xs, ys


def _known(known: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
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


def line(x: Sequence[float], y: NDArray[np.float64]) -> tuple[Drawn, Drawn]:
    """A straight line from point to point; NaN leaves a gap.

    >>> line([1.0, 2.0], np.array([np.nan, 3.0]))
    ([1.0, 2.0], [None, 3.0])
    """
    return list(x), [float(value) if np.isfinite(value) else None for value in y]


def band(x: Sequence[float], lower: NDArray[np.float64], upper: NDArray[np.float64]) -> tuple[Drawn, Drawn]:
    """Outlines between two straight lines, one for each stretch where both are known."""
    xs: Drawn = []
    ys: Drawn = []
    for start, stop in _known(np.isfinite(lower) & np.isfinite(upper)):
        across = list(x[start:stop])
        outline_x = [*across, *across[::-1]]
        outline_y = [*upper[start:stop].tolist(), *lower[start:stop][::-1].tolist()]
        xs += [None, *outline_x] if xs else outline_x
        ys += [None, *outline_y] if ys else outline_y
    return xs, ys
