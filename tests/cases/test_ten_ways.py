"""The same trial written in many ways has the same numbers on the command line and on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.cases.invented import COLUMNS, Rows, text
from tests.cases.test_files import STATS, dataset_json, new, told
from tests.cases.test_meaning import mapped, of_page
from tests.profiles import NIGHTLY, for_each

N = 90


def made_up(seed: int) -> Rows:
    """Return a trial as it comes: times with ties, an effect, a biomarker with gaps."""
    rng = np.random.default_rng(seed)
    treated = rng.permutation(np.arange(N) % 2)
    marker = np.round(np.exp(rng.normal(3, 0.8, N)), 1)
    days = np.ceil(rng.exponential(300 * (1 + 0.6 * treated)) + 1).astype(int)
    dead = (rng.random(N) < 0.7).astype(int)
    known = rng.random(N) > 0.1
    return [
        [
            f"P{k:03d}",
            ("Placebo", "Drug")[treated[k]],
            str(min(int(days[k]), 1500)),
            str(dead[k]),
            f"{marker[k]:.1f}" if known[k] else "",
            str(int(rng.integers(30, 80))),
        ]
        for k in range(N)
    ]


@dataclass(frozen=True)
class Written:
    """Files, what has to be said of them on the command line and on the page, and their words for things."""

    paths: tuple[Path, ...]
    options: tuple[str, ...] = ()
    fields: Mapping[str, object] = field(default_factory=dict[str, object])
    marker: str = "nfl"
    size: float = 1.0


Way = Callable[[Path, Rows], Written]


def _text(path: Path, content: str) -> tuple[Path, ...]:
    path.write_text(content, encoding="utf-8")
    return (path,)


def as_usual(folder: Path, rows: Rows) -> Written:
    return Written(_text(new(folder, "csv"), text(rows)))


def french(folder: Path, rows: Rows) -> Written:
    commas = [[*row[:4], row[4].replace(".", ","), row[5]] for row in rows]
    header = ("patient", "bras", "delai_jours", "deces", "nfl", "age")
    return Written(_text(new(folder, "csv"), text(commas, ";", header)))


def tabs(folder: Path, rows: Rows) -> Written:
    return Written(_text(new(folder, "tsv"), text(rows, "\t")))


def in_months(folder: Path, rows: Rows) -> Written:
    months = [[*row[:2], f"{int(row[2]) / 30.4375:.6f}", *row[3:]] for row in rows]
    header = ("patient", "arm", "OS (months)", "death", "nfl", "age")
    return Written(_text(new(folder, "csv"), text(months, header=header)), size=30.4375)


def in_dates(folder: Path, rows: Rows) -> Written:
    start = [date(2019, 1, 1) + timedelta(days=7 * k % 300) for k in range(N)]
    ends = [(start[k] + timedelta(days=int(row[2]))).isoformat() for k, row in enumerate(rows)]
    dated = [
        [row[0], row[1], start[k].isoformat(), ends[k] if row[3] == "1" else "", ends[k], *row[4:]]
        for k, row in enumerate(rows)
    ]
    header = ("patient", "arm", "randomisation_date", "death_date", "last_contact_date", "nfl", "age")
    return Written(_text(new(folder, "csv"), text(dated, header=header)))


def recoded(folder: Path, rows: Rows) -> Written:
    codes = [[row[0], str(int(row[1] == "Drug")), row[2], "Dead" if row[3] == "1" else "Alive", *row[4:]]
             for row in rows]  # fmt: skip
    header = ("patient", "arm", "days", "vital_status", "nfl", "age")
    said = ("--control", "0")
    return Written(
        _text(new(folder, "csv"), text(codes, header=header)), said, {"control": "0", "treated": "1"}
    )


def visits(folder: Path, rows: Rows) -> Written:
    long = [[*row[:4], row[4] if k == 0 else "999.5", row[5], name]
            for row in rows for k, name in enumerate(("Baseline", "Week 4"))]  # fmt: skip
    return Written(_text(new(folder, "csv"), text(long, header=(*COLUMNS, "visit"))))


def _adam(rows: Rows) -> tuple[list[list[Any]], list[list[Any]]]:
    adsl = [[row[0], row[1], float(row[4]) if row[4] else None, int(row[5])] for row in rows]
    return adsl, [[row[0], "OS", int(row[2]), "DAYS", 1 - int(row[3])] for row in rows]


ADSL, ADTTE = ("USUBJID", "TRT01P", "NFL", "AGE"), ("USUBJID", "PARAMCD", "AVAL", "AVALU", "CNSR")


def adam(folder: Path, rows: Rows) -> Written:
    written = [
        [["" if cell is None else str(cell) for cell in row] for row in table] for table in _adam(rows)
    ]
    first = _text(folder / "adsl.csv", text(written[0], header=ADSL))
    return Written((*first, *_text(folder / "adtte.csv", text(written[1], header=ADTTE))), marker="NFL")


def small_letters(folder: Path, rows: Rows) -> Written:
    found = adam(folder, rows)
    for path in found.paths:
        head, _, body = path.read_text(encoding="utf-8").partition("\n")
        path.write_text(f"{head.lower()}\n{body}", encoding="utf-8")
    return Written(found.paths, marker="nfl")


def json_files(folder: Path, rows: Rows) -> Written:
    adsl, adtte = _adam(rows)
    kinds = dict(zip(ADSL, ("string", "string", "float", "integer"), strict=True))
    of_time = dict(zip(ADTTE, ("string", "string", "float", "string", "integer"), strict=True))
    first = dataset_json(folder / "adsl.json", "ADSL", kinds, adsl)
    return Written((first, dataset_json(folder / "adtte.json", "ADTTE", of_time, adtte)), marker="NFL")


def _frame(rows: Rows) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["arm"] = [1.0 if arm == "Placebo" else 2.0 for arm in table["arm"]]
    for name in ("days", "death", "nfl", "age"):
        table[name] = pd.to_numeric(table[name])
    return table


LABELS: Any = {"arm": {1: "Placebo", 2: "Drug"}, "death": {0: "Alive", 1: "Dead"}}


def spss(folder: Path, rows: Rows) -> Written:
    path = new(folder, "sav")
    STATS.write_sav(_frame(rows), str(path), variable_value_labels=LABELS)
    return Written((path,))


def stata(folder: Path, rows: Rows) -> Written:
    path = new(folder, "dta")
    STATS.write_dta(_frame(rows), str(path), variable_value_labels=LABELS)
    return Written((path,))


def two_files(folder: Path, rows: Rows) -> Written:
    first = _text(
        new(folder, "csv"), text([[*row[:4], row[5]] for row in rows], header=(*COLUMNS[:4], "age"))
    )
    lab = [[row[0], row[4]] for row in reversed(rows)]
    return Written((*first, *_text(new(folder, "csv"), text(lab, header=("patient", "nfl")))))


WAYS: dict[str, Way] = {
    way.__name__: way
    for way in (
        as_usual, french, tabs, in_months, in_dates, recoded, visits, adam, small_letters, json_files, spss,
        stata, two_files,
    )
}  # fmt: skip


def numbers(answer: dict[str, Any], size: float) -> list[float]:
    """What must be the same: of every group the counts, the effect, the test, and medians in days."""
    found: list[float] = []
    for group in answer["groups"]:
        cox = group["cox"]
        found += [group["n"], group["events"], cox["hr"], *cox["ci"], group["logrank"]["statistic"]]
        found += [(arm["median"] or -1.0) * size for arm in group["arms"]]
    return found


@for_each("seed", range(1, 12 if NIGHTLY else 2))
def test_the_same_trial_has_the_same_numbers_however_it_is_written(seed: int, tmp_path: Path):
    rows = made_up(seed)
    wanted = None
    for name, way in WAYS.items():
        folder = tmp_path / f"{name}-{seed}"
        folder.mkdir()
        written = way(folder, rows)
        options = ("--biomarker", written.marker, "--threshold", "20", *written.options)
        typed = numbers(told(*written.paths, *options), written.size)
        words, trial, _ = mapped(*written.paths, **written.fields)
        assert trial is not None, (name, words["problems"])
        shown = numbers(of_page(trial, biomarker=written.marker, thresholds=(20.0,)), written.size)
        wanted = wanted or typed
        assert (name, typed) == (name, pytest.approx(wanted, rel=2e-6))
        assert (name, shown) == (name, pytest.approx(typed, rel=1e-12))
