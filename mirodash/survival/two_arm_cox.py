"""The hazard ratio of treated versus control, for many groups of participants at the same time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.efron_ties import TieSums
from mirodash.survival.logrank import tail_of_chi_square
from mirodash.survival.results import HazardRatio, Numbers
from mirodash.survival.wald import errors_reached

LARGEST_STEP = 2.0
PRECISION = 1e-10
MOST_STEPS = 200


@dataclass(frozen=True, eq=False, slots=True)
class CoxFits:
    """Fits of a batch of groups, every array (groups,); NaN where there is no finite estimate.

    ``coef`` is the log hazard ratio, ``information`` its information there, ``gain`` the log partial
    likelihood above that of no effect, ``score`` the score statistic of no effect.
    """

    coef: Numbers
    information: Numbers
    gain: Numbers
    score: Numbers


def maximise(ties: TieSums, finite: NDArray[np.bool_]) -> Numbers:
    """Log hazard ratios by Newton's method on all groups together.

    The score falls steadily in the log hazard ratio, so every value tried bounds the answer on one side; a
    step that leaves these bounds is replaced by halving them, and the method cannot fail.

    Parameters
    ----------
    ties : TieSums
    finite : array (groups,) of bool
        Where a finite estimate exists; the others are left NaN.

    Returns
    -------
    array (groups,)
    """
    answer = np.full(finite.shape, np.nan)
    rows = np.flatnonzero(finite)
    part = ties if rows.size == finite.size else ties.rows(rows)
    beta, low, high = np.zeros(rows.size), np.full(rows.size, -np.inf), np.full(rows.size, np.inf)
    for _ in range(MOST_STEPS):
        if not rows.size:
            break
        score, information = part.total(beta)
        low, high = np.where(score > 0, beta, low), np.where(score < 0, beta, high)
        step = np.clip(score / np.maximum(information, 1e-300), -LARGEST_STEP, LARGEST_STEP)
        following = beta + step
        outside = (following < low) | (following > high)
        if outside.any():
            # a group whose score is 0 at the start has no bounds yet, and needs none
            with np.errstate(invalid="ignore"):
                following = np.where(outside, 0.5 * (low + high), following)
        moving = np.abs(following - beta) > PRECISION * (1 + np.abs(beta))
        beta = following
        answer[rows] = beta
        if not moving.any():
            break
        if 2 * np.count_nonzero(moving) <= rows.size:
            keep = np.flatnonzero(moving)
            rows, part, beta, low, high = rows[keep], part.rows(keep), beta[keep], low[keep], high[keep]
    return answer


def fit_two_arms(ties: TieSums, finite: NDArray[np.bool_]) -> CoxFits:
    """Fit every group for which ``finite`` (groups,) says that an estimate exists.

    Source: Cox (1972) with Efron's ties; R's ``coxph``.
    """
    coef = maximise(ties, finite)
    at = np.where(finite, coef, 0.0)
    _, information = ties.total(at)
    score, information_at_none = ties.total(np.zeros_like(at))
    statistic = score**2 / np.where(finite, information_at_none, 1)
    return CoxFits(
        coef=coef,
        information=np.where(finite, information, np.nan),
        gain=np.where(finite, ties.gain(at), np.nan),
        score=np.where(finite, statistic, np.nan),
    )


def hazard_ratio(
    coef: float, information: float, gain: float, score: float, *, confidence: float
) -> HazardRatio:
    """One group's hazard ratio with Wald interval and the three p-values of R's ``summary(coxph)``."""
    se = information**-0.5
    reach = errors_reached(confidence) * se
    return HazardRatio(
        hr=float(np.exp(coef)),
        ci=(float(np.exp(coef - reach)), float(np.exp(coef + reach))),
        coef=coef,
        se=se,
        p_wald=tail_of_chi_square((coef / se) ** 2),
        p_lr=tail_of_chi_square(2 * gain),
        p_score=tail_of_chi_square(score),
    )
