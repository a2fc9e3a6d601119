"""Finds the time and the event that belong together: overall survival before everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from mirodash.trial.guessing import vocabulary as known
from mirodash.trial.guessing.event_value import is_adam
from mirodash.trial.guessing.names import score, words
from mirodash.trial.guessing.profile import Profile
from mirodash.trial.times import DAYS, LONGEST_YEARS

ENOUGH = 2.5
"""A name that scores less names no time and no event."""
_BESIDE_TIME = known.BESIDE | known.STARTS | known.CENSORED | known.CENSORING | {"nb", "nombre"}
_MOSTLY = 0.8
_KINDS = {"death": known.DEATH, "progression": known.PROGRESSION, "recurrence": known.RECURRENCE}
_FIRST = {"death": 2.0, "": 1.0, "progression": 0.5, "recurrence": 0.25}


@dataclass(frozen=True, slots=True)
class Named:
    """A column with how surely its name names a part, and which kind of event it is about ('' any)."""

    profile: Profile
    score: float
    kind: str


@dataclass(frozen=True, slots=True)
class FoundOutcome:
    """The columns of the time and the event; ``crowded`` is an event column with more than two values."""

    time: Profile | None = None
    event: Profile | None = None
    kind: str = ""
    crowded: Profile | None = None


def kind_of(name: str) -> str:
    """Which kind of event a name is about: ``death``, ``progression``, ``recurrence`` or ``""``.

    Examples
    --------
    >>> [kind_of(name) for name in ("os_time", "deces", "PFS", "status", "rectime")]
    ['death', 'death', 'progression', '', 'recurrence']
    """
    parts = set(words(name))
    if "free" in parts or "sans" in parts:
        # progression-free survival is about progression, whatever "survival" says
        return next((kind for kind in ("progression", "recurrence") if parts & _KINDS[kind]), "")
    return next((kind for kind, of_kind in _KINDS.items() if parts & of_kind), "")


def times(profiles: Sequence[Profile]) -> list[Named]:
    """The columns that look like a time from randomisation."""
    return [
        Named(profile, points, kind_of(profile.name))
        for profile in profiles
        if (points := time_points(profile.name)) >= ENOUGH and could_be_time(profile)
    ]


def events(profiles: Sequence[Profile]) -> list[Named]:
    """The columns whose names look like an event, whatever they hold."""
    return [
        Named(profile, points, kind_of(profile.name))
        for profile in profiles
        if (points := score(profile.name, known.EVENT, known.NOT_EVENT)) >= ENOUGH and profile.known
    ]


def time_points(name: str) -> float:
    """How surely a name names the time to an event.

    Examples
    --------
    >>> [time_points(name) > ENOUGH for name in ("os_time", "time_since_diagnosis", "diag_to_death_days")]
    [True, False, True]
    """
    parts = set(words(name))
    if parts & known.STARTS and not parts & known.ENDS:
        return 0.0
    return score(name, known.TIME, known.NOT_TIME, neutral=_BESIDE_TIME)


def could_be_time(profile: Profile) -> bool:
    """Numbers of many sizes, (nearly) none below 0, not calendar years and not beyond a human life."""
    distinct = profile.distinct
    if profile.are_dates or profile.numeric_share < _MOSTLY or distinct.size < min(6, profile.known / 2):
        return False
    few_negative = float((distinct < 0).mean()) <= 1 - _MOSTLY
    calendar = bool(profile.is_whole and distinct[0] >= 1900 and distinct[-1] <= 2100)
    return few_negative and not calendar and float(np.median(distinct)) <= LONGEST_YEARS * DAYS["years"]


def find_outcome(profiles: Sequence[Profile]) -> FoundOutcome:
    """The pair of columns that fits best.

    A time and an event of the same kind (``pfs_time``, ``pfs_event``) fit better than two that speak of
    different ones, and death comes before progression and recurrence; of two times alike, the longer.
    """
    all_times, all_events = times(profiles), events(profiles)
    usable = [event for event in all_events if len(event.profile.levels) == 2 or is_adam(event.profile)] or [
        event for event in all_events if len(event.profile.levels) == 1
    ]
    others = [e.profile for e in _best_first(all_events) if e not in usable]
    crowded = next((profile for profile in others if len(profile.levels) > 2), None)
    pairs = [
        (time, event) for time, event in product(all_times, usable) if time.profile.name != event.profile.name
    ]
    if pairs:
        time, event = max(pairs, key=lambda pair: (_together(*pair), _usual(pair[0].profile)))
        return FoundOutcome(time.profile, event.profile, event.kind or time.kind, crowded)
    time = next(iter(_best_first(all_times)), None)
    event = next(iter(_best_first(usable)), None)
    return FoundOutcome(time and time.profile, event and event.profile, event.kind if event else "", crowded)


def _best_first(candidates: Sequence[Named]) -> list[Named]:
    return sorted(candidates, key=lambda named: -(named.score + _FIRST[named.kind]))


def _together(time: Named, event: Named) -> float:
    agree = 0.0
    if time.kind and event.kind:
        agree = 3.0 if time.kind == event.kind else -4.0
    stems = _stem(time.profile.name) & _stem(event.profile.name)
    return time.score + event.score + agree + (1.0 if stems else 0.0) + _FIRST[event.kind or time.kind]


def _usual(time: Profile) -> float:
    """The median: of the two ends of an interval, the later is the time."""
    return float(np.median(time.distinct))


def _stem(name: str) -> set[str]:
    """What is left of a name without the words for time and event."""
    return {
        word for word in words(name) if word not in known.UNITS and word not in {"time", "event", "status"}
    }
