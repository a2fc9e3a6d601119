"""Time to the event from two dates, or from a time to death beside a time to last follow-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mirodash.trial.infer import names as known
from mirodash.trial.infer.columns import Profile
from mirodash.trial.infer.dates import day_number, order_of
from mirodash.trial.infer.endpoint import ENOUGH, could_be_time, infer_event_value, infer_events, score_time
from mirodash.trial.infer.names import match_names, words, wordset
from mirodash.trial.problems import AMBIGUOUS
from mirodash.trial.table import (
    Column,
    Table,
    join_list,
    level_name,
    number_in,
    participants_in_words,
    text_of,
)

_MOSTLY = 0.8

_RANDOMISED = wordset("randomisation randomization randomised randomized rando random rand randdt rndmdt")
_ENTERED = wordset(
    "inclusion included enrolment enrollment enrolled enrol registration registered entry accrual baseline "
    "start debut trtsdt rfstdtc consent"
)
_DIED = wordset("death died dead deces decede decedee dod dthdt dth mort tod muerte dc dcd")
_LAST = wordset(
    "last dernier derniere dernieres nouvelles news seen contact followup follow fu suivi lstalvdt eosdt dlc "
    "ddn exit end fin censor censored censoring alive"
)
_NAMED = _RANDOMISED | _ENTERED | _DIED | _LAST
_NO_END = wordset("birth naissance born dob treatment traitement dose visit visite sample prelevement")


@dataclass(frozen=True, slots=True)
class _Parts:
    """The columns that give the time: from ``start`` (None where times are given) to ``died`` or ``last``."""

    start: Profile | None
    died: Profile | None
    last: Profile | None
    unit: str = "days"

    @property
    def all(self) -> tuple[Profile, ...]:
        return tuple(part for part in (self.start, self.died, self.last) if part is not None)


def add_time_from_dates(table: Table) -> Table:
    """The table with a column of the time, and one of the event where none is there, computed from dates.

    Nothing is added to a table that has a time already, or that is ADaM, or whose dates can be read day
    first and month first alike. Dates that cannot be read stay in the new column as they are, and a
    time before the start is negative, so that both are found with their rows when the trial is checked.
    """
    if {"usubjid", "studyid"} <= {name.casefold() for name in table.columns}:
        return table
    profiles = [Profile(name, column) for name, column in table.columns.items()]
    parts = _times_to_two_ends(profiles) or _dates(profiles)
    if parts is None or _has_time(profiles, parts):
        return table
    if parts.start is None:
        return _add_columns(table, profiles, parts, _as_number(parts.died), _as_number(parts.last))
    order = order_of(cell for part in parts.all for cell in part.counts)
    if order is None:
        names = join_list([f"{match_names(part.name)}" for part in parts.all])
        notice = f"The dates in {names} {AMBIGUOUS}; write them as 2020-03-31."
        return replace(table, notices=(*table.notices, notice))
    ends = [_between(parts.start, part, order) for part in (parts.died, parts.last)]
    return _add_columns(table, profiles, parts, *ends)


Times = list[float | str | None]


def _has_time(profiles: Sequence[Profile], parts: _Parts) -> bool:
    return any(
        score_time(p.name) >= ENOUGH and could_be_time(p) for p in profiles if p not in parts.all
    ) or any(_new_names(parts)[0] == p.name.casefold() for p in profiles)


def _dates(profiles: Sequence[Profile]) -> _Parts | None:
    every = [(p, set(words(p.name))) for p in profiles]
    named = [(p, parts) for p, parts in every if parts & _NAMED and p.are_dates]
    start = _first(named, _RANDOMISED) or _first(named, _ENTERED, without=_DIED | _LAST)
    rest = [(p, parts) for p, parts in named if p is not start and not parts & _NO_END]
    died = _first(rest, _DIED)
    last = _first([pair for pair in rest if pair[0] is not died], _LAST)
    return _Parts(start, died, last) if start and last else None


def _first(
    named: Sequence[tuple[Profile, set[str]]],
    wanted: frozenset[str],
    *,
    without: frozenset[str] = frozenset(),
) -> Profile | None:
    return next((p for p, parts in named if parts & wanted and not parts & without), None)


def _times_to_two_ends(profiles: Sequence[Profile]) -> _Parts | None:
    """A time to death known of those who died, and a time to last follow-up known of the others."""
    named = [(p, set(words(p.name))) for p in profiles]
    timed = [
        (p, parts)
        for p, parts in named
        if parts & known.UNITS.keys() and parts & (_DIED | _LAST) and p.numbers and p.numeric_share >= _MOSTLY
    ]
    died = _first(timed, _DIED, without=_LAST)
    last = _first(timed, _LAST, without=_DIED)
    if died is None or last is None or not died.known < died.rows:
        return None
    units = [{known.UNITS[word] for word in words(p.name) if word in known.UNITS} for p in (died, last)]
    either = sum(bool(a or b) for a, b in zip(died.column.cells, last.column.cells, strict=True))
    if (
        len(units[0] | units[1]) != 1
        or either < _MOSTLY * died.rows
        or last.known < _MOSTLY * (died.rows - died.known)
    ):
        return None
    return _Parts(None, died, last, next(iter(units[0])))


def _as_number(part: Profile | None) -> Times:
    if part is None:
        return []
    return [
        (number_in(cell) if number_in(cell) is not None else cell) if cell else None
        for cell in part.column.cells
    ]


def _between(start: Profile, end: Profile | None, order: str) -> Times:
    """Days from one date to another, row by row; a date that cannot be read stays as it is."""
    if end is None:
        return []
    days = {cell: day_number(cell, order) for cell in (*start.counts, *end.counts)}
    found: Times = []
    for first, second in zip(start.column.cells, end.column.cells, strict=True):
        if not first or not second:
            found.append(None)
            continue
        begin, until = days[first], days[second]
        found.append(first if begin is None else second if until is None else float(until - begin))
    return found


def _add_columns(table: Table, profiles: Sequence[Profile], parts: _Parts, died: Times, last: Times) -> Table:
    """The table with the new columns behind its own."""
    count = len(table)
    died, last = died or [None] * count, last or [None] * count
    times = [until if until is not None else seen for until, seen in zip(died, last, strict=True)]
    source = parts.all[-1].column
    name, event_name = _new_names(parts)
    end = " or ".join(f"{match_names(part.name)}" for part in (parts.died, parts.last) if part is not None)
    start = f" from {match_names(parts.start.name)}" if parts.start is not None else ""
    columns = dict(table.columns)
    label = f"Time{start} to {end}".replace("'", "")
    columns[name] = Column(tuple(map(text_of, times)), source.rows, label=label, unit=parts.unit)
    known_count = sum(time is not None for time in times)
    if parts.start is not None:
        said = f"counts the days{start} to {end}"
    else:
        said = f"takes the {parts.unit} from {end}, the first of them where it is known"
    notices = [f"The time '{name}' {said} ({participants_in_words(known_count)})."]
    status = _status(profiles, parts)
    if status is None and parts.died is not None:
        cells = tuple(
            "1" if dead else "0" if seen else ""
            for dead, seen in zip(parts.died.column.cells, _cells(parts.last, count), strict=True)
        )
        columns[event_name] = Column(cells, source.rows, label="Death")
        notices.append(
            f"The event '{event_name}' is 1 where {match_names(parts.died.name)} holds something "
            f"({participants_in_words(cells.count('1'))})."
        )
    notices += _list_disagreements(parts, status, source, died, last)
    return replace(table, columns=columns, notices=(*table.notices, *notices))


def _cells(part: Profile | None, count: int) -> Sequence[str]:
    return part.column.cells if part is not None else ("",) * count


def _status(profiles: Sequence[Profile], parts: _Parts) -> Profile | None:
    """The column that says who had the event, if there is one beside the dates."""
    found = [e for e in infer_events(profiles) if e.profile not in parts.all and e.profile.has_levels(2, 12)]
    return max(found, key=lambda named: named.score).profile if found else None


def _new_names(parts: _Parts) -> tuple[str, str]:
    return f"survival_{parts.unit}" if parts.died is not None else f"time_{parts.unit}", "died"


def _list_disagreements(
    parts: _Parts, status: Profile | None, column: Column, died: Times, last: Times
) -> list[str]:
    """Rows in which somebody is seen after the death, or in which the status says another thing."""
    if parts.died is None:
        return []
    notices: list[str] = []
    later = [
        i
        for i, (until, seen) in enumerate(zip(died, last, strict=True))
        if isinstance(until, float) and isinstance(seen, float) and seen > until
    ]
    if later and parts.last is not None:
        notices.append(
            f"{match_names(parts.last.name)} lies after {match_names(parts.died.name)} in "
            f"{column.where(later)}; the time to death is used."
        )
    value = infer_event_value(status, None).value if status is not None else None
    if status is not None and value is not None:
        pairs = enumerate(zip(status.column.cells, parts.died.column.cells, strict=True))
        other = [i for i, (said, dead) in pairs if said and (level_name(said) == value) != bool(dead)]
        if other:
            notices.append(
                f"{match_names(status.name)} and {match_names(parts.died.name)} say different things "
                f"in {column.where(other)}; the event is taken from {match_names(status.name)}."
            )
    return notices
