"""The Cox partial likelihood of treatment when several participants have the event at the same time.

Efron's approximation takes events at one time as if they happened one after the other, each participant
among them counting a little less from one to the next. With f = j / d for the j-th of d tied events, the
risk set is n0 - f d0 controls and n1 - f d1 treated, and with hazard ratio r the next event is in the
treated arm with probability p = r q / (1 + (r - 1) q), where q is the treated share of the risk set.
Everything needed is a sum over p: score = d1 - sum p, information = sum p (1 - p).

Source: Efron (1977); R's ``coxph(ties = "efron")``.
"""

from __future__ import annotations

from copy import copy
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln, polygamma

from mirodash.survival.results import Counts, Numbers
from mirodash.survival.risk_sets import EventTimes

LARGE = 30.0  # from here on the expansions below are exact to double precision
FEW_TERMS = 200_000


class TieSums(Protocol):
    """Sums over tied events for a batch of groups; ``beta`` is the log hazard ratio of each, (groups,)."""

    def by_time(self, beta: Numbers) -> tuple[Numbers, Numbers]:
        """Score and information at every event time, each (groups, times)."""
        ...

    def total(self, beta: Numbers) -> tuple[Numbers, Numbers]:
        """Score and information, each (groups,)."""
        ...

    def gain(self, beta: Numbers) -> Numbers:
        """Log partial likelihood at ``beta`` minus that at 0, (groups,)."""
        ...

    def rows(self, keep: NDArray[np.intp]) -> TieSums:
        """The same for some of the groups only."""
        ...


def tie_sums(counts: EventTimes) -> TieSums:
    """Choose the cheaper way of summing over ties; both give the same numbers."""
    if not counts.index.size:
        return ListedTies(counts)
    most = (counts.control_events + counts.treated_events).max(axis=0)
    terms = float(most.sum())
    if terms <= 4 * most.size or terms * counts.control_events.shape[0] <= FEW_TERMS:
        return ListedTies(counts)
    return SummedTies(counts)


class ListedTies:
    """One term for every tied event: quickest while ties are few.

    Terms are in two blocks: the first event of every time, then the second and later ones of tied times.
    """

    def __init__(self, counts: EventTimes) -> None:
        events = counts.control_events + counts.treated_events
        at_risk = counts.control_at_risk + counts.treated_at_risk
        # a group without events at a time, or with fewer than others, gets share 0: that adds to no sum
        first = np.where(events > 0, counts.treated_at_risk, 0) / np.maximum(at_risk, 1)
        more = np.maximum(events.max(axis=0, initial=0).astype(np.int64) - 1, 0)
        self._tied = np.flatnonzero(more)
        self._start = (np.cumsum(more) - more)[self._tied]
        self._events: Numbers = counts.treated_events
        self._observed: Numbers = counts.treated_events.sum(axis=-1)
        self._share: Numbers = first
        if self._tied.size:
            time = np.repeat(np.arange(more.size), more)
            place = np.arange(1, time.size + 1) - (np.cumsum(more) - more)[time]
            tied = events[:, time]
            gone = place / np.maximum(tied, 1) * counts.treated_events[:, time]
            valid = place < tied
            treated = np.where(valid, counts.treated_at_risk[:, time] - gone, 0)
            later = treated / np.where(valid, at_risk[:, time] - place, 1)
            self._share = np.concatenate((first, later), axis=-1)

    def rows(self, keep: NDArray[np.intp]) -> ListedTies:
        """The same for some of the groups only."""
        part = copy(self)
        part._share, part._events = self._share[keep], self._events[keep]
        part._observed = self._observed[keep]
        return part

    def _by_time(self, terms: Numbers) -> Numbers:
        times = self._events.shape[-1]
        sums = terms[:, :times].copy()
        if self._tied.size:
            sums[:, self._tied] += np.add.reduceat(terms[:, times:], self._start, axis=-1)
        return sums

    def chances(self, beta: Numbers) -> Numbers:
        """Probability that each tied event is in the treated arm, (groups, terms)."""
        more = np.expm1(beta)[:, None]
        return (1 + more) * self._share / (1 + more * self._share)

    def total(self, beta: Numbers) -> tuple[Numbers, Numbers]:
        """Score and information, each (groups,)."""
        p = self.chances(beta)
        return self._observed - p.sum(axis=-1), np.einsum("gk,gk->g", p, 1 - p)

    def by_time(self, beta: Numbers) -> tuple[Numbers, Numbers]:
        """Score and information at every event time, each (groups, times)."""
        p = self.chances(beta)
        return self._events - self._by_time(p), self._by_time(p * (1 - p))

    def gain(self, beta: Numbers) -> Numbers:
        """Log partial likelihood at ``beta`` minus that at 0, (groups,)."""
        logs = np.log1p(np.expm1(beta)[:, None] * self._share).sum(axis=-1)
        return beta * self._observed - logs


class SummedTies:
    """Closed form in the digamma function: the cost does not grow with the number of ties.

    With S and C the risk-weighted counts at risk and having the event, d events, and z = S d / C, the j-th
    probability is alpha / (z - j) + gamma, so only the sums of 1 / (z - j) and of its square are needed.
    """

    def __init__(self, counts: EventTimes) -> None:
        self._counts = counts
        self._events = counts.control_events + counts.treated_events
        self._any = self._events > 0
        cross = counts.treated_at_risk * counts.control_events
        self._cross = cross - counts.treated_events * counts.control_at_risk

    def rows(self, keep: NDArray[np.intp]) -> SummedTies:
        """The same for some of the groups only."""
        return SummedTies(self._counts.rows(keep))

    def _weighted(self, beta: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        ratio = np.exp(beta)[:, None]
        at_risk = self._counts.control_at_risk + ratio * self._counts.treated_at_risk
        failing = self._counts.control_events + ratio * self._counts.treated_events
        failing = np.where(self._any, failing, 1)
        return ratio, failing, np.where(self._any, at_risk * self._events / failing, 2 * LARGE)

    def by_time(self, beta: Numbers) -> tuple[Numbers, Numbers]:
        """Score and information at every event time, each (groups, times)."""
        ratio, failing, z = self._weighted(beta)
        first, second = sums_of_reciprocals(z, self._events)
        alpha = ratio * self._cross * self._events / failing**2
        gamma = ratio * self._counts.treated_events / failing
        expected = alpha * first + gamma * self._events
        squares = alpha * (alpha * second + 2 * gamma * first) + gamma**2 * self._events
        return self._counts.treated_events - expected, expected - squares

    def total(self, beta: Numbers) -> tuple[Numbers, Numbers]:
        """Score and information, each (groups,)."""
        score, information = self.by_time(beta)
        return score.sum(axis=-1), information.sum(axis=-1)

    def gain(self, beta: Numbers) -> Numbers:
        """Log partial likelihood at ``beta`` minus that at 0, (groups,)."""
        logs = self._logs(beta) - self._logs(np.zeros_like(beta))
        return beta * self._counts.treated_events.sum(axis=-1) - logs.sum(axis=-1)

    def _logs(self, beta: Numbers) -> Numbers:
        _, failing, z = self._weighted(beta)
        size = np.log(failing / np.maximum(self._events, 1))
        return self._events * size + gammaln(z + 1) - gammaln(z - self._events + 1)


def sums_of_reciprocals(z: Numbers, d: Numbers) -> tuple[Numbers, Numbers]:
    """Sums of 1 / (z - j) and of 1 / (z - j)² over j = 0 … d - 1, for z >= d.

    They are differences of the digamma and trigamma functions. Where z - d is large, their expansions
    about the midpoint (Abramowitz and Stegun 6.3.18, shifted by a half) are ten times as quick and do not
    lose digits to the subtraction.
    """
    above = z + 0.5
    below = np.maximum(z - d + 0.5, 0.5)
    first = np.log1p(d / below) + _digamma_tail(above) - _digamma_tail(below)
    second = d / (above * below) + _trigamma_tail(above) - _trigamma_tail(below)
    small: Counts = np.flatnonzero(below < LARGE)
    if small.size:
        top, low = above.flat[small] + 0.5, below.flat[small] + 0.5
        first.flat[small] = digamma(top) - digamma(low)
        second.flat[small] = polygamma(1, low) - polygamma(1, top)
    return first, second


def _digamma_tail(x: Numbers) -> Numbers:
    u = 1 / (x * x)
    return u * (1 / 24 - u * (7 / 960 - u * (31 / 8064 - u * 127 / 30720)))


def _trigamma_tail(x: Numbers) -> Numbers:
    # of 1/x - trigamma(x + 1/2), so that the sum above adds the upper and subtracts the lower end
    u = 1 / (x * x)
    return (u / x) * (1 / 12 - u * (7 / 240 - u * (31 / 1344 - u * 127 / 3840)))
