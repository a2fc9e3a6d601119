"""Survival of the groups of a view: two arms in each, on axes that all groups share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.competing_events import express_as_incidence
from mirodash.survival.further_statistics import Choice
from mirodash.survival.results import ArmComparison
from mirodash.text.labels import name_ratio
from mirodash.text.numbers import format_span_end
from mirodash.text.ticks import convert_time
from mirodash.trial.dictionary import Endpoint


@dataclass(frozen=True, eq=False, slots=True)
class GroupSurvival:
    """One group with its two arms; ``lower`` < biomarker <= ``upper``, None is an open end."""

    label: str
    lower: float | None
    upper: float | None
    comparison: ArmComparison

    @property
    def written(self) -> ArmComparison:
        """The comparison as sentences and tables give it: incidence where another event competes."""
        return express_as_incidence(self.comparison)


@dataclass(frozen=True, eq=False, slots=True)
class SurvivalByGroup:
    """All participants first, then the groups ascending, each with its arms compared.

    ``horizon``, ``ticks`` (ticks,) and ``landmarks``, the times of the landmark table, are in the endpoint's
    unit; ``unit`` is the reader's, in which the ticks are neat. ``control`` and ``treated`` are the levels of
    the arm column. Counts below ``min_cell`` are hidden. ``further`` are statistics beyond the usual ones.
    """

    groups: tuple[GroupSurvival, ...]
    horizon: float
    ticks: NDArray[np.float64]
    endpoint: Endpoint
    control: str
    treated: str
    unit: str
    confidence: float
    min_cell: int = 0
    landmarks: tuple[float, ...] = ()
    further: tuple[Choice, ...] = ()

    @property
    def measures(self) -> tuple[str, str, str]:
        """What ratio, difference and area are called; another event changes what each of them is of."""
        ratio = name_ratio(self.endpoint)
        if self.endpoint.competing:
            return ratio, "cumulative incidence", "time lost"
        return ratio, "survival difference", "restricted mean"

    @property
    def overall(self) -> GroupSurvival:
        """All participants, with and without the biomarker."""
        return self.groups[0]


@lru_cache(maxsize=64)
def describe_ratio_span(result: SurvivalByGroup) -> str:
    """Over what time hazard ratios and tests are, where it is not the horizon; empty where it is.

    ``over all follow-up (to 640 days)`` beside a horizon of 365 days.
    """
    arms = (result.overall.comparison.control, result.overall.comparison.treated)
    ends = [float(arm.curve.time[-1]) for arm in arms if arm.has_curve]
    last = max(ends, default=0.0)
    if last <= result.horizon:
        return ""
    return f"over all follow-up (to {format_span_end(last * reader_scale(result), result.unit)})"


def at_horizon(result: SurvivalByGroup) -> str:
    """The horizon in the reader's unit: ``640 days``."""
    return format_span_end(result.horizon * reader_scale(result), result.unit)


def reader_scale(result: SurvivalByGroup) -> float:
    """What a time of the file is multiplied by to be in the reader's unit."""
    return convert_time(1.0, result.endpoint.unit, result.unit)


def name_events(result: SurvivalByGroup, number: int) -> str:
    """What so many events are called: ``death``, ``deaths``."""
    return result.endpoint.singular if number == 1 else result.endpoint.plural
