"""The pages are about one view: going from one to another keeps it, and each says where one is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from mirodash.web import ids
from mirodash.web.components import PAGE_NAMES
from tests.e2e.conftest import Visit
from tests.e2e.explorer import Explorer

pytestmark = pytest.mark.browser

VIEW = "threshold=1000&keep.sex=F"


def test_every_page_is_about_the_same_view_and_its_links_follow(visit: Visit):
    explorer = visit(VIEW)
    for path in PAGE_NAMES:
        if path != "/":
            _another_page_is_about_the_same_view(explorer.page, path)
    explorer.page.go_back()
    *_, before, _last = PAGE_NAMES
    expect(explorer.page).to_have_url(f"{before}?{VIEW}")
    explorer.page.get_by_role("navigation", name="Pages").get_by_role("link", name=PAGE_NAMES["/"]).click()
    explorer.wait().expect_view(VIEW)
    _the_links_follow_the_view(explorer)


def _another_page_is_about_the_same_view(page: Page, path: str) -> None:
    link = page.get_by_role("navigation", name="Pages").get_by_role("link", name=PAGE_NAMES[path])
    expect(link).to_have_attribute("href", f"{path}?{VIEW}")
    expect(link).not_to_have_attribute("aria-current", "page")
    link.click()
    expect(page).to_have_url(f"{path}?{VIEW}")
    expect(link).to_have_attribute("aria-current", "page")
    expect(page.locator("main")).to_contain_text("1,000")


def _the_links_follow_the_view(explorer: Explorer) -> None:
    explorer.preset("750 and 3,700").click()
    link = explorer.page.get_by_role("link", name=PAGE_NAMES["/thresholds"])
    expect(link).to_have_attribute("href", "/thresholds?threshold=750&threshold=3700&keep.sex=F")


def test_a_click_on_a_picture_brings_the_nearest_threshold_or_sets_the_first(visit: Visit):
    explorer = visit("threshold=750&threshold=3700")
    frame = explorer.page.locator("#panel-effect .handles")
    box = frame.bounding_box()
    assert box is not None
    explorer.page.mouse.click(box["x"] + 0.35 * box["width"], box["y"] + 50)
    expect(explorer.handle(2)).to_have_text("3,700")
    expect(explorer.handle(1)).not_to_have_text("750")
    expect(explorer.box(1)).not_to_have_value("750")
    explorer.expect_view(explorer.query())
    _a_click_sets_the_first_threshold_where_there_is_none(explorer)


def _a_click_sets_the_first_threshold_where_there_is_none(explorer: Explorer) -> None:
    explorer.open("threshold=")
    box = explorer.page.locator("#panel-effect .handles").bounding_box()
    assert box is not None
    explorer.page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 50)
    expect(explorer.handle(1)).to_be_visible()
    expect(explorer.part(ids.panel("survival-2"))).to_be_visible()
    explorer.expect_view(explorer.query())
