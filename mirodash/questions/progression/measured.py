"""One repeated measurement of a view: slopes, pairs of participants, means by visit, in every group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.counts import suppress_small
from mirodash.longitudinal.death_then_function import (
    RULES,
    Courses,
    DeathThenFunction,
    Rule,
    compare_death_then_function,
    gather_courses,
)
from mirodash.longitudinal.mixed_model import Contrast
from mirodash.longitudinal.person_sums import PersonSums, sum_by_person
from mirodash.longitudinal.slopes import Lines, Slowing, fit_lines
from mirodash.longitudinal.visits import VisitSummary, assign_visits, summarise_visits
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.groups import Group, assign_groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Mask, Selection
from mirodash.stratification.validation import resolve, resolve_endpoint
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.text.ticks import DAYS, convert_time
from mirodash.trial.dictionary import Endpoint, Measure
from mirodash.trial.repeated_measurements import Series
from mirodash.trial.trial import Trial

IN_CYCLES = "It is measured at peak and trough of a cycle, so that a line over time would mix the two."
NO_DIRECTION = (
    "The dictionary does not say whether higher or lower values are better: "
    "say it with 'direction' under [measurements] in the dictionary."
)
NO_VISITS = "No visits are planned in the dictionary, and days are scattered."
SMALL_COUNTS = "Counts at visits are not shown where small counts are protected."
TOO_FEW = "Too few participants to be shown."


@dataclass(frozen=True, eq=False, slots=True)
class VisitsOfArms:
    """Means and states at the visits of one phase (empty where there is none), by arm."""

    phase: str
    control: VisitSummary
    treated: VisitSummary


@dataclass(frozen=True, eq=False, slots=True)
class ArmSlopes:
    """Slopes of both arms and what differs between them, in the measurement's unit per unit of time."""

    control: Contrast | NotEstimable
    treated: Contrast | NotEstimable
    difference: Contrast | NotEstimable
    slowing: Slowing | NotEstimable


@dataclass(frozen=True, eq=False, slots=True)
class GroupProgression:
    """One group: if no participant had died, death as the worst outcome, while alive, and death alone.

    ``place`` is the group's number in ``Progression.lines``, -1 for all participants, who have a fit of their
    own. ``participants`` are those in the control and in the treated arm.
    """

    label: str
    lower: float | None
    upper: float | None
    place: int
    participants: tuple[int, int]
    slopes: ArmSlopes
    pairs: DeathThenFunction | NotEstimable
    visits: tuple[VisitsOfArms, ...] | NotEstimable
    courses: Courses | NotEstimable
    death: HazardRatio | NotEstimable


@dataclass(frozen=True, eq=False, slots=True)
class Progression:
    """A repeated measurement of all participants and of the groups, ascending.

    Attributes
    ----------
    measure : Measure
    per : str
        The unit of time of slopes: months or years.
    endpoint : Endpoint
        Whose event is the death that is allowed for.
    horizon : float
        In days.
    overall_lines, lines : Lines or NotEstimable
        One mixed model of all participants, and one of all groups.
    interaction : Contrast or NotEstimable or None
        Difference in slope above minus below a single threshold; None without one.
    rule : Rule
        By which pairs of participants are compared.
    estimand : str
        Which of the four questions the reader marked as their primary one; empty where none was.
    """

    measure: Measure
    per: str
    endpoint: Endpoint
    horizon: float
    groups: tuple[GroupProgression, ...]
    overall_lines: Lines | NotEstimable
    lines: Lines | NotEstimable
    interaction: Contrast | NotEstimable | None
    confidence: float
    min_cell: int
    rule: Rule
    estimand: str = ""

    @property
    def overall(self) -> GroupProgression:
        """All participants."""
        return self.groups[0]

    def lines_of(self, group: GroupProgression) -> tuple[Lines | NotEstimable, int]:
        """The model in which a group has its lines, and the cell of its control arm there."""
        return (self.overall_lines, 0) if group.place < 0 else (self.lines, 2 * group.place)


def progression(trial: Trial, selection: Selection) -> Progression | None:
    """The measurement that was chosen, or the trial's first; None for a trial without any.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    if not trial.series:
        return None
    # which question is the reader's own changes no number
    found = _progression(trial, replace(selection, estimand=""))
    return replace(found, estimand=selection.estimand) if selection.estimand else found


@memoise
def _progression(trial: Trial, selection: Selection) -> Progression:
    chosen = resolve(trial, selection)
    measure = _find_measure(trial, chosen.measure)
    endpoint, horizon = resolve_endpoint(trial, selection)
    people = assign_groups(trial, selection)
    found = _measured(trial, measure.key, endpoint.key, endpoint.unit, _per(chosen.unit))
    days = convert_time(horizon, endpoint.unit, "days")
    groups, rule = len(people.groups), _rule(chosen)
    everybody = replace(selection, thresholds=(), strata=(), curves="", declared=None)
    overall_lines = _overall_lines(trial, replace(everybody, rule=""))
    codes = np.where(people.everyone, people.codes, -1)
    lines = _fit(found, codes, people.treated, groups, chosen.confidence, near=overall_lines)
    survival = survival_by_group(trial, selection)
    made = [_overall(trial, everybody, days)]
    for place, group in enumerate(people.groups):
        death = survival.groups[place + 1].comparison.cox
        made.append(
            _describe_group(
                trial,
                found,
                group,
                people.treated,
                lines,
                place=place,
                death=death,
                horizon=days,
                confidence=chosen.confidence,
                rule=rule,
            )
        )
    return Progression(
        measure=measure,
        per=_per(chosen.unit),
        endpoint=endpoint,
        horizon=days,
        groups=tuple(made),
        overall_lines=overall_lines,
        lines=lines if groups else overall_lines,
        interaction=_compare_groups(trial, lines, made) if groups == 2 else None,
        confidence=chosen.confidence,
        min_cell=trial.min_cell,
        rule=rule,
    )


@memoise
def _overall(trial: Trial, selection: Selection, horizon: float) -> GroupProgression:
    """All participants: the same wherever the thresholds are."""
    chosen = resolve(trial, selection)
    endpoint, _ = resolve_endpoint(trial, selection)
    people = assign_groups(trial, selection)
    found = _measured(trial, chosen.measure, endpoint.key, endpoint.unit, _per(chosen.unit))
    death = survival_by_group(trial, selection).overall.comparison.cox
    lines = _overall_lines(trial, replace(selection, rule=""))
    return _describe_group(
        trial,
        found,
        people.shown[0],
        people.treated,
        lines,
        place=-1,
        death=death,
        horizon=horizon,
        confidence=chosen.confidence,
        rule=_rule(chosen),
    )


@memoise
def _overall_lines(trial: Trial, selection: Selection) -> Lines | NotEstimable:
    chosen = resolve(trial, selection)
    endpoint, _ = resolve_endpoint(trial, selection)
    people = assign_groups(trial, selection)
    found = _measured(trial, chosen.measure, endpoint.key, endpoint.unit, _per(chosen.unit))
    return _fit(found, np.where(people.everyone, 0, -1), people.treated, 1, chosen.confidence)


def _find_measure(trial: Trial, key: str) -> Measure:
    return next(measure for measure in trial.dictionary.measurements if measure.key == key)


def _rule(chosen: Selection) -> Rule:
    return next(rule for rule in RULES if rule == chosen.rule)


def _per(unit: str) -> str:
    return "years" if unit == "years" else "months"


@dataclass(frozen=True, eq=False, slots=True)
class _Measured:
    """What does not depend on who is chosen: sums, values at visits, changes since baseline."""

    series: Series
    measure: Measure
    sums: PersonSums | NotEstimable
    at_visits: tuple[tuple[str, NDArray[np.float64], NDArray[np.float64]], ...]
    courses_of: tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]] | NotEstimable
    days: NDArray[np.float64]
    died: Mask


@lru_cache(maxsize=16)
def _measured(trial: Trial, key: str, endpoint: str, unit: str, per: str) -> _Measured:
    series, measure = trial.series[key], _find_measure(trial, key)
    outcome = trial.outcomes[endpoint]
    usable = outcome.usable
    days = np.where(usable, outcome.time, 0.0) * DAYS[unit]
    sums: PersonSums | NotEstimable = NotEstimable(IN_CYCLES)
    if not series.phases:
        sums = sum_by_person(series.person, series.day / DAYS[per], series.value, trial.participants)
    return _Measured(
        series=series,
        measure=measure,
        sums=sums,
        at_visits=_place_at_visits(series, measure, trial.participants),
        courses_of=_list_changes(series, measure, trial.participants),
        days=days,
        died=outcome.event & usable,
    )


def sums_of(trial: Trial, key: str, unit: str) -> PersonSums | NotEstimable:
    """Sums of a measurement over each participant's values, with time as slopes are shown in.

    Parameters
    ----------
    key : str
        Of the measurement.
    unit : str
        The reader's unit of time.
    """
    endpoint = trial.dictionary.endpoints[0]
    return _measured(trial, key, endpoint.key, endpoint.unit, _per(unit)).sums


def _place_at_visits(
    series: Series, measure: Measure, participants: int
) -> tuple[tuple[str, NDArray[np.float64], NDArray[np.float64]], ...]:
    """Phase, days of its visits, and values (participants, visits): the one nearest to the planned day."""
    planned = np.array([convert_time(visit, measure.visits_unit, "days") for visit in measure.visits])
    if not planned.size:
        return ()
    made: list[tuple[str, NDArray[np.float64], NDArray[np.float64]]] = []
    for number, phase in enumerate(series.phases or ("",)):
        # a baseline belongs to every phase
        mine = series.scheduled & ((series.phase == number) | (series.phase < 0) if series.phases else True)
        person, day, value = series.person[mine], series.day[mine], series.value[mine]
        visit = assign_visits(day, planned)
        away = np.abs(day - planned[visit])
        order = np.lexsort((-away, visit, person))
        values = np.full((participants, planned.size), np.nan)
        values[person[order], visit[order]] = value[order]
        kept = ~np.isnan(values).all(axis=0)
        made.append((phase, planned[kept], values[:, kept]))
    return tuple(made)


def values_at_visits(
    trial: Trial, key: str
) -> tuple[tuple[str, NDArray[np.float64], NDArray[np.float64]], ...]:
    """Of each phase of a measurement its name, the days of its visits, and values (participants, visits)."""
    endpoint = trial.dictionary.endpoints[0]
    return _measured(trial, key, endpoint.key, endpoint.unit, "months").at_visits


def _list_changes(
    series: Series, measure: Measure, participants: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]] | NotEstimable:
    """Person, day and change since baseline of every later value; more is better."""
    if series.phases:
        return NotEstimable(IN_CYCLES)
    if not measure.direction:
        return NotEstimable(NO_DIRECTION)
    baseline = np.full(participants, np.nan)
    before = series.day <= 0
    baseline[series.person[before]] = series.value[before]
    change = series.value - baseline[series.person]
    sign = 1.0 if measure.direction == "higher" else -1.0
    after = ~before & ~np.isnan(change)
    return series.person[after].astype(np.int64), series.day[after], sign * change[after]


def _fit(
    found: _Measured,
    group: NDArray[np.int64],
    treated: Mask,
    groups: int,
    confidence: float,
    *,
    near: Lines | NotEstimable | None = None,
) -> Lines | NotEstimable:
    if isinstance(found.sums, NotEstimable):
        return found.sums
    known = near if isinstance(near, Lines) else None
    return fit_lines(found.sums, group, treated, groups=max(groups, 1), confidence=confidence, near=known)


def _describe_group(
    trial: Trial,
    found: _Measured,
    group: Group,
    treated: Mask,
    lines: Lines | NotEstimable,
    *,
    place: int,
    death: HazardRatio | NotEstimable,
    horizon: float,
    confidence: float,
    rule: Rule,
) -> GroupProgression:
    inside = group.mask
    sizes = int((inside & ~treated).sum()), int((inside & treated).sum())
    few = _is_too_few(trial.min_cell, found, inside, treated, horizon)
    courses = NotEstimable(TOO_FEW) if few else _gather(found, inside, treated, horizon)
    return GroupProgression(
        label=group.label,
        lower=group.lower,
        upper=group.upper,
        place=place,
        participants=(suppress_small(sizes[0], trial.min_cell), suppress_small(sizes[1], trial.min_cell)),
        slopes=_too_few_slopes() if few else _compare_slopes(lines, max(place, 0)),
        pairs=courses
        if isinstance(courses, NotEstimable)
        else compare_death_then_function(courses, rule=rule, confidence=confidence),
        visits=_summarise(found, inside, treated, confidence, trial.min_cell),
        courses=NotEstimable(SMALL_COUNTS) if trial.min_cell else courses,
        death=death,
    )


def _is_too_few(min_cell: int, found: _Measured, inside: Mask, treated: Mask, horizon: float) -> bool:
    """Whether an arm, those measured in it, those who died or those who live are fewer than may be shown."""
    if not min_cell:
        return False
    measured = np.zeros(inside.size, dtype=np.bool_)
    measured[found.series.person] = True
    dead = found.died & (found.days <= horizon)
    for arm in (inside & treated, inside & ~treated):
        parts = (arm, arm & measured, arm & dead, arm & ~dead)
        lacking = int((arm & ~measured).sum())
        if min(int(part.sum()) for part in parts) < min_cell or 0 < lacking < min_cell:
            return True
    return False


def _too_few_slopes() -> ArmSlopes:
    none = NotEstimable(TOO_FEW)
    return ArmSlopes(none, none, none, none)


def _compare_slopes(lines: Lines | NotEstimable, place: int) -> ArmSlopes:
    if isinstance(lines, NotEstimable):
        return ArmSlopes(lines, lines, lines, lines)
    control, treated = 2 * place, 2 * place + 1
    return ArmSlopes(
        control=lines.slope(control),
        treated=lines.slope(treated),
        difference=lines.slope_difference(treated, control),
        slowing=lines.slowing(treated, control),
    )


def _compare_groups(
    trial: Trial, lines: Lines | NotEstimable, groups: list[GroupProgression]
) -> Contrast | NotEstimable:
    if isinstance(lines, NotEstimable):
        return lines
    shown = [group.slopes.difference for group in groups[1:]]
    if trial.min_cell and any(isinstance(difference, NotEstimable) for difference in shown):
        return NotEstimable(TOO_FEW)
    return lines.interaction((3, 2), (1, 0))


def _gather(found: _Measured, inside: Mask, treated: Mask, horizon: float) -> Courses | NotEstimable:
    if isinstance(found.courses_of, NotEstimable):
        return found.courses_of
    if not inside.any():
        return NotEstimable("No participants are in this group.")
    person, day, change = found.courses_of
    mine = inside[person]
    number = np.cumsum(inside) - 1
    return gather_courses(
        found.days[inside],
        found.died[inside],
        treated[inside],
        person=number[person[mine]],
        measured_at=day[mine],
        change=change[mine],
        horizon=horizon,
    )


def _summarise(
    found: _Measured, inside: Mask, treated: Mask, confidence: float, min_cell: int
) -> tuple[VisitsOfArms, ...] | NotEstimable:
    if not found.at_visits:
        return NotEstimable(NO_VISITS)
    if min_cell:
        return NotEstimable(SMALL_COUNTS)

    def summarise(values: NDArray[np.float64], visits: NDArray[np.float64], chosen: Mask) -> VisitSummary:
        return summarise_visits(values, found.days, found.died, chosen, visits=visits, confidence=confidence)

    return tuple(
        VisitsOfArms(
            phase, summarise(values, visits, inside & ~treated), summarise(values, visits, inside & treated)
        )
        for phase, visits, values in found.at_visits
    )
