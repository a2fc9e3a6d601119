"""Every hazard ratio says over what time it is, and up to the horizon nothing after it counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.errors import UnusableQuestionError
from mirodash.export.analysis_json import analysis_json
from mirodash.questions.effect_along_biomarker import linear_interaction
from mirodash.questions.finding import explain_finding, find
from mirodash.questions.group_effects import describe_effect_in_group, describe_estimand
from mirodash.questions.group_interaction import interaction
from mirodash.questions.report import analyze
from mirodash.questions.statistics.group_survival import describe_ratio_span
from mirodash.questions.subgroups import subgroups
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.talk.methods_paragraph import methods_paragraph
from mirodash.questions.talk.view_description import describe_footer
from mirodash.questions.thresholds.threshold_scan import threshold_scan
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import repair, resolve_outcome, validate
from mirodash.survival.compare import compare_arms
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.text.labels import format_arm_names
from mirodash.text.numbers import unify_spaces
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.profiles import for_each, share_of_examples

MIROCALS = sample("mirocals")
YEAR = Selection(horizon=365.0)
CUT = replace(YEAR, up_to_horizon=True)
SPAN = "over all follow-up (to 640 days)"


def test_beside_a_shorter_horizon_ratios_say_that_they_are_over_all_follow_up():
    result = survival_by_group(MIROCALS, YEAR)
    names = format_arm_names(MIROCALS, YEAR)
    assert unify_spaces(describe_ratio_span(result)) == SPAN
    for group in result.groups:
        told = describe_effect_in_group(result, group, names)
        assert SPAN in unify_spaces(told.subtitle)
        assert SPAN in unify_spaces(told.facts[0].detail)
    strip = unify_spaces(" · ".join(phrase.text for phrase in describe_estimand(MIROCALS, YEAR)))
    assert f"survival difference and restricted mean to 365 days; hazard ratio {SPAN}" in strip
    assert explain_finding(find(MIROCALS, YEAR)).facts[0].value.endswith("all follow-up")


@for_each("selection", [Selection(), CUT, Selection(horizon=5000.0)])
def test_where_the_horizon_ends_all_follow_up_nothing_needs_to_be_said(selection: Selection):
    assert describe_ratio_span(survival_by_group(MIROCALS, selection)) == ""


def test_up_to_the_horizon_every_measure_is_that_of_data_that_end_there():
    outcome = MIROCALS.outcomes["death"]
    time, event = np.minimum(outcome.time, 365), outcome.event & (outcome.time <= 365)
    treated = MIROCALS.arm.is_in(("IL-2",))
    everybody = np.ones((1, time.size), dtype=np.bool_)
    (expected,) = compare_arms(time, event, treated, everybody, horizon=365, ticks=[0, 365])
    found = survival_by_group(MIROCALS, CUT).overall.comparison
    assert found.events == int(event.sum())
    assert isinstance(found.cox, HazardRatio)
    assert isinstance(expected.cox, HazardRatio)
    assert found.cox.hr == pytest.approx(expected.cox.hr, rel=1e-10)
    assert found.cox.se == pytest.approx(expected.cox.se, rel=1e-10)
    assert not isinstance(found.logrank, NotEstimable)
    assert not isinstance(expected.logrank, NotEstimable)
    assert found.logrank.p == pytest.approx(expected.logrank.p, rel=1e-10)
    forest = subgroups(MIROCALS, CUT).overall.cox
    assert isinstance(forest, HazardRatio)
    assert forest.hr == pytest.approx(expected.cox.hr, rel=1e-8)


@for_each("question", [interaction, linear_interaction, threshold_scan])
def test_interactions_and_the_scan_follow_the_switch(question: Callable[[Trial, Selection], object]):
    whole, cut = question(MIROCALS, YEAR), question(MIROCALS, CUT)
    longer = question(MIROCALS, replace(CUT, horizon=500.0))
    assert not isinstance(cut, NotEstimable)
    assert repr(whole) != repr(cut) != repr(longer)


@share_of_examples(0.4)
@given(st.sampled_from([30.0, 90.5, 200.0, 639.0, 640.0, 2000.0]))
def test_survival_at_the_horizon_does_not_depend_on_the_switch(horizon: float):
    for a, b in zip(
        survival_by_group(MIROCALS, Selection(horizon=horizon)).groups,
        survival_by_group(MIROCALS, Selection(horizon=horizon, up_to_horizon=True)).groups,
        strict=True,
    ):
        assert a.comparison.survival_difference == b.comparison.survival_difference
        assert a.comparison.rmst_difference == b.comparison.rmst_difference


def test_exports_say_which_it_is():
    day = date(2026, 11, 30)
    assert f"hazard ratios {SPAN}" in unify_spaces(describe_footer(MIROCALS, YEAR, method="", on=day))
    assert "everything up to 365 days" in unify_spaces(describe_footer(MIROCALS, CUT, method="", on=day))
    said = [
        unify_spaces(methods_paragraph(MIROCALS, view, language=language, looks=None, versions={}))
        for view in (YEAR, CUT)
        for language in ("en", "fr")
    ]
    assert SPAN in said[0]
    assert "portent sur tout le suivi" in said[1]
    assert "censored at the horizon" in said[2]
    assert "censurées à cet horizon" in said[3]
    told = analysis_json(analyze(MIROCALS, CUT))
    assert (told["question"]["horizon"], told["question"]["up_to_horizon"]) == (365.0, True)
    assert told["selection"]["query"] == "horizon=365&up_to_horizon=1"


def test_where_small_counts_are_hidden_the_switch_is_refused():
    hiding = replace(MIROCALS, min_cell=10)
    assert "over all follow-up" in validate(hiding, CUT)[0]
    assert not repair(hiding, CUT).up_to_horizon
    with pytest.raises(UnusableQuestionError):
        resolve_outcome(hiding, CUT)
