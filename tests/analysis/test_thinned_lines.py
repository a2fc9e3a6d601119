"""A thinned curve is the curve as far as pixels can show it, and what is told at its vertices is exact."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import mirodash.plot.step_curves as module
from mirodash.plot.step_curves import (
    CARD,
    DECIMALS,
    FEW_MARKS,
    FEW_STEPS,
    STAGE,
    TOLD,
    WITHIN,
    Canvas,
    DrawnStepLines,
    Steps,
    drawn,
    drawn_marks,
    every_step,
    outline,
    read_along,
)
from mirodash.survival.compare import compare_arms
from mirodash.survival.results import SurvivalCurve

HORIZON = 640.0
Points = NDArray[np.float64]
CANVASES = st.sampled_from([CARD, STAGE, Canvas(300, 120)])


def made_up(seed: int, n: int, *, whole_days: bool) -> SurvivalCurve:
    """Return the curve of one arm whose hazard changes, with some censored at all times."""
    rng = np.random.default_rng(seed)
    time = rng.weibull(rng.uniform(0.5, 3), n) * rng.uniform(200, 2_000)
    censored = rng.uniform(50, 1_500, n)
    ended = np.minimum(np.minimum(time, censored), HORIZON + 50)
    (compared,) = compare_arms(
        np.ceil(ended) if whole_days else ended,
        time <= censored,
        np.zeros(n, dtype=bool),
        np.ones((1, n), dtype=bool),
        horizon=HORIZON,
        ticks=np.array([0.0, HORIZON]),
    )
    return compared.control.curve


CURVES = st.builds(
    made_up, st.integers(0, 10_000), st.sampled_from([200, 2_000, 10_000]), whole_days=st.booleans()
)


def stairs(line: Steps, height: Points) -> Points:
    """Return the vertices of a step line, built one by one: along, then down."""
    vertices = [(line.time[0], height[0])]
    for time, before, after in zip(line.time[1:], height[:-1], height[1:], strict=True):
        vertices += [(time, before), (time, after)]
    return np.array(vertices)


def pixels(vertices: Points, canvas: Canvas) -> Points:
    return vertices * np.array([canvas.across / HORIZON, canvas.up])


def along(vertices: Points, number: int = 3_000) -> Points:
    """Return points on a line of straight pieces, close together, its vertices among them."""
    length = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(vertices, axis=0).T))))
    at = np.linspace(0, length[-1], number)
    between = np.stack([np.interp(at, length, column) for column in vertices.T], axis=1)
    return np.concatenate((between, vertices[:: max(1, len(vertices) // number)]))


def farthest(points: Points, vertices: Points) -> float:
    """Return how far the farthest point is from a line of straight pieces."""
    begin, step = vertices[:-1], np.diff(vertices, axis=0)
    squares = np.maximum((step**2).sum(axis=1), 1e-300)
    worst = 0.0
    for point in points:
        share = np.clip(((point - begin) * step).sum(axis=1) / squares, 0, 1)
        worst = max(worst, float(np.hypot(*(begin + share[:, None] * step - point).T).min()))
    return worst


def vertices_of(shown: DrawnStepLines) -> Points:
    return np.stack((shown.time, shown.height), axis=1)


@settings(max_examples=20)
@given(CURVES, CANVASES)
def test_a_thinned_curve_is_within_half_a_pixel_of_the_exact_one(curve: SurvivalCurve, canvas: Canvas):
    line = every_step(curve, HORIZON)
    shown = drawn(line, canvas)
    if shown.shape == "hv":
        assert line.time.size <= FEW_STEPS
        return
    exact, thin = (pixels(vertices, canvas) for vertices in (stairs(line, line.estimate), vertices_of(shown)))
    assert farthest(along(exact, 500), thin) <= WITHIN + 1e-9
    assert farthest(along(thin, 500), exact) <= WITHIN + 1e-9


@given(CURVES, CANVASES)
def test_every_vertex_is_one_of_the_curve(curve: SurvivalCurve, canvas: Canvas):
    line = every_step(curve, HORIZON)
    shown = drawn(line, canvas)
    of_curve = {(time, round(height, DECIMALS)) for time, height in stairs(line, line.estimate).tolist()}
    assert {(time, round(height, DECIMALS)) for time, height in vertices_of(shown).tolist()} <= of_curve
    assert (np.diff(shown.time) >= 0).all()
    assert (np.diff(shown.height) <= 0).all()
    assert (shown.time[0], shown.height[0]) == (0.0, 1.0)
    assert shown.time[-1] == min(HORIZON, curve.known_until)
    assert shown.height[-1] == pytest.approx(line.estimate[-1], abs=10**-DECIMALS)


@given(CURVES)
def test_a_curve_of_few_steps_has_them_all(curve: SurvivalCurve):
    line = every_step(curve, HORIZON)
    few = line.only(np.arange(min(FEW_STEPS, line.time.size)))
    shown = drawn(few, CARD)
    assert shown.shape == "hv"
    np.testing.assert_array_equal(shown.height, few.estimate)
    np.testing.assert_array_equal(shown.time, few.time)
    np.testing.assert_array_equal(read_along(few, shown, HORIZON).time, few.time)


def test_a_curve_of_many_is_drawn_of_few_and_still_has_numbers_everywhere():
    line = every_step(made_up(3, 100_000, whole_days=False), HORIZON)
    assert line.time.size > 10_000
    shown = drawn(line, CARD)
    assert shown.time.size < 200
    told = read_along(line, shown, HORIZON).time
    assert told.size == TOLD + 1
    assert np.diff(told).max() < 1.5 * HORIZON / TOLD


@settings(max_examples=20)
@given(CURVES, CANVASES)
def test_a_thinned_band_is_within_half_a_pixel_of_the_exact_one(curve: SurvivalCurve, canvas: Canvas):
    line = every_step(curve, HORIZON)
    thin = pixels(np.array(outline(line, canvas), dtype=np.float64).T, canvas)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "FEW_STEPS", line.time.size)
        exact = pixels(np.array(outline(line, canvas), dtype=np.float64).T, canvas)
    assert len(thin) <= len(exact)
    rounding = 1e-5 * canvas.up
    assert farthest(along(exact, 500), thin) <= WITHIN + rounding
    assert farthest(along(thin, 500), exact) <= WITHIN + rounding


@pytest.mark.parametrize("n", [50, 5_000])
def test_a_tick_is_drawn_near_every_censored_participant(n: int):
    curve = made_up(8, n, whole_days=False)
    time, height = drawn_marks(curve, HORIZON)
    censored = curve.time[(curve.censored > 0) & (curve.time < HORIZON)]
    assert set(time.tolist()) <= set(censored.tolist())
    assert np.abs(censored[:, None] - time).min(axis=1).max() <= HORIZON / FEW_MARKS
    at = np.searchsorted(curve.time, time)
    np.testing.assert_allclose(height, curve.estimate[at], atol=1e-5)
    assert time.size == (censored.size if censored.size <= FEW_MARKS else min(time.size, FEW_MARKS))
