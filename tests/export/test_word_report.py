"""The report in Word says what the page says, whole and of nobody else."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

from docx import Document
from docx.document import Document as WordDocument

from mirodash.export.word_report import ACROSS, MAX_ROWS, METHODS, SYNTHETIC, UPRIGHT, write_word_report
from mirodash.questions.baseline_table import BASELINE
from mirodash.questions.covariate_adjustment import ADJUSTED
from mirodash.questions.effect_along_biomarker import INVITATION
from mirodash.questions.finding import FINDING
from mirodash.questions.page_panels import EXPLORE_PANELS
from mirodash.questions.panel import Panel
from mirodash.stratification.selection import LevelFilter, Selection
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.profiles import for_each

MIROCALS, GBSG2 = sample("mirocals"), sample("gbsg2")
DAY = date(2026, 12, 1)
VIEWS = {
    "as it opens": (MIROCALS, Selection()),
    "two thresholds": (MIROCALS, Selection(thresholds=(750.0, 3700.0))),
    "no threshold": (GBSG2, Selection(thresholds=())),
    "few hidden": (replace(MIROCALS, min_cell=10), Selection(filters=(LevelFilter("sex", ("F",)),))),
}


def read_report(trial: Trial, selection: Selection) -> WordDocument:
    """Write a report, and read it with the library that others read it with."""
    return Document(io.BytesIO(write_word_report(trial, selection, on=DAY)))


def texts_of(report: WordDocument) -> list[str]:
    """Return every paragraph and every cell."""
    cells = [cell.text for table in report.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in report.paragraphs] + cells


@for_each("view", VIEWS)
def test_every_panel_says_what_it_says_on_the_page(view: str):
    trial, selection = VIEWS[view]
    texts = texts_of(read_report(trial, selection))
    panels: list[Panel[Any]] = [
        FINDING.after(FINDING.steps),
        *EXPLORE_PANELS,
        ADJUSTED.after(ADJUSTED.steps),
        BASELINE.after(BASELINE.steps),
    ]
    told = [panel.explain(answer) for panel in panels if (answer := panel.compute(trial, selection))]
    assert len(told) >= 5
    for answer in told:
        assert answer.title in texts
        for said in (answer.subtitle.removesuffix(INVITATION).strip(), answer.sentence.strip()):
            assert not said or said in texts
        for fact in answer.facts:
            assert not fact.label or fact.label in texts
            assert any(text.startswith(fact.value) and text.endswith(fact.detail) for text in texts)
        for table in answer.tables:
            assert {table.caption, *table.header} <= set(texts)
            assert {cell for row in table.rows[:MAX_ROWS] for cell in row} <= set(texts)


def test_it_begins_with_the_question_and_ends_with_the_methods_and_where_it_is_from():
    paragraphs = [paragraph.text for paragraph in read_report(MIROCALS, Selection()).paragraphs]
    assert paragraphs[:2] == [MIROCALS.title, SYNTHETIC]
    assert "IL-2 versus Placebo" in paragraphs[2]
    methods = paragraphs.index(METHODS)
    assert "Kaplan–Meier" in paragraphs[methods + 1]
    assert "1 December 2026" in paragraphs[methods + 2]
    assert "sha256:" in paragraphs[methods + 3]
    assert SYNTHETIC not in texts_of(read_report(GBSG2, Selection()))


def test_a_wide_table_lies_across_and_the_head_of_each_comes_again_on_every_page():
    report = read_report(MIROCALS, Selection())
    room = [section.page_width.cm - 4 for section in report.sections if section.page_width]
    assert [round(width, 1) for width in room] == [UPRIGHT, ACROSS, UPRIGHT]
    headed = [table for table in report.tables if table.style and table.style.name == "Light Shading"]
    assert len(headed) > 10
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in headed)
    for table in headed:
        assert sum(column.width.cm for column in table.columns if column.width) <= ACROSS + 0.1


def test_what_xml_has_no_place_for_is_replaced():
    hostile = replace(MIROCALS, dictionary=replace(MIROCALS.dictionary, title="A\x00B\x1f & <C>\ud800"))
    assert read_report(hostile, Selection()).paragraphs[0].text == "A\ufffdB\ufffd & <C>\ufffd (SYNTHETIC)"
