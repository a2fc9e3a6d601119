"""The real trial is the data set that lifelines ships, with a participant number in front."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from lifelines.datasets import load_gbsg2


def test_is_what_lifelines_ships(sample_data: Path):
    rows = pd.read_csv(sample_data / "gbsg2.csv")
    assert list(rows["participant"]) == [f"P-{k:03d}" for k in range(1, 687)]
    pd.testing.assert_frame_equal(rows.drop(columns="participant"), load_gbsg2())


def test_events_and_zeros_are_as_described(sample_data: Path, dictionary_of: Callable[[str], dict[str, Any]]):
    rows, dictionary = pd.read_csv(sample_data / "gbsg2.csv"), dictionary_of("gbsg2")
    assert rows["cens"].sum() == 299
    for column in ("progrec", "estrec"):
        assert f"{(rows[column] == 0).sum()} of 686" in dictionary["biomarkers"][column]["note"]
    horizon = dictionary["endpoints"]["rfs"]["horizon"]
    followed = (rows["time"] >= horizon).sum()
    assert f"{followed} women were followed" in (sample_data / "README.md").read_text(encoding="utf-8")
