"""Two sets of numbers are the same exactly when every bit is, and a difference is found where it is."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mirodash.export.number_comparison import MAX_VALUE_LENGTH, SAVED_DIGITS, compare
from tests.profiles import for_each

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
KEYS = st.text(max_size=6)
JSON = st.recursive(
    LEAVES,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(KEYS, inside, max_size=4),
    max_leaves=20,
)


def sentences(then: object, now: object) -> list[str]:
    return [one.sentence for one in compare(then, now).differences]


@given(JSON)
def test_what_is_read_back_is_the_same(value: Any):
    assert compare(json.loads(json.dumps(value)), value).differences == ()


@given(JSON, JSON)
def test_there_is_a_difference_exactly_where_json_is_written_differently(one: Any, other: Any):
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (compare(one, other).differences == ()) == same


@given(one=JSON, other=JSON)
def test_swapping_the_two_swaps_then_and_now(one: Any, other: Any):
    there, back = compare(one, other), compare(other, one)
    assert sorted((d.then, d.now) for d in there.differences) == sorted(
        (d.now, d.then) for d in back.differences
    )
    assert there.compared == back.compared


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_last_bit_of_a_number_counts(number: float):
    moved = math.nextafter(number, math.inf)
    assert sentences({"cox": {"hr": number}}, {"cox": {"hr": moved}}) == [
        f"cox.hr: {json.dumps(number)} in the file, {json.dumps(moved)} now"
    ]


@for_each(("then", "now"), [(1, 1.0), (0.0, -0.0), (True, 1), (None, 0), ("1", 1), ([], {})])
def test_values_of_another_kind_differ(then: Any, now: Any):
    assert len(compare(then, now).differences) == 1


def test_a_path_is_one_that_a_reader_can_follow():
    now = {"groups": [{"label": "All"}, {"label": "pNFH ≤ 3,700", "arms": [{"arm": "IL-2", "n": [1, 2]}]}]}
    then = copy.deepcopy(now)
    then["groups"][1]["arms"][0]["n"][1] = 3
    assert sentences(then, now) == ["groups[1] pNFH ≤ 3,700: arms[0] IL-2: n[1]: 3 in the file, 2 now"]


def test_what_is_only_on_one_side_is_told():
    assert sentences({"a": 1}, {"b": [1, 2]}) == [
        "b: nothing in the file, a list of 2 now",
        "a: 1 in the file, nothing now",
    ]
    assert sentences({"x": [1, 2, 3]}, {"x": [1, 2]}) == ["x: a list of 3 in the file, a list of 2 now"]


def test_every_value_is_counted_once():
    assert compare({"a": [1, 2], "b": {"c": None}}, {"a": [1, 2], "b": {"c": None}}).compared == 3


def test_hostile_texts_stay_short_and_on_one_line():
    (told,) = sentences({"a\nb" * 100: "x\n" * 10_000}, {"a\nb" * 100: "\u202ey"})
    assert "\n" not in told
    assert "\u202e" not in told
    assert len(told) < 4 * MAX_VALUE_LENGTH


def test_long_texts_are_shown_from_where_they_part():
    (told,) = sentences("a" * 500 + "0.56 and so on", "a" * 500 + "0.57 and so on")
    assert told.count("…") >= 2
    assert "a0.56 and so on" in told
    assert "a0.57 and so on" in told


@given(st.floats(1e-300, 1e300) | st.floats(-1e300, -1e-300))
def test_a_number_that_a_program_rounded_is_told_from_one_that_was_changed(number: float):
    saved = float(f"{number:.{SAVED_DIGITS}g}")
    assert all(one.rounded for one in compare(saved, number).differences)
    for changed in (number * (1 + 2e-14), -number):
        (one,) = compare(changed, number).differences
        assert not one.rounded
