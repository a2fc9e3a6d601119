"""The restricted mean is the area under the curve, and its standard error is Greenwood's."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.survival.data import RiskSets, count_risk_sets, validate_follow_up
from mirodash.survival.kaplan_meier import (
    RestrictedMeans,
    estimate_restricted_means,
    estimate_survival_curves,
    last_follow_up,
)
from tests.strategies import MadeUpTrial, trials


def counted(trial: MadeUpTrial) -> RiskSets:
    observed = validate_follow_up(trial.time, trial.event, trial.treated)
    return count_risk_sets(observed, np.ones((1, trial.time.size), dtype=bool))


def means(trial: MadeUpTrial, horizon: float) -> RestrictedMeans:
    counts = counted(trial)
    return estimate_restricted_means(
        counts, estimate_survival_curves(counts, confidence=0.95), horizon=horizon
    )


@given(trials(smallest=1), st.sampled_from([0.5, 3.0, 7.25, 12.0, 50.0]))
def test_area_and_standard_error_by_recount(trial: MadeUpTrial, horizon: float) -> None:
    ours = means(trial, horizon)
    lasts = [
        float(trial.time[trial.treated == flag].max())
        for flag in (False, True)
        if (trial.treated == flag).any() and not _all_gone(trial, flag)
    ]
    tau = min([horizon, *lasts])
    assert ours.tau[0] == tau
    for arm, flag in enumerate((False, True)):
        mine = trial.treated == flag
        if not mine.any():
            continue
        area, variance = area_under(trial.time[mine], trial.event[mine], tau)
        assert ours.estimate[0, arm] == pytest.approx(area, rel=1e-12, abs=1e-12)
        assert ours.se[0, arm] == pytest.approx(variance**0.5, rel=1e-9, abs=1e-9)


def _all_gone(trial: MadeUpTrial, flag: bool) -> bool:
    """Whether everyone left at the last time of an arm had the event, so that its curve is at 0."""
    time, event = trial.time[trial.treated == flag], trial.event[trial.treated == flag]
    return bool(event[time == time.max()].all())


def area_under(time: np.ndarray, event: np.ndarray, tau: float) -> tuple[float, float]:
    """Area from 0 to tau, step by step, and its variance by the textbook formula."""
    events = sorted({float(t) for t in time[event] if t < tau})

    def survival(at: float) -> float:
        factors = [1 - ((time == t) & event).sum() / (time >= t).sum() for t in events if t <= at]
        return float(np.prod(factors))

    def area_from(start: float) -> float:
        steps = [start, *(t for t in events if t > start), tau]
        return sum(survival(a) * (b - a) for a, b in pairwise(steps))

    variance = 0.0
    for t in events:
        at_risk, failing = int((time >= t).sum()), int(((time == t) & event).sum())
        if at_risk > failing:
            variance += area_from(t) ** 2 * failing / (at_risk * (at_risk - failing))
    return area_from(0.0), variance


def test_last_follow_up_of_each_arm() -> None:
    trial = MadeUpTrial(np.array([3.0, 9.0]), np.array([True, False]), np.array([False, True]), np.zeros(2))
    assert last_follow_up(counted(trial)).tolist() == [[3.0, 9.0]]
    alone = MadeUpTrial(np.array([3.0]), np.array([True]), np.array([True]), np.zeros(1))
    assert np.isnan(last_follow_up(counted(alone))[0, 0])
    nobody = MadeUpTrial(*(np.zeros(0, dtype=kind) for kind in (float, bool, bool, float)))
    assert np.isnan(last_follow_up(counted(nobody))).all()
