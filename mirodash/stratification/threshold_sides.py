"""Which side of a threshold a measurement is on, where that is certain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirodash.trial.trial import MISSING, Measurements

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Bounds:
    """What is known of each measurement: it lies in [``lowest``, ``highest``]; NaN where it is missing.

    Both are the value itself, except beyond a limit of the assay, where one of them is the nearest number
    on the far side of the limit and the other is infinite. Where a column has no negative value, what is
    below a limit is not negative either.
    """

    lowest: Numbers
    highest: Numbers


def bounds(measured: Measurements) -> Bounds:
    """The lowest and highest that each measurement can be, (participants,)."""
    values, below, above = measured.values, measured.below_limit, measured.above_limit
    if not (below.any() or above.any()):
        return Bounds(values, values)
    least = 0.0 if np.nanmin(values) >= 0 else -np.inf
    lowest = np.where(below, least, np.where(above, np.nextafter(values, np.inf), values))
    highest = np.where(above, np.inf, np.where(below, np.nextafter(values, -np.inf), values))
    return Bounds(lowest, np.maximum(lowest, highest))


def place(bounds: Bounds, thresholds: Sequence[float], *, equal_above: bool) -> NDArray[np.int64]:
    """The group of each measurement, counted from the lowest; -1 where it is missing or not certain.

    Examples
    --------
    >>> flags = np.array([False, False, True])
    >>> over_50 = bounds(Measurements(np.array([30.0, 50.0, 50.0]), ~flags & False, flags))
    >>> place(over_50, [50.0], equal_above=False), place(over_50, [60.0], equal_above=False)
    (array([0, 0, 1]), array([ 0,  0, -1]))
    """
    side = "right" if equal_above else "left"
    lines = np.asarray(thresholds, dtype=np.float64)
    low = lines.searchsorted(bounds.lowest, side)
    certain = ~np.isnan(bounds.lowest)
    if bounds.highest is not bounds.lowest:
        certain &= low == lines.searchsorted(bounds.highest, side)
    return np.where(certain, low, MISSING).astype(np.int64)


def count_uncertain(bounds: Bounds, thresholds: ArrayLike, *, equal_above: bool) -> NDArray[np.int64]:
    """How many of those who were measured are not certainly on one side of each threshold, (thresholds,)."""
    lines = np.asarray(thresholds, dtype=np.float64)
    if bounds.highest is bounds.lowest:
        return np.zeros(lines.size, dtype=np.int64)
    side = "left" if equal_above else "right"
    # sorted, missing ones come last, where they are neither below nor counted
    known = int((~np.isnan(bounds.lowest)).sum())
    below = np.sort(bounds.highest).searchsorted(lines, side)
    above = known - np.sort(bounds.lowest[~np.isnan(bounds.lowest)]).searchsorted(lines, side)
    return (known - below - above).astype(np.int64)


def order(measured: Measurements, *, equal_above: bool) -> Numbers:
    """One number for each measurement, by which a search that splits at ``<=`` puts it on its side.

    Beyond a limit that is the limit as written, or the number next to it: ``>50`` comes after 50 where equal
    values are below a threshold, and with it where they are above. Compare with `split_at`.
    """
    values, below, above = measured.values, measured.below_limit, measured.above_limit
    if not (below.any() or above.any()):
        return values
    limits, beyond = values.copy(), below | above
    limits[beyond] = round_to_written(values[beyond])
    if equal_above:
        return np.where(below, np.nextafter(limits, -np.inf), np.where(above, limits, values))
    return np.where(above, np.nextafter(limits, np.inf), np.where(below, limits, values))


def side_signs(*, equal_above: bool) -> tuple[str, str]:
    """The signs of below and above a threshold.

    >>> side_signs(equal_above=False), side_signs(equal_above=True)
    (('≤', '>'), ('<', '≥'))
    """
    return ("<", "≥") if equal_above else ("≤", ">")


def side_words(*, equal_above: bool) -> tuple[str, str]:
    """Below and above a threshold in words.

    >>> side_words(equal_above=False), side_words(equal_above=True)
    (('at or below', 'above'), ('below', 'at or above'))
    """
    return ("below", "at or above") if equal_above else ("at or below", "above")


def split_at(thresholds: ArrayLike, *, equal_above: bool) -> Numbers:
    """The thresholds for code that knows only ``value <= threshold``: ``value < threshold`` is the same."""
    lines = np.asarray(thresholds, dtype=np.float64)
    return np.nextafter(lines, -np.inf) if equal_above else lines


def round_to_written(values: Numbers) -> Numbers:
    """Numbers as they were written, where they may be the float next to it, as in ``>=50``."""
    distinct, at = np.unique(values, return_inverse=True)
    return np.array([float(f"{value:.15g}") for value in distinct], dtype=np.float64)[at]


@dataclass(frozen=True, eq=False, slots=True)
class Steps:
    """Thresholds (thresholds,) that make different groups, and how many are certainly on either side."""

    thresholds: Numbers
    n_below: NDArray[np.int64]
    n_above: NDArray[np.int64]


def steps(measured: Measurements, *, equal_above: bool) -> Steps:
    """Every threshold that makes a different pair of groups, ascending; of several the lowest.

    Thresholds are values that were measured, or limits of the assay.
    """
    known = ~np.isnan(measured.values)
    return steps_between(
        bounds(measured.of(known)), np.unique(measured.values[known]), equal_above=equal_above
    )


def steps_between(bounds: Bounds, values: Numbers, *, equal_above: bool) -> Steps:
    """The same from everybody's bounds and the distinct values, ascending."""
    side = "left" if equal_above else "right"
    exact = bounds.highest is bounds.lowest
    lines = values if exact else np.unique(round_to_written(values))
    below = np.sort(bounds.highest).searchsorted(lines, side)
    above = bounds.lowest.size - np.sort(bounds.lowest).searchsorted(lines, side)
    new = np.ones(lines.size, dtype=np.bool_)
    new[1:] = (np.diff(below) != 0) | (np.diff(above) != 0)
    kept = new & (below > 0) & (above > 0)
    return Steps(lines[kept], below[kept].astype(np.int64), above[kept].astype(np.int64))
