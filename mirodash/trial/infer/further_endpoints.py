"""Infers the further endpoints of a file: pairs of a time and an event beside those of the first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.adam_endpoints import name_events
from mirodash.trial.coded_alike import are_coded_alike
from mirodash.trial.dictionary import EndpointDraft, TimeUnit
from mirodash.trial.event_words import event_key
from mirodash.trial.infer import names as known
from mirodash.trial.infer.columns import Profile
from mirodash.trial.infer.endpoint import (
    FoundOutcome,
    could_be_time,
    find_outcome,
    infer_event_value,
    infer_kind,
    names_death_as_well,
    tells_events,
)
from mirodash.trial.infer.measurements import LATER
from mirodash.trial.infer.names import words, wordset
from mirodash.trial.infer.time_unit import infer_time_unit
from mirodash.trial.outcomes import DAYS, read_outcome
from mirodash.trial.problems import Findings
from mirodash.trial.table import Table

_OF_KINDS = known.DEATH | known.PROGRESSION | known.RECURRENCE
_OF_TIMES = (frozenset(known.TIME) | frozenset(known.UNITS) | {"delay", "t"}) - _OF_KINDS
_OF_EVENTS = (
    frozenset(known.EVENT) | wordset("ind indicator flag fl evt yn bin cod status first any")
) - _OF_KINDS
_BESIDE = wordset("to until of from in a de du jusqu au la le free sans first premier premiere")
_NO_ENDPOINT = (known.NOT_EVENT | known.STARTS | wordset("age smoking tabac prior previous diagnosis")) - (
    known.ENDS | _OF_TIMES | {"days", "months", "years", "mois", "jours", "time", "start"}
)
_NEARLY_ALL = 0.95
_SLACK = 0.02
"""Times in two units differ by the rounding of either."""
_MIN_EQUAL = 0.3
_MIN_CENSORED_EQUAL = 0.5
_MIN_DIFFERENCE = 0.3
_MIN_PARTICIPANTS = 12
_LABELS = {
    "pfs": "Progression-free survival",
    "ssp": "Progression-free survival",
    "dfs": "Disease-free survival",
    "rfs": "Recurrence-free survival",
    "ssr": "Recurrence-free survival",
    "ttp": "Time to progression",
    "efs": "Event-free survival",
    "dss": "Disease-specific survival",
    "css": "Cause-specific survival",
    "pfi": "Progression-free interval",
    "dfi": "Disease-free interval",
}
"""What the usual abbreviations of endpoints stand for."""
_CODES = {"pfs": "PFS", "ssp": "PFS", "dfs": "DFS", "rfs": "RFS", "ssr": "RFS", "ttp": "TTP"}
"""The abbreviations whose events have a name, with the code by which it is found."""
_NOUNS: Mapping[str, tuple[str, str, str, str]] = {
    "death": ("Death", "death", "deaths", "alive"),
    "progression": ("Progression", "progression", "progressions", "progression-free"),
    "recurrence": ("Recurrence", "recurrence", "recurrences", "recurrence-free"),
}
"""Label, one event, several events, and being without one, by the kind of an event."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A time and an event that go together."""

    time: Profile
    event: Profile


@dataclass(frozen=True, slots=True)
class FurtherEndpoints:
    """The endpoints that stand beside the first, and why columns that look like one are none.

    ``columns`` are all columns that tell of such an endpoint: none of them was known at randomisation.
    """

    drafts: tuple[EndpointDraft, ...] = ()
    columns: tuple[Profile, ...] = ()
    left: tuple[tuple[str, str], ...] = ()


def put_death_first(profiles: Sequence[Profile], found: FoundOutcome) -> FoundOutcome:
    """The outcome a trial opens with: a death that has a time of its own comes before other events."""
    if found.time is None or found.event is None or found.kind == "death":
        return found
    rest = [p for p in profiles if p not in (found.time, found.event)]
    other = find_outcome(rest)
    if other.time is None or other.event is None or infer_kind(other.event.name) != "death":
        return found
    is_later = _is_within(found.time.values, other.time.values)
    return other if is_later and tells_events(other.event) else found


def find_further_endpoints(
    table: Table, profiles: Sequence[Profile], first: FoundOutcome, entry: Profile | None
) -> FurtherEndpoints:
    """Further endpoints of a table of participants.

    A time and an event go together when their names say so (``pfs_time`` and ``pfs_event``, ``stroke_days``
    and ``stroke_status``), or when the time ends with the follow-up of those without the event and
    before it for those with it. Whatever lies beyond the time of the first endpoint is none.

    Parameters
    ----------
    table : Table
        One row a participant.
    profiles : sequence of Profile
        The columns without those of the first endpoint.
    first : FoundOutcome
        The endpoint that the trial opens with.
    entry : Profile or None
        The time from which participants were at risk.
    """
    if first.time is None or first.event is None:
        return FurtherEndpoints()
    candidates = [p for p in profiles if p is not entry]
    unit = infer_time_unit(table, first.time.name).unit
    own = name_endpoint(first.time.name, first.event.name, first.kind)
    drafts: list[EndpointDraft] = []
    left: dict[str, str] = {}
    columns: list[Profile] = []
    within = list(_list_times_within(candidates, first.time))
    for pair in _list_pairs(candidates, within, first.time):
        draft, why = _describe_pair(table, pair, Pair(first.time, first.event), unit, entry)
        if draft is None:
            left |= dict.fromkeys((pair.time.name, pair.event.name), why)
        else:
            drafts.append(_with_free_names(draft, [own, *drafts]))
        columns += [pair.time, pair.event]
    for time in within:
        if time not in columns:
            columns.append(time)
            left[time.name] = f"{LATER}: it never lies beyond '{first.time.name}', and often ends with it"
    return FurtherEndpoints(tuple(drafts), tuple(columns), tuple(left.items()))


def _list_pairs(profiles: Sequence[Profile], within: Sequence[Profile], first: Profile) -> Iterator[Pair]:
    """Pairs of columns, in the order of the file, each column in one of them."""
    times = [p for p in profiles if _is_named_time(p.name) and could_be_time(p)]
    events = [p for p in profiles if _could_be_event(p)]
    taken: set[str] = set()
    for matches in (_have_one_stem, _are_of_one_kind):
        for time in times:
            found = [e for e in events if {time.name, e.name}.isdisjoint(taken) and matches(time, e)]
            chosen = next((e for e in found if infer_event_value(e, time).value), next(iter(found), None))
            if chosen is not None and time.name not in taken:
                taken |= {time.name, chosen.name}
                yield Pair(time, chosen)
    for time in (p for p in within if p.name not in taken):
        binary = [p for p in profiles if p.name not in taken and p is not time and p.has_levels(2, 2)]
        chosen = next((e for e in binary if _ends_with_follow_up(time, e, first)), None)
        if chosen is not None:
            taken |= {time.name, chosen.name}
            yield Pair(time, chosen)


def _is_named_time(name: str) -> bool:
    parts = set(words(name))
    return bool(parts & (_OF_TIMES | _LABELS.keys() | {"os"})) and not parts & (
        known.NOT_TIME - {"delay", "to"} | _NO_ENDPOINT
    )


def _could_be_event(profile: Profile) -> bool:
    parts = set(words(profile.name))
    named = parts & (_OF_EVENTS | _OF_KINDS | _LABELS.keys())
    return bool(named) and not parts & _NO_ENDPOINT and profile.has_levels(1, _MAX_CODES)


_MAX_CODES = 12


def _find_stem(name: str) -> frozenset[str]:
    """What an endpoint is called in the name of its time or event: ``{"stroke"}`` of ``stroke_days``."""
    return frozenset(words(name)) - _OF_TIMES - _OF_EVENTS - _BESIDE


def _have_one_stem(time: Profile, event: Profile) -> bool:
    """Whether two names differ in the words for time and event alone, and name something."""
    stem = _find_stem(time.name)
    return bool(stem - known.NEUTRAL | (stem & _OF_KINDS)) and stem == _find_stem(event.name)


def _are_of_one_kind(time: Profile, event: Profile) -> bool:
    kind = infer_kind(time.name)
    return bool(kind) and kind == infer_kind(event.name)


Times = NDArray[np.float64]


def _is_within(times: Times, others: Times, share: float = _NEARLY_ALL) -> bool:
    """Whether (nearly) no time lies beyond another time of the same participant, and most lie within it."""
    both = np.isfinite(times) & np.isfinite(others)
    if not both.any():
        return False
    return bool((times[both] <= others[both] * (1 + _SLACK) + 1e-9).mean() >= share)


def _list_times_within(profiles: Sequence[Profile], first: Profile) -> Iterator[Profile]:
    """Columns that never lie beyond the follow-up of their participant, and end with it for many."""
    times = first.values
    for profile in profiles:
        if profile.rows != first.rows or profile.numeric_share < 1 or not could_be_time(profile):
            continue
        values = profile.values
        both = np.isfinite(values) & np.isfinite(times)
        if both.sum() < max(_MIN_PARTICIPANTS, profile.rows / 2) or (values[both] > times[both]).any():
            continue
        equal = float((values[both] == times[both]).mean())
        if _MIN_EQUAL <= equal < 1:
            yield profile


def _ends_with_follow_up(time: Profile, event: Profile, first: Profile) -> bool:
    """Whether those without the event were followed to the end, and those with it to an earlier time."""
    value = infer_event_value(event, time).value
    if value is None:
        return False
    key = event_key(value)
    happened = np.array([event_key(cell) == key for cell in event.column.cells])
    known_rows = (
        np.isfinite(time.values) & np.isfinite(first.values) & np.array([*map(bool, event.column.cells)])
    )
    equal = time.values == first.values
    without, with_event = known_rows & ~happened, known_rows & happened
    if not without.any() or not with_event.any():
        return False
    ending = float(equal[without].mean())
    return ending >= _MIN_CENSORED_EQUAL and ending - float(equal[with_event].mean()) >= _MIN_DIFFERENCE


def _describe_pair(
    table: Table, pair: Pair, first: Pair, first_unit: TimeUnit | None, entry: Profile | None
) -> tuple[EndpointDraft | None, str]:
    """The endpoint in a pair of columns, or why there is none, as the end of a sentence."""
    time, event = pair.time, pair.event
    looks = f"'{time.name}' and '{event.name}' look like one more endpoint, but"
    value = infer_event_value(event, time).value
    alike = value is None and are_coded_alike(table, first.event.name, event.name)
    if value is None and not alike:
        return None, f"{looks} which value of '{event.name}' means the event has to be said in a dictionary"
    own_unit = infer_time_unit(table, time.name).unit
    size = DAYS[own_unit] / DAYS[first_unit] if own_unit and first_unit else 1.0
    is_death = infer_kind(event.name) == "death"
    if not is_death and not _is_within(time.values * size, first.time.values):
        return None, f"{looks} '{time.name}' often lies beyond '{first.time.name}'"
    draft = replace(
        name_endpoint(time.name, event.name),
        event_value=value,
        unit=own_unit,
        entry=None if entry is None else entry.name,
    )
    unread = Findings()
    # any of two codes tells whether the rest can be read
    read_outcome(table, replace(draft, event_value=next(iter(event.levels))) if alike else draft, unread)
    if unread.problems:
        return None, f"{looks} cannot be read: {unread.problems[0].what.rstrip('.')}"
    return draft, ""


def name_endpoint(time: str, event: str, kind: str = "") -> EndpointDraft:
    """An endpoint with the words for its event: by an abbreviation in its names, its kind, or their stem.

    >>> name_endpoint("pfs_months", "pfs_status").label, name_endpoint("stroke_days", "stroke_event").key
    ('Progression-free survival', 'stroke')
    """
    code = next((word for word in (*words(time), *words(event)) if word in _LABELS), "")
    kind = kind or infer_kind(event) or infer_kind(time)
    stem = [word for word in words(time) if word in _find_stem(time)]
    # a number alone would say nothing
    called = "-".join(stem) if any(not word.isdigit() for word in stem) else "-".join(("event", *stem))
    key, label = code or kind or called, _LABELS.get(code)
    if not code and names_death_as_well(event):
        code = "pfs" if kind == "progression" else "dfs"
        key, label = kind, f"{_NOUNS[kind][0]} or death"
    singular, plural, event_free = name_events(_CODES.get(code, ""), "")
    if not code and kind:
        label, singular, plural, event_free = _NOUNS[kind]
    return EndpointDraft(
        key, time, event, label=label, singular=singular, plural=plural, event_free=event_free
    )


def _with_free_names(draft: EndpointDraft, taken: Collection[EndpointDraft]) -> EndpointDraft:
    """The endpoint with a key, and a label if it has one, that no other one has."""
    keys, labels = {other.key for other in taken}, {other.label for other in taken}
    key, number = draft.key, 2
    while key in keys:
        key, number = f"{draft.key}-{number}", number + 1
    return replace(draft, key=key, label=None if draft.label in labels else draft.label)
