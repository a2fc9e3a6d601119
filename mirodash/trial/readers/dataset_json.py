"""Reads CDISC Dataset-JSON 1.1: one data set as JSON, or as one JSON value a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from mirodash.errors import UnusableDataError
from mirodash.trial.readers.limits import Limits, SizeGuard, check_table
from mirodash.trial.table import Column, Table, clean_column, one_line, text_of

VERSION = "datasetJSONVersion"
_TEXT = frozenset({"string", "date", "datetime", "time", "URI"})
_DAMAGED = "is damaged or not a Dataset-JSON file"


def read_dataset_json(path: Path, name: str, limits: Limits) -> Table:
    """Read a Dataset-JSON file, with the labels of its columns.

    Raises
    ------
    UnusableDataError
        When it is damaged, JSON of another kind, of an older version, or larger than a trial can be.
    """
    try:
        about, rows = _content(path, name)
        columns = [_field(column) for column in about["columns"]]
        check_table(name, limits, rows=0, columns=len(columns))
        return _read_table(name, columns, rows, limits)
    except (UnusableDataError, MemoryError):
        raise
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise UnusableDataError(f"'{name}' {_DAMAGED}.") from error


def _content(path: Path, name: str) -> tuple[Mapping[str, Any], Iterator[Any]]:
    """What the file says of its columns, and its rows."""
    with path.open(encoding="utf-8-sig") as file:
        first = file.readline()
        one_value = not first.rstrip().endswith("}")
        about = None if one_value else json.loads(first)
        if isinstance(about, dict) and "rows" not in about:
            lines = file.read().splitlines()
            about = cast("Mapping[str, Any]", about)
            return _checked(about, name), (json.loads(line) for line in lines if line.strip())
        whole = json.loads(first + file.read()) if about is None else about
    return _checked(whole, name), iter(whole.get("rows") or [])


def _checked(about: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(about, dict) or VERSION not in about:
        raise UnusableDataError(
            f"'{name}' is JSON, but no CDISC Dataset-JSON; save its table as CSV or XLSX."
        )
    found = cast("Mapping[str, Any]", about)
    if "columns" not in found:
        raise UnusableDataError(
            f"'{name}' is Dataset-JSON {str(found[VERSION])[:10]}; version 1.1 can be read, or CSV."
        )
    return found


def _field(column: Any) -> tuple[str, str, bool]:
    """The name and the label of a column, and whether it holds text."""
    return (
        one_line(str(column["name"])),
        one_line(str(column.get("label") or "")),
        column.get("dataType") in _TEXT,
    )


def _read_table(
    name: str, columns: Sequence[tuple[str, str, bool]], rows: Iterator[Any], limits: Limits
) -> Table:
    names = [field for field, _, _ in columns]
    twice = next((field for field in names if names.count(field) > 1), None)
    if twice is not None:
        raise UnusableDataError(f"'{name}' has more than one column named '{twice[:60]}'.")
    tally = SizeGuard(name, limits)
    tally.columns = names
    texts: list[list[str]] = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(cast("list[Any]", row)) != len(names):
            raise UnusableDataError(
                f"'{name}': row {number} does not have the {len(names)} values that its columns promise."
            )
        texts.append([_text(value) for value in cast("list[Any]", row)])
        tally.add(number, texts[-1])
    numbers = tuple(range(1, len(texts) + 1))
    cells = list(zip(*texts, strict=True)) or [()] * len(names)
    return Table(
        name,
        {
            field: Column(
                clean_column(cells[i]), numbers, label="" if label == field else label, is_text=is_text
            )
            for i, (field, label, is_text) in enumerate(columns)
            if field
        },
    )


def _text(value: Any) -> str:
    if isinstance(value, (list, dict)):
        raise ValueError("a value of a data set is a text or a number")
    return text_of(value)
