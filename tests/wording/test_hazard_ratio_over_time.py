"""What is said of the hazard ratio over time agrees with the tests and with the curves."""

from __future__ import annotations

from typing import Any

from mirodash.questions.hazard_ratio_over_time import (
    HazardRatioOverTime,
    describe_effect_over_time,
    hazard_ratio_over_time,
)
from mirodash.stratification.selection import Selection
from mirodash.survival.results import ProportionalHazardsTest
from mirodash.survival.schoenfeld import ScaledSchoenfeldResiduals
from mirodash.text.facts import Explanation
from mirodash.text.labels import format_arm_names
from mirodash.text.numbers import unify_spaces
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import TRIALS
from tests.profiles import for_each

DOUBTFUL = {"thresholds": (2700.0,)}
"""A view of the trial without any effect in which the test rejects above the threshold."""


def _told(trial: Trial, **chosen: Any) -> tuple[HazardRatioOverTime, Explanation]:
    selection = Selection(**chosen)
    result = hazard_ratio_over_time(trial, selection)
    return result, describe_effect_over_time(result, format_arm_names(trial, selection))


def test_a_doubtful_group_is_told_with_its_course_and_what_to_read_instead():
    result, told = _told(sample("mirocals-null"), **DOUBTFUL)
    test, found = result.groups[2].comparison.ph_test, result.groups[2].residuals
    assert isinstance(test, ProportionalHazardsTest)
    assert test.p < 0.05
    assert isinstance(found, ScaledSchoenfeldResiduals)
    assert (
        "Proportional hazards are doubtful for pNFH > 2,700 pg/mL (from 0.71 early to 7.54 late)"
        in told.sentence
    )
    assert "restricted mean" in told.sentence
    assert "plausible for all participants and pNFH ≤ 2,700 pg/mL" in told.sentence


def test_a_test_that_finds_nothing_is_not_said_to_show_anything():
    sentence = _told(sample("mirocals"))[1].sentence
    assert "though one may have been missed" in sentence
    assert "doubtful" not in sentence
    assert "restricted mean" not in sentence


def test_every_group_is_in_the_sentence_and_in_the_table_once():
    for thresholds in ((), (750.0,), (750.0, 3700.0), (500.0, 1500.0, 3700.0)):
        result, told = _told(sample("mirocals"), thresholds=thresholds)
        labels = [group.label for group in result.groups]
        assert [row[0] for row in told.tables[0].rows] == labels
        lowered = told.sentence.lower()
        assert all(lowered.count(label.lower()) == 1 for label in labels)


def test_the_table_has_statistic_p_and_reason():
    _, told = _told(sample("mirocals-null"), **DOUBTFUL)
    tested = [unify_spaces(row[3]) for row in told.tables[0].rows]
    assert tested == ["chi-square 0.37, p = 0.55", "chi-square 0.93, p = 0.34", "chi-square 8.68, p = 0.0032"]
    _, without = _told(sample("mirocals"), thresholds=(500.0,))
    assert without.tables[0].rows[1][2:] == (
        "not estimable",
        "not estimable. Only 1 event among 7 participants: the hazard ratio cannot be estimated.",
        "not tested",
    )


@for_each(("unit", "last"), [("days", "634 days"), ("months", "20.8 months")])
def test_the_curve_is_told_from_the_first_event_to_the_last_in_the_readers_unit(unit: str, last: str):
    result, told = _told(sample("mirocals-null"), unit=unit)
    rows = [row for row in told.tables[1].rows if row[0] == "All participants"]
    found = result.groups[0].residuals
    assert isinstance(found, ScaledSchoenfeldResiduals)
    assert found.smooth is not None
    assert len(rows) == 5
    assert unify_spaces(rows[-1][1]) == last
    assert unify_spaces(rows[0][2]) == "0.52 (95 % CI 0.09 to 2.96)"


def test_groups_with_few_events_are_unclear_and_have_no_curve():
    result, told = _told(TRIALS["eight people"], thresholds=())
    assert "proportional hazards are unclear for all participants" in told.sentence.lower()
    assert len(told.tables) == 1
    assert result.groups[0].comparison.events < 20


def test_without_a_hazard_ratio_there_is_no_test_and_the_table_says_why():
    _, told = _told(TRIALS["no events"], thresholds=())
    assert told.sentence.endswith("There is no test for all participants.")
    assert told.tables[0].rows[0][3].startswith("not estimable. No events in either arm")
