"""Gray's test of cumulative incidences, as R's ``cmprsk::cuminc``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from reference_cases import load_case, load_json

from mirodash.survival import compare_arms
from mirodash.survival.gray_test import gray_test
from mirodash.survival.results import GrayTest, NotEstimable
from tests.profiles import for_each, share_of_examples
from tests.survival.test_competing_events import columns

close = pytest.approx


def of_cause(time: Any, status: Any, arm: Any, cause: int) -> GrayTest | NotEstimable:
    return gray_test(time, status == cause, status == 3 - cause, arm)


@for_each(name=("days", "months", "half"), cause=(1, 2))
def test_the_test_is_that_of_r(name: str, cause: int) -> None:
    given, bili = columns("months" if name == "months" else "days"), load_case("pbc").biomarker
    inside = bili <= 1.4 if name == "half" else np.ones(bili.size, dtype=bool)
    time, event, other, arm = (given[each][inside] for each in ("time", "event", "competing", "treated"))
    found = gray_test(time, *((event, other) if cause == 2 else (other, event)), arm)
    assert isinstance(found, GrayTest)
    expected = load_json("gray")[name][("first", "second")[cause - 1]]
    assert (found.statistic, found.p) == close(expected, rel=1e-10)


def test_small_trials_with_many_ties_are_those_of_r() -> None:
    there = 0
    for trial in load_json("gray")["small"]:
        time, status, arm = (np.array(trial[name]) for name in ("time", "status", "arm"))
        for cause, name in ((1, "first"), (2, "second")):
            expected, found = trial["test"][name], of_cause(time, status, arm, cause)
            if isinstance(found, NotEstimable):
                assert None in expected or expected[0] <= 0, (trial, found)
                continue
            there += 1
            assert (found.statistic, found.p) == close(expected, rel=1e-9, abs=1e-12)
    assert there > 100


ROWS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.booleans()), min_size=2, max_size=40).map(
    lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True))
)


@share_of_examples(0.6)
@examples(ROWS)
def test_names_of_arms_and_the_unit_of_time_change_nothing(rows: Any) -> None:
    time, status, arm = rows
    found = of_cause(time, status, arm, 1)
    order = np.argsort(arm, kind="stable")
    for other in (
        of_cause(time, status, ~arm, 1),
        of_cause(time * 30.4375 + 1, status, arm, 1),
        of_cause(time[order], status[order], arm[order], 1),
    ):
        assert type(other) is type(found)
        if isinstance(found, GrayTest) and isinstance(other, GrayTest):
            assert other.statistic == close(found.statistic, rel=1e-9, abs=1e-12)
            assert other.variance == close(found.variance, rel=1e-9)
            assert 0 <= other.p <= 1


@share_of_examples(0.4)
@examples(ROWS)
def test_without_censoring_who_had_the_other_event_stays_at_risk_to_the_end(rows: Any) -> None:
    time, status, arm = rows
    status = np.where(status == 0, 2, status)
    found = of_cause(time, status, arm, 1)
    # the score is then that of the log-rank test with the others followed beyond everybody
    followed = np.where(status == 2, time.max() + 1, time)
    (compared,) = compare_arms(
        followed, status == 1, arm, np.ones((1, time.size), dtype=bool), horizon=5.0, ticks=[0.0]
    )
    last = max(time[status == 1], default=0)
    stays = all(max(time[arm == one], default=-1) >= last for one in (True, False))
    # an arm that all have left with the other event says nothing more of itself
    if stays and isinstance(found, GrayTest) and not isinstance(compared.logrank, NotEstimable):
        apart = compared.logrank.observed - compared.logrank.expected
        assert found.difference == close(apart, abs=1e-9)


def test_one_arm_or_no_event_has_no_test() -> None:
    assert isinstance(gray_test([1, 2], [1, 0], [0, 1], [1, 1]), NotEstimable)
    assert isinstance(gray_test([1, 2], [0, 0], [0, 1], [1, 0]), NotEstimable)
