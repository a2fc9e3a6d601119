"""What an adjusted analysis allows for: which baseline columns, on which scale, and within which strata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mirodash.stratification.groups import groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Mask, Selection, levels_of, strata, stratum_column
from mirodash.stratification.validation import settled
from mirodash.trial.trial import MISSING, Trial

CovariateScale = Literal["log", "linear", "category"]
USUAL_STRATA = ("country", "onset")
"""Trials in motor neurone disease randomise within these; they are strata where nothing else is declared."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Covariate:
    """One baseline column in a model: as it is, as its natural logarithm, or as one indicator a level."""

    column: str
    scale: CovariateScale


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What is adjusted for: covariates in the model, and columns whose crossing makes the strata."""

    covariates: tuple[Covariate, ...]
    strata: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column whose value a participant needs to be analysed."""
        return (*(covariate.column for covariate in self.covariates), *self.strata)


@dataclass(frozen=True, eq=False, slots=True)
class Design:
    """The covariates of some participants as a matrix (participants, terms), with a name for each term.

    ``constant`` are the columns that are the same for all of them: they tell nothing and are left out.
    """

    matrix: Numbers
    names: tuple[str, ...]
    constant: tuple[str, ...]


@memoise
def adjustment(trial: Trial, selection: Selection) -> Adjustment:
    """Which covariates and strata the selection asks for; without chosen strata, those of the trial.

    The trial's own strata are those it was randomised within, else country and onset where it has them.
    What was chosen goes before what is usual: a column that is chosen as a covariate, or that a chosen
    category fixes (a site its country), is no usual stratum any more; a column that is chosen as a stratum
    is no covariate.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = settled(trial, selection)
    inside = groups(trial, selection).everyone
    columns = tuple(column for column in chosen.adjust if column not in chosen.strata)
    within = chosen.strata or tuple(
        column
        for column in usual_strata(trial)
        if column not in columns and not _fixed_by_any(trial, column, columns, inside)
    )
    return Adjustment(tuple(Covariate(column, scale_of(trial, column, inside)) for column in columns), within)


def usual_strata(trial: Trial) -> tuple[str, ...]:
    """The strata of a trial for which nobody chose any."""
    declared = trial.dictionary.default_strata or trial.dictionary.randomised_within
    return tuple(name for name in declared or USUAL_STRATA if stratum_column(trial, name) is not None)


def scale_of(trial: Trial, column: str, inside: Mask) -> CovariateScale:
    """How a column enters a model: a biomarker with a log scale as its logarithm, if that exists for all."""
    if levels_of(trial, column) is not None:
        return "category"
    marker = trial.dictionary.biomarker(column)
    values = trial.numbers[column].values[inside]
    logs = marker is not None and marker.scale == "log" and not bool((values <= 0).any())
    return "log" if logs else "linear"


def known_in(trial: Trial, column: str) -> Mask:
    """True for participants (participants,) whose value in a column is known."""
    if column in trial.numbers and levels_of(trial, column) is None:
        return np.isfinite(trial.numbers[column].values)
    codes = stratum_column(trial, column)
    return np.zeros(trial.participants, dtype=np.bool_) if codes is None else codes != MISSING


def complete(trial: Trial, columns: Sequence[str], inside: Mask) -> tuple[Mask, tuple[tuple[str, int], ...]]:
    """Those inside whose every value is known, and how many lack each column (a person may lack several)."""
    analysed, lacking = inside.copy(), list[tuple[str, int]]()
    for column in columns:
        known = known_in(trial, column)
        analysed &= known
        lacking.append((column, int((inside & ~known).sum())))
    return analysed, tuple((column, n) for column, n in lacking if n)


def stratum_codes(trial: Trial, columns: tuple[str, ...], inside: Mask) -> NDArray[np.int64] | None:
    """The stratum of each of those inside; None without strata."""
    return strata(trial, columns)[inside] if columns else None


def design(trial: Trial, covariates: Sequence[Covariate], inside: Mask) -> Design:
    """The covariates of those inside, all of whose values must be known.

    A category has one indicator for each level that somebody has, but for the first of these.
    """
    terms: list[Numbers] = []
    names: list[str] = []
    constant: list[str] = []
    for covariate in covariates:
        found = _terms(trial, covariate, inside)
        if not found:
            constant.append(covariate.column)
        for name, values in found:
            names.append(name)
            terms.append(values)
    matrix = np.column_stack(terms) if terms else np.zeros((int(inside.sum()), 0))
    return Design(matrix, tuple(names), tuple(constant))


def label_of(trial: Trial, column: str) -> str:
    """What the dictionary calls a column."""
    item = trial.dictionary.factor(column) or trial.dictionary.biomarker(column)
    return item.label if item else column


def _terms(trial: Trial, covariate: Covariate, inside: Mask) -> list[tuple[str, Numbers]]:
    label = label_of(trial, covariate.column)
    levels = levels_of(trial, covariate.column)
    if levels is None:
        values = trial.numbers[covariate.column].values[inside]
        scaled = np.log(values) if covariate.scale == "log" else values
        varies = scaled.size > 0 and scaled.min() < scaled.max()
        return [(f"covariate '{label}'", scaled)] if varies else []
    codes = levels.codes[inside]
    factor = trial.dictionary.factor(covariate.column)
    called = dict(factor.levels) if factor else {}
    return [
        (f"covariate '{label}: {called.get(name, name)}'", (codes == code).astype(np.float64))
        for code in np.unique(codes)[1:].tolist()
        for name in (levels.names[code],)
    ]


def _fixed_by_any(trial: Trial, column: str, chosen: Sequence[str], inside: Mask) -> bool:
    """True when somebody's level of a chosen category tells their level of this column."""
    codes = stratum_column(trial, column)
    for other in chosen:
        levels = levels_of(trial, other)
        if codes is None or levels is None:
            continue
        pairs = np.unique(np.column_stack((levels.codes, codes))[inside], axis=0)
        if pairs.shape[0] == np.unique(pairs[:, 0]).size:
            return True
    return False
