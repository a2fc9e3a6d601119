"""Units of time: converting between them, and neat tick marks from zero to the horizon."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

DAYS: dict[str, float] = {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}
"""Length of each unit in days; a month is a twelfth of a year of 365.25 days."""
NEAT_STEPS: dict[str, tuple[float, ...]] = {
    "days": (1, 2, 5, 10, 15, 30, 60, 90, 180, 360, 720, 1080, 1800, 3600),
    "weeks": (1, 2, 4, 8, 13, 26, 52, 104, 156, 260, 520),
    "months": (1, 2, 3, 6, 12, 24, 36, 60, 120),
    "years": (0.25, 0.5, 1, 2, 3, 5, 10, 20),
}
MOST_TICKS = 8


def converted(time: float, unit: str, into: str) -> float:
    """A time in another unit.

    >>> converted(640, "days", "months")
    21.026694045174537
    """
    return time if unit == into else time * DAYS[unit] / DAYS[into]


def tick_times(horizon: float, unit: str, reader_unit: str) -> NDArray[np.float64]:
    """At most eight times from 0 to the horizon, neat in the reader's unit; the last is the horizon.

    Parameters
    ----------
    horizon : float
        In ``unit``, positive.
    unit, reader_unit : str
        ``days``, ``weeks``, ``months`` or ``years``.

    Returns
    -------
    (ticks,) float
        In ``unit``, ascending.

    Examples
    --------
    >>> tick_times(640, "days", "days")
    array([  0.,  90., 180., 270., 360., 450., 540., 640.])
    """
    shown = converted(horizon, unit, reader_unit)
    steps = (*NEAT_STEPS[reader_unit], *_generic_steps(shown))
    step = next(step for step in steps if 3 <= _before_the_horizon(shown, step) < MOST_TICKS)
    inner = [converted(k * step, reader_unit, unit) for k in range(_before_the_horizon(shown, step))]
    return np.array([*inner, horizon], dtype=np.float64)


def _before_the_horizon(span: float, step: float) -> int:
    """How many ticks come before the last; one within half a step would write over the horizon's label."""
    return math.ceil(span / step - 0.5)


def _generic_steps(span: float) -> tuple[float, ...]:
    """1, 2 and 5 times the powers of ten around a span: one always fits where no calendar step does."""
    power = math.floor(math.log10(span))
    return tuple(digit * 10.0**exponent for exponent in (power - 1, power) for digit in (1, 2, 5))
