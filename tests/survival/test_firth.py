"""Firth's estimate equals R's, its interval is a profile of the penalised likelihood."""

from __future__ import annotations

import numpy as np
import pytest

from mirodash.survival.data import EventTimes, count_risk_sets, select_event_times, validate_follow_up
from mirodash.survival.results import FirthEstimate
from mirodash.survival.two_arm_cox import PenalisedLikelihood, fit_firth
from tests.profiles import for_each
from tests.reference_cases import ReferenceCase, degenerate_names, load_degenerate

WITH_FIRTH = [name for name in degenerate_names() if load_degenerate(name).expected["overall"].get("firth")]


def counted(case: ReferenceCase) -> EventTimes:
    observed = validate_follow_up(case.time, case.event, case.treated)
    return select_event_times(count_risk_sets(observed, np.ones((1, case.time.size), dtype=bool)))


@for_each("name", WITH_FIRTH)
def test_equals_r(name: str) -> None:
    case = load_degenerate(name)
    theirs = case.expected["overall"]["firth"]
    ours = fit_firth(counted(case), confidence=0.95)
    assert ours.hr == pytest.approx(theirs["hr"], rel=1e-6)
    assert ours.p == pytest.approx(theirs["p"], rel=1e-6, abs=1e-9)
    for end, there in zip(ours.ci, theirs["ci"], strict=True):
        assert end == (None if there is None else pytest.approx(there, rel=1e-5))


def test_the_interval_is_where_the_penalised_likelihood_has_fallen_enough() -> None:
    counts = counted(load_degenerate("no_events_in_treated"))
    ours = fit_firth(counts, confidence=0.9)
    penalised = PenalisedLikelihood(counts)
    top = penalised.gain(float(np.log(ours.hr)))
    for end in ours.ci:
        assert end is not None
        assert 2 * (top - penalised.gain(float(np.log(end)))) == pytest.approx(2.705543454095404, rel=1e-8)


def test_the_score_is_the_slope() -> None:
    penalised, step = PenalisedLikelihood(counted(load_degenerate("all_tied_mixed"))), 1e-5
    for beta in (-2.0, 0.0, 1.5):
        slope = (penalised.gain(beta + step) - penalised.gain(beta - step)) / (2 * step)
        assert penalised.score(beta) == pytest.approx(slope, abs=1e-6)


def test_an_end_that_the_profile_never_reaches_is_none() -> None:
    """One event says so little that at high confidence the interval is open on one side or both."""
    time, event, treated = np.array([1.0, 2, 3, 4]), np.array([1, 0, 0, 0]), np.array([0, 0, 1, 1])
    counts = select_event_times(
        count_risk_sets(validate_follow_up(time, event, treated), np.ones((1, 4), dtype=bool))
    )
    ours = fit_firth(counts, confidence=1 - 1e-9)
    assert isinstance(ours, FirthEstimate)
    assert None in ours.ci
