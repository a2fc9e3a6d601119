"""Progression in a browser: a threshold dragged by mouse takes the finding, cards and pictures along."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from mirodash.plot.theme import find_theme
from mirodash.questions.page_panels import PROGRESSION_PANELS
from mirodash.questions.panel import Panel, show
from mirodash.questions.progression.slope_finding import (
    PROGRESSION_FINDING,
    explain_progression_finding,
    find_progression,
)
from mirodash.questions.progression.slope_search import SLOPES_SEARCHED
from mirodash.trial.store import sample
from mirodash.web import ids
from tests.e2e.conftest import Newcomer
from tests.e2e.explorer import Explorer, expect_panels, list_words, shown_by

pytestmark = pytest.mark.browser

FINDING = f"#{ids.panel(PROGRESSION_FINDING.key)}"


def _settled(page: Page) -> None:
    """Wait until both searches have taken all their steps."""
    for panel in (PROGRESSION_FINDING, SLOPES_SEARCHED):
        expect(page.locator(f"#{ids.panel(panel.key)}")).to_have_attribute("aria-busy", "false")
    expect(page.locator(FINDING)).to_contain_text("After searching")


def _expect_everything(page: Page, query: str) -> None:
    """Every panel says what the engine says of the view in the address."""
    view = shown_by(query)
    panels = [panel for panel in PROGRESSION_PANELS if isinstance(panel, Panel)]
    shown = {panel.key: show(panel, view.trial, view.selection, find_theme("")) for panel in panels}
    expect_panels(
        page, {key: said and list_words(said.explanation, said.why_no_figure) for key, said in shown.items()}
    )


def test_a_threshold_dragged_by_mouse_takes_everything_along(newcomer: Newcomer):
    explorer = newcomer()
    page = explorer.page
    page.goto("/progression?threshold=3700")
    _settled(page)
    expect(page.locator(FINDING).get_by_role("heading", level=1)).to_contain_text("23 % slower")
    _expect_everything(page, "threshold=3700")
    line = page.locator(f"#{ids.panel('progression-lines', 'figure')} .x3y3 path.js-line").last
    before = line.get_attribute("d") or "no line"
    _drag_and_compare(explorer, explorer.thumb(), -35)
    expect(line).not_to_have_attribute("d", before)
    # the handle on the curve of slopes moves the same threshold
    _drag_and_compare(explorer, explorer.handle(), 60)
    page.go_back()
    _settled(page)
    _expect_everything(page, urlsplit(page.url).query)


def _drag_and_compare(explorer: Explorer, grip: Locator, across: float) -> None:
    page, address = explorer.page, explorer.page.url
    grip.scroll_into_view_if_needed()
    explorer.drag(grip, across)
    expect(page).not_to_have_url(address)
    _settled(page)
    query = urlsplit(page.url).query
    (threshold,) = parse_qs(query)["threshold"]
    assert float(threshold) != 3700
    _expect_everything(page, query)
    view = shown_by(query)
    found = find_progression(sample("mirocals"), view.selection)
    assert found is not None
    told = explain_progression_finding(found)
    expect(page.locator(FINDING).get_by_role("heading", level=1)).to_have_text(told.title)
    expect(page.locator(f"{FINDING} .subtitle")).to_have_text(told.subtitle)


def test_the_primary_question_leads_the_finding_and_the_cards(newcomer: Newcomer):
    page = newcomer().page
    page.goto("/progression?threshold=3700&estimand=worst")
    _settled(page)
    expect(page.locator(FINDING).get_by_role("heading", level=1)).to_contain_text("in 66 % of pairs")
    expect(page.locator(".cards")).to_contain_text("Death as the worst outcome (primary)")


def test_on_a_phone_the_numbers_of_a_panel_are_behind_the_first_of_them(newcomer: Newcomer):
    page = newcomer(viewport={"width": 390, "height": 844}).page
    page.goto("/progression?threshold=3700")
    _settled(page)
    _expect_everything(page, "threshold=3700")
    card = page.locator(f"#{ids.panel('progression-1')}")
    summary = card.locator(".fold > summary")
    expect(summary).to_contain_text("If no participant had died: +0.19")
    expect(card.get_by_text("Death as the worst outcome")).to_be_hidden()
    summary.click()
    expect(card.get_by_text("Death as the worst outcome")).to_be_visible()
    # what is open stays open while the threshold moves, and is open where there is room
    page.set_viewport_size({"width": 1280, "height": 720})
    expect(summary).to_be_hidden()
    pairs = page.locator(f"#{ids.panel('progression-pairs')}")
    expect(pairs.locator(".facts strong").first).to_be_visible()
