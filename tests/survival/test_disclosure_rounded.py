"""A rounded curve steps only when enough have left, and is Kaplan and Meier's where one is enough."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mirodash.survival.comparison import compare_arms
from mirodash.survival.disclosure_rounded import compare_arms_rounded, rounded_times
from mirodash.survival.results import ArmComparison, HazardRatio, NotEstimable
from tests.strategies import MadeUpTrial, trials

SIZES = st.integers(1, 12)


def compared(trial: MadeUpTrial, min_cell: int, horizon: float = 8.0) -> ArmComparison:
    members = np.ones((1, trial.time.size), dtype=np.bool_)
    return compare_arms_rounded(
        trial.time, trial.event, trial.treated, members, horizon=horizon, ticks=[0, 4, 8], min_cell=min_cell
    )[0]


def step_by_step(
    time: NDArray[np.float64], event: NDArray[np.bool_], enough: int
) -> list[tuple[int, int, int]]:
    """At risk, events and all who leave at each step, counted one participant after the other."""
    left = sorted(zip(time.tolist(), event.tolist(), strict=True))
    made: list[list[tuple[float, bool]]] = [[]]
    for k, person in enumerate(left):
        made[-1].append(person)
        is_last_of_tie = k + 1 == len(left) or left[k + 1][0] != person[0]
        if len(made[-1]) >= enough and is_last_of_tie:
            made.append([])
    if len(made) > 1:
        last = made.pop()
        made[-1] += last
    counts = [(sum(happened for _, happened in step), len(step)) for step in made if step]
    sizes = np.cumsum([0, *(size for _, size in counts)])
    return [
        (len(left) - int(gone), events, size) for gone, (events, size) in zip(sizes, counts, strict=False)
    ]


@given(trials(largest=60), SIZES)
def test_every_step_holds_enough_and_they_hold_everybody(trial: MadeUpTrial, enough: int) -> None:
    summary = compared(trial, enough)
    for arm, told in ((0, summary.control), (1, summary.treated)):
        here = trial.treated == arm
        leaving = told.curve.events + told.curve.censored
        assert here.sum() < enough or (leaving >= enough).all()
        assert leaving.sum() == here.sum() == told.n
        assert told.curve.events.sum() == trial.event[here].sum() == told.events
        assert (np.diff(told.curve.estimate) <= 0).all()


@given(trials(largest=60), SIZES)
def test_the_curve_is_the_product_over_steps_counted_by_hand(trial: MadeUpTrial, enough: int) -> None:
    for arm, told in ((0, compared(trial, enough).control), (1, compared(trial, enough).treated)):
        here = trial.treated == arm
        steps = step_by_step(trial.time[here], trial.event[here], enough)
        expected = np.cumprod([1 - events / at_risk for at_risk, events, _ in steps])
        np.testing.assert_allclose(told.curve.estimate, expected, atol=1e-12)


@given(trials(largest=40))
def test_with_steps_of_one_it_is_kaplan_and_meiers(trial: MadeUpTrial) -> None:
    members = np.ones((1, trial.time.size), dtype=np.bool_)
    (exact,) = compare_arms(trial.time, trial.event, trial.treated, members, horizon=8, ticks=[0, 4, 8])
    rounded = compared(trial, 1)
    for one, other in ((exact.control, rounded.control), (exact.treated, rounded.treated)):
        np.testing.assert_array_equal(one.curve.time, other.curve.time)
        np.testing.assert_array_equal(one.curve.estimate, other.curve.estimate)
        assert (one.median, one.survival_at, one.rmst) == (other.median, other.survival_at, other.rmst)


def test_without_a_limit_it_is_the_same_answer() -> None:
    columns = ([6, 13, 21, 30], [1, 1, 1, 1], [0, 1, 0, 1])
    members = [[True] * 4]
    (exact,) = compare_arms(*columns, members, horizon=20, ticks=[0])
    (same,) = compare_arms_rounded(*columns, members, horizon=20, ticks=[0])
    assert (same.cox, same.events, same.control.median) == (exact.cox, exact.events, exact.control.median)


def many(seed: int = 1) -> MadeUpTrial:
    rng = np.random.default_rng(seed)
    return MadeUpTrial(
        np.round(rng.exponential(500, 200), 1) + 1,
        rng.random(200) < 0.6,
        np.arange(200) % 2 == 1,
        np.ones(200),
    )


def test_moving_the_horizon_day_by_day_tells_no_more_than_the_steps() -> None:
    trial = many()
    arms = [compared(trial, 10, float(day)).treated for day in range(1, 900, 9)]
    assert len({arm.survival_at.estimate for arm in arms if arm.survival_at}) <= 11
    means = np.array([arm.rmst.estimate for arm in arms if arm.rmst])
    # between the steps the mean grows evenly
    assert np.unique(np.round(np.diff(means), 6)).size <= 2 * 11


def test_effects_are_the_exact_ones() -> None:
    trial = many()
    members = np.ones((1, 200), dtype=np.bool_)
    (exact,) = compare_arms(trial.time, trial.event, trial.treated, members, horizon=500, ticks=[0])
    rounded = compared(trial, 10, 500.0)
    assert isinstance(rounded.cox, HazardRatio)
    assert (rounded.cox, rounded.logrank, rounded.ph_test) == (exact.cox, exact.logrank, exact.ph_test)


def test_of_fewer_events_than_may_be_told_no_effect_is_told() -> None:
    trial = many()
    few = MadeUpTrial(trial.time, np.arange(200) < 9, trial.treated, trial.biomarker)
    told = compared(few, 10)
    for answer in (told.cox, told.logrank, told.ph_test, told.rmst_difference, told.survival_difference):
        assert answer == NotEstimable("Fewer than 10 events: the effect is not shown.")
    assert isinstance(compared(few, 9).cox, HazardRatio | NotEstimable)


def test_nobody_is_moved_before_the_step_that_holds_them_but_the_last() -> None:
    moved = rounded_times([1, 2, 3, 4, 5, 6, 7], [0] * 7, min_cell=3)
    assert moved.tolist() == [3, 3, 3, 6, 6, 6, 6]
    assert not moved.flags.writeable
