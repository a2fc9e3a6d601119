"""Strata are crossed, and who lacks one of the columns is in none."""

from __future__ import annotations

import numpy as np
import pytest

from mirodash.stratification.strata import find_strata, stratum_column
from tests.small_trials import eight_people, levels, small_trial

TRIAL = eight_people()


def test_one_column_keeps_its_levels():
    assert find_strata(TRIAL, ("sex",)).tolist() == [0, 1, 0, 1, -1, 0, 1, 0]


def test_two_columns_are_crossed():
    codes = find_strata(TRIAL, ("sex", "site"))
    # f/m x FR-01/UK-01, numbered in this order
    assert codes.tolist() == [1, 3, 0, 2, -1, 1, -1, 1]


def test_no_columns_make_one_stratum():
    assert find_strata(TRIAL, ()).tolist() == [0] * 8


def test_a_numeric_column_with_few_values_will_do():
    assert find_strata(TRIAL, ("age",)).tolist() == [0, 2, 4, 6, 1, 3, 5, -1]
    many = small_trial(
        arm=["IL-2", "Placebo"] * 11, time=[1.0] * 22, event=[1] * 22, numbers={"age": list(range(22))}
    )
    assert stratum_column(many, "age") is None


def test_sites_and_countries_go_by_these_names():
    trial = small_trial(arm=["IL-2", "Placebo"], time=[1, 2], event=[1, 0], site=["a", "b"])
    object.__setattr__(trial, "categories", {})
    object.__setattr__(trial, "country", levels(["UK", "FR"]))
    assert find_strata(trial, ("site",)).tolist() == [0, 1]
    assert find_strata(trial, ("country",)).tolist() == [1, 0]


def test_an_unknown_column_is_an_error():
    assert stratum_column(TRIAL, "region") is None
    with pytest.raises(KeyError, match="region"):
        find_strata(TRIAL, ("sex", "region"))


def test_many_columns_do_not_overflow():
    codes = find_strata(TRIAL, ("sex", "site") * 40)
    assert np.array_equal(codes, find_strata(TRIAL, ("sex", "site")))
