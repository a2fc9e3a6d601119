"""Restricted cubic splines, and the null model in which treatment acts alike at every biomarker value."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from mirodash.errors import CannotComputeError
from mirodash.survival.cox import MartingaleResiduals, compute_martingale_residuals, index_event_times
from mirodash.survival.results import Numbers

KNOT_SHARES: dict[int, tuple[float, ...]] = {
    3: (0.10, 0.50, 0.90),
    4: (0.05, 0.35, 0.65, 0.95),
}
"""Where Harrell places the knots: shares of participants below each."""

EVENTS_FOR_FOUR = 100
PARTICIPANTS_FOR_FOUR = 200


def knot_count(participants: int, events: int) -> int:
    """3 knots below 100 events or 200 participants, 4 from there on.

    A treatment × spline model spends 5 coefficients with 3 knots and 7 with 4. A hundred events give 7
    coefficients 14 events each, inside the 10 to 20 that Harrell asks for.

    Source: Harrell, Regression Modeling Strategies (2nd ed., 2015), sections 2.4.6 and 4.4.

    Examples
    --------
    >>> knot_count(participants=220, events=90)
    3
    >>> knot_count(participants=312, events=125)
    4
    """
    enough = participants >= PARTICIPANTS_FOR_FOUR and events >= EVENTS_FOR_FOUR
    return 4 if enough else 3


def default_knots(values: ArrayLike, count: int) -> Numbers:
    """Knots at Harrell's percentiles: 10, 50, 90 for three; 5, 35, 65, 95 for four.

    Parameters
    ----------
    values : array (participants,)
        The biomarker on the scale of the model.
    count : int
        3 or 4.

    Returns
    -------
    array (count,)
        Strictly ascending. Percentiles interpolate as R's ``quantile(type = 7)``. When so many participants
        share a value that two knots fall on it, the percentiles are those of the distinct values.

    Raises
    ------
    ValueError
        When there are fewer distinct values than knots.

    Examples
    --------
    >>> default_knots([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 3).tolist()
    [1.0, 5.0, 9.0]
    >>> default_knots([0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 10], 3).tolist()
    [1.0, 5.0, 9.0]
    """
    observed = np.asarray(values, dtype=np.float64)
    distinct = np.unique(observed)
    if distinct.size < count:
        raise ValueError(f"{count} knots need at least {count} distinct values, not {distinct.size}.")
    shares = KNOT_SHARES[count]
    knots = quantiles(np.sort(observed), shares)
    if (np.diff(knots) > 0).all():
        return knots
    return quantiles(distinct, shares)


def quantiles(ordered: Numbers, shares: ArrayLike) -> Numbers:
    """Linearly interpolated quantiles of ascending values without NaN, as R's ``quantile(type = 7)``.

    The same as `numpy.quantile`, to the last digit, at a tenth of its cost for a few hundred values.

    Parameters
    ----------
    ordered : array (values,)
        At least one.
    shares : array (shares,)
        From 0 to 1.

    Examples
    --------
    >>> quantiles(np.array([1.0, 2.0, 4.0]), [0.25, 0.5, 1.0]).tolist()
    [1.5, 2.0, 4.0]
    """
    place = (ordered.size - 1) * np.asarray(shares, dtype=np.float64)
    below = place.astype(np.int64)
    low, high = ordered[below], ordered[np.minimum(below + 1, ordered.size - 1)]
    part, width = place - below, high - low
    # from the nearer end, so that no rounding leaves the two
    return np.where(part < 0.5, low + width * part, high - width * (1 - part))


def restricted_cubic_spline(values: ArrayLike, knots: ArrayLike) -> Numbers:
    """Harrell's truncated power basis of the restricted cubic spline.

    The nonlinear columns are divided by the squared distance of the outer knots, so that they are in the
    unit of ``values``, as R's ``Hmisc::rcspline.eval(norm = 2, inclx = TRUE)``.

    Parameters
    ----------
    values : array (participants,)
    knots : array (k,)
        Strictly ascending, at least 3.

    Returns
    -------
    array (participants, k - 1)
        The values themselves, then k - 2 nonlinear terms: 0 below the first knot, straight beyond the last.

    Source: Harrell, Regression Modeling Strategies (2nd ed., 2015), equation 2.25; Stone and Koo (1985).

    Examples
    --------
    >>> restricted_cubic_spline([-1.0, 0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 2.0]).tolist()
    [[-1.0, 0.0], [0.0, 0.0], [1.0, 0.25], [2.0, 1.5], [3.0, 3.0]]
    """
    x = np.asarray(values, dtype=np.float64)
    t = np.asarray(knots, dtype=np.float64)
    last, before = t[-1], t[-2]
    width = last - before
    cubed = np.maximum(x[:, None] - t, 0) ** 3 / (last - t[0]) ** 2
    inner = t[:-2]
    tails = cubed[:, -1:] * (before - inner) / width - cubed[:, -2:-1] * (last - inner) / width
    return np.column_stack((x, cubed[:, :-2] + tails))


KNOTS = 3


def compute_null_residuals(
    time: Numbers, event: Numbers, treated: Numbers, biomarker: Numbers
) -> MartingaleResiduals:
    """Martingale residuals of a Cox model with treatment and a smooth curve of the biomarker.

    The curve is a restricted cubic spline with three knots, of the logarithm where the biomarker has one.
    Where data are too few for that, the model is the richest of: treatment and a straight line; treatment;
    a straight line; nothing.

    Parameters
    ----------
    time, event, treated, biomarker : array (participants,)
        Already checked; the biomarker is known of everybody.
    """
    if not event.any():
        return MartingaleResiduals(np.zeros(time.size), np.zeros(time.size))
    slots = index_event_times(time, event)[0]
    for covariates in _covariates(treated, biomarker):
        try:
            return compute_martingale_residuals(slots, covariates)
        except CannotComputeError:
            continue
    return compute_martingale_residuals(slots, np.empty((time.size, 0)))


def _covariates(treated: Numbers, biomarker: Numbers) -> Iterator[Numbers]:
    value = np.log(biomarker) if biomarker.min() > 0 else biomarker
    # measured from the middle in units of the spread: cubes of a large value would lose small differences
    low, high = value.min(), value.max()
    value = (value - (low / 2 + high / 2)) / max(high / 2 - low / 2, np.finfo(np.float64).tiny)
    if np.unique(value).size >= KNOTS:
        yield np.column_stack((treated, restricted_cubic_spline(value, default_knots(value, KNOTS))))
    yield np.column_stack((treated, value))
    yield treated[:, None]
    yield value[:, None]
