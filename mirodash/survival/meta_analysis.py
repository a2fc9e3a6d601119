"""Heterogeneity between subgroups or sites (Cochran's Q, I²), and shrinkage of their effects to the mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, chdtri, ndtr, ndtri

from mirodash.survival.data import convert_to_numbers, validate_confidence
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.results import Interval, NotEstimable, Numbers


@dataclass(frozen=True, eq=False, slots=True)
class Shrinkage:
    """Effects of the levels of one factor, each drawn towards their common mean as far as the data ask.

    Arrays are (levels,), on the scale of the effects that were given (log hazard ratios). ``estimate``,
    ``se``, ``lower`` and ``upper`` are posterior mean, standard deviation and the ends of the central
    interval; ``weight`` is the share of each level's own estimate in its shrunken one, averaged over the
    posterior (the rest comes from the mean). ``mean`` and ``tau`` are posterior means of the levels'
    common mean and of the standard deviation between levels.
    """

    estimate: Numbers
    se: Numbers
    lower: Numbers
    upper: Numbers
    weight: Numbers
    mean: float
    tau: float


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """How far effects differ between levels beyond what chance alone would make of one common effect.

    ``q`` is Cochran's statistic on ``df`` degrees of freedom and ``p`` its upper tail; ``i_squared`` is the
    share of the spread (between 0 and 1) that chance does not explain; ``tau`` is the standard deviation
    between levels, with an interval that is None where all values of tau, even 0, spread too much.
    """

    levels: int
    q: float
    df: int
    p: float
    i_squared: float
    tau: float
    tau_ci: Interval | None


@dataclass(frozen=True, slots=True)
class FactorInteraction:
    """Likelihood-ratio test of treatment × factor over the levels that have events in both arms.

    ``left_out`` counts participants in other levels, in which no effect can be estimated.
    """

    levels: int
    left_out: int
    test: LikelihoodRatioTest | NotEstimable


@dataclass(frozen=True, slots=True)
class LikelihoodRatioTest:
    """A likelihood-ratio test's degrees of freedom and p-value."""

    df: int
    p: float


SCALE = 0.5
"""Of the half-normal prior of the standard deviation between levels, for log hazard and log odds ratios."""
MAX_TAU_IN_SCALES = 7.0
"""Where the prior ends, in scales: beyond it the half-normal has 3e-12 of its mass."""
NODES = 96
SHRINKAGE_STEPS = 60
"""Of Newton's method within a bracket that is halved where it would leave it; it needs about six."""
PRECISION = 1e-11
TINY = 1e-300
ROOT = float(np.sqrt(2 * np.pi))


def shrink(
    effect: ArrayLike, se: ArrayLike, *, confidence: float = 0.95, scale: float = SCALE
) -> Shrinkage | NotEstimable:
    """Estimate the effect of every level from its own data and, the less these say, from all levels.

    Empirical Bayes with its own uncertainty counted in. Levels are normal around a common mean with
    standard deviation tau, estimates are normal around their levels. The mean comes from the data (flat
    prior); tau is averaged over its posterior under a half-normal prior. Plugging in one estimate of tau
    instead, as textbook empirical Bayes does, sets it to 0 in most trials when a factor has two levels,
    and would then call the levels equal without a doubt.

    Parameters
    ----------
    effect : array (levels,)
        Estimates on a scale on which they are nearly normal: log hazard ratios.
    se : array (levels,)
        Their standard errors, above 0.
    confidence : float
        Of the central posterior intervals.
    scale : float
        Of the half-normal prior of tau.

    Returns
    -------
    Shrinkage
    NotEstimable
        With fewer than two levels there is nothing to shrink towards.

    Raises
    ------
    ValueError
        When the arrays differ in length, hold what is not a number, or a standard error is not above 0.

    Notes
    -----
    One model for each factor, as in Wang et al. (Pharm Stat 2024, doi 10.1002/pst.2424); prior: Röver et al.
    (Res Synth Methods 2021;12:448); conditional moments and the integral over tau: R's ``bayesmeta``. Deely
    and Lindley (JASA 1981;76:833) call it Bayes empirical Bayes.

    Examples
    --------
    >>> drawn = shrink([-0.6, 0.3], [0.25, 0.4])
    >>> drawn.estimate.round(2)
    array([-0.48, -0.01])
    """
    level = validate_confidence(confidence)
    y, s = validate_effects(effect, se)
    if not (np.isfinite(scale) and scale > 0):
        raise ValueError(f"The scale of the prior must be above 0, not {scale}.")
    if y.size < 2:
        return NotEstimable("Fewer than two groups have an estimate: there is nothing to shrink towards.")
    tau, mass, centre, variance_of_mean = _posterior(y, s, scale)
    own = tau[:, None] ** 2 / (s**2 + tau[:, None] ** 2)  # (nodes, levels): weight of the level itself
    means = own * y + (1 - own) * centre[:, None]
    variances = own * s**2 + (1 - own) ** 2 * variance_of_mean[:, None]
    estimate = mass @ means
    spread = np.sqrt(mass @ (variances + means**2) - estimate**2)
    lower, upper = _central(level, mass, means, np.sqrt(variances))
    return Shrinkage(
        estimate=read_only(estimate),
        se=read_only(spread),
        lower=read_only(lower),
        upper=read_only(upper),
        weight=read_only(mass @ own),
        mean=float(mass @ centre),
        tau=float(mass @ tau),
    )


def validate_effects(effect: ArrayLike, se: ArrayLike) -> tuple[Numbers, Numbers]:
    """Both as arrays of finite numbers, the standard errors above 0.

    Raises
    ------
    ValueError
        When they are not.
    """
    y, s = convert_to_numbers(effect, "effect"), convert_to_numbers(se, "se")
    if y.shape != s.shape or not np.isfinite(y).all() or not np.isfinite(s).all() or (s <= 0).any():
        raise ValueError("effect and se must be numbers, as many of one as of the other, and se above 0.")
    return y, s


@lru_cache(maxsize=1)
def _nodes() -> tuple[Numbers, Numbers]:
    """Places between 0 and 1 (nodes,) and their widths: Gauss and Legendre's, which take a while to find."""
    at, width = np.polynomial.legendre.leggauss(NODES)
    return read_only((at + 1) / 2), read_only(width)


def _posterior(y: Numbers, s: Numbers, scale: float) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Values of tau (nodes,), their posterior mass, and mean and variance of the common mean at each."""
    share, width = _nodes()
    # squared, so that nodes lie close where precise estimates make the posterior narrow
    tau = MAX_TAU_IN_SCALES * scale * share**2
    precision = 1 / (s**2 + tau[:, None] ** 2)
    total = precision.sum(axis=1)
    centre = precision @ y / total
    misfit = (precision * (y - centre[:, None]) ** 2).sum(axis=1)
    log_density = -0.5 * ((tau / scale) ** 2 - np.log(precision).sum(axis=1) + np.log(total) + misfit)
    mass = np.exp(log_density - log_density.max()) * width * share
    return tau, mass / mass.sum(), centre, 1 / total


def _central(level: float, mass: Numbers, means: Numbers, sds: Numbers) -> NDArray[np.float64]:
    """The ends of the central interval of a mixture of normals, one for each value of tau; (2, levels)."""
    shares = np.array([0.5 - level / 2, 0.5 + level / 2])[:, None]
    # each component's quantile lies in its own range, and the mixture's lies among them
    ends = means + ndtri(shares)[:, :, None] * sds
    low, high = ends.min(axis=1), ends.max(axis=1)
    at: NDArray[np.float64] = 0.5 * (low + high)
    for _ in range(SHRINKAGE_STEPS):
        z = (at[:, None] - means) / sds
        excess = mass @ ndtr(z) - shares
        low, high = np.where(excess < 0, at, low), np.where(excess < 0, high, at)
        step = at - excess / np.maximum(mass @ (np.exp(-0.5 * z**2) / sds) / ROOT, TINY)
        following = np.where((step > low) & (step < high), step, 0.5 * (low + high))
        if np.abs(following - at).max() < PRECISION:
            break
        at = following
    return at


HETEROGENEITY_STEPS = 200


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
    level = validate_confidence(confidence)
    y, s = validate_effects(effect, se)
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
        tau=float(np.sqrt(_solve_profile(spread, float(df)))),
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
    low, high = (_solve_profile(spread, float(chdtri(df, share))) for share in (tail, 1 - tail))
    return float(np.sqrt(low)), float(np.sqrt(high))


def _solve_profile(spread: Callable[[float], float], wanted: float) -> float:
    """The variance at which Q has fallen to ``wanted``; 0 where it is there from the start."""
    if spread(0.0) <= wanted:
        return 0.0
    low, high = 0.0, 1.0
    while spread(high) > wanted:
        low, high = high, 4 * high
    for _ in range(HETEROGENEITY_STEPS):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (middle, high) if spread(middle) > wanted else (low, middle)
    return 0.5 * (low + high)
