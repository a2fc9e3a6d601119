"""A kept view is one that a page can have kept, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.stratification.saved_view import (
    MAX_NOTE_LENGTH,
    MAX_TITLE_LENGTH,
    SURVIVAL,
    SavedView,
    is_picture,
)
from mirodash.stratification.selection import MAX_QUERY_LENGTH, MAX_THRESHOLDS
from tests.profiles import for_each


def test_there_is_a_survival_picture_for_everybody_and_for_every_group_that_thresholds_can_make():
    assert SURVIVAL[0] == "survival-0"
    assert len(SURVIVAL) == len(set(SURVIVAL)) == 1 + MAX_THRESHOLDS + 1
    assert all(is_picture(name) for name in SURVIVAL)


@for_each("name", ["effect", "search", "subgroups-1", "subgroups-12", "subgroups-350"])
def test_what_a_page_shows_is_a_picture(name: str):
    assert SavedView("threshold=3000", name).picture == name


@for_each(
    "name",
    [
        *("", "Effect", "effect ", "survival--1", "survival-5", "x" * 10_000),
        *("subgroups", "subgroups-0", "subgroups-01", "subgroups-1 ", "subgroups-1\n", "subgroups-٣"),
        *("subgroups--1", "subgroups-99999"),
    ],
)
def test_anything_else_is_not_a_picture_and_is_refused_briefly(name: str):
    assert not is_picture(name)
    with pytest.raises(ValueError, match="is no picture that can be kept") as refused:
        SavedView("", name)
    assert len(str(refused.value)) < 120


@given(st.text())
def test_every_name_of_a_page_of_subgroups_ends_in_a_plain_number(name: str):
    page = f"subgroups-{name}"
    assert is_picture(page) == (name.isascii() and name.isdigit() and name[0] != "0" and len(name) <= 4)


@for_each(
    ("field", "longest"),
    [("query", MAX_QUERY_LENGTH), ("title", MAX_TITLE_LENGTH), ("note", MAX_NOTE_LENGTH)],
)
def test_a_text_that_nobody_would_write_is_refused_by_name(field: str, longest: int):
    texts = {"query": "", field: "a" * longest}
    assert getattr(SavedView(picture="effect", **texts), field) == "a" * longest
    with pytest.raises(ValueError, match=f"the {field} is longer than {longest:,} characters"):
        SavedView(picture="effect", **{"query": "", field: "a" * (longest + 1)})


def test_two_views_with_the_same_content_are_the_same():
    assert SavedView("a=1", "effect") == SavedView("a=1", "effect", "", "")
    assert len({SavedView("a=1", "effect"), SavedView("a=1", "effect"), SavedView("", "effect")}) == 2
