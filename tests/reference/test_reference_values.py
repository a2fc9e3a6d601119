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

MADE_BY_R = sorted(
    [
        *(f"{name}.expected.json" for name in CASES),
        "degenerate.json",
        "book.json",
        "subgroups.json",
        "adjusted.json",
        "schoenfeld.json",
        "scan.json",
        "windows.json",
    ]
)


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reference")
    subprocess.run([str(FOLDER / "make.sh"), str(folder)], check=True, capture_output=True)
    return folder


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


@pytest.mark.r
@pytest.mark.parametrize("file", MADE_BY_R)
def test_r_says_the_same_today(remade: Path, file: str) -> None:
    stored = json.loads((FOLDER / file).read_text(encoding="utf-8"))
    made = json.loads((remade / file).read_text(encoding="utf-8"))
    assert differences(stored, made) == []


@pytest.mark.r
@pytest.mark.parametrize("name", CASES)
def test_data_are_those_of_the_survival_package(remade: Path, name: str) -> None:
    assert (remade / f"{name}.csv").read_bytes() == (FOLDER / f"{name}.csv").read_bytes()


def test_a_changed_number_is_noticed() -> None:
    stored = {"a": [1.0, None, {"b": 2.0}]}
    assert differences(stored, {"a": [1.0, None, {"b": 2.0 + 1e-12}]}) == []
    assert differences(stored, {"a": [1.0, None, {"b": 2.0 + 1e-8}]}) == ["/a/2/b: 2.0 v 2.00000001"]
    assert differences(stored, {"a": [1.0, 0.0, {"b": 2.0}]}) == ["/a/1: None v 0.0"]
    assert differences(stored, {"a": [1.0]}) != []
    assert differences(stored, {}) == [": ['a']"]


@pytest.mark.parametrize("name", CASES)
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


@pytest.mark.parametrize("name", degenerate_names())
def test_degenerate_data_are_read_as_r_reads_them(name: str) -> None:
    case = load_degenerate(name)
    told = case.expected["overall"]
    assert (len(case.time), int(case.event.sum())) == (told["n"], told["events"])
    assert [arm["n"] for arm in told["arms"]] == [int((~case.treated).sum()), int(case.treated.sum())]
