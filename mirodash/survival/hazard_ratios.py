"""The hazard ratio alone, in as many groups as are asked for: what remains when each site is left out."""

from __future__ import annotations

from numpy.typing import ArrayLike

from mirodash.survival.effect_sizes import fit_groups, hazard_ratio_of
from mirodash.survival.observations import checked_confidence, checked_members, observe
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.survival.risk_sets import at_event_times, count_risk_sets


def hazard_ratios(
    time: ArrayLike, event: ArrayLike, treated: ArrayLike, members: ArrayLike, *, confidence: float = 0.95
) -> tuple[HazardRatio | NotEstimable, ...]:
    """One hazard ratio for each group, all fitted together, as R's ``coxph`` with Efron's ties.

    Parameters
    ----------
    time, event, treated : array (participants,)
    members : array (groups, participants) of bool
        Who is in which group; groups may overlap and may be empty.
    confidence : float
        Of the Wald intervals.

    Raises
    ------
    ValueError
        When the arrays do not fit together.

    Examples
    --------
    >>> everybody, without_the_last = hazard_ratios(
    ...     [6, 13, 21, 30], [1, 1, 1, 1], [0, 1, 0, 1], [[True] * 4, [True] * 3 + [False]]
    ... )
    >>> round(everybody.hr, 2), round(without_the_last.hr, 2)
    (0.39, 1.41)
    """
    level = checked_confidence(confidence)
    observed = observe(time, event, treated)
    counts = count_risk_sets(observed, checked_members(members, observed.code.size))
    fitted = fit_groups(at_event_times(counts), counts.sizes())
    return tuple(hazard_ratio_of(fitted, k, confidence=level) for k in range(len(fitted.arms)))
