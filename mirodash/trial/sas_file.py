"""SAS files: transport (XPT) and native (SAS7BDAT), with the labels their columns carry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mirodash.errors import UnusableDataError
from mirodash.trial.cells import text_of
from mirodash.trial.limits import Limits
from mirodash.trial.oversize import Tally, check_table
from mirodash.trial.table import Column, Table, clean

_RECORD = 80
"""Bytes; rows missing at the end of a transport file show in nothing but its length."""
_COLUMNS_FOLLOW = (b"HEADER RECORD*******NAMESTR", b"HEADER RECORD*******NAMSTV8")
_COUNT = slice(53, 58)
"""Where the record before the columns counts them."""
_RECORDS_BEFORE = 50


def read_xpt(path: Path, name: str, limits: Limits) -> Table:
    """Read a SAS transport file.

    Raises
    ------
    UnusableDataError
        When it is damaged, not a transport file, or larger than a trial can be.
    """
    import pyreadstat  # noqa: PLC0415 - slow to import, and most trials are not SAS files

    if path.stat().st_size % _RECORD:
        raise UnusableDataError(f"'{name}' is cut off: a SAS transport file is a whole number of records.")
    check_table(name, limits, rows=0, columns=_promised_columns(path))
    return _Reading(pyreadstat.read_xport, path, name, limits).table("SAS transport file")


def _promised_columns(path: Path) -> int:
    """How many columns a transport file says it has, which its reader takes seconds to list; 0 if unsaid."""
    with path.open("rb") as file:
        beginning = file.read(_RECORDS_BEFORE * _RECORD)
    records = (beginning[k : k + _RECORD] for k in range(0, len(beginning), _RECORD))
    said = next((record[_COUNT] for record in records if record.startswith(_COLUMNS_FOLLOW)), b"")
    return int(said) if said.isdigit() else 0


def read_sas7bdat(path: Path, name: str, limits: Limits) -> Table:
    """Read a native SAS data set.

    Raises
    ------
    UnusableDataError
        When it is damaged, encrypted, not a SAS data set, or larger than a trial can be.
    """
    import pyreadstat  # noqa: PLC0415

    return _Reading(pyreadstat.read_sas7bdat, path, name, limits).table("SAS data set")


class _Reading:
    """One file, with the function of the library that reads its format."""

    def __init__(self, reader: Any, path: Path, name: str, limits: Limits) -> None:
        self._reader = reader
        self._path = path
        self._name = name
        self._limits = limits

    def table(self, kind: str) -> Table:
        """All that is in the file, unless it is too much."""
        try:
            return self._table()
        except (UnusableDataError, MemoryError):
            raise
        except Exception as error:  # the C library raises its own kinds, Python adds decoding errors
            raise UnusableDataError(f"'{self._name}' is damaged, encrypted or not a {kind}.") from error

    def _table(self) -> Table:
        limits = self._limits
        _, about = self._reader(str(self._path), metadataonly=True)
        columns = len(about.column_names)
        check_table(self._name, limits, rows=about.number_rows or 0, columns=columns)
        # a file may say little about its rows and hold many
        most = min(limits.rows, limits.cells // max(1, columns))
        values, meta = self._reader(str(self._path), output_format="dict", row_limit=most + 1)
        found = len(next(iter(values.values()), []))
        check_table(self._name, limits, rows=found, columns=columns)
        rows = tuple(range(1, found + 1))
        return Table(self._name, {key: self._column(meta, key, cells, rows) for key, cells in values.items()})

    def _column(self, meta: Any, key: str, cells: Any, rows: tuple[int, ...]) -> Column:
        texts = [text_of(value) for value in cells]
        Tally(self._name, self._limits).add_texts(1, key, map(len, texts))
        labels = dict(zip(meta.column_names, meta.column_labels, strict=True))
        return Column(
            tuple(clean(text) for text in texts),
            rows,
            label=(labels.get(key) or "").strip(),
            is_text=meta.readstat_variable_types.get(key) == "string",
        )
