"""The Thresholds page in a browser: pictures say what the engine says, and a click moves the threshold."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from mirodash.plot.theme import find_theme
from mirodash.questions.page_panels import THRESHOLDS_PANELS
from mirodash.questions.panel import Panel, SteppedPanel, show
from mirodash.web import ids
from tests.e2e.conftest import Newcomer
from tests.e2e.explorer import Explorer, expect_told, shown_by
from tests.profiles import NIGHTLY

pytestmark = pytest.mark.browser

IN_STEPS = [panel for panel in THRESHOLDS_PANELS if isinstance(panel, SteppedPanel)]


def _finished(panel: Panel[Any] | SteppedPanel[Any]) -> Panel[Any]:
    return panel.after(panel.steps) if isinstance(panel, SteppedPanel) else panel


def _open(explorer: Explorer, query: str = "") -> Explorer:
    explorer.page.goto(f"/thresholds?{query}" if query else "/thresholds")
    return explorer


def _expect_all(explorer: Explorer, query: str) -> None:
    """Wait until every panel has taken its last step and says what the engine says of this view."""
    view = shown_by(query)
    for panel in IN_STEPS:
        place = explorer.part(ids.panel(panel.key))
        expect(place).to_have_attribute("aria-busy", "false", timeout=60_000)
    for panel in map(_finished, THRESHOLDS_PANELS):
        shown = show(panel, view.trial, view.selection, find_theme(""))
        assert shown is not None
        expect_told(explorer.part(ids.panel(panel.key)), shown.explanation, shown.why_no_figure)


def test_every_panel_ends_with_what_the_engine_says_and_follows_a_click(newcomer: Newcomer):
    explorer = newcomer()
    two = "biomarker=tregs&threshold=5&threshold=9&keep.sex=F"
    for query in ("trial=gbsg2", two, "") if NIGHTLY else (two, ""):
        _every_panel_ends_with_what_the_engine_says(_open(explorer, query), query)
    _only_what_depends_on_the_threshold_is_asked_again(explorer)
    _a_click_on_the_scan_moves_the_threshold_everywhere(explorer)


def _every_panel_ends_with_what_the_engine_says(explorer: Explorer, query: str) -> None:
    _expect_all(explorer, query)
    pictures = [panel for panel in THRESHOLDS_PANELS if panel.draw is not None]
    for panel in pictures:
        drawn = explorer.part(ids.panel(panel.key, "figure")).locator(".main-svg").first
        expect(drawn).to_be_attached()
    expect(explorer.page.locator(".handles")).to_have_count(len(pictures))


def _a_click_on_the_scan_moves_the_threshold_everywhere(explorer: Explorer) -> None:
    page, before, stood = explorer.page, explorer.page.url, explorer.box().input_value()
    handles = page.locator("#panel-threshold-scan .handles")
    handles.scroll_into_view_if_needed()
    box = handles.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + 40)
    expect(page).not_to_have_url(before)
    moved = explorer.query()
    threshold = explorer.box().input_value()
    assert threshold not in (stood, "")
    lines = page.locator(".handle[data-slot='1']")
    expect(lines).to_have_text([threshold] * lines.count())
    _expect_all(explorer, moved)
    page.get_by_role("link", name="Explore").click()
    expect(page).to_have_url(f"/?{moved}")
    explorer.wait().expect_view(moved)


def _only_what_depends_on_the_threshold_is_asked_again(explorer: Explorer) -> None:
    asked: list[str] = []
    explorer.page.on("request", lambda request: asked.append(request.post_data or ""))
    explorer.preset("median").click()
    expect(explorer.page).not_to_have_url("/thresholds")
    _expect_all(explorer, explorer.query())
    assert any("panel-searched-step" in body for body in asked)
    assert not any("panel-best-thresholds-step" in body for body in asked)
    assert not any("panel-interaction-statistic-step" in body for body in asked)


def test_long_work_can_be_stopped_and_continued_and_a_view_of_nobody_gets_sentences(newcomer: Newcomer):
    explorer = newcomer()
    _long_work_can_be_stopped_and_continued(explorer)
    _a_view_of_nobody_gets_sentences(explorer)


@pytest.mark.nightly
def test_the_lesson_leads_back_and_what_was_declared_is_compared(newcomer: Newcomer):
    explorer = newcomer()
    _the_lesson_is_one_click_away_and_leads_back(explorer)
    _a_declared_threshold_shows_its_own_p_value_and_its_document(explorer)


def _long_work_can_be_stopped_and_continued(explorer: Explorer) -> None:
    _open(explorer, "keep.sex=M")
    place = explorer.part(ids.panel("best-thresholds"))
    button = place.get_by_role("button", name="Stop")
    button.click()
    button = place.get_by_role("button", name="Continue")
    expect(button).to_be_visible()
    expect(place).to_have_attribute("aria-busy", "false")
    asked: list[str] = []
    explorer.page.on("request", lambda request: asked.append(request.post_data or ""))
    expect(explorer.part(ids.panel("searched"))).to_have_attribute("aria-busy", "false", timeout=60_000)
    # what was on its way when the reader stopped may bring some steps more, and nothing after it
    assert sum("panel-best-thresholds-step" in body for body in asked) <= 1
    expect(button).to_be_visible()
    button.click()
    _expect_all(explorer, "keep.sex=M")


def _the_lesson_is_one_click_away_and_leads_back(explorer: Explorer) -> None:
    _open(explorer)
    page = explorer.page
    _expect_all(explorer, "")
    page.get_by_role("link", name="Open “Nothing works”").click()
    expect(page).to_have_url("/thresholds?trial=mirocals-null")
    expect(page.locator(".truth")).to_contain_text("Nothing predicts death")
    _expect_all(explorer, "trial=mirocals-null")
    expect(explorer.part(ids.panel("searched"))).to_contain_text("do not show")
    page.get_by_role("link", name="Back to the first trial").click()
    expect(page).to_have_url("/thresholds")
    _expect_all(explorer, "")


def _a_declared_threshold_shows_its_own_p_value_and_its_document(explorer: Explorer) -> None:
    page = explorer.page
    searched = explorer.part(ids.panel("searched"))
    expect(searched).to_contain_text("allowing for having looked at")
    expect(searched).not_to_contain_text("Declared")
    page.get_by_text("Was this threshold pre-specified?").click()
    for part, text in (("value", "3700"), ("document", "SAP 2.1"), ("date", "2017-04-12")):
        page.locator(f"#{ids.DECLARED}-{part}").fill(text)
    page.locator(f"#{ids.DECLARED}-declare").click()
    expect(searched).to_contain_text("Declared in SAP 2.1, 12 April 2017")
    expect(searched).to_contain_text("interaction p = 0.040 (Wald)")
    explorer.preset("median").click()
    expect(searched).to_contain_text("moved away from it")
    expect(searched).not_to_contain_text("interaction p = 0.040")


def _a_view_of_nobody_gets_sentences(explorer: Explorer) -> None:
    _open(explorer, "site=")
    for panel in THRESHOLDS_PANELS:
        if isinstance(panel, SteppedPanel):  # they come one after the other
            expect(explorer.part(ids.panel(panel.key))).to_have_attribute("aria-busy", "false")
        expect(explorer.part(ids.panel(panel.key))).not_to_contain_text("NaN")
    expect(explorer.page.locator("main .cannot").first).to_be_visible()
