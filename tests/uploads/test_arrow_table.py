"""A kept table comes back exactly as it was, or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.errors import UnusableDataError
from mirodash.trial.readers.files import read_table
from mirodash.trial.store import SAMPLES, sample_folder
from mirodash.trial.table import Column, SourceFile, Table
from mirodash.uploads.serialisation import table_bytes, table_from
from tests.profiles import for_each

text = st.text(st.characters(exclude_categories=()), max_size=12) | st.sampled_from(
    ["", "<b>x</b>", "\0", "\ud800", "\ud83d\ude00", "😀", "=1+1", "x" * 10_000, "{0}", "\u202e1"]
)
source_files = st.builds(
    SourceFile,
    name=text,
    delimiter=text,
    encoding=text,
    decimal_comma=st.booleans(),
    lines_above=st.integers(0, 100),
    widest=st.integers(0, 2_000),
    printable=st.booleans(),
    param=text,
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Tables of up to four columns, each with a numbering of its own or a shared one."""
    size = draw(st.integers(0, 6))
    row_numbers = st.lists(st.integers(0, 2**40), min_size=size, max_size=size).map(tuple)
    shared = draw(row_numbers)
    columns = st.builds(
        Column,
        cells=st.lists(text, min_size=size, max_size=size).map(tuple),
        rows=st.just(shared) | row_numbers,
        label=text,
        is_text=st.booleans(),
        file=text,
    )
    return Table(
        name=draw(text),
        columns=draw(st.dictionaries(text, columns, max_size=4)),
        notices=tuple(draw(st.lists(text, max_size=2))),
        files=tuple(draw(st.lists(source_files, max_size=2))),
    )


@given(tables())
def test_every_field_of_a_table_comes_back(table: Table):
    found = table_from(table_bytes(table))
    assert found == table
    assert list(found.columns) == list(table.columns)


@for_each("name", SAMPLES)
def test_a_sample_comes_back(name: str):
    table = read_table(sample_folder() / f"{name}.csv")
    assert table_from(table_bytes(table)) == table


def test_what_is_kept_is_an_arrow_stream_that_others_can_read():
    table = Table(
        "a.csv", {"arm": Column(("x", "y", "x"), (2, 3, 4)), "age": Column(("1", "", "1"), (2, 3, 4))}
    )
    found = pa.ipc.open_stream(table_bytes(table)).read_all()
    assert found.column(0).to_pylist() == [b"x", b"y", b"x"]
    assert found.column(1).to_pylist() == [b"1", b"", b"1"]
    assert found.column("rows 0").to_pylist() == [2, 3, 4]
    assert found.num_columns == 3


def _numbered(cells: list[str]) -> Column:
    return Column(tuple(cells), tuple(range(2, len(cells) + 2)))


def test_a_large_table_is_kept_in_less_than_its_own_text():
    columns = {f"arm {k}": _numbered(["treated", "control"] * 2_500) for k in range(5)}
    columns |= {
        f"marker {k}": _numbered([str(i * 7919 % 10_007 / 10) for i in range(5_000)]) for k in range(5)
    }
    text = sum(len(cell) + 1 for column in columns.values() for cell in column.cells)
    assert len(table_bytes(Table("large.csv", columns))) < text


WHOLE = table_bytes(Table("a.csv", {"arm": Column(("x", "y"), (2, 3))}, files=(SourceFile("a.csv"),)))


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_damage_anywhere_is_noticed(place: int, change: int):
    damaged = bytearray(WHOLE)
    damaged[place] ^= change
    with pytest.raises(UnusableDataError, match="upload the file again"):
        table_from(bytes(damaged))


@given(st.integers(0, len(WHOLE) - 1))
def test_a_part_of_it_is_refused(end: int):
    with pytest.raises(UnusableDataError, match="upload the file again"):
        table_from(WHOLE[:end])


def _signed(stream: bytes) -> bytes:
    return stream + hashlib.sha256(stream).digest()


def _stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def _about(content: bytes) -> bytes:
    cells = pa.table({"cells 0": ["x"], "rows 0": [2]})
    return _stream(cells.replace_schema_metadata({b"mirodash-table-1": content}))


ONE_COLUMN = (
    b'{"name":"a","notices":[],"files":[],'
    b'"columns":[{"name":"x","label":"","is_text":false,"file":"","rows":%s}]}'
)
FOREIGN = {
    "nothing": b"",
    "a pickle": b"cos\nsystem\n(S'true'\ntR.",
    "another Arrow stream": _stream(pa.table({"x": [1, 2]})),
    "a description that is no JSON": _about(b"{"),
    "a description of something else": _about(b"[]"),
    "a description without parts": _about(b"{}"),
    "cells that are no dictionary": _about(ONE_COLUMN % b"0"),
    "row numbers that are not there": _about(ONE_COLUMN % b"7"),
    "a file that has other fields": _about(b'{"name":"","notices":[],"columns":[],"files":[{"x":1}]}'),
}


@for_each("what", FOREIGN)
def test_what_something_else_wrote_is_refused(what: str):
    with pytest.raises(UnusableDataError, match="upload the file again"):
        table_from(_signed(FOREIGN[what]))


@given(st.binary(max_size=200))
def test_any_other_bytes_are_refused(content: bytes):
    for kept in (content, _signed(content)):
        with pytest.raises(UnusableDataError, match="upload the file again"):
            table_from(kept)


def test_an_extension_type_stays_what_it_is_stored_as():
    sent = pa.table({"cells 0": pa.array(["x"])}, schema=pa.schema([pa.field("cells 0", pa.string())]))
    field = sent.schema.field(0).with_metadata(
        {
            b"ARROW:extension:name": b"arrow.py_extension_type",
            b"ARROW:extension:metadata": b"cos\nsystem\n(S'x'\ntR.",
        }
    )
    with pytest.raises(UnusableDataError):
        table_from(_signed(_stream(sent.cast(pa.schema([field])))))


def test_two_tables_that_differ_in_one_cell_are_kept_differently():
    table = Table("a", {"x": Column(("1", "2"), (2, 3))})
    other = replace(table, columns={"x": Column(("1", "3"), (2, 3))})
    assert table_bytes(table) != table_bytes(other)
    assert table_bytes(table) == table_bytes(table)
