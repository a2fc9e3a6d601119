"""What a browser kept is read view by view, and what no page of ours can have kept is not taken for one."""

from __future__ import annotations

from typing import Any

from mirodash.export.saved_json import MAX_VIEWS
from mirodash.stratification.saved_view import MAX_NOTE_LENGTH, MAX_TITLE_LENGTH, SavedView
from mirodash.trial.store import TrialStore
from mirodash.web.strip import kept_query, views_sent
from mirodash.web.view import read_view
from tests.panels.views import DEGENERATE
from tests.profiles import for_each

VIEW = {"query": "threshold=2000", "picture": "survival-1", "title": "Mine", "note": "For me"}


def test_views_come_in_order_and_missing_texts_are_empty():
    sent = {"views": [VIEW, {"query": "", "picture": "effect"}]}
    assert views_sent(sent) == (SavedView(**VIEW), SavedView("", "effect"))


@for_each(sent=[None, 7, "views", [], {}, {"views": None}, {"views": {"0": VIEW}}])
def test_what_is_no_strip_has_no_views(sent: Any):
    assert views_sent(sent) == ()


@for_each(
    item=[
        None,
        [],
        "effect",
        {},
        VIEW | {"picture": "participants"},
        VIEW | {"query": 7},
        VIEW | {"title": ["x"]},
        VIEW | {"title": "x" * (MAX_TITLE_LENGTH + 1)},
        VIEW | {"note": "x" * (MAX_NOTE_LENGTH + 1)},
        VIEW | {"query": "x" * 100_000},
    ]
)
def test_what_is_no_view_keeps_its_place_as_none(item: Any):
    assert views_sent({"views": [VIEW, item, VIEW]}) == (SavedView(**VIEW), None, SavedView(**VIEW))


def test_half_a_character_becomes_one_that_can_be_written():
    (kept,) = views_sent({"views": [VIEW | {"title": "half \ud800"}]})
    assert kept is not None
    assert kept.title.encode("utf-8") == b"half ?"


def test_more_views_than_a_strip_holds_are_not_read():
    assert len(views_sent({"views": [VIEW] * (MAX_VIEWS + 1)})) == MAX_VIEWS


def test_a_kept_query_names_its_trial_whatever_the_program_opens_with():
    kept = kept_query(read_view(TrialStore(), "threshold=2000&horizon=640"))
    assert kept == "trial=mirocals&threshold=2000"
    other_first = TrialStore((DEGENERATE["eight people"],))
    assert read_view(other_first, kept).trial.id == "mirocals"
    assert read_view(other_first, kept).problems == ()
