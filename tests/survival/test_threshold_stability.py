"""Bootstrap samples follow from their number alone, keep the arms' sizes, and move with the evidence."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

from mirodash.survival import threshold_scan
from mirodash.survival.threshold_search import find_best_thresholds, stability_of, threshold_stability
from tests.profiles import for_each
from tests.reference_cases import ReferenceCase, load_case

MODULE = sys.modules[find_best_thresholds.__module__]


def best_of(case: ReferenceCase, numbers: Any, **options: Any) -> np.ndarray:
    return find_best_thresholds(
        case.time, case.event, case.treated, case.biomarker, numbers=numbers, **options
    )


@for_each("name", ["veteran", "pbc", "lung"])
def test_the_whole_is_the_same_however_it_is_shared_out(name: str):
    case = load_case(name)
    whole = best_of(case, range(12))
    for shares in ([range(5), range(5, 12)], [[k] for k in range(12)]):
        np.testing.assert_array_equal(np.concatenate([best_of(case, share) for share in shares]), whole)
    np.testing.assert_array_equal(best_of(case, reversed(range(12))), whole[::-1])
    assert not np.array_equal(best_of(case, range(12), seed=1), whole)
    assert np.unique(whole).size > 1


def test_the_order_of_the_file_does_not_matter():
    case = load_case("pbc")
    mixed = np.random.default_rng(5).permutation(case.time.size)
    there = find_best_thresholds(
        case.time[mixed], case.event[mixed], case.treated[mixed], case.biomarker[mixed], numbers=range(5)
    )
    np.testing.assert_array_equal(best_of(case, range(5)), there)


@for_each("name", ["veteran", "pbc", "lung", "colon"])
def test_a_sample_of_the_trial_itself_has_the_best_threshold_of_its_scan(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    case = load_case(name)

    def everybody(arms: list[np.ndarray], _: Any) -> np.ndarray:
        return np.concatenate(arms)

    monkeypatch.setattr(MODULE, "_draw_sample", everybody)
    scan = threshold_scan(case.time, case.event, case.treated, case.biomarker, n_resamples=0)
    assert best_of(case, [0]).tolist() == [scan.best_threshold]


def test_strata_count_in_a_sample_as_they_do_in_the_search(monkeypatch: pytest.MonkeyPatch):
    case = load_case("pbc")
    strata = np.arange(case.time.size) % 3
    monkeypatch.setattr(MODULE, "_draw_sample", lambda arms, _: np.concatenate(arms))
    scan = threshold_scan(case.time, case.event, case.treated, case.biomarker, strata=strata, n_resamples=0)
    assert best_of(case, [0], strata=strata).tolist() == [scan.best_threshold]


def test_a_sample_has_as_many_of_either_arm_as_the_trial_some_of_them_twice(monkeypatch: pytest.MonkeyPatch):
    case = load_case("lung")
    drawn: list[tuple[int, int, int]] = []

    def watch(people: np.ndarray, _: Any) -> float:
        marker, _, time, _, arm = people
        assert not np.isnan(marker).any()
        treated = int(arm.sum())
        drawn.append((treated, arm.size - treated, np.unique(time).size))
        return 1.0

    monkeypatch.setattr(MODULE, "_find_best", watch)
    best_of(case, range(40))
    known = ~np.isnan(case.biomarker)
    treated, control = int((known & case.treated).sum()), int((known & ~case.treated).sum())
    assert {row[:2] for row in drawn} == {(treated, control)}
    distinct = np.unique(case.time[known]).size
    # somebody is drawn with probability 1 - 1/e
    assert np.mean([row[2] for row in drawn]) == pytest.approx(0.66 * distinct, rel=0.08)


def test_only_thresholds_that_are_allowed_are_best():
    case = load_case("pbc")
    allowed = [0.8, 1.4, 3.5]
    assert set(best_of(case, range(20), thresholds=allowed).tolist()) <= set(allowed)


def test_a_sharp_change_of_the_effect_is_found_again_and_again():
    rng = np.random.default_rng(2)
    n = 300
    marker, treated = rng.uniform(0, 10, n), np.arange(n) % 2
    time = rng.exponential(np.where((treated == 1) & (marker <= 4), 30.0, 3.0))
    sharp = threshold_stability(time, np.ones(n), treated, marker, samples=40)
    assert sharp.observed == pytest.approx(4, abs=0.5)
    assert np.quantile(np.abs(sharp.best - 4), 0.8) < 0.7
    nothing = threshold_stability(rng.exponential(size=n), np.ones(n), treated, marker, samples=40)
    assert np.std(nothing.best) > 3 * np.std(sharp.best)


def test_samples_without_a_threshold_are_counted_but_not_shown():
    found = stability_of(np.array([np.nan, 3.0, np.nan, 5.0]), 3.0, seed=4)
    assert (found.best.tolist(), found.samples, found.observed, found.seed) == ([3, 5], 4, 3, 4)
    with pytest.raises(ValueError, match="read-only"):
        found.best[0] = 1


@for_each("n", [0, 1, 8])
def test_hardly_anybody_has_no_best_threshold(n: int):
    found = threshold_stability(np.arange(n) + 1.0, np.ones(n), np.arange(n) % 2, np.arange(n), samples=3)
    assert (found.best.size, found.samples, found.observed) == (0, 3, None)


def test_columns_must_fit_together():
    with pytest.raises(ValueError, match="biomarker has shape"):
        find_best_thresholds([1, 2], [1, 1], [0, 1], [1], numbers=[0])
