"""That a settled move is measured on requests that the dashboard answers, and beside the same statistics."""

from __future__ import annotations

import json

import pytest

from benchmarks import settled
from benchmarks.people import builtin
from benchmarks.settled import PAGE, Browser
from mirodash.factory import create_app
from mirodash.questions.threshold_pack import list_packed_stops
from mirodash.settings import Settings
from mirodash.stratification.selection import Selection
from mirodash.web import ids


def test_every_row_is_measured_and_the_statistics_of_lifelines_are_the_same():
    rows = {row.what.split(",")[0]: row for row in settled.measure(moves=2)}
    pages = {"/", "/nothing", "/_dash-layout", "/_dash-dependencies"}
    assert {"settled move", "whole view", "all 219 stops of n = 220", *pages} <= set(rows)
    assert all(row.ours for row in rows.values())
    for path in ("/", "/nothing"):
        assert float(rows[path].ratio.removesuffix(" kB")) <= settled.PAGE_BYTES / 1000


def test_the_requests_are_those_of_the_page(monkeypatch: pytest.MonkeyPatch):
    browser = Browser(create_app(Settings()))
    answers: list[bytes] = []
    ask = browser.ask
    monkeypatch.setattr(browser, "ask", lambda *asked: answers.append(ask(*asked)))
    browser.redraw("threshold=3000")
    browser.redraw_people("")
    browser.tables("threshold=3000")
    browser.step("adjusted", "threshold=3000&adjust=age")
    first = list_packed_stops(builtin(), Selection())[0]
    browser.pack({"query": "", "moved": 3700.0, "near": first, "place": PAGE, "at": 1})
    written = [set(json.loads(answer)["response"]) for answer in answers]
    assert ids.panel("survival-1", "figure") in written[0]
    assert ids.panel("effect", "figure") in written[1]
    assert written[2] == {ids.HISTOGRAM, ids.HISTOGRAM_SAID, ids.STOPS}
    assert written[3] == {ids.tables_of(PAGE)}
    assert "adjusted for age" in answers[4].decode()
    block = json.loads(json.loads(answers[5])["response"][ids.PACK]["data-pack"])
    assert block["block"]["stops"][0]["at"] == first
