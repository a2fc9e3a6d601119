"""Progression on the command line: the numbers of the page, in tables and JSON, and refusals in sentences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mirodash import cli
from mirodash.longitudinal.death_then_function import DeathThenFunction
from mirodash.longitudinal.mixed_model import Contrast
from mirodash.questions.progression.measured import progression
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample, sample_folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["progression", *arguments], prog_name="mirodash")


def told(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout, parse_constant=pytest.fail)


def test_json_has_the_numbers_of_the_page() -> None:
    answer = told("mirocals", "--measure", "alsfrs_r", "--threshold", "3700")
    page = progression(sample("mirocals"), Selection(thresholds=(3700.0,)))
    assert page is not None
    assert [group["label"] for group in answer["groups"]] == [group.label for group in page.groups]
    for group, shown in zip(answer["groups"], page.groups, strict=True):
        difference, pairs = shown.slopes.difference, shown.pairs
        assert isinstance(difference, Contrast)
        assert isinstance(pairs, DeathThenFunction)
        assert group["had_nobody_died"]["difference"]["estimate"] == difference.estimate
        assert group["death_as_worst_outcome"]["wins"] == pairs.wins
        visits = group["while_alive"]["visits"][0]["treated"]
        assert len(visits["mean"]) == len(visits["day"]) == 9
    assert answer["search"]["n_resamples"] == 10_000
    assert answer["per"] == "month"
    assert '"p"' not in json.dumps(answer)


def test_tables_say_the_four_answers_of_every_group() -> None:
    result = run("mirocals", "--threshold", "3700")
    assert result.exit_code == 0
    for text in ("If no participant had died", "Death as the worst outcome", "While alive", "Death alone"):
        assert result.stdout.count(f"  {text} ") == 3
    assert "23 % slower" in result.stdout
    assert "Allowing for the search" in result.stdout


def test_a_file_of_measurements_is_one_more_argument(tmp_path: Path) -> None:
    people, visits = tmp_path / "people.csv", tmp_path / "later.csv"
    for source, copy in (("mirocals.csv", people), ("mirocals.visits.csv", visits)):
        copy.write_bytes((sample_folder() / source).read_bytes())
    options = (
        "--id",
        "participant",
        "--time",
        "days",
        "--event",
        "died",
        "--event-value",
        "1",
        "--arm",
        "arm",
    )
    arms = ("--control", "Placebo", "--treated", "IL-2", "--biomarker", "csf_pnfh")
    answer = told(str(people), str(visits), *options, *arms, "--measure", "alsfrs_r", "--threshold", "3700")
    wanted = told("mirocals", "--threshold", "3700")
    mine, theirs = (each["groups"][1]["had_nobody_died"]["difference"] for each in (answer, wanted))
    assert mine["estimate"] == pytest.approx(theirs["estimate"], rel=1e-9)
    assert "direction" in answer["groups"][0]["death_as_worst_outcome"]["not_estimable"]


def test_an_unknown_measurement_and_a_trial_without_any_are_refused() -> None:
    wrong = run("mirocals", "--measure", "alsfrs")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "did you mean 'alsfrs_r'" in wrong.stderr
    without = run("gbsg2")
    assert (without.exit_code, without.stdout) == (2, "")
    assert "no repeated measurements" in without.stderr
