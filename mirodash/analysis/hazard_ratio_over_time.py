"""Whether the hazard ratio is the same early and late, among everybody and in each group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mirodash.analysis.survival_by_group import survival_by_group
from mirodash.analysis.time_units import tick_times
from mirodash.analysis.told_survival import few_events
from mirodash.stratification.groups import groups
from mirodash.stratification.selection import Selection
from mirodash.survival.results import ArmComparison, NotEstimable
from mirodash.survival.schoenfeld import scaled_schoenfeld_residuals
from mirodash.survival.schoenfeld_results import ScaledSchoenfeldResiduals
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.trial import Trial

FEWEST_POINTS = 3
"""Of a curve that is still one."""


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
    No single event is shown where counts below ``min_cell`` are hidden.
    """

    groups: tuple[GroupOverTime, ...]
    endpoint: Endpoint
    unit: str
    confidence: float
    last: float
    ticks: NDArray[np.float64]
    min_cell: int = 0


@lru_cache(maxsize=32)
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
    last = 0.0 if isinstance(overall, NotEstimable) else float(overall.time[-1])
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
    """The residuals, unless an arm is too small to be told of, or has too few events."""
    if not min_cell or min(compared.control.events, compared.treated.events) >= 0:
        return _without_the_last(found, min_cell)
    return compared.cox if isinstance(compared.cox, NotEstimable) else few_events(min_cell)


def _without_the_last(
    found: ScaledSchoenfeldResiduals | NotEstimable, min_cell: int
) -> ScaledSchoenfeldResiduals | NotEstimable:
    """The same up to where so many events are still to come: the last one is a single participant's."""
    if not min_cell or isinstance(found, NotEstimable):
        return found
    kept = slice(0, max(found.time.size - min_cell, 1))
    smooth = found.smooth
    if smooth is not None:
        seen = smooth.time <= found.time[kept][-1]
        smooth = replace(
            smooth,
            time=smooth.time[seen],
            estimate=smooth.estimate[seen],
            standard_error=smooth.standard_error[seen],
            lower=smooth.lower[seen],
            upper=smooth.upper[seen],
        )
        smooth = smooth if smooth.time.size >= FEWEST_POINTS else None
    return replace(
        found,
        time=found.time[kept],
        fallen=found.fallen[kept],
        residual=found.residual[kept],
        treated=found.treated[kept],
        smooth=smooth,
    )
