"""Scripts read SPSS, Stata and Dataset-JSON files as MiroDash does, with labels in place of values."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from mirodash.export.code import ScriptLanguage
from mirodash.stratification.selection import LevelFilter, Selection
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from tests.export.code.same_numbers import LANGUAGES, asked_of_r, check, written
from tests.profiles import for_each

SITES = {1.0: "Paris", 2.0: "Lyon", 3.0: "Nord"}
LABELS: dict[str, dict[float, str]] = {
    "centre": SITES,
    "arm": {0.0: "Placebo", 1.0: "Drug"},
    "status": {0.0: "alive", 1.0: "died"},
    "marker": {999.0: "not done"},
}
ROLES = Roles(time="months", event="status", arm="arm", biomarker="marker", site="centre", id="who")
VIEW = Selection(
    thresholds=(30.5,), horizon=20.0, sites=("Paris", "Lyon"), filters=(LevelFilter("sex", ("f",)),)
)


def people() -> Any:
    """Seventy-two people at three sites, one in nine without a marker, which a code says."""
    return pd.DataFrame(
        {
            "who": [f"P{k:02}" for k in range(72)],
            "centre": [float(1 + k % 3) for k in range(72)],
            "arm": [float(k // 3 % 2) for k in range(72)],
            "months": [(1 + k * 37 % 271) / 10 if k % 17 else None for k in range(72)],
            "status": [float(k % 4 != 1) for k in range(72)],
            "marker": [(k * 29 % 601) / 10 if k % 9 else 999.0 for k in range(72)],
            "sex": ["fm"[k % 5 == 0] for k in range(72)],
        }
    )


def with_labels(kind: str, folder: Path, *, version: int = 12) -> Path:
    """Write the people as SPSS or Stata does, whose version 12 is the newest that R reads by itself."""
    path = folder / f"trial.{kind}"
    if kind == "dta":
        pyreadstat.write_dta(people(), str(path), variable_value_labels=LABELS, version=version)
    else:
        pyreadstat.write_sav(people(), str(path), variable_value_labels=LABELS, compress=kind == "zsav")
    return path


KINDS = [(language, kind) for language in ("python", "r") for kind in ("sav", "zsav", "dta")]


@pytest.mark.r
@for_each(("language", "kind"), [pair for pair in KINDS if pair != ("r", "zsav")])
def test_values_are_read_as_their_labels(kind: str, language: ScriptLanguage, tmp_path: Path):
    path = with_labels(kind, tmp_path)
    trial = read_trial([path], ROLES)
    assert trial.dictionary.control == "Placebo"
    assert any("not done" in notice for notice in trial.notices)
    check(trial, VIEW, language, tmp_path, path)


@cache
def r_has_haven() -> bool:
    told = subprocess.run(
        ["Rscript", "--vanilla", "-e", 'cat(requireNamespace("haven", quietly = TRUE))'],
        capture_output=True,
        check=False,
        text=True,
    )
    return told.stdout.strip() == "TRUE"


NEWER = [("sav", 0), ("zsav", 0), ("dta", 12), ("dta", 13), ("dta", 14), ("dta", 15)]
"""What `haven` reads as well: compressed SPSS files, and formats 117, 118 and 119 of Stata."""


@pytest.mark.r
@for_each(("kind", "version"), NEWER)
def test_r_reads_newer_files_where_it_has_the_package(kind: str, version: int, tmp_path: Path):
    if not r_has_haven():
        pytest.skip("R has no package haven")
    path = with_labels(kind, tmp_path, version=version)
    if kind == "dta":
        head = path.read_bytes()[:64]
        release = {12: b"s", 13: b"<release>117", 14: b"<release>118", 15: b"<release>119"}[version]
        assert head.startswith(release) or release in head
    check(read_trial([path], ROLES), VIEW, "r", tmp_path, path)
    check(read_trial([path], ROLES), VIEW, "python", tmp_path, path)


def as_json(rows: Any, folder: Path, name: str, *, lines: bool) -> Path:
    about: dict[str, Any] = {
        "datasetJSONVersion": "1.1.0",
        "columns": [
            {"name": field, "label": field.lower(), "dataType": "float" if kind == "float64" else "string"}
            for field, kind in rows.dtypes.astype(str).items()
        ],
    }
    values = rows.astype(object).where(rows.notna(), None).to_numpy().tolist()
    path = folder / f"{name}.{'ndjson' if lines else 'json'}"
    said = [about, *values] if lines else [about | {"rows": values}]
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in said), encoding="utf-8")
    return path


@pytest.mark.parametrize("language", LANGUAGES)
@for_each("lines", [False, True])
def test_two_files_of_dataset_json(lines: bool, language: ScriptLanguage, tmp_path: Path):
    frame = people().replace({"arm": {0.0: "Placebo", 1.0: "Drug"}, "marker": {999.0: None}})
    adsl = frame.rename(columns={"who": "USUBJID", "arm": "TRT01P", "marker": "MARKER", "centre": "SITEID"})
    adtte = frame.rename(columns={"who": "USUBJID", "months": "AVAL"}).assign(
        PARAMCD="OS", CNSR=1 - frame.status
    )
    paths = [
        as_json(adsl[["USUBJID", "TRT01P", "SITEID", "MARKER"]], tmp_path, "adsl", lines=lines),
        as_json(adtte[["USUBJID", "PARAMCD", "AVAL", "CNSR"]], tmp_path, "adtte", lines=lines),
    ]
    trial = read_trial(paths, Roles(biomarker="MARKER", time_unit="months"))
    check(trial, Selection(thresholds=(30.5,), sites=("1", "2")), language, tmp_path, *paths)


@pytest.mark.r
@for_each("kind", ["dta", "zsav"])
def test_r_says_which_package_a_newer_file_needs(kind: str, tmp_path: Path):
    path = with_labels(kind, tmp_path)
    if kind == "dta":
        pyreadstat.write_dta(people(), str(path), variable_value_labels=LABELS, version=15)
    script = written(read_trial([path], ROLES), VIEW, "r", tmp_path)
    text = script.read_text(encoding="ascii")
    without = 'requireNamespace <- function(name, ...) name == "foreign"\n'
    script.write_text(f"{without}{text}", encoding="ascii")
    output, said = asked_of_r(script, path)
    assert output == b""
    assert 'install.packages("haven")' in said[-1]
