"""Is the hazard ratio the same early and late? A test of whether it changes as survival falls."""

from __future__ import annotations

import numpy as np

from mirodash.survival.efron_ties import TieSums
from mirodash.survival.results import Numbers
from mirodash.survival.risk_sets import EventTimes

RELATIVE_PRECISION = 1e-10


def changing_hazard_statistics(counts: EventTimes, ties: TieSums, coef: Numbers) -> Numbers:
    """Score statistics for a hazard ratio that changes with time, on one degree of freedom.

    Time enters as 1 minus the Kaplan–Meier estimate of both arms together just before each event.
    Source: Grambsch and Therneau (1994) as the score test of R's ``cox.zph(fit, transform = "km")``,
    survival 3.0 and later.

    Parameters
    ----------
    counts : EventTimes
    ties : TieSums
        Of the same counts.
    coef : array (groups,)
        Fitted log hazard ratios, NaN where there is none.

    Returns
    -------
    array (groups,)
        NaN where there is no fit, or all the information is at one time.
    """
    if not counts.index.size:
        return np.full(coef.shape, np.nan)
    events = counts.control_events + counts.treated_events
    at_risk = counts.control_at_risk + counts.treated_at_risk
    after = np.cumprod((at_risk - events) / np.maximum(at_risk, 1), axis=-1)
    moment = np.zeros_like(after)
    moment[:, 1:] = 1 - after[:, :-1]
    total = np.maximum(events.sum(axis=-1, keepdims=True), 1)
    moment -= (moment * events).sum(axis=-1, keepdims=True) / total
    score, information = ties.by_time(np.nan_to_num(coef))
    trend = (moment * score).sum(axis=-1)
    base = information.sum(axis=-1)
    slope = (moment * information).sum(axis=-1)
    curvature = (moment**2 * information).sum(axis=-1)
    exists = np.isfinite(coef) & (base > 0)
    remaining = curvature - slope**2 / np.where(exists, base, 1)
    exists &= remaining > RELATIVE_PRECISION * curvature
    return np.where(exists, trend**2 / np.where(exists, remaining, 1), np.nan)
