"""Groups of participants by the selection, who is excluded and why, and candidate thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirodash.stratification.disclosure_grid import (
    Codes,
    DisclosureGrid,
    Mask,
    blocks,
    cross_codes,
    has_few,
    in_few,
    not_shown,
)
from mirodash.stratification.result_cache import memoise, remember_together
from mirodash.stratification.selection import Selection
from mirodash.stratification.strata import find_randomisation_strata, find_strata
from mirodash.stratification.threshold_sides import Bounds, bounds, order, place, side_signs, steps
from mirodash.stratification.validation import find_grid, list_selection_columns, resolve, resolve_outcome
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.precision import trim_noughts
from mirodash.trial.trial import MISSING, Measurements, Trial


def select_disclosable(trial: Trial, chosen: Selection, everyone: Mask) -> Mask | None:
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
    return told & ~in_few(cells, told & ~_select_measured(trial, chosen), trial.min_cell)


def can_show_groups(trial: Trial, chosen: Selection) -> bool:
    """Whether the thresholds of a settled view leave enough in every crossing of blocks, arms and groups."""
    return is_disclosable_split(trial, chosen, chosen.thresholds or ())


def is_disclosable_split(trial: Trial, chosen: Selection, lines: tuple[float, ...]) -> bool:
    """The same of all these thresholds at once, however many."""
    known = _base(trial, chosen) & _select_measured(trial, chosen)
    codes = place(bounds(trial.numbers[chosen.biomarker]), lines, equal_above=bool(chosen.equal_above))
    # those of whom it is not certain are told of as such, so that they are one group more
    codes = np.where(codes == MISSING, len(lines) + 1, codes)
    return not has_few(np.where(known, cross_codes(_cells(trial, chosen), codes), -1), trial.min_cell)


def _base(trial: Trial, chosen: Selection) -> Mask:
    """Both arms as they are told of without any choice of people: without the few who lack the biomarker."""
    arms = trial.arm.codes.astype(np.int64)
    base = resolve_outcome(trial, chosen).usable & trial.arm.is_in((chosen.control, chosen.treated))
    return base & ~in_few(arms, base & ~_select_measured(trial, chosen), trial.min_cell)


def _select_measured(trial: Trial, chosen: Selection) -> Mask:
    if chosen.biomarker not in trial.numbers:
        return np.ones(trial.participants, dtype=np.bool_)
    return np.isfinite(trial.numbers[chosen.biomarker].values)


def _cells(trial: Trial, chosen: Selection) -> Codes:
    """The crossing of arm and blocks of every column by which is chosen, (participants,)."""
    columns = (blocks(trial, name) for name in list_selection_columns(trial, chosen))
    return cross_codes(trial.arm.codes.astype(np.int64), *columns)


def _cuts(cells: Codes, base: Mask, everyone: Mask) -> bool:
    """Whether the choice takes some of a cell in and leaves others of it out."""
    held, taken = np.bincount(cells[base]), np.bincount(cells[everyone & base], minlength=cells.max() + 1)
    return bool(((taken[: held.size] > 0) & (taken[: held.size] < held)).any())


ALL_PARTICIPANTS = "All participants"
ANOTHER_ARM = "another arm"
ANOTHER_SITE = "another site"
FILTERED_OUT = "filtered out"
UNUSABLE = "unusable"
NOT_SHOWN = "too few to be shown"
BIOMARKER_MISSING = "biomarker missing"
BEYOND_LIMIT = "beyond the assay limit"
"""So that it is not certain on which side of a threshold somebody is."""
ENTRY_NOT_SHOWN = (
    "Participants come under observation at different times, and small counts are hidden here: the numbers "
    "at risk would tell who enters when."
)
COMPETING_NOT_SHOWN = (
    "Another event can come first, and small counts are hidden here: curves of two kinds of events cannot be "
    "made to step where enough of both have gathered."
)
MAX_DECIMALS = 12
MAX_WRITTEN_OUT = 1e15


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """Participants whose biomarker is above ``lower`` and at most ``upper``; None is an open end.

    Where equal values go above, it is at least ``lower`` and below ``upper``.
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
        return int(np.count_nonzero(self.mask))


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
def assign_groups(trial: Trial, selection: Selection) -> Groups:
    """Sort the participants of a trial into the groups of a selection.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _assign(trial, selection)


def remember_groups(trial: Trial, selections: Sequence[Selection]) -> None:
    """Answer `assign_groups` for views that differ only in their thresholds, all in one go.

    Raises
    ------
    UnusableQuestionError
        When a selection does not fit the trial.
    """

    def assign_all(trial: Trial, many: Sequence[Selection]) -> list[Groups]:
        return [_assign(trial, one) for one in many]

    remember_together(assign_groups, assign_all, trial, selections)


def _assign(trial: Trial, selection: Selection) -> Groups:
    chosen = resolve(trial, selection)
    everyone, reasons = _select(trial, people_only(chosen))
    withheld = ""
    if trial.min_cell:
        everyone, withheld = _suppress_groups(trial, chosen, everyone, reasons)
    marker = trial.dictionary.biomarker(chosen.biomarker)
    thresholds = chosen.thresholds or ()
    made: tuple[Group, ...] = ()
    codes = np.full(trial.participants, MISSING, dtype=np.int64)
    if marker is not None and thresholds:
        known, equal_above = trial.numbers[marker.column], bool(chosen.equal_above)
        missing = everyone & ~np.isfinite(known.values)
        reasons.append((BIOMARKER_MISSING, missing))
        limits, ordered = _order_measured(trial, marker.column, equal_above=equal_above)
        placed = place(limits, thresholds, equal_above=equal_above)
        uncertain = everyone & ~missing & (placed == MISSING)
        grouped = everyone & (placed != MISSING)
        why = withheld
        if trial.min_cell and not withheld and not can_show_groups(trial, chosen):
            why = not_shown(trial)
            reasons.append((NOT_SHOWN, grouped | uncertain))
            grouped = uncertain = np.zeros_like(grouped)
        reasons.append((BEYOND_LIMIT, uncertain))
        codes[grouped] = placed[grouped]
        order_of = ordered[grouped]
        made = _make_groups(marker, thresholds, order_of, codes, why, equal_above=equal_above)
    treated = everyone & trial.arm.is_in((chosen.treated,))
    for array in (everyone, codes, treated):
        array.flags.writeable = False
    counts = ((reason, int(np.count_nonzero(mask))) for reason, mask in _unite(reasons))
    return Groups(everyone, made, codes, treated, tuple((reason, n) for reason, n in counts if n), withheld)


def _suppress_groups(
    trial: Trial, chosen: Selection, everyone: Mask, reasons: list[tuple[str, Mask]]
) -> tuple[Mask, str]:
    """Those of whom may be told, and why nobody is; who is left out for that is added to the reasons."""
    told = select_disclosable(trial, chosen, everyone)
    outcome = resolve_outcome(trial, chosen)
    why = ENTRY_NOT_SHOWN if outcome.entry is not None else ""
    why = COMPETING_NOT_SHOWN if outcome.competing is not None else why
    if told is None or why:
        reasons[:] = [(NOT_SHOWN, np.ones_like(everyone))]
        return np.zeros_like(everyone), why or not_shown(trial)
    reasons.append((BIOMARKER_MISSING, everyone & ~told))
    return told, ""


def _unite(reasons: list[tuple[str, Mask]]) -> list[tuple[str, Mask]]:
    """One line for each reason."""
    found: dict[str, Mask] = {}
    for reason, mask in reasons:
        found[reason] = found[reason] | mask if reason in found else mask
    return list(found.items())


@memoise
def _order_measured(trial: Trial, column: str, *, equal_above: bool) -> tuple[Bounds, NDArray[np.float64]]:
    """What is known of each measurement, and its order: wherever a threshold is, they are the same."""
    known = trial.numbers[column]
    return bounds(known), order(known, equal_above=equal_above)


def _select(trial: Trial, chosen: Selection) -> tuple[Mask, list[tuple[str, Mask]]]:
    """Who is selected and usable, and everybody else by the first reason that applies to them."""
    everyone, reasons = _list_reasons(trial, chosen)
    return everyone, list(reasons)


@memoise
def _list_reasons(trial: Trial, chosen: Selection) -> tuple[Mask, tuple[tuple[str, Mask], ...]]:
    no_arm = trial.arm.codes == MISSING
    tests: list[tuple[str, Mask]] = [
        (ANOTHER_ARM, ~trial.arm.is_in((chosen.control, chosen.treated)) & ~no_arm),
        (ANOTHER_SITE, _elsewhere(trial, chosen)),
        (FILTERED_OUT, _filtered_out(trial, chosen)),
        (UNUSABLE, no_arm | ~resolve_outcome(trial, chosen).usable),
    ]
    left = np.ones(trial.participants, dtype=np.bool_)
    reasons: list[tuple[str, Mask]] = []
    for reason, applies in tests:
        reasons.append((reason, left & applies))
        left = left & ~applies
    return left, tuple(reasons)


def _elsewhere(trial: Trial, chosen: Selection) -> Mask:
    if chosen.sites is None or trial.site is None:
        return np.zeros(trial.participants, dtype=np.bool_)
    return ~trial.site.is_in(chosen.sites)


def _filtered_out(trial: Trial, chosen: Selection) -> Mask:
    out = np.zeros(trial.participants, dtype=np.bool_)
    for item in chosen.filters:
        out |= ~item.mask(trial)
    return out


def _make_groups(
    marker: Biomarker,
    thresholds: tuple[float, ...],
    values: NDArray[np.float64],
    codes: NDArray[np.int64],
    withheld: str,
    *,
    equal_above: bool,
) -> tuple[Group, ...]:
    ends = (None, *thresholds, None)
    written = thresholds_as_written(thresholds, marker.decimals, values, equal_above=equal_above)
    texts = ("", *written, "")
    made: list[Group] = []
    for k in range(len(thresholds) + 1):
        mask = codes == k
        mask.flags.writeable = False
        label = _label(marker, texts[k], texts[k + 1], equal_above=equal_above)
        made.append(Group(label, ends[k], ends[k + 1], mask, withheld))
    return tuple(made)


def _label(marker: Biomarker, lower: str, upper: str, *, equal_above: bool) -> str:
    unit = f" {marker.unit}" if marker.unit else ""
    below, above = side_signs(equal_above=equal_above)
    if not lower:
        return f"{marker.short} {below} {upper}{unit}"
    if not upper:
        return f"{marker.short} {above} {lower}{unit}"
    return f"{lower} {'≤' if equal_above else '<'} {marker.short} {below} {upper}{unit}"


def thresholds_as_written(
    thresholds: Sequence[float], decimals: int, values: NDArray[np.float64], *, equal_above: bool = False
) -> tuple[str, ...]:
    """The thresholds as text, with the dictionary's decimals or as many more as the truth needs.

    Needed are as many that two thresholds never look alike and that nobody whose value stands on one
    side of a threshold would stand on the other side of the number as written. Noughts at the end of decimals
    are left out, as where thresholds are typed.
    """
    for places in range(decimals, MAX_DECIMALS):
        fits = max(map(abs, thresholds)) < MAX_WRITTEN_OUT
        if fits and _rounds_safely(thresholds, places, values, equal_above=equal_above):
            return tuple(trim_noughts(f"{c:,.{places}f}").replace("-", "−") for c in thresholds)
    return tuple(repr(c).replace("-", "−") for c in thresholds)


def _rounds_safely(
    thresholds: Sequence[float], places: int, values: NDArray[np.float64], *, equal_above: bool
) -> bool:
    written = [round(c, places) for c in thresholds]
    if len(set(written)) < len(written):
        return False
    is_below = np.less if equal_above else np.less_equal
    return all(
        int(is_below(values, shown).sum()) == int(is_below(values, c).sum())
        for shown, c in zip(written, thresholds, strict=True)
        if shown != c
    )


@dataclass(frozen=True, eq=False, slots=True)
class Measured:
    """Arrays are (participants with the biomarker,); ``time`` is in the endpoint's unit.

    ``order`` is what a search splits people by, ``bounds`` are the ends between which a value lies; both are
    the values where none is beyond a limit of the assay.
    ``stratum`` is that of the randomisation, where the trial names what it was stratified by; participants of
    unknown stratum (-1) are one more. ``entry`` is when each came under observation; None where all did at
    the origin.
    """

    biomarker: Biomarker
    values: NDArray[np.float64]
    order: NDArray[np.float64]
    bounds: Bounds
    equal_above: bool
    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    treated: NDArray[np.bool_]
    stratum: Codes
    entry: NDArray[np.float64] | None = None


@lru_cache(maxsize=2)
def select_measured(trial: Trial, selection: Selection) -> Measured | None:
    """The selected participants with the biomarker, whatever the thresholds; None without a biomarker.

    The last ones are kept: every question along the biomarker begins with them.
    """
    chosen = resolve(trial, selection)
    marker = trial.dictionary.biomarker(chosen.biomarker)
    if marker is None:
        return None
    people = assign_groups(trial, selection)
    column, equal_above = trial.numbers[marker.column], bool(chosen.equal_above)
    inside = people.everyone & np.isfinite(column.values)
    here = column.of(inside)
    outcome = resolve_outcome(trial, chosen)
    found = Measured(
        biomarker=marker,
        values=here.values,
        order=order(here, equal_above=equal_above),
        bounds=bounds(here),
        equal_above=equal_above,
        time=outcome.time[inside],
        event=outcome.event[inside],
        treated=people.treated[inside],
        stratum=find_strata(trial, find_randomisation_strata(trial))[inside],
        entry=outcome.entry_of(inside),
    )
    for array in (found.values, found.time, found.event, found.treated, found.stratum):
        array.flags.writeable = False
    return found


def has_competing_events(trial: Trial, selection: Selection) -> bool:
    """Whether another event can come before the one of the selection's endpoint.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return trial.outcomes[resolve(trial, selection).endpoint].competing is not None


def has_entry_times(trial: Trial, selection: Selection) -> bool:
    """Whether participants come under observation after the origin, at the endpoint of the selection.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return trial.outcomes[resolve(trial, selection).endpoint].entry is not None


@lru_cache(maxsize=256)
def drop_thresholds(selection: Selection) -> Selection:
    """The same people and question, without what moves only thresholds, ticks, tables, strata or curves."""
    return _drop_what_moves_thresholds(selection)


@lru_cache(maxsize=256)
def people_only(selection: Selection) -> Selection:
    """The same participants, arms, biomarker and endpoint, without anything else a reader may choose."""
    return _drop_what_moves_thresholds(
        selection, adjust=(), confidence=0.95, measure="", estimand="", rule=""
    )


def _drop_what_moves_thresholds(selection: Selection, **further: Any) -> Selection:
    return selection.reset(
        thresholds=(),
        horizon=selection.horizon if selection.up_to_horizon else None,
        strata=(),
        unit="",
        curves="",
        declared=None,
        landmarks=None,
        statistics=(),
        **further,
    )


MAX_CANDIDATES = 400
"""More steps than this on a slider of a few hundred pixels cannot be told apart."""


@memoise
def candidate_thresholds(trial: Trial, selection: Selection) -> tuple[float, ...]:
    """Every threshold that makes a different pair of groups, ascending.

    These are the distinct biomarker values of the selected participants except the largest, or the smallest
    where equal values go above. Of more than 400 about 400 are kept, at equal steps of participants, the
    first and the last among them. Where few participants must not be told apart, only the stops of
    `mirodash.stratification.disclosure_grid` are left.
    """
    values, below = _steps(trial, selection)
    if values.size <= MAX_CANDIDATES:
        return tuple(float(value) for value in values)
    wanted = np.linspace(below[0], below[-1], MAX_CANDIDATES)
    kept = np.unique(np.searchsorted(below, wanted))
    return tuple(float(value) for value in values[kept])


def median(trial: Trial, selection: Selection) -> tuple[float, ...]:
    """The observed value that splits the selected participants most nearly in half, or () without one."""
    return _quantile_thresholds(trial, selection, 2)


def tertiles(trial: Trial, selection: Selection) -> tuple[float, ...]:
    """The two observed values that split the selected participants most nearly into thirds."""
    return _quantile_thresholds(trial, selection, 3)


def quartiles(trial: Trial, selection: Selection) -> tuple[float, ...]:
    """The three observed values that split the selected participants most nearly into quarters."""
    return _quantile_thresholds(trial, selection, 4)


def _quantile_thresholds(trial: Trial, selection: Selection, parts: int) -> tuple[float, ...]:
    values, below = _steps(trial, selection)
    if not values.size:
        return ()
    total = _observed(trial, selection).values.size
    chosen = {float(values[np.abs(below - total * k / parts).argmin()]) for k in range(1, parts)}
    return tuple(sorted(chosen))


def _observed(trial: Trial, selection: Selection) -> Measurements:
    """The biomarker (participants with it,) of the selected participants."""
    chosen = resolve(trial, selection)
    if chosen.biomarker not in trial.numbers:
        none = np.zeros(0, dtype=np.bool_)
        return Measurements(np.empty(0), none, none)
    column = trial.numbers[chosen.biomarker]
    return column.of(assign_groups(trial, selection).everyone & np.isfinite(column.values))


def _steps(trial: Trial, selection: Selection) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Where a threshold may stand, and how many participants are certainly below each."""
    observed, chosen = _observed(trial, selection), resolve(trial, selection)
    equal_above = bool(chosen.equal_above)
    if trial.min_cell:
        here = find_grid(trial, chosen) if observed.values.size else DisclosureGrid()
        found = here.starts if equal_above else here.stops
        # of an arm by which no stops are made, as it is too small to be cut, they would tell few apart
        lines = np.array(found if is_disclosable_split(trial, chosen, found) else ())
        below = np.sort(bounds(observed).highest).searchsorted(lines, "left" if equal_above else "right")
        return lines, below.astype(np.int64)
    found = steps(observed, equal_above=equal_above)
    return found.thresholds, found.n_below
