"""The effect of treatment among people alike at baseline, beside the effect before adjusting."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mirodash.analysis.covariates import Adjustment, adjustment, complete, design, stratum_codes
from mirodash.analysis.survival_by_group import survival_by_group
from mirodash.disclosure.counts import told, told_missing, told_parts, told_reason, too_few
from mirodash.stratification.groups import Group, groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.shared_results import share_result
from mirodash.stratification.validation import settled
from mirodash.survival.adjusted import AdjustedHazardRatio, adjusted_cox
from mirodash.survival.compare import stratified_effect
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class AdjustedGroup:
    """One group: its hazard ratio as on its card, and adjusted.

    ``participants`` with ``events`` were analysed; ``left_out`` lack a covariate or a stratum, counted by
    column in ``missing`` (somebody may lack several). ``same_people`` is the unadjusted hazard ratio of those
    analysed, None when nobody was left out. ``constant`` are covariates that are the same for all of them.
    """

    label: str
    participants: int
    events: int
    unadjusted: HazardRatio | NotEstimable
    same_people: HazardRatio | NotEstimable | None
    adjusted: AdjustedHazardRatio | NotEstimable
    left_out: int
    missing: tuple[tuple[str, int], ...]
    constant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AdjustedEffect:
    """All participants first, then the groups ascending, each with its effect before and after adjusting."""

    adjustment: Adjustment
    groups: tuple[AdjustedGroup, ...]
    confidence: float

    @property
    def overall(self) -> AdjustedGroup:
        """All participants."""
        return self.groups[0]


def adjusted_effect(trial: Trial, selection: Selection) -> AdjustedEffect | None:
    """Adjust the hazard ratio of every group; None when there is nothing to adjust for.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _adjusted_effect(trial, without_appearance(selection))


def without_appearance(selection: Selection) -> Selection:
    """The same people, groups and covariates, without what only changes what is shown of them."""
    return replace(selection, horizon=None, unit="", curves="", declared=None)


@memoise
@share_result
def _adjusted_effect(trial: Trial, selection: Selection) -> AdjustedEffect | None:
    found = adjustment(trial, selection)
    if not found.columns:
        return None
    shown = groups(trial, selection).shown
    before = survival_by_group(trial, selection).groups
    made = tuple(
        _in_group(trial, selection, found, group, as_shown.comparison.cox)
        for group, as_shown in zip(shown, before, strict=True)
    )
    return AdjustedEffect(found, made, settled(trial, selection).confidence)


def _in_group(
    trial: Trial, selection: Selection, found: Adjustment, group: Group, before: HazardRatio | NotEstimable
) -> AdjustedGroup:
    chosen = settled(trial, selection)
    inside, missing = complete(trial, found.columns, group.mask)
    outcome, treated = trial.outcomes[chosen.endpoint], groups(trial, selection).treated[inside]
    time, event = outcome.time[inside], outcome.event[inside]
    covariates = design(trial, found.covariates, inside)
    left_out = group.n - time.size
    adjusted = adjusted_cox(
        time,
        event,
        treated,
        covariates.matrix,
        strata=stratum_codes(trial, found.strata, inside),
        names=covariates.names,
        confidence=chosen.confidence,
    )
    alone = stratified_effect(time, event, treated, np.zeros(time.size), confidence=chosen.confidence).cox
    few = too_few(treated, trial.min_cell, event=event)
    # of a group that is told, as many follow as are not left out
    participants, without = told_parts((time.size, left_out), trial.min_cell if left_out else 0)
    return AdjustedGroup(
        label=group.label,
        participants=told(participants, trial.min_cell),
        events=told(int(event.sum()), trial.min_cell),
        unadjusted=before,
        same_people=few or alone if left_out else None,
        adjusted=few or _told_ratio(adjusted, trial.min_cell),
        left_out=without,
        missing=told_missing(missing, trial.min_cell),
        constant=covariates.constant,
    )


def _told_ratio(
    ratio: AdjustedHazardRatio | NotEstimable, min_cell: int
) -> AdjustedHazardRatio | NotEstimable:
    if isinstance(ratio, NotEstimable):
        return told_reason(ratio, min_cell)
    people, events = told(ratio.participants, min_cell), told(ratio.events, min_cell)
    return replace(ratio, participants=people, events=events)
