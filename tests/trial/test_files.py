"""The same trial in every kind of file is the same trial; whatever is no trial is refused in a sentence."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from mirodash.errors import UnusableDataError
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from mirodash.trial.readers.files import READABLE, read_table
from mirodash.trial.readers.limits import Limits
from mirodash.trial.trial import Trial
from tests.profiles import for_each
from tests.trial.small_files import Rows, Write, only_problem_of, problems_of


def frame(rows: Rows) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    return table.assign(**{key: pd.to_numeric(table[key]) for key in ("days", "event", "marker")})


@pytest.fixture
def reference(write: Write, rows: Rows, described: str) -> Trial:
    """Return the small trial as read from a plain CSV file."""
    rows[2]["marker"] = ""
    rows[3]["days"] = "31.25"
    return read_trial([write(rows, described)])


@for_each(
    "dialect",
    [
        {"delimiter": delimiter, "encoding": encoding}
        for delimiter in (",", ";", "\t")
        for encoding in ("utf-8", "utf-8-sig", "latin-1", "utf-16")
    ],
)
def test_text_in_every_dialect(
    write: Write, rows: Rows, described: str, reference: Trial, dialect: dict[str, str]
):
    rows[0]["site"] = "Orléans"
    rows[1]["site"] = "Saint-Étienne"
    trial = read_trial([write(rows, described, **dialect)])
    assert trial.site is not None
    assert {"Orléans", "Saint-Étienne"} < set(trial.site.names)
    assert trial.outcomes["death"].time.tolist() == reference.outcomes["death"].time.tolist()


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_decimal_commas(write: Write, rows: Rows, described: str, reference: Trial, delimiter: str):
    with_commas = [row | {"days": row["days"].replace(".", ",")} for row in rows]
    assert read_trial([write(with_commas, described, delimiter=delimiter)]) == reference


def test_quoted_decimal_commas_between_commas(write: Write, rows: Rows, described: str, reference: Trial):
    with_commas = [row | {"days": f'"{row["days"].replace(".", ",")}"'} for row in rows]
    assert read_trial([write(with_commas, described)]) == reference


def test_a_comma_beside_decimal_points_separates_thousands(write: Write, rows: Rows, described: str):
    rows[0]["marker"], rows[1]["marker"] = "1,200", "200.5"
    trial = read_trial([write(rows, described, delimiter=";")])
    assert trial.numbers["marker"].values[:2].tolist() == [1200.0, 200.5]


def test_a_comma_that_may_separate_thousands_is_no_decimal_comma(write: Write, rows: Rows, described: str):
    rows[0]["marker"], rows[1]["marker"] = "1,200", "200"
    problem = only_problem_of(write(rows, described, delimiter=";"))
    assert problem == (
        "Column 'marker': '1,200' is not a number (is its comma a decimal mark or does it separate "
        "thousands?), in row 2."
    )


def test_excel(tmp_path: Path, rows: Rows, reference: Trial):
    frame(rows).to_excel(tmp_path / "small.xlsx", index=False)
    assert read_trial([tmp_path / "small.xlsx"]) == reference


def test_sas_transport(tmp_path: Path, rows: Rows, reference: Trial):
    pyreadstat.write_xport(frame(rows), str(tmp_path / "small.xpt"))
    assert read_trial([tmp_path / "small.xpt"]) == reference


def test_parquet(tmp_path: Path, rows: Rows, reference: Trial):
    frame(rows).astype({"arm": "category"}).to_parquet(tmp_path / "small.parquet", index=False)
    assert read_trial([tmp_path / "small.parquet"]) == reference


def test_a_native_sas_data_set_goes_to_its_own_reader(
    tmp_path: Path, rows: Rows, reference: Trial, monkeypatch: pytest.MonkeyPatch
):
    # no free software writes this format, so the file is a transport file read through the same door
    pyreadstat.write_xport(frame(rows), str(tmp_path / "written.xpt"))
    (tmp_path / "small.sas7bdat").write_bytes(b"\0" * 12 + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf")
    asked: list[str] = []

    def reader(path: str, **options: Any) -> Any:
        asked.append(path)
        return pyreadstat.read_xport(str(tmp_path / "written.xpt"), **options)

    monkeypatch.setattr(pyreadstat, "read_sas7bdat", reader)
    assert read_trial([tmp_path / "small.sas7bdat"]) == reference
    assert set(asked) == {str(tmp_path / "small.sas7bdat")}


def test_a_damaged_native_sas_data_set_is_refused(tmp_path: Path):
    path = tmp_path / "cut.sas7bdat"
    path.write_bytes(b"\0" * 12 + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf" + b"\1" * 100)
    assert only_problem_of(path) == "'cut.sas7bdat' is damaged, encrypted or not a SAS data set."


def test_labels_of_sas_become_labels_of_menus(tmp_path: Path, rows: Rows):
    path = tmp_path / "labelled.xpt"
    pyreadstat.write_xport(
        frame(rows), str(path), column_labels={"marker": "CSF pNFH (pg/mL)", "sex": "Sex", "event": "Death"}
    )
    dictionary = read_trial([path]).dictionary
    assert dictionary.biomarkers[0].label == "CSF pNFH (pg/mL)"
    assert dictionary.endpoints[0].label == "Death"
    assert {f.column: f.label for f in dictionary.factors}["sex"] == "Sex"


def test_rows_of_files_without_a_header_row_count_from_one(tmp_path: Path, rows: Rows):
    table = frame(rows)
    table.loc[0, "days"] = -1
    table.to_parquet(tmp_path / "a.parquet")
    assert "in row 1;" in only_problem_of(tmp_path / "a.parquet")
    table.to_excel(tmp_path / "a.xlsx", index=False)
    assert "in row 2;" in only_problem_of(tmp_path / "a.xlsx")


def test_blank_lines_are_skipped_and_counted_as_rows(write: Write, rows: Rows):
    rows[1]["days"] = "-1"
    path = write(rows)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], "", ",,,,,,", *lines[2:], "", ""]))
    assert "in row 5;" in only_problem_of(path)


def test_typed_columns_of_every_kind(tmp_path: Path, rows: Rows):
    table = frame(rows)
    n = len(table)
    arrow = pa.table(
        {
            **{name: pa.array(table[name].tolist()) for name in table.columns},
            "event": pa.array([bool(v) for v in table["event"]]),
            "day": pa.array([datetime.date(2020, 1, 1)] * n),
            "raw": pa.array([b"ab" if i % 2 else b"cd" for i in range(n)]),
            "list": pa.array([[1]] * n),
            "gap": pa.array([None if i % 2 else float(i * 7 % 26) for i in range(n)]),
            "__index_level_0__": pa.array(range(n)),
        }
    )
    pq.write_table(arrow, tmp_path / "typed.parquet")
    read = read_table(tmp_path / "typed.parquet")
    assert "list" not in read.columns
    assert "__index_level_0__" not in read.columns
    assert read.columns["raw"].cells[:2] == ("cd", "ab")
    assert read.columns["gap"].cells[:3] == ("0", "", "14")
    assert read.columns["day"].cells[0] == "2020-01-01"
    trial = read_trial([tmp_path / "typed.parquet"])
    assert trial.outcomes["event"].event.sum() == 14
    assert np.isnan(trial.numbers["gap"].values).sum() == 20


def test_the_first_sheet_is_read_and_said(tmp_path: Path, rows: Rows):
    path = tmp_path / "two.xlsx"
    with pd.ExcelWriter(path) as book:
        frame(rows).to_excel(book, sheet_name="Data", index=False)
        pd.DataFrame({"note": ["x"]}).to_excel(book, sheet_name="Notes", index=False)
    said = "Sheet 'Data' was read, which looks most like a trial; the workbook has 2 sheets, also 'Notes'."
    assert said in read_trial([path]).notices


def test_text_and_assay_limits_in_a_workbook(tmp_path: Path, rows: Rows):
    table = frame(rows).astype({"marker": object})
    table.loc[0, "marker"] = "<15.6"
    table["grade"] = [str(100 + i % 9) for i in range(len(table))]
    table.to_excel(tmp_path / "limits.xlsx", index=False)
    trial = read_trial([tmp_path / "limits.xlsx"])
    assert trial.numbers["marker"].below_limit.sum() == 1
    assert "grade" in trial.categories


def test_a_workbook_with_ragged_rows(tmp_path: Path, rows: Rows):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [list(rows[0]), *(list(row.values()) for row in rows)]:
        sheet.append(row)
    sheet["J3"] = "a stray remark"
    book.save(tmp_path / "ragged.xlsx")
    assert read_trial([tmp_path / "ragged.xlsx"]).participants == 40


def test_an_empty_workbook_is_refused(tmp_path: Path):
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    assert only_problem_of(tmp_path / "empty.xlsx") == "The first sheet of 'empty.xlsx' is empty."


def test_a_workbook_that_is_a_bomb_is_refused_unopened(tmp_path: Path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    problem = only_problem_of(path)
    assert problem.startswith("'bomb.xlsx' would unpack to 60 MB in 1 parts")


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path):
    path = tmp_path / "zip.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert only_problem_of(path) == (
        "'zip.xlsx' is a packed file and no table; unpack it, and give the file that is in it."
    )
    path.write_bytes(path.read_bytes()[:40])
    assert only_problem_of(path) == "'zip.xlsx' is damaged or not an Excel workbook."


def refused(path: Path, limits: Limits) -> str:
    with pytest.raises(UnusableDataError) as caught:
        read_table(path, limits=limits)
    (problem,) = caught.value.problems
    return problem


def test_a_sheet_larger_than_a_trial_is_refused(tmp_path: Path, rows: Rows):
    frame(rows).to_excel(tmp_path / "long.xlsx", index=False)
    assert "has more than 10 rows or 2,000 columns" in refused(tmp_path / "long.xlsx", Limits(sheet_rows=10))


def test_a_parquet_file_larger_than_a_trial_is_refused(tmp_path: Path, rows: Rows):
    frame(rows).to_parquet(tmp_path / "long.parquet", index=False)
    assert refused(tmp_path / "long.parquet", Limits(cells=10)) == (
        "'long.parquet' has 40 rows and 7 columns, which is more than a trial can have; leave out what is "
        "not needed, and save the rest."
    )


def test_a_truncated_parquet_file_is_refused(tmp_path: Path, rows: Rows):
    path = tmp_path / "cut.parquet"
    frame(rows).to_parquet(path, index=False)
    path.write_bytes(path.read_bytes()[:200])
    assert only_problem_of(path) == "'cut.parquet' is damaged, encrypted or not a Parquet file."


@for_each("size", [300, 2001])
def test_a_truncated_transport_file_is_refused(tmp_path: Path, rows: Rows, size: int):
    path = tmp_path / "cut.xpt"
    pyreadstat.write_xport(frame(rows), str(path))
    path.write_bytes(path.read_bytes()[:size])
    assert only_problem_of(path) == (
        "'cut.xpt' is cut off: a SAS transport file is a whole number of records."
    )


def test_a_transport_file_without_its_description_is_refused(tmp_path: Path, rows: Rows):
    path = tmp_path / "cut.xpt"
    pyreadstat.write_xport(frame(rows), str(path))
    path.write_bytes(path.read_bytes()[:400])
    assert only_problem_of(path) == "'cut.xpt' is damaged, encrypted or not a SAS transport file."


def test_files_with_the_wrong_ending_are_told_by_their_content(tmp_path: Path, rows: Rows):
    frame(rows).to_excel(tmp_path / "a.xlsx", index=False)
    frame(rows).to_parquet(tmp_path / "a.parquet", index=False)
    pyreadstat.write_xport(frame(rows), str(tmp_path / "a.xpt"))
    kinds = {"xlsx": "an Excel workbook", "parquet": "a Parquet file", "xpt": "a SAS transport file"}
    for suffix, kind in kinds.items():
        wrong = tmp_path / "wrong.csv"
        wrong.write_bytes((tmp_path / f"a.{suffix}").read_bytes())
        assert only_problem_of(wrong) == (
            f"'wrong.csv' is {kind} despite its name; rename it to end in .{suffix}."
        )


@for_each(
    ("name", "content", "sentence"),
    [
        ("x.csv", b"", "'x.csv' is empty."),
        ("x.csv", b"\n\n", "'x.csv' is empty."),
        ("x.csv", b"time,event\n", "'x.csv' has a header but no participants."),
        ("x.csv", b"\x00\x01\x02\xff" * 50, "'x.csv' is not a table of text, whatever its name says."),
        ("x.csv", b"\xff\xfe\x00\xd8", "'x.csv' is not a table of text, whatever its name says."),
        ("x.csv", b"time\n1\n2\n",
         "'x.csv' has a single column; values must be separated by commas, semicolons, tabs or blanks."),
        ("x.csv", b"a,b,a\n1,2,3\n", "'x.csv' has more than one column named 'a'."),
        (
            "x.csv",
            b",b\n1,2\n",
            "'x.csv' has fewer than two columns with a name; a row must hold the names of the columns, above "
            "the rows of the participants.",
        ),
        ("x.csv", b"a,b,c\n1,2,3\n1,2\n4,5,6\n",
         "'x.csv': row 3 has fewer values than the 3 columns of the header (separated by commas)."),
        ("x.csv", b"a,b,c\n1,2,3,4\n1,2,3\n1,2,3,5\n",
         "'x.csv': rows 2 and 4 have more values than the 3 columns of the header (separated by commas)."),
        ("x.csv", b'a,b\n1,2\n3,"4\n', "'x.csv' cannot be read beyond row 2: quotation marks do not match or "
         "the file is cut off (unexpected end of data)."),
        ("x.xls", b"\xd0\xcf\x11\xe0rest",
         "'x.xls' is protected by a password or in the old Excel format; save it without a password as "
         ".xlsx or CSV."),
        ("x.xlsx", b"\xd0\xcf\x11\xe0rest", "'x.xlsx' is protected by a password or in the old Excel format; "
         "save it without a password as .xlsx or CSV."),
        ("x.xlsx", b"not a workbook", "'x.xlsx' is damaged or not an Excel workbook."),
        ("x.pkl", b"anything",
         f"'x.pkl' cannot be read; give a {READABLE} file."),
        ("x", b"anything", f"'x' cannot be read; give a {READABLE} file."),
    ],
)  # fmt: skip
def test_files_that_are_no_trial(tmp_path: Path, name: str, content: bytes, sentence: str):
    (tmp_path / name).write_bytes(content)
    assert only_problem_of(tmp_path / name) == sentence


def test_what_is_no_file_is_refused(tmp_path: Path):
    assert only_problem_of(tmp_path / "absent.csv") == f"There is no file '{tmp_path / 'absent.csv'}'."
    assert only_problem_of(tmp_path) == f"'{tmp_path}' is a folder; give the file itself."
    assert only_problem_of(Path("\0.csv")).endswith("cannot be opened.")
    assert only_problem_of(Path()) == "'.' is a folder; give the file itself."


def test_absurdly_large_files_are_refused(write: Write, rows: Rows):
    path = write(rows)
    assert refused(path, Limits(columns=3)) == (
        "'small.csv' has 7 columns; at most 3 can be read; leave out what is not needed, and save the rest."
    )
    assert "a trial of this size cannot be read at once" in refused(path, Limits(size=100))


def test_both_kinds_of_uneven_rows_are_told(write: Write):
    assert len(problems_of(write("a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3\n"))) == 2


def test_a_delimiter_inside_quotes_does_not_mislead(write: Write):
    table = read_table(write('name,"a;b;c"\n"x;y;z;w",1\n"x;y;z;w",2\n'))
    assert list(table.columns) == ["name", "a;b;c"]


def test_a_cell_too_long_for_the_sniffer_is_a_sentence(write: Write):
    path = write(f'a,b\n1,"{"x" * 200_000}"\n')
    with pytest.raises(UnusableDataError, match="a cell of more than 131,072 characters in row 2"):
        read_table(path)


def test_names_in_a_file_stand_on_one_line_and_do_not_steer_a_terminal(tmp_path: Path, rows: Rows):
    drug = {"Drug": "IL-2\nlow\x1b[31m dose", "Placebo": "\u202eoPlacebo"}
    changed = [row | {"arm": drug[row["arm"]]} for row in rows]
    renamed = [{{"marker": "pNFH\n(pg/mL)"}.get(k, k): v for k, v in row.items()} for row in changed]
    pd.DataFrame(renamed).to_csv(tmp_path / "steering.csv", index=False)
    trial = read_trial([tmp_path / "steering.csv"], Roles(control="\u202eoPlacebo", biomarker="pNFH (pg/mL)"))
    assert trial.arm.names == ("oPlacebo", "IL-2 low [31m dose")
    assert "pNFH (pg/mL)" in trial.numbers
