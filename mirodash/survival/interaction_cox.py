"""Cox models of two arms on two sides of a threshold, for many thresholds at once: treatment × side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.cox_likelihood import EventTimeIndex, GroupedRiskSums
from mirodash.survival.results import Counts, Numbers

CELLS = 4
"""Control below, control above, treated below, treated above."""
CROSSED: Numbers = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0]])
"""Treatment, side, and their product in each cell."""
MAX_STEPS = 30
MAX_STEP = 10.0
"""Largest change of anybody's log hazard in one step."""
MAX_HALVINGS = 40
TOLERANCE = 1e-12
"""Twice the expected gain of a step, below which one more step is exact to rounding."""
FAR = 0.01
"""A likelihood that has all but stopped rising and would still move a log hazard by this has no maximum."""
SEPARABLE = 1e-6
"""Share of a column's information that the others leave, above which nothing is lost to rounding."""


@dataclass(frozen=True, eq=False, slots=True)
class CrossedFits:
    """Of each threshold, every array (thresholds,): NaN where this way of fitting is not sure of the answer.

    ``coef`` and ``se`` are of treatment × side, ``statistic`` is its likelihood-ratio chi-square.
    """

    coef: Numbers
    se: Numbers
    statistic: Numbers


@dataclass(frozen=True, eq=False, slots=True)
class _Terms:
    """Who is at risk at each event, less Efron's share of those who tie with it, and who had it.

    ``left`` is (thresholds, cells, events), ``events`` (thresholds, cells).
    """

    left: Numbers
    events: Numbers

    def only(self, rows: NDArray[np.intp]) -> _Terms:
        return _Terms(self.left[rows], self.events[rows])


@dataclass(frozen=True, eq=False, slots=True)
class _Place:
    """Log partial likelihood, score and information at the log hazards of each threshold."""

    height: Numbers
    score: Numbers
    information: Numbers

    def only(self, rows: NDArray[np.intp]) -> _Place:
        return _Place(self.height[rows], self.score[rows], self.information[rows])


def fit_crossed_models(slots: EventTimeIndex, cells: Counts) -> CrossedFits:
    """Fit treatment × side and the model without the product at every threshold, by Newton's method.

    Each of the four cells must have an event. The models are those of `mirodash.survival.cox`, where
    ``fit_nested_sums`` says what is the matter when there is no answer.

    Parameters
    ----------
    slots : EventTimeIndex
        Of all participants, without strata.
    cells : array (thresholds, participants)
        Each participant's cell, 0 to 3: arm × 2 + side.

    Source: Cox (1972) with Efron's ties; R's ``coxph(~ treated * side)``.
    """
    terms = _list_terms(slots, cells)
    beta, place = _maximise(terms, CROSSED, np.zeros((len(cells), 3)))
    inverse = np.full((len(cells), 3, 3), np.nan)
    found = np.isfinite(beta).all(axis=1)
    inverse[found] = np.linalg.inv(place.information[found])
    variance = np.where(inverse[:, 2, 2] > 0, inverse[:, 2, 2], np.nan)
    # a parabola about the larger model's maximum has its own where the product is 0
    shift = inverse[:, :2, 2] / variance[:, None] * beta[:, 2:]
    start = np.where(np.isfinite(shift), beta[:, :2] - shift, 0.0)
    without, smaller = _maximise(terms, CROSSED[:2], start)
    statistic = np.maximum(0.0, 2 * (place.height - smaller.height))
    sure = found & np.isfinite(without).all(axis=1) & np.isfinite(variance)
    coef, se, chi = (np.where(sure, each, np.nan) for each in (beta[:, 2], np.sqrt(variance), statistic))
    return CrossedFits(coef, se, chi)


def _list_terms(slots: EventTimeIndex, cells: Counts) -> _Terms:
    """Count the cells of all thresholds as if they were cells of one."""
    thresholds = len(cells)
    of = (np.arange(thresholds)[:, None] * CELLS + cells).ravel()
    repeated = EventTimeIndex(
        tied=slots.tied,
        bounds=slots.bounds,
        last=np.tile(slots.last, thresholds),
        event=np.tile(slots.event, thresholds),
        first=None if slots.first is None else np.tile(slots.first, thresholds),
    )
    sums = GroupedRiskSums(repeated, of, thresholds * CELLS)
    each = np.eye(thresholds * CELLS)
    at_risk, failing = (
        many.reshape(thresholds, CELLS, -1) for many in (sums.at_risk(each), sums.failing(each))
    )
    time = np.repeat(np.arange(slots.tied.size), slots.tied)
    before = np.arange(time.size) - (np.cumsum(slots.tied) - slots.tied)[time]
    share = before / slots.tied[time]
    left = at_risk[..., time] - share * failing[..., time]
    return _Terms(left, sums.events.reshape(thresholds, CELLS))


def _evaluate(terms: _Terms, columns: Numbers, beta: Numbers) -> _Place:
    log_hazard = beta @ columns
    # a constant leaves the partial likelihood as it is and keeps exp() in range
    log_hazard -= log_hazard.max(axis=1, keepdims=True)
    weighted = np.exp(log_hazard)[..., None] * terms.left
    total = weighted.sum(axis=1)
    share = weighted / total[:, None]
    expected = share.sum(axis=2)
    height = (terms.events * log_hazard).sum(axis=1) - np.log(total).sum(axis=1)
    score = (terms.events - expected) @ columns.T
    means = columns @ share
    information = (columns * expected[:, None]) @ columns.T - means @ means.swapaxes(1, 2)
    return _Place(height, score, information)


def _maximise(terms: _Terms, columns: Numbers, start: Numbers) -> tuple[Numbers, _Place]:
    """The maximum of every threshold and what is there, NaN where it is not found in a few sure steps."""
    here = _evaluate(terms, columns, start)
    beta = np.full_like(start, np.nan)
    top = _Place(*(np.full_like(each, np.nan) for each in (here.height, here.score, here.information)))
    rows = np.flatnonzero(_are_separable(here.information))
    at, here, part = start[rows], here.only(rows), terms.only(rows)
    for _ in range(MAX_STEPS):
        if not rows.size:
            break
        step = np.linalg.solve(here.information, here.score[..., None])[..., 0]
        gain = (here.score * step).sum(axis=1)
        moves = np.abs(step @ columns).max(axis=1)
        is_last = (gain < TOLERANCE) & (moves < FAR)
        step *= np.minimum(1.0, MAX_STEP / np.maximum(moves, MAX_STEP))[:, None]
        following, there, climbed = _climb(part, columns, at, step, here)
        done = is_last & climbed
        beta[rows[done]] = following[done]
        for known, new in (
            (top.height, there.height),
            (top.score, there.score),
            (top.information, there.information),
        ):
            known[rows[done]] = new[done]
        going = np.flatnonzero(climbed & ~is_last & _are_separable(there.information))
        rows, at, here, part = rows[going], following[going], there.only(going), part.only(going)
    return beta, top


def _climb(
    terms: _Terms, columns: Numbers, at: Numbers, step: Numbers, here: _Place
) -> tuple[Numbers, _Place, NDArray[np.bool_]]:
    """Take each step, halved until the likelihood does not fall; and where that was possible."""
    slack = 1e-12 * (1 + np.abs(here.height))
    size = np.ones(len(at))
    halvings = 0
    while True:
        following = at + size[:, None] * step
        there = _evaluate(terms, columns, following)
        climbs = there.height >= here.height - slack
        if climbs.all() or halvings == MAX_HALVINGS:
            return following, there, climbs
        size = np.where(climbs, size, size / 2)
        halvings += 1


def _are_separable(information: Numbers) -> NDArray[np.bool_]:
    """Whether each column tells something that the others do not, far from what rounding could hide."""
    own = np.diagonal(information, axis1=1, axis2=2)
    # with a value that is not finite the sum is none either
    finite = np.isfinite(information.sum(axis=(1, 2)))
    enough: NDArray[np.bool_] = finite & (own.min(axis=1) > SEPARABLE)
    scale = np.sqrt(np.where(enough[:, None], own, 1.0))
    correlation = information / (scale[:, :, None] * scale[:, None, :])
    correlation = np.where(enough[:, None, None], correlation, np.eye(own.shape[1]))
    return enough & (np.linalg.eigvalsh(correlation)[:, 0] > SEPARABLE)
