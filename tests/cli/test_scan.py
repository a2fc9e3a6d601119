"""The scan on the command line equals R at every threshold, and says what the search is worth."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mirodash import cli
from mirodash.export.analysis_json import scan_json
from mirodash.questions.thresholds.threshold_scan import search_thresholds
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample
from tests.profiles import for_each
from tests.reference_cases import FOLDER, load_json

CASES = {case["name"]: case for case in load_json("cases") if case["biomarker"]}
SCANS = load_json("scan")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["scan", *arguments], prog_name="mirodash")


def told(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout, parse_constant=pytest.fail)


@for_each("wanted", SCANS)
def test_every_threshold_of_a_reference_trial_equals_r(wanted: dict[str, Any]):
    case = CASES[wanted["name"]]
    arguments = [str(FOLDER / case["csv"]), "--unit", "days"]
    for option in ("time", "event", "event-value", "arm", "control", "treated", "biomarker"):
        arguments += [f"--{option}", str(case[option.replace("-", "_")])]
    answer = told(*arguments)
    found = {row["threshold"]: row for row in answer["thresholds"]}
    for row in wanted["thresholds"]:
        mine = found[row["threshold"]]
        for side in ("below", "above"):
            assert (mine[side]["n"], mine[side]["events"]) == (row[side]["n"], row[side]["events"])
            if row[side]["coef"] is None:
                assert (mine[side]["hr"], mine[side]["se"], mine["interaction_z"]) == (None, None, None)
                continue
            assert math.log(mine[side]["hr"]) == pytest.approx(row[side]["coef"], rel=1e-8, abs=1e-8)
            assert mine[side]["se"] == pytest.approx(row[side]["se"], rel=1e-8)
        if mine["interaction_z"] is None:
            continue
        difference = row["above"]["coef"] - row["below"]["coef"]
        z = difference / math.hypot(row["above"]["se"], row["below"]["se"])
        assert mine["interaction_z"] == pytest.approx(z, rel=1e-7, abs=1e-8)
    searched = [row for row in answer["thresholds"] if row["candidate"]]
    if not searched:
        assert (answer["best_threshold"], answer["p_value_adjusted"]) == (None, None)
        return
    best = max(searched, key=lambda row: abs(row["score_z"]))
    assert answer["best_threshold"] == best["threshold"]
    assert answer["p_value_adjusted"] == min(row["p_value_adjusted"] for row in searched)


def test_a_built_in_trial_is_the_engines_answer():
    answer = told("mirocals", "--keep", "sex=F")
    selection = Selection.from_query("keep.sex=F")
    found = search_thresholds(sample("mirocals"), selection)
    assert answer == json.loads(json.dumps(scan_json(found)))
    assert (answer["n_resamples"], answer["seed"]) == (10_000, 0)


def test_the_table_starts_with_the_search():
    result = run("mirocals", "--threshold", "3700")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "SYNTHETIC" in result.stdout
    assert "Searching over thresholds" in result.stdout
    assert "At 3,700 pg/mL" in result.stdout


@for_each(
    ("arguments", "sentence"),
    [
        (("nothing.csv",), "nothing.csv"),
        (("mirocals", "--biomarker", "nothing"), "There is no biomarker 'nothing'"),
        (("mirocals", "--adjust", "age"), "neither stratified nor adjusted"),
        (("mirocals", "--strata", "country"), "neither stratified nor adjusted"),
        (("mirocals", "--query", "site="), "Fewer than two different biomarker values"),
    ],
)
def test_what_cannot_be_scanned_is_a_sentence(arguments: tuple[str, ...], sentence: str):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_no_data_is_a_question_of_usage():
    result = run()
    assert result.exit_code == 2
    assert "Missing argument" in result.stderr
