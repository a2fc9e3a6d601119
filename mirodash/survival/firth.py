"""A hazard ratio for when one arm has no events: Firth's penalised estimate, finite where Cox's is not."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtri

from mirodash.survival.efron_ties import ListedTies
from mirodash.survival.logrank import tail_of_chi_square
from mirodash.survival.results import FirthEstimate
from mirodash.survival.risk_sets import EventTimes

FURTHEST = 30.0


class PenalisedLikelihood:
    """Log partial likelihood plus half the log information, for one group, relative to no effect."""

    def __init__(self, counts: EventTimes) -> None:
        self._ties = ListedTies(counts)
        self._at_none = self._information(0.0)

    def _information(self, beta: float) -> float:
        return float(self._ties.total(np.array([beta]))[1][0])

    def gain(self, beta: float) -> float:
        """Penalised log likelihood at ``beta`` minus that at 0."""
        plain = float(self._ties.gain(np.array([beta]))[0])
        return plain + 0.5 * float(np.log(self._information(beta) / self._at_none))

    def score(self, beta: float) -> float:
        """Slope of `gain`."""
        at = np.array([beta])
        score, information = self._ties.total(at)
        p = self._ties.chances(at)
        third = (p * (1 - p) * (1 - 2 * p)).sum()
        return float(score[0] + 0.5 * third / information[0])


def firth_estimate(counts: EventTimes, *, confidence: float) -> FirthEstimate:
    """Penalised estimate with profile penalised-likelihood interval and penalised likelihood-ratio p.

    Parameters
    ----------
    counts : EventTimes
        Of one group, in which at least one event came while both arms were at risk.
    confidence : float

    Source: Firth (1993); Heinze and Schemper (2001); R's ``coxphf``, with Efron's ties.
    """
    # takes a fifth of a second to load and is seldom needed
    from scipy.optimize import brentq  # noqa: PLC0415

    penalised = PenalisedLikelihood(counts)
    best = float(brentq(penalised.score, -FURTHEST, FURTHEST, xtol=1e-13, rtol=1e-13))
    top = penalised.gain(best)
    allowed = float(chdtri(1, 1 - confidence))

    def beyond(beta: float) -> float:
        return 2 * (top - penalised.gain(beta)) - allowed

    def end(edge: float) -> float | None:
        if beyond(edge) <= 0:
            return None
        return float(np.exp(brentq(beyond, min(edge, best), max(edge, best), xtol=1e-12)))

    return FirthEstimate(
        hr=float(np.exp(best)),
        ci=(end(-FURTHEST), end(FURTHEST)),
        p=tail_of_chi_square(2 * top),
    )
