"""Restricted cubic splines: straight tails, smooth joints, sensible knots."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.survival.spline import default_knots, knot_count, restricted_cubic_spline
from tests.profiles import for_each

KNOTS = np.array([1.0, 2.5, 4.0, 7.0])


def test_straight_beyond_the_outer_knots() -> None:
    below = restricted_cubic_spline(np.linspace(-5, 1, 20), KNOTS)
    np.testing.assert_array_equal(below[:, 1:], 0)
    above = restricted_cubic_spline(np.linspace(7, 30, 20), KNOTS)
    np.testing.assert_allclose(np.diff(above, n=2, axis=0), 0, atol=1e-10)


@for_each("knot", KNOTS)
def test_value_slope_and_bend_join_at_the_knots(knot: float) -> None:
    h = 1e-4
    around = restricted_cubic_spline(knot + h * np.arange(-3, 4), KNOTS)
    bend = np.diff(around, n=2, axis=0) / h**2
    assert np.abs(np.diff(bend, axis=0)).max() < 20 * h


def test_first_column_is_the_value_and_the_rest_is_harrells_formula() -> None:
    x = np.array([0.5, 3.0, 6.0, 9.0])
    found = restricted_cubic_spline(x, KNOTS)
    np.testing.assert_array_equal(found[:, 0], x)

    def cubed(t: float) -> np.ndarray:
        return np.clip(x - t, 0, None) ** 3

    for j, t in enumerate((1.0, 2.5)):
        term = cubed(t) - cubed(4.0) * (7.0 - t) / 3.0 + cubed(7.0) * (4.0 - t) / 3.0
        np.testing.assert_allclose(found[:, j + 1], term / 36.0, rtol=1e-12)


@for_each(
    ("participants", "events", "expected"),
    [(220, 90, 3), (199, 150, 3), (200, 99, 3), (200, 100, 4), (20_000, 9_000, 4), (10, 2, 3)],
)
def test_number_of_knots(participants: int, events: int, expected: int) -> None:
    assert knot_count(participants, events) == expected


@given(
    values=st.lists(st.integers(-5, 5), min_size=4, max_size=60).filter(lambda v: len(set(v)) >= 4),
    count=st.sampled_from([3, 4]),
)
def test_knots_ascend_whatever_the_ties(values: list[int], count: int) -> None:
    knots = default_knots(values, count)
    assert knots.size == count
    assert (np.diff(knots) > 0).all()
    assert min(values) <= knots[0]
    assert knots[-1] <= max(values)


def test_too_few_values_for_knots() -> None:
    with pytest.raises(ValueError, match="4 knots need at least 4 distinct values, not 2"):
        default_knots([1, 2, 2, 1], 4)
