"""Each side of every threshold with its interval, as a scan has them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.results import Counts, Numbers, ThresholdScan, errors_reached
from mirodash.survival.told_counts import told_rows

LARGEST_LOG = 700.0
"""exp() of more is infinite."""


@dataclass(frozen=True, eq=False, slots=True)
class Side:
    """Everybody on one side of each threshold; arrays are (thresholds,), NaN where not estimable."""

    hazard_ratio: Numbers
    lower: Numbers
    upper: Numbers
    n: Counts
    events: Counts


def told_scan(scan: ThresholdScan, fewest: tuple[Counts, Counts], min_cell: int) -> ThresholdScan:
    """The scan with small counts as their limit, on both sides, as both add up to everybody.

    Where an arm of a side had few events, the side has no hazard ratio, as how sure that is tells how few.
    ``fewest`` are the events (thresholds,) of the arm that had fewer, below and above.
    """
    n_below, n_above = told_rows((scan.n_below, scan.n_above), min_cell)
    events_below, events_above = told_rows((scan.events_below, scan.events_above), min_cell)
    below, above = (events < min_cell for events in fewest)
    return replace(
        scan,
        n_below=n_below,
        n_above=n_above,
        events_below=events_below,
        events_above=events_above,
        hazard_ratio_below=_without(scan.hazard_ratio_below, below),
        standard_error_below=_without(scan.standard_error_below, below),
        hazard_ratio_above=_without(scan.hazard_ratio_above, above),
        standard_error_above=_without(scan.standard_error_above, above),
        interaction_z=_without(scan.interaction_z, below | above),
    )


def _without(numbers: Numbers, few: NDArray[np.bool_]) -> Numbers:
    made = np.where(few, np.nan, numbers)
    made.flags.writeable = False
    return made


def threshold_sides(scan: ThresholdScan, confidence: float) -> tuple[Side, Side]:
    """Those at or below and those above every threshold, with Wald intervals of the hazard ratio."""
    below = _side(
        scan.hazard_ratio_below, scan.standard_error_below, confidence, scan.n_below, scan.events_below
    )
    above = _side(
        scan.hazard_ratio_above, scan.standard_error_above, confidence, scan.n_above, scan.events_above
    )
    return below, above


def _side(ratio: Numbers, se: Numbers, confidence: float, n: Counts, events: Counts) -> Side:
    reach = errors_reached(confidence) * se
    known = np.isfinite(ratio) & np.isfinite(reach) & (ratio > 0)
    log = np.where(known, np.log(np.where(known, ratio, 1.0)), np.nan)
    low, middle, high = (
        np.exp(np.clip(log + shift, -LARGEST_LOG, LARGEST_LOG)) for shift in (-reach, 0.0 * reach, reach)
    )
    for array in (low, middle, high):
        array.flags.writeable = False
    return Side(middle, low, high, n, events)
