"""Residuals over time equal R's, their curve is the one R draws, and few events make none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from mirodash.survival import compare_arms, scaled_schoenfeld_residuals
from mirodash.survival.results import NotEstimable
from mirodash.survival.schoenfeld import EVENTS_FOR_A_CURVE, ScaledSchoenfeldResiduals
from tests.profiles import for_each
from tests.reference_cases import CASES, degenerate_names, load_case, load_degenerate, load_json
from tests.strategies import MadeUpTrial, comparable_trials

GROUPS = ("overall", "low", "high")
BY_R: dict[str, Any] = load_json("schoenfeld")
STORED = [(name, group) for name in CASES for group in GROUPS if group in BY_R[name]]


def residuals(name: str, group: str) -> ScaledSchoenfeldResiduals:
    case = load_case(name)
    inside = np.ones(case.time.size, dtype=bool)
    if group != "overall":
        assert case.threshold is not None
        inside = case.biomarker <= case.threshold if group == "low" else case.biomarker > case.threshold
    found = scaled_schoenfeld_residuals(case.time[inside], case.event[inside], case.treated[inside])
    assert isinstance(found, ScaledSchoenfeldResiduals)
    return found


def of(trial: MadeUpTrial) -> ScaledSchoenfeldResiduals:
    found = scaled_schoenfeld_residuals(trial.time, trial.event, trial.treated)
    assert isinstance(found, ScaledSchoenfeldResiduals)
    return found


@for_each(("name", "group"), STORED)
def test_residuals_equal_r(name: str, group: str) -> None:
    found, wanted = residuals(name, group), BY_R[name][group]
    assert found.coef == pytest.approx(wanted["coef"], rel=1e-8, abs=1e-8)
    np.testing.assert_array_equal(found.time, wanted["time"])
    np.testing.assert_allclose(found.fallen, wanted["fallen"], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(found.residual, wanted["residual"], rtol=1e-8, atol=1e-8)


@for_each(("name", "group"), STORED)
def test_the_curve_is_the_one_r_draws(name: str, group: str) -> None:
    found, wanted = residuals(name, group), BY_R[name][group]["smooth"]
    if found.residual.size < EVENTS_FOR_A_CURVE:
        assert found.smooth is None
        return
    assert found.smooth is not None
    for field in ("time", "estimate", "standard_error"):
        np.testing.assert_allclose(getattr(found.smooth, field), wanted[field], rtol=1e-7, atol=1e-8)
    reach = (found.smooth.upper - found.smooth.estimate) / found.smooth.standard_error
    np.testing.assert_allclose(reach, 1.959964, atol=1e-5)
    np.testing.assert_allclose(found.smooth.upper + found.smooth.lower, 2 * found.smooth.estimate, atol=1e-9)


def test_the_stored_trials_hold_both_kinds_of_group() -> None:
    few = [(name, group) for name, group in STORED if residuals(name, group).smooth is None]
    assert 0 < len(few) < len(STORED)


@given(comparable_trials())
def test_the_mean_residual_is_the_fitted_effect(trial: MadeUpTrial) -> None:
    found = of(trial)
    assert found.residual.mean() == pytest.approx(found.coef, abs=1e-7)
    assert found.time.tolist() == sorted(trial.time[trial.event].tolist())
    assert int(found.treated.sum()) == int((trial.event & trial.treated).sum())


@given(comparable_trials(ties=False))
def test_an_event_on_treatment_lies_above_and_one_on_control_below_its_neighbours_mean(
    trial: MadeUpTrial,
) -> None:
    found = of(trial)
    assert (found.residual[found.treated] >= found.coef - 1e-9).all()
    assert (found.residual[~found.treated] <= found.coef + 1e-9).all()


@given(comparable_trials())
def test_renaming_the_arms_turns_the_picture_over(trial: MadeUpTrial) -> None:
    one, other = of(trial), of(replace(trial, treated=~trial.treated))
    np.testing.assert_allclose(one.residual, -other.residual, atol=1e-6)
    assert (one.smooth is None) == (other.smooth is None)
    if one.smooth is not None and other.smooth is not None:
        np.testing.assert_allclose(one.smooth.lower, -other.smooth.upper, atol=1e-5)


@given(comparable_trials())
def test_another_unit_changes_times_alone(trial: MadeUpTrial) -> None:
    one, other = of(trial), of(replace(trial, time=4 * trial.time))
    np.testing.assert_array_equal(4 * one.time, other.time)
    np.testing.assert_array_equal(one.residual, other.residual)


def test_with_all_events_at_few_times_there_are_points_and_no_curve() -> None:
    time = np.repeat([1.0, 2.0, 3.0], 20)
    found = scaled_schoenfeld_residuals(time, np.arange(60) % 4 > 0, np.arange(60) % 2)
    assert isinstance(found, ScaledSchoenfeldResiduals)
    assert found.residual.size == 45
    assert found.smooth is None


@for_each("name", degenerate_names())
def test_where_there_is_no_hazard_ratio_the_reason_is_told(name: str) -> None:
    case = load_degenerate(name)
    found = scaled_schoenfeld_residuals(case.time, case.event, case.treated)
    if isinstance(found, NotEstimable):
        everybody = np.ones((1, case.time.size), dtype=bool)
        (compared,) = compare_arms(case.time, case.event, case.treated, everybody, horizon=1, ticks=[0])
        assert isinstance(compared.cox, NotEstimable)
        assert found.why == compared.cox.why
        return
    assert np.isfinite(found.residual).all()
    if found.smooth is not None:
        assert np.isfinite(found.smooth.standard_error).all()


def test_results_cannot_be_changed() -> None:
    found = residuals("veteran", "overall")
    assert found.smooth is not None
    for array in (found.time, found.fallen, found.residual, found.treated, found.smooth.estimate):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
