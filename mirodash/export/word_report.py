"""Report of a view as a Word document: the finding, numbers and tables of each panel, Table 1, methods."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Pt
from docx.table import Table as WordTable

from mirodash import __version__
from mirodash.questions.baseline_table import BASELINE
from mirodash.questions.covariate_adjustment import ADJUSTED
from mirodash.questions.effect_along_biomarker import INVITATION
from mirodash.questions.finding import FINDING, are_few_enough_to_search
from mirodash.questions.page_panels import EXPLORE_PANELS
from mirodash.questions.panel import Panel, SteppedPanel, explain
from mirodash.questions.panel_words import describe_page_words
from mirodash.questions.subgroup_credibility import ViewHistory, count_views
from mirodash.questions.talk.methods_paragraph import methods_paragraph
from mirodash.questions.talk.view_description import describe_footer, describe_source
from mirodash.stratification.selection import Selection
from mirodash.text.facts import Explanation, Fact, Table
from mirodash.text.methods import describe_method, describe_software_versions
from mirodash.trial.trial import Trial

SYNTHETIC = "SYNTHETIC: no participant of this trial exists."
METHODS = "Methods"
MAX_ROWS = 60
"""Of a table: longer ones are read in a spreadsheet."""
STYLE = "Light Shading"
FONT, SIZE, SMALL = "Arial", Pt(10), Pt(8)
WIDE = 8
"""Columns from which on a table takes a page across, and smaller letters."""
UPRIGHT, ACROSS, NAMES = 17.0, 25.7, 4.5
"""Centimetres between the margins of a page, and of the first column."""
SHORT = 14
"""Letters up to which cells are numbers, to be read below one another, and not words."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_word_report(
    trial: Trial, selection: Selection, *, on: date, looks: ViewHistory | None = None
) -> bytes:
    """Write a view as a Word document (.docx) of words and tables, for a protocol, a manuscript or a file.

    It says what Explore says, letter for letter: the question, the finding with its evidence, the effect
    along the biomarker, every group, the adjusted effect, who took part, Table 1 and the methods. Nobody's
    row is in it, and small groups are suppressed as they are on the page. Pictures are taken from the menus
    of their panels.

    Parameters
    ----------
    trial : Trial
    selection : Selection
        A valid one.
    on : date
        The day it is made.
    looks : ViewHistory, optional
        What was looked at in a browser, which the methods tell; of this view alone when left out.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    words = describe_page_words(trial, selection)
    report = _begin(trial, on)
    if trial.dictionary.synthetic:
        _write(report, SYNTHETIC, bold=True)
    _write(report, " · ".join(phrase["text"] for phrase in words["estimand"]))
    _write(report, words["banner"], italic=True)
    for panel in _choose_panels(trial, selection):
        told = explain(panel, trial, selection)
        if told is not None:
            _write_panel(report, told)
    report.add_heading(METHODS, level=1)
    looked = looks or count_views(trial, selection, None)
    versions = describe_software_versions()
    _write(report, methods_paragraph(trial, selection, language="en", looks=looked, versions=versions))
    for line in (
        describe_footer(trial, selection, method=describe_method("explore"), on=on),
        describe_source(trial, selection),
    ):
        _write(report, line, small=True)
    file = io.BytesIO()
    report.save(file)
    return file.getvalue()


def _choose_panels(trial: Trial, selection: Selection) -> Iterable[Panel[Any]]:
    """The panels of Explore in their order; the finding with its search where it does not take minutes."""
    yield FINDING.after(FINDING.steps if are_few_enough_to_search(trial, selection) else 1)
    yield from EXPLORE_PANELS[:-1]
    yield _finish(ADJUSTED)
    yield EXPLORE_PANELS[-1]
    yield _finish(BASELINE)


def _finish(panel: SteppedPanel[Any]) -> Panel[Any]:
    return panel.after(panel.steps)


def _begin(trial: Trial, on: date) -> WordDocument:
    report = Document()
    _turn(report.sections[0], WD_ORIENT.PORTRAIT)
    plain: Any = report.styles["Normal"]
    plain.font.name, plain.font.size = FONT, SIZE
    plain.paragraph_format.space_after = Pt(4)
    about = report.core_properties
    about.title, about.author = _clean(trial.title), f"MiroDash {__version__}"
    about.created = about.modified = datetime.combine(on, time())
    report.add_heading(_clean(trial.title), level=0)
    return report


def _turn(page: Section, way: WD_ORIENT) -> None:
    """An A4 page, upright or across."""
    sides = [Cm(21), Cm(29.7)]
    page.page_width, page.page_height = sides if way == WD_ORIENT.PORTRAIT else reversed(sides)
    page.orientation = way
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)


def _write_panel(report: WordDocument, told: Explanation) -> None:
    is_wide = any(len(table.header) >= WIDE for table in told.tables)
    if is_wide:
        _turn(report.add_section(), WD_ORIENT.LANDSCAPE)
    report.add_heading(_clean(told.title), level=1)
    _write(report, told.subtitle.removesuffix(INVITATION), italic=True)
    _write_facts(report, [fact for fact in told.facts if fact.label and (fact.value or fact.detail)])
    _write(report, told.sentence)
    for table in told.tables:
        _write_table(report, table)
    if is_wide:
        _turn(report.add_section(), WD_ORIENT.PORTRAIT)


def _write_facts(report: WordDocument, facts: Sequence[Fact]) -> None:
    if not facts:
        return
    table = report.add_table(rows=0, cols=2)
    for fact in facts:
        cells = _add_row(table)
        cells[0].width, cells[1].width = Cm(6), Cm(11)
        cells[0].paragraphs[0].add_run(_clean(fact.label))
        cells[1].paragraphs[0].add_run(_clean(fact.value)).bold = True
        if fact.detail:
            cells[1].paragraphs[0].add_run(_clean(f"  {fact.detail}"))
    report.add_paragraph()


def _write_table(report: WordDocument, told: Table) -> None:
    """A table under its caption, whose first row comes again on every page."""
    caption = report.add_paragraph(_clean(told.caption), style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = report.add_table(rows=0, cols=len(told.header), style=STYLE)
    _fill_page(table)
    shown = (told.header, *told.rows[:MAX_ROWS])
    # the first column names the row; of the others those of numbers stand at the right
    columns = zip(*shown, strict=True)
    is_right = [place > 0 and max(map(len, texts)) <= SHORT for place, texts in enumerate(columns)]
    for row in shown:
        cells = _add_row(table)
        for cell, text, right in zip(cells, row, is_right, strict=True):
            run = cell.paragraphs[0].add_run(_clean(text))
            run.font.size = SMALL
            if right:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _mark(table.rows[0], "w:tblHeader")
    across = (ACROSS if len(told.header) >= WIDE else UPRIGHT) - NAMES
    for place, column in enumerate(table.columns):
        column.width = Cm(across / (len(told.header) - 1)) if place else Cm(NAMES)
    left = len(told.rows) - MAX_ROWS
    _write(report, f"{left} more rows are in the table's CSV." if left > 0 else "", small=True)
    report.add_paragraph()


def _add_row(table: WordTable) -> tuple[Any, ...]:
    """The cells of a row that stays on one page."""
    row = table.add_row()
    _mark(row, "w:cantSplit")
    for cell in row.cells:
        cell.paragraphs[0].paragraph_format.space_after = Pt(1)
    return row.cells


def _mark(row: Any, name: str) -> None:
    """Give a row a property that the library has no name for."""
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _fill_page(table: Any) -> None:
    """Make a table as wide as the page, rows parted by nothing and their names no heavier than numbers."""
    properties = table._tbl.tblPr
    width = properties.find(qn("w:tblW"))
    width.set(qn("w:type"), "pct")
    width.set(qn("w:w"), "5000")
    look = properties.find(qn("w:tblLook"))
    look.set(qn("w:firstColumn"), "0")
    look.set(qn("w:noHBand"), "1")
    # the two as bits of one number, which older programs read
    look.set(qn("w:val"), "0620")


def _write(
    report: WordDocument, text: str, *, bold: bool = False, italic: bool = False, small: bool = False
) -> None:
    if not text.strip():
        return
    run = report.add_paragraph().add_run(_clean(text.strip()))
    run.bold, run.italic = bold, italic
    if small:
        run.font.size = SMALL


def _clean(text: str) -> str:
    """The text without letters that XML has no place for."""
    return _FORBIDDEN.sub("\ufffd", text)
