"""Every question of the Explore page has something to say of any view of any trial."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.errors import CannotComputeError, UnusableQuestionError
from mirodash.plot.theme import DARK, LIGHT, Figure, Theme
from mirodash.questions.effect_along_biomarker import effect_by_biomarker
from mirodash.questions.page_panels import EXPLORE_PANELS
from mirodash.questions.panel import Panel, PanelContent, show
from mirodash.questions.statistics.group_survival import GroupSurvival
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import repair
from mirodash.survival.results import NotEstimable
from mirodash.text.facts import Explanation
from mirodash.text.numbers import count, format_hazard_ratio, format_interval
from mirodash.trial.store import SAMPLES
from mirodash.trial.trial import Trial
from tests.panels.views import DEGENERATE, KINDS_VIEWED, VIEWED, selections
from tests.profiles import for_each, share_of_examples

P_VALUE = re.compile(r"\bp\s*[-–]?\s*[=<>≤≥]", re.IGNORECASE)
UNSAID = re.compile(r"\b(nan|inf|infinity|none|null|true|false)\b|\{|\}|None", re.IGNORECASE)
DIFFERENT_VIEWS = (
    {},
    {"thresholds": ()},
    {"thresholds": (-1e6,)},
    {"thresholds": (1e6,)},
    {"thresholds": (750, 3700)},
    {"thresholds": (500, 1000, 2000)},
    {"sites": ()},
    {"horizon": 1e-3},
    {"horizon": 36_000, "unit": "years"},
    {"unit": "months", "confidence": 0.5001},
    {"confidence": 0.9999},
)


def texts(explanation: Explanation) -> Iterator[str]:
    """Yield every piece of text that a panel shows."""
    yield from (explanation.title, explanation.subtitle, explanation.sentence)
    for fact in explanation.facts:
        yield from (fact.label, fact.value, fact.detail)
    for table in explanation.tables:
        yield from (table.caption, *table.header)
        for row in table.rows:
            yield from row


def plain(node: Any) -> None:
    """Fail unless a figure is made of nothing but what JSON has."""
    if isinstance(node, dict):
        assert all(type(key) is str for key in node)
        for value in node.values():
            plain(value)
    elif isinstance(node, list | tuple):
        for value in node:
            plain(value)
    else:
        assert node is None or type(node) in (str, int, float, bool), type(node)
        assert not isinstance(node, float) or math.isfinite(node)


def check(shown: PanelContent | None, names: set[str]) -> None:
    """Hold one panel to what is true of all of them."""
    if shown is None:
        return
    explanation = shown.explanation
    assert explanation.title
    for text in texts(explanation):
        without_names = text
        for name in names:
            without_names = without_names.replace(name, "")
        assert not P_VALUE.search(without_names), text
        assert not UNSAID.search(without_names), text
    for table in explanation.tables:
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.header)}
    if shown.figure is None:
        return
    assert shown.why_no_figure == ""
    plain(shown.figure)
    json.dumps(shown.figure, allow_nan=False)


def look(trial: Trial, selection: Selection, theme: Theme = LIGHT) -> list[PanelContent | None]:
    """Return what every panel shows of a view, checked."""
    names = {*trial.arm.names, *(label for _, label in trial.dictionary.arm_labels)}
    answers = [show(panel, trial, selection, theme) for panel in EXPLORE_PANELS]
    for panel, shown in zip(EXPLORE_PANELS, answers, strict=True):
        check(shown, names)
        if shown is not None and panel.draw is not None and shown.figure is None:
            assert shown.why_no_figure.endswith("."), "a missing picture is explained in a sentence"
    shown_by_key = {panel.key: shown for panel, shown in zip(EXPLORE_PANELS, answers, strict=True) if shown}
    _check_what_is_there(trial, selection, shown_by_key)
    return answers


def _check_what_is_there(trial: Trial, selection: Selection, shown: dict[str, PanelContent]) -> None:
    """Fail unless every panel that the view asks for is shown, with the answer of the engine in it."""
    result = survival_by_group(trial, selection)
    cards = [f"survival-{place}" for place in range(len(result.groups))]
    differing = ["differing"] if trial.dictionary.biomarkers else []
    assert sorted(shown) == sorted(["effect", "flow", *differing, *cards])
    for key, group in zip(cards, result.groups, strict=True):
        _check_card(shown[key], group, selection.confidence)
    curve = effect_by_biomarker(trial, selection).curve
    effect = shown["effect"]
    assert (effect.figure is None) == isinstance(curve, NotEstimable)
    if isinstance(curve, NotEstimable):
        assert effect.why_no_figure == curve.why
    else:
        assert effect.explanation.sentence
        # what lies a thousandfold outside is drawn there: larger numbers break what draws
        at_most = np.clip(curve.hazard_ratio, 0.001, 1_000).tolist()
        assert at_most in [trace["y"] for trace in (effect.figure or {})["data"]]
    flow = shown["flow"].explanation
    assert flow.facts[0].label == "Randomised"
    assert flow.facts[0].value == count(trial.participants) or trial.min_cell
    assert len(flow.tables) == 1
    for key in differing:
        told = shown[key].explanation
        assert told.sentence
        assert told.facts


def _check_card(card: PanelContent, group: GroupSurvival, confidence: float) -> None:
    explanation, compared = card.explanation, group.comparison
    facts = {fact.label: fact for fact in explanation.facts}
    ratio = facts["Hazard ratio"]
    if isinstance(compared.cox, NotEstimable):
        assert ratio.value == "not estimable"
        assert ratio.detail
    else:
        assert ratio.value == format_hazard_ratio(compared.cox.hr, compared.cox.ci)
        assert format_interval(compared.cox.ci, confidence) in ratio.detail
    assert {"Restricted mean", "Median"} <= set(facts)
    assert explanation.sentence
    summary = explanation.tables[1]
    for row, arm in zip(summary.rows, (compared.treated, compared.control), strict=True):
        assert row[1] == count(arm.n)
    drawn = compared.treated.has_curve or compared.control.has_curve
    assert (card.figure is not None) == drawn
    if card.figure is not None:
        arms = [trace for trace in card.figure["data"] if trace.get("line", {}).get("dash")]
        assert len(arms) >= sum(arm.has_curve for arm in (compared.treated, compared.control))


@for_each("name", KINDS_VIEWED)
@for_each("chosen", DIFFERENT_VIEWS)
def test_every_panel_shows_the_answer_of_the_engine(name: str, chosen: dict[str, Any]):
    trial = VIEWED[name]
    look(trial, repair(trial, Selection(**chosen)), DARK)


@share_of_examples(0.5)
@given(name=st.sampled_from(SAMPLES), data=st.data())
def test_any_view_of_a_built_in_trial(name: str, data: st.DataObject):
    trial = VIEWED[name]
    look(trial, data.draw(selections(trial)))


@given(data=st.data())
def test_any_view_of_a_trial_with_hardly_anything_in_it(data: st.DataObject):
    trial = DEGENERATE[data.draw(st.sampled_from(sorted(DEGENERATE)))]
    look(trial, data.draw(selections(trial)))


@for_each("name", SAMPLES)
def test_a_panel_is_there_for_every_group_and_no_more(name: str):
    for thresholds in [(), (1000,), (500, 1000), (500, 1000, 2000)]:
        selection = Selection(thresholds=thresholds)
        shown = look(VIEWED[name], selection)
        cards = [s for p, s in zip(EXPLORE_PANELS, shown, strict=True) if p.key.startswith("survival-") and s]
        labels = [group.label for group in survival_by_group(VIEWED[name], selection).groups]
        assert [card.explanation.title for card in cards] == labels
        assert len(cards) == len(thresholds) + 1 + bool(thresholds)


def test_keys_tell_panels_apart():
    keys = [panel.key for panel in EXPLORE_PANELS]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) for key in keys)


def test_panels_that_stand_still_do_not_depend_on_the_threshold():
    trial = VIEWED["mirocals"]
    still = [panel for panel in EXPLORE_PANELS if not panel.moves_with_thresholds]
    assert still
    for panel in still:
        here, there = (show(panel, trial, Selection(thresholds=(c,)), LIGHT) for c in (1000.0, 5000.0))
        assert here == there


def _words(_: str) -> Explanation:
    return Explanation("Title", "", "A sentence.")


def _refuse(_: str, __: Theme) -> Figure:
    raise CannotComputeError(["Nobody died.", "Nobody is left."])


def _break(_: str, __: Theme) -> Figure:
    raise UnusableQuestionError("There is no such arm.")


def test_what_cannot_be_computed_becomes_a_sentence_where_the_picture_would_be():
    panel = Panel("one", lambda _trial, _selection: "answer", _words, _refuse)
    shown = show(panel, VIEWED["mirocals"], Selection(), LIGHT)
    assert shown == PanelContent(_words(""), None, "Nobody died. Nobody is left.")


def test_any_other_failure_is_not_dressed_up_as_an_answer():
    panel = Panel("one", lambda _trial, _selection: "answer", _words, _break)
    with pytest.raises(UnusableQuestionError):
        show(panel, VIEWED["mirocals"], Selection(), LIGHT)


def test_a_question_that_does_not_arise_shows_nothing():
    panel: Panel[str] = Panel("one", lambda _trial, _selection: None, _words, _refuse)
    assert show(panel, VIEWED["mirocals"], Selection(), LIGHT) is None


def test_a_panel_without_a_picture_has_words_alone():
    panel = Panel("one", lambda _trial, _selection: "answer", _words)
    assert show(panel, VIEWED["mirocals"], Selection(), LIGHT) == PanelContent(_words(""))
