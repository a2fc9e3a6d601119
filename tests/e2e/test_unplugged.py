"""A program that was stopped in the middle of a talk: said at once, nothing is lost, and it goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PATIENCE_MS, present_page

pytestmark = pytest.mark.browser

CALLBACKS = "**/_dash-update-component*"
GONE = "The program does not answer: was it stopped?"
KEPT = [{"query": f"threshold={k}000", "picture": "survival-1", "title": "", "note": ""} for k in range(1, 6)]


@pytest.fixture
def page(server: str, browser: Browser) -> Iterator[Page]:
    """Return the Present page of a browser whose console may say that nobody answers."""
    with present_page(browser, server, KEPT) as page:
        expect(page.locator(".strip-card .phrase").first).to_be_visible()
        yield page


def _unplug(page: Page) -> None:
    page.route(CALLBACKS, lambda route: route.abort("connectionrefused"))


def test_what_is_on_screen_stays_and_a_talk_goes_on_when_the_program_does(page: Page):
    _no_slides_and_no_pictures_are_promised_that_never_come(page)
    _a_talk_goes_on_when_the_program_does(page)


def _a_talk_goes_on_when_the_program_does(page: Page) -> None:
    page.locator("#strip-present").click()
    title = page.locator("#stage-title")
    expect(title).to_contain_text("pNFH ≤ 1,000 pg/mL")
    _unplug(page)
    page.keyboard.press("End")
    # sooner than the stage would lose its patience with a program that computes
    expect(title).to_contain_text("The program did not answer.", timeout=PATIENCE_MS // 2)
    page.unroute(CALLBACKS)
    page.keyboard.press("Home")
    page.keyboard.press("End")
    expect(title).to_contain_text("pNFH ≤ 5,000 pg/mL")
    expect(page.locator("#stage-slider [role=slider]").first).to_be_visible()


def _no_slides_and_no_pictures_are_promised_that_never_come(page: Page) -> None:
    _unplug(page)
    page.get_by_role("button", name="PowerPoint").click()
    expect(page.locator("#strip-said")).to_have_text("No slides were made. The strip stays.")
    notice = page.locator("#shell-notice")
    expect(notice).to_contain_text(GONE)
    page.get_by_role("button", name="Keep this view").click()
    expect(page.locator("#keep-problem")).to_contain_text(GONE)
    page.locator("#keep-cancel").click()
    page.unroute(CALLBACKS)
    with page.expect_download():
        page.get_by_role("button", name="PowerPoint").click()
    expect(notice).to_be_empty()
    page.reload()
    expect(page.locator(".strip-card")).to_have_count(len(KEPT))
