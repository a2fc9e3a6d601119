"""The difference in slope along a biomarker equals nlme's; the search over it is calibrated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from reference_cases import load_json

from benchmarks.slopes import SCENARIOS, Scenario, draw, p_value
from mirodash.longitudinal.person_sums import sum_by_person
from mirodash.longitudinal.slope_along_biomarker import SlopeCurve, estimate_slope_curve, search_slopes
from mirodash.survival.max_statistic import SearchTest, compute_permuted_maxima
from mirodash.survival.results import NotEstimable
from tests.longitudinal.series import series
from tests.profiles import for_each

EXPECTED = load_json("longitudinal")
MADE = series()
TRIALS, RESAMPLES = 100, 199


def searched(**options: Any) -> SearchTest:
    found = search_slopes(MADE.sums, MADE.arm, MADE.marker, **options)
    assert isinstance(found, SearchTest)
    return found


def curve() -> SlopeCurve:
    found = estimate_slope_curve(MADE.sums, MADE.arm, MADE.marker)
    assert isinstance(found, SlopeCurve)
    return found


def test_the_straight_line_along_the_biomarker_equals_nlme() -> None:
    expected = EXPECTED["along"]
    assert curve().linear.estimate == pytest.approx(expected["linear"], rel=1e-6)
    assert curve().linear.se == pytest.approx(expected["linear_se"], rel=1e-6)


def test_the_curve_equals_nlme_with_the_same_spline() -> None:
    found, expected = curve(), EXPECTED["along"]["curve"]
    at = np.log(expected["biomarker"])
    # a restricted cubic spline between its grid points is all but straight
    middle = np.interp(at, np.log(found.biomarker), found.estimate)
    reach = np.interp(at, np.log(found.biomarker), found.upper - found.estimate)
    assert_allclose(middle, expected["estimate"], atol=2e-4)
    assert_allclose(reach / 1.959963984540054, expected["se"], atol=2e-4)
    assert found.scale == "log"


def test_scores_of_the_search_equal_those_summed_in_r() -> None:
    found, expected = searched(strata=MADE.stratum), EXPECTED["search"]
    assert found.thresholds.tolist() == expected["thresholds"]
    assert_allclose(found.score_z, expected["z"], rtol=1e-5, atol=1e-6)


def test_units_of_time_and_value_do_not_move_a_score() -> None:
    sums = sum_by_person(MADE.person, MADE.time * 30.4375, MADE.value * 1e-4, MADE.arm.size)
    other = search_slopes(sums, MADE.arm, MADE.marker)
    assert isinstance(other, SearchTest)
    assert_allclose(other.score_z, searched().score_z, rtol=1e-6)


def test_the_same_seed_finds_the_same_and_shares_are_the_whole() -> None:
    test = searched()
    whole = compute_permuted_maxima(test, 1_000, seed=7)
    assert_allclose(whole, np.concatenate([test.share(k, seed=7) for k in (0, 1)]))


def test_participants_in_another_order_give_the_same_search() -> None:
    order = np.random.default_rng(4).permutation(MADE.arm.size)
    other = search_slopes(MADE.sums.of(order), MADE.arm[order], MADE.marker[order])
    assert isinstance(other, SearchTest)
    assert_allclose(other.score_z, searched().score_z, rtol=1e-9)
    assert_allclose(compute_permuted_maxima(other, 50), compute_permuted_maxima(searched(), 50), rtol=1e-7)


def p_values(scenario: Scenario) -> np.ndarray[Any, np.dtype[np.float64]]:
    rng = np.random.default_rng([2026, SCENARIOS.index(scenario)])
    return np.array([p_value(draw(scenario, rng), resamples=RESAMPLES, seed=k) for k in range(TRIALS)])


def test_without_a_threshold_the_level_holds_and_with_one_it_is_mostly_found() -> None:
    """A level of 8 % would be off by 2.8 standard errors here."""
    found = {scenario.name: p_values(scenario) <= 0.05 for scenario in SCENARIOS}
    null = np.concatenate([found[scenario.name] for scenario in SCENARIOS if not scenario.has_threshold])
    assert abs(null.mean() - 0.05) < 2.5 * np.sqrt(0.05 * 0.95 / null.size)
    (predictive,) = (found[scenario.name] for scenario in SCENARIOS if scenario.has_threshold)
    assert predictive.mean() > 0.35


@for_each(
    ("chosen", "why"),
    [(MADE.arm == 0, "One of the arms"), (MADE.marker >= 70, "three times or more")],
)
def test_too_few_for_a_search_is_a_reason(chosen: Any, why: str) -> None:
    marker = np.where(chosen, MADE.marker, np.nan)
    found = search_slopes(MADE.sums, MADE.arm, marker)
    assert isinstance(found, NotEstimable)
    assert why in found.why


def test_too_few_for_a_curve_is_a_reason() -> None:
    found = estimate_slope_curve(MADE.sums, MADE.arm, np.where(MADE.marker > 10, MADE.marker, np.nan))
    assert isinstance(found, NotEstimable)
    assert "too few for a curve" in found.why
    assert isinstance(estimate_slope_curve(MADE.sums, MADE.arm, np.full(80, 3.0)), NotEstimable)
