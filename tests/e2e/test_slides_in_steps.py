"""Slides of a strip are made view by view, say how far they are, and can be stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.conftest import PATIENCE_MS, present_page

pytestmark = pytest.mark.browser
CALLBACKS = "**/_dash-update-component*"
KEPT = [{"query": f"threshold={k}000", "picture": "survival-1", "title": "", "note": ""} for k in (2, 3, 4)]


@pytest.fixture
def page(server: str, browser: Browser) -> Iterator[Page]:
    """Return the Present page with a strip of three views."""
    with present_page(browser, server, KEPT) as page:
        expect(page.locator(".strip-card")).to_have_count(len(KEPT), timeout=PATIENCE_MS)
        yield page


def asked_for_slides(route: Route) -> dict[str, Any] | None:
    """Return what a request asks of the slides; None for every other request."""
    body = route.request.post_data_json
    sent = {part["id"]: part.get("value") for part in body["inputs"]}
    return sent.get("strip-deck-asked")


def test_the_browser_asks_on_and_says_how_far_the_slides_are(page: Page):
    asked: list[dict[str, Any]] = []

    def answer(route: Route) -> None:
        slides = asked_for_slides(route)
        if slides is None or len(asked) >= 2:
            if slides is not None:
                asked.append(slides)
            route.continue_()
            return
        asked.append(slides)
        told = {"at": slides["at"], "done": len(asked), "of": len(KEPT)}
        body = {"multi": True, "response": {"strip-deck-said": {"data": told}}}
        route.fulfill(status=200, content_type="application/json", body=json.dumps(body))

    page.route(CALLBACKS, answer)
    with page.expect_download() as download:
        page.get_by_role("button", name="PowerPoint").click()
    assert download.value.suggested_filename.endswith(".pptx")
    assert [each["from"] for each in asked[:3]] == [0, 1, 2]
    assert len({each["at"] for each in asked}) == len(asked)
    expect(page.locator("#strip-said")).to_contain_text("3 slides")
    expect(page.get_by_role("button", name="PowerPoint")).to_be_visible()


@pytest.mark.nightly
def test_a_reader_can_stop_them_and_begin_again(page: Page):
    held: list[Route] = []

    def hold(route: Route) -> None:
        if asked_for_slides(route) is None:
            route.continue_()
        else:
            held.append(route)

    page.route(CALLBACKS, hold)
    said = page.locator("#strip-said")
    page.get_by_role("button", name="PowerPoint").click()
    expect(said).to_have_text("Making the slides …")
    page.get_by_role("button", name="Stop making slides").click()
    expect(said).to_have_text("No slides were made. The strip stays.")
    page.unroute(CALLBACKS)
    with page.expect_download():
        page.get_by_role("button", name="PowerPoint").click()
    expect(said).to_contain_text("3 slides")
