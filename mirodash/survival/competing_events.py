"""Competing events: the share that has had the event when another one can come first (Aalen–Johansen)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from mirodash.survival.data import rank_times, validate_confidence, validate_indicator, validate_times
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.results import (
    ArmComparison,
    ArmSummary,
    Counts,
    Difference,
    Numbers,
    SurvivalAt,
    SurvivalCurve,
    compute_z_quantile,
)

ROUNDING = 1e-13
"""Of a share or its variance: less than one participant among a million makes."""


@dataclass(frozen=True, eq=False, slots=True)
class CumulativeIncidence:
    """Aalen–Johansen estimate of one list of participants, as R's ``survfit`` of a factor of events.

    Arrays are (times,), at the distinct times at which somebody leaves, ascending. ``estimate`` is the share
    that has had the event by then, ``event_free`` the share that has had neither; the rest has had the
    competing event. ``standard_error`` is the infinitesimal jackknife's, of ``estimate``; ``lower`` and
    ``upper`` are the log–log interval, NaN where the estimate is 0 or 1. ``time_lost`` is the area under
    ``estimate`` up to a time, with its standard error.
    """

    time: Numbers
    estimate: Numbers
    standard_error: Numbers
    lower: Numbers
    upper: Numbers
    event_free: Numbers
    at_risk: Counts
    events: Counts
    competing: Counts
    censored: Counts
    sums: _Influence

    def time_lost(self, until: float) -> tuple[float, float]:
        """Mean time lost to the event up to a time, and its standard error, in the unit of the times."""
        return self.sums.integrate(until)


@dataclass(frozen=True, eq=False, slots=True)
class _Influence:
    """How much everybody moves the estimate, from what the infinitesimal jackknife's variance follows.

    While somebody is at risk, from the entry e on, their influence at t is ``b(t) - b(e) - g(e) (f(t) -
    f(e))``; after they have left it is ``c + q f(t)``. Arrays ``f``, ``g``, ``b`` are (times + 1,), beginning
    before the first of the times.

    Parameters
    ----------
    code, first : array (participants,)
        At which of the times each leaves, and from which on each is at risk.
    c, q : array (participants,)
    """

    time: Numbers
    f: Numbers
    g: Numbers
    b: Numbers
    code: Counts
    first: Counts
    c: Numbers
    q: Numbers

    def variance(self) -> Numbers:
        """Of the estimate at every time, (times,)."""
        f, b = self.f[1:], self.b[1:]
        times = f.size
        gone = [_sum_until(self.code, values, times) for values in (self.c**2, self.c * self.q, self.q**2)]
        at_entry = self.g[self.first]
        offset = self.b[self.first] - at_entry * self.f[self.first]
        here = [
            _sum_until(self.first, values, times) - _sum_until(self.code, values, times)
            for values in (
                np.ones(self.code.size),
                at_entry,
                offset,
                at_entry**2,
                at_entry * offset,
                offset**2,
            )
        ]
        n, g, o, gg, go, oo = here
        at_risk = n * b**2 + gg * f**2 + oo - 2 * g * b * f - 2 * o * b + 2 * go * f
        return np.maximum(gone[0] + 2 * gone[1] * f + gone[2] * f**2 + at_risk, 0)

    def integrate(self, until: float) -> tuple[float, float]:
        """The area under the estimate up to a time, and its standard error."""
        edges = np.concatenate(([0.0], np.minimum(self.time, until), [until]))
        width = np.maximum(np.diff(edges), 0)
        area_f, area_b = (np.concatenate(([0.0], np.cumsum(values * width))) for values in (self.f, self.b))
        # areas begin at place k of the edges, where the k-th of the times lies
        leave = edges[self.code + 1]
        enter = np.where(self.first > 0, edges[self.first], 0.0)
        g, f, b = self.g[self.first], self.f[self.first], self.b[self.first]
        while_here = (
            area_b[self.code + 1]
            - area_b[self.first]
            - g * (area_f[self.code + 1] - area_f[self.first])
            - (b - g * f) * (leave - enter)
        )
        after = self.c * (until - leave) + self.q * (area_f[-1] - area_f[self.code + 1])
        error = float(np.sqrt(((while_here + after) ** 2).sum()))
        return float(area_f[-1]), error if error > until * ROUNDING**0.5 else 0.0


def _sum_until(place: Counts, values: Numbers, times: int) -> Numbers:
    """Sum the values of those whose place is at or before each of the times, (times,)."""
    sums = np.bincount(place, weights=values, minlength=times)[:times]
    return np.cumsum(sums.astype(np.float64))


def estimate_cumulative_incidence(
    time: ArrayLike,
    event: ArrayLike,
    competing: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    confidence: float = 0.95,
) -> CumulativeIncidence:
    """Share that has had the event, when the competing one can come first.

    Censoring the competing event and taking one minus Kaplan–Meier would tell how many had the event if the
    other did not exist, which is more than ever have it.

    Parameters
    ----------
    time : array (participants,)
        Follow-up from the time origin, finite and at least 0.
    event, competing : array (participants,)
        1 or True where the event, or the competing event, ended it.
    entry : array (participants,), optional
        When each came under observation, where some did after the origin.
    confidence : float
        Level of the log–log interval.

    Raises
    ------
    ValueError
        When the arrays do not fit together, or somebody has both events.

    Source: Aalen and Johansen (1978); variance by the infinitesimal jackknife (Therneau, *Methods and
    formulae* of R's survival); ``survfit(Surv(time, factor(status)) ~ 1, conf.type = "log-log")``.

    Examples
    --------
    >>> found = estimate_cumulative_incidence([1, 2, 3, 4], [1, 0, 1, 0], [0, 1, 0, 0])
    >>> found.estimate, found.event_free
    (array([0.25, 0.25, 0.5 , 0.5 ]), array([0.75, 0.5 , 0.25, 0.25]))
    """
    level = validate_confidence(confidence)
    times = validate_times(time)
    own, other = (
        validate_indicator(values, name, times.size)
        for values, name in ((event, "event"), (competing, "competing"))
    )
    if (own & other).any():
        raise ValueError(f"{int((own & other).sum())} participants have the event and the competing one.")
    distinct, code, first = rank_times(times, entry)
    start = np.zeros_like(code) if first is None else first
    size = distinct.size
    events, competed, leaving, entering = (
        np.bincount(place, minlength=size) for place in (code[own == 1], code[other == 1], code, start)
    )
    at_risk = np.cumsum(entering) - np.concatenate(([0], np.cumsum(leaving)[:-1]))
    y = np.maximum(at_risk, 1).astype(np.float64)
    hazard, any_hazard = events / y, (events + competed) / y
    free = np.cumprod(1 - any_hazard)
    before = np.concatenate(([1.0], free[:-1])) if size else free
    estimate = np.cumsum(before * hazard)
    staying = np.where(any_hazard < 1, 1 - any_hazard, 1.0)
    growth = np.cumsum(np.where(any_hazard < 1, any_hazard / (y * staying), 0.0))
    growth_before = np.concatenate(([0.0], growth[:-1])) if size else growth
    pull = np.cumsum(before * hazard * (growth_before - 1 / y))
    f, g, b = (np.concatenate(([0.0], values)) for values in (estimate, growth, pull))
    # what everybody moves while at risk, and at the time of leaving the jump of those who had an event
    at_leaving = b[code + 1] - b[start] - g[start] * (f[code + 1] - f[start]) + own * before[code] / y[code]
    q = g[code + 1] - g[start] - (own + other) / (y[code] * staying[code])
    q = np.where(free[code] > 0, q, 0.0)
    sums = _Influence(distinct, f, g, b, code=code, first=start, c=at_leaving - q * f[code + 1], q=q)
    variance = sums.variance()
    # what is left of the sums where nobody moves the estimate is rounding
    error = np.sqrt(np.where(variance > ROUNDING, variance, 0.0))
    kept = np.flatnonzero(leaving)
    lower, upper = _log_log(estimate, error, level)
    return CumulativeIncidence(
        time=read_only(distinct[kept]),
        estimate=read_only(estimate[kept]),
        standard_error=read_only(error[kept]),
        lower=read_only(lower[kept]),
        upper=read_only(upper[kept]),
        event_free=read_only(free[kept]),
        at_risk=read_only(at_risk[kept]),
        events=read_only(events[kept]),
        competing=read_only(competed[kept]),
        censored=read_only((leaving - events - competed)[kept]),
        sums=sums,
    )


def _log_log(share: Numbers, error: Numbers, confidence: float) -> tuple[Numbers, Numbers]:
    inside = (share > ROUNDING) & (share < 1 - ROUNDING)
    log = np.log(np.where(inside, share, 0.5))
    reach = compute_z_quantile(confidence) * error / (np.where(inside, share, 0.5) * log)
    with np.errstate(over="ignore"):  # beyond every number the end is 0
        lower, upper = (np.exp(log * np.exp(sign * reach)) for sign in (-1, 1))
    return np.where(inside, lower, np.nan), np.where(inside, upper, np.nan)


def describe_without_event(incidence: CumulativeIncidence) -> SurvivalCurve:
    """The share that has not had the event, over time."""
    return SurvivalCurve(
        time=incidence.time,
        estimate=read_only(1 - incidence.estimate),
        lower=read_only(1 - incidence.upper),
        upper=read_only(1 - incidence.lower),
        standard_error=incidence.standard_error,
        at_risk=incidence.at_risk,
        events=incidence.events,
        censored=incidence.censored,
        competing=incidence.competing,
        event_free=incidence.event_free,
    )


def express_as_incidence(found: ArmComparison) -> ArmComparison:
    """A comparison as it is written where another event competes: what has happened, not what has not.

    Survival at the horizon becomes the cumulative incidence, restricted means the time lost to the event, and
    differences change their sign; curves stay. Without a competing event nothing changes.
    """
    if found.control.curve.event_free is None and found.treated.curve.event_free is None:
        return found
    apart, means = found.survival_difference, found.rmst_difference
    return replace(
        found,
        control=_express_arm(found.control),
        treated=_express_arm(found.treated),
        survival_difference=turn_difference(apart) if isinstance(apart, Difference) else apart,
        rmst_difference=turn_difference(means) if isinstance(means, Difference) else means,
    )


def _express_arm(arm: ArmSummary) -> ArmSummary:
    mean = arm.rmst
    if mean is not None:
        mean = replace(mean, estimate=mean.tau - mean.estimate)
    return replace(arm, survival_at=express_share_as_incidence(arm.survival_at), rmst=mean)


def express_share_as_incidence(at: SurvivalAt | None) -> SurvivalAt | None:
    """The cumulative incidence at a time, of the share that has not had the event by then."""
    if at is None or at.estimate is None:
        return at
    ends = (None if at.upper is None else 1 - at.upper, None if at.lower is None else 1 - at.lower)
    return replace(at, estimate=1 - at.estimate, lower=ends[0], upper=ends[1])


def turn_difference(apart: Difference) -> Difference:
    """A difference between shares without the event as one between cumulative incidences."""
    return replace(apart, estimate=-apart.estimate, ci=(-apart.ci[1], -apart.ci[0]))
