"""Who benefits, factor by factor: the effect in every subgroup, as estimated there and drawn to the mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mirodash.disclosure.counts import told, told_comparison, told_left_out, told_parts, total_of
from mirodash.disclosure.curve_values import compare_arms_rounded
from mirodash.stratification.groups import ALL_PARTICIPANTS, groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.splits import Cut, Kind, Split, splits
from mirodash.stratification.validation import asked_endpoint, minimal, settled
from mirodash.survival.meta_analysis import Shrinkage, shrink
from mirodash.survival.results import (
    ArmComparison,
    ArmSummary,
    Difference,
    HazardRatio,
    Interval,
    NotEstimable,
)
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class ArmCount:
    """How many participants and events one arm of a subgroup has."""

    n: int
    events: int


@dataclass(frozen=True, slots=True)
class ShrunkenRatio:
    """A hazard ratio drawn towards the mean of its factor, with its posterior interval."""

    hr: float
    ci: Interval


@dataclass(frozen=True, slots=True)
class Subgroup:
    """One row of a forest.

    Attributes
    ----------
    query : str or None
        The view that leads to these people; None when nobody is here.
    weight : float
        Information on the hazard ratio (1 / variance of its logarithm) as a share of everybody's; 0 where
        there is no estimate.
    shrunken : ShrunkenRatio or None
        None for all participants, and where there is no estimate or no other level to learn from.
    """

    label: str
    query: str | None
    control: ArmCount
    treated: ArmCount
    cox: HazardRatio | NotEstimable
    survival_difference: Difference | NotEstimable
    weight: float
    shrunken: ShrunkenRatio | None = None

    @property
    def n(self) -> int:
        """Participants in both arms."""
        return total_of(self.control.n, self.treated.n)


@dataclass(frozen=True, slots=True)
class SubgroupsOfFactor:
    """The levels of one factor; ``missing`` counts selected participants in none of them.

    ``tau`` is the standard deviation of log hazard ratios between levels that their shrinking supposes
    (posterior mean), None where nothing could be shrunken.
    """

    key: str
    label: str
    kind: Kind
    cut: Cut
    levels: tuple[Subgroup, ...]
    missing: int
    tau: float | None


@dataclass(frozen=True, slots=True)
class Subgroups:
    """Everybody, and every subgroup; ``horizon`` is in the endpoint's unit, ``unit`` is the reader's."""

    overall: Subgroup
    factors: tuple[SubgroupsOfFactor, ...]
    endpoint: Endpoint
    horizon: float
    unit: str
    confidence: float

    @property
    def of_sites(self) -> SubgroupsOfFactor | None:
        """The sites, if the trial has them."""
        return next((factor for factor in self.factors if factor.kind == "site"), None)


@memoise
def subgroups(trial: Trial, selection: Selection) -> Subgroups:
    """Compare the arms in every subgroup of the selected participants.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = settled(trial, selection)
    endpoint, horizon = asked_endpoint(trial, selection)
    people = groups(trial, selection)
    ways = splits(trial, selection)
    inside = people.everyone
    outcome = trial.outcomes[endpoint.key]
    masks = [inside, *(level.mask for split in ways for level in split.levels)]
    compared = compare_arms_rounded(
        outcome.time[inside],
        outcome.event[inside],
        people.treated[inside],
        np.stack([mask[inside] for mask in masks]),
        horizon=horizon,
        ticks=(0.0, horizon),
        confidence=chosen.confidence,
        min_cell=trial.min_cell,
    )
    query = minimal(trial, selection).to_query()
    compared = tuple(told_comparison(one, trial.min_cell) for one in compared)
    whole = _information(compared[0])
    overall = _subgroup(ALL_PARTICIPANTS, query, compared[0], whole)
    rest = iter(compared[1:])
    factors = tuple(_of_factor(trial, split, whole, rest, chosen.confidence) for split in ways)
    return Subgroups(overall, factors, endpoint, horizon, chosen.unit, chosen.confidence)


def _of_factor(
    trial: Trial, split: Split, whole: float, compared: Iterator[ArmComparison], confidence: float
) -> SubgroupsOfFactor:
    rows: list[Subgroup] = []
    for level in split.levels:
        query = None if level.leads_to is None else minimal(trial, level.leads_to).to_query()
        rows.append(_subgroup(level.label, query, next(compared), whole))
    levels, tau = _shrunken(_told(rows, trial.min_cell), confidence)
    missing = told_left_out(split.missing, trial.min_cell)
    return SubgroupsOfFactor(split.key, split.label, split.kind, split.cut, levels, missing, tau)


def _subgroup(label: str, query: str | None, compared: ArmComparison, whole: float) -> Subgroup:
    own = _information(compared)
    return Subgroup(
        label=label,
        query=query,
        control=_counts(compared.control),
        treated=_counts(compared.treated),
        cox=compared.cox,
        survival_difference=compared.survival_difference,
        weight=own / whole if whole else 0.0,
    )


def _told(rows: list[Subgroup], min_cell: int) -> list[Subgroup]:
    """The rows, whose events add up to those of all participants; see `told_parts`.

    Rows that are not told are many participants together; see `mirodash.stratification.disclosure_grid`.
    """
    if not min_cell:
        return rows
    columns = (
        tuple(told(row.control.n, min_cell) for row in rows),
        told_parts([row.control.events for row in rows], min_cell),
        tuple(told(row.treated.n, min_cell) for row in rows),
        told_parts([row.treated.events for row in rows], min_cell),
    )
    return [
        replace(row, control=ArmCount(*counts[:2]), treated=ArmCount(*counts[2:]))
        for row, counts in zip(rows, zip(*columns, strict=True), strict=True)
    ]


def _counts(arm: ArmSummary) -> ArmCount:
    return ArmCount(arm.n, arm.events)


def _information(compared: ArmComparison) -> float:
    return compared.cox.se**-2 if isinstance(compared.cox, HazardRatio) else 0.0


def _shrunken(rows: list[Subgroup], confidence: float) -> tuple[tuple[Subgroup, ...], float | None]:
    """The rows with their shrunken estimates, and the spread between levels that these suppose."""
    estimates = {k: row.cox for k, row in enumerate(rows) if isinstance(row.cox, HazardRatio)}
    found = shrink(
        [cox.coef for cox in estimates.values()],
        [cox.se for cox in estimates.values()],
        confidence=confidence,
    )
    if isinstance(found, NotEstimable):
        return tuple(rows), None
    drawn = dict(zip(estimates, _ratios(found), strict=True))
    return tuple(replace(row, shrunken=drawn.get(k)) for k, row in enumerate(rows)), found.tau


def _ratios(found: Shrinkage) -> list[ShrunkenRatio]:
    columns = (np.exp(part).tolist() for part in (found.estimate, found.lower, found.upper))
    return [ShrunkenRatio(hr, (low, high)) for hr, low, high in zip(*columns, strict=True)]
