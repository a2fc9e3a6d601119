"""The stratified test and model equal R's, sum over strata, and ignore strata that say nothing."""

from __future__ import annotations

import numpy as np
import pytest

from mirodash.survival import compare_arms, estimate_stratified_effect
from mirodash.survival.results import HazardRatio, LogRank, NotEstimable
from tests.profiles import for_each
from tests.reference_cases import CASES, load_case, load_degenerate

STRATIFIED = [name for name in CASES if (load_case(name).stratum >= 0).any()] + ["stratum_with_one_arm"]


@for_each("name", STRATIFIED)
def test_equals_r(name: str) -> None:
    case = load_case(name) if name in CASES else load_degenerate(name)
    theirs = case.expected["stratified"]
    ours = estimate_stratified_effect(case.time, case.event, case.treated, case.stratum)
    assert isinstance(ours.logrank, LogRank)
    for field in ("statistic", "p", "observed", "expected", "variance"):
        assert getattr(ours.logrank, field) == pytest.approx(theirs["logrank"][field], rel=1e-12)
    assert isinstance(ours.cox, HazardRatio)
    given = set(theirs["cox"]) & {"hr", "ci", "coef", "se", "p_wald", "p_lr", "p_score"}
    assert given >= {"coef", "se"}
    for field in given:
        assert getattr(ours.cox, field) == pytest.approx(theirs["cox"][field], rel=1e-8)
    assert ours.strata == theirs["strata"]


def test_one_stratum_is_no_stratification() -> None:
    case = load_case("veteran")
    ours = estimate_stratified_effect(case.time, case.event, case.treated, np.full(case.time.size, "all"))
    everybody = np.ones((1, case.time.size), dtype=bool)
    plain = compare_arms(case.time, case.event, case.treated, everybody, horizon=180, ticks=[0])[0]
    assert ours.logrank == plain.logrank
    assert ours.cox == plain.cox
    assert ours.strata == 1


def test_the_logrank_sums_over_strata() -> None:
    case = load_case("veteran")
    ours = estimate_stratified_effect(case.time, case.event, case.treated, case.stratum).logrank
    members = case.stratum == np.unique(case.stratum)[:, None]
    parts = compare_arms(case.time, case.event, case.treated, members, horizon=180, ticks=[0])
    tests = [part.logrank for part in parts if isinstance(part.logrank, LogRank)]
    assert isinstance(ours, LogRank)
    for field in ("observed", "expected", "variance"):
        total = sum(getattr(test, field) for test in tests)
        assert getattr(ours, field) == pytest.approx(total, rel=1e-12)


def test_strata_with_one_arm_are_not_counted() -> None:
    case = load_degenerate("stratum_with_one_arm")
    both = [
        stratum
        for stratum in np.unique(case.stratum)
        if np.unique(case.treated[case.stratum == stratum]).size == 2
    ]
    assert estimate_stratified_effect(case.time, case.event, case.treated, case.stratum).strata == len(both)


def test_arms_that_never_meet_within_a_stratum_cannot_be_compared() -> None:
    effect = estimate_stratified_effect([1, 2, 3, 4], [1, 1, 1, 0], [0, 0, 1, 1], [0, 0, 1, 1])
    assert effect.strata == 0
    assert isinstance(effect.logrank, NotEstimable)
    assert isinstance(effect.cox, NotEstimable)
    assert "In no stratum" in effect.logrank.why


def test_no_events_in_one_arm_gets_firths_estimate() -> None:
    effect = estimate_stratified_effect(
        [1, 2, 3, 4, 5, 6], [1, 1, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1], [0, 1, 0, 1, 0, 1]
    )
    assert isinstance(effect.cox, NotEstimable)
    assert effect.cox.why == "No events in the treated arm (0 of 3): the hazard ratio cannot be estimated."
    assert effect.cox.firth is not None
    assert effect.cox.firth.hr < 1


def test_nobody_at_all() -> None:
    effect = estimate_stratified_effect([], [], [], [])
    assert isinstance(effect.cox, NotEstimable)
    assert effect.strata == 0


@for_each("stratum", [[0, 1], [0.0, np.nan, 1.0]])
def test_strata_must_be_there_for_everybody(stratum: list[float]) -> None:
    with pytest.raises(ValueError, match="stratum"):
        estimate_stratified_effect([1, 2, 3], [1, 1, 0], [0, 1, 1], stratum)
