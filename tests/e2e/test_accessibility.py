"""WCAG 2.2 AA by axe, the order in which the keyboard walks, and a focus that can be seen."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mirodash.questions.baseline_table import BASELINE
from mirodash.questions.page_panels import THRESHOLDS_PANELS
from mirodash.questions.panel import SteppedPanel
from mirodash.questions.progression.slope_search import SLOPES_SEARCHED
from mirodash.questions.talk.slide_data import build_starter_deck
from mirodash.stratification.saved_view import SavedView
from mirodash.web import ids, question_pages
from tests.e2e.accessibility import NARROW, PHONE, SIZES, WIDE, Survey
from tests.e2e.conftest import Newcomer
from tests.e2e.explorer import STORE, Explorer, fits
from tests.profiles import NIGHTLY

pytestmark = pytest.mark.browser

UNFOLD = "document.querySelectorAll('details').forEach((folded) => { folded.open = true; })"
NOWHERE = "/nowhere"
LOST = SavedView("trial=nowhere", "effect", "word" * 70, "word" * 300)
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


def test_axe_finds_nothing_on_explore_in_any_state_colour_or_width(newcomer: Newcomer):
    explorer = newcomer()
    survey = Survey(explorer.page, "light")
    _survey_explore(explorer, survey)
    _survey_menus(explorer, survey)
    explorer.open("site=Nowhere&biomarker=nope")
    expect(explorer.part(ids.NOTICE)).to_contain_text("Nowhere")
    survey.look("links that do not fit", f"#{ids.NOTICE}")
    explorer.open("site=")
    explorer.expect_view("site=")
    survey.turn_dark()
    survey.look("nobody selected")
    _survey_explore(explorer, survey)
    if NIGHTLY:
        _survey_menus(explorer, survey)
    assert survey.wrong == []


def _survey_explore(explorer: Explorer, survey: Survey) -> None:
    page = explorer.open().page
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        if not fits(page):
            survey.wrong.append(f"Explore, folded, {survey.scheme}: scrolls sideways at {width} px")
    page.evaluate(UNFOLD)
    # what is computed once it is opened has its name with its answer
    expect(page.locator(f"#{ids.panel(BASELINE.key, 'head')} > *").first).to_be_visible()
    survey.look_at_every_width("Explore, unfolded")


def _survey_menus(explorer: Explorer, survey: Survey) -> None:
    page = explorer.open("threshold=750&threshold=2000&threshold=3700&keep.sex=F").page
    for menu in (ids.TRIAL, ids.UNIT, ids.identify_choice("keep", "sex")):
        explorer.part(menu).click()
        expect(page.get_by_role("option").first).to_be_visible()
        survey.look(f"menu {menu}", "[role=listbox]")
        page.keyboard.press("Escape")
        expect(page.get_by_role("option")).to_have_count(0)


def test_axe_finds_nothing_on_any_other_page_in_any_colour_or_width(newcomer: Newcomer):
    explorer = newcomer(missing=NOWHERE)
    survey = Survey(explorer.page, "light")
    explorer.page.goto(NOWHERE)
    expect(explorer.page.get_by_role("heading", level=1)).to_be_visible()
    survey.look("a page that does not exist")
    for survey_page in (_survey_thresholds, _survey_subgroups, _survey_credibility, _survey_strip):
        survey_page(explorer.page, survey)
    _survey_glossary(explorer.page, survey)
    _survey_progression(explorer.page, survey)
    survey.turn_dark()
    # what is drawn in the dark on the others is on these two as well
    in_the_dark = (_survey_subgroups, _survey_credibility)
    for survey_page in (_survey_thresholds, *in_the_dark, _survey_strip) if NIGHTLY else in_the_dark:
        survey_page(explorer.page, survey)
    assert survey.wrong == []


def _survey_thresholds(page: Page, survey: Survey) -> None:
    if NIGHTLY or survey.scheme == "light":
        page.goto("/thresholds?site=")
        expect(page.locator("main .cannot").first).to_be_visible()
        _wait_for_steps(page)
        survey.look("Thresholds of nobody")
    page.goto("/thresholds")
    _wait_for_steps(page)
    page.evaluate(UNFOLD)
    survey.look_at_every_width("Thresholds")


def _wait_for_steps(page: Page) -> None:
    """Wait until no panel is busy: what it shows has its name with its answer."""
    for panel in THRESHOLDS_PANELS:
        if isinstance(panel, SteppedPanel):
            expect(page.locator(f"#{ids.panel(panel.key)}")).to_have_attribute("aria-busy", "false")


def _survey_subgroups(page: Page, survey: Survey) -> None:
    page.goto("/subgroups")
    page.locator(f"#{question_pages.SHOW_TESTS}").click()
    expect(page.locator(f"#{question_pages.TESTS} tbody tr")).to_have_count(12)
    survey.look_at_every_width("Subgroups", (WIDE, (1024, 768), PHONE, NARROW))


def _survey_glossary(page: Page, survey: Survey) -> None:
    page.goto("/glossary")
    expect(page.locator(".glossary dt").first).to_be_visible()
    survey.look_at_every_width("Glossary")


def _survey_progression(page: Page, survey: Survey) -> None:
    page.goto("/progression")
    expect(page.locator(f"#{ids.panel(SLOPES_SEARCHED.key)}")).to_have_attribute("aria-busy", "false")
    page.evaluate(UNFOLD)
    survey.look_at_every_width("Progression")


def _survey_credibility(page: Page, survey: Survey) -> None:
    queries = ("?threshold=750&threshold=2000&threshold=3700", "")
    for query in queries if NIGHTLY else queries[survey.scheme == "dark" :][:1]:
        page.goto(f"/credibility{query}")
        expect(page.locator("[data-question=chance] .computed li").first).to_be_visible()
        expect(page.locator("#credibility-limit-grade")).not_to_be_empty()
        page.locator("input[name='credibility-direction'][value='definitely-yes']").check()
        page.locator("#credibility-field-note-cut").fill("word" * 70)
        survey.look_at_every_width(f"Credibility{query}")


def _survey_strip(page: Page, survey: Survey) -> None:
    views = [LOST, *build_starter_deck(STORE.get(""), named="mirocals")]
    kept = [{"query": v.query, "picture": v.picture, "title": v.title, "note": v.note} for v in views]
    page.evaluate("(text) => localStorage.setItem('mirodash-strip', text)", json.dumps({"views": kept}))
    page.goto("/present")
    expect(page.locator(".strip-card")).to_have_count(len(views))
    for card in page.locator(".strip-card").all():
        expect(card.locator("h2")).not_to_have_text("View")
    survey.look_at_every_width("the strip")
    page.get_by_role("button", name="Keep this view").click()
    dialog = page.get_by_role("dialog", name="Keep this view")
    expect(dialog.get_by_label("Picture")).not_to_have_value("")
    survey.look("the dialog that keeps a view", "dialog[open]")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


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
    return json.dumps(ids.identify_choice(control, key), separators=(",", ":"), sort_keys=True)


def test_the_keyboard_skips_the_controls_or_walks_through_every_one_with_a_visible_focus(
    newcomer: Newcomer,
):
    explorer = newcomer()
    _the_skip_link_leads_past_the_controls(explorer.open("unit=months").page)
    _tab_walks_from_the_skip_link_through_every_control(explorer.open().page)


def _tab_walks_from_the_skip_link_through_every_control(page: Page) -> None:
    stops = _walk(page)
    assert stops[0]["text"].startswith("Skip")
    assert [stop for stop in stops if not stop["isRinged"]] == []
    wanted = [
        ids.TRIAL,
        ids.COPY_LINK,
        ids.THEME_TOGGLE,
        ids.RESET,
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
        ids.panel("effect"),
        ids.panel("survival-0"),
        ids.panel("survival-2"),
        ids.panel("flow"),
    ]
    # the pictures of a card are read with the arrow keys, so it holds the focus more than once
    assert [*dict.fromkeys(stop["id"] for stop in stops if stop["id"] in wanted)] == wanted


def _the_skip_link_leads_past_the_controls(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/?unit=months#main")
    page.keyboard.press("Tab")
    held = page.evaluate(FOCUS)
    assert (held["tag"], held["id"]) == ("BUTTON", ids.panel("effect", "menu"))
    expect(Explorer(page).part(ids.UNIT)).to_have_value("months")
