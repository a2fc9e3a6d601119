"""A search looks at observed values that leave enough people and events on either side."""

from __future__ import annotations

import numpy as np

from mirodash.survival.max_statistic import find_searchable_range, largest_observed, list_candidates

MARKER = np.array([1.0, 2.0, 2.0, 3.0, 5.0, 8.0])
EVENT = np.array([1.0, 0.0, 1.0, 1.0, 0.0, 1.0])


def test_without_demands_every_value_but_the_largest_is_a_candidate() -> None:
    assert list_candidates(MARKER, EVENT, None, least=(0, 0), search=(0.0, 1.0)).tolist() == [1, 2, 3, 5]


def test_a_side_with_too_few_people_or_events_is_left_out() -> None:
    assert list_candidates(MARKER, EVENT, None, least=(2, 0), search=(0.0, 1.0)).tolist() == [2, 3]
    assert list_candidates(MARKER, EVENT, None, least=(1, 2), search=(0.0, 1.0)).tolist() == [2]


def test_a_threshold_between_two_values_stands_at_the_lower_one() -> None:
    found = list_candidates(MARKER, EVENT, [0.5, 2.7, 2.9, 4.0], least=(1, 0), search=(0.0, 1.0))
    assert found.tolist() == [2, 3]
    np.testing.assert_array_equal(largest_observed(MARKER, np.array([0.5, 2.7, 9.0])), [np.nan, 2, 8])


def test_people_come_in_one_order_and_without_those_whose_biomarker_is_missing() -> None:
    time, event, arm = [5.0, 4.0, 3.0, 2.0], [1, 0, 1, 1], [0, 1, 0, 1]
    marker, strata = [7.0, np.nan, 1.0, 7.0], ["b", "a", "b", "a"]
    there = find_searchable_range(time, event, arm, marker, strata)
    again = find_searchable_range(time[::-1], event[::-1], arm[::-1], marker[::-1], strata[::-1])
    np.testing.assert_array_equal(there, again)
    assert there[0].tolist() == [1, 7, 7]
    assert there[1].tolist() == [1, 0, 1]
    assert there[2].tolist() == [3, 2, 5]
