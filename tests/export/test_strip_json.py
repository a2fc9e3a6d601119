"""A strip comes back as it was written, and a file of any origin is read or refused in sentences."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash import __version__
from mirodash.errors import UnusableDataError
from mirodash.export.saved_json import MAX_STRIP_BYTES, MAX_VIEWS, read_strip, strip_json
from mirodash.questions.talk.slide_data import build_starter_deck
from mirodash.stratification.saved_view import MAX_NOTE_LENGTH, MAX_TITLE_LENGTH, SURVIVAL, SavedView
from mirodash.stratification.selection import Selection
from mirodash.trial.store import SAMPLES, sample
from tests.panels.views import TRIALS, selections
from tests.profiles import for_each, share_of_examples

TODAY = date(2026, 11, 22)
WRITABLE = st.text(st.characters(exclude_categories=("Cs",)))
PICTURES = st.sampled_from(["effect", "search", *SURVIVAL, "subgroups-1", "subgroups-17"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(["mirodash", "version", "views", "query", "picture", "title", "note"])


def written(views: Any, **changes: Any) -> str:
    """Return a strip's file with these views, which may be anything."""
    return json.dumps({"mirodash": "strip", "version": 1, "views": views} | changes)


def refused(text: str) -> tuple[str, ...]:
    """Return the sentences with which a file is refused."""
    with pytest.raises(UnusableDataError) as error:
        read_strip(text)
    return error.value.problems


def read_or_refused(text: str) -> tuple[tuple[SavedView, ...] | None, tuple[str, ...]]:
    """Return the views of a file, or the sentences with which it is refused."""
    try:
        return read_strip(text), ()
    except UnusableDataError as error:
        return None, error.problems


@st.composite
def kept(draw: st.DrawFn) -> SavedView:
    """Return a view that a page can have kept."""
    query = draw(selections(TRIALS[draw(st.sampled_from(SAMPLES))])).to_query()
    title, note = draw(WRITABLE).strip()[:MAX_TITLE_LENGTH], draw(WRITABLE).strip()[:MAX_NOTE_LENGTH]
    return SavedView(query, draw(PICTURES), title.strip(), note.strip())


@share_of_examples(0.3)
@given(st.lists(kept(), max_size=3))
def test_a_strip_comes_back_as_it_was_written(views: list[SavedView]):
    for text in (
        json.dumps(strip_json(views, on=TODAY), allow_nan=False),
        json.dumps(strip_json(views, on=TODAY), ensure_ascii=False, indent=2),
    ):
        assert read_strip(text) == tuple(views)


def test_it_says_what_it_is_and_which_program_made_it_when():
    found = strip_json(build_starter_deck(sample("mirocals")), on=TODAY)
    assert (found["mirodash"], found["version"]) == ("strip", 1)
    assert (found["program"], found["date"]) == (f"MiroDash {__version__}", "2026-11-22")
    assert [view["picture"] for view in found["views"]] == [
        view.picture for view in build_starter_deck(sample("mirocals"))
    ]


def test_a_query_is_brought_into_its_canonical_form_and_texts_lose_their_margins():
    (view,) = read_strip(
        written(
            [
                {
                    "query": "?confidence=0.95&threshold=3000&threshold=1500.0",
                    "picture": "effect",
                    "title": " a ",
                }
            ]
        )
    )
    assert view == SavedView("threshold=1500&threshold=3000", "effect", "a", "")


def test_what_is_not_known_is_left_alone():
    text = written([{"query": "", "picture": "search", "colour": [1, 2], "note": "n"}], more={"a": None})
    assert read_strip(text) == (SavedView("", "search", "", "n"),)
    assert read_strip("\ufeff" + text) == read_strip(text)
    assert read_strip(written([])) == ()


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")) | JSON.map(json.dumps))
def test_anything_else_is_refused_in_a_sentence(text: str):
    (problem,) = refused(text)
    assert problem.startswith("This is no strip of views: ")


@given(st.dictionaries(KEYS, JSON), st.lists(st.dictionaries(KEYS, JSON | PICTURES) | JSON, max_size=5))
def test_a_strip_with_anything_in_it_is_read_or_refused_view_by_view(top: dict[str, Any], views: list[Any]):
    for text in (
        json.dumps({"mirodash": "strip", "version": 1, **top}),
        json.dumps({"mirodash": "strip", "version": 1, "views": views}),
    ):
        found, problems = read_or_refused(text)
        assert (found is None) == bool(problems)
        assert all(problem.endswith(".") and "\n" not in problem for problem in problems)
        assert all(len(problem) < 200 for problem in problems)
        if found is not None:
            assert read_strip(json.dumps(strip_json(found, on=TODAY))) == found


@for_each(
    "text",
    [
        "",
        "[",
        "[" * 100_000,
        '{"a":' * 100_000,
        "9" * 100_000,
        '{"mirodash": NaN}',
        '{"a": -Infinity}',
        "\x00",
        "\ud800",
    ],
)
def test_what_is_no_json_is_called_that(text: str):
    assert refused(text) == ("This is no strip of views: the file is not JSON that can be read.",)


def test_other_json_is_no_strip():
    for text in ("1", "null", "[]", "{}", '{"mirodash": ["strip"]}', json.dumps({"trial": {"name": "x"}})):
        assert refused(text) == (
            'This is no strip of views: a strip is a JSON object with "mirodash": "strip" in it.',
        )


def test_a_file_that_is_too_large_is_not_read():
    assert refused(" " * (MAX_STRIP_BYTES + 1)) == (
        "This file is too large for a strip of views: over 1 MB.",
    )
    assert read_strip(written([]) + " " * (MAX_STRIP_BYTES - len(written([])))) == ()


@for_each("version", [None, "1", True, 1.0, 0, -1, [], 1e300])
def test_a_strip_of_no_version_is_refused(version: object):
    assert refused(written([], version=version)) == ('This strip does not say "version": 1.',)


def test_a_strip_of_a_later_version_says_so():
    assert refused(written([], version=10**400)) == ("This strip was made by a later version of MiroDash.",)


@for_each("views", [None, {}, "views", 3])
def test_a_strip_without_a_list_of_views_is_refused(views: object):
    assert refused(written(views)) == ('This strip has no list of "views".',)


def test_too_many_views_are_counted():
    view = {"query": "", "picture": "effect"}
    assert len(read_strip(written([view] * MAX_VIEWS))) == MAX_VIEWS
    assert refused(written([view] * (MAX_VIEWS + 1))) == (
        "This strip has 101 views; at most 100 can be shown.",
    )


def test_every_bad_view_is_named_by_its_number():
    good = {"query": "", "picture": "effect"}
    assert refused(
        written(
            [
                good,
                3,
                good | {"picture": "mona-lisa"},
                {"title": 4},
                good | {"query": "thresholds=3000&keep.sex=F"},
                good | {"query": "threshold=many&horizon=640"},
                good | {"title": "t" * 301},
                good | {"note": "\ud83d"},
            ]
        )
    ) == (
        "View 2 is not a JSON object.",
        "View 3: 'mona-lisa' is no picture that can be kept.",
        'View 4: it has no "query".',
        'View 4: it has no "picture".',
        'View 4: its "title" is not text.',
        "View 5: 'thresholds' in its query means nothing here.",
        "View 6: what its query says of 'threshold' cannot be read.",
        "View 7: the title is longer than 300 characters.",
        'View 8: its "note" holds half of a character.',
    )


def test_a_sentence_about_a_view_stays_on_one_line():
    bad = [{"query": "", "picture": "a\nb"}, {"query": "a%0ab=1", "picture": "effect"}]
    assert refused(written(bad)) == (
        "View 1: 'a b' is no picture that can be kept.",
        "View 2: 'a b' in its query means nothing here.",
    )


def test_a_query_that_grows_too_long_when_written_out_is_refused():
    query = urlencode({"biomarker": "é"}) + "é" * 15_000
    assert refused(written([{"query": query, "picture": "effect"}])) == (
        "View 1: the query is longer than 20,000 characters.",
    )


def test_a_hostile_query_is_only_ever_a_selection():
    query = "trial=<script>alert(1)</script>&site=%00&keep.%0a=<b>"
    (view,) = read_strip(written([{"query": query, "picture": "survival-1"}]))
    assert Selection.from_query(view.query).to_query() == view.query
    assert not set(view.query) & set("<>\x00\n")
