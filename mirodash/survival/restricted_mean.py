"""Restricted mean survival: the average time free of the event within the horizon, and its difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.survival.kaplan_meier import Curves
from mirodash.survival.results import Numbers
from mirodash.survival.risk_sets import RiskSets


@dataclass(frozen=True, eq=False, slots=True)
class RestrictedMeans:
    """Per group: ``tau`` (groups,); ``estimate`` and ``se`` (groups, 2), in the time unit."""

    tau: Numbers
    estimate: Numbers
    se: Numbers


def last_follow_up(counts: RiskSets) -> Numbers:
    """Time of the last participant of each arm, (groups, 2); NaN in an empty arm."""
    if not counts.time.size:
        return np.full(counts.at_risk.shape[:2], np.nan)
    last = (counts.at_risk > 0).sum(axis=-1)
    return np.where(last > 0, counts.time[np.maximum(last, 1) - 1], np.nan)


def restricted_means(counts: RiskSets, curves: Curves, *, horizon: float) -> RestrictedMeans:
    """Area under each curve up to the horizon, with Greenwood's standard error.

    The horizon is lowered to the smaller of the arms' last follow-up: beyond it one curve is not known.
    Source: R's ``survfit`` summaries with ``rmean`` (``survival:::survmean``).
    """
    last = np.fmin(*np.moveaxis(last_follow_up(counts), -1, 0))
    tau = np.where(np.isnan(last), 0.0, np.minimum(last, horizon))
    # in shares of tau, so that the squares of very long times stay finite
    unit = np.where(tau > 0, tau, 1.0)
    edges = np.minimum(counts.time, tau[:, None]) / unit[:, None]
    end = (tau / unit)[:, None]
    first = np.concatenate((edges, end), axis=-1)[:, :1]
    width = np.diff(np.concatenate((edges, end), axis=-1), axis=-1)
    area = curves.estimate * width[:, None, :]
    to_come = np.cumsum(area[..., ::-1], axis=-1)[..., ::-1]
    estimate = first + area.sum(axis=-1)
    variance = (to_come**2 * curves.hazard_variance).sum(axis=-1)
    return RestrictedMeans(tau=tau, estimate=estimate * unit[:, None], se=np.sqrt(variance) * unit[:, None])
