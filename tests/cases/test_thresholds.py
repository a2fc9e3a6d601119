"""On which side of a threshold a participant is: never a guess, and the numbers are those of R.

The values of R are made by ``thresholds.R`` beside this file, from the same formulas.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from mirodash import cli
from mirodash.export.code import code
from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.stratification.selection import Selection
from mirodash.stratification.threshold_sides import bounds, order, place, split_at, steps
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from mirodash.trial.precision import file_precision
from mirodash.trial.trial import Measurements, Trial
from tests.dashboard.renderer import Reader
from tests.export.code.same_numbers import LANGUAGES, check, is_left_to_the_night
from tests.profiles import for_each

PEOPLE = range(140)
R = {
    "at most 50": (120, 0.697568543288684, 0.450664878738375, 1.07974216661419),
    "above 50": (20, 0.989374035685994, 0.330844514895671, 2.95867375282998),
    "below 30": (69, 0.791360381716266, 0.440801673924603, 1.42070979035627),
    "at least 30": (71, 0.693850509272873, 0.393220860410411, 1.22432092925017),
    "tenth at most 0.3": (57, 0.802908712772846, 0.425519123567502, 1.5150021828438),
    "tenth above 0.3": (83, 0.657164624212547, 0.386849361815127, 1.11636566049915),
    "tenth below 0.3": (43, 0.485637962505242, 0.228093184444541, 1.03398192804655),
}


def marker(i: int) -> int:
    return i * 31 % 61


def columns(cell: Callable[[int], Any]) -> dict[str, list[Any]]:
    """The participants of ``thresholds.R`` with a biomarker made of its marker."""
    return {
        "id": [f"P{i:03}" for i in PEOPLE],
        "arm": ["Drug" if i % 2 else "Placebo" for i in PEOPLE],
        "time_days": [20 + i * 89 % 601 for i in PEOPLE],
        "event": [int(i * 53 % 10 < 7) for i in PEOPLE],
        "bm": [cell(marker(i)) for i in PEOPLE],
    }


def csv_file(folder: Path, cell: Callable[[int], object], dictionary: str = "") -> Path:
    table = columns(cell)
    rows = [",".join(table), *(",".join(map(str, row)) for row in zip(*table.values(), strict=True))]
    path = folder / "trial.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    if dictionary:
        (folder / "trial.toml").write_text(dictionary, encoding="utf-8")
    return path


def run(command: str, path: Path, *arguments: str) -> Result:
    asked = [command, str(path), "--control", "Placebo", "--biomarker", "bm", *arguments]
    return CliRunner().invoke(cli.main, asked, prog_name="mirodash")


def told(path: Path, *arguments: str, command: str = "analyze") -> dict[str, Any]:
    result = run(command, path, *arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def same_as_r(group: dict[str, Any], name: str) -> None:
    n, ratio, low, high = R[name]
    assert group["n"] == n
    found = [group["cox"]["hr"], *group["cox"]["ci"]]
    assert found == pytest.approx([ratio, low, high], rel=1e-8)


def limited(value: int) -> str:
    """PD-L1 as laboratories report it: below 1 and above 50 only that."""
    return "<1" if value < 1 else ">50" if value > 50 else str(value)


def test_above_a_limit_is_above_it(tmp_path: Path):
    answer = told(csv_file(tmp_path, limited), "--threshold", "50")
    same_as_r(answer["groups"][1], "at most 50")
    same_as_r(answer["groups"][2], "above 50")
    assert answer["excluded"] == []


@for_each(
    ("threshold", "placed", "unknown"), [("0.5", (0, 137), 3), ("1", (6, 134), 0), ("55", (120, 0), 20)]
)
def test_beyond_a_limit_nobody_is_put_on_a_side(
    threshold: str, placed: tuple[int, int], unknown: int, tmp_path: Path
):
    path = csv_file(tmp_path, limited)
    answer = told(path, "--threshold", threshold)
    assert [group["n"] for group in answer["groups"]] == [len(PEOPLE), *placed]
    reasons = [{"reason": "beyond the assay limit", "participants": unknown}] if unknown else []
    assert answer["excluded"] == reasons
    if unknown:
        assert "beyond the assay limit" in run("analyze", path, "--threshold", threshold).stdout
        (at,) = answer["search"]["at"]
        assert at["why_not"] == (
            f"{unknown} participants were measured only as beyond a limit of the assay, and may be on either "
            "side of it."
        )


def test_a_limit_that_is_itself_possible_is_certain_from_there_on(tmp_path: Path):
    path = csv_file(tmp_path, lambda value: ">=50" if value >= 50 else "≤5" if value <= 5 else str(value))
    over, under = sum(marker(i) >= 50 for i in PEOPLE), sum(marker(i) <= 5 for i in PEOPLE)

    def counts(*arguments: str) -> tuple[list[int], list[int]]:
        answer = told(path, *arguments)
        groups = [group["n"] for group in answer["groups"][1:]]
        return groups, [each["participants"] for each in answer["excluded"]]

    assert counts("--threshold", "50") == ([len(PEOPLE) - over, 0], [over])
    assert counts("--threshold", "50", "--equal-above") == ([len(PEOPLE) - over, over], [])
    assert counts("--threshold", "5") == ([under, len(PEOPLE) - under], [])
    assert counts("--threshold", "5", "--equal-above") == ([0, len(PEOPLE) - under], [under])


def test_a_filter_keeps_only_who_is_certainly_inside(tmp_path: Path):
    path = csv_file(tmp_path, limited)
    for kept, inside in (
        ("bm=40..50", range(40, 51)),
        ("bm=51..", ()),
        ("bm=50..", range(50, 61)),
        ("bm=..1", (0, 1)),
    ):
        answer = told(path, "--keep", kept, "--threshold", "none")
        assert answer["groups"][0]["n"] == sum(marker(i) in inside for i in PEOPLE)


def noisy(value: int) -> str:
    """Tenths as they are typed, and as a spreadsheet sums them up: 0.3 and 0.30000000000000004."""
    return repr(value % 10 / 10 if value > 30 else sum([0.1] * (value % 10)))


def test_traces_of_computing_move_nobody_across_a_threshold(tmp_path: Path):
    path = csv_file(tmp_path, noisy)
    assert "0.30000000000000004" in path.read_text(encoding="utf-8")
    answer = told(path, "--threshold", "0.3")
    same_as_r(answer["groups"][1], "tenth at most 0.3")
    same_as_r(answer["groups"][2], "tenth above 0.3")
    assert "rounded to the precision of the file" in " ".join(run("analyze", path).stdout.split())


def single(value: int) -> np.float32:
    return np.float32(value % 10 / 10)


def write_parquet(path: Path) -> None:
    table = columns(single)
    pq.write_table(pa.table(table | {"bm": pa.array(table["bm"], type=pa.float32())}), path)


def write_stata(path: Path) -> None:
    pd.DataFrame(columns(single)).astype({"bm": "float32"}).to_stata(path, write_index=False)


def write_transport(path: Path) -> None:
    # values that were kept in four bytes, in a format that has eight
    pyreadstat.write_xport(pd.DataFrame(columns(lambda value: float(single(value)))), path)


@for_each(("name", "write"), [("trial.parquet", write_parquet), ("trial.xpt", write_transport)])
def test_columns_of_single_precision_say_what_was_written(
    name: str, write: Callable[[Path], None], tmp_path: Path
):
    write(tmp_path / name)
    answer = told(tmp_path / name, "--threshold", "0.3")
    same_as_r(answer["groups"][1], "tenth at most 0.3")
    same_as_r(answer["groups"][2], "tenth above 0.3")


@for_each(
    ("values", "decimals", "digits"),
    [
        ([0.1 + 0.1 + 0.1, 0.7], 1, None),
        ([3700.0, 750.0], 0, None),
        # in single precision, and cut off after 21 bits as SAS does in four bytes
        (np.array([0.3, 4172.7], np.float32).astype(float), 1, None),
        ([0.29999995231628418, 0.69999980926513672], 1, None),
        # 37000.1 in four bytes could have any third decimal
        (np.array([37000.13, 0.1], np.float32).astype(float), None, 7),
        ([1 / 3, 1 - 2 / 3, 0.7], None, 12),
        ([1 / 3, 2 / 7], None, None),
        # small amounts are not noise
        ([1.5e-10, 1.6e-10], None, None),
    ],
)
def test_the_precision_of_a_column(values: Sequence[float], decimals: int | None, digits: int | None):
    found = file_precision(np.array(values))
    assert (found.decimals, found.digits) == (decimals, digits)


def test_rounding_leaves_what_a_file_says(tmp_path: Path):
    texts = ["0.001", "1.005", "2.675", "12345.678", "1e-7", "8.5"]
    values = np.array([float(text) for text in texts])
    assert file_precision(values).round(values).tolist() == values.tolist()


def test_equal_values_can_be_above(tmp_path: Path):
    path = csv_file(tmp_path, str)
    answer = told(path, "--threshold", "30", "--equal-above")
    assert [group["label"] for group in answer["groups"][1:]] == ["bm < 30", "bm ≥ 30"]
    same_as_r(answer["groups"][1], "below 30")
    same_as_r(answer["groups"][2], "at least 30")
    assert answer["question"]["equal_above"] is True
    assert answer["selection"]["query"] == "threshold=30&equal_above=1"
    again = told(path, "--query", answer["selection"]["query"])
    assert again["groups"] == answer["groups"]
    other = told(path, "--query", answer["selection"]["query"], "--equal-below")
    assert [group["label"] for group in other["groups"][1:]] == ["bm ≤ 30", "bm > 30"]
    assert other["question"]["equal_above"] is False


def test_three_groups_where_equal_values_are_above(tmp_path: Path):
    answer = told(csv_file(tmp_path, str), "--threshold", "20", "--threshold", "40", "--equal-above")
    assert [group["label"] for group in answer["groups"][1:]] == ["bm < 20", "20 ≤ bm < 40", "bm ≥ 40"]
    ends = [(0, 20), (20, 40), (40, 61)]
    wanted = [sum(low <= marker(i) < high for i in PEOPLE) for low, high in ends]
    assert [group["n"] for group in answer["groups"][1:]] == wanted


DICTIONARY = """\
[columns]
participant = "id"
arm = "arm"
[arms]
control = "Placebo"
treated = "Drug"
[endpoints.event]
time = "time_days"
event = "event"
event_value = "1"
[biomarkers.bm]
default_thresholds = [30]
equal_above = true
"""


def test_a_dictionary_says_so_of_a_biomarker(tmp_path: Path):
    path = csv_file(tmp_path, str, DICTIONARY)
    answer = told(path)
    assert [group["label"] for group in answer["groups"][1:]] == ["bm < 30", "bm ≥ 30"]
    assert answer["selection"]["query"] == ""
    other = told(path, "--equal-below")
    assert [group["label"] for group in other["groups"][1:]] == ["bm ≤ 30", "bm > 30"]
    assert other["selection"]["query"] == "equal_above=0"


def test_the_same_splits_are_searched_under_other_names(tmp_path: Path):
    path = csv_file(tmp_path, str)
    below, above = (told(path, *more, command="scan") for more in ((), ("--equal-above",)))
    names = [row["threshold"] for row in below["thresholds"]]
    assert [row["threshold"] for row in above["thresholds"]] == [*names[1:], 60]
    assert (below["equal_above"], above["equal_above"]) == (False, True)
    assert above["p_value_adjusted"] == below["p_value_adjusted"]
    assert above["best_threshold"] == below["best_threshold"] + 1
    for one, other in zip(below["thresholds"], above["thresholds"], strict=True):
        assert {**one, "threshold": 0} == {**other, "threshold": 0}
    assert "HR below" in run("scan", path, "--equal-above").stdout
    assert "HR at or below" in run("scan", path).stdout


def test_the_scan_has_nobody_on_a_side_that_is_not_certain(tmp_path: Path):
    def diluted(value: int) -> str:
        return ">40" if value % 7 == 0 and value > 40 else str(value)

    path = csv_file(tmp_path, diluted)
    unsure = sum(diluted(marker(i)) == ">40" for i in PEOPLE)
    rows = {row["threshold"]: row for row in told(path, command="scan")["thresholds"]}
    for threshold in (10, 40, 50):
        here = [marker(i) for i in PEOPLE if threshold <= 40 or diluted(marker(i)) != ">40"]
        row = rows[threshold]
        assert row["below"]["n"] == sum(value <= threshold for value in here)
        assert row["above"]["n"] == sum(value > threshold for value in here)
        groups = told(path, "--threshold", str(threshold))["groups"]
        assert row["above"]["hr"] == pytest.approx(groups[2]["cox"]["hr"], rel=1e-8)
    assert rows[10]["candidate"]
    assert not rows[50]["candidate"]
    assert unsure > 0


@for_each(("name", "parts"), [("median", 2), ("tertiles", 3), ("quartiles", 4), ("Median", 2)])
def test_quantiles_as_thresholds(name: str, parts: int, tmp_path: Path):
    answer = told(csv_file(tmp_path, str), "--threshold", name)
    sizes = [group["n"] for group in answer["groups"][1:]]
    assert len(sizes) == parts
    assert max(sizes) - min(sizes) <= 5  # up to three participants share a value
    assert f"threshold={name}" not in answer["selection"]["query"]


@for_each(
    ("arguments", "sentence"),
    [
        (("--threshold", "median", "--threshold", "30"), "cannot be combined"),
        (("--threshold", "middle"), "'median', 'tertiles' and 'quartiles', and not 'middle'"),
    ],
)
def test_what_is_no_threshold(arguments: tuple[str, ...], sentence: str, tmp_path: Path):
    result = run("analyze", csv_file(tmp_path, str), *arguments)
    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())


def trial_in(path: Path) -> Trial:
    return read_trial((path,), Roles(control="Placebo", biomarker="bm"))


PLACED = [
    (limited, "threshold=50"),
    (limited, "threshold=0.5&threshold=20&threshold=55"),
    (limited, "threshold=20&equal_above=1"),
    (
        lambda value: ">=50" if value >= 50 else "≤5" if value <= 5 else str(value),
        "threshold=5&threshold=50",
    ),
    (limited, "threshold=20&range.bm=1..50"),
    (noisy, "threshold=0.3"),
    (noisy, "threshold=0.3&equal_above=1&range.bm=0.1..0.8"),
    (str, "threshold=30&equal_above=1"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@for_each("place", range(len(PLACED)))
def test_scripts_place_everybody_alike(language: Any, place: int, tmp_path: Path):
    if is_left_to_the_night(language, place):
        return
    cell, query = PLACED[place]
    path = csv_file(tmp_path, cell)
    check(trial_in(path), Selection.from_query(query), language, tmp_path, path)


def test_a_script_reads_single_precision(tmp_path: Path):
    path = tmp_path / "trial.parquet"
    write_parquet(path)
    check(trial_in(path), Selection.from_query("threshold=0.3"), "python", tmp_path, path)
    assert "DECIMALS_OF" in code(trial_in(path), Selection(thresholds=(0.3,)), "python")


cells = st.one_of(
    st.integers(0, 9).map(lambda v: (float(v), "")),
    st.integers(1, 9).map(lambda v: (float(v), "<")),
    st.integers(1, 9).map(lambda v: (float(v), ">")),
)


def measured(given_cells: Sequence[tuple[float, str]]) -> Measurements:
    values = np.array([value for value, _ in given_cells])
    signs = np.array([sign for _, sign in given_cells])
    return Measurements(values, signs == "<", signs == ">")


def possible(value: float, sign: str) -> np.ndarray:
    """Every quarter that a value can be, from 0 to 20."""
    grid = np.arange(0, 20, 0.25)
    return grid[grid < value] if sign == "<" else grid[grid > value] if sign == ">" else np.array([value])


@given(
    st.lists(cells, min_size=1, max_size=12),
    st.lists(st.integers(1, 9), min_size=1, max_size=3),
    st.booleans(),
)
def test_a_group_is_where_every_possible_value_is(
    people: list[tuple[float, str]], lines: list[int], equal_above: bool
):
    thresholds = sorted(set(map(float, lines)))
    found = place(bounds(measured(people)), thresholds, equal_above=equal_above)
    side = "right" if equal_above else "left"
    for code_found, (value, sign) in zip(found.tolist(), people, strict=True):
        groups = set(np.searchsorted(thresholds, possible(value, sign), side=side).tolist())
        assert code_found == (groups.pop() if len(groups) == 1 else -1)


@given(st.lists(cells, min_size=1, max_size=12), st.booleans())
def test_steps_are_all_the_different_splits(people: list[tuple[float, str]], equal_above: bool):
    known = measured(people)
    tried = np.unique(known.values)
    splits: dict[tuple[int, ...], float] = {}
    for threshold in tried.tolist():
        codes = place(bounds(known), (threshold,), equal_above=equal_above)
        if (codes == 0).any() and (codes == 1).any():
            splits.setdefault(tuple(codes.tolist()), threshold)
    found = steps(known, equal_above=equal_above)
    assert found.thresholds.tolist() == list(splits.values())
    assert found.n_below.tolist() == [split.count(0) for split in splits]
    assert found.n_above.tolist() == [split.count(1) for split in splits]


@given(st.lists(cells, min_size=1, max_size=12), st.integers(1, 9), st.booleans())
def test_a_search_by_order_splits_the_same_where_everybody_is_certain(
    people: list[tuple[float, str]], line: int, equal_above: bool
):
    known = measured(people)
    codes = place(bounds(known), (float(line),), equal_above=equal_above)
    below = order(known, equal_above=equal_above) <= split_at(float(line), equal_above=equal_above)
    certain = codes >= 0
    assert (below[certain] == (codes[certain] == 0)).all()


def test_the_page_has_the_switch_and_the_signs():
    reader = Reader(create_app(Settings()))
    page = json.dumps(reader.open("?threshold=3700&equal_above=1"))
    assert '"id": "rail-equal-above"' in page
    words = json.dumps(reader.redraw("threshold=3700&equal_above=1"), ensure_ascii=False)
    assert "pNFH ≥ 3,700 pg/mL" in words
    assert "pNFH < 3,700 pg/mL" in words
    assert "pNFH ≥ 3,700 pg/mL" not in json.dumps(reader.redraw("threshold=3700"), ensure_ascii=False)


def test_a_declaration_is_of_one_side_for_equal_values(tmp_path: Path):
    path = csv_file(tmp_path, str)
    fixed = "threshold=30&prespecified=30&prespecified-in=SAP&prespecified-on=2020-01-01"
    above = f"{fixed}&equal_above=1"

    def stands(query: str) -> bool:
        answer = told(path, "--query", query)
        assert answer["declared"]["thresholds"] == [30]
        return answer["declared"]["still_there"]

    assert [stands(fixed), stands(above)] == [True, False]
    assert stands(f"{above}&prespecified-equal-above=1")
    assert not stands(f"{fixed}&prespecified-equal-above=1")
