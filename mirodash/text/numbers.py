"""Formats numbers: hazard ratios, intervals, p-values, percentages, times and biomarker values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import lru_cache, partial

from mirodash.disclosure.counts import SUPPRESSED
from mirodash.text.decimals import (
    REMEMBERED,
    OpenInterval,
    choose_percent_decimals,
    choose_points_decimals,
    choose_ratio_decimals,
    choose_span_decimals,
    find_usual_percent_decimals,
    have_usual_ratio_decimals,
)
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.precision import trim_noughts

NARROW = "\u202f"
"""Narrow no-break space: before a percent sign."""
FIXED = "\u00a0"
"""No-break space: between a number and its unit."""
MINUS = "−"
MAX_HAZARD_RATIO = 100.0
MIN_HAZARD_RATIO = 0.001
SMALL_HAZARD_RATIO = 0.01
LEVEL = 0.05
MAX_P_DECIMALS = 6
UNKNOWN: OpenInterval = (None, None)


def format_hazard_ratio(ratio: float, ends: OpenInterval = UNKNOWN) -> str:
    """A hazard ratio to two decimals, or as many as the interval beside it needs.

    What is beyond any meaning is said in words.

    >>> format_hazard_ratio(0.5187), format_hazard_ratio(0.004), format_hazard_ratio(0.612, (0.375, 0.998))
    ('0.52', '0.004', '0.612')
    >>> unify_spaces(format_hazard_ratio(4.2e7))
    'more than 100'
    """
    return _format_ratio(ratio, choose_ratio_decimals(ends))


def _format_ratio(ratio: float, decimals: int) -> str:
    if ratio > MAX_HAZARD_RATIO:
        return f"more than{FIXED}{MAX_HAZARD_RATIO:.0f}"
    if ratio < MIN_HAZARD_RATIO:
        return f"less than{FIXED}{MIN_HAZARD_RATIO}"
    return f"{ratio:.{max(decimals, 3 if ratio < SMALL_HAZARD_RATIO else 0)}f}"


def format_confidence_level(confidence: float = 0.95) -> str:
    """The name of an interval: ``95 % CI``."""
    return f"{100 * confidence:.4g}{NARROW}%{FIXED}CI"


def format_interval(
    ends: OpenInterval,
    confidence: float = 0.95,
    *,
    number: Callable[[float], str] | None = None,
) -> str:
    """An interval with its level; an end that does not exist is None.

    Without ``number`` it is of a hazard ratio.

    >>> unify_spaces(format_interval((0.30, 0.89)))
    '95 % CI 0.30 to 0.89'
    >>> unify_spaces(format_interval((0.30, None)))
    '95 % CI 0.30 or more'
    >>> unify_spaces(format_interval((0.30, 0.998)))
    '95 % CI 0.300 to 0.998'
    """
    return f"{format_confidence_level(confidence)} {format_range(ends, number)}"


def format_range(ends: OpenInterval, number: Callable[[float], str] | None = None) -> str:
    """The ends of an interval; one that does not exist is None. Without ``number``, of a hazard ratio.

    >>> format_range((0.30, 0.89)), format_range((0.30, None)), format_range((None, 0.89))
    ('0.30 to 0.89', '0.30 or more', '0.89 or less')
    """
    low, high = ends
    if number is None:
        number = partial(_format_ratio, decimals=choose_ratio_decimals(ends))
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
    number: Callable[[float], str] | None = None,
) -> str:
    """An estimate followed by its interval; without ``number``, a hazard ratio.

    >>> unify_spaces(estimate_with_interval(0.52, (0.30, 0.89)))
    '0.52 (95 % CI 0.30 to 0.89)'
    """
    shown = format_hazard_ratio(estimate, ends) if number is None else number(estimate)
    return f"{shown} ({format_interval(ends, confidence, number=number)})"


def format_hazard_ratios_with_intervals(
    ratios: Iterable[float], lower: Iterable[float], upper: Iterable[float], confidence: float = 0.95
) -> list[str]:
    """Many hazard ratios with their intervals, as `estimate_with_interval` writes each along a curve.

    >>> ([unify_spaces(text) for text in format_hazard_ratios_with_intervals([0.52, 2e3], [0.30, 1], [0.89,
    ...  3e6])])
    ['0.52 (95 % CI 0.30 to 0.89)', 'more than 100 (95 % CI 1.00 to more than 100)']
    """
    level = format_confidence_level(confidence)
    rows = list(zip(ratios, lower, upper, strict=True))
    return [
        f"{ratio:.2f} ({level} {low:.2f} to {high:.2f})"
        if usual
        else estimate_with_interval(ratio, (low, high), confidence)
        for (ratio, low, high), usual in zip(rows, have_usual_ratio_decimals(rows), strict=True)
    ]


WALD = "Wald"
LIKELIHOOD_RATIO = "likelihood ratio"
PENALISED = "penalised likelihood ratio"
"""Names of tests: an interval and a p-value beside it are of the same one, which is named."""


def format_named_p_value(p: float, test: str) -> str:
    """A p-value with the test it is of.

    >>> unify_spaces(format_named_p_value(0.01583, WALD))
    'p = 0.016 (Wald)'
    """
    return f"{format_p_value(p)} ({test})"


def format_p_value(p: float) -> str:
    """A p-value to two significant digits, with its sign of equality.

    >>> (unify_spaces(format_p_value(0.01583)), unify_spaces(format_p_value(0.5)),
    ...  unify_spaces(format_p_value(1e-9)))
    ('p = 0.016', 'p = 0.50', 'p < 0.001')
    >>> unify_spaces(format_p_value(0.04996))
    'p = 0.04996'
    """
    if p < 0.001:
        return f"p{FIXED}<{FIXED}0.001"
    if p > 0.99:
        return f"p{FIXED}>{FIXED}0.99"
    decimals = 2
    while round(p, decimals + 1) < 10.0 ** (1 - decimals):
        decimals += 1
    # an interval that excludes no effect must not stand beside "p = 0.050"
    while decimals < MAX_P_DECIMALS and round(p, decimals) == LEVEL != p:
        decimals += 1
    return f"p{FIXED}={FIXED}{p:.{decimals}f}"


@lru_cache(maxsize=REMEMBERED)
def format_percent(share: float, *, decimals: int = 0, ends: OpenInterval = UNKNOWN) -> str:
    """A share between 0 and 1 in per cent: only 0 is shown as 0 %, and only 1 as 100 %.

    ``decimals`` are the fewest; more come where the interval (``ends``) beside it needs them.

    >>> unify_spaces(format_percent(0.724)), unify_spaces(format_percent(0.9996))
    ('72 %', '99.96 %')
    """
    return _format_share(share, max(decimals, choose_percent_decimals([(share, ends)])))


def _format_share(share: float, decimals: int) -> str:
    """Everybody and nobody are whole numbers: decimals would look like rounding."""
    return f"{format_number(100 * share, 0 if share in (0, 1) else decimals)}{NARROW}%"


def format_percents(shares: Iterable[float], *, decimals: int = 0) -> list[str]:
    """Many shares between 0 and 1 in per cent, as `format_percent` writes each: curves have hundreds of them.

    >>> [unify_spaces(text) for text in format_percents([0.724, 1.0, 0.9996])]
    ['72 %', '100 %', '99.96 %']
    """
    return [format_percent(share, decimals=decimals) for share in shares]


def format_percents_with_intervals(
    shares: Iterable[float], lower: Iterable[float], upper: Iterable[float]
) -> list[tuple[str, str, str]]:
    """Many shares with the ends of their intervals, NaN where there is none, each with the decimals it needs.

    >>> [tuple(map(unify_spaces, row)) for row in format_percents_with_intervals([0.724], [0.63], [0.8])]
    [('72 %', '63 %', '80 %')]
    """
    given = list(zip(shares, lower, upper, strict=True))
    rows: list[tuple[str, str, str]] = []
    for (share, low, high), usual in zip(given, find_usual_percent_decimals(given), strict=True):
        if usual is not None:
            rows.append(
                (
                    f"{100 * share:.{usual}f}{NARROW}%",
                    f"{100 * low:.{usual}f}{NARROW}%",
                    f"{100 * high:.{usual}f}{NARROW}%",
                )
            )
            continue
        ends = (None, None) if math.isnan(low) or math.isnan(high) else (low, high)
        places = choose_percent_decimals([(share, ends)])
        rows.append((_format_share(share, places), _format_share(low, places), _format_share(high, places)))
    return rows


def format_percent_with_interval(
    share: float, ends: OpenInterval, confidence: float = 0.95, *, decimals: int = 0
) -> str:
    """A share with its interval, both with as many decimals as the interval needs.

    >>> unify_spaces(format_percent_with_interval(0.724, (0.6312, 0.8)))
    '72 % (95 % CI 63 % to 80 %)'
    >>> unify_spaces(format_percent_with_interval(0.99925, (0.99768, 0.99976)))
    '99.925 % (95 % CI 99.768 % to 99.976 %)'
    """
    places = max(decimals, choose_percent_decimals([(share, ends)]))
    return estimate_with_interval(share, ends, confidence, number=lambda value: _format_share(value, places))


def format_points(
    difference: float, *, signed: bool = False, decimals: int = 0, ends: OpenInterval = UNKNOWN
) -> str:
    """A difference of two shares in percentage points, with the decimals its interval (``ends``) needs.

    >>> (unify_spaces(format_points(0.153)), unify_spaces(format_points(-0.09)),
    ...  unify_spaces(format_points(0.153, signed=True)))
    ('15 points', '−9 points', '+15 points')
    """
    places = max(decimals, choose_points_decimals(difference, _clip_difference(ends)))
    text = format_number(100 * difference, places, signed=signed)
    return f"{text}{FIXED}{_format_plural('points', text)}"


def format_difference_in_points(
    difference: float, ends: OpenInterval, confidence: float = 0.95, *, signed: bool = True
) -> str:
    """A difference of two shares with its interval.

    >>> unify_spaces(format_difference_in_points(0.153, (0.02, 0.28)))
    '+15 points (95 % CI +2 to +28)'
    >>> unify_spaces(format_difference_in_points(0.00475, (0.00231, 0.00719)))
    '+0.475 points (95 % CI +0.231 to +0.719)'
    """
    inside = _clip_difference(ends)
    return (
        f"{format_points(difference, signed=signed, ends=inside)} ({format_confidence_level(confidence)} "
        f"{format_range_in_points(difference, ends, signed=signed)})"
    )


def format_range_in_points(difference: float, ends: OpenInterval, *, signed: bool = True) -> str:
    """The ends of the interval of a difference in percentage points, with the decimals of the difference.

    >>> format_range_in_points(0.153, (0.02, 0.28))
    '+2 to +28'
    """
    inside = _clip_difference(ends)
    places = choose_points_decimals(difference, inside)
    return format_range(inside, lambda end: format_number(100 * end, places, signed=signed))


def _clip_difference(ends: OpenInterval) -> OpenInterval:
    """No difference of two shares is larger than 1, though Wald's interval may say so."""
    low, high = (None if end is None else min(max(end, -1.0), 1.0) for end in ends)
    return low, high


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


@lru_cache(maxsize=REMEMBERED)
def format_span_end(value: float, unit: str) -> str:
    """A horizon in the reader's unit: as an estimated time, but a whole number of months has no decimals.

    >>> [unify_spaces(format_span_end(months, "months")) for months in (11.99, 18.53)]
    ['12 months', '18.5 months']
    """
    places = choose_time_decimals(unit)
    return format_duration(value, unit, decimals=0 if round(value, places).is_integer() else places)


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
    least = choose_time_decimals(unit) if decimals is None else decimals
    places = choose_span_decimals(value, ends, least)
    shown = format_interval(
        ends, confidence, number=lambda end: _format_time(end, unit, places, signed=signed)
    )
    return f"{format_duration(value, unit, decimals=places, signed=signed)} ({shown})"


def unify_spaces(text: str) -> str:
    """The same text with ordinary spaces, for terminals and files."""
    return text.replace(NARROW, " ").replace(FIXED, " ")


def _format_time(value: float, unit: str, decimals: int | None, *, signed: bool) -> str:
    places = choose_time_decimals(unit) if decimals is None else decimals
    return format_number(value, places, signed=signed)


def _format_plural(unit: str, text: str) -> str:
    return unit.removesuffix("s") if text.lstrip(f"+{MINUS}") == "1" else unit


MAX_WRITTEN_OUT = 1e15
MAX_THRESHOLD_DECIMALS = 6
"""As ``assets/query.js`` writes thresholds."""


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


def format_threshold(biomarker: Biomarker, value: float) -> str:
    """A threshold without its unit, as the controls show it: with the decimals that it has.

    Noughts at its end are left out, and what the dictionary's decimals would round away is not; values of
    participants and of curves are written by `format_bare_value`.

    >>> marker = Biomarker("x", "X", "X", decimals=1)
    >>> [format_threshold(marker, value) for value in (65.0, 62.5, 62.25, 3700.0)]
    ['65', '62.5', '62.25', '3,700']
    """
    places = max(biomarker.decimals, MAX_THRESHOLD_DECIMALS)
    if value != 0 and not 10.0**-places <= abs(value) < MAX_WRITTEN_OUT:
        return format_bare_value(biomarker, value)
    return trim_noughts(format_number(value, places))


def format_threshold_with_unit(biomarker: Biomarker, value: float) -> str:
    """A threshold with its unit, held together: ``62.5 pg/mL``."""
    return f"{format_threshold(biomarker, value)}{FIXED}{biomarker.unit}".strip()


def format_biomarker_value(biomarker: Biomarker, value: float) -> str:
    """A value with its unit, held together: ``3,700 pg/mL``."""
    return f"{format_bare_value(biomarker, value)}{FIXED}{biomarker.unit}".strip()
