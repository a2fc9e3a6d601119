"""Slopes of arms in groups: one mixed model for group × arm × time, and what differs between its lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirodash.longitudinal.mixed_model import Contrast, MixedModel, fit_columns
from mirodash.longitudinal.model_columns import AnyColumns, OneLineEach
from mirodash.longitudinal.person_sums import PersonSums
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.results import Counts, Interval, NotEstimable, Numbers, compute_z_quantile

TOO_FEW = "Too few repeated measurements in one of the arms for a line."


@dataclass(frozen=True, eq=False, slots=True)
class Lines:
    """The line of every cell (group × arm) out of one mixed model; arrays are (cells,).

    Attributes
    ----------
    model : MixedModel
    has_line : whether a line could be drawn
    participants, measurements : those with at least one measurement, and how many of these there are
    """

    model: MixedModel
    has_line: NDArray[np.bool_]
    participants: Counts
    measurements: Counts
    _at_zero: Numbers
    _per_time: Numbers

    def intercept(self, cell: int) -> Contrast | NotEstimable:
        """The mean at time 0."""
        return self._contrast(self._at_zero[cell], cell)

    def slope(self, cell: int) -> Contrast | NotEstimable:
        """The change per unit of time."""
        return self._contrast(self._per_time[cell], cell)

    def slope_difference(self, treated: int, control: int) -> Contrast | NotEstimable:
        """Slope of one cell minus that of another."""
        return self._contrast(self._per_time[treated] - self._per_time[control], treated, control)

    def interaction(self, upper: tuple[int, int], lower: tuple[int, int]) -> Contrast | NotEstimable:
        """Difference in slope in the upper group minus that in the lower one; each is (treated, control)."""
        each = self._per_time
        weights = each[upper[0]] - each[upper[1]] - each[lower[0]] + each[lower[1]]
        return self._contrast(weights, *upper, *lower)

    def slowing(self, treated: int, control: int) -> Slowing | NotEstimable:
        """By what share the slope is smaller in the treated than in the controls, with Fieller's interval."""
        both = [self.slope(treated), self.slope(control)]
        if any(isinstance(each, NotEstimable) for each in both):
            return NotEstimable(TOO_FEW)
        rows = self._per_time[[treated, control]]
        top, bottom = rows @ self.model.fixed
        spread = rows @ self.model.covariance @ rows.T
        z2 = compute_z_quantile(self.model.confidence) ** 2
        a = bottom**2 - z2 * spread[1, 1]
        b = top * bottom - z2 * spread[0, 1]
        c = top**2 - z2 * spread[0, 0]
        root = b * b - a * c
        if a <= 0 or root < 0:
            return NotEstimable(
                "The slope on control is not clearly different from 0, so a share of it means nothing."
            )
        ends = sorted((1 - (b + np.sqrt(root)) / a, 1 - (b - np.sqrt(root)) / a))
        return Slowing(float(1 - top / bottom), (float(ends[0]), float(ends[1])))

    def line(self, cell: int, time: ArrayLike) -> tuple[Numbers, Numbers] | NotEstimable:
        """The fitted line of a cell at these times and its standard error, each (times,)."""
        if not self.has_line[cell]:
            return NotEstimable(TOO_FEW)
        at = np.asarray(time, dtype=np.float64)
        rows = self._at_zero[cell] + at[:, None] * self._per_time[cell]
        spread = np.einsum("ti,ij,tj->t", rows, self.model.covariance, rows)
        return rows @ self.model.fixed, np.sqrt(spread)

    def _contrast(self, weights: Numbers, *cells: int) -> Contrast | NotEstimable:
        return self.model.contrast(weights) if self.has_line[list(cells)].all() else NotEstimable(TOO_FEW)


@dataclass(frozen=True, slots=True)
class Slowing:
    """1 - slope of the treated / slope of the controls, with Fieller's interval."""

    share: float
    ci: Interval


def fit_lines(
    sums: PersonSums,
    group: ArrayLike,
    treated: ArrayLike,
    *,
    groups: int,
    confidence: float = 0.95,
    equal_at_baseline: bool = False,
    near: Lines | None = None,
) -> Lines | NotEstimable:
    """One mixed model for group × arm × time: cell ``2 * group`` is the control arm, the next the treated.

    Parameters
    ----------
    sums : PersonSums
    group : array (participants,)
        From 0; -1 for those in no group, who are left out.
    treated : array (participants,)
        1 or True in the treated arm.
    groups : int
    equal_at_baseline : bool
        Whether the arms of a group start from one value, as randomisation makes them on average. Without it,
        each has an intercept of its own, as ``y ~ time * arm * group`` in R.

    near : Lines, optional
        Of other groups of the same participants; they only save steps.

    Raises
    ------
    ValueError
        When the arrays do not fit together.
    """
    code = np.asarray(group, dtype=np.int64)
    arm = np.asarray(treated).astype(np.int64)
    if code.shape != (sums.participants,) or arm.shape != code.shape:
        raise ValueError(f"There must be a group and an arm for each of {sums.participants} participants.")
    cells = 2 * groups
    cell = np.where(code >= 0, 2 * code + arm, -1)
    used = (cell >= 0) & (sums.n > 0)
    has_line = find_cells_with_lines(sums.of(used), cell[used], cells)
    kept = np.flatnonzero(used & np.append(has_line, False)[cell])
    if not kept.size:
        return NotEstimable(
            "No participant was measured more than once, so there is no change over time to estimate."
        )
    kept = kept[np.argsort(cell[kept], kind="stable")]
    slopes = np.eye(cells)[:, has_line]
    starts = np.repeat(np.eye(groups), 2, axis=0) if equal_at_baseline else np.eye(cells)
    starts = starts[:, starts[has_line].any(axis=0)]
    columns = (
        AnyColumns(starts[cell[kept]], slopes[cell[kept]])
        if equal_at_baseline
        else OneLineEach.build((np.cumsum(has_line) - 1)[cell[kept]], int(has_line.sum()))
    )
    start = None if near is None else near.model.optimum
    model = fit_columns(sums.of(kept), columns, confidence=confidence, near=start)
    if isinstance(model, NotEstimable):
        return model
    rows = np.hstack((starts, np.zeros_like(slopes))), np.hstack((np.zeros_like(starts), slopes))
    return describe_lines(model, sums.n[used], cell[used], rows)


def describe_lines(
    model: MixedModel, measurements: Numbers, cell: Counts, rows: tuple[Numbers, Numbers]
) -> Lines:
    """Lines of a fitted model.

    Parameters
    ----------
    model : MixedModel
    measurements, cell : array (participants,)
        How many each has, and in which cell each is: ``2 * group`` plus 1 in the treated arm.
    rows : (array, array)
        Weights of coefficients that make intercept and slope of each cell, (cells, coefficients); slopes are
        all 0 where there is no line.
    """
    at_zero, per_time = rows
    cells = len(per_time)
    return Lines(
        model=model,
        has_line=read_only(np.asarray(per_time.any(axis=1))),
        participants=read_only(np.bincount(cell, minlength=cells).astype(np.int64)),
        measurements=read_only(np.bincount(cell, measurements, minlength=cells).astype(np.int64)),
        _at_zero=read_only(at_zero),
        _per_time=read_only(per_time),
    )


def find_cells_with_lines(sums: PersonSums, cell: Counts, cells: int) -> NDArray[np.bool_]:
    """Which cells have at least two participants, and one of them two different times: (..., cells).

    ``cell`` is (..., participants), with one leading axis or none.
    """
    models = cell.shape[:-1]
    place = cell + cells * np.arange(len(cell))[:, None] if models else cell
    size, repeated = cells * int(np.prod(models)), sums.distinct >= 2
    people = np.bincount(place.ravel(), minlength=size)
    again = np.bincount(place[..., repeated].ravel(), minlength=size)
    return ((people >= 2) & (again >= 1)).reshape(*models, cells)
