"""Everything that MiroDash tells of a view, and where in it a small count stands."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any, cast

from openpyxl import load_workbook
from pptx import Presentation

from mirodash.disclosure.curve_values import biomarker_span
from mirodash.export.analysis_json import analysis_json, encode_numbers, scan_json
from mirodash.export.csv_tables import write_subgroups, write_table
from mirodash.export.curve_numbers import write_numbers
from mirodash.export.deck.slides import deck, slides_of_view
from mirodash.export.progression_json import progression_json
from mirodash.plot.theme import LIGHT
from mirodash.questions import page_panels
from mirodash.questions.biomarker_distribution import biomarker_distribution, draw_biomarker_histogram
from mirodash.questions.effect_along_biomarker import describe_biomarker_spread
from mirodash.questions.forest import compute_factor_interactions, describe_interactions, draw_forest
from mirodash.questions.group_effects import describe_announcement, describe_estimand
from mirodash.questions.panel import SteppedPanel, show
from mirodash.questions.progression.measured import progression
from mirodash.questions.progression.printed import progression_tables
from mirodash.questions.progression.slope_search import search_slope_thresholds
from mirodash.questions.report import analysis_tables, analyze, scan_table
from mirodash.questions.subgroup_credibility import count_views
from mirodash.questions.subgroups import measure_site_heterogeneity, subgroups
from mirodash.questions.talk.methods_paragraph import methods_paragraph
from mirodash.questions.talk.slide_data import list_picture_names
from mirodash.questions.talk.stage_view import build_stage_view
from mirodash.questions.talk.view_description import describe_footer
from mirodash.questions.thresholds.threshold_scan import evaluate_thresholds, threshold_scan
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable
from mirodash.text.labels import format_arm_names
from mirodash.trial.trial import Trial

DAY = date(2026, 11, 22)
Told = dict[str, Any]

COUNTED = ("n", "events", "participants", "at_risk", "censored", "left_out", "missing", "treated", "control")
"""What counts of people are called in results as JSON."""
COLUMNS = re.compile(r"n\b|events?\b|deaths?\b|at risk|censored|left out|participants", re.IGNORECASE)
SENTENCES = (
    r"\bn = [0-9]\b(?![.,]\d)",
    r"(?<![\d.,≤>×τ])(?<!participants and )\b[0-9] (?:more )?(?:participants?|deaths?|events?)\b",
    r"(?<![\d.,≤>×τ])\b[0-9] (?:lacks?|belongs?)\b",
    r"(?<![\d.,≤>×τ])\b[0-9] (?:at risk|censored|without(?! any))\b",
    r"(?<![\d.,])\b[0-9] of (?:all )?\d[\d,]+(?! (?:sites|subgroups|resamples|bootstrap|thresholds))\b",
    r"\b[\d,]+ \([0-9]\)",
)
_LEAK = re.compile("|".join(SENTENCES))


@cache
def told_of(trial: Trial, selection: Selection) -> Told:
    """Everything that is shown or given away of one view, by where it stands; to be read only."""
    told: Told = {
        "analysis": analysis_json(analyze(trial, selection)),
        "terminal": analysis_tables(analyze(trial, selection)),
        "numbers": encode_numbers(trial, selection, looked=count_views(trial, selection, None), on=DAY),
        "announcement": describe_announcement(trial, selection),
        "footer": describe_footer(trial, selection, method="", on=DAY),
        "estimand": " · ".join(phrase.text for phrase in describe_estimand(trial, selection)),
        "subgroups": _subgroups_file(trial, selection),
        "forest": draw_forest(
            subgroups(trial, selection),
            measure_site_heterogeneity(trial, selection),
            format_arm_names(trial, selection),
        ),
        "tests": asdict(describe_interactions(compute_factor_interactions(trial, selection))),
        "deck": _slides(trial, selection),
    }
    for language in ("en", "fr"):
        told[f"methods {language}"] = methods_paragraph(
            trial, selection, language=language, looks=None, versions={}
        )
    return (
        told
        | _panels(trial, selection)
        | _scan(trial, selection)
        | _histogram(trial, selection)
        | _progression(trial, selection)
    )


def _progression(trial: Trial, selection: Selection) -> Told:
    answer = progression(trial, selection)
    if answer is None:
        return {}
    searched = search_slope_thresholds(trial, selection, share=1)
    names = format_arm_names(trial, selection)
    return {
        "progression": progression_json(trial, selection, answer, searched),
        "progression tables": progression_tables(trial, answer, searched, names),
    }


def _subgroups_file(trial: Trial, selection: Selection) -> str:
    return write_subgroups(
        trial, selection, subgroups(trial, selection), measure_site_heterogeneity(trial, selection)
    )


def _panels(trial: Trial, selection: Selection) -> Told:
    told: Told = {}
    for panel in (
        *page_panels.EXPLORE_PANELS,
        *page_panels.IN_STEPS,
        *page_panels.THRESHOLDS_PANELS,
        *page_panels.PROGRESSION_PANELS,
    ):
        whole = panel.after(1) if isinstance(panel, SteppedPanel) else panel
        shown = show(whole, trial, selection, LIGHT)
        if shown is not None:
            told[f"panel {panel.key}"] = asdict(shown.explanation) | {
                "figure": shown.figure,
                "why": shown.why_no_figure,
                "csv": write_table(shown.explanation.tables),
                "numbers": write_numbers(trial, selection, panel.key, about=""),
            }
    return told


def _scan(trial: Trial, selection: Selection) -> Told:
    found, searched = threshold_scan(trial, selection), evaluate_thresholds(trial, selection, share=1)
    biomarker = trial.dictionary.biomarkers[0] if trial.dictionary.biomarkers else None
    if isinstance(found, NotEstimable) or isinstance(searched, NotEstimable) or biomarker is None:
        return {}
    return {
        "scan": scan_json(found, min_cell=trial.min_cell),
        "scan table": scan_table(trial, biomarker, found, searched, selection.confidence),
    }


def _histogram(trial: Trial, selection: Selection) -> Told:
    spread, span = biomarker_distribution(trial, selection), biomarker_span(trial, selection)
    if spread is None or span is None:
        return {}
    names = format_arm_names(trial, selection)
    figure = draw_biomarker_histogram(span, spread, names, LIGHT)
    return {
        "histogram": {
            "n": [bar["y"] for bar in figure["data"] if spread.n],
            "said": describe_biomarker_spread(spread, names),
        }
    }


def _slides(trial: Trial, selection: Selection) -> Told:
    """What stands on stage and on the slides, tables and workbooks of charts among it."""
    keys = [key for key, _ in list_picture_names(trial, selection)]
    made = deck(slides_of_view(trial, selection, keys), on=DAY)
    query = selection.to_query()
    on_the_stage = [
        build_stage_view(trial, selection, SavedView(query, key), theme=LIGHT, on=DAY) for key in keys
    ]
    return {
        "stage": [asdict(shown.words) | {"figure": shown.figure} for shown in on_the_stage],
        "slides": list(_on_slides(made)),
    }


def _on_slides(made: bytes) -> Iterator[Told]:
    for slide in Presentation(io.BytesIO(made)).slides:
        if slide.has_notes_slide:
            yield {"notes": cast("Any", slide.notes_slide.notes_text_frame).text}
        for shape in cast("Any", slide.shapes):
            if shape.has_text_frame:
                yield {"text": shape.text_frame.text}
            if shape.has_table:
                yield {"header": (), "rows": [[cell.text for cell in row.cells] for row in shape.table.rows]}
            if shape.has_chart:
                names = [plot_series.name for plot_series in shape.chart.plots[0].series]
                yield {"series": names, "workbook": _columns(shape.chart.part.chart_workbook.xlsx_part.blob)}


def _columns(book: bytes) -> list[tuple[str, tuple[float, ...]]]:
    """What opens when somebody edits a chart: every column's heading and the numbers under it."""
    sheet = cast("Any", load_workbook(io.BytesIO(book)).active)
    columns = zip(*sheet.iter_rows(values_only=True), strict=True)
    return [(str(name), tuple(cell for cell in cells if cell is not None)) for name, *cells in columns]


def times_in(told: Told, unit: str) -> set[float]:
    """Every time at which a curve is drawn, in figures and in the workbooks behind the charts of slides."""
    columns = [column for slide in told["deck"]["slides"] for column in slide.get("workbook", ())]
    found = {time for name, cells in columns if name == unit for time in cells}
    for panel in (told[key] for key in told if key.startswith(("panel survival", "panel over-time"))):
        for trace in (panel["figure"] or {"data": ()})["data"]:
            found |= {float(time) for time in trace.get("x", ()) if time is not None}
    return found


def falls_of_few(analysis: Told, limit: int) -> list[str]:
    """Steps of curves that hold fewer events than may be told, as far as a reader can work it out.

    Nobody comes to those at risk, so a step of so many events lets the curve fall by at least that share of
    all who were there at the start.
    """
    found: list[str] = []
    for group in analysis["groups"]:
        for arm in group["arms"]:
            for before, after in pairwise(survival := [1.0, *arm["curve"]["estimate"]]):
                if 1e-9 < before - after < limit / arm["n"] - 1e-9:
                    found.append(f"{group['label']}, {arm['arm']}: {before} to {after}")
            if len(set(survival)) > 1 and not isinstance(arm["events"], int):
                found.append(f"{group['label']}, {arm['arm']}: a curve of events that are not told")
    return found


def leaks(told: object, limit: int = 10, where: str = "") -> list[str]:
    """Every place at which a count from 0 to ``limit`` - 1 of participants can be read."""
    return list(_leaks(told, limit, where))


def _leaks(told: object, limit: int, where: str) -> Iterator[str]:
    if isinstance(told, str):
        yield from (f"{where}: {found.group()}" for found in _LEAK.finditer(_plain(told)))
        yield from _in_terminal(told, where)
    elif isinstance(told, Mapping):
        entry = cast("Mapping[str, Any]", told)
        yield from _in_table(entry, where)
        if entry.get("mode") == "text":
            yield from (f"{where} at risk: {text}" for text in entry["text"] if re.fullmatch("[0-9]", text))
        for key, value in entry.items():
            yield from _in_counted(key, value, limit, where)
            yield from _leaks(value, limit, f"{where} {key}")
    elif isinstance(told, list | tuple):
        for place, value in enumerate(cast("list[object]", told)):
            yield from _leaks(value, limit, f"{where}[{place}]")


def _plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def _in_counted(key: str, value: object, limit: int, where: str) -> Iterator[str]:
    """A number, or numbers, under the name of a count."""
    if key not in COUNTED and not (key.startswith(("n_", "events_")) and key != "n_resamples"):
        return
    for number in _numbers(value):
        if 0 <= number < limit:
            yield f"{where} {key}: {number}"


def _numbers(value: object) -> Iterator[float]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield value
    elif isinstance(value, list | tuple):
        for entry in cast("list[object]", value):
            yield from _numbers(entry)


def _in_table(entry: Mapping[str, Any], where: str) -> Iterator[str]:
    """A digit alone in a column of counts; in a table without headings, in any column."""
    header, rows = entry.get("header"), entry.get("rows")
    if not isinstance(rows, list | tuple) or header is None:
        return
    for row in rows:
        for place, cell in enumerate(row):
            counted = place >= len(header) or COLUMNS.match(header[place])
            nobody_left_out = counted and place < len(header) and (header[place], cell) == ("Left out", "0")
            if counted and not nobody_left_out and re.match(r"[0-9](?![\d.,:])", cell):
                yield f"{where} table: {cell}"


def _in_terminal(text: str, where: str) -> Iterator[str]:
    """The two lines under the times of an at-risk table in plain text."""
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if "At risk after" in line:
            for row in lines[place + 1 : place + 3]:
                if re.search(r"(?<=\s)(?<!< )[0-9](?=\s|$)", row.replace("IL-2", "")):
                    yield f"{where}: {row}"
