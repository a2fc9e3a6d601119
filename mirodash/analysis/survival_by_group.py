"""How long people in each arm live, for everybody and in each group that the thresholds make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirodash.analysis.time_units import tick_times
from mirodash.disclosure.counts import told_comparison
from mirodash.disclosure.curve_values import compare_arms_rounded
from mirodash.stratification.groups import groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import asked_endpoint, settled
from mirodash.survival.results import ArmComparison
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.trial import Trial


@dataclass(frozen=True, eq=False, slots=True)
class GroupSurvival:
    """One group with its two arms; ``lower`` < biomarker <= ``upper``, None is an open end."""

    label: str
    lower: float | None
    upper: float | None
    comparison: ArmComparison


@dataclass(frozen=True, eq=False, slots=True)
class SurvivalByGroup:
    """All participants first, then the groups ascending, each with its arms compared.

    ``horizon`` and ``ticks`` (ticks,) are in the endpoint's unit; ``unit`` is the reader's, in which the
    ticks are neat. ``control`` and ``treated`` are the levels of the arm column. Counts below ``min_cell``
    are hidden.
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

    @property
    def overall(self) -> GroupSurvival:
        """All participants, with and without the biomarker."""
        return self.groups[0]


@memoise
def survival_by_group(trial: Trial, selection: Selection) -> SurvivalByGroup:
    """Compare the arms of a selection, among all its participants and in each group.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = settled(trial, selection)
    endpoint, horizon = asked_endpoint(trial, selection)
    ticks = tick_times(horizon, endpoint.unit, chosen.unit)
    ticks.flags.writeable = False
    sorted_people = groups(trial, selection)
    shown = sorted_people.shown
    # people who are not selected may have no time at all, so they stay outside the statistics
    inside = sorted_people.everyone
    outcome = trial.outcomes[endpoint.key]
    comparisons = compare_arms_rounded(
        outcome.time[inside],
        outcome.event[inside],
        sorted_people.treated[inside],
        np.stack([group.mask[inside] for group in shown]),
        horizon=horizon,
        ticks=ticks,
        confidence=chosen.confidence,
        min_cell=trial.min_cell,
    )
    made = tuple(
        GroupSurvival(group.label, group.lower, group.upper, told_comparison(comparison, trial.min_cell))
        for group, comparison in zip(shown, comparisons, strict=True)
    )
    return SurvivalByGroup(
        made,
        horizon,
        ticks,
        endpoint,
        chosen.control,
        chosen.treated,
        chosen.unit,
        chosen.confidence,
        trial.min_cell,
    )
