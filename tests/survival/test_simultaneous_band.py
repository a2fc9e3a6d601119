"""The band that holds the whole curve: between one point's and Scheffé's, and as wide as simulation says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, norm

from mirodash.errors import CannotComputeError
from mirodash.survival.effect_curve import (
    effect_by_biomarker,
    estimate_simultaneous_band,
    fit_on_grid,
    simultaneous_multiplier,
)
from tests.profiles import for_each
from tests.reference_cases import CASES_WITH_BIOMARKER, ReferenceCase, load_case

CASES = [name for name in CASES_WITH_BIOMARKER if name != "ovarian"]


def columns(case: ReferenceCase) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    return case.time, case.event, case.treated, case.biomarker


@for_each("confidence", [0.8, 0.95, 0.99])
@for_each("name", CASES)
def test_the_multiplier_is_what_simulated_curves_stay_within(name: str, confidence: float):
    fitted, grid = fit_on_grid(*columns(load_case(name)), points=120)
    basis, covariance = fitted.effect_basis(grid), fitted.effect_covariance
    rng = np.random.default_rng(8)
    draws = rng.multivariate_normal(np.zeros(len(covariance)), covariance, size=40_000, method="cholesky")
    se = np.sqrt(np.einsum("pi,ij,pj->p", basis, covariance, basis))
    largest = np.abs(draws @ (basis / se[:, None]).T).max(axis=1)
    made = simultaneous_multiplier(basis, covariance, confidence)
    held = float(np.mean(largest <= made))
    # never too narrow; at the usual levels hardly too wide
    assert confidence - 0.004 < held < confidence + (1 - confidence) * 0.15 + 0.004
    assert norm.ppf(0.5 + confidence / 2) < made < np.sqrt(chi2.ppf(confidence, len(covariance)))


@for_each("name", CASES)
def test_the_band_widens_the_pointwise_one_by_the_multiplier(name: str):
    case = load_case(name)
    curve = effect_by_biomarker(*columns(case), points=60)
    band = estimate_simultaneous_band(*columns(case), points=60)
    assert band.lower.shape == curve.biomarker.shape
    centre = np.log(curve.hazard_ratio)
    for wide, narrow in ((band.lower, curve.lower), (band.upper, curve.upper)):
        np.testing.assert_allclose(
            np.log(wide) - centre, band.multiplier / norm.ppf(0.975) * (np.log(narrow) - centre), rtol=1e-9
        )
    assert 1.96 < band.multiplier < np.sqrt(chi2.ppf(0.95, 4))
    with pytest.raises(ValueError, match="read-only"):
        band.upper[0] = 1


@given(
    st.integers(1, 5).flatmap(
        lambda p: st.lists(st.lists(st.floats(-3, 3), min_size=p, max_size=p), min_size=1, max_size=30)
    ),
    st.floats(0.5, 0.999),
)
def test_the_multiplier_is_never_below_one_points_nor_above_scheffes(rows: list[list[float]], level: float):
    basis = np.array(rows) + 1e-3
    made = simultaneous_multiplier(basis, np.eye(basis.shape[1]), level)
    assert norm.ppf(0.5 + level / 2) - 1e-9 <= made <= np.sqrt(chi2.ppf(level, basis.shape[1])) + 1e-9


def test_a_straight_line_needs_the_angle_between_its_ends():
    # intercept and slope independent: the standardised line turns by 2 arctan 2
    basis = np.column_stack((np.ones(401), np.linspace(-2, 2, 401)))
    made = simultaneous_multiplier(basis, np.eye(2))
    exceeded = 2 * norm.sf(made) + 2 * np.arctan(2) / np.pi * np.exp(-(made**2) / 2)
    assert exceeded == pytest.approx(0.05, abs=1e-5)


def test_a_model_with_hardly_any_spread_in_one_direction_still_has_a_multiplier():
    basis = np.column_stack((np.ones(9), np.linspace(0, 1, 9)))
    assert simultaneous_multiplier(basis, np.diag([1.0, 0.0])) == pytest.approx(norm.ppf(0.975))


TRIALS = 150


def test_the_band_holds_the_true_curve_in_nineteen_of_twenty_trials():
    inside, n = [0, 0], 220
    for k in range(TRIALS):
        rng = np.random.default_rng([3, k])
        value, treated = rng.normal(size=n), rng.permutation(n) % 2
        time = rng.exponential(size=n) / np.exp(0.5 * value + treated * (0.4 * value - 0.4))
        end = np.quantile(time, 0.45)
        data = (np.minimum(time, end), time <= end, treated, np.exp(value))
        curve = effect_by_biomarker(*data, points=40)
        band = estimate_simultaneous_band(*data, points=40)
        true = np.exp(0.4 * np.log(curve.biomarker) - 0.4)
        for place, made in enumerate((curve, band)):
            inside[place] += bool(((made.lower <= true) & (true <= made.upper)).all())
    pointwise, simultaneous = np.array(inside) / TRIALS
    # 95 %, give or take 2.5 standard errors; the band of single points holds the whole curve less often
    assert 0.905 < simultaneous < 0.995
    assert pointwise < 0.9


def test_where_there_is_no_curve_there_is_no_band():
    with pytest.raises(CannotComputeError, match="too few for a curve"):
        estimate_simultaneous_band([1, 2, 3, 4], [1, 1, 1, 1], [0, 1, 0, 1], [1, 2, 3, 4])
