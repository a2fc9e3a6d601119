"""The credibility form in a browser: kept, judged, cleared, carried in a file, on one sheet, by keyboard."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.e2e.conftest import Readers

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror=alert(1)>"
ANSWERS = {
    "direction": "definitely-yes",
    "evidence": "probably-yes",
    "chance": "definitely-no",
    "number": "definitely-yes",
    "cut": "probably-no",
}
KEPT = """() => Object.entries(localStorage).filter(([key]) => key.includes('credibility-form'))
  .map(([, kept]) => kept).join()"""
PLAN = "prespecified=3700&prespecified-in=Plan&prespecified-on=2017-04-12"


def _open(page: Page, query: str = "") -> Page:
    page.goto(f"/credibility?{query}" if query else "/credibility")
    return _ready(page)


def _ready(page: Page) -> Page:
    """Wait until the form stands and has been judged."""
    expect(page.locator("[data-question=chance] .computed li").first).to_be_visible()
    expect(page.locator("#credibility-limit-grade")).not_to_be_empty()
    return page


def _radio(page: Page, question: str, answer: str) -> Locator:
    return page.locator(f"input[name='credibility-{question}'][value='{answer}']")


def _answer_all(page: Page) -> None:
    for question, answer in ANSWERS.items():
        _radio(page, question, answer).check()
    expect(page.locator("#credibility-limit-grade")).to_contain_text("At most moderate")


def _kept(page: Page, text: str) -> None:
    """Wait until the browser has kept a text."""
    page.wait_for_function(f"(text) => ({KEPT})().includes(text)", arg=text)


def _load(page: Page, content: str) -> None:
    file: Any = {"name": "form.json", "mimeType": "application/json", "buffer": content.encode()}
    page.get_by_label("Load").set_input_files(file)


def _export(page: Page) -> dict[str, Any]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export JSON").click()
    return json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))


def test_a_form_is_graded_kept_and_there_again_only_for_its_claim(readers: Readers):
    page = _open(readers().new_page())
    _no_grade_before_the_answers_nor_above_the_ceiling(page)
    _what_is_filled_in_is_there_again_and_only_for_its_claim(page)
    _a_grade_that_the_answers_no_longer_allow_stays_and_is_flagged(_open(page, "trial=mirocals-null"))


def _what_is_filled_in_is_there_again_and_only_for_its_claim(page: Page) -> None:
    _radio(page, "grade", "low").check()
    page.get_by_label("Reason").fill(MARKUP)
    page.get_by_label("Raters' initials").fill("AB")
    page.get_by_label("Raters' initials").blur()
    _kept(page, '"initials":"AB"')
    page.reload()
    _ready(page)
    for question, answer in ANSWERS.items():
        expect(_radio(page, question, answer)).to_be_checked()
    expect(_radio(page, "grade", "low")).to_be_checked()
    expect(page.get_by_label("Reason")).to_have_value(MARKUP)
    expect(page.locator(".credibility img")).to_have_count(0)
    _open(page, "threshold=2000")
    expect(page.locator(".credibility input:checked")).to_have_count(0)
    expect(page.get_by_label("Reason")).to_have_value("")


def _no_grade_before_the_answers_nor_above_the_ceiling(page: Page) -> None:
    grades = page.locator("input[name=credibility-grade]")
    for k in range(4):
        expect(grades.nth(k)).to_be_disabled()
    _answer_all(page)
    expect(_radio(page, "grade", "moderate")).to_be_enabled()
    expect(_radio(page, "grade", "high")).to_be_disabled()
    expect(page.locator("input[name=credibility-grade]:checked")).to_have_count(0)
    expect(_radio(page, "chance", "probably-no")).to_be_disabled()


def _a_grade_that_the_answers_no_longer_allow_stays_and_is_flagged(page: Page) -> None:
    _answer_all(page)
    _radio(page, "grade", "moderate").check()
    _kept(page, '"grade":"moderate"')
    _radio(page, "direction", "definitely-no").check()
    limit = page.locator("#credibility-limit-grade")
    expect(limit).to_contain_text("At most low")
    expect(limit).to_contain_text(
        "The grade that was given, “moderate”, is above that: please reconsider it."
    )
    expect(_radio(page, "grade", "moderate")).to_be_checked()
    expect(_radio(page, "grade", "moderate")).to_be_disabled()


def test_looks_show_beside_the_questions_and_clearing_asks_first(readers: Readers):
    page = readers().new_page()
    _moving_the_threshold_shows_beside_the_questions_and_rules_nothing_out(page)
    # of another trial, which has not been looked at elsewhere
    _the_form_is_filled_in_with_the_keyboard_alone(_open(page, "trial=mirocals-null"))
    _clearing_asks_first(page)


def _moving_the_threshold_shows_beside_the_questions_and_rules_nothing_out(page: Page) -> None:
    computed = page.locator("[data-question=cut] .computed")
    _open(page, "threshold=2000")
    expect(computed).to_contain_text("The threshold is not declared as pre-specified.")
    _open(page)
    expect(computed).to_contain_text("It is one of 2 thresholds examined in this browser.")
    expect(computed.locator(".limit")).to_be_empty()
    expect(_radio(page, "cut", "definitely-yes")).to_be_enabled()
    _open(page, PLAN)
    expect(computed).to_contain_text("Declared in Plan, 2017-04-12")
    expect(_radio(page, "cut", "definitely-yes")).to_be_enabled()


@pytest.mark.nightly
def test_a_form_goes_into_a_file_comes_back_and_prints_on_one_sheet(readers: Readers):
    page = _open(readers().new_page())
    _answer_all(page)
    page.locator("#credibility-field-note-direction").fill("Not in the protocol.")
    content = _export(page)
    assert content["form"]["answers"] == ANSWERS
    assert content["form"]["notes"] == {"direction": "Not in the protocol."}
    other = _open(readers().new_page())
    _load(other, json.dumps(content))
    expect(other.get_by_text("The form was loaded.")).to_be_visible()
    expect(other.locator("#credibility-field-note-direction")).to_have_value("Not in the protocol.")
    for question, answer in ANSWERS.items():
        expect(_radio(other, question, answer)).to_be_checked()
    _kept(other, "Not in the protocol.")
    _a_file_of_another_trial_says_so_and_nothing_is_lost(other, content)
    _it_prints_on_one_page_with_every_note_in_full(page)


def _a_file_of_another_trial_says_so_and_nothing_is_lost(page: Page, content: dict[str, Any]) -> None:
    _open(page, "trial=mirocals-null")
    page.get_by_label("Reason").fill("Mine.")
    for text, says in (
        (json.dumps(content), "another trial"),
        (MARKUP, "not JSON"),
        ("x" * 500_000, "too large"),
    ):
        _load(page, text)
        expect(page.locator("#credibility-said")).to_contain_text(says)
        expect(page.get_by_label("Reason")).to_have_value("Mine.")


def _clearing_asks_first(page: Page) -> None:
    asked: list[str] = []

    def answer_no_then_yes(dialog: Dialog) -> None:
        asked.append(dialog.message)
        (dialog.dismiss if len(asked) == 1 else dialog.accept)()

    page.on("dialog", answer_no_then_yes)
    _answer_all(page)
    page.get_by_role("button", name="Clear").click()
    expect(_radio(page, "direction", "definitely-yes")).to_be_checked()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".credibility input:checked")).to_have_count(0)
    expect(page.get_by_text("The form was cleared.")).to_be_visible()
    assert len(asked) == 2


def _the_form_is_filled_in_with_the_keyboard_alone(page: Page) -> None:
    page.get_by_role("link", name="Back to Explore").focus()
    keyboard = page.keyboard
    keyboard.press("Tab")
    keyboard.press("Space")
    expect(_radio(page, "direction", "definitely-no")).to_be_checked()
    keyboard.press("ArrowDown")
    expect(_radio(page, "direction", "probably-no")).to_be_checked()
    keyboard.press("Tab")
    keyboard.type("A note")
    expect(page.locator("#credibility-field-note-direction")).to_have_value("A note")
    held: list[str] = []
    for _ in range(40):
        keyboard.press("Tab")
        held.append(page.evaluate("document.activeElement.id"))
    assert {
        "credibility-field-reason",
        "credibility-export",
        "credibility-load-file",
        "credibility-clear",
    } <= {*held}


def _it_prints_on_one_page_with_every_note_in_full(page: Page) -> None:
    _radio(page, "grade", "low").check()
    for k, box in enumerate(page.locator(".credibility textarea").all()):
        box.fill(f"Note {k}: " + "the reason in many words, " * 11)
    margin: Any = dict.fromkeys(("top", "bottom", "left", "right"), "10mm")
    sheet = page.pdf(format="A4", margin=margin)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    page.emulate_media(media="print")
    expect(page.locator(".text-field.note-number .printed")).to_contain_text("in many words")
    expect(page.locator(".answer:visible")).to_have_count(len(ANSWERS) + 1)
    expect(page.get_by_role("button", name="Clear")).to_be_hidden()
