"""An uploaded trial in the browser: its owner's alone, and what is on screen stays when it cannot be had."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dash import Dash
from playwright.sync_api import Browser, Page, expect

from mirodash.settings import Settings
from mirodash.web.sessions import COOKIE
from tests.dashboard.owners import Owner
from tests.e2e.conftest import INTRODUCED, PATIENCE_MS, PROJECTOR

pytestmark = pytest.mark.browser

OPENS_FOR_ONE = "This link is to a trial that was uploaded; it opens only for whoever did so"
SILENT = "The place where uploaded trials are kept does not answer"


@pytest.fixture
def owner(app: Dash, settings: Settings) -> Owner:
    """Return a reader of the dashboard who brought something."""
    return Owner(app, settings)


@pytest.fixture
def own(owner: Owner, tmp_path: Path) -> str:
    """Return the name of a trial that the reader uploaded."""
    return owner.upload_people(40, "My own trial", tmp_path)


def _page(browser: Browser, server: str, owner: Owner | None = None) -> Page:
    context = browser.new_context(viewport=PROJECTOR, base_url=server)
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(INTRODUCED)
    cookie = owner.client.get_cookie(COOKIE) if owner else None
    if cookie:
        context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": server}])
    return context.new_page()


@pytest.fixture
def mine(browser: Browser, server: str, owner: Owner, own: str) -> Iterator[Page]:
    """Return the reader's browser with the trial on screen."""
    page = _page(browser, server, owner)
    page.goto(f"/?trial={own}")
    expect(page.locator("#header-trial")).to_have_value("My own trial (yours)")
    expect(page.locator("#panel-survival-0-figure .main-svg").first).to_be_visible()
    yield page
    page.context.close()


def _move(page: Page, key: str) -> None:
    page.locator("#rail-threshold-1-slider [role=slider]").press(key)


def _a_link_says_to_another_browser_whose_it_is_and_leads_on(page: Page, own: str) -> None:
    reply = page.goto(f"/?trial={own}")
    assert reply is not None
    assert reply.status == 404
    expect(page.locator("main.lone")).to_contain_text(OPENS_FOR_ONE)
    expect(page.locator("#header-trial")).to_have_value("")
    assert page.context.cookies() == []
    page.get_by_role("link", name="Go to the trial that everybody can see").click()
    expect(page.locator("#header-trial")).to_have_value("MIROCALS-like trial")
    page.context.close()


def test_an_uploaded_trial_is_its_readers_alone_and_what_is_on_screen_stays(
    mine: Page, browser: Browser, server: str, owner: Owner, own: str
):
    _a_link_says_to_another_browser_whose_it_is_and_leads_on(_page(browser, server), own)
    uploads = owner.settings.uploads
    assert isinstance(uploads, Path)
    _what_is_on_screen_stays_while_nobody_answers_and_it_goes_on_by_itself(mine, uploads)
    _a_trial_that_is_gone_is_said_and_never_replaced_by_another(mine, owner, own)


def _what_is_on_screen_stays_while_nobody_answers_and_it_goes_on_by_itself(mine: Page, kept: Path) -> None:
    notice, subtitle = mine.locator("#shell-notice"), mine.locator("#panel-survival-1 .panel-head")
    before = subtitle.text_content()
    elsewhere = kept.with_name("elsewhere")
    kept.rename(elsewhere)
    kept.write_text("in the way", encoding="utf-8")
    _move(mine, "End")
    expect(notice).to_contain_text(SILENT)
    expect(notice).to_contain_text("What is shown was computed before.")
    assert subtitle.text_content() == before
    expect(mine.locator("#panel-survival-0-figure .main-svg").first).to_be_visible()
    kept.unlink()
    elsewhere.rename(kept)
    _move(mine, "Home")
    expect(notice).to_be_empty()
    expect(subtitle).not_to_have_text(before or "")


def _a_trial_that_is_gone_is_said_and_never_replaced_by_another(mine: Page, owner: Owner, own: str) -> None:
    owner.uploads().delete(owner.secret, own)
    subtitle = mine.locator("#panel-survival-1 .panel-head")
    before = subtitle.text_content()
    _move(mine, "End")
    expect(mine.locator("#shell-notice")).to_contain_text(OPENS_FOR_ONE)
    assert subtitle.text_content() == before
    mine.reload()
    expect(mine.locator("main.lone")).to_contain_text(OPENS_FOR_ONE)
