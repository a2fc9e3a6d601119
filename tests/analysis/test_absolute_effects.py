"""Risk differences and numbers needed to treat, recounted from survival at the horizon."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.questions.group_effects import absolute_effects, number_needed
from mirodash.stratification.selection import Selection
from mirodash.survival.results import Difference, NotEstimable
from mirodash.trial.store import sample
from tests.panels.views import TRIALS
from tests.profiles import for_each


def test_the_risk_difference_is_the_difference_of_the_risks():
    trial = sample("gbsg2")
    for effect in absolute_effects(trial, Selection()):
        compared = effect.group.comparison
        control, treated = compared.control.survival_at, compared.treated.survival_at
        assert control is not None
        assert treated is not None
        risk = effect.risk_difference
        assert isinstance(risk, Difference)
        assert risk.estimate == pytest.approx((1 - treated.estimate) - (1 - control.estimate), abs=1e-15)
        assert risk.ci[0] < risk.estimate < risk.ci[1]
        assert (effect.number_needed is None) == (risk.ci[0] <= 0 <= risk.ci[1])
        if effect.number_needed:
            assert effect.number_needed.estimate == pytest.approx(1 / abs(risk.estimate))


@given(
    estimate=st.floats(-1, 1, allow_subnormal=False),
    reach=st.floats(0, 2, allow_subnormal=False),
)
def test_a_number_needed_exists_exactly_where_the_interval_excludes_none(estimate: float, reach: float):
    difference = Difference(1.0, estimate, reach / 2, (estimate - reach, estimate + reach))
    found = number_needed(difference)
    low, high = difference.ci
    if low <= 0 <= high:
        assert found is None
        return
    assert found is not None
    assert found.direction == ("benefit" if estimate > 0 else "harm")
    assert 1 <= found.ci[0] <= found.estimate * (1 + 1e-12)
    assert found.estimate <= found.ci[1] * (1 + 1e-12)


def test_harm_has_a_number_of_its_own():
    found = number_needed(Difference(1.0, -0.2, 0.05, (-0.4, -0.1)))
    assert found is not None
    assert (found.direction, found.estimate, found.ci) == ("harm", 5.0, (2.5, 10.0))


@for_each("name", TRIALS)
def test_every_trial_has_its_effects_or_the_reason(name: str):
    for effect in absolute_effects(TRIALS[name], Selection()):
        if isinstance(effect.risk_difference, NotEstimable):
            assert effect.risk_difference.why
            assert effect.number_needed is None
        elif effect.number_needed:
            assert all(map(math.isfinite, (effect.number_needed.estimate, *effect.number_needed.ci)))
