"""Treatment × biomarker as a straight line: R's answers, units, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_cases import CASES_WITH_BIOMARKER, load_case, load_degenerate

from mirodash.survival.effect_curve import compute_continuous_interaction
from mirodash.survival.results import ContinuousInteraction, NotEstimable
from tests.profiles import for_each

TIME, EVENT, TREATED = [1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 0], [0, 1, 0, 1, 0, 1]


@for_each("name", CASES_WITH_BIOMARKER)
def test_interaction_is_that_of_r(name: str) -> None:
    case = load_case(name)
    found = compute_continuous_interaction(case.time, case.event, case.treated, case.biomarker)
    assert isinstance(found, ContinuousInteraction)
    assert found.scale == ("linear" if name == "colon" else "log")
    expected = case.expected["interaction"][found.scale]
    assert found.coef == pytest.approx(expected["coef"], rel=1e-8)
    assert found.se == pytest.approx(expected["se"], rel=1e-8)
    assert found.p_lr == pytest.approx(expected["p_lr"], rel=1e-8)


@for_each("name", CASES_WITH_BIOMARKER)
def test_linear_scale_is_that_of_r(name: str) -> None:
    case = load_case(name)
    # moving the biomarker below 0 changes its scale and nothing else
    found = compute_continuous_interaction(case.time, case.event, case.treated, case.biomarker - 1e4)
    expected = case.expected["interaction"]["linear"]
    assert isinstance(found, ContinuousInteraction)
    assert found.scale == "linear"
    assert found.coef == pytest.approx(expected["coef"], rel=1e-8)
    assert found.se == pytest.approx(expected["se"], rel=1e-8)
    assert found.p_lr == pytest.approx(expected["p_lr"], rel=1e-8)


@for_each(
    ("name", "digits"),
    [
        ("ordinary", 1e-8),
        ("biomarker_missing", 1e-8),
        ("biomarker_times_1e8", 1e-8),
        ("biomarker_negative", 1e-8),
        ("no_events_in_cell", 1e-8),
        ("biomarker_tiny_spread", 1e-6),  # the logarithm itself has no more digits
    ],
)
def test_odd_biomarkers_give_what_r_gives(name: str, digits: float) -> None:
    case = load_degenerate(name)
    found = compute_continuous_interaction(case.time, case.event, case.treated, case.biomarker)
    expected = case.expected["interaction"]["continuous"]
    assert isinstance(found, ContinuousInteraction)
    assert found.scale == expected["scale"]
    assert found.coef == pytest.approx(expected["coef"], rel=digits)
    assert found.se == pytest.approx(expected["se"], rel=digits)
    assert found.p_lr == pytest.approx(expected["p_lr"], rel=digits)


def test_a_biomarker_that_orders_the_deaths_has_no_finite_estimate() -> None:
    case = load_degenerate("monotone_biomarker")
    assert "refused" in case.expected["interaction"]["continuous"]
    found = compute_continuous_interaction(case.time, case.event, case.treated, case.biomarker)
    assert found == NotEstimable(
        "The hazard ratio of the biomarker has no finite estimate: the more extreme, the better it fits."
    )


@given(seed=st.integers(0, 10_000), factor=st.sampled_from([1e-6, 0.2, 1e8]))
def test_unit_of_the_biomarker_and_names_of_the_arms(seed: int, factor: float) -> None:
    rng = np.random.default_rng(seed)
    biomarker, treated = rng.lognormal(size=70), np.arange(70) % 2
    time, event = np.ceil(rng.exponential(size=70) * 40), rng.random(70) < 0.8
    found = compute_continuous_interaction(time, event, treated, biomarker)
    other = compute_continuous_interaction(time, event, 1 - treated, biomarker * factor)
    assert isinstance(found, ContinuousInteraction)
    assert isinstance(other, ContinuousInteraction)
    assert other.coef == pytest.approx(-found.coef, rel=1e-7, abs=1e-9)
    assert other.se == pytest.approx(found.se, rel=1e-7)
    assert other.p_lr == pytest.approx(found.p_lr, rel=1e-6, abs=1e-10)


def test_those_without_the_biomarker_change_nothing() -> None:
    case = load_case("pbc")
    known = compute_continuous_interaction(case.time, case.event, case.treated, case.biomarker)
    more = compute_continuous_interaction(
        np.append(case.time, [1.0, 2.0]),
        np.append(case.event, [True, True]),
        np.append(case.treated, [True, False]),
        np.append(case.biomarker, [np.nan, np.nan]),
    )
    assert more == known


@for_each(
    ("biomarker", "sentence"),
    [
        ([np.nan] * 6, "No participant has a biomarker value (0 of 6)."),
        ([3.0] * 6, "The biomarker is 3 for every participant: the effect along it cannot be estimated."),
        ([1, 2, np.inf, 4, 5, 6], "1 of 6 biomarker values are infinite."),
        ([1, np.nan, 2, np.nan, 5, np.nan], "No participant in the treated arm has a biomarker value."),
        ([np.nan, 1, np.nan, 2, np.nan, 5], "No participant in the control arm has a biomarker value."),
        (
            [1, np.nan, 2, np.nan, 5, 6],
            "0 events in the treated arm among those with a biomarker value (0 of 1).",
        ),
    ],
)
def test_what_cannot_be_told_is_said(biomarker: list[float], sentence: str) -> None:
    assert compute_continuous_interaction(TIME, EVENT, TREATED, biomarker) == NotEstimable(sentence)


def test_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="6 times but biomarker has shape"):
        compute_continuous_interaction(TIME, EVENT, TREATED, [1.0])
