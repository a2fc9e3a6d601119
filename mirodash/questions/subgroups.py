"""Subgroup effects, raw and shrunken, heterogeneity between sites, and rows of the forest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mirodash.disclosure.counts import (
    suppress_comparison,
    suppress_complementary,
    suppress_excluded,
    suppress_small,
    total_of,
)
from mirodash.disclosure.curve_values import compare_arms_rounded
from mirodash.questions.statistics.hazards import FEW_EVENTS
from mirodash.stratification.groups import ALL_PARTICIPANTS, assign_groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.shared_results import share_result
from mirodash.stratification.splits import Cut, Kind, Split, list_splits
from mirodash.stratification.validation import reduce_to_canonical, resolve, resolve_endpoint, resolve_outcome
from mirodash.survival.compare import estimate_hazard_ratios
from mirodash.survival.competing_events import express_as_incidence
from mirodash.survival.meta_analysis import Heterogeneity, Shrinkage, heterogeneity, shrink
from mirodash.survival.results import (
    ArmComparison,
    ArmSummary,
    Difference,
    HazardRatio,
    Interval,
    NotEstimable,
)
from mirodash.text.facts import shorten_text
from mirodash.text.labels import ArmNames, lower_first
from mirodash.text.numbers import (
    FIXED,
    count,
    format_confidence_level,
    format_hazard_ratio,
    format_points,
    format_range,
    format_range_in_points,
    format_span_end,
)
from mirodash.text.ticks import convert_time
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
    survival_difference : Difference or NotEstimable
        Between the arms at the horizon; of the cumulative incidence where another event competes.
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
    chosen = resolve(trial, selection)
    endpoint, horizon = resolve_endpoint(trial, selection)
    people = assign_groups(trial, selection)
    ways = list_splits(trial, selection)
    inside = people.everyone
    outcome = resolve_outcome(trial, selection)
    masks = [inside, *(level.mask for split in ways for level in split.levels)]
    compared = compare_arms_rounded(
        outcome.time[inside],
        outcome.event[inside],
        people.treated[inside],
        np.stack([mask[inside] for mask in masks]),
        entry=outcome.entry_of(inside),
        competing=outcome.competing_of(inside),
        horizon=horizon,
        ticks=(0.0, horizon),
        confidence=chosen.confidence,
        min_cell=trial.min_cell,
    )
    query = reduce_to_canonical(trial, selection).to_query()
    compared = tuple(suppress_comparison(one, trial.min_cell) for one in compared)
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
        query = None if level.leads_to is None else reduce_to_canonical(trial, level.leads_to).to_query()
        rows.append(_subgroup(level.label, query, next(compared), whole))
    levels, tau = _shrink_ratios(_suppress_subgroup(rows, trial.min_cell), confidence)
    missing = suppress_excluded(split.missing, trial.min_cell)
    return SubgroupsOfFactor(split.key, split.label, split.kind, split.cut, levels, missing, tau)


def _subgroup(label: str, query: str | None, compared: ArmComparison, whole: float) -> Subgroup:
    own = _information(compared)
    return Subgroup(
        label=label,
        query=query,
        control=_counts(compared.control),
        treated=_counts(compared.treated),
        cox=compared.cox,
        survival_difference=express_as_incidence(compared).survival_difference,
        weight=own / whole if whole else 0.0,
    )


def _suppress_subgroup(rows: list[Subgroup], min_cell: int) -> list[Subgroup]:
    """The rows, whose events add up to those of all participants; see `suppress_complementary`.

    Rows that are not told are many participants together; see `mirodash.stratification.disclosure_grid`.
    """
    if not min_cell:
        return rows
    columns = (
        tuple(suppress_small(row.control.n, min_cell) for row in rows),
        suppress_complementary([row.control.events for row in rows], min_cell),
        tuple(suppress_small(row.treated.n, min_cell) for row in rows),
        suppress_complementary([row.treated.events for row in rows], min_cell),
    )
    return [
        replace(row, control=ArmCount(*counts[:2]), treated=ArmCount(*counts[2:]))
        for row, counts in zip(rows, zip(*columns, strict=True), strict=True)
    ]


def _counts(arm: ArmSummary) -> ArmCount:
    return ArmCount(arm.n, arm.events)


def _information(compared: ArmComparison) -> float:
    return compared.cox.se**-2 if isinstance(compared.cox, HazardRatio) else 0.0


def _shrink_ratios(rows: list[Subgroup], confidence: float) -> tuple[tuple[Subgroup, ...], float | None]:
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


@dataclass(frozen=True, slots=True)
class WithoutSite:
    """The overall hazard ratio when everybody of one site is left out."""

    site: str
    cox: HazardRatio | NotEstimable


@dataclass(frozen=True, slots=True)
class BetweenSites:
    """How far the effect differs between the sites that have one, and the result without each site.

    ``sites`` counts those with anybody in them of whom may be told; ``without`` has as many, in the order of
    their names.
    """

    overall: HazardRatio | NotEstimable
    sites: int
    spread: Heterogeneity | NotEstimable
    without: tuple[WithoutSite, ...]

    @property
    def estimated(self) -> tuple[tuple[str, HazardRatio], ...]:
        """Sites without which there still is a hazard ratio, with it."""
        return tuple((item.site, item.cox) for item in self.without if isinstance(item.cox, HazardRatio))

    @property
    def most_influential(self) -> tuple[str, HazardRatio] | None:
        """The site that moves the overall result most when it is left out."""
        if isinstance(self.overall, NotEstimable) or not self.estimated:
            return None
        whole = self.overall.coef
        return max(self.estimated, key=lambda item: abs(item[1].coef - whole))


@memoise
@share_result
def measure_site_heterogeneity(trial: Trial, selection: Selection) -> BetweenSites | None:
    """Compare the sites of the selected participants; None when these are at fewer than two.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = resolve(trial, selection)
    split = next((split for split in list_splits(trial, selection) if split.kind == "site"), None)
    sites = [level for level in split.levels if level.mask.any()] if split else []
    found = subgroups(trial, selection)
    if len(sites) < 2 or found.of_sites is None:
        return None
    people = assign_groups(trial, selection)
    inside, outcome = people.everyone, resolve_outcome(trial, chosen)
    left = estimate_hazard_ratios(
        outcome.time[inside],
        outcome.event[inside],
        people.treated[inside],
        np.stack([~site.mask[inside] for site in sites]),
        entry=outcome.entry_of(inside),
        confidence=chosen.confidence,
    )
    estimates = [row.cox for row in found.of_sites.levels if isinstance(row.cox, HazardRatio)]
    return BetweenSites(
        overall=found.overall.cox,
        sites=len(sites),
        spread=heterogeneity(
            [cox.coef for cox in estimates], [cox.se for cox in estimates], confidence=chosen.confidence
        ),
        without=tuple(WithoutSite(site.label, cox) for site, cox in zip(sites, left, strict=True)),
    )


NOT_ESTIMABLE = "not estimable"
MAX_ARM_LENGTH = 24
MAX_EVENTS_LENGTH = 10
CUTS = {"median": "cut at the median", "thresholds": "at the thresholds chosen"}


@dataclass(frozen=True, slots=True)
class RowWords:
    """One row as text; ``why`` stands for ratios that do not exist, ``uncertain`` ones rest on few events."""

    label: str
    treated: str
    control: str
    ratio: str
    shrunken: str
    difference: str
    why: str
    uncertain: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the forest: what it is called, in which unit, and by what a click on it sorts."""

    key: str
    name: str
    unit: str = ""


def name_columns(found: Subgroups, names: ArmNames) -> tuple[Column, ...]:
    """The columns from left to right."""
    horizon = convert_time(found.horizon, found.endpoint.unit, found.unit)
    level = format_confidence_level(found.confidence)
    plural = found.endpoint.plural
    difference = "Difference in incidence" if found.endpoint.competing else "Difference"
    counted = f"n ({plural if len(plural) <= MAX_EVENTS_LENGTH else 'events'})"
    return (
        Column("group", "Group", "by factor"),
        Column("treated", shorten_text(names.treated, MAX_ARM_LENGTH), counted),
        Column("control", shorten_text(names.control, MAX_ARM_LENGTH), counted),
        Column("weight", "Weight", "size of the square"),
        Column("ratio", names.ratio_heading, level),
        Column("shrunken", "Shrunken", level),
        Column("difference", difference, f"points, at {format_span_end(horizon, found.unit)}"),
    )


def describe_sides(names: ArmNames) -> tuple[str, str]:
    """What lies to the left and to the right of no effect."""
    return (
        f"favours {shorten_text(names.treated, MAX_ARM_LENGTH)}",
        f"favours {shorten_text(names.control, MAX_ARM_LENGTH)}",
    )


def describe_row(subgroup: Subgroup) -> RowWords:
    """One subgroup's cells."""
    cox, drawn, apart = subgroup.cox, subgroup.shrunken, subgroup.survival_difference
    few = min(subgroup.treated.events, subgroup.control.events) < FEW_EVENTS
    return RowWords(
        label=subgroup.label,
        treated=_format_counts(subgroup.treated),
        control=_format_counts(subgroup.control),
        ratio=format_ratio_and_interval(cox.hr, cox.ci) if isinstance(cox, HazardRatio) else NOT_ESTIMABLE,
        shrunken=format_ratio_and_interval(drawn.hr, drawn.ci) if drawn else "",
        difference=_in_points(apart) if isinstance(apart, Difference) else NOT_ESTIMABLE,
        why=describe_reason(cox) if isinstance(cox, NotEstimable) else "",
        uncertain=few,
    )


def note(factor: SubgroupsOfFactor) -> str:
    """What stands beside a factor's name: a cut the dictionary does not fix, and how many people lack it."""
    parts = [CUTS[factor.cut]] if factor.cut in CUTS else []
    if factor.missing:
        parts.append(f"missing: {count(factor.missing)}")
    return " · ".join(parts)


def _format_counts(arm: ArmCount) -> str:
    return f"{count(arm.n)} ({count(arm.events)})"


def format_ratio_and_interval(ratio: float, ends: tuple[float, float]) -> str:
    """A hazard ratio with its interval, whose level the column names."""
    return f"{format_hazard_ratio(ratio, ends)} ({format_range(ends)})"


def _in_points(apart: Difference) -> str:
    shown = format_points(apart.estimate, signed=True, ends=apart.ci).partition(FIXED)[0]
    return f"{shown} ({format_range_in_points(apart.estimate, apart.ci)})"


def describe_reason(missing: NotEstimable) -> str:
    """Why there is no estimate, without the consequence that the column already names."""
    reason, colon, _ = missing.why.rpartition(": ")
    return lower_first(reason if colon else missing.why.rstrip("."))
