"""A rounded curve steps only when enough have left, and is Kaplan and Meier's where one is enough."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mirodash.disclosure.curve_values import aggregate_event_times, compare_arms_rounded
from mirodash.survival.compare import compare_arms
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
    total = sum(happened for _, happened in left)
    wanted = total // max(total // enough, 1)
    made: list[list[tuple[float, bool]]] = [[]]
    for k, (when, happened) in enumerate(left):
        made[-1].append((when, happened))
        is_last_of_tie = k + 1 == len(left) or left[k + 1][0] != when
        gathered = sum(happened for _, happened in made[-1])
        to_come = any(happened for later, happened in left[k + 1 :])
        if is_last_of_tie and (gathered >= wanted if to_come or gathered else len(made[-1]) >= enough):
            made.append([])
    counts = [(sum(happened for _, happened in step), len(step)) for step in made if step]
    # fewer events than make a step belong to the one before, with all who left in between
    while len(counts) > 1 and 0 < counts[-1][0] < wanted:
        fewer = counts.pop()
        counts[-1] = (counts[-1][0] + fewer[0], counts[-1][1] + fewer[1])
    sizes = np.cumsum([0, *(size for _, size in counts)])
    return [
        (len(left) - int(gone), events, size) for gone, (events, size) in zip(sizes, counts, strict=False)
    ]


@given(trials(largest=60), SIZES)
def test_every_step_holds_enough_events_and_they_hold_everybody(trial: MadeUpTrial, enough: int) -> None:
    summary = compared(trial, enough)
    for arm, told in ((0, summary.control), (1, summary.treated)):
        here = trial.treated == arm
        fallen = told.curve.events[told.curve.events > 0]
        assert trial.event[here].sum() < enough or (fallen >= enough).all()
        assert (told.curve.events + told.curve.censored).sum() == here.sum() == told.n
        assert told.curve.events.sum() == trial.event[here].sum() == told.events
        assert (np.diff(told.curve.estimate) <= 0).all()


def test_the_curve_lies_about_kaplan_and_meiers() -> None:
    apart: list[float] = []
    for seed in range(20):
        trial = many(seed)
        members = np.ones((1, trial.time.size), dtype=np.bool_)
        for horizon in (200.0, 400.0, 700.0):
            (exact,) = compare_arms(
                trial.time, trial.event, trial.treated, members, horizon=horizon, ticks=[0, 4, 8]
            )
            one, other = exact.treated.survival_at, compared(trial, 10, horizon).treated.survival_at
            assert one is not None
            assert other is not None
            apart.append(other.estimate - one.estimate)
    assert max(map(abs, apart)) < 0.12
    assert abs(float(np.mean(apart))) < 0.03


def test_the_curve_is_the_product_over_steps_counted_by_hand() -> None:
    for enough in (1, 3, 10, 25):
        trial = many(enough)
        for arm, told in ((0, compared(trial, enough).control), (1, compared(trial, enough).treated)):
            here = trial.treated == arm
            steps = step_by_step(trial.time[here], trial.event[here], enough)
            falls = [1 - events / at_risk for at_risk, events, _ in steps if events]
            expected = np.cumprod(falls)
            np.testing.assert_allclose(told.curve.estimate[told.curve.events > 0], expected, atol=1e-12)


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


def test_everybody_of_a_step_is_moved_to_the_middle_event_of_it() -> None:
    moved = aggregate_event_times([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 0, 1, 1, 1, 1, 1], [0] * 8, min_cell=3)
    assert moved.tolist() == [2, 2, 2, 2, 6, 6, 6, 6]
    assert not moved.flags.writeable
