"""Both sides of every threshold equal R and a comparison made one threshold at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given

import mirodash.survival.threshold_search as both_sides_module
from mirodash.survival import compare_arms, threshold_scan
from mirodash.survival.max_statistic import list_observed_between
from mirodash.survival.results import HazardRatio
from tests.profiles import for_each
from tests.reference_cases import CASES_WITH_BIOMARKER, ReferenceCase, load_case, load_degenerate
from tests.strategies import MadeUpTrial, trials


def scanned(case: ReferenceCase | MadeUpTrial, **options: Any) -> Any:
    return threshold_scan(case.time, case.event, case.treated, case.biomarker, **options)


@for_each("name", CASES_WITH_BIOMARKER)
def test_both_sides_of_a_grid_of_thresholds_equal_r(name: str) -> None:
    case = load_case(name)
    sweep = case.expected["sweep"]
    scan = scanned(case, thresholds=[row["threshold"] for row in sweep])
    for place, row in enumerate(sweep):
        for side, there in (("below", row["low"]), ("above", row["high"])):
            assert getattr(scan, f"n_{side}")[place] == there["n"]
            assert getattr(scan, f"events_{side}")[place] == there["events"]
            ratio = getattr(scan, f"hazard_ratio_{side}")[place]
            error = getattr(scan, f"standard_error_{side}")[place]
            if there["hr"] is None:
                assert np.isnan(ratio)
                continue
            assert ratio == pytest.approx(there["hr"], rel=1e-8)
            assert error == pytest.approx(there["se"], rel=1e-8)


def check_against_comparison(trial: MadeUpTrial, scan: Any) -> None:
    with np.errstate(invalid="ignore"):
        members = [mask for c in scan.thresholds for mask in (trial.biomarker <= c, trial.biomarker > c)]
    groups = np.array(members, dtype=bool).reshape(len(members), trial.time.size)
    results = compare_arms(trial.time, trial.event, trial.treated, groups, horizon=8, ticks=[0])
    for place, result in enumerate(results):
        side, row = ("below", "above")[place % 2], place // 2
        assert getattr(scan, f"n_{side}")[row] == result.n
        assert getattr(scan, f"events_{side}")[row] == result.events
        ratio = getattr(scan, f"hazard_ratio_{side}")[row]
        if not isinstance(result.cox, HazardRatio):
            assert np.isnan(ratio)
            continue
        assert ratio == pytest.approx(result.cox.hr, rel=1e-9)
        assert getattr(scan, f"standard_error_{side}")[row] == pytest.approx(result.cox.se, rel=1e-9)


@given(trials(largest=40))
def test_a_scan_equals_comparing_the_arms_at_each_threshold(trial: MadeUpTrial) -> None:
    scan = scanned(trial, thresholds=[0.0, 3.0, 3.5, 10.0, 17.0, 25.0])
    check_against_comparison(trial, scan)
    known = int((~np.isnan(trial.biomarker)).sum())
    np.testing.assert_array_equal(scan.n_below + scan.n_above, known)
    events = int(trial.event[~np.isnan(trial.biomarker)].sum())
    np.testing.assert_array_equal(scan.events_below + scan.events_above, events)


@given(trials(largest=40))
def test_the_interaction_is_the_difference_of_the_two_log_hazard_ratios(trial: MadeUpTrial) -> None:
    scan = scanned(trial, n_resamples=0, least_participants=2, least_events=1)
    gap = np.log(scan.hazard_ratio_above) - np.log(scan.hazard_ratio_below)
    error = np.sqrt(scan.standard_error_above**2 + scan.standard_error_below**2)
    np.testing.assert_allclose(scan.interaction_z, gap / error, rtol=1e-9, atol=1e-12)


@given(trials(largest=40))
def test_the_best_threshold_is_the_one_whose_p_value_is_that_of_the_search(trial: MadeUpTrial) -> None:
    scan = scanned(trial, n_resamples=19, least_participants=2, least_events=1)
    if not scan.candidate.any():
        assert (scan.best, scan.best_threshold, scan.p_value_adjusted) == (None, None, None)
        return
    assert scan.thresholds[scan.best] == scan.best_threshold
    assert scan.candidate[scan.best]
    assert np.abs(scan.score_z[scan.candidate]).max() == abs(scan.score_z[scan.best])
    assert scan.p_value_adjusted_at[scan.best] == scan.p_value_adjusted


def test_in_small_stretches_the_answer_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    case = load_case("pbc")
    whole = scanned(case)
    monkeypatch.setattr(both_sides_module, "CELLS_AT_ONCE", 2_000)
    parts = scanned(case)
    for name in ("n_below", "events_above", "hazard_ratio_below", "standard_error_above", "interaction_z"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), rtol=1e-10)


def test_many_participants_on_few_days_equal_one_comparison() -> None:
    """So many ties that the closed form is used."""
    rng = np.random.default_rng(3)
    size = 6000
    trial = MadeUpTrial(
        time=rng.integers(1, 40, size).astype(float),
        event=rng.random(size) < 0.7,
        treated=rng.random(size) < 0.5,
        biomarker=rng.normal(size=size),
    )
    check_against_comparison(trial, scanned(trial, thresholds=np.linspace(-2, 2, 60)))


def test_default_thresholds_are_observed_values_from_the_10th_to_the_90th_percentile() -> None:
    case = load_degenerate("biomarker_missing")
    scan = scanned(case)
    known = case.biomarker[~np.isnan(case.biomarker)]
    low, high = np.quantile(known, [0.1, 0.9])
    assert scan.thresholds.tolist() == sorted({x for x in known if low <= x <= high})
    assert list_observed_between(np.array([np.nan, np.nan]), (0.1, 0.9)).size == 0


def test_thresholds_keep_the_order_and_repeats_they_were_given_in() -> None:
    case = load_case("veteran")
    scan = scanned(case, thresholds=[70.0, 40.0, 70.0])
    assert scan.thresholds.tolist() == [70, 40, 70]
    assert scan.n_below[0] == scan.n_below[2] > scan.n_below[1]
    assert scan.hazard_ratio_below[0] == scan.hazard_ratio_below[2] != scan.hazard_ratio_below[1]


def test_without_resampling_there_is_no_corrected_p() -> None:
    scan = scanned(load_case("veteran"), n_resamples=0, seed=3)
    assert (scan.p_value_adjusted, scan.p_value_adjusted_at, scan.envelope) == (None, None, None)
    assert scan.best_threshold is not None
    assert scan.candidate.any()


def test_without_thresholds_or_participants_there_is_nothing_to_scan() -> None:
    case = load_case("veteran")
    assert scanned(case, thresholds=[]).best_threshold is None
    empty = threshold_scan([], [], [], [])
    assert (empty.thresholds.size, empty.best_threshold) == (0, None)
    nobody_known = threshold_scan([1, 2], [1, 1], [0, 1], [np.nan, np.nan], thresholds=[1.0])
    assert nobody_known.n_below.tolist() == [0]
    assert np.isnan(nobody_known.hazard_ratio_below[0])
    no_events = threshold_scan([1, 2], [0, 0], [0, 1], [1, 2], thresholds=[1.0])
    assert no_events.events_below.tolist() == [0]


def test_arrays_cannot_be_written_to() -> None:
    scan = scanned(load_case("veteran"))
    arrays = [getattr(scan, name) for name in scan.__dataclass_fields__]
    assert not any(a.flags.writeable for a in arrays if isinstance(a, np.ndarray))


def test_the_callers_thresholds_stay_theirs() -> None:
    mine = np.array([40.0, 70.0])
    scanned(load_case("veteran"), thresholds=mine)
    assert mine.flags.writeable


@for_each(
    ("changes", "message"),
    [
        ({"biomarker": [1.0, 2.0]}, "There are 3 times but biomarker has shape"),
        ({"biomarker": [1.0, np.inf, 2.0]}, "1 of 3 biomarker values are infinite"),
        ({"thresholds": [np.nan]}, "finite numbers"),
        ({"thresholds": 3.0}, "one list"),
        ({"n_resamples": -1}, "n_resamples must be a whole number"),
        ({"n_resamples": 10.5}, "n_resamples must be a whole number"),
        ({"seed": -3}, "seed must be a whole number"),
        ({"event": [0, 1, 2]}, "event must hold only 0 and 1"),
        ({"treated": [0, 1]}, "treated has shape"),
    ],
)
def test_unusable_input_is_refused_with_a_sentence(changes: dict[str, Any], message: str) -> None:
    columns: dict[str, Any] = {
        "time": [1, 2, 3],
        "event": [1, 0, 1],
        "treated": [0, 1, 1],
        "biomarker": [1.0, 2.0, 3.0],
    }
    with pytest.raises(ValueError, match=message):
        threshold_scan(**columns | changes)
