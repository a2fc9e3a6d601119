"""Runs a generated script and holds what it prints against the analysis of the same view."""

from __future__ import annotations

import atexit
import csv
import io
import math
import runpy
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mirodash.export.analysis_json import analysis_json
from mirodash.export.code import ScriptLanguage, code
from mirodash.export.code.recipe import quote_number
from mirodash.questions.report import analyze
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial
from tests.profiles import NIGHTLY

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
            "hr_p": group["cox"].get("p_wald"),
            "logrank_p": group["logrank"]["p"],
            "constant_hr_p": group["ph_test"]["p"],
            **_of_arm(treated, "treated"),
            **_of_arm(control, "control"),
            **_apart(group["survival_difference"], "survival_difference"),
            "mean_until": treated["rmst"]["tau"] if treated["n"] else control["rmst"]["tau"],
            **_apart(group["rmst_difference"], "mean_difference"),
            **_beside_competing(group, answer["question"]),
            **_weighted(group),
            **_landmarks(group["landmarks"]),
            **_adjusted(answer, group["label"]),
        }
        rows += [(group["label"], quantity, value) for quantity, value in numbers.items()]
    rows += [("interaction", name, value) for name, value in _interaction(answer).items()]
    if answer["question"]["biomarker"]:
        rows += [("continuous", name, answer["continuous"][name]) for name in ("coef", "se", "p_lr")]
    if "stratified" in answer:
        cox, test = answer["stratified"]["cox"], answer["stratified"]["logrank"]
        ends = cox.get("ci", (None, None))
        found = (cox.get("hr"), *ends, cox.get("p_wald"), test["p"])
        names = ("hr", "hr_lower", "hr_upper", "hr_p", "logrank_p")
        rows += [("stratified", name, value) for name, value in zip(names, found, strict=True)]
    return rows


def _of_arm(arm: dict[str, Any], role: str) -> dict[str, float | None]:
    found = {
        "survival": (arm["survival_at"]["estimate"], *arm["survival_at"]["ci"]),
        "median": (arm["median"], *arm["median_ci"]),
        "follow_up": (arm["follow_up"]["median"], *arm["follow_up"]["ci"]),
    }
    told = {
        f"{name}{end}_{role}": value
        for name, values in found.items()
        for end, value in zip(("", "_lower", "_upper"), values, strict=True)
    }
    return told | {f"mean_{role}": arm["rmst"]["estimate"], f"mean_se_{role}": arm["rmst"]["se"]}


def _beside_competing(group: dict[str, Any], question: dict[str, Any]) -> dict[str, float | None]:
    """Return Gray's test, and of each arm the competing events and the incidence at every time."""
    if "competing" not in question:
        return {}
    told: dict[str, float | None] = {"gray": group["gray"]["statistic"], "gray_p": group["gray"]["p"]}
    landmarks = {quote_number(one["time"]): one for one in group["landmarks"]}
    for place, role in ((1, "treated"), (0, "control")):
        arm = group["arms"][place]
        told[f"competing_events_{role}"] = arm.get("competing_events", 0)
        times = [(quote_number(question["horizon"]), arm)]
        times += [(mark, one["arms"][place]) for mark, one in landmarks.items()]
        for mark, at in times:
            found = at.get("cumulative_incidence", {"estimate": None, "ci": (None, None)})
            values = (found["estimate"], *found["ci"])
            ends = ("", "_lower", "_upper")
            told |= {f"incidence_{mark}{end}_{role}": value for end, value in zip(ends, values, strict=True)}
    return told


def _weighted(group: dict[str, Any]) -> dict[str, float | None]:
    told: dict[str, float | None] = {}
    for name, found in group.items():
        if name.startswith("weighted-logrank"):
            mark = f"weighted_logrank_{found['rho']:g}_{found['gamma']:g}"
            told |= {mark: found["statistic"], f"{mark}_p": found["p"]}
    return told


def _apart(found: dict[str, Any], name: str) -> dict[str, float | None]:
    return {name: found["estimate"], f"{name}_lower": found["ci"][0], f"{name}_upper": found["ci"][1]}


def _landmarks(found: list[dict[str, Any]]) -> dict[str, float | None]:
    told: dict[str, float | None] = {}
    for one in found:
        mark = f"at_{quote_number(one['time'])}"
        for arm, role in zip(one["arms"][::-1], ("treated", "control"), strict=True):
            values = (arm["estimate"], *arm["ci"], arm["at_risk"])
            ends = ("", "_lower", "_upper", "_at_risk")
            told |= {f"{mark}{end}_{role}": value for end, value in zip(ends, values, strict=True)}
        apart = (one["difference"]["estimate"], *one["difference"]["ci"])
        ends = ("", "_lower", "_upper")
        told |= {f"{mark}{end}_difference": value for end, value in zip(ends, apart, strict=True)}
    return told


def _adjusted(answer: dict[str, Any], label: str) -> dict[str, float | None]:
    if "adjusted" not in answer:
        return {}
    found = next((one for one in answer["adjusted"]["groups"] if one["label"] == label), answer["adjusted"])
    low, high = found.get("ci", (None, None))
    return {
        "adjusted_hr": found.get("hr"),
        "adjusted_lower": low,
        "adjusted_upper": high,
        "adjusted_p": found.get("p"),
    }


def _interaction(answer: dict[str, Any]) -> dict[str, float | None]:
    found = answer["interaction"]
    told: dict[str, float | None] = {"p_lr": found.get("p_lr")}
    if len(answer["groups"]) == 3 or "ratio_of_hazard_ratios" in found:
        low, high = found.get("ci", (None, None))
        ratio = found.get("ratio_of_hazard_ratios")
        told |= {"ratio": ratio, "ratio_lower": low, "ratio_upper": high, "ratio_p": found.get("p_wald")}
    return told


def is_left_to_the_night(language: ScriptLanguage, place: int) -> bool:
    """Whether a sweep leaves this one out by day: in Python, where fits take seconds, two of three."""
    return language == "python" and place % 3 != 0 and not NIGHTLY


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


def written(trial: Trial, selection: Selection, language: ScriptLanguage, folder: Path) -> Path:
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
asked <- file("stdin", "r")
while (length(folder <- readLines(asked, 1))) {
  options(warn = 1)
  setwd(folder)
  here <- new.env()
  here$commandArgs <- local({ data <- readLines("data", encoding = "UTF-8"); function(...) data })
  said <- file("said", "w")
  sink("printed")
  sink(said, type = "message")
  tryCatch(sys.source("script.R", here), error = function(failed) message(conditionMessage(failed)))
  sink(type = "message")
  sink()
  close(said)
  cat("done\\n")
  flush(stdout())
}
"""


@cache
def _r() -> subprocess.Popen[str]:
    """One R for every script: most of a short script's time goes into starting R and reading survival."""
    started = subprocess.Popen(
        ["Rscript", "--vanilla", "-e", DRIVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(started.communicate)
    return started


def asked_of_r(script: Path, *data: Path | str) -> tuple[bytes, list[str]]:
    """What an R script prints, and what it complains of, to the error that stops it; in its own folder."""
    folder, process = script.parent, _r()
    assert process.stdin is not None
    assert process.stdout is not None
    (folder / "data").write_text("\n".join(map(str, data)) + "\n", encoding="utf-8")
    process.stdin.write(f"{folder}\n")
    process.stdin.flush()
    assert process.stdout.readline() == "done\n"
    return (folder / "printed").read_bytes(), (folder / "said").read_text(encoding="utf-8").splitlines()


def printed_by_r(script: Path, *data: Path | str) -> list[Row]:
    """What an R script prints, which must not complain."""
    output, said = asked_of_r(script, *data)
    assert [line for line in said if "survival is not estimable after" not in line] == []
    return printed(output)


def check(
    trial: Trial, selection: Selection, language: ScriptLanguage, folder: Path, *arguments: Path | str
) -> None:
    """The script of a view prints what the analysis says, and complains of nothing."""
    script = written(trial, selection, language, folder)
    found = (printed_here if language == "python" else printed_by_r)(script, *arguments)
    assert differences(found, wanted(trial, selection)) == []
