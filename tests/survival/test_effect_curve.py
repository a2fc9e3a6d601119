"""The effect along the biomarker: R's answers, what units and names of arms do, and what cannot be drawn."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from reference_cases import CASES_WITH_BIOMARKER, load_case, load_degenerate

from mirodash.errors import CannotComputeError
from mirodash.survival.effect_curve import effect_by_biomarker, fit_spline_effect, select_with_biomarker
from mirodash.survival.spline import default_knots
from tests.profiles import for_each

Arrays = tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64], NDArray[np.float64]]


def trial(n: int = 160, *, seed: int = 0) -> Arrays:
    rng = np.random.default_rng(seed)
    biomarker = rng.lognormal(2, 0.7, n)
    treated = np.arange(n) % 2
    time = np.ceil(rng.exponential(size=n) * 300 / np.where(treated & (biomarker < 9), 0.4, 1.0))
    return np.minimum(time, 640), time < 640, treated, biomarker


@for_each(("count", "key"), [(3, "three_knots"), (4, "four_knots")])
@for_each("name", CASES_WITH_BIOMARKER)
def test_curve_is_that_of_r(name: str, count: int, key: str) -> None:
    case = load_case(name)
    expected = case.expected["spline"][key]
    if expected is None:
        assert name == "ovarian"
        return
    people = select_with_biomarker(case.time, case.event, case.treated, case.biomarker)
    assert people.scale == case.expected["spline"]["scale"]
    knots = default_knots(people.value, count)
    np.testing.assert_allclose(knots, expected["knots"], rtol=1e-12, atol=1e-14)
    fitted = fit_spline_effect(people, knots)
    estimate, se = fitted.log_hazard_ratio(expected["grid"])
    np.testing.assert_allclose(estimate, expected["log_hr"], rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(se, expected["se"], rtol=1e-7)
    assert fitted.statistic == pytest.approx(expected["statistic"], rel=1e-8, abs=1e-9)
    assert fitted.p_lr == pytest.approx(expected["p_lr"], rel=1e-8)
    assert fitted.df == expected["df"]
    assert fitted.model.loglik == pytest.approx(expected["loglik"][1], rel=1e-11)


@for_each(("name", "key"), [("veteran", "three_knots"), ("pbc", "four_knots"), ("colon", "four_knots")])
def test_knots_follow_the_size_of_the_trial(name: str, key: str) -> None:
    case = load_case(name)
    curve = effect_by_biomarker(case.time, case.event, case.treated, case.biomarker)
    expected, scale = case.expected["spline"][key], case.expected["spline"]["scale"]
    own = np.exp(expected["knots"]) if scale == "log" else expected["knots"]
    np.testing.assert_allclose(curve.knots, own, rtol=1e-12)
    assert (curve.scale, curve.df) == (scale, expected["df"])
    assert curve.p_lr == pytest.approx(expected["p_lr"], rel=1e-8)


def test_band_and_grid() -> None:
    time, event, treated, biomarker = trial()
    curve = effect_by_biomarker(time, event, treated, biomarker, points=50)
    wide = effect_by_biomarker(time, event, treated, biomarker, points=50, confidence=0.99)
    assert curve.biomarker.shape == curve.hazard_ratio.shape == (50,)
    np.testing.assert_allclose(np.diff(np.log(curve.biomarker), n=2), 0, atol=1e-12)
    for arm in (0, 1):
        low, high = np.quantile(np.log(biomarker[treated == arm]), [0.01, 0.99])
        assert np.exp(low) <= curve.biomarker[0] * (1 + 1e-12)
        assert curve.biomarker[-1] <= np.exp(high) * (1 + 1e-12)
    assert (wide.lower < curve.lower).all()
    assert (curve.lower < curve.hazard_ratio).all()
    assert (curve.hazard_ratio < curve.upper).all()
    np.testing.assert_allclose(np.sqrt(curve.lower * curve.upper), curve.hazard_ratio, rtol=1e-12)
    with pytest.raises(ValueError, match="read-only"):
        curve.upper[0] = 1


def test_the_other_arm_as_reference_turns_the_curve_upside_down() -> None:
    time, event, treated, biomarker = trial()
    curve, other = (effect_by_biomarker(time, event, arm, biomarker) for arm in (treated, 1 - treated))
    np.testing.assert_allclose(other.hazard_ratio, 1 / curve.hazard_ratio, rtol=1e-8)
    np.testing.assert_allclose(other.lower, 1 / curve.upper, rtol=1e-8)
    assert other.p_lr == pytest.approx(curve.p_lr, rel=1e-8)


@for_each("factor", [1e-9, 1e8])
def test_another_unit_only_moves_the_axis(factor: float) -> None:
    time, event, treated, biomarker = trial()
    curve = effect_by_biomarker(time, event, treated, biomarker)
    other = effect_by_biomarker(time * 30.44, event, treated, biomarker * factor)
    np.testing.assert_allclose(other.biomarker, curve.biomarker * factor, rtol=1e-12)
    np.testing.assert_allclose(other.hazard_ratio, curve.hazard_ratio, rtol=1e-8)
    assert other.p_lr == pytest.approx(curve.p_lr, rel=1e-8)


def test_order_and_those_without_the_biomarker_do_not_matter() -> None:
    arrays = trial()
    curve = effect_by_biomarker(*arrays)
    order = np.random.default_rng(1).permutation(arrays[0].size)
    shuffled = [np.append(column[order], [column[0]]) for column in arrays]
    shuffled[3][-1] = np.nan
    other = effect_by_biomarker(*shuffled)
    np.testing.assert_allclose(other.hazard_ratio, curve.hazard_ratio, rtol=1e-9)
    assert other.p_lr == pytest.approx(curve.p_lr, rel=1e-9)


def test_everybody_twice_in_the_same_place_narrows_the_band() -> None:
    arrays = trial(90)
    curve = effect_by_biomarker(*arrays, points=9)
    twice = effect_by_biomarker(*(np.tile(column, 2) for column in arrays), points=9)
    assert (np.log(twice.upper / twice.lower) < np.log(curve.upper / curve.lower)).all()


def test_a_tiny_spread_and_values_below_zero_are_fine() -> None:
    time, event, treated, biomarker = trial()
    plain = np.round(biomarker * 64)
    linear = effect_by_biomarker(time, event, treated, plain - plain.mean().round())
    tiny = effect_by_biomarker(time, event, treated, plain / 2**20 - 2.0**20)
    assert linear.scale == tiny.scale == "linear"
    # a percentile between two such values has seven digits of their spread left
    np.testing.assert_allclose(tiny.hazard_ratio, linear.hazard_ratio, rtol=1e-6)
    assert tiny.p_lr == pytest.approx(linear.p_lr, rel=1e-6)


def test_a_biomarker_of_three_values_gets_three_knots() -> None:
    time, event, treated, _ = trial(400)
    grade = np.arange(400) // 2 % 3 + 1
    curve = effect_by_biomarker(time, event, treated, grade)
    assert len(curve.knots) == 3
    assert curve.df == 2


def test_an_absurdly_uncertain_curve_stays_finite() -> None:
    time, event, treated, biomarker = trial(60)
    biomarker[treated == 1] = 10 + biomarker[treated == 1] / 1e6
    biomarker[:2] = (5.0, 20.0)
    biomarker[1::20] = (9.0, 30.0, 30.0)
    curve = effect_by_biomarker(time, event, treated, biomarker)
    for values in (curve.hazard_ratio, curve.lower, curve.upper):
        assert np.isfinite(values).all()


def test_too_few_events_are_counted() -> None:
    case = load_case("ovarian")
    with pytest.raises(CannotComputeError) as caught:
        effect_by_biomarker(case.time, case.event, case.treated, case.biomarker)
    assert caught.value.problems == (
        "12 events are too few for a curve of the effect along the biomarker: it needs 25.",
    )


@for_each(("kept", "said"), [(1, "1 event"), (3, "3 events")])
def test_too_few_events_in_one_arm_are_counted(kept: int, said: str) -> None:
    time, event, treated, biomarker = trial()
    event = event & ((treated == 0) | (np.cumsum(event & (treated == 1)) <= kept))
    with pytest.raises(
        CannotComputeError, match=rf"^{said} in the treated arm are too few .* needs 5 in either"
    ):
        effect_by_biomarker(time, event, treated, biomarker)


@for_each(
    ("change", "sentence"),
    [
        (lambda x, _: np.full_like(x, np.nan), "No participant has a biomarker value"),
        (lambda x, _: np.full_like(x, 4.0), "The biomarker is 4 for every participant"),
        (lambda x, _: np.where(x > 9, 2.0, 1.0), "The biomarker has 2 distinct values: too few for a curve"),
        (lambda x, arm: np.where(arm == 1, x + 1000, x), "The arms hardly share any biomarker values"),
    ],
)
def test_biomarkers_without_a_curve(change, sentence: str) -> None:  # noqa: ANN001
    time, event, treated, biomarker = trial()
    with pytest.raises(CannotComputeError, match=f"^{sentence}"):
        effect_by_biomarker(time, event, treated, change(biomarker, treated))


def test_a_biomarker_that_orders_the_deaths_has_no_curve() -> None:
    base = load_degenerate("monotone_biomarker")
    n = 3 * base.time.size
    with pytest.raises(CannotComputeError, match="no finite estimate"):
        effect_by_biomarker(np.arange(n), np.ones(n), np.arange(n) % 2, np.arange(n, 0, -1.0))
