"""Strata: who is compared with whom when a test looks within sites, countries or other baseline groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.trial import MISSING, Levels, Trial

MOST_NUMERIC_STRATA = 20
"""A numeric column with more distinct values is a measurement, not a grouping."""

Codes = NDArray[np.int64]


def stratum_column(trial: Trial, column: str) -> Codes | None:
    """The codes (participants,) of one column for stratifying, -1 missing; None when it is unfit for that.

    Fit are categorical columns, ``site`` and ``country`` by these names, and numeric columns with at
    most twenty distinct values.
    """
    levels = levels_of(trial, column)
    if levels is not None:
        return levels.codes.astype(np.int64)
    if column not in trial.numbers:
        return None
    values = trial.numbers[column].values
    known = np.isfinite(values)
    distinct, codes = np.unique(values[known], return_inverse=True)
    if distinct.size > MOST_NUMERIC_STRATA:
        return None
    result = np.full(values.size, MISSING, dtype=np.int64)
    result[known] = codes
    return result


def randomised_within(trial: Trial) -> tuple[str, ...]:
    """The columns within whose strata the arms were dealt, as far as the trial has them."""
    named = trial.dictionary.randomised_within
    return tuple(column for column in named if stratum_column(trial, column) is not None)


def strata(trial: Trial, columns: tuple[str, ...]) -> Codes:
    """The crossing of several columns: codes (participants,), -1 where any of them is missing.

    Raises
    ------
    KeyError
        When a column is unfit; `mirodash.stratification.settling.problems` tells beforehand.
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
