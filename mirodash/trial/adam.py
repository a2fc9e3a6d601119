"""ADaM: ADSL and ADTTE recognised, joined into one table, one row a participant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from mirodash.errors import UnusableDataError
from mirodash.trial.dictionary import Roles, TimeUnit
from mirodash.trial.problems import CORRECT, Findings, Problem
from mirodash.trial.table import Column, Table, join_list, participants_in_words, suggest_name

_ARMS = ("TRT01P", "TRTP", "TRT01A", "TRTA")
"""Planned before actual: everybody is analysed as randomised."""
_NAMED: Mapping[TimeUnit, re.Pattern[str]] = {
    "days": re.compile(r"\bdays?\b"),
    "weeks": re.compile(r"\bweeks?\b"),
    "months": re.compile(r"\bmonths?\b"),
    "years": re.compile(r"\byears?\b"),
}

_AFTER_BASELINE = re.compile(
    r"TRTDURD?|AVGDD|CUMDOSE|DOSE\w*|VISNUMEN|DTH\w*|D[CS]REAS\w*|DCDECOD|DISCONFL|DSRAEFL|COMP\w*FL"
    r"|EOS\w*|EOT\w*|RFEN\w*|TRT\w*|ARM|ARMCD|ACTARM|ACTARMCD"
    r"|PARAM\w*|AVAL\w*|CNSR\w*|EVNT\w*|CNSD\w*|SRC\w*|ADY|AVISIT\w*"
)
"""Columns known only after randomisation, telling of the endpoint or saying the arm: no baseline factors."""


def is_time_to_event(table: Table) -> bool:
    """True for an ADTTE file: one row per participant and parameter."""
    return {"USUBJID", "AVAL", "CNSR"} <= set(table.columns)


def find_adam_roles(table: Table) -> Roles:
    """What the names of an ADaM file's columns say by themselves; nothing for other files."""
    if not is_time_to_event(table):
        return Roles()
    columns = table.columns
    return Roles(
        id="USUBJID",
        time="AVAL",
        event="CNSR",
        arm=next((name for name in _ARMS if name in columns), None),
        site="SITEID" if "SITEID" in columns else None,
        country="COUNTRY" if "COUNTRY" in columns else None,
        time_unit=_unit(columns),
    )


def _unit(columns: Mapping[str, Column]) -> TimeUnit | None:
    """The unit that ``AVALU``, ``PARAM`` or a label names, when they name one only."""
    words = [columns["AVAL"].label]
    words += [cell for key in ("AVALU", "PARAM") if key in columns for cell in columns[key].known()]
    said: set[TimeUnit] = {
        unit for text in set(words) for unit, named in _NAMED.items() if named.search(text.casefold())
    }
    return said.pop() if len(said) == 1 else None


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
    files = tuple(replace(file, param=wanted) for file in table.files)
    return replace(table.take([i for i, code in enumerate(codes) if code == wanted]), files=files)


def parameter_problem(table: Table, param: str | None) -> Problem | None:
    """Why the file has not the one endpoint that is looked at, or None."""
    known = list(dict.fromkeys(code for code in _parameters(table) if code))
    typed = ""
    if param is None:
        if len(known) <= 1:
            return None
        what = f"'{table.name}' holds {len(known)} endpoints: {join_list(known, most=20)}. Which one?"
        typed = "Say it with --param."
    elif not is_time_to_event(table) or "PARAMCD" not in table.columns:
        what = f"'{table.name}' has no column PARAMCD in which to find '{param}'."
    elif param not in known:
        hint = suggest_name(param, known) or "."
        what = f"'{table.name}' has no endpoint '{param}' (PARAMCD); it has {join_list(known, most=20)}{hint}"
    else:
        return None
    columns = ("PARAMCD",) if known else ()
    return Problem(what, typed=typed, chosen="Choose the endpoint.", columns=columns, part="param")


def _parameters(table: Table) -> tuple[str, ...]:
    """The codes of the endpoints, row by row; nothing where the file has no column for them."""
    if not is_time_to_event(table) or "PARAMCD" not in table.columns:
        return ()
    return table.columns["PARAMCD"].cells


def is_no_baseline(table: Table, name: str) -> bool:
    """True for columns of an ADaM file that describe nobody at baseline.

    These are what comes from ADTTE when ADSL stands beside it, what is known only after
    randomisation, and codes (``RACEN``) beside the column they number (``RACE``).
    """
    if not is_time_to_event(table):
        return False
    from_adtte = table.columns[name].file not in ("", table.name)
    is_code = name.endswith("N") and name[:-1] in table.columns
    return from_adtte or is_code or bool(_AFTER_BASELINE.fullmatch(name))


def is_flag(table: Table, name: str) -> bool:
    """True for ADaM's population flags (``ITTFL``), kept even when everybody has the same."""
    return is_time_to_event(table) and name.endswith("FL")


def endpoint_label(table: Table) -> str | None:
    """What ``PARAM`` calls the endpoint, when it says one thing only."""
    said = set(table.columns["PARAM"].known()) if "PARAM" in table.columns else set[str]()
    return said.pop() if len(said) == 1 else None


def study(table: Table) -> str | None:
    """The study's identifier, when the file has one only."""
    said = set(table.columns["STUDYID"].known()) if "STUDYID" in table.columns else set[str]()
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
    why = "participants who stand in an earlier row"
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


_PEOPLE = "USUBJID"


def join(first: Table, second: Table, param: str | None, found: Findings) -> Table | None:
    """One row per participant of ADSL, with the columns of ADTTE beside; the files in either order.

    Participants of ADSL without a row in ADTTE stay, with nothing known of their endpoint. There is no
    table, and a problem, when the two are not ADSL and ADTTE, when somebody has several rows, or when
    ADTTE has participants whom ADSL does not know.
    """
    adtte, adsl = (first, second) if is_time_to_event(first) else (second, first)
    if not is_time_to_event(adtte) or is_time_to_event(adsl) or _PEOPLE not in adsl.columns:
        what = (
            f"'{first.name}' and '{second.name}' cannot be joined: two files must be ADSL "
            "(one row per participant, with USUBJID) and ADTTE (with USUBJID, AVAL and CNSR)."
        )
        found.problems.append(Problem(what, chosen="Bring one file, or these two."))
        return None
    problem = parameter_problem(adtte, param)
    if problem:
        found.problems.append(problem)
        return None
    new_problem = found.watch()
    adsl = drop_repeated_ids(adsl, _PEOPLE, found, two_files=True)
    adtte = drop_repeated_ids(one_parameter(adtte, param), _PEOPLE, found, two_files=True)
    adtte = _without_strays(adtte, adsl, found)
    return None if new_problem() else _beside(adsl, adtte)


def _without_strays(adtte: Table, adsl: Table, found: Findings) -> Table:
    """ADTTE in which everybody is known to ADSL; rows of others are a problem or left out."""
    rows, people = adtte.columns[_PEOPLE], set(adsl.columns[_PEOPLE].cells)
    stray = [i for i, who in enumerate(rows.cells) if who not in people]
    problem = Problem(
        f"{participants_in_words(len(stray))} of '{adtte.name}' ({rows.where(stray)}) "
        f"{'is' if len(stray) == 1 else 'are'} not in '{adsl.name}'.",
        chosen="Add them to that file.",
        columns=(_PEOPLE,),
        part="id",
    )
    column = replace(rows, file=adtte.name)
    why = f"participants who are not in '{adsl.name}'"
    return (
        drop_rows(adtte, stray) if found.impossible(problem, column, stray, why=why, whole="row") else adtte
    )


def _beside(adsl: Table, adtte: Table) -> Table:
    people = adsl.columns[_PEOPLE].cells
    position = {who: i for i, who in enumerate(adtte.columns[_PEOPLE].cells)}
    match = [position.get(who) for who in people]
    columns = {name: replace(column, file=adsl.name) for name, column in adsl.columns.items()}
    for name, column in adtte.columns.items():
        if name not in columns:
            cells = tuple("" if i is None else column.cells[i] for i in match)
            rows = tuple(0 if i is None else column.rows[i] for i in match)
            columns[name] = replace(column, cells=cells, rows=rows, file=adtte.name)
    absent = sum(i is None for i in match)
    notices = list(adsl.notices + adtte.notices)
    if absent:
        verb = "has" if absent == 1 else "have"
        notices.append(
            f"{participants_in_words(absent)} of '{adsl.name}' {verb} no row in '{adtte.name}': counted, "
            "but not usable."
        )
    notices += _disagreements(adsl, adtte, match)
    return Table(adsl.name, columns, tuple(notices), adsl.files + adtte.files)


def _disagreements(adsl: Table, adtte: Table, match: list[int | None]) -> list[str]:
    """Columns that both files have and in which they say different things."""
    notices: list[str] = []
    for name in adtte.columns:
        if name in adsl.columns and name != _PEOPLE:
            mine, theirs = adsl.columns[name].cells, adtte.columns[name].cells
            count = sum(i is not None and mine[k] != theirs[i] for k, i in enumerate(match))
            if count:
                notices.append(
                    f"Column '{name}' differs between the files for {participants_in_words(count)}; "
                    f"'{adsl.name}' is used."
                )
    return notices
