"""What must hold for any trial: reordering, renaming, rescaling and doubling change only what they should."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.survival import compare_arms, estimate_kaplan_meier, estimate_stratified_effect
from mirodash.survival.results import ArmComparison, Difference, HazardRatio, LogRank, NotEstimable
from tests.strategies import MadeUpTrial, comparable_trials, trials

TICKS = np.array([0.0, 1.0, 2.5, 6.0, 12.0, 40.0])


def compare(trial: MadeUpTrial, *, horizon: float = 8.0, scale: float = 1.0) -> ArmComparison:
    everybody = np.ones((1, trial.time.size), dtype=bool)
    return compare_arms(
        trial.time * scale,
        trial.event,
        trial.treated,
        everybody,
        horizon=horizon * scale,
        ticks=TICKS * scale,
    )[0]


def numbers(result: Any) -> list[float]:
    """Every number in a result, in a fixed order; NaN for what does not exist."""
    if result is None or isinstance(result, str):
        return [np.nan]
    if isinstance(result, np.ndarray):
        return result.astype(float).tolist()
    if isinstance(result, Mapping):
        return [number for part in result.values() for number in numbers(part)]
    if isinstance(result, tuple):
        return [number for part in result for number in numbers(part)]
    if hasattr(result, "__dataclass_fields__"):
        return [number for name in result.__dataclass_fields__ for number in numbers(getattr(result, name))]
    return [float(result)]


def same(first: Any, second: Any) -> None:
    np.testing.assert_allclose(numbers(first), numbers(second), rtol=1e-9, atol=1e-11)


def cox_of(result: ArmComparison) -> HazardRatio:
    assert isinstance(result.cox, HazardRatio)
    return result.cox


def logrank_of(result: ArmComparison) -> LogRank:
    assert isinstance(result.logrank, LogRank)
    return result.logrank


@given(trials())
def test_survival_never_rises_and_stays_a_share(trial: MadeUpTrial) -> None:
    curve = estimate_kaplan_meier(trial.time, trial.event)
    assert np.all(np.diff(curve.estimate) <= 0)
    assert np.all((curve.estimate >= 0) & (curve.estimate <= 1))
    known = ~np.isnan(curve.lower)
    assert np.all(curve.lower[known] <= curve.estimate[known])
    assert np.all(curve.estimate[known] <= curve.upper[known])


@given(trials())
def test_at_risk_censored_and_events_sum_to_everybody_at_every_tick(trial: MadeUpTrial) -> None:
    result = compare(trial)
    for arm, flag in ((result.control, False), (result.treated, True)):
        table = arm.at_risk
        assert arm.n == int((trial.treated == flag).sum())
        np.testing.assert_array_equal(table.at_risk + table.censored + table.events, arm.n)
        recount = [int(((trial.time >= tick) & (trial.treated == flag)).sum()) for tick in TICKS]
        assert table.at_risk.tolist() == recount


@given(trials(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(trial: MadeUpTrial, random: Any) -> None:
    rows = list(range(trial.time.size))
    random.shuffle(rows)
    same(compare(trial), compare(trial.taking(np.array(rows, dtype=np.intp))))


@given(comparable_trials())
def test_renaming_the_arms_inverts_the_hazard_ratio(trial: MadeUpTrial) -> None:
    plain = compare(trial)
    swapped = compare(MadeUpTrial(trial.time, trial.event, ~trial.treated, trial.biomarker))
    assert cox_of(swapped).hr == pytest.approx(1 / cox_of(plain).hr, rel=1e-9)
    assert cox_of(swapped).ci == pytest.approx([1 / x for x in reversed(cox_of(plain).ci)], rel=1e-9)
    for name in ("se", "p_wald", "p_lr", "p_score"):
        assert getattr(cox_of(swapped), name) == pytest.approx(getattr(cox_of(plain), name), rel=1e-7)
    assert logrank_of(swapped).statistic == pytest.approx(logrank_of(plain).statistic, rel=1e-9, abs=1e-12)
    same(swapped.control, plain.treated)
    assert isinstance(plain.rmst_difference, Difference)
    assert isinstance(swapped.rmst_difference, Difference)
    assert swapped.rmst_difference.estimate == pytest.approx(-plain.rmst_difference.estimate, abs=1e-12)


@given(comparable_trials(), st.sampled_from([1 / 30.4375, 7.0, 365.25]))
def test_another_time_unit_changes_only_times(trial: MadeUpTrial, scale: float) -> None:
    plain, scaled = compare(trial), compare(trial, scale=scale)
    same(plain.cox, scaled.cox)
    same(plain.logrank, scaled.logrank)
    same(plain.ph_test, scaled.ph_test)
    same(plain.treated.curve.estimate, scaled.treated.curve.estimate)
    assert isinstance(plain.rmst_difference, Difference)
    assert isinstance(scaled.rmst_difference, Difference)
    assert scaled.rmst_difference.estimate == pytest.approx(scale * plain.rmst_difference.estimate, abs=1e-9)
    assert scaled.rmst_difference.se == pytest.approx(scale * plain.rmst_difference.se, rel=1e-9)


@given(comparable_trials())
def test_everybody_twice_keeps_the_curves(trial: MadeUpTrial) -> None:
    rows = np.arange(trial.time.size)
    once, twice = compare(trial), compare(trial.taking(np.concatenate((rows, rows))))
    for arm in ("control", "treated"):
        one, two = getattr(once, arm), getattr(twice, arm)
        np.testing.assert_allclose(two.curve.estimate, one.curve.estimate, rtol=1e-12)
        np.testing.assert_array_equal(two.curve.at_risk, 2 * one.curve.at_risk)
        assert two.median == one.median
    assert logrank_of(twice).observed == 2 * logrank_of(once).observed
    assert logrank_of(twice).expected == pytest.approx(2 * logrank_of(once).expected, rel=1e-12)


def test_everybody_k_times_multiplies_the_logrank_statistic_in_the_limit() -> None:
    """The hypergeometric variance has (n - d) / (n - 1), so doubling is exact only as trials grow."""
    rng = np.random.default_rng(1)
    time, event = rng.integers(1, 500, 4000).astype(float), rng.integers(0, 2, 4000) == 1
    trial = MadeUpTrial(time, event, rng.integers(0, 2, 4000) == 1, np.zeros(4000))
    rows = np.arange(4000)
    ratio = (
        logrank_of(compare(trial.taking(np.tile(rows, 2)))).statistic / logrank_of(compare(trial)).statistic
    )
    assert ratio == pytest.approx(2, rel=2e-3)


@given(comparable_trials(), st.booleans())
def test_a_participant_censored_at_the_start_changes_only_counts(trial: MadeUpTrial, treated: bool) -> None:
    later = MadeUpTrial(trial.time + 1, trial.event, trial.treated, trial.biomarker)
    more = MadeUpTrial(
        np.append(later.time, 0.0),
        np.append(later.event, False),
        np.append(later.treated, treated),
        np.append(later.biomarker, 1.0),
    )
    before, after = compare(later), compare(more)
    same(before.cox, after.cox)
    same(before.logrank, after.logrank)
    same(before.rmst_difference, after.rmst_difference)
    assert after.n == before.n + 1


@given(comparable_trials(ties=False))
def test_without_ties_the_logrank_is_the_score_test(trial: MadeUpTrial) -> None:
    result = compare(trial)
    assert logrank_of(result).p == pytest.approx(cox_of(result).p_score, rel=1e-9)


@given(trials(largest=20), st.data())
def test_groups_together_equal_groups_alone(trial: MadeUpTrial, data: st.DataObject) -> None:
    masks = st.lists(st.booleans(), min_size=trial.time.size, max_size=trial.time.size)
    chosen = data.draw(st.lists(masks, min_size=1, max_size=4))
    members = np.array(chosen, dtype=bool).reshape(len(chosen), trial.time.size)
    together = compare_arms(trial.time, trial.event, trial.treated, members, horizon=8, ticks=TICKS)
    assert len(together) == len(chosen)
    for mask, ours in zip(members, together, strict=True):
        alone = compare(trial.taking(np.flatnonzero(mask)))
        same(ours, alone)
        if isinstance(alone.cox, NotEstimable):
            assert isinstance(ours.cox, NotEstimable)
            assert ours.cox.why == alone.cox.why


@given(trials(), st.data())
def test_what_is_reported_always_exists(trial: MadeUpTrial, data: st.DataObject) -> None:
    """No scalar is ever NaN or infinite, whatever the trial."""
    horizon = data.draw(st.sampled_from([0.5, 5.0, 12.0, 100.0]))
    result = compare(trial, horizon=horizon)
    for effect in (result.logrank, result.cox, result.ph_test, result.rmst_difference):
        if isinstance(effect, NotEstimable):
            assert effect.why.endswith(".")
        else:
            assert np.isfinite(numbers(effect)).all()
    for arm in (result.control, result.treated):
        if arm.n:
            assert np.isfinite(numbers(arm.rmst)).all()
        else:
            assert arm.rmst is None
            assert arm.survival_at is None
            assert arm.median is None


@given(comparable_trials(largest=16), st.data())
def test_the_stratified_logrank_sums_over_strata(trial: MadeUpTrial, data: st.DataObject) -> None:
    size = trial.time.size
    strata = np.array(data.draw(st.lists(st.integers(0, 2), min_size=size, max_size=size)))
    ours = estimate_stratified_effect(trial.time, trial.event, trial.treated, strata)
    members = strata == np.arange(3)[:, None]
    parts = compare_arms(trial.time, trial.event, trial.treated, members, horizon=8, ticks=[0])
    tests = [part.logrank for part in parts if isinstance(part.logrank, LogRank)]
    variance = sum(test.variance for test in tests)
    if isinstance(ours.logrank, NotEstimable):
        assert variance == 0
        return
    gap = sum(test.observed - test.expected for test in tests)
    assert ours.logrank.statistic == pytest.approx(gap**2 / variance, rel=1e-9, abs=1e-12)
