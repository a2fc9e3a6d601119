"""The strip over HTTP: what its cards say, the starter set, and a page that stands for every view."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mirodash.questions.talk.slide_data import build_starter_deck, list_picture_names
from mirodash.trial.store import TrialStore
from mirodash.web import present_page as page
from mirodash.web import strip
from mirodash.web.strip import views_sent
from mirodash.web.view import read_view
from tests.dashboard.kinds import SWEPT, reader_of
from tests.dashboard.renderer import Reader, components
from tests.panels.views import HTML
from tests.profiles import for_each

STORE = TrialStore()


def _told(reader: Reader, *views: Any) -> list[dict[str, Any]]:
    told = reader.ask(page.TOLD, {"at": 9, "views": list(views)})[page.TOLD]
    assert told["at"] == 9
    return told["words"]


def test_the_page_names_the_view_that_one_comes_from_and_leads_back(reader: Reader):
    opened = reader.open("?threshold=1000", "/present")["page-content"]
    assert "1,000" in json.dumps(opened, ensure_ascii=False)
    links = [part["props"]["href"] for part in components(opened) if part["type"] == "A"]
    assert links == ["/?threshold=1000"]


def test_the_strip_itself_is_never_part_of_the_page(reader: Reader):
    opened = reader.open("", "/present")["page-content"]
    (strip,) = [p["props"] for p in components(opened) if p["props"].get("id") == page.STRIP]
    assert "data" not in strip
    assert "storage_type" not in strip


def test_a_card_names_trial_picture_groups_and_who_is_selected(reader: Reader):
    kept = {"query": "trial=mirocals&threshold=2000&keep.sex=F", "picture": "survival-1"}
    (card,) = _told(reader, kept)
    view = read_view(STORE, kept["query"])
    assert card["name"] == dict(list_picture_names(view.trial, view.selection))["survival-1"]
    assert card["phrases"][:3] == ["MIROCALS-like trial", "pNFH ≤ 2,000 pg/mL", "pNFH > 2,000 pg/mL"]
    assert "sex: female" in " ".join(card["phrases"]).casefold()
    assert (card["href"], card["synthetic"]) == ("/?threshold=2000&keep.sex=F", True)
    assert card["proposed"]
    assert card["problems"] == []


@for_each(
    case=[("effect", "/"), ("search", "/thresholds"), ("survival-0", "/"), ("subgroups-2", "/subgroups")]
)
def test_a_card_opens_the_page_on_which_its_picture_stands(reader: Reader, case: tuple[str, str]):
    picture, leads_to = case
    (card,) = _told(reader, {"query": "", "picture": picture})
    assert card["href"] == leads_to


@for_each(case=[("trial=nowhere", "nowhere"), ("keep.shoe=41", "shoe"), ("site=Atlantis", "Atlantis")])
def test_a_view_that_fits_no_trial_any_more_says_why_and_leads_nowhere(reader: Reader, case: tuple[str, str]):
    query, says = case
    sound = {"query": "", "picture": "effect"}
    lost, found = _told(reader, {"query": query, "picture": "effect"}, sound)
    assert says in " ".join(lost["problems"])
    assert (lost["href"], lost["proposed"], lost["name"]) == ("", "", "Effect by biomarker")
    assert found["problems"] == []


def test_a_group_that_the_thresholds_do_not_make_is_a_sentence(reader: Reader):
    (card,) = _told(reader, {"query": "threshold=", "picture": "survival-3"})
    assert card["name"] == "A group"
    assert "no such group" in card["proposed"]


@for_each(item=[None, 7, {}, {"picture": HTML}, {"picture": "effect", "query": 7}])
def test_what_is_no_view_is_said_in_its_place(reader: Reader, item: Any):
    (card,) = _told(reader, item)
    assert card["problems"] == [strip.NO_VIEW]


@for_each(wanted=[None, 7, [], "x", {}, {"views": 7}, {"at": "x", "views": []}])
def test_a_body_that_no_page_sends_is_answered_with_nothing(reader: Reader, wanted: Any):
    assert reader.ask(page.TOLD, wanted)[page.TOLD] == {"at": 0, "words": []}


def test_few_views_are_described_at_once(reader: Reader):
    assert len(_told(reader, *[{"query": "", "picture": "survival-0"}] * 50)) == page.MAX_AT_ONCE


def test_a_card_that_cannot_be_described_leaves_the_others_alone(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(strip, "write_slide_title", fail)
    (card,) = _told(reader, {"query": "", "picture": "effect"})
    assert card["problems"] == [strip.SOMETHING_WENT_WRONG]


def test_the_starter_set_is_the_trials_story_and_names_the_trial(reader: Reader):
    told = reader.ask(page.STORY, 1, "trial=mirocals-null&threshold=2000")[page.STORY]
    trial = STORE.get("mirocals-null")
    assert views_sent(told) == build_starter_deck(trial, named="mirocals-null")
    assert {view["query"] for view in told["views"]} == {"trial=mirocals-null"}
    assert told["trial"] == trial.title


@for_each(clicks=[None, 0, "1", [1]])
def test_a_starter_set_that_nobody_asked_for_is_not_sent(reader: Reader, clicks: Any):
    assert reader.ask(page.STORY, clicks, "") == {}


@for_each(name=SWEPT)
def test_every_trial_has_a_page_and_a_starter_set_whose_cards_can_be_described(name: str):
    reader = reader_of(name)
    assert reader.open("", "/present")["shell-notice"] == []
    told = reader.ask(page.STORY, 1, "")[page.STORY]
    assert told["views"]
    for card in _told(reader, *told["views"][: page.MAX_AT_ONCE]):
        assert card["problems"] == []
        assert card["proposed"]
