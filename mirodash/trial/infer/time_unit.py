"""Infers the unit of a time: from what is written beside it, from dates, or from how long it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from mirodash.trial.dictionary import UNITS, TimeUnit
from mirodash.trial.infer.columns import Profile
from mirodash.trial.infer.dates import day_number, order_of
from mirodash.trial.infer.names import fold, words, wordset
from mirodash.trial.outcomes import DAYS
from mirodash.trial.table import Column, Table

_LETTERS: Mapping[str, TimeUnit] = {"d": "days", "w": "weeks", "m": "months", "y": "years", "j": "days"}
"""Units in a letter, where a unit stands by itself: ``AVALU`` D, ``futime_d``."""
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_COUNTS = wordset(
    "a one two three four five six seven eight nine ten twelve each every per un une deux trois six douze"
)
_BESIDE = (
    "avalu",
    "{}u",
    "{}_u",
    "{}unit",
    "{}_unit",
    "{}.unit",
    "{}_unite",
    "{}_units",
    "time_unit",
    "timeunit",
)
"""Names of the column that holds the unit of another."""
_STARTS = ("startdt", "astdt", "trtsdt", "randdt", "rfstdtc", "rfstdt")
_ENDS = ("adt", "aendt", "enddt")
_MIN_PAIRS = 8
_NEAR = 0.02
_LONGEST_LIKELY_YEARS = 40.0
"""No trial has followed its participants for longer."""


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """The unit of a time, None where it has to be asked, and how it is known, as the end of a sentence."""

    unit: TimeUnit | None
    reason: str


def infer_time_unit(table: Table, name: str) -> FoundUnit:
    """The unit of the time in one column of a table, and how it is known.

    What is written counts in this order: the unit beside every value (``AVALU``, a column called like the
    time with ``unit`` behind it, a unit in the cells or in a row of units), the label or ``PARAM``, the
    name. Two dates beside the time tell it as well, and values do when they are too long for any unit but
    one. Otherwise it is asked.
    """
    time = table.columns[name]
    return (
        _by_column(table, name)
        or _by_texts(table, name)
        or _by_dates(table, name)
        or _by_values(Profile(name, time))
    )


def _by_column(table: Table, name: str) -> FoundUnit | None:
    own = _unit_alone(table.columns[name].unit)
    if own:
        return FoundUnit(own, f"in {own}, as the unit beside its numbers says")
    by_name = {column.casefold(): column for column in table.columns}
    for pattern in _BESIDE:
        if pattern == "avalu" and name.casefold() != "aval":
            continue
        beside = by_name.get(pattern.format(name.casefold()))
        if beside is None or beside == name:
            continue
        said: set[TimeUnit | None] = {_unit_alone(cell) for cell in set(table.columns[beside].known())}
        if len(said) == 1 and (unit := said.pop()):
            return FoundUnit(unit, f"in {unit}, as '{beside}' says")
    return None


def _unit_alone(text: str) -> TimeUnit | None:
    """The unit that a text is, and nothing else: ``MONTHS``, ``D``, ``mois``."""
    folded = fold(text.strip(" ().[]"))
    return UNITS.get(folded) or _LETTERS.get(folded)


def _by_texts(table: Table, name: str) -> FoundUnit | None:
    """The unit in label, ``PARAM`` or name; None where two of them name different ones."""
    found: dict[TimeUnit, str] = {}
    for source, texts in _texts(table, name):
        units: list[TimeUnit | None] = [unit_in_words(text) for text in texts]
        said: set[TimeUnit] = {unit for unit in units if unit}
        if len(said) > 1:
            return None
        for unit in said:
            found.setdefault(unit, source)
    in_name = _unit_in_name(name)
    if in_name:
        found.setdefault(in_name, "its name")
    if len(found) != 1:
        return None
    ((unit, source),) = found.items()
    return FoundUnit(unit, f"in {unit}, as {source} says")


def _texts(table: Table, name: str) -> Iterator[tuple[str, set[str]]]:
    yield "its label", {table.columns[name].label}
    param = next((column for column in table.columns if column.casefold() == "param"), None)
    if param is not None and name.casefold() == "aval":
        yield f"'{param}'", set(table.columns[param].known())


def unit_in_words(text: str) -> TimeUnit | None:
    """The unit that a label names; a number of units (``24-week``, ``30 days after``) names none.

    >>> unit_in_words("Overall survival (Months)"), unit_in_words("Survie globale (mois)")
    ('months', 'months')
    >>> unit_in_words("Time to 24-week confirmed disability progression") is None
    True
    """
    inside = re.findall(r"[(\[]([^()\[\]]{1,20})[)\]]", text[:300])
    brackets: list[TimeUnit | None] = [_unit_alone(part) for part in inside]
    named: set[TimeUnit] = {unit for unit in brackets if unit}
    if not named:
        parts = [fold(word) for word in _WORD.findall(text[:300])]
        named = {UNITS[word] for k, word in enumerate(parts) if word in UNITS and _is_no_count(parts, k)}
    return named.pop() if len(named) == 1 else None


def _is_no_count(parts: list[str], k: int) -> bool:
    """Whether a word for a unit has no number beside it, and more than a letter to say it."""
    beside = [parts[k - 1]] if k else []
    after = parts[k + 1] if k + 1 < len(parts) else ""
    counted = any(word.isdigit() or word in _COUNTS for word in beside) or after.isdigit()
    return len(parts[k]) > 1 and not counted


def _unit_in_name(name: str) -> TimeUnit | None:
    """The unit that a name of a column names, a letter at its end included (``Time_to_death_M``)."""
    parts = words(name)
    said: set[TimeUnit] = {UNITS[word] for word in parts if word in UNITS and len(word) > 1}
    if not said and len(parts) > 1 and (letter := _LETTERS.get(parts[-1])):
        return letter
    return said.pop() if len(said) == 1 else None


def _by_dates(table: Table, name: str) -> FoundUnit | None:
    """The unit in which the time is as long as the days between two dates."""
    by_name = {column.casefold(): column for column in table.columns}
    starts = [by_name[known] for known in _STARTS if known in by_name]
    ends = [by_name[known] for known in _ENDS if known in by_name]
    if name.casefold() != "aval":
        dated = [n for n, column in table.columns.items() if Profile(n, column).are_dates]
        starts, ends = dated, dated
    times = Profile(name, table.columns[name]).values
    for start in starts:
        for end in ends:
            unit = None if start == end else _unit_between(table.columns[start], table.columns[end], times)
            if unit:
                return FoundUnit(unit, f"in {unit}, as long as from '{start}' to '{end}'")
    return None


def _unit_between(start: Column, end: Column, times: np.ndarray) -> TimeUnit | None:
    order = order_of((*start.cells, *end.cells))
    if order is None:
        return None
    days = {cell: day_number(cell, order) for cell in {*start.cells, *end.cells}}
    pairs = [
        (until - begin, float(time))
        for first, last, time in zip(start.cells, end.cells, times, strict=False)
        if (begin := days[first]) is not None and (until := days[last]) is not None and time > 0
    ]
    long = [(between, time) for between, time in pairs if between > 50]
    if len(long) < _MIN_PAIRS:
        return None
    ratio = float(np.median([between / time for between, time in long]))
    return next((unit for unit, size in DAYS.items() if abs(ratio / size - 1) < _NEAR), None)


def _by_values(time: Profile) -> FoundUnit:
    """The only unit in which somebody can have been followed for so long; else the question."""
    longest = float(time.distinct[-1]) if time.distinct.size else 0.0
    years: dict[TimeUnit, float] = {unit: longest * size / DAYS["years"] for unit, size in DAYS.items()}
    possible: list[TimeUnit] = [unit for unit, length in years.items() if length <= _LONGEST_LIKELY_YEARS]
    if possible == ["days"]:
        return FoundUnit(
            "days", f"in days: up to {longest:,.6g} would be {years['weeks']:,.3g} years in weeks"
        )
    said = [_in_unit(longest, unit, years[unit]) for unit in possible]
    if not said:
        return FoundUnit(None, "")
    return FoundUnit(None, f"nothing says the unit: the longest would be {' or '.join(said)}")


def _in_unit(longest: float, unit: TimeUnit, years: float) -> str:
    """How long a time is in a unit, in the unit that people would say it in."""
    days = years * DAYS["years"]
    if unit == "years" or (days < 60 and unit == "days"):
        return f"{longest:,.3g} {unit}"
    length = f"{years:.2g} years" if years >= 1 else f"{days / DAYS['months']:.2g} months"
    return f"{length} in {unit}"
