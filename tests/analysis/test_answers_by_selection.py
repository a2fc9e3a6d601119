"""Each question of a selection: what it depends on, what it does not, and what it says of hardly any data."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from mirodash.errors import UnusableQuestionError
from mirodash.questions.biomarker_distribution import BINS, biomarker_distribution
from mirodash.questions.effect_along_biomarker import effect_by_biomarker, linear_interaction
from mirodash.questions.group_interaction import interaction
from mirodash.questions.participant_flow import count_participant_flow
from mirodash.questions.report import analyze
from mirodash.questions.survival_cards import stratified_effect
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.thresholds.threshold_scan import threshold_scan
from mirodash.stratification.groups import candidate_thresholds, select_measured
from mirodash.stratification.selection import LevelFilter, Selection
from mirodash.survival.results import (
    ContinuousInteraction,
    EffectCurve,
    HazardRatio,
    NotEstimable,
    RatioOfHazardRatios,
    ThresholdScan,
)
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.profiles import for_each
from tests.small_trials import eight_people, levels, small_trial

MIROCALS = sample("mirocals")
DEFAULT = Selection()
WITHOUT_BIOMARKER = small_trial(
    arm=["IL-2", "Placebo"] * 4, time=[1, 2, 3, 4, 5, 6, 7, 8], event=[1, 0, 1, 1, 0, 1, 1, 1]
)
QUESTIONS = (
    survival_by_group,
    interaction,
    effect_by_biomarker,
    linear_interaction,
    stratified_effect,
    count_participant_flow,
    biomarker_distribution,
    threshold_scan,
    analyze,
)


@for_each("question", QUESTIONS)
def test_asked_again_the_answer_is_remembered(question: Any):
    again = Selection(sites=tuple(reversed(MIROCALS.site.names)) if MIROCALS.site else None)
    once = Selection(sites=MIROCALS.site.names if MIROCALS.site else None)
    assert question(MIROCALS, once) is question(MIROCALS, again)


@for_each("question", QUESTIONS)
def test_a_question_that_does_not_fit_is_refused(question: Any):
    with pytest.raises(UnusableQuestionError, match="no endpoint 'relapse'"):
        question(MIROCALS, Selection(endpoint="relapse"))


def test_survival_by_group_counts_by_hand():
    result = survival_by_group(eight_people(), Selection(horizon=300, unit="weeks"))
    overall, lower, upper = result.groups
    assert (overall.comparison.control.n, overall.comparison.treated.n) == (3, 2)
    assert (lower.comparison.control.n, lower.comparison.treated.n) == (0, 2)
    assert (upper.comparison.control.n, upper.comparison.treated.n) == (2, 0)
    assert overall.comparison.treated.survival_at is not None
    assert overall.comparison.treated.survival_at.estimate == 0.5
    assert result.overall is overall
    assert (result.horizon, result.unit, result.endpoint.key) == (300, "weeks", "death")
    assert (result.control, result.treated, result.confidence) == ("Placebo", "IL-2", 0.95)
    assert result.ticks[-1] == 300
    assert isinstance(lower.comparison.cox, NotEstimable)


def test_swapping_the_arms_inverts_the_hazard_ratio():
    there = survival_by_group(MIROCALS, DEFAULT).overall.comparison.cox
    back = survival_by_group(MIROCALS, Selection(control="IL-2", treated="Placebo")).overall.comparison.cox
    assert isinstance(there, HazardRatio)
    assert isinstance(back, HazardRatio)
    assert back.hr == pytest.approx(1 / there.hr, rel=1e-8)


def test_a_wider_confidence_widens_the_interval_only():
    usual = survival_by_group(MIROCALS, DEFAULT).overall.comparison.cox
    wide = survival_by_group(MIROCALS, Selection(confidence=0.99)).overall.comparison.cox
    assert isinstance(usual, HazardRatio)
    assert isinstance(wide, HazardRatio)
    assert wide.hr == usual.hr
    assert wide.ci[0] < usual.ci[0] < usual.ci[1] < wide.ci[1]


def test_the_interaction_is_the_ratio_of_the_groups_hazard_ratios():
    result = survival_by_group(MIROCALS, DEFAULT)
    lower, upper = (group.comparison.cox for group in result.groups[1:])
    ratio = interaction(MIROCALS, DEFAULT)
    assert isinstance(ratio, RatioOfHazardRatios)
    assert isinstance(lower, HazardRatio)
    assert isinstance(upper, HazardRatio)
    # one baseline hazard for both groups instead of two, so nearly but not exactly
    assert ratio.ratio == pytest.approx(upper.hr / lower.hr, rel=0.1)


def test_without_groups_there_is_no_interaction():
    assert interaction(MIROCALS, Selection(thresholds=())) == NotEstimable(
        "No threshold is set, so there are no groups to compare."
    )
    assert isinstance(interaction(WITHOUT_BIOMARKER, DEFAULT), NotEstimable)


@for_each("question", [effect_by_biomarker, biomarker_distribution, threshold_scan])
def test_a_moved_threshold_changes_nothing_along_the_biomarker(question: Any):
    here, there = (
        Selection(thresholds=(3700,)),
        Selection(thresholds=(750, 2000), strata=("site",), unit="months"),
    )
    assert question(MIROCALS, here) is question(MIROCALS, there)


def test_the_effect_along_the_biomarker():
    result = effect_by_biomarker(MIROCALS, DEFAULT)
    assert isinstance(result.curve, EffectCurve)
    assert isinstance(result.linear, ContinuousInteraction)
    assert result.linear == linear_interaction(MIROCALS, DEFAULT)
    assert result.biomarker is not None
    assert result.biomarker.column == "csf_pnfh"
    assert result.control_values.size == result.treated_values.size == 110
    assert np.all(np.diff(result.control_values) >= 0)
    assert np.all(result.curve.lower < result.curve.upper)


@for_each(
    "trial",
    [
        eight_people(),
        WITHOUT_BIOMARKER,
        eight_people(biomarker=[math.nan] * 8),
        eight_people(biomarker=[5.0] * 8),
    ],
)
def test_hardly_any_data_along_the_biomarker(trial: Trial):
    result = effect_by_biomarker(trial, DEFAULT)
    for part in (result.curve, result.linear, threshold_scan(trial, DEFAULT)):
        if isinstance(part, NotEstimable):
            assert part.why.endswith(".")
        else:
            assert isinstance(part, ThresholdScan | ContinuousInteraction)
    assert isinstance(result.curve, NotEstimable)


def test_the_scan_tries_every_candidate():
    found = threshold_scan(MIROCALS, DEFAULT)
    assert isinstance(found, ThresholdScan)
    assert tuple(found.thresholds) == candidate_thresholds(MIROCALS, DEFAULT)
    assert np.all(found.n_below + found.n_above == 220)


def test_strata_leave_out_who_is_in_none():
    n = 24
    trial = small_trial(
        arm=["IL-2", "Placebo"] * (n // 2),
        time=[float(1 + (7 * k) % 23) for k in range(n)],
        event=[1] * n,
        site=[None, None, *(f"S-{k // 2 % 3}" for k in range(n - 2))],
    )
    within = stratified_effect(trial, Selection(strata=("site",)))
    assert within is not None
    assert (within.by, within.missing, within.effect.strata) == (("site",), 2, 3)
    assert isinstance(within.effect.cox, HazardRatio)
    assert stratified_effect(trial, DEFAULT) is None


def test_one_stratum_is_no_stratification():
    trial = small_trial(
        arm=["IL-2", "Placebo"] * 10,
        time=[float(1 + (7 * k) % 23) for k in range(20)],
        event=[1] * 20,
        categories={"sex": ["f"] * 20},
    )
    within = stratified_effect(trial, Selection(strata=("sex",)))
    plain = survival_by_group(trial, DEFAULT).overall.comparison.cox
    assert within is not None
    assert isinstance(within.effect.cox, HazardRatio)
    assert isinstance(plain, HazardRatio)
    assert within.effect.cox.hr == pytest.approx(plain.hr, rel=1e-8)


def test_participant_flow_adds_up():
    flow = count_participant_flow(eight_people(), DEFAULT)
    assert flow.randomised == 8
    assert (flow.selected.label, flow.selected.control, flow.selected.treated) == ("All participants", 3, 2)
    assert [(group.control, group.treated) for group in flow.groups] == [(0, 2), (2, 0)]
    assert flow.grouped + sum(n for _, n in flow.excluded) == 8
    uncut = count_participant_flow(eight_people(), Selection(thresholds=()))
    assert uncut.selected.total + sum(n for _, n in uncut.excluded) == 8


def test_the_biomarkers_distribution_counts_everybody_with_it():
    found = biomarker_distribution(MIROCALS, DEFAULT)
    assert found is not None
    assert found.scale == "log"
    assert found.edges.size == BINS + 1
    assert (found.control.sum(), found.treated.sum(), found.n, found.missing) == (110, 110, 220, 0)
    values = MIROCALS.numbers["csf_pnfh"].values
    assert (found.edges[0], found.edges[-1]) == (values.min(), values.max())
    assert dict(found.quantiles)[0.5] in values
    steps = np.diff(np.log(found.edges))
    np.testing.assert_allclose(steps, steps[0])


def test_a_distribution_of_hardly_anything():
    found = biomarker_distribution(eight_people(), DEFAULT)
    assert found is not None
    assert (found.n, found.missing) == (4, 1)
    nobody = biomarker_distribution(eight_people(), Selection(sites=()))
    assert nobody is not None
    assert (nobody.n, nobody.quantiles, nobody.missing) == (0, (), 0)
    alike = biomarker_distribution(eight_people(biomarker=[0.0] * 8), DEFAULT)
    assert alike is not None
    assert (alike.scale, alike.n, alike.edges.tolist()) == ("linear", 5, [-0.5, 0.5])
    assert biomarker_distribution(WITHOUT_BIOMARKER, DEFAULT) is None
    assert select_measured(WITHOUT_BIOMARKER, DEFAULT) is None


def test_a_biomarker_on_a_linear_scale_has_equal_bins():
    markers = (Biomarker("pnfh", "Score", "score", scale="linear"),)
    found = biomarker_distribution(eight_people(biomarkers=markers), DEFAULT)
    assert found is not None
    np.testing.assert_allclose(np.diff(found.edges), (12000 - 900) / BINS)


def test_a_report_holds_the_same_answers():
    chosen = Selection(strata=("sex",), filters=(LevelFilter("sex", ("f", "m")),))
    n = 24
    trial = small_trial(
        arm=["IL-2", "Placebo"] * (n // 2),
        time=[float(1 + (7 * k) % 23) for k in range(n)],
        event=[1] * n,
        biomarker=[float(k) for k in range(n)],
        categories={"sex": ["f", "f", "m", "m"] * (n // 4)},
    )
    report = analyze(trial, chosen)
    assert report.survival is survival_by_group(trial, chosen)
    assert report.interaction is interaction(trial, chosen)
    assert report.stratified is stratified_effect(trial, chosen)
    assert report.query == chosen.to_query()
    assert report.selection.endpoint == "death"


def test_country_codes_can_stratify():
    trial = small_trial(arm=["IL-2", "Placebo"] * 6, time=[float(k) for k in range(1, 13)], event=[1] * 12)
    object.__setattr__(trial, "country", levels(["UK", "UK", "FR", "FR"] * 3))
    within = stratified_effect(trial, Selection(strata=("country",)))
    assert within is not None
    assert within.effect.strata == 2
