"""Draws the effects of small groups towards their common mean: extremes among many groups are mostly luck."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.observations import as_numbers, checked_confidence
from mirodash.survival.results import NotEstimable, Numbers
from mirodash.survival.subgroup_results import Shrinkage

SCALE = 0.5
"""Of the half-normal prior of the standard deviation between levels, for log hazard and log odds ratios."""
LARGEST = 7.0
"""Where the prior ends, in scales: beyond it the half-normal has 3e-12 of its mass."""
NODES = 96
STEPS = 60
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
    level = checked_confidence(confidence)
    y, s = checked_effects(effect, se)
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


def checked_effects(effect: ArrayLike, se: ArrayLike) -> tuple[Numbers, Numbers]:
    """Both as arrays of finite numbers, the standard errors above 0.

    Raises
    ------
    ValueError
        When they are not.
    """
    y, s = as_numbers(effect, "effect"), as_numbers(se, "se")
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
    tau = LARGEST * scale * share**2
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
    at = 0.5 * (low + high)
    for _ in range(STEPS):
        z = (at[:, None] - means) / sds
        excess = mass @ ndtr(z) - shares
        low, high = np.where(excess < 0, at, low), np.where(excess < 0, high, at)
        step = at - excess / np.maximum(mass @ (np.exp(-0.5 * z**2) / sds) / ROOT, TINY)
        following = np.where((step > low) & (step < high), step, 0.5 * (low + high))
        if np.abs(following - at).max() < PRECISION:
            break
        at = following
    return at
