"""Joining the files of a trial: ADSL, ADTTE and measurements, or any two by what identifies participants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mirodash.trial import adam
from mirodash.trial.adam import drop_repeated_ids, drop_rows, find_column
from mirodash.trial.problems import Findings, Problem
from mirodash.trial.repeated_rows import find_baseline_rows
from mirodash.trial.table import Column, Table, join_list, number_in, participants_in_words
from mirodash.trial.trial import is_not_randomised

MAX_FILES = 6
_ID = "USUBJID"
_ONLY_MEASUREMENTS = (
    "'{}' holds measurements, several rows a participant (PARAMCD and AVAL, but no CNSR), and no endpoint: "
    "bring the files of participants (ADSL) and endpoints (ADTTE) with it."
)


def join(tables: Sequence[Table], param: str | None, found: Findings) -> Table | None:
    """One table of one or several files, in any order; None with problems where they do not belong together.

    ADaM's files are recognised by their columns: ADTTE, whose rows of one endpoint count, ADSL, and
    measurements, whose baseline values are added. Other files are joined by the column that identifies
    participants in both. Participants without a row in another file stay, with nothing known of what it
    holds.
    """
    endpoints = [table for table in tables if adam.is_time_to_event(table)]
    measured = [table for table in tables if adam.is_measurements(table)]
    if len(tables) == len(measured):
        names = "' and '".join(table.name for table in tables)
        what = _ONLY_MEASUREMENTS.format(names)
        found.problems.append(Problem(what, chosen="", columns=()))
        return None
    others = [table for table in tables if table not in endpoints and table not in measured]
    if len(tables) == 1:
        return _one_endpoint(tables[0], param, found)
    if len(endpoints) == 1 and len(others) <= 1 and (measured or others):
        if others and find_column(others[0], _ID) is None:
            found.problems.append(_no_pair(tables))
            return None
        return _join_adam(endpoints[0], next(iter(others), None), measured, param, found)
    if endpoints or measured:
        found.problems.append(_no_pair(tables))
        return None
    return _join_by_identifier(tables, found)


def _one_endpoint(table: Table, param: str | None, found: Findings) -> Table | None:
    problem = adam.parameter_problem(table, param)
    if problem:
        found.problems.append(problem)
        return None
    return adam.one_parameter(table, param)


def _no_pair(tables: Sequence[Table]) -> Problem:
    names = join_list([f"'{table.name}'" for table in tables])
    what = (
        f"{names} cannot be joined: the files must be ADSL (one row per participant, with USUBJID) and "
        "ADTTE (with USUBJID, AVAL and CNSR)."
    )
    return Problem(what, chosen="Bring one file, or these two.")


def _join_adam(
    adtte: Table, adsl: Table | None, measured: Sequence[Table], param: str | None, found: Findings
) -> Table | None:
    """One row per participant of ADSL, with the columns of ADTTE and the baseline values beside."""
    rows = _one_endpoint(adtte, param, found)
    if rows is None:
        return None
    new_problem = found.watch()
    people = str(find_column(adtte, _ID))
    rows = drop_repeated_ids(rows, people, found, two_files=True)
    if adsl is None:
        joined = rows
    else:
        own = str(find_column(adsl, _ID))
        adsl = drop_repeated_ids(adsl, own, found, two_files=True)
        rows = _drop_strays(rows, people, adsl, own, found)
        joined = None if new_problem() else put_beside(adsl, rows, own, people)
    if joined is None or new_problem():
        return None
    for table in measured:
        joined = add_baseline(joined, table)
    return joined


def _drop_strays(adtte: Table, people: str, adsl: Table, own: str, found: Findings) -> Table:
    """ADTTE in which everybody is known to ADSL; rows of others are a problem or left out."""
    rows, known = adtte.columns[people], set(adsl.columns[own].cells)
    stray = [i for i, who in enumerate(rows.cells) if who not in known]
    problem = Problem(
        f"{participants_in_words(len(stray))} of '{adtte.name}' ({rows.where(stray)}) "
        f"{'is' if len(stray) == 1 else 'are'} not in '{adsl.name}'.",
        chosen="Add them to that file.",
        columns=(people,),
        part="id",
    )
    column = replace(rows, file=adtte.name)
    why = f"participants who are not in '{adsl.name}'"
    return (
        drop_rows(adtte, stray) if found.impossible(problem, column, stray, why=why, whole="row") else adtte
    )


def put_beside(first: Table, second: Table, own: str, theirs: str) -> Table:
    """The first table with the columns of the second that it does not have, matched by identifier."""
    people = first.columns[own].cells
    position = {who: i for i, who in enumerate(second.columns[theirs].cells) if who}
    match = [position.get(who) for who in people]
    columns = {name: replace(column, file=first.name) for name, column in first.columns.items()}
    have = {name.casefold() for name in columns} | {theirs.casefold()}
    for name, column in second.columns.items():
        if name.casefold() not in have:
            cells = tuple("" if i is None else column.cells[i] for i in match)
            rows = tuple(0 if i is None else column.rows[i] for i in match)
            columns[name] = replace(column, cells=cells, rows=rows, file=second.name)
    arm = next((c for name in ("TRT01P", "ARM") if (c := find_column(first, name))), None)
    absent = sum(
        i is None and not (arm and is_not_randomised(first.columns[arm].cells[k]))
        for k, i in enumerate(match)
    )
    notices = list(first.notices + second.notices)
    if absent:
        verb = "has" if absent == 1 else "have"
        usable = ": counted, but not usable" if adam.is_time_to_event(second) else ""
        notices.append(
            f"{participants_in_words(absent)} of '{first.name}' {verb} no row in '{second.name}'{usable}."
        )
    notices += _disagreements(first, second, match, theirs)
    return Table(first.name, columns, tuple(notices), first.files + second.files)


def _disagreements(first: Table, second: Table, match: list[int | None], theirs: str) -> list[str]:
    """Columns that both files have and in which they say different things."""
    notices: list[str] = []
    for name in second.columns:
        mine = find_column(first, name)
        if mine is not None and name != theirs:
            cells, others = first.columns[mine].cells, second.columns[name].cells
            count = sum(i is not None and cells[k] != others[i] for k, i in enumerate(match))
            if count:
                notices.append(
                    f"Column '{name}' differs between the files for {participants_in_words(count)}; "
                    f"'{first.name}' is used."
                )
    return notices


OWN_MEASUREMENTS = "measurements in a file of their own"
"""Why a short script does not read the baseline values that come from them."""


def add_baseline(table: Table, measured: Table) -> Table:
    """The table with one column for each parameter of a file of measurements: its value at baseline.

    Rows that a program derived (``DTYPE``) are left; baseline is what ``ABLFL`` flags, else the visit that
    says so.
    """
    own, theirs = find_column(table, _ID), str(find_column(measured, _ID))
    if own is None:
        return table
    derived = _cells(measured, "DTYPE")
    given = measured.take([i for i in range(len(measured)) if not derived[i]])
    at_baseline, how = _rows_at_baseline(given, theirs)
    codes, names = _cells(given, "PARAMCD"), _cells(given, "PARAM")
    values, texts, units = _cells(given, "AVAL"), _cells(given, "AVALC"), _cells(given, "AVALU")
    columns, added = dict(table.columns), list[str]()
    for code in dict.fromkeys(codes[i] for i in at_baseline if codes[i]):
        rows: dict[str, int] = {}
        for i in at_baseline:
            if codes[i] == code:
                rows.setdefault(given.columns[theirs].cells[i], i)
        match = [rows.get(who) for who in table.columns[own].cells]
        first = next((i for i in match if i is not None), None)
        if first is None:
            continue
        name = code if find_column(table, code) is None else f"{code}_{measured.name.split('.')[0]}"
        columns[name] = Column(
            tuple("" if i is None else values[i] or texts[i] for i in match),
            tuple(0 if i is None else given.columns[theirs].rows[i] for i in match),
            label=names[first],
            file=measured.name,
            unit=units[first],
        )
        added.append(name)
    gone = len(measured) - len(given)
    derived_rows = f"; {gone:,} derived rows (DTYPE) were left out" if gone else ""
    names = join_list(added, most=12) or "nothing"
    notice = f"Baseline values of {names} come from '{measured.name}' ({how}{derived_rows})."
    files = tuple(replace(file, unscripted=file.unscripted or OWN_MEASUREMENTS) for file in measured.files)
    return replace(
        table, columns=columns, notices=(*table.notices, *measured.notices, notice), files=table.files + files
    )


def _rows_at_baseline(measured: Table, people: str) -> tuple[list[int], str]:
    flags = _cells(measured, "ABLFL")
    flagged = [i for i, flag in enumerate(flags) if flag.upper() == "Y"]
    if flagged:
        return flagged, "rows with ABLFL = Y"
    keys = [
        f"{who}\0{code}"
        for who, code in zip(measured.columns[people].cells, _cells(measured, "PARAMCD"), strict=True)
    ]
    chosen, how = find_baseline_rows(measured, keys)
    return (chosen, how) if how else ([], "no visit says that it is the baseline")


def _cells(table: Table, name: str) -> tuple[str, ...]:
    column = find_column(table, name)
    return table.columns[column].cells if column else ("",) * len(table)


def _join_by_identifier(tables: Sequence[Table], found: Findings) -> Table | None:
    """The first file, or the one with one row a participant, with the columns of the others beside."""
    joined = tables[0]
    for other in tables[1:]:
        key = _shared_identifier(joined, other)
        if key is None:
            found.problems.append(_no_identifier(joined, other))
            return None
        mine, theirs = key
        table = _one_row_a_key(other, theirs)
        stray = [
            who
            for who in dict.fromkeys(table.columns[theirs].known())
            if who not in set(joined.columns[mine].cells)
        ]
        joined = put_beside(joined, table, mine, theirs)
        notices = [f"'{table.name}' was joined to '{joined.name}' by '{mine}'."]
        if stray:
            notices.append(
                f"{participants_in_words(len(stray))} of '{table.name}' "
                f"{'is' if len(stray) == 1 else 'are'} not in '{joined.name}' and not counted."
            )
        files = tuple(
            replace(file, unscripted=file.unscripted or "a second file beside it") for file in joined.files
        )
        joined = replace(joined, notices=(*joined.notices, *notices), files=files)
    return joined


def _one_row_a_key(table: Table, key: str) -> Table:
    """The rows at baseline of a file with several rows a participant, else its first ones, said."""
    cells = table.columns[key].cells
    if len(set(cells)) == len(cells):
        return table
    rows, how = find_baseline_rows(table, cells)
    kept = table.take(rows)
    which = how or "the first of each counts"
    notice = f"'{table.name}' has {len(table):,} rows of {len(rows):,} participants: {which}."
    return replace(kept, notices=(*table.notices, notice))


def _no_identifier(first: Table, second: Table) -> Problem:
    what = (
        f"'{first.name}' and '{second.name}' cannot be joined: no column of the same name identifies "
        "participants in both."
    )
    return Problem(what, chosen="Give the identifier the same name in both files.")


def _shared_identifier(first: Table, second: Table) -> tuple[str, str] | None:
    """The columns by which most participants of one file are found in the other."""
    best: tuple[float, str, str] | None = None
    folded: Mapping[str, str] = {name.casefold(): name for name in second.columns}
    for mine, column in first.columns.items():
        theirs = folded.get(mine.casefold())
        known = column.known()
        if theirs is None or len(known) < 2 or len(set(known)) < len(known) or _is_measured(known):
            continue
        others = set(second.columns[theirs].known())
        share = len(others & set(known)) / max(1, len(others))
        if share > 0.5 and (best is None or share > best[0]):
            best = share, mine, theirs
    return (best[1], best[2]) if best else None


def _is_measured(known: Sequence[str]) -> bool:
    """Whether these are numbers with decimals, or without end, which identify nobody."""
    return any((number := number_in(cell)) is not None and not number.is_integer() for cell in known[:50])
