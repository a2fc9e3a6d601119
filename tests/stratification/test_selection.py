"""The codec: what is chosen, written into an address and read back, is the same, whatever it is."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.longitudinal.death_then_function import RULES
from mirodash.stratification.selection import (
    ESTIMANDS,
    MAX_QUERY_LENGTH,
    Declaration,
    LevelFilter,
    RangeFilter,
    Selection,
)
from tests.profiles import for_each

NAME = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
LEVEL_FILTER = st.builds(LevelFilter, NAME, st.lists(NAME, max_size=4).map(tuple))
RANGE_FILTER = st.builds(RangeFilter, NAME, st.none() | NUMBER, st.none() | NUMBER).filter(
    lambda item: item.low is not None or item.high is not None
)
DECLARATION = st.builds(
    Declaration,
    st.lists(NUMBER, min_size=1, max_size=3).map(tuple),
    NAME.filter(str.strip),
    st.dates().map(date.isoformat),
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "trial": NAME,
    "endpoint": NAME,
    "horizon": st.floats(min_value=0, exclude_min=True, allow_infinity=False),
    "up_to_horizon": st.booleans(),
    "biomarker": NAME,
    "measure": NAME,
    "estimand": st.sampled_from(ESTIMANDS),
    "rule": st.sampled_from(RULES),
    "thresholds": st.none() | st.lists(NUMBER, max_size=3).map(tuple),
    "treated": NAME,
    "control": NAME,
    "sites": st.none() | st.lists(NAME, max_size=5).map(tuple),
    "filters": st.lists(LEVEL_FILTER | RANGE_FILTER, max_size=4).map(tuple),
    "strata": st.none() | st.lists(NAME, max_size=3).map(tuple),
    "adjust": st.lists(NAME, max_size=3).map(tuple),
    "curves": st.just("adjusted"),
    "equal_above": st.booleans(),
    "declared": DECLARATION,
    "confidence": st.floats(0.5, 1, exclude_min=True, exclude_max=True),
    "unit": NAME,
    "landmarks": st.none() | st.lists(st.floats(0.001, 1e6), max_size=8).map(tuple),
    "statistics": st.lists(st.sampled_from(["w:0,1", "w:0.50,2", "v"]), max_size=3).map(tuple),
}
SELECTION = st.builds(Selection, **VALUES)


def test_every_field_is_tried_here():
    assert set(VALUES) == {item.name for item in fields(Selection)}


@pytest.mark.parametrize("name", list(VALUES))
@given(data=st.data())
def test_a_field_alone_comes_back(name: str, data: st.DataObject):
    chosen = Selection(**{name: data.draw(VALUES[name])})
    assert Selection.from_query(chosen.to_query()) == chosen


@given(SELECTION)
def test_a_whole_selection_comes_back(chosen: Selection):
    query = chosen.to_query()
    assert Selection.from_query(query) == chosen
    assert Selection.from_query(f"?{query}").to_query() == query


@given(st.text(st.characters(), max_size=200) | st.text(st.characters(), max_size=9).map("trial={}".format))
def test_no_text_is_an_error(text: str):
    once = Selection.from_query(text)
    assert Selection.from_query(once.to_query()) == once


FRAGMENT = st.tuples(
    st.sampled_from(
        [
            "trial",
            "horizon",
            "threshold",
            "site",
            "keep.sex",
            "range.age",
            "keep.",
            "stratum",
            "confidence",
            "x",
        ]
    ),
    st.sampled_from(
        ["", "1", "-1", "0.9", "nan", "inf", "1e999", "..", "1..2", "a..b", "nan..1", "f", "%ff", "é"]
    ),
)


@given(st.lists(FRAGMENT, max_size=12))
def test_what_was_read_is_written_the_same_way_for_ever(pairs: list[tuple[str, str]]):
    once = Selection.from_query("&".join(f"{key}={value}" for key, value in pairs))
    assert Selection.from_query(once.to_query()) == once
    assert Selection.from_query(once.to_query()).to_query() == once.to_query()


def test_the_plain_address_is_the_default_view():
    assert Selection().to_query() == ""
    assert Selection.from_query("") == Selection()


def test_a_link_reads_like_what_was_chosen():
    chosen = Selection(
        thresholds=(3700, 750.5),
        sites=("UK-02", "UK-01"),
        filters=(RangeFilter("age", 40, None), LevelFilter("sex", ("f",))),
        horizon=365,
    )
    assert chosen.to_query() == (
        "horizon=365&threshold=750.5&threshold=3700&site=UK-01&site=UK-02&range.age=40..&keep.sex=f"
    )


def test_none_is_not_the_same_as_not_chosen():
    assert Selection(thresholds=()).to_query() == "threshold="
    assert Selection.from_query("threshold=").thresholds == ()
    assert Selection.from_query("site=").sites == ()
    assert Selection.from_query("keep.sex=").filters == (LevelFilter("sex", ()),)


@for_each(
    "query",
    [
        "horizon=-1",
        "horizon=x",
        "confidence=2",
        "threshold=nan",
        "threshold=1&threshold=2&threshold=3&threshold=4",
    ],
)
def test_what_cannot_have_been_chosen_is_left_at_its_default(query: str):
    assert Selection.from_query(f"{query}&trial=gbsg2") == Selection(trial="gbsg2")


def test_half_a_surrogate_pair_is_replaced():
    assert Selection.from_query("trial=a\ud800").to_query() == "trial=a%3F"


def test_an_absurdly_long_text_is_cut_off():
    assert Selection.from_query("site=a&" * MAX_QUERY_LENGTH + "trial=gbsg2") == Selection(sites=("a",))


@for_each(
    ("name", "value", "reason"),
    [
        ("horizon", 0, "positive"),
        ("horizon", float("inf"), "positive"),
        ("confidence", 0.5, "between"),
        ("confidence", float("nan"), "between"),
        ("thresholds", (float("nan"),), "number"),
        ("thresholds", (1, 2, 3, 4), "three"),
    ],
)
def test_what_no_control_can_produce_is_refused(name: str, value: Any, reason: str):
    with pytest.raises(ValueError, match=reason):
        Selection(**{name: value})


def test_the_last_of_two_filters_of_one_kind_on_a_column_holds():
    first, last = LevelFilter("sex", ("f",)), LevelFilter("sex", ("m", "f", "m"))
    assert Selection(filters=(first, last)).filters == (LevelFilter("sex", ("f", "m")),)


def test_equal_choices_are_equal_in_whatever_order_they_were_made():
    one = Selection(thresholds=(2, 1, 2), sites=("b", "a", "b"), strata=("site", "site"))
    other = Selection(thresholds=(1, 2), sites=("a", "b"), strata=("site",))
    assert one == other
    assert hash(one) == hash(other)
