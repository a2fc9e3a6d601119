"""Entry times (left truncation) are in every statistic, as R's ``Surv(entry, time, event)``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_cases import ReferenceCase, load_case, load_json

from mirodash.survival import (
    compare_arms,
    compute_continuous_interaction,
    compute_threshold_interaction,
    effect_by_biomarker,
    estimate_kaplan_meier,
    estimate_stratified_effect,
    fit_adjusted_cox,
    fit_cox_model,
    scaled_schoenfeld_residuals,
    standardise_curves,
)
from mirodash.survival.adjusted import AdjustedHazardRatio
from mirodash.survival.compare import estimate_hazard_ratios
from mirodash.survival.cox import compute_martingale_residuals, index_event_times
from mirodash.survival.data import validate_follow_up
from mirodash.survival.interactions import compute_factor_interaction
from mirodash.survival.results import (
    ArmComparison,
    ContinuousInteraction,
    HazardRatio,
    LogRank,
    Numbers,
    ProportionalHazardsTest,
    RatioOfHazardRatios,
)
from mirodash.survival.schoenfeld import ScaledSchoenfeldResiduals
from mirodash.survival.standardised_survival import StandardisedSurvival
from mirodash.survival.threshold_search import fit_both_sides
from tests.profiles import for_each, share_of_examples

NAMES = ("veteran", "pbc", "lung")
close = pytest.approx


def late(time: Numbers) -> Numbers:
    """Return the entry times that ``entry.R`` makes up."""
    k = np.arange(time.size)
    return np.where(k % 4 == 0, 0, np.floor(time * ((k * 7) % 10) / 12))


def compare(case: ReferenceCase, inside: Any = slice(None), ticks: Any = (0.0,)) -> ArmComparison:
    entry, time = late(case.time)[inside], case.time[inside]
    return compare_arms(
        time,
        case.event[inside],
        case.treated[inside],
        np.ones((1, time.size), dtype=bool),
        entry=entry,
        horizon=case.horizon,
        ticks=ticks,
    )[0]


def known(case: ReferenceCase) -> Any:
    return ~np.isnan(case.biomarker)


@for_each(name=NAMES, place=("overall", "low"))
def test_curves_tests_and_hazard_ratios_are_those_of_r(name: str, place: str) -> None:
    case, expected = load_case(name), load_json("entry")[name][place]
    inside = (
        slice(None) if place == "overall" else np.nan_to_num(case.biomarker, nan=np.inf) <= case.threshold
    )
    found = compare(case, inside)
    assert (found.n, found.events) == (expected["n"], expected["events"])
    for arm, rmst in zip(("control", "treated"), expected["rmst"], strict=True):
        of, summary = expected[arm], getattr(found, arm)
        curve = summary.curve
        for ours, theirs in (("time", "time"), ("at_risk", "at_risk"), ("events", "events")):
            assert getattr(curve, ours).tolist() == of[theirs]
        assert curve.estimate == close(np.array(of["estimate"]), abs=1e-12)
        for ours, theirs in (("lower", "lower"), ("upper", "upper")):
            told = np.array([np.nan if v is None else v for v in of[theirs]], dtype=float)
            band = getattr(curve, ours)
            inner = ~np.isnan(band)
            assert band[inner] == close(told[inner], abs=1e-12)
        assert [summary.median, *summary.median_ci] == of["median"]
        assert summary.rmst.estimate == close(rmst[0], abs=1e-10)
        assert summary.rmst.se == close(rmst[1], abs=1e-10)
    assert isinstance(found.cox, HazardRatio)
    assert isinstance(found.logrank, LogRank)
    assert isinstance(found.ph_test, ProportionalHazardsTest)
    assert found.cox.coef == close(expected["coef"], abs=1e-8)
    assert found.cox.se == close(expected["se"], abs=1e-8)
    assert found.logrank.statistic == close(expected["logrank"], rel=1e-10)
    assert found.ph_test.statistic == close(expected["ph"], rel=1e-7)


@for_each(name=NAMES)
def test_models_with_covariates_are_those_of_r(name: str) -> None:
    case, expected = load_case(name), load_json("entry")[name]
    inside = known(case)
    time, event, arm = case.time[inside], case.event[inside], case.treated[inside]
    marker, stratum, entry = case.biomarker[inside], case.stratum[inside], late(case.time)[inside]
    group = (marker > case.threshold).astype(int)
    crossed = compute_threshold_interaction(time, event, arm, group, entry=entry)
    assert isinstance(crossed, RatioOfHazardRatios)
    assert np.log(crossed.ratio) == close(expected["interaction"]["coef"], abs=1e-8)
    factor = compute_factor_interaction(time, event, arm, group, entry=entry)
    assert getattr(factor.test, "p_lr", getattr(factor.test, "p", None)) == close(crossed.p_lr)
    linear = np.column_stack((arm, marker, arm * marker))
    model = fit_cox_model(time, event, linear, entry=entry)
    assert (model.coef[2], model.se[2]) == close(
        (expected["linear"]["coef"], expected["linear"]["se"]), abs=1e-8
    )
    assert model.loglik == close(expected["linear"]["loglik"], rel=1e-10)
    within = estimate_stratified_effect(time, event, arm, stratum, entry=entry)
    assert isinstance(within.cox, HazardRatio)
    assert isinstance(within.logrank, LogRank)
    assert within.cox.coef == close(expected["stratified"]["coef"], abs=1e-8)
    assert within.logrank.statistic == close(expected["stratified"]["logrank"], rel=1e-10)
    adjusted = fit_adjusted_cox(time, event, arm, marker[:, None], strata=stratum, entry=entry)
    assert isinstance(adjusted, AdjustedHazardRatio)
    assert (adjusted.coef, adjusted.se) == close(
        (expected["adjusted"]["coef"], expected["adjusted"]["se"]), abs=1e-8
    )
    slots = index_event_times(time, event, entry=entry)[0]
    residuals = compute_martingale_residuals(slots, np.column_stack((arm, marker)))
    assert residuals.residual == close(np.array(expected["martingale"]), abs=1e-7)
    curves = standardise_curves(time, event, arm, marker[:, None], entry=entry, horizon=case.horizon)
    assert isinstance(curves, StandardisedSurvival)
    assert curves.at_horizon == close(tuple(expected["predicted"]), abs=1e-7)


@for_each(name=NAMES)
def test_both_sides_of_thresholds_are_those_of_r(name: str) -> None:
    case, sides = load_case(name), load_json("entry")[name]["sides"]
    observed = validate_follow_up(case.time, case.event, case.treated, late(case.time))
    found = fit_both_sides(observed, case.biomarker, np.array([side["threshold"] for side in sides]))
    held = 0
    for place, side in enumerate(sides):
        for row, which in enumerate(("below", "above")):
            if side.get(which):
                held += 1
                assert found.coef[row, place] == close(side[which]["coef"], abs=1e-6)
                assert found.se[row, place] == close(side[which]["se"], abs=1e-6)
    assert held > 3


@for_each(name=NAMES)
def test_residuals_over_time_are_those_of_r(name: str) -> None:
    case, expected = load_case(name), load_json("entry")[name]["overall"]
    found = scaled_schoenfeld_residuals(case.time, case.event, case.treated, entry=late(case.time))
    assert isinstance(found, ScaledSchoenfeldResiduals)
    assert np.sort(found.residual) == close(np.sort(expected["residual"]), abs=1e-7)
    assert found.fallen == close(np.array(expected["fallen"]), abs=1e-10)


def test_numbers_at_risk_are_those_who_entered_before_the_tick() -> None:
    case = load_case("pbc")
    ticks = np.array([0.0, 100.0, 365.0, 777.7, 2000.0, 1e9])
    found = compare(case, ticks=ticks)
    entry = late(case.time)
    for arm, summary in ((False, found.control), (True, found.treated)):
        mine = case.treated == arm
        for k, tick in enumerate(ticks):
            entered = mine & ((entry < tick) | (entry == 0))
            table = summary.at_risk
            assert table.entered is not None
            assert table.entered[k] == entered.sum()
            assert table.at_risk[k] == (entered & (case.time >= tick)).sum()
            # as the landmark table counts them, at any time
            assert summary.curve.count_at_risk(tick) == table.at_risk[k]
            assert table.events[k] == (mine & case.event & (case.time < tick)).sum()
            assert table.at_risk[k] + table.events[k] + table.censored[k] == table.entered[k]
        ahead = mine & (entry < case.horizon) & (case.time >= case.horizon)
        assert summary.survival_at is not None
        assert summary.survival_at.at_risk == ahead.sum()
        assert summary.n == mine.sum()


def every_number(case: ReferenceCase, entry: Any, order: Any = slice(None)) -> list[float]:
    """Return numbers of every statistic that knows entry times."""
    inside = np.flatnonzero(known(case))[order]
    time, event, arm = case.time[inside], case.event[inside], case.treated[inside]
    marker, stratum = case.biomarker[inside], case.stratum[inside]
    given = None if entry is None else entry[inside]
    group = (marker > case.threshold).astype(int)
    members = np.stack((group == 0, group == 1))
    both = compare_arms(time, event, arm, members, entry=given, horizon=case.horizon, ticks=[0.0])
    numbers: list[float] = []
    for found in both:
        assert isinstance(found.cox, HazardRatio)
        assert isinstance(found.logrank, LogRank)
        assert found.control.rmst is not None
        numbers += [found.cox.coef, found.cox.se, found.logrank.statistic, found.control.rmst.estimate]
        numbers += found.treated.curve.estimate.tolist()
    crossed = compute_threshold_interaction(time, event, arm, group, entry=given)
    linear = compute_continuous_interaction(time, event, arm, marker, entry=given)
    within = estimate_stratified_effect(time, event, arm, stratum, entry=given).cox
    adjusted = fit_adjusted_cox(time, event, arm, marker[:, None], strata=stratum, entry=given)
    curve = effect_by_biomarker(time, event, arm, marker, entry=given)
    sides = fit_both_sides(validate_follow_up(time, event, arm, given), marker, np.unique(marker)[::9])
    assert isinstance(crossed, RatioOfHazardRatios)
    assert isinstance(linear, ContinuousInteraction)
    assert isinstance(within, HazardRatio)
    assert isinstance(adjusted, AdjustedHazardRatio)
    ratios = [cox.hr for cox in estimate_hazard_ratios(time, event, arm, members, entry=given)]  # type: ignore[union-attr]
    numbers += [crossed.ratio, linear.coef, within.coef, adjusted.coef, adjusted.se, *ratios]
    return [*numbers, *curve.hazard_ratio.tolist(), *np.nan_to_num(sides.coef).ravel().tolist()]


@for_each(name=NAMES)
def test_entry_at_the_origin_for_all_changes_nothing(name: str) -> None:
    case = load_case(name)
    assert every_number(case, np.zeros(case.time.size)) == close(every_number(case, None), abs=1e-10)


@for_each(name=NAMES)
def test_the_order_of_participants_changes_nothing(name: str) -> None:
    case, entry = load_case(name), late(load_case(name).time)
    order = np.random.default_rng(3).permutation(int(known(case).sum()))
    assert every_number(case, entry, order) == close(every_number(case, entry), abs=1e-9)


@share_of_examples(0.6)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 8), st.booleans(), st.booleans()), min_size=1))
def test_at_risk_is_a_recount(rows: list[tuple[int, int, bool, bool]]) -> None:
    entry = np.array([row[0] for row in rows], dtype=float)
    time = entry + [row[1] for row in rows]
    event = np.array([row[2] for row in rows])
    curve = estimate_kaplan_meier(time, event, entry=entry)
    recount = [int(((entry < t) & (time >= t)).sum()) for t in curve.time]
    assert curve.at_risk.tolist() == recount
    died = np.array([int((event & (time == t)).sum()) for t in curve.time])
    assert curve.estimate == close(np.cumprod(1 - died / np.array(recount)), abs=1e-12)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ([0.0, 5.0, 1.0], "1 of 3 participants leave no later than they enter."),
        ([0.0, -1.0, 1.0], "1 of 3 entry times are negative."),
        ([0.0, float("nan"), 1.0], "1 of 3 entry times are missing or infinite."),
        ([0.0, 1.0], "There are 3 times but entry has shape (2,)."),
    ],
)
def test_impossible_entry_times_are_refused(entry: list[float], said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("(", r"\(").replace(")", r"\)")):
        estimate_kaplan_meier([4.0, 5.0, 6.0], [1, 1, 0], entry=entry)
