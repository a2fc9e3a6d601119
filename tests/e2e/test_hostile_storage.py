"""Whatever stands in the browser's store, and if nothing can be stored, the page works and counts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mirodash.web import ids
from tests.e2e.conftest import Readers
from tests.e2e.explorer import Explorer

pytestmark = pytest.mark.browser

LOOKS = "mirodash-looks"
FULL = """
const set = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, text) {
  if (key === "mirodash-looks") throw new DOMException("full", "QuotaExceededError");
  set.call(this, key, text);
};
"""
"""Dash says in the console when it cannot store something of its own; here that is no fault of ours."""


def _open(readers: Readers, script: str, path: str = "/") -> Page:
    context = readers()
    context.add_init_script(script)
    page = context.new_page()
    page.goto(path)
    return page


def _with_looks(readers: Readers, kept: str, path: str = "/?threshold=1000") -> Page:
    once = "if (location.protocol === 'http:' && !sessionStorage.length)"
    keep = f"sessionStorage.setItem('begun', '1'); localStorage.setItem('{LOOKS}', {json.dumps(kept)});"
    return _open(readers, f"{once} {{ {keep} }}", path)


@pytest.mark.nightly
def test_looks_that_are_not_ours_or_too_many_do_no_harm(readers: Readers):
    page = _with_looks(readers, '{"__proto__": {"odd": 1}, "pages": {"mirocals": 5}, "mirocals": 5}')
    said = Explorer(page).wait().part(ids.LOOKS_SAID)
    expect(said).to_contain_text("Views examined in this browser: 1")
    page.goto("/?threshold=2000")
    expect(said).to_contain_text("Views examined in this browser: 2")
    said.get_by_role("button", name="reset").click()
    expect(said).to_contain_text("Views examined in this browser: 1")
    assert page.evaluate("Object.keys(Object.prototype)") == []
    _more_looks_than_one_request_can_hold_still_reach_the_form(page)


def _more_looks_than_one_request_can_hold_still_reach_the_form(page: Page) -> None:
    long = "&".join(["site=FR-01"] * 30)
    kept = json.dumps({"mirocals": {f"{long}&threshold={k}": 1 for k in range(6_000)}})
    page.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [LOOKS, kept])
    page.goto("/credibility")
    expect(page.locator(f"#{ids.LOOKS_SAID}")).to_contain_text("Views examined in this browser: 1000 or more")
    expect(page.locator(".question li").first).to_be_visible()


@pytest.mark.nightly
def test_a_browser_that_stores_nothing_counts_within_the_page_and_what_is_too_large_is_never_sent(
    readers: Readers,
):
    page = _open(readers, FULL)
    explorer = Explorer(page).wait()
    said = explorer.part(ids.LOOKS_SAID)
    for number, preset in ((2, "750 and 3,700"), (3, "median")):
        explorer.preset(preset).click()
        expect(said).to_contain_text(f"Views examined in this browser: {number}")
    said.get_by_role("button", name="reset").click()
    expect(said).to_contain_text("Views examined in this browser: 1")
    _a_file_or_a_link_too_large_for_a_request_is_said_and_never_sent(page)


def _a_file_or_a_link_too_large_for_a_request_is_said_and_never_sent(page: Page) -> None:
    page.goto("/present")
    expect(page.locator("#strip-empty")).to_be_visible()
    views = [{"query": f"site={'x' * 9_000}&threshold={k}", "picture": "effect"} for k in range(1, 60)]
    large = json.dumps({"mirodash": "strip", "version": 1, "views": views})
    page.evaluate("(text) => { location.hash = '#strip=' + btoa(text); }", large)
    said = page.locator("#strip-said")
    expect(said).to_contain_text("The link holds no strip that can be read")
    quoted = large[:-1] + ', "odd": ' + json.dumps('"' * 220_000) + "}"
    assert len(quoted) < 990_000 < len(json.dumps(quoted))
    file: Any = {"name": "strip.json", "mimeType": "application/json", "buffer": quoted.encode()}
    page.get_by_label("Open file").set_input_files(file)
    expect(said).to_contain_text("The file is too large to be a strip")
