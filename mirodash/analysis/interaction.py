"""Whether the treatment effect differs between the groups that the thresholds make."""

from __future__ import annotations

from functools import lru_cache

from mirodash.analysis.told_survival import told_reason
from mirodash.stratification.groups import groups
from mirodash.stratification.selection import Selection
from mirodash.stratification.settling import settled
from mirodash.survival.results import InteractionTest, NotEstimable, RatioOfHazardRatios
from mirodash.survival.threshold_interaction import threshold_interaction
from mirodash.trial.trial import Trial


@lru_cache(maxsize=256)
def interaction(trial: Trial, selection: Selection) -> RatioOfHazardRatios | InteractionTest | NotEstimable:
    """Treatment × group: a ratio of hazard ratios for two groups, a test for more.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = settled(trial, selection)
    if not chosen.biomarker:
        return NotEstimable("This trial has no biomarker by which the effect could differ.")
    if not chosen.thresholds:
        return NotEstimable("No threshold is set, so there are no groups to compare.")
    people = groups(trial, selection)
    inside = people.everyone
    outcome = trial.outcomes[chosen.endpoint]
    found = threshold_interaction(
        outcome.time[inside],
        outcome.event[inside],
        people.treated[inside],
        people.codes[inside],
        confidence=chosen.confidence,
        groups=len(people.groups),
    )
    return told_reason(found, trial.min_cell)
