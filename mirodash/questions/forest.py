"""Forest plot of subgroups as plain data, its sentences, and tests of interaction by factor."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from mirodash.disclosure.counts import suppress_excluded, suppress_reason, too_few
from mirodash.questions.subgroups import (
    NOT_ESTIMABLE,
    BetweenSites,
    Subgroup,
    Subgroups,
    SubgroupsOfFactor,
    describe_reason,
    describe_row,
    describe_sides,
    format_ratio_and_interval,
    name_columns,
    note,
)
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.shared_results import share_result
from mirodash.stratification.splits import Kind, Split, list_splits
from mirodash.stratification.validation import find_active_declaration, resolve_outcome
from mirodash.survival.interactions import (
    adjust_by_holm,
    compute_factor_interaction,
    compute_family_wise_error_rate,
)
from mirodash.survival.meta_analysis import FactorInteraction, Heterogeneity
from mirodash.survival.results import Difference, HazardRatio, NotEstimable
from mirodash.text.facts import Explanation, Fact, Table
from mirodash.text.labels import ArmNames, lower_first
from mirodash.text.numbers import (
    count,
    estimate_with_interval,
    format_hazard_ratio,
    format_interval,
    format_number,
    format_p_value,
    format_percent,
    format_range,
)
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class TestedFactor:
    """The test of one factor, and its p-value adjusted for the number of tests; None without a test."""

    __test__ = False

    key: str
    label: str
    kind: Kind
    found: FactorInteraction
    p_adjusted: float | None


@dataclass(frozen=True, slots=True)
class FactorInteractions:
    """One test for each factor, in the forest's order.

    ``tested`` counts the tests that could be made, ``chance`` is how likely at least one of so many falls
    below 0.05 when the effect is the same everywhere. ``searched`` names the biomarker whose threshold is
    not among them, because it was not fixed beforehand; empty when it was or there is none.
    """

    factors: tuple[TestedFactor, ...]
    tested: int
    chance: float
    searched: str


@memoise
@share_result
def compute_factor_interactions(trial: Trial, selection: Selection) -> FactorInteractions:
    """Test treatment × factor for every factor, country and site, and a biomarker declared beforehand.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    declared = find_active_declaration(trial, selection) is not None
    ways = list_splits(trial, selection)
    asked = [split for split in ways if split.kind != "biomarker" or declared]
    searched = next((split.label for split in ways if split not in asked), "")
    found = [_test_factor(trial, selection, split) for split in asked]
    p_values = [one.test.p for one in found if not isinstance(one.test, NotEstimable)]
    adjusted = iter(adjust_by_holm(p_values))
    factors = tuple(
        TestedFactor(
            split.key,
            split.label,
            split.kind,
            one,
            None if isinstance(one.test, NotEstimable) else next(adjusted),
        )
        for split, one in zip(asked, found, strict=True)
    )
    return FactorInteractions(factors, len(p_values), compute_family_wise_error_rate(len(p_values)), searched)


def _test_factor(trial: Trial, selection: Selection, split: Split) -> FactorInteraction:
    people = assign_groups(trial, selection)
    inside, outcome = people.everyone, resolve_outcome(trial, selection)
    if not split.levels:
        return FactorInteraction(0, 0, NotEstimable("No value is known: no effects can be compared."))
    found = compute_factor_interaction(
        outcome.time[inside],
        outcome.event[inside],
        people.treated[inside],
        split.codes()[inside],
        entry=outcome.entry_of(inside),
    )
    return FactorInteraction(
        found.levels,
        suppress_excluded(found.left_out, trial.min_cell),
        too_few(people.treated[inside], trial.min_cell) or suppress_reason(found.test, trial.min_cell),
    )


MAX_TAU = 50.0
SUBGROUPS_TITLE = "Subgroup analysis (forest plot)"
SHRINKING = (
    "Extreme results in small subgroups are usually chance findings. Each diamond is an estimate drawn "
    "towards the mean of its factor, the further the less its own data say."
)
KEY = (
    "■ estimate, larger with more information · ◇ shrunken, with its interval · ┆ all participants · "
    "│ no effect"
)
NARROW_NOTE = (
    "Shrunken estimates (◇) and differences in survival are given in numbers on a wider screen and "
    "in the CSV."
)
METHOD = (
    "Shrunken estimates are empirical Bayes on the log {ratio}: levels vary around the mean of their "
    "factor with a standard deviation τ, averaged over its posterior under a half-normal(0.5) prior; a "
    "single estimate of τ would often be 0 with two levels, and call them equal. No interval is adjusted for "
    "how many there are. Numbers are cut where the trial’s dictionary says, else at the median."
)


def describe_forest(found: Subgroups, sites: BetweenSites | None, names: ArmNames) -> Explanation:
    """What all rows say together, and whether the result rests on one site."""
    people, overall = found.overall.n, found.overall.cox
    told = (
        f"Overall {names.ratio} {estimate_with_interval(overall.hr, overall.ci, found.confidence)}. "
        if isinstance(overall, HazardRatio)
        else f"{overall.why} "
    )
    return Explanation(
        title=SUBGROUPS_TITLE,
        subtitle=f"{names.treated} versus {names.control} · {count(people)} "
        f"{'participant' if people == 1 else 'participants'}",
        sentence=told + _together(found),
        facts=_build_facts(sites, names, found.confidence) if sites else (),
        tables=(_without_each_site(sites, names),) if sites and sites.estimated else (),
    )


def _together(found: Subgroups) -> str:
    """How many rows are compatible with one effect for everybody, against what luck would leave out."""
    rows = [level for factor in found.factors for level in factor.levels]
    there = [level.cox for level in rows if isinstance(level.cox, HazardRatio)]
    missing = len(rows) - len(there)
    gap = (
        f" {count(missing)} more {'is' if missing == 1 else 'are'} too small to estimate." if missing else ""
    )
    overall = found.overall.cox
    if not there or isinstance(overall, NotEstimable):
        return f"No subgroup can be set against it.{gap}"
    inside = sum(cox.ci[0] <= overall.hr <= cox.ci[1] for cox in there)
    outside = max(1, round((1 - found.confidence) * len(there)))
    return (
        f"It lies within the interval of {count(inside)} of {count(len(there))} subgroups; were the effect "
        f"the same in all, chance alone would leave it outside up to about {count(outside)} of them.{gap}"
    )


def describe_caution(found: Subgroups) -> str:
    """What a forest must not be taken for."""
    return (
        "Rows are estimates, not tests. One interval that excludes 1 beside another that includes it is no "
        "evidence that the effect differs, nor do overlapping intervals show that it is the same. "
        f"The rows overlap: each participant is in one row of each of {count(len(found.factors))} factors."
    )


def _build_facts(sites: BetweenSites, names: ArmNames, confidence: float) -> tuple[Fact, ...]:
    return (_describe_spread(sites, confidence), *_describe_influence(sites, names, confidence))


def _describe_spread(sites: BetweenSites, confidence: float) -> Fact:
    label = "Between sites"
    if isinstance(sites.spread, NotEstimable):
        return Fact(label, NOT_ESTIMABLE, describe_reason(sites.spread))
    spread = sites.spread
    where = f"{count(spread.levels)} of {count(sites.sites)} sites"
    tau = f"τ\u00a0{format_number(spread.tau, 2)}"
    if spread.tau_ci is not None:
        ends = format_interval(spread.tau_ci, confidence, number=lambda end: format_number(end, 2))
        tau = f"{tau}, {ends}"
    return Fact(label, f"I²\u00a0{format_percent(spread.i_squared)}", f"{where} {_how_far(spread)} ({tau})")


def _how_far(spread: Heterogeneity) -> str:
    """The spread as words; that none is seen is not that there is none."""
    if spread.tau_ci is None:
        return "differ less than chance usually makes them"
    if spread.i_squared <= 0:
        reach = format_hazard_ratio(_describe_factor(spread.tau_ci[1]))
        return f"differ no more than by chance; a typical factor of up to {reach} would fit too"
    return (
        f"differ typically by a factor of {format_hazard_ratio(_describe_factor(spread.tau))} from their mean"
    )


def _describe_factor(tau: float) -> float:
    """How many times a hazard ratio one standard deviation above the mean is of the mean itself."""
    return math.exp(min(tau, MAX_TAU))


def _describe_influence(sites: BetweenSites, names: ArmNames, confidence: float) -> tuple[Fact, ...]:
    most = sites.most_influential
    if most is None:
        return ()
    ratios = [cox.hr for _, cox in sites.estimated]
    name, cox = most
    return (
        Fact(
            "Without one site",
            format_range((min(ratios), max(ratios))),
            f"overall {names.ratio}, each of {count(len(ratios))} sites left out in turn",
        ),
        Fact(
            "Largest influence", name, f"without {name}: {estimate_with_interval(cox.hr, cox.ci, confidence)}"
        ),
    )


def _without_each_site(sites: BetweenSites, names: ArmNames) -> Table:
    rows = tuple(
        (f"without {name}", format_ratio_and_interval(cox.hr, cox.ci)) for name, cox in sites.estimated
    )
    return Table(f"Overall {names.ratio} without each site", ("Left out", names.ratio_heading), rows)


Data = dict[str, Any]
TICKS = ((0.25, 0.5, 1.0, 2.0, 4.0), (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0))
"""Of the axis that is usual, and of one for a trial with effects beyond it."""
MAX_BEYOND = 0.1
"""The share of estimates that may lie beyond the usual axis before the wider one is taken."""
MAX_BOUND = 1e6
"""What is beyond this is as far as infinity on any axis, and still a number in JSON."""


def draw_forest(found: Subgroups, sites: BetweenSites | None, names: ArmNames) -> Data:
    """Words, axis, and rows in the order of the factors.

    Every row has its cells as text, the numbers to draw (hazard ratios; None without an estimate) and
    those to sort by.
    """
    told = describe_forest(found, sites, names)
    left, right = describe_sides(names)
    return {
        "title": told.title,
        "subtitle": told.subtitle,
        "sentence": told.sentence,
        "facts": [{"label": f.label, "value": f.value, "detail": f.detail} for f in told.facts],
        "key": KEY,
        "notes": [SHRINKING, describe_caution(found), METHOD.format(ratio=names.ratio)],
        "tables": [asdict(table) for table in told.tables],
        "columns": [asdict(column) for column in name_columns(found, names)],
        "axis": {"ticks": list(build_axis_ticks(found)), "left": left, "right": right},
        "overall": _build_row(found.overall, ""),
        "groups": [_group(factor) for factor in found.factors],
    }


def _group(factor: SubgroupsOfFactor) -> Data:
    return {
        "label": factor.label,
        "note": note(factor),
        # the groups of a biomarker have its name in theirs
        "rows": [
            _build_row(level, "" if factor.kind == "biomarker" else factor.label) for level in factor.levels
        ],
    }


def _build_row(subgroup: Subgroup, factor: str) -> Data:
    return {
        **asdict(describe_row(subgroup)),
        "factor": factor,
        "href": None if subgroup.query is None else f"/?{subgroup.query}".rstrip("?"),
        "plot": _plot(subgroup),
        "sort": _sort(subgroup),
    }


def _plot(subgroup: Subgroup) -> Data | None:
    cox, drawn = subgroup.cox, subgroup.shrunken
    if not isinstance(cox, HazardRatio):
        return None
    return {
        "ratio": _bound_interval(cox.hr),
        "low": _bound_interval(cox.ci[0]),
        "high": _bound_interval(cox.ci[1]),
        "weight": min(subgroup.weight, 1.0),
        "shrunken": _bound_interval(drawn.hr) if drawn else None,
        "shrunkenEnds": [_bound_interval(end) for end in drawn.ci] if drawn else None,
    }


def _sort(subgroup: Subgroup) -> dict[str, float | None]:
    cox, drawn, apart = subgroup.cox, subgroup.shrunken, subgroup.survival_difference
    there = isinstance(cox, HazardRatio)
    return {
        "treated": subgroup.treated.n,
        "control": subgroup.control.n,
        "weight": subgroup.weight if there else None,
        "ratio": _bound_interval(cox.hr) if isinstance(cox, HazardRatio) else None,
        "shrunken": _bound_interval(drawn.hr) if drawn else None,
        "difference": apart.estimate if isinstance(apart, Difference) else None,
    }


def _bound_interval(ratio: float) -> float:
    return min(max(ratio, 1 / MAX_BOUND), MAX_BOUND)


def build_axis_ticks(found: Subgroups) -> tuple[float, ...]:
    """The usual axis, unless too many estimates (or the overall one) lie beyond it."""
    rows = (found.overall, *(level for factor in found.factors for level in factor.levels))
    sizes = [abs(row.cox.coef) for row in rows if isinstance(row.cox, HazardRatio)]
    reach = math.log(TICKS[0][-1])
    beyond = sum(size > reach for size in sizes)
    overall = found.overall.cox
    far = isinstance(overall, HazardRatio) and abs(overall.coef) > reach
    return TICKS[1] if far or beyond > MAX_BEYOND * len(sizes) else TICKS[0]


INTERACTIONS_BY_FACTOR_TITLE = "Does the effect differ by any factor?"
LEVEL = 0.05
HEADER = ("Factor", "df", "Interaction", "Holm-adjusted")


def describe_interactions(found: FactorInteractions) -> Explanation:
    """One test for each factor, what luck alone would find among so many, and which is not here."""
    return Explanation(
        title=INTERACTIONS_BY_FACTOR_TITLE,
        subtitle=_how_many(found.tested),
        sentence=" ".join(part for part in (_describe_multiplicity(found), _not_here(found)) if part),
        tables=(Table("Likelihood-ratio test of treatment × factor", HEADER, _build_rows(found)),),
    )


def list_factor_tests(found: FactorInteractions) -> list[dict[str, str]]:
    """Each factor's label, ``p`` and the Holm-adjusted one, ``adjusted``; without a test, ``why``."""
    return [_describe_factor_test(item) for item in found.factors]


def _describe_factor_test(item: TestedFactor) -> dict[str, str]:
    test = item.found.test
    if isinstance(test, NotEstimable) or item.p_adjusted is None:
        why = test.why if isinstance(test, NotEstimable) else ""
        return {
            "label": item.label,
            "p": "",
            "adjusted": "",
            "why": f"No interaction test: {lower_first(why)}",
        }
    return {
        "label": item.label,
        "p": f"interaction {format_p_value(test.p)}",
        "adjusted": f"Holm-adjusted {format_p_value(item.p_adjusted)}",
        "why": "",
    }


def _how_many(tested: int) -> str:
    return f"{count(tested)} {'factor' if tested == 1 else 'factors'} tested"


def _describe_multiplicity(found: FactorInteractions) -> str:
    if not found.tested:
        return "No factor has two levels with events in both arms."
    if found.tested == 1:
        return (
            f"If nothing differs, the smallest p falls below {LEVEL} in "
            f"{format_percent(found.chance)} of trials."
        )
    told = (
        f"Among {count(found.tested)} factors at least one p falls below {LEVEL} by chance in "
        f"{format_percent(found.chance)} of trials in which nothing differs (1 − 0.95 to the power of "
        f"{count(found.tested)}, as if they were independent). "
    )
    adjusted = [item.p_adjusted for item in found.factors if item.p_adjusted is not None]
    if min(adjusted) >= LEVEL:
        return f"{told}Adjusted for their number, no difference is established; small trials miss real ones."
    return f"{told}Read the adjusted column."


def _not_here(found: FactorInteractions) -> str:
    if not found.searched:
        return ""
    return (
        f"{found.searched} is not among them: its threshold can be dragged, which is a search with a test of "
        "its own on the Thresholds page. Declare where it was fixed beforehand, and it is tested here."
    )


def _build_rows(found: FactorInteractions) -> tuple[tuple[str, ...], ...]:
    return tuple(_build_test_row(item) for item in found.factors)


def _build_test_row(item: TestedFactor) -> tuple[str, ...]:
    test = item.found.test
    if isinstance(test, NotEstimable):
        return (item.label, "", test.why, "")
    adjusted = format_p_value(item.p_adjusted) if item.p_adjusted is not None else ""
    return (_name_factor(item), format_number(test.df, 0), format_p_value(test.p), adjusted)


def _name_factor(item: TestedFactor) -> str:
    """The factor, and how many people stand in levels that cannot be compared."""
    left = item.found.left_out
    if not left:
        return item.label
    return f"{item.label} (without {count(left)} in levels with no events in an arm)"
