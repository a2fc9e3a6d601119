"""A reader is told of thresholds and ranges that were moved, and of nothing that stayed."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mirodash.stratification.selection import RangeFilter, Selection
from mirodash.stratification.validation import resolve
from mirodash.text.small_counts import moved_thresholds
from tests.stratification.test_told_people import made_up

TRIAL = made_up(1)


def test_the_reader_is_told_where_a_threshold_went() -> None:
    asked = Selection(thresholds=(1_234.5,))
    (there,) = resolve(TRIAL, asked).thresholds or (0.0,)
    assert moved_thresholds(TRIAL, asked) == (
        f"Moved to {there:,.6g}: at least 10 participants of each arm are between neighbouring thresholds.",
    )


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=3))
def test_of_what_stands_at_a_stop_nothing_is_told(thresholds: list[float]) -> None:
    assert moved_thresholds(TRIAL, resolve(TRIAL, Selection(thresholds=tuple(thresholds)))) == ()


def test_where_no_threshold_can_stand_the_reader_is_told_why() -> None:
    (told,) = moved_thresholds(replace(TRIAL, min_cell=100), Selection(thresholds=(1_500.0,)))
    assert told.startswith("No threshold can be set here")


def test_a_range_that_is_moved_is_told() -> None:
    (told,) = moved_thresholds(TRIAL, Selection(filters=(RangeFilter("age", 51.3, None),), thresholds=()))
    assert told.startswith("The range was moved (Age: from ")


def test_without_a_limit_nothing_is_moved() -> None:
    asked = Selection(thresholds=(1_234.5,), filters=(RangeFilter("age", 51.3, 60.1),))
    assert moved_thresholds(replace(TRIAL, min_cell=0), asked) == ()
