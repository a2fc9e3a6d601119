"""The sums over risk sets that a Cox model with several covariates is made of.

Everything is counted at event times only; a stratum has event times of its own. Written as four sums, the
model needs no participant-by-time table: `at_risk` adds up a value over those still at risk at every event
time, `failing` over those who have the event then, and the two transposes go the other way, from a
quantity at event times back to whoever was at risk (or failed).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.results import Counts, Numbers


@dataclass(frozen=True, eq=False, slots=True)
class EventSlots:
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
    """

    tied: Counts
    bounds: Counts
    last: Counts
    event: NDArray[np.bool_]


def event_slots(code: Counts, event: NDArray[np.bool_], stratum: Counts | None) -> EventSlots:
    """Number the event times of every stratum and find the last one each participant lived to see.

    Parameters
    ----------
    code : array (participants,)
        Rank of the follow-up among the distinct times.
    event : array (participants,) of bool
    stratum : array (participants,) or None
        Integer codes from 0.
    """
    span = int(code.max(initial=0)) + 1
    key = code if stratum is None else stratum * span + code
    happened = np.bincount(key[event], minlength=int(key.max(initial=0)) + 1)
    slot = np.flatnonzero(happened)
    tied, last = happened[slot], np.cumsum(happened > 0)[key] - 1
    if stratum is None:
        return EventSlots(tied, np.array([0, slot.size]), last, event)
    owner = slot // span
    elsewhere = (last < 0) | (owner[np.maximum(last, 0)] != stratum)
    bounds = np.concatenate(([0], np.flatnonzero(np.diff(owner)) + 1, [slot.size]))
    return EventSlots(tied, bounds, np.where(elsewhere, -1, last), event)


def from_the_end_of_strata(values: NDArray[np.float64 | np.int64], bounds: Counts) -> Numbers:
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

    def __init__(self, slots: EventSlots) -> None:
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
        self._failed = self._order[slots.event[self._order]][::-1]
        self._failed_at = last[self._failed]
        self._first_failed: Counts = np.cumsum(slots.tied) - slots.tied

    def at_risk(self, values: Numbers) -> Numbers:
        """Sum values over those at risk at every event time."""
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
        return so_far.take(self._last)

    def when_failing(self, amounts: Numbers) -> Numbers:
        """Amount at the event time of each participant who had the event."""
        answer = np.zeros(self.participants.size)
        answer[self._failed] = amounts.take(self._failed_at)
        return answer


class CellSums:
    """Participants who share their covariates are one unit: the cost no longer grows with their number.

    Parameters
    ----------
    slots : EventSlots
    cell : array (participants,)
        Which cell each participant is in, from 0.
    cells : int
        How many cells there are; some may be empty.
    """

    def __init__(self, slots: EventSlots, cell: Counts, cells: int) -> None:
        size = slots.tied.size
        leaving = np.bincount(cell * (size + 1) + slots.last + 1, minlength=cells * (size + 1))
        failed = np.bincount(cell[slots.event] * size + slots.last[slots.event], minlength=cells * size)
        self.participants: Numbers = np.bincount(cell, minlength=cells).astype(np.float64)
        self.events: Numbers = np.bincount(cell[slots.event], minlength=cells).astype(np.float64)
        self._at_risk = from_the_end_of_strata(leaving.reshape(cells, -1)[:, 1:], slots.bounds)
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
