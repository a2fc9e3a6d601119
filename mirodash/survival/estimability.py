"""Why two arms cannot be compared, in a sentence: nobody, one arm, no events, nothing to compare."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.survival.results import Counts
from mirodash.survival.risk_sets import EventTimes


@dataclass(frozen=True, slots=True)
class ArmCounts:
    """Participants and events of both arms, and the events that came while both arms were at risk."""

    control: int
    treated: int
    control_events: int
    treated_events: int
    shared_control_events: int
    shared_treated_events: int

    @property
    def events(self) -> int:
        """Events in both arms together."""
        return self.control_events + self.treated_events


def shared_events(counts: EventTimes) -> tuple[Counts, Counts]:
    """Events in the control and the treated arm while both arms were at risk, each (groups,).

    The partial likelihood has a maximum exactly when both are above 0.
    """
    both = (counts.control_at_risk > 0) & (counts.treated_at_risk > 0)
    control = np.where(both, counts.control_events, 0).sum(axis=-1)
    treated = np.where(both, counts.treated_events, 0).sum(axis=-1)
    return control.astype(np.int64), treated.astype(np.int64)


def obstacle_to_comparison(arms: ArmCounts, *, variance: float) -> str | None:
    """What keeps the arms from being compared by any test, or None.

    Parameters
    ----------
    arms : ArmCounts
    variance : float
        Variance of the log-rank test; 0 when no event says anything about the arms.
    """
    total = arms.control + arms.treated
    if not total:
        return "Nobody is in this group: there is nothing to compare."
    if not arms.control or not arms.treated:
        name = "treated" if arms.treated else "control"
        return f"Only the {name} arm is in this group ({total}): the arms cannot be compared."
    if not arms.events:
        return f"No events in either arm (0 of {total}): the arms cannot be compared."
    if not arms.shared_control_events and not arms.shared_treated_events:
        return "No event came while both arms were at risk: the arms cannot be compared."
    if variance <= 0:
        return (
            "Whenever an event came, everybody still at risk had it at that same time: "
            "the arms cannot be compared."
        )
    return None


def obstacle_to_hazard_ratio(arms: ArmCounts) -> str | None:
    """What keeps two comparable arms from having a finite hazard ratio, or None."""
    if arms.events == 1:
        total = arms.control + arms.treated
        return f"Only 1 event among {total} participants: the hazard ratio cannot be estimated."
    if arms.shared_control_events and arms.shared_treated_events:
        return None
    treated = not arms.shared_treated_events
    name = "treated" if treated else "control"
    size = arms.treated if treated else arms.control
    if (arms.treated_events if treated else arms.control_events) == 0:
        return f"No events in the {name} arm (0 of {size}): the hazard ratio cannot be estimated."
    return (
        f"No events in the {name} arm (of {size}) while both arms were at risk: "
        "the hazard ratio cannot be estimated."
    )
