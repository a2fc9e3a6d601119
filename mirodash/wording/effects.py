"""The effect of treatment in one group, in words and in numbers."""

from __future__ import annotations

import numpy as np

from mirodash.analysis.survival_by_group import GroupSurvival, SurvivalByGroup
from mirodash.analysis.time_units import converted
from mirodash.disclosure.counts import NOT_TOLD, nothing_of
from mirodash.survival.results import ArmComparison, ArmSummary, HazardRatio, NotEstimable
from mirodash.wording.arms import ArmNames
from mirodash.wording.constancy import beside_a_hazard_ratio
from mirodash.wording.disclosure import curves_are
from mirodash.wording.explanation import Explanation, Fact, Table, TablesOnDemand
from mirodash.wording.numbers import (
    LARGEST_HAZARD_RATIO,
    count,
    difference_in_points,
    difference_in_time,
    duration,
    estimate_with_interval,
    hazard_ratio,
    interval,
    percent,
    percent_with_interval,
    percents,
    quantity,
)

FEW_EVENTS = 5
"""Below this many events in an arm a hazard ratio is shown, but greyed."""

OVER_TIME = "over-time"
"""The panel behind the quiet word beside a hazard ratio."""


def effect_in_group(result: SurvivalByGroup, group: GroupSurvival, names: ArmNames) -> Explanation:
    """Everything said about one group: counts, effects with intervals, a sentence, and the table twin."""
    comparison = group.comparison
    people = f"{count(comparison.n)} {'participant' if comparison.n == 1 else 'participants'}"
    events = f"{count(comparison.events)} {_events(result, comparison.events)}"
    return Explanation(
        title=group.label,
        subtitle=" · ".join(filter(None, (people, events, curves_are(result.min_cell))))
        if comparison.n != NOT_TOLD
        else "",
        sentence=_sentence(result, group, names),
        facts=(_hazard_ratio(result, group), *_absolute(result, group), _medians(result, group)),
        tables=TablesOnDemand(lambda: (_curve_table(result, group, names), _arm_table(result, group, names))),
    )


def _events(result: SurvivalByGroup, number: int) -> str:
    return result.endpoint.singular if number == 1 else result.endpoint.plural


def at_horizon(result: SurvivalByGroup) -> str:
    """The horizon in the reader's unit: ``640 days``."""
    return duration(result.horizon * _scale(result), result.unit)


def _scale(result: SurvivalByGroup) -> float:
    """What a time of the file is multiplied by to be in the reader's unit."""
    return converted(1.0, result.endpoint.unit, result.unit)


def _sentence(result: SurvivalByGroup, group: GroupSurvival, names: ArmNames) -> str:
    comparison = group.comparison
    if nothing := nothing_of(comparison):
        return f"{nothing.removesuffix('.')}: {group.label}."
    treated, control = comparison.treated.survival_at, comparison.control.survival_at
    if treated is None or control is None:
        only = names.control if treated is None else names.treated
        return f"{group.label}: only {only} has participants here, so the arms cannot be compared."
    told = (
        f"{group.label}: {percent(treated.estimate)} {result.endpoint.event_free} at {at_horizon(result)} "
        f"on {names.treated} and {percent(control.estimate)} on {names.control}. "
    )
    is_cut = group.lower is not None or group.upper is not None
    return told + _compatible(comparison.cox, is_cut=is_cut) + _carried_forward(result, group, names)


def _compatible(cox: HazardRatio | NotEstimable, *, is_cut: bool) -> str:
    """What the interval leaves possible; never "no effect", and of a group never without its caution."""
    if isinstance(cox, NotEstimable):
        return cox.why
    low, high = cox.ci
    fit = "Taken alone, the data fit" if is_cut else "The data fit"
    if low < 1 < high:
        return (
            f"{fit} anything from a hazard {percent(1 - low)} lower to one {_higher(high)}: "
            "not established either way."
        )
    if high <= 1:
        return f"{fit} a hazard {percent(1 - high)} to {percent(1 - low)} lower."
    return f"{fit} a hazard from {_higher(low)} to {_higher(high)}."


def _higher(ratio: float) -> str:
    """By how much a hazard is higher: beyond threefold a percentage says little."""
    if ratio < 3:
        return f"{percent(ratio - 1)} higher"
    if ratio > LARGEST_HAZARD_RATIO:
        return f"more than {quantity(LARGEST_HAZARD_RATIO, 0)} times as high"
    return f"{quantity(ratio, 1)} times as high"


def _carried_forward(result: SurvivalByGroup, group: GroupSurvival, names: ArmNames) -> str:
    """Where follow-up ended early the last value stands, and the reader is told."""
    told = ""
    for name, arm in ((names.treated, group.comparison.treated), (names.control, group.comparison.control)):
        if arm.survival_at and arm.survival_at.carried_forward:
            few = arm.survival_at.at_risk < 0
            who = f"Fewer than {-arm.survival_at.at_risk} on {name} are" if few else f"Nobody on {name} is"
            when = f"at risk{'' if few else ' any more'} at {at_horizon(result)}"
            told += f" {who} {when}; the last value is carried forward."
    return told


def _hazard_ratio(result: SurvivalByGroup, group: GroupSurvival) -> Fact:
    comparison = group.comparison
    cox = comparison.cox
    events = (comparison.control.events, comparison.treated.events)
    fewest = min(events)
    if isinstance(cox, HazardRatio):
        few = fewest < FEW_EVENTS
        detail = interval(cox.ci, result.confidence)
        if few:
            # a count below 0 is not told: it is the limit it is below
            most = FEW_EVENTS if fewest >= 0 else min(-number for number in events if number < 0)
            detail += f"; fewer than {most} {result.endpoint.plural} in an arm"
        word = beside_a_hazard_ratio(comparison)
        return Fact("Hazard ratio", hazard_ratio(cox.hr), detail, uncertain=few, word=word, behind=OVER_TIME)
    if cox.firth is None:
        return Fact("Hazard ratio", "not estimable", cox.why)
    firth = estimate_with_interval(cox.firth.hr, cox.firth.ci, result.confidence)
    return Fact("Hazard ratio", "not estimable", f"{cox.why} Firth's estimate: {firth}", uncertain=True)


def _absolute(result: SurvivalByGroup, group: GroupSurvival) -> tuple[Fact, Fact]:
    return _survival_difference(result, group.comparison), _mean_difference(result, group.comparison)


def _survival_difference(result: SurvivalByGroup, comparison: ArmComparison) -> Fact:
    label = f"{result.endpoint.event_free.capitalize()} at {at_horizon(result)}"
    found = comparison.survival_difference
    treated, control = comparison.treated.survival_at, comparison.control.survival_at
    if treated is None or control is None:
        return Fact(label, "not estimable", found.why if isinstance(found, NotEstimable) else "")
    shares = f"{percent(treated.estimate)} v {percent(control.estimate)}"
    if isinstance(found, NotEstimable):
        return Fact(label, shares, found.why)
    return Fact(
        label, shares, "difference " + difference_in_points(found.estimate, found.ci, result.confidence)
    )


def _mean_difference(result: SurvivalByGroup, comparison: ArmComparison) -> Fact:
    found, scale = comparison.rmst_difference, _scale(result)
    if isinstance(found, NotEstimable):
        return Fact("Restricted mean", "not estimable", found.why)
    told, _, rest = difference_in_time(
        found.estimate * scale, (found.ci[0] * scale, found.ci[1] * scale), result.unit, result.confidence
    ).partition(" (")
    until = f"to {duration(found.time * scale, result.unit)}"
    capped = ", the shorter follow-up" if found.capped else ""
    return Fact("Restricted mean", told, f"{rest.removesuffix(')')}, {until}{capped}")


def _medians(result: SurvivalByGroup, group: GroupSurvival) -> Fact:
    arms = (group.comparison.treated, group.comparison.control)
    if nothing_of(group.comparison):
        return Fact("Median", "–")
    if all(arm.median is None and arm.has_curve for arm in arms):
        return Fact("Median", "", "not reached in either arm")
    return Fact("Median", " v ".join(_median(result, arm) for arm in arms))


def _median(result: SurvivalByGroup, arm: ArmSummary) -> str:
    if not arm.has_curve:
        return "–"
    return "not reached" if arm.median is None else duration(arm.median * _scale(result), result.unit)


def _curve_table(result: SurvivalByGroup, group: GroupSurvival, names: ArmNames) -> Table:
    rows: list[tuple[str, ...]] = []
    times = [duration(tick, result.unit) for tick in (result.ticks * _scale(result)).tolist()]
    for name, arm in ((names.treated, group.comparison.treated), (names.control, group.comparison.control)):
        table = arm.at_risk
        survival = np.append(1.0, arm.curve.estimate)[arm.curve.time.searchsorted(table.time, side="right")]
        shares = percents(survival.tolist(), decimals=1) if arm.has_curve else ["–"] * len(times)
        counts = (map(count, numbers.tolist()) for numbers in (table.at_risk, table.censored, table.events))
        rows += zip([name] * len(times), times, shares, *counts, strict=True)
    header = ("Arm", "Time", result.endpoint.event_free.capitalize(), "At risk", "Censored", "Events")
    return Table(f"{group.label}: survival and numbers at risk", header, tuple(rows))


def _arm_table(result: SurvivalByGroup, group: GroupSurvival, names: ArmNames) -> Table:
    rows: list[tuple[str, ...]] = []
    for name, arm in ((names.treated, group.comparison.treated), (names.control, group.comparison.control)):
        at = arm.survival_at
        shown = percent_with_interval(at.estimate, (at.lower, at.upper), result.confidence) if at else "–"
        mean = duration(arm.rmst.estimate * _scale(result), result.unit) if arm.rmst else "–"
        rows.append((name, count(arm.n), count(arm.events), shown, mean, _median(result, arm)))
    header = (
        "Arm",
        "n",
        "Events",
        f"{result.endpoint.event_free.capitalize()} at {at_horizon(result)}",
        "Restricted mean",
        "Median",
    )
    return Table(f"{group.label}: summary by arm", header, tuple(rows))
