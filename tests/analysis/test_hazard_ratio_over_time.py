"""The hazard ratio over time is asked of the same people as the hazard ratio."""

from __future__ import annotations

import numpy as np
import pytest

from mirodash.questions.hazard_ratio_over_time import hazard_ratio_over_time
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.selection import Selection
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.trial.store import SAMPLES, sample
from tests.panels.views import TRIALS
from tests.profiles import for_each


@for_each("name", SAMPLES)
@for_each("thresholds", [(), (1500.0,), (20.0, 90.0)])
def test_each_group_has_one_residual_for_each_of_its_events(name: str, thresholds: tuple[float, ...]):
    selection = Selection(thresholds=thresholds)
    over_time = hazard_ratio_over_time(sample(name), selection)
    compared = survival_by_group(sample(name), selection)
    assert [g.label for g in over_time.groups] == [g.label for g in compared.groups]
    for ours, theirs in zip(over_time.groups, compared.groups, strict=True):
        cox = theirs.comparison.cox
        assert isinstance(ours.residuals, NotEstimable) == isinstance(cox, NotEstimable)
        if isinstance(ours.residuals, NotEstimable) or isinstance(cox, NotEstimable):
            continue
        assert ours.residuals.coef == pytest.approx(cox.coef, rel=1e-9, abs=1e-9)
        assert ours.residuals.residual.size == theirs.comparison.events
        assert ours.residuals.treated.sum() == theirs.comparison.treated.events


def test_the_axis_ends_with_the_last_event_wherever_the_horizon_is():
    trial = sample("mirocals")
    outcome = trial.outcomes["death"]
    last = float(outcome.time[outcome.event].max())
    for horizon in (100.0, 640.0, 3000.0):
        result = hazard_ratio_over_time(trial, Selection(horizon=horizon))
        assert result.last == last
        assert result.ticks.size >= 3
        assert result.ticks[-1] < last


def test_ticks_are_neat_in_the_readers_unit():
    result = hazard_ratio_over_time(sample("mirocals"), Selection(unit="months"))
    np.testing.assert_allclose(result.ticks / 30.4375, [0, 3, 6, 9, 12, 15, 18])


@for_each("name", TRIALS)
def test_without_a_hazard_ratio_of_everybody_no_group_has_one(name: str):
    result = hazard_ratio_over_time(TRIALS[name], Selection())
    if isinstance(result.groups[0].residuals, NotEstimable):
        assert not any(isinstance(group.comparison.cox, HazardRatio) for group in result.groups)
        assert (result.last, result.ticks.size) == (0.0, 0)
