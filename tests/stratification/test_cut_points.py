"""Where a threshold can stand, and where the median and the tertiles put it."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mirodash.stratification.groups import (
    MAX_CANDIDATES,
    assign_groups,
    candidate_thresholds,
    median,
    tertiles,
)
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial
from tests.profiles import for_each
from tests.small_trials import eight_people, small_trial

ALL = Selection(thresholds=())


def _with(values: list[float]) -> Trial:
    n = len(values)
    return small_trial(arm=(["IL-2", "Placebo"] * n)[:n], time=[1.0] * n, event=[1] * n, biomarker=values)


def test_every_observed_value_but_the_largest():
    assert candidate_thresholds(eight_people(), ALL) == (900.0, 3700.0, 3700.5)
    assert candidate_thresholds(eight_people(), Selection(sites=("UK-01",))) == (3700.0,)


def test_nothing_to_choose_from():
    without = small_trial(arm=["IL-2", "Placebo"], time=[1, 2], event=[1, 0])
    for trial in (without, _with([5.0, 5.0]), _with([math.nan, math.nan])):
        assert candidate_thresholds(trial, ALL) == ()
        assert median(trial, ALL) == tertiles(trial, ALL) == ()


def test_a_large_trial_is_thinned_at_equal_steps_of_participants():
    values = list(np.geomspace(1, 1e5, 5000))
    found = candidate_thresholds(_with(values), ALL)
    assert len(found) == MAX_CANDIDATES
    assert (found[0], found[-1]) == (values[0], values[-2])
    steps = np.diff([values.index(value) for value in found])
    assert steps.min() >= 12
    assert steps.max() <= 13


@for_each(
    ("values", "half", "thirds"),
    [
        ([1, 2, 3, 4], (2.0,), (1.0, 3.0)),
        ([1, 2, 3, 4, 5, 6], (3.0,), (2.0, 4.0)),
        # ties: three of four are 1, so the only cut stands there
        ([1, 1, 1, 2], (1.0,), (1.0,)),
        ([1, 1, 1, 2, 3, 4], (1.0,), (1.0, 2.0)),
        ([7, math.nan, 9], (7.0,), (7.0,)),
    ],
)
def test_presets_stand_on_observed_values(
    values: list[float], half: tuple[float, ...], thirds: tuple[float, ...]
):
    assert median(_with(values), ALL) == half
    assert tertiles(_with(values), ALL) == thirds


@given(st.lists(st.integers(0, 30), min_size=2, max_size=60))
def test_each_candidate_makes_different_groups_and_the_median_the_evenest(values: list[int]):
    trial = _with([float(v) for v in values])
    found = candidate_thresholds(trial, ALL)
    sizes = [assign_groups(trial, Selection(thresholds=(c,))).groups[0].n for c in found]
    assert sizes == sorted(set(sizes))
    assert all(0 < size < len(values) for size in sizes)
    if found:
        (chosen,) = median(trial, ALL)
        unevenness = [abs(size - len(values) / 2) for size in sizes]
        assert unevenness[found.index(chosen)] == min(unevenness)
