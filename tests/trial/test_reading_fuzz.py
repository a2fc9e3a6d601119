"""Whatever bytes a file holds: a trial, or sentences; never another exception."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mirodash.errors import UnusableDataError
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from tests.trial.small_files import small_rows

CELLS = st.one_of(
    st.sampled_from(
        [
            "0",
            "1",
            "2",
            "1.0",
            "-1",
            "Inf",
            "NaN",
            "NA",
            ".",
            "true",
            "false",
            "yes",
            "<15.6",
            ">5000",
            "<LLOQ",
            "BLQ",
            "1,5",
            "1.5",
            "1e308",
            "1e-320",
            "A",
            "B",
            "Placebo",
            "2014-01-02",
            "01JAN2014",
            ";",
            '"',
            "'",
            "≤3",
            "1_000",
            "٣",
            "0x10",
        ]
    ),
    st.text(max_size=6),
    st.floats().map(repr),
    st.integers().map(str),
)
HEADERS = st.lists(
    st.sampled_from(
        [
            "id",
            "time",
            "event",
            "arm",
            "site",
            "country",
            "marker",
            "USUBJID",
            "AVAL",
            "CNSR",
            "PARAMCD",
            "TRT01P",
            "start",
            "stop",
            "sex",
            "PARAM",
            "ITTFL",
        ]
    ),
    min_size=1,
    max_size=9,
    unique=True,
)
ROLES = st.builds(
    Roles,
    event_value=st.none() | CELLS,
    control=st.none() | CELLS,
    treated=st.none() | CELLS,
    biomarker=st.none() | st.sampled_from(["marker", "sex", "absent"]),
    time=st.none() | st.sampled_from(["days", "stop", "absent"]),
    arm=st.none() | st.sampled_from(["arm", "sex"]),
    horizon=st.none() | st.floats(),
)


def trial_or_sentences(
    content: bytes, dictionary: bytes | None = None, *, roles: Roles, suffix: str = ".csv"
):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"fuzz{suffix}"
        path.write_bytes(content)
        if dictionary is not None:
            path.with_suffix(".toml").write_bytes(dictionary)
        try:
            trial = read_trial([path], roles)
        except UnusableDataError as error:
            problems = error.problems
        else:
            problems = None
    if problems is not None:
        assert problems
        assert all(re.search(r"[.?]$", problem) for problem in problems), problems
        return None
    assert all(np.isfinite(o.time[o.usable]).all() for o in trial.outcomes.values())
    assert all(not np.isinf(m.values).any() for m in trial.numbers.values())
    assert all(e.horizon > 0 for e in trial.dictionary.endpoints)
    return trial


@given(st.binary(max_size=300))
def test_any_bytes(content: bytes):
    trial_or_sentences(content, roles=Roles())


@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-16"]))
def test_any_text(content: str, encoding: str):
    trial_or_sentences(content.encode(encoding, errors="replace"), roles=Roles())


@given(st.data(), ROLES)
def test_any_cells_under_meaningful_headers(data: st.DataObject, roles: Roles):
    header = data.draw(HEADERS)
    body = data.draw(st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)), max_size=8))
    text = "\n".join(",".join(row) for row in [header, *body])
    trial_or_sentences(text.encode("utf-8", errors="replace"), roles=roles)


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 39), st.sampled_from(list(small_rows(1)[0]))), CELLS, max_size=4
    ),
    ROLES,
)
def test_a_good_file_with_a_few_bad_cells(changes: dict[tuple[int, str], str], roles: Roles):
    rows = small_rows()
    for (row, column), cell in changes.items():
        rows[row][column] = cell
    text = "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)])
    trial = trial_or_sentences(text.encode("utf-8", errors="replace"), roles=roles)
    if trial is not None and not any("\n" in c or "\r" in c for c in changes.values()):
        assert trial.participants == len(rows)


@given(st.binary(max_size=200), st.sampled_from([".xlsx", ".xpt", ".sas7bdat", ".parquet", ".txt", ""]))
def test_any_bytes_under_any_ending(content: bytes, suffix: str):
    trial_or_sentences(content, roles=Roles(), suffix=suffix)


VALUES = st.recursive(
    st.sampled_from(
        ['"x"', '""', "0", "-1", "1.5", "true", "nan", "inf", '"time"', '"marker"', "1979-05-27", '"days"']
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | inner.map(lambda item: f"{{ name = {item} }}")
    ),
    max_leaves=4,
)


@given(st.data())
def test_a_mutated_dictionary(data: st.DataObject):
    lines = DESCRIBED.strip().splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(lines) - 1))
        key = lines[place].partition("=")[0]
        kind = data.draw(st.sampled_from(["value", "drop", "key", "text", "table"]))
        lines[place : place + 1] = {
            "value": [f"{key or 'x'} = {data.draw(VALUES)}"],
            "drop": [],
            "key": [f"{data.draw(st.sampled_from(['labl', 'unit', 'cut', 'x']))} = {data.draw(VALUES)}"],
            "text": [data.draw(st.text(max_size=10))],
            "table": [
                f"[{data.draw(st.sampled_from(['factors.time', 'biomarkers.sex', 'endpoints.e', 'x']))}]"
            ],
        }[kind]
        lines = lines or ["x = 1"]
    rows = small_rows()
    text = "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)])
    trial_or_sentences(text.encode(), "\n".join(lines).encode("utf-8", errors="replace"), roles=Roles())


DESCRIBED = """
title = "Small trial"
[columns]
participant = "id"
arm = "arm"
[arms]
control = "Placebo"
labels = { Drug = "drug" }
[endpoints.death]
time = "days"
event = "event"
event_value = 1
unit = "days"
horizon = 200
[biomarkers.marker]
scale = "log"
decimals = 0
lower_limit = 15.6
default_thresholds = [500]
presets = [{ name = "x", thresholds = [500, 900] }]
[factors.sex]
levels = { M = "male", F = "female" }
[randomisation]
within = ["site"]
"""
