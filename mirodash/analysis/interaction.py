"""Whether the treatment effect differs between the groups that the thresholds make."""

from __future__ import annotations

from mirodash.disclosure.counts import few_events, told_reason, too_few
from mirodash.stratification.groups import groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import settled
from mirodash.survival.interactions import threshold_interaction
from mirodash.survival.results import InteractionTest, NotEstimable, RatioOfHazardRatios
from mirodash.trial.trial import Trial


@memoise
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
    if trial.min_cell and isinstance(found, RatioOfHazardRatios) and _is_of_few(trial, chosen):
        return few_events(trial.min_cell)
    return told_reason(found, trial.min_cell)


def _is_of_few(trial: Trial, chosen: Selection) -> bool:
    """Whether an arm of a group has few events: from the intervals of the ratio would follow how few."""
    people, event = groups(trial, chosen), trial.outcomes[chosen.endpoint].event
    return any(
        too_few(people.treated[group.mask], trial.min_cell, event=event[group.mask])
        for group in people.groups
    )
