"""The tables of a page come without a picture being drawn for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mirodash.plot.theme import find_theme
from mirodash.questions import page_panels
from mirodash.questions.panel import Panel, explain, show
from mirodash.questions.panel_words import describe_tables
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample
from mirodash.web import panel_host
from mirodash.web.panel_host import tabulate_panel
from mirodash.web.view import View

MIROCALS = sample("mirocals")
PANELS: tuple[Panel[Any], ...] = (*page_panels.EXPLORE_PANELS, page_panels.THRESHOLD_SCAN)
CHOSEN = Selection(thresholds=(750.0, 3700.0))


@pytest.mark.parametrize("panel", PANELS, ids=[panel.key for panel in PANELS])
def test_what_is_said_without_a_picture_is_what_is_said_beside_it(panel: Panel[Any]):
    shown = show(panel, MIROCALS, CHOSEN, find_theme("light"))
    assert explain(panel, MIROCALS, CHOSEN) == (shown.explanation if shown else None)


@pytest.mark.parametrize("chosen", [CHOSEN, Selection(curves="adjusted", adjust=("age",))])
def test_the_tables_are_those_beside_the_words_and_nothing_is_drawn_for_them(chosen: Selection):
    def draw(*_: object) -> Any:
        raise AssertionError

    for panel in PANELS:
        told = explain(panel, MIROCALS, chosen)
        found = tabulate_panel(replace(panel, draw=draw), View(MIROCALS, chosen))
        assert (None if found is None else tuple(found)) == (tuple(told.tables) if told else None)


def test_a_panel_that_fails_has_no_table(caplog: pytest.LogCaptureFixture):
    def fail(*_: object) -> Any:
        raise ZeroDivisionError

    told = tabulate_panel(replace(PANELS[0], compute=fail), View(MIROCALS, CHOSEN))
    assert told is not None
    assert describe_tables(told) == []
    assert panel_host.LOG.name in {record.name for record in caplog.records}
