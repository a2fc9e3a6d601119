"""Where data are hardly enough, the answer is a sentence or an honest number, never a misleading one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mirodash.survival import compare_arms
from mirodash.survival.results import (
    ArmComparison,
    Difference,
    HazardRatio,
    LogRank,
    NotEstimable,
    ProportionalHazardsTest,
)
from tests.profiles import for_each
from tests.reference_cases import ReferenceCase, load_degenerate


def compare(case: ReferenceCase, **changes: Any) -> ArmComparison:
    columns = {"time": case.time, "event": case.event, "treated": case.treated} | changes
    members = np.ones((1, len(columns["time"])), dtype=bool)
    horizon = columns.pop("horizon", case.horizon)
    return compare_arms(**columns, members=members, horizon=horizon, ticks=[0.0, horizon])[0]


def compare_lists(time: list[float], event: list[int], treated: list[int], horizon: float) -> ArmComparison:
    members = np.ones((1, len(time)), dtype=bool)
    return compare_arms(time, event, treated, members, horizon=horizon, ticks=[0.0, horizon])[0]


def why(effect: object) -> str:
    assert isinstance(effect, NotEstimable)
    return effect.why


@for_each("arm", ["treated", "control"])
def test_no_events_in_one_arm_gives_logrank_and_firth_but_no_wald_p(arm: str) -> None:
    case = load_degenerate(f"no_events_in_{arm}")
    result = compare(case)
    assert why(result.cox) == f"No events in the {arm} arm (0 of 10): the hazard ratio cannot be estimated."
    assert why(result.ph_test) == why(result.cox)
    assert isinstance(result.logrank, LogRank)
    theirs = case.expected["overall"]
    assert result.logrank.p == pytest.approx(theirs["logrank"]["p"], rel=1e-12)
    assert isinstance(result.cox, NotEstimable)
    assert result.cox.firth is not None
    assert result.cox.firth.hr == pytest.approx(theirs["firth"]["hr"], rel=1e-7)
    assert result.cox.firth.p == pytest.approx(theirs["firth"]["p"], rel=1e-7)
    assert result.cox.firth.ci == pytest.approx(theirs["firth"]["ci"], rel=1e-6)


def test_arms_separated_in_time_have_no_hazard_ratio_though_both_have_events() -> None:
    result = compare(load_degenerate("separated_in_time"))
    assert result.treated.events > 0
    assert why(result.cox) == (
        "No events in the treated arm (of 4) while both arms were at risk: "
        "the hazard ratio cannot be estimated."
    )


def test_single_event_has_a_logrank_but_no_model() -> None:
    case = load_degenerate("single_event")
    result = compare(case)
    assert why(result.cox) == "Only 1 event among 8 participants: the hazard ratio cannot be estimated."
    assert isinstance(result.cox, NotEstimable)
    assert result.cox.firth is None
    assert isinstance(result.logrank, LogRank)
    assert result.logrank.p == pytest.approx(case.expected["overall"]["logrank"]["p"], rel=1e-12)


def test_all_censored_has_flat_curves_and_no_test_rather_than_p_of_1() -> None:
    result = compare(load_degenerate("all_censored"))
    assert result.control.curve.estimate.tolist() == [1, 1, 1, 1]
    assert np.isnan(result.control.curve.lower).all()
    for effect in (result.logrank, result.cox, result.ph_test):
        assert why(effect) == "No events in either arm (0 of 8): the arms cannot be compared."
    assert why(result.rmst_difference) == (
        "No events before time 8 in either arm: the difference has no interval."
    )
    assert why(result.survival_difference) == (
        "No events by time 8 in either arm: the difference has no interval."
    )
    assert result.control.median is None


@for_each(("flag", "arm"), [(1, "treated"), (0, "control")])
def test_one_arm_only_describes_that_arm_and_compares_nothing(flag: int, arm: str) -> None:
    case = load_degenerate("one_arm_only")
    result = compare(case, treated=np.full(case.time.size, flag))
    size = case.time.size
    assert why(result.cox) == f"Only the {arm} arm is in this group ({size}): the arms cannot be compared."
    assert why(result.logrank) == why(result.cox)
    expected = f"Only the {arm} arm is in this group ({size}): there is no difference to estimate."
    assert why(result.rmst_difference) == why(result.survival_difference) == expected
    present, absent = (result.treated, result.control) if flag else (result.control, result.treated)
    assert present.rmst is not None
    assert present.rmst.tau == min(case.horizon, case.time.max())
    assert (absent.n, absent.rmst, absent.survival_at, absent.median) == (0, None, None, None)
    assert absent.at_risk.at_risk.tolist() == [0, 0]


def test_all_times_tied_some_events_uses_efron() -> None:
    case = load_degenerate("all_tied_mixed")
    result = compare(case)
    assert isinstance(result.cox, HazardRatio)
    assert result.cox.coef == pytest.approx(case.expected["overall"]["cox"]["coef"], rel=1e-9)
    assert why(result.ph_test) == (
        "Events with both arms at risk came at one time only: a change over time cannot be tested."
    )


def test_all_times_tied_all_events_says_nothing_about_the_arms() -> None:
    result = compare(load_degenerate("all_tied_all_events"))
    sentence = "Whenever an event came, everybody still at risk had it at that same time: "
    assert why(result.logrank) == why(result.cox) == sentence + "the arms cannot be compared."


def test_events_at_time_zero_start_the_curve_with_a_drop() -> None:
    case = load_degenerate("zero_times")
    result = compare(case)
    assert result.control.curve.time[0] == 0
    assert result.control.curve.estimate[0] == pytest.approx(4 / 6)
    assert result.control.at_risk.at_risk[0] == 6
    assert isinstance(result.cox, HazardRatio)


def test_everybody_leaving_at_time_zero_has_no_restricted_mean_to_compare() -> None:
    result = compare_lists([0, 0, 3, 4], [1, 0, 1, 1], [0, 0, 1, 1], 5)
    assert why(result.rmst_difference).startswith("One arm has no follow-up after time 0")
    assert result.control.rmst is not None
    assert result.control.rmst.estimate == 0


def test_near_ties_are_ties() -> None:
    case = load_degenerate("near_ties")
    result = compare(case)
    exact = compare(case, time=np.round(case.time, 3))
    assert isinstance(result.cox, HazardRatio)
    assert isinstance(exact.cox, HazardRatio)
    assert result.cox.coef == pytest.approx(exact.cox.coef, rel=1e-12)
    assert result.control.curve.estimate.tolist() == exact.control.curve.estimate.tolist()


def test_median_not_reached_is_none() -> None:
    result = compare(load_degenerate("median_not_reached"))
    assert result.control.median is None
    assert result.control.median_ci[1] is None


def test_median_of_a_curve_flat_at_one_half_is_the_midpoint() -> None:
    result = compare_lists([1, 2, 3, 4, 1, 2, 3, 4], [1, 1, 0, 1, 1, 1, 1, 1], [0] * 4 + [1] * 4, 4)
    assert result.control.median == 3  # flat from 2 to 4
    assert result.treated.median == 2.5


def test_median_of_a_curve_flat_at_one_half_to_the_end_reaches_to_the_last_follow_up() -> None:
    result = compare(load_degenerate("flat_at_half_to_the_end"))
    assert result.control.curve.estimate[-1] == 0.5
    assert result.control.median == 3


def test_no_band_where_survival_is_zero() -> None:
    result = compare(load_degenerate("survival_ends_at_zero"), horizon=13.0)
    curve = result.treated.curve
    assert curve.estimate[-1] == 0
    assert np.isnan([curve.lower[-1], curve.upper[-1], curve.standard_error[-1]]).all()
    assert why(result.survival_difference).startswith(
        "No participant in the control arm is left free of the event"
    )
    at = result.treated.survival_at
    assert at is not None
    assert (at.estimate, at.lower, at.upper, at.standard_error, at.carried_forward) == (
        0.0,
        None,
        None,
        None,
        False,
    )


def test_a_horizon_beyond_the_last_time_caps_means_and_leaves_survival_out() -> None:
    case = load_degenerate("horizon_beyond_follow_up")
    result = compare(case)
    assert isinstance(result.rmst_difference, Difference)
    assert result.rmst_difference.capped
    assert result.rmst_difference.time == 8  # the control arm's last follow-up; the treated arm's is 12
    assert result.control.rmst is not None
    assert result.treated.rmst is not None
    assert result.control.rmst.tau == result.treated.rmst.tau == 8
    for arm, last in ((result.control, 8), (result.treated, 12)):
        assert arm.survival_at is not None
        assert (arm.survival_at.estimate, arm.survival_at.followed_to) == (None, last)
        assert arm.survival_at.carried_forward
    assert isinstance(result.survival_difference, NotEstimable)
    assert result.survival_difference.followed_to == 8


def test_a_horizon_before_anybody_left() -> None:
    at = compare(load_degenerate("ordinary"), horizon=0.5).control.survival_at
    assert at is not None
    assert (at.estimate, at.standard_error, at.lower, at.at_risk) == (1.0, 0.0, None, 20)
    assert not at.carried_forward


@for_each("factor", [1e9, 1e200, 1e300])
def test_very_large_times_give_the_same_effects(factor: float) -> None:
    case = load_degenerate("ordinary")
    plain = compare(case)
    large = compare(case, time=case.time * factor, horizon=case.horizon * factor)
    assert isinstance(plain.cox, HazardRatio)
    assert isinstance(large.cox, HazardRatio)
    assert large.cox.coef == pytest.approx(plain.cox.coef, rel=1e-12)
    assert isinstance(plain.rmst_difference, Difference)
    assert isinstance(large.rmst_difference, Difference)
    assert large.rmst_difference.se / factor == pytest.approx(plain.rmst_difference.se, rel=1e-9)
    assert isinstance(large.ph_test, ProportionalHazardsTest)


def test_two_participants() -> None:
    result = compare(load_degenerate("two_participants"))
    assert result.n == 2
    assert why(result.cox).startswith("No events in the treated arm (of 1) while both arms were at risk")
    assert isinstance(result.logrank, LogRank)


def test_one_participant() -> None:
    result = compare(load_degenerate("one_participant"))
    assert why(result.cox) == "Only the treated arm is in this group (1): the arms cannot be compared."
    assert result.treated.median == 3


def test_nobody() -> None:
    result = compare_lists([], [], [], 5)
    assert (result.n, result.events) == (0, 0)
    assert why(result.cox) == "No participants are in this group: there is nothing to compare."
    assert (
        why(result.rmst_difference)
        == "No participants are in this group: there is no difference to estimate."
    )
    assert result.control.curve.time.size == 0
    assert result.control.at_risk.at_risk.tolist() == [0, 0]


def test_no_event_while_both_arms_are_at_risk() -> None:
    result = compare_lists([1, 2, 3, 4], [0, 0, 1, 1], [0, 0, 1, 1], 4)
    assert why(result.logrank) == "No event came while both arms were at risk: the arms cannot be compared."


def test_confidence_widens_every_interval() -> None:
    case = load_degenerate("ordinary")
    members = np.ones((1, case.time.size), dtype=bool)

    def at(level: float) -> ArmComparison:
        return compare_arms(
            case.time, case.event, case.treated, members, horizon=100, ticks=[0], confidence=level
        )[0]

    narrow, wide = at(0.8), at(0.99)
    assert isinstance(narrow.cox, HazardRatio)
    assert isinstance(wide.cox, HazardRatio)
    assert wide.cox.ci[0] < narrow.cox.ci[0] < narrow.cox.ci[1] < wide.cox.ci[1]
    known = ~np.isnan(wide.control.curve.lower)
    assert (wide.control.curve.lower[known] < narrow.control.curve.lower[known]).all()


def test_results_cannot_be_written_to() -> None:
    result = compare(load_degenerate("ordinary"))
    arrays = [getattr(result.control.curve, name) for name in result.control.curve.__dataclass_fields__]
    arrays += [getattr(result.control.at_risk, name) for name in result.control.at_risk.__dataclass_fields__]
    assert not any(array.flags.writeable for array in arrays if array is not None)
