"""How long people in one group would live on either arm, if both arms had the same baseline."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mirodash.analysis.covariates import Adjustment, adjustment, complete, design, stratum_codes
from mirodash.disclosure.counts import told_left_out, told_missing, too_few
from mirodash.disclosure.curve_values import rounded_times
from mirodash.stratification.groups import groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import ADJUSTED, Selection
from mirodash.stratification.shared_results import share_result
from mirodash.stratification.validation import asked_endpoint, settled
from mirodash.survival.adjusted import StandardisedSurvival
from mirodash.survival.results import NotEstimable
from mirodash.survival.standardised_survival import standardised_curves
from mirodash.trial.trial import Trial

NOTHING_CHOSEN = "nothing is chosen to adjust for, and this trial names no strata."


@dataclass(frozen=True, slots=True)
class StandardisedGroup:
    """One group standardised to the covariates and strata of all its participants.

    ``left_out`` participants lack one of them, counted by column in ``missing``.
    """

    adjustment: Adjustment
    curves: StandardisedSurvival | NotEstimable
    left_out: int
    missing: tuple[tuple[str, int], ...]


def standardised_survival(trial: Trial, selection: Selection, place: int) -> StandardisedGroup | None:
    """Standardise all participants (place 0) or one of the groups, ascending; None unless it was asked for.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    if selection.curves != ADJUSTED:
        return None
    same = replace(selection, unit="", declared=None)
    # all participants stay the same wherever the thresholds are
    return _standardised(trial, same if place else replace(same, thresholds=()), place)


@memoise
@share_result
def _standardised(trial: Trial, selection: Selection, place: int) -> StandardisedGroup | None:
    chosen = settled(trial, selection)
    people = groups(trial, selection)
    if place >= len(people.shown):
        return None
    group, found = people.shown[place], adjustment(trial, selection)
    if not found.columns:
        return StandardisedGroup(found, NotEstimable(NOTHING_CHOSEN), 0, ())
    inside, missing = complete(trial, found.columns, group.mask)
    outcome = trial.outcomes[chosen.endpoint]
    _, horizon = asked_endpoint(trial, selection)
    covariates = design(trial, found.covariates, inside)
    time = outcome.time[inside]
    if trial.min_cell:
        time = rounded_times(time, outcome.event[inside], people.treated[inside], min_cell=trial.min_cell)
    curves = standardised_curves(
        time,
        outcome.event[inside],
        people.treated[inside],
        covariates.matrix,
        horizon=horizon,
        strata=stratum_codes(trial, found.strata, inside),
        names=covariates.names,
        confidence=chosen.confidence,
    )
    left_out = told_left_out(group.n - int(inside.sum()), trial.min_cell)
    few = too_few(people.treated[inside], trial.min_cell, event=outcome.event[inside])
    return StandardisedGroup(found, few or curves, left_out, told_missing(missing, trial.min_cell))
