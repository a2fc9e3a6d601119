"""Chooses how many decimals an estimate needs, so that no interval closes and no limit is crossed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

OpenInterval = tuple[float | None, float | None]
Row = tuple[float, float, float]
"""An estimate and the ends of its interval."""

MAX_DECIMALS = 6
EXTRA_DECIMALS = 3
"""How many more than the width of an interval asks for, so that an end is not shown as what it is not."""
RATIO_DECIMALS = 2
MAX_USUAL_RATIO = 100.0
"""A larger one is said in words."""
NEGLIGIBLE = 1e-9
"""What two ways of computing one number may differ by: closer to a limit than this is the limit."""
WIDE_INTERVAL = 10.0
NARROW_INTERVAL = 1.0
REMEMBERED = 1024
"""Numbers of a view are written several times: on a card, in its sentence, in the finding, in the picture."""
MIN_STEPS = 10
MIN_RATIO_STEPS = 3
"""Steps of the last decimal that fit into an interval, at least."""


def choose_percent_decimals(shares: Iterable[tuple[float, OpenInterval]]) -> int:
    """The decimals of shares of 1 that stand side by side in per cent, each with its interval.

    None for an interval of 10 points or wider, one down to 1 point, then three significant digits of its
    width. More where a share that is neither 0 nor 1 would be shown as 0 or 100 %.

    Parameters
    ----------
    shares : iterable of (share, (low, high))
        An end that does not exist is None.

    Examples
    --------
    >>> choose_percent_decimals([(0.724, (0.6312, 0.8))])
    0
    >>> choose_percent_decimals([(0.99450, (0.99166, 0.99638)), (0.99925, (0.99768, 0.99976))])
    3
    >>> choose_percent_decimals([(0.996, (None, None))])
    1
    """
    return max([0, *(_choose_percent_decimals(share, ends) for share, ends in shares)])


@lru_cache(maxsize=REMEMBERED)
def _choose_percent_decimals(share: float, ends: OpenInterval) -> int:
    low, high = ends
    start = 0 if low is None or high is None else _decimals_of_width(100 * (high - low))
    known = [100 * end for end in ends if end is not None]
    # nearly always: no step of any number of decimals is wider than 1
    values = (100 * share, *known)
    if min(values) >= 1 and max(values) <= 99:
        return start
    limits = (0.0, 100.0)
    decimals = _raise(start, [100 * share], limits, most=MAX_DECIMALS)
    return _raise(decimals, known, limits, most=max(decimals, EXTRA_DECIMALS))


def find_usual_percent_decimals(rows: Sequence[Row]) -> list[int | None]:
    """The decimals of each share with its interval where `choose_percent_decimals` need not be asked.

    A curve has hundreds of points, and nearly all of them are far enough from 0 and 100 % for the width of
    their interval to decide; None for the others.

    Examples
    --------
    >>> find_usual_percent_decimals([(0.724, 0.63, 0.8), (0.996, 0.95, 0.999)])
    [0, None]
    """
    if not rows:
        return []
    shares = np.asarray(rows, dtype=float)
    percent = 100 * shares
    width = 100 * (shares[:, 2] - shares[:, 1])
    nearest = np.minimum(percent, 100 - percent).min(axis=1)
    # twice the half step that rounding takes away: what is nearer is asked for one by one
    usual = np.where((width >= WIDE_INTERVAL) & (nearest > 1), 0, -1)
    usual[(width >= NARROW_INTERVAL) & (width < WIDE_INTERVAL) & (nearest > 0.1)] = 1
    return [None if places < 0 else places for places in usual.tolist()]


def choose_points_decimals(difference: float, ends: OpenInterval = (None, None)) -> int:
    """The decimals of a difference of two shares in percentage points, from -1 to 1 with its interval.

    As `choose_percent_decimals`; more where something else than 0 would be shown as 0.

    Examples
    --------
    >>> choose_points_decimals(0.153, (0.02, 0.28)), choose_points_decimals(0.00475, (0.00231, 0.00719))
    (0, 3)
    """
    low, high = ends
    start = 0 if low is None or high is None else _decimals_of_width(100 * (high - low))
    shown = [100 * value for value in (difference, *ends) if value is not None]
    return _raise(start, shown, (0.0,), most=start + EXTRA_DECIMALS)


def choose_span_decimals(difference: float, ends: OpenInterval, least: int) -> int:
    """The decimals of a difference of two times, at least the usual ones of its unit.

    So many that ten steps of the last one fit into the interval; more where something else than 0 would be
    shown as 0.

    Examples
    --------
    >>> choose_span_decimals(58.0, (3.0, 112.0), 0), choose_span_decimals(0.4, (0.02, 0.78), 0)
    (0, 2)
    """
    low, high = ends
    start = least
    if low is not None and high is not None:
        start = _decimals_for_steps(high - low, least, MIN_STEPS)
    shown = [value for value in (difference, *ends) if value is not None]
    return _raise(start, shown, (0.0,), most=start + EXTRA_DECIMALS)


def choose_mean_decimals(se: float, least: int) -> int:
    """The decimals of a mean time with its standard error, at least the usual ones of its unit.

    Examples
    --------
    >>> choose_mean_decimals(16.2, 0), choose_mean_decimals(0.03, 0)
    (0, 2)
    """
    return _decimals_for_steps(4 * se, least, MIN_STEPS)


@lru_cache(maxsize=REMEMBERED)
def choose_ratio_decimals(ends: OpenInterval) -> int:
    """The decimals of a ratio and its interval: two, unless the interval closes or an end turns into 1.

    Examples
    --------
    >>> choose_ratio_decimals((0.30, 0.89)), choose_ratio_decimals((0.373, 0.998))
    (2, 3)
    """
    low, high = ends
    start = RATIO_DECIMALS
    if low is not None and high is not None and math.isfinite(high - low):
        start = _decimals_for_steps(high - low, start, MIN_RATIO_STEPS)
    known = [end for end in (low, high) if end is not None and math.isfinite(end)]
    return _raise(start, known, (1.0,), most=start + EXTRA_DECIMALS)


def have_usual_ratio_decimals(rows: Sequence[Row]) -> list[bool]:
    """Whether each ratio with its interval has two decimals and no words, without asking one by one.

    Examples
    --------
    >>> have_usual_ratio_decimals([(0.52, 0.30, 0.89), (0.6, 0.37, 0.998), (2e3, 1.2, 3e6)])
    [True, False, False]
    """
    if not rows:
        return []
    ratios = np.asarray(rows, dtype=float)
    ends = ratios[:, 1:]
    step = 10.0**-RATIO_DECIMALS
    usual = (ratios > 2 * step).all(axis=1) & (ratios < MAX_USUAL_RATIO).all(axis=1)
    usual &= ends[:, 1] - ends[:, 0] > 2 * MIN_RATIO_STEPS * step
    return (usual & (np.abs(ends - 1) > step).all(axis=1)).tolist()


def _decimals_of_width(width: float) -> int:
    if width >= WIDE_INTERVAL or not width > 0:
        return 0
    if width >= NARROW_INTERVAL:
        return 1
    return min(2 - math.floor(math.log10(width)), MAX_DECIMALS)


def _decimals_for_steps(width: float, least: int, steps: int) -> int:
    if not width > 0:
        return least
    return next((n for n in range(least, MAX_DECIMALS) if width * 10**n >= steps), MAX_DECIMALS)


def _raise(start: int, values: list[float], limits: tuple[float, ...], *, most: int) -> int:
    """The fewest decimals from ``start`` on with which no value is shown as a limit that it is not.

    ``start`` where as many as ``most`` do not help.
    """
    step = 10.0**-start
    near = [(value, limit) for value in values for limit in limits if NEGLIGIBLE < abs(value - limit) < step]
    for decimals in range(start, most + 1) if near else ():
        if not any(round(value, decimals) == limit for value, limit in near):
            return decimals
    return start
