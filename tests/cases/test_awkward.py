"""Awkward files of kinds that people have: read rightly, or refused with a question and its answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from mirodash import cli
from mirodash.export.code import code
from mirodash.stratification.selection import Selection
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from tests.cases.invented import people, text
from tests.cases.test_endpoints import adam, progressed
from tests.cases.test_meaning import mapped
from tests.export.code.same_numbers import check
from tests.profiles import for_each

CAUSES = ("cancer", "heart")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, arguments)


def answer(*arguments: str) -> Any:
    result = run("analyze", *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def with_causes(folder: Path) -> Path:
    """Write the cause of death of those who died, and nothing of the others."""
    rows = [[*row[:3], CAUSES[k % 2] if row[3] == "1" else "", *row[4:]] for k, row in enumerate(people())]
    path = folder / "causes.csv"
    header = ("patient", "arm", "days", "cause of death", "nfl", "age")
    path.write_text(text(rows, header=header), encoding="utf-8")
    return path


@for_each(
    "said",
    ["--event-value cancer --competing heart", "--event-value cancer --event-value heart"],
)
def test_who_has_no_cause_of_death_did_not_die(said: str, tmp_path: Path) -> None:
    path = with_causes(tmp_path)
    found = answer(str(path), "--event", "cause of death", *said.split())
    deaths = sum(row[3] == "1" for row in people())
    group = found["groups"][0]
    assert group["n"] == 120
    other = sum(arm.get("competing_events", 0) for arm in group["arms"])
    assert group["events"] + other == deaths
    printed = run("analyze", str(path), "--event", "cause of death", *said.split()).stdout
    assert f"'cause of death' is empty in {120 - deaths} rows, which counts as no event." in " ".join(
        printed.split()
    )


def test_a_script_counts_who_has_no_cause_of_death(tmp_path: Path) -> None:
    path = with_causes(tmp_path)
    roles = Roles(event="cause of death", event_value="cancer", competing=("heart",))
    check(read_trial([path], roles), Selection(thresholds=()), "python", tmp_path, path)


def test_derived_rows_of_an_endpoint_stand_beside_those_that_count(tmp_path: Path) -> None:
    paths = adam(tmp_path)
    lines = paths[1].read_text(encoding="utf-8").splitlines()
    derived = [f"{line},SENSITIVITY" for line in lines[1:121]]
    plain = [f"{line}," for line in lines[1:]]
    paths[1].write_text("\n".join([f"{lines[0]},DTYPE", *derived, *plain]) + "\n", encoding="utf-8")
    for key, events in (
        ("os", sum(row[3] == "1" for row in people())),
        ("pfs", sum(progressed(row)[1] for row in people())),
    ):
        found = answer(*map(str, paths), "--control", "Placebo", "--endpoint", key)
        assert (found["groups"][0]["n"], found["groups"][0]["events"]) == (120, events)
    _, trial, _ = mapped(*paths)
    assert trial is not None
    assert any("120 derived rows of PFS (DTYPE) were left out" in notice for notice in trial.notices)


def test_dates_that_can_be_read_both_ways_are_why_there_is_no_time(tmp_path: Path) -> None:
    rows = [
        [row[0], row[1], f"{1 + k % 9:02}/{1 + k % 12:02}/2018", f"{1 + k % 9:02}/0{1 + k % 8}/2020", row[3]]
        for k, row in enumerate(people())
    ]
    path = tmp_path / "dates.csv"
    path.write_text(text(rows, header=("patient", "arm", "randomised", "last_contact", "dead")), "utf-8")
    result = run("analyze", str(path))
    assert result.exit_code == 2
    said = " ".join(result.stderr.split())
    assert "'randomised' and 'last_contact' can be read day first or month first" in said
    assert "write them as 2020-03-31" in said
    words, _, _ = mapped(path)
    assert any("day first or month first" in str(problem["said"]) for problem in words["problems"])


def test_rows_of_a_participant_who_stands_twice_can_be_left_out(tmp_path: Path) -> None:
    rows = people()
    rows[50][0] = rows[49][0]
    path = tmp_path / "twice.csv"
    path.write_text(text(rows), encoding="utf-8")
    refused = run("analyze", str(path))
    assert refused.exit_code == 2
    assert "1 participant appears twice, in rows 51 and 52." in " ".join(refused.stderr.split())
    assert answer(str(path), "--leave-out", "patient")["groups"][0]["n"] == 119


def test_a_flag_has_the_same_numbers_in_its_script(tmp_path: Path) -> None:
    rows = [[*row[:3], "Y" if row[3] == "1" else "", *row[4:]] for row in people()]
    path = tmp_path / "flag.csv"
    path.write_text(text(rows, header=("patient", "arm", "days", "died", "nfl", "age")), encoding="utf-8")
    trial = read_trial([path], Roles())
    assert trial.source is not None
    assert trial.source.flags == ("died",)
    assert 'cells(data, EVENT) == ""' not in code(trial, Selection(), "python")


def test_sums_and_means_below_a_table_are_no_participants(tmp_path: Path) -> None:
    rows = people()
    below = [
        ["Total", "", str(sum(int(row[2]) for row in rows)), str(sum(row[3] == "1" for row in rows)), "", ""],
        ["Mean", "", "301.2", "0.6", "17.3", "54"],
        ["SD", "", "99.9", "0.5", "9.1", "11"],
    ]
    path = tmp_path / "summed.csv"
    path.write_text(text([*rows, *below]), encoding="utf-8")
    found = answer(str(path))
    assert found["groups"][0]["n"] == 120
    assert found["groups"][0]["events"] == sum(row[3] == "1" for row in rows)
    assert "3 lines below the table were skipped" in " ".join(run("analyze", str(path)).stdout.split())
