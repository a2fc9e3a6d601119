"""Puts the times and events of every endpoint of an ADTTE beside those of the one a trial opens with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mirodash.trial import adam
from mirodash.trial.adam_endpoints import strip_unit
from mirodash.trial.infer.endpoint import infer_adam_study
from mirodash.trial.infer.time_unit import infer_time_unit
from mirodash.trial.problems import Findings
from mirodash.trial.table import Column, Table, join_list, participants_in_words

_TIME, _EVENT, _PERSON = "AVAL", "CNSR", "USUBJID"


def first_endpoint(tables: Sequence[Table]) -> str | None:
    """The endpoint a trial opens with: death or overall survival before the others, else the first.

    None without several to choose from.
    """
    study = infer_adam_study(tables, None)
    return study.param if study is not None and len(study.parameters) > 1 else None


def add_endpoints(table: Table, tables: Sequence[Table], opens: str | None, found: Findings) -> Table:
    """The table of one endpoint with the times and events of the others beside them.

    Parameters
    ----------
    table : Table
        One row a participant, with ``AVAL`` and ``CNSR`` of the endpoint that the trial opens with.
    tables : sequence of Table
        As they were read.
    opens : str or None
        The code of that endpoint.
    found : Findings
        Told of endpoints that cannot be added.

    Returns
    -------
    Table
        With columns ``AVAL (PFS)`` and ``CNSR (PFS)`` for a further endpoint ``PFS``.
    """
    study, adtte = infer_adam_study(tables, opens), next(filter(adam.is_time_to_event, tables), None)
    if study is None or adtte is None or opens is None:
        return table
    columns, added, person = dict(table.columns), list[str](), str(adam.find_column(adtte, _PERSON))
    for code, name in study.parameters:
        if code == opens:
            continue
        rows, label = adam.one_parameter(adtte, code), strip_unit(name)
        repeated = len(rows) - len(set(rows.columns[person].cells))
        if repeated:
            found.notices.append(
                f"Endpoint {code} ({label}) is left out: {repeated:,} of its rows "
                f"{'is' if repeated == 1 else 'are'} of participants who have an earlier row."
            )
            continue
        found.notices += [notice for notice in rows.notices if notice not in adtte.notices]
        columns |= _read_beside(table, rows, code, label, found)
        added.append(code)
    if added:
        found.notices.append(
            f"'{adtte.name}' holds {len(added) + 1} endpoints; this trial opens with {opens}, and has "
            f"{join_list(added, most=20)} as well."
        )
    return replace(table, columns=columns)


def _read_beside(table: Table, rows: Table, code: str, label: str, found: Findings) -> dict[str, Column]:
    """The time and the event of one more endpoint, in the order of the table's participants."""
    people = table.columns[str(adam.find_column(table, _PERSON))].cells
    theirs = rows.columns[str(adam.find_column(rows, _PERSON))].cells
    place = {who: i for i, who in enumerate(theirs) if who}
    stray = len(place.keys() - set(people))
    if stray:
        found.notices.append(
            f"{participants_in_words(stray)} with a row for {code} {'has' if stray == 1 else 'have'} none "
            f"for the endpoint that the trial opens with, and {'is' if stray == 1 else 'are'} not in it."
        )
    match = [place.get(who, -1) for who in people]
    made: dict[str, Column] = {}
    for part in (_TIME, _EVENT):
        name = str(adam.find_column(rows, part))
        column = rows.columns[name]
        made[f"{name} ({code})"] = replace(
            column,
            cells=tuple("" if i < 0 else column.cells[i] for i in match),
            rows=tuple(0 if i < 0 else column.rows[i] for i in match),
            label=label,
            unit=infer_time_unit(rows, name).unit or "" if part == _TIME else "",
            file=rows.name if len(table.files) > 1 else column.file,
        )
    return made
