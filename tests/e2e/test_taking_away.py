"""The Export menu in a browser: opened by keyboard, texts to copy and to save, slides to download."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Locator, expect
from pptx import Presentation

from mirodash.export.code import code
from mirodash.web.downloads import CODE, METHODS, SLIDES, WORD
from tests.e2e.accessibility import violations
from tests.e2e.conftest import Readers
from tests.e2e.explorer import Explorer, shown_by

pytestmark = pytest.mark.browser

QUERY = "threshold=2009&site=FR-01&site=FR-02&site=UK-01"


def _menu(explorer: Explorer) -> Locator:
    return explorer.page.get_by_role("button", name="Export", exact=True)


def test_code_methods_and_slides_are_taken_away_by_mouse_and_keyboard(readers: Readers):
    context = readers(permissions=["clipboard-read", "clipboard-write"])
    explorer = Explorer(context.new_page()).open(QUERY)
    view = shown_by(QUERY)
    text = explorer.part(CODE.part("text"))
    _menu(explorer).click()
    explorer.part(CODE.part("open")).click()
    expect(text).to_be_visible()
    assert text.text_content() == code(view.trial, view.selection, "r")
    assert violations(explorer.page) == []
    explorer.part(CODE.part("dialog")).get_by_text("Python", exact=True).click()
    expect(text).to_contain_text("import pandas")
    python = code(view.trial, view.selection, "python")
    explorer.part(CODE.part("copy")).click()
    expect(explorer.part(CODE.part("said"))).to_have_text("Copied")
    assert explorer.page.evaluate("navigator.clipboard.readText()") == python
    with explorer.page.expect_download() as downloading:
        explorer.part(CODE.part("save")).click()
    assert Path(downloading.value.path()).read_text(encoding="utf-8") == python
    assert downloading.value.suggested_filename == "mirodash-mirocals-code-SYNTHETIC.py"
    explorer.page.keyboard.press("Escape")
    expect(text).to_be_hidden()
    _the_slides_of_the_view_open_in_a_program_for_slides(explorer)
    _the_report_of_the_view_opens_in_a_program_for_texts(explorer)
    _the_methods_paragraph_is_reached_with_the_keyboard_alone(explorer)


def _the_methods_paragraph_is_reached_with_the_keyboard_alone(explorer: Explorer) -> None:
    keyboard = explorer.page.keyboard
    item = explorer.part(METHODS.part("open"))
    _menu(explorer).focus()
    keyboard.press("Enter")
    for _ in range(5):
        keyboard.press("ArrowDown")
    expect(item).to_be_focused()
    assert violations(explorer.page) == []
    keyboard.press("Escape")
    expect(item).to_be_hidden()
    expect(_menu(explorer)).to_be_focused()
    for key in ("ArrowDown", "End", "ArrowUp", "Enter"):
        keyboard.press(key)
    dialog = explorer.part(METHODS.part("dialog"))
    expect(dialog).to_be_visible()
    expect(explorer.part(METHODS.part("text"))).to_contain_text("exploratory")
    keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    _menu(explorer).click()
    item.click()
    expect(dialog).to_be_visible()


def _the_slides_of_the_view_open_in_a_program_for_slides(explorer: Explorer) -> None:
    _menu(explorer).click()
    with explorer.page.expect_download() as downloading:
        explorer.part(SLIDES).click()
    shown = Presentation(str(downloading.value.path()))
    assert len(shown.slides) == 7
    assert downloading.value.suggested_filename == "mirodash-mirocals-SYNTHETIC.pptx"


def _the_report_of_the_view_opens_in_a_program_for_texts(explorer: Explorer) -> None:
    _menu(explorer).click()
    with explorer.page.expect_download() as downloading:
        explorer.part(WORD).click()
    report = Document(str(downloading.value.path()))
    assert "Methods" in [paragraph.text for paragraph in report.paragraphs]
    assert downloading.value.suggested_filename == "mirodash-mirocals-SYNTHETIC.docx"
