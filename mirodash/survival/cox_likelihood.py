"""The partial likelihood of a Cox model with several covariates, and where it is greatest."""

from __future__ import annotations

import numpy as np

from mirodash.survival.budget import check_budget
from mirodash.survival.cox_sums import RiskSums
from mirodash.survival.results import Counts, Numbers

MOST_STEPS = 100
MOST_HALVINGS = 40
FURTHEST = 10.0  # largest change of anybody's log hazard in one step
SETTLED = 1e-12  # twice the expected gain of a step, below which one more step is exact to rounding
FLAT = 1e-9  # the same, below which a likelihood has all but stopped rising ...
STILL_MOVING = 0.01  # ... and must not let anybody's log hazard still change by this much

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
        self._of = np.repeat(np.arange(tied.size), tied)
        self._begin: Counts = np.cumsum(tied) - tied
        place = np.arange(self._of.size) - self._begin[self._of]
        self._fraction: Numbers = place / tied[self._of]
        self._untied = bool((tied == 1).all())

    def _reciprocals(self, at_risk: Numbers, failing: Numbers) -> tuple[float, Numbers]:
        """Sum of the logs, and the five sums (5, slots) of 1/u, f/u, 1/u², f/u², f²/u²."""
        if self._untied:
            one, none = 1 / at_risk, np.zeros_like(at_risk)
            return float(np.log(at_risk).sum()), np.stack((one, none, one * one, none, none))
        f = self._fraction
        u = at_risk[self._of] - f * failing[self._of]
        one = 1 / u
        some = f * one
        terms = np.stack((one, some, one * one, some * one, some * some))
        return float(np.log(u).sum()), np.add.reduceat(terms, self._begin, axis=1)

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
        values = np.concatenate((weight[None], weight * z))
        at_risk, failing = sums.at_risk(values), sums.failing(values)
        logs, (a, b, c0, c1, c2) = self._reciprocals(at_risk[0], failing[0])
        loglik = float(sums.events @ predictor) - logs
        expected = weight * (sums.while_at_risk(a) - sums.when_failing(b))
        s, t = at_risk[1:], failing[1:]
        mixed = (s * c1) @ t.T
        squares = (s * c0) @ s.T - mixed - mixed.T + (t * c2) @ t.T
        return loglik, z @ (sums.events - expected), (z * expected) @ z.T - squares


def maximise(
    likelihood: Likelihood, start: Derivatives, covariates: Numbers
) -> tuple[Numbers, Derivatives | None, int]:
    """Newton's method from 0; a step that does not climb is halved.

    Parameters
    ----------
    likelihood : Likelihood
    start : Derivatives
        With all coefficients 0.
    covariates : array (covariates, units)

    Returns
    -------
    beta : array (covariates,)
    found : Derivatives or None
        None when the likelihood has no maximum: ``beta`` is then where it was still rising.
    steps : int
    """
    beta, here = np.zeros(len(covariates)), start
    for steps in range(1, MOST_STEPS + 1):
        check_budget()
        try:
            step = np.asarray(np.linalg.solve(here[2], here[1]), dtype=np.float64)
        except np.linalg.LinAlgError:  # no curvature left in some direction
            return beta, None, steps
        gain, moves = float(here[1] @ step), float(np.abs(step @ covariates).max())
        if gain < SETTLED and moves < STILL_MOVING:
            beta = beta + step
            return beta, likelihood.at(beta), steps
        if gain < FLAT and moves > STILL_MOVING:
            return beta, None, steps
        climbed = _climb(likelihood, beta, step * min(1.0, FURTHEST / moves), here)
        if climbed is None:
            return beta, None, steps
        beta, here = climbed
    return beta, None, MOST_STEPS


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
