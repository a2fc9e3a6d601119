"""ADaM: its files recognised however their names are spelt, its columns and what is known too late."""

from __future__ import annotations

import re
from dataclasses import replace

from mirodash.errors import UnusableDataError
from mirodash.trial.dictionary import Roles
from mirodash.trial.problems import CORRECT, Findings, Problem
from mirodash.trial.table import Column, Table, join_list, suggest_name

_PLANNED_ARMS = ("TRT01P", "TRTP")
_ACTUAL_ARMS = ("TRT01A", "TRTA")
"""Used where no planned arm stands: everybody is analysed as randomised when that is known."""
_ROW_FLAG = re.compile(
    r"(?:ANL[0-9]{2}|ITT|MITT|FAS|SAF|PPROT|PP|RAND|COMPL|ENRL|EFF|ABL|LOCF)[A-Z0-9]{0,2}FL", re.IGNORECASE
)
_POPULATIONS = ("ITTFL", "FASFL", "RANDFL", "RANDOMFL")
"""Flags of who belongs to the population that was randomised."""
_PLAIN_POPULATIONS = (
    "itt",
    "itt_flag",
    "itt_population",
    "in_itt",
    "itt_pop",
    "fas",
    "fas_flag",
    "full_analysis_set",
)
"""What such a flag is called in other files."""

_AFTER_BASELINE = re.compile(
    r"TRTDURD?|AVGDD|CUMDOSE|DOSE\w*|VISNUMEN|DTH\w*|LDDTH\w*|LST\w*|LAST\w*|D[CS]T?REAS\w*|DCS\w*|DCDECOD"
    r"|DISCONFL|DSRAEFL|COMP\w*FL|EOS\w*|EOT\w*|RFEN\w*|TRT\w*|ARM|ARMCD|ACTARM|ACTARMCD"
    r"|PARAM\w*|AVAL\w*|CNSR\w*|EVNT\w*|CNSD\w*|SRC\w*|ADY|AVISIT\w*|STARTDT\w*|ADT|CHG|PCHG|ABLFL|ANL\d\dFL|DTYPE",
    re.IGNORECASE,
)
"""Columns known only after randomisation, telling of the endpoint or saying the arm: no baseline factors."""


def find_column(table: Table, name: str) -> str | None:
    """The column of this ADaM name, in capital or small letters; None where there is none."""
    if name in table.columns:
        return name
    return next((column for column in table.columns if column.casefold() == name.casefold()), None)


def has_columns(table: Table, *names: str) -> bool:
    """Whether a table has all of these ADaM columns, in capital or small letters."""
    folded = {column.casefold() for column in table.columns}
    return all(name.casefold() in folded for name in names)


def is_time_to_event(table: Table) -> bool:
    """True for an ADTTE file: one row per participant and parameter."""
    return has_columns(table, "USUBJID", "AVAL", "CNSR")


def is_measurements(table: Table) -> bool:
    """True for a file of measurements (BDS): one row per participant, parameter and visit."""
    measured = has_columns(table, "USUBJID", "PARAMCD") and not has_columns(table, "CNSR")
    return measured and (has_columns(table, "AVAL") or has_columns(table, "AVALC"))


def find_adam_roles(table: Table) -> Roles:
    """What the names of an ADaM file's columns say by themselves; nothing for other files."""
    if not is_time_to_event(table):
        return Roles()
    arms = (find_column(table, name) for name in _PLANNED_ARMS + _ACTUAL_ARMS)
    return Roles(
        id=find_column(table, "USUBJID"),
        time=find_column(table, "AVAL"),
        event=find_column(table, "CNSR"),
        arm=next((name for name in arms if name), None),
        site=find_column(table, "SITEID"),
        country=find_column(table, "COUNTRY"),
    )


def is_actual_arm(name: str | None) -> bool:
    """Whether a column holds the treatment that was given, and not the planned one."""
    return name is not None and name.upper() in _ACTUAL_ARMS


def find_population_flags(table: Table) -> tuple[str, ...]:
    """The flags that say who belongs to the population that was randomised."""
    flags = (*_POPULATIONS, *(() if has_columns(table, "USUBJID") else _PLAIN_POPULATIONS))
    return tuple(name for flag in flags if (name := find_column(table, flag)))


def find_parameter_column(table: Table) -> str | None:
    """The column that names the endpoint of a row: ``PARAMCD``, or ``PARAM`` where that is all there is."""
    if not is_time_to_event(table):
        return None
    return find_column(table, "PARAMCD") or find_column(table, "PARAM")


def one_parameter(table: Table, param: str | None) -> Table:
    """The rows of one ``PARAMCD``: the one asked for, or the only one.

    Raises
    ------
    UnusableDataError
        When there are several and none was chosen, or the chosen one does not exist.
    """
    problem = parameter_problem(table, param)
    if problem:
        raise UnusableDataError(problem.sentence)
    codes = _parameters(table)
    wanted = param or "".join(dict.fromkeys(code for code in codes if code))
    if not wanted:
        return table
    by_name = find_parameter_column(table) == "PARAMCD"
    unscripted = "" if by_name else "its endpoints named in another column than PARAMCD"
    files = tuple(
        replace(file, param=wanted, unscripted=file.unscripted or unscripted) for file in table.files
    )
    rows = _without_derived(table, [i for i, code in enumerate(codes) if code == wanted])
    own = table.take(rows)
    gone = sum(code == wanted for code in codes) - len(rows)
    if not gone:
        return replace(own, files=files)
    count = "1 derived row" if gone == 1 else f"{gone:,} derived rows"
    verb = "was" if gone == 1 else "were"
    notice = f"{count} of {wanted} (DTYPE) {verb} left out, of participants who have another one."
    unscripted = "derived rows beside those that count"
    files = tuple(replace(file, unscripted=file.unscripted or unscripted) for file in files)
    return replace(own, files=files, notices=(*own.notices, notice))


def _without_derived(table: Table, rows: list[int]) -> list[int]:
    """Those of the rows that no program derived, where their participant has such a row as well."""
    derived, person = find_column(table, "DTYPE"), find_column(table, "USUBJID")
    if derived is None or person is None:
        return rows
    marks, people = table.columns[derived].cells, table.columns[person].cells
    plain = {people[i] for i in rows if not marks[i]}
    return [i for i in rows if not marks[i] or people[i] not in plain]


def parameter_problem(table: Table, param: str | None) -> Problem | None:
    """Why the file has not the one endpoint that is looked at, or None."""
    column = find_parameter_column(table)
    known = list(dict.fromkeys(code for code in _parameters(table) if code))
    typed = ""
    if param is None:
        if len(known) <= 1:
            return None
        what = f"'{table.name}' holds {len(known)} endpoints: {join_list(known, most=20)}. Which one?"
        typed = "Say it with --param."
    elif column is None:
        what = f"'{table.name}' has no column PARAMCD in which to find '{param}'."
    elif param not in known:
        hint = suggest_name(param, known) or "."
        what = (
            f"'{table.name}' has no endpoint '{param}' ({column}); it has {join_list(known, most=20)}{hint}"
        )
    else:
        return None
    columns = (column,) if known and column else ()
    return Problem(what, typed=typed, chosen="Choose the endpoint.", columns=columns, part="param")


def _parameters(table: Table) -> tuple[str, ...]:
    """The names of the endpoints, row by row; nothing where the file has no column for them."""
    column = find_parameter_column(table)
    return table.columns[column].cells if column else ()


def is_no_baseline(table: Table, name: str) -> bool:
    """True for columns of an ADaM file that describe nobody at baseline.

    These are what comes from ADTTE when ADSL stands beside it, what is known only after
    randomisation, and codes (``RACEN``) beside the column they number (``RACE``).
    """
    if not has_columns(table, "USUBJID"):
        return False
    event = find_column(table, "CNSR")
    adtte = table.columns[event].file if event else ""
    from_adtte = bool(adtte) and table.columns[name].file == adtte
    is_code = name.upper().endswith("N") and name[:-1] in table.columns
    return from_adtte or is_code or bool(_AFTER_BASELINE.fullmatch(name))


def is_row_flag(name: str) -> bool:
    """Whether a name is that of a flag of ADaM (``ITTFL``, ``ANL01FL``), by which rows are kept or left.

    >>> is_row_flag("ANL01FL"), is_row_flag("ITTFL"), is_row_flag("sex")
    (True, True, False)
    """
    return _ROW_FLAG.fullmatch(name) is not None or name.casefold() in _PLAIN_POPULATIONS


def endpoint_label(table: Table) -> str | None:
    """What ``PARAM`` calls the endpoint, when it says one thing only."""
    return _only_value(table, "PARAM")


def study(table: Table) -> str | None:
    """The study's identifier, when the file has one only."""
    return _only_value(table, "STUDYID")


def _only_value(table: Table, name: str) -> str | None:
    column = find_column(table, name)
    said = set(table.columns[column].known()) if column else set[str]()
    return said.pop() if len(said) == 1 else None


def drop_missing_ids(table: Table, name: str, found: Findings) -> Table:
    """The table in which every row has an identifier; rows without are a problem or left out."""
    people = table.columns[name]
    nameless = [i for i, who in enumerate(people.cells) if not who]
    what = f"Column '{name}': {people.where(nameless)} without an identifier."
    problem = Problem(what, chosen=CORRECT, columns=(name,), part="id")
    if found.impossible(problem, people, nameless, why="without an identifier", whole="row"):
        return drop_rows(table, nameless)
    return table


def drop_repeated_ids(table: Table, name: str, found: Findings, *, two_files: bool = False) -> Table:
    """The table in which nobody stands twice; rows after the first are a problem or left out."""
    people = table.columns[name]
    positions: dict[str, list[int]] = {}
    for i, who in enumerate(people.cells):
        if who:
            positions.setdefault(who, []).append(i)
    repeated = [places for places in positions.values() if len(places) > 1]
    later = sorted(i for places in repeated for i in places[1:])
    problem = Problem(
        (f"'{table.name}': " if two_files else "") + _report_rows(people, repeated),
        chosen="Leave one row per participant in the file.",
        columns=(name,),
        part="id",
    )
    column = replace(people, file=table.name) if two_files else people
    why = "participants who have an earlier row"
    return (
        drop_rows(table, later) if found.impossible(problem, column, later, why=why, whole="row") else table
    )


def drop_rows(table: Table, positions: list[int]) -> Table:
    """The table without the rows at these positions."""
    gone = set(positions)
    return table.take([i for i in range(len(table)) if i not in gone])


def _report_rows(people: Column, repeated: list[list[int]]) -> str:
    """The participants who appear more than once: how many, and in which rows the first of them does."""
    if not repeated:
        return ""
    times = "twice" if max(map(len, repeated)) == 2 else "more than once"
    if len(repeated) == 1:
        return f"1 participant appears {times}, in {people.where(repeated[0])}."
    return f"{len(repeated):,} participants appear {times}: the first in {people.where(repeated[0])}."
