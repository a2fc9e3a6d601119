"""A dragged threshold follows in the browser: what is sent for its stops is what the server would answer."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import brotli
import numpy as np
import pytest
import small_cells

from mirodash.factory import create_app
from mirodash.plot.sketch import Looks, sketch_figure
from mirodash.plot.theme import LIGHT
from mirodash.questions import threshold_pack
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.threshold_pack import list_packed_stops, pack_block
from mirodash.settings import Settings
from mirodash.stratification.groups import assign_groups, candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.trial.store import SAMPLES, sample
from mirodash.web import ids
from tests.dashboard.renderer import Reader
from tests.profiles import NIGHTLY, for_each

EVERY = 1 if NIGHTLY else 60
"""Of how many stops one is compared with the server's answer."""
MIROCALS = sample("mirocals")
HIDING = replace(MIROCALS, min_cell=10)


def ask(reader: Reader, query: str, moved: float, near: float, *, page: str = "explore") -> dict[str, Any]:
    wanted = {"query": query, "moved": moved, "near": near, "place": page, "at": 7}
    told: dict[str, Any] = json.loads(reader.ask(ids.PACK, wanted, "light")[ids.PACK])
    assert told["at"] == 7
    return told


def expand(sketch: Any, looks: list[Any]) -> Any:
    """A sketch with its looks in place, so that two can be compared."""
    if sketch is None:
        return None
    named = {key: [[looks[item[0]], *item[1:]] for item in sketch[key]] for key in ("traces", "notes")}
    return named | {"frame": looks[sketch["frame"]]}


def assert_like_the_server(reader: Reader, block: dict[str, Any], stop: dict[str, Any], query: str) -> None:
    served = reader.redraw(query)
    moving = {panel.key for panel in threshold_pack.MOVING}
    for key, words in stop["panels"].items():
        assert words == served["panels"][key], (query, key)
    assert stop["page"] == served["page"]
    assert set(stop["panels"]) == {*moving, "finding"}
    for key in moving:
        figure = served["figures"].get(ids.panel(key, "figure"))
        assert (figure is None) == (key not in stop["sketches"]), (query, key)
        if figure is not None:
            looks = Looks()
            shown = sketch_figure(figure, looks)
            assert expand(stop["sketches"][key], block["looks"]) == expand(shown, looks.listed())


@for_each("name", SAMPLES)
def test_stops_computed_together_are_letter_for_letter_those_computed_one_by_one(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threshold_pack, "BLOCK", 6 if NIGHTLY else 3)
    trial, selection = sample(name), Selection(trial=name)
    stops = list_packed_stops(trial, selection)
    (moved,) = trial.dictionary.biomarkers[0].default_thresholds[:1] or stops[:1]
    texts: list[list[str]] = []
    for is_together in (True, False):
        # what is remembered would be told both times
        survival_by_group.cache_clear()
        if not is_together:
            monkeypatch.setattr(threshold_pack, "prepare_stops", lambda *_: None)
        blocks = [pack_block(trial, selection, moved, near, LIGHT) for near in stops[::EVERY]]
        texts.append([block.text for block in blocks if block])
    assert texts[0] == texts[1]
    assert len(texts[0]) == len(stops[::EVERY])


@for_each("name", SAMPLES)
def test_every_stop_says_and_draws_what_the_server_does(
    name: str, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threshold_pack, "BLOCK", 2)
    trial = sample(name)
    stops = list_packed_stops(trial, Selection(trial=name))
    assert stops == candidate_thresholds(trial, Selection(trial=name))
    (moved,) = trial.dictionary.biomarkers[0].default_thresholds[:1] or stops[:1]
    for near in stops[::EVERY]:
        told = ask(reader, f"trial={name}", moved, near)
        assert told["of"] == len(stops)
        block = told["block"]
        places = [stop["at"] for stop in block["stops"]]
        assert places == list(stops[told["first"] : told["first"] + len(places)])
        stop = block["stops"][places.index(near)]
        assert_like_the_server(reader, block, stop, f"trial={name}&threshold={near!r}")


def test_of_several_thresholds_one_moves_and_the_others_stay(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threshold_pack, "BLOCK", 1)
    stops = list_packed_stops(MIROCALS, Selection())
    moved, other = stops[30], stops[100]
    # past the other, and on it, where two become one
    for near in (stops[40], other, stops[-1]):
        told = ask(reader, f"threshold={moved!r}&threshold={other!r}", moved, near)
        (stop,) = told["block"]["stops"]
        ascending = "&".join(f"threshold={one!r}" for one in sorted({near, other}))
        assert_like_the_server(reader, told["block"], stop, ascending)


def test_where_participants_must_not_be_told_apart_only_allowed_stops_are_packed() -> None:
    reader = Reader(create_app(Settings(min_cell=10), trials=(HIDING,)))
    trial, chosen = HIDING, Selection()
    stops = list_packed_stops(trial, chosen)
    assert 1 < len(stops) < 20
    assert ask(reader, "", stops[0], float(np.nextafter(stops[0], np.inf)))["of"] == 0
    packed: list[Any] = []
    for near in stops:
        told = ask(reader, "", stops[0], near)
        packed += [stop for stop in told["block"]["stops"] if stop["at"] == near]
    assert [stop["at"] for stop in packed] == list(stops)
    assert small_cells.leaks({"pack": packed}) == []
    # what lies between two neighbours is of enough participants of each arm: their difference tells of no few
    codes = [assign_groups(trial, replace(chosen, thresholds=(at,))) for at in stops]
    for below, above in pairwise(codes):
        between = (above.codes == 0) & (below.codes != 0)
        held = [int((between & (below.treated == arm)).sum()) for arm in (True, False)]
        assert min(held) >= trial.min_cell


def test_a_block_is_sent_small_and_once() -> None:
    near = list_packed_stops(MIROCALS, Selection())[120]
    first = pack_block(MIROCALS, Selection(), 3700.0, near, LIGHT)
    assert first is not None
    again = pack_block(MIROCALS, Selection(thresholds=(750.0,)), 750.0, near, LIGHT)
    assert again is not None
    assert again.text is first.text, "wherever the threshold stands, the block is the same"
    # of 220 participants all stops shall be less than 300 kB
    packed = brotli.compress(first.text.encode(), quality=5)
    assert len(packed) * first.of / len(json.loads(first.text)["stops"]) < 150_000


def test_on_the_thresholds_page_the_finding_follows(reader: Reader) -> None:
    near = list_packed_stops(MIROCALS, Selection())[100]
    told = ask(reader, "", 3700.0, near, page="thresholds")
    (stop,) = [one for one in told["block"]["stops"] if one["at"] == near]
    written = reader.ask(ids.words_of("thresholds", ids.SELECTION), f"threshold={near!r}", "light")
    (served,) = [json.loads(words) for words in written.values() if words]
    assert (stop["panels"], stop["page"], stop["sketches"]) == (served["panels"], served["page"], {})
    assert served["panels"]["finding"]["title"]


def test_very_many_participants_are_followed_by_asking(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    (near, *_) = list_packed_stops(MIROCALS, Selection())
    monkeypatch.setattr(threshold_pack, "MAX_PACKED", 100)
    assert ask(reader, "", 3700.0, near) == {"at": 7, "of": 0}


@for_each(
    wanted=[
        None,
        [],
        {},
        {"query": 1, "moved": 1, "near": 1},
        {"query": "", "moved": "1", "near": 1},
        {"query": "", "moved": True, "near": 1},
        {"query": "", "moved": 10**400, "near": 1},
        {"query": "", "moved": 1, "near": None, "place": "explore"},
        {"query": "", "moved": 3700, "near": 3700},
        {"query": "", "moved": 3700, "near": 3700, "place": ["explore"]},
        {"query": "", "moved": 3700, "near": 3700, "place": "present"},
    ]
)
def test_what_is_no_question_has_no_answer(wanted: Any, reader: Reader) -> None:
    assert reader.ask(ids.PACK, wanted, "light") == {}


def test_a_stop_that_fails_leaves_the_page_to_asking(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a cell")

    monkeypatch.setattr(threshold_pack, "_pack_stop", fail)
    selection = Selection.from_query("keep.sex=F")
    (near, *_) = list_packed_stops(MIROCALS, selection)
    assert ask(reader, "keep.sex=F", 3700.0, near)["of"] == 0
    monkeypatch.undo()
    monkeypatch.setattr(threshold_pack, "BLOCK", 1)
    assert ask(reader, "keep.sex=F", 3700.0, near)["of"] > 1
