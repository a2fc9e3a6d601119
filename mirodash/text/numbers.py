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
MAX_HAZARD_RATIO = 100.0
MIN_HAZARD_RATIO = 0.01
OpenInterval = tuple[float | None, float | None]


def format_hazard_ratio(ratio: float) -> str:
    """A hazard ratio to two decimals; what is beyond any meaning is said in words.

    >>> format_hazard_ratio(0.5187)
    '0.52'
    >>> unify_spaces(format_hazard_ratio(4.2e7))
    'more than 100'
    """
    if ratio > MAX_HAZARD_RATIO:
        return f"more than{FIXED}{MAX_HAZARD_RATIO:.0f}"
    if ratio < MIN_HAZARD_RATIO:
        return f"less than{FIXED}{MIN_HAZARD_RATIO}"
    return f"{ratio:.2f}"


def format_confidence_level(confidence: float = 0.95) -> str:
    """The name of an interval: ``95 % CI``."""
    return f"{100 * confidence:.4g}{NARROW}%{FIXED}CI"


def format_interval(
    ends: OpenInterval, confidence: float = 0.95, *, number: Callable[[float], str] = format_hazard_ratio
) -> str:
    """An interval with its level; an end that does not exist is None.

    >>> unify_spaces(format_interval((0.30, 0.89)))
    '95 % CI 0.30 to 0.89'
    >>> unify_spaces(format_interval((0.30, None)))
    '95 % CI 0.30 or more'
    """
    return f"{format_confidence_level(confidence)} {format_range(ends, number)}"


def format_range(ends: OpenInterval, number: Callable[[float], str] = format_hazard_ratio) -> str:
    """The ends of an interval; one that does not exist is None.

    >>> format_range((0.30, 0.89)), format_range((0.30, None)), format_range((None, 0.89))
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
    number: Callable[[float], str] = format_hazard_ratio,
) -> str:
    """An estimate followed by its interval.

    >>> unify_spaces(estimate_with_interval(0.52, (0.30, 0.89)))
    '0.52 (95 % CI 0.30 to 0.89)'
    """
    return f"{number(estimate)} ({format_interval(ends, confidence, number=number)})"


def format_hazard_ratios_with_intervals(
    ratios: Iterable[float], lower: Iterable[float], upper: Iterable[float], confidence: float = 0.95
) -> list[str]:
    """Many hazard ratios with their intervals, as `estimate_with_interval` writes each along a curve.

    >>> ([unify_spaces(text) for text in format_hazard_ratios_with_intervals([0.52, 2e3], [0.30, 1], [0.89,
    ...  3e6])])
    ['0.52 (95 % CI 0.30 to 0.89)', 'more than 100 (95 % CI 1.00 to more than 100)']
    """
    level, number = format_confidence_level(confidence), format_hazard_ratio
    rows = list(zip(ratios, lower, upper, strict=True))
    if all(MIN_HAZARD_RATIO <= ratio <= MAX_HAZARD_RATIO for row in rows for ratio in row):
        return [f"{ratio:.2f} ({level} {low:.2f} to {high:.2f})" for ratio, low, high in rows]
    return [f"{number(ratio)} ({level} {number(low)} to {number(high)})" for ratio, low, high in rows]


def format_p_value(p: float) -> str:
    """A p-value to two significant digits, with its sign of equality.

    >>> (unify_spaces(format_p_value(0.01583)), unify_spaces(format_p_value(0.5)),
    ...  unify_spaces(format_p_value(1e-9)))
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


def format_percent(share: float, *, decimals: int = 0) -> str:
    """A share between 0 and 1 in per cent.

    >>> unify_spaces(format_percent(0.724))
    '72 %'
    """
    return f"{format_number(100 * share, decimals)}{NARROW}%"


def format_percents(shares: Iterable[float], *, decimals: int = 0) -> list[str]:
    """Many shares between 0 and 1 in per cent, as `format_percent` writes each: curves have hundreds of them.

    >>> [unify_spaces(text) for text in format_percents([0.724, 1.0])]
    ['72 %', '100 %']
    """
    return [f"{100 * share:.{decimals}f}{NARROW}%" for share in shares]


def format_percent_with_interval(share: float, ends: OpenInterval, confidence: float = 0.95) -> str:
    """A share with its interval.

    >>> unify_spaces(format_percent_with_interval(0.724, (0.6312, 0.8)))
    '72 % (95 % CI 63 % to 80 %)'
    """
    return estimate_with_interval(share, ends, confidence, number=format_percent)


def format_points(difference: float, *, signed: bool = False, decimals: int = 0) -> str:
    """A difference of two shares in percentage points.

    >>> (unify_spaces(format_points(0.153)), unify_spaces(format_points(-0.09)),
    ...  unify_spaces(format_points(0.153, signed=True)))
    ('15 points', '−9 points', '+15 points')
    """
    text = format_number(100 * difference, decimals, signed=signed)
    return f"{text}{FIXED}{_format_plural('points', text)}"


def format_difference_in_points(
    difference: float, ends: OpenInterval, confidence: float = 0.95, *, signed: bool = True
) -> str:
    """A difference of two shares with its interval.

    >>> unify_spaces(format_difference_in_points(0.153, (0.02, 0.28)))
    '+15 points (95 % CI +2 to +28)'
    """
    # no difference of two shares is larger than 100 points, though Wald's interval may say so
    shown = format_interval(
        ends, confidence, number=lambda end: format_number(100 * min(max(end, -1.0), 1.0), 0, signed=signed)
    )
    return f"{format_points(difference, signed=signed)} ({shown})"


@lru_cache(maxsize=4096)
def count(number: float) -> str:
    """A whole number of people or events; one that may not be told as the limit it is below.

    >>> count(3700), unify_spaces(count(-10)), count(SUPPRESSED)
    ('3,700', '< 10', 'not shown')
    """
    if number == SUPPRESSED:
        return "not shown"
    return f"<{FIXED}{format_number(-number, 0)}" if number < 0 else format_number(number, 0)


def format_number(value: float, decimals: int, *, signed: bool = False) -> str:
    """A number with comma thousands and a true minus sign; zero has no sign.

    >>> format_number(-1234.5, 1), format_number(2, 0, signed=True), format_number(-0.01, 1)
    ('−1,234.5', '+2', '0.0')
    """
    size = f"{abs(value):,.{decimals}f}"
    if (value >= 0 and not signed) or round(value, decimals) == 0:
        return size
    if value < 0:
        return MINUS + size
    return f"+{size}" if signed else size


def format_quantities(values: Iterable[float], decimals: int) -> list[str]:
    """Many numbers, as `format_number` writes each.

    >>> format_quantities([1234.5, -0.01], 1)
    ['1,234.5', '0.0']
    """
    return [
        f"{abs(value):,.{decimals}f}" if value >= 0 else format_number(value, decimals) for value in values
    ]


def format_duration(value: float, unit: str, *, decimals: int | None = None, signed: bool = False) -> str:
    """A span of time: whole days and weeks, months to one decimal and years to two unless told otherwise.

    >>> unify_spaces(format_duration(58.2, "days")), unify_spaces(format_duration(1, "days"))
    ('58 days', '1 day')
    >>> unify_spaces(format_duration(-31, "days", signed=True))
    '−31 days'
    """
    text = _format_time(value, unit, decimals, signed=signed)
    return f"{text}{FIXED}{_format_plural(unit, text)}"


def chosen_time(value: float, unit: str = "") -> str:
    """A time that somebody chose, with the decimals it was given, up to three, and its unit if named.

    >>> chosen_time(1825), chosen_time(182.5), chosen_time(1e-6), unify_spaces(chosen_time(1, "days"))
    ('1,825', '182.5', '1e-06', '1 day')
    """
    places = next((n for n in range(3) if round(value, n) == value), 3)
    text = format_number(value, places) if value >= 0.001 else f"{value:g}"
    return f"{text}{FIXED}{_format_plural(unit, text)}" if unit else text


def format_time_point(value: float, unit: str) -> str:
    """A moment rather than a span, with at most the decimals of an estimated time.

    >>> unify_spaces(format_time_point(188, "days")), unify_spaces(format_time_point(6.27, "months"))
    ('day 188', 'month 6.3')
    """
    places = next(
        (n for n in range(choose_time_decimals(unit)) if round(value, n) == value), choose_time_decimals(unit)
    )
    return f"{unit.removesuffix('s')}{FIXED}{format_number(value, places)}"


def format_not_estimable_after(value: float, unit: str) -> str:
    """In place of a number at a time after which an arm was not followed.

    >>> unify_spaces(format_not_estimable_after(188, "days"))
    'not estimable after day 188'
    """
    return f"not estimable after {format_time_point(value, unit)}"


def choose_time_decimals(unit: str) -> int:
    """The decimals of an estimated time: none for days and weeks, one for months, two for years.

    >>> choose_time_decimals("days"), choose_time_decimals("years")
    (0, 2)
    """
    return {"months": 1, "years": 2}.get(unit, 0)


def format_difference_in_time(
    value: float,
    ends: OpenInterval,
    unit: str,
    confidence: float = 0.95,
    *,
    decimals: int | None = None,
    signed: bool = True,
) -> str:
    """A difference of two times with its interval.

    >>> unify_spaces(format_difference_in_time(58, (3, 112), "days"))
    '+58 days (95 % CI +3 to +112)'
    """
    shown = format_interval(
        ends, confidence, number=lambda end: _format_time(end, unit, decimals, signed=signed)
    )
    return f"{format_duration(value, unit, decimals=decimals, signed=signed)} ({shown})"


def unify_spaces(text: str) -> str:
    """The same text with ordinary spaces, for terminals and files."""
    return text.replace(NARROW, " ").replace(FIXED, " ")


def _format_time(value: float, unit: str, decimals: int | None, *, signed: bool) -> str:
    places = choose_time_decimals(unit) if decimals is None else decimals
    return format_number(value, places, signed=signed)


def _format_plural(unit: str, text: str) -> str:
    return unit.removesuffix("s") if text.lstrip(f"+{MINUS}") == "1" else unit


MAX_WRITTEN_OUT = 1e15


def format_bare_value(biomarker: Biomarker, value: float) -> str:
    """A value without its unit, with the decimals of the dictionary or as many as it needs to be seen.

    >>> (format_bare_value(Biomarker("x", "X", "X"), 3700.0), format_bare_value(Biomarker("x", "X", "X"),
    ...  1e-20))
    ('3,700', '1e-20')
    """
    vanishes = value != 0 and round(value, biomarker.decimals) == 0
    if vanishes or abs(value) >= MAX_WRITTEN_OUT:
        return f"{value:.3g}".replace("-", "−" if value < 0 else "-", 1)
    return format_number(value, biomarker.decimals)


def format_biomarker_value(biomarker: Biomarker, value: float) -> str:
    """A value with its unit, held together: ``3,700 pg/mL``."""
    return f"{format_bare_value(biomarker, value)}{FIXED}{biomarker.unit}".strip()
