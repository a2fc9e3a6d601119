"""As many rows and cells as may be are taken, in every format, and one more is not."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from mirodash.errors import UnusableDataError
from mirodash.trial.readers.files import read_table
from mirodash.trial.readers.limits import Limits

ROWS = 7
HEADER = ("id", "time", "event")


def write(path: Path, rows: int, version: int = 8) -> Path:
    """A table of so many rows and three columns in the format that the ending of its path says."""
    cells = [[f"P{k}", str(k + 1), str(k % 2)] for k in range(rows)]
    if path.suffix == ".csv":
        path.write_text("".join(",".join(row) + "\n" for row in [HEADER, *cells]), encoding="utf-8")
    elif path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in [HEADER, *cells, []]:
            book.active.append(list(row))
        book.active.cell(rows + 3, 5).number_format = "0.00"
        book.save(path)
    elif path.suffix == ".parquet":
        pq.write_table(pa.table({name: [row[k] for row in cells] for k, name in enumerate(HEADER)}), path)
    else:
        rows_of_text = pd.DataFrame(cells, columns=list(HEADER))
        pyreadstat.write_xport(rows_of_text, str(path), file_format_version=version)
    return path


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "xpt"])
@pytest.mark.parametrize(
    "limits",
    [Limits(rows=ROWS, sheet_rows=ROWS), Limits(cells=3 * ROWS, sheet_rows=ROWS)],
    ids=["rows", "cells"],
)
def test_exactly_as_many_as_may_be_are_taken(tmp_path: Path, ending: str, limits: Limits):
    assert len(read_table(write(tmp_path / f"a.{ending}", ROWS), limits=limits)) == ROWS
    with pytest.raises(UnusableDataError, match="rows"):
        read_table(write(tmp_path / f"b.{ending}", ROWS + 1), limits=limits)


@pytest.mark.parametrize(("version", "before"), [(5, b"NAMESTR"), (8, b"NAMSTV8")])
def test_the_columns_of_a_transport_file_are_counted_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int, before: bytes
):
    path = write(tmp_path / "a.xpt", ROWS, version)
    content = path.read_bytes()
    place = content.index(b"HEADER RECORD*******" + before) + 53
    assert content[place : place + 5] == b"00003"
    path.write_bytes(content[:place] + b"60000" + content[place + 5 :])
    monkeypatch.setattr(pyreadstat, "read_xport", None)
    with pytest.raises(UnusableDataError, match=r"'a\.xpt' has 60,000 columns; at most 2,000"):
        read_table(path)
