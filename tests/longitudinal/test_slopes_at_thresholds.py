"""Models of many thresholds, fitted together, equal those fitted one by one, whatever a threshold leaves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from reference_cases import load_json

from mirodash.longitudinal import fit_lines_at_thresholds
from mirodash.longitudinal.model_columns import AnyColumns, OneLineEach
from mirodash.longitudinal.slopes import Lines, fit_lines
from mirodash.survival.results import NotEstimable, Numbers
from tests.longitudinal.series import series
from tests.profiles import for_each, share_of_examples

MADE = series()
EXPECTED = load_json("longitudinal")


def alone(threshold: float, marker: Numbers = MADE.marker) -> Lines | NotEstimable:
    group = np.where(np.isnan(marker), -1, marker > threshold)
    return fit_lines(MADE.sums, group, MADE.arm, groups=2)


def assert_same(found: Lines | NotEstimable, wanted: Lines | NotEstimable) -> None:
    if isinstance(wanted, NotEstimable):
        assert found == wanted
        return
    assert isinstance(found, Lines)
    assert found.has_line.tolist() == wanted.has_line.tolist()
    assert found.participants.tolist() == wanted.participants.tolist()
    assert found.measurements.tolist() == wanted.measurements.tolist()
    assert found.model.log_likelihood == pytest.approx(wanted.model.log_likelihood, abs=1e-9)
    assert_allclose(found.model.fixed, wanted.model.fixed, rtol=1e-7, atol=1e-8)
    assert_allclose(found.model.covariance, wanted.model.covariance, rtol=1e-6, atol=1e-10)


@share_of_examples(0.1)
@given(st.lists(st.floats(0, 80), min_size=1, max_size=60))
def test_all_together_they_are_what_each_is_alone(thresholds: list[float]) -> None:
    found = fit_lines_at_thresholds(MADE.sums, MADE.arm, MADE.marker, thresholds)
    assert len(found) == len(thresholds)
    for threshold, one in zip(thresholds, found, strict=True):
        assert_same(one, alone(threshold))


def test_the_groups_of_the_reference_equal_nlme() -> None:
    (found,) = fit_lines_at_thresholds(MADE.sums, MADE.arm, MADE.group, [0.0])
    assert isinstance(found, Lines)
    expected = EXPECTED["cells"]
    assert found.model.log_likelihood == pytest.approx(expected["log_likelihood"], abs=1e-8)
    assert_allclose(found.model.fixed, expected["fixed"], rtol=1e-6)
    assert_allclose(found.model.covariance, expected["covariance"], rtol=1e-6, atol=1e-9)


def test_participants_without_the_biomarker_have_no_part() -> None:
    marker = np.where(np.arange(MADE.arm.size) % 5 == 0, np.nan, MADE.marker)
    (found,) = fit_lines_at_thresholds(MADE.sums, MADE.arm, marker, [40.0])
    assert_same(found, alone(40.0, marker))
    assert isinstance(found, Lines)
    assert found.model.participants == int((~np.isnan(marker)).sum())


def test_more_thresholds_than_are_fitted_at_once_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    thresholds = np.linspace(20, 60, 7)
    whole = fit_lines_at_thresholds(MADE.sums, MADE.arm, MADE.marker, thresholds)
    monkeypatch.setattr("mirodash.longitudinal.slopes_at_thresholds.CELLS_AT_ONCE", 2 * MADE.arm.size)
    for one, other in zip(
        fit_lines_at_thresholds(MADE.sums, MADE.arm, MADE.marker, thresholds), whole, strict=True
    ):
        assert_same(one, other)


def test_nobody_with_the_biomarker_leaves_a_reason() -> None:
    nobody = np.full(MADE.arm.size, np.nan)
    (found,) = fit_lines_at_thresholds(MADE.sums, MADE.arm, nobody, [1.0])
    assert isinstance(found, NotEstimable)


def test_a_biomarker_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="biomarker has shape"):
        fit_lines_at_thresholds(MADE.sums, MADE.arm, MADE.marker[1:], [1.0])


@share_of_examples(0.2)
@given(st.integers(0, 2**32 - 1))
def test_a_line_for_each_cell_is_the_same_as_its_columns(seed: int) -> None:
    """Sums over cells and products of matrices are two ways to one least-squares fit."""
    rng = np.random.default_rng(seed)
    cell = np.sort(np.concatenate((np.arange(3), rng.integers(0, 3, 17))))
    z = rng.normal(size=(20, 4, 2))
    weights = tuple(np.einsum("pk,pk->p", z[:, :, i], z[:, :, j]) for i, j in ((0, 0), (0, 1), (1, 1)))
    first, second = rng.normal(size=(2, 20))
    ones = np.eye(3)[cell]
    one = OneLineEach.build(cell, 3).solve((weights[0], weights[1], weights[2]), first, second)
    other = AnyColumns(ones, ones).solve((weights[0], weights[1], weights[2]), first, second)
    assert_allclose(one.fixed, other.fixed, rtol=1e-9)
    assert_allclose(one.explained, other.explained, rtol=1e-9)
    assert_allclose(one.log_determinant, other.log_determinant, rtol=1e-9)
    for mine, theirs in zip(one.leverage, other.leverage, strict=True):
        assert_allclose(mine, theirs, rtol=1e-8)
    inverse = OneLineEach.build(cell, 3).invert((weights[0], weights[1], weights[2]))
    assert_allclose(inverse, AnyColumns(ones, ones).invert((weights[0], weights[1], weights[2])), rtol=1e-8)


@for_each("cell", [[0, 1, 0], [0, 0, 2, 2]])
def test_cells_that_do_not_stand_together_or_are_empty_are_refused(cell: list[int]) -> None:
    with pytest.raises(ValueError, match="be together"):
        OneLineEach.build(np.array(cell), 3 if 2 in cell else 2)
