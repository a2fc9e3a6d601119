"""Repeated measurements: a long table, a column for each visit, or ADaM BDS beside a trial's people."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mirodash.trial import adam
from mirodash.trial.dictionary import UNITS, Measure, MeasureDraft, TimeUnit
from mirodash.trial.problems import Findings, MeasureRead, Problem
from mirodash.trial.table import (
    Column,
    MeasureSource,
    Table,
    join_list,
    level_name,
    parse_numbers,
    suggest_name,
)

DAYS_IN: Mapping[TimeUnit, float] = {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}
MAX_MEASURES = 40
"""More kinds of measurement than this are not offered unless a dictionary describes them."""

_PERSON = ("USUBJID", "participant", "patient", "subject", "subject_id", "patient_id", "id")
_MEASURE = ("PARAMCD", "measure", "measurement", "parameter", "test", "variable")
_VALUE = ("AVAL", "value", "result", "score")
_TIME = ("ADY", "day", "days", "study_day", "week", "weeks", "month", "months", "year", "years", "time")
_DATE = ("ADT", "date", "visit_date", "date_of_visit")
_PHASE = ("ATPT", "phase", "timepoint")
_START = ("RANDDT", "TRTSDT", "randomisation_date", "randomization_date", "date_of_randomisation")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].*)?")


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """The measurements of one kind, sorted by participant and day; arrays are (measurements,).

    Attributes
    ----------
    person : place of the participant in the trial
    day : from randomisation, which is day 0
    value : in the dictionary's unit
    scheduled : False for unscheduled visits, which belong to no mean at a visit
    phase : index into ``phases`` (peak and trough of a cycle), -1 where none is said
    """

    person: NDArray[np.int32]
    day: NDArray[np.float64]
    value: NDArray[np.float64]
    scheduled: NDArray[np.bool_]
    phase: NDArray[np.int32]
    phases: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class SeriesFound:
    """All series of a trial with what is said of each, and their fingerprint, empty without any."""

    measures: tuple[Measure, ...] = ()
    series: Mapping[str, Series] = field(default_factory=dict[str, Series])

    @property
    def fingerprint(self) -> str:
        """``sha256:`` and the digest of all measurements; the trial's own does not depend on them."""
        return fingerprint_series(self.measures, self.series) if self.series else ""


def fingerprint_series(measures: Sequence[Measure], series: Mapping[str, Series]) -> str:
    """``sha256:`` and the digest of measurements and what is said of them."""
    digest = hashlib.sha256(json.dumps([asdict(measure) for measure in measures], sort_keys=True).encode())
    for key, held in sorted(series.items()):
        digest.update(json.dumps([key, held.phases, len(held.person)]).encode())
        for array in (
            held.person.astype("<i4"),
            held.day.astype("<f8"),
            held.value.astype("<f8"),
            held.scheduled,
            held.phase.astype("<i4"),
        ):
            digest.update(np.ascontiguousarray(array).tobytes())
    return f"sha256:{digest.hexdigest()}"


def is_measurements(table: Table, others: Sequence[Table]) -> bool:
    """True for a table with several rows for each participant: ADaM BDS, or participant, time and values.

    Who is meant in a row is said by a column that another table has as well, with one row for each.
    """
    columns = set(table.columns)
    if {"USUBJID", "AVAL"} <= columns:
        return "CNSR" not in columns and "PARAMCD" in columns
    if _find(table, _TIME) is None and _find(table, _DATE) is None:
        return False
    shared = [
        name for other in others for name in other.columns if name in columns and _is_unique(other, name)
    ]
    return any(not _is_unique(table, name) for name in (*shared, _find(table, _PERSON)) if name)


def part_tables(tables: Sequence[Table]) -> tuple[list[Table], list[Table]]:
    """The tables that make the participants, and those of repeated measurements; a single one is the former.

    Measurements in ADaM's form are both: their baseline values stand beside the participants.
    """
    repeated = [
        table for table in tables if is_measurements(table, [other for other in tables if other is not table])
    ]
    if len(repeated) == len(tables):
        return list(tables), []
    plain = [table for table in repeated if not adam.is_measurements(table)]
    return [table for table in tables if all(table is not each for each in plain)], repeated


def _is_unique(table: Table, name: str) -> bool:
    known = table.columns[name].known()
    return len(set(known)) == len(known)


def _find(table: Table, names: Iterable[str]) -> str | None:
    """The first column with one of these names, whatever its capitals."""
    folded = {name.casefold(): name for name in table.columns}
    return next((folded[name.casefold()] for name in names if name.casefold() in folded), None)


@dataclass(slots=True)
class _Rows:
    """Rows of one kind of measurement as they are gathered: participant, day, cell, phase, scheduled."""

    person: list[int] = field(default_factory=list[int])
    day: list[float] = field(default_factory=list[float])
    cell: list[str] = field(default_factory=list[str])
    phase: list[str] = field(default_factory=list[str])
    scheduled: list[bool] = field(default_factory=list[bool])
    source: str = ""
    timed: bool = True

    def add(self, person: int, day: float, cell: str, *, phase: str = "", scheduled: bool = True) -> None:
        self.person.append(person)
        self.day.append(day)
        self.cell.append(cell)
        self.phase.append(phase)
        self.scheduled.append(scheduled)


def read_series(
    people: Table,
    person: str | None,
    tables: Sequence[Table],
    drafts: Sequence[MeasureDraft],
    found: Findings,
) -> SeriesFound:
    """All repeated measurements of a trial.

    Parameters
    ----------
    people : Table
        One row a participant, in the trial's order.
    person : str or None
        Its column of identifiers.
    tables : sequence of Table
        Those of which `is_measurements` is true.
    drafts : sequence of MeasureDraft
        What a dictionary says; measurements that it does not describe are taken by their names.
    found : Findings
        Takes problems, and a notice with the number of rows for whatever is left out.
    """
    gathered: dict[str, _Rows] = {}
    for draft in drafts:
        _gather_columns(people, draft, gathered, found)
    for table in tables:
        if person is None:
            what = f"'{table.name}' holds measurements, but no column of '{people.name}' says whose."
            found.problems.append(Problem(what, typed="Say it with --id.", part="id"))
            continue
        _gather_table(_People(people, person), table, drafts, gathered, found)
    described = {draft.key: draft for draft in drafts}
    for key in (draft.key for draft in drafts if draft.key not in gathered) if tables else ():
        found.notices.append(f"The measurement '{key}' is described, but none of it is in the file.")
    measures: list[Measure] = []
    series: dict[str, Series] = {}
    for key in (*(key for key in described if key in gathered), *(k for k in gathered if k not in described)):
        draft = described.get(key, MeasureDraft(key))
        held = _read_used(draft, gathered[key], found)
        if held is not None and held.person.size:
            series[key] = held
            measures.append(_describe(draft, held))
    return SeriesFound(tuple(measures), series)


def _read_used(draft: MeasureDraft, rows: _Rows, found: Findings) -> Series | None:
    """The values of a measurement, and what is said of them; None where the dictionary leaves it out."""
    held = None
    if draft.used:
        held = _read_values(draft.key, rows, draft, found)
    else:
        what = f"Measurement '{draft.key}' is left out, as the dictionary says."
        found.leave_out_measured(draft.key, what)
    found.measured.append(_tell(draft, rows, held))
    return held


def describe_source(draft: MeasureDraft) -> MeasureSource:
    """How a measurement stands in the files, for scripts that read them again."""
    return MeasureSource(
        key=draft.key,
        name=draft.source or draft.key,
        columns=tuple((name, time * DAYS_IN[draft.visits_unit]) for name, time in draft.columns),
        time_unit=draft.time_unit or "",
    )


def _tell(draft: MeasureDraft, rows: _Rows, held: Series | None) -> MeasureRead:
    days = None if held is None or not held.day.size else (float(held.day.min()), float(held.day.max()))
    return MeasureRead(
        key=draft.key,
        source=rows.source,
        columns=tuple(name for name, _ in draft.columns),
        values=0 if held is None else held.person.size,
        participants=0 if held is None else np.unique(held.person).size,
        days=days,
        timed=rows.timed,
        phases=() if held is None else held.phases,
    )


def _gather_columns(people: Table, draft: MeasureDraft, gathered: dict[str, _Rows], found: Findings) -> None:
    """One column for each visit, beside the participants."""
    absent = [name for name, _ in draft.columns if name not in people.columns]
    if absent:
        hint = suggest_name(absent[0], people.columns) or "."
        what = f"Measurement '{draft.key}': there is no column '{absent[0]}'{hint}"
        found.problems.append(Problem(what, columns=()))
        return
    for name, time in draft.columns:
        rows = gathered.setdefault(draft.key, _Rows())
        for place, cell in enumerate(people.columns[name].cells):
            rows.add(place, time * DAYS_IN[draft.visits_unit], cell)


@dataclass(frozen=True, slots=True)
class _People:
    """The participants' table and its column of identifiers."""

    table: Table
    column: str

    def find(self, table: Table) -> list[int] | None:
        """The place of the participant of every row, -1 for strangers; None without such a column."""
        column = self.column if self.column in table.columns else _find(table, _PERSON)
        if column is None:
            return None
        places = {level_name(who): k for k, who in enumerate(self.table.columns[self.column].cells)}
        return [places.get(level_name(cell), -1) for cell in table.columns[column].cells]


def _gather_table(
    people: _People,
    table: Table,
    drafts: Sequence[MeasureDraft],
    gathered: dict[str, _Rows],
    found: Findings,
) -> None:
    """The rows of a long table; strangers' rows and those without a time are counted and left out."""
    who = people.find(table)
    if who is None:
        what = f"'{table.name}' has no column '{people.column}' that says whose each measurement is."
        found.problems.append(Problem(what, part="id"))
        return
    days = _read_days(people.table, table, who, found)
    if days is None:
        return
    named = _name_time_unit(table)
    described = {draft.key: draft for draft in drafts}
    kept = [k for k in _select_records(table, found) if _is_known(k, who, days)]
    _count(table, sum(place < 0 for place in who), "of participants who are not in the trial", found)
    timeless = sum(place >= 0 and not np.isfinite(day) for place, day in zip(who, days, strict=True))
    _count(table, timeless, "without a time", found)
    phase = table.columns.get(_find(table, _PHASE) or "")
    unscheduled = _find_unscheduled(table)
    for key, cells, rows in _split_measures(table, drafts, kept, found):
        held = gathered.setdefault(key, _Rows(source=table.name, timed=named is not None))
        unit = described[key].time_unit if key in described else None
        stretch = DAYS_IN[unit] / DAYS_IN[named] if unit and named else 1.0
        for k in rows:
            said = level_name(phase.cells[k]) if phase else ""
            day = float(days[k]) * stretch
            held.add(who[k], day, cells[k], phase=said, scheduled=k not in unscheduled)


def _name_time_unit(table: Table) -> TimeUnit | None:
    """The unit that the column of times is called by, else days; None for ADaM's days and dates."""
    name = _find(table, _TIME)
    return None if name is None or name.casefold() == "ady" else UNITS.get(name.casefold(), "days")


def _is_known(k: int, who: Sequence[int], days: NDArray[np.float64]) -> bool:
    return who[k] >= 0 and bool(np.isfinite(days[k]))


def _count(table: Table, rows: int, why: str, found: Findings) -> None:
    if rows:
        rest = f"{rows:,} row{'' if rows == 1 else 's'} {why} left out."
        found.leave_out_measured("", f"'{table.name}': {rest}")


def _read_days(
    people: Table, table: Table, who: Sequence[int], found: Findings
) -> NDArray[np.float64] | None:
    """Days from randomisation of every row, NaN where unknown; None, with a problem, where none can be."""
    name = _find(table, _TIME)
    if name is not None:
        parsed = parse_numbers(table.columns[name].cells)
        if parsed.not_numbers:
            where = table.columns[name].where(parsed.not_numbers)
            what = f"'{table.name}': column '{name}' holds no number in {where}."
            found.problems.append(Problem(what))
            return None
        if name.casefold() == "ady":
            # ADaM has no day 0: day 1 is that of the first dose, day -1 the one before
            return parsed.values - (parsed.values > 0)
        return parsed.values * DAYS_IN[_name_time_unit(table) or "days"]
    name, start = _find(table, _DATE), _find(people, _START)
    if name is None:
        found.notices.append(
            f"'{table.name}' says no day or date of its visits, so that only its baseline values are used."
        )
        return None
    if start is None:
        what = f"'{table.name}' has dates, but '{people.name}' has no date of randomisation."
        found.problems.append(Problem(what, typed="Call it RANDDT, or give days instead of dates."))
        return None
    began = [_ordinal(cell) for cell in people.columns[start].cells]
    at = [_ordinal(cell) for cell in table.columns[name].cells]
    return np.array(
        [day - began[place] if place >= 0 else np.nan for day, place in zip(at, who, strict=True)],
        dtype=np.float64,
    )


def _ordinal(cell: str) -> float:
    """The day of a date as a number; NaN where it is none."""
    parts = _ISO.fullmatch(cell)
    if parts is None:
        return float("nan")
    try:
        return float(date(*(int(part) for part in parts.groups())).toordinal())
    except ValueError:
        return float("nan")


def _select_records(table: Table, found: Findings) -> list[int]:
    """The rows that are records: none that are derived, and those meant for analysis with the baseline."""
    columns = table.columns
    rows = list(range(len(table)))
    if "DTYPE" in columns:
        derived = [k for k in rows if columns["DTYPE"].cells[k]]
        _count(table, len(derived), "derived from others (DTYPE)", found)
        gone = set(derived)
        rows = [k for k in rows if k not in gone]
    if "ANL01FL" in columns and any(columns["ANL01FL"].cells):
        baseline = columns["ABLFL"].cells if "ABLFL" in columns else ("",) * len(table)
        meant = [k for k in rows if columns["ANL01FL"].cells[k] == "Y" or baseline[k] == "Y"]
        _count(table, len(rows) - len(meant), "neither for analysis (ANL01FL) nor at baseline (ABLFL)", found)
        rows = meant
    return rows


def _find_unscheduled(table: Table) -> frozenset[int]:
    name = _find(table, ("AVISIT", "visit"))
    if name is None:
        return frozenset()
    cells = table.columns[name].cells
    return frozenset(k for k, cell in enumerate(cells) if cell.casefold().startswith("unsched"))


def _split_measures(
    table: Table, drafts: Sequence[MeasureDraft], rows: list[int], found: Findings
) -> Iterator[tuple[str, tuple[str, ...], list[int]]]:
    """Every kind of measurement: its key, the cells of its column, and the rows that are of this kind."""
    measure, value = _find(table, _MEASURE), _find(table, _VALUE)
    names = {draft.source or draft.key: draft.key for draft in drafts}
    if measure is not None and value is not None:
        by_name: dict[str, list[int]] = {}
        for k in rows:
            by_name.setdefault(table.columns[measure].cells[k], []).append(k)
        by_name.pop("", None)
        undescribed = [name for name in by_name if name not in names]
        if names and undescribed:
            gone = sum(len(by_name.pop(name)) for name in undescribed)
            listed = join_list(sorted(undescribed), most=6)
            _count(table, gone, f"of measurements that the dictionary does not describe ({listed})", found)
        for name, mine in list(by_name.items())[:MAX_MEASURES]:
            yield names.get(name, name), table.columns[value].cells, mine
        return
    parts = (_PERSON, _TIME, _DATE, _PHASE, ("visit",))
    used = {name for part in parts if (name := _find(table, part)) is not None}
    for name, column in table.columns.items():
        if name in names or (not names and name not in used and _holds_numbers(column)):
            yield names.get(name, name), column.cells, rows


def infer_measures(tables: Sequence[Table]) -> tuple[MeasureDraft, ...]:
    """A draft for every kind of measurement in files of their own, by its name and ADaM's text for it."""
    drafts: dict[str, MeasureDraft] = {}
    for table in tables:
        code, text = _find(table, _MEASURE), table.columns.get("PARAM")
        for key, _, rows in _split_measures(table, (), list(range(len(table))), Findings()):
            said = text.cells[rows[0]] if text and code and rows else ""
            drafts.setdefault(key, MeasureDraft(key, label=said or None))
    return tuple(drafts.values())


def _holds_numbers(column: Column) -> bool:
    return bool(column.known()) and parse_numbers(column.cells).readable


def _read_values(key: str, rows: _Rows, draft: MeasureDraft, found: Findings) -> Series:
    """Numbers of one kind, sorted; what cannot be is counted and left out."""
    low, high = draft.limits or (None, None)
    parsed = parse_numbers(rows.cell, lower_limit=low, upper_limit=high)
    value, kept = parsed.values, np.isfinite(parsed.values)
    unread = len(parsed.not_numbers) + len(parsed.unstated_limits)
    lowest, highest = draft.limits or (-np.inf, np.inf)
    outside = kept & ((value < lowest) | (value > highest))
    kept &= ~outside
    person, day = np.array(rows.person, dtype=np.int32), np.array(rows.day, dtype=np.float64)
    phases = tuple(sorted({phase for phase in rows.phase if phase}))
    phase = np.array([phases.index(said) if said else -1 for said in rows.phase], dtype=np.int32)
    place = np.flatnonzero(kept)
    place = place[np.lexsort((phase[place], day[place], person[place]))]
    triple = np.stack((person[place], day[place], phase[place]))
    same = np.append(False, (triple[:, 1:] == triple[:, :-1]).all(axis=0))[: place.size]
    _count_values(key, unread, "they are no numbers", found)
    _count_values(key, int(outside.sum()), f"they are not between {lowest:g} and {highest:g}", found)
    _count_values(key, int(same.sum()), "an earlier row has the same participant and day", found)
    place = place[~same]
    held = Series(
        person=person[place],
        day=day[place],
        value=value[place],
        scheduled=np.array(rows.scheduled, dtype=np.bool_)[place],
        phase=phase[place],
        phases=phases,
    )
    for array in (held.person, held.day, held.value, held.scheduled, held.phase):
        array.flags.writeable = False
    return held


def _count_values(key: str, many: int, why: str, found: Findings) -> None:
    if many:
        noun = "value is" if many == 1 else "values are"
        found.leave_out_measured(key, f"Measurement '{key}': {many:,} {noun} left out, for {why}.")


def _describe(draft: MeasureDraft, held: Series) -> Measure:
    """What is said of a measurement, with what follows from the data where nothing is said."""
    visits = draft.visits or tuple(time for _, time in draft.columns)
    label = draft.label or draft.key
    kind: Literal["function", "biology"] = draft.kind or "function"
    return Measure(
        key=draft.key,
        label=label,
        short=draft.short or label,
        unit=draft.unit,
        decimals=1 if draft.decimals is None else draft.decimals,
        direction=draft.direction or "",
        limits=draft.limits,
        visits=tuple(sorted(visits)) or _find_visits(held),
        visits_unit=draft.visits_unit if visits else "days",
        note=draft.note,
        kind=kind,
    )


MAX_VISITS = 30


def _find_visits(held: Series) -> tuple[float, ...]:
    """Days on which many were measured, where nothing is said of visits: () where days are scattered."""
    days, counts = np.unique(held.day[held.scheduled], return_counts=True)
    people = np.unique(held.person).size
    shared = days[counts >= max(2, 0.1 * people)]
    return tuple(shared.tolist()) if 1 < shared.size <= MAX_VISITS else ()
