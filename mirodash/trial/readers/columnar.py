"""Reads SAS transport, SAS7BDAT and Parquet files, with the labels their columns carry."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mirodash.errors import UnusableDataError
from mirodash.trial.readers.limits import Limits, SizeGuard, check_table, shorten_name
from mirodash.trial.table import Column, Table, clean, join_list, text_of

_ROWS_AT_ONCE = 1_000
_INDEX = "__index_level_"


def read_parquet(path: Path, name: str, limits: Limits) -> Table:
    """Read a Parquet file; columns of lists and structures are left out, with a notice.

    Raises
    ------
    UnusableDataError
        When it is damaged, encrypted, or larger than a trial can be.
    """
    try:
        return _read_table(path, name, limits)
    except (UnusableDataError, MemoryError):
        raise
    except Exception as error:  # a damaged file can raise anything
        raise UnusableDataError(f"'{name}' is damaged, encrypted or not a Parquet file.") from error


def _read_table(path: Path, name: str, limits: Limits) -> Table:
    import pyarrow as pa  # noqa: PLC0415 - slow to import, and most trials are not Parquet files
    import pyarrow.parquet as pq  # noqa: PLC0415

    with pq.ParquetFile(
        path, thrift_string_size_limit=limits.size, thrift_container_size_limit=limits.columns * 1_000
    ) as file:
        _check_promise(file.metadata, name, limits)
        fields = [field for field in file.schema_arrow if field.name.strip()]
        nested = [field.name for field in fields if pa.types.is_nested(field.type)]
        kept = [f for f in fields if not pa.types.is_nested(f.type) and not f.name.startswith(_INDEX)]
        cells = _read_cells(file, [field.name for field in kept], SizeGuard(name, limits))
    columns = {
        field.name: Column(
            tuple(column),
            tuple(range(1, len(column) + 1)),
            is_text=_is_text(field.type, pa),
            unit="days" if pa.types.is_duration(field.type) else "",
        )
        for field, column in zip(kept, cells, strict=True)
    }
    durations = tuple(
        f"Column '{shorten_name(field.name)}' holds durations, which were read in days."
        for field in kept
        if pa.types.is_duration(field.type)
    )
    return Table(name, columns, (*_left_out(nested), *durations))


def _check_promise(meta: Any, name: str, limits: Limits) -> None:
    """Refuse what the file itself says to be too much."""
    check_table(name, limits, rows=meta.num_rows, columns=meta.num_columns)
    unpacked = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
    if unpacked > max(limits.inflated, limits.size):
        raise UnusableDataError(
            f"'{name}' would unpack to {unpacked / 1e6:,.0f} MB, which is more than a trial can have; "
            "leave out what is not needed, and save the rest."
        )


def _read_cells(file: Any, names: list[str], tally: SizeGuard) -> list[list[str]]:
    """The cells of every column as text, read in pieces: what a file says of its size may be wrong."""
    columns: list[list[str]] = [[] for _ in names]
    for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=names, use_threads=False):
        first = len(columns[0]) + 1 if columns else 1
        tally.add_rows(batch.num_rows, len(names))
        for name, column, values in zip(names, columns, batch.columns, strict=True):
            texts = [text_of(value) for value in values.to_pylist()]
            tally.add_texts(first, name, map(len, texts))
            column.extend(map(clean, texts))
    return columns


def _is_text(kind: Any, pa: Any) -> bool:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.types.is_string(inner) or pa.types.is_large_string(inner)


def _left_out(nested: Sequence[str]) -> tuple[str, ...]:
    if not nested:
        return ()
    names = join_list([f"'{shorten_name(name)}'" for name in nested])
    one = len(nested) == 1
    return (
        f"{'Column' if one else 'Columns'} {names} {'holds' if one else 'hold'} lists and "
        f"{'was' if one else 'were'} left out.",
    )


MAX_CODES = 5
"""With more different numbers than this a column holds measurements, and labels are exceptions."""
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
    return _Reading(pyreadstat.read_xport, path, name, limits).table("a SAS transport file")


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

    return _Reading(pyreadstat.read_sas7bdat, path, name, limits).table("a SAS data set")


def read_sav(path: Path, name: str, limits: Limits) -> Table:
    """Read an SPSS file (also compressed); values that have labels are read as their labels.

    Raises
    ------
    UnusableDataError
        When it is damaged, encrypted, not an SPSS file, or larger than a trial can be.
    """
    import pyreadstat  # noqa: PLC0415

    return _Reading(pyreadstat.read_sav, path, name, limits).table("an SPSS file")


def read_dta(path: Path, name: str, limits: Limits) -> Table:
    """Read a Stata file; values that have labels are read as their labels.

    Raises
    ------
    UnusableDataError
        When it is damaged, not a Stata file, or larger than a trial can be.
    """
    import pyreadstat  # noqa: PLC0415

    return _Reading(pyreadstat.read_dta, path, name, limits).table("a Stata file")


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
            raise UnusableDataError(f"'{self._name}' is damaged, encrypted or not {kind}.") from error

    def _table(self) -> Table:
        limits = self._limits
        _, about = self._reader(str(self._path), metadataonly=True)
        columns = len(about.column_names)
        check_table(self._name, limits, rows=max(0, about.number_rows or 0), columns=columns)
        # a file may say little about its rows and hold many
        most = min(limits.rows, limits.cells // max(1, columns))
        values, meta = self._reader(str(self._path), output_format="dict", row_limit=most + 1)
        found = len(next(iter(values.values()), []))
        check_table(self._name, limits, rows=found, columns=columns)
        rows = tuple(range(1, found + 1))
        notices: list[str] = []
        read = {key: self._column(meta, key, cells, rows, notices) for key, cells in values.items()}
        return Table(self._name, read, tuple(notices))

    def _column(self, meta: Any, key: str, cells: Any, rows: tuple[int, ...], notices: list[str]) -> Column:
        texts = [text_of(value) for value in cells]
        labels = {text_of(value): str(label) for value, label in _value_labels(meta, key).items()}
        if labels:
            texts = self._replace_by_labels(key, texts, labels, notices)
        SizeGuard(self._name, self._limits).add_texts(1, key, map(len, texts))
        labels = dict(zip(meta.column_names, meta.column_labels, strict=True))
        return Column(
            tuple(clean(text) for text in texts),
            rows,
            label=(labels.get(key) or "").strip(),
            is_text=meta.readstat_variable_types.get(key) == "string",
        )

    def _replace_by_labels(
        self, key: str, texts: list[str], labels: dict[str, str], notices: list[str]
    ) -> list[str]:
        """The labels of the values; labelled codes among measurements are missing, and a notice says so."""
        SizeGuard(self._name, self._limits).add_texts(1, key, map(len, labels.values()))
        values = {text for text in texts if text}
        if values <= labels.keys() and len(set(labels.values())) == len(labels):
            return [labels.get(text, text) for text in texts]
        coded = sorted(values & labels.keys())
        if coded and len(values - labels.keys()) > MAX_CODES:
            said = join_list(
                [f"{value} = {shorten_name(labels[value])} ({texts.count(value):,})" for value in coded]
            )
            notices.append(
                f"Column '{shorten_name(key)}' holds numbers, and labels for some of them: {said}. The "
                "labelled ones count as missing."
            )
            return ["" if text in labels else text for text in texts]
        return texts


def _value_labels(meta: Any, key: str) -> dict[Any, Any]:
    """The labels that a file has for the values of a column; none in SAS, where they lie in other files."""
    return getattr(meta, "variable_value_labels", {}).get(key, {})
