"""Files that lie, hide or are damaged: what they hold is read, or a sentence says what to do about it."""

from __future__ import annotations

import io
import random
import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from benchmarks.hostile_made import inline, packed, sheet, workbook
from mirodash.errors import UnusableDataError
from mirodash.trial.readers.files import read_table
from mirodash.trial.readers.limits import UPLOAD_LIMITS, Limits
from mirodash.uploads import reader_process
from tests.profiles import for_each
from tests.trial.small_files import small_rows

ENDED_AS_IT_SHOULD = "table or sentences"
READS_ALL = f"""
import sys
from pathlib import Path
from mirodash.errors import UnusableDataError
from mirodash.trial.readers.files import read_table
from mirodash.trial.readers.limits import UPLOAD_LIMITS as SENT
from mirodash.uploads import reader_process as child
child.set_resource_limits()
for path in sys.argv[1:]:
    try:
        read_table(Path(path), limits=SENT)
    except UnusableDataError as error:
        assert error.problems and all(problem.endswith(".") for problem in error.problems), error.problems
    print("{ENDED_AS_IT_SHOULD}", flush=True)
"""


def refused(path: Path, limits: Limits = UPLOAD_LIMITS) -> str:
    with pytest.raises(UnusableDataError) as caught:
        read_table(path, limits=limits)
    (problem,) = caught.value.problems
    return problem


def written(folder: Path, content: bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def mutated(source: random.Random, content: bytes) -> bytes:
    """Change, repeat, insert or leave out bytes here and there, or cut the file off."""
    data = bytearray(content)
    for _ in range(source.choice([1, 2, 5, 20])):
        at, other = source.randrange(len(data)), source.randrange(len(data))
        new = source.choice(
            [source.randbytes(1), b"", source.randbytes(9), b"\xff" * 4, b"\0" * 4, data[other : other + 99]]
        )
        data[at : at + source.choice([0, 1, 4, 99])] = new
        if source.random() < 0.1:
            del data[at:]
        data = data or bytearray(b"x")
    return bytes(data)


def good(kind: str, folder: Path) -> bytes:
    rows = pd.DataFrame(small_rows())
    path = folder / f"good.{kind}"
    if kind == "xpt":
        pyreadstat.write_xport(rows, str(path))
    elif kind == "parquet":
        rows.to_parquet(path)
    elif kind == "csv":
        rows.to_csv(path, index=False)
    else:
        path.write_bytes(workbook())
    return path.read_bytes()


KINDS = ["csv", "xlsx", "xpt", "parquet"]


def read_damaged(folder: Path, kind: str, *, seed: object, copies: int) -> None:
    """Let a child read damaged copies of a good file, and check that it answered each of them."""
    source, whole = random.Random(seed), good(kind, folder)
    paths = [written(folder, mutated(source, whole), f"{k}.{kind}") for k in range(copies)]
    ended = subprocess.run(
        [sys.executable, "-I", "-c", READS_ALL, *map(str, paths)],
        env=reader_process.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stderr == ""
    assert ended.stdout.splitlines() == [ENDED_AS_IT_SHOULD] * copies


@for_each("kind", KINDS)
def test_a_damaged_file_is_a_table_or_sentences_and_never_ends_the_child(tmp_path: Path, kind: str):
    read_damaged(tmp_path, kind, seed=kind, copies=40)


@pytest.mark.nightly
@for_each("seed", range(10))
@for_each("kind", KINDS)
def test_no_damaged_file_of_very_many_ends_the_child(tmp_path: Path, kind: str, seed: int):
    read_damaged(tmp_path, kind, seed=f"{kind} {seed}", copies=80)


@for_each("encoding", ["utf-16", "utf-8-sig", "utf-8", "cp1252"])
def test_letters_with_accents_are_read_in_usual_encodings(tmp_path: Path, encoding: str):
    path = written(tmp_path, "id,décès\nÉmile,1\n".encode(encoding))
    assert list(read_table(path).columns) == ["id", "décès"]


@for_each(
    ("content", "told"),
    [
        ("id,time\nP1,3\n".encode("utf-16-le"), "UTF-16 without saying so; open it in a spreadsheet"),
        ("id,time\nP1,3\n".encode("utf-16-be"), "UTF-16 without saying so; open it in a spreadsheet"),
        ("id,time\nP1,3\n".encode("utf-32"), "written in UTF-32; open it in a spreadsheet"),
        ("id,time\né,3\n".encode() + b"\xe9,4\n", "two encodings (line 2 in UTF-8, line 3 not)"),
        ("id,time\né,3\né".encode()[:-1], "cut off in the middle of a letter"),
        (b"id,time\nP1,3\nP2,\0\n", "(the first character that is none is in line 3)"),
    ],
)
def test_letters_that_cannot_be_told_are_not_guessed(tmp_path: Path, content: bytes, told: str):
    assert told in refused(written(tmp_path, content))


@for_each("content", [b"id,time\rP1,3\rP2,4\r", b"\xef\xbb\xbfid,time,\nP1,3,\nP2,4,\n"])
def test_odd_line_ends_and_trailing_commas_lose_nothing(tmp_path: Path, content: bytes):
    table = read_table(written(tmp_path, content))
    assert {name: column.cells for name, column in table.columns.items()} == {
        "id": ("P1", "P2"),
        "time": ("3", "4"),
    }
    assert table.notices == ()


def test_a_column_without_a_name_is_left_out_and_said(tmp_path: Path):
    table = read_table(written(tmp_path, b"id,,time\nP1,7,3\n"))
    assert table.notices == ("Column 2 has no name in its first row and was left out.",)


def test_a_long_cell_is_told_by_column_and_row(tmp_path: Path):
    path = written(tmp_path, b"id,notes\nP1,x\nP2," + b"x" * 40_000 + b"\n")
    assert refused(path) == (
        "'a.csv': column 'notes' has a cell of 40,000 characters in row 3; at most 32,767 can be read; "
        "shorten it, or leave the column out."
    )


def test_a_name_of_ten_thousand_letters_is_a_name(tmp_path: Path):
    name = "x" * 10_000
    assert list(read_table(written(tmp_path, f"id,{name}\n1,2\n".encode())).columns) == ["id", name]
    assert len(refused(written(tmp_path, f"{name},{name}\n1,2\n".encode()))) < 150


def test_formulas_without_results_are_told(tmp_path: Path):
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (["id", "time"], ["P1", "=1+1"], ["P2", 5], ["P3", "=A1"]):
        page.append(row)
    book.save(tmp_path / "a.xlsx")
    assert refused(tmp_path / "a.xlsx") == (
        "'a.xlsx': column 'time' holds formulas without their results in rows 2 and 4; open the workbook "
        "in Excel, save it, and give it again."
    )


def test_formulas_with_results_are_read(tmp_path: Path):
    rows = inline(b"id", "A", 1)[:-6] + inline(b"time", "B", 1)[11:]
    rows += b'<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>A2*3</f><v>3</v></c></row>'
    table = read_table(written(tmp_path, workbook(sheet=sheet(rows)), "a.xlsx"))
    assert table.columns["time"].cells == ("3",)


def test_a_hidden_sheet_is_passed_over(tmp_path: Path):
    book = openpyxl.Workbook()
    hidden, seen = book.active, book.create_sheet("Seen")
    assert hidden is not None
    hidden.sheet_state = "hidden"
    hidden.append(["secret", "x"])
    seen.append(["id", "time"])
    seen.append(["P1", 3])
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert list(table.columns) == ["id", "time"]
    assert table.notices == (
        "Sheet 'Seen' was read, the only one that is not hidden; the workbook has 2 sheets, also 'Sheet'.",
    )


@for_each("said", ["A1:A1", "A1:XFD1048576", "nonsense"])
def test_a_sheet_that_lies_about_its_size_is_read_whole(tmp_path: Path, said: str):
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>%d</v></c><c r="B%d"><v>7</v></c></row>' % (k, k, k, k) for k in (1, 2, 3)
    )
    content = workbook(sheet=sheet(rows, dimension=f'<dimension ref="{said}"/>'))
    if said == "nonsense":
        assert (
            refused(written(tmp_path, content, "a.xlsx")) == "'a.xlsx' is damaged or not an Excel workbook."
        )
        return
    table = read_table(written(tmp_path, content, "a.xlsx"))
    assert {name: column.cells for name, column in table.columns.items()} == {
        "1": ("2", "3"),
        "7": ("7", "7"),
    }


def test_a_workbook_with_two_parts_of_one_name_is_refused(tmp_path: Path):
    target = io.BytesIO(packed({"xl/workbook.xml": b"<a/>", "xl/workbook.xmk": b"<a/>"}))
    content = target.getvalue().replace(b"workbook.xmk", b"workbook.xml")
    assert refused(written(tmp_path, content, "a.xlsx")) == "'a.xlsx' is damaged or not an Excel workbook."


@for_each(
    ("name", "content", "told"),
    [
        ("a.csv", b"%PDF-1.4", "is a PDF document and no table; ask for the data themselves"),
        ("a.xlsx", b"\x1f\x8b\x08", "is a packed file and no table; unpack it"),
        (
            "a.xls",
            b"\xef\xbb\xbf <HTML><table>",
            "is a web page, whatever its name says; open it in a spread",
        ),
        ("a.csv", b'[{"id": 1}]', "is a JSON file, whatever its name says"),
        ("a.sav", b"$FL2@(#)", "is damaged, encrypted or not an SPSS file"),
        ("a.pkl", b"\x80\x04\x95abc", "is a pickle and no table; it could run programs, so save the table"),
        ("a.ods", packed({"content.xml": b""}), "is an OpenDocument file; open it"),
        ("a.xlsb", packed({"xl/workbook.bin": b""}), "is a binary Excel workbook (.xlsb); open it in Excel"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(tmp_path: Path, name: str, content: bytes, told: str):
    assert f"'{name}' {told}" in refused(written(tmp_path, content, name))
