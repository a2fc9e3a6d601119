"""The four estimands of a group in words with numbers, whether they agree, and the tables beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mirodash.longitudinal.death_then_function import DeathThenFunction, WinRatio
from mirodash.longitudinal.mixed_model import Contrast
from mirodash.longitudinal.visits import VisitSummary
from mirodash.questions.progression.measured import GroupProgression, Progression, VisitsOfArms
from mirodash.stratification.selection import ESTIMANDS
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.text.facts import Explanation, Fact, Table, TablesOnDemand
from mirodash.text.labels import ArmNames, format_list
from mirodash.text.numbers import (
    FIXED,
    count,
    estimate_with_interval,
    format_confidence_level,
    format_hazard_ratio,
    format_interval,
    format_number,
    format_percent,
    format_range,
)
from mirodash.text.ticks import convert_time
from mirodash.trial.dictionary import Measure

HAD_NOBODY_DIED = "If no participant had died"
DEATH_WORST = "Death as the worst outcome"
WHILE_ALIVE = "While alive"
DEATH_ALONE = "Death alone"
NOT_ESTIMABLE = "not estimable"
PRIMARY = "primary"
"""Behind the question that the reader marked as their own."""
RULE_NAMES = {
    "joint_rank": "joint rank (CAFS)",
    "last_common_visit": "Finkelstein–Schoenfeld rule",
    "last_visit": "win-ratio rule",
}
SLOPE_DECIMALS = 2
PER_UNIT = {"months": "a month", "years": "a year"}


def describe_group(answer: Progression, group: GroupProgression, names: ArmNames) -> Explanation:
    """The four estimands of one group, never mixed, with the table of its visits."""
    control, treated = group.participants
    people = f"{names.treated} {count(treated)}, {names.control} {count(control)}"
    return Explanation(
        title=group.label,
        subtitle=f"{answer.measure.label}{_unit_in_brackets(answer.measure)} · {people}",
        sentence=describe_agreement(answer, group, names),
        facts=tuple(list_estimands(answer, group, names)),
        tables=TablesOnDemand(lambda: tuple(list_visit_tables(answer, group, names))),
    )


def name_estimands(answer: Progression) -> dict[str, str]:
    """The four questions by their keys, in their order."""
    singular = answer.endpoint.singular
    alone = DEATH_ALONE if singular == "death" else f"{singular.capitalize()} alone"
    names = (HAD_NOBODY_DIED, DEATH_WORST, WHILE_ALIVE, alone)
    return dict(zip(ESTIMANDS, names, strict=True))


def list_estimands(answer: Progression, group: GroupProgression, names: ArmNames) -> Iterator[Fact]:
    """One fact for each way of allowing for death; the reader's own question leads."""
    told = (
        describe_slopes(answer, group, names),
        _describe_pairs(answer, group),
        _describe_alive(answer, group, names),
        _describe_death(answer, group),
    )
    for key, fact in zip(ESTIMANDS, told, strict=True):
        mine = key == answer.estimand
        yield replace(fact, label=f"{fact.label} ({PRIMARY})", lead=True) if mine else fact


def list_brief_estimands(answer: Progression, group: GroupProgression, names: ArmNames) -> tuple[Fact, ...]:
    """The same with the interval alone beside each number, for a slide; one of them leads."""
    told = (
        describe_slope_difference_briefly(answer, group),
        describe_pairs_briefly(answer, group),
        _describe_alive_briefly(answer, group, names),
        _describe_death_briefly(answer, group),
    )
    leading = answer.estimand or ESTIMANDS[0]
    return tuple(
        replace(fact, label=label, lead=key == leading)
        for (key, label), fact in zip(name_estimands(answer).items(), told, strict=True)
    )


def format_slope(answer: Progression, value: float, *, signed: bool = False) -> str:
    """``−0.62 points a month``."""
    unit = f"{FIXED}{answer.measure.unit}" if answer.measure.unit else ""
    return f"{format_number(value, SLOPE_DECIMALS, signed=signed)}{unit} {PER_UNIT[answer.per]}"


def name_slope_unit(answer: Progression) -> str:
    """``points per month``."""
    return f"{answer.measure.unit or 'units'} per {answer.per.removesuffix('s')}"


def describe_difference_in_slope(answer: Progression, difference: Contrast) -> str:
    """``+0.19 points a month (95 % CI +0.07 to +0.31)``."""
    ends = _format_slope_interval(answer, difference)
    return f"{format_slope(answer, difference.estimate, signed=True)} ({ends})"


def _format_slope_interval(answer: Progression, difference: Contrast) -> str:
    return format_interval(
        difference.ci,
        answer.confidence,
        number=lambda end: format_number(end, SLOPE_DECIMALS, signed=True),
    )


def describe_slope_difference_briefly(answer: Progression, group: GroupProgression) -> Fact:
    """``+0.19 points a month``, with its interval."""
    difference = group.slopes.difference
    if isinstance(difference, NotEstimable):
        return Fact(HAD_NOBODY_DIED, NOT_ESTIMABLE, difference.why)
    value = format_slope(answer, difference.estimate, signed=True)
    return Fact(HAD_NOBODY_DIED, value, _format_slope_interval(answer, difference))


def describe_slopes(answer: Progression, group: GroupProgression, names: ArmNames) -> Fact:
    """The difference in slope, the slopes, and by what share decline is slower where that means something."""
    slopes = group.slopes
    if isinstance(slopes.difference, NotEstimable):
        return Fact(HAD_NOBODY_DIED, NOT_ESTIMABLE, slopes.difference.why)
    parts = [
        f"{name} {format_number(slope.estimate, SLOPE_DECIMALS)}"
        for name, slope in ((names.treated, slopes.treated), (names.control, slopes.control))
        if not isinstance(slope, NotEstimable)
    ]
    return Fact(
        HAD_NOBODY_DIED,
        describe_difference_in_slope(answer, slopes.difference),
        f"difference in slope, mixed model: {', '.join(parts)}{_describe_slowing(answer, group)}",
    )


def _describe_slowing(answer: Progression, group: GroupProgression) -> str:
    brief, slower = describe_slowing_briefly(answer, group), group.slopes.slowing
    if not brief or isinstance(slower, NotEstimable):
        return ""
    low, high = (-slower.ci[1], -slower.ci[0]) if slower.share < 0 else slower.ci
    return f"; {brief} ({format_interval((low, high), answer.confidence, number=format_percent)})"


def describe_slowing_briefly(answer: Progression, group: GroupProgression) -> str:
    """``23 % slower``; empty where that means nothing."""
    slower, control = group.slopes.slowing, group.slopes.control
    worse = 1 if answer.measure.direction == "lower" else -1
    if isinstance(slower, NotEstimable) or isinstance(control, NotEstimable):
        return ""
    if not answer.measure.direction or worse * control.estimate <= 0:
        return ""  # nothing declines, so nothing is slower
    return f"{format_percent(abs(slower.share))} {'faster' if slower.share < 0 else 'slower'}"


def _describe_pairs(answer: Progression, group: GroupProgression) -> Fact:
    pairs = group.pairs
    if isinstance(pairs, NotEstimable):
        return Fact(DEATH_WORST, NOT_ESTIMABLE, pairs.why)
    value = format_win_probability(pairs, answer.confidence)
    return Fact(DEATH_WORST, value, f"{_describe_ratio(answer, pairs)}{_describe_decided(answer, pairs)}")


def format_win_probability(pairs: DeathThenFunction, confidence: float) -> str:
    """``59 % win probability (95 % CI 51 % to 67 %)``."""
    return f"{_name_win_probability(pairs)} ({_format_win_interval(pairs, confidence)})"


def _name_win_probability(pairs: DeathThenFunction) -> str:
    return f"{format_percent(pairs.probability)} win probability"


def _format_win_interval(pairs: DeathThenFunction, confidence: float) -> str:
    return format_interval(pairs.probability_ci, confidence, number=format_percent)


def describe_pairs_briefly(answer: Progression, group: GroupProgression) -> Fact:
    """``59 % win probability``, with its interval."""
    pairs = group.pairs
    if isinstance(pairs, NotEstimable):
        return Fact(DEATH_WORST, NOT_ESTIMABLE, pairs.why)
    return Fact(DEATH_WORST, _name_win_probability(pairs), _format_win_interval(pairs, answer.confidence))


def _describe_ratio(answer: Progression, pairs: DeathThenFunction) -> str:
    if not isinstance(pairs.win_ratio, WinRatio):
        return f"no win ratio: {pairs.win_ratio.why}"
    ratio = estimate_with_interval(pairs.win_ratio.ratio, pairs.win_ratio.ci, answer.confidence)
    return f"{RULE_NAMES[pairs.rule]}, win ratio {ratio}"


def _describe_decided(answer: Progression, pairs: DeathThenFunction) -> str:
    if answer.min_cell:
        return ""
    unknown = sum(pairs.unknown)
    left = f"; {count(unknown)} alive and never measured again are in no pair" if unknown else ""
    return (
        f"; of {count(pairs.pairs)} pairs {answer.endpoint.singular} decided {count(pairs.by_death)}, "
        f"{answer.measure.short} {count(pairs.by_function)}, {count(pairs.ties)} tied{left}"
    )


def _describe_alive(answer: Progression, group: GroupProgression, names: ArmNames) -> Fact:
    visits, last = find_last_visit_of_both(group)
    brief = _describe_alive_briefly(answer, group, names)
    if visits is None or last is None:
        return brief
    when = format_visit(answer.measure, float(visits.treated.visits[last]))
    alive = _list_alive(visits, last, names)
    phase = f"{visits.phase}, " if visits.phase else ""
    detail = f"{phase}mean of those measured at {when}; then alive were {' and '.join(alive)}"
    return replace(brief, detail=detail)


def _describe_alive_briefly(answer: Progression, group: GroupProgression, names: ArmNames) -> Fact:
    """``28.3 v 26.1 points``, and how many were alive then."""
    if isinstance(group.visits, NotEstimable):
        return Fact(WHILE_ALIVE, "not shown", group.visits.why)
    visits, last = find_last_visit_of_both(group)
    if visits is None or last is None:
        return Fact(WHILE_ALIVE, NOT_ESTIMABLE, "At no visit were both arms measured.")
    means = " v ".join(format_means(answer, visits, last))
    unit = f"{FIXED}{answer.measure.unit}" if answer.measure.unit else ""
    when = format_visit(answer.measure, float(visits.treated.visits[last]))
    alive = ", ".join(_list_alive(visits, last, names))
    return Fact(WHILE_ALIVE, f"{means}{unit}", f"means at {when}; alive: {alive}")


def format_means(answer: Progression, visits: VisitsOfArms, visit: int) -> tuple[str, str]:
    """The means of both arms at a visit, treated first."""
    places = answer.measure.decimals
    treated, control = (
        format_number(float(arm.mean[visit]), places) for arm in (visits.treated, visits.control)
    )
    return treated, control


def _list_alive(visits: VisitsOfArms, visit: int, names: ArmNames) -> list[str]:
    """``IL-2 85 of 110`` for each arm."""
    return [
        f"{name} {count(_count_alive(arm, visit))} of {count(arm.participants)}"
        for name, arm in ((names.treated, visits.treated), (names.control, visits.control))
    ]


def _count_alive(arm: VisitSummary, visit: int) -> int:
    return int(arm.measured[visit] + arm.not_measured[visit])


def find_last_shared_visit(visits: VisitsOfArms) -> int | None:
    """The last visit at which both arms were measured; None where there is none."""
    both = np.flatnonzero((visits.treated.measured > 0) & (visits.control.measured > 0))
    return int(both[-1]) if both.size else None


def find_last_visit_of_both(group: GroupProgression) -> tuple[VisitsOfArms | None, int | None]:
    """The visits of a group's first phase, and the last of them at which both arms were measured."""
    if isinstance(group.visits, NotEstimable):
        return None, None
    return group.visits[0], find_last_shared_visit(group.visits[0])


def _describe_death(answer: Progression, group: GroupProgression) -> Fact:
    cox, label = group.death, name_estimands(answer)[ESTIMANDS[3]]
    if isinstance(cox, NotEstimable):
        return Fact(label, NOT_ESTIMABLE, cox.why)
    return Fact(
        label,
        f"hazard ratio {estimate_with_interval(cox.hr, cox.ci, answer.confidence)}",
        "whatever function did: see Explore",
    )


def _describe_death_briefly(answer: Progression, group: GroupProgression) -> Fact:
    cox, label = group.death, name_estimands(answer)[ESTIMANDS[3]]
    if isinstance(cox, NotEstimable):
        return Fact(label, NOT_ESTIMABLE, cox.why)
    value = f"hazard ratio {format_hazard_ratio(cox.hr, cox.ci)}"
    return Fact(label, value, format_interval(cox.ci, answer.confidence))


def list_directions(answer: Progression, group: GroupProgression) -> tuple[tuple[str, int], ...]:
    """Each estimand that can be estimated, with 1 where it favours the treated, -1 the control, 0 neither."""
    better = -1 if answer.measure.direction == "lower" else 1
    found: list[tuple[str, int]] = []
    difference, pairs, death = group.slopes.difference, group.pairs, group.death
    if isinstance(difference, Contrast) and answer.measure.direction:
        found.append((HAD_NOBODY_DIED, better * _sign(difference.estimate)))
    if isinstance(pairs, DeathThenFunction):
        found.append((DEATH_WORST, _sign(pairs.net_benefit)))
    if isinstance(death, HazardRatio):
        found.append((DEATH_ALONE, _sign(1 - death.hr)))
    return tuple(found)


def _sign(value: float) -> int:
    return int(np.sign(value))


def describe_agreement(answer: Progression, group: GroupProgression, names: ArmNames) -> str:
    """Whether the estimates point the same way; which way says nothing of how certain they are."""
    directions = list_directions(answer, group)
    to_treated = [name.lower() for name, sign in directions if sign > 0]
    to_control = [name.lower() for name, sign in directions if sign < 0]
    if to_treated and to_control:
        return (
            f"The answers disagree in direction: {format_list(to_treated)} favours {names.treated}, "
            f"{format_list(to_control)} favours {names.control}. They are different questions; none replaces "
            "another."
        )
    if len(directions) < 2:
        return "Too few of the four questions can be answered here to compare them."
    towards = names.treated if to_treated else names.control
    return (
        f"The estimates point the same way, towards {towards}; their intervals say how far to trust each."
        if to_treated or to_control
        else "None of the estimates points to either arm."
    )


def format_visit(measure: Measure, day: float) -> str:
    """``month 18``."""
    value = convert_time(day, "days", measure.visits_unit)
    decimals = 0 if abs(value - round(value)) < 1e-6 else 1
    return f"{measure.visits_unit.removesuffix('s')}{FIXED}{format_number(value, decimals)}"


def list_visit_tables(answer: Progression, group: GroupProgression, names: ArmNames) -> Iterator[Table]:
    """The twin of the picture: means and states at every visit."""
    if isinstance(group.visits, NotEstimable):
        return
    level = format_confidence_level(answer.confidence)
    header = ("Visit", "Arm", "Mean", level, "SD", "Measured", "Alive, not measured", "Dead", "Not followed")
    for visits in group.visits:
        rows = [
            row
            for k in range(visits.treated.visits.size)
            for name, arm in ((names.treated, visits.treated), (names.control, visits.control))
            for row in [_build_row(answer, name, arm, k)]
        ]
        phase = f", {visits.phase}" if visits.phase else ""
        yield Table(f"{group.label}: {answer.measure.label} by visit{phase}", header, tuple(rows))


def _build_row(answer: Progression, name: str, arm: VisitSummary, k: int) -> tuple[str, ...]:
    places = answer.measure.decimals

    def shown(value: float) -> str:
        return "–" if np.isnan(value) else format_number(float(value), places)

    ends = (float(arm.lower[k]), float(arm.upper[k]))
    interval = "–" if np.isnan(ends[0]) else format_range(ends, lambda end: format_number(end, places))
    counts = (arm.measured[k], arm.not_measured[k], arm.dead[k], arm.not_followed[k])
    return (
        format_visit(answer.measure, float(arm.visits[k])),
        name,
        shown(arm.mean[k]),
        interval,
        shown(arm.sd[k]),
        *(count(int(number)) for number in counts),
    )


def _unit_in_brackets(measure: Measure) -> str:
    return f", {measure.unit}" if measure.unit else ""


def describe_interaction(answer: Progression) -> Fact | None:
    """The difference between the groups' differences in slope, without a p-value: thresholds are dragged."""
    found = answer.interaction
    if found is None:
        return None
    label = "Difference between the groups"
    if isinstance(found, NotEstimable):
        return Fact(label, NOT_ESTIMABLE, found.why)
    return Fact(
        label,
        describe_difference_in_slope(answer, found),
        "difference in slope above minus below the threshold, not corrected for having looked",
    )
