"""The code of the link on stage: in the corner, large, at the end of the show, or why there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.text.link_sentences import OPENS_HERE
from tests.e2e.conftest import PROJECTOR, SIGNED_WITH, present_page, served

pytestmark = pytest.mark.browser

PUBLIC = "https://mirodash.hospital.example"
VIEWS = [
    {"query": "trial=mirocals", "picture": "effect", "title": "", "note": ""},
    {"query": "trial=mirocals&threshold=2000", "picture": "survival-1", "title": "", "note": ""},
]
SQUARE = """() => {
  const { width, height, right, bottom } = document.querySelector('#stage-code svg').getBoundingClientRect();
  return [width, height, right <= innerWidth && bottom <= innerHeight];
}"""


def open_stage(page: Page) -> None:
    page.set_viewport_size(PROJECTOR)
    expect(page.locator(".strip-card")).to_have_count(len(VIEWS))
    page.get_by_role("button", name="Present", exact=True).click()
    expect(page.locator("#stage-number")).to_have_text("1 / 2")
    expect(page.locator("#stage-title")).not_to_have_text("…")


def test_a_room_opens_the_view_from_the_corner_and_at_the_end(browser: Browser, tmp_path: Path) -> None:
    settings = Settings(uploads=tmp_path / "uploads", secret=SIGNED_WITH, public_url=PUBLIC)
    with served(create_app(settings)) as origin, present_page(browser, origin, VIEWS) as page:
        open_stage(page)
        code = page.locator("#stage-code")
        _the_key_turns_it_from_the_corner_to_large_and_off(page)
        page.keyboard.press("ArrowRight")
        expect(page.locator("#stage-number")).to_have_text("2 / 2")
        expect(page.locator("#stage-next")).to_be_enabled()
        page.keyboard.press("ArrowRight")
        expect(code).to_have_class("large")
        expect(code.locator("p")).to_have_text(f"{PUBLIC}/?trial=mirocals&threshold=2000")
        expect(page.locator("#stage-next")).to_be_disabled()
        page.keyboard.press("ArrowLeft")
        expect(code).to_be_hidden()
        expect(page.locator("#stage-number")).to_have_text("2 / 2")
        _it_is_of_the_threshold_that_was_moved_on_stage(page)
        page.keyboard.press("Escape")
        expect(page.locator("#stage")).to_be_hidden()


def _the_key_turns_it_from_the_corner_to_large_and_off(page: Page) -> None:
    code = page.locator("#stage-code")
    expect(code).to_be_hidden()
    page.keyboard.press("q")
    expect(code).to_have_class("corner")
    title, corner = (page.locator(f"#stage-{part}").bounding_box() for part in ("title", "code"))
    assert title
    assert corner
    assert title["x"] + title["width"] <= corner["x"]
    width, height, is_inside = page.evaluate(SQUARE)
    assert width == pytest.approx(height, abs=0.1)
    assert is_inside
    expect(page.locator("#stage-said")).to_contain_text(f"{PUBLIC}/?trial=mirocals")
    page.keyboard.press("q")
    expect(code).to_have_class("large")
    width, height, is_inside = page.evaluate(SQUARE)
    assert width == pytest.approx(height, abs=0.1)
    assert height >= 0.6 * PROJECTOR["height"]
    assert is_inside
    page.keyboard.press("q")
    expect(code).to_be_hidden()


def _it_is_of_the_threshold_that_was_moved_on_stage(page: Page) -> None:
    page.keyboard.press("q")
    expect(page.locator("#stage-code svg")).to_have_attribute(
        "aria-label", f"QR code of the link of this view: {PUBLIC}/?trial=mirocals&threshold=2000"
    )
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#stage-back")).to_be_visible()
    expect(page.locator("#stage-code svg")).not_to_have_attribute(
        "aria-label", f"QR code of the link of this view: {PUBLIC}/?trial=mirocals&threshold=2000"
    )


def test_on_ones_own_machine_a_sentence_says_why_there_is_none(browser: Browser, server: str) -> None:
    with present_page(browser, server, VIEWS) as page:
        open_stage(page)
        page.keyboard.press("q")
        expect(page.locator("#stage-code")).to_have_text(OPENS_HERE)
        page.keyboard.press("q")
        expect(page.locator("#stage-code")).to_be_hidden()
        page.keyboard.press("End")
        expect(page.locator("#stage-next")).to_be_disabled()
        page.keyboard.press("?")
        expect(page.locator("#stage-help")).to_contain_text("code of the link")
        page.keyboard.press("h")
        expect(page.locator("#stage-help")).to_be_hidden()
