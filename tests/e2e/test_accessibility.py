"""WCAG 2.2 AA by axe, the order in which the keyboard walks, and a focus that can be seen."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mirodash.dashboard import ids
from tests.e2e.accessibility import violations
from tests.e2e.conftest import Readers, Visit
from tests.e2e.explorer import Explorer, fits

pytestmark = pytest.mark.browser

SIZES = ((1280, 720), (390, 844), (320, 640))
SCHEMES = ("light", "dark")
UNFOLD = "document.querySelectorAll('details').forEach((folded) => { folded.open = true; })"
FOCUS = """() => {
  const held = document.activeElement;
  const shown = [held, held.nextElementSibling, held.closest('.mantine-Input-input')].filter(Boolean);
  const isRinged = (element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2 && element.offsetWidth > 5;
  };
  const id = (held.closest('[id]') || held).id;
  return { tag: held.tagName, id, text: held.textContent, isRinged: shown.some(isRinged) };
}"""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways_at_any_width(visit: Visit, scheme: Any):
    page = visit(color_scheme=scheme).page
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert fits(page), f"{width} px"
    page.evaluate(UNFOLD)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert fits(page), f"{width} px, unfolded"
        assert violations(page) == [], f"{width} px, unfolded"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_with_menus_open_and_three_thresholds(visit: Visit, scheme: Any):
    explorer = visit("threshold=750&threshold=2000&threshold=3700&keep.sex=F", color_scheme=scheme)
    page = explorer.page
    for menu in (ids.TRIAL, ids.UNIT, ids.chosen("keep", "sex")):
        explorer.part(menu).click()
        expect(page.get_by_role("option").first).to_be_visible()
        assert violations(page) == [], menu
        page.keyboard.press("Escape")
        expect(page.get_by_role("option")).to_have_count(0)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_where_nothing_can_be_shown(visit: Visit, scheme: Any):
    explorer = visit("site=", color_scheme=scheme)
    explorer.expect_view("site=")
    assert violations(explorer.page) == []
    explorer.open("site=Nowhere&biomarker=nope")
    expect(explorer.part(ids.NOTICE)).to_contain_text("Nowhere")
    for width, height in SIZES:
        explorer.page.set_viewport_size({"width": width, "height": height})
        assert fits(explorer.page), f"{width} px"
    assert violations(explorer.page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_on_a_page_that_does_not_exist(readers: Readers, scheme: Any):
    page = readers(missing="/nowhere", color_scheme=scheme).new_page()
    page.goto("/nowhere")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert violations(page) == []


def _walk(page: Page) -> list[dict[str, Any]]:
    """Press Tab until the focus has left the page, and return where it stood."""
    stops: list[dict[str, Any]] = []
    while len(stops) < 150:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["tag"] == "BODY":
            break
        stops.append(stop)
    return stops


def _id(control: str, key: str) -> str:
    return json.dumps(ids.chosen(control, key), separators=(",", ":"), sort_keys=True)


def test_tab_walks_from_the_skip_link_through_every_control_with_a_visible_focus(visit: Visit):
    stops = _walk(visit().page)
    assert stops[0]["text"].startswith("Skip")
    assert [stop for stop in stops if not stop["isRinged"]] == []
    wanted = [
        ids.TRIAL,
        ids.COPY_LINK,
        ids.THEME_TOGGLE,
        ids.threshold_slider(1),
        ids.threshold_box(1),
        _id("preset", "0:3700.0"),
        ids.HORIZON,
        ids.UNIT,
        ids.TREATED,
        ids.CONTROL,
        _id("country", "France"),
        _id("country", "UK"),
        _id("keep", "sex"),
        _id("range-low", "age"),
        ids.RESET,
        ids.panel("effect"),
        ids.panel("survival-0"),
        ids.panel("survival-2"),
        ids.panel("flow"),
    ]
    assert [stop["id"] for stop in stops if stop["id"] in wanted] == wanted


def test_the_skip_link_leads_past_the_controls(visit: Visit):
    page = visit("unit=months").page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/?unit=months#main")
    page.keyboard.press("Tab")
    held = page.evaluate(FOCUS)
    assert (held["tag"], held["id"]) == ("BUTTON", ids.panel("effect", "menu"))
    expect(Explorer(page).part(ids.UNIT)).to_have_value("months")
