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
        self.participants: Numbers = np.ones(slots.last.size)
        self.events: Numbers = slots.event.astype(np.float64)
        self._slots = slots
        self._size = slots.tied.size
        self._failed = np.flatnonzero(slots.event)
        self._failed_at = slots.last[self._failed]

    def at_risk(self, values: Numbers) -> Numbers:
        """Sum values over those at risk at every event time."""
        leaving = _binned(self._slots.last + 1, values, self._size + 1)[:, 1:]
        return from_the_end_of_strata(leaving, self._slots.bounds)

    def failing(self, values: Numbers) -> Numbers:
        """Sum values over those having the event at every event time."""
        return _binned(self._failed_at, values[:, self._failed], self._size)

    def while_at_risk(self, amounts: Numbers) -> Numbers:
        """Sum amounts over the event times each participant was at risk at."""
        so_far = np.zeros(self._size + 1)  # the last entry stays 0, for those at risk at no event time
        for begin, end in pairwise(self._slots.bounds.tolist()):
            so_far[begin:end] = np.cumsum(amounts[begin:end])
        return so_far[self._slots.last]

    def when_failing(self, amounts: Numbers) -> Numbers:
        """Amount at the event time of each participant who had the event."""
        answer = np.zeros(self.participants.size)
        answer[self._failed] = amounts[self._failed_at]
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


def _binned(where: Counts, values: Numbers, size: int) -> Numbers:
    answer = np.empty((len(values), size))
    for i, row in enumerate(values):
        answer[i] = np.bincount(where, weights=row, minlength=size)
    return answer
