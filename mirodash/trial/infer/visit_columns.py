"""Infers repeated measurements from columns that hold one visit each: ``alsfrs_m0``, ``alsfrs_m3``."""

from __future__ import annotations

import re
from collections.abc import Collection

from mirodash.trial.dictionary import MeasureDraft, TimeUnit
from mirodash.trial.table import Column, Table, join_list, parse_numbers

LEAST_VISITS = 3
"""Fewer columns of one name are a baseline and an end, and no course."""
LEAST_VALUES = 4
"""A measurement takes more values than an event at several times does."""
_UNITS: dict[str, TimeUnit] = {
    **dict.fromkeys(("d", "day", "days", "j", "jour", "jours", "tag", "tage"), "days"),
    **dict.fromkeys(("w", "wk", "week", "weeks", "semaine", "semaines", "woche", "wochen"), "weeks"),
    **dict.fromkeys(("m", "mo", "month", "months", "mois", "monat", "monate"), "months"),
    **dict.fromkeys(("y", "yr", "year", "years", "an", "ans", "jahr", "jahre"), "years"),
}
_VISIT = re.compile(r"(.*?[^\W_])[ _.-]+([a-z]+)[ _.-]?([0-9]{1,4})", re.IGNORECASE)


def infer_visit_columns(table: Table, taken: Collection[str | None]) -> tuple[MeasureDraft, ...]:
    """A measurement for every name that at least three columns share with a unit of time and a number.

    Parameters
    ----------
    table : Table
        One row a participant.
    taken : collection of str or None
        Columns that play another part.

    Examples
    --------
    >>> cells = Column(("40", "38", "35", "31"), (2, 3, 4, 5))
    >>> columns = dict.fromkeys(("fs_m0", "fs_m3", "fs_m6"), cells)
    >>> [(draft.key, draft.columns) for draft in infer_visit_columns(Table("t", columns), ())]
    [('fs', (('fs_m0', 0.0), ('fs_m3', 3.0), ('fs_m6', 6.0)))]
    """
    found: dict[tuple[str, TimeUnit], dict[float, str]] = {}
    for name, column in table.columns.items():
        parts = _VISIT.fullmatch(name)
        if parts is None or name in taken or parts[2].casefold() not in _UNITS:
            continue
        if column.known() and not parse_numbers(column.cells).not_numbers:
            visits = found.setdefault((parts[1], _UNITS[parts[2].casefold()]), {})
            visits.setdefault(float(parts[3]), name)
    return tuple(
        MeasureDraft(
            stem, columns=tuple((name, time) for time, name in sorted(visits.items())), visits_unit=unit
        )
        for (stem, unit), visits in found.items()
        if len(visits) >= LEAST_VISITS and _varies([table.columns[name] for name in visits.values()])
    )


def _varies(columns: list[Column]) -> bool:
    return len({value for column in columns for value in column.known()}) >= LEAST_VALUES


def describe_visit_columns(drafts: tuple[MeasureDraft, ...]) -> list[str]:
    """What was taken as a course over time, in sentences."""
    return [
        f"Columns {join_list([repr(name) for name, _ in draft.columns], most=10)} are taken as visits of "
        f"'{draft.key}', in {draft.visits_unit}: see Progression. Say in [measurements.{draft.key}] of a "
        "dictionary whether higher or lower is better."
        for draft in drafts
    ]
