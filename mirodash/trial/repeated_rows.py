"""Several rows of one participant: measurements at several visits, or numbers that restart at each site."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mirodash.trial.table import Column, Table, join_list, number_in, participants_in_words

_VISIT_NAMES = re.compile(
    r"a?visit\w*|visite|vis|viscode|epoch|timepoint|time_?point|tp|cycle|week|month|day|wk|mois|semaine|jour|"
    r"redcap_event_name|event_name|repeat_instance|redcap_repeat_instance|sequence|seq|occasion|"
    r"visit_?(?:no|num|number|code|name|label)|a?visitnu?m?|ady",
    re.IGNORECASE,
)
_BASELINE_VISIT = re.compile(
    r"bl|base|base ?line.*|screen.*|scr|inclusion.*|enrol.*|randomi[sz]ation.*|initial.*"
    r"|pre-?(?:dose|treatment).*|(?:visite?|v|week|w|wk|month|mois|m|day|d|jour|j|semaine|s)[ _.-]?0+(?:\.0)?"
    r"|(?:visite?|v|day|d|jour|j)[ _.-]?0*1|0+",
    re.IGNORECASE,
)
_MOST = 0.5
"""Where fewer participants have several rows, these are repeated by mistake."""
IDENTIFIER_SIGN = "+"
"""Joins the names of columns that identify participants together."""


def find_baseline_rows(table: Table, keys: Sequence[str]) -> tuple[list[int], str]:
    """One row for each key: that of the baseline visit, else the first; and how it was found.

    ``how`` is empty where no visit says that it is the baseline.
    """
    places: dict[str, list[int]] = {}
    for i, key in enumerate(keys):
        places.setdefault(key, []).append(i)
    for name, column in table.columns.items():
        if not _VISIT_NAMES.fullmatch(name.strip()):
            continue
        is_baseline = _find_baseline_cells(column)
        chosen = {key: [i for i in rows if is_baseline[i]] for key, rows in places.items()}
        if all(len(rows) == 1 for rows in chosen.values()):
            value = column.cells[next(iter(chosen.values()))[0]]
            return [rows[0] for rows in chosen.values()], f"rows with '{name}' = {value}"
    return [rows[0] for rows in places.values()], ""


def _find_baseline_cells(column: Column) -> list[bool]:
    """Which cells name the baseline visit; the lowest number where there are numbers alone."""
    numbers = [number_in(cell) for cell in column.cells]
    known = [number for number in numbers if number is not None]
    if known and len(known) == len(column.known()):
        lowest = min(known)
        return [number == lowest and lowest <= 1 for number in numbers]
    return [bool(_BASELINE_VISIT.fullmatch(cell.strip())) for cell in column.cells]


@dataclass(frozen=True, slots=True)
class OneRowEach:
    """A table with one row per participant, sentences about it, and columns not known at baseline."""

    table: Table
    notices: tuple[str, ...]
    unknown: tuple[str, ...]
    first: bool
    """Whether it is the first row of everybody."""


def keep_one_row_each(table: Table, who: str, parts: Sequence[str]) -> OneRowEach | None:
    """One row of every participant, when their rows differ in what was measured alone.

    Parameters
    ----------
    table : Table
    who : str
        The column of participants.
    parts : sequence of str
        Columns that must say one thing of a participant: arm, time, event, site. A cell may be empty in some
        rows.

    Returns
    -------
    OneRowEach or None
        None where few have several rows, where these are all the same, or contradict each other.
    """
    cells = table.columns[who].cells
    places: dict[str, list[int]] = {}
    for i, key in enumerate(cells):
        places.setdefault(key, []).append(i)
    several = sum(len(rows) > 1 for rows in places.values())
    if "" in places or not several or several < _MOST * len(places):
        return None
    constant = {name: _values_of(column, places) for name, column in table.columns.items() if name != who}
    if any(constant.get(part) is None for part in parts):
        return None
    varying = [name for name, values in constant.items() if values is None]
    if not varying:
        return None
    rows, how = find_baseline_rows(table, cells)
    columns: dict[str, Column] = {}
    for name, column in table.columns.items():
        taken = column.take(rows)
        values = constant.get(name)
        columns[name] = replace(taken, cells=tuple(values)) if values is not None else taken
    first = rows == [positions[0] for positions in places.values()]
    filled = all(columns[name].cells == table.columns[name].take(rows).cells for name in columns)
    most = max(map(len, places.values()))
    said = (
        f"{participants_in_words(len(places))} have {len(cells):,} rows, up to {most} each, which differ "
        f"in {join_list([repr(name) for name in varying], most=6)} alone: one row of each counts"
    )
    if how:
        return OneRowEach(replace(table, columns=columns), (f"{said} ({how}).",), (), first and filled)
    notice = f"{said}. No visit says that it is the baseline, so these columns are not offered."
    return OneRowEach(replace(table, columns=columns), (notice,), tuple(varying), first and filled)


def _values_of(column: Column, places: dict[str, list[int]]) -> list[str] | None:
    """The one value of every participant, or None where somebody has two."""
    values: list[str] = []
    for rows in places.values():
        said = {column.cells[i] for i in rows} - {""}
        if len(said) > 1:
            return None
        values.append(said.pop() if said else "")
    return values


def combine_identifiers(table: Table, name: str | None) -> Table:
    """The table with the column that several names together stand for (``site + patient``), if they do."""
    if not name or name in table.columns or IDENTIFIER_SIGN not in name:
        return table
    parts = split_identifier(name)
    if not all(part in table.columns for part in parts):
        return table
    columns = [table.columns[part] for part in parts]
    cells = tuple(
        " / ".join(values) if all(values) else "" for values in zip(*(c.cells for c in columns), strict=True)
    )
    return replace(table, columns={**table.columns, name: Column(cells, columns[-1].rows, is_text=True)})


def split_identifier(name: str) -> tuple[str, ...]:
    """The columns that a combined identifier names.

    >>> split_identifier("centre + patient")
    ('centre', 'patient')
    """
    return tuple(part.strip() for part in name.split(IDENTIFIER_SIGN))


def find_combined_identifier(table: Table, who: str, others: Sequence[str]) -> str | None:
    """The name of two columns that identify the rows together: a site, and a number that restarts there."""
    cells = table.columns[who].cells
    if len(set(cells)) == len(cells) or not all(cells):
        return None
    for other in others:
        if other == who or other not in table.columns:
            continue
        pairs = set(zip(table.columns[other].cells, cells, strict=True))
        if len(pairs) == len(cells) and len(set(table.columns[other].cells)) < len(cells):
            return f"{other} {IDENTIFIER_SIGN} {who}"
    return None
