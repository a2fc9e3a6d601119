"""Ticks are few, neat in the reader's unit, and end at the horizon."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.text.ticks import DAYS, MAX_TICKS, convert_time, tick_times
from tests.profiles import for_each

UNITS = st.sampled_from(list(DAYS))


@for_each(
    ("horizon", "unit", "reader_unit", "ticks"),
    [
        (640, "days", "days", [0, 90, 180, 270, 360, 450, 540, 640]),
        (180, "days", "days", [0, 30, 60, 90, 120, 150, 180]),
        (20, "months", "months", [0, 3, 6, 9, 12, 15, 18, 20]),
        (10, "years", "years", [0, 2, 4, 6, 8, 10]),
        (1, "days", "days", [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (100_000, "days", "days", [0, 20_000, 40_000, 60_000, 80_000, 100_000]),
        (640, "days", "months", [0, *(3 * 30.4375 * k for k in range(1, 7)), 640]),
        (5, "years", "months", [0, 1, 2, 3, 4, 5]),
    ],
)
def test_ticks(horizon: float, unit: str, reader_unit: str, ticks: list[float]):
    np.testing.assert_allclose(tick_times(horizon, unit, reader_unit), ticks, rtol=1e-12)


@given(st.floats(1e-3, 1e5), UNITS, UNITS)
def test_ticks_start_at_zero_end_at_the_horizon_and_keep_their_distance(
    horizon: float, unit: str, reader_unit: str
):
    ticks = tick_times(horizon, unit, reader_unit)
    assert 4 <= ticks.size <= MAX_TICKS
    assert (ticks[0], ticks[-1]) == (0, horizon)
    steps = np.diff(ticks)
    np.testing.assert_allclose(steps[:-1], steps[0], rtol=1e-9)
    assert 0.499 * steps[0] < steps[-1] < 1.501 * steps[0]


@given(st.floats(0, 1e6), UNITS, UNITS)
def test_a_time_comes_back(time: float, unit: str, into: str):
    assert convert_time(convert_time(time, unit, into), into, unit) == pytest.approx(time)


def test_a_year_has_twelve_months():
    assert convert_time(1, "years", "months") == 12
    assert convert_time(2, "weeks", "days") == 14
