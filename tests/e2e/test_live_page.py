"""The live page opens from a disk without a network: its threshold moves, and what it says is Explore's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from mirodash.export.live_page import write_live_page
from mirodash.plot.theme import LIGHT
from mirodash.questions.panel import show
from mirodash.questions.survival_cards import SURVIVAL
from mirodash.questions.threshold_pack import list_packed_stops
from mirodash.stratification.selection import LevelFilter, Selection
from mirodash.trial.store import sample

pytestmark = pytest.mark.browser

TRIAL = sample("mirocals")
VIEW = Selection(filters=(LevelFilter("sex", ("F",)),))


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """Open the live page on a phone without a network; no test passes with a complaint in its console."""
    path = tmp_path / "view.html"
    path.write_text(write_live_page(TRIAL, VIEW, on=date(2026, 11, 30)), encoding="utf-8")
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True)
    complaints: list[str] = []
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(path.as_uri())
    yield opened
    context.close()
    assert complaints == []


def test_a_threshold_of_a_live_page_moves_with_its_curves_numbers_and_tables(page: Page) -> None:
    card = page.locator(".survival-1")
    expect(card.locator("h2")).to_contain_text("3,700")
    curves = _curves(card)
    page.focus("#threshold")
    page.keyboard.press("ArrowLeft")
    stop = max(stop for stop in list_packed_stops(TRIAL, VIEW) if stop < 3700)
    answer = show(SURVIVAL[1], TRIAL, replace(VIEW, thresholds=(stop,)), LIGHT)
    assert answer
    expect(card.locator("h2")).to_have_text(answer.explanation.title)
    expect(card.locator(".sentence")).to_have_text(answer.explanation.sentence)
    told = [f"{fact.value} {fact.detail}".strip() for fact in answer.explanation.facts]
    expect(card.locator("dd")).to_have_text(told)
    card.locator("summary").click()
    expect(card.locator("caption")).to_have_count(len(answer.explanation.tables))
    plot = page.locator(".effect .plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.up()
    expect(card.locator("h2")).not_to_have_text(answer.explanation.title)
    assert curves != _curves(card)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def _curves(card: Locator) -> list[str]:
    return card.locator("path").evaluate_all("paths => paths.map((path) => path.getAttribute('d'))")
