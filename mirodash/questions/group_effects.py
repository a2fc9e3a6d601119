"""Treatment effect in one group in words: hazard ratio, difference, number needed to treat."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mirodash.disclosure.counts import SUPPRESSED, explain_suppression
from mirodash.questions.statistics.absolute import (
    NOT_ESTIMABLE,
    choose_survival_decimals,
    describe_mean_difference,
    describe_survival_difference,
)
from mirodash.questions.statistics.catalogue import build_tables, describe_statistics
from mirodash.questions.statistics.group_survival import (
    GroupSurvival,
    SurvivalByGroup,
    at_horizon,
    describe_ratio_span,
    name_events,
    reader_scale,
)
from mirodash.questions.statistics.statistic import InGroup
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import resolve
from mirodash.survival.results import Difference, HazardRatio, Interval, NotEstimable
from mirodash.text.facts import Explanation, Fact, Table, TablesOnDemand
from mirodash.text.labels import ArmNames, capitalise, describe_chosen_sites, format_arm_names, lower_first
from mirodash.text.numbers import (
    MAX_HAZARD_RATIO,
    count,
    estimate_with_interval,
    format_confidence_level,
    format_duration,
    format_not_estimable_after,
    format_number,
    format_percent,
    format_percents,
)
from mirodash.text.small_counts import describe_curve_suppression, describe_participants, selected_of
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.trial import Trial

MAX_DIFFERENCE = 1.0


@dataclass(frozen=True, slots=True)
class NumberNeeded:
    """How many to treat for one participant more (``benefit``) or fewer (``harm``) free of the event.

    ``ci`` is ascending; none of the numbers is below 1, nor rounded.
    """

    estimate: float
    ci: Interval
    direction: Literal["benefit", "harm"]


@dataclass(frozen=True, eq=False, slots=True)
class AbsoluteEffect:
    """Of one group; ``risk_difference`` is the risk of the event by the horizon, treated minus control.

    ``number_needed`` is None where the interval of the difference includes no difference, or where there
    is no interval: a number to treat whose interval runs through infinity tells nobody anything.
    """

    group: GroupSurvival
    risk_difference: Difference | NotEstimable
    number_needed: NumberNeeded | None
    mean_difference: Difference | NotEstimable


def absolute_effects(trial: Trial, selection: Selection) -> tuple[AbsoluteEffect, ...]:
    """All participants first, then the groups ascending.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return tuple(find_absolute_effect(group) for group in survival_by_group(trial, selection).groups)


def number_needed(difference: Difference) -> NumberNeeded | None:
    """How many to treat, from survival treated minus control; None where the interval includes 0.

    References
    ----------
    Altman DG. Confidence intervals for the number needed to treat. BMJ 1998;317:1309-1312.

    Examples
    --------
    >>> number_needed(Difference(640.0, 0.25, 0.05, (0.125, 0.5)))
    NumberNeeded(estimate=4.0, ci=(2.0, 8.0), direction='benefit')
    >>> number_needed(Difference(640.0, 0.07, 0.07, (-0.05, 0.2))) is None
    True
    """
    low, high = difference.ci
    if low <= 0 <= high:
        return None
    nearest, furthest = sorted((abs(low), abs(high)))
    # Wald's interval of a difference of two shares may run past 1
    ends = (1 / min(furthest, MAX_DIFFERENCE), 1 / min(nearest, MAX_DIFFERENCE))
    estimate = 1 / min(abs(difference.estimate), MAX_DIFFERENCE)
    return NumberNeeded(estimate, ends, "benefit" if low > 0 else "harm")


def find_absolute_effect(group: GroupSurvival) -> AbsoluteEffect:
    """Express the difference in survival of one group as risk, and as a number needed to treat."""
    compared = group.comparison
    survival = compared.survival_difference
    if isinstance(survival, NotEstimable):
        return AbsoluteEffect(group, survival, None, compared.rmst_difference)
    risk = Difference(
        survival.time,
        -survival.estimate,
        survival.se,
        (-survival.ci[1], -survival.ci[0]),
        survival.capped,
    )
    return AbsoluteEffect(group, risk, number_needed(survival), compared.rmst_difference)


def describe_effect_in_group(result: SurvivalByGroup, group: GroupSurvival, names: ArmNames) -> Explanation:
    """Everything said about one group: counts, effects with intervals, a sentence, and the table twin."""
    comparison, told = group.comparison, InGroup(result, group, names)
    people = f"{count(comparison.n)} {'participant' if comparison.n == 1 else 'participants'}"
    events = f"{count(comparison.events)} {name_events(result, comparison.events)}"
    events = " ".join(filter(None, (events, describe_ratio_span(result))))
    return Explanation(
        title=group.label,
        subtitle=" · ".join(filter(None, (people, events, describe_curve_suppression(result.min_cell))))
        if comparison.n != SUPPRESSED
        else "",
        sentence=_write_sentence(result, group, names),
        facts=describe_statistics(told),
        tables=TablesOnDemand(lambda: build_group_tables(told)),
    )


def build_group_tables(told: InGroup) -> tuple[Table, ...]:
    """The numbers of a group's curves, its arms summed up, and what statistics have tables of their own."""
    return (_build_curve_table(told.result, told.group, told.names), *build_tables(told))


def _write_sentence(result: SurvivalByGroup, group: GroupSurvival, names: ArmNames) -> str:
    comparison = group.comparison
    if nothing := explain_suppression(comparison):
        return f"{nothing.removesuffix('.')}: {group.label}."
    treated, control = comparison.treated.survival_at, comparison.control.survival_at
    if treated is None or control is None:
        only = names.control if treated is None else names.treated
        return f"{group.label}: only {only} has participants here, so the arms cannot be compared."
    is_cut = group.lower is not None or group.upper is not None
    return f"{_describe_shares(result, group, names)} {_describe_compatible(comparison.cox, is_cut=is_cut)}"


def _describe_shares(result: SurvivalByGroup, group: GroupSurvival, names: ArmNames) -> str:
    """Survival at the horizon by arm; beyond the follow-up of an arm, that it is not estimable."""
    comparison, free, when = group.written, result.endpoint.state, at_horizon(result)
    arms = ((names.treated, comparison.treated.survival_at), (names.control, comparison.control.survival_at))
    places = choose_survival_decimals(at for _, at in arms)
    known = [
        (name, format_percent(at.estimate, decimals=places))
        for name, at in arms
        if at and at.estimate is not None
    ]
    if len(known) == len(arms):
        (first, share), (second, other) = known
        return f"{group.label}: {share} {free} at {when} on {first} and {other} on {second}."
    ended = [
        f"{format_not_estimable_after(at.followed_to * reader_scale(result), result.unit)} on {name}"
        for name, at in arms
        if at and at.followed_to is not None
    ]
    beside = "".join(f"; at {when} it is {share} on {name}" for name, share in known)
    return f"{group.label}: the share {free} is {' and '.join(ended)}{beside}."


def _describe_compatible(cox: HazardRatio | NotEstimable, *, is_cut: bool) -> str:
    """What the interval leaves possible; never "no effect", and of a group never without its caution."""
    if isinstance(cox, NotEstimable):
        return cox.why
    low, high = cox.ci
    fit = "Taken alone, the data fit" if is_cut else "The data fit"
    if low < 1 < high:
        return (
            f"{fit} anything from a hazard {format_percent(1 - low)} lower to one {_describe_higher(high)}: "
            "not established either way."
        )
    if high <= 1:
        return f"{fit} a hazard {format_percent(1 - high)} to {format_percent(1 - low)} lower."
    return f"{fit} a hazard from {_describe_higher(low)} to {_describe_higher(high)}."


def _describe_higher(ratio: float) -> str:
    """By how much a hazard is higher: beyond threefold a percentage says little."""
    if ratio < 3:
        return f"{format_percent(ratio - 1)} higher"
    if ratio > MAX_HAZARD_RATIO:
        return f"more than {format_number(MAX_HAZARD_RATIO, 0)} times as high"
    return f"{format_number(ratio, 1)} times as high"


def _build_curve_table(result: SurvivalByGroup, group: GroupSurvival, names: ArmNames) -> Table:
    rows: list[tuple[str, ...]] = []
    times = [format_duration(tick, result.unit) for tick in (result.ticks * reader_scale(result)).tolist()]
    for name, arm in ((names.treated, group.comparison.treated), (names.control, group.comparison.control)):
        table = arm.at_risk
        survival = np.append(1.0, arm.curve.estimate)[arm.curve.time.searchsorted(table.time, side="right")]
        if arm.curve.event_free is not None:
            survival = 1 - survival
        shares = ["–"] * len(times)
        if arm.has_curve:
            beyond = (table.time > arm.curve.known_until).tolist()
            shown = format_percents(survival.tolist(), decimals=1)
            shares = [NOT_ESTIMABLE if off else share for off, share in zip(beyond, shown, strict=True)]
        numbers = (table.at_risk, table.censored, table.events, table.competing)
        counts = (map(count, row.tolist()) for row in numbers if row is not None)
        rows += zip([name] * len(times), times, shares, *counts, strict=True)
    header = ("Arm", "Time", capitalise(result.endpoint.state), "At risk", "Censored", "Events")
    if result.endpoint.competing:
        header = (*header, "Other event")
    return Table(f"{group.label}: survival and numbers at risk", header, tuple(rows))


ROUNDING = 1e-9
"""One in 1 − 0.9 is ten, whatever the processor makes of it."""
MAX_NUMBER = 10_000


def describe_absolute_effect(result: SurvivalByGroup, effect: AbsoluteEffect, names: ArmNames) -> Explanation:
    """Survival by arm at the horizon, its difference, number needed to treat, restricted mean difference."""
    told = describe_effect_in_group(result, effect.group, names)
    in_group = InGroup(result, effect.group, names)
    survival, mean = describe_survival_difference(in_group), describe_mean_difference(in_group)
    return Explanation(
        title=told.title,
        subtitle=told.subtitle,
        sentence="",
        facts=(survival, describe_number_needed(result, effect), mean),
    )


def describe_number_needed(
    result: SurvivalByGroup, effect: AbsoluteEffect, *, is_brief: bool = False
) -> Fact:
    """The number needed to treat with its interval; "not reported" where the interval includes 0.

    ``is_brief`` where the difference stands beside it, and tells its direction.
    """
    label = "Number needed to treat"
    needed = effect.number_needed
    risk = effect.risk_difference
    if isinstance(risk, NotEstimable):
        last = risk.followed_to
        ended = "" if last is None else format_not_estimable_after(last * reader_scale(result), result.unit)
        return Fact(label, "not reported", ended or "the difference has no interval")
    if needed is None:
        way = "benefit" if risk.estimate < 0 else "harm"
        towards = f"; the estimate is towards {way}" if risk.estimate and not is_brief else ""
        return Fact(label, "not reported", f"CI of the difference includes 0{towards}")
    free, is_benefit = f"{result.endpoint.state} at {at_horizon(result)}", needed.direction == "benefit"
    # beside another event it is those with the event who become fewer
    change = "more" if is_benefit != bool(result.endpoint.competing) else "fewer"
    which = f"for one {change} {free}{'' if is_benefit else ': harm'}"
    low, high = (_describe_people(end) for end in needed.ci)
    ends = f"{format_confidence_level(result.confidence)} {low} to {high}"
    return Fact(label, _describe_people(needed.estimate), f"{which}; {ends}")


def _describe_people(number: float) -> str:
    """Whole participants, rounded up."""
    if number > MAX_NUMBER:
        return f"more than {count(MAX_NUMBER)}"
    return count(math.ceil(number - ROUNDING))


def describe_announcement(trial: Trial, selection: Selection) -> str:
    """Each group with its counts and hazard ratio, briefly."""
    result = survival_by_group(trial, selection)
    told: list[str] = []
    for group in result.groups:
        comparison = group.comparison
        if comparison.n == SUPPRESSED:
            told.append(f"{group.label}: not shown.")
            continue
        cox = comparison.cox
        ratio = (
            f"{result.measures[0]} {estimate_with_interval(cox.hr, cox.ci, result.confidence)}"
            if isinstance(cox, HazardRatio)
            else f"{result.measures[0]} not estimable"
        )
        events = result.endpoint.singular if comparison.events == 1 else result.endpoint.plural
        told.append(f"{group.label}: {count(comparison.events)} {events} of {count(comparison.n)}, {ratio}.")
    return " ".join(told)


EXPLORATORY = "Exploratory: the overall result is not established"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of the estimand line; the ones that a reader chose are strong."""

    text: str
    strong: bool = False


def describe_estimand(trial: Trial, selection: Selection, *, measures: str = "") -> tuple[Phrase, ...]:
    """Population, endpoint and event, time origin, horizon, arms and summary measures, in that order.

    ``measures`` are other summary measures than those of survival.
    """
    chosen = resolve(trial, selection)
    result = survival_by_group(trial, selection)
    names = format_arm_names(trial, selection)
    endpoint = result.endpoint
    return (
        *_describe_population(trial, selection),
        Phrase(describe_endpoint_and_event(endpoint)),
        Phrase(f"from {endpoint.origin} to {at_horizon(result)}", strong=True),
        *((Phrase("at risk from entry on", strong=True),) if endpoint.entry else ()),
        Phrase(f"{names.treated} versus {names.control}", strong=True),
        *(Phrase(item.sentence(trial), strong=True) for item in chosen.filters),
        *((Phrase(measures),) if measures else _describe_measures(result)),
    )


def _describe_measures(result: SurvivalByGroup) -> Iterator[Phrase]:
    """The summary measures and their spans; beside another event what each of them does with it."""
    (ratio, difference, mean), span = result.measures, describe_ratio_span(result)
    if result.endpoint.competing:
        yield Phrase(f"competing event: {result.endpoint.other_event}", strong=True)
    until = f"{difference} and {mean} to {at_horizon(result)}; {ratio} {span}"
    yield Phrase(until if span else f"{ratio}, {difference}, {mean}")


def _describe_population(trial: Trial, selection: Selection) -> tuple[Phrase, ...]:
    selected = int(assign_groups(trial, selection).everyone.sum())
    population = trial.dictionary.population
    if selected == trial.participants:
        return (Phrase(f"{count(describe_participants(trial))} {population}", strong=True),)
    sites = describe_chosen_sites(trial, selection)
    return (
        Phrase(f"{selected_of(trial, selected)} {population}", strong=True),
        *([Phrase(sites, strong=True)] if sites else []),
    )


def describe_endpoint_and_event(endpoint: Endpoint) -> str:
    """The endpoint, and what counts as an event where its name does not say so."""
    label = lower_first(endpoint.label)
    return label if endpoint.singular in label.casefold() else f"{label} (event: {endpoint.singular})"


def describe_caution(trial: Trial, selection: Selection) -> str | None:
    """The banner of a view; see `describe_caution_of_estimand`."""
    return describe_caution_of_estimand(survival_by_group(trial, selection))


def describe_caution_of_estimand(result: SurvivalByGroup) -> str | None:
    """The banner: shown whenever the overall interval includes no effect, or there is none."""
    cox = result.overall.comparison.cox
    return None if isinstance(cox, HazardRatio) and is_established(cox) else EXPLORATORY


def is_established(cox: HazardRatio) -> bool:
    """Whether the interval in view leaves out a hazard ratio of 1."""
    return not cox.ci[0] <= 1 <= cox.ci[1]
