"""Runs a generated script and holds what it prints against the analysis of the same view."""

from __future__ import annotations

import csv
import io
import math
import runpy
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from mirodash.analysis.report import analyze
from mirodash.export.analysis_json import analysis_json
from mirodash.export.code import Language, code
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial

Row = tuple[str, str, float | None]
LANGUAGES = ("python", pytest.param("r", marks=pytest.mark.r))
CLOSE = 1e-6


def wanted(trial: Trial, selection: Selection) -> list[Row]:
    """What ``analyze --json`` says, as rows of the scripts' table."""
    answer = analysis_json(analyze(trial, selection))
    rows: list[Row] = []
    for group in answer["groups"]:
        control, treated = group["arms"]
        low, high = group["cox"].get("ci", (None, None))
        numbers = {
            "n": group["n"],
            "events": group["events"],
            "hr": group["cox"].get("hr"),
            "hr_lower": low,
            "hr_upper": high,
            "logrank_p": group["logrank"]["p"],
            "survival_treated": treated["survival_at"]["estimate"],
            "survival_control": control["survival_at"]["estimate"],
        }
        rows += [(group["label"], quantity, value) for quantity, value in numbers.items()]
    return [*rows, ("interaction", "p_lr", answer["interaction"].get("p_lr"))]


def run(script: Path, *arguments: Path | str, **settings: object) -> subprocess.CompletedProcess[bytes]:
    """Run a script as a reader would."""
    program = [sys.executable] if script.suffix == ".py" else ["Rscript", "--vanilla"]
    command = [*program, str(script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, **settings)


def printed(output: bytes) -> list[Row]:
    """The rows a script prints."""
    header, *rows = csv.reader(io.StringIO(output.decode("utf-8")))
    assert header == ["group", "quantity", "value"]
    return [(group, quantity, float(value) if value else None) for group, quantity, value in rows]


def differences(found: Sequence[Row], expected: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Rows that differ by more than 1e-6, of the value where that is large."""
    assert [row[:2] for row in found] == [row[:2] for row in expected]
    return [
        (mine, theirs)
        for mine, theirs in zip(found, expected, strict=True)
        if (mine[2] is None) != (theirs[2] is None)
        or (theirs[2] is not None and not math.isclose(mine[2] or 0, theirs[2], rel_tol=CLOSE, abs_tol=CLOSE))
    ]


def written(trial: Trial, selection: Selection, language: Language, folder: Path) -> Path:
    """The script of a view in a folder."""
    script = folder / f"script.{'py' if language == 'python' else 'R'}"
    script.write_text(code(trial, selection, language), encoding="ascii", newline="\n")
    return script


def printed_here(script: Path, *arguments: Path | str) -> list[Row]:
    """What a Python script prints, run in this process: a hundred of them take no longer than one."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [str(script), *map(str, arguments)])
        patch.setattr(sys, "stdout", out)
        runpy.run_path(str(script), run_name="__main__")
        out.flush()
    return printed(out.buffer.getvalue())


DRIVER = """
for (folder in commandArgs(trailingOnly = TRUE)) {
  here <- new.env()
  here$commandArgs <- local({ data <- file.path(folder, "trial.csv"); function(...) data })
  sink(file.path(folder, "printed"))
  sys.source(file.path(folder, "script.R"), here)
  sink()
}
"""


def printed_by_r(folders: Sequence[Path]) -> list[list[Row]]:
    """What the R scripts in these folders print of the ``trial.csv`` beside them, all in one R."""
    made = subprocess.run(
        ["Rscript", "--vanilla", "-e", DRIVER, *map(str, folders)], capture_output=True, check=False
    )
    assert made.returncode == 0, made.stderr.decode()
    return [printed((folder / "printed").read_bytes()) for folder in folders]


def check(
    trial: Trial, selection: Selection, language: Language, folder: Path, *arguments: Path | str
) -> None:
    """The script of a view prints what the analysis says, and complains of nothing."""
    script = written(trial, selection, language, folder)
    if language == "python":
        found = printed_here(script, *arguments)
    else:
        made = run(script, *arguments)
        assert (made.returncode, made.stderr.decode()) == (0, "")
        found = printed(made.stdout)
    assert differences(found, wanted(trial, selection)) == []
