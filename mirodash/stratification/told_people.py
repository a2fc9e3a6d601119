"""Whether a view may be told at all, and of whom, where few participants must not be told apart."""

from __future__ import annotations

import numpy as np

from mirodash.stratification.disclosure import Codes, Mask, crossed, has_few, in_few
from mirodash.stratification.selection import Selection
from mirodash.stratification.snapping import chosen_by
from mirodash.stratification.stops import blocks
from mirodash.trial.trial import Trial


def told_people(trial: Trial, chosen: Selection, everyone: Mask) -> Mask | None:
    """Those of ``everyone`` (participants,) of whom may be told; None when the view may not be told.

    Left out are the few of an arm, or of a crossing of it, who lack the biomarker of the view: what is told
    of everybody minus what is told of the groups would be about them. The view is not told when it is no
    union of blocks, or when a crossing of blocks with an arm holds few.

    Parameters
    ----------
    trial, chosen
        The view, settled.
    everyone : array (participants,)
        Those selected and usable.
    """
    base, cells = _base(trial, chosen), _cells(trial, chosen)
    if has_few(np.where(base, cells, -1), trial.min_cell) or _cuts(cells, base, everyone):
        return None
    told = everyone & base
    return told & ~in_few(cells, told & ~_measured(trial, chosen), trial.min_cell)


def groups_may_be_told(trial: Trial, chosen: Selection) -> bool:
    """Whether the thresholds of a settled view leave enough in every crossing of blocks, arms and groups."""
    return may_be_cut(trial, chosen, chosen.thresholds or ())


def may_be_cut(trial: Trial, chosen: Selection, lines: tuple[float, ...]) -> bool:
    """The same of all these thresholds at once, however many."""
    known = _base(trial, chosen) & _measured(trial, chosen)
    values = trial.numbers[chosen.biomarker].values
    place = np.searchsorted(np.array(lines), np.where(known, values, 0.0), side="left")
    return not has_few(np.where(known, crossed(_cells(trial, chosen), place), -1), trial.min_cell)


def _base(trial: Trial, chosen: Selection) -> Mask:
    """Both arms as they are told of without any choice of people: without the few who lack the biomarker."""
    arms = trial.arm.codes.astype(np.int64)
    base = trial.outcomes[chosen.endpoint].usable & trial.arm.is_in((chosen.control, chosen.treated))
    return base & ~in_few(arms, base & ~_measured(trial, chosen), trial.min_cell)


def _measured(trial: Trial, chosen: Selection) -> Mask:
    if chosen.biomarker not in trial.numbers:
        return np.ones(trial.participants, dtype=np.bool_)
    return np.isfinite(trial.numbers[chosen.biomarker].values)


def _cells(trial: Trial, chosen: Selection) -> Codes:
    """The crossing of arm and blocks of every column by which is chosen, (participants,)."""
    columns = (blocks(trial, name) for name in chosen_by(trial, chosen))
    return crossed(trial.arm.codes.astype(np.int64), *columns)


def _cuts(cells: Codes, base: Mask, everyone: Mask) -> bool:
    """Whether the choice takes some of a cell in and leaves others of it out."""
    held, taken = np.bincount(cells[base]), np.bincount(cells[everyone & base], minlength=cells.max() + 1)
    return bool(((taken[: held.size] > 0) & (taken[: held.size] < held)).any())
