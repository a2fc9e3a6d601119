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
    for step in (*NEAT_STEPS[reader_unit], *_generic_steps(shown)):
        # a tick closer than half a step to the horizon would write its label over the horizon's
        inner = math.ceil(shown / step - 0.5)
        if 3 <= inner < MOST_TICKS:
            break
    else:
        step, inner = shown, 1
    ticks = [converted(k * step, reader_unit, unit) for k in range(inner)]
    return np.array([*ticks, horizon], dtype=np.float64)


def _generic_steps(span: float) -> tuple[float, ...]:
    """1, 2 and 5 times the powers of ten around a span, for horizons that no calendar step fits."""
    power = math.floor(math.log10(span))
    return tuple(digit * 10.0**exponent for exponent in (power - 1, power) for digit in (1, 2, 5))
