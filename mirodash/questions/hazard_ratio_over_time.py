"""Hazard ratio over time: proportional hazards in every group, in numbers and sentences."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.counts import few_events
from mirodash.questions.statistics.hazards import describe_chi_square
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import resolve_outcome
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.results import ArmComparison, HazardRatio, NotEstimable, Numbers
from mirodash.survival.schoenfeld import (
    EVENTS_FOR_A_CURVE,
    ScaledSchoenfeldResiduals,
    SmoothedEffect,
    scaled_schoenfeld_residuals,
)
from mirodash.text.facts import Explanation, Table
from mirodash.text.labels import ArmNames, capitalise, format_list, lower_first, name_ratio
from mirodash.text.methods import Constancy, describe_proportional_hazards
from mirodash.text.numbers import (
    count,
    estimate_with_interval,
    format_confidence_level,
    format_duration,
    format_hazard_ratio,
)
from mirodash.text.ticks import convert_time, tick_times
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.trial import Trial


@dataclass(frozen=True, eq=False, slots=True)
class GroupOverTime:
    """One group: the hazard ratio and the test of its constancy, and what each event says at its time."""

    label: str
    comparison: ArmComparison
    residuals: ScaledSchoenfeldResiduals | NotEstimable


@dataclass(frozen=True, eq=False, slots=True)
class HazardRatioOverTime:
    """All participants first, then the groups ascending.

    ``last`` is when the last event came, 0 without a hazard ratio of all participants; then no group has one.
    ``ticks`` (ticks,) are neat in ``unit``, the reader's. Both are in the endpoint's unit, as all times are.
    Where counts below ``min_cell`` are hidden there are no residuals but curves alone, and ``last`` is where
    that of all participants ends.
    """

    groups: tuple[GroupOverTime, ...]
    endpoint: Endpoint
    unit: str
    confidence: float
    last: float
    ticks: NDArray[np.float64]
    min_cell: int = 0


@memoise
def hazard_ratio_over_time(trial: Trial, selection: Selection) -> HazardRatioOverTime:
    """Residuals over the whole follow-up, beyond the horizon too, as the hazard ratio rests on all of it.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    compared = survival_by_group(trial, selection)
    people, outcome = assign_groups(trial, selection), resolve_outcome(trial, selection)
    made = tuple(
        GroupOverTime(
            group.label,
            group.comparison,
            _suppress_curve(
                scaled_schoenfeld_residuals(
                    outcome.time[members.mask],
                    outcome.event[members.mask],
                    people.treated[members.mask],
                    entry=outcome.entry_of(members.mask),
                    confidence=compared.confidence,
                ),
                group.comparison,
                trial.min_cell,
            ),
        )
        for members, group in zip(people.shown, compared.groups, strict=True)
    )
    overall = made[0].residuals
    last = _last(overall, compared.horizon)
    ticks = np.zeros(0)
    if last > 0:
        # the last event is at no neat time, so that tick is left out
        ticks = tick_times(last, compared.endpoint.unit, compared.unit)[:-1]
    ticks.flags.writeable = False
    return HazardRatioOverTime(
        made, compared.endpoint, compared.unit, compared.confidence, last, ticks, trial.min_cell
    )


def _suppress_curve(
    found: ScaledSchoenfeldResiduals | NotEstimable, compared: ArmComparison, min_cell: int
) -> ScaledSchoenfeldResiduals | NotEstimable:
    """The curve alone, unless an arm is too small to be told of, or has too few events."""
    if not min_cell:
        return found
    if min(compared.control.events, compared.treated.events) < 0:
        return compared.cox if isinstance(compared.cox, NotEstimable) else few_events(min_cell)
    return found if isinstance(found, NotEstimable) else _without_events(found, min_cell)


def _without_events(found: ScaledSchoenfeldResiduals, min_cell: int) -> ScaledSchoenfeldResiduals:
    """No event by itself, and the curve from where enough have come to where enough are still to come.

    Its points stand apart evenly: had they kept their places, these would tell the first and the last event.
    """
    smooth, times = found.smooth, found.time
    if smooth is not None and times.size >= 2 * min_cell and times[-min_cell] > times[min_cell - 1]:
        at = np.linspace(times[min_cell - 1], times[-min_cell], smooth.time.size)
        lines = (smooth.estimate, smooth.standard_error, smooth.lower, smooth.upper)
        smooth = SmoothedEffect(read_only(at), *(_read_off(at, smooth.time, line) for line in lines))
    else:
        smooth = None
    nothing = read_only(np.empty(0))
    nobody = np.empty(0, dtype=np.bool_)
    nobody.flags.writeable = False
    return replace(found, time=nothing, fallen=nothing, residual=nothing, treated=nobody, smooth=smooth)


def _read_off(at: Numbers, time: Numbers, line: Numbers) -> Numbers:
    return read_only(np.interp(at, time, line))


def _last(overall: ScaledSchoenfeldResiduals | NotEstimable, horizon: float) -> float:
    """Where the axis of time ends; where no single event is told, at the end of the curve or the horizon."""
    if isinstance(overall, NotEstimable):
        return 0.0
    if overall.time.size:
        return float(overall.time[-1])
    return float(overall.smooth.time[-1]) if overall.smooth else horizon


_MEANING: dict[Constancy, str] = {
    "doubtful": "the {ratio} seems to change, though by chance one test in twenty says so; read the "
    "restricted mean and the survival difference instead",
    "plausible": "no change was found, though one may have been missed",
    "unclear": f"fewer than {EVENTS_FOR_A_CURVE} events are too few to find a change",
}
_TOLD_OF = 5
"""Times at which the table gives the curve, evenly along its points."""


def describe_effect_over_time(result: HazardRatioOverTime, names: ArmNames) -> Explanation:
    """Which groups have a hazard ratio that may stand for all times; the curve as a table."""
    marks = (
        f"Each mark is the scaled residual of one {result.endpoint.singular}, not a {names.ratio}: a circle "
        f"on {names.treated}, a diamond on {names.control}. "
        if not result.min_cell
        else ""
    )
    return Explanation(
        title=f"Is the {names.ratio} the same early and late?",
        subtitle=f"{marks}Line: smoothed {names.ratio} with pointwise "
        f"{format_confidence_level(result.confidence)}. "
        f"Dotted: one {names.ratio} for all times. Below 1 favours {names.treated}.",
        sentence=_write_sentence(result),
        tables=(_describe_tests(result), *_describe_curves(result)),
    )


def _write_sentence(result: HazardRatioOverTime) -> str:
    ratio = name_ratio(result.endpoint)
    told = [f"If the {ratio} is the same early and late, the curve stays level."]
    for word, meaning in _MEANING.items():
        found = [group for group in result.groups if describe_proportional_hazards(group.comparison) == word]
        if found:
            told.append(
                f"Proportional hazards are {word} for {_list_groups(found)}: {meaning.format(ratio=ratio)}."
            )
    without = [group for group in result.groups if not describe_proportional_hazards(group.comparison)]
    if without:
        told.append(f"There is no test for {_list_groups(without)}.")
    return " ".join(told)


def _list_groups(groups: list[GroupOverTime]) -> str:
    return format_list([lower_first(group.label) + _describe_course(group) for group in groups])


def _describe_course(group: GroupOverTime) -> str:
    """From where to where the curve goes, where constancy is doubtful."""
    if describe_proportional_hazards(group.comparison) != "doubtful":
        return ""
    if isinstance(group.residuals, NotEstimable) or group.residuals.smooth is None:
        return ""
    first, *_, last = (
        format_hazard_ratio(_describe_ratio(beta)) for beta in group.residuals.smooth.estimate.tolist()
    )
    return f" (from {first} early to {last} late)"


def _describe_tests(result: HazardRatioOverTime) -> Table:
    ratio = name_ratio(result.endpoint)
    rows = tuple(
        (
            group.label,
            count(group.comparison.events),
            _describe_fit(group.comparison.cox, result.confidence),
            describe_chi_square(group.comparison.ph_test),
            _describe_verdict(group, ratio),
        )
        for group in result.groups
    )
    header = ("Group", "Events", capitalise(ratio), "Test of change over time", "Proportional hazards")
    return Table(f"Tests of a constant {ratio}", header, rows)


def _describe_verdict(group: GroupOverTime, ratio: str) -> str:
    word = describe_proportional_hazards(group.comparison)
    return f"{word}: {_MEANING[word].format(ratio=ratio)}" if word else "not tested"


def _describe_fit(cox: HazardRatio | NotEstimable, confidence: float) -> str:
    if isinstance(cox, NotEstimable):
        return "not estimable"
    return estimate_with_interval(cox.hr, cox.ci, confidence)


def _describe_curves(result: HazardRatioOverTime) -> tuple[Table, ...]:
    """The curves at a few times; no table where no group has enough events for a curve."""
    rows: list[tuple[str, ...]] = []
    for group in result.groups:
        if isinstance(group.residuals, ScaledSchoenfeldResiduals) and group.residuals.smooth is not None:
            rows += [(group.label, *row) for row in _describe_curve(result, group.residuals.smooth)]
    if not rows:
        return ()
    name = f"Smoothed {name_ratio(result.endpoint)}"
    header = ("Group", "Time", name)
    return (Table(f"{name} over time", header, tuple(rows)),)


def _describe_curve(result: HazardRatioOverTime, smooth: SmoothedEffect) -> list[tuple[str, str]]:
    points = len(smooth.time)
    return [
        (in_readers_unit(result, float(smooth.time[i])), smoothed_ratio(result, smooth, i))
        for i in (k * (points - 1) // (_TOLD_OF - 1) for k in range(_TOLD_OF))
    ]


def smoothed_ratio(result: HazardRatioOverTime, smooth: SmoothedEffect, point: int) -> str:
    """The curve at one of its points, with the band there."""
    low, middle, high = (
        _describe_ratio(float(line[point])) for line in (smooth.lower, smooth.estimate, smooth.upper)
    )
    return estimate_with_interval(middle, (low, high), result.confidence)


def _describe_ratio(log: float) -> float:
    """No hazard ratio is written beyond a hundredfold, so that larger ones need only stay finite."""
    return math.exp(min(max(log, -50.0), 50.0))


def in_readers_unit(result: HazardRatioOverTime, time: float) -> str:
    """A time of the endpoint as the reader sees it: ``123 days``."""
    return format_duration(convert_time(time, result.endpoint.unit, result.unit), result.unit)
