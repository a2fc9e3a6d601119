"""The stored reference values are what R says today, and the loader reads the files as R does."""

from __future__ import annotations

import json
import math
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reference_cases import CASES, FOLDER, degenerate_names, load_case, load_degenerate

from tests.profiles import for_each

EXPECTED = [f"{name}.expected.json" for name in CASES]
MADE_AT_NIGHT = sorted(
    [
        "degenerate.json",
        "book.json",
        "subgroups.json",
        "adjusted.json",
        "schoenfeld.json",
        "scan.json",
        "windows.json",
        "competing.json",
        "entry.json",
        "longitudinal.json",
        "baseline.json",
        "weighted_logrank.json",
        "gray.json",
    ]
)
NEED_MORE = {"gray.json"}
"""Made with packages that R may lack."""


def remake(folder: Path, *scripts: str) -> Path:
    """Let R make the reference values again, all of them or what the scripts named make."""
    subprocess.run([str(FOLDER / "make.sh"), str(folder), *scripts], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the data and the values of the public trials, as R makes them today."""
    return remake(tmp_path_factory.mktemp("reference"), "export", "make")


def differences(stored: Any, made: Any, where: str = "") -> list[str]:
    """Name every place where two JSON values differ by more than 1e-10 relative to max(1, size)."""
    if isinstance(stored, dict) and isinstance(made, dict):
        if stored.keys() != made.keys():
            return [f"{where}: {sorted(stored.keys() ^ made.keys())}"]
        return [d for key in stored for d in differences(stored[key], made[key], f"{where}/{key}")]
    if isinstance(stored, list) and isinstance(made, list) and len(stored) == len(made):
        return [
            d
            for i, pair in enumerate(zip(stored, made, strict=True))
            for d in differences(*pair, f"{where}/{i}")
        ]
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (stored, made))
    if numbers and math.isclose(stored, made, rel_tol=1e-10, abs_tol=1e-10):
        return []
    return [] if stored == made else [f"{where}: {stored} v {made}"]


def differences_of(file: str, folder: Path) -> list[str]:
    """Name every place where a stored file and the one that R made in the folder differ."""
    stored = json.loads((FOLDER / file).read_text(encoding="utf-8"))
    return differences(stored, json.loads((folder / file).read_text(encoding="utf-8")))


@pytest.mark.r
@for_each("file", EXPECTED)
def test_r_says_the_same_of_the_public_trials_today(remade: Path, file: str) -> None:
    assert differences_of(file, remade) == []


@pytest.mark.nightly
@pytest.mark.r
def test_r_says_the_same_of_everything_today(tmp_path: Path) -> None:
    remake(tmp_path)
    made = {path.name for path in tmp_path.glob("*.json")}
    assert made | NEED_MORE == {*EXPECTED, *MADE_AT_NIGHT}
    at_night = [file for file in MADE_AT_NIGHT if file in made]
    assert [found for file in at_night for found in differences_of(file, tmp_path)] == []


@pytest.mark.r
@for_each("name", CASES)
def test_data_are_those_of_the_survival_package(remade: Path, name: str) -> None:
    assert (remade / f"{name}.csv").read_bytes() == (FOLDER / f"{name}.csv").read_bytes()


def test_a_changed_number_is_noticed() -> None:
    stored = {"a": [1.0, None, {"b": 2.0}]}
    assert differences(stored, {"a": [1.0, None, {"b": 2.0 + 1e-12}]}) == []
    assert differences(stored, {"a": [1.0, None, {"b": 2.0 + 1e-8}]}) == ["/a/2/b: 2.0 v 2.00000001"]
    assert differences(stored, {"a": [1.0, 0.0, {"b": 2.0}]}) == ["/a/1: None v 0.0"]
    assert differences(stored, {"a": [1.0]}) != []
    assert differences(stored, {}) == [": ['a']"]


@for_each("name", CASES)
def test_trial_is_read_as_r_reads_it(name: str) -> None:
    case = load_case(name)
    control, treated = case.expected["overall"]["arms"]
    assert (len(case.time), int(case.event.sum())) == (
        case.expected["overall"]["n"],
        case.expected["overall"]["events"],
    )
    assert (int((~case.treated).sum()), int(case.treated.sum())) == (control["n"], treated["n"])
    if case.threshold is not None:
        assert int(np.sum(case.biomarker <= case.threshold)) == case.expected["low"]["n"]
        assert int(np.sum(case.biomarker > case.threshold)) == case.expected["high"]["n"]


@for_each("name", degenerate_names())
def test_degenerate_data_are_read_as_r_reads_them(name: str) -> None:
    case = load_degenerate(name)
    told = case.expected["overall"]
    assert (len(case.time), int(case.event.sum())) == (told["n"], told["events"])
    assert [arm["n"] for arm in told["arms"]] == [int((~case.treated).sum()), int(case.treated.sum())]
