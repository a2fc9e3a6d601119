"""A small trial as a table of text, to be written to a file with whatever is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.trial.small_files import Edit, Rows, Write, small_rows


@pytest.fixture
def rows() -> Rows:
    """Return forty clean participants; row 2 of the file is the first of them."""
    return small_rows()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes rows, or text, and a dictionary beside it, and gives the path."""

    def written(
        content: Rows | str | bytes,
        dictionary: str | None = None,
        *,
        name: str = "small.csv",
        delimiter: str = ",",
        encoding: str = "utf-8",
    ) -> Path:
        path = tmp_path / name
        if isinstance(content, list):
            lines = [delimiter.join(content[0]), *(delimiter.join(row.values()) for row in content)]
            content = "\n".join(lines) + "\n"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        if dictionary is not None:
            path.with_suffix(".toml").write_text(dictionary, encoding="utf-8")
        return path

    return written


@pytest.fixture
def edited(rows: Rows) -> Edit:
    """Return a function that changes cells: ``edited(days={2: "-1"})``, rows as a spreadsheet counts."""

    def with_changes(**columns: Mapping[int, str]) -> Rows:
        changed = [dict(row) for row in rows]
        for column, cells in columns.items():
            for row, cell in cells.items():
                changed[row - 2][column] = cell
        return changed

    return with_changes


@pytest.fixture
def described() -> str:
    """Return a dictionary for the small trial."""
    return """
title = "Small trial"
[columns]
participant = "id"
arm = "arm"
site = "site"
[arms]
control = "Placebo"
treated = "Drug"
[endpoints.death]
label = "Death from any cause"
time = "days"
event = "event"
event_value = 1
unit = "days"
horizon = 200
singular = "death"
plural = "deaths"
event_free = "alive"
[biomarkers.marker]
label = "Marker"
unit = "pg/mL"
scale = "log"
decimals = 0
lower_limit = 15.6
upper_limit = 5000
[factors.sex]
label = "Sex"
levels = { M = "male", F = "female" }
"""
