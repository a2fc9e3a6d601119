"""Coordinates of pictures as CSV in which every number is one: survival curves, effect curve, scan."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from mirodash.disclosure.curve_values import threshold_sides
from mirodash.export.csv_tables import Cell, write_rows
from mirodash.questions.effect_along_biomarker import (
    EFFECT_BY_BIOMARKER,
    EFFECT_SIMULTANEOUS,
    simultaneous_band,
)
from mirodash.questions.effect_along_biomarker import effect_by_biomarker as find_effect
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.thresholds.threshold_scan import threshold_scan
from mirodash.questions.thresholds.threshold_scan_panel import THRESHOLD_SCAN
from mirodash.stratification.selection import MAX_THRESHOLDS, Selection
from mirodash.stratification.validation import reduce_to_canonical
from mirodash.survival.results import ArmSummary, NotEstimable, SimultaneousBand
from mirodash.text.json_values import encode_count, json_number
from mirodash.text.labels import format_arm_names
from mirodash.trial.trial import Trial

Coordinates = tuple[tuple[str, ...], list[tuple[Cell, ...]]]
"""A header, and lines of so many cells."""
ABOUT = ("confidence", "view", "trial", "about")
"""On every line, so that a line that is copied still says what it belongs to."""


def write_numbers(trial: Trial, selection: Selection, key: str, *, about: str) -> str | None:
    """The coordinates of one panel's picture as CSV.

    Parameters
    ----------
    trial, selection
        The view.
    key : str
        Of the panel.
    about : str
        The line that all files have, which says how many, how and how far to trust it.

    Returns
    -------
    str or None
        None where the panel has no coordinates, or nothing can be drawn.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    list_lines = WRITERS.get(key)
    found = list_lines(trial, selection) if list_lines else None
    if found is None:
        return None
    header, lines = found
    view = reduce_to_canonical(trial, selection).to_query()
    ends = (selection.confidence, view, trial.title, about)
    return write_rows([(*header, *ABOUT), *((*line, *ends) for line in lines)])


def _list_survival(trial: Trial, selection: Selection, place: int) -> Coordinates | None:
    """One line for each time of each arm's curve, from 0 to the horizon."""
    result = survival_by_group(trial, selection)
    if place >= len(result.groups):
        return None
    group, names = result.groups[place], format_arm_names(trial, selection)
    measure = "cumulative_incidence" if result.endpoint.competing else "survival"
    counts = ("at_risk",) if trial.min_cell else ("at_risk", "events", "censored")
    header = ("group", "arm", "role", "time", "time_unit", measure, "lower", "upper", *counts)
    arms = (
        (names.treated, "treated", group.comparison.treated),
        (names.control, "control", group.comparison.control),
    )
    lines: list[tuple[Cell, ...]] = []
    for name, role, arm in arms:
        if arm.has_curve:
            start = (group.label, name, role)
            for time, *numbers in _list_corners(arm, result.horizon, is_counted=not trial.min_cell):
                lines.append((*start, time, result.endpoint.unit, *numbers))
    return header, lines


def _list_corners(arm: ArmSummary, horizon: float, *, is_counted: bool) -> Iterator[tuple[Cell, ...]]:
    curve = arm.curve
    is_incidence = curve.event_free is not None
    yield (0.0, 0.0 if is_incidence else 1.0, None, None, *_count_at_start(arm, is_counted=is_counted))
    for k in np.flatnonzero((curve.time > 0) & (curve.time <= horizon)).tolist():
        numbers = [json_number(float(values[k])) for values in (curve.estimate, curve.lower, curve.upper)]
        if is_incidence:
            share, low, high = (None if number is None else 1 - number for number in numbers)
            numbers = [share, high, low]
        counts = (curve.at_risk, curve.events, curve.censored) if is_counted else (curve.at_risk,)
        yield (float(curve.time[k]), *numbers, *(encode_count(int(count[k])) for count in counts))


def _count_at_start(arm: ArmSummary, *, is_counted: bool) -> tuple[Cell, ...]:
    first = encode_count(int(arm.curve.at_risk[0])) if arm.curve.at_risk.size else 0
    return (first, 0, 0) if is_counted else (first,)


def _list_effect(trial: Trial, selection: Selection) -> Coordinates | None:
    """The grid of the effect curve, with both bands once the wider one is there."""
    effect = find_effect(trial, selection)
    if effect.biomarker is None or isinstance(effect.curve, NotEstimable):
        return None
    curve, marker = effect.curve, effect.biomarker
    header = ("biomarker", "value", "unit", "hazard_ratio", "pointwise_lower", "pointwise_upper")
    columns = [curve.hazard_ratio, curve.lower, curve.upper]
    band = simultaneous_band(trial, selection)
    if isinstance(band, SimultaneousBand):
        header += ("simultaneous_lower", "simultaneous_upper")
        columns += [band.lower, band.upper]
    return header, [
        (marker.label, float(value), marker.unit, *(json_number(float(column[k])) for column in columns))
        for k, value in enumerate(curve.biomarker.tolist())
    ]


def _list_scan(trial: Trial, selection: Selection) -> Coordinates | None:
    """Both sides of every threshold."""
    scan = threshold_scan(trial, selection)
    marker = find_effect(trial, selection).biomarker
    if isinstance(scan, NotEstimable) or marker is None:
        return None
    header: tuple[str, ...] = ("biomarker", "threshold", "unit")
    for side in ("below", "above"):
        header += tuple(f"{name}_{side}" for name in ("n", "events", "hazard_ratio", "lower", "upper"))
    sides = threshold_sides(scan, selection.confidence)
    return header, [
        (
            *(marker.label, float(threshold), marker.unit),
            *(
                cell
                for side in sides
                for cell in (
                    *(encode_count(int(side.n[k])), encode_count(int(side.events[k]))),
                    *(json_number(float(ends[k])) for ends in (side.hazard_ratio, side.lower, side.upper)),
                )
            ),
        )
        for k, threshold in enumerate(scan.thresholds.tolist())
    ]


def _of_group(place: int) -> Callable[[Trial, Selection], Coordinates | None]:
    return lambda trial, selection: _list_survival(trial, selection, place)


WRITERS: dict[str, Callable[[Trial, Selection], Coordinates | None]] = {
    **{f"survival-{place}": _of_group(place) for place in range(MAX_THRESHOLDS + 2)},
    EFFECT_BY_BIOMARKER.key: _list_effect,
    EFFECT_SIMULTANEOUS.key: _list_effect,
    THRESHOLD_SCAN.key: _list_scan,
}
"""By the key of the panel, header and lines of its picture."""
