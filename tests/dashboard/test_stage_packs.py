"""A threshold that is dragged on stage follows in the browser: a packed slide is the slide of the server."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import small_cells

from mirodash.plot.sketch import Looks, sketch_figure
from mirodash.questions.talk import stage_pack
from mirodash.questions.threshold_pack import list_packed_stops
from mirodash.stratification.selection import Selection
from mirodash.trial.store import TrialStore, sample
from mirodash.web import present_page
from tests.dashboard.renderer import Reader
from tests.dashboard.test_stage import reader_of
from tests.dashboard.test_threshold_packs import expand
from tests.profiles import for_each

STORE = TrialStore()
STOPS = list_packed_stops(STORE.get(""), Selection())
HIDING = replace(sample("mirocals"), min_cell=10)
WORDS = ("title", "proposed", "facts", "footer", "synthetic", "alt", "wide")
MOVING = ("effect", "survival-1", "survival-2", "groups", "search", "finding")


@pytest.fixture(scope="module")
def reader() -> Reader:
    """Return a reader of a page with nothing but the stage on it."""
    return reader_of(STORE)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pack two stops at a time: more are the same again."""
    monkeypatch.setattr(stage_pack, "BLOCK", 2)


def ask(reader: Reader, query: str, picture: object, moved: float, near: float) -> dict[str, Any]:
    wanted = {"query": query, "moved": moved, "near": near, "place": picture, "at": 7}
    told: dict[str, Any] = json.loads(reader.ask(present_page.PACK, wanted, "light")[present_page.PACK])
    assert told["at"] == 7
    return told


def slide(reader: Reader, query: str, picture: str) -> dict[str, Any]:
    asked = {"ticket": 1, "query": query, "picture": picture, "title": ""}
    return json.loads(reader.ask(present_page.ANSWER, asked, "light")[present_page.ANSWER])


def shapes(sketch: dict[str, Any], looks: list[Any]) -> Any:
    return expand(sketch, looks) | {"shapes": [[looks[one[0]], *one[1:]] for one in sketch["shapes"]]}


@for_each("picture", MOVING)
def test_a_packed_slide_says_and_draws_what_the_server_does(picture: str, reader: Reader) -> None:
    for near in (STOPS[10], STOPS[-1]):
        told = ask(reader, "", picture, 3700.0, near)
        assert told["of"] == len(STOPS)
        (stop,) = [one for one in told["block"]["stops"] if one["at"] == near]
        served = slide(reader, f"threshold={near!r}", picture)
        assert {key: stop[key] for key in WORDS} == {key: served[key] for key in WORDS}
        looks = Looks()
        sketch = sketch_figure(served["figure"], looks, is_shaped=True)
        assert sketch is not None, picture
        assert shapes(stop["sketch"], told["block"]["looks"]) == shapes(sketch, looks.listed())
        assert sketch["traces"] or picture == "finding"


def test_the_lines_of_the_thresholds_move(reader: Reader) -> None:
    drawn: list[Any] = []
    for near in (STOPS[10], STOPS[100]):
        told = ask(reader, f"threshold={STOPS[10]!r}&threshold={STOPS[50]!r}", "effect", STOPS[10], near)
        (stop,) = [one for one in told["block"]["stops"] if one["at"] == near]
        dotted = [one for one in stop["sketch"]["shapes"] if told["block"]["looks"][one[0]]["dash"] == "dot"]
        drawn.append({across for _, across, _, _, _ in dotted})
    first, second = drawn
    assert len(first) == len(second) == 2
    assert len(first & second) == 1, "the other threshold stays"


def test_where_participants_must_not_be_told_apart_no_packed_slide_does() -> None:
    reader = reader_of(TrialStore((HIDING,)))
    stops = list_packed_stops(HIDING, Selection())
    packed: list[Any] = []
    for picture in ("survival-1", "groups"):
        for near in stops[::3]:
            packed += ask(reader, "", picture, stops[0], near)["block"]["stops"]
    assert packed
    assert small_cells.leaks({"pack": packed}) == []


@for_each("picture", ["", "survival-99", 7, None, "own"])
def test_of_what_is_no_picture_nothing_is_packed(picture: object, reader: Reader) -> None:
    wanted = {"query": "", "moved": 3700, "near": STOPS[0], "place": picture, "at": 7}
    assert present_page.PACK not in reader.ask(present_page.PACK, wanted, "light")


def test_a_picture_without_a_sketch_is_left_to_the_server(reader: Reader) -> None:
    told = ask(reader, "", "progression-1", 3700.0, STOPS[50])
    (stop,) = [one for one in told["block"]["stops"] if one["at"] == STOPS[50]]
    assert stop["sketch"] is None
    assert stop["title"]
