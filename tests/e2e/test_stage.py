"""The stage as a presenter and a room know it: keys, a threshold that moves, and letters that can be read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.talk.slide_data import build_starter_deck
from mirodash.questions.talk.stage_view import SlideWords, describe_slide
from mirodash.stratification.groups import candidate_thresholds
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Selection
from mirodash.text.numbers import count, format_biomarker_value, unify_spaces
from mirodash.web import present_page
from tests.e2e.accessibility import violations
from tests.e2e.conftest import Readers
from tests.e2e.explorer import STORE, centre, shown_by
from tests.figures.contrast import contrast
from tests.profiles import NIGHTLY

pytestmark = pytest.mark.browser

TRIAL = STORE.get("")
MARKER = TRIAL.dictionary.biomarkers[0]
STORY = build_starter_deck(TRIAL)
EVERY_PICTURE = (
    *STORY,
    SavedView("", "subgroups-1"),
    SavedView("", "subgroups-2"),
    SavedView("threshold=750&threshold=2000&threshold=3700", "survival-2"),
    SavedView(
        "threshold=3700&prespecified=3700&prespecified-in=Plan+2.1&prespecified-on=2017-04-12", "search"
    ),
)
MARKUP = "<img src=x onerror=alert(1)> Ours"
OWN = SavedView("", "survival-1", MARKUP)
SIZES = ((1920, 1080), (1280, 720), (1024, 768), (844, 390))
FOOTER_LETTERS = 18
"""Of what is looked up and not read from a seat: on what a slide rests."""
REFUSE = "Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('refused'))"
LETTERS = """() => {
  const seen = [];
  for (const part of document.querySelectorAll('#stage-box *')) {
    const own = [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !part.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(part);
    let ground = part;
    const see = () => getComputedStyle(ground).backgroundColor;
    while (see() === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
    const colour = part.ownerSVGElement ? style.fill : style.color;
    const footer = part.id === 'stage-footer';
    seen.push({ text: part.textContent, size: parseFloat(style.fontSize), colour, ground: see(), footer });
  }
  return seen;
}"""
CUT = """() => ['title', 'facts', 'footer', 'box'].map((name) => document.getElementById(`stage-${name}`))
  .concat(...document.querySelectorAll('.stage-fact'))
  .filter((part) => part.scrollHeight > part.clientHeight + 1 || part.scrollWidth > part.clientWidth + 1)
  .map((part) => `${part.id}: ${part.textContent}`)"""
SCALE = """() => {
  const box = document.getElementById('stage-box').getBoundingClientRect();
  return [box.left, box.top, box.width, box.height];
}"""
FOLLOWED = """(wanted) =>
  Math.abs(document.getElementById('stage-box').getBoundingClientRect().width - wanted) < 0.5"""
KEPT_READY = "(view) => Boolean(window.dash_clientside.mirodash.slideOf(view))"
SWIPE = """(across) => {
  const target = document.getElementById("stage");
  const at = (x) => [new Touch({ identifier: 1, target, clientX: x, clientY: 300 })];
  const send = (kind, touches, changedTouches) => target
    .dispatchEvent(new TouchEvent(kind, { bubbles: true, touches, changedTouches }));
  send('touchstart', at(500), at(500));
  send('touchend', [], at(500 + across));
}"""

Present = Callable[..., Page]


@pytest.fixture
def present(readers: Readers) -> Present:
    """Return a function that puts views onto the strip of a new reader and presents them."""

    def open_stage(*views: SavedView, init: str = "", **options: Any) -> Page:
        page = readers(**options).new_page()
        kept = [{"query": v.query, "picture": v.picture, "title": v.title, "note": v.note} for v in views]
        text = json.dumps(json.dumps({"views": kept}))
        page.add_init_script(f"localStorage.setItem('mirodash-strip', {text}); {init}")
        page.goto("/present")
        expect(page.locator(".strip-card")).to_have_count(len(views))
        page.get_by_role("button", name="Present", exact=True).click()
        expect_slide(page, 1, views)
        return page

    return open_stage


def words_of(view: SavedView) -> SlideWords:
    """Return what the engine says of a view."""
    shown = shown_by(view.query)
    return describe_slide(shown.trial, shown.selection, view, on=date.today())


def part(page: Page, identifier: str) -> Locator:
    return page.locator(f"#{identifier}")


def expect_slide(page: Page, number: int, views: tuple[SavedView, ...]) -> None:
    """Wait until this slide is shown with the title and the footer that the engine gives it."""
    words = words_of(views[number - 1])
    expect(part(page, present_page.NUMBER)).to_have_text(f"{number} / {len(views)}")
    expect(part(page, present_page.TITLE)).to_have_text(words.title)
    footer = words.footer.replace(" · SYNTHETIC", "")
    expect(part(page, present_page.FOOTER)).to_have_text(footer)
    expect(part(page, present_page.TAG)).to_have_text("SYNTHETIC")


COVERED = """() => [...document.querySelectorAll('.stage-thumb')]
  .map((thumb) => thumb.getBoundingClientRect())
  .some((box, k, all) => k > 0 && box.left < all[k - 1].right)"""


@pytest.mark.nightly
def test_slides_have_room_for_three_thresholds_wide_values_and_long_titles(present: Present) -> None:
    page = _every_group_of_three_thresholds_has_its_interval_and_no_thumb_covers_another(present)
    _a_value_wider_than_all_facts_has_a_second_line(page)
    _what_a_title_ends_with_is_not_what_is_cut_off(page)


def _every_group_of_three_thresholds_has_its_interval_and_no_thumb_covers_another(present: Present) -> Page:
    three = "threshold=750&threshold=2000&threshold=3700"
    views = (
        SavedView(three, "search"),
        SavedView(three, "survival-4"),
        SavedView("threshold=709", "survival-1"),
    )
    page = present(*views)
    for number, view in enumerate(views, 1):
        expect_slide(page, number, views)
        groups = [fact for fact in words_of(view).facts if fact.label.startswith("Hazard ratio, ")]
        shown = part(page, present_page.FACTS).inner_text()
        reaches = [fact.detail.rpartition("CI ")[2] for fact in groups if "CI" in fact.detail]
        assert [unify_spaces(reach) for reach in reaches if reach not in shown.replace("\n", " ")] == []
        assert page.evaluate(CUT) == []
        assert not page.evaluate(COVERED)
        page.keyboard.press("PageDown")
    return page


def _a_value_wider_than_all_facts_has_a_second_line(page: Page) -> None:
    fact = {"label": "Median", "value": "2,018 days v 1,279 days", "detail": "", "brief": "", "reach": ""}
    facts = [{**fact, "lead": lead, "needed": lead} for lead in (True, False)]
    slide = {"title": "Wide", "alt": "", "facts": facts, "figure": {"data": [], "layout": {}}}
    page.evaluate("(slide) => window.dash_clientside.mirodash.writeSlide(slide)", slide)
    expect(page.locator(".stage-fact")).to_have_count(2)
    assert page.evaluate(CUT) == []


def _what_a_title_ends_with_is_not_what_is_cut_off(page: Page) -> None:
    long = " ".join(["A finding that is told at length"] * 16)
    page.evaluate(
        "([title]) => window.dash_clientside.mirodash.writeSlide({ title, alt: '', facts: [] })",
        [f"{long}: difference not established"],
    )
    expect(part(page, present_page.TITLE)).to_have_text(
        re.compile(r"^A finding that .* …: difference not established$")
    )


def moved_to(threshold: float, view: SavedView) -> SavedView:
    return SavedView(Selection(thresholds=(threshold,)).to_query(), view.picture)


def test_keys_remotes_buttons_and_fingers_walk_through_the_slides(present: Present) -> None:
    page = present(*STORY, has_touch=True)
    _buttons_and_fingers_move_as_keys_do(page)
    _the_stage_can_be_blank_until_the_next_key(page)
    _keys_and_remotes_walk_through_the_slides(page)
    _the_next_slide_is_there_before_anybody_asks_the_program(page)
    _the_screen_is_taken_and_leaving_it_leaves_the_stage(page)


def _again(page: Page) -> None:
    """Go back to the first slide."""
    page.keyboard.press("Home")
    expect_slide(page, 1, STORY)


def _keys_and_remotes_walk_through_the_slides(page: Page) -> None:
    _again(page)
    expect(part(page, present_page.STAGE_SAID)).to_have_text(
        re.compile(r"^Slide 1 of 5: Of all 220 participants")
    )
    walk = [("ArrowRight", 2), ("ArrowDown", 3), ("PageDown", 4), (" ", 5), ("n", 5), ("p", 4)]
    walk += [
        ("PageUp", 3),
        ("ArrowUp", 2),
        ("ArrowLeft", 1),
        ("ArrowLeft", 1),
        ("End", 5),
        ("Home", 1),
        ("n", 2),
    ]
    for key, number in walk:
        page.keyboard.press(key)
        expect_slide(page, number, STORY)
    expect(part(page, present_page.STAGE_SAID)).to_contain_text("Slide 2 of 5")
    page.keyboard.press("F5")
    expect_slide(page, 2, STORY)


def _the_next_slide_is_there_before_anybody_asks_the_program(page: Page) -> None:
    page.reload()
    page.get_by_role("button", name="Present", exact=True).click()
    expect_slide(page, 1, STORY)
    view = STORY[1]
    page.wait_for_function(KEPT_READY, arg={"query": view.query, "picture": view.picture, "title": ""})
    page.route("**/_dash-update-component*", lambda _: None)  # nothing is answered any more
    page.keyboard.press("PageDown")
    expect_slide(page, 2, STORY)
    page.unroute_all(behavior="ignoreErrors")


def test_the_slide_is_as_large_as_the_window_lets_it_be_and_escape_gives_the_page_back(
    present: Present,
) -> None:
    width, height = SIZES[0]
    page = present(*STORY, init=REFUSE, viewport={"width": width, "height": height})
    _escape_gives_the_page_back_and_the_focus_with_it(page)
    page.keyboard.press("Enter")
    expect_slide(page, 1, STORY)
    _the_slide_is_16_by_9_and_as_large_as_the_window_lets_it_be(page)


def _escape_gives_the_page_back_and_the_focus_with_it(page: Page) -> None:
    assert page.evaluate("document.activeElement.id") == present_page.STAGE
    assert page.evaluate("Boolean(document.querySelector('#main').closest('[inert]'))")
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || Boolean(document.activeElement.closest('#stage'))"
        )
    page.keyboard.press("Escape")
    expect(part(page, present_page.STAGE)).to_be_hidden()
    expect(page.get_by_role("button", name="Present", exact=True)).to_be_focused()
    assert page.locator("[inert]").count() == 0


def _the_screen_is_taken_and_leaving_it_leaves_the_stage(page: Page) -> None:
    page.wait_for_function("() => Boolean(document.fullscreenElement)")
    page.evaluate("document.exitFullscreen()")
    expect(part(page, present_page.STAGE)).to_be_hidden()
    page.get_by_role("button", name="Present", exact=True).click()
    expect_slide(page, 1, STORY)


def _buttons_and_fingers_move_as_keys_do(page: Page) -> None:
    page.get_by_role("button", name="Next slide").click()
    expect_slide(page, 2, STORY)
    page.get_by_role("button", name="Previous slide").click()
    expect_slide(page, 1, STORY)
    expect(page.get_by_role("button", name="Previous slide")).to_be_disabled()
    page.keyboard.press(" ")
    expect_slide(page, 2, STORY)
    page.evaluate(SWIPE, -200)
    expect_slide(page, 3, STORY)
    page.evaluate(SWIPE, 200)
    expect_slide(page, 2, STORY)
    page.get_by_role("button", name="Leave the stage").click()
    expect(part(page, present_page.STAGE)).to_be_hidden()
    page.get_by_role("button", name="Present", exact=True).click()
    expect_slide(page, 1, STORY)


def _the_stage_can_be_blank_until_the_next_key(page: Page) -> None:
    for key, number in (("b", 2), (".", 3)):
        page.keyboard.press(key)
        expect(part(page, present_page.TITLE)).to_be_hidden()
        expect(part(page, present_page.STAGE_SAID)).to_have_text("The stage is blank")
        page.keyboard.press(key)
        expect(part(page, present_page.TITLE)).to_be_visible()
        page.keyboard.press(key)
        page.keyboard.press("PageDown")
        expect_slide(page, number, STORY)
        expect(part(page, present_page.TITLE)).to_be_visible()


def test_a_threshold_is_moved_by_shift_and_arrows_and_by_the_mouse(present: Present) -> None:
    page = present(OWN, *STORY)
    _the_mouse_drags_a_threshold_and_picture_and_words_follow(page)
    _arrows_move_a_threshold_only_with_shift(page)


def _arrows_move_a_threshold_only_with_shift(page: Page) -> None:
    assert page.locator("#stage-box img").count() == 0  # a title stays text
    stops = candidate_thresholds(TRIAL, shown_by("").selection)
    higher = min(stop for stop in stops if stop > 3700)
    thumb = page.get_by_role("slider", name="Threshold of pNFH")
    page.keyboard.press("Shift+ArrowRight")
    there = moved_to(higher, OWN)
    expect(part(page, present_page.TITLE)).to_have_text(words_of(there).proposed)
    expect(part(page, present_page.NUMBER)).to_have_text("1 / 6")
    expect(thumb).to_have_attribute("aria-valuetext", unify_spaces(format_biomarker_value(MARKER, higher)))
    back = page.get_by_role("button", name="moved on stage · back to 3,700")
    back.click()
    expect(part(page, present_page.TITLE)).to_have_text(OWN.title)
    expect(thumb).to_have_text("3,700")
    expect(back).to_be_hidden()
    thumb.focus()
    page.keyboard.press("ArrowRight")  # whatever was touched last, arrows change slides
    expect_slide(page, 2, (OWN, *STORY))


def _the_mouse_drags_a_threshold_and_picture_and_words_follow(page: Page) -> None:
    thumb = page.get_by_role("slider", name="Threshold of pNFH")
    x, y = centre(thumb)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 90, y, steps=6)
    page.mouse.up()
    now = float(thumb.get_attribute("aria-valuenow") or "nan")
    assert now in candidate_thresholds(TRIAL, shown_by("").selection)
    assert now < 3700
    there = moved_to(now, OWN)
    words = words_of(there)
    expect(part(page, present_page.TITLE)).to_have_text(words.proposed)
    expect(part(page, present_page.FACTS)).to_contain_text(words.facts[0].value)
    compared = survival_by_group(TRIAL, shown_by(there.query).selection).groups[1].comparison
    for arm in (compared.treated, compared.control):
        expect(
            page.locator("#stage-picture .textpoint").get_by_text(count(arm.n), exact=True)
        ).not_to_have_count(0)
    page.wait_for_function(
        "(look) => look in (JSON.parse(localStorage.getItem('mirodash-looks')) || { mirocals: {} }).mirocals",
        arg=there.query,
    )
    expect(part(page, present_page.NUMBER)).to_have_text("1 / 6")
    page.keyboard.press("ArrowRight")
    expect_slide(page, 2, (OWN, *STORY))
    page.keyboard.press("ArrowLeft")
    expect(part(page, present_page.TITLE)).to_have_text(OWN.title)


def test_a_view_that_cannot_be_shown_says_so_and_the_others_are_shown(present: Present) -> None:
    lost = SavedView("", "survival-4")
    page = present(STORY[0], lost, STORY[1])
    page.keyboard.press("PageDown")
    expect_slide(page, 2, (STORY[0], lost, STORY[1]))
    expect(part(page, present_page.PICTURE)).to_be_hidden()
    page.keyboard.press("PageDown")
    expect_slide(page, 3, (STORY[0], lost, STORY[1]))
    expect(part(page, present_page.PICTURE)).to_be_visible()


def _strong(letters: dict[str, Any]) -> bool:
    return contrast(letters["colour"], letters["ground"]) >= 7


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.nightly)])
def test_every_slide_can_be_read_from_the_back_row_and_by_everybody(present: Present, scheme: Any) -> None:
    page = present(*EVERY_PICTURE, color_scheme=scheme)
    found: list[str] = []
    for number in range(1, len(EVERY_PICTURE) + 1):
        expect_slide(page, number, EVERY_PICTURE)
        expect(page.locator("#stage-picture .main-svg").first).to_be_visible()
        letters = page.evaluate(LETTERS)
        assert len(letters) > 10
        assert [one for one in letters if one["size"] < (FOOTER_LETTERS if one["footer"] else 24)] == []
        assert [one for one in letters if not _strong(one)] == []
        assert page.evaluate(CUT) == []
        # light and dark have the same parts; the contrast of each is looked at above
        found += violations(page) if NIGHTLY or number % 2 == (scheme == "light") else []
        page.keyboard.press("PageDown")
    assert found == []


def test_a_phone_held_upright_has_the_words_under_the_picture_and_turned_beside_it(present: Present) -> None:
    page = present(STORY[1], STORY[2], STORY[1], init=REFUSE, viewport={"width": 390, "height": 844})
    _every_fact_stands_under_the_picture(page, words_of(STORY[1]))
    page.keyboard.press("ArrowRight")  # which takes the whole width, and has none
    expect_slide(page, 2, (STORY[1], STORY[2], STORY[1]))
    _expect_largest(page, 390, 844)
    page.keyboard.press("ArrowRight")
    expect_slide(page, 3, (STORY[1], STORY[2], STORY[1]))
    _every_fact_stands_under_the_picture(page, words_of(STORY[1]))
    page.set_viewport_size({"width": 844, "height": 390})
    page.wait_for_function(FOLLOWED, arg=960 * 390 / 540)
    assert page.evaluate(CUT) == []


def _every_fact_stands_under_the_picture(page: Page, words: SlideWords) -> None:
    expect(page.locator(".stage-fact")).to_have_count(len(words.facts))
    left, top, across, down = page.evaluate(SCALE)
    assert (left, across) == pytest.approx((0, 390), abs=0.5)
    assert 0 <= top < top + down <= 844 - 76  # the buttons are under it
    picture = page.locator("#stage-picture").bounding_box()
    facts = page.locator("#stage-facts").bounding_box()
    assert picture
    assert facts
    assert facts["y"] >= picture["y"] + picture["height"]
    assert page.evaluate(CUT) == []


def _the_slide_is_16_by_9_and_as_large_as_the_window_lets_it_be(page: Page) -> None:
    _expect_largest(page, *SIZES[0])
    for width, height in SIZES[1:]:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(FOLLOWED, arg=960 * min(width / 960, height / 540))
        _expect_largest(page, width, height)


def _expect_largest(page: Page, width: int, height: int) -> None:
    left, top, across, down = page.evaluate(SCALE)
    scale = min(width / 960, height / 540)
    assert (across, down) == pytest.approx((960 * scale, 540 * scale), abs=0.5)
    assert (left, top) == pytest.approx(((width - across) / 2, (height - down) / 2), abs=0.5)
