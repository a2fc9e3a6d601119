"""The question of a hazard ratio over time has an answer, or a sentence, for any view of any trial."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mirodash.plot.theme import DARK, LIGHT
from mirodash.questions.hazard_ratio_over_time import hazard_ratio_over_time
from mirodash.questions.hazard_ratio_panel import HAZARD_RATIO_OVER_TIME
from mirodash.questions.panel import PanelContent, show
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import repair
from mirodash.survival.results import NotEstimable
from mirodash.trial.trial import Trial
from tests.panels.test_explore_panels import DIFFERENT_VIEWS, UNSAID, plain, texts
from tests.panels.views import DEGENERATE, KINDS_VIEWED, VIEWED, selections
from tests.profiles import for_each

PANEL = HAZARD_RATIO_OVER_TIME.after(1)


def _look(trial: Trial, selection: Selection) -> PanelContent:
    shown = show(PANEL, trial, selection, DARK)
    assert shown is not None
    names = {*trial.arm.names, *(label for _, label in trial.dictionary.arm_labels)}
    for text in texts(shown.explanation):
        without_names = text
        for name in sorted(names, key=len, reverse=True):
            without_names = without_names.replace(name, "")
        assert not UNSAID.search(without_names), text
    for table in shown.explanation.tables:
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.header)}
    found = hazard_ratio_over_time(trial, selection)
    assert len(shown.explanation.tables[0].rows) == len(found.groups)
    overall = found.groups[0].residuals
    if isinstance(overall, NotEstimable):
        assert (shown.figure, shown.why_no_figure) == (None, overall.why)
        return shown
    assert shown.figure is not None
    plain(shown.figure)
    json.dumps(shown.figure, allow_nan=False)
    marks = [trace for trace in shown.figure["data"] if trace["mode"] == "markers" and trace["xaxis"] == "x"]
    assert sum(len(trace["x"]) for trace in marks) == overall.time.size
    return shown


@for_each("name", KINDS_VIEWED)
@for_each("chosen", DIFFERENT_VIEWS)
def test_it_says_something_of_every_trial(name: str, chosen: dict[str, Any]):
    _look(VIEWED[name], repair(VIEWED[name], Selection(**chosen)))


@given(data=st.data())
def test_any_view_of_a_trial_with_hardly_anything_in_it(data: st.DataObject):
    trial = DEGENERATE[data.draw(st.sampled_from(sorted(DEGENERATE)))]
    _look(trial, data.draw(selections(trial)))


@for_each("name", ["no events", "nobody", "nobody on treatment", "one event"])
def test_where_nothing_can_be_drawn_the_reason_stands_in_its_place(name: str):
    shown = _look(VIEWED[name], Selection())
    assert shown.figure is None
    assert shown.why_no_figure in shown.explanation.tables[0].rows[0][3]


def test_one_step_is_all_there_is():
    assert HAZARD_RATIO_OVER_TIME.steps == 1
    assert show(PANEL, VIEWED["mirocals"], Selection(), LIGHT) == show(
        HAZARD_RATIO_OVER_TIME.after(7), VIEWED["mirocals"], Selection(), LIGHT
    )
