"""What may be told of two arms where few participants must not be told apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.results import ArmComparison, ArmSummary, AtRiskTable, NotEstimable, SurvivalCurve
from mirodash.survival.told_counts import NOT_TOLD, told, told_counts, told_parts, told_rows

Test = TypeVar("Test")


def told_comparison(compared: ArmComparison, min_cell: int) -> ArmComparison:
    """The comparison with small counts as their limit; nothing but counts where one of an arm is small.

    From a curve, or from how wide the interval of a hazard ratio is, follows how many events an arm had; so
    neither is told where these are few. Counts that add up to a told one never leave exactly one of them to
    be worked out. With ``min_cell`` 0 it is the same object.
    """
    if not min_cell:
        return compared
    arms = compared.control, compared.treated
    if any(arm.n < min_cell for arm in arms):
        return _counts_only(compared, min_cell)
    control, treated = told_parts([arm.events for arm in arms], min_cell)
    if control < 0 or treated < 0:
        return _without_effect(
            compared,
            (_counted_arm(arms[0], arms[0].n, control), _counted_arm(arms[1], arms[1].n, treated)),
            few_events(min_cell),
            told(compared.events, min_cell),
        )
    return replace(
        compared,
        events=told(compared.events, min_cell),
        control=_told_arm(arms[0], control, min_cell),
        treated=_told_arm(arms[1], treated, min_cell),
    )


def few_events(min_cell: int) -> NotEstimable:
    """In place of a reason that would give away how few events there were."""
    return NotEstimable(f"Fewer than {min_cell} events are in an arm, so no more is told.")


def few_participants(min_cell: int) -> NotEstimable:
    """In place of everything about an arm that is too small to be told of."""
    return NotEstimable(f"Fewer than {min_cell} participants are in an arm here, so no more is told.")


def too_few(
    treated: NDArray[np.bool_], min_cell: int, *, event: NDArray[np.bool_] | None = None
) -> NotEstimable | None:
    """Why nothing is told of people by arm, (participants,) True in the treated one; None where it is.

    With ``event`` (participants,) an arm with few events is too small as well: the interval of its effect
    would tell how many.
    """
    if min(int(treated.sum()), int((~treated).sum())) < min_cell:
        return few_participants(min_cell)
    if event is not None and min(int(event[treated].sum()), int(event[~treated].sum())) < min_cell:
        return few_events(min_cell)
    return None


def nothing_of(compared: ArmComparison) -> str:
    """Why there is nothing to tell of a group but its counts, as a sentence; empty where there is."""
    if compared.n == 0:
        return "Nobody is in this group."
    if compared.control.has_curve or compared.treated.has_curve:
        return ""
    return compared.cox.why if isinstance(compared.cox, NotEstimable) else ""


def told_reason(answer: Test | NotEstimable, min_cell: int) -> Test | NotEstimable:
    """The answer; a reason why there is none may give a small number away, so another stands for it."""
    return few_events(min_cell) if min_cell and isinstance(answer, NotEstimable) else answer


def _counts_only(compared: ArmComparison, min_cell: int) -> ArmComparison:
    n, control, treated, events = _told_sizes(compared, min_cell)
    arms = tuple(
        _counted_arm(arm, number, NOT_TOLD if number == NOT_TOLD else -min_cell)
        for arm, number in ((compared.control, control), (compared.treated, treated))
    )
    return replace(_without_effect(compared, (arms[0], arms[1]), few_participants(min_cell), events), n=n)


def _without_effect(
    compared: ArmComparison, arms: tuple[ArmSummary, ArmSummary], why: NotEstimable, events: int
) -> ArmComparison:
    """Two arms of which nothing but counts is told, and why."""
    return replace(
        compared,
        events=events,
        control=arms[0],
        treated=arms[1],
        logrank=why,
        cox=why,
        ph_test=why,
        rmst_difference=why,
        survival_difference=why,
    )


def _told_sizes(compared: ArmComparison, min_cell: int) -> tuple[int, int, int, int]:
    """Participants, those in the control and the treated arm, and events.

    Nobody is there as well where there are more than may be told apart, of a choice that is not told at all.
    """
    if compared.n == 0:
        return NOT_TOLD, NOT_TOLD, NOT_TOLD, NOT_TOLD
    control, treated = told_parts((compared.control.n, compared.treated.n), min_cell)
    return told(compared.n, min_cell), control, treated, told(compared.events, min_cell)


def _counted_arm(arm: ArmSummary, number: int, events: int) -> ArmSummary:
    """An arm of which only these two counts are told."""
    nothing, nobody = np.empty(0), np.empty(0, dtype=np.int64)
    hidden = np.full(arm.at_risk.time.shape, NOT_TOLD)
    for array in (nothing, nobody, hidden):
        array.flags.writeable = False
    return ArmSummary(
        n=number,
        events=events,
        curve=SurvivalCurve(nothing, nothing, nothing, nothing, nothing, nobody, nobody, nobody),
        median=None,
        median_ci=(None, None),
        survival_at=None,
        rmst=None,
        at_risk=AtRiskTable(arm.at_risk.time, hidden, hidden, hidden),
    )


def _told_arm(arm: ArmSummary, events: int, min_cell: int) -> ArmSummary:
    at, table = arm.survival_at, arm.at_risk
    at_risk, censored, gone = told_rows((table.at_risk, table.censored, table.events), min_cell)
    return replace(
        arm,
        events=events,
        curve=_told_curve(arm.curve, min_cell),
        survival_at=None if at is None else replace(at, at_risk=told(at.at_risk, min_cell)),
        at_risk=AtRiskTable(table.time, at_risk, censored, gone),
    )


def _told_curve(curve: SurvivalCurve, min_cell: int) -> SurvivalCurve:
    """The curve as it is drawn; nobody's censoring is marked, as each mark would be one participant."""
    return replace(
        curve,
        at_risk=told_counts(curve.at_risk, min_cell),
        events=told_counts(curve.events, min_cell),
        censored=told_counts(np.zeros_like(curve.censored), min_cell),
    )
