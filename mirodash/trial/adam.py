"""ADaM, the layout in which trials are submitted: which columns mean what, and how two files join."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from mirodash.errors import UnusableDataError
from mirodash.trial.dictionary import TimeUnit
from mirodash.trial.roles import Roles
from mirodash.trial.table import Column, Table, did_you_mean, in_words, participants_in_words

_ARMS = ("TRT01P", "TRTP", "TRT01A", "TRTA")
"""Planned before actual: everybody is analysed as randomised."""
_UNITS: tuple[TimeUnit, ...] = ("days", "weeks", "months", "years")

_AFTER_BASELINE = re.compile(
    r"TRTDURD?|AVGDD|CUMDOSE|DOSE\w*|VISNUMEN|DTH\w*|D[CS]REAS\w*|DCDECOD|DISCONFL|DSRAEFL|COMP\w*FL"
    r"|EOS\w*|EOT\w*|RFEN\w*|TRT\w*|ARM|ARMCD|ACTARM|ACTARMCD"
    r"|PARAM\w*|AVAL\w*|CNSR\w*|EVNT\w*|CNSD\w*|SRC\w*|ADY|AVISIT\w*"
)
"""Columns known only after randomisation, telling of the endpoint or saying the arm: no baseline factors."""


def is_time_to_event(table: Table) -> bool:
    """True for an ADTTE file: one row per participant and parameter."""
    return {"USUBJID", "AVAL", "CNSR"} <= set(table.columns)


def roles_of(table: Table) -> Roles:
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
        unit for text in set(words) for unit in _UNITS if re.search(rf"\b{unit[:-1]}s?\b", text.casefold())
    }
    return said.pop() if len(said) == 1 else None


def one_parameter(table: Table, param: str | None) -> Table:
    """The rows of one ``PARAMCD``: the one asked for, or the only one.

    Raises
    ------
    UnusableDataError
        When there are several and none was chosen, or the chosen one does not exist.
    """
    if not is_time_to_event(table) or "PARAMCD" not in table.columns:
        if param is None:
            return table
        raise UnusableDataError(f"'{table.name}' has no column PARAMCD in which to find '{param}'.")
    codes = table.columns["PARAMCD"].cells
    known = list(dict.fromkeys(code for code in codes if code))
    if param is None and len(known) > 1:
        raise UnusableDataError(
            f"'{table.name}' holds {len(known)} endpoints: {in_words(known, most=20)}. "
            "Which one? Say it with --param."
        )
    if param is not None and param not in known:
        hint = did_you_mean(param, known) or "."
        raise UnusableDataError(
            f"'{table.name}' has no endpoint '{param}' (PARAMCD); it has {in_words(known, most=20)}{hint}"
        )
    wanted = param or "".join(known)
    if not wanted:
        return table
    files = tuple(replace(file, param=wanted) for file in table.files)
    return replace(table.take([i for i, code in enumerate(codes) if code == wanted]), files=files)


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


def join(first: Table, second: Table, param: str | None) -> Table:
    """One row per participant of ADSL, with the columns of ADTTE beside; the files in either order.

    Participants of ADSL without a row in ADTTE stay, with nothing known of their endpoint.

    Raises
    ------
    UnusableDataError
        When the two are not ADSL and ADTTE, or ADTTE has participants that ADSL does not know.
    """
    adtte, adsl = (first, second) if is_time_to_event(first) else (second, first)
    if not is_time_to_event(adtte) or is_time_to_event(adsl) or "USUBJID" not in adsl.columns:
        raise UnusableDataError(
            f"'{first.name}' and '{second.name}' cannot be joined: two files must be ADSL "
            "(one row per participant, with USUBJID) and ADTTE (with USUBJID, AVAL and CNSR)."
        )
    adtte = one_parameter(adtte, param)
    people, rows = adsl.columns["USUBJID"], adtte.columns["USUBJID"]
    problems = _repeated(people, adsl.name) + _repeated(rows, adtte.name)
    stray = [i for i, who in enumerate(rows.cells) if who not in set(people.cells)]
    if stray:
        problems.append(
            f"{participants_in_words(len(stray))} of '{adtte.name}' ({rows.where(stray)}) "
            f"{'is' if len(stray) == 1 else 'are'} not in '{adsl.name}': first {rows.cells[stray[0]]}."
        )
    if problems:
        raise UnusableDataError(problems)
    return _beside(adsl, adtte)


def _beside(adsl: Table, adtte: Table) -> Table:
    people = adsl.columns["USUBJID"].cells
    position = {who: i for i, who in enumerate(adtte.columns["USUBJID"].cells)}
    match = [position.get(who) for who in people]
    columns = {name: replace(column, file=adsl.name) for name, column in adsl.columns.items()}
    for name, column in adtte.columns.items():
        if name not in columns:
            cells = tuple("" if i is None else column.cells[i] for i in match)
            rows = tuple(0 if i is None else column.rows[i] for i in match)
            columns[name] = Column(cells, rows, column.label, column.is_text, adtte.name)
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
        if name in adsl.columns and name != "USUBJID":
            mine, theirs = adsl.columns[name].cells, adtte.columns[name].cells
            count = sum(i is not None and mine[k] != theirs[i] for k, i in enumerate(match))
            if count:
                notices.append(
                    f"Column '{name}' differs between the files for {participants_in_words(count)}; "
                    f"'{adsl.name}' is used."
                )
    return notices


def _repeated(people: Column, name: str) -> list[str]:
    problem = repeated_participants(people)
    return [f"'{name}': {problem}"] if problem else []


def repeated_participants(people: Column) -> str | None:
    """A sentence about participants who appear more than once, or None."""
    positions: dict[str, list[int]] = {}
    for i, who in enumerate(people.cells):
        if who:
            positions.setdefault(who, []).append(i)
    repeated = {who: places for who, places in positions.items() if len(places) > 1}
    if not repeated:
        return None
    who, places = next(iter(repeated.items()))
    times = "twice" if max(map(len, repeated.values())) == 2 else "more than once"
    if len(repeated) == 1:
        return f"1 participant appears {times}: {who} in {people.where(places)}."
    return f"{len(repeated):,} participants appear {times}: first {who} in {people.where(places)}."
