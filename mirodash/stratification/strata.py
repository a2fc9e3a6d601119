"""Strata: columns of a trial as codes, crossed, for stratified tests and models."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.trial import MISSING, Levels, Trial

MAX_NUMERIC_STRATA = 20
"""A numeric column with more distinct values is no grouping, unless they are whole numbers that repeat."""

Codes = NDArray[np.int64]


def stratum_column(trial: Trial, column: str) -> Codes | None:
    """The codes (participants,) of one column for stratifying, -1 missing; None when it is unfit for that.

    Fit are categorical columns, ``site`` and ``country`` by these names, numeric columns with at most
    twenty distinct values, and whole numbers that half of the participants or more share with others.
    """
    levels = levels_of(trial, column)
    if levels is not None:
        return levels.codes.astype(np.int64)
    if column not in trial.numbers:
        return None
    values = trial.numbers[column].values
    known = np.isfinite(values)
    distinct, codes = np.unique(values[known], return_inverse=True)
    is_code = 2 * distinct.size <= codes.size and not bool((distinct != np.round(distinct)).any())
    if distinct.size > MAX_NUMERIC_STRATA and not is_code:
        return None
    result = np.full(values.size, MISSING, dtype=np.int64)
    result[known] = codes
    return result


def find_randomisation_strata(trial: Trial) -> tuple[str, ...]:
    """The columns within whose strata arms were randomised, as far as the trial has them."""
    named = trial.dictionary.randomised_within
    return tuple(column for column in named if stratum_column(trial, column) is not None)


def list_default_strata(trial: Trial) -> tuple[str, ...]:
    """The strata that the trial's dictionary names for adjusted analyses, as far as the trial has them."""
    declared = trial.dictionary.default_strata or trial.dictionary.randomised_within
    return tuple(name for name in declared if stratum_column(trial, name) is not None)


def find_strata(trial: Trial, columns: tuple[str, ...]) -> Codes:
    """The crossing of several columns: codes (participants,), -1 where any of them is missing.

    Raises
    ------
    KeyError
        When a column is unfit; `mirodash.stratification.validation.validate` tells beforehand.
    """
    crossed = np.zeros(trial.participants, dtype=np.int64)
    missing = np.zeros(trial.participants, dtype=np.bool_)
    for column in columns:
        codes = stratum_column(trial, column)
        if codes is None:
            raise KeyError(column)
        missing |= codes == MISSING
        # renumbered at every step, so that many columns cannot overflow
        crossed = np.unique(crossed * (codes.max(initial=0) + 1) + codes.clip(0), return_inverse=True)[1]
    crossed[missing] = MISSING
    return crossed


def levels_of(trial: Trial, column: str) -> Levels | None:
    """The column as a category, if it is one; country and site go by these names."""
    if column in trial.categories:
        return trial.categories[column]
    return {"site": trial.site, "country": trial.country}.get(column)
