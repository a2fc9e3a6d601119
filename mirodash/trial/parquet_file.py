"""Parquet files, column by column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mirodash.errors import UnusableDataError
from mirodash.trial.cells import text_of
from mirodash.trial.limits import Limits
from mirodash.trial.table import Column, Table, clean


def read_parquet(path: Path, name: str, limits: Limits) -> Table:
    """Read a Parquet file; columns of lists and structures are left out.

    Raises
    ------
    UnusableDataError
        When it is damaged, encrypted, or larger than a trial can be.
    """
    import pyarrow as pa  # noqa: PLC0415 - slow to import, and most trials are not Parquet files
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        meta = pq.read_metadata(path)
        if meta.num_columns > limits.columns or meta.num_rows * meta.num_columns > limits.cells:
            raise UnusableDataError(
                f"'{name}' has {meta.num_rows:,} rows and {meta.num_columns:,} columns, "
                "which is more than a trial can have."
            )
        content: Any = pq.ParquetFile(path).read()
        fields = [
            field for field in content.schema if not pa.types.is_nested(field.type) and field.name.strip()
        ]
        columns = {field.name: _column(content, field, pa) for field in fields}
    except UnusableDataError:
        raise
    except Exception as error:  # a damaged file can raise anything
        raise UnusableDataError(f"'{name}' is damaged, encrypted or not a Parquet file.") from error
    return Table(name, {n: c for n, c in columns.items() if not n.startswith("__index_level_")})


def _column(content: Any, field: Any, pa: Any) -> Column:
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    cells = tuple(clean(text_of(value)) for value in content.column(field.name).to_pylist())
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    return Column(cells, tuple(range(1, len(cells) + 1)), is_text=is_text)
