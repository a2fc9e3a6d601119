"""The test of windows: its p-value by hand, its level where nothing varies, its power where much does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from mirodash.survival import estimate_kaplan_meier, survival_at
from mirodash.survival.data import Observations, validate_follow_up
from mirodash.survival.results import Numbers, SurvivalCurve
from mirodash.survival.spline import compute_null_residuals
from mirodash.survival.stepp import members_of, place_sliding_spans
from mirodash.survival.stepp_test import InWindows, influence_on_survival, p_values_of_windows
from tests.profiles import for_each
from tests.reference_cases import load_case

N, HORIZON = 220, 600.0
ONES = np.ones(N, dtype=np.int64)
SLIDING = members_of(place_sliding_spans(ONES, size=50, overlap=40), np.arange(N))
Drawn = tuple[Numbers, NDArray[np.bool_], Numbers]
"""Time, event and arm of participants in ascending order of the biomarker."""


def followed(time: Numbers, arm: Numbers, rng: np.random.Generator) -> Drawn:
    censored = np.minimum(640, rng.uniform(500, 2000, N).round())
    return np.minimum(time, censored), time <= censored, arm


def proportional(rng: np.random.Generator, log_hazard: Callable[[Numbers, Numbers], Numbers]) -> Drawn:
    """About 90 events by day 640; hazards follow a standardised biomarker and the arm."""
    arm = rng.permutation(np.arange(N) % 2).astype(np.float64)
    time = rng.exponential(size=N) / np.exp(log_hazard(np.linspace(-2, 2, N), arm))
    return followed(np.ceil(640 * time / np.quantile(time, 90 / N)), arm, rng)


def additive(rng: np.random.Generator) -> Drawn:
    """Risk by the horizon rises steeply with the biomarker; treatment takes 15 points off for everybody."""
    arm = rng.permutation(np.arange(N) % 2).astype(np.float64)
    risk = 0.16 + 0.68 / (1 + np.exp(-1.5 * np.linspace(-2, 2, N))) - 0.15 * arm
    by_then = rng.uniform(size=N) < risk
    return followed(np.where(by_then, rng.integers(1, 600, N), rng.integers(601, 2000, N)), arm, rng)


def p_values(drawn: Drawn, members: NDArray[np.bool_], *, seed: int) -> tuple[float | None, float | None]:
    people = InWindows(
        validate_follow_up(*drawn), np.exp(np.linspace(6, 9, N)), np.zeros(N, dtype=np.int64), members
    )
    return p_values_of_windows(people, horizon=HORIZON, n_resamples=199, seed=seed)


def rejected(make: Callable[[np.random.Generator], Drawn], trials: int) -> Numbers:
    """Shares of trials with p <= 0.05, for hazard ratio and survival difference."""
    p = [p_values(make(np.random.default_rng([11, k])), SLIDING, seed=k) for k in range(trials)]
    return np.mean(np.array(p, dtype=np.float64) <= 0.05, axis=0)


NULL_HAZARD: dict[str, Callable[[Numbers, Numbers], Numbers]] = {
    "nothing": lambda x, arm: 0 * x,
    "prognostic": lambda x, arm: 0.8 * x,
    "prognostic and works for all": lambda x, arm: 0.8 * x - 0.5 * arm,
}
TRIALS = 200
BOUND = 0.05 + 3 * np.sqrt(0.05 * 0.95 / TRIALS)


@for_each("name", NULL_HAZARD)
def test_one_hazard_ratio_for_everybody_is_seldom_taken_for_many(name: str):
    share, _ = rejected(lambda rng: proportional(rng, NULL_HAZARD[name]), TRIALS)
    assert 0.015 < share < BOUND


def test_one_survival_difference_for_everybody_is_seldom_taken_for_many():
    _, share = rejected(additive, TRIALS)
    assert 0.015 < share < BOUND


def test_an_effect_in_half_of_the_participants_is_often_found():
    ratio, difference = rejected(
        lambda rng: proportional(rng, lambda x, arm: 0.4 * x - 1.8 * arm * (x < 0)), 100
    )
    assert ratio > 0.5
    assert difference > 0.3


def largest_deviation(arm: Numbers, residual: Numbers, share: Numbers, members: NDArray[np.bool_]) -> float:
    found = 0.0
    for inside, of in zip(members, share, strict=True):
        terms = (arm - arm.mean()) * (inside - of) * residual
        found = max(found, abs(terms.sum()) / np.sqrt((terms**2).sum()))
    return found


def test_the_p_value_is_the_share_of_draws_that_are_as_extreme():
    drawn = proportional(np.random.default_rng(3), lambda x, arm: -1.0 * arm * (x < 0))
    time, event, arm = drawn
    p, _ = p_values(drawn, SLIDING, seed=1)
    left = compute_null_residuals(time, event.astype(float), arm, np.exp(np.linspace(6, 9, N)))
    share = np.array([left.expected[inside].sum() for inside in SLIDING]) / left.expected.sum()
    rng = np.random.default_rng(2)
    draws = [largest_deviation(rng.permutation(arm), left.residual, share, SLIDING) for _ in range(2_000)]
    reached = largest_deviation(arm, left.residual, share, SLIDING)
    expected = np.mean(np.array(draws) >= reached)
    assert p == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 199))
    assert 0.01 < expected < 0.5


def test_the_same_seed_gives_the_same_p_and_another_one_nearly_so():
    drawn = proportional(np.random.default_rng(4), NULL_HAZARD["nothing"])
    first, again, other = (p_values(drawn, SLIDING, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    np.testing.assert_allclose(np.array(first, float), np.array(other, float), atol=0.15)


def test_arms_are_drawn_again_within_strata_only():
    drawn = proportional(np.random.default_rng(5), NULL_HAZARD["nothing"])
    _, _, arm = drawn
    # strata of one arm each leave nothing to draw, and nothing to tell
    people = InWindows(
        validate_follow_up(*drawn), np.exp(np.linspace(6, 9, N)), arm.astype(np.int64), SLIDING
    )
    assert p_values_of_windows(people, horizon=HORIZON, n_resamples=99, seed=0) == (None, None)


def test_without_resamples_or_windows_there_is_no_p():
    drawn = proportional(np.random.default_rng(6), NULL_HAZARD["nothing"])
    everybody = np.ones((1, N), dtype=np.bool_)
    assert p_values(drawn, everybody, seed=0) == (None, None)
    people = InWindows(validate_follow_up(*drawn), np.linspace(6, 9, N), np.zeros(N, dtype=np.int64), SLIDING)
    assert p_values_of_windows(people, horizon=HORIZON, n_resamples=0, seed=0) == (None, None)
    assert p_values_of_windows(people, horizon=0.5, n_resamples=9, seed=0)[1] is None


def survival_without(observed: Observations, left_out: int, horizon: float) -> float:
    """Survival at the horizon of the arm of a participant, without them."""
    same = observed.treated == observed.treated[left_out]
    same[left_out] = False
    curve: SurvivalCurve = estimate_kaplan_meier(observed.distinct[observed.code[same]], observed.event[same])
    found = survival_at(curve, horizon)
    assert found is not None
    return found.estimate


def test_the_influence_on_survival_is_what_leaving_somebody_out_changes():
    case = load_case("pbc")
    observed = validate_follow_up(case.time, case.event, case.treated)
    influence = influence_on_survival(observed, case.horizon)
    for arm in (0, 1):
        of = observed.treated == arm
        curve = estimate_kaplan_meier(case.time[of], case.event[of])
        at = survival_at(curve, case.horizon)
        assert at is not None
        assert at.standard_error is not None
        size = int(of.sum())
        assert influence[of].sum() == pytest.approx(0, abs=1e-9)
        assert np.sqrt((influence[of] ** 2).sum()) / size == pytest.approx(at.standard_error, rel=0.01)
        for left_out in np.flatnonzero(of)[:10]:
            moved = (size - 1) * (at.estimate - survival_without(observed, int(left_out), case.horizon))
            assert influence[left_out] == pytest.approx(moved, abs=0.02)


def test_before_the_first_time_nobody_has_any_influence():
    observed = validate_follow_up([5, 6], [1, 1], [0, 1])
    assert influence_on_survival(observed, 4).tolist() == [0, 0]


def test_two_values_of_the_biomarker_are_enough():
    drawn = proportional(np.random.default_rng(7), NULL_HAZARD["prognostic"])
    high = np.arange(N) >= N // 2
    people = InWindows(
        validate_follow_up(*drawn),
        high.astype(np.float64),
        np.zeros(N, dtype=np.int64),
        np.stack((~high, high)),
    )
    p = p_values_of_windows(people, horizon=HORIZON, n_resamples=99, seed=0)
    assert all(value is not None and 0 < value <= 1 for value in p)
