"""Every question of the Thresholds page has something to say of any view of any trial, at any step."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mirodash.disclosure.curve_values import biomarker_span
from mirodash.plot.effect_curves import MARGIN
from mirodash.plot.theme import DARK, LIGHT, Theme
from mirodash.questions.page_panels import EXPLORE_PANELS as EXPLORE
from mirodash.questions.page_panels import THRESHOLDS_PANELS
from mirodash.questions.panel import Panel, PanelContent, SteppedPanel, show
from mirodash.questions.threshold_evidence import SEARCHED, find_threshold_evidence
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import repair
from mirodash.trial.store import SAMPLES
from mirodash.trial.trial import Trial
from tests.panels.test_explore_panels import DIFFERENT_VIEWS, UNSAID, plain, texts
from tests.panels.views import DEGENERATE, HTML, KINDS_VIEWED, LONG, VIEWED, of_size, selections
from tests.profiles import for_each, share_of_examples

MIROCALS = VIEWED["mirocals"]


def at(panel: Panel[Any] | SteppedPanel[Any], step: int) -> Panel[Any]:
    """Return the panel after so many steps, if it takes any."""
    return panel.after(step) if isinstance(panel, SteppedPanel) else panel


def look(
    trial: Trial, selection: Selection, theme: Theme = LIGHT, *, step: int = 1, moving_only: bool = False
) -> dict[str, PanelContent | None]:
    """Return what every panel shows of a view, held to what is true of all of them."""
    names = {*trial.arm.names, *(label for _, label in trial.dictionary.arm_labels)}
    asked = [panel for panel in THRESHOLDS_PANELS if panel.moves_with_thresholds or not moving_only]
    answers = {panel.key: show(at(panel, step), trial, selection, theme) for panel in asked}
    for panel in asked:
        shown = answers[panel.key]
        assert (shown is not None) == _arises(panel.key, trial, selection), panel.key
        if shown is None:
            continue
        _check_words(shown, names)
        if panel.draw is None:
            continue
        if shown.figure is None:
            assert shown.why_no_figure.endswith("."), "a missing picture is explained in a sentence"
            continue
        plain(shown.figure)
        json.dumps(shown.figure, allow_nan=False)
        assert any(len(trace["x"]) for trace in shown.figure["data"]), "no chart is empty"
        assert shown.figure["layout"]["height"] == panel.height
    return answers


def _arises(key: str, trial: Trial, selection: Selection) -> bool:
    """Return whether the engine has an answer, or a reason, to the question of a panel."""
    if key.startswith("windows"):
        return biomarker_span(trial, selection) is not None
    return key != SEARCHED.key or find_threshold_evidence(trial, selection, share=1) is not None


def _check_words(shown: PanelContent, names: set[str]) -> None:
    assert shown.explanation.title
    for text in texts(shown.explanation):
        without_names = text
        for name in names:
            without_names = without_names.replace(name, "")
        assert not UNSAID.search(without_names), text
    for table in shown.explanation.tables:
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.header)}
    if shown.figure is not None:
        assert shown.explanation.sentence, "a picture has its sentence"
        assert shown.explanation.tables, "a picture has its table"


@for_each("name", KINDS_VIEWED)
def test_every_panel_says_something_of_every_trial(name: str):
    for chosen in DIFFERENT_VIEWS:
        moved = set(chosen) == {"thresholds"}
        look(VIEWED[name], repair(VIEWED[name], Selection(**chosen)), DARK, moving_only=moved)


@share_of_examples(0.3)
@given(name=st.sampled_from(SAMPLES), data=st.data())
def test_any_view_of_a_built_in_trial(name: str, data: st.DataObject):
    look(VIEWED[name], data.draw(selections(VIEWED[name])))


@share_of_examples(0.6)
@given(data=st.data())
def test_any_view_of_a_trial_with_hardly_anything_in_it(data: st.DataObject):
    trial = DEGENERATE[data.draw(st.sampled_from(sorted(DEGENERATE)))]
    look(trial, data.draw(selections(trial)), step=data.draw(st.integers(1, 20)))


def test_every_picture_of_a_built_in_trial_is_drawn():
    for name in SAMPLES:
        for panel in THRESHOLDS_PANELS:
            shown = show(at(panel, 2), VIEWED[name], Selection(), LIGHT)
            assert shown is not None
            assert (shown.figure is not None) == (panel.draw is not None), (name, panel.key)


def test_all_pictures_share_one_axis_so_that_thresholds_stand_at_the_same_place_on_each():
    axes, sides = [], []
    for panel in THRESHOLDS_PANELS:
        shown = show(at(panel, 1), MIROCALS, Selection(), LIGHT)
        if shown is None or shown.figure is None:
            continue
        layout = shown.figure["layout"]
        axes.append({key: layout["xaxis"][key] for key in ("range", "tickvals", "ticktext", "fixedrange")})
        margin = layout["margin"]
        assert panel.along_biomarker == (margin["l"], margin["r"], margin["t"], margin["b"])
        sides.append((margin["l"], margin["r"]))
    assert len(axes) == 6
    assert all(axis == axes[0] for axis in axes)
    assert set(sides) == {MARGIN[:2]}


def test_panels_that_stand_still_do_not_depend_on_the_threshold():
    moving = [panel.key for panel in THRESHOLDS_PANELS if panel.moves_with_thresholds]
    assert moving == ["searched"]
    for panel in THRESHOLDS_PANELS:
        if not panel.moves_with_thresholds:
            here, there = (
                show(at(panel, 1), MIROCALS, Selection(thresholds=chosen), LIGHT)
                for chosen in ((1000.0,), (2000.0, 5000.0))
            )
            assert here == there


def test_keys_are_unlike_those_of_the_other_page():
    keys = [panel.key for panel in (*THRESHOLDS_PANELS, *EXPLORE)]
    assert len(set(keys)) == len(keys)


@for_each(
    "panel",
    [panel for panel in THRESHOLDS_PANELS if isinstance(panel, SteppedPanel) and panel.steps > 1],
)
def test_later_steps_tell_of_more_work(panel: SteppedPanel[Any]):
    first, last = (show(panel.after(step), MIROCALS, Selection(), LIGHT) for step in (1, panel.steps))
    assert first is not None
    assert last is not None
    done = [
        re.search(r"([\d,]+) of ([\d,]+) (?:resamples|bootstrap)", _all(shown)) for shown in (first, last)
    ]
    assert done[0] is not None
    assert 0 < _number(done[0][1]) < _number(done[0][2])
    assert done[1] is None or done[1][1] == done[1][2]
    assert "so far" not in _all(last)


def _all(shown: PanelContent) -> str:
    return " ".join(texts(shown.explanation))


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def test_a_declaration_changes_no_picture():
    declared = Selection.from_query(
        "prespecified=3700&prespecified-in=Plan&prespecified-on=2017-04-12&threshold=3700"
    )
    for panel in THRESHOLDS_PANELS:
        if panel.key != SEARCHED.key:
            shown = [
                show(at(panel, 1), MIROCALS, chosen, LIGHT)
                for chosen in (declared, replace(declared, declared=None))
            ]
            assert shown[0] == shown[1]


def test_names_that_are_markup_or_without_end_stay_text_beside_the_picture():
    columns = {"arm": [(HTML, LONG)[k % 2] for k in range(200)], "treated": HTML, "control": LONG}
    for shown in look(of_size(200, **columns), Selection()).values():
        if shown is not None and shown.figure is not None:
            written = json.dumps(shown.figure)
            assert "<script>" not in written
            assert len(LONG) > 100
            assert LONG[:60] not in written
