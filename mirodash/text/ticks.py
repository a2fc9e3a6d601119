"""Tick marks and units of axes: time, biomarker and hazard ratio."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.curve_values import BiomarkerSpan
from mirodash.text.numbers import format_number

DAYS: dict[str, float] = {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}
"""Length of each unit in days; a month is a twelfth of a year of 365.25 days."""
NEAT_STEPS: dict[str, tuple[float, ...]] = {
    "days": (1, 2, 5, 10, 15, 30, 60, 90, 180, 360, 720, 1080, 1800, 3600),
    "weeks": (1, 2, 4, 8, 13, 26, 52, 104, 156, 260, 520),
    "months": (1, 2, 3, 6, 12, 24, 36, 60, 120),
    "years": (0.25, 0.5, 1, 2, 3, 5, 10, 20),
}
MAX_TICKS = 8


def convert_time(time: float, unit: str, into: str) -> float:
    """A time in another unit.

    >>> convert_time(640, "days", "months")
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
    shown = convert_time(horizon, unit, reader_unit)
    steps = (*NEAT_STEPS[reader_unit], *_generic_steps(shown))
    step = next(step for step in steps if 3 <= _before_the_horizon(shown, step) < MAX_TICKS)
    inner = [convert_time(k * step, reader_unit, unit) for k in range(_before_the_horizon(shown, step))]
    return np.array([*inner, horizon], dtype=np.float64)


def _before_the_horizon(span: float, step: float) -> int:
    """How many ticks come before the last; one within half a step would write over the horizon's label."""
    return math.ceil(span / step - 0.5)


def _generic_steps(span: float) -> tuple[float, ...]:
    """1, 2 and 5 times the powers of ten around a span: one always fits where no calendar step does."""
    power = math.floor(math.log10(span))
    return tuple(digit * 10.0**exponent for exponent in (power - 1, power) for digit in (1, 2, 5))


def format_tick_time(value: float) -> str:
    """A time under an axis; whole numbers have no decimals.

    >>> format_tick_time(1080), format_tick_time(11.99), format_tick_time(2.5), format_tick_time(0.05)
    ('1,080', '12', '2.5', '0.05')
    """
    if 0 < abs(value) < 0.1:
        return f"{value:.2g}"
    return f"{value:,.1f}".removesuffix(".0")


MAX_DECIMALS = 12
"""No assay measures finer than this."""

BREAK = "//"
"""In the place of a number where an axis is broken."""
MIN_TICK_SHARE = 0.035
"""Numbers nearer to a break, or to the zero, than this share of the axis would touch it."""
_PER_DECADE = {1: (1, 2, 5), 2: (1, 2, 5), 3: (1, 3)}
"""Which digits get a tick, by how many decades there are; 1 alone beyond that."""
_MAX_DECADES = 8
"""With more, only every second, third, ... decade has a tick."""


def choose_biomarker_ticks(span: BiomarkerSpan) -> tuple[tuple[float, str], ...]:
    """Values of the biomarker, in its own unit, with their texts; ascending.

    Where the axis is broken a mark stands instead of a number, and none beyond it.
    """
    low, high = span.breaks
    ends = (span.low if low is None else low, span.high if high is None else high)
    ticks = _format_ticks(span, *ends)
    if span.breaks == (None, None):
        return ticks
    first, last = span.positions(ends)
    apart = MIN_TICK_SHARE * (last - first)
    breaks = [(end, BREAK) for end in span.breaks if end is not None]
    marks = span.positions(end for end, _ in breaks)
    kept = [
        tick
        for tick, place in zip(ticks, span.positions(tick for tick, _ in ticks), strict=True)
        if all(abs(place - mark) > apart for mark in marks)
    ]
    return tuple(sorted([*kept, *breaks]))


def _format_ticks(span: BiomarkerSpan, low: float, high: float) -> tuple[tuple[float, str], ...]:
    ticks = _log_ticks(low, high) if span.scale == "log" else []
    if span.scale == "asinh":
        ticks = [
            *([0.0] if low <= 0 else []),
            *_drop_crowded(span, _log_ticks(max(span.bend / 2, low), high)),
        ]
        return tuple((tick, format_number(tick, _choose_decimals(tick or 1.0))) for tick in ticks)
    if len(ticks) >= 2:
        return tuple((tick, format_number(tick, _choose_decimals(tick))) for tick in ticks)
    # linear, or less than from one neat number to the next
    ticks = _choose_linear_ticks(low, high)
    return tuple((tick, format_number(tick, _choose_decimals(ticks[1] - ticks[0]))) for tick in ticks)


def _drop_crowded(span: BiomarkerSpan, ticks: list[float]) -> list[float]:
    """Without those that would stand on the zero."""
    zero, apart = span.position(0.0), MIN_TICK_SHARE * (span.position(span.high) - span.position(span.low))
    return [tick for tick in ticks if span.position(tick) - zero > apart]


def _log_ticks(low: float, high: float) -> list[float]:
    first, last = math.floor(math.log10(low)), math.floor(math.log10(high))
    decades = math.log10(high) - math.log10(low)
    digits = _PER_DECADE.get(math.ceil(decades), (1,))
    stride = max(1, math.ceil(decades / _MAX_DECADES))
    ticks = [digit * 10.0**power for power in range(first, last + 1, stride) for digit in digits]
    return [tick for tick in ticks if low <= tick <= high]


def _choose_linear_ticks(low: float, high: float) -> list[float]:
    step = choose_even_step(high / 5 - low / 5)
    return [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def choose_even_step(least: float) -> float:
    """The smallest step of 1, 2, 5 or 10 times a power of ten that is not below ``least``, which is above 0.

    >>> choose_even_step(12), choose_even_step(0.18)
    (20.0, 0.2)
    """
    size = 10.0 ** math.floor(math.log10(least))
    return next(size * digit for digit in (1, 2, 5, 10) if size * digit >= least)


def _choose_decimals(size: float) -> int:
    """What shows the first digit of a number."""
    return min(max(0, -math.floor(math.log10(abs(size)) + 1e-9)), MAX_DECIMALS)


MAX_HAZARD_RATIO_SHOWN = 8.0
"""Hazard ratios beyond eightfold are shown at the edge: the band there says nothing more."""
RATIO_TICKS = ((0.125, "0.125"), (0.25, "0.25"), (0.5, "0.5"), (1.0, "1"), (2.0, "2"), (4.0, "4"), (8.0, "8"))


def choose_reach(ratios: NDArray[np.float64]) -> float:
    """How far the axis goes each way from no effect: symmetric on the log scale, at least fourfold.

    Parameters
    ----------
    ratios : array (points,)
        What should be seen; NaN is left out.
    """
    known = ratios[np.isfinite(ratios) & (ratios > 0)]
    farthest = float(np.exp(min(np.abs(np.log(known)).max(initial=0.0), 9.0)) * 1.6)
    return min(max(farthest, 4.4), MAX_HAZARD_RATIO_SHOWN * 1.1)
