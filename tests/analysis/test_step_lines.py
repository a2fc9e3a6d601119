"""Step curves: their corners are the estimate, and their bands end where there is no interval."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.plot.step_curves import CARD, MAX_CENSOR_TICKS, MAX_STEPS, censor_marks, interval_polygon, steps
from mirodash.survival.compare import compare_arms
from mirodash.survival.results import SurvivalCurve
from tests.profiles import for_each
from tests.strategies import MadeUpTrial, trials


def curve_of(time: list[float], event: list[int]) -> SurvivalCurve:
    """Return the Kaplan–Meier curve of one arm."""
    n = len(time)
    (compared,) = compare_arms(
        np.array(time, dtype=float),
        np.array(event, dtype=bool),
        np.zeros(n, dtype=bool),
        np.ones((1, n), dtype=bool),
        horizon=10.0,
        ticks=np.array([0.0, 10.0]),
    )
    return compared.control.curve


def _product_limit(time: list[float], event: list[int], at: float) -> float:
    """Survival at a time, by hand."""
    share = 1.0
    for t in sorted({t for t, e in zip(time, event, strict=True) if e and t <= at}):
        at_risk = sum(other >= t for other in time)
        share *= 1 - sum(other == t and e for other, e in zip(time, event, strict=True)) / at_risk
    return share


@given(trials(smallest=1, largest=25), st.sampled_from([1.0, 5.0, 10.0, 30.0]))
def test_a_corner_at_every_event_is_the_estimate_by_hand(trial: MadeUpTrial, horizon: float):
    time, event = trial.time.tolist(), trial.event.astype(int).tolist()
    line = steps(curve_of(time, event), horizon)
    events = sorted({t for t, e in zip(time, event, strict=True) if e and t <= horizon})
    last = _product_limit(time, event, max(time))
    end = horizon if last == 0 else min(horizon, max(time))
    assert line.time.tolist() == [0.0, *events, end]
    wanted = [1.0, *(_product_limit(time, event, t) for t in events), _product_limit(time, event, end)]
    assert line.estimate.tolist() == pytest.approx(wanted, abs=1e-12)
    at_risk = [len(time), *(sum(other >= t for other in time) for t in events)]
    assert line.at_risk.tolist() == [*at_risk, sum(t >= end for t in time)]


@given(trials(smallest=1, largest=25), st.sampled_from([1.0, 5.0, 10.0, 30.0]))
def test_the_band_is_where_there_is_an_interval_and_nowhere_else(trial: MadeUpTrial, horizon: float):
    curve = curve_of(trial.time.tolist(), trial.event.astype(int).tolist())
    x, y = interval_polygon(curve, horizon, CARD)
    assert len(x) == len(y)
    assert all(value is not None and math.isfinite(value) for value in (*x, *y))
    first = curve.time[curve.events > 0][:1]
    if not x:
        known = np.isfinite(curve.lower) & (curve.events > 0) & (curve.time <= horizon)
        assert not known.any()
        return
    assert min(x) == first[0]  # type: ignore[type-var]
    nobody_left = curve.time[curve.estimate == 0][:1]
    assert max(x) <= min([horizon, *nobody_left])  # type: ignore[type-var]
    half = len(x) // 2
    for k in range(half):
        upper, lower = y[k], y[-1 - k]
        assert x[k] == x[-1 - k]
        assert 0 <= lower <= upper <= 1  # type: ignore[operator]


def test_a_band_by_hand():
    curve = curve_of([2, 4, 4, 6, 8, 9], [0, 1, 0, 1, 0, 1])
    x, y = interval_polygon(curve, 12.0, CARD)
    # from the first death at 4, with a step at 6, to 9 where the last one dies and survival is 0
    assert x == [4, 6, 6, 9, 9, 6, 6, 4]
    upper = dict(zip(curve.time.tolist(), curve.upper.tolist(), strict=True))
    lower = dict(zip(curve.time.tolist(), curve.lower.tolist(), strict=True))
    assert y == [upper[4], upper[4], upper[6], upper[6], lower[6], lower[6], lower[4], lower[4]]


def test_without_events_there_is_a_line_and_no_band():
    curve = curve_of([3, 5], [0, 0])
    assert steps(curve, 10.0).estimate.tolist() == [1, 1]
    assert interval_polygon(curve, 10.0, CARD) == ([], [])


def test_without_anybody_there_is_nothing_at_risk():
    curve = curve_of([], [])
    assert steps(curve, 10.0).at_risk.tolist() == [0, 0]
    assert interval_polygon(curve, 10.0, CARD) == ([], [])


@given(trials(smallest=1, largest=25), st.sampled_from([1.0, 5.0, 12.0]))
def test_a_tick_for_everybody_censored_before_the_horizon_stands_on_the_curve(
    trial: MadeUpTrial, horizon: float
):
    time, event = trial.time.tolist(), trial.event.astype(int).tolist()
    x, y = censor_marks(curve_of(time, event), horizon)
    assert x.tolist() == sorted({t for t, e in zip(time, event, strict=True) if not e and t < horizon})
    assert y.tolist() == pytest.approx([_product_limit(time, event, t) for t in x.tolist()], abs=1e-12)


@for_each("n", [MAX_STEPS, MAX_STEPS + 1, 5_000, 40_000])
def test_long_curves_are_thinned_and_their_ends_stay(n: int):
    curve = curve_of([float(1 + k) for k in range(2 * n)], [1, 0] * n)
    horizon = 1.5 * n
    line = steps(curve, horizon)
    assert line.time.size <= MAX_STEPS + 2
    inside = (curve.events > 0) & (curve.time <= horizon)
    assert (line.time[1], line.time[-2]) == (curve.time[inside][0], curve.time[inside][-1])
    assert line.estimate[-1] == line.estimate[-2] == curve.estimate[inside][-1]
    # what is kept is the curve itself, not something between its steps
    at = np.searchsorted(curve.time, line.time[1:-1])
    np.testing.assert_array_equal(line.estimate[1:-1], curve.estimate[at])
    np.testing.assert_array_equal(line.at_risk[1:-1], curve.at_risk[at])
    assert np.abs(np.diff(line.estimate)).max() < 0.02
    x, _ = interval_polygon(curve, horizon, CARD)
    assert (min(x), max(x)) == (line.time[1], horizon)  # type: ignore[type-var]
    marks, heights = censor_marks(curve, horizon)
    assert marks.size <= MAX_CENSOR_TICKS
    censored = curve.time[(curve.censored > 0) & (curve.time < horizon)]
    assert (marks[0], marks[-1]) == (censored[0], censored[-1])
    np.testing.assert_array_equal(heights, curve.estimate[np.searchsorted(curve.time, marks)])
