"""Adjusting on the command line equals R on its own trials, and what cannot be adjusted for is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mirodash import cli
from tests.profiles import for_each
from tests.reference_cases import FOLDER, load_json

ROLES = {case["name"]: case for case in load_json("cases")}
ASKED = {case["name"]: case for case in load_json("adjusted_cases")}
EXPECTED = {case["name"]: case for case in load_json("adjusted")["cases"]}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["analyze", *arguments], prog_name="mirodash")


def adjusted(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout, parse_constant=pytest.fail)["adjusted"]


# lung is left to the statistics: in a file without a dictionary its score of 0 to 3 is a category
@for_each("name", ["veteran", "pbc", "colon"])
def test_a_reference_trial_equals_r(name: str) -> None:
    role, case, theirs = ROLES[name], ASKED[name], EXPECTED[name]
    arguments = [str(FOLDER / role["csv"]), "--unit", "days"]
    for option in ("time", "event", "event-value", "arm", "control", "treated", "biomarker"):
        arguments += [f"--{option}", str(role[option.replace("-", "_")])]
    arguments += [part for column in case["covariates"] for part in ("--adjust", column)]
    arguments += [part for column in case["strata"] for part in ("--strata", column)]
    told = adjusted(*arguments)
    assert (told["covariates"], told["strata"]) == (list(case["covariates"]), case["strata"])
    assert told["scales"] == case["covariates"]
    assert (told["n"], told["events"]) == (theirs["n"], theirs["events"])
    assert told["hr"] == pytest.approx(theirs["hr"], rel=1e-8)
    assert told["ci"] == pytest.approx(theirs["ci"], rel=1e-8)
    assert told["p"] == pytest.approx(theirs["p_wald"], rel=1e-8)


def test_the_built_in_trial_is_adjusted_within_its_randomisation_strata() -> None:
    told = adjusted("mirocals", "--adjust", "age")
    assert (told["covariates"], told["strata"]) == (["age"], ["country", "onset"])
    assert [group["label"] for group in told["groups"]] == ["pNFH ≤ 3,700 pg/mL", "pNFH > 3,700 pg/mL"]


def test_what_was_not_known_at_baseline_is_refused() -> None:
    result = run("mirocals", "--adjust", "days", "--adjust", "aeg")
    assert (result.exit_code, result.stdout) == (2, "")
    first, second = result.stderr.splitlines()
    assert first.startswith(
        "There is no baseline column to adjust for 'days' in this trial; it has csf_pnfh,"
    )
    assert second == "There is no baseline column to adjust for 'aeg' in this trial; did you mean 'age'?"
