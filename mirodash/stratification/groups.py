"""Who is in which group, and who was left out and why: everybody randomised is counted exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirodash.stratification.disclosure import not_shown
from mirodash.stratification.filters import Mask
from mirodash.stratification.memo import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.settling import settled
from mirodash.stratification.told_people import groups_may_be_told, told_people
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import MISSING, Trial

ALL_PARTICIPANTS = "All participants"
ANOTHER_ARM = "another arm"
ANOTHER_SITE = "another site"
FILTERED_OUT = "filtered out"
UNUSABLE = "unusable"
NOT_SHOWN = "too few to be shown"
BIOMARKER_MISSING = "biomarker missing"
MOST_DECIMALS = 12
LARGEST_WRITTEN_OUT = 1e15


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """Participants whose biomarker is above ``lower`` and at most ``upper``; None is an open end.

    ``withheld`` says why nobody of the group is told of; then ``mask`` is empty.
    """

    label: str
    lower: float | None
    upper: float | None
    mask: Mask
    withheld: str = ""

    @property
    def n(self) -> int:
        """How many participants are in the group."""
        return int(self.mask.sum())


@dataclass(frozen=True, eq=False, slots=True)
class Groups:
    """Everybody randomised, sorted into groups or left out for a reason.

    Attributes
    ----------
    everyone : (participants,) bool
        Selected and usable, with or without the biomarker: those shown as "All participants".
    groups : tuple of Group
        Made by the thresholds, ascending; empty without thresholds. Their masks are disjoint.
    codes : (participants,) int
        Index into ``groups``, -1 for those in none.
    treated : (participants,) bool
        In the treated arm; False is the control arm within ``everyone``.
    excluded : tuple of (reason, participants)
        Those in no group (without thresholds: not in ``everyone``), by the first reason that applies.
    withheld : str
        Why nobody of this view is told of, as they would be too few; empty for everybody else. All masks
        are empty then, so that whatever is computed from them tells nothing.
    """

    everyone: Mask
    groups: tuple[Group, ...]
    codes: NDArray[np.int64]
    treated: Mask
    excluded: tuple[tuple[str, int], ...]
    withheld: str = ""

    @property
    def shown(self) -> tuple[Group, ...]:
        """All participants as a group, followed by the groups that the thresholds make."""
        return (Group(ALL_PARTICIPANTS, None, None, self.everyone, self.withheld), *self.groups)


@memoise
def groups(trial: Trial, selection: Selection) -> Groups:
    """Sort the participants of a trial into the groups of a selection.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = settled(trial, selection)
    everyone, reasons = _selected(trial, chosen)
    withheld = ""
    if trial.min_cell:
        everyone, withheld = _told(trial, chosen, everyone, reasons)
    marker = trial.dictionary.biomarker(chosen.biomarker)
    thresholds = chosen.thresholds or ()
    made: tuple[Group, ...] = ()
    codes = np.full(trial.participants, MISSING, dtype=np.int64)
    if marker is not None and thresholds:
        values = trial.numbers[marker.column].values
        missing = everyone & ~np.isfinite(values)
        reasons.append((BIOMARKER_MISSING, missing))
        grouped = everyone & ~missing
        why = withheld
        if trial.min_cell and not withheld and not groups_may_be_told(trial, chosen):
            why = not_shown(trial)
            reasons.append((NOT_SHOWN, grouped))
            grouped = np.zeros_like(grouped)
        codes[grouped] = np.searchsorted(np.asarray(thresholds), values[grouped], side="left")
        made = _made(marker, thresholds, values[grouped], codes, why)
    treated = everyone & trial.arm.is_in((chosen.treated,))
    for array in (everyone, codes, treated):
        array.flags.writeable = False
    counts = ((reason, int(mask.sum())) for reason, mask in _united(reasons))
    return Groups(everyone, made, codes, treated, tuple((reason, n) for reason, n in counts if n), withheld)


def _told(
    trial: Trial, chosen: Selection, everyone: Mask, reasons: list[tuple[str, Mask]]
) -> tuple[Mask, str]:
    """Those of whom may be told, and why nobody is; who is left out for that is added to the reasons."""
    told = told_people(trial, chosen, everyone)
    if told is None:
        reasons[:] = [(NOT_SHOWN, np.ones_like(everyone))]
        return np.zeros_like(everyone), not_shown(trial)
    reasons.append((BIOMARKER_MISSING, everyone & ~told))
    return told, ""


def _united(reasons: list[tuple[str, Mask]]) -> list[tuple[str, Mask]]:
    """One line for each reason."""
    found: dict[str, Mask] = {}
    for reason, mask in reasons:
        found[reason] = found[reason] | mask if reason in found else mask
    return list(found.items())


def _selected(trial: Trial, chosen: Selection) -> tuple[Mask, list[tuple[str, Mask]]]:
    """Who is selected and usable, and everybody else by the first reason that applies to them."""
    no_arm = trial.arm.codes == MISSING
    tests: list[tuple[str, Mask]] = [
        (ANOTHER_ARM, ~trial.arm.is_in((chosen.control, chosen.treated)) & ~no_arm),
        (ANOTHER_SITE, _elsewhere(trial, chosen)),
        (FILTERED_OUT, _filtered_out(trial, chosen)),
        (UNUSABLE, no_arm | ~trial.outcomes[chosen.endpoint].usable),
    ]
    left = np.ones(trial.participants, dtype=np.bool_)
    reasons: list[tuple[str, Mask]] = []
    for reason, applies in tests:
        reasons.append((reason, left & applies))
        left = left & ~applies
    return left, reasons


def _elsewhere(trial: Trial, chosen: Selection) -> Mask:
    if chosen.sites is None or trial.site is None:
        return np.zeros(trial.participants, dtype=np.bool_)
    return ~trial.site.is_in(chosen.sites)


def _filtered_out(trial: Trial, chosen: Selection) -> Mask:
    out = np.zeros(trial.participants, dtype=np.bool_)
    for item in chosen.filters:
        out |= ~item.mask(trial)
    return out


def _made(
    marker: Biomarker,
    thresholds: tuple[float, ...],
    values: NDArray[np.float64],
    codes: NDArray[np.int64],
    withheld: str,
) -> tuple[Group, ...]:
    ends = (None, *thresholds, None)
    texts = ("", *thresholds_as_written(thresholds, marker.decimals, values), "")
    made: list[Group] = []
    for k in range(len(thresholds) + 1):
        mask = codes == k
        mask.flags.writeable = False
        label = _label(marker, texts[k], texts[k + 1])
        made.append(Group(label, ends[k], ends[k + 1], mask, withheld))
    return tuple(made)


def _label(marker: Biomarker, lower: str, upper: str) -> str:
    unit = f" {marker.unit}" if marker.unit else ""
    if not lower:
        return f"{marker.short} ≤ {upper}{unit}"
    if not upper:
        return f"{marker.short} > {lower}{unit}"
    return f"{lower} < {marker.short} ≤ {upper}{unit}"


def thresholds_as_written(
    thresholds: Sequence[float], decimals: int, values: NDArray[np.float64]
) -> tuple[str, ...]:
    """The thresholds as text, with the dictionary's decimals or as many more as the truth needs.

    Needed are as many that two thresholds never look alike and that nobody whose value stands on one
    side of a threshold would stand on the other side of the number as written.
    """
    for places in range(decimals, MOST_DECIMALS):
        if max(map(abs, thresholds)) < LARGEST_WRITTEN_OUT and _truthful(thresholds, places, values):
            return tuple(f"{c:,.{places}f}".replace("-", "−") for c in thresholds)
    return tuple(repr(c).replace("-", "−") for c in thresholds)


def _truthful(thresholds: Sequence[float], places: int, values: NDArray[np.float64]) -> bool:
    written = [round(c, places) for c in thresholds]
    if len(set(written)) < len(written):
        return False
    return all(
        int((values <= shown).sum()) == int((values <= c).sum())
        for shown, c in zip(written, thresholds, strict=True)
        if shown != c
    )
