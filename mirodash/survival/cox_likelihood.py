"""Partial likelihood of a Cox model with covariates, its sums over risk sets, and Newton's iterations."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dposv

from mirodash.budget import check_budget
from mirodash.survival.results import Counts, Numbers


@dataclass(frozen=True, eq=False, slots=True)
class EventTimeIndex:
    """Where every participant stands among the event times of all strata.

    Parameters
    ----------
    tied : array (slots,)
        How many have the event at each (stratum, event time), strata one after the other.
    bounds : array (strata with events + 1,)
        First slot of each stratum, and one past the last slot of all.
    last : array (participants,)
        Last slot at which the participant is at risk; -1 for none.
    event : array (participants,) of bool
    first : array (participants,) or None
        First slot at which the participant is at risk, above ``last`` where there is none; None where
        everybody is at risk from the origin on.
    """

    tied: Counts
    bounds: Counts
    last: Counts
    event: NDArray[np.bool_]
    first: Counts | None = None


def index_events(
    code: Counts, event: NDArray[np.bool_], stratum: Counts | None, first: Counts | None = None
) -> EventTimeIndex:
    """Number the event times of every stratum and find the last one each participant lived to see.

    Parameters
    ----------
    code : array (participants,)
        Rank of the follow-up among the distinct times.
    event : array (participants,) of bool
    stratum : array (participants,) or None
        Integer codes from 0.
    first : array (participants,) or None
        Rank of the first of the distinct times at which each is at risk.
    """
    span = int(code.max(initial=0)) + 1
    key = code if stratum is None else stratum * span + code
    happened = np.bincount(key[event], minlength=int(key.max(initial=0)) + 1)
    slot = np.flatnonzero(happened)
    tied, last = happened[slot], np.cumsum(happened > 0)[key] - 1
    entering = (
        None if first is None else slot.searchsorted(first if stratum is None else stratum * span + first)
    )
    if stratum is None:
        return EventTimeIndex(tied, np.array([0, slot.size]), last, event, entering)
    owner = slot // span
    elsewhere = (last < 0) | (owner[np.maximum(last, 0)] != stratum)
    bounds = np.concatenate(([0], np.flatnonzero(np.diff(owner)) + 1, [slot.size]))
    return EventTimeIndex(tied, bounds, np.where(elsewhere, -1, last), event, entering)


def reverse_cumsum_by_stratum(values: NDArray[np.float64 | np.int64], bounds: Counts) -> Numbers:
    """Sum backwards along the last axis, starting anew in every stratum."""
    answer = np.empty(values.shape)
    for begin, end in pairwise(bounds.tolist()):
        answer[..., begin:end] = np.cumsum(values[..., begin:end][..., ::-1], axis=-1)[..., ::-1]
    return answer


class RiskSums(Protocol):
    """Sums over units: participants, or cells of participants who share their covariates.

    Values are laid out (k, units): arithmetic along participants is quickest when they lie side by side.
    """

    participants: Numbers
    """How many participants a unit stands for, (units,)"""
    events: Numbers
    """How many of them have the event, (units,)"""

    def at_risk(self, values: Numbers) -> Numbers:
        """Sum values (k, units) over those at risk at every event time: (k, slots)."""
        ...

    def failing(self, values: Numbers) -> Numbers:
        """Sum values (k, units) over those having the event then: (k, slots)."""
        ...

    def while_at_risk(self, amounts: Numbers) -> Numbers:
        """Sum amounts (slots,) over the event times a unit was at risk at: (units,)."""
        ...

    def when_failing(self, amounts: Numbers) -> Numbers:
        """Sum amounts (slots,) over the event times at which a unit had the event: (units,)."""
        ...


class IndividualSums:
    """Every participant is a unit: for covariates that differ from one participant to the next."""

    def __init__(self, slots: EventTimeIndex) -> None:
        last, bounds = slots.last, slots.bounds
        self.participants: Numbers = np.ones(last.size)
        self.events: Numbers = slots.event.astype(np.float64)
        self._last = last
        self._size = slots.tied.size
        self._bounds = bounds.tolist()
        # from the longest followed to the shortest, so that those at risk come first, stratum by stratum
        self._order: Counts = np.argsort(-last, kind="stable")
        leaving = np.bincount(last + 1, minlength=self._size + 1)[1:]
        staying = np.concatenate((np.cumsum(leaving[::-1])[::-1], [0]))  # at least until each slot
        before = staying[bounds[1:]]  # of the strata that come first in that order
        self._begins = before.tolist()
        self._ends = staying[bounds[:-1]].tolist()
        self._latest: Counts = staying[:-1] - 1 - np.repeat(before, np.diff(bounds))
        self._late = None if slots.first is None else _LateEntries(slots)
        self._failed = self._order[slots.event[self._order]][::-1]
        self._failed_at = last[self._failed]
        self._first_failed: Counts = np.cumsum(slots.tied) - slots.tied

    def at_risk(self, values: Numbers) -> Numbers:
        """Sum values over those at risk at every event time."""
        answer = self._followed(values)
        return answer if self._late is None else answer - self._late.absent(values)

    def _followed(self, values: Numbers) -> Numbers:
        """Sum values over those who leave at every event time or later, entered or not."""
        ordered = values.take(self._order, axis=1)
        if len(self._begins) == 1:
            return ordered.cumsum(axis=1).take(self._latest, axis=1)
        answer = np.empty((len(values), self._size))
        slots = pairwise(self._bounds)
        for (begin, end), first, last in zip(slots, self._begins, self._ends, strict=True):
            until = ordered[:, first:last].cumsum(axis=1)
            answer[:, begin:end] = until.take(self._latest[begin:end], axis=1)
        return answer

    def failing(self, values: Numbers) -> Numbers:
        """Sum values over those having the event at every event time."""
        return np.add.reduceat(values.take(self._failed, axis=1), self._first_failed, axis=1)

    def while_at_risk(self, amounts: Numbers) -> Numbers:
        """Sum amounts over the event times each participant was at risk at."""
        so_far = np.zeros(self._size + 1)  # the last entry stays 0, for those at risk at no event time
        for begin, end in pairwise(self._bounds):
            amounts[begin:end].cumsum(out=so_far[begin:end])
        found = so_far.take(self._last)
        return found if self._late is None else found - self._late.missed(so_far)

    def when_failing(self, amounts: Numbers) -> Numbers:
        """Amount at the event time of each participant who had the event."""
        answer = np.zeros(self.participants.size)
        answer[self._failed] = amounts.take(self._failed_at)
        return answer


class _LateEntries:
    """Who has not yet entered at the event times up to their last one."""

    def __init__(self, slots: EventTimeIndex) -> None:
        entering = np.full_like(slots.last, -1) if slots.first is None else slots.first
        owner = np.repeat(np.arange(slots.bounds.size - 1), np.diff(slots.bounds))
        begin = slots.bounds[owner[np.maximum(slots.last, 0)]] if owner.size else slots.last
        # absent from the first event time of the stratum up to the last before entering, or before leaving
        until = np.minimum(entering - 1, slots.last)
        self._who = np.flatnonzero((slots.last >= 0) & (until >= begin))
        self._until: Counts = until[self._who]
        self._bounds: Counts = slots.bounds
        self._participants = slots.last.size
        order = np.argsort(self._until, kind="stable")
        self._who, self._until = self._who[order], self._until[order]
        self._from: Counts = self._until.searchsorted(np.arange(slots.tied.size))
        self._end: Counts = self._until.searchsorted(np.repeat(slots.bounds[1:], np.diff(slots.bounds)))

    def absent(self, values: Numbers) -> Numbers:
        """Sum values (k, participants) over those who leave later but have not entered: (k, slots)."""
        ordered = values.take(self._who, axis=1)
        sums = np.concatenate((np.zeros((len(values), 1)), ordered[:, ::-1].cumsum(axis=1)), axis=1)
        # sums[:, j] is that of the last j; those of later strata come off again
        return sums.take(self._who.size - self._from, axis=1) - sums.take(self._who.size - self._end, axis=1)

    def missed(self, so_far: Numbers) -> Numbers:
        """The sums (slots + 1,) of the event times at which each was absent, (participants,)."""
        answer = np.zeros(self._participants)
        answer[self._who] = so_far.take(self._until)
        return answer


class GroupedRiskSums:
    """Participants who share their covariates are one unit: the cost no longer grows with their number.

    Parameters
    ----------
    slots : EventSlots
    cell : array (participants,)
        Which cell each participant is in, from 0.
    cells : int
        How many cells there are; some may be empty.
    """

    def __init__(self, slots: EventTimeIndex, cell: Counts, cells: int) -> None:
        size = slots.tied.size
        leaving = np.bincount(cell * (size + 1) + slots.last + 1, minlength=cells * (size + 1))
        failed = np.bincount(cell[slots.event] * size + slots.last[slots.event], minlength=cells * size)
        self.participants: Numbers = np.bincount(cell, minlength=cells).astype(np.float64)
        self.events: Numbers = np.bincount(cell[slots.event], minlength=cells).astype(np.float64)
        self._at_risk = reverse_cumsum_by_stratum(leaving.reshape(cells, -1)[:, 1:], slots.bounds)
        if slots.first is not None:
            self._at_risk -= _count_absent(slots, cell, cells)
        self._failing: Numbers = failed.reshape(cells, size).astype(np.float64)

    def at_risk(self, values: Numbers) -> Numbers:
        """Sum values over those at risk at every event time."""
        return values @ self._at_risk

    def failing(self, values: Numbers) -> Numbers:
        """Sum values over those having the event at every event time."""
        return values @ self._failing

    def while_at_risk(self, amounts: Numbers) -> Numbers:
        """Sum amounts over the event times and participants of each cell at risk."""
        return self._at_risk @ amounts

    def when_failing(self, amounts: Numbers) -> Numbers:
        """Sum amounts over the events of each cell."""
        return self._failing @ amounts


def _count_absent(slots: EventTimeIndex, cell: Counts, cells: int) -> Numbers:
    """How many of each cell leave at an event time or later but have not entered by then, (cells, slots)."""
    late = _LateEntries(slots)
    return late.absent(np.eye(cells)[:, cell])


MAX_STEPS = 100
MAX_STEP_HALVINGS = 40
MAX_PREDICTOR_STEP = 10.0  # largest change of anybody's log hazard in one step
CONVERGENCE_TOLERANCE = (
    1e-12  # twice the expected gain of a step, below which one more step is exact to rounding
)
FLAT = 1e-9  # the same, below which a likelihood has all but stopped rising ...
DIVERGENCE_STEP = 0.01  # ... and must not let anybody's log hazard still change by this much
EXACT = 1e-11  # change of the log hazards below which the derivatives after a step are those before it
LEVEL = 1e-9  # twice the expected gain of a step, below which a parabola gives the height of the maximum
FEW_TIES = 4  # events at one event time on average, up to which every event is summed for itself

Derivatives = tuple[float, Numbers, Numbers]
"""Log partial likelihood, score (covariates,) and information (covariates, covariates)."""


class Likelihood:
    """Cox log partial likelihood with Efron's ties, its score and information.

    With f = j / d for the j-th of d events at one time, the risk sum S is replaced by S - f T, T being the
    part of S that has the event. Because S0 - f T0 is one number a tied event, all that ties add up to are
    five sums of its reciprocals a time; covariates enter once a time, however many ties there are.

    Parameters
    ----------
    sums : RiskSums
    covariates : array (covariates, units)
    tied : array (slots,)
        Events at every event time.

    Source: Efron (1977); R's ``coxph(ties = "efron")``.
    """

    def __init__(self, sums: RiskSums, covariates: Numbers, tied: Counts) -> None:
        self._sums = sums
        self._covariates = covariates
        self._with_one = np.concatenate((np.ones((1, covariates.shape[1])), covariates))
        self._of = np.repeat(np.arange(tied.size), tied)
        self._begin: Counts = np.cumsum(tied) - tied
        place = np.arange(self._of.size) - self._begin[self._of]
        self._fraction: Numbers = place / tied[self._of]
        self._untied = self._of.size == tied.size
        self._few_ties = self._of.size <= FEW_TIES * tied.size

    def at(self, beta: Numbers) -> Derivatives:
        """Log partial likelihood and its derivatives at ``beta`` (covariates,)."""
        # a step far too long overflows; it comes back as not finite and is halved
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            return self._at(beta)

    def _at(self, beta: Numbers) -> Derivatives:
        z, sums = self._covariates, self._sums
        predictor = beta @ z
        # a constant in the predictor leaves the partial likelihood as it is and keeps exp() in range
        predictor -= predictor.max()
        weight = np.exp(predictor)
        values = weight * self._with_one
        if self._untied:
            logs, squares, hazard = _moments(sums.at_risk(values))
            spared = None
        elif self._few_ties:
            logs, squares, hazard, spared = self._by_event(sums.at_risk(values), sums.failing(values))
        else:
            logs, squares, hazard, spared = self._by_time(sums.at_risk(values), sums.failing(values))
        expected = sums.while_at_risk(hazard)
        if spared is not None:
            expected -= sums.when_failing(spared)
        expected *= weight
        loglik = float(sums.events @ predictor) - logs
        return loglik, z @ (sums.events - expected), (z * expected) @ z.T - squares

    def _by_event(self, at_risk: Numbers, failing: Numbers) -> tuple[float, Numbers, Numbers, Numbers]:
        """Sum of the logs, squared means (covariates, covariates), and what ties add to the hazard.

        The least work where hardly any events tie: S - f T is written out once an event.
        """
        f = self._fraction
        logs, squares, one = _moments(at_risk.take(self._of, axis=1) - f * failing.take(self._of, axis=1))
        hazard, spared = np.add.reduceat(np.stack((one, f * one)), self._begin, axis=1)
        return logs, squares, hazard, spared

    def _by_time(self, at_risk: Numbers, failing: Numbers) -> tuple[float, Numbers, Numbers, Numbers]:
        """The same from the five sums (slots,) of 1/u, f/u, 1/u², f/u² and f²/u²."""
        f = self._fraction
        u = at_risk[0, self._of] - f * failing[0, self._of]
        one = 1 / u
        some = f * one
        terms = np.stack((one, some, one * one, some * one, some * some))
        a, b, c0, c1, c2 = np.add.reduceat(terms, self._begin, axis=1)
        s, t = at_risk[1:], failing[1:]
        mixed = (s * c1) @ t.T
        squares = (s * c0) @ s.T - mixed - mixed.T + (t * c2) @ t.T
        return float(np.log(u).sum()), squares, a, b


def _moments(sums: Numbers) -> tuple[float, Numbers, Numbers]:
    """Sum of the logs of the first row, the squared means of the others, and one over the first row."""
    one = 1 / sums[0]
    means = sums[1:] * one
    return float(np.log(sums[0]).sum()), means @ means.T, one


def maximise(
    likelihood: Likelihood,
    start: Derivatives,
    covariates: Numbers,
    *,
    begin: Numbers | None = None,
    height_only: bool = False,
) -> tuple[Numbers, Derivatives | None, int]:
    """Newton's method; a step that does not climb is halved.

    Parameters
    ----------
    likelihood : Likelihood
    start : Derivatives
        At ``begin``.
    covariates : array (covariates, units)
    begin : array (covariates,), optional
        Where to begin; 0 by default.
    height_only : bool
        Whether only the log partial likelihood is wanted: it is flat at its maximum and known some steps
        before the derivatives, which are then those of the step before.

    Returns
    -------
    beta : array (covariates,)
    found : Derivatives or None
        None when the likelihood has no maximum: ``beta`` is then where it was still rising.
    steps : int
    """
    beta, here = np.zeros(len(covariates)) if begin is None else begin, start
    for steps in range(1, MAX_STEPS + 1):
        check_budget()
        try:
            step = solve(here[2], here[1])
        except np.linalg.LinAlgError:  # no curvature left in some direction
            return beta, None, steps
        gain, moves = float(here[1] @ step), float(np.abs(step @ covariates).max())
        if height_only and gain < LEVEL and moves < DIVERGENCE_STEP:
            return beta + step, (here[0] + gain / 2, here[1], here[2]), steps
        if gain < CONVERGENCE_TOLERANCE and moves < DIVERGENCE_STEP:
            beta = beta + step
            return beta, here if moves < EXACT else likelihood.at(beta), steps
        if gain < FLAT and moves > DIVERGENCE_STEP:
            return beta, None, steps
        climbed = _halve_steps(likelihood, beta, step * min(1.0, MAX_PREDICTOR_STEP / moves), here)
        if climbed is None:
            return beta, None, steps
        beta, here = climbed
    return beta, None, MAX_STEPS


def solve(information: Numbers, score: Numbers) -> Numbers:
    """Solve for a Newton step, by Cholesky's decomposition where the information is positive definite.

    Raises
    ------
    numpy.linalg.LinAlgError
        When the information is singular.
    """
    _, step, failed = dposv(information, score)
    if failed:
        step = np.linalg.solve(information, score)
    return np.asarray(step, dtype=np.float64)


def _halve_steps(
    likelihood: Likelihood, beta: Numbers, step: Numbers, here: Derivatives
) -> tuple[Numbers, Derivatives] | None:
    slack = 1e-12 * (1 + abs(here[0]))
    for _ in range(MAX_STEP_HALVINGS):
        there = likelihood.at(beta + step)
        if np.isfinite(there[2]).all() and there[0] >= here[0] - slack:
            return beta + step, there
        step = step / 2
    return None
