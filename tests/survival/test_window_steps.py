"""The draws of the test of windows are the same however many steps they are made in."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import mirodash.survival.stepp_test as module
from mirodash.survival.stepp import PreparedWindows, effect_in_windows, prepare_windows
from mirodash.survival.stepp_test import Draws
from tests.reference_cases import load_case

CASE = load_case("pbc")
RESAMPLES = 200


def prepared(*, strata: bool = False) -> PreparedWindows:
    within = np.arange(CASE.time.size) % 3 if strata else None
    return prepare_windows(
        CASE.time, CASE.event, CASE.treated, CASE.biomarker, horizon=CASE.horizon, seed=4, strata=within
    )


def in_steps(windows: PreparedWindows, steps: int) -> list[Draws]:
    made: list[Draws] = []
    for k in range(steps):
        made.append(windows.draw(k, steps=steps, n_resamples=RESAMPLES, after=made[-1] if made else None))
    return made


@pytest.mark.parametrize("rows", [1, 7, 10_000])
@pytest.mark.parametrize("strata", [False, True])
def test_all_steps_together_are_the_same_draws(
    rows: int, strata: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CELLS_AT_ONCE", rows * CASE.time.size)
    windows = prepared(strata=strata)
    whole = in_steps(windows, 1)[0].maxima
    assert whole.shape == (2, RESAMPLES)
    assert np.unique(whole).size > RESAMPLES
    for steps in (3, 10, 500):
        np.testing.assert_array_equal(
            np.concatenate([d.maxima for d in in_steps(windows, steps)], axis=1), whole
        )


def test_the_first_of_some_steps_is_never_empty() -> None:
    windows = prepared()
    for steps in (2, 10, 400):
        assert windows.draw(0, steps=steps, n_resamples=RESAMPLES).maxima.shape[1] > 0


@pytest.mark.parametrize("pick", [lambda e: e.p_hazard_ratio, lambda e: e.p_difference])
def test_after_all_steps_the_p_value_is_that_of_one_go(
    pick: Callable[..., float | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CELLS_AT_ONCE", 10 * CASE.time.size)
    windows = prepared()
    whole = effect_in_windows(
        CASE.time,
        CASE.event,
        CASE.treated,
        CASE.biomarker,
        horizon=CASE.horizon,
        seed=4,
        n_resamples=RESAMPLES,
    )
    steps = in_steps(windows, 5)
    assert pick(windows.after(steps)) == pick(whole)
    assert windows.after(steps).n_resamples == RESAMPLES
    part = windows.after(steps[:2])
    assert 0 < part.n_resamples < RESAMPLES
    assert pick(part) is not None
    assert pick(windows.after([])) is None, "without a draw there is no p-value"
