"""Where a biomarker's axis has its few and neat marks, and what is written at them."""

from __future__ import annotations

import math

from mirodash.disclosure.curve_values import BiomarkerSpan
from mirodash.wording.numbers import quantity

MOST_DECIMALS = 12
"""No assay measures finer than this."""

_PER_DECADE = {1: (1, 2, 5), 2: (1, 2, 5), 3: (1, 3)}
"""Which digits get a tick, by how many decades there are; 1 alone beyond that."""
_MOST_DECADES = 8
"""With more, only every second, third, ... decade has a tick."""


def biomarker_ticks(span: BiomarkerSpan) -> tuple[tuple[float, str], ...]:
    """Values of the biomarker, in its own unit, with their texts; ascending."""
    ticks = _log_ticks(span.low, span.high) if span.scale == "log" else []
    if len(ticks) >= 2:
        return tuple((tick, quantity(tick, _decimals(tick))) for tick in ticks)
    # linear, or less than from one neat number to the next
    ticks = _linear_ticks(span.low, span.high)
    return tuple((tick, quantity(tick, _decimals(ticks[1] - ticks[0]))) for tick in ticks)


def _log_ticks(low: float, high: float) -> list[float]:
    first, last = math.floor(math.log10(low)), math.floor(math.log10(high))
    decades = math.log10(high) - math.log10(low)
    digits = _PER_DECADE.get(math.ceil(decades), (1,))
    stride = max(1, math.ceil(decades / _MOST_DECADES))
    ticks = [digit * 10.0**power for power in range(first, last + 1, stride) for digit in digits]
    return [tick for tick in ticks if low <= tick <= high]


def _linear_ticks(low: float, high: float) -> list[float]:
    raw = high / 5 - low / 5
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * digit for digit in (1, 2, 5, 10) if size * digit >= raw)
    return [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _decimals(size: float) -> int:
    """What shows the first digit of a number."""
    return min(max(0, -math.floor(math.log10(abs(size)) + 1e-9)), MOST_DECIMALS)
