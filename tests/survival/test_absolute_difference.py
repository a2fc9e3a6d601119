"""Differences are treated minus control with standard errors added in squares, and say when there is none."""

from __future__ import annotations

from math import hypot

import pytest

from mirodash.survival import compare_arms
from mirodash.survival.results import ArmComparison, Difference, NotEstimable
from tests.reference_cases import load_case


def compared(horizon: float, *, confidence: float = 0.95) -> ArmComparison:
    case = load_case("veteran")
    members = [[True] * case.time.size]
    return compare_arms(
        case.time, case.event, case.treated, members, horizon=horizon, ticks=[0], confidence=confidence
    )[0]


def test_differences_are_treated_minus_control() -> None:
    result = compared(180, confidence=0.9)
    first, second = result.control.survival_at, result.treated.survival_at
    assert first is not None
    assert second is not None
    assert isinstance(result.survival_difference, Difference)
    assert result.survival_difference.estimate == second.estimate - first.estimate
    se = hypot(first.standard_error or 0, second.standard_error or 0)
    assert result.survival_difference.se == pytest.approx(se, rel=1e-14)
    low, high = result.survival_difference.ci
    assert high - low == pytest.approx(2 * 1.6448536269514722 * se, rel=1e-12)
    assert not result.survival_difference.capped
    assert isinstance(result.rmst_difference, Difference)
    assert result.rmst_difference.time == 180


def test_a_mean_is_capped_only_when_follow_up_is_shorter() -> None:
    arms = [1, 3, 5, 2, 6, 9], [1, 1, 0, 1, 1, 0], [0, 0, 0, 1, 1, 1], [[True] * 6]
    within, beyond = (compare_arms(*arms, horizon=end, ticks=[0])[0].rmst_difference for end in (5, 5.5))
    assert isinstance(within, Difference)
    assert isinstance(beyond, Difference)
    assert (within.capped, beyond.capped) == (False, True)
    assert within.estimate == beyond.estimate
    assert beyond.time == 5


def test_an_arm_whose_curve_is_at_zero_caps_no_mean() -> None:
    arms = [1, 3, 5, 2, 6, 9], [1, 1, 1, 1, 1, 0], [0, 0, 0, 1, 1, 1], [[True] * 6]
    found = compare_arms(*arms, horizon=8, ticks=[0])[0].rmst_difference
    assert isinstance(found, Difference)
    assert (found.time, found.capped) == (8, False)
    assert found.estimate == pytest.approx((2 + 4 * 2 / 3 + 2 / 3) - 3, abs=1e-12)


def test_survival_of_one_arm_at_one_still_has_a_difference() -> None:
    result = compare_arms([1, 2, 5, 5], [1, 0, 0, 0], [0, 0, 1, 1], [[True] * 4], horizon=2, ticks=[0])[0]
    assert isinstance(result.survival_difference, Difference)
    assert result.survival_difference.estimate == 0.5
    assert result.survival_difference.se == pytest.approx(0.5 * 0.5**0.5)


def test_nobody_left_in_one_arm_has_no_interval() -> None:
    result = compare_arms([1, 1, 5, 6], [1, 1, 1, 0], [1, 1, 0, 0], [[True] * 4], horizon=5, ticks=[0])[0]
    assert isinstance(result.survival_difference, NotEstimable)
    assert result.survival_difference.why == (
        "No participant in the treated arm is left free of the event at the horizon: the difference has no "
        "interval."
    )
