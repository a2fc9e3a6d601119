"""Survival data of two arms: validated times and events, risk sets, and what cannot be estimated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirodash.survival.results import Counts, Numbers

_NUMBERS = (bool, int, float, np.number, np.bool_)
SAME_TIME = float(np.sqrt(np.finfo(np.float64).eps))


@dataclass(frozen=True, eq=False, slots=True)
class Observations:
    """Participants' follow-up, with times replaced by their rank among the distinct times.

    Parameters
    ----------
    distinct : array (times,)
        The distinct times, ascending, in the unit of the file.
    code : array (participants,)
        Which of ``distinct`` each participant was followed to.
    event, treated : array (participants,) of 0 and 1
    first : array (participants,) or None
        From which of ``distinct`` on each participant is at risk; None where everybody is from the origin on.
    """

    distinct: Numbers
    code: Counts
    event: Counts
    treated: Counts
    first: Counts | None = None


def distinct_times(time: Numbers) -> tuple[Numbers, Counts]:
    """Distinct times, with those closer than rounding merged into the earliest of them.

    As R's ``survival:::aeqSurv``: neighbours closer than sqrt(machine epsilon), absolutely or relative to
    the mean of the distinct times, are the same time.

    Returns
    -------
    distinct : array (times,)
    code : array (participants,)
        Index into ``distinct``.
    """
    raw, code = np.unique(time, return_inverse=True)
    if raw.size < 2:
        return raw, code
    gap = np.diff(raw)
    largest = raw[-1]
    mean = largest * float(np.mean(raw / largest))  # the plain sum of very large times would overflow
    starts = np.concatenate(([True], gap > max(SAME_TIME, SAME_TIME * mean)))
    if starts.all():
        return raw, code
    return raw[starts], (np.cumsum(starts) - 1)[code]


def convert_to_numbers(values: ArrayLike, name: str) -> Numbers:
    """A column as floating point; ``name`` is what it is called in the message.

    Raises
    ------
    ValueError
        When it holds text or anything else that is not a number.
    """
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise ValueError(f"{name} must hold only numbers: {problem}.") from problem


def validate_times(time: ArrayLike) -> Numbers:
    """Follow-up times as (participants,) floats.

    Raises
    ------
    ValueError
        When they are not a list of finite numbers of at least 0.
    """
    times = convert_to_numbers(time, "time")
    if times.ndim != 1:
        raise ValueError(f"The times must be one list of numbers, not an array of shape {times.shape}.")
    if not np.isfinite(times).all():
        missing = int((~np.isfinite(times)).sum())
        raise ValueError(f"{missing} of {times.size} times are missing or infinite; leave them out first.")
    if times.size and times.min() < 0:
        raise ValueError(f"{int((times < 0).sum())} of {times.size} times are negative.")
    return times + 0.0  # minus zero would print as -0


def rank_times(time: Numbers, entry: ArrayLike | None) -> tuple[Numbers, Counts, Counts | None]:
    """Number the distinct times at which people leave or enter, as `distinct_times`.

    Who enters at a time is at risk after it, as in R's ``Surv(entry, time, event)``; who enters at the origin
    is at risk from the origin on, as without entry times.

    Parameters
    ----------
    time : array (participants,)
        Checked by `validate_times`.
    entry : array (participants,) or None
        Time from the origin at which each came under observation, at least 0.

    Returns
    -------
    distinct : array (times,)
    code : array (participants,)
        Index into ``distinct`` of the time.
    first : array (participants,) or None
        Index into ``distinct`` from which on each is at risk; None without entry times.

    Raises
    ------
    ValueError
        When there is no entry for everybody, or somebody leaves no later than they enter.
    """
    if entry is None:
        distinct, code = distinct_times(time)
        return distinct, code.astype(np.int64, copy=False), None
    given = convert_to_numbers(entry, "entry")
    if given.shape != time.shape:
        raise ValueError(f"There are {time.size} times but entry has shape {given.shape}.")
    if not np.isfinite(given).all():
        missing = int((~np.isfinite(given)).sum())
        raise ValueError(
            f"{missing} of {given.size} entry times are missing or infinite; leave them out first."
        )
    if given.size and given.min() < 0:
        raise ValueError(f"{int((given < 0).sum())} of {given.size} entry times are negative.")
    late = given > 0
    distinct, both = distinct_times(np.concatenate((time, given[late])))
    code = both[: time.size].astype(np.int64, copy=False)
    first = np.zeros(time.size, dtype=np.int64)
    first[late] = both[time.size :] + 1
    too_late = int((first > code).sum())
    if too_late:
        raise ValueError(f"{too_late} of {given.size} participants leave no later than they enter.")
    return distinct, code, first


def select_entries(entry: ArrayLike | None, chosen: NDArray[np.bool_]) -> Numbers | None:
    """The entry times of the chosen participants; None where everybody is at risk from the origin on."""
    return None if entry is None else convert_to_numbers(entry, "entry")[chosen]


def validate_indicator(values: ArrayLike, name: str, size: int) -> Counts:
    """A yes/no column as (participants,) of 0 and 1.

    Parameters
    ----------
    name : str
        What the column is called in the message.
    size : int
        How many participants there are.

    Raises
    ------
    ValueError
        When it is of another length, or holds anything but 0, 1, True and False.
    """
    given = np.asarray(values)
    if given.shape != (size,):
        raise ValueError(f"There are {size} times but {name} has shape {given.shape}; it must be ({size},).")
    if given.dtype == np.bool_:
        return given.astype(np.int64)
    # pandas hands its nullable booleans and integers over as objects
    numeric = given.dtype.kind in "iuf" or all(isinstance(value, _NUMBERS) for value in given.tolist())
    if not numeric or not ((given == 0) | (given == 1)).all():
        raise ValueError(f"{name} must hold only 0 and 1, or False and True.")
    return given.astype(np.int64)


def validate_confidence(confidence: float) -> float:
    """The confidence level, a share strictly between 0 and 1.

    Raises
    ------
    ValueError
        When it is anything else, such as 95.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"The confidence must lie between 0 and 1, such as 0.95, not {confidence}.")
    return float(confidence)


def validate_follow_up(
    time: ArrayLike, event: ArrayLike, treated: ArrayLike, entry: ArrayLike | None = None
) -> Observations:
    """Check one trial's follow-up and number its distinct times.

    Parameters
    ----------
    time : array (participants,)
        Follow-up from the time origin, finite and at least 0.
    event : array (participants,)
        1 or True where the event came, 0 or False where follow-up ended without it.
    treated : array (participants,)
        1 or True in the treated arm, 0 or False in the control arm.
    entry : array (participants,), optional
        When each came under observation, where some did after the origin (left truncation).

    Raises
    ------
    ValueError
        With a sentence saying which column does not fit.
    """
    times = validate_times(time)
    distinct, code, first = rank_times(times, entry)
    return Observations(
        distinct=distinct,
        code=code,
        event=validate_indicator(event, "event", times.size),
        treated=validate_indicator(treated, "treated", times.size),
        first=first,
    )


def validate_members(members: ArrayLike, size: int) -> NDArray[np.bool_]:
    """Who is in which group, as (groups, participants) of booleans.

    Raises
    ------
    ValueError
        When it has another shape or does not hold booleans.
    """
    mask = np.asarray(members)
    if mask.ndim != 2 or mask.shape[1] != size or mask.dtype != np.bool_:
        raise ValueError(
            f"members must be booleans of shape (groups, {size}), not {mask.dtype} of shape {mask.shape}."
        )
    return mask


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
        How many have a follow-up of at least that time, and entered before it.
    entering : array (groups, 2, times) or None
        How many are at risk from each time on, but at none of those before it; None where everybody is at
        risk from the origin on.
    """

    time: Numbers
    events: Counts
    censored: Counts
    at_risk: Counts
    entering: Counts | None = None

    def sizes(self) -> Counts:
        """Participants per group and arm, (groups, 2)."""
        who = self.at_risk[:, :, :1] if self.entering is None else self.entering
        return who.sum(axis=-1)


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


def reverse_cumsum(counts: NDArray[_Number]) -> NDArray[_Number]:
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
    at_risk = reverse_cumsum(counts[:, :, 0] + counts[:, :, 1])
    entering = None
    if observed.first is not None:
        place = group * (2 * times) + (observed.treated * times + observed.first)[participant]
        entering = np.bincount(place, minlength=groups * 2 * times).reshape(groups, 2, times)
        # who is followed to a time or beyond it, but enters at it or later, is not at risk then
        at_risk = at_risk - (entering.sum(axis=-1, keepdims=True) - np.cumsum(entering, axis=-1))
    return RiskSets(
        time=observed.distinct,
        events=counts[:, :, 1],
        censored=counts[:, :, 0],
        at_risk=at_risk,
        entering=entering,
    )


def select_event_times(counts: RiskSets) -> EventTimes:
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


def count_shared_events(counts: EventTimes) -> tuple[Counts, Counts]:
    """Events in the control and the treated arm while both arms were at risk, each (groups,).

    The partial likelihood has a maximum exactly when both are above 0.
    """
    both = (counts.control_at_risk > 0) & (counts.treated_at_risk > 0)
    control = np.where(both, counts.control_events, 0).sum(axis=-1)
    treated = np.where(both, counts.treated_events, 0).sum(axis=-1)
    return control.astype(np.int64), treated.astype(np.int64)


def find_obstacle_to_comparison(arms: ArmCounts, *, variance: float) -> str | None:
    """What keeps the arms from being compared by any test, or None.

    Parameters
    ----------
    arms : ArmCounts
    variance : float
        Variance of the log-rank test; 0 when no event says anything about the arms.
    """
    total = arms.control + arms.treated
    if not total:
        return "No participants are in this group: there is nothing to compare."
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


def find_obstacle_to_hazard_ratio(arms: ArmCounts) -> str | None:
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
