"""Table 1 equals R's counts, means, quartiles and standardised differences, and hides what is small."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mirodash.export.baseline_numbers import baseline_json, write_baseline
from mirodash.questions.baseline_table import (
    BASELINE,
    BaselineTable,
    describe_baseline,
    find_baseline,
    print_baseline,
    write_row,
)
from mirodash.questions.talk.slide_data import BaselinePicture, baseline_pages, find_slide_data
from mirodash.stratification.selection import LevelFilter, Selection
from mirodash.survival.standardised_difference import (
    standardised_level_difference,
    standardised_mean_difference,
)
from mirodash.trial.store import sample
from mirodash.trial.trial import MISSING
from tests.panels.views import DEGENERATE_KINDS, TRIALS

MIROCALS = sample("mirocals")
GROUPS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "reference" / "baseline.json").read_text(encoding="utf-8")
)


def table(selection: Selection | None = None, *, min_cell: int = 0) -> BaselineTable:
    found = find_baseline(replace(MIROCALS, min_cell=min_cell), selection or Selection())
    assert found is not None
    return found


def test_every_number_is_that_of_r_among_all_and_in_both_groups():
    found = table()
    assert [label for label, *_ in found.groups] == [
        "All participants",
        "pNFH ≤ 3,700 pg/mL",
        "pNFH > 3,700 pg/mL",
    ]
    checked = 0
    for g, reference in enumerate(GROUPS):
        levels: dict[str, int] = {}
        for row in found.rows:
            expected = reference[row.key]
            if row.differences[g] is not None:
                assert row.differences[g] == pytest.approx(expected["smd"], rel=1e-12)
            for arm, cell in enumerate(row.cells[g]):
                if row.measure == "level":
                    own = levels.setdefault(row.key, 0) if not arm else levels[row.key]
                    # R has levels in the order of their names, the table in that of the dictionary
                    assert cell.number in expected["counts"][arm], (row.key, own)
                elif row.measure != "missing":
                    there = expected["arms"][arm]
                    assert cell.number == there["n"]
                    if row.measure == "mean":
                        assert (cell.centre, *cell.spread) == pytest.approx(
                            (there["mean"], there["sd"]), rel=1e-12
                        )
                    else:
                        low, middle, high = there["quartiles"]
                        assert (cell.centre, *cell.spread) == pytest.approx((middle, low, high), rel=1e-12)
                checked += 1
    assert checked > 100


def test_levels_and_missing_values_add_up_to_the_arm():
    found = table()
    for g, (_, *sizes) in enumerate(found.groups):
        for key in {row.key for row in found.rows if row.measure == "level"}:
            rows = [row for row in found.rows if row.key == key]
            assert [sum(row.cells[g][arm].number for row in rows) for arm in (0, 1)] == sizes


def test_exchanging_the_arms_exchanges_the_columns_and_keeps_the_differences():
    there, back = table(), table(Selection(treated="Placebo", control="IL-2"))
    for row, other in zip(there.rows, back.rows, strict=True):
        assert [pair[::-1] for pair in row.cells] == list(other.cells)
        assert row.differences == pytest.approx(other.differences)


def test_a_difference_of_two_levels_is_the_usual_one_and_is_none_where_nothing_differs():
    p, q = 30 / 100, 50 / 80
    usual = abs(p - q) / np.sqrt((p * (1 - p) + q * (1 - q)) / 2)
    assert standardised_level_difference([30, 70], [50, 30]) == pytest.approx(usual)
    assert standardised_level_difference([0, 70], [0, 30]) is None
    assert standardised_mean_difference([1.0, 1.0], [1.0, 1.0]) is None
    assert standardised_mean_difference([1.0], [1.0, 2.0]) is None


def test_where_small_counts_are_hidden_no_participant_can_be_told_apart():
    found = table(min_cell=10)
    pairs = [pair for row in found.rows for pair in row.cells]
    for pair in pairs:
        for cell in pair:
            assert cell.number < 0 or cell.number >= 10
            assert len(cell.spread) < 2  # a quartile is somebody's value
    for row in found.rows:
        if row.measure != "level":
            continue
        for arm in (0, 1):
            hidden = [pair[arm].number < 0 for pair in row.cells[1:]]
            assert sum(hidden) != 1, "the other group and all participants give it away"
    # a level of which no view is shown has no count either
    women = Selection(filters=(LevelFilter("sex", ("F",)),))
    assert all(
        cell.number != 3 for row in table(women, min_cell=10).rows for pair in row.cells for cell in pair
    )


def test_how_few_have_no_value_follows_from_no_other_number():
    found = table(min_cell=10)
    lacked = {row.key for row in found.rows if row.measure == "missing"}
    assert lacked
    for row in found.rows:
        if row.key in lacked:
            assert all(cell.number < 0 and cell.share is None for pair in row.cells for cell in pair)
    # three participants without a level
    sex = MIROCALS.categories["sex"]
    codes = sex.codes.copy()
    codes[np.flatnonzero(codes == 1)[:3]] = MISSING
    categories = {**MIROCALS.categories, "sex": replace(sex, codes=codes)}
    some = replace(MIROCALS, fingerprint="sha256:three without sex", min_cell=10, categories=categories)
    made = find_baseline(some, Selection())
    assert made is not None
    levels = [row for row in made.rows if row.key == "sex"]
    assert levels[-1].measure == "missing"
    for g, arm in ((g, arm) for g in range(len(made.groups)) for arm in (0, 1)):
        cells = [row.cells[g][arm] for row in levels]
        assert sum(cell.number < 0 for cell in cells) > 1
        assert all(cell.share is None for cell in cells)


@pytest.mark.parametrize("min_cell", [0, 10])
def test_of_nobody_there_is_no_table(min_cell: int):
    assert find_baseline(replace(MIROCALS, min_cell=min_cell), Selection(sites=())) is None


@pytest.mark.parametrize("name", DEGENERATE_KINDS)
def test_every_trial_has_a_table_or_none_without_numbers_that_are_none(name: str):
    found = find_baseline(TRIALS[name] if name in TRIALS else sample("mirocals"), Selection())
    if found is None:
        return
    text = " ".join(" ".join(write_row(row)) for row in found.rows) + describe_baseline(found).sentence
    assert "nan" not in text.lower().split()
    assert "inf" not in text.lower().split()
    json.dumps(baseline_json(MIROCALS, Selection(), found), allow_nan=False)


def test_the_same_table_on_page_terminal_csv_json_and_slides():
    found = table()
    shown = BASELINE.compute(MIROCALS, Selection(), 1)
    assert shown == found
    printed = print_baseline(MIROCALS.title, found)
    assert "Age, years: mean (SD)" in printed
    lines = list(csv.DictReader(io.StringIO(write_baseline(found, ()).lstrip("\ufeff"))))
    age = next(one for one in lines if one["characteristic"] == "Age, years" and one["role"] == "treated")
    assert float(age["mean"]) == pytest.approx(GROUPS[0]["age"]["arms"][0]["mean"])
    assert float(age["standardised_difference"]) == pytest.approx(GROUPS[0]["age"]["smd"])
    told = baseline_json(MIROCALS, Selection(), found)
    assert len(told["rows"]) == len(found.rows)
    pages = baseline_pages(found)
    assert [row for page in pages for row in page] == list(found.rows)
    last = find_slide_data(MIROCALS, Selection(), f"baseline-{len(pages)}")
    assert isinstance(last, BaselinePicture)
    assert last.rows == pages[-1]
