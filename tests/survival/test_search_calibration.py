"""Whoever searches for a threshold finds one in 5 % of trials without any, and in most of those with one."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.calibration import DRAGGED, EVENTS, SCENARIOS, Scenario, draw, findings, largest_z, p_value
from tests.profiles import for_each

TRIALS = 250
RESAMPLES = 199
NULL = [scenario for scenario in SCENARIOS if not scenario.has_threshold]
(PREDICTIVE,) = (scenario for scenario in SCENARIOS if scenario.has_threshold)


@cache
def p_values(scenario: Scenario) -> NDArray[np.float64]:
    rng = np.random.default_rng([2025, SCENARIOS.index(scenario)])
    return np.array([p_value(draw(scenario, rng), resamples=RESAMPLES, seed=k) for k in range(TRIALS)])


def off(scenarios: list[Scenario], share: float) -> float:
    """By how many standard errors more p-values than that share are at most that share."""
    p = np.concatenate([p_values(scenario) for scenario in scenarios])
    return float((np.mean(p <= share) - share) / np.sqrt(share * (1 - share) / p.size))


@for_each("name", [scenario.name for scenario in NULL])
@for_each("share", [0.05, 0.2, 0.5])
def test_without_a_threshold_p_values_are_as_small_as_they_say(name: str, share: float) -> None:
    assert abs(off([scenario for scenario in NULL if scenario.name == name], share)) < 3


@for_each("share", [0.05, 0.2, 0.5])
def test_over_all_trials_without_a_threshold_the_level_holds(share: float) -> None:
    """A level of 7.5 % would be off by 3.6 here, one of 2.5 % by as much."""
    assert abs(off(NULL, share)) < 2.5


def test_a_threshold_that_is_there_is_mostly_found() -> None:
    assert np.mean(p_values(PREDICTIVE) <= 0.05) > 0.5


def test_dragging_until_it_looks_good_finds_thresholds_that_are_not_there() -> None:
    rng = np.random.default_rng(3)
    found = np.mean([largest_z(draw(NULL[0], rng)) >= DRAGGED for _ in range(60)])
    assert 0.2 < found < 0.6


def test_findings_are_counted_both_ways() -> None:
    found = findings(PREDICTIVE, trials=6, resamples=99)
    assert 0 <= found.corrected <= found.dragged <= 1
    assert found.error > 0


def test_a_drawn_trial_has_about_as_many_events_as_it_should() -> None:
    rng = np.random.default_rng(9)
    for scenario in SCENARIOS:
        events = [draw(scenario, rng).event.sum() for _ in range(40)]
        assert np.mean(events) == pytest.approx(EVENTS, abs=4)
