"""Which participants may be told apart where few of them must not be: the rules of ``min_cell``.

What the rules do. People are told apart only by *blocks*: the levels of a factor, the sites, or the
stretches between two stops of a measurement, joined until each holds at least ``min_cell`` participants of
every arm it has (people whose value is missing are a level, too). Blocks follow from the whole trial, never
from what a reader chose. A view is told when every crossing of the blocks of all its columns with the arms
holds nobody or at least ``min_cell``; otherwise nothing of it is. So of two told groups of one view, or of
two views that choose by the same columns or one of them by more of them, where one group is by its
definition a part of the other, what is left holds nobody or at least ``min_cell`` participants of either
arm: no slider, site or level can be moved by a few people and subtracted.

What they do not do. They count participants, not events: two large groups may differ by one event, so that
a small number of events follows from two that are told. How many
people lack a value follows from totals, though nothing else of them does. Views that choose by different
columns, of which one column nearly tells the other, or that look at different endpoints or biomarkers, are
not held against each other. A hazard ratio is computed from everybody in it, exactly. Nobody who knows the
trial's own file is kept from anything, and several people may put together what each of them was told.

Sources: AI-SDC/ACRO (minimum of 10, survival curves that step when 10 have left), the SDC guide of UK LLC
(no count below 10, nor anything computed from fewer), and NHS England's rule for secondary data (1 to 7
hidden). The thresholds of these rules differ, so the number is a setting. Complementary suppression:
Hundepool and others, Statistical Disclosure Control (2012), chapter 4.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.trial import MISSING, Levels, Trial

Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]
ENOUGH_TO_SPLIT = 2
"""An arm, or a crossing, below so many times the minimum can never be split in two."""


def not_shown(trial: Trial) -> str:
    """What stands in place of anything about fewer people than may be told apart."""
    return f"Fewer than {trial.min_cell} participants: not shown."


def has_few(codes: Codes, min_cell: int) -> bool:
    """Whether any code is that of at least one but fewer than ``min_cell`` participants; -1 is nobody's."""
    held = np.bincount(codes[codes >= 0])
    return bool(((held > 0) & (held < min_cell)).any())


def in_few(codes: Codes, among: Mask, min_cell: int) -> Mask:
    """Those ``among`` (participants,) whose code they share with fewer than ``min_cell`` among them."""
    held = np.bincount(codes[among], minlength=int(codes.max(initial=-1)) + 1)
    return among & (held[codes] < min_cell)


def crossed(*columns: Codes) -> Codes:
    """One code (participants,) for every combination of codes that anybody has.

    >>> crossed(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])).tolist()
    [0, 1, 2, 2]
    """
    made = np.zeros(columns[0].shape, dtype=np.int64)
    for column in columns:
        # renumbered at every step, so that many columns cannot overflow
        shifted = column - column.min(initial=0)
        made = np.unique(made * (int(shifted.max(initial=0)) + 1) + shifted, return_inverse=True)[1]
    return made


@lru_cache(maxsize=16)
def counted(trial: Trial) -> Mask:
    """Those (participants,) by whom blocks and stops are made: known in every endpoint, of no small arm.

    An arm that can never be split would leave no stop to the others; its own views are not told where
    they would split it. The few who lack a biomarker are left out of its views, so they are not counted.
    """
    arms = trial.arm.codes.astype(np.int64)
    usable = arms != MISSING
    for marker in trial.dictionary.biomarkers:
        lacking = usable & ~np.isfinite(trial.numbers[marker.column].values)
        usable &= ~in_few(arms, lacking, trial.min_cell)
    for outcome in trial.outcomes.values():
        usable &= outcome.usable
    held = np.bincount(arms[usable], minlength=len(trial.arm.names))
    found = usable & (held >= ENOUGH_TO_SPLIT * trial.min_cell)[arms]
    found.flags.writeable = False
    return found


def joined_levels(trial: Trial, levels: Levels) -> Codes:
    """The block (participants,) of everybody's level; sites are joined within their country first."""
    codes = np.where(levels.codes == MISSING, len(levels.names), levels.codes).astype(np.int64)
    parent = _countries(trial, codes) if levels is trial.site else np.zeros(codes.max(initial=0) + 1, int)
    return joined(trial, codes, parent)


def joined(trial: Trial, codes: Codes, parent: Codes) -> Codes:
    """Codes (participants,) joined until each holds enough of every arm it has.

    Parameters
    ----------
    codes : array (participants,)
        From 0, everybody's.
    parent : array (codes,)
        Codes of one parent are joined with each other before any others are.
    """
    here, arms = counted(trial), trial.arm.codes.astype(np.int64)
    held = np.zeros((parent.size, len(trial.arm.names)), dtype=np.int64)
    np.add.at(held, (codes[here], arms[here]), 1)
    block = np.arange(parent.size)
    while (small := _small(held, trial.min_cell)).any() and np.count_nonzero(held.any(axis=1)) > 1:
        first = int(np.flatnonzero(small)[0])
        others = np.flatnonzero(held.any(axis=1) & (np.arange(parent.size) != first))
        near = others[parent[others] == parent[first]]
        pool = near if near.size else others
        # small ones with each other first, so that large ones stay as they are
        order = np.lexsort((held[pool].sum(axis=1), ~small[pool]))
        into = int(pool[order[0]])
        held[into] += held[first]
        held[first] = 0
        block[block == first] = into
    return block[codes]


def _small(held: Codes, min_cell: int) -> Mask:
    """Codes with somebody, but not enough of an arm that they have."""
    return np.any((held > 0) & (held < min_cell), axis=1)


def _countries(trial: Trial, codes: Codes) -> Codes:
    """The country of most people of each code; people without one are a country of their own."""
    found = np.full(int(codes.max(initial=0)) + 1, MISSING, dtype=np.int64)
    if trial.country is None:
        return found
    for code in np.unique(codes).tolist():
        countries = trial.country.codes[codes == code]
        known = countries[countries != MISSING]
        if known.size:
            found[code] = int(np.bincount(known).argmax())
    return found
