"""What is adjusted for follows the choice, the dictionary and the people who are there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mirodash.questions.covariate_adjustment import (
    Adjustment,
    Covariate,
    choose_adjustment,
    complete,
    design,
    stratum_codes,
)
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.selection import Selection
from mirodash.stratification.strata import list_default_strata
from mirodash.trial.dictionary import Factor
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.profiles import for_each
from tests.small_trials import AGE, SEX, small_trial

NAN = float("nan")
MIROCALS = sample("mirocals")
ONSET = Factor("onset", "Onset", "category", levels=(("limb", "limb"), ("bulbar", "bulbar")))


def ten(**changes: Any) -> Trial:
    columns: dict[str, Any] = {
        "arm": ["IL-2", "Placebo"] * 5,
        "time": list(range(10, 20)),
        "event": [1, 0] * 5,
        "biomarker": [10, 100, 1000, 20, 200, 2000, 30, 300, NAN, 40],
        "site": ["A1", "A1", "A2", "A2", "B1", "B1", "B1", "B2", "B2", "B2"],
        "categories": {
            "country": ["A"] * 4 + ["B"] * 6,
            "onset": ["limb", "bulbar", "limb", None, "bulbar", "limb", "limb", "limb", "limb", "limb"],
            "sex": ["f", "m", "f", "m", "f", "m", "f", "m", "f", None],
        },
        "numbers": {"age": [40, 50, 60, 70, 80, NAN, 45, 55, 65, 75], "nfl": [float(k) for k in range(10)]},
        "factors": (SEX, AGE, ONSET),
    }
    return small_trial(**(columns | changes))


def asked(trial: Trial, **chosen: Any) -> tuple[list[str], tuple[str, ...]]:
    found = choose_adjustment(trial, Selection(**chosen))
    return [covariate.column for covariate in found.covariates], found.strata


NAMED = {"randomised_within": ("country", "onset")}


def test_no_stratum_is_added_that_nobody_named() -> None:
    assert asked(ten()) == ([], ())
    assert asked(ten(), adjust=("age",)) == (["age"], ())


def test_strata_that_the_dictionary_names_are_taken_unless_they_are_switched_off() -> None:
    assert list_default_strata(ten(randomised_within=("sex",))) == ("sex",)
    assert list_default_strata(ten(randomised_within=("sex",), default_strata=("onset",))) == ("onset",)
    assert list_default_strata(MIROCALS) == ("country", "onset")
    assert asked(ten(**NAMED), adjust=("age",)) == (["age"], ("country", "onset"))
    assert asked(ten(**NAMED), adjust=("age",), strata=()) == (["age"], ())


def test_chosen_strata_take_the_place_of_named_ones_and_of_covariates() -> None:
    assert asked(ten(**NAMED), strata=("sex",), adjust=("age", "sex")) == (["age"], ("sex",))


def test_a_chosen_covariate_is_no_named_stratum() -> None:
    assert asked(ten(**NAMED), adjust=("onset",)) == (["onset"], ("country",))


def test_a_site_already_tells_the_country() -> None:
    assert asked(ten(**NAMED), adjust=("site",)) == (["site"], ("onset",))


def test_a_trial_without_any_has_nothing_to_adjust_for() -> None:
    trial = small_trial(arm=["IL-2", "Placebo"], time=[1, 2], event=[1, 0])
    assert choose_adjustment(trial, Selection()) == Adjustment((), ())


@for_each(
    ("biomarker", "scale"),
    [([10.0 * (k + 1) for k in range(10)], "log"), ([10.0 * k for k in range(10)], "linear")],
)
def test_a_biomarker_with_a_log_scale_enters_as_its_logarithm_unless_somebody_has_none(
    biomarker: list[float], scale: str
) -> None:
    trial = ten(biomarker=biomarker)
    found = choose_adjustment(trial, Selection(adjust=("pnfh", "nfl", "sex"))).covariates
    assert [covariate.scale for covariate in found] == [scale, "linear", "category"]
    everybody = np.ones(10, dtype=bool)
    made = design(trial, found[:1], everybody).matrix[:, 0]
    assert made.tolist() == pytest.approx(np.log(biomarker).tolist() if scale == "log" else biomarker)


def test_a_category_has_an_indicator_for_every_level_somebody_has_but_the_first() -> None:
    trial = ten()
    sites = (Covariate("site", "category"),)
    everybody = np.ones(10, dtype=bool)
    made = design(trial, sites, everybody)
    assert made.names == ("covariate 'site: A2'", "covariate 'site: B1'", "covariate 'site: B2'")
    assert made.matrix.sum(axis=0).tolist() == [2, 3, 3]
    later = np.arange(10) >= 4
    assert design(trial, sites, later).names == ("covariate 'site: B2'",)


def test_what_is_the_same_for_everybody_is_left_out_and_named() -> None:
    trial = ten(numbers={"age": [50.0] * 10, "nfl": [float(k) for k in range(10)]})
    made = design(trial, (Covariate("age", "linear"), Covariate("nfl", "linear")), np.ones(10, dtype=bool))
    assert (made.constant, made.matrix.shape) == (("age",), (10, 1))


def test_those_without_a_covariate_or_a_stratum_are_counted_by_column() -> None:
    trial = ten()
    everybody = assign_groups(trial, Selection()).everyone
    analysed, missing = complete(trial, ("pnfh", "age", "sex", "country", "onset"), everybody)
    assert missing == (("pnfh", 1), ("age", 1), ("sex", 1), ("onset", 1))
    assert np.flatnonzero(~analysed).tolist() == [3, 5, 8, 9]


def test_strata_are_the_crossing_of_their_columns() -> None:
    trial = ten()
    inside, _ = complete(trial, ("country", "onset"), assign_groups(trial, Selection()).everyone)
    codes = stratum_codes(trial, ("country", "onset"), inside)
    assert codes is not None
    assert sorted(np.bincount(codes)[np.bincount(codes) > 0].tolist()) == [1, 1, 2, 5]
    assert stratum_codes(trial, (), inside) is None
