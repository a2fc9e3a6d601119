"""The partial likelihood of a Cox model with several covariates, and where it is greatest."""

from __future__ import annotations

import numpy as np
from scipy.linalg.lapack import dposv

from mirodash.survival.budget import check_budget
from mirodash.survival.cox_sums import RiskSums
from mirodash.survival.results import Counts, Numbers

MOST_STEPS = 100
MOST_HALVINGS = 40
FURTHEST = 10.0  # largest change of anybody's log hazard in one step
SETTLED = 1e-12  # twice the expected gain of a step, below which one more step is exact to rounding
FLAT = 1e-9  # the same, below which a likelihood has all but stopped rising ...
STILL_MOVING = 0.01  # ... and must not let anybody's log hazard still change by this much
EXACT = 1e-11  # change of the log hazards below which the derivatives after a step are those before it
LEVEL = 1e-9  # twice the expected gain of a step, below which a parabola gives the height of the maximum
FEW_TIES = 4  # events at one event time on average, up to which every event is summed for itself

Derivatives = tuple[float, Numbers, Numbers]
"""Log partial likelihood, score (covariates,) and information (covariates, covariates)."""


class Likelihood:
    """Cox log partial likelihood with Efron's ties, its score and information.

    With f = j / d for the j-th of d events at one time, the risk sum S is replaced by S - f T, T being the
    part of S that has the event. Because S0 - f T0 is one number a tied event, all that ties add up to are
    five sums of its reciprocals a time; covariates enter once a time, however many ties there are.

    Parameters
    ----------
    sums : RiskSums
    covariates : array (covariates, units)
    tied : array (slots,)
        Events at every event time.

    Source: Efron (1977); R's ``coxph(ties = "efron")``.
    """

    def __init__(self, sums: RiskSums, covariates: Numbers, tied: Counts) -> None:
        self._sums = sums
        self._covariates = covariates
        self._with_one = np.concatenate((np.ones((1, covariates.shape[1])), covariates))
        self._of = np.repeat(np.arange(tied.size), tied)
        self._begin: Counts = np.cumsum(tied) - tied
        place = np.arange(self._of.size) - self._begin[self._of]
        self._fraction: Numbers = place / tied[self._of]
        self._untied = self._of.size == tied.size
        self._few_ties = self._of.size <= FEW_TIES * tied.size

    def at(self, beta: Numbers) -> Derivatives:
        """Log partial likelihood and its derivatives at ``beta`` (covariates,)."""
        # a step far too long overflows; it comes back as not finite and is halved
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            return self._at(beta)

    def _at(self, beta: Numbers) -> Derivatives:
        z, sums = self._covariates, self._sums
        predictor = beta @ z
        # a constant in the predictor leaves the partial likelihood as it is and keeps exp() in range
        predictor -= predictor.max()
        weight = np.exp(predictor)
        values = weight * self._with_one
        if self._untied:
            logs, squares, hazard = _moments(sums.at_risk(values))
            spared = None
        elif self._few_ties:
            logs, squares, hazard, spared = self._by_event(sums.at_risk(values), sums.failing(values))
        else:
            logs, squares, hazard, spared = self._by_time(sums.at_risk(values), sums.failing(values))
        expected = sums.while_at_risk(hazard)
        if spared is not None:
            expected -= sums.when_failing(spared)
        expected *= weight
        loglik = float(sums.events @ predictor) - logs
        return loglik, z @ (sums.events - expected), (z * expected) @ z.T - squares

    def _by_event(self, at_risk: Numbers, failing: Numbers) -> tuple[float, Numbers, Numbers, Numbers]:
        """Sum of the logs, squared means (covariates, covariates), and what ties add to the hazard.

        The least work where hardly any events tie: S - f T is written out once an event.
        """
        f = self._fraction
        logs, squares, one = _moments(at_risk.take(self._of, axis=1) - f * failing.take(self._of, axis=1))
        hazard, spared = np.add.reduceat(np.stack((one, f * one)), self._begin, axis=1)
        return logs, squares, hazard, spared

    def _by_time(self, at_risk: Numbers, failing: Numbers) -> tuple[float, Numbers, Numbers, Numbers]:
        """The same from the five sums (slots,) of 1/u, f/u, 1/u², f/u² and f²/u²."""
        f = self._fraction
        u = at_risk[0, self._of] - f * failing[0, self._of]
        one = 1 / u
        some = f * one
        terms = np.stack((one, some, one * one, some * one, some * some))
        a, b, c0, c1, c2 = np.add.reduceat(terms, self._begin, axis=1)
        s, t = at_risk[1:], failing[1:]
        mixed = (s * c1) @ t.T
        squares = (s * c0) @ s.T - mixed - mixed.T + (t * c2) @ t.T
        return float(np.log(u).sum()), squares, a, b


def _moments(sums: Numbers) -> tuple[float, Numbers, Numbers]:
    """Sum of the logs of the first row, the squared means of the others, and one over the first row."""
    one = 1 / sums[0]
    means = sums[1:] * one
    return float(np.log(sums[0]).sum()), means @ means.T, one


def maximise(
    likelihood: Likelihood,
    start: Derivatives,
    covariates: Numbers,
    *,
    begin: Numbers | None = None,
    height_only: bool = False,
) -> tuple[Numbers, Derivatives | None, int]:
    """Newton's method; a step that does not climb is halved.

    Parameters
    ----------
    likelihood : Likelihood
    start : Derivatives
        At ``begin``.
    covariates : array (covariates, units)
    begin : array (covariates,), optional
        Where to begin; 0 by default.
    height_only : bool
        Whether only the log partial likelihood is wanted: it is flat at its maximum and known some steps
        before the derivatives, which are then those of the step before.

    Returns
    -------
    beta : array (covariates,)
    found : Derivatives or None
        None when the likelihood has no maximum: ``beta`` is then where it was still rising.
    steps : int
    """
    beta, here = np.zeros(len(covariates)) if begin is None else begin, start
    for steps in range(1, MOST_STEPS + 1):
        check_budget()
        try:
            step = solve(here[2], here[1])
        except np.linalg.LinAlgError:  # no curvature left in some direction
            return beta, None, steps
        gain, moves = float(here[1] @ step), float(np.abs(step @ covariates).max())
        if height_only and gain < LEVEL and moves < STILL_MOVING:
            return beta + step, (here[0] + gain / 2, here[1], here[2]), steps
        if gain < SETTLED and moves < STILL_MOVING:
            beta = beta + step
            return beta, here if moves < EXACT else likelihood.at(beta), steps
        if gain < FLAT and moves > STILL_MOVING:
            return beta, None, steps
        climbed = _climb(likelihood, beta, step * min(1.0, FURTHEST / moves), here)
        if climbed is None:
            return beta, None, steps
        beta, here = climbed
    return beta, None, MOST_STEPS


def solve(information: Numbers, score: Numbers) -> Numbers:
    """Solve for a Newton step, by Cholesky's decomposition where the information is positive definite.

    Raises
    ------
    numpy.linalg.LinAlgError
        When the information is singular.
    """
    _, step, failed = dposv(information, score)
    if failed:
        step = np.linalg.solve(information, score)
    return np.asarray(step, dtype=np.float64)


def _climb(
    likelihood: Likelihood, beta: Numbers, step: Numbers, here: Derivatives
) -> tuple[Numbers, Derivatives] | None:
    slack = 1e-12 * (1 + abs(here[0]))
    for _ in range(MOST_HALVINGS):
        there = likelihood.at(beta + step)
        if np.isfinite(there[2]).all() and there[0] >= here[0] - slack:
            return beta + step, there
        step = step / 2
    return None
