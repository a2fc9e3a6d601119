"""Where a search along the biomarker looks: at values that leave enough people and events on either side."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mirodash.survival.observations import as_numbers, checked_indicator, checked_times
from mirodash.survival.results import Numbers

LEAST_PARTICIPANTS, LEAST_EVENTS = 10, 3
"""What a threshold must leave on each side to be looked at."""
SEARCHED = (0.1, 0.9)
"""Percentiles of the biomarker between which is looked, as shares."""


def observed_between(marker: Numbers, shares: tuple[float, float]) -> Numbers:
    """Distinct observed values between two percentiles, ascending; NaN is left out.

    >>> observed_between(np.array([1.0, 2, 2, 3, 4, 5, np.nan]), (0.1, 0.9))
    array([2., 3., 4.])
    """
    known = marker[~np.isnan(marker)]
    if not known.size:
        return known
    low, high = np.quantile(known, shares)
    values = np.unique(known)
    return values[(values >= low) & (values <= high)]


def searchable(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    strata: ArrayLike | None = None,
) -> Numbers:
    """Rows biomarker, stratum, time, event and arm of those with the biomarker: (5, participants).

    They are in one order whatever that of the file, ascending by biomarker, so that the same seed draws the
    same people.

    Raises
    ------
    ValueError
        When the arrays do not fit together or the biomarker is infinite.
    """
    times = checked_times(time)
    marker = as_numbers(biomarker, "biomarker")
    within = np.zeros(times.size) if strata is None else np.asarray(strata)
    for name, column in (("biomarker", marker), ("strata", within)):
        if column.shape != times.shape:
            raise ValueError(f"There are {times.size} times but {name} has shape {column.shape}.")
    if np.isinf(marker).any():
        raise ValueError(f"{int(np.isinf(marker).sum())} of {marker.size} biomarker values are infinite.")
    happened = checked_indicator(event, "event", times.size)
    arm = checked_indicator(treated, "treated", times.size)
    stratum = np.unique(within, return_inverse=True)[1]
    rows = np.empty((5, times.size))
    for row, column in zip(rows, (marker, stratum, times, happened, arm), strict=True):
        row[:] = column
    known = rows[:, ~np.isnan(marker)]
    return known[:, np.lexsort(known[::-1])]


def candidates(
    marker: Numbers,
    event: Numbers,
    thresholds: ArrayLike | None,
    *,
    least: tuple[int, int] = (LEAST_PARTICIPANTS, LEAST_EVENTS),
    search: tuple[float, float] = SEARCHED,
) -> Numbers:
    """Observed values at which both sides are large enough, ascending.

    Parameters
    ----------
    marker, event : array (participants,)
        In ascending order of the biomarker, which is known of everybody.
    thresholds : array (thresholds,) or None
        Where to look; None for every observed value.
    least : (int, int)
        Participants and events that must be left on each side.
    search : (float, float)
        Shares of participants between which is looked.
    """
    if not marker.size:
        return marker
    lines = np.unique(marker)
    if thresholds is not None:
        given = largest_observed(marker, as_numbers(thresholds, "thresholds"))
        lines = np.unique(given[~np.isnan(given)])
    n_below = marker.searchsorted(lines, side="right")
    events_below = np.cumsum(event)[n_below - 1]
    people = np.minimum(n_below, marker.size - n_below)
    events = np.minimum(events_below, event.sum() - events_below)
    large = (people >= max(1, least[0])) & (events >= least[1])
    return np.intersect1d(lines[large], observed_between(marker, search))


def largest_observed(marker: Numbers, thresholds: Numbers) -> Numbers:
    """The largest of the ascending values <= each threshold, (thresholds,); NaN below all of them."""
    return np.append(marker, np.nan)[marker.searchsorted(thresholds, side="right") - 1]
