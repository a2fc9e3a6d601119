"""Every endpoint of a file is in its trial, with its own label, event word and unit."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mirodash import cli
from mirodash.errors import UnusableDataError
from mirodash.questions.group_effects import describe_estimand
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.talk.view_description import describe_footer
from mirodash.stratification.saved_view import claim_of
from mirodash.stratification.selection import Selection
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from mirodash.trial.trial import Trial
from mirodash.uploads.serialisation import trial_bytes, trial_from
from tests.cases.invented import COLUMNS, people, text
from tests.cases.test_meaning import mapped
from tests.export.code.same_numbers import printed_here
from tests.profiles import for_each

FOLDER = Path(__file__).resolve().parents[3].joinpath("shared/cases/intake")
CONTROL = Roles(control="Placebo", treated="Drug")
WORDS = {
    "os": ("Overall Survival", "months", "death", "alive"),
    "pfs": ("Progression-Free Survival", "days", "progression or death", "progression-free"),
}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, arguments)


def progressed(row: list[str]) -> tuple[int, int]:
    """Return days to progression or death, and whether it came."""
    days = 1 + int(row[2]) * (3 + int(row[5]) % 5) // 8
    return days, int(int(row[5]) % 3 == 0 or row[3] == "1")


def adam(folder: Path, *, break_pfs: bool = False) -> list[Path]:
    """Write ADSL, and ADTTE with survival in months and freedom from progression in days."""
    rows = people()
    adsl = [[row[0], row[1], row[5]] for row in rows]
    survived = [
        [row[0], "OS", "Overall Survival (Months)", f"{int(row[2]) / 30.4375:.2f}", "MONTHS"] for row in rows
    ]
    survived = [[*line, str(1 - int(row[3]))] for line, row in zip(survived, rows, strict=True)]
    free: list[list[str]] = []
    for row in rows:
        days, event = progressed(row)
        free.append([row[0], "PFS", "Progression-Free Survival", str(days), "DAYS", str(1 - event)])
    if break_pfs:
        free[3][3] = "soon"
    header = ("USUBJID", "PARAMCD", "PARAM", "AVAL", "AVALU", "CNSR")
    paths = [folder / "adsl.csv", folder / "adtte.csv"]
    paths[0].write_text(text(adsl, header=("USUBJID", "TRT01P", "AGE")), encoding="utf-8")
    paths[1].write_text(text([*free, *survived], header=header), encoding="utf-8")
    return paths


def check_words(trial: Trial) -> None:
    for key, expected in WORDS.items():
        endpoint = trial.dictionary.endpoint(key)
        assert endpoint is not None
        assert (endpoint.label, endpoint.unit, endpoint.singular, endpoint.event_free) == expected


def test_every_parameter_of_adtte_is_an_endpoint_with_its_own_words(tmp_path: Path) -> None:
    paths = adam(tmp_path)
    trial = read_trial(paths, CONTROL)
    assert [endpoint.key for endpoint in trial.dictionary.endpoints] == ["os", "pfs"]
    check_words(trial)
    rows = people()
    assert trial.outcomes["os"].event.sum() == sum(row[3] == "1" for row in rows)
    assert trial.outcomes["pfs"].time.tolist() == [progressed(row)[0] for row in rows]
    assert trial.outcomes["pfs"].event.tolist() == [bool(progressed(row)[1]) for row in rows]
    assert trial_from(trial_bytes(trial, "")).trial == trial
    assert not any("AVAL" in marker.column for marker in trial.dictionary.biomarkers)
    swapped = read_trial(paths, Roles(control="Placebo", treated="Drug", param="PFS"))
    assert [endpoint.key for endpoint in swapped.dictionary.endpoints] == ["pfs", "os"]
    check_words(swapped)


@for_each(chosen=["--endpoint PFS", "--endpoint pfs", "--param PFS", "--query endpoint=pfs"])
def test_an_endpoint_is_chosen_on_the_command_line(tmp_path: Path, chosen: str) -> None:
    paths = [str(path) for path in adam(tmp_path)]
    asked = ["analyze", *paths, "--control", "Placebo", "--treated", "Drug", *chosen.split()]
    answer = json.loads(run(*asked, "--json").stdout)
    assert answer["groups"][0]["events"] == sum(progressed(row)[1] for row in people())
    printed = " ".join(run(*asked).stdout.split())
    assert "Progression-Free Survival (" in printed
    assert "days from randomisation" in printed
    assert "progressions or deaths" in printed


def test_an_unknown_endpoint_is_refused_with_those_there_are(tmp_path: Path) -> None:
    result = run("analyze", *map(str, adam(tmp_path)), "--control", "Placebo", "--endpoint", "EFS")
    assert result.exit_code == 2
    assert "'EFS'" in result.stderr
    assert "pfs" in result.stderr


def test_views_of_several_endpoints_say_which_is_theirs(tmp_path: Path) -> None:
    trial = read_trial(adam(tmp_path), CONTROL)
    views = [Selection(), Selection.from_query("endpoint=pfs")]
    claims, feet = [claim_of(trial, view) for view in views], []
    assert [claim.endpoint for claim in claims] == ["os", "pfs"]
    assert claims[0].key != claims[1].key
    for view, (label, unit, event, _) in zip(views, WORDS.values(), strict=True):
        assert survival_by_group(trial, view).endpoint.unit == unit
        said = [phrase.text for phrase in describe_estimand(trial, view)]
        assert any(label.casefold() in text.casefold() for text in said)
        feet.append(describe_footer(trial, view, method="", on=date(2026, 5, 9)))
        assert feet[-1].startswith(f"{label} · ")
        assert event.split()[0] in feet[-1]


def test_an_endpoint_that_cannot_be_read_is_left_out_and_said(tmp_path: Path) -> None:
    trial = read_trial(adam(tmp_path, break_pfs=True), CONTROL)
    assert [endpoint.key for endpoint in trial.dictionary.endpoints] == ["os"]
    (said,) = (notice for notice in trial.notices if "left out" in notice)
    assert said.startswith("Endpoint PFS (Progression-Free Survival) is left out:")
    assert "'soon'" in said


def test_several_pairs_of_a_table_are_endpoints_by_its_dictionary(tmp_path: Path) -> None:
    rows = [[*row, *map(str, progressed(row))] for row in people()]
    path = tmp_path / "pairs.csv"
    path.write_text(text(rows, header=(*COLUMNS, "pfs_days", "pfs")), encoding="utf-8")
    path.with_suffix(".toml").write_text(
        """
[arms]
control = "Placebo"
[columns]
arm = "arm"
[endpoints.os]
time = "days"
event = "death"
label = "Overall survival"
unit = "days"
singular = "death"
plural = "deaths"
[endpoints.pfs]
time = "pfs_days"
event = "pfs"
label = "Progression-free survival"
unit = "days"
singular = "progression or death"
plural = "progressions or deaths"
""",
        encoding="utf-8",
    )
    events = {}
    for key in ("os", "pfs"):
        result = run("analyze", str(path), "--endpoint", key, "--json")
        assert result.exit_code == 0, result.stderr
        events[key] = json.loads(result.stdout)["groups"][0]["events"]
    assert events == {
        "os": sum(row[3] == "1" for row in people()),
        "pfs": sum(progressed(row)[1] for row in people()),
    }


def test_a_script_reads_the_rows_of_its_endpoint(tmp_path: Path) -> None:
    paths = [str(path) for path in adam(tmp_path)]
    asked = [*paths, "--control", "Placebo", "--treated", "Drug", "--endpoint", "pfs"]
    script = tmp_path / "script.py"
    script.write_text(run("code", "--language", "python", *asked).stdout, encoding="utf-8")
    rows = printed_here(script, *paths)
    told = {quantity: value for group, quantity, value in rows if group == "All participants"}
    overall: Any = json.loads(run("analyze", *asked, "--json").stdout)["groups"][0]
    assert told["events"] == overall["events"]
    assert told["hr"] == pytest.approx(overall["cox"]["hr"], rel=1e-7)


@pytest.mark.skipif(not FOLDER.exists(), reason="the case files are not here")
def test_the_case_files_have_both_endpoints() -> None:
    trial = read_trial([FOLDER / "L02_adsl.csv", FOLDER / "L02_adtte.csv"], CONTROL)
    told = [(e.key, e.label, e.unit, e.plural) for e in trial.dictionary.endpoints]
    assert told == [
        ("os", "Overall Survival", "months", "deaths"),
        ("pfs", "Progression-Free Survival", "months", "progressions or deaths"),
    ]
    assert int(trial.outcomes["pfs"].event.sum()) == 90


@pytest.mark.skipif(not FOLDER.exists(), reason="the case files are not here")
def test_times_of_an_adtte_in_french_are_of_the_adsl_beside_it() -> None:
    trial = read_trial([FOLDER / "L02_adsl.csv", FOLDER / "L04_adtte_mois.csv"], CONTROL)
    (endpoint,) = trial.dictionary.endpoints
    assert (endpoint.label, endpoint.unit, endpoint.plural) == ("Survie globale", "months", "deaths")
    with pytest.raises(UnusableDataError) as caught:
        read_trial([FOLDER / "L04_adtte_mois.csv"])
    (problem,) = caught.value.problems
    assert "bring it together with ADSL" in problem


CODED = ("patient", "arm", "os_days", "os_cnsr", "nfl", "age", "pfs_days", "pfs_cnsr")


def censored(folder: Path) -> Path:
    """Write two pairs whose events are coded as censoring: 1 is not the event."""
    rows = [
        [*row[:3], str(1 - int(row[3])), *row[4:], str(progressed(row)[0]), str(1 - progressed(row)[1])]
        for row in people()
    ]
    path = folder / "censored.csv"
    path.write_text(text(rows, header=CODED), encoding="utf-8")
    return path


def test_indicators_of_censoring_are_asked_about_together(tmp_path: Path) -> None:
    path = str(censored(tmp_path))
    asked = run("analyze", path)
    assert asked.exit_code == 2
    assert " ".join(asked.stderr.split()).count("Which one means the event?") == 1
    assert "'pfs_cnsr' is coded in the same way: one answer decides for all." in asked.stderr
    deaths, progressions = (sum(row[3] == "1" for row in people()), sum(progressed(r)[1] for r in people()))
    for value, expected in (("0", (deaths, progressions)), ("1", (120 - deaths, 120 - progressions))):
        for key, events in zip(("death", "pfs"), expected, strict=True):
            result = run("analyze", path, "--event-value", value, "--endpoint", key, "--json")
            assert result.exit_code == 0, result.stderr
            assert json.loads(result.stdout)["groups"][0]["events"] == events
    printed = " ".join(run("analyze", path, "--event-value", "0").stdout.split())
    assert "The event is 'pfs_cnsr' = 0, as in 'os_cnsr'" in printed


def test_the_page_asks_once_and_tells_both(tmp_path: Path) -> None:
    path = censored(tmp_path)
    words, trial, _ = mapped(path)
    assert trial is None
    (question,) = (said for said in map(str, words["problems"]) if "one answer decides for all" in said)
    assert "pfs_cnsr" in question
    _, trial, _ = mapped(path, event_value="0")
    assert trial is not None
    assert [endpoint.event_value for endpoint in trial.dictionary.endpoints] == ["0", "0"]
    assert int(trial.outcomes["pfs"].event.sum()) == sum(progressed(row)[1] for row in people())


def test_codes_of_another_kind_are_not_decided_with_it(tmp_path: Path) -> None:
    path = censored(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("os_cnsr", "os_event"), encoding="utf-8")
    result = run("analyze", str(path))
    assert result.exit_code == 0
    assert "which value of 'pfs_cnsr' means the event has to be said" in " ".join(result.stdout.split())


def test_an_event_that_looks_odd_is_read_as_the_first_is(tmp_path: Path) -> None:
    # disease-specific death ends as follow-up does, so that those with the event were followed longer
    rows = [
        [row[0], row[1], row[3], row[2], str(int(row[3] == "1" and k % 4 == 0)), row[2]]
        for k, row in enumerate(people())
    ]
    longer = sorted(rows, key=lambda row: -int(row[3]))
    for row in longer[:30]:
        row[2] = row[4] = "1"
    path = tmp_path / "tcga.csv"
    path.write_text(text(rows, header=("barcode", "arm", "OS", "OS.time", "DSS", "DSS.time")), "utf-8")
    result = run("analyze", str(path), "--unit", "days", "--endpoint", "dss", "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["groups"][0]["events"] == sum(row[4] == "1" for row in rows)
