"""A number is written the same way everywhere, and never says more or less than it means."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.text import numbers
from mirodash.text.numbers import unify_spaces
from tests.profiles import for_each


@for_each(
    ("ratio", "text"),
    [
        (0.5187, "0.52"),
        (1, "1.00"),
        (99.999, "100.00"),
        (100.1, "more than 100"),
        (0.0099, "0.010"),
        (0.004, "0.004"),
        (0.0004, "less than 0.001"),
    ],
)
def test_hazard_ratios(ratio: float, text: str):
    assert unify_spaces(numbers.format_hazard_ratio(ratio)) == text


@for_each(
    ("p", "text"),
    [
        (0.016, "p = 0.016"),
        (0.0161, "p = 0.016"),
        (0.5, "p = 0.50"),
        (0.0996, "p = 0.10"),
        (0.00996, "p = 0.010"),
        (0.001, "p = 0.0010"),
        (0.00099999, "p < 0.001"),
        (0, "p < 0.001"),
        (0.99, "p = 0.99"),
        (0.991, "p > 0.99"),
        (1, "p > 0.99"),
        (0.09505, "p = 0.095"),
    ],
)
def test_p_values(p: float, text: str):
    assert unify_spaces(numbers.format_p_value(p)) == text


@given(st.floats(0.001, 0.99))
def test_a_p_value_has_two_significant_digits_and_is_near(p: float):
    written = float(unify_spaces(numbers.format_p_value(p)).removeprefix("p = "))
    digits = unify_spaces(numbers.format_p_value(p)).removeprefix("p = 0.").lstrip("0")
    assert len(digits) == 2 or round(p, 3) == 0.05
    assert written == pytest.approx(p, rel=0.0501)


@for_each(
    ("ends", "text"),
    [
        ((0.3, 0.89), "95 % CI 0.30 to 0.89"),
        ((0.3, None), "95 % CI 0.30 or more"),
        ((None, 0.89), "95 % CI 0.89 or less"),
        ((None, None), "95 % CI without limits"),
        ((0.001, 5e9), "95 % CI 0.001 to more than 100"),
    ],
)
def test_intervals(ends: tuple[float | None, float | None], text: str):
    assert unify_spaces(numbers.format_interval(ends)) == text


@for_each(("confidence", "text"), [(0.95, "95 % CI"), (0.9, "90 % CI"), (0.999, "99.9 % CI")])
def test_the_level_is_named(confidence: float, text: str):
    assert unify_spaces(numbers.format_confidence_level(confidence)) == text
    assert (
        unify_spaces(numbers.estimate_with_interval(1, (0.5, 2), confidence)) == f"1.00 ({text} 0.50 to 2.00)"
    )


def test_shares_and_their_differences():
    assert unify_spaces(numbers.format_percent(0.724)) == "72 %"
    assert unify_spaces(numbers.format_percent(0.7243, decimals=1)) == "72.4 %"
    assert (
        unify_spaces(numbers.format_percent_with_interval(0.72, (0.6, 0.8))) == "72 % (95 % CI 60 % to 80 %)"
    )
    assert unify_spaces(numbers.format_points(0.153)) == "15 points"
    assert unify_spaces(numbers.format_points(0.01)) == "1 point"
    assert unify_spaces(numbers.format_points(-0.01)) == "−1 point"
    assert unify_spaces(numbers.format_points(0.153, signed=True)) == "+15 points"
    assert unify_spaces(numbers.format_points(-0.0001, signed=True)) == "−0.01 points"
    assert unify_spaces(numbers.format_points(1e-16, signed=True)) == "0 points"
    assert (
        unify_spaces(numbers.format_difference_in_points(-0.09, (-0.2, 0.02), 0.9))
        == "−9 points (90 % CI −20 to +2)"
    )


@for_each(
    ("value", "unit", "text"),
    [
        (58.4, "days", "58 days"),
        (1, "days", "1 day"),
        (1.2, "weeks", "1 week"),
        (1, "months", "1.0 months"),
        (20.97, "months", "21.0 months"),
        (1234, "days", "1,234 days"),
        (-31, "days", "−31 days"),
    ],
)
def test_durations(value: float, unit: str, text: str):
    assert unify_spaces(numbers.format_duration(value, unit)) == text


def test_differences_in_time():
    assert unify_spaces(numbers.format_duration(58, "days", signed=True)) == "+58 days"
    assert unify_spaces(numbers.format_duration(1.26, "years", decimals=2)) == "1.26 years"
    assert (
        unify_spaces(numbers.format_difference_in_time(58, (3, 112), "days"))
        == "+58 days (95 % CI +3 to +112)"
    )


@given(st.floats(-1e6, 1e6), st.integers(0, 6), st.booleans())
def test_quantities_can_be_read_back(value: float, decimals: int, signed: bool):
    text = numbers.format_number(value, decimals, signed=signed)
    assert "-" not in text
    assert float(text.replace("−", "-").replace(",", "")) == pytest.approx(
        value, abs=0.51 * 10**-decimals, rel=0
    )
    assert re.fullmatch(r"[+−]?\d{1,3}(,\d{3})*(\.\d+)?", text)


def test_no_line_breaks_between_a_number_and_what_it_belongs_to():
    for text in (
        numbers.format_p_value(0.02),
        numbers.format_percent(0.5),
        numbers.format_points(0.5),
        numbers.format_duration(5, "days"),
        numbers.format_confidence_level(),
    ):
        assert " " not in text
        assert " " in unify_spaces(text)


def test_no_difference_of_shares_is_beyond_a_hundred_points():
    shown = numbers.unify_spaces(numbers.format_difference_in_points(0.85, (0.69, 1.01), signed=True))
    assert shown == "+85 points (95 % CI +69 to +100)"
    shown = numbers.unify_spaces(numbers.format_difference_in_points(-0.85, (-1.2, -0.5), signed=True))
    assert shown == "−85 points (95 % CI −100 to −50)"
