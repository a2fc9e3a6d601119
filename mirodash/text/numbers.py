"""Formats numbers: hazard ratios, intervals, p-values, percentages, times and biomarker values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from mirodash.disclosure.counts import SUPPRESSED
from mirodash.trial.dictionary import Biomarker

NARROW = "\u202f"
"""Narrow no-break space: before a percent sign."""
FIXED = "\u00a0"
"""No-break space: between a number and its unit."""
MINUS = "−"
LARGEST_HAZARD_RATIO = 100.0
SMALLEST_HAZARD_RATIO = 0.01
OpenInterval = tuple[float | None, float | None]


def hazard_ratio(ratio: float) -> str:
    """A hazard ratio to two decimals; what is beyond any meaning is said in words.

    >>> hazard_ratio(0.5187)
    '0.52'
    >>> plain_spaces(hazard_ratio(4.2e7))
    'more than 100'
    """
    if ratio > LARGEST_HAZARD_RATIO:
        return f"more than{FIXED}{LARGEST_HAZARD_RATIO:.0f}"
    if ratio < SMALLEST_HAZARD_RATIO:
        return f"less than{FIXED}{SMALLEST_HAZARD_RATIO}"
    return f"{ratio:.2f}"


def confidence_level(confidence: float = 0.95) -> str:
    """The name of an interval: ``95 % CI``."""
    return f"{100 * confidence:.4g}{NARROW}%{FIXED}CI"


def interval(
    ends: OpenInterval, confidence: float = 0.95, *, number: Callable[[float], str] = hazard_ratio
) -> str:
    """An interval with its level; an end that does not exist is None.

    >>> plain_spaces(interval((0.30, 0.89)))
    '95 % CI 0.30 to 0.89'
    >>> plain_spaces(interval((0.30, None)))
    '95 % CI 0.30 or more'
    """
    return f"{confidence_level(confidence)} {between(ends, number)}"


def between(ends: OpenInterval, number: Callable[[float], str] = hazard_ratio) -> str:
    """The ends of an interval; one that does not exist is None.

    >>> between((0.30, 0.89)), between((0.30, None)), between((None, 0.89))
    ('0.30 to 0.89', '0.30 or more', '0.89 or less')
    """
    low, high = ends
    if low is not None and high is not None:
        return f"{number(low)} to {number(high)}"
    if low is not None:
        return f"{number(low)} or more"
    if high is not None:
        return f"{number(high)} or less"
    return "without limits"


def estimate_with_interval(
    estimate: float,
    ends: OpenInterval,
    confidence: float = 0.95,
    *,
    number: Callable[[float], str] = hazard_ratio,
) -> str:
    """An estimate followed by its interval.

    >>> plain_spaces(estimate_with_interval(0.52, (0.30, 0.89)))
    '0.52 (95 % CI 0.30 to 0.89)'
    """
    return f"{number(estimate)} ({interval(ends, confidence, number=number)})"


def hazard_ratios_with_intervals(
    ratios: Iterable[float], lower: Iterable[float], upper: Iterable[float], confidence: float = 0.95
) -> list[str]:
    """Many hazard ratios with their intervals, as `estimate_with_interval` writes each along a curve.

    >>> [plain_spaces(text) for text in hazard_ratios_with_intervals([0.52, 2e3], [0.30, 1], [0.89, 3e6])]
    ['0.52 (95 % CI 0.30 to 0.89)', 'more than 100 (95 % CI 1.00 to more than 100)']
    """
    level, number = confidence_level(confidence), hazard_ratio
    rows = list(zip(ratios, lower, upper, strict=True))
    if all(SMALLEST_HAZARD_RATIO <= ratio <= LARGEST_HAZARD_RATIO for row in rows for ratio in row):
        return [f"{ratio:.2f} ({level} {low:.2f} to {high:.2f})" for ratio, low, high in rows]
    return [f"{number(ratio)} ({level} {number(low)} to {number(high)})" for ratio, low, high in rows]


def p_value(p: float) -> str:
    """A p-value to two significant digits, with its sign of equality.

    >>> plain_spaces(p_value(0.01583)), plain_spaces(p_value(0.5)), plain_spaces(p_value(1e-9))
    ('p = 0.016', 'p = 0.50', 'p < 0.001')
    """
    if p < 0.001:
        return f"p{FIXED}<{FIXED}0.001"
    if p > 0.99:
        return f"p{FIXED}>{FIXED}0.99"
    decimals = 2
    while round(p, decimals + 1) < 10.0 ** (1 - decimals):
        decimals += 1
    return f"p{FIXED}={FIXED}{p:.{decimals}f}"


def percent(share: float, *, decimals: int = 0) -> str:
    """A share between 0 and 1 in per cent.

    >>> plain_spaces(percent(0.724))
    '72 %'
    """
    return f"{quantity(100 * share, decimals)}{NARROW}%"


def percents(shares: Iterable[float], *, decimals: int = 0) -> list[str]:
    """Many shares between 0 and 1 in per cent, as `percent` writes each: curves have hundreds of them.

    >>> [plain_spaces(text) for text in percents([0.724, 1.0])]
    ['72 %', '100 %']
    """
    return [f"{100 * share:.{decimals}f}{NARROW}%" for share in shares]


def percent_with_interval(share: float, ends: OpenInterval, confidence: float = 0.95) -> str:
    """A share with its interval.

    >>> plain_spaces(percent_with_interval(0.724, (0.6312, 0.8)))
    '72 % (95 % CI 63 % to 80 %)'
    """
    return estimate_with_interval(share, ends, confidence, number=percent)


def points(difference: float, *, signed: bool = False, decimals: int = 0) -> str:
    """A difference of two shares in percentage points.

    >>> plain_spaces(points(0.153)), plain_spaces(points(-0.09)), plain_spaces(points(0.153, signed=True))
    ('15 points', '−9 points', '+15 points')
    """
    text = quantity(100 * difference, decimals, signed=signed)
    return f"{text}{FIXED}{_plural('points', text)}"


def difference_in_points(
    difference: float, ends: OpenInterval, confidence: float = 0.95, *, signed: bool = True
) -> str:
    """A difference of two shares with its interval.

    >>> plain_spaces(difference_in_points(0.153, (0.02, 0.28)))
    '+15 points (95 % CI +2 to +28)'
    """
    # no difference of two shares is larger than 100 points, though Wald's interval may say so
    shown = interval(
        ends, confidence, number=lambda end: quantity(100 * min(max(end, -1.0), 1.0), 0, signed=signed)
    )
    return f"{points(difference, signed=signed)} ({shown})"


@lru_cache(maxsize=4096)
def count(number: float) -> str:
    """A whole number of people or events; one that may not be told as the limit it is below.

    >>> count(3700), plain_spaces(count(-10)), count(SUPPRESSED)
    ('3,700', '< 10', 'not shown')
    """
    if number == SUPPRESSED:
        return "not shown"
    return f"<{FIXED}{quantity(-number, 0)}" if number < 0 else quantity(number, 0)


def quantity(value: float, decimals: int, *, signed: bool = False) -> str:
    """A number with comma thousands and a true minus sign; zero has no sign.

    >>> quantity(-1234.5, 1), quantity(2, 0, signed=True), quantity(-0.01, 1)
    ('−1,234.5', '+2', '0.0')
    """
    size = f"{abs(value):,.{decimals}f}"
    if (value >= 0 and not signed) or round(value, decimals) == 0:
        return size
    if value < 0:
        return MINUS + size
    return f"+{size}" if signed else size


def quantities(values: Iterable[float], decimals: int) -> list[str]:
    """Many numbers, as `quantity` writes each.

    >>> quantities([1234.5, -0.01], 1)
    ['1,234.5', '0.0']
    """
    return [f"{abs(value):,.{decimals}f}" if value >= 0 else quantity(value, decimals) for value in values]


def duration(value: float, unit: str, *, decimals: int | None = None, signed: bool = False) -> str:
    """A span of time: whole days and weeks, months to one decimal and years to two unless told otherwise.

    >>> plain_spaces(duration(58.2, "days")), plain_spaces(duration(1, "days"))
    ('58 days', '1 day')
    >>> plain_spaces(duration(-31, "days", signed=True))
    '−31 days'
    """
    text = _time(value, unit, decimals, signed=signed)
    return f"{text}{FIXED}{_plural(unit, text)}"


def chosen_time(value: float, unit: str = "") -> str:
    """A time that somebody chose, with the decimals it was given, up to three, and its unit if named.

    >>> chosen_time(1825), chosen_time(182.5), chosen_time(1e-6), plain_spaces(chosen_time(1, "days"))
    ('1,825', '182.5', '1e-06', '1 day')
    """
    places = next((n for n in range(3) if round(value, n) == value), 3)
    text = quantity(value, places) if value >= 0.001 else f"{value:g}"
    return f"{text}{FIXED}{_plural(unit, text)}" if unit else text


def time_decimals(unit: str) -> int:
    """The decimals of an estimated time: none for days and weeks, one for months, two for years.

    >>> time_decimals("days"), time_decimals("years")
    (0, 2)
    """
    return {"months": 1, "years": 2}.get(unit, 0)


def difference_in_time(
    value: float,
    ends: OpenInterval,
    unit: str,
    confidence: float = 0.95,
    *,
    decimals: int | None = None,
    signed: bool = True,
) -> str:
    """A difference of two times with its interval.

    >>> plain_spaces(difference_in_time(58, (3, 112), "days"))
    '+58 days (95 % CI +3 to +112)'
    """
    shown = interval(ends, confidence, number=lambda end: _time(end, unit, decimals, signed=signed))
    return f"{duration(value, unit, decimals=decimals, signed=signed)} ({shown})"


def plain_spaces(text: str) -> str:
    """The same text with ordinary spaces, for terminals and files."""
    return text.replace(NARROW, " ").replace(FIXED, " ")


def _time(value: float, unit: str, decimals: int | None, *, signed: bool) -> str:
    places = time_decimals(unit) if decimals is None else decimals
    return quantity(value, places, signed=signed)


def _plural(unit: str, text: str) -> str:
    return unit.removesuffix("s") if text.lstrip(f"+{MINUS}") == "1" else unit


LARGEST_WRITTEN_OUT = 1e15


def bare_value(biomarker: Biomarker, value: float) -> str:
    """A value without its unit, with the decimals of the dictionary or as many as it needs to be seen.

    >>> bare_value(Biomarker("x", "X", "X"), 3700.0), bare_value(Biomarker("x", "X", "X"), 1e-20)
    ('3,700', '1e-20')
    """
    vanishes = value != 0 and round(value, biomarker.decimals) == 0
    if vanishes or abs(value) >= LARGEST_WRITTEN_OUT:
        return f"{value:.3g}".replace("-", "−" if value < 0 else "-", 1)
    return quantity(value, biomarker.decimals)


def biomarker_value(biomarker: Biomarker, value: float) -> str:
    """A value with its unit, held together: ``3,700 pg/mL``."""
    return f"{bare_value(biomarker, value)}{FIXED}{biomarker.unit}".strip()
