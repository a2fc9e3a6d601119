"""What can be computed about the credibility of a subgroup claim, and which answers it leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mirodash.analysis.effect_by_biomarker import effect_by_biomarker
from mirodash.analysis.iceman import QUESTIONS, SCALE, Answer
from mirodash.analysis.interaction import interaction
from mirodash.analysis.looks import Looks
from mirodash.analysis.survival_by_group import SurvivalByGroup, survival_by_group
from mirodash.analysis.threshold_scan import searched_at
from mirodash.stratification.saved_view import Claim, claim_of
from mirodash.stratification.selection import Declaration, Selection
from mirodash.stratification.validation import settled, standing_declaration
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.trial.trial import Trial

SUGGESTED = 0.1
"""The instrument is for a modification that the interaction test suggests: p below this."""
NO_TEST = "Nothing could be looked at here."
FEW_MODIFIERS, MANY_MODIFIERS = 3, 10
_BANDS = ((0.05, Answer.DEFINITELY_NO), (0.01, Answer.PROBABLY_NO), (0.005, Answer.PROBABLY_YES))

Overall = Literal["for", "against", "open"]
How = Literal["searched", "declared", "whole range", "none"]


@dataclass(frozen=True, slots=True)
class Chance:
    """The interaction test that belongs to a claim.

    ``how`` tells which: corrected for having searched over thresholds, uncorrected because the threshold
    was declared, along the whole range without any threshold, or none, for the reason in ``why``.
    """

    how: How
    p: float | None = None
    why: str = ""

    @property
    def suggested(self) -> bool:
        """Whether the test suggests a modification at all."""
        return self.p is not None and self.p < SUGGESTED


@dataclass(frozen=True, eq=False, slots=True)
class Credibility:
    """Everything about one claim that follows from the data and from the address.

    ``declared`` is the declaration of exactly these thresholds. ``continuous`` is False where the
    biomarker has at most two values, so that no cut is arbitrary. ``overall`` tells whether the effect
    among all participants is established for the treatment, against it, or open.
    """

    claim: Claim
    chance: Chance
    declared: Declaration | None
    continuous: bool
    overall: Overall


def credibility(trial: Trial, selection: Selection) -> Credibility:
    """Compute what can be computed about the claim that a view makes.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    claim = claim_of(trial, selection)
    return Credibility(
        claim=claim,
        chance=chance(trial, selection),
        declared=standing_declaration(trial, selection),
        continuous=_continuous(trial, claim.biomarker),
        overall=overall(survival_by_group(trial, selection)),
    )


def chance(trial: Trial, selection: Selection) -> Chance:
    """The interaction test of the claim, corrected for a search unless there was none."""
    chosen = settled(trial, selection)
    if not chosen.biomarker:
        return Chance("none", why="This trial has no biomarker by which the effect could differ.")
    if not chosen.thresholds:
        return _along_the_whole_range(trial, selection)
    if standing_declaration(trial, selection) is not None:
        found = interaction(trial, selection)
        if isinstance(found, NotEstimable):
            return Chance("none", why=found.why)
        return Chance("declared", found.p_lr)
    return _searched(trial, selection)


def highest_by_p(p: float | None) -> Answer:
    """The highest answer to the question about chance that an interaction p allows; None is no test.

    >>> [highest_by_p(p).value for p in (0.05, 0.005, None)]
    ['probably-no', 'definitely-yes', 'probably-no']
    """
    if p is None:
        return Answer.PROBABLY_NO
    return next((answer for above, answer in _BANDS if p > above), Answer.DEFINITELY_YES)


def highest_answers(found: Credibility, looked: Looks) -> Mapping[str, Answer]:
    """The highest answer to each question that the facts leave open; nobody may choose a higher one.

    What was looked at limits nothing where the thresholds were declared: they were fixed before.
    """
    return dict.fromkeys(QUESTIONS, SCALE[-1]) | {
        "chance": highest_by_p(found.chance.p),
        "number": SCALE[-1] if found.declared else _highest_by_modifiers(looked.modifiers),
        "cut": _highest_by_cut(found, looked),
    }


def overall(result: SurvivalByGroup) -> Overall:
    """Whether the interval of the overall hazard ratio excludes no effect, and on which side."""
    cox = result.overall.comparison.cox
    if isinstance(cox, NotEstimable):
        return "open"
    return _side(cox)


def _side(cox: HazardRatio) -> Overall:
    low, high = cox.ci
    if high < 1:
        return "for"
    return "against" if low > 1 else "open"


def _highest_by_modifiers(number: int) -> Answer:
    if number > MANY_MODIFIERS:
        return Answer.DEFINITELY_NO
    return Answer.PROBABLY_NO if number > FEW_MODIFIERS else Answer.DEFINITELY_YES


def _highest_by_cut(found: Credibility, looked: Looks) -> Answer:
    if not found.claim.thresholds:
        return Answer.DEFINITELY_YES
    if found.declared:
        return Answer.PROBABLY_YES
    return Answer.DEFINITELY_NO if looked.cut_moved else Answer.PROBABLY_NO


def _along_the_whole_range(trial: Trial, selection: Selection) -> Chance:
    curve = effect_by_biomarker(trial, selection).curve
    if isinstance(curve, NotEstimable):
        return Chance("none", why=curve.why)
    return Chance("whole range", curve.p_lr)


def _searched(trial: Trial, selection: Selection) -> Chance:
    """The smallest p of the thresholds: each allows for the search over all, so the smallest one does too."""
    found = searched_at(trial, selection)
    if isinstance(found, NotEstimable):
        return Chance("none", why=found.why)
    tested = [one.p for one in found.at if one.p is not None]
    if tested:
        return Chance("searched", min(tested))
    return Chance("none", why=next((one.why_not for one in found.at if one.why_not), NO_TEST))


def _continuous(trial: Trial, column: str) -> bool:
    if not column:
        return False
    values = trial.numbers[column].values
    return int(np.unique(values[np.isfinite(values)]).size) > 2
