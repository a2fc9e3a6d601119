"""Whether the hazard ratio is the same early and late, among everybody and in each group."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mirodash.analysis.survival_by_group import survival_by_group
from mirodash.analysis.time_units import tick_times
from mirodash.disclosure.counts import few_events
from mirodash.stratification.groups import groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.results import ArmComparison, NotEstimable, Numbers
from mirodash.survival.schoenfeld import (
    ScaledSchoenfeldResiduals,
    SmoothedEffect,
    scaled_schoenfeld_residuals,
)
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
    people, outcome = groups(trial, selection), trial.outcomes[compared.endpoint.key]
    made = tuple(
        GroupOverTime(
            group.label,
            group.comparison,
            _told(
                scaled_schoenfeld_residuals(
                    outcome.time[members.mask],
                    outcome.event[members.mask],
                    people.treated[members.mask],
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


def _told(
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
