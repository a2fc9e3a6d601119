"""Small-count suppression: which counts and comparisons may be shown under ``min_cell``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.results import (
    ArmComparison,
    ArmSummary,
    AtRiskTable,
    Counts,
    NotEstimable,
    SurvivalCurve,
)

Missing = tuple[tuple[str, int], ...]
"""How many participants lack each column, or are left out for each reason."""

SUPPRESSED = -(2**31)
"""In place of a count that is large enough by itself but would give a small one away by subtraction."""


def suppress_small(number: int, min_cell: int) -> int:
    """The count, or ``-min_cell`` where it is below ``min_cell``; what is hidden already stays so.

    Zero is below every limit: that nobody in an arm died, or that everybody did, is known of each of
    them. With ``min_cell`` 0 every count is told.

    >>> (suppress_small(12, 10), suppress_small(7, 10), suppress_small(0, 10), suppress_small(0, 0),
    ...  suppress_small(-10, 10))
    (12, -10, -10, 0, -10)
    """
    return -min_cell if 0 <= number < min_cell else number


def suppress_small_counts(numbers: Counts, min_cell: int) -> Counts:
    """Many counts as `suppress_small` has each, as a read-only array of the same shape."""
    if not min_cell:
        return numbers
    made = np.where((numbers >= 0) & (numbers < min_cell), -min_cell, numbers)
    made.flags.writeable = False
    return made


def suppress_complementary(parts: Sequence[int], min_cell: int) -> tuple[int, ...]:
    """Parts of a total that is told: where one alone is small, the next smallest is `SUPPRESSED`.

    >>> suppress_complementary((4, 50, 60), 10)
    (-10, -2147483648, 60)
    >>> suppress_complementary((4, 5, 60), 10), suppress_complementary((4, 5, 60), 0)
    ((-10, -10, 60), (4, 5, 60))
    """
    made = [suppress_small(number, min_cell) for number in parts]
    hidden = sum(number < 0 for number in made)
    if hidden == 1 and len(made) > 1:
        smallest = min((k for k, number in enumerate(made) if number >= 0), key=lambda k: made[k])
        made[smallest] = SUPPRESSED
    return tuple(made)


def suppress_excluded(number: int, min_cell: int) -> int:
    """As `suppress_small`, except that nobody's being left out is told: there is nobody of whom it says
    anything.

    >>> suppress_excluded(0, 10), suppress_excluded(3, 10)
    (0, -10)
    """
    return suppress_small(number, min_cell) if number else 0


def suppress_missing(missing: Missing, min_cell: int) -> Missing:
    """How many lack what, each as `suppress_excluded`."""
    return tuple((column, suppress_excluded(number, min_cell)) for column, number in missing)


def suppress_rows(rows: Sequence[Counts], min_cell: int) -> tuple[Counts, ...]:
    """Rows of counts (columns,) that add up to a told total in every column, each column as
    `suppress_complementary`.
    """
    if not min_cell:
        return tuple(rows)
    columns = [suppress_complementary(column, min_cell) for column in np.stack(rows).T.tolist()]
    made = np.array(columns, dtype=np.int64).reshape(-1, len(rows)).T
    made.flags.writeable = False
    return tuple(made)


def total_of(*parts: int) -> int:
    """The sum of counts; not told where a part is not.

    >>> total_of(20, 22), total_of(20, -10)
    (42, -2147483648)
    """
    return sum(parts) if all(part >= 0 for part in parts) else SUPPRESSED


Test = TypeVar("Test")


def suppress_comparison(compared: ArmComparison, min_cell: int) -> ArmComparison:
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
    control, treated = suppress_complementary([arm.events for arm in arms], min_cell)
    if control < 0 or treated < 0:
        return _without_effect(
            compared,
            (_count_arm(arms[0], arms[0].n, control), _count_arm(arms[1], arms[1].n, treated)),
            few_events(min_cell),
            suppress_small(compared.events, min_cell),
        )
    return replace(
        compared,
        events=suppress_small(compared.events, min_cell),
        control=_suppress_arm(arms[0], control, min_cell),
        treated=_suppress_arm(arms[1], treated, min_cell),
    )


def few_events(min_cell: int) -> NotEstimable:
    """In place of a reason that would give away how few events there were."""
    return NotEstimable(f"Fewer than {min_cell} events are in an arm, so no more is shown.")


def few_participants(min_cell: int) -> NotEstimable:
    """In place of everything about an arm that is too small to be told of."""
    return NotEstimable(f"Fewer than {min_cell} participants are in an arm here, so no more is shown.")


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


def explain_suppression(compared: ArmComparison) -> str:
    """Why there is nothing to tell of a group but its counts, as a sentence; empty where there is."""
    if compared.n == 0:
        return "No participants are in this group."
    if compared.control.has_curve or compared.treated.has_curve:
        return ""
    return compared.cox.why if isinstance(compared.cox, NotEstimable) else ""


def suppress_reason(answer: Test | NotEstimable, min_cell: int) -> Test | NotEstimable:
    """The answer; a reason why there is none may give a small number away, so another stands for it."""
    return few_events(min_cell) if min_cell and isinstance(answer, NotEstimable) else answer


def _counts_only(compared: ArmComparison, min_cell: int) -> ArmComparison:
    n, control, treated, events = _suppress_sizes(compared, min_cell)
    arms = tuple(
        _count_arm(arm, number, SUPPRESSED if number == SUPPRESSED else -min_cell)
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
        **withhold_statistics(compared, why),
    )


COUNTS = ("n", "events", "control", "treated")
"""What a comparison holds beside its statistics."""


def withhold_statistics(compared: ArmComparison, why: NotEstimable) -> dict[str, Any]:
    """Every statistic that a comparison holds, by its field, with the reason in its place.

    Whatever is no count is one, so that a statistic that is added later is withheld without being named.
    """
    names = {item.name for item in fields(compared)} - {*COUNTS, "further"}
    return {**dict.fromkeys(names, why), "further": dict.fromkeys(compared.further, why)}


def _suppress_sizes(compared: ArmComparison, min_cell: int) -> tuple[int, int, int, int]:
    """Participants, those in the control and the treated arm, and events.

    Nobody is there as well where there are more than may be told apart, of a choice that is not told at all.
    """
    if compared.n == 0:
        return SUPPRESSED, SUPPRESSED, SUPPRESSED, SUPPRESSED
    control, treated = suppress_complementary((compared.control.n, compared.treated.n), min_cell)
    return suppress_small(compared.n, min_cell), control, treated, suppress_small(compared.events, min_cell)


def _count_arm(arm: ArmSummary, number: int, events: int) -> ArmSummary:
    """An arm of which only these two counts are told."""
    nothing, nobody = np.empty(0), np.empty(0, dtype=np.int64)
    hidden = np.full(arm.at_risk.time.shape, SUPPRESSED)
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


def _suppress_arm(arm: ArmSummary, events: int, min_cell: int) -> ArmSummary:
    at, table = arm.survival_at, arm.at_risk
    at_risk, censored, gone = suppress_rows((table.at_risk, table.censored, table.events), min_cell)
    return replace(
        arm,
        events=events,
        curve=_suppress_curve(arm.curve, min_cell),
        survival_at=None if at is None else replace(at, at_risk=suppress_small(at.at_risk, min_cell)),
        at_risk=AtRiskTable(table.time, at_risk, censored, gone),
    )


def _suppress_curve(curve: SurvivalCurve, min_cell: int) -> SurvivalCurve:
    """The curve as it is drawn; nobody's censoring is marked, as each mark would be one participant."""
    return replace(
        curve,
        at_risk=suppress_small_counts(curve.at_risk, min_cell),
        events=suppress_small_counts(curve.events, min_cell),
        censored=suppress_small_counts(np.zeros_like(curve.censored), min_cell),
    )
