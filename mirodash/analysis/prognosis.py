"""Whether the biomarker is more than a stand-in for how fast the disease runs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from mirodash.analysis.covariates import Covariate, complete, design, scale_of
from mirodash.analysis.effect_per_step import neat_step
from mirodash.disclosure.counts import told_left_out, told_missing, too_few
from mirodash.stratification.groups import groups, uncut
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.shared_results import share_result
from mirodash.stratification.validation import settled
from mirodash.survival.adjusted import PrognosisAdjusted, biomarker_and_prognosis
from mirodash.survival.results import NotEstimable
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial

NOBODY = "Nobody has both the biomarker and every factor."
NO_FACTORS = "No other baseline factor differs between participants, so there is no prognosis to allow for."


@dataclass(frozen=True, slots=True)
class BiomarkerAndPrognosis:
    """What the biomarker tells for each ``step`` (in its unit; None is a doubling), before and after.

    All models are of the same people: those with the biomarker and every factor. ``left_out`` lack one of
    them, counted by column in ``missing``; ``constant`` are factors that are the same for everybody.
    """

    biomarker: Biomarker
    step: float | None
    factors: tuple[Covariate, ...]
    found: PrognosisAdjusted | NotEstimable
    left_out: int
    missing: tuple[tuple[str, int], ...]
    constant: tuple[str, ...]
    confidence: float


def prognosis(trial: Trial, selection: Selection) -> BiomarkerAndPrognosis | None:
    """Adjust the biomarker for the chosen columns, else for every other factor; None without a biomarker.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _prognosis(trial, replace(uncut(selection), curves="", declared=None))


@memoise
@share_result
def _prognosis(trial: Trial, selection: Selection) -> BiomarkerAndPrognosis | None:
    chosen = settled(trial, selection)
    marker = trial.dictionary.biomarker(chosen.biomarker)
    if marker is None:
        return None
    people = groups(trial, selection)
    columns = chosen.adjust or tuple(factor.column for factor in trial.dictionary.factors)
    known = [column for column in columns if column != marker.column and _is_there(trial, column)]
    factors = tuple(Covariate(column, scale_of(trial, column, people.everyone)) for column in known)
    inside, missing = complete(trial, (marker.column, *known), people.everyone)
    values = trial.numbers[marker.column].values[inside]
    logs = bool((values > 0).all())
    step = None if logs else neat_step(trial, selection)
    made = design(trial, factors, inside)
    few = too_few(people.treated[inside], trial.min_cell)
    if few:
        found = few
    elif not made.names:
        found = NotEstimable(NO_FACTORS if inside.any() else NOBODY)
    else:
        outcome = trial.outcomes[chosen.endpoint]
        found = biomarker_and_prognosis(
            outcome.time[inside],
            outcome.event[inside],
            people.treated[inside],
            np.log(values) if logs else values,
            made.matrix,
            step=math.log(2) if step is None else step,
            names=made.names,
            confidence=chosen.confidence,
        )
    left_out = told_left_out(int((people.everyone & ~inside).sum()), trial.min_cell)
    missing = told_missing(missing, trial.min_cell)
    return BiomarkerAndPrognosis(
        marker, step, factors, found, left_out, missing, made.constant, chosen.confidence
    )


def _is_there(trial: Trial, column: str) -> bool:
    return column in trial.numbers or column in trial.categories or column in ("site", "country")
