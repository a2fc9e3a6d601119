"""Trials with known answers: the arrays of a reference case beside what R's survival says of them."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "reference"
CASES: tuple[str, ...] = ("veteran", "pbc", "lung", "ovarian", "colon", "aml")
CASES_WITH_BIOMARKER: tuple[str, ...] = CASES[:-1]


@dataclass(frozen=True, eq=False, slots=True)
class ReferenceCase:
    """One trial: arrays (participants,) of those in the two arms, in file order, and R's answers.

    ``biomarker`` is NaN where missing (everywhere when the case has none), ``stratum`` holds integer codes
    (-1 everywhere when the case has none).
    """

    name: str
    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    treated: NDArray[np.bool_]
    biomarker: NDArray[np.float64]
    stratum: NDArray[np.int64]
    horizon: float
    threshold: float | None
    expected: dict[str, Any]


def load_json(name: str) -> Any:
    """Read ``tests/reference/<name>.json``."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def load_case(name: str) -> ReferenceCase:
    """Read one of `CASES` as R's ``make.R`` reads it."""
    case = next(case for case in load_json("cases") if case["name"] == name)
    with (FOLDER / case["csv"]).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row[case["arm"]] in (case["control"], case["treated"])]
    biomarker, strata = case["biomarker"], case["strata"]
    labels = [row[strata] if strata else "" for row in rows]
    return ReferenceCase(
        name=name,
        time=np.array([float(row[case["time"]]) for row in rows]),
        event=np.array([row[case["event"]] == case["event_value"] for row in rows]),
        treated=np.array([row[case["arm"]] == case["treated"] for row in rows]),
        biomarker=np.array([float(row[biomarker] or "nan") if biomarker else np.nan for row in rows]),
        stratum=np.array([sorted(set(labels)).index(label) if strata else -1 for label in labels]),
        horizon=float(case["horizon"]),
        threshold=case["threshold"],
        expected=load_json(f"{name}.expected"),
    )


def degenerate_names() -> list[str]:
    """Names of the data sets in ``degenerate_cases.json``."""
    return [case["name"] for case in load_json("degenerate_cases")]


def load_degenerate(name: str) -> ReferenceCase:
    """Read one data set where data are hardly enough, with what ``degenerate.R`` says of it."""
    case = next(case for case in load_json("degenerate_cases") if case["name"] == name)
    expected = next(answer for answer in load_json("degenerate") if answer["name"] == name)
    n, times = len(case["time"]), case.get("repeat", 1)
    biomarker = [np.nan if value is None else value for value in case.get("biomarker", [None] * n)]
    return ReferenceCase(
        name=name,
        time=np.tile(np.array(case["time"], dtype=np.float64), times),
        event=np.tile(np.array(case["event"], dtype=np.bool_), times),
        treated=np.tile(np.array(case["treated"], dtype=np.bool_), times),
        biomarker=np.tile(np.array(biomarker, dtype=np.float64), times),
        stratum=np.tile(np.array(case.get("stratum", [-1] * n), dtype=np.int64), times),
        horizon=float(case["horizon"]),
        threshold=case.get("threshold"),
        expected=expected,
    )
