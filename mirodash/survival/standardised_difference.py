"""Standardised difference between two arms: how far apart they are at baseline, whatever the unit."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def standardised_mean_difference(treated: ArrayLike, control: ArrayLike) -> float | None:
    """The difference of two means in pooled standard deviations, without its sign.

    Parameters
    ----------
    treated, control : array (participants of an arm,)
        Known values of either arm.

    Returns
    -------
    float or None
        None where an arm has fewer than two values, or where no value differs from another.

    References
    ----------
    Austin PC. Balance diagnostics for comparing the distribution of baseline covariates. Stat Med
    2009;28:3083-3107.

    Examples
    --------
    >>> standardised_mean_difference([1.0, 2.0, 3.0], [2.0, 3.0, 4.0])
    1.0
    """
    first, second = np.asarray(treated, dtype=np.float64), np.asarray(control, dtype=np.float64)
    if min(first.size, second.size) < 2:
        return None
    pooled = float((first.var(ddof=1) + second.var(ddof=1)) / 2)
    if not pooled > 0:
        return None
    return float(abs(first.mean() - second.mean()) / np.sqrt(pooled))


def standardised_level_difference(treated: ArrayLike, control: ArrayLike) -> float | None:
    """The distance between the shares of levels in two arms; of two levels the usual formula.

    Parameters
    ----------
    treated, control : array (levels,)
        Participants at each level.

    Returns
    -------
    float or None
        None where an arm has nobody, or where all are at one level.

    References
    ----------
    Yang D, Dalton JE. A unified approach to measuring the effect size between two groups using SAS. SAS
    Global Forum 2012, paper 335.

    Examples
    --------
    >>> standardised_level_difference([50, 50], [50, 50]), standardised_level_difference([3, 0], [4, 0])
    (0.0, None)
    """
    counts = np.stack([np.asarray(treated, dtype=np.float64), np.asarray(control, dtype=np.float64)])
    counts = counts[:, counts.sum(axis=0) > 0]
    if counts.shape[1] < 2 or not counts.sum(axis=1).all():
        return None
    shares: NDArray[np.float64] = (counts / counts.sum(axis=1, keepdims=True))[:, 1:]
    apart = shares[0] - shares[1]
    first, second = (np.diag(share) - np.outer(share, share) for share in shares)
    spread = (first + second) / 2
    if np.linalg.matrix_rank(spread) < spread.shape[0]:
        return None
    return float(np.sqrt(max(apart @ np.linalg.solve(spread, apart), 0.0)))
