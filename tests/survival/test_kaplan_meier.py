"""Curves from a notebook: an independent recount, medians by R's rule, and what is read off at a time."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given

from mirodash.survival import estimate_kaplan_meier, median_survival, survival_at
from tests.profiles import for_each
from tests.reference_cases import load_json
from tests.strategies import MadeUpTrial, trials


def test_the_book() -> None:
    book = load_json("book")["book1"]
    curve = estimate_kaplan_meier(book["time"], book["status"])
    assert curve.time.tolist() == book["kaplan_meier"]["time"]
    assert curve.estimate == pytest.approx(book["kaplan_meier"]["estimate"], rel=1e-12)


@given(trials(smallest=1))
def test_an_independent_recount(trial: MadeUpTrial) -> None:
    curve = estimate_kaplan_meier(trial.time, trial.event)
    survival = 1.0
    for place, time in enumerate(sorted(set(trial.time.tolist()))):
        at_risk = int((trial.time >= time).sum())
        events = int(((trial.time == time) & trial.event).sum())
        survival *= 1 - events / at_risk
        assert curve.time[place] == time
        assert curve.at_risk[place] == at_risk
        assert curve.events[place] == events
        assert curve.censored[place] == int((trial.time == time).sum()) - events
        assert curve.estimate[place] == pytest.approx(survival, abs=1e-12)


def test_interval_by_hand() -> None:
    """Two of four have the event at time 1: S = 1/2, Greenwood's relative variance 2 / (4 × 2)."""
    curve = estimate_kaplan_meier([1, 1, 2, 3], [1, 1, 0, 0], confidence=0.9)
    z, relative = 1.6448536269514722, sqrt(0.25)
    reach = z * relative / log(0.5)
    assert curve.standard_error[0] == pytest.approx(0.25, rel=1e-12)
    assert curve.lower[0] == pytest.approx(np.exp(log(0.5) * np.exp(-reach)), rel=1e-12)
    assert curve.upper[0] == pytest.approx(np.exp(log(0.5) * np.exp(reach)), rel=1e-12)


def test_no_band_before_the_first_event() -> None:
    curve = estimate_kaplan_meier([1, 2, 3], [0, 1, 0])
    assert np.isnan([curve.lower[0], curve.upper[0]]).all()
    assert curve.standard_error[0] == 0
    assert curve.lower[1] < curve.estimate[1] < curve.upper[1]


@for_each(
    ("name", "time", "event", "median"),
    [
        ("falls through one half", [1, 2, 3], [1, 1, 1], 2.0),
        ("flat at one half, then falls", [1, 2, 3, 4], [1, 1, 1, 1], 2.5),
        ("flat at one half across a censoring", [1, 2, 3, 4], [1, 1, 0, 1], 3.0),
        ("flat at one half to the end", [1, 2, 3, 8], [1, 1, 0, 0], 5.0),
        ("all at time 0", [0, 0], [1, 1], 0.0),
        ("not reached", [1, 2, 3, 4], [1, 0, 0, 0], None),
        ("nobody", [], [], None),
    ],
)
def test_median(name: str, time: list[float], event: list[int], median: float | None) -> None:
    assert median_survival(estimate_kaplan_meier(time, event))[0] == median, name


def test_survival_is_read_at_and_between_times() -> None:
    curve = estimate_kaplan_meier([2, 4, 4, 6], [1, 1, 0, 0])
    readings = [survival_at(curve, time) for time in (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)]
    assert [at.estimate for at in readings if at] == [1.0, 0.75, 0.75, 0.5, 0.5, 0.5, None]
    assert [at.at_risk for at in readings if at] == [4, 4, 3, 3, 1, 1, 0]
    assert [at.carried_forward for at in readings if at] == [False] * 6 + [True]
    assert [at.followed_to for at in readings if at] == [None] * 6 + [6.0]
    assert survival_at(estimate_kaplan_meier([], []), 1.0) is None


def test_a_curve_at_zero_is_known_at_every_later_time() -> None:
    at = survival_at(estimate_kaplan_meier([1, 2, 2], [1, 1, 1]), 100.0)
    assert at is not None
    assert (at.estimate, at.at_risk, at.followed_to) == (0.0, 0, None)


def test_arrays_are_closed_to_writing() -> None:
    with pytest.raises(ValueError, match="read-only"):
        estimate_kaplan_meier([1, 2], [1, 0]).estimate[0] = 0.3


def test_unusable_input_is_refused() -> None:
    with pytest.raises(ValueError, match="event has shape"):
        estimate_kaplan_meier([1, 2], [1])
    with pytest.raises(ValueError, match="confidence"):
        estimate_kaplan_meier([1, 2], [1, 0], confidence=95)
