"""Many numbers of a curve are written as each is written alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mirodash.disclosure.curve_values import biomarker_span
from mirodash.stratification.selection import Selection
from mirodash.text.decimals import choose_percent_decimals
from mirodash.text.numbers import (
    NARROW,
    estimate_with_interval,
    format_hazard_ratios_with_intervals,
    format_number,
    format_percent,
    format_percents,
    format_percents_with_intervals,
    format_quantities,
)
from mirodash.trial.store import sample
from mirodash.trial.trial import Levels
from tests.profiles import for_each

VALUES = [0.0, -0.0, 0.004, 0.005, 0.5, 0.995, 1.0, 99.994, 1234.5678, -0.01, -1234.5]


@for_each("decimals", [0, 1, 2])
def test_quantities_and_percents_are_those_written_one_by_one(decimals: int) -> None:
    assert format_quantities(VALUES, decimals) == [format_number(value, decimals) for value in VALUES]
    shares = [value for value in VALUES if 0 <= value <= 1 and str(value) != "-0.0"]
    assert format_percents(shares, decimals=decimals) == [
        format_percent(share, decimals=decimals) for share in shares
    ]


@for_each("extreme", [0.52, 0.001, 4.2e7])
def test_hazard_ratios_are_those_written_one_by_one(extreme: float) -> None:
    ratios, lower, upper = [0.52, extreme, 1.3], [0.3, 0.01, 0.9], [0.89, 100.0, 2.0]
    assert format_hazard_ratios_with_intervals(ratios, lower, upper, 0.9) == [
        estimate_with_interval(ratio, (low, high), 0.9)
        for ratio, low, high in zip(ratios, lower, upper, strict=True)
    ]


SHARE = st.floats(0, 1) | st.sampled_from([0.0, 0.005, 0.01, 0.5, 0.9, 0.95, 0.995, 0.9951, 1.0])
RATIO = st.floats(1e-4, 200) | st.sampled_from([0.01, 0.02, 0.995, 1.0, 1.005, 99.999, 100.0])


@given(st.lists(st.tuples(SHARE, SHARE, SHARE).map(lambda row: (row[0], *sorted(row[1:]))), max_size=20))
def test_percents_with_intervals_are_those_written_one_by_one(rows: list[tuple[float, float, float]]) -> None:
    shares, lower, upper = ([row[k] for row in rows] for k in range(3))
    assert format_percents_with_intervals(shares, lower, upper) == [
        tuple(
            format_percent(value, decimals=places) if value in (0, 1) else _percent(value, places)
            for value in row
        )
        for row in rows
        for places in [choose_percent_decimals([(row[0], row[1:])])]
    ]


def _percent(share: float, places: int) -> str:
    return f"{format_number(100 * share, places)}{NARROW}%"


@given(st.lists(st.tuples(RATIO, RATIO, RATIO).map(lambda row: (row[0], *sorted(row[1:]))), max_size=20))
def test_any_hazard_ratios_are_those_written_one_by_one(rows: list[tuple[float, float, float]]) -> None:
    ratios, lower, upper = ([row[k] for row in rows] for k in range(3))
    assert format_hazard_ratios_with_intervals(ratios, lower, upper) == [
        estimate_with_interval(row[0], row[1:]) for row in rows
    ]


def test_places_on_an_axis_are_those_of_every_value() -> None:
    span = biomarker_span(sample("mirocals"), Selection())
    assert span is not None
    assert span.positions([100.0, 2500.0]) == [span.position(100.0), span.position(2500.0)]


def test_a_missing_level_is_never_in() -> None:
    levels = Levels(np.array([-1, 0, 2, 1, 2], dtype=np.int32), ("a", "b", "c"))
    assert levels.is_in(("c", "elsewhere")).tolist() == [False, False, True, False, True]
    assert not levels.is_in(()).any()
