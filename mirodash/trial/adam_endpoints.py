"""Endpoints of an ADaM file: every parameter of ADTTE is an endpoint of one trial, with words of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from mirodash.trial import adam
from mirodash.trial.dictionary import Endpoint, EndpointDraft
from mirodash.trial.infer.endpoint import infer_adam_study
from mirodash.trial.infer.time_unit import infer_time_unit
from mirodash.trial.problems import Findings
from mirodash.trial.table import Column, Table, join_list, participants_in_words

_TIME, _EVENT, _PERSON = "AVAL", "CNSR", "USUBJID"
_BESIDE = re.compile(r"(AVAL|CNSR) \((.+)\)", re.IGNORECASE)
_UNIT_IN_LABEL = re.compile(r"\s*[(\[](?:days?|weeks?|months?|years?)[)\]]\s*$", re.IGNORECASE)

Words = tuple[str, str, str]
_WORDS: tuple[tuple[str, Words], ...] = (
    (r"overall survival|all.cause mortality|death", ("death", "deaths", "alive")),
    (
        r"progression.free survival",
        ("progression or death", "progressions or deaths", "progression-free"),
    ),
    (r"time to (?:\w+ )?progression", ("progression", "progressions", "progression-free")),
    (
        r"(?:disease|recurrence|relapse).free survival",
        ("recurrence or death", "recurrences or deaths", "recurrence-free"),
    ),
    (r"time to (?:\w+ )?(?:recurrence|relapse)", ("recurrence", "recurrences", "recurrence-free")),
)
"""What one event, several, and being without one are called, by how labels of endpoints begin."""
_CODES = {"OS": 0, "PFS": 1, "TTP": 2, "DFS": 3, "RFS": 3}
"""Which of these words a code stands for where its label says nothing."""


def name_events(code: str, label: str) -> Words:
    """One event, several events, and those without one, by the code and the label of an endpoint.

    >>> name_events("PFS", "Progression-Free Survival")
    ('progression or death', 'progressions or deaths', 'progression-free')
    >>> name_events("TTHOSP", "Time to first hospitalisation")
    ('event', 'events', 'event-free')
    """
    for pattern, words in _WORDS:
        if re.match(pattern, label.strip(), re.IGNORECASE):
            return words
    if code.upper() in _CODES:
        return _WORDS[_CODES[code.upper()]][1]
    return ("event", "events", "event-free")


def strip_unit(label: str) -> str:
    """The label of an endpoint without the unit of its time.

    >>> strip_unit("Overall Survival (Months)")
    'Overall Survival'
    """
    return _UNIT_IN_LABEL.sub("", label) or label


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
                f"{'is' if repeated == 1 else 'are'} of participants who stand in an earlier row."
            )
            continue
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


def describe_endpoints(table: Table, described: Sequence[EndpointDraft]) -> tuple[EndpointDraft, ...]:
    """Drafts of the endpoints that were added to a table, but for those that are described already."""
    taken = {endpoint.time for endpoint in described}
    keys = {endpoint.key for endpoint in described}
    drafts: list[EndpointDraft] = []
    for name in table.columns:
        code = find_code(name)
        if not code or name in taken or not name.upper().startswith(_TIME):
            continue
        event = str(adam.find_column(table, f"{_EVENT} ({code})"))
        label = table.columns[name].label
        singular, plural, event_free = name_events(code, label)
        drafts.append(
            EndpointDraft(
                key=_free_key(code.lower(), keys),
                time=name,
                event=event,
                label=label,
                event_value="0",
                singular=singular,
                plural=plural,
                event_free=event_free,
            )
        )
        keys.add(drafts[-1].key)
    return tuple(drafts)


def _free_key(wanted: str, taken: set[str]) -> str:
    key, number = wanted, 2
    while key in taken:
        key, number = f"{wanted}-{number}", number + 1
    return key


def find_code(column: str) -> str:
    """The code of the endpoint of which a column was added; empty for every other column.

    >>> find_code("AVAL (PFS)"), find_code("AVAL")
    ('PFS', '')
    """
    found = _BESIDE.fullmatch(column)
    return found[2] if found else ""


def as_in_file(endpoint: Endpoint) -> tuple[Endpoint, str]:
    """The endpoint with the names of its columns in the file, and its code; empty for the first one."""
    code = find_code(endpoint.time)
    if not code:
        return endpoint, ""
    time, event = (name.removesuffix(f" ({code})") for name in (endpoint.time, endpoint.event))
    return replace(endpoint, time=time, event=event), code
