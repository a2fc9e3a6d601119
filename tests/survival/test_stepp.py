"""The effect in windows is R's in every window, and that of comparing the arms there one by one."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtri

from mirodash.errors import CannotComputeError
from mirodash.survival import compare_arms
from mirodash.survival.results import Design, Difference, EffectInWindows, HazardRatio
from mirodash.survival.stepp import effect_in_windows
from tests.profiles import for_each
from tests.reference_cases import ReferenceCase, load_case, load_json

DESIGNS: tuple[Design, ...] = ("sliding", "tail")
Z = float(ndtri(0.975))


def in_windows(case: ReferenceCase, **options: Any) -> EffectInWindows:
    settings = {"horizon": case.horizon, "n_resamples": 0} | options
    return effect_in_windows(case.time, case.event, case.treated, case.biomarker, **settings)


@for_each("design", DESIGNS)
@for_each("answer", load_json("windows"))
def test_windows_and_their_effects_are_those_of_r(answer: dict[str, Any], design: Design):
    case = load_case(answer["name"])
    assert case.horizon == answer["horizon"]
    made = in_windows(case, design=design, size=answer["size"], overlap=answer["overlap"])
    wanted = {key: np.array([row[key] for row in answer[design]], dtype=float) for key in answer[design][0]}
    for name in ("low", "high", "n", "events"):
        np.testing.assert_array_equal(getattr(made, name), wanted[name])
    np.testing.assert_allclose(made.median, wanted["median"], rtol=1e-15)
    np.testing.assert_allclose(made.hazard_ratio, wanted["hr"], rtol=1e-8)
    reach = np.log(made.hazard_ratio_upper / made.hazard_ratio_lower) / 2
    np.testing.assert_allclose(reach, Z * wanted["se"], rtol=1e-8)
    known = ~np.isnan(wanted["difference_se"])
    np.testing.assert_array_equal(np.isnan(made.difference), ~known)
    np.testing.assert_allclose(made.difference[known], wanted["difference"][known], rtol=1e-10, atol=1e-14)
    span = (made.difference_upper - made.difference_lower) / 2
    np.testing.assert_allclose(span[known], Z * wanted["difference_se"][known], rtol=1e-10)


@for_each("design", DESIGNS)
@for_each("name", ["veteran", "pbc", "lung", "colon"])
def test_a_window_is_a_group_like_any_other(name: str, design: Design):
    case = load_case(name)
    made = in_windows(case, design=design, confidence=0.9)
    ends = zip(made.low, made.high, strict=True)
    members = [(case.biomarker >= low) & (case.biomarker <= high) for low, high in ends]
    groups = np.stack([*members, ~np.isnan(case.biomarker)])
    compared = compare_arms(
        case.time, case.event, case.treated, groups, horizon=case.horizon, ticks=[0], confidence=0.9
    )
    for place, group in enumerate(compared[:-1]):
        assert (made.n[place], made.events[place]) == (group.n, group.events)
        assert made.median[place] == np.median(case.biomarker[members[place]])
        if isinstance(group.cox, HazardRatio):
            found = made.hazard_ratio_lower[place], made.hazard_ratio_upper[place]
            assert made.hazard_ratio[place] == pytest.approx(group.cox.hr, rel=1e-9)
            assert found == pytest.approx(group.cox.ci, rel=1e-9)
        else:
            assert np.isnan(made.hazard_ratio[place])
        if isinstance(group.survival_difference, Difference):
            found = made.difference_lower[place], made.difference_upper[place]
            assert made.difference[place] == pytest.approx(group.survival_difference.estimate, rel=1e-12)
            assert found == pytest.approx(group.survival_difference.ci, rel=1e-12)
        else:
            assert np.isnan(made.difference[place])
    overall = compared[-1]
    assert isinstance(overall.cox, HazardRatio)
    assert isinstance(overall.survival_difference, Difference)
    assert made.overall_hazard_ratio == pytest.approx(overall.cox.hr, rel=1e-9)
    assert made.overall_difference == pytest.approx(overall.survival_difference.estimate, rel=1e-12)


def test_what_a_window_lacks_is_counted_with_the_reason():
    case = load_case("veteran")
    made = in_windows(case, horizon=400, size=20)
    missing = int(np.isnan(made.difference).sum())
    assert missing > 0
    assert made.without_difference == (
        ("no participant of one arm is free of the event at the horizon", missing),
    )
    assert made.without_hazard_ratio == ()
    early = in_windows(case, horizon=0.5)
    assert early.without_difference == (("no event by the horizon", early.n.size),)
    assert early.overall_difference is None


def test_beyond_the_follow_up_of_an_arm_a_window_has_no_difference():
    case = load_case("pbc")
    horizon = float(case.time.max()) + 1
    made = in_windows(case, horizon=horizon)
    reasons = dict(made.without_difference)
    assert reasons["follow-up of an arm ends before the horizon"] > 0
    assert sum(reasons.values()) == made.n.size
    assert np.isnan(made.difference).all()
    assert made.p_difference is None


def test_windows_with_one_arm_or_no_shared_events_have_no_hazard_ratio():
    n = 80
    treated = np.r_[np.zeros(20), np.arange(40) % 2, np.zeros(20)].astype(int)
    event = np.ones(n)
    made = effect_in_windows(
        np.arange(1, n + 1), event, treated, np.arange(n), horizon=100, size=10, overlap=5, n_resamples=99
    )
    reasons = dict(made.without_hazard_ratio)
    assert reasons["only one arm is in the window"] == sum(made.high < 20) + sum(made.low >= 60)
    assert sum(reasons.values()) == np.isnan(made.hazard_ratio).sum()
    assert made.p_hazard_ratio is not None
    assert made.p_difference is None


def test_the_order_of_the_file_does_not_matter():
    case = load_case("pbc")
    mixed = np.random.default_rng(5).permutation(case.time.size)
    here = in_windows(case, n_resamples=200, strata=case.stratum)
    there = effect_in_windows(
        case.time[mixed],
        case.event[mixed],
        case.treated[mixed],
        case.biomarker[mixed],
        horizon=case.horizon,
        n_resamples=200,
        strata=case.stratum[mixed],
    )
    for name in (
        "low",
        "median",
        "n",
        "hazard_ratio",
        "hazard_ratio_upper",
        "difference",
        "difference_lower",
    ):
        np.testing.assert_allclose(getattr(here, name), getattr(there, name), rtol=1e-12)
    assert (here.p_hazard_ratio, here.p_difference) == (there.p_hazard_ratio, there.p_difference)


def test_swapping_the_arms_inverts_the_ratios_and_turns_the_differences():
    case = load_case("pbc")
    here, there = (
        in_windows(case),
        effect_in_windows(
            case.time, case.event, ~case.treated, case.biomarker, horizon=case.horizon, n_resamples=0
        ),
    )
    np.testing.assert_allclose(there.hazard_ratio, 1 / here.hazard_ratio, rtol=1e-8)
    np.testing.assert_allclose(there.difference, -here.difference, rtol=1e-12, atol=1e-14)


def test_those_without_the_biomarker_are_left_out():
    case = load_case("lung")
    assert np.isnan(case.biomarker).any()
    known = ~np.isnan(case.biomarker)
    made = in_windows(case, n_resamples=50)
    without = effect_in_windows(
        case.time[known],
        case.event[known],
        case.treated[known],
        case.biomarker[known],
        horizon=case.horizon,
        n_resamples=50,
    )
    np.testing.assert_array_equal(made.hazard_ratio, without.hazard_ratio)
    assert made.p_hazard_ratio == without.p_hazard_ratio


def test_results_cannot_be_written_to():
    made = in_windows(load_case("pbc"))
    for item in fields(EffectInWindows):
        value = getattr(made, item.name)
        assert not isinstance(value, np.ndarray) or not value.flags.writeable


@for_each(
    ("changes", "sentence"),
    [
        ({"biomarker": np.full(60, 4.0)}, "The biomarker is 4 for every participant"),
        ({"biomarker": np.r_[np.ones(58), 2, 2]}, "too few values for overlapping windows"),
        ({"event": np.arange(60) % 4 == 0}, "0 events in the treated arm"),
        ({"event": (np.arange(60) % 4 == 0) | (np.arange(60) == 1)}, "1 event in the treated arm: windows"),
        ({"time": np.where(np.arange(60) % 2, 1.0, 2.0)}, "No event came in one arm while both"),
    ],
)
def test_hardly_any_data_are_refused_in_a_sentence(changes: dict[str, Any], sentence: str):
    columns: dict[str, Any] = {
        "time": np.arange(1.0, 61),
        "event": np.ones(60),
        "treated": np.arange(60) % 2,
        "biomarker": np.arange(60.0) * 7 % 60,
    } | changes
    with pytest.raises(CannotComputeError, match=sentence):
        effect_in_windows(**columns, horizon=30)


@for_each(
    "options",
    [
        {"horizon": 0},
        {"size": 1},
        {"overlap": -1},
        {"size": 30, "overlap": 30},
        {"n_resamples": -1},
        {"confidence": 95},
        {"strata": [1, 2]},
    ],
)
def test_numbers_out_of_range_are_refused(options: dict[str, Any]):
    with pytest.raises(ValueError, match=r"."):
        in_windows(load_case("pbc"), **options)
