"""What a reader finds on the first visit."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from mirodash.dashboard import ids
from tests.e2e.conftest import Visit

pytestmark = pytest.mark.browser


def test_the_page_opens_on_the_built_in_trial_and_says_what_the_engine_says(visit: Visit):
    explorer = visit()
    explorer.expect_view("")
    explorer.expect_address("")
    expect(explorer.page).to_have_title("MiroDash")
    expect(explorer.page.locator("html")).to_have_attribute("lang", "en")
    expect(explorer.part(ids.BADGE)).to_have_text("SYNTHETIC")
    expect(explorer.part(ids.BANNER)).to_contain_text("xploratory")
    expect(explorer.part(ids.NOTICE)).to_be_empty()
