"""How many are at risk, have the event and are censored at every time: the counts everything is made of.

Participants are counted once into (group × arm × time); sums from the end of follow-up backwards then
give who is still at risk, for all groups together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.observations import Observations
from mirodash.survival.results import Counts, Numbers

_Number = TypeVar("_Number", np.int64, np.float64)


@dataclass(frozen=True, eq=False, slots=True)
class RiskSets:
    """Counts per group, arm (control, treated) and distinct time.

    Parameters
    ----------
    time : array (times,)
        Distinct times of all participants, ascending.
    events, censored : array (groups, 2, times)
        How many have the event, and how many leave without it, at each time.
    at_risk : array (groups, 2, times)
        How many have a follow-up of at least that time.
    """

    time: Numbers
    events: Counts
    censored: Counts
    at_risk: Counts

    def sizes(self) -> Counts:
        """Participants per group and arm, (groups, 2)."""
        return self.at_risk[:, :, :1].sum(axis=-1)


@dataclass(frozen=True, eq=False, slots=True)
class EventTimes:
    """Counts at the times when anyone at all has the event; nothing else enters a test or a Cox model.

    All arrays are (groups, times), as floating point, ready for arithmetic. ``index`` (times,) says which of
    the distinct times these are.
    """

    control_events: Numbers
    treated_events: Numbers
    control_at_risk: Numbers
    treated_at_risk: Numbers
    index: Counts

    def rows(self, keep: slice | NDArray[np.intp]) -> EventTimes:
        """Some of the groups only, at the same times."""
        return EventTimes(
            control_events=self.control_events[keep],
            treated_events=self.treated_events[keep],
            control_at_risk=self.control_at_risk[keep],
            treated_at_risk=self.treated_at_risk[keep],
            index=self.index,
        )

    def only(self, group: int) -> EventTimes:
        """One group, at the times when somebody in it has the event."""
        row = self.rows(slice(group, group + 1))
        own = (row.control_events + row.treated_events)[0] > 0
        return EventTimes(
            control_events=row.control_events[:, own],
            treated_events=row.treated_events[:, own],
            control_at_risk=row.control_at_risk[:, own],
            treated_at_risk=row.treated_at_risk[:, own],
            index=row.index[own],
        )


def from_the_end(counts: NDArray[_Number]) -> NDArray[_Number]:
    """Sum backwards along the last axis: how many are still to come, this time included."""
    return np.cumsum(counts[..., ::-1], axis=-1)[..., ::-1]


def count_risk_sets(observed: Observations, members: NDArray[np.bool_]) -> RiskSets:
    """Count every group's risk sets from one histogram.

    Parameters
    ----------
    observed : Observations
    members : array (groups, participants) of bool
        Groups may overlap and may be empty.
    """
    times = observed.distinct.size
    groups = members.shape[0]
    cell = (observed.treated * 2 + observed.event) * times + observed.code
    group, participant = np.nonzero(members)
    counts = np.bincount(group * (4 * times) + cell[participant], minlength=groups * 4 * times)
    counts = counts.reshape(groups, 2, 2, times)
    return RiskSets(
        time=observed.distinct,
        events=counts[:, :, 1],
        censored=counts[:, :, 0],
        at_risk=from_the_end(counts[:, :, 0] + counts[:, :, 1]),
    )


def at_event_times(counts: RiskSets) -> EventTimes:
    """Keep the times at which someone in some group has the event."""
    index = np.flatnonzero(counts.events.any(axis=(0, 1)))
    events = counts.events[:, :, index].astype(np.float64)
    at_risk = counts.at_risk[:, :, index].astype(np.float64)
    return EventTimes(
        control_events=events[:, 0],
        treated_events=events[:, 1],
        control_at_risk=at_risk[:, 0],
        treated_at_risk=at_risk[:, 1],
        index=index,
    )
