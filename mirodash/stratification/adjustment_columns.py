"""How a baseline column enters an adjusted model: as a number or as a factor, and when that must be asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mirodash.stratification.strata import levels_of
from mirodash.trial.infer.names import NOT_SITE, SITE, score
from mirodash.trial.trial import MISSING, Levels, Trial

Kind = Literal["", "factor", "number"]
KINDS: tuple[Kind, ...] = ("factor", "number")
MAX_CODES = 20
"""Whole numbers with more distinct values are an amount, unless their column is named like a site."""
FEW_CODES = 3
"""With two values a factor and a number give the same model."""


@dataclass(frozen=True, slots=True)
class AdjustedColumn:
    """A column that is adjusted for; ``kind`` is empty where the column itself says how."""

    column: str
    kind: Kind = ""

    @property
    def text(self) -> str:
        """As an option and a link have it: ``histology:factor``."""
        return f"{self.column}:{self.kind}" if self.kind else self.column


def read_adjusted_column(trial: Trial, text: str) -> AdjustedColumn:
    """The column and the kind that were asked for; a column whose own name ends so is taken whole.

    >>> from mirodash.trial.store import sample
    >>> read_adjusted_column(sample("gbsg2"), "age:factor")
    AdjustedColumn(column='age', kind='factor')
    """
    column, colon, kind = text.rpartition(":")
    known = text in trial.numbers or levels_of(trial, text) is not None
    for one in KINDS:
        if colon and kind == one and not known:
            return AdjustedColumn(column, one)
    return AdjustedColumn(text)


def must_ask_kind(trial: Trial, column: str) -> bool:
    """Whether a column of whole numbers may as well hold codes: 1 to 9 without a unit, or numbered sites."""
    if column not in trial.numbers or levels_of(trial, column) is not None:
        return False
    factor, marker = trial.dictionary.factor(column), trial.dictionary.biomarker(column)
    if (factor and (factor.unit or factor.cut is not None)) or (marker and marker.unit):
        return False
    return _looks_like_codes(trial, column)


@lru_cache(maxsize=256)
def _looks_like_codes(trial: Trial, column: str) -> bool:
    values = trial.numbers[column].values
    distinct = np.unique(values[np.isfinite(values)])
    if distinct.size < FEW_CODES or bool((distinct != np.round(distinct)).any()):
        return False
    span = float(distinct[-1] - distinct[0]) + 1
    dense = distinct[0] in (0, 1) and span <= 2 * distinct.size
    if distinct.size <= MAX_CODES and dense:
        return True
    return score(column, SITE, NOT_SITE) > 0 and 2 * distinct.size <= values.size


def list_adjustment_choices(trial: Trial, columns: tuple[str, ...]) -> tuple[AdjustedColumn, ...]:
    """What a menu offers: either kind of a column that must be asked about, every other column once."""
    return tuple(
        AdjustedColumn(column, kind)
        for column in columns
        for kind in (KINDS if must_ask_kind(trial, column) else ("",))
    )


def factor_levels(trial: Trial, item: AdjustedColumn) -> Levels | None:
    """The column as a category; None where it enters as a number."""
    levels = levels_of(trial, item.column)
    if item.kind == "number":
        return None
    if levels is None and item.kind == "factor" and item.column in trial.numbers:
        return _levels_of_numbers(trial, item.column)
    return levels


def numeric_values(trial: Trial, item: AdjustedColumn) -> NDArray[np.float64] | None:
    """The column as numbers (participants,), NaN where missing; None where it holds other things."""
    if item.column in trial.numbers:
        return trial.numbers[item.column].values
    levels = levels_of(trial, item.column)
    if levels is None:
        return None
    try:
        of_level = np.array([*(float(name) for name in levels.names), np.nan])
    except ValueError:
        return None
    return of_level[levels.codes]


@lru_cache(maxsize=64)
def _levels_of_numbers(trial: Trial, column: str) -> Levels:
    values = trial.numbers[column].values
    known = np.isfinite(values)
    distinct, codes = np.unique(values[known], return_inverse=True)
    every = np.full(values.size, MISSING, dtype=np.int32)
    every[known] = codes
    every.setflags(write=False)
    return Levels(every, tuple(f"{value:g}" for value in distinct.tolist()))
