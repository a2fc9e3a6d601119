"""The adjusted effect and prognosis have something to say of any trial, in words that need no picture."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mirodash.plot.theme import LIGHT
from mirodash.questions.covariate_adjustment import ADJUSTED
from mirodash.questions.panel import SteppedPanel, show
from mirodash.questions.prognosis_panel import PROGNOSIS
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import list_adjustable, validate
from mirodash.trial.store import sample
from tests.panels.test_explore_panels import check
from tests.panels.views import KINDS_VIEWED, VIEWED, selections
from tests.profiles import for_each, share_of_examples

BOTH: tuple[SteppedPanel[Any], ...] = (ADJUSTED, PROGNOSIS)


@for_each("name", KINDS_VIEWED)
@for_each("panel", BOTH)
def test_every_trial_is_answered(panel: SteppedPanel[Any], name: str) -> None:
    trial = VIEWED[name]
    for columns in ((), list_adjustable(trial)[:1], list_adjustable(trial)):
        shown = show(panel.after(1), trial, Selection(adjust=columns), LIGHT)
        assert (shown is None) == (panel is PROGNOSIS and not trial.dictionary.biomarkers)
        check(shown, set(trial.arm.names))
        if shown is not None:
            assert shown.explanation.sentence.endswith(".")


@share_of_examples(0.3)
@given(data=st.data(), name=st.sampled_from(sorted(VIEWED)))
def test_every_view_is_answered(data: st.DataObject, name: str) -> None:
    trial = VIEWED[name]
    selection = data.draw(selections(trial))
    if validate(trial, selection):
        return
    for panel in BOTH:
        check(show(panel.after(1), trial, selection, LIGHT), set(trial.arm.names))


def test_every_group_has_its_fact_and_its_row() -> None:
    shown = show(ADJUSTED.after(1), sample("mirocals"), Selection(thresholds=(750, 3700)), LIGHT)
    assert shown is not None
    assert len(shown.explanation.facts) == len(shown.explanation.tables[0].rows) == 4


def test_without_a_biomarker_prognosis_is_no_question() -> None:
    assert PROGNOSIS.compute(VIEWED["no biomarker"], Selection(), 1) is None
