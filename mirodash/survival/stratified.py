"""Treated versus control with like compared with like: only participants of the same stratum meet."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mirodash.survival.effect_sizes import fit_groups, hazard_ratio_of, logrank_of
from mirodash.survival.observations import Observations, checked_confidence, observe
from mirodash.survival.results import Counts, LogRank, NotEstimable, StratifiedEffect
from mirodash.survival.risk_sets import EventTimes

ACROSS_STRATA = (
    "In no stratum did an event come while both arms were at risk there: the arms cannot be compared "
    "within strata."
)


def stratified_effect(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    stratum: ArrayLike,
    *,
    confidence: float = 0.95,
) -> StratifiedEffect:
    """Stratified log-rank test and stratified Cox model with Efron's ties.

    Every stratum has its own baseline hazard, the hazard ratio is common to all. Equal to R's
    ``survdiff(Surv(time, event) ~ treated + strata(stratum))`` and ``coxph`` with the same formula.

    Parameters
    ----------
    time : array (participants,)
        Follow-up from the time origin, finite and at least 0.
    event : array (participants,)
        1 or True where the event came.
    treated : array (participants,)
        1 or True in the treated arm.
    stratum : array (participants,)
        Anything that can be sorted; equal values are one stratum.
    confidence : float
        Level of the interval.

    Returns
    -------
    StratifiedEffect
        ``strata`` counts the strata with participants in both arms.

    Raises
    ------
    ValueError
        When lengths differ, a time is negative or missing, or ``event`` or ``treated`` is not 0/1.

    Examples
    --------
    >>> effect = stratified_effect(
    ...     [6, 13, 21, 30, 37, 38, 49, 50], [1, 1, 1, 1, 0, 1, 0, 1], [0, 1, 0, 0, 1, 1, 0, 1],
    ...     ["UK", "UK", "UK", "UK", "FR", "FR", "FR", "FR"],
    ... )
    >>> effect.strata
    2
    """
    level = checked_confidence(confidence)
    observed = observe(time, event, treated)
    code = _strata_codes(stratum, observed.code.size)
    strata = int(code.max(initial=0)) + 1
    sizes = np.bincount(2 * code + observed.treated, minlength=2 * strata).reshape(strata, 2)
    fitted = fit_groups(count_within_strata(observed, code), sizes.sum(axis=0, keepdims=True))
    logrank = logrank_of(fitted, 0)
    cox = hazard_ratio_of(fitted, 0, confidence=level)
    arms = fitted.arms[0]
    shared = arms.shared_control_events + arms.shared_treated_events
    if not isinstance(logrank, LogRank) and arms.control and arms.treated and arms.events and not shared:
        logrank = cox = NotEstimable(ACROSS_STRATA)
    return StratifiedEffect(logrank=logrank, cox=cox, strata=int((sizes > 0).all(axis=1).sum()))


def _strata_codes(stratum: ArrayLike, size: int) -> Counts:
    labels = np.asarray(stratum)
    if labels.shape != (size,):
        raise ValueError(
            f"There are {size} times but stratum has shape {labels.shape}; it must be ({size},)."
        )
    if labels.dtype.kind == "f" and np.isnan(labels).any():
        raise ValueError(f"{int(np.isnan(labels).sum())} of {size} participants have no stratum.")
    return np.unique(labels, return_inverse=True)[1].astype(np.int64, copy=False)


def count_within_strata(observed: Observations, code: Counts) -> EventTimes:
    """Risk sets of every stratum one after the other on one axis, as a single group (1, strata × times).

    Only pairs of stratum and time that occur are listed, so many small strata cost no more than few.

    Parameters
    ----------
    observed : Observations
    code : array (participants,)
        Stratum of each participant, from 0.
    """
    times = max(observed.distinct.size, 1)
    pair, place = np.unique(code * times + observed.code, return_inverse=True)
    cell = (observed.treated * 2 + observed.event) * pair.size + place
    counts = np.bincount(cell, minlength=4 * pair.size).reshape(2, 2, pair.size).astype(np.float64)
    leaving = counts.sum(axis=1)
    so_far = np.concatenate((np.zeros((2, 1)), np.cumsum(leaving, axis=-1)), axis=-1)
    end_of_stratum = (pair // times).searchsorted(pair // times, side="right")
    at_risk = so_far[:, end_of_stratum] - so_far[:, :-1]
    events = counts[:, 1]
    keep = np.flatnonzero(events.any(axis=0))
    return EventTimes(
        control_events=events[None, 0, keep],
        treated_events=events[None, 1, keep],
        control_at_risk=at_risk[None, 0, keep],
        treated_at_risk=at_risk[None, 1, keep],
        index=keep,
    )
