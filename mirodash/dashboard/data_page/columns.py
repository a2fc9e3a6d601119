"""What stands in the columns of an uploaded file: its first rows, levels and distributions, nobody named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirodash.errors import UnusableDataError
from mirodash.text.data_sentences import level_said, missing_said, numbers_said, too_many_values, values_said
from mirodash.trial import adam
from mirodash.trial.baseline import FEW_VALUES, scale_of
from mirodash.trial.column_roles import OBVIOUS
from mirodash.trial.outcomes import event_key, event_keys
from mirodash.trial.table import Column, Table, level_name, natural_key, parse_numbers
from mirodash.trial.trial import MOST_ARMS

Data = dict[str, Any]
Columns = Mapping[str, Column]
BINS = 16
MOST_LEVELS = 12
ROWS_SHOWN = 10
COLUMNS_SHOWN = 40
LONGEST_CELL = 60
SHORTEST_QUOTED = 3
"""Shorter ones would be found in other words, too."""
FEW_WORDS = 0.2
"""So much of a column of numbers may be words and stays what it is."""
_COUNT = re.compile(
    r"\brows? \d+(?:, \d+)*(?: and \d+)?"
    r"|\b(?<!\d,)\d++(?:,\d++)*+ (?!and\b|in\b|or\b)[a-z]+"
    r"|\([\d,]++\)|(?P<other>\b\d++\b)"
)
"""Numbers of rows, a number of something, one in brackets, and any other number."""
MASK = "•••"
"""Stands for an identifier: whose row it is stays in the file."""
MASKED = "Identifies participants; not shown"


def columns_of(tables: Sequence[Table], param: str | None) -> dict[str, Column]:
    """Every column of one or two tables; of several ADaM endpoints only the rows of the chosen one."""
    found: dict[str, Column] = {}
    for table in sorted(tables, key=adam.is_time_to_event):
        for name, column in _of_one_endpoint(table, param).columns.items():
            found.setdefault(name, column)
    return found


def _of_one_endpoint(table: Table, param: str | None) -> Table:
    if not adam.is_time_to_event(table):
        return table
    try:
        return adam.one_parameter(table, param)
    except UnusableDataError:
        return table


def identifying(columns: Columns, chosen: Collection[str | None]) -> frozenset[str]:
    """Columns that say who somebody is: those chosen, those so called, and texts that hardly repeat."""
    return frozenset(
        name
        for name, column in columns.items()
        if name in chosen or name.casefold() in OBVIOUS["id"] or _hardly_repeats(column)
    )


def _hardly_repeats(column: Column) -> bool:
    """Whether these are texts of which most differ; a few words among measurements make no identifiers.

    One row too many of one participant, or two rows of each, must not put everybody on the page.
    """
    known = column.known()
    distinct = len(set(known))
    return (
        distinct > FEW_VALUES
        and 2 * distinct >= len(known)
        and len(parse_numbers(known).not_numbers) > FEW_WORDS * len(known)
    )


def described(columns: Columns, masked: Collection[str]) -> list[Data]:
    """A line for every column: its name, whether it holds numbers, and its distribution with words for it."""
    return [
        {"name": name, "label": cut(column.label), **_distribution(column, masked=name in masked)}
        for name, column in columns.items()
    ]


def _distribution(column: Column, *, masked: bool) -> Data:
    known = column.known()
    missing = missing_said(len(column.cells) - len(known))
    if masked:
        return {"kind": "identifier", "bars": [], "said": MASKED, "missing": missing}
    parsed = parse_numbers(known)
    values = parsed.values[np.isfinite(parsed.values)]
    if parsed.readable and np.unique(values).size > FEW_VALUES:
        return {"kind": "numbers", **_of_numbers(values), "missing": missing}
    return {"kind": "levels", **_of_levels([level_name(cell) for cell in known]), "missing": missing}


def _of_numbers(values: NDArray[np.float64]) -> Data:
    said = numbers_said(values)
    drawn = np.log10(values) if scale_of(values) == "log" else values
    with np.errstate(over="ignore", invalid="ignore"):
        spread = float(drawn.max() - drawn.min())
    if not np.isfinite(spread) or spread <= abs(float(drawn.max())) * 1e-12:
        return {"bars": [], "said": said}
    counts, _ = np.histogram(drawn, bins=BINS)
    return {"bars": _heights(counts.tolist()), "said": said}


def _of_levels(names: Sequence[str]) -> Data:
    counts = Counter(names)
    if not counts or len(counts) > MOST_LEVELS:
        return {"bars": [], "said": values_said(len(counts))}
    ordered = sorted(counts, key=natural_key)
    said = ", ".join(level_said(cut(name), counts[name], len(names)) for name in ordered)
    return {"bars": _heights([counts[name] for name in ordered]), "said": said}


def _heights(counts: Iterable[int]) -> list[float]:
    listed = list(counts)
    tallest = max(listed, default=0) or 1
    return [round(number / tallest, 3) for number in listed]


def levels_to_choose(column: Column | None, masked: Collection[str], name: str | None) -> Data:
    """The values among which arms and events are chosen, with how often each occurs."""
    if column is None or name in masked:
        return {"options": [], "said": MASKED if column is not None else ""}
    spelt: dict[float | str, str] = {}
    counts: Counter[float | str] = Counter()
    # of two spellings of one value the one that stands last is shown
    last = dict.fromkeys(reversed(column.cells))
    often = Counter(column.cells)
    for cell in reversed(last):
        key = event_key(cell)
        if key is not None:
            spelt[key] = level_name(cell)
            counts[key] += often[cell]
    if len(counts) > MOST_ARMS:
        return {"options": [], "said": too_many_values(len(counts))}
    ordered = sorted(counts, key=lambda key: natural_key(spelt[key]))
    return {"options": [[spelt[key], counts[key]] for key in ordered], "said": ""}


def events(column: Column, value: str) -> tuple[int, int, int]:
    """How many had the event if this value means it, of how many known, and how many are not known."""
    keys, wanted = event_keys(column.cells), event_key(value)
    known = [key for key in keys if key is not None]
    return sum(key == wanted for key in known), len(known), len(keys) - len(known)


def preview(columns: Columns, masked: Collection[str], first: Sequence[str | None]) -> Data:
    """The first ten rows, the columns that play a part before the others."""
    order = list(dict.fromkeys([*(name for name in first if name in columns), *columns]))[:COLUMNS_SHOWN]
    chosen = [str(name) for name in order]
    rows = [
        [
            MASK if name in masked and cell else cut(cell)
            for name in chosen
            for cell in _cell(columns[name], row)
        ]
        for row in range(min(ROWS_SHOWN, max((len(c.cells) for c in columns.values()), default=0)))
    ]
    return {"header": chosen, "rows": rows, "columns": len(columns)}


def _cell(column: Column, row: int) -> tuple[str]:
    return (column.cells[row] if row < len(column.cells) else "",)


def unnamed(text: str, names: Collection[str], columns: Columns) -> str:
    """A sentence about columns that identify participants, without the identifiers it quotes.

    Rows and people are counted in numbers that look like identifiers; they stay.
    """
    quoted = {cell for name in names if name in columns for cell in columns[name].known()}
    numbers = {cell for cell in quoted if cell.isdecimal()}
    for cell in sorted(quoted - numbers, key=len, reverse=True):
        if len(cell) >= SHORTEST_QUOTED:
            text = text.replace(cell, MASK)
    return _COUNT.sub(lambda found: MASK if found["other"] in numbers else found[0], text)


def cut(text: str) -> str:
    """A cell as it fits into a table."""
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
