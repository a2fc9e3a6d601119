"""Endpoints: follow-up time and event of every participant, validated and described."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.delayed_entry import find_late_entries
from mirodash.trial.dictionary import MIN_HORIZON, Endpoint, EndpointDraft, TimeUnit
from mirodash.trial.event_words import event_key, event_keys, says_no_event, sounds_censored
from mirodash.trial.precision import file_precision
from mirodash.trial.problems import CORRECT, Choice, Findings, Problem
from mirodash.trial.table import (
    Column,
    Table,
    are_dates,
    join_list,
    level_name,
    parse_numbers,
    participants_in_words,
)
from mirodash.trial.trial import Levels, Outcome

_UNDERSTOOD = frozenset({0.0, 1.0})
_CODE = re.compile(r"\+?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)|true|false", re.IGNORECASE)
"""A code of an event: a number without a sign, or a truth."""
_NO_CODE = "neither of two codes"
_CHOOSE_VALUE = "Choose which value means the event."
_SINGLE = (
    "If it does, choose it; empty cells then count as no event. If no participant had the event, there is "
    "nothing to compare yet."
)


@dataclass(frozen=True, eq=False, slots=True)
class Events:
    """Who had the event, and of whom that is known (participants,).

    ``value`` says so, as the file writes it, and ``others`` do; empty when nobody knows which value does.
    ``competing`` is who had another event, None where none is declared.
    """

    event: NDArray[np.bool_]
    known: NDArray[np.bool_]
    value: str
    others: tuple[str, ...] = ()
    competing: NDArray[np.bool_] | None = None


def read_events(column: Column, endpoint: EndpointDraft, found: Findings) -> Events:
    """Who had the event.

    ``0/1`` and ``true/false`` are understood, other codings need ``event_value``. ADaM's ``CNSR`` is
    0 for an event and any other number, a reason for censoring, for none. Everything else is a problem:
    one value only, more than two, a value that never occurs. Texts among two codes can be left out.
    """
    name = endpoint.event
    odd, agreed = odd_cells(column.cells, endpoint), name in found.leave_out
    cells = _without(column.cells, odd) if agreed else column.cells
    cells, empty = _fill_flags(cells, endpoint)
    keys = event_keys(cells)
    known = np.array([key is not None for key in keys], dtype=np.bool_)
    # of two spellings of one value the one that stands last is shown
    spelt = {event_key(cell): level_name(cell) for cell in reversed(dict.fromkeys(reversed(cells)))}
    another = {event_key(value) for value in endpoint.competing}
    counts = Counter(key for key in keys if key is not None and key not in another)
    wanted = _list_wanted(endpoint)
    problem = _report_competing(endpoint, set(keys), spelt, wanted) or _problem(
        endpoint, counts, spelt, wanted, has_odd=bool(odd) and not agreed
    )
    if not problem:
        found.notices += _describe_censored(name, counts, spelt, wanted, empty)
        found.flags += [name] * bool(empty)
    about = Problem("", columns=(name,)) if agreed else problem
    if odd and about:
        todo = f"Choose a column with two values, correct the cells that are no codes ({column.where(odd)})."
        about = replace(about, chosen=todo, choices=())
        found.impossible(about, column, odd, why=_NO_CODE, whole="participant")
    if problem and (agreed or not odd):
        found.problems.append(problem)
    if problem:
        return Events(np.zeros(len(keys), dtype=np.bool_), known, "")
    events = {event_key(value) for value in wanted or ("1",)}
    value = spelt[event_key((wanted or ("1",))[0])]
    others = tuple(spelt[event_key(each)] for each in wanted[1:])
    had, other = (np.array([key in those for key in keys], dtype=np.bool_) for those in (events, another))
    return Events(had, known, value, others, other if another else None)


def _list_wanted(endpoint: EndpointDraft) -> tuple[str, ...]:
    """The values that mean the event, each once; none where nobody said one."""
    first = endpoint.event_value or ("0" if _is_adam(endpoint.event) else None)
    given = (*((first,) if first else ()), *endpoint.other_event_values)
    return tuple({event_key(value): value for value in given}.values())


def _report_competing(
    endpoint: EndpointDraft,
    held: set[float | str | None],
    spelt: dict[float | str | None, str],
    wanted: tuple[str, ...],
) -> Problem | None:
    """Why a value cannot mean a competing event: it never occurs, or means the event itself."""
    events = {event_key(value) for value in wanted or ("1",)}
    for value in endpoint.competing:
        if event_key(value) not in held:
            there = join_list([spelt[key] for key in sorted(held - {None}, key=str)], most=12)
            what = f"Column '{endpoint.event}' never holds the competing event '{value}'; it holds {there}."
        elif event_key(value) in events:
            what = f"'{value}' in column '{endpoint.event}' cannot be the event and a competing one."
        else:
            continue
        return Problem(what, chosen=_CHOOSE_VALUE, columns=(endpoint.event,), part="event_value")
    return None


_NO_EVENT = "no event"


def _fill_flags(cells: Sequence[str], endpoint: EndpointDraft) -> tuple[tuple[str, ...], int]:
    """The cells of a flag (``Y`` where an event happened, else empty), its empty ones as no event.

    So are those of a cause of death: where every value means an event, an empty cell is how none is written.
    """
    known = {event_key(cell) for cell in cells if cell}
    empty = sum(not cell for cell in cells)
    values = (endpoint.event_value, *endpoint.other_event_values, *endpoint.competing)
    if not empty or endpoint.event_value is None or known != {event_key(each) for each in values if each}:
        return tuple(cells), 0
    return tuple(cell or _NO_EVENT for cell in cells), empty


def _describe_censored(
    name: str,
    counts: Counter[float | str],
    spelt: dict[float | str | None, str],
    wanted: tuple[str, ...],
    empty: int,
) -> list[str]:
    """What counts as no event although it is none of two codes."""
    if empty:
        return [f"'{name}' is empty in {empty:,} row{'' if empty == 1 else 's'}, which counts as no event."]
    if len(counts) <= 2 or _is_adam(name):
        return []
    events = {event_key(value) for value in wanted}
    rest = [key for key in sorted(counts, key=str) if key not in events]
    said = [f"{spelt[key]} ({counts[key]:,})" for key in rest]
    verb = "counts" if len(said) == 1 else "count"
    return [f"Of '{name}', {join_list(said, most=12)} {verb} as censored."]


def odd_cells(cells: Sequence[str], endpoint: EndpointDraft) -> list[int]:
    """Where one or two codes are the rule, the positions of the cells that are no codes.

    Three codes are competing events, of which none can be left out, and nor can one of two values.

    Examples
    --------
    >>> endpoint = EndpointDraft("death", "days", "died")
    >>> odd_cells(["0", "1", "0", "1", "?"], endpoint), odd_cells(["0", "1", "2"], endpoint)
    ([4], [])
    """
    name, wanted = endpoint.event, event_key(endpoint.event_value or "")
    texts = {cell for cell in cells if cell}
    odd = {cell for cell in texts if not _CODE.fullmatch(cell)}
    codes, others = set(map(event_key, texts - odd)), set(map(event_key, odd))
    if _is_adam(name) or not 1 <= len(codes) <= 2 or len(codes | others) <= 2 or wanted in others:
        return []
    positions = [i for i, cell in enumerate(cells) if cell in odd]
    return positions if 2 * len(positions) < sum(map(bool, cells)) else []


def _without(cells: Sequence[str], positions: Sequence[int]) -> tuple[str, ...]:
    gone = set(positions)
    return tuple("" if i in gone else cell for i, cell in enumerate(cells))


def _is_adam(name: str) -> bool:
    return name.upper() == "CNSR" or name.upper().startswith("CNSR (")


def _problem(
    endpoint: EndpointDraft,
    counts: Counter[float | str],
    spelt: dict[float | str | None, str],
    wanted: tuple[str, ...],
    *,
    has_odd: bool,
) -> Problem | None:
    """Why the column does not tell who had the event, or None when it does."""
    name = endpoint.event
    held = {spelt[key]: count for key, count in sorted(counts.items(), key=str)}
    problem = _report_impossible(endpoint, held, wanted, has_odd=has_odd) or _report_undecided(
        name, counts, held, wanted
    )
    never = [value for value in wanted if event_key(value) not in counts]
    if problem is None and never:
        return Problem(
            f"Column '{name}' never holds '{never[0]}', which would mean the event; it {_holds(held)}.",
            chosen=_CHOOSE_VALUE,
            columns=(name,),
            part="event_value",
        )
    return problem


def _report_impossible(
    endpoint: EndpointDraft, held: dict[str, int], wanted: tuple[str, ...], *, has_odd: bool
) -> Problem | None:
    """Why no value of the column could tell events apart, or the question what its values mean; or None."""
    name = endpoint.event
    if not held:
        what, todo = f"Column '{name}', given as the event, is empty.", "Choose another column as the event."
        return Problem(what, chosen=todo, columns=(name,), part="event")
    if len(held) <= 2 or _is_adam(name) or (not wanted and _are_others_censored(held)):
        return None
    if len(held) > 12:
        what = f"Column '{name}', given as the event, holds {len(held):,} different values instead of two."
        return Problem(what, chosen="Choose a column with two values.", columns=(name,), part="event")
    if has_odd:
        what = f"Column '{name}' {_holds(held)}: more than two values, of which some are no codes."
        return Problem(what, chosen="Choose a column with two values.", columns=(name,), part="event")
    if not wanted:
        return Problem(
            f"Column '{name}' {_holds(held)}: more than two values, perhaps competing events. Which of them "
            "mean the event?",
            typed="Say each with --event-value, with --competing what is another event, and with "
            "--censored-value what counts as censored.",
            chosen=_CHOOSE_VALUE,
            columns=(name,),
            part="event_value",
        )
    return _ask_others(endpoint, held, wanted)


def _ask_others(endpoint: EndpointDraft, held: dict[str, int], wanted: tuple[str, ...]) -> Problem | None:
    """The question about values that are neither the event nor say that there was none."""
    answered = {event_key(value) for value in (*wanted, *endpoint.censored_values, _NO_EVENT)}
    is_coded = all(isinstance(event_key(value), float) for value in wanted)
    open_values = [
        value
        for value in held
        if event_key(value) not in answered
        and not says_no_event(value)
        and not (is_coded and event_key(value) == 0.0)
    ]
    if not open_values:
        return None
    name = endpoint.event
    said = join_list([f"{value} ({held[value]:,})" for value in open_values], most=12)
    options = join_list(
        [
            f"--event-value '{value}', --competing '{value}' or --censored-value '{value}'"
            for value in open_values
        ],
        most=12,
    )
    return Problem(
        f"Column '{name}' also holds {said}: the event as well, a competing event, or one that "
        "counts as censored?",
        typed=f"Say {options}.",
        chosen="Say which.",
        columns=(name,),
        part="event_value",
        choices=tuple(
            choice
            for value in open_values
            for choice in (
                Choice("other_event_values", value, f"{value} is the event as well"),
                Choice("competing", value, f"{value} is a competing event"),
                Choice("censored_values", value, f"{value} counts as censored"),
            )
        ),
    )


def _are_others_censored(held: dict[str, int]) -> bool:
    """Whether every value but one says that there was no event (``Alive``, ``Lost to follow-up``)."""
    return sum(not says_no_event(value) for value in held) == 1


def _report_undecided(
    name: str, counts: Counter[float | str], held: dict[str, int], wanted: tuple[str, ...]
) -> Problem | None:
    """The question which value means the event, when neither people nor a convention say it."""
    if wanted:
        return None
    if set(counts) <= _UNDERSTOOD and len(counts) == 2 and not sounds_censored(name):
        return None
    what = f"Column '{name}' {_holds(held)}. Which one means the event?"
    if len(counts) == 1:
        what = (
            f"Column '{name}' holds nothing but {next(iter(held))} "
            f"({participants_in_words(counts.total())}). Does it mean the event?"
        )
    todo = "Say it with --event-value."
    chosen = _CHOOSE_VALUE if len(counts) > 1 else _SINGLE
    return Problem(what, typed=todo, chosen=chosen, columns=(name,), part="event_value")


def _holds(held: dict[str, int]) -> str:
    """``holds 1 (15 participants) and 2 (25)``."""
    parts = [f"{value} ({count:,})" for value, count in held.items()]
    first, count = next(iter(held.items()))
    parts[0] = f"{first} ({participants_in_words(count)})"
    return f"holds {join_list(parts, most=12)}"


DAYS: dict[TimeUnit, float] = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25}
MAX_YEARS = 100
SAME_TIME = math.sqrt(np.finfo(float).eps)
_STILL_AT_RISK = 0.1

Times = NDArray[np.float64]


def read_times(column: Column, name: str, unit: TimeUnit, found: Findings, *, part: str = "time") -> Times:
    """Times (participants,) in ``unit``, NaN where missing or left out; ``part`` is what they are of.

    Dates, text, negative, infinite times and times beyond 100 years are problems, unless the reader
    agreed to leave them out.
    """
    if are_dates(column.cells):
        first = next(i for i, cell in enumerate(column.cells) if cell)
        found.problems.append(
            Problem(
                f"Column '{name}', given as the {part}, holds dates ({column.cells[first]} in "
                f"{column.where([first])}). A time is a number of days (or weeks, months, years) from "
                "randomisation to the event or the end of follow-up.",
                chosen="Choose a column with such a number.",
                columns=(name,),
                part=part,
            )
        )
        return np.full(len(column.cells), np.nan)
    times, impossible = _report_impossible_time(column, name, unit)
    for problem, positions, why in impossible:
        about = replace(problem, part=part) if problem.part == "time" else problem
        if found.impossible(about, column, positions.tolist(), why=why, whole="participant"):
            times[positions] = np.nan
    return times


Positions = NDArray[np.intp]


def _report_impossible_time(
    column: Column, name: str, unit: TimeUnit
) -> tuple[Times, list[tuple[Problem, Positions, str]]]:
    """The times as numbers, and for each kind of impossible ones the problem, where they are, and why."""
    parsed = parse_numbers(column.cells)
    times = parsed.values
    beyond_limit = np.flatnonzero(parsed.below | parsed.above)
    text = np.array(sorted({*parsed.not_numbers, *parsed.unstated_limits, *beyond_limit.tolist()}), np.intp)
    times[text] = np.nan
    infinite = np.flatnonzero(np.isinf(times))
    negative = np.flatnonzero((times < 0) & np.isfinite(times))
    long = np.flatnonzero((times > longest(unit)) & np.isfinite(times))
    fix = CORRECT
    texts = f"{not_a_number(column, name, text.tolist())}" if text.size else ""
    return times, [
        (Problem(texts, chosen=fix, columns=(name,), part="time"), text, "no number"),
        (
            Problem(
                f"Column '{name}': the time is negative in {column.where(negative)}; time starts at 0.",
                chosen=fix,
                columns=(name,),
                part="time",
            ),
            negative,
            "negative",
        ),
        (
            Problem(
                f"Column '{name}': the time is infinite in {column.where(infinite)}.",
                chosen=fix,
                columns=(name,),
                part="time",
            ),
            infinite,
            "infinite",
        ),
        (
            Problem(
                f"Column '{name}': {column.where(long)} would be beyond {MAX_YEARS} years if the time is "
                f"in {unit}; is the unit right?",
                typed="Say it with --unit or in the dictionary (unit = ...).",
                chosen="Choose the unit of the time, or correct these cells in the file.",
                columns=(name,),
                part="unit",
            ),
            long,
            f"beyond {MAX_YEARS} years",
        ),
    ]


def longest(unit: TimeUnit) -> float:
    """The longest time that can be: a hundred years, in this unit."""
    return MAX_YEARS * DAYS["years"] / DAYS[unit]


def not_a_number(column: Column, name: str, positions: Sequence[int]) -> str:
    """A sentence about text where a number belongs: the rows and the first of the texts."""
    shown = column.cells[positions[0]][:40]
    comma = " (is its comma a decimal mark or does it separate thousands?)" if _comma(shown) else ""
    return f"Column '{name}': '{shown}' is not a number{comma}, in {column.where(positions)}."


def _comma(cell: str) -> bool:
    return "," in cell and cell.replace(",", "").strip("<>= +-").replace(".", "").isdigit()


def to_file_precision(times: Times) -> tuple[Times, int]:
    """Times without differences nobody measured, and how many distinct times that merged.

    Times are rounded to the file's decimals (`file_precision`); then neighbours closer than R's ``survfit``
    and ``coxph`` can tell apart become one (``aeqSurv``: a gap of at most 1.5e-8, absolute or relative
    to the mean of the distinct times). NaN stays.
    """
    known = np.isfinite(times)
    values = times[known]
    if not values.size:
        return times, 0
    decimals = file_precision(values).decimals
    rounded = values if decimals is None else np.round(values, decimals)
    distinct, place = np.unique(rounded, return_inverse=True)
    gaps = np.diff(distinct)
    apart = (gaps > SAME_TIME) & (gaps > SAME_TIME * float(distinct.mean()))
    first = np.concatenate([[0], np.where(apart, np.arange(1, distinct.size), 0)])
    merged = distinct[np.maximum.accumulate(first)]
    result = times.copy()
    result[known] = merged[place] + 0.0
    return result, np.unique(values).size - np.unique(merged).size


def default_horizon(times: list[Times]) -> float:
    """The horizon when nobody says one: how far both arms can be followed with some confidence.

    The latest time at which at least 10 % of each arm are still at risk (beyond it curves rest on too
    few to be shown, Pocock, Clayton and Altman, Lancet 2002), rounded down to two significant digits.

    Parameters
    ----------
    times : list of arrays (participants of one arm,)
        Usable times, one array an arm.

    Examples
    --------
    >>> default_horizon([np.arange(1.0, 201.0), np.arange(1.0, 301.0)])
    180.0
    """
    ends = [float(np.sort(arm)[::-1][math.ceil(_STILL_AT_RISK * arm.size) - 1]) for arm in times if arm.size]
    latest = min(ends, default=0.0)
    if latest <= 0:
        latest = max((float(arm.max()) for arm in times if arm.size), default=0.0)
    if latest < MIN_HORIZON:
        return 1.0
    step = 10.0 ** (math.floor(math.log10(latest)) - 1)
    return float(f"{math.floor(latest / step * (1 + 1e-12)) * step:.12g}")


_MANY_TIES = 0.1


def read_outcome(table: Table, draft: EndpointDraft, found: Findings) -> tuple[Outcome, EndpointDraft]:
    """One endpoint's outcome, and its draft with the event value as the file spells it.

    What cannot be is a problem; missing, zero, rounded and tied times are noticed.
    """
    new_problem = found.watch()
    # what is impossible in days is impossible in every unit, so that all is found while the unit is asked for
    unit = draft.unit or "days"
    column = table.columns[draft.time]
    times = read_times(column, draft.time, unit, found)
    events = read_events(table.columns[draft.event], draft, found)
    filled = replace(draft, unit=unit, event_value=events.value, other_event_values=events.others)
    usable = np.isfinite(times) & events.known
    entry = None
    if draft.entry is not None:
        entry = read_times(table.columns[draft.entry], draft.entry, unit, found, part="entry")
        usable &= np.isfinite(entry)
    times, entry, merged = _round_follow_up(times, entry, usable)
    if entry is not None:
        usable &= ~find_late_entries(table, draft, times, entry, found)
    if new_problem():
        return _freeze(times, events.event, usable, entry), filled
    if not usable.any():
        what = f"No participant has both a time ('{draft.time}') and a known event ('{draft.event}')."
        todo = "Choose other columns."
        found.problems.append(Problem(what, chosen=todo, columns=(draft.time, draft.event), part="time"))
    outcome = _freeze(times, events.event & usable, usable, entry, events.competing)
    if merged:
        found.notices.append(
            f"Times in '{draft.time}' were rounded to the precision of the file; {merged:,} of them "
            "differed by less than that and are now tied."
        )
    found.notices += _notice_follow_up(outcome, filled, column)
    return outcome, filled


def _round_follow_up(
    times: Times, entry: Times | None, usable: NDArray[np.bool_]
) -> tuple[Times, Times | None, int]:
    """Times and entries (participants,) to the file's precision, and how many distinct ones that merged."""
    if entry is None:
        rounded, merged = to_file_precision(np.where(usable, times, np.nan))
        return rounded, None, merged
    both = np.where(usable, np.stack((times, entry)), np.nan)
    rounded, merged = to_file_precision(both.ravel())
    return rounded[: times.size], rounded[times.size :], merged


def _freeze(
    times: NDArray[np.float64],
    event: NDArray[np.bool_],
    usable: NDArray[np.bool_],
    entry: NDArray[np.float64] | None = None,
    competing: NDArray[np.bool_] | None = None,
) -> Outcome:
    competing = None if competing is None else competing & usable
    for array in (times, event, usable, entry, competing):
        if array is not None:
            array.setflags(write=False)
    return Outcome(times, event, usable, entry, competing)


def _notice_follow_up(outcome: Outcome, endpoint: EndpointDraft, column: Column) -> list[str]:
    """What a reader should know about the times of one endpoint."""
    notices: list[str] = []
    lacking = np.flatnonzero(~outcome.usable)
    if lacking.size:
        verb = "lacks" if lacking.size == 1 else "lack"
        rows = column.where(i for i in lacking.tolist() if column.rows[i])
        needed = f"the time ('{endpoint.time}') or the event ('{endpoint.event}')"
        if endpoint.entry:
            needed = f"the time ('{endpoint.time}'), the event ('{endpoint.event}') or the entry "
            needed += f"('{endpoint.entry}')"
        notices.append(
            f"{participants_in_words(lacking.size)} {verb} {needed}: counted, but not "
            f"usable{f' ({rows})' if rows else ''}."
        )
    if outcome.entry is not None:
        known = outcome.entry[outcome.usable]
        notices.append(
            f"Of {participants_in_words(known.size)}, {int((known > 0).sum()):,} came under observation "
            f"after {endpoint.origin} ('{endpoint.entry}'); each is at risk from their entry on."
        )
    at_zero = int((outcome.event & (outcome.time == 0)).sum())
    if at_zero:
        when = "on day 0" if endpoint.unit == "days" else "at time 0"
        noun = endpoint.singular if at_zero == 1 else endpoint.plural
        notices.append(f"{at_zero:,} {noun} {when}.")
    _, counts = np.unique(outcome.time[outcome.event], return_counts=True)
    events = int(counts.sum())
    tied = int(counts[counts > 1].sum())
    if events and tied / events > _MANY_TIES:
        notices.append(
            f"{100 * tied / events:.0f} % of {endpoint.plural} share their time with another one; "
            "Efron's method is used for ties."
        )
    return notices


def describe(
    draft: EndpointDraft, outcome: Outcome, table: Table, arm: Levels, compared: Sequence[str]
) -> Endpoint:
    """The endpoint as a trial has it: with a label, and a horizon when nobody said one."""
    horizon = draft.horizon
    if horizon is None:
        codes = [arm.names.index(name) for name in compared]
        horizon = default_horizon([outcome.time[outcome.usable & (arm.codes == code)] for code in codes])
    return Endpoint(
        key=draft.key,
        label=draft.label or table.columns[draft.event].label or draft.event,
        time=draft.time,
        event=draft.event,
        event_value=draft.event_value or "",
        horizon=horizon,
        unit=draft.unit or "days",
        origin=draft.origin,
        singular=draft.singular,
        plural=draft.plural,
        event_free=draft.event_free,
        entry=draft.entry or "",
        other_event_values=draft.other_event_values,
        competing=draft.competing,
        competing_word=draft.competing_word,
    )
