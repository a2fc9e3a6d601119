"""Treatment × factor equals R's analysis of two nested Cox models, over the levels that can be compared."""

from __future__ import annotations

import numpy as np
import pytest

from mirodash.survival.interactions import compute_factor_interaction
from mirodash.survival.meta_analysis import LikelihoodRatioTest
from mirodash.survival.results import NotEstimable
from mirodash.trial.store import sample
from tests.profiles import for_each
from tests.reference_cases import load_json

STORED = load_json("subgroups")["interactions"]
CUTS = {
    **{"age": 60, "onset_months": 14, "alsfrs_r": 40, "alsfrs_slope": 0.5, "svc": 95, "serum_nfl": 65},
    **{"tregs": 7.5, "csf_pnfh": 3700},
}


def codes(column: str) -> np.ndarray:
    trial = sample("mirocals")
    if column in CUTS:
        values = trial.numbers[column].values
        return np.where(np.isfinite(values), (values > CUTS[column]).astype(int), -1)
    return trial.categories[column].codes


@for_each("column", STORED)
def test_equals_r(column: str) -> None:
    trial, theirs = sample("mirocals"), STORED[column]
    outcome = trial.outcomes["death"]
    found = compute_factor_interaction(outcome.time, outcome.event, trial.arm.is_in(("IL-2",)), codes(column))
    assert (found.levels, found.left_out) == (theirs["levels"], theirs["left_out"])
    assert isinstance(found.test, LikelihoodRatioTest)
    assert found.test.df == theirs["df"]
    assert found.test.p == pytest.approx(theirs["p_lr"], rel=1e-7)


def test_a_level_without_events_in_an_arm_is_left_out_and_counted() -> None:
    time, event = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0]
    treated, level = [0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1], [0, 0, 2, 0, 2, 0, 2, 2, 4, 4, -1, -1]
    found = compute_factor_interaction(time, event, treated, level)
    assert (found.levels, found.left_out) == (2, 2)
    packed = compute_factor_interaction(time[:8], event[:8], treated[:8], [0, 0, 1, 0, 1, 0, 1, 1])
    assert isinstance(found.test, LikelihoodRatioTest)
    assert found.test == packed.test


@for_each("level", [[0, 0, 0, 0], [-1, -1, -1, -1], [0, 1, 2, 3]])
def test_fewer_than_two_levels_to_compare_is_said(level: list[int]) -> None:
    found = compute_factor_interaction([1, 2, 3, 4], [1, 1, 1, 1], [0, 1, 0, 1], level)
    assert isinstance(found.test, NotEstimable)
    assert "Fewer than two groups" in found.test.why


def test_levels_that_are_no_codes_are_refused() -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        compute_factor_interaction([1, 2], [1, 1], [0, 1], [0.5, 1.5])
    with pytest.raises(ValueError, match="whole numbers"):
        compute_factor_interaction([1, 2], [1, 1], [0, 1], [0])
