"""What pictures of survival show, what they say when pointed at, and how they leave the page."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mirodash.web import ids
from tests.e2e.conftest import Newcomer
from tests.e2e.explorer import Explorer

pytestmark = pytest.mark.browser

CARD = "#panel-survival-1"


def test_pictures_are_as_the_reader_wants_them_and_say_what_they_show(newcomer: Newcomer):
    explorer = newcomer()
    explorer.open()
    _the_crosshair_tells_both_arms_in_all_groups(explorer)
    _the_keyboard_reads_the_curves(explorer.page)
    _options_change_the_pictures_and_not_the_address(explorer)
    _a_picture_fills_the_screen_and_the_focus_comes_back(explorer.page)
    _coordinates_are_numbers(explorer.page)


def _the_crosshair_tells_both_arms_in_all_groups(explorer: Explorer) -> None:
    page = explorer.page
    box = page.locator(f"{CARD} .plot").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 90)
    for place in range(3):
        words = page.locator(f"#panel-survival-{place} .crosshair-words p")
        expect(words).to_have_count(3)
        expect(words.nth(0)).to_contain_text("day ")
        expect(words.nth(1)).to_contain_text("IL-2")
        expect(words.nth(2)).to_contain_text("at risk")
        expect(page.locator(f"#panel-survival-{place} .crosshair-mark")).to_have_count(2)
    words = page.locator(f"{CARD} .crosshair-words").bounding_box()
    axis = page.locator(f"{CARD} .xaxislayer-above, {CARD} .xaxislayer-below").first.bounding_box()
    assert words is not None
    assert axis is not None
    assert words["y"] >= axis["y"], "nothing lies over the curves"
    page.mouse.move(2, 2)
    expect(page.locator(f"{CARD} .crosshair")).to_be_hidden()


def _the_keyboard_reads_the_curves(page: Page) -> None:
    page.locator(f"{CARD} .plot").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator(f"#{ids.STATUS}")).to_contain_text("IL-2")
    expect(page.locator(f"#{ids.STATUS}")).to_contain_text("at risk")
    page.keyboard.press("Escape")
    expect(page.locator(f"{CARD} .crosshair")).to_be_hidden()


def _options_change_the_pictures_and_not_the_address(explorer: Explorer) -> None:
    page, before = explorer.page, explorer.page.url
    page.get_by_text("Figure options").click()
    page.get_by_label("Numbers at risk").uncheck()
    expect(page.locator(f"{CARD} .annotation").filter(has_text="at risk")).to_have_count(0)
    page.get_by_label("1 − S").check()
    expect(page.locator(f"{CARD} .ytitle")).to_have_text("Cumulative incidence, %")
    assert page.url == before
    page.reload()
    explorer.wait()
    expect(page.locator(f"{CARD} .ytitle")).to_have_text("Cumulative incidence, %")
    _what_is_kept_is_what_is_drawn(page)
    page.get_by_text("Figure options").click()
    page.get_by_role("button", name="as usual").click()
    expect(page.locator(f"{CARD} .ytitle")).to_have_text("Alive, %")
    expect(page.locator(f"{CARD} .annotation").filter(has_text="at risk")).to_have_count(1)


def _what_is_kept_is_what_is_drawn(page: Page) -> None:
    page.get_by_role("button", name="Keep this view").click()
    dialog = page.get_by_role("dialog", name="Keep this view")
    expect(dialog.get_by_label("Picture")).to_have_value("incidence-groups")
    expect(dialog.get_by_label("Picture").locator("option:checked")).to_have_text("Both groups, 1 − S")
    expect(dialog.get_by_label("Title")).not_to_have_attribute("placeholder", "Looking for a title …")
    dialog.get_by_role("button", name="Keep").click()
    expect(page.locator("#keep-said")).to_contain_text("Kept as view 1")
    kept = page.evaluate(
        "() => JSON.parse(localStorage.getItem('mirodash-strip')).views.map((one) => one.picture)"
    )
    assert kept == ["incidence-groups"]


def _menu(page: Page) -> None:
    page.locator(f"{CARD}-menu").click()


def _a_picture_fills_the_screen_and_the_focus_comes_back(page: Page) -> None:
    small = page.locator(f"{CARD} .plot").bounding_box()
    _menu(page)
    page.get_by_role("menuitem", name="Expand").click()
    expect(page.get_by_role("button", name="Close (Esc)")).to_be_focused()
    large = page.locator(f"{CARD} .plot").bounding_box()
    assert small is not None
    assert large is not None
    assert large["width"] > 1.5 * small["width"]
    page.keyboard.press("Escape")
    expect(page.locator(f"{CARD}-menu")).to_be_focused()
    expect(page.locator(".expanded")).to_have_count(0)


def _coordinates_are_numbers(page: Page) -> None:
    _menu(page)
    with page.expect_download() as waiting:
        page.get_by_role("menuitem", name="Coordinates").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {line["role"] for line in lines} == {"treated", "control"}
    assert all(0 <= float(line["survival"]) <= 1 for line in lines)
