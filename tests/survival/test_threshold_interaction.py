"""Treatment × group against R, and what is said when a group cannot be compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from reference_cases import CASES_WITH_BIOMARKER, ReferenceCase, load_case, load_degenerate

from mirodash.survival.interactions import compute_threshold_interaction
from mirodash.survival.results import InteractionTest, NotEstimable, RatioOfHazardRatios
from tests.profiles import for_each


def codes(case: ReferenceCase, thresholds: list[float]) -> NDArray[np.int64]:
    """Groups half-open upwards; -1 for those without the biomarker."""
    return np.where(np.isnan(case.biomarker), -1, np.searchsorted(thresholds, case.biomarker, side="left"))


def at_threshold(case: ReferenceCase) -> RatioOfHazardRatios | InteractionTest | NotEstimable:
    assert case.threshold is not None
    return compute_threshold_interaction(case.time, case.event, case.treated, codes(case, [case.threshold]))


@for_each("name", CASES_WITH_BIOMARKER)
def test_ratio_of_hazard_ratios_is_that_of_r(name: str) -> None:
    case = load_case(name)
    found, expected = at_threshold(case), case.expected["interaction"]["binary"]
    assert isinstance(found, RatioOfHazardRatios)
    assert found.ratio == pytest.approx(expected["ratio_of_hrs"], rel=1e-8)
    assert found.ci == pytest.approx(expected["ci"], rel=1e-8)
    assert found.p_lr == pytest.approx(expected["p_lr"], rel=1e-8)
    assert found.p_wald == pytest.approx(expected["p_wald"], rel=1e-8)


@for_each("groups", ["three_groups", "four_groups"])
@for_each("name", ["veteran", "pbc", "lung", "colon"])
def test_more_groups_are_tested_as_in_r(name: str, groups: str) -> None:
    case = load_case(name)
    expected = case.expected["interaction"][groups]
    code = codes(case, expected["thresholds"])
    found = compute_threshold_interaction(case.time, case.event, case.treated, code)
    assert isinstance(found, InteractionTest)
    assert found.df == expected["df"]
    assert found.statistic == pytest.approx(expected["statistic"], rel=1e-8, abs=1e-9)
    assert found.p_lr == pytest.approx(expected["p_lr"], rel=1e-8)


@for_each(
    "name",
    ["ordinary", "biomarker_missing", "biomarker_times_1e8", "biomarker_tiny_spread", "biomarker_negative"],
)
def test_odd_biomarkers_are_split_as_in_r(name: str) -> None:
    case = load_degenerate(name)
    found, expected = at_threshold(case), case.expected["interaction"]["binary"]
    assert isinstance(found, RatioOfHazardRatios)
    assert found.ratio == pytest.approx(expected["ratio_of_hrs"], rel=1e-8)
    assert found.p_lr == pytest.approx(expected["p_lr"], rel=1e-8)


@for_each(
    ("name", "sentence"),
    [
        (
            "empty_cell",
            "No participants are in the treated arm above the threshold: the interaction cannot be "
            "estimated.",
        ),
        (
            "no_events_in_cell",
            "0 events in the treated arm above the threshold (0 of 8): the interaction cannot be estimated.",
        ),
    ],
)
def test_an_empty_cell_is_named(name: str, sentence: str) -> None:
    case = load_degenerate(name)
    assert "refused" in case.expected["interaction"]["binary"]
    assert at_threshold(case) == NotEstimable(sentence)


def test_groups_that_separate_the_events_have_no_finite_ratio() -> None:
    case = load_degenerate("monotone_biomarker")
    found = at_threshold(case)
    assert isinstance(found, NotEstimable)
    assert found.why == (
        "The hazard ratio of the group above the threshold has no finite estimate: the more extreme, "
        "the better it fits. The interaction cannot be estimated."
    )


def test_an_empty_middle_or_upper_group_is_left_out() -> None:
    case = load_case("veteran")
    two = codes(case, [60])
    alone = compute_threshold_interaction(case.time, case.event, case.treated, two)
    middle = compute_threshold_interaction(case.time, case.event, case.treated, two * 2)
    upper = compute_threshold_interaction(case.time, case.event, case.treated, two, groups=3)
    for found, empty in ((middle, 1), (upper, 2)):
        assert isinstance(found, InteractionTest)
        assert (found.ratio, found.left_out) == (alone, (empty,))
    above = compute_threshold_interaction(case.time, case.event, case.treated, codes(case, [1000]), groups=2)
    assert above == NotEstimable(
        "No participants are in the control arm above the threshold: the interaction cannot be estimated."
    )


@for_each("code", [0, -1])
def test_one_group_or_none_cannot_be_compared(code: int) -> None:
    found = compute_threshold_interaction([1, 2], [1, 1], [0, 1], [code, code])
    assert found == NotEstimable("Everybody is in one group: there are no two effects to compare.")


def test_no_events_at_all_is_said_of_the_first_cell() -> None:
    found = compute_threshold_interaction([1, 2, 3, 4], [0, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 1])
    assert found == NotEstimable(
        "0 events in the control arm up to the threshold (0 of 1): the interaction cannot be estimated."
    )


def test_a_wider_interval_for_more_confidence() -> None:
    case = load_case("pbc")
    code = codes(case, [2.0])
    usual = compute_threshold_interaction(case.time, case.event, case.treated, code)
    wider = compute_threshold_interaction(case.time, case.event, case.treated, code, confidence=0.99)
    assert isinstance(usual, RatioOfHazardRatios)
    assert isinstance(wider, RatioOfHazardRatios)
    assert wider.ratio == usual.ratio
    assert wider.ci[0] < usual.ci[0] < usual.ci[1] < wider.ci[1]


@given(seed=st.integers(0, 10_000))
def test_arms_groups_and_order_turned_round(seed: int) -> None:
    rng = np.random.default_rng(seed)
    time, event = np.ceil(rng.exponential(size=80) * 30), rng.random(80) < 0.8
    treated, group = rng.integers(0, 2, 80), rng.integers(0, 2, 80)
    found = compute_threshold_interaction(time, event, treated, group)
    assume(isinstance(found, RatioOfHazardRatios))
    assert isinstance(found, RatioOfHazardRatios)
    order = rng.permutation(80)
    same = compute_threshold_interaction(time[order], event[order], treated[order], group[order])
    arms = compute_threshold_interaction(time, event, 1 - treated, group)
    groups = compute_threshold_interaction(time, event, treated, 1 - group)
    for other, turned in ((same, False), (arms, True), (groups, True)):
        assert isinstance(other, RatioOfHazardRatios)
        assert other.ratio == pytest.approx(1 / found.ratio if turned else found.ratio, rel=1e-8)
        assert other.p_lr == pytest.approx(found.p_lr, rel=1e-7, abs=1e-12)
        ends = (1 / found.ci[1], 1 / found.ci[0]) if turned else found.ci
        assert other.ci == pytest.approx(ends, rel=1e-8)


@for_each(
    ("group", "options", "message"),
    [
        ([0, 1, 0], {}, "group must be whole numbers"),
        ([0.0, 1.0], {}, "group must be whole numbers"),
        ([0, 1], {"confidence": 95}, "confidence"),
        ([0, 2], {"groups": 2}, "codes"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    group: list[float], options: dict[str, int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        compute_threshold_interaction([1, 2], [1, 1], [0, 1], group, **options)


@given(st.data(), st.integers(2, 4), st.integers(0, 10_000))
def test_a_group_without_events_in_one_arm_is_left_out_of_a_test_of_others(
    data: st.DataObject, others: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    size = 60 * (others + 1)
    time, treated = random.integers(1, 400, size).astype(float), random.integers(0, 2, size)
    event, group = random.integers(0, 2, size), np.arange(size) % (others + 1)
    empty = data.draw(st.integers(0, others))
    event[(group == empty) & (treated == data.draw(st.integers(0, 1)))] = 0
    found = compute_threshold_interaction(time, event, treated, group)
    rest = np.where(group > empty, group - 1, group)
    rest[group == empty] = -1
    alone = compute_threshold_interaction(time, event, treated, rest)
    assert isinstance(found, InteractionTest)
    assert found.left_out == (empty,)
    assert found.df == others - 1
    if isinstance(alone, RatioOfHazardRatios):
        assert found.ratio == alone
        assert found.p_lr == alone.p_lr
    else:
        assert found == replace(alone, left_out=(empty,))


def test_of_two_groups_none_is_left_out() -> None:
    time, treated, group = np.arange(1.0, 9.0), np.tile([0, 1], 4), np.repeat([0, 1], 4)
    event = np.where((group == 0) & (treated == 1), 0, 1)
    found = compute_threshold_interaction(time, event, treated, group)
    assert isinstance(found, NotEstimable)
    assert "0 events in the treated arm up to the threshold" in found.why
