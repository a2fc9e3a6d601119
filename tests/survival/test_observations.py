"""Follow-up is checked with sentences, and times that differ by rounding only are one time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from mirodash.survival.data import distinct_times, validate_confidence, validate_follow_up, validate_members
from tests.profiles import for_each


def test_rounding_does_not_make_two_times_of_one() -> None:
    distinct, code = distinct_times(np.array([0.1 + 0.2, 0.7, 0.3, 0.7000000000000001]))
    assert distinct.tolist() == [0.3, 0.7]
    assert code.tolist() == [0, 1, 0, 1]


def test_the_tolerance_is_relative_to_the_mean_of_the_distinct_times() -> None:
    apart, _ = distinct_times(np.array([1e6, 1e6 + 0.1]))
    merged, _ = distinct_times(np.array([1e6, 1e6 + 0.001]))
    assert apart.size == 2
    assert merged.tolist() == [1e6]


def test_a_chain_of_near_ties_is_one_time() -> None:
    distinct, code = distinct_times(1 + np.arange(5) * 1e-9)
    assert distinct.tolist() == [1.0]
    assert code.tolist() == [0] * 5


def test_times_of_zero_only() -> None:
    distinct, code = distinct_times(np.zeros(3))
    assert distinct.tolist() == [0.0]
    assert code.tolist() == [0, 0, 0]


def test_minus_zero_is_zero() -> None:
    observed = validate_follow_up([-0.0, 1.0], [1, 0], [0, 1])
    assert not np.signbit(observed.distinct[0])


def test_booleans_floats_and_integers_say_the_same() -> None:
    time = [1.0, 2.0]
    for event in ([True, False], [1, 0], [1.0, 0.0], np.array([1, 0], dtype=np.uint8)):
        assert validate_follow_up(time, event, [0, 1]).event.tolist() == [1, 0]


def test_pandas_columns_are_welcome() -> None:
    table = pd.DataFrame({"time": [3, 1], "event": pd.array([True, False], dtype="boolean")})
    table["arm"] = pd.array([0, 1], dtype="Int64")
    observed = validate_follow_up(table["time"], table["event"], table["arm"])
    assert (observed.event.tolist(), observed.treated.tolist()) == ([1, 0], [0, 1])


@for_each(
    ("columns", "message"),
    [
        (([1, -2, -3], [1, 0, 1], [0, 1, 1]), "2 of 3 times are negative"),
        (([1, np.nan, 3], [1, 0, 1], [0, 1, 1]), "1 of 3 times are missing or infinite"),
        (([1, np.inf, 3], [1, 0, 1], [0, 1, 1]), "1 of 3 times are missing or infinite"),
        (([[1, 2, 3]], [1, 0, 1], [0, 1, 1]), "one list of numbers"),
        (([1, 2, 3], [1, 0], [0, 1, 1]), "There are 3 times but event has shape"),
        (([1, 2, 3], [1, 0, 2], [0, 1, 1]), "event must hold only 0 and 1"),
        (([1, 2, 3], [1, 0, np.nan], [0, 1, 1]), "event must hold only 0 and 1"),
        (([1, "two", 3], [1, 0, 1], [0, 1, 1]), "time must hold only numbers"),
        (([1, None, pd.NA], [1, 0, 1], [0, 1, 1]), "time must hold only numbers"),
        (([1, 2, 3], pd.array([True, False, pd.NA], dtype="boolean"), [0, 1, 1]), "event must hold only"),
        (([1, 2, 3], ["1", "0", "1"], [0, 1, 1]), "event must hold only 0 and 1"),
        (([1, 2, 3], [1, 0, 1], ["a", "b", "a"]), "treated must hold only 0 and 1"),
    ],
)
def test_unusable_columns_are_refused_with_a_sentence(columns: tuple[Any, Any, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        validate_follow_up(*columns)


@for_each("confidence", [0, 1, 95, -0.5, float("nan")])
def test_confidence_is_a_share(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        validate_confidence(confidence)


@for_each("members", [[True, False], [[1, 0]], [[True]], [[[True, False]]]])
def test_members_are_booleans_of_groups_by_participants(members: Any) -> None:
    with pytest.raises(ValueError, match="members must be booleans"):
        validate_members(members, 2)
