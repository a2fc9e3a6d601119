"""A reader's way out of the Data page, by keyboard too; and whose uploads come together in one browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.web.sessions import COOKIE
from tests.dashboard.french_trial import NAME, french_csv
from tests.e2e.accessibility import violations
from tests.e2e.conftest import Readers, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a dashboard that keeps uploads in a folder of its own."""
    with served(create_app(Settings(uploads=tmp_path_factory.mktemp("uploads") / "kept"))) as origin:
        yield origin


def _bring(page: Page) -> None:
    page.goto("/data")
    expect(page.locator("#data-promise")).to_contain_text("Only this browser")
    page.locator("#data-file").set_input_files(
        {"name": NAME, "mimeType": "application/octet-stream", "buffer": french_csv()}
    )
    expect(page.locator("#data-verdict")).not_to_be_empty()


def _lines(page: Page, count: int) -> None:
    """Look at the Data page without an upload that is being mapped, and expect so many of the reader's."""
    page.goto("/data")
    expect(page.locator(".own-list li")).to_have_count(count)


def test_a_reader_forgets_all_uploads_and_is_forgotten(readers: Readers):
    context = readers()
    page = context.new_page()
    for _ in range(2):
        _bring(page)
    _lines(page, 2)
    page.get_by_role("button", name="Forget my trials").press("Enter")
    keep = page.get_by_role("button", name="Keep them")
    expect(keep).to_be_focused()
    expect(page.get_by_role("group", name="All your trials leave this server at once")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    again = page.get_by_role("button", name="Forget my trials")
    expect(again).to_be_focused()
    page.keyboard.press("Enter")
    keep.press("Enter")
    expect(again).to_be_focused()
    expect(page.locator(".own-list li")).to_have_count(2)
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Forget them for good")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#data-said")).to_contain_text("Forgotten: 2 uploads were deleted from this server")
    expect(page.locator("#data-said")).to_have_role("status")
    expect(page.locator("#data-file")).to_be_focused()
    expect(page.locator("#data-forget")).to_be_hidden()
    assert [cookie for cookie in context.cookies() if cookie["name"] == COOKIE] == []
    assert page.evaluate("window.localStorage.getItem('mirodash-reader')") is None
    # whoever was forgotten can begin anew
    _bring(page)
    _lines(page, 1)


def test_an_upload_that_is_being_mapped_is_forgotten_with_the_rest(readers: Readers):
    page = readers().new_page()
    _bring(page)
    page.get_by_role("button", name="Forget my trials").click()
    page.get_by_role("button", name="Forget them for good").click()
    expect(page.locator("#data-said")).to_contain_text("Forgotten: 1 upload was deleted")
    page.wait_for_url("/data")
    expect(page.locator("#data-mapping")).to_be_hidden()


@pytest.mark.nightly
def test_a_planted_cookie_gets_nothing_of_what_is_uploaded(readers: Readers, server: str):
    theirs, mine = readers(), readers()
    attacker, victim = theirs.new_page(), mine.new_page()
    _bring(attacker)
    (planted,) = [cookie["value"] for cookie in theirs.cookies() if cookie["name"] == COOKIE]
    _bring(victim)
    mine.add_cookies([{"name": COOKIE, "value": planted, "url": server}])
    _bring(victim)
    (kept,) = [cookie["value"] for cookie in mine.cookies() if cookie["name"] == COOKIE]
    assert kept != planted
    _lines(attacker, 1)
    _lines(victim, 1)
