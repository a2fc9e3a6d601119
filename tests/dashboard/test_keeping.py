"""Keep this view: the pictures that are offered are the view's, and the proposed title is the slide's."""

from __future__ import annotations

from datetime import date
from typing import Any

from mirodash.questions.talk.slide_data import list_picture_names
from mirodash.questions.talk.stage_view import describe_slide
from mirodash.stratification.saved_view import SavedView, is_picture
from mirodash.trial.store import TrialStore
from mirodash.web import present_page, strip
from mirodash.web.strip import kept_query
from mirodash.web.view import read_view
from tests.dashboard.kinds import SWEPT, reader_of
from tests.dashboard.renderer import Reader
from tests.profiles import for_each

STORE = TrialStore()


def _offered(reader: Reader, query: Any = "", page: Any = "/") -> dict[str, Any]:
    return reader.ask(strip.OFFERED, {"at": 3, "query": query, "page": page})[strip.OFFERED]


def _proposed(reader: Reader, picture: Any, query: Any = "") -> dict[str, Any]:
    return reader.ask(strip.PROPOSED, {"at": 4, "query": query, "picture": picture})[strip.PROPOSED]


def test_the_pictures_of_the_view_are_offered_and_the_whole_forest_when_it_has_pages(reader: Reader):
    offered = _offered(reader, "threshold=750&threshold=3700")
    view = read_view(STORE, "threshold=750&threshold=3700")
    names = list_picture_names(view.trial, view.selection)
    assert [(p["value"], p["label"]) for p in offered["pictures"][:-1]] == list(names)
    pages = sum(picture.startswith("subgroups-") for picture, _ in names)
    assert pages > 1
    assert offered["pictures"][-1]["value"] == strip.WHOLE_FOREST
    assert str(pages) in offered["pictures"][-1]["label"]
    assert (offered["query"], offered["at"]) == (kept_query(view), 3)


def test_pictures_of_survival_are_offered_as_1_minus_s_too(reader: Reader):
    offered = _offered(reader, "threshold=3700")
    names = {one["value"]: one["label"] for one in offered["pictures"]}
    assert {falling: one["value"] for falling, one in offered["rising"].items()} == {
        **{f"survival-{place}": f"incidence-{place}" for place in range(3)},
        "groups": "incidence-groups",
    }
    for falling, one in offered["rising"].items():
        assert is_picture(one["value"])
        assert one["label"] == f"{names[falling]}, 1 − S"
        kept = {"query": "threshold=3700", "picture": one["value"], "title": "", "note": ""}
        (words,) = reader.ask(present_page.TOLD, {"at": 1, "views": [kept]})[present_page.TOLD]["words"]
        assert words["name"] == one["label"]


@for_each(
    case=[
        ("/", "", "groups"),
        ("/credibility", "", "groups"),
        ("/", "threshold=", "survival-0"),
        ("/thresholds", "", "search"),
        ("/subgroups", "", "subgroups-1"),
        (["/"], "", "groups"),
        (None, "", "groups"),
    ]
)
def test_the_picture_that_the_page_is_about_comes_first(reader: Reader, case: tuple[Any, str, str]):
    page, query, picture = case
    assert _offered(reader, query, page)["picture"] == picture


@for_each(picture=["survival-0", "groups", "finding", "effect", "search", "subgroups-2"])
def test_the_proposed_title_is_that_of_the_slide(reader: Reader, picture: str):
    view = read_view(STORE, "threshold=2000")
    words = describe_slide(view.trial, view.selection, SavedView("", picture), on=date(2020, 1, 1))
    told = _proposed(reader, picture, "threshold=2000")
    assert told == {"at": 4, "picture": picture, "proposed": words.proposed}


def test_the_whole_forest_is_proposed_the_title_of_its_first_page(reader: Reader):
    whole, first = _proposed(reader, strip.WHOLE_FOREST), _proposed(reader, "subgroups-1")
    assert whole["proposed"] == first["proposed"]
    assert whole["picture"] == strip.WHOLE_FOREST


@for_each(sent=[None, 7, [], "x", {}, {"picture": "nope"}, {"picture": ["effect"]}])
def test_what_is_no_picture_is_proposed_nothing(reader: Reader, sent: Any):
    assert reader.ask(strip.PROPOSED, sent) == {}


@for_each(sent=[None, 7, [], {}, {"query": 7, "at": "x"}, {"query": "trial=nowhere"}])
def test_whatever_is_asked_there_are_pictures_to_choose_from(reader: Reader, sent: Any):
    told = reader.ask(strip.OFFERED, sent)[strip.OFFERED]
    assert told["query"] == "trial=mirocals"
    assert told["at"] == 0


@for_each(name=SWEPT)
def test_every_trial_offers_a_picture_with_a_title(name: str):
    reader = reader_of(name)
    for page in ("/", "/thresholds", "/subgroups"):
        offered = _offered(reader, "", page)
        assert offered["picture"] in [picture["value"] for picture in offered["pictures"]]
        assert is_picture(offered["picture"])
        assert _proposed(reader, offered["picture"], offered["query"])["proposed"]
