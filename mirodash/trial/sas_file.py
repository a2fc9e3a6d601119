"""SAS files: transport (XPT) and native (SAS7BDAT), with the labels their columns carry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mirodash.errors import UnusableDataError
from mirodash.trial.cells import text_of
from mirodash.trial.limits import Limits
from mirodash.trial.table import Column, Table, clean

_RECORD = 80
"""Bytes; rows missing at the end of a transport file show in nothing but its length."""


def read_xpt(path: Path, name: str, limits: Limits) -> Table:
    """Read a SAS transport file.

    Raises
    ------
    UnusableDataError
        When it is damaged or not a transport file.
    """
    import pyreadstat  # noqa: PLC0415 - slow to import, and most trials are not SAS files

    if path.stat().st_size % _RECORD:
        raise UnusableDataError(f"'{name}' is cut off: a SAS transport file is a whole number of records.")
    return _read(pyreadstat.read_xport, path, name, "SAS transport file")


def read_sas7bdat(path: Path, name: str, limits: Limits) -> Table:
    """Read a native SAS data set.

    Raises
    ------
    UnusableDataError
        When it is damaged, encrypted or not a SAS data set.
    """
    import pyreadstat  # noqa: PLC0415

    return _read(pyreadstat.read_sas7bdat, path, name, "SAS data set")


def _read(reader: Any, path: Path, name: str, kind: str) -> Table:
    try:
        values, meta = reader(str(path), output_format="dict")
    except Exception as error:  # the C library raises its own kinds, Python adds decoding errors
        raise UnusableDataError(f"'{name}' is damaged, encrypted or not a {kind}.") from error
    labels = dict(zip(meta.column_names, meta.column_labels, strict=True))
    types: dict[str, str] = meta.readstat_variable_types
    rows = tuple(range(1, len(next(iter(values.values()), [])) + 1))
    columns = {
        key: Column(
            tuple(clean(text_of(value)) for value in cells),
            rows,
            label=(labels.get(key) or "").strip(),
            is_text=types.get(key) == "string",
        )
        for key, cells in values.items()
    }
    return Table(name, columns)
