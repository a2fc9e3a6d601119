"""What a forest says as a whole: how its rows agree, whether one site carries it, and what it is not."""

from __future__ import annotations

import math

from mirodash.analysis.between_sites import BetweenSites
from mirodash.analysis.subgroups import Subgroups
from mirodash.survival.meta_analysis import Heterogeneity
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.wording.arms import ArmNames
from mirodash.wording.explanation import Explanation, Fact, Table
from mirodash.wording.forest_rows import NOT_ESTIMABLE, compact, reason_of
from mirodash.wording.numbers import (
    between,
    count,
    estimate_with_interval,
    hazard_ratio,
    interval,
    percent,
    quantity,
)

LARGEST_TAU = 50.0
TITLE = "Who benefits, subgroup by subgroup"
SHRINKING = (
    "Extremes among many small groups are mostly luck. Each diamond is an estimate drawn towards the mean of "
    "its factor, the further the less its own data say."
)
KEY = "■ estimate, larger with more information · ◇ shrunken · ┆ all participants · │ no effect"
METHOD = (
    "Shrunken estimates are empirical Bayes on the log hazard ratio: levels vary around the mean of their "
    "factor with a standard deviation τ, averaged over its posterior under a half-normal(0.5) prior; a "
    "single estimate of τ would often be 0 with two levels, and call them equal. No interval is adjusted for "
    "how many there are. Numbers are cut where the trial’s dictionary says, else at the median."
)


def forest_in_words(found: Subgroups, sites: BetweenSites | None, names: ArmNames) -> Explanation:
    """What all rows say together, and whether the result rests on one site."""
    people, overall = found.overall.n, found.overall.cox
    told = (
        f"Overall hazard ratio {estimate_with_interval(overall.hr, overall.ci, found.confidence)}. "
        if isinstance(overall, HazardRatio)
        else f"{overall.why} "
    )
    return Explanation(
        title=TITLE,
        subtitle=f"{names.treated} versus {names.control} · {count(people)} "
        f"{'participant' if people == 1 else 'participants'}",
        sentence=told + _together(found),
        facts=_facts(sites, found.confidence) if sites else (),
        tables=(_without_each_site(sites),) if sites and sites.estimated else (),
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
        f"the same in all, luck alone would leave it outside up to about {count(outside)} of them.{gap}"
    )


def caution(found: Subgroups) -> str:
    """What a forest must not be taken for."""
    return (
        "Rows are estimates, not tests. One interval that excludes 1 beside another that includes it is no "
        "evidence that the effect differs, nor do overlapping intervals show that it is the same. "
        f"The rows overlap: everybody stands in one row of each of {count(len(found.factors))} factors."
    )


def _facts(sites: BetweenSites, confidence: float) -> tuple[Fact, ...]:
    return (_spread(sites, confidence), *_influence(sites, confidence))


def _spread(sites: BetweenSites, confidence: float) -> Fact:
    label = "Between sites"
    if isinstance(sites.spread, NotEstimable):
        return Fact(label, NOT_ESTIMABLE, reason_of(sites.spread))
    spread = sites.spread
    where = f"{count(spread.levels)} of {count(sites.sites)} sites"
    tau = f"τ\u00a0{quantity(spread.tau, 2)}"
    if spread.tau_ci is not None:
        ends = interval(spread.tau_ci, confidence, number=lambda end: quantity(end, 2))
        tau = f"{tau}, {ends}"
    return Fact(label, f"I²\u00a0{percent(spread.i_squared)}", f"{where} {_how_far(spread)} ({tau})")


def _how_far(spread: Heterogeneity) -> str:
    """The spread as words; that none is seen is not that there is none."""
    if spread.tau_ci is None:
        return "differ less than chance usually makes them"
    if spread.i_squared <= 0:
        reach = hazard_ratio(_factor(spread.tau_ci[1]))
        return f"differ no more than by chance; a typical factor of up to {reach} would fit too"
    return f"differ typically by a factor of {hazard_ratio(_factor(spread.tau))} from their mean"


def _factor(tau: float) -> float:
    """How many times a hazard ratio one standard deviation above the mean is of the mean itself."""
    return math.exp(min(tau, LARGEST_TAU))


def _influence(sites: BetweenSites, confidence: float) -> tuple[Fact, ...]:
    most = sites.most_influential
    if most is None:
        return ()
    ratios = [cox.hr for _, cox in sites.estimated]
    name, cox = most
    return (
        Fact(
            "Without one site",
            between((min(ratios), max(ratios))),
            f"overall hazard ratio, each of {count(len(ratios))} sites left out in turn",
        ),
        Fact(
            "Largest influence", name, f"without {name}: {estimate_with_interval(cox.hr, cox.ci, confidence)}"
        ),
    )


def _without_each_site(sites: BetweenSites) -> Table:
    rows = tuple((f"without {name}", compact(cox.hr, cox.ci)) for name, cox in sites.estimated)
    return Table("Overall hazard ratio without each site", ("Left out", "Hazard ratio"), rows)
