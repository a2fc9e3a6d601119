"""The test of a search: scores equal those of R, resampling is what it says, and it bears few data."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import mirodash.survival.max_statistic as module
from mirodash.survival import threshold_scan
from mirodash.survival.cox import compute_martingale_residuals, index_event_times
from mirodash.survival.max_statistic import SearchTest, compute_permuted_maxima, search_test
from mirodash.survival.results import Numbers, compute_permutation_p_value, envelope
from mirodash.survival.spline import compute_null_residuals
from tests.profiles import for_each
from tests.reference_cases import CASES_WITH_BIOMARKER, ReferenceCase, load_case, load_json
from tests.strategies import MadeUpTrial, trials

EVERYWHERE: dict[str, Any] = {"least_participants": 1, "least_events": 0, "search": (0.0, 1.0)}
Trial = ReferenceCase | MadeUpTrial


def prepared(trial: Trial, **options: Any) -> SearchTest:
    return search_test(trial.time, trial.event, trial.treated, trial.biomarker, **options)


def scan_in_r(name: str) -> dict[str, Any]:
    return next(case for case in load_json("scan") if case["name"] == name)


@for_each("name", CASES_WITH_BIOMARKER)
def test_what_the_null_model_leaves_equals_r(name: str) -> None:
    case = load_case(name)
    known = ~np.isnan(case.biomarker)
    columns = (case.time, case.event.astype(float), case.treated.astype(float), case.biomarker)
    left = compute_null_residuals(*(column[known] for column in columns))
    np.testing.assert_allclose(left.residual, scan_in_r(name)["residual"], atol=1e-9)
    np.testing.assert_allclose(left.residual + left.expected, case.event[known], atol=1e-12)


@for_each("name", CASES_WITH_BIOMARKER)
@for_each("within", [False, True])
def test_scores_equal_those_summed_in_r(name: str, within: bool) -> None:
    case = load_case(name)
    test = prepared(case, strata=case.stratum if within else None, least_participants=1, least_events=0)
    expected = scan_in_r(name)["thresholds"]
    assert test.thresholds.tolist() == [row["threshold"] for row in expected]
    key = "score_z_within" if within else "score_z"
    np.testing.assert_allclose(test.score_z, [row[key] for row in expected], atol=1e-8)


@for_each("name", CASES_WITH_BIOMARKER)
def test_both_sides_of_every_candidate_equal_r(name: str) -> None:
    case = load_case(name)
    scan = threshold_scan(case.time, case.event, case.treated, case.biomarker, n_resamples=0)
    expected = scan_in_r(name)["thresholds"]
    assert scan.thresholds.tolist() == [row["threshold"] for row in expected]
    for k, row in enumerate(expected):
        sides = row["below"], row["above"]
        assert (scan.n_below[k], scan.n_above[k]) == tuple(side["n"] for side in sides)
        assert (scan.events_below[k], scan.events_above[k]) == tuple(side["events"] for side in sides)
        large = min(scan.n_below[k], scan.n_above[k]) >= 10
        enough = min(scan.events_below[k], scan.events_above[k]) >= 3
        assert bool(scan.candidate[k]) == (large and enough)
        if None in (sides[0]["coef"], sides[1]["coef"]):
            assert np.isnan(scan.interaction_z[k])
            continue
        z = (sides[1]["coef"] - sides[0]["coef"]) / np.hypot(sides[0]["se"], sides[1]["se"])
        assert scan.interaction_z[k] == pytest.approx(z, abs=1e-8)
        assert np.log(scan.hazard_ratio_below[k]) == pytest.approx(sides[0]["coef"], abs=1e-8)
        assert scan.standard_error_above[k] == pytest.approx(sides[1]["se"], rel=1e-8)


def test_without_covariates_the_expected_events_are_summed_hazards() -> None:
    """Deaths at 1 (of 4), 2 and 2 (of 3: the second when one of them has gone), nobody later."""
    slots, _ = index_event_times([1.0, 2.0, 2.0, 3.0], [1, 1, 1, 0])
    left = compute_martingale_residuals(slots, np.empty((4, 0)))
    first, tied, later = 1 / 4, (1 / 3 + 1 / 2 / 2), (1 / 3 + 1 / 2)
    np.testing.assert_allclose(left.expected, [first, first + tied, first + tied, first + later])
    assert left.expected.sum() == pytest.approx(3)


@given(trials(largest=40))
def test_a_score_is_the_sum_over_participants(trial: MadeUpTrial) -> None:
    test = prepared(trial, **EVERYWHERE)
    known = ~np.isnan(trial.biomarker)
    order = np.lexsort(
        tuple(column[known] for column in (trial.treated, trial.event, trial.time, trial.biomarker))
    )
    time, event, arm, marker = (
        column[known][order].astype(float)
        for column in (trial.time, trial.event, trial.treated, trial.biomarker)
    )
    if not marker.size:
        assert test.thresholds.size == 0
        return
    left = compute_null_residuals(time, event, arm, marker)
    for line, score in zip(test.thresholds, test.score_z, strict=True):
        above = (marker > line).astype(float)
        terms = (arm - arm.mean()) * (above - left.expected @ above / left.expected.sum()) * left.residual
        assert score == pytest.approx(terms.sum() / np.sqrt((terms**2).sum()), rel=1e-6, abs=1e-6)


def made_up(size: int = 60, seed: int = 5) -> MadeUpTrial:
    rng = np.random.default_rng(seed)
    return MadeUpTrial(
        time=np.ceil(rng.exponential(30, size)),
        event=rng.random(size) < 0.6,
        treated=rng.permutation(size) % 2 == 0,
        biomarker=np.round(np.exp(rng.normal(7, 0.7, size))).astype(np.float64),
    )


def test_resampled_maxima_are_those_of_arms_dealt_anew() -> None:
    """With six participants all ways of dealing the arms can be listed; 3,000 resamples find each of them."""
    time, event = np.array([3.0, 1, 4, 2, 6, 5]), np.array([1, 1, 1, 1, 0, 1])
    treated, marker = np.array([1, 0, 0, 1, 1, 0]), np.array([1.0, 2, 3, 4, 5, 6])
    test = search_test(time, event, treated, marker, **EVERYWHERE)
    left = compute_null_residuals(*(column.astype(float) for column in (time, event, treated, marker)))
    dealt = set(permutations(treated.tolist()))
    assert len(dealt) == 20
    listed = sorted(
        largest_score(np.array(arms, dtype=float), left.residual, left.expected) for arms in dealt
    )
    maxima = np.sort(compute_permuted_maxima(test, 3_000))
    found = np.unique(np.round(maxima, 9))
    np.testing.assert_allclose(found, np.unique(np.round(listed, 9)))
    np.testing.assert_allclose(
        np.quantile(maxima, [0.2, 0.5, 0.8]), np.quantile(listed, [0.2, 0.5, 0.8]), atol=0.2
    )


def largest_score(arms: Numbers, residual: Numbers, expected: Numbers) -> float:
    scores: list[float] = []
    for k in range(1, arms.size):
        above = (np.arange(arms.size) >= k).astype(float)
        terms = (arms - arms.mean()) * (above - expected[k:].sum() / expected.sum()) * residual
        scores.append(abs(terms.sum()) / np.sqrt((terms**2).sum()))
    return max(scores)


def test_arms_are_dealt_anew_within_strata_only() -> None:
    """Where a stratum is all of one arm, its members keep it; with such strata alone nothing is told."""
    trial = made_up()
    assert prepared(trial, strata=trial.treated).thresholds.size == 0
    by_site = np.arange(60) // 20
    test, whole = prepared(trial, strata=by_site), prepared(trial)
    assert test.thresholds.size == whole.thresholds.size > 20
    assert not np.allclose(test.score_z, whole.score_z)
    assert not np.array_equal(compute_permuted_maxima(test, 50), compute_permuted_maxima(whole, 50))
    named = prepared(trial, strata=np.array(["a", "b", "c"])[by_site])
    np.testing.assert_array_equal(compute_permuted_maxima(test, 50), compute_permuted_maxima(named, 50))


def test_shares_computed_in_any_order_are_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    test = prepared(made_up())
    whole = compute_permuted_maxima(test, 1_200, seed=8)
    parts = {k: test.share(k, resamples=size, seed=8) for k, size in ((2, 200), (0, 500), (1, 500))}
    np.testing.assert_array_equal(np.concatenate([parts[k] for k in range(3)]), whole)
    monkeypatch.setattr(module, "CELLS_AT_ONCE", 1)
    np.testing.assert_allclose(compute_permuted_maxima(test, 1_200, seed=8), whole, rtol=1e-12)


def test_the_same_seed_gives_the_same_answer_and_another_nearly() -> None:
    case = load_case("pbc")
    p = [p_best(prepared(case), seed=seed) for seed in (0, 0, 1, 2)]
    assert p[0] == p[1]
    assert len(set(p)) == 3
    assert max(p) - min(p) < 6 * np.sqrt(p[0] * (1 - p[0]) / 2_000)


def p_best(test: SearchTest, *, n_resamples: int = 2_000, seed: int = 0) -> float:
    return float(
        compute_permutation_p_value(test.score_z, compute_permuted_maxima(test, n_resamples, seed=seed)).min()
    )


def test_the_order_of_participants_does_not_matter() -> None:
    case = load_case("veteran")
    order = np.random.default_rng(1).permutation(case.time.size)
    columns = (case.time, case.event, case.treated, case.biomarker)
    mixed = search_test(*(column[order] for column in columns), strata=case.stratum[order])
    test = prepared(case, strata=case.stratum)
    np.testing.assert_array_equal(mixed.score_z, test.score_z)
    np.testing.assert_array_equal(compute_permuted_maxima(mixed, 100), compute_permuted_maxima(test, 100))


@for_each("name", ["pbc", "lung", "colon"])
def test_another_unit_of_the_biomarker_changes_nothing(name: str) -> None:
    case = load_case(name)
    other = search_test(case.time, case.event, case.treated, case.biomarker * 1000)
    test = prepared(case)
    np.testing.assert_allclose(other.thresholds, test.thresholds * 1000)
    np.testing.assert_allclose(other.score_z, test.score_z, atol=1e-9)
    assert p_best(other) == p_best(test)


def test_another_unit_of_time_changes_nothing() -> None:
    case = load_case("veteran")
    other = search_test(case.time / 30.4375, case.event, case.treated, case.biomarker)
    np.testing.assert_allclose(other.score_z, prepared(case).score_z, atol=1e-9)


@for_each("name", ["pbc", "veteran"])
def test_exchanging_the_arms_mirrors_the_scores_and_keeps_p(name: str) -> None:
    case = load_case(name)
    mirrored = search_test(case.time, case.event, ~case.treated, case.biomarker)
    test = prepared(case)
    np.testing.assert_allclose(mirrored.score_z, -test.score_z, atol=1e-9)
    assert p_best(mirrored) == pytest.approx(p_best(test), abs=0.02)


def test_a_threshold_between_two_values_makes_the_groups_of_the_lower() -> None:
    case = load_case("pbc")
    test = prepared(case)
    some = test.thresholds[[0, 7, -1]]
    between = (some + test.marker[test.marker.searchsorted(some, side="right")]) / 2
    np.testing.assert_array_equal(test.score_at(between), test.score_at(some))
    assert not np.isnan(test.score_at(some)).any()
    assert np.isnan(test.score_at([-1.0, test.marker[0], test.marker[-1], 1e9])).all()
    np.testing.assert_array_equal(prepared(case, thresholds=between[::-1]).thresholds, some)


def test_only_candidates_are_looked_at() -> None:
    case = load_case("pbc")
    known = case.biomarker[~np.isnan(case.biomarker)]
    dead = case.biomarker[case.event]
    test = prepared(case, least_participants=40, least_events=30, search=(0.2, 0.7))
    low, high = np.quantile(known, (0.2, 0.7))
    expected = [
        c
        for c in np.unique(known)
        if low <= c <= high
        and min((known <= c).sum(), (known > c).sum()) >= 40
        and min((dead <= c).sum(), (dead > c).sum()) >= 30
    ]
    assert test.thresholds.tolist() == expected
    assert 0 < len(expected) < prepared(case).thresholds.size


def test_a_scan_tells_the_same_as_its_test() -> None:
    case = load_case("pbc")
    lines = [0.1, 0.8, 1.4, 3.45, 25.0]
    scan = threshold_scan(
        case.time, case.event, case.treated, case.biomarker, thresholds=lines, n_resamples=700, seed=2
    )
    test = prepared(case, thresholds=lines)
    maxima = compute_permuted_maxima(test, 700, seed=2)
    assert (scan.n_resamples, scan.seed) == (700, 2)
    assert scan.candidate.tolist() == [False, True, True, True, False]
    assert scan.p_value_adjusted_at is not None
    np.testing.assert_array_equal(
        scan.p_value_adjusted_at, compute_permutation_p_value(test.score_at(lines), maxima)
    )
    assert scan.p_value_adjusted == np.nanmin(scan.p_value_adjusted_at)
    assert scan.envelope == envelope(maxima)
    wide = threshold_scan(
        case.time, case.event, case.treated, case.biomarker, n_resamples=700, confidence=0.8
    )
    assert wide.envelope is not None
    assert scan.envelope is not None
    assert prepared(case).thresholds.size > 3
    # the more thresholds are looked at, the less impressive is the same score
    assert wide.p_value_adjusted_at is not None
    at = np.flatnonzero(wide.thresholds == 1.4)[0]
    assert wide.p_value_adjusted_at[at] > scan.p_value_adjusted_at[2]


def degenerate(**changes: Any) -> dict[str, Any]:
    size = 40
    columns: dict[str, Any] = {
        "time": [float(1 + (37 * k) % 41) for k in range(size)],
        "event": [int(k % 3 > 0) for k in range(size)],
        "treated": [k % 2 for k in range(size)],
        "biomarker": [float(100 + (53 * k) % 97) for k in range(size)],
    }
    return columns | changes


NOTHING_TO_TELL: dict[str, dict[str, Any]] = {
    "no events": {"event": [0] * 40},
    "one arm": {"treated": [1] * 40},
    "all die at once": {"time": [7.0] * 40, "event": [1] * 40},
    "everybody alike": {"biomarker": [5.0] * 40},
    "biomarker of nobody": {"biomarker": [np.nan] * 40},
    "three participants": {
        "time": [1, 2, 3],
        "event": [1, 1, 1],
        "treated": [0, 1, 0],
        "biomarker": [1, 2, 3],
    },
    "nobody": {"time": [], "event": [], "treated": [], "biomarker": []},
}
HARDLY_ENOUGH: dict[str, dict[str, Any]] = {
    "two values": {"biomarker": [float(k // 2 % 2) for k in range(40)]},
    "ties": {"biomarker": [float(k // 2 % 4) for k in range(40)]},
    "below zero": {"biomarker": [float((7 * k) % 40 - 20) for k in range(40)]},
    "beyond measuring": {"biomarker": [10.0 ** (15 * k - 290) for k in range(40)]},
    "a hair apart": {"biomarker": [np.nextafter(7.0, 8.0 * (k // 2 % 2)) for k in range(40)]},
    "events in one arm": {"event": [k % 2 for k in range(40)]},
    "at time zero": {"time": [0.0] * 40},
    "half unknown": {"biomarker": [float(k) if k % 4 < 2 else np.nan for k in range(40)]},
}


@for_each("name", NOTHING_TO_TELL)
def test_where_nothing_can_be_told_there_is_no_p_value(name: str) -> None:
    scan = threshold_scan(**degenerate(**NOTHING_TO_TELL[name]), n_resamples=60)
    assert not scan.candidate.any()
    assert (scan.best_threshold, scan.p_value_adjusted, scan.p_value_adjusted_at, scan.envelope) == (
        None,
    ) * 4


@for_each("name", HARDLY_ENOUGH)
def test_hardly_enough_data_still_give_a_p_value(name: str) -> None:
    scan = threshold_scan(
        **degenerate(**HARDLY_ENOUGH[name]), n_resamples=60, least_participants=3, least_events=1
    )
    assert scan.candidate.any()
    assert scan.p_value_adjusted is not None
    assert 1 / 61 <= scan.p_value_adjusted <= 1
    assert scan.p_value_adjusted_at is not None
    np.testing.assert_array_equal(np.isnan(scan.p_value_adjusted_at), ~scan.candidate)
    assert np.isfinite(scan.score_z[scan.candidate]).all()


@given(trials(largest=30))
def test_whatever_the_data_p_values_lie_between_0_and_1(trial: MadeUpTrial) -> None:
    scan = threshold_scan(
        trial.time,
        trial.event,
        trial.treated,
        trial.biomarker,
        thresholds=[1.0, 5.0, 9.5, 20.0],
        n_resamples=19,
        **EVERYWHERE,
    )
    if scan.p_value_adjusted_at is None:
        assert not scan.candidate.any()
        return
    p = scan.p_value_adjusted_at[scan.candidate]
    assert ((p >= 1 / 20) & (p <= 1)).all()


@for_each(
    ("changes", "message"),
    [
        ({"strata": [1, 2]}, "There are 40 times but strata has shape"),
        ({"biomarker": [np.inf] * 40}, "40 of 40 biomarker values are infinite"),
        ({"biomarker": [1.0]}, "There are 40 times but biomarker has shape"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        search_test(**degenerate(**changes))
