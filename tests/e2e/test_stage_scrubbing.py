"""A threshold that is dragged on stage follows without the server; once it rests the whole slide comes."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from mirodash.questions.talk.stage_view import describe_slide
from mirodash.stratification.saved_view import SavedView
from mirodash.text.numbers import unify_spaces
from mirodash.web import present_page as stage
from tests.e2e.conftest import PROJECTOR, present_page
from tests.e2e.explorer import shown_by
from tests.e2e.test_stage_code import open_stage

pytestmark = pytest.mark.browser

PICTURES = ("survival-1", "effect")
VIEWS = [{"query": "trial=mirocals", "picture": one, "title": "", "note": ""} for one in PICTURES]
IS_SKETCHED = re.compile(r"\bsketched\b")
FIRST_CURVE = """() => document.querySelector('#stage-picture .sketch path').getAttribute('d')"""


def test_curves_and_words_follow_the_key_and_the_whole_slide_comes_after_it(
    browser: Browser, server: str
) -> None:
    for views in (VIEWS, VIEWS[::-1]):
        with present_page(browser, server, views) as page:
            open_stage(page)
            asked: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(asked_for(request)))
            _it_follows(page, views[0]["picture"], asked)


def asked_for(request: Request) -> str:
    """Return what a request of the page wants written."""
    sent = json.loads(request.post_data or "{}") if request.method == "POST" else {}
    return str(sent.get("output", ""))


def _it_follows(page: Page, picture: str, asked: list[str]) -> None:
    graph = page.locator("#stage-picture .js-plotly-plot")
    expect(page.locator(".stage-thumb")).to_have_text("3,700")
    expect(page.locator(f"#{stage.PACK}")).to_have_attribute("data-pack", re.compile(r'"first":'))
    # what has not been drawn has no axes to sketch over
    expect(graph.locator(".main-svg .infolayer .annotation").first).to_be_attached()
    asked.clear()
    page.keyboard.press("Shift+ArrowLeft")
    expect(graph).to_have_class(IS_SKETCHED)
    moved = page.locator(".stage-thumb").get_attribute("aria-valuenow")
    view = shown_by(f"threshold={moved}")
    words = describe_slide(view.trial, view.selection, SavedView("", picture), on=stage.date.today())
    expect(page.locator("#stage-title")).to_have_text(words.title)
    said = unify_spaces(page.locator("#stage-facts").inner_text()).replace("\n", " ")
    assert [fact.value for fact in words.facts[:1] if unify_spaces(fact.value) not in said] == []
    assert page.evaluate(FIRST_CURVE).startswith("M")
    # the hand rests: the server is asked once, and its picture takes the sketch's place
    expect(graph).not_to_have_class(IS_SKETCHED)
    expect(page.locator("#stage-title")).to_have_text(words.title)
    assert asked.count(f"{stage.ANSWER}.{stage.SLIDE}") >= 1
    assert page.viewport_size == PROJECTOR
