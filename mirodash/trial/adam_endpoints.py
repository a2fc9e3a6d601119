"""Words and columns of the endpoints of an ADaM file, of which every parameter is one of the trial's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from unicodedata import combining, normalize

from mirodash.trial import adam
from mirodash.trial.dictionary import UNITS, Endpoint, EndpointDraft
from mirodash.trial.table import Table

_TIME, _EVENT = "AVAL", "CNSR"
_BESIDE = re.compile(r"(AVAL|CNSR) \((.+)\)", re.IGNORECASE)
_UNIT_IN_LABEL = re.compile(r"[(\[]([^()\[\]]{1,20})[)\]]$")

Words = tuple[str, str, str]
_WORDS: dict[str, Words] = {
    "OS": ("death", "deaths", "alive"),
    "PFS": ("progression or death", "progressions or deaths", "progression-free"),
    "TTP": ("progression", "progressions", "progression-free"),
    "DFS": ("recurrence or death", "recurrences or deaths", "recurrence-free"),
    "TTR": ("recurrence", "recurrences", "recurrence-free"),
}
"""What one event, several, and being without one are called, by the usual code of an endpoint."""
_LABELS = {
    "OS": re.compile(r"overall survival|all.cause mortality|death|survie globale|d[ée]c[èe]s", re.IGNORECASE),
    "PFS": re.compile(r"progression.free survival|survie sans progression", re.IGNORECASE),
    "TTP": re.compile(r"time to (?:\w+ )?progression|d[ée]lai jusqu.. (?:la )?progression", re.IGNORECASE),
    "DFS": re.compile(
        r"(?:disease|recurrence|relapse).free survival|survie sans (?:maladie|r[ée]cidive|rechute)",
        re.IGNORECASE,
    ),
    "TTR": re.compile(r"time to (?:\w+ )?(?:recurrence|relapse)", re.IGNORECASE),
}
"""How the labels of these endpoints begin."""
_CODES = {"OS": "OS", "PFS": "PFS", "TTP": "TTP", "DFS": "DFS", "RFS": "DFS"}
"""Which words a code stands for where its label says nothing."""


def name_events(code: str, label: str) -> Words:
    """One event, several events, and those without one, by the code and the label of an endpoint.

    >>> name_events("PFS", "Progression-Free Survival")
    ('progression or death', 'progressions or deaths', 'progression-free')
    >>> name_events("TTHOSP", "Time to first hospitalisation")
    ('event', 'events', 'event-free')
    """
    for name, beginning in _LABELS.items():
        if beginning.match(label.strip()):
            return _WORDS[name]
    if code.upper() in _CODES:
        return _WORDS[_CODES[code.upper()]]
    return ("event", "events", "event-free")


def strip_unit(label: str) -> str:
    """The label of an endpoint without the unit of its time.

    >>> strip_unit("Overall Survival (Months)"), strip_unit("Survie (années)"), strip_unit("Fall (any)")
    ('Overall Survival', 'Survie', 'Fall (any)')
    """
    found = _UNIT_IN_LABEL.search(label.rstrip())
    is_unit = found is not None and _plain(found[1].strip(" .")) in UNITS
    return (label[: found.start()].rstrip() if found and is_unit else "") or label


def _plain(text: str) -> str:
    """Lower case without accents, as the words for units are kept."""
    return "".join(sign for sign in normalize("NFKD", text) if not combining(sign)).casefold()


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
