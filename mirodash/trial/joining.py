"""One table from ADSL and ADTTE: everybody of the one with the endpoint of the other."""

from __future__ import annotations

from dataclasses import replace

from mirodash.trial.adam import is_time_to_event, one_parameter, parameter_problem
from mirodash.trial.findings import Findings
from mirodash.trial.one_row_each import without, without_repeats
from mirodash.trial.problem import Problem
from mirodash.trial.table import Column, Table, participants_in_words

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
    adsl = without_repeats(adsl, _PEOPLE, found, two_files=True)
    adtte = without_repeats(one_parameter(adtte, param), _PEOPLE, found, two_files=True)
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
    return without(adtte, stray) if found.impossible(problem, column, stray, why=why, whole="row") else adtte


def _beside(adsl: Table, adtte: Table) -> Table:
    people = adsl.columns[_PEOPLE].cells
    position = {who: i for i, who in enumerate(adtte.columns[_PEOPLE].cells)}
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
        if name in adsl.columns and name != _PEOPLE:
            mine, theirs = adsl.columns[name].cells, adtte.columns[name].cells
            count = sum(i is not None and mine[k] != theirs[i] for k, i in enumerate(match))
            if count:
                notices.append(
                    f"Column '{name}' differs between the files for {participants_in_words(count)}; "
                    f"'{adsl.name}' is used."
                )
    return notices
