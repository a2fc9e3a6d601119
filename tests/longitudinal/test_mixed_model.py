"""The mixed model equals nlme's with tight controls, in any order and unit, or says why there is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from reference_cases import load_json

from mirodash.longitudinal.mixed_model import MixedModel, fit_mixed_model
from mirodash.longitudinal.person_sums import PersonSums, sum_by_person
from mirodash.longitudinal.slopes import Lines, fit_lines
from mirodash.survival.results import NotEstimable
from tests.longitudinal.series import REAL_DATA, series
from tests.profiles import for_each, share_of_examples

EXPECTED = load_json("longitudinal")
MADE = series()
ONE_GROUP = np.zeros(MADE.arm.size, dtype=np.int64)
REAL: dict[str, tuple[tuple[str, str, str, str, Any], tuple[float, ...]]] = {
    "aids": (
        ("patient", "obstime", "CD4", "drug", "ddI"),
        (-3566.091867719, 0.0210233142708, 0.0304445988981, 21.05889702, 0.03017365, 3.06242720),
    ),
    "pbcseq": (
        ("id", "yr", "lb", "trt", 1),
        (-1534.7370759278, -0.00440939761412, 0.0249051049709, 0.9971978, 0.0296578, 0.1217533),
    ),
    "prothro": (
        ("id", "time", "pro", "treat", "prednisone"),
        (-13270.792900696, 0.513473130879, 0.604741113235, 339.15824, 13.15535, 300.93310),
    ),
}
"""Columns and, by nlme with tight controls: log-likelihood, difference in slope with its error, variances."""


def lines_of(
    sums: PersonSums, *, treated: Any = MADE.arm, group: Any = ONE_GROUP, groups: int = 1, **options: Any
) -> Lines:
    found = fit_lines(sums, group, treated, groups=groups, **options)
    assert isinstance(found, Lines)
    return found


def estimated(value: Any) -> Any:
    assert not isinstance(value, NotEstimable)
    return value


def assert_equal(model: MixedModel, expected: dict[str, Any], order: list[int]) -> None:
    assert model.log_likelihood == pytest.approx(expected["log_likelihood"], abs=1e-8)
    assert_allclose(model.fixed, np.array(expected["fixed"])[order], rtol=1e-6)
    covariance = np.array(expected["covariance"])[np.ix_(order, order)]
    assert_allclose(model.covariance, covariance, rtol=1e-6, atol=1e-9)
    found = (model.variance_intercept, model.covariance_random, model.variance_slope, model.variance_residual)
    wanted = [expected[name] for name in ("intercept", "both", "slope", "residual")]
    assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


def test_two_arms_equal_nlme() -> None:
    lines, expected = lines_of(MADE.sums), EXPECTED["two_arms"]
    assert lines.model.log_likelihood == pytest.approx(expected["log_likelihood"], abs=1e-8)
    difference = estimated(lines.slope_difference(1, 0))
    assert difference.estimate == pytest.approx(expected["fixed"][3], rel=1e-6)
    assert difference.se == pytest.approx(expected["covariance"][3][3] ** 0.5, rel=1e-6)


def test_groups_and_arms_in_one_fit_equal_nlme() -> None:
    lines = lines_of(MADE.sums, group=MADE.group, groups=2)
    assert_equal(lines.model, EXPECTED["cells"], list(range(8)))
    fixed, covariance = (np.array(EXPECTED["cells"][name]) for name in ("fixed", "covariance"))
    weights = np.array([0, 0, 0, 0, 1, -1, -1, 1.0])
    found = estimated(lines.interaction((3, 2), (1, 0)))
    assert found.estimate == pytest.approx(weights @ fixed, rel=1e-6)
    assert found.se == pytest.approx(np.sqrt(weights @ covariance @ weights), rel=1e-6)


def test_arms_that_start_alike_equal_nlme() -> None:
    lines = lines_of(MADE.sums, group=MADE.group, groups=2, equal_at_baseline=True)
    assert_equal(lines.model, EXPECTED["equal_at_baseline"], list(range(6)))
    assert estimated(lines.intercept(0)) == estimated(lines.intercept(1))


def test_the_share_by_which_decline_is_slower_equals_fieller_in_r() -> None:
    slower = estimated(lines_of(MADE.sums, group=MADE.group, groups=2).slowing(1, 0))
    assert_allclose(slower.ci, EXPECTED["slowing"], rtol=1e-6)
    assert slower.ci[0] < slower.share < slower.ci[1]


@for_each("name", list(REAL))
def test_public_trials_equal_nlme(name: str) -> None:
    path = REAL_DATA / f"{name}.csv"
    if not path.is_file():
        pytest.skip("The public trial is not here.")
    (who, time, value, arm, treated), expected = REAL[name]
    table = pd.read_csv(path)
    people, person = np.unique(table[who], return_inverse=True)
    arms = np.zeros(people.size, dtype=np.int64)
    arms[person] = table[arm] == treated
    sums = sum_by_person(person, table[time], table[value], people.size)
    lines = lines_of(sums, treated=arms, group=np.zeros(people.size))
    difference = estimated(lines.slope_difference(1, 0))
    model = lines.model
    assert model.log_likelihood == pytest.approx(expected[0], abs=1e-8)
    assert difference.estimate == pytest.approx(expected[1], abs=1e-6 * expected[2])
    assert difference.se == pytest.approx(expected[2], rel=1e-6)
    found = (model.variance_intercept, model.variance_slope, model.variance_residual)
    assert_allclose(found, expected[3:], rtol=1e-5)


def test_the_order_of_measurements_and_participants_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    rows, people = rng.permutation(MADE.person.size), rng.permutation(MADE.arm.size)
    sums = sum_by_person(
        np.argsort(people)[MADE.person][rows], MADE.time[rows], MADE.value[rows], people.size
    )
    found = lines_of(sums, treated=MADE.arm[people]).slope_difference(1, 0)
    wanted = estimated(lines_of(MADE.sums).slope_difference(1, 0))
    assert estimated(found).estimate == pytest.approx(wanted.estimate, rel=1e-9)
    assert estimated(found).se == pytest.approx(wanted.se, rel=1e-9)


@share_of_examples(0.4)
@given(st.floats(0.01, 400), st.floats(0.01, 1000), st.floats(-500, 500), st.floats(-3, 3))
def test_units_carry_through(per_time: float, per_value: float, shift: float, steeper: float) -> None:
    """Another unit of time or value rescales slopes, a common line added to everybody moves none apart."""
    value = per_value * (MADE.value + shift + steeper * MADE.time)
    sums = sum_by_person(MADE.person, per_time * MADE.time, value, MADE.arm.size)
    found, wanted = lines_of(sums), lines_of(MADE.sums)
    factor = per_value / per_time
    difference, before = (estimated(each.slope_difference(1, 0)) for each in (found, wanted))
    assert difference.estimate == pytest.approx(factor * before.estimate, rel=1e-6)
    assert difference.se == pytest.approx(factor * before.se, rel=1e-6)
    assert difference.p == pytest.approx(before.p, rel=1e-4)
    slope = estimated(found.slope(0)).estimate / factor
    assert slope == pytest.approx(estimated(wanted.slope(0)).estimate + steeper, abs=1e-6)


def test_renaming_the_arms_turns_the_difference_round() -> None:
    one, other = lines_of(MADE.sums), lines_of(MADE.sums, treated=1 - MADE.arm)
    there, back = (estimated(each.slope_difference(1, 0)) for each in (one, other))
    assert there.estimate == pytest.approx(-back.estimate, rel=1e-9)
    assert there.p == pytest.approx(back.p, rel=1e-9)


def test_nobody_outside_the_groups_has_a_part_in_the_fit() -> None:
    group = np.where(MADE.group == 0, 0, -1)
    alone = MADE.group == 0
    some = lines_of(MADE.sums, group=group)
    only = lines_of(MADE.sums.of(alone), treated=MADE.arm[alone], group=np.zeros(int(alone.sum())))
    assert some.model.log_likelihood == only.model.log_likelihood
    assert some.model.participants == int(alone.sum())


def test_starting_from_another_model_saves_steps_and_changes_no_number() -> None:
    whole = lines_of(MADE.sums)
    for line in np.quantile(MADE.marker, np.linspace(0.1, 0.9, 9)):
        above = (MADE.marker > line).astype(int)
        cold = lines_of(MADE.sums, group=above, groups=2)
        warm = lines_of(MADE.sums, group=above, groups=2, near=whole)
        assert warm.model.log_likelihood == pytest.approx(cold.model.log_likelihood, abs=1e-9)
        assert_allclose(warm.model.fixed, cold.model.fixed, rtol=1e-7, atol=1e-9)
        assert_allclose(warm.model.covariance, cold.model.covariance, rtol=1e-6, atol=1e-12)


def test_a_model_that_is_far_off_is_no_worse_a_start() -> None:
    other = series()
    noise = np.random.default_rng(2).normal(size=other.value.size)
    far = lines_of(sum_by_person(other.person, other.time, 50 * noise, other.arm.size))
    found, wanted = lines_of(MADE.sums, near=far), lines_of(MADE.sums)
    assert found.model.log_likelihood == pytest.approx(wanted.model.log_likelihood, abs=1e-8)


def test_a_fitted_line_runs_through_intercept_and_slope() -> None:
    lines = lines_of(MADE.sums)
    middle, error = estimated(lines.line(1, [0.0, 10.0]))
    start, slope = estimated(lines.intercept(1)), estimated(lines.slope(1))
    assert_allclose(middle, [start.estimate, start.estimate + 10 * slope.estimate])
    assert error[0] == pytest.approx(start.se)


def test_without_differences_between_participants_the_model_is_least_squares() -> None:
    """With residuals that are not alike within anybody both variances end at 0, where nlme has no answer."""
    rng = np.random.default_rng(3)
    person, time = np.repeat(np.arange(30), 6), np.tile(np.arange(6.0), 30)
    noise = rng.normal(size=(30, 6))
    design = np.column_stack((np.ones(6), np.arange(6.0)))
    rest = noise - noise @ design @ np.linalg.inv(design.T @ design) @ design.T
    sums = sum_by_person(person, time, (rest - 0.5 * np.arange(6.0)).ravel(), 30)
    lines = lines_of(sums, treated=np.arange(30) % 2, group=np.zeros(30))
    assert estimated(lines.slope(0)).estimate == pytest.approx(-0.5, abs=1e-9)
    assert lines.model.variance_slope == pytest.approx(0, abs=1e-6)


@for_each(
    ("rows", "why"),
    [
        ([], "No participant was measured more than once"),
        ([(0, 0.0, 1.0), (1, 0.0, 2.0), (2, 0.0, 2.5)], "No participant was measured more than once"),
        (
            [(p, t, p + t * t) for p in range(6) for t in (0.0, 1.0)],
            "No participant was measured three times",
        ),
        ([(p, t, 2.0 * p - t) for p in range(6) for t in (0.0, 1.0, 2.0)], "on a straight line"),
        ([(p, t, 5.0) for p in range(6) for t in (0.0, 1.0, 2.0)], "on a straight line"),
    ],
)
def test_where_no_model_can_be_fitted_it_says_why(rows: list[tuple[int, float, float]], why: str) -> None:
    person, time, value = (np.array([row[k] for row in rows]) for k in range(3))
    found = fit_lines(sum_by_person(person, time, value, 6), [0] * 6, [0, 1] * 3, groups=1)
    assert isinstance(found, NotEstimable)
    assert why in found.why


def test_an_arm_measured_once_has_no_line_and_leaves_that_of_the_other() -> None:
    once = (MADE.arm[MADE.person] == 0) | (MADE.visit == 0)
    sums = sum_by_person(MADE.person[once], MADE.time[once], MADE.value[once], MADE.arm.size)
    lines = lines_of(sums)
    assert isinstance(lines.slope_difference(1, 0), NotEstimable)
    assert isinstance(lines.slowing(1, 0), NotEstimable)
    assert isinstance(lines.line(1, [0.0]), NotEstimable)
    assert estimated(lines.slope(0)).estimate < 0
    assert lines.participants.tolist() == [40, 40]


def test_columns_that_are_the_same_have_no_coefficients_of_their_own() -> None:
    same = np.ones((MADE.arm.size, 2))
    assert isinstance(fit_mixed_model(MADE.sums, same, same), NotEstimable)


@for_each(
    ("person", "time", "value"),
    [([0, 1], [0.0], [1.0, 2.0]), ([0], [np.nan], [1.0]), ([0], [1.0], [np.inf]), ([2], [1.0], [1.0])],
)
def test_unusable_measurements_are_refused(person: list[int], time: list[float], value: list[float]) -> None:
    with pytest.raises(ValueError, match=r"finite|There are|numbered"):
        sum_by_person(person, time, value, 2)


@share_of_examples(0.5)
@given(st.data())
def test_no_data_give_nan(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 6))
    rows = data.draw(
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, 4), st.integers(-3, 3)), max_size=30)
    )
    person, time, value = (np.array([row[k] for row in rows], dtype=np.float64) for k in range(3))
    arms = data.draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    found = fit_lines(sum_by_person(person, time, value, n), [0] * n, arms, groups=1)
    if isinstance(found, NotEstimable):
        assert found.why.endswith(".")
        return
    for cell in (0, 1):
        slope = found.slope(cell)
        if not isinstance(slope, NotEstimable):
            assert np.isfinite([slope.estimate, slope.se, *slope.ci, slope.p]).all()
