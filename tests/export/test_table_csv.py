"""What stands in a table stands in its file; whatever it begins with, no spreadsheet runs it."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from mirodash.export.csv_tables import write_rows, write_table
from mirodash.text.facts import Table
from tests.profiles import for_each

STARTS = "=+-@＝＋－＠"
TEXTS = st.text(st.sampled_from([*STARTS, *" \t\r\n;,|'\"0.5aé\u00a0\u200b\ufeff"]), max_size=8) | st.text()
FOLLOWED = st.sampled_from(("=1", "+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "＝1"))


def rows_of(text: str, delimiter: str = ",") -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter))


def written(cell: str | float | None) -> str:
    """Return how a cell between two others comes back."""
    return rows_of(write_rows([("before", cell, "after")]))[0][1]


def is_number(text: str) -> bool:
    """Return whether a cell is one negative number and nothing else."""
    try:
        float(text.replace(",", ""))
    except ValueError:
        return False
    return True


@for_each(
    "cell",
    [
        *("=1+1", "+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "\nx", "=", "-", "+15 points (95 % CI +2 to +28)"),
        *(" =1", "\u00a0=1", "\u200b=1", "\ufeff=1", '""=1', "'=1", "“=1", ' "" \t=1', "\x00=1", "\x1f@x"),
        *(
            "＝1",
            "＋1",
            "－1",
            "＠x",
            " ＝1",
            "-1.5 points",
            "--1.5",
            "-cmd|' /C calc'!A0",
            "-1.5\n",
            "-1e5+1",
        ),
        *("-1;=2", "-1,5000", "-.", "-,5"),
    ],
)
def test_what_could_begin_a_formula_is_preceded_by_an_apostrophe(cell: str):
    assert written(cell).startswith("'")
    assert written(cell).replace("'", "") == cell.replace("'", "")


@for_each(
    "cell",
    [
        *(
            "-1.5",
            "-1",
            "-1e-05",
            "-1,234.5",
            "1,234",
            "1e-5",
            "−1.5",
            "0.56 (95 % CI 0.33 to 0.97)",
            "p = 0.016",
        ),
        *(
            "",
            " ",
            "?threshold=3700&keep.sex=F",
            "a=b",
            "pNFH ≤ 3,700",
            'a "quoted" word',
            "one, two",
            "x; y",
        ),
        *("two\nlines", "السلام", "x" * 10_000, "<b>&amp;</b>"),
    ],
)
def test_any_other_text_is_written_as_it_is(cell: str):
    assert written(cell) == cell


def test_numbers_keep_all_their_digits_and_what_is_missing_is_empty():
    assert [written(cell) for cell in (0.1 + 0.2, -1.5, 3, None)] == ["0.30000000000000004", "-1.5", "3", ""]


@for_each("separator", [";", "\t", "\n", "\r"])
def test_no_formula_begins_after_what_separates_cells_elsewhere(separator: str):
    assert written(f"x{separator}=1") == f"x{separator}'=1"
    assert written(f'x{separator} "@x') == f"x{separator}' \"@x"


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=4), FOLLOWED)
def test_the_file_reads_back_as_the_table_and_holds_no_formula(rows: list[list[str]], evil: str):
    given_rows = [[*row, evil] for row in rows]
    text = write_rows(given_rows)
    text.encode()
    back = rows_of(text)
    for row, cells in zip(back, given_rows, strict=True):
        for came, went in zip(row, cells, strict=True):
            assert came.replace("'", "") == "".join(
                "\ufffd" if "\ud800" <= c <= "\udfff" else c for c in went
            ).replace("'", "")
    for delimiter in ",;\t":
        for cell in (cell for row in rows_of(text, delimiter) for cell in row):
            bare = cell.lstrip('"\u00a0\u200b\ufeff \t\r\n')
            assert is_number(cell) or not bare.startswith(tuple(STARTS)), (delimiter, cell)


def test_a_table_is_its_header_its_rows_and_what_it_belongs_to():
    table = Table("Survival", ("Time", "=arm"), (("0 days", "-1.5"), ("=1", "0.56 (95 % CI 0.33 to 0.97)")))
    text = write_table([table], ["n = 5", "", "=source"])
    assert text == (
        "\ufeffTime,'=arm\r\n0 days,-1.5\r\n'=1,0.56 (95 % CI 0.33 to 0.97)\r\n\r\nn = 5\r\n'=source\r\n"
    )


def test_several_tables_follow_their_captions():
    tables = [Table("=One", ("a",), (("1",),)), Table("Two", ("b",), (("2",),))]
    assert rows_of(write_table(tables)) == [["'=One"], ["a"], ["1"], [], ["Two"], ["b"], ["2"]]


def test_lines_end_as_in_rfc_4180():
    text = write_rows([("a", "b"), ("c",)], ["d"])
    assert text.count("\r\n") == text.count("\n") == text.count("\r") == 4
