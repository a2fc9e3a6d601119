"""Thresholds and ranges are brought to where they may stand, and stay there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mirodash.stratification.disclosure_grid import build_disclosure_grid
from mirodash.stratification.groups import assign_groups, candidate_thresholds, median, tertiles
from mirodash.stratification.selection import Declaration, RangeFilter, Selection
from mirodash.stratification.validation import find_active_declaration, reduce_to_canonical, resolve
from tests.stratification.test_told_people import made_up

TRIAL = made_up(1)
EVERYTHING = replace(TRIAL, min_cell=0)


def where(threshold: float) -> float:
    (there,) = resolve(TRIAL, Selection(thresholds=(threshold,))).thresholds or (np.nan,)
    return there


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=3))
def test_every_threshold_stands_at_a_stop_and_stays_there(thresholds: list[float]) -> None:
    there = resolve(TRIAL, Selection(thresholds=tuple(thresholds)))
    assert there.thresholds
    assert set(there.thresholds) <= set(candidate_thresholds(TRIAL, Selection()))
    assert resolve(TRIAL, there) == there


@given(st.floats(1, 20_000))
def test_a_threshold_moves_to_the_nearest_stop(threshold: float) -> None:
    there = where(threshold)
    assert abs(there - threshold) == min(
        abs(stop - threshold) for stop in build_disclosure_grid(TRIAL, "pnfh").stops
    )


def test_where_no_threshold_can_stand_there_are_no_groups() -> None:
    strict = replace(TRIAL, min_cell=100)
    asked = Selection(thresholds=(1_500.0,))
    assert resolve(strict, asked).thresholds == ()
    assert assign_groups(strict, asked).groups == ()
    assert candidate_thresholds(strict, asked) == ()
    assert median(strict, asked) == tertiles(strict, asked) == ()


@given(st.floats(0, 120), st.floats(0, 120))
def test_a_range_ends_at_stops_and_stays_there(one: float, other: float) -> None:
    asked = Selection(filters=(RangeFilter("age", min(one, other), max(one, other)),), thresholds=())
    there = resolve(TRIAL, asked)
    assert resolve(TRIAL, there) == there
    age = TRIAL.numbers["age"].values
    edges = np.array([-np.inf, *build_disclosure_grid(TRIAL, "age").stops])
    for item in there.filters:
        stretch = np.searchsorted(edges, age, side="left")
        kept = item.mask(TRIAL)
        for code in np.unique(stretch):
            assert kept[stretch == code].all() or not kept[stretch == code].any()
    assert not assign_groups(TRIAL, asked).withheld


def test_presets_from_the_data_stand_at_stops() -> None:
    allowed = set(candidate_thresholds(TRIAL, Selection()))
    assert len(median(TRIAL, Selection())) == 1
    assert {*median(TRIAL, Selection()), *tertiles(TRIAL, Selection())} <= allowed


def test_a_declaration_holds_at_the_stop_to_which_its_threshold_moves() -> None:
    declared = Declaration((1_234.5,), "Analysis plan", "2017-04-12")
    here = Selection(thresholds=(1_234.5,), declared=declared)
    assert find_active_declaration(TRIAL, here) is declared
    elsewhere = replace(here, thresholds=(max(candidate_thresholds(TRIAL, Selection())),))
    assert find_active_declaration(TRIAL, elsewhere) is None
    assert find_active_declaration(replace(TRIAL, min_cell=100), here) is None


def test_the_address_names_the_stop() -> None:
    query = reduce_to_canonical(TRIAL, Selection(thresholds=(1_234.5,))).to_query()
    assert resolve(TRIAL, Selection.from_query(query)) == resolve(TRIAL, Selection(thresholds=(1_234.5,)))


def test_without_a_limit_nothing_is_moved() -> None:
    asked = Selection(thresholds=(1_234.5,), filters=(RangeFilter("age", 51.3, 60.1),))
    assert resolve(EVERYTHING, asked).thresholds == (1_234.5,)
    assert resolve(EVERYTHING, asked).filters == asked.filters
