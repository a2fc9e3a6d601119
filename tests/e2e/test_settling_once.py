"""When a threshold comes to rest, the server is asked once for what belongs to it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Request

from mirodash.web import ids
from tests.e2e.conftest import Visit

pytestmark = pytest.mark.browser

TABLES = f'"{ids.tables_of("explore")}.data"'
NEXT_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def _is_for_tables(request: Request) -> bool:
    return request.method == "POST" and TABLES in (request.post_data or "")


def test_a_key_on_the_slider_asks_for_the_tables_once(visit: Visit):
    explorer = visit()
    page = explorer.page
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if _is_for_tables(request) else None)
    page.clock.install()
    for move in (1, 2):
        with page.expect_response(lambda response: _is_for_tables(response.request)):
            explorer.thumb().press("ArrowRight")
            page.clock.run_for(500)
        page.evaluate(NEXT_FRAMES)
        page.clock.run_for(2_000)
        page.evaluate(NEXT_FRAMES)
        assert len(asked) == move
