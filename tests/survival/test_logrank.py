"""The log-rank test by hand, and against lifelines, which sums it another way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from mirodash.survival import compare_arms
from mirodash.survival.kaplan_meier import compute_chi_square_p_value
from mirodash.survival.results import LogRank
from tests.strategies import MadeUpTrial, comparable_trials


def test_by_hand() -> None:
    """Treated share of those at risk at the three events: 2/4, 2/3, 1/2; tied pairs none."""
    result = compare_arms([1, 2, 3, 4], [1, 1, 1, 0], [0, 1, 0, 1], [[True] * 4], horizon=3, ticks=[0])[0]
    assert isinstance(result.logrank, LogRank)
    assert result.logrank.observed == 1
    assert result.logrank.expected == pytest.approx(1 / 2 + 2 / 3 + 1 / 2, rel=1e-14)
    assert result.logrank.variance == pytest.approx(1 / 4 + 2 / 9 + 1 / 4, rel=1e-14)
    assert result.logrank.statistic == pytest.approx((2 / 3) ** 2 / (13 / 18), rel=1e-14)


@given(comparable_trials())
def test_equals_lifelines(trial: MadeUpTrial) -> None:
    from lifelines.statistics import logrank_test as lifelines_logrank  # noqa: PLC0415 its import takes seconds

    everybody = np.ones((1, trial.time.size), dtype=bool)
    ours = compare_arms(trial.time, trial.event, trial.treated, everybody, horizon=3, ticks=[0])[0].logrank
    one, other = trial.treated, ~trial.treated
    theirs = lifelines_logrank(trial.time[one], trial.time[other], trial.event[one], trial.event[other])
    assert isinstance(ours, LogRank)
    assert ours.statistic == pytest.approx(theirs.test_statistic, rel=1e-10, abs=1e-12)
    assert ours.p == pytest.approx(theirs.p_value, rel=1e-9)


def test_the_tail_keeps_its_digits_far_out() -> None:
    assert compute_chi_square_p_value(0.0) == 1.0
    assert compute_chi_square_p_value(3.841458820694124) == pytest.approx(0.05, rel=1e-12)
    assert compute_chi_square_p_value(1400.0) == pytest.approx(1.2157e-306, rel=1e-3)
