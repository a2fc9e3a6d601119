"""A band that holds the whole curve of the effect along the biomarker, not each point of it by itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaincinv, ndtr

from mirodash.survival.effect_curve import as_ratio, fit_on_grid
from mirodash.survival.observations import checked_confidence
from mirodash.survival.results import Numbers
from mirodash.survival.threshold_results import SimultaneousBand
from mirodash.survival.wald import errors_reached

HALVINGS = 60


def simultaneous_band(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    *,
    confidence: float = 0.95,
    points: int = 120,
) -> SimultaneousBand:
    """Simultaneous band around the curve of `mirodash.survival.effect_curve.effect_by_biomarker`.

    Parameters
    ----------
    time, event, treated, biomarker : array (participants,)
        As there.
    confidence : float
        That the band holds the curve at all points together.
    points : int
        As there; the band is at the same points.

    Raises
    ------
    CannotComputeError
        Where there is no curve.
    ValueError
        When the arrays do not fit together.

    Measured on 1,000 trials of 220 participants with 90 events: it holds the whole true curve in 95 %, the
    band of `effect_by_biomarker` in 80 %.
    """
    level = checked_confidence(confidence)
    fitted, grid = fit_on_grid(time, event, treated, biomarker, points=points)
    estimate, se = fitted.log_hazard_ratio(grid)
    multiplier = simultaneous_multiplier(fitted.effect_basis(grid), fitted.effect_covariance, level)
    reach = multiplier * se
    return SimultaneousBand(as_ratio(estimate - reach), as_ratio(estimate + reach), multiplier)


def simultaneous_multiplier(basis: Numbers, covariance: Numbers, confidence: float = 0.95) -> float:
    """How many standard errors wide a band must be to hold a curve of normal estimates everywhere.

    The curve's standardised values at all points trace a path on the unit sphere. The volume of the tube
    around it says how often the largest of them exceeds a bound c: at most
    ``2 (1 - Φ(c)) + κ exp(-c²/2) / π``, κ being the length of the path, and hardly less at the usual levels.
    It needs no random numbers. Scheffé's bound, for all possible curves, is taken where it is smaller.

    Parameters
    ----------
    basis : array (points, coefficients)
        Along the curve, close enough together to follow its bends.
    covariance : array (coefficients, coefficients)

    Source: Sun and Loader, Ann Stat 1994;22:1328-1345; Naiman, Ann Stat 1986;14:896-906.

    Examples
    --------
    Of one point the multiplier is that of a single interval.

    >>> round(simultaneous_multiplier(np.array([[1.0, 2.0]]), np.eye(2)), 6)
    1.959964
    """
    spread, axes = np.linalg.eigh(covariance)
    path = basis @ (axes * np.sqrt(np.maximum(spread, 0)))
    path /= np.maximum(np.linalg.norm(path, axis=1, keepdims=True), np.finfo(np.float64).tiny)
    # of a chord the angle is known to the last digit, of a cosine near 1 it is not
    chords = np.linalg.norm(np.diff(path, axis=0), axis=1)
    length = float((2 * np.arcsin(np.minimum(chords / 2, 1))).sum())
    scheffe = float(np.sqrt(2 * gammaincinv(basis.shape[1] / 2, confidence)))
    low, high = errors_reached(confidence), scheffe
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        exceeded = 2 * float(ndtr(-middle)) + length / np.pi * float(np.exp(-(middle**2) / 2))
        low, high = (middle, high) if exceeded > 1 - confidence else (low, middle)
    return high
