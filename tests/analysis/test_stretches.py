"""Lines and bands keep their value until the next threshold, and stop where nothing is known."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mirodash.plot.step_curves import build_step_band, build_step_path

NAN = float("nan")
HEIGHTS = st.lists(st.floats(0.1, 10) | st.just(NAN), min_size=1, max_size=12)


def _value_at(xs: list[float | None], ys: list[float | None], wanted: float) -> float | None:
    """Read a drawn line strictly between its corners."""
    for (left, low), (right, high) in zip(
        zip(xs, ys, strict=True), list(zip(xs, ys, strict=True))[1:], strict=False
    ):
        if left is not None and right is not None and left < wanted < right:
            assert low == high, "nothing slopes between two thresholds"
            return low
    return None


@given(HEIGHTS)
def test_between_two_thresholds_the_line_has_the_value_of_the_lower(heights: list[float]):
    x = [float(k * k) for k in range(len(heights))]
    xs, ys = build_step_path(x, np.array(heights))
    for k in range(len(x) - 1):
        wanted = None if np.isnan(heights[k]) else heights[k]
        assert _value_at(xs, ys, (x[k] + x[k + 1]) / 2) == wanted


def test_a_line_with_a_gap_by_hand():
    assert build_step_path([1, 2, 3, 4], np.array([5.0, NAN, 7.0, 8.0])) == (
        [1, 2, None, 3, 4, 4],
        [5, 5, None, 7, 7, 8],
    )
    assert build_step_path([], np.array([])) == ([], [])
    assert build_step_path([1, 2], np.array([NAN, NAN])) == ([], [])


def test_a_band_runs_along_the_top_and_back_along_the_bottom():
    xs, ys = build_step_band([1, 2, 3], np.array([0.0, 1.0, NAN]), np.array([4.0, 5.0, 6.0]))
    assert xs == [1, 2, 2, 3, 3, 2, 2, 1]
    assert ys == [4, 4, 5, 5, 1, 1, 0, 0]
