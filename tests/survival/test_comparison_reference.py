"""Every number of a comparison equals R's survival, on six public trials and on the degenerate sets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mirodash.survival import compare_arms
from mirodash.survival.results import (
    ArmComparison,
    ArmSummary,
    Difference,
    HazardRatio,
    LogRank,
    NotEstimable,
    ProportionalHazardsTest,
)
from tests.profiles import for_each
from tests.reference_cases import CASES, ReferenceCase, degenerate_names, load_case, load_degenerate

GROUPS = ("overall", "low", "high")


def compared(case: ReferenceCase, *, horizon: float | None = None) -> dict[str, ArmComparison]:
    threshold = np.inf if case.threshold is None else case.threshold
    everybody = np.ones(case.time.size, dtype=bool)
    members = np.stack([everybody, case.biomarker <= threshold, case.biomarker > threshold])
    results = compare_arms(
        case.time,
        case.event,
        case.treated,
        members,
        horizon=horizon or case.horizon,
        ticks=np.linspace(0, case.horizon, 5),
    )
    return dict(zip(GROUPS, results, strict=True))


def close(ours: float | None, theirs: float | None, tolerance: float) -> None:
    if theirs is None:
        assert ours is None
        return
    assert ours == pytest.approx(theirs, rel=tolerance, abs=tolerance)


def same_numbers(ours: np.ndarray, theirs: list[float | None] | float | None, tolerance: float) -> None:
    wanted = np.array([np.nan if x is None else x for x in np.atleast_1d(np.array(theirs, dtype=object))])
    np.testing.assert_allclose(ours, wanted.astype(float), rtol=tolerance, atol=tolerance, equal_nan=True)


def check_curve(ours: ArmSummary, wanted: dict[str, Any]) -> None:
    curve = ours.curve
    for name in ("time", "at_risk", "events", "censored"):
        np.testing.assert_array_equal(getattr(curve, name), wanted[name])
    same_numbers(curve.estimate, wanted["estimate"], 1e-12)
    same_numbers(curve.standard_error, wanted["std_err"], 1e-12)
    same_numbers(curve.lower, wanted["lower"], 1e-12)
    same_numbers(curve.upper, wanted["upper"], 1e-12)


def check_arm(ours: ArmSummary, theirs: dict[str, Any]) -> None:
    assert (ours.n, ours.events) == (theirs["n"], theirs["events"])
    assert ours.median == theirs["median"]
    assert list(ours.median_ci) == theirs["median_ci"]
    assert ours.follow_up == theirs["follow_up"]
    assert list(ours.follow_up_ci) == theirs["follow_up_ci"]
    if "curve" in theirs:
        check_curve(ours, theirs["curve"])
    at, there = ours.survival_at, theirs["survival_at"]
    assert at is not None
    assert at.at_risk == there["at_risk"]
    assert at.carried_forward is (there["estimate"] is None)
    close(at.estimate, there["estimate"], 1e-12)
    close(at.standard_error, there["std_err"], 1e-12)
    if ours.curve.time[0] <= at.time:  # before anybody left R gives the interval (1, 1), we give none
        close(at.lower, there["ci"][0], 1e-12)
        close(at.upper, there["ci"][1], 1e-12)
    assert ours.rmst is not None
    close(ours.rmst.tau, theirs["rmst"]["tau"], 1e-12)
    close(ours.rmst.estimate, theirs["rmst"]["estimate"], 1e-10)
    close(ours.rmst.se, theirs["rmst"]["se"], 1e-10)


def check_difference(ours: Difference | NotEstimable, theirs: dict[str, Any]) -> None:
    if isinstance(ours, NotEstimable):
        assert not theirs["se"]  # R has none, or none that means anything
        return
    close(ours.time, theirs["time"], 1e-12)
    close(ours.estimate, theirs["estimate"], 1e-10)
    close(ours.se, theirs["se"], 1e-10)
    close(ours.ci[0], theirs["ci"][0], 1e-10)
    close(ours.ci[1], theirs["ci"][1], 1e-10)


def check_cox(ours: HazardRatio | NotEstimable, theirs: dict[str, Any]) -> None:
    assert isinstance(ours, HazardRatio)
    for name in ("hr", "coef", "se", "p_wald", "p_lr", "p_score"):
        close(getattr(ours, name), theirs[name], 1e-8)
    close(ours.ci[0], theirs["ci"][0], 1e-8)
    close(ours.ci[1], theirs["ci"][1], 1e-8)


def check_logrank(ours: LogRank | NotEstimable, theirs: dict[str, Any]) -> None:
    assert isinstance(ours, LogRank)
    for name in ("statistic", "p", "observed", "expected", "variance"):
        close(getattr(ours, name), theirs[name], 1e-12)


@for_each("group", GROUPS)
@for_each("name", CASES)
def test_a_public_trial_equals_r(name: str, group: str) -> None:
    case = load_case(name)
    if group not in case.expected:
        assert case.threshold is None
        return
    ours, theirs = compared(case)[group], case.expected[group]
    assert (ours.n, ours.events) == (theirs["n"], theirs["events"])
    check_arm(ours.control, theirs["arms"][0])
    check_arm(ours.treated, theirs["arms"][1])
    check_logrank(ours.logrank, theirs["logrank"])
    check_cox(ours.cox, theirs["cox"])
    assert isinstance(ours.ph_test, ProportionalHazardsTest)
    close(ours.ph_test.statistic, theirs["ph_test"]["statistic"], 1e-8)
    close(ours.ph_test.p, theirs["ph_test"]["p"], 1e-8)
    check_difference(ours.rmst_difference, theirs["rmst_difference"])
    check_difference(ours.survival_difference, theirs["survival_difference"])


@for_each("name", CASES)
def test_beyond_the_last_follow_up_only_a_curve_at_zero_is_known(name: str) -> None:
    case = load_case(name)
    theirs = case.expected["beyond"]
    ours = compared(case, horizon=2 * float(case.time.max()))["overall"]
    check_arm(ours.control, theirs["arms"][0])
    check_arm(ours.treated, theirs["arms"][1])
    check_difference(ours.rmst_difference, theirs["rmst_difference"])
    arms = (ours.control, ours.treated)
    above = [arm.curve.time[-1] for arm in arms if arm.curve.estimate[-1] > 0]
    assert isinstance(ours.rmst_difference, Difference)
    assert ours.rmst_difference.capped is bool(above)
    assert ours.rmst_difference.time == min([2 * float(case.time.max()), *above])
    for arm in arms:
        assert arm.survival_at is not None
        assert arm.survival_at.estimate == (None if arm.curve.estimate[-1] > 0 else 0)


def groups_of(name: str) -> list[tuple[str, ArmComparison, dict[str, Any]]]:
    case = load_degenerate(name)
    ours = compared(case)
    return [(group, ours[group], case.expected[group]) for group in GROUPS if group in case.expected]


@for_each("name", degenerate_names())
def test_curves_of_a_degenerate_set_equal_r(name: str) -> None:
    for _, ours, theirs in groups_of(name):
        assert (ours.n, ours.events) == (theirs["n"], theirs["events"])
        arms = {"control": ours.control, "treated": ours.treated}
        for arm in theirs["arms"]:
            if arm["n"]:
                check_arm(arms[arm["arm"]], arm)
        for name_of, arm in arms.items():
            assert arm.n == sum(a["n"] for a in theirs["arms"] if a["arm"] == name_of)


@for_each("name", degenerate_names())
def test_effects_of_a_degenerate_set_equal_r_or_are_refused(name: str) -> None:
    for _, ours, theirs in groups_of(name):
        if isinstance(ours.logrank, LogRank):
            check_logrank(ours.logrank, theirs["logrank"])
        if isinstance(ours.cox, HazardRatio):
            check_cox(ours.cox, theirs["cox"])
        elif ours.cox.firth is not None:
            firth = theirs["firth"]
            close(ours.cox.firth.hr, firth["hr"], 1e-6)
            close(ours.cox.firth.p, firth["p"], 1e-6)
            close(ours.cox.firth.ci[0], firth["ci"][0], 1e-6)
            close(ours.cox.firth.ci[1], firth["ci"][1], 1e-6)
        if isinstance(ours.ph_test, ProportionalHazardsTest):
            close(ours.ph_test.statistic, theirs["ph_test"]["statistic"], 1e-8)
        if theirs.get("rmst_difference"):
            check_difference(ours.rmst_difference, theirs["rmst_difference"])
        if theirs.get("survival_difference"):
            check_difference(ours.survival_difference, theirs["survival_difference"])


@for_each("name", degenerate_names())
def test_r_fits_no_hazard_ratio_that_we_refuse(name: str) -> None:
    """What is refused is refused by R too, with a warning, or says nothing about the arms."""
    uninformative = {"all_tied_all_events"}
    for _, ours, theirs in groups_of(name):
        if isinstance(ours.cox, NotEstimable) and name not in uninformative:
            assert theirs.get("cox") is None
