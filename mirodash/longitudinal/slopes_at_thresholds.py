"""Slopes below and above many thresholds: the mixed models of all of them fitted together."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mirodash.longitudinal.mixed_model import fit_like_models
from mirodash.longitudinal.model_columns import OneLineEach
from mirodash.longitudinal.person_sums import PersonSums
from mirodash.longitudinal.slopes import Lines, describe_lines, find_cells_with_lines, fit_lines
from mirodash.survival.data import convert_to_numbers, validate_indicator
from mirodash.survival.results import Counts, NotEstimable

CELLS_AT_ONCE = 32_000
"""Thresholds × participants handled together: few enough for the processor's cache."""
_ROWS = np.hstack((np.eye(4), np.zeros((4, 4)))), np.hstack((np.zeros((4, 4)), np.eye(4)))


def fit_lines_at_thresholds(
    sums: PersonSums,
    treated: ArrayLike,
    biomarker: ArrayLike,
    thresholds: ArrayLike,
    *,
    confidence: float = 0.95,
) -> tuple[Lines | NotEstimable, ...]:
    """One mixed model for group × arm × time at every threshold, with below as group 0.

    The sums of participants are those of all thresholds, only who is in which group differs; so the models
    are fitted together, each from the optimum of the model without groups.

    Parameters
    ----------
    sums : PersonSums
    treated, biomarker : array (participants,)
        Those without a measurement or the biomarker (NaN) are left out.
    thresholds : array (thresholds,)
        In any order; below is biomarker <= threshold.
    confidence : float

    Returns
    -------
    tuple of Lines or NotEstimable
        Of each threshold, equal to `mirodash.longitudinal.slopes.fit_lines` with its groups.

    Raises
    ------
    ValueError
        When the arrays do not fit together.
    """
    marker = convert_to_numbers(biomarker, "biomarker")
    arm = validate_indicator(treated, "treated", sums.participants).astype(np.int64)
    if marker.shape != arm.shape:
        raise ValueError(
            f"There are {sums.participants} participants but biomarker has shape {marker.shape}."
        )
    lines = convert_to_numbers(thresholds, "thresholds")
    used = np.flatnonzero(~np.isnan(marker) & (sums.n > 0))
    # by arm and biomarker, so that at every threshold each cell is a stretch
    used = used[np.lexsort((marker[used], arm[used]))]
    mine, marker, arm = sums.of(used), marker[used], arm[used]
    whole = fit_lines(mine, np.zeros(arm.size), arm, groups=1, confidence=confidence)
    near = None if isinstance(whole, NotEstimable) else whole
    found: list[Lines | NotEstimable] = []
    rows = max(1, CELLS_AT_ONCE // max(arm.size, 1))
    for first in range(0, lines.size, rows):
        cell = 2 * (marker > lines[first : first + rows, None]) + arm
        found += _fit_together(mine, cell, near, confidence)
    return tuple(found)


def _fit_together(
    sums: PersonSums, cell: Counts, near: Lines | None, confidence: float
) -> list[Lines | NotEstimable]:
    """The models of some thresholds, with the cells (thresholds, participants) that each makes."""
    complete = find_cells_with_lines(sums, cell, 4).all(axis=-1)
    found: dict[int, Lines] = {}
    if near is not None and complete.any():
        columns = OneLineEach.build(cell[complete], 4)
        models = fit_like_models(sums, columns, near.model.optimum, confidence=confidence)
        found = {
            place: describe_lines(model, sums.n, cell[place], _ROWS)
            for place, model in zip(np.flatnonzero(complete).tolist(), models, strict=True)
            if model is not None
        }
    return [
        found[place]
        if place in found
        else fit_lines(sums, own // 2, own % 2, groups=2, confidence=confidence, near=near)
        for place, own in enumerate(cell)
    ]
