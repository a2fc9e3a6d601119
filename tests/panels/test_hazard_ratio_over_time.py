"""The question of a hazard ratio over time has an answer, or a sentence, for any view of any trial."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mirodash.figures.theme import DARK, LIGHT
from mirodash.panels.hazard_ratio_over_time import HAZARD_RATIO_OVER_TIME
from mirodash.panels.panel import Shown, show
from mirodash.stratification.fitting import mended
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial
from tests.panels.test_explore_panels import DIFFERENT_VIEWS, UNSAID, plain, texts
from tests.panels.views import DEGENERATE, TRIALS, selections

PANEL = HAZARD_RATIO_OVER_TIME.after(1)


def _look(trial: Trial, selection: Selection) -> Shown:
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
    if shown.figure is None:
        assert shown.why_no_figure.endswith(".")
    else:
        plain(shown.figure)
        json.dumps(shown.figure, allow_nan=False)
    return shown


@pytest.mark.parametrize("name", TRIALS)
@pytest.mark.parametrize("chosen", DIFFERENT_VIEWS, ids=str)
def test_it_says_something_of_every_trial(name: str, chosen: dict[str, Any]):
    _look(TRIALS[name], mended(TRIALS[name], Selection(**chosen)))


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_any_view_of_a_trial_with_hardly_anything_in_it(data: st.DataObject):
    trial = DEGENERATE[data.draw(st.sampled_from(sorted(DEGENERATE)))]
    _look(trial, data.draw(selections(trial)))


@pytest.mark.parametrize("name", ["no events", "nobody", "nobody on treatment", "one event"])
def test_where_nothing_can_be_drawn_the_reason_stands_in_its_place(name: str):
    shown = _look(TRIALS[name], Selection())
    assert shown.figure is None
    assert shown.why_no_figure in shown.explanation.tables[0].rows[0][3]


def test_one_step_is_all_there_is():
    assert HAZARD_RATIO_OVER_TIME.steps == 1
    assert show(PANEL, TRIALS["mirocals"], Selection(), LIGHT) == show(
        HAZARD_RATIO_OVER_TIME.after(7), TRIALS["mirocals"], Selection(), LIGHT
    )
