"""Where a threshold can stand: the observed values that move somebody from one group to the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mirodash.stratification.groups import groups
from mirodash.stratification.memo import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.settling import settled
from mirodash.stratification.snapping import stops_here
from mirodash.stratification.told_people import may_be_cut
from mirodash.trial.trial import Trial

MOST_CANDIDATES = 400
"""More steps than this on a slider of a few hundred pixels cannot be told apart."""


@memoise
def candidate_thresholds(trial: Trial, selection: Selection) -> tuple[float, ...]:
    """Every threshold that makes a different pair of groups, ascending.

    These are the distinct biomarker values of the selected participants except the largest. Of more
    than 400 about 400 are kept, at equal steps of participants, the first and the last among them. Where few
    participants must not be told apart, only the stops of `mirodash.stratification.stops` are left.
    """
    values, below = _steps(trial, selection)
    if values.size <= MOST_CANDIDATES:
        return tuple(float(value) for value in values)
    wanted = np.linspace(below[0], below[-1], MOST_CANDIDATES)
    kept = np.unique(np.searchsorted(below, wanted))
    return tuple(float(value) for value in values[kept])


def median(trial: Trial, selection: Selection) -> tuple[float, ...]:
    """The observed value that splits the selected participants most nearly in half, or () without one."""
    return _quantile_thresholds(trial, selection, 2)


def tertiles(trial: Trial, selection: Selection) -> tuple[float, ...]:
    """The two observed values that split the selected participants most nearly into thirds."""
    return _quantile_thresholds(trial, selection, 3)


def _quantile_thresholds(trial: Trial, selection: Selection, parts: int) -> tuple[float, ...]:
    values, below = _steps(trial, selection)
    if not values.size:
        return ()
    total = observed_values(trial, selection).size
    chosen = {float(values[np.abs(below - total * k / parts).argmin()]) for k in range(1, parts)}
    return tuple(sorted(chosen))


def observed_values(trial: Trial, selection: Selection) -> NDArray[np.float64]:
    """The biomarker (participants with it,) of the selected participants, ascending."""
    chosen = settled(trial, selection)
    if chosen.biomarker not in trial.numbers:
        return np.empty(0)
    values = trial.numbers[chosen.biomarker].values[groups(trial, selection).everyone]
    return np.sort(values[np.isfinite(values)])


def _steps(trial: Trial, selection: Selection) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Where a threshold may stand, and how many participants lie at or below each."""
    observed = observed_values(trial, selection)
    if trial.min_cell:
        chosen = settled(trial, selection)
        found = stops_here(trial, chosen).stops if observed.size else ()
        # of an arm by which no stops are made, as it is too small to be cut, they would tell few apart
        lines = np.array(found if may_be_cut(trial, chosen, found) else ())
        return lines, observed.searchsorted(lines, side="right")
    distinct, counts = np.unique(observed, return_counts=True)
    return distinct[:-1], np.cumsum(counts, dtype=np.int64)[:-1]
