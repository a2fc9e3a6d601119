"""The strip in a browser: views kept from every page, put in order, renamed, carried in files and links."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pptx import Presentation

from mirodash.export.saved_json import read_strip
from mirodash.questions.talk.slide_data import build_starter_deck
from mirodash.stratification.saved_view import SavedView
from mirodash.trial.store import TrialStore
from mirodash.web.strip import SAID
from tests.e2e.conftest import Readers
from tests.e2e.explorer import Explorer

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror=alert(1)>"
STARTER = build_starter_deck(TrialStore().get("mirocals"), named="mirocals")
NAMES = ["All participants", "Effect by pNFH", "Both groups", "Searching over thresholds"]
"""Of the first cards of the starter set."""
KEPT = "() => JSON.parse(localStorage.getItem('mirodash-strip')).views"
ONCE = "if (location.protocol === 'http:' && !sessionStorage.length)"
FULL = """
const set = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, text) {
  if (key === "mirodash-strip") throw new DOMException("full", "QuotaExceededError");
  set.call(this, key, text);
};
"""


def _stored(views: tuple[SavedView, ...]) -> str:
    """Return a strip of these views as a browser keeps it."""
    kept = [{"query": v.query, "picture": v.picture, "title": v.title, "note": v.note} for v in views]
    return json.dumps({"views": kept})


def _strip(page: Page, *views: SavedView, query: str = "") -> Page:
    """Open the Present page of a browser that kept these views, and wait until their cards are written."""
    put = "sessionStorage.setItem('begun', '1'); "
    put += f"localStorage.setItem('mirodash-strip', {json.dumps(_stored(views))});"
    page.add_init_script(f"{ONCE} {{ {put} }}")
    page.goto(f"/present?{query}" if query else "/present")
    return _written(page, len(views))


def _written(page: Page, number: int) -> Page:
    expect(page.locator(".strip-card")).to_have_count(number)
    for card in page.locator(".strip-card").all():
        expect(card.locator("h2")).not_to_have_text("View")
    return page


def _names(page: Page) -> Locator:
    return page.locator(".strip-card h2")


def _card(page: Page, number: int) -> Locator:
    return page.locator(".strip-card").nth(number - 1)


def _act(page: Page, number: int, act: str) -> Locator:
    return _card(page, number).locator(f"[data-act='{act}']")


def _kept(page: Page) -> list[dict[str, str]]:
    return page.evaluate(KEPT)


def _ask(page: Page) -> Locator:
    """Open the dialog that keeps a view and wait until a title is proposed."""
    page.get_by_role("button", name="Keep this view").click()
    dialog = page.get_by_role("dialog", name="Keep this view")
    expect(dialog.get_by_label("Picture")).not_to_have_value("")
    expect(dialog.get_by_label("Title")).not_to_have_attribute("placeholder", "Looking for a title …")
    return dialog


def _file(page: Page, text: str) -> None:
    file: Any = {"name": "strip.json", "mimeType": "application/json", "buffer": text.encode()}
    page.get_by_label("Open file").set_input_files(file)


def _said(page: Page) -> Locator:
    return page.locator("#strip-said")


def _download(page: Page, button: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    return Path(waiting.value.path()).read_bytes()


def _copying(context: BrowserContext, server: str) -> BrowserContext:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
    return context


def test_views_are_kept_from_every_page_with_ones_own_words(readers: Readers):
    page = readers().new_page()
    _a_view_is_kept_from_every_page(page)
    _progression_follows_the_threshold_and_goes_on_stage(_emptied(page))
    _title_and_note_are_ones_own_and_the_view_is_the_one_on_screen(_emptied(page))
    _the_whole_forest_becomes_as_many_views_as_it_has_pages(_emptied(page))
    _a_text_of_ten_thousand_characters_is_refused_in_place(_emptied(page))


def _emptied(page: Page) -> Page:
    page.evaluate("localStorage.removeItem('mirodash-strip')")
    return page


def _a_view_is_kept_from_every_page(page: Page) -> None:
    usual = {
        "/": "groups",
        "/thresholds": "search",
        "/subgroups": "subgroups-1",
        "/progression": "progression-1",
        "/credibility": "groups",
        "/present": "groups",
    }
    for number, (path, picture) in enumerate(usual.items(), 1):
        page.goto(f"{path}?threshold=2000")
        dialog = _ask(page)
        expect(dialog.get_by_label("Picture")).to_have_value(picture)
        dialog.get_by_role("button", name="Keep", exact=True).click()
        expect(dialog).to_be_hidden()
        expect(page.locator("#keep-said")).to_contain_text(f"Kept as view {number}")
        expect(page.get_by_role("link", name=f"Present {number}")).to_be_visible()
        expect(page.get_by_role("button", name="Keep this view")).to_be_focused()
    assert _kept(page) == [
        {"query": "trial=mirocals&threshold=2000", "picture": picture, "title": "", "note": ""}
        for picture in usual.values()
    ]


def _progression_follows_the_threshold_and_goes_on_stage(page: Page) -> None:
    page.goto("/progression?threshold=3700")
    cards = page.locator(".cards")
    expect(cards).to_contain_text("pNFH ≤ 3,700")
    expect(cards).to_contain_text("win probability")
    page.get_by_role("slider").first.press("ArrowLeft")
    expect(cards).not_to_contain_text("pNFH ≤ 3,700")
    dialog = _ask(page)
    expect(dialog.get_by_label("Title")).to_have_attribute(
        "placeholder", re.compile("had none died, ALSFRS-R")
    )
    dialog.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("link", name="go to the strip").click()
    _written(page, 1)
    expect(_names(page)).to_contain_text("ALSFRS-R: pNFH ≤")
    page.get_by_role("button", name="Present", exact=True).click()
    expect(page.locator("#stage-title")).to_contain_text("had none died, ALSFRS-R")
    expect(page.locator("#stage-facts")).to_contain_text("win probability")
    expect(page.locator("#stage-picture .main-svg").first).to_be_attached()
    page.keyboard.press("Escape")


def _title_and_note_are_ones_own_and_the_view_is_the_one_on_screen(page: Page) -> None:
    explorer = Explorer(page).open()
    explorer.preset("750 and 3,700").click()
    explorer.expect_address("threshold=750&threshold=3700")
    dialog = _ask(page)
    dialog.get_by_label("Picture").select_option("survival-2")
    expect(dialog.get_by_label("Title")).not_to_have_attribute("placeholder", "Looking for a title …")
    dialog.get_by_label("Title").fill(MARKUP)
    dialog.get_by_label("Note").fill("Speak slowly.")
    dialog.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("link", name="go to the strip").click()
    _written(page, 1)
    expect(_card(page, 1).get_by_label("Title")).to_have_value(MARKUP)
    expect(_card(page, 1).get_by_label("Note")).to_have_value("Speak slowly.")
    expect(_card(page, 1)).to_contain_text("750")
    expect(page.locator(".strip img")).to_have_count(0)
    _card(page, 1).get_by_role("link", name="Open").click()
    explorer.wait().expect_view("threshold=750&threshold=3700")


def _the_whole_forest_becomes_as_many_views_as_it_has_pages(page: Page) -> None:
    page.goto("/subgroups")
    dialog = _ask(page)
    pages = dialog.locator("option[value^='subgroups-']").count()
    assert pages > 1
    dialog.get_by_label("Picture").select_option("subgroups")
    dialog.get_by_label("Note").fill("Only once.")
    dialog.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator("#keep-said")).to_contain_text(f"Kept as views 1 to {pages}")
    assert [view["picture"] for view in _kept(page)] == [f"subgroups-{k}" for k in range(1, pages + 1)]
    assert [view["note"] for view in _kept(page)] == ["Only once.", *[""] * (pages - 1)]


def test_the_dialog_is_used_with_the_keyboard_alone(readers: Readers):
    page = readers().new_page()
    page.goto("/subgroups")
    button = page.get_by_role("button", name="Keep this view")
    dialog = page.get_by_role("dialog", name="Keep this view")
    button.focus()
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Picture")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Picture")).to_have_value("subgroups-1")
    page.keyboard.press("Tab")
    page.keyboard.type("By hand")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Keep", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert [view["title"] for view in _kept(page)] == ["By hand"]
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="go to the strip")).to_be_focused()
    banner, said = (page.locator(part).bounding_box() or {} for part in (".banner", f"#{SAID}"))
    assert banner["y"] + banner["height"] <= said["y"]  # what was done never covers how far to trust it
    page.keyboard.press("Enter")
    expect(page.locator(".strip-card")).to_have_count(1)


def _a_text_of_ten_thousand_characters_is_refused_in_place(page: Page) -> None:
    page.goto("/subgroups")  # the dialog of every page, on the one that is drawn soonest
    dialog = _ask(page)
    dialog.get_by_label("Title").fill("x" * 10_000)
    expect(dialog).to_contain_text("This title has 10,000 characters; at most 300 are kept.")
    dialog.get_by_role("button", name="Keep", exact=True).click()
    expect(dialog).to_be_visible()
    dialog.get_by_label("Title").fill("Short")
    dialog.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("link", name="go to the strip").click()
    _written(page, 1)
    _card(page, 1).get_by_label("Note").fill("y" * 10_000)
    expect(_card(page, 1)).to_contain_text("at most 4,000 are kept. What was here before stays.")
    assert (_kept(page)[0]["title"], _kept(page)[0]["note"]) == ("Short", "")


def test_a_strip_is_begun_edited_put_in_order_and_taken_apart(readers: Readers):
    page = readers(viewport={"width": 1280, "height": 1400}).new_page()
    _an_empty_strip_explains_itself_and_offers_the_starter_set(page)
    _the_order_is_changed_with_the_keyboard_and_the_focus_stays_on_the_card(_refilled(page, *STARTER[:4]))
    _the_order_is_changed_with_the_mouse(_refilled(page, *STARTER[:4]))
    _titles_and_notes_are_edited_in_place_and_there_again(_refilled(page, *STARTER[:2]))
    _what_is_removed_or_cleared_comes_back(_refilled(page, *STARTER[:3]))


def _refilled(page: Page, *views: SavedView) -> Page:
    """Put these views onto the strip in place of what is there, and open it."""
    page.evaluate("(text) => localStorage.setItem('mirodash-strip', text)", _stored(views))
    page.goto("/present")
    return _written(page, len(views))


def _an_empty_strip_explains_itself_and_offers_the_starter_set(page: Page) -> None:
    page.goto("/present")
    expect(page.locator("#strip-empty")).to_contain_text("No views are saved yet.")
    for name in ("Present", "PowerPoint", "Save as file", "Copy link to this strip", "Clear"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()
    page.get_by_role("button", name="Insert the ready-made set").click()
    _written(page, len(STARTER))
    expect(_names(page)).to_contain_text(NAMES)
    assert read_strip(json.dumps({"mirodash": "strip", "version": 1, "views": _kept(page)})) == STARTER
    page.get_by_role("button", name="Ready-made set", exact=True).click()
    expect(_said(page)).to_have_text("The ready-made set is on the strip already.")
    expect(page.locator(".strip-card")).to_have_count(len(STARTER))


def _titles_and_notes_are_edited_in_place_and_there_again(page: Page) -> None:
    title = _card(page, 1).get_by_label("Title: proposed")
    proposed = title.get_attribute("placeholder")
    assert proposed
    title.fill(MARKUP)
    title = _card(page, 1).get_by_label("Title: yours")
    expect(title).to_be_focused()
    _card(page, 2).get_by_label("Note").fill("Two\nlines")
    page.reload()
    _written(page, 2)
    expect(title).to_have_value(MARKUP)
    expect(_card(page, 2).get_by_label("Note")).to_have_value("Two\nlines")
    expect(page.locator(".strip img")).to_have_count(0)
    title.fill("")
    expect(_card(page, 1).get_by_label("Title: proposed")).to_have_attribute("placeholder", proposed)


def _the_order_is_changed_with_the_keyboard_and_the_focus_stays_on_the_card(page: Page) -> None:
    _act(page, 1, "down").focus()
    page.keyboard.press("Enter")
    expect(_said(page)).to_have_text("Moved to place 2 of 4.")
    expect(_names(page)).to_have_text([NAMES[1], NAMES[0], NAMES[2], NAMES[3]])
    expect(_act(page, 2, "down")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(_said(page)).to_have_text("Moved to place 4 of 4.")
    expect(_act(page, 4, "down")).to_be_focused()
    page.keyboard.press("Enter")
    expect(_said(page)).to_have_text("View 4 is the last already.")
    assert [view["picture"] for view in _kept(page)] == [
        "effect",
        "groups",
        "search",
        "survival-0",
    ]


def _the_order_is_changed_with_the_mouse(page: Page) -> None:
    grip = _card(page, 1).locator(".grip")
    bottom = _card(page, 3).bounding_box()
    assert bottom is not None
    grip.drag_to(_card(page, 3), target_position={"x": 200, "y": bottom["height"] - 5})
    expect(_names(page)).to_have_text([NAMES[1], NAMES[2], NAMES[0], NAMES[3]])
    _card(page, 4).locator(".grip").drag_to(_card(page, 1), target_position={"x": 200, "y": 5})
    expect(_names(page)).to_have_text([NAMES[3], NAMES[1], NAMES[2], NAMES[0]])
    assert _kept(page)[0]["picture"] == "search"


def _what_is_removed_or_cleared_comes_back(page: Page) -> None:
    _act(page, 2, "remove").click()
    expect(_names(page)).to_have_text([NAMES[0], NAMES[2]])
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(_names(page)).to_have_text(NAMES[:3])
    expect(_act(page, 2, "remove")).to_be_focused()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#strip-empty")).to_be_visible()
    assert _kept(page) == []
    page.get_by_role("button", name="Undo").click()
    expect(_names(page)).to_have_text(NAMES[:3])
    expect(page.get_by_role("link", name="Present 3")).to_be_visible()


def test_a_strip_goes_into_a_file_and_comes_back_and_a_bad_one_changes_nothing(readers: Readers):
    mine = SavedView("trial=mirocals", "effect", MARKUP, "=1+1")
    page = _strip(readers().new_page(), mine, STARTER[0])
    saved = _download(page, "Save as file").decode("utf-8")
    assert read_strip(saved) == (mine, STARTER[0])
    other = readers().new_page()
    other.goto("/present")
    expect(other.locator("#strip-empty")).to_be_visible()
    _file(other, saved)
    _written(other, 2)
    assert _kept(other) == _kept(page)
    _file(other, saved)
    other.get_by_role("button", name="Add to my strip").click()
    _written(other, 4)
    _file(other, saved)
    other.get_by_role("button", name="Replace my strip (4 views)").click()
    _written(other, 2)
    other.get_by_role("button", name="Undo").click()
    _written(other, 4)
    _a_bad_file_says_what_is_wrong_and_keeps_what_was_there(_refilled(other, STARTER[0]))


def _a_bad_file_says_what_is_wrong_and_keeps_what_was_there(page: Page) -> None:
    broken = {"mirodash": "strip", "version": 1, "views": [{"query": "", "picture": MARKUP}]}
    for text, says in (
        (MARKUP, "not JSON"),
        ("{}", "no strip"),
        (json.dumps(broken), "View 1"),
        ("x" * 1_100_000, "too large"),
    ):
        _file(page, text)
        expect(_said(page)).to_contain_text(says)
        expect(_said(page)).to_contain_text("What was on the strip stays.")
        expect(_names(page)).to_have_text(NAMES[:1])
    expect(page.locator(".strip img")).to_have_count(0)


@pytest.mark.nightly
def test_a_link_carries_the_strip_unseen_by_the_server_and_costs_nobody_their_own(
    readers: Readers, server: str
):
    mine = SavedView("trial=mirocals&threshold=2000", "survival-1", "Überleben 生存", MARKUP)
    page = _strip(_copying(readers(), server).new_page(), mine, STARTER[1])
    page.get_by_role("button", name="Copy link to this strip").click()
    expect(_said(page)).to_contain_text("Link copied.")
    link = page.evaluate("() => navigator.clipboard.readText()")
    assert link.startswith(f"{server}/present#strip=")
    other = readers().new_page()
    asked: list[str] = []
    # the first slide is asked for ahead, with its title, in the body of a request: no address has it
    other.on("request", lambda request: asked.append(request.url))
    other.goto(link)
    _written(other, 2)
    expect(_card(other, 1)).to_contain_text(mine.title)
    expect(_card(other, 1)).to_contain_text(MARKUP)
    assert asked
    assert not any("strip=" in address or "berleben" in address for address in asked)
    assert other.evaluate("() => localStorage.getItem('mirodash-strip')") is None
    other.get_by_role("button", name="Keep this strip").click()
    expect(other).to_have_url("/present")
    _written(other, 2)
    assert _kept(other) == _kept(page)
    _a_linked_strip_costs_nobody_their_own(_refilled(page, STARTER[1], STARTER[2]), other)
    _a_link_that_holds_no_strip_shows_ones_own(_refilled(other, STARTER[0]))


def _a_linked_strip_costs_nobody_their_own(sender: Page, page: Page) -> None:
    sender.get_by_role("button", name="Copy link to this strip").click()
    expect(_said(sender)).to_contain_text("Link copied.")
    link = sender.evaluate("() => navigator.clipboard.readText()")
    _refilled(page, STARTER[0])
    page.goto(link)
    expect(page.locator("#strip-linked")).to_contain_text("This strip came with a link: 2 views.")
    expect(_names(page)).to_have_text(NAMES[1:3])
    assert [view["picture"] for view in _kept(page)] == ["survival-0"]
    page.get_by_role("button", name="Back to my own strip (1 view)").click()
    expect(_names(page)).to_have_text(NAMES[:1])
    page.goto(link)
    page.get_by_role("button", name="Add to mine").click()
    expect(_names(page)).to_have_text(NAMES[:3])
    page.goto(link)
    page.get_by_role("button", name="Keep this one instead").click()
    expect(_names(page)).to_have_text(NAMES[1:3])
    page.get_by_role("button", name="Undo").click()
    expect(_names(page)).to_have_text(NAMES[:3])


def _a_link_that_holds_no_strip_shows_ones_own(page: Page) -> None:
    for coded in ("", "%%%"):
        page.evaluate("document.getElementById('strip-said').textContent = ''")
        page.goto(f"/present#strip={coded}")
        expect(_said(page)).to_contain_text("The link holds no strip that can be read.")
        expect(_names(page)).to_have_text(NAMES[:1])
        expect(page).to_have_url("/present")
    page.goto("about:blank")
    page.goto("/present#strip=W10")  # a page that opens with it, not one that is open already
    expect(_said(page)).to_contain_text("The link holds no strip that can be read.")


@pytest.mark.nightly
def test_another_tab_follows_and_what_is_lost_or_not_ours_does_no_harm(readers: Readers):
    context = readers()
    page = _strip(context.new_page(), STARTER[0], STARTER[1])
    other = context.new_page()
    other.goto("/present")
    _written(other, 2)
    _act(page, 1, "remove").click()
    expect(_names(other)).to_have_text(NAMES[1:2])
    expect(other.get_by_role("link", name="Present 1")).to_be_visible()
    _a_view_whose_trial_is_gone_stays_and_can_be_removed(_refilled(page, LOST, STARTER[0]))
    _a_store_that_is_not_ours_is_an_empty_strip(page)


LOST = SavedView("trial=nowhere", "effect", "What I said then")


def _a_view_whose_trial_is_gone_stays_and_can_be_removed(page: Page) -> None:
    expect(_card(page, 1).locator(".card-problem")).to_contain_text("nowhere")
    expect(_card(page, 1).get_by_label("Title")).to_have_value(LOST.title)
    expect(_card(page, 1).get_by_role("link", name="Open")).to_be_hidden()
    page.get_by_role("button", name="PowerPoint").click()
    expect(_said(page)).to_contain_text("View 1 was left out.")
    _act(page, 1, "remove").click()
    expect(_names(page)).to_have_text(NAMES[:1])


def _a_store_that_is_not_ours_is_an_empty_strip(page: Page) -> None:
    for kept in ("nothing", '{"__proto__": {"odd": 1}, "views": [5, null, {"picture": 7}]}'):
        page.evaluate("(kept) => localStorage.setItem('mirodash-strip', kept)", kept)
        page.reload()
        expect(page.locator("#strip-empty")).to_be_visible()
    page.get_by_role("button", name="Insert the ready-made set").click()
    _written(page, len(STARTER))
    assert page.evaluate("Object.keys(Object.prototype)") == []


@pytest.mark.nightly
def test_a_browser_that_stores_nothing_says_so_and_works_within_the_page(readers: Readers):
    page = readers().new_page()
    page.add_init_script(FULL)
    page.goto("/present")
    page.get_by_role("button", name="Insert the ready-made set").click()
    expect(_said(page)).to_contain_text("This browser stores nothing: save the strip as a file")
    _written(page, len(STARTER))
    _act(page, 1, "remove").click()
    _written(page, len(STARTER) - 1)
    assert len(read_strip(_download(page, "Save as file").decode("utf-8"))) == len(STARTER) - 1


def test_a_strip_is_presented_made_into_slides_and_printed(readers: Readers):
    page = _strip(readers().new_page(), *STARTER)
    _powerpoint_has_as_many_slides_as_the_strip(page)
    _the_strip_is_presented_from_its_first_view_or_from_any_other(_refilled(page, *STARTER[:3]))
    _it_prints_as_a_list_with_every_text_in_full(page)


def _the_strip_is_presented_from_its_first_view_or_from_any_other(page: Page) -> None:
    number = page.locator("#stage-number")
    for button, place in (("Present", 1), ("Present from here: view 3", 3)):
        page.get_by_role("button", name=button, exact=True).click()
        expect(number).to_have_text(f"{place} / 3")
        page.keyboard.press("Escape")
        expect(number).to_be_hidden()


def _powerpoint_has_as_many_slides_as_the_strip(page: Page) -> None:
    opened = Presentation(io.BytesIO(_download(page, "PowerPoint")))
    assert len(opened.slides) == len(STARTER)
    expect(_said(page)).to_contain_text(f"{len(STARTER)} slides: mirodash-strip-SYNTHETIC.pptx.")


def _it_prints_as_a_list_with_every_text_in_full(page: Page) -> None:
    note = "the reason in many words, " * 30
    _refilled(page, SavedView("trial=mirocals", "effect", "", note), STARTER[0])
    proposed = _card(page, 1).get_by_label("Title").get_attribute("placeholder")
    page.emulate_media(media="print")
    expect(_card(page, 1).locator(".title .printed")).to_have_text(proposed or "?")
    expect(_card(page, 1).locator(".note .printed")).to_have_text(note.strip())
    for name in ("Present from here", "Remove", "Save as file", "Keep this view"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
