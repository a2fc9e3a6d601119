"""What treatment changes in absolute terms in every group, and how many would have to be treated for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mirodash.analysis.survival_by_group import GroupSurvival, survival_by_group
from mirodash.stratification.selection import Selection
from mirodash.survival.results import Difference, Interval, NotEstimable
from mirodash.trial.trial import Trial

LARGEST_DIFFERENCE = 1.0


@dataclass(frozen=True, slots=True)
class NumberNeeded:
    """How many to treat for one participant more (``benefit``) or fewer (``harm``) free of the event.

    ``ci`` is ascending; none of the numbers is below 1, nor rounded.
    """

    estimate: float
    ci: Interval
    direction: Literal["benefit", "harm"]


@dataclass(frozen=True, eq=False, slots=True)
class AbsoluteEffect:
    """Of one group; ``risk_difference`` is the risk of the event by the horizon, treated minus control.

    ``number_needed`` is None where the interval of the difference includes no difference, or where there
    is no interval: a number to treat whose interval runs through infinity tells nobody anything.
    """

    group: GroupSurvival
    risk_difference: Difference | NotEstimable
    number_needed: NumberNeeded | None
    mean_difference: Difference | NotEstimable


def absolute_effects(trial: Trial, selection: Selection) -> tuple[AbsoluteEffect, ...]:
    """All participants first, then the groups ascending.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return tuple(_of(group) for group in survival_by_group(trial, selection).groups)


def number_needed(difference: Difference) -> NumberNeeded | None:
    """How many to treat, from survival treated minus control; None where the interval includes 0.

    References
    ----------
    Altman DG. Confidence intervals for the number needed to treat. BMJ 1998;317:1309-1312.

    Examples
    --------
    >>> number_needed(Difference(640.0, 0.25, 0.05, (0.125, 0.5)))
    NumberNeeded(estimate=4.0, ci=(2.0, 8.0), direction='benefit')
    >>> number_needed(Difference(640.0, 0.07, 0.07, (-0.05, 0.2))) is None
    True
    """
    low, high = difference.ci
    if low <= 0 <= high:
        return None
    nearest, furthest = sorted((abs(low), abs(high)))
    # Wald's interval of a difference of two shares may run past 1
    ends = (1 / min(furthest, LARGEST_DIFFERENCE), 1 / min(nearest, LARGEST_DIFFERENCE))
    estimate = 1 / min(abs(difference.estimate), LARGEST_DIFFERENCE)
    return NumberNeeded(estimate, ends, "benefit" if low > 0 else "harm")


def _of(group: GroupSurvival) -> AbsoluteEffect:
    compared = group.comparison
    survival = compared.survival_difference
    if isinstance(survival, NotEstimable):
        return AbsoluteEffect(group, survival, None, compared.rmst_difference)
    risk = Difference(
        survival.time,
        -survival.estimate,
        survival.se,
        (-survival.ci[1], -survival.ci[0]),
        survival.capped,
    )
    return AbsoluteEffect(group, risk, number_needed(survival), compared.rmst_difference)
