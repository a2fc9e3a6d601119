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
        expected=load_json(f"{name}.expected"),
    )
