"""Stops of a measurement hold enough of every arm between them, and are nobody's values."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mirodash.stratification.disclosure_grid import MAX_STOPS, blocks, build_disclosure_grid
from mirodash.trial.dictionary import Preset
from mirodash.trial.trial import Trial
from tests.profiles import for_each
from tests.small_trials import MARKER, small_trial


def trial_with(values: list[float], arms: list[str], least: int, **more: Any) -> Trial:
    made = small_trial(arm=arms, time=[10.0] * len(arms), event=[1.0] * len(arms), biomarker=values, **more)
    return replace(made, min_cell=least)


@given(st.integers(1, 12), st.integers(0, 10_000), st.integers(0, 120), st.booleans())
def test_every_arm_has_enough_between_neighbouring_stops(
    least: int, seed: int, size: int, ties: bool
) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(1, 15 if ties else 100_000, size).astype(float)
    arms = rng.choice(["IL-2", "Placebo"], size)
    trial = trial_with(values.tolist(), arms.tolist(), least)
    found = build_disclosure_grid(trial, "pnfh").stops
    assert list(found) == sorted(set(found))
    for arm in ("IL-2", "Placebo"):
        held = np.bincount(np.searchsorted(found, values[arms == arm]), minlength=len(found) + 1)
        many = (arms == arm).sum() >= 2 * least
        assert not found or not many or held.min() >= least


@given(st.integers(0, 10_000), st.integers(2, 8))
def test_more_stops_would_hold_too_few(seed: int, least: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.permutation(80).astype(float)
    arms = np.where(rng.random(80) < 0.5, "IL-2", "Placebo")
    trial = trial_with(
        values.tolist(), arms.tolist(), least, biomarkers=(replace(MARKER, default_thresholds=()),)
    )
    found = [-1.0, *build_disclosure_grid(trial, "pnfh").stops, 80.0]
    for low, high in pairwise(found):
        for between in np.arange(low, high):
            parts = [
                ((values > start) & (values <= end) & (arms == arm)).sum()
                for start, end in ((low, between), (between, high))
                for arm in ("IL-2", "Placebo")
            ]
            assert min(parts) < least


def test_the_dictionarys_own_thresholds_stay_where_they_leave_enough() -> None:
    rng = np.random.default_rng(1)
    values = np.round(np.exp(rng.normal(7.6, 0.8, 200))).tolist()
    arms = ["IL-2", "Placebo"] * 100
    marker = replace(MARKER, presets=(Preset("both", (3.0, 1234.5, 3700.0)),))
    found = build_disclosure_grid(trial_with(values, arms, 10, biomarkers=(marker,)), "pnfh").stops
    assert {1234.5, 3700.0} <= set(found)
    assert 3.0 not in found


def test_a_stop_is_rounder_than_the_values_around_it_and_a_range_begins_above_it() -> None:
    values = [1187.0] * 20 + [1213.0] * 20
    found = build_disclosure_grid(trial_with(values, ["IL-2", "Placebo"] * 20, 10), "pnfh")
    assert found.stops == (1200.0,)
    assert 1200 < found.starts[0] <= 1213
    assert found.nearest(5.0) == 1200.0


def test_a_small_trial_has_no_stop() -> None:
    found = build_disclosure_grid(trial_with([1.0, 2, 3, 4] * 4, ["IL-2", "Placebo"] * 8, 10), "pnfh")
    assert found.stops == ()
    assert found.nearest(3700.0) is None


def test_a_column_that_holds_no_numbers_has_no_stop() -> None:
    trial = trial_with([np.nan] * 4, ["IL-2", "Placebo"] * 2, 1)
    assert build_disclosure_grid(trial, "pnfh").stops == ()
    assert build_disclosure_grid(trial, "sex").stops == ()


def test_stops_within_a_column_are_some_of_everybodys_and_hold_enough_of_each_level() -> None:
    rng = np.random.default_rng(2)
    values = rng.permutation(240).astype(float)
    arms, sex = rng.choice(["IL-2", "Placebo"], 240), rng.choice(["f", "m"], 240)
    trial = trial_with(values.tolist(), arms.tolist(), 10, categories={"sex": sex.tolist()})
    found = build_disclosure_grid(trial, "pnfh", ("sex",)).stops
    assert found
    assert set(found) <= set(build_disclosure_grid(trial, "pnfh").stops)
    for arm in ("IL-2", "Placebo"):
        for level in ("f", "m"):
            here = values[(arms == arm) & (sex == level)]
            assert np.bincount(np.searchsorted(found, here), minlength=len(found) + 1).min() >= 10


def test_a_large_trial_has_no_more_stops_than_a_slider_can_show() -> None:
    size = 4_000
    trial = trial_with(np.arange(size).astype(float).tolist(), ["IL-2", "Placebo"] * (size // 2), 2)
    assert len(build_disclosure_grid(trial, "pnfh").stops) <= MAX_STOPS


@for_each(
    ("sex", "joined"),
    [
        (["f"] * 20 + ["m"] * 20, 2),
        (["f"] * 20 + ["m"] * 19 + [None], 2),
        (["f"] * 20 + ["m"] * 10 + ["x"] * 4 + ["y"] * 6, 3),
        (["f"] * 8 + ["m"] * 8 + ["x"] * 4, 1),
    ],
)
def test_small_levels_are_joined_with_each_other_before_a_large_one(
    sex: list[str | None], joined: int
) -> None:
    arms = ["IL-2", "Placebo"] * (len(sex) // 2)
    trial = trial_with([1.0] * len(sex), arms, 5, categories={"sex": sex})
    assert np.unique(blocks(trial, "sex")).size == joined
