"""The test of a constant hazard ratio is the score test of one that changes as survival falls."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from mirodash.survival import compare_arms
from mirodash.survival.results import HazardRatio, ProportionalHazardsTest
from tests.strategies import MadeUpTrial, comparable_trials


def efron_log_likelihood(trial: MadeUpTrial, beta: float, slope: float, moment: dict[float, float]) -> float:
    """From participants, not counts: treatment has effect ``beta + slope × moment(t)`` at time t."""
    total = 0.0
    for time, g in moment.items():
        risk = np.exp((beta + slope * g) * trial.treated)
        failing = (trial.time == time) & trial.event
        at_risk = trial.time >= time
        total += float(np.log(risk[failing]).sum())
        for place in range(int(failing.sum())):
            total -= np.log(risk[at_risk].sum() - place / failing.sum() * risk[failing].sum())
    return total


def moments(trial: MadeUpTrial) -> dict[float, float]:
    """1 minus survival just before each event time, centred over events."""
    survival, before = 1.0, {}
    for time in sorted(set(trial.time[trial.event].tolist())):
        before[time] = 1 - survival
        failing = int(((trial.time == time) & trial.event).sum())
        survival *= 1 - failing / int((trial.time >= time).sum())
    mean = float(np.mean([before[time] for time in trial.time[trial.event].tolist()]))
    return {time: value - mean for time, value in before.items()}


@given(comparable_trials(largest=14))
def test_it_is_the_score_test(trial: MadeUpTrial) -> None:
    everybody = np.ones((1, trial.time.size), dtype=bool)
    result = compare_arms(trial.time, trial.event, trial.treated, everybody, horizon=5, ticks=[0])[0]
    assert isinstance(result.cox, HazardRatio)
    assert isinstance(result.ph_test, ProportionalHazardsTest)
    moment, beta, h = moments(trial), result.cox.coef, 1e-4

    def at(left: int, right: int) -> float:
        return efron_log_likelihood(trial, beta + left * h, right * h, moment)

    score = (at(0, 1) - at(0, -1)) / (2 * h)
    curvature = -(at(0, 1) - 2 * at(0, 0) + at(0, -1)) / h**2
    mixed = -(at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * h**2)
    information = result.cox.se**-2
    statistic = score**2 / (curvature - mixed**2 / information)
    assert result.ph_test.statistic == pytest.approx(statistic, rel=1e-3, abs=1e-4)
