"""Brings thresholds and ranges to where they may stand when few participants must not be told apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mirodash.stratification.filters import Filter, Mask, RangeFilter
from mirodash.stratification.fitting import biomarker_of
from mirodash.stratification.selection import Selection
from mirodash.stratification.stops import Stops, blocks, stops
from mirodash.trial.trial import Trial

Numbers = NDArray[np.float64]


def chosen_by(trial: Trial, selection: Selection) -> tuple[str, ...]:
    """The columns by which people are selected; whole countries are a choice of countries, not of sites."""
    columns = {item.column for item in selection.filters}
    if selection.sites is not None and trial.site is not None:
        inside = trial.site.is_in(selection.sites)
        if not inside.all():
            columns.add("country" if _is_whole_countries(trial, inside) else "site")
    return tuple(sorted(columns))


def stops_here(trial: Trial, selection: Selection) -> Stops:
    """Where the thresholds of a view may stand."""
    column = biomarker_of(trial, selection)
    # a range of the biomarker itself ends at stops, too, so it crosses none of the stretches between them
    return stops(trial, column, tuple(name for name in chosen_by(trial, selection) if name != column))


def snapped(trial: Trial, selection: Selection) -> Selection:
    """The selection with its ranges, thresholds and filters at the nearest stops."""
    filters = tuple(kept for item in selection.filters if (kept := _snapped_filter(trial, item)))
    selection = replace(selection, filters=filters)
    return replace(selection, thresholds=snapped_thresholds(trial, selection, selection.thresholds or ()))


def snapped_thresholds(
    trial: Trial, selection: Selection, thresholds: tuple[float, ...]
) -> tuple[float, ...]:
    """Thresholds of a view at the nearest stops; one where two have the same, none where there is no stop."""
    here = stops_here(trial, selection)
    moved = {here.nearest(threshold) for threshold in thresholds}
    return tuple(sorted(stop for stop in moved if stop is not None))


def _snapped_filter(trial: Trial, item: Filter) -> Filter | None:
    if not isinstance(item, RangeFilter):
        return item
    values = trial.numbers[item.column].values
    known = np.sort(values[np.isfinite(values)])
    at = stops(trial, item.column)
    low = high = None
    if item.low is not None:
        low = _nearest(known, item.low, (-np.inf, *at.starts), side="left")
    if item.high is not None:
        high = _nearest(known, item.high, (*at.stops, np.inf), side="right")
    if low is None and high is None:
        return None
    if low is not None and high is not None and low > high:
        high = next((stop for stop in at.stops if stop >= low), None)
    return RangeFilter(item.column, low, high)


def _nearest(
    known: Numbers, end: float, ends: tuple[float, ...], *, side: Literal["left", "right"]
) -> float | None:
    """Of the ends that may be, the one that moves the fewest participants; None is an open end."""
    moved = np.abs(known.searchsorted(np.array(ends), side=side) - known.searchsorted(end, side=side))
    nearest = ends[int(moved.argmin())]
    return nearest if np.isfinite(nearest) else None


def _is_whole_countries(trial: Trial, inside: Mask) -> bool:
    if trial.country is None:
        return False
    block = blocks(trial, "country")
    return bool((np.bincount(block, inside) % np.maximum(np.bincount(block), 1) == 0).all())
