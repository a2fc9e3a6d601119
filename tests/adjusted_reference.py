"""Trials with covariates and strata, read as R's ``adjusted.R`` reads them, and what it says of them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.reference_cases import FOLDER, load_json

ADJUSTED_CASES: tuple[str, ...] = ("veteran", "pbc", "lung", "colon")


@dataclass(frozen=True, eq=False, slots=True)
class AdjustedCase:
    """One trial's participants with every covariate and stratum known, and R's answers."""

    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    treated: NDArray[np.bool_]
    covariates: NDArray[np.float64]
    names: tuple[str, ...]
    stratum: NDArray[np.str_]
    horizon: float
    expected: dict[str, Any]


def load_adjusted(name: str) -> AdjustedCase:
    """Read one of `ADJUSTED_CASES`."""
    role = next(case for case in load_json("cases") if case["name"] == name)
    case = next(case for case in load_json("adjusted_cases") if case["name"] == name)
    columns, strata = case["covariates"], case["strata"]
    with (FOLDER / role["csv"]).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row[role["arm"]] in (role["control"], role["treated"])]
    rows = [row for row in rows if all(row[column] for column in (*columns, *strata))]
    terms = [term for column, scale in columns.items() for term in _terms(rows, column, scale)]
    return AdjustedCase(
        time=np.array([float(row[role["time"]]) for row in rows]),
        event=np.array([row[role["event"]] == role["event_value"] for row in rows]),
        treated=np.array([row[role["arm"]] == role["treated"] for row in rows]),
        covariates=np.column_stack([values for _, values in terms]),
        names=tuple(term for term, _ in terms),
        stratum=np.array([" ".join(row[column] for column in strata) for row in rows]),
        horizon=float(role["horizon"]),
        expected=next(case for case in load_json("adjusted")["cases"] if case["name"] == name),
    )


def _terms(rows: list[dict[str, str]], column: str, scale: str) -> list[tuple[str, NDArray[np.float64]]]:
    texts = [row[column] for row in rows]
    if scale == "category":
        _, *levels = sorted(set(texts))
        return [(f"{column}={level}", np.array([float(t == level) for t in texts])) for level in levels]
    values = np.array([float(text) for text in texts])
    return [(column, np.log(values) if scale == "log" else values)]
