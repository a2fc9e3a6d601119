"""From a path to a table: which kind of file it is, by what is in it and not only by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mirodash.errors import UnusableDataError
from mirodash.trial.csv_file import read_csv
from mirodash.trial.excel_file import read_excel
from mirodash.trial.file_kinds import LOOKED_AT, READABLE, check_kind
from mirodash.trial.limits import OWN, Limits
from mirodash.trial.oversize import check_table
from mirodash.trial.parquet_file import read_parquet
from mirodash.trial.sas_file import read_sas7bdat, read_xpt
from mirodash.trial.source import SourceFile
from mirodash.trial.table import Table

_READERS: dict[str, Callable[[Path, str, Limits], Table]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
    ".xlsx": read_excel,
    ".xpt": read_xpt,
    ".sas7bdat": read_sas7bdat,
    ".parquet": read_parquet,
}


def read_table(path: Path, *, name: str = "", limits: Limits = OWN) -> Table:
    """Read a file of any supported kind as text in named columns.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What people call it, when that is not the name under which it lies here.
    limits : Limits
        The most that is read.

    Raises
    ------
    UnusableDataError
        When the file does not exist, is of another kind, damaged, empty, or absurdly large.
    """
    name = name or path.name
    beginning = _beginning(path, name, limits)
    suffix = check_kind(path, name, beginning, limits)
    if suffix not in _READERS:
        raise UnusableDataError(f"'{name}' cannot be read; give a {READABLE} file.")
    table = _READERS[suffix](path, name, limits)
    _check(table, limits)
    return table if table.files else replace(table, files=(SourceFile(name),))


def _beginning(path: Path, name: str, limits: Limits) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise UnusableDataError(f"'{path}' is a folder; give the file itself.")
        with path.open("rb") as file:
            beginning = file.read(LOOKED_AT)
    except FileNotFoundError as error:
        raise UnusableDataError(f"There is no file '{path}'.") from error
    except (OSError, ValueError) as error:
        raise UnusableDataError(f"'{path}' cannot be opened.") from error
    if size == 0:
        raise UnusableDataError(f"'{name}' is empty.")
    if size > limits.size:
        raise UnusableDataError(
            f"'{name}' has {size / 1e6:,.0f} MB; a trial of this size cannot be read at once."
        )
    return beginning


def _check(table: Table, limits: Limits) -> None:
    if len(table.columns) < 2:
        raise UnusableDataError(
            f"'{table.name}' has fewer than two columns with a name; "
            "its first row must hold the names of the columns, with no title above it."
        )
    if not len(table):
        raise UnusableDataError(f"'{table.name}' has a header but no participants.")
    check_table(table.name, limits, rows=len(table), columns=len(table.columns))
