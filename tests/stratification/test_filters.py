"""A filter's effect, its sentence and its objections say the same thing."""

from __future__ import annotations

import numpy as np

from mirodash.stratification.selection import Filter, LevelFilter, RangeFilter
from tests.profiles import for_each
from tests.small_trials import eight_people

TRIAL = eight_people()


@for_each(
    ("chosen", "kept", "sentence"),
    [
        (LevelFilter("sex", ("f",)), [0, 2, 5, 7], "Sex: female"),
        (LevelFilter("sex", ("f", "m")), [0, 1, 2, 3, 5, 6, 7], "Sex: female or male"),
        (LevelFilter("sex", ()), [], "Sex: none"),
        (LevelFilter("site", ("FR-01",)), [2, 3, 4], "site: FR-01"),
        (RangeFilter("age", 50, 60), [1, 2, 5], "Age: 50 to 60 years"),
        (RangeFilter("age", None, 50), [0, 1, 4], "Age: up to 50 years"),
        (RangeFilter("age", 61, None), [3, 6], "Age: from 61 years"),
        (RangeFilter("nfl", 10, 20), [0, 1], "nfl: 10 to 20"),
    ],
)
def test_effect_and_sentence(chosen: Filter, kept: list[int], sentence: str):
    assert np.flatnonzero(chosen.mask(TRIAL)).tolist() == kept
    assert chosen.sentence(TRIAL) == sentence
    assert chosen.problem(TRIAL) is None


@for_each(
    ("chosen", "problem"),
    [
        (LevelFilter("age", ("40",)), "There is no categorical column 'age' to filter on."),
        (LevelFilter("sex", ("f", "x")), "Column 'sex' has no value 'x'; it has f, m."),
        (RangeFilter("sex", 1, 2), "There is no numeric column 'sex' to filter on."),
        (RangeFilter("age", 60, 40), "The range of 'age' runs backwards: 60 to 40."),
    ],
)
def test_objections(chosen: Filter, problem: str):
    assert chosen.problem(TRIAL) == problem
