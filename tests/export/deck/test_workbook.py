"""The workbook behind a chart is one that Excel reads: texts stay texts, numbers keep every bit."""

from __future__ import annotations

import io
import zipfile

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from mirodash.export.deck.package import (
    Column,
    build_cells,
    build_column_letters,
    build_heading,
    build_workbook,
)
from tests.profiles import for_each

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|'/c calc'!A0", "'=1", "{=1}", "https://example.org"]
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@for_each("name", FORMULAS)
def test_a_name_is_never_a_formula(name: str):
    sheet = openpyxl.load_workbook(io.BytesIO(build_workbook([Column(name, [1.0])]))).worksheets[0]
    assert (sheet["A1"].value, sheet["A1"].data_type) == (name, "s")
    with zipfile.ZipFile(io.BytesIO(build_workbook([Column(name, [1.0])]))) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@given(st.lists(st.lists(NUMBERS, min_size=1, max_size=8), min_size=1, max_size=5))
def test_numbers_come_back_to_the_last_bit(values: list[list[float | None]]):
    file = build_workbook([Column(f"column {k}", column) for k, column in enumerate(values)])
    sheet = openpyxl.load_workbook(io.BytesIO(file)).worksheets[0]
    for k, column in enumerate(values, start=1):
        read = [sheet.cell(row, k).value for row in range(2, len(column) + 2)]
        assert [None if v is None else float(v) for v in read] == [
            None if v is None else v + 0.0 for v in column
        ]


@given(st.text())
def test_any_name_leaves_the_file_whole(name: str):
    sheet = openpyxl.load_workbook(io.BytesIO(build_workbook([Column(name, [1.0])]))).worksheets[0]
    assert sheet["A2"].value == 1


@given(st.integers(0, 16_383))
def test_columns_are_called_as_in_a_spreadsheet(place: int):
    assert build_column_letters(place) == openpyxl.utils.get_column_letter(place + 1)
    assert build_heading(place) == f"Sheet1!${build_column_letters(place)}$1"
    assert (
        build_cells(place, 7) == f"Sheet1!${build_column_letters(place)}$2:${build_column_letters(place)}$8"
    )


def test_the_file_tells_neither_when_nor_where_it_was_made():
    file = build_workbook([Column("a", [1.0])])
    assert file == build_workbook([Column("a", [1.0])])
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in archive.namelist() if "docProps" in name]
