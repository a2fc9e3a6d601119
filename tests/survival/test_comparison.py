"""What `compare_arms` accepts and refuses, and that many participants on few days are no special case."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mirodash.survival import compare_arms, two_arm_cox
from mirodash.survival.results import HazardRatio, ProportionalHazardsTest
from tests.profiles import for_each
from tests.reference_cases import load_case

COLUMNS: dict[str, Any] = {
    "time": [1, 2, 3],
    "event": [1, 0, 1],
    "treated": [0, 1, 1],
    "members": [[True, True, True]],
    "horizon": 2,
    "ticks": [0, 1, 2],
}


@for_each(
    ("changes", "message"),
    [
        ({"horizon": 0}, "The horizon must be a time above 0"),
        ({"horizon": np.nan}, "The horizon must be a time above 0"),
        ({"horizon": np.inf}, "The horizon must be a time above 0"),
        ({"confidence": 95}, "between 0 and 1"),
        ({"members": [[True, True]]}, "members must be booleans"),
        ({"time": [1, 2, -3]}, "1 of 3 times are negative"),
        ({"ticks": ["soon"]}, "ticks must hold only numbers"),
    ],
)
def test_unusable_input_is_refused_with_a_sentence(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compare_arms(**COLUMNS | changes)


def test_no_groups_give_no_comparisons() -> None:
    assert compare_arms(**COLUMNS | {"members": np.zeros((0, 3), dtype=bool)}) == ()


def test_an_empty_group_stays_in_its_place() -> None:
    members = [[False] * 3, [True] * 3]
    empty, everybody = compare_arms(**COLUMNS | {"members": members})
    assert (empty.n, everybody.n) == (0, 3)


def test_the_callers_arrays_stay_theirs() -> None:
    ticks, time = np.array([0.0, 1.0]), np.array([1.0, 2.0, 3.0])
    compare_arms(**COLUMNS | {"ticks": ticks, "time": time})
    assert ticks.flags.writeable
    assert time.flags.writeable


def test_ticks_may_be_absent() -> None:
    assert compare_arms(**COLUMNS | {"ticks": []})[0].control.at_risk.at_risk.size == 0


@for_each("name", ["colon", "veteran"])
def test_the_closed_form_for_ties_changes_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = load_case(name)
    weeks = np.ceil(case.time / 90)
    everybody = np.ones((1, weeks.size), dtype=bool)
    arguments: dict[str, Any] = {"horizon": 5, "ticks": [0]}
    listed = compare_arms(weeks, case.event, case.treated, everybody, **arguments)[0]
    monkeypatch.setattr(two_arm_cox, "FEW_TERMS", 0)
    summed = compare_arms(weeks, case.event, case.treated, everybody, **arguments)[0]
    assert isinstance(listed.cox, HazardRatio)
    assert isinstance(summed.cox, HazardRatio)
    for field in ("coef", "se", "p_wald", "p_lr", "p_score"):
        assert getattr(summed.cox, field) == pytest.approx(getattr(listed.cox, field), rel=1e-9)
    assert isinstance(listed.ph_test, ProportionalHazardsTest)
    assert isinstance(summed.ph_test, ProportionalHazardsTest)
    assert summed.ph_test.statistic == pytest.approx(listed.ph_test.statistic, rel=1e-9)
