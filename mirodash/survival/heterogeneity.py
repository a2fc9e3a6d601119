"""How far effects differ between sites beyond chance: Cochran's Q, I² and the spread between them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, chdtri

from mirodash.survival.observations import checked_confidence
from mirodash.survival.results import Interval, NotEstimable, Numbers
from mirodash.survival.shrinkage import checked_effects
from mirodash.survival.subgroup_results import Heterogeneity

STEPS = 200


def heterogeneity(
    effect: ArrayLike, se: ArrayLike, *, confidence: float = 0.95
) -> Heterogeneity | NotEstimable:
    """Compare the spread of effects with what their standard errors explain.

    Parameters
    ----------
    effect : array (levels,)
        Estimates on a scale on which they are nearly normal: log hazard ratios.
    se : array (levels,)
        Their standard errors, above 0.
    confidence : float
        Of the interval of tau.

    Returns
    -------
    Heterogeneity
        tau by Paule and Mandel (J Res NBS 1982;87:377; metafor's ``rma(method = "PM")``, which equals
        Morris's empirical Bayes estimate), its interval by the Q-profile (Viechtbauer, Stat Med
        2007;26:37; metafor's ``confint``), I² as Higgins and Thompson (Stat Med 2002;21:1539).
    NotEstimable
        With fewer than two levels.

    Raises
    ------
    ValueError
        When the arrays differ in length, hold what is not a number, or a standard error is not above 0.

    Examples
    --------
    >>> found = heterogeneity([-0.9, 0.8, 0.1], [0.3, 0.4, 0.35])
    >>> round(found.q, 2), round(found.tau, 2)
    (12.4, 0.78)
    """
    level = checked_confidence(confidence)
    y, s = checked_effects(effect, se)
    df = y.size - 1
    if df < 1:
        return NotEstimable("Fewer than two groups have an estimate: there is no spread to estimate.")

    def spread(variance: float) -> float:
        return _generalised_q(y, s, variance)

    q = spread(0.0)
    return Heterogeneity(
        levels=y.size,
        q=q,
        df=df,
        p=float(chdtrc(df, q)),
        i_squared=max(0.0, 1 - df / q) if q > 0 else 0.0,
        tau=float(np.sqrt(_where_it_falls_to(spread, float(df)))),
        tau_ci=_profile(spread, df, level),
    )


def _generalised_q(y: Numbers, s: Numbers, variance: float) -> float:
    """Sum of squared distances from the mean, each in its own variance; it falls as ``variance`` grows."""
    precision = 1 / (s**2 + variance)
    centre = (precision * y).sum() / precision.sum()
    return float((precision * (y - centre) ** 2).sum())


def _profile(spread: Callable[[float], float], df: int, level: float) -> Interval | None:
    """Every tau at which Q is neither surprisingly large nor surprisingly small."""
    tail = 0.5 - level / 2
    if spread(0.0) < chdtri(df, 1 - tail):
        return None
    low, high = (_where_it_falls_to(spread, float(chdtri(df, share))) for share in (tail, 1 - tail))
    return float(np.sqrt(low)), float(np.sqrt(high))


def _where_it_falls_to(spread: Callable[[float], float], wanted: float) -> float:
    """The variance at which Q has fallen to ``wanted``; 0 where it is there from the start."""
    if spread(0.0) <= wanted:
        return 0.0
    low, high = 0.0, 1.0
    while spread(high) > wanted:
        low, high = high, 4 * high
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (middle, high) if spread(middle) > wanted else (low, middle)
    return 0.5 * (low + high)
