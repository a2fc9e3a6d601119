"""Along a biomarker nothing is told that is one participant's: no value, no end of a range, no time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mirodash.disclosure.curve_values import biomarker_span, snap_to_grid_values
from mirodash.questions.biomarker_distribution import biomarker_distribution
from mirodash.questions.effect_along_biomarker import effect_by_biomarker, simultaneous_band
from mirodash.questions.hazard_ratio_over_time import hazard_ratio_over_time
from mirodash.questions.subgroups import measure_site_heterogeneity, subgroups
from mirodash.questions.survival_cards import standardise_survival
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.thresholds.stability_panel import threshold_stability
from mirodash.questions.thresholds.stepp_windows import effect_in_windows
from mirodash.questions.thresholds.threshold_scan import threshold_scan
from mirodash.stratification.groups import candidate_thresholds, select_measured
from mirodash.stratification.selection import ADJUSTED, Selection
from mirodash.survival.results import (
    EffectCurve,
    EffectInWindows,
    NotEstimable,
    SimultaneousBand,
    ThresholdScan,
    ThresholdStability,
)
from mirodash.survival.schoenfeld import ScaledSchoenfeldResiduals
from tests.stratification.test_told_people import LEAST, made_up

TRIAL = made_up(1)
EVERYTHING = replace(TRIAL, min_cell=0)
STRICT = replace(TRIAL, min_cell=100)
HERE = Selection(thresholds=(1_500.0,))
STOPS = candidate_thresholds(TRIAL, HERE)


def test_the_effect_curve_shows_nobody_and_ends_at_stops() -> None:
    found = effect_by_biomarker(TRIAL, HERE)
    assert found.control_values.size == found.treated_values.size == 0
    assert isinstance(found.curve, EffectCurve)
    assert STOPS[0] <= found.curve.biomarker[0] < found.curve.biomarker[-1] <= STOPS[-1]
    whole = effect_by_biomarker(EVERYTHING, HERE)
    assert whole.control_values.size + whole.treated_values.size == 293
    band = simultaneous_band(TRIAL, HERE)
    assert isinstance(band, SimultaneousBand)
    assert band.lower.size == found.curve.lower.size
    assert (band.lower <= found.curve.lower).all()


def test_bins_are_the_stretches_between_stops() -> None:
    found = biomarker_distribution(TRIAL, HERE)
    assert found is not None
    assert tuple(found.edges[1:-1]) == STOPS
    assert min(found.control.min(), found.treated.min()) >= LEAST
    assert {value for _, value in found.quantiles} <= set(STOPS)
    people = select_measured(EVERYTHING, HERE)
    assert people is not None
    by_hand = [((people.values <= stop) & ~people.treated).sum() for stop in STOPS]
    assert np.cumsum(found.control)[:-1].tolist() == by_hand


def test_the_axis_follows_from_the_stops() -> None:
    span, values = biomarker_span(TRIAL, HERE), TRIAL.numbers["pnfh"].values
    assert span is not None
    assert span.low < STOPS[0] < STOPS[-1] < span.high
    extremes = (np.nanmin(values), np.nanmax(values))
    shifted = replace(
        TRIAL.numbers["pnfh"], values=np.where(np.isin(values, extremes), values * 1.0001, values)
    )
    assert (
        biomarker_span(replace(TRIAL, fingerprint="other", numbers={**TRIAL.numbers, "pnfh": shifted}), HERE)
        == span
    )


def test_searches_stand_at_stops() -> None:
    scan, stability = threshold_scan(TRIAL, HERE), threshold_stability(TRIAL, HERE, share=1)
    assert isinstance(scan, ThresholdScan)
    assert isinstance(stability, ThresholdStability)
    assert tuple(scan.thresholds) == STOPS
    assert scan.best_threshold in STOPS
    assert set(stability.best.tolist()) <= set(STOPS)
    people = select_measured(EVERYTHING, HERE)
    assert people is not None
    assert scan.n_below.tolist() == [(people.values <= stop).sum() for stop in STOPS]


def test_windows_are_made_of_whole_stretches() -> None:
    found = effect_in_windows(TRIAL, HERE, "sliding")
    assert isinstance(found, EffectInWindows)
    assert set(found.low.tolist()) <= set(STOPS)
    assert found.n.min() >= LEAST


def test_everybody_of_a_stretch_has_its_upper_end() -> None:
    people = select_measured(TRIAL, HERE)
    assert people is not None
    told = snap_to_grid_values(TRIAL, HERE, people)
    assert np.unique(told.values).size == len(STOPS) + 1
    for stop in STOPS:
        np.testing.assert_array_equal(told.values <= stop, people.values <= stop)
    assert snap_to_grid_values(EVERYTHING, HERE, people) is people


def test_where_there_is_no_stop_every_answer_along_the_biomarker_is_a_sentence() -> None:
    for found in (
        effect_by_biomarker(STRICT, HERE).curve,
        simultaneous_band(STRICT, HERE),
        threshold_scan(STRICT, HERE),
        threshold_stability(STRICT, HERE, share=1),
        effect_in_windows(STRICT, HERE, "sliding"),
    ):
        assert isinstance(found, NotEstimable)
    spread, span = biomarker_distribution(STRICT, HERE), biomarker_span(STRICT, HERE)
    assert spread is not None
    assert span is not None
    assert spread.quantiles == ()
    assert spread.control.size == 1
    assert span.low < span.high


def test_curves_step_as_often_as_enough_have_left() -> None:
    for group in survival_by_group(TRIAL, HERE).groups:
        for arm in (group.comparison.control, group.comparison.treated):
            assert arm.curve.time.size <= arm.n // LEAST
    adjusted = standardise_survival(TRIAL, replace(HERE, curves=ADJUSTED, adjust=("age",)), 0)
    exact = standardise_survival(EVERYTHING, replace(HERE, curves=ADJUSTED, adjust=("age",)), 0)
    assert adjusted is not None
    assert exact is not None
    assert not isinstance(adjusted.curves, NotEstimable)
    assert not isinstance(exact.curves, NotEstimable)
    assert adjusted.curves.control.time.size < 40 < exact.curves.control.time.size


def test_the_forest_tells_only_of_levels_whose_own_view_is_told() -> None:
    rows = {row.label: row for factor in subgroups(TRIAL, HERE).factors for row in factor.levels}
    assert rows["UK-01"].n >= 2 * LEAST
    for small in ("UK-02", "FR-03"):
        assert isinstance(rows[small].cox, NotEstimable)
        assert rows[small].query is None
        assert rows[small].n < 0
    left = measure_site_heterogeneity(TRIAL, HERE)
    assert left is not None
    assert {"UK-02", "FR-03"}.isdisjoint(item.site for item in left.without)


def test_the_hazard_ratio_over_time_has_no_single_event_and_ends_at_none() -> None:
    found, exact = hazard_ratio_over_time(TRIAL, HERE), hazard_ratio_over_time(EVERYTHING, HERE)
    for group, every in zip(found.groups, exact.groups, strict=True):
        told, whole = group.residuals, every.residuals
        assert isinstance(told, ScaledSchoenfeldResiduals)
        assert isinstance(whole, ScaledSchoenfeldResiduals)
        assert told.time.size == told.residual.size == told.fallen.size == told.treated.size == 0
        assert told.smooth is not None
        assert whole.smooth is not None
        # its threshold is at a stop, so the groups differ by a few
        assert told.smooth.time[0] > whole.time[LEAST // 2]
        assert told.smooth.time[-1] < whole.time[-LEAST // 2]
    assert found.last <= float(exact.last)


def test_a_side_of_a_threshold_with_few_events_in_an_arm_has_no_hazard_ratio() -> None:
    strict = replace(TRIAL, min_cell=20)
    found = threshold_scan(strict, HERE)
    people = select_measured(strict, HERE)
    assert isinstance(found, ThresholdScan)
    assert people is not None
    for line, ratio in zip(found.thresholds, found.hazard_ratio_below, strict=True):
        died = people.event & (people.values <= line)
        few = min(int((died & people.treated).sum()), int((died & ~people.treated).sum())) < 20
        assert np.isnan(ratio) == few
    assert np.isnan(found.standard_error_below).any()
    assert np.isfinite(found.score_z[found.candidate]).all()


def test_moving_the_horizon_by_a_day_seldom_moves_the_windows() -> None:
    differences: list[float | None] = []
    for horizon in range(300, 312):
        found = effect_in_windows(TRIAL, replace(HERE, horizon=float(horizon)), "sliding")
        assert isinstance(found, EffectInWindows)
        differences.append(found.overall_difference)
    assert len(set(differences)) <= 2


def test_of_an_arm_that_cannot_be_cut_no_stretches_are_told() -> None:
    few = made_up(2, 60)
    assert candidate_thresholds(few, Selection()) == ()
    spread = biomarker_distribution(few, Selection())
    assert spread is not None
    assert min(spread.control.min(), spread.treated.min()) >= LEAST


def test_windows_of_few_events_are_not_told_rather_than_not_estimable() -> None:
    rare = replace(TRIAL.outcomes["death"], event=TRIAL.outcomes["death"].event & (np.arange(300) % 5 == 0))
    few = replace(TRIAL, outcomes={"death": rare}, fingerprint="few")
    found = effect_in_windows(few, HERE, "sliding")
    assert found == NotEstimable(
        "Every window has fewer than 10 events in an arm, so no effect in it is shown."
    )
