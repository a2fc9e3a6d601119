"""A number has as many decimals as its interval needs: no interval closes, none crosses its limit."""

from __future__ import annotations

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from mirodash.questions.statistics.hazards import describe_hazard_ratio
from mirodash.survival.kaplan_meier import compute_chi_square_p_value
from mirodash.survival.results import HazardRatio, compute_z_quantile
from mirodash.text import numbers
from mirodash.text.numbers import unify_spaces
from tests.profiles import for_each

RARE = "99.450 % (95 % CI 99.166 % to 99.638 %)"
MINUTES = "+0.050 days (95 % CI +0.010 to +0.090)"
SHARES = st.floats(0.0005, 0.9995)


def _read(text: str) -> list[float]:
    plain = unify_spaces(text).replace(numbers.MINUS, "-").replace("95 % CI", "")
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", plain)]


@given(st.lists(SHARES, min_size=3, max_size=3, unique=True).map(sorted))
def test_a_share_and_its_interval_are_never_shown_as_nobody_or_everybody(ordered: list[float]):
    low, share, high = ordered
    shown = _read(numbers.format_percent_with_interval(share, (low, high)))
    assert min(shown) > 0
    assert max(shown) < 100
    assert all(abs(told - 100 * true) <= 0.5 for told, true in zip(shown, (share, low, high), strict=True))


@given(st.floats(-0.9, 0.9), st.floats(1e-4, 0.09))
def test_an_interval_of_a_difference_is_open_and_on_the_side_where_it_is(estimate: float, reach: float):
    ends = (estimate - reach, estimate + reach)
    _, low, high = _read(numbers.format_difference_in_points(estimate, ends))
    assert low < high
    for told, true in zip((low, high), ends, strict=True):
        assert abs(true) < 1e-5 or (told > 0) == (true > 0)


@given(st.floats(0.05, 20), st.floats(1.001, 3))
def test_an_interval_of_a_ratio_is_open_and_on_the_side_where_it_is(ratio: float, factor: float):
    ends = (ratio / factor, ratio * factor)
    shown = _read(numbers.estimate_with_interval(ratio, ends))
    assert len(shown) == 3
    assert shown[1] < shown[2]
    for told, true in zip(shown[1:], ends, strict=True):
        assert abs(true - 1) < 1e-4 or (told > 1) == (true > 1)


@for_each(
    ("text", "expected"),
    [
        (numbers.format_percent_with_interval(0.9945, (0.99166, 0.99638)), RARE),
        (numbers.format_percent_with_interval(0.97, (0.952, 0.981)), "97.0 % (95 % CI 95.2 % to 98.1 %)"),
        (numbers.format_percent_with_interval(0.55, (0.45, 0.64)), "55 % (95 % CI 45 % to 64 %)"),
        (numbers.format_percent_with_interval(1, (None, None)), "100 % (95 % CI without limits)"),
        (numbers.format_percent(0.0004), "0.04 %"),
        (numbers.format_difference_in_points(0.003, (-0.08, 0.09)), "+0.3 points (95 % CI −8.0 to +9.0)"),
        (numbers.format_difference_in_time(0.05, (0.01, 0.09), "days"), MINUTES),
        (numbers.estimate_with_interval(0.004, (0.0012, 0.03)), "0.004 (95 % CI 0.001 to 0.030)"),
        (numbers.estimate_with_interval(0.9123, (0.9101, 0.9145)), "0.912 (95 % CI 0.910 to 0.914)"),
    ],
)  # fmt: skip
def test_decimals_follow_the_interval(text: str, expected: str):
    assert unify_spaces(text) == expected


@given(st.floats(-3, 3), st.floats(0.01, 2))
def test_an_interval_and_the_p_value_beside_it_never_contradict_each_other(coef: float, se: float):
    reach = compute_z_quantile(0.95) * se
    ends = (math.exp(coef - reach), math.exp(coef + reach))
    p = compute_chi_square_p_value((coef / se) ** 2)
    cox = HazardRatio(math.exp(coef), ends, coef, se, p_wald=p, p_lr=0.04, p_score=0.04)
    shown = unify_spaces(describe_hazard_ratio(cox, 0.95))
    assert shown.endswith(" (Wald)")
    told = shown.replace("more than 100", "101").replace("less than 0.001", "0.0009")
    low, high = map(float, re.findall(r"CI ([\d.]+) to ([\d.]+)", told)[0])
    (written,) = map(float, re.findall(r"p [=<>] ([\d.]+)", told))
    assert abs(p - 0.05) < 1e-5 or (low > 1 or high < 1) == (written < 0.05)
