"""Efron's sums over ties agree, whether listed one by one or in closed form, and are slopes of each other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import digamma, polygamma

from mirodash.survival.data import EventTimes, count_risk_sets, select_event_times, validate_follow_up
from mirodash.survival.two_arm_cox import ClosedFormTies, ExplicitTies, sum_reciprocals, sum_ties
from tests.profiles import for_each


def made_up(size: int, days: int, groups: int = 4, seed: int = 0) -> EventTimes:
    rng = np.random.default_rng(seed)
    observed = validate_follow_up(
        rng.integers(1, days + 1, size).astype(float), rng.random(size) < 0.6, rng.random(size) < 0.4
    )
    members = rng.random((groups, size)) < rng.uniform(0.05, 1, groups)[:, None]
    return select_event_times(count_risk_sets(observed, members))


@for_each(("size", "days"), [(30, 4), (500, 20), (5000, 60), (40, 1)])
@for_each("beta", [-3.0, 0.0, 0.4, 5.0])
def test_listed_and_closed_form_agree(size: int, days: int, beta: float) -> None:
    counts = made_up(size, days)
    listed, summed = ExplicitTies(counts), ClosedFormTies(counts)
    at = np.full(4, beta)
    for ours, theirs in zip(listed.by_time(at), summed.by_time(at), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-9)
    for ours, theirs in zip(listed.total(at), summed.total(at), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(listed.gain(at), summed.gain(at), rtol=1e-9, atol=1e-8)


@for_each("kind", [ExplicitTies, ClosedFormTies])
def test_some_rows_are_the_same_as_in_the_whole(kind: type[ExplicitTies] | type[ClosedFormTies]) -> None:
    ties = kind(made_up(300, 10))
    at = np.array([0.1, -0.2, 0.3, 0.9])
    keep = np.array([1, 3])
    for ours, whole in zip(ties.rows(keep).total(at[keep]), ties.total(at), strict=True):
        np.testing.assert_allclose(ours, whole[keep], rtol=1e-13)


@for_each("kind", [ExplicitTies, ClosedFormTies])
def test_score_and_information_are_slopes_of_the_likelihood(
    kind: type[ExplicitTies] | type[ClosedFormTies],
) -> None:
    ties, step = kind(made_up(200, 12)), 1e-5
    at = np.array([0.1, -0.2, 0.3, 0.9])
    score, information = ties.total(at)
    slope = (ties.gain(at + step) - ties.gain(at - step)) / (2 * step)
    np.testing.assert_allclose(score, slope, rtol=1e-5, atol=1e-5)
    bend = (ties.total(at + step)[0] - ties.total(at - step)[0]) / (2 * step)
    np.testing.assert_allclose(information, -bend, rtol=1e-6)


def test_by_hand_two_tied_events() -> None:
    """Both arms one event among two each: p = 1/2 for the first event; of 1.5 and 1.5 left, 1/2 again."""
    counts = EventTimes(
        control_events=np.array([[1.0]]),
        treated_events=np.array([[1.0]]),
        control_at_risk=np.array([[2.0]]),
        treated_at_risk=np.array([[2.0]]),
        index=np.array([0]),
    )
    for ties in (ExplicitTies(counts), ClosedFormTies(counts)):
        score, information = ties.total(np.array([0.0]))
        assert score == pytest.approx([0.0], abs=1e-14)
        assert information == pytest.approx([0.5])


def test_the_way_of_summing_follows_from_the_ties() -> None:
    assert isinstance(sum_ties(made_up(60, 50)), ExplicitTies)
    assert isinstance(sum_ties(made_up(120_000, 30)), ClosedFormTies)
    nobody = validate_follow_up([], [], [])
    empty = select_event_times(count_risk_sets(nobody, np.ones((2, 0), dtype=bool)))
    assert sum_ties(empty).total(np.zeros(2))[1].tolist() == [0, 0]


@for_each("left", [0.0, 0.3, 3.0, 28.9, 29.6, 31.0, 400.0, 1e6])
@for_each("events", [1, 2, 17, 5000])
def test_sums_of_reciprocals(left: float, events: int) -> None:
    z = left + events
    terms = z - np.arange(events)
    first, second = sum_reciprocals(np.array([[z]]), np.array([[float(events)]]))
    assert first[0, 0] == pytest.approx(np.sum(1 / terms), rel=1e-12)
    assert second[0, 0] == pytest.approx(np.sum(1 / terms**2), rel=1e-12)
    assert first[0, 0] == pytest.approx(digamma(z + 1) - digamma(z - events + 1), rel=1e-7)
    assert second[0, 0] == pytest.approx(polygamma(1, z - events + 1) - polygamma(1, z + 1), rel=1e-7)
