"""Adjusted hazard ratios are R's and lifelines', and say why when there are none."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter

from mirodash.survival import estimate_stratified_effect
from mirodash.survival.adjusted import AdjustedHazardRatio, fit_adjusted_cox
from mirodash.survival.results import HazardRatio, NotEstimable
from tests.adjusted_reference import ADJUSTED_CASES, AdjustedCase, load_adjusted
from tests.profiles import for_each
from tests.reference_cases import load_case

SHARED = {
    "time": [5, 8, 9, 12, 15, 20, 22, 25],
    "event": [1, 1, 0, 1, 1, 0, 1, 1],
    "treated": [0, 1, 0, 1, 0, 1, 0, 1],
}
AGE = [50, 61, 47, 70, 55, 66, 41, 58]


def fitted(case: AdjustedCase, **changes: Any) -> AdjustedHazardRatio:
    given = {"covariates": case.covariates, "strata": case.stratum, "names": case.names} | changes
    found = fit_adjusted_cox(case.time, case.event, case.treated, given.pop("covariates"), **given)
    assert isinstance(found, AdjustedHazardRatio), found
    return found


def why(covariates: Any, **changes: Any) -> str:
    found = fit_adjusted_cox(**(SHARED | {"names": ["age"]} | changes), covariates=covariates)
    assert isinstance(found, NotEstimable)
    return found.why


@for_each("name", ADJUSTED_CASES)
def test_equals_r(name: str) -> None:
    case = load_adjusted(name)
    ours, theirs = fitted(case), case.expected
    assert (ours.participants, ours.events) == (theirs["n"], theirs["events"])
    for field, key in (("coef", "coef"), ("se", "se"), ("hr", "hr"), ("p", "p_wald")):
        assert getattr(ours, field) == pytest.approx(theirs[key], rel=1e-8)
    assert ours.ci == pytest.approx(theirs["ci"], rel=1e-8)


@for_each("name", ADJUSTED_CASES)
def test_equals_lifelines(name: str) -> None:
    case = load_adjusted(name)
    ours = fitted(case)
    assert (ours.coef, ours.se) == pytest.approx(fitted_by_lifelines(case), rel=1e-8)


def fitted_by_lifelines(case: AdjustedCase) -> tuple[float, float]:
    """Return the log hazard ratio of treatment and its standard error, as lifelines has them."""
    scaled = (case.covariates - case.covariates.mean(axis=0)) / case.covariates.std(axis=0)
    table = pd.DataFrame(scaled, columns=list(case.names))
    table["treated"], table["stratum"] = case.treated.astype(float), case.stratum
    table["time"], table["event"] = case.time, case.event
    # its own precision leaves four digits right
    tight = {"precision": 1e-20, "r_precision": 0.0, "max_steps": 100}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = CoxPHFitter().fit(table, "time", "event", strata=["stratum"], fit_options=tight)
    return float(found.params_["treated"]), float(found.standard_errors_["treated"])


def test_without_covariates_it_is_the_stratified_hazard_ratio() -> None:
    case = load_case("veteran")
    ours = fit_adjusted_cox(
        case.time, case.event, case.treated, np.zeros((case.time.size, 0)), strata=case.stratum
    )
    theirs = estimate_stratified_effect(case.time, case.event, case.treated, case.stratum)
    assert isinstance(ours, AdjustedHazardRatio)
    assert isinstance(theirs.cox, HazardRatio)
    assert (ours.coef, ours.se, ours.p) == pytest.approx(
        (theirs.cox.coef, theirs.cox.se, theirs.cox.p_wald), rel=1e-8
    )
    assert (ours.strata, ours.terms) == (theirs.strata, 0)


def test_where_newtons_method_would_overshoot_it_still_equals_r() -> None:
    # R 4.2.2: coef(coxph(Surv(rank, event) ~ treated + x + y + strata(stratum)))[1] and its standard error
    found = fit_adjusted_cox(
        [5, 9, 11, 2, 3, 8, 7, 6, 4, 1, 12, 10],
        [0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1],
        [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
        np.array(
            [
                [1.58, 1.54, -1.45, 1.36, 0.26, 0.03, -0.32, 1.81, 1.27, 1.73, -1.4, -0.16],
                [0.03, -1.04, -0.72, 0.63, 2.23, -0.32, -0.02, -2.01, 0.11, 0.61, -0.97, -0.51],
            ]
        ).T,
        strata=[1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0],
    )
    assert isinstance(found, AdjustedHazardRatio)
    assert (found.coef, found.se) == pytest.approx((1.63578993843, 4.31848105688), rel=1e-9)


@for_each(("scale", "shift", "days"), [(1e-6, 0.0, 1 / 30.44), (1e8, 0.0, 7.0), (1.0, 1e6, 1.0)])
def test_units_of_covariates_and_of_time_change_nothing(scale: float, shift: float, days: float) -> None:
    case = load_adjusted("veteran")
    plain = fitted(case)
    other = fit_adjusted_cox(
        case.time * days,
        case.event,
        case.treated,
        case.covariates * scale + shift * scale,
        strata=case.stratum,
    )
    assert isinstance(other, AdjustedHazardRatio)
    assert (other.coef, other.se) == pytest.approx((plain.coef, plain.se), rel=1e-7)


def test_renaming_the_arms_inverts_the_ratio() -> None:
    case = load_adjusted("pbc")
    plain, swapped = (
        fitted(case),
        fit_adjusted_cox(case.time, case.event, ~case.treated, case.covariates, strata=case.stratum),
    )
    assert isinstance(swapped, AdjustedHazardRatio)
    assert swapped.hr == pytest.approx(1 / plain.hr, rel=1e-9)
    assert swapped.ci == pytest.approx((1 / plain.ci[1], 1 / plain.ci[0]), rel=1e-9)
    assert swapped.p == pytest.approx(plain.p, rel=1e-9)


def test_strata_without_events_change_nothing() -> None:
    case = load_adjusted("veteran")
    more = fit_adjusted_cox(
        np.append(case.time, [500.0, 600.0]),
        np.append(case.event, [False, False]),
        np.append(case.treated, [True, False]),
        np.vstack((case.covariates, case.covariates[:2])),
        strata=np.append(case.stratum, ["nowhere", "nowhere"]),
    )
    plain = fitted(case)
    assert isinstance(more, AdjustedHazardRatio)
    assert (more.coef, more.se) == pytest.approx((plain.coef, plain.se), rel=1e-10)
    assert (more.participants, more.strata) == (plain.participants + 2, plain.strata + 1)


def test_a_covariate_that_is_constant_among_those_without_an_event_gives_no_warning() -> None:
    rng = np.random.default_rng(5)
    event = rng.random(60) < 0.7
    marker = np.where(event, rng.integers(0, 2, 60), 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = fit_adjusted_cox(
            rng.permutation(60) + 1, event, rng.integers(0, 2, 60), marker[:, None].astype(float)
        )
    assert isinstance(found, AdjustedHazardRatio)


def test_a_covariate_that_says_nothing_is_named() -> None:
    assert (
        why([[50.0]] * 8) == "The age is the same for every participant (50): its effect cannot be estimated."
    )


def test_a_covariate_that_follows_from_others_is_left_out_and_named() -> None:
    age = np.array(AGE, dtype=float)
    both = np.column_stack((age, 2 * age + 1))
    names = ["age", "double age"]
    found = fit_adjusted_cox(**SHARED, covariates=both, names=names)
    alone = fit_adjusted_cox(**SHARED, covariates=both[:, :1], names=names[:1])
    assert isinstance(found, AdjustedHazardRatio)
    assert isinstance(alone, AdjustedHazardRatio)
    assert found.dropped == ("double age",)
    assert (found.hr, found.ci, found.terms) == (alone.hr, alone.ci, 1)
    dose = fit_adjusted_cox(
        **SHARED, covariates=np.array(SHARED["treated"], dtype=float)[:, None], names=["dose"]
    )
    assert isinstance(dose, AdjustedHazardRatio)
    assert dose.dropped == ("dose",)


def test_a_covariate_without_a_finite_effect_is_named() -> None:
    order = -np.array(SHARED["time"], dtype=float)[:, None]
    assert why(order, event=[1] * 8) == (
        "The hazard ratio of the age has no finite estimate: the more extreme, the better it fits."
    )


@for_each(
    ("changes", "sentence"),
    [
        ({"treated": [1] * 8}, "Only the treated arm is in this group (8): the arms cannot be compared."),
        ({"event": [0] * 8}, "No events in either arm (0 of 8): the arms cannot be compared."),
        (
            {"event": [0, 1, 0, 1, 0, 0, 0, 1]},
            "No events in the control arm (0 of 4): the hazard ratio cannot be estimated.",
        ),
        (
            {"time": [], "event": [], "treated": []},
            "No participants are in this group: there is nothing to compare.",
        ),
        (
            {"event": [1, 1, 0, 0, 0, 0, 0, 0]},
            "Only 2 events for 3 terms of the model: there is too little to adjust with.",
        ),
    ],
)
def test_too_little_to_adjust_with_is_said(changes: dict[str, Any], sentence: str) -> None:
    n = len(changes.get("time", AGE))
    covariates = np.column_stack((AGE, np.square(np.array(AGE) - 50.0)))[:n]
    assert why(covariates, names=["age", "square"], **changes) == sentence


def test_columns_that_do_not_fit_the_participants_are_refused() -> None:
    with pytest.raises(ValueError, match="strata has shape"):
        fit_adjusted_cox(**SHARED, covariates=np.zeros((8, 0)), strata=["a", "b"])
    with pytest.raises(ValueError, match="must have shape"):
        fit_adjusted_cox(**SHARED, covariates=[[1.0], [2.0]])
