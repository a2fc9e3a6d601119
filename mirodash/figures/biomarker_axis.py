"""The axis of a biomarker, the same wherever the biomarker is shown."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mirodash.figures.theme import Figure, Theme, axis
from mirodash.trial.dictionary import Biomarker
from mirodash.wording.numbers import quantity

_PER_DECADE = {1: (1, 2, 5), 2: (1, 2, 5), 3: (1, 3), 4: (1,)}


def biomarker_axis(biomarker: Biomarker, values: NDArray[np.float64], theme: Theme, *, log: bool) -> Figure:
    """An axis over the observed ``values`` (participants,), with few and neat ticks."""
    return axis_between(biomarker, biomarker_range(values, log=log), theme, log=log)


def axis_between(biomarker: Biomarker, ends: tuple[float, float], theme: Theme, *, log: bool) -> Figure:
    """An axis between two values of the biomarker, with few and neat ticks."""
    low, high = ends
    ticks = _log_ticks(low, high) if log else _linear_ticks(low, high)
    return axis(
        theme,
        type="log" if log else "linear",
        range=[math.log10(low), math.log10(high)] if log else [low, high],
        tickmode="array",
        tickvals=ticks,
        ticktext=[quantity(t, _decimals(t, biomarker)) for t in ticks],
        ticks="outside",
        showline=True,
        tickangle=0,
    )


def biomarker_range(values: NDArray[np.float64], *, log: bool) -> tuple[float, float]:
    """The ends of the axis over observed ``values`` (participants,)."""
    return range_with_room(float(values.min()), float(values.max()), log=log)


def range_with_room(low: float, high: float, *, log: bool) -> tuple[float, float]:
    """The observed range with a little room on each side, in the biomarker's unit."""
    if log:
        room = (high / low) ** 0.02 if high > low else 1.1
        return low / room, high * room
    room = (high - low) * 0.02 or abs(high) * 0.1 or 1.0
    return low - room, high + room


def _log_ticks(low: float, high: float) -> list[float]:
    decades = math.log10(high / low)
    parts = _PER_DECADE.get(math.ceil(decades), (1,))
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    ticks = [part * 10.0**k for k in range(first, last + 1) for part in parts]
    return [t for t in ticks if low <= t <= high]


def _linear_ticks(low: float, high: float) -> list[float]:
    raw = (high - low) / 5
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * k for k in (1, 2, 5, 10) if size * k >= raw)
    first = math.ceil(low / step)
    return [k * step for k in range(first, math.floor(high / step) + 1)]


def _decimals(tick: float, biomarker: Biomarker) -> int:
    """As many as the tick needs, even where the biomarker is given in whole numbers."""
    needed = 0 if float(tick).is_integer() else max(0, -math.floor(math.log10(abs(tick))) + 1)
    return min(needed, 4) if biomarker.decimals == 0 else min(max(needed, 0), biomarker.decimals)
