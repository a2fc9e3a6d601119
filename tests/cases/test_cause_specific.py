"""Where another event competes, every hazard ratio is called a cause-specific one, wherever it stands."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest

from mirodash.export.analysis_json import analysis_json
from mirodash.plot.theme import LIGHT
from mirodash.questions import page_panels
from mirodash.questions.forest import describe_forest, draw_forest
from mirodash.questions.group_effects import describe_announcement, describe_estimand
from mirodash.questions.panel import Panel, SteppedPanel, explain, show
from mirodash.questions.report import analysis_tables, analyze
from mirodash.questions.subgroups import subgroups
from mirodash.questions.talk.methods_paragraph import methods_paragraph
from mirodash.questions.talk.stage_view import build_stage_view
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Selection
from mirodash.text.labels import format_arm_names
from tests.cases.test_competing_events import read

NAMED = re.compile(r"hazards? ratios?|\bHR\b", re.IGNORECASE)
BESIDE = re.compile(r"(?:ratio of )?cause-specific (?:hazard ratios?|HR)", re.IGNORECASE)
TRIAL = read(biomarker="bili", competing=("1",))
VIEW = Selection(
    horizon=1826.0, thresholds=(1.4,), adjust=("age",), strata=("sex",), declared=None, landmarks=(1000.0,)
)
PICTURES = ("finding", "groups", "effect", "search", "survival-0", "survival-1", "subgroups-1")
PANELS: tuple[Panel[Any], ...] = (
    *page_panels.EXPLORE_PANELS,
    page_panels.THRESHOLD_SCAN,
    *(
        panel.after(panel.steps) if isinstance(panel, SteppedPanel) else panel
        for panel in (
            *page_panels.IN_STEPS,
            page_panels.INTERACTION_STATISTIC,
            page_panels.EFFECT_SIMULTANEOUS,
        )
    ),
)


def left_over(text: str) -> list[str]:
    """Return what is called a hazard ratio without its cause, with the words around it."""
    plain = BESIDE.sub("·", text.replace("\N{NO-BREAK SPACE}", " "))
    return [plain[max(0, found.start() - 40) : found.end() + 40] for found in NAMED.finditer(plain)]


def texts(value: object) -> str:
    """Return every text in an explanation, a figure or a slide, as one."""
    if isinstance(value, str):
        return f"{value}\n"
    if isinstance(value, dict):
        return "".join(map(texts, value.values()))
    if isinstance(value, list | tuple):
        return "".join(map(texts, value))
    slots = getattr(value, "__dataclass_fields__", {})
    return "".join(texts(getattr(value, name)) for name in slots)


@pytest.mark.parametrize("panel", PANELS, ids=[panel.key for panel in PANELS])
def test_on_the_page(panel: Panel[Any]) -> None:
    told = explain(panel, TRIAL, VIEW)
    shown = show(panel, TRIAL, VIEW, LIGHT)
    said = texts(told) + texts(list(told.tables) if told else "")
    assert left_over(said + (texts(shown.figure) if shown else "")) == []


@pytest.mark.parametrize("picture", PICTURES)
def test_on_the_stage_and_on_slides(picture: str) -> None:
    view = SavedView(query=VIEW.to_query(), picture=picture)
    made = build_stage_view(TRIAL, VIEW, view, theme=LIGHT, on=date(2026, 1, 2))
    # names of rows in the table of methods are those of the methods
    notes = tuple(line for line in made.words.notes if not line.startswith("How these numbers are made."))
    words = (made.words.title, made.words.footer, made.words.alt, notes, made.facts, list(made.words.tables))
    assert left_over(texts(words) + texts(made.figure)) == []


def test_in_the_terminal_and_in_json() -> None:
    analysis = analyze(TRIAL, VIEW)
    assert left_over(" ".join(analysis_tables(analysis).split())) == []
    answer = analysis_json(analysis)
    assert answer["question"]["hazard_ratio"] == "cause-specific hazard ratio"
    assert left_over(json.dumps(answer["finding"], ensure_ascii=False)) == []


def test_in_the_forest_the_estimand_and_what_is_announced() -> None:
    found, names = subgroups(TRIAL, VIEW), format_arm_names(TRIAL, VIEW)
    drawn = {key: value for key, value in draw_forest(found, None, names).items() if key != "method"}
    said = texts(drawn) + texts(describe_forest(found, None, names))
    said += describe_announcement(TRIAL, VIEW) + texts(describe_estimand(TRIAL, VIEW))
    assert left_over(said) == []


def test_methods_say_it_in_both_languages() -> None:
    english = methods_paragraph(TRIAL, VIEW, language="en", looks=None, versions={})
    assert "both cause-specific, by Gray's test" in english
    assert "Cause-specific hazard ratios were also" in english
    french = methods_paragraph(TRIAL, VIEW, language="fr", looks=None, versions={})
    assert "cause-spécifiques, par le test de Gray" in french
    assert "rapports de risques instantanés cause-spécifiques ont aussi" in french


def test_without_a_competing_event_nothing_is_cause_specific() -> None:
    alone = read(biomarker="bili", competing=(), event_value="2", censored_values=("1",))
    assert "cause-specific" not in analysis_tables(analyze(alone, VIEW)).casefold()
    assert "gray" not in json.dumps(analysis_json(analyze(alone, VIEW))["groups"][0]).casefold()
