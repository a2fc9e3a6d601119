"""A live page: one file without a server, that says what Explore says at every stop."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import small_cells

from mirodash.errors import UnusableDataError
from mirodash.export.live_page import NUMBERS, read_live_numbers, write_live_page
from mirodash.export.replay import read_kept, replay_file
from mirodash.plot.sketch import Looks, sketch_figure
from mirodash.plot.theme import DARK, LIGHT
from mirodash.questions import threshold_pack
from mirodash.questions.finding import FINDING
from mirodash.questions.panel import show
from mirodash.questions.panel_words import describe_panel_words
from mirodash.stratification.selection import LevelFilter, Selection
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.profiles import for_each

DAY = date(2026, 11, 30)
MIROCALS = sample("mirocals")
FEW = Selection(filters=(LevelFilter("sex", ("F",)),))
"""A view of fewer participants, so that all its stops are quickly packed."""
HIDING = replace(MIROCALS, min_cell=10)


@cache
def page_of(trial: Trial, selection: Selection) -> str:
    return write_live_page(trial, selection, on=DAY)


def unpack(page: str, name: str) -> Any:
    (packed,) = re.findall(rf'<script type="text/plain" id="{name}">([^<]+)</script>', page)
    return json.loads(gzip.decompress(base64.b64decode(packed)))


def test_every_stop_says_what_explore_says_with_the_search_done() -> None:
    (pack,) = unpack(page_of(MIROCALS, FEW), "pack")["sliders"]
    stops = threshold_pack.list_packed_stops(MIROCALS, FEW)
    assert [stop["at"] for stop in pack["stops"]] == sorted({*stops, 3700.0})
    assert pack["stops"][pack["here"]]["at"] == 3700.0
    for stop in pack["stops"][:: len(stops) // 3]:
        view = replace(FEW, thresholds=(stop["at"],))
        for panel in (*threshold_pack.MOVING, FINDING.after(FINDING.steps)):
            assert stop["panels"][panel.key] == describe_panel_words(show(panel, MIROCALS, view, LIGHT))
    assert set(unpack(page_of(MIROCALS, FEW), "pack")["still"]["panels"]) == {"effect", "survival-0"}


def test_each_of_several_thresholds_moves_while_the_others_are_where_the_view_has_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threshold_pack, "MAX_STOPS", 12)
    pair = replace(FEW, thresholds=(750.0, 3700.0))
    sliders = unpack(write_live_page(MIROCALS, pair, on=DAY), "pack")["sliders"]
    assert [one["stops"][one["here"]]["at"] for one in sliders] == [750.0, 3700.0]
    for slider, other in zip(sliders, (3700.0, 750.0), strict=True):
        assert 4 <= len(slider["stops"]) <= 8
        for stop in (slider["stops"][0], slider["stops"][-1]):
            view = replace(FEW, thresholds=tuple(sorted((stop["at"], other))))
            for panel in threshold_pack.MOVING:
                assert stop["panels"][panel.key] == describe_panel_words(show(panel, MIROCALS, view, LIGHT))


def test_dark_it_has_the_colours_that_explore_has_when_it_is_dark() -> None:
    pack = unpack(page_of(MIROCALS, FEW), "pack")
    looks = Looks()
    for panel in (*threshold_pack.STILL, *threshold_pack.MOVING):
        shown = show(panel, MIROCALS, replace(FEW, thresholds=(3700.0,)), DARK)
        if shown and shown.figure:
            sketch_figure(shown.figure, looks)
    drawn = {json.dumps(recolour(look, pack["dark"]), sort_keys=True) for look in pack["looks"]}
    missing = [look for look in looks.listed() if json.dumps(look, sort_keys=True) not in drawn]
    assert missing == []


def recolour(thing: Any, pairs: dict[str, str]) -> Any:
    """What ``recoloured`` of ``assets/live/live_parts.js`` does."""
    if isinstance(thing, str):
        return pairs.get(thing, thing)
    if isinstance(thing, list):
        return [recolour(one, pairs) for one in thing]
    if isinstance(thing, dict):
        return {key: recolour(value, pairs) for key, value in thing.items()}
    return thing


def test_it_asks_for_nothing_and_runs_nothing_that_was_not_written_with_it() -> None:
    page = page_of(MIROCALS, FEW)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy.startswith("default-src 'none'")
    for kind in ("script", "style"):
        (text,) = re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert not re.search(r'(?:src|href)=|url\("|@import|fetch\(', page)
    # namespaces of SVG are names, not addresses that are asked for
    assert set(re.findall(r"https?://[^\"'\s<]+", page)) == {"http://www.w3.org/2000/svg"}


def test_it_says_where_it_comes_from_and_that_it_is_synthetic() -> None:
    page = page_of(MIROCALS, FEW)
    for told in (
        "SYNTHETIC</span>",
        MIROCALS.fingerprint,
        "exploratory",
        "30 November 2026",
        "Methods",
        "keep.sex=F",
    ):
        assert told in page
    still = replace(FEW, thresholds=())
    assert page_of(MIROCALS, still) == write_live_page(MIROCALS, still, on=DAY), "one view makes one file"


def test_replay_makes_its_numbers_again(tmp_path: Path) -> None:
    path = tmp_path / "view.html"
    path.write_text(page_of(MIROCALS, FEW), encoding="utf-8")
    found = replay_file(read_kept(path), MIROCALS)
    assert found.is_same
    assert found.compared > 100
    numbers = unpack(page_of(MIROCALS, FEW), "numbers")
    numbers["groups"][0]["cox"]["hr"] += 0.01
    packed = base64.b64encode(gzip.compress(json.dumps(numbers).encode())).decode()
    tampered = NUMBERS.sub(
        f'<script type="text/plain" id="numbers">{packed}</script>', page_of(MIROCALS, FEW)
    )
    path.write_text(tampered, encoding="utf-8")
    assert not replay_file(read_kept(path), MIROCALS).is_same


@for_each(
    damaged=[
        "",
        "<html></html>",
        '<script type="text/plain" id="numbers">a</script>',
        '<script type="text/plain" id="numbers">aGFsbG8=</script>',
    ]
)
def test_another_file_is_refused_in_a_sentence(damaged: str) -> None:
    with pytest.raises(UnusableDataError, match="no live page"):
        read_live_numbers(damaged)


def test_small_counts_and_single_participants_are_not_in_it() -> None:
    pack = unpack(page_of(HIDING, Selection()), "pack")
    assert 1 < len(pack["sliders"][0]["stops"]) < 20
    assert small_cells.leaks({"pack": {key: pack[key] for key in ("still", "sliders")}}) == []
    told = unpack(page_of(MIROCALS, FEW), "pack")
    effect = told["still"]["sketches"]["effect"]
    assert {told["looks"][trace[0]]["kind"] for trace in effect["traces"]} == {"area", "line"}


def test_a_view_without_thresholds_stands_still() -> None:
    (pack,) = unpack(page_of(MIROCALS, replace(FEW, thresholds=())), "pack")["sliders"]
    assert [stop["at"] for stop in pack["stops"]] == [None]
    assert pack["stops"][0]["panels"]["survival-1"] is None
