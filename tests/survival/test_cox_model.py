"""Cox models with several covariates: R's answers, lifelines', properties, and what has no answer."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from reference_cases import CASES_WITH_BIOMARKER, ReferenceCase, load_case, load_degenerate

from mirodash.errors import CannotComputeError
from mirodash.survival.cox import CoxModel, fit_cox_model, fit_sums, index_event_times
from mirodash.survival.cox_likelihood import IndividualSums
from tests.profiles import for_each

Covariates = NDArray[np.float64]


def known(name: str) -> tuple[ReferenceCase, NDArray[np.bool_], Covariates]:
    case = load_case(name)
    measured = ~np.isnan(case.biomarker)
    treated, x = case.treated[measured].astype(float), case.biomarker[measured]
    return case, measured, np.column_stack((treated, x, treated * x))


def fitted(name: str, kind: str) -> CoxModel:
    case, measured, z = known(name)
    columns = z[:, :2] if kind == "additive" else z
    strata = case.stratum[measured] if kind == "stratified" else None
    return fit_cox_model(case.time[measured], case.event[measured], columns, strata=strata)


def noise(seed: int, n: int, p: int) -> tuple[NDArray[np.float64], NDArray[np.bool_], Covariates]:
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(n, p))
    time = np.ceil(rng.exponential(size=n) * 20 * np.exp(-0.5 * z[:, 0]))
    return time, rng.random(n) < 0.7, z


@for_each("kind", ["interaction", "additive", "stratified"])
@for_each("name", CASES_WITH_BIOMARKER)
def test_model_is_that_of_r(name: str, kind: str) -> None:
    case, measured, _ = known(name)
    model, expected = fitted(name, kind), case.expected["models"][kind]
    np.testing.assert_allclose(model.coef, expected["coef"], rtol=1e-8)
    np.testing.assert_allclose(model.se, expected["se"], rtol=1e-8)
    np.testing.assert_allclose(model.covariance, expected["covariance"], rtol=1e-8)
    np.testing.assert_allclose((model.loglik_null, model.loglik), expected["loglik"], rtol=1e-12)
    assert model.score_statistic == pytest.approx(expected["score_statistic"], rel=1e-10)
    assert (model.participants, model.events) == (int(measured.sum()), int(case.event[measured].sum()))


@for_each("name", ["veteran", "aml", "colon"])
def test_treatment_alone_is_that_of_r(name: str) -> None:
    case = load_case(name)
    model = fit_cox_model(case.time, case.event, case.treated[:, None])
    expected = case.expected["overall"]["cox"]
    assert model.coef[0] == pytest.approx(expected["coef"], rel=1e-8)
    assert model.se[0] == pytest.approx(expected["se"], rel=1e-8)
    assert 2 * (model.loglik - model.loglik_null) == pytest.approx(expected["lr_statistic"], rel=1e-8)


@for_each("name", ["near_ties", "zero_times", "heavy_ties", "all_tied_mixed", "everybody_twice"])
def test_odd_times_are_taken_as_r_takes_them(name: str) -> None:
    case = load_degenerate(name)
    model = fit_cox_model(case.time, case.event, case.treated[:, None])
    expected = case.expected["overall"]["cox"]
    assert model.coef[0] == pytest.approx(expected["coef"], rel=1e-8)
    assert model.se[0] == pytest.approx(expected["se"], rel=1e-8)


@for_each("name", ["veteran", "lung"])
def test_lifelines_agrees_roughly(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandas as pd  # noqa: PLC0415
        from lifelines import CoxPHFitter  # noqa: PLC0415

        case, measured, z = known(name)
        table = pd.DataFrame(z, columns=["treated", "x", "both"])
        table["time"], table["event"] = case.time[measured], case.event[measured]
        other = CoxPHFitter().fit(table, "time", "event", fit_options={"precision": 1e-9})
    np.testing.assert_allclose(fitted(name, "interaction").coef, other.params_.to_numpy(), rtol=1e-4)


@given(seed=st.integers(0, 10_000), p=st.integers(1, 4))
def test_order_of_participants_does_not_matter(seed: int, p: int) -> None:
    time, event, z = noise(seed, 60, p)
    order = np.random.default_rng(seed).permutation(60)
    here, there = fit_cox_model(time, event, z), fit_cox_model(time[order], event[order], z[order])
    np.testing.assert_allclose(there.coef, here.coef, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(there.covariance, here.covariance, rtol=1e-9, atol=1e-12)


@given(seed=st.integers(0, 10_000), unit=st.sampled_from([1e-8, 0.03, 30.44, 1e8]))
def test_units_of_time_and_covariate_do_not_matter(seed: int, unit: float) -> None:
    time, event, z = noise(seed, 60, 2)
    model, other = fit_cox_model(time, event, z), fit_cox_model(time * 30.44, event, z * unit + 100 * unit)
    np.testing.assert_allclose(other.coef * unit, model.coef, rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(other.se * unit, model.se, rtol=1e-7)
    assert other.loglik == pytest.approx(model.loglik, rel=1e-11)


@given(seed=st.integers(0, 10_000))
def test_the_other_arm_as_reference_inverts_the_ratio(seed: int) -> None:
    time, event, z = noise(seed, 60, 2)
    z[:, 0] = z[:, 0] > 0
    flipped = np.column_stack((1 - z[:, 0], z[:, 1]))
    model, other = fit_cox_model(time, event, z), fit_cox_model(time, event, flipped)
    np.testing.assert_allclose(other.coef, model.coef * (-1, 1), rtol=1e-8, atol=1e-11)
    np.testing.assert_allclose(other.se, model.se, rtol=1e-8)


@given(seed=st.integers(0, 10_000))
def test_counting_cells_is_the_same_as_counting_participants(seed: int) -> None:
    time, event, z = noise(seed, 120, 3)
    cells = (z > 0).astype(float)
    stratum = np.random.default_rng(seed).integers(0, 3, 120)
    model = fit_cox_model(time, event, cells, strata=stratum)  # at most 8 cells
    slots, _ = index_event_times(time, event, stratum)
    other = fit_sums(IndividualSums(slots), np.ascontiguousarray(cells.T), slots.tied, ("a", "b", "c"))
    np.testing.assert_allclose(model.coef, other.coef, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(model.covariance, other.covariance, rtol=1e-9, atol=1e-12)
    assert model.loglik == pytest.approx(other.loglik, rel=1e-13)


def test_everybody_twice_in_strata_of_their_own_halves_the_variance() -> None:
    time, event, z = noise(3, 80, 2)
    once = fit_cox_model(time, event, z)
    twice = fit_cox_model(
        np.tile(time, 2), np.tile(event, 2), np.tile(z, (2, 1)), strata=np.repeat(["a", "b"], 80)
    )
    np.testing.assert_allclose(twice.coef, once.coef, rtol=1e-10)
    np.testing.assert_allclose(twice.covariance, once.covariance / 2, rtol=1e-10)


def test_thousands_of_events_at_one_time() -> None:
    rng = np.random.default_rng(2)
    z = rng.normal(size=(30_000, 2))
    time = np.where(rng.random(30_000) < 0.5 * np.exp(0.2 * z[:, 0]), 1.0, 2.0)
    model = fit_cox_model(time, np.ones(30_000), z)
    assert 0.1 < model.coef[0] < 0.3
    assert np.isfinite(model.covariance).all()


def test_a_large_biomarker_with_a_tiny_spread() -> None:
    time, event, z = noise(4, 100, 1)
    x = np.round(z * 1024)
    small, large = fit_cox_model(time, event, x), fit_cox_model(time, event, 2.0**30 + x / 1024)
    assert large.coef[0] == pytest.approx(small.coef[0] * 1024, rel=1e-9)


def test_results_cannot_be_written_to() -> None:
    model = fit_cox_model(*noise(1, 40, 2))
    with pytest.raises(ValueError, match="read-only"):
        model.coef[0] = 1.0


def test_no_events_is_said() -> None:
    with pytest.raises(CannotComputeError, match=r"^No events \(0 of 3\): a Cox model cannot be fitted\.$"):
        fit_cox_model([1, 2, 3], [0, 0, 0], [[1.0], [0.0], [1.0]])


def test_a_constant_covariate_is_named() -> None:
    time, event, z = noise(1, 40, 2)
    z[:, 1] = 7
    with pytest.raises(CannotComputeError, match=r"^The age is the same for every participant \(7\)"):
        fit_cox_model(time, event, z, names=["treatment", "age"])


def test_a_collinear_covariate_is_named() -> None:
    time, event, z = noise(1, 40, 3)
    z[:, 2] = 2 * z[:, 0] - z[:, 1] + 5
    with pytest.raises(
        CannotComputeError, match=r"^The c is fixed by a and b: their effects cannot be separated"
    ):
        fit_cox_model(time, event, z, names=["a", "b", "c"])


def test_a_copied_covariate_is_named() -> None:
    time, event, z = noise(1, 40, 1)
    with pytest.raises(CannotComputeError, match=r"^The covariate 2 is fixed by covariate 1:"):
        fit_cox_model(time, event, np.column_stack((z, 3 * z)))


def test_a_covariate_that_only_differs_between_strata_is_named() -> None:
    time, event, z = noise(1, 40, 2)
    stratum = np.repeat([0, 1], 20)
    z[:, 1] = stratum
    with pytest.raises(CannotComputeError, match=r"^The site does not differ between those at risk together"):
        fit_cox_model(time, event, z, strata=stratum, names=["treatment", "site"])


@for_each("seed", range(20))
def test_a_covariate_that_orders_the_events_has_no_finite_estimate(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 30 + 10 * seed
    marker = np.arange(n, 0, -1.0)
    z = np.column_stack((rng.integers(0, 2, n), marker + rng.random(n) / 2))
    with pytest.raises(CannotComputeError, match=r"^The hazard ratio of the \w+ has no finite estimate"):
        fit_cox_model(np.arange(1, n + 1), np.ones(n), z, names=["treatment", "marker"])


@for_each("seed", range(10))
def test_a_rare_group_without_events_has_no_finite_estimate(seed: int) -> None:
    time, event, z = noise(seed, 200, 2)
    rare = np.zeros(200)
    rare[:3] = 1
    event[:3] = False
    time[:3] = time.max()
    with pytest.raises(CannotComputeError, match=r"^The hazard ratio of the rare has no finite estimate"):
        fit_cox_model(time, event, np.column_stack((z[:, 0], rare)), names=["marker", "rare"])


@for_each(
    ("arguments", "options", "message"),
    [
        (([1, 2], [1, 0], [[1.0], [np.nan]]), {}, "missing or infinite"),
        (([1, 2], [1, 0], [1.0, 2.0]), {}, "shape"),
        (([1, 2], [1, 0], np.empty((2, 0))), {}, "shape"),
        (([1, 2], [1, 0], [[1.0], [2.0]]), {"strata": [1]}, "strata"),
        (([1, 2], [1, 0], [[1.0], [2.0]]), {"names": ["a", "b"]}, "1 covariates but 2 names"),
        (([1, -2], [1, 0], [[1.0], [2.0]]), {}, "negative"),
        (([1, 2], [1, 3], [[1.0], [2.0]]), {}, "event must hold only"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(arguments: tuple, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_cox_model(*arguments, **options)
