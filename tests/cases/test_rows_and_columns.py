"""Rows of one participant, columns known too late, codes, flags, several files: recognised, asked, said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mirodash import cli
from mirodash.errors import UnusableDataError
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Answers, Roles
from mirodash.trial.store import list_trials
from tests.cases.invented import COLUMNS, Rows, people, text
from tests.cases.test_files import printed, refused, same_groups, same_trial, told
from tests.cases.test_meaning import NONE, adtte, asked, mapped, of_page, write
from tests.profiles import for_each

BY_NFL = ("--biomarker", "nfl", "--threshold", "8000")


def visits(names: tuple[str, ...], *, first: int = 0) -> Rows:
    """Three rows of everybody, in which NfL changes; that of the ``first`` is the true one."""
    return [
        [*row[:4], row[4] if k == first else f"{float(row[4]) + 3000 * (k + 1):.1f}", row[5], name]
        for row in people()
        for k, name in enumerate(names)
    ]


@for_each(
    ("who", "visit", "names", "first"),
    [
        ("patient", "visit", ("BL", "W4", "W12"), 0),
        ("Subject Number", "VISIT", ("Week 12", "Week 4", "Baseline"), 2),
        ("record_id", "redcap_event_name", ("baseline_arm_1", "month_3_arm_1", "month_6_arm_1"), 0),
        ("anon", "month", ("0", "3", "6"), 0),
    ],
)
def test_rows_of_visits_are_one_row_each(
    who: str, visit: str, names: tuple[str, ...], first: int, tmp_path: Path
):
    header = (who, *COLUMNS[1:], visit)
    path = write(tmp_path, visits(names, first=first), header)
    same_groups(told(path, *BY_NFL))
    said = printed(path, *BY_NFL)
    assert "120 participants have 360 rows, up to 3 each, which differ in 'nfl' and" in said
    assert f"(rows with '{visit}' = {names[first]})" in said
    same_groups(of_page(mapped(path)[1], biomarker="nfl", thresholds=(8000.0,)))


def test_where_no_visit_is_the_baseline_what_changes_is_not_offered(tmp_path: Path):
    path = write(tmp_path, visits(("W4", "W8", "W12")), (*COLUMNS, "visit"))
    same_trial(told(path, *NONE))
    assert "No visit says that it is the baseline" in printed(path, *NONE)
    assert "nfl" not in read_trial([path]).numbers


def test_rows_of_redcap_are_put_together(tmp_path: Path):
    rows: Rows = []
    for row in people():
        rows.append([row[0], "baseline_arm_1", row[1], "", "", row[4], row[5]])
        rows.append([row[0], "end_arm_1", "", row[2], row[3], "", ""])
    header = ("record_id", "redcap_event_name", "arm", "days", "death", "nfl", "age")
    same_groups(told(write(tmp_path, rows, header), *BY_NFL))


def test_rows_that_contradict_each_other_are_a_problem(tmp_path: Path):
    rows = [[*row[:2], str(int(row[2]) + 9 * k), *row[3:]] for row in people() for k in range(2)]
    path = write(tmp_path, rows)
    assert "120 participants appear twice" in refused(path, *NONE)
    same_trial(told(path, *NONE, "--leave-out", "patient"))


def restarting() -> Rows:
    """The rows with numbers that begin again at each of six sites."""
    return [[f"S{k % 6}", str(k // 6 + 1), *row[1:]] for k, row in enumerate(people())]


def test_numbers_that_restart_at_each_site_are_asked_about(tmp_path: Path):
    path = write(tmp_path, restarting(), ("centre", *COLUMNS))
    words, trial, _ = mapped(path)
    assert trial is None
    (problem,) = words["problems"]
    assert problem["said"].endswith("Choose 'centre + patient' as the participant.")
    assert not problem["tick"]
    assert words["identifiers"] == ["centre + patient"]
    assert 'Say it with --id "centre + patient"' in refused(path, *NONE)
    same_groups(told(path, *BY_NFL, "--id", "centre + patient"))
    words, trial, _ = mapped(path, id="centre + patient")
    assert words["usable"]
    assert "centre + patient" not in words["form"]["factors"]
    same_trial(of_page(trial))


def test_a_visit_is_no_site(tmp_path: Path):
    path = write(tmp_path, [[*row, "S1"] for row in people()], (*COLUMNS, "site"))
    assert mapped(path)[0]["identifiers"] in ([], ["site + patient"])
    same_trial(told(path, *NONE))


@for_each("code", ["-999", "-99", "-9", "99999", "-99.9"])
def test_codes_for_not_known_are_taken_as_such_and_said(code: str, tmp_path: Path):
    rows = people()
    for k in range(0, 120, 15):
        rows[k][4] = code
    path = write(tmp_path, rows)
    words, trial, _ = mapped(path)
    assert words["form"]["missing"] == [f"nfl={code}"]
    assert words["reasons"]["nfl"].endswith(f"{code} looks like a code for not known; please check.")
    (agreed,) = [problem for problem in words["problems"] if problem["agreed"]]
    assert [choice[1] for choice in agreed["choices"]] == [f"nfl={code}", "nfl="]
    assert trial is not None
    assert read_trial([path]).fingerprint == trial.fingerprint
    said = printed(path, *BY_NFL)
    assert f"Column 'nfl': {code} stands for not known in 8 cells; --missing 'nfl=' says" in said
    answer = told(path, *BY_NFL)
    assert sum(group["n"] for group in answer["groups"][1:]) == 112
    everybody = told(path, *BY_NFL, "--missing", "nfl=")
    assert sum(group["n"] for group in everybody["groups"][1:]) == 120
    values = read_trial([path], answers=Answers(missing=(("nfl", ()),)))
    assert float(code) in values.numbers["nfl"].values
    unticked, nobody, _ = mapped(path, missing=[])
    assert nobody is None
    assert "does it mean not known?" in asked(unticked, "")


def test_a_dictionary_that_says_nothing_of_a_code_is_asked(tmp_path: Path):
    rows = people()
    rows[5][4] = "-999"
    path = write(tmp_path, rows)
    words = '[endpoints.death]\ntime = "days"\nevent = "death"\nunit = "days"\n[biomarkers.nfl]\n'
    path.with_suffix(".toml").write_text(words, encoding="utf-8")
    assert "Say --missing 'nfl=-999', or --missing 'nfl=' when these are values." in refused(path, *NONE)
    path.with_suffix(".toml").write_text(words + "[missing]\nnfl = [-999]\n", encoding="utf-8")
    same_trial(told(path, *NONE))


def test_a_code_among_the_times_is_asked_about(tmp_path: Path):
    rows = people()
    for k in (4, 44):
        rows[k][2] = "9999"
    path = write(tmp_path, rows)
    assert "Column 'days' holds 9999 in 2 cells" in refused(path, *NONE)
    assert told(path, *NONE, "--missing", "days=9999")["groups"][0]["n"] == 118
    assert told(path, *NONE, "--missing", "days=")["groups"][0]["n"] == 120
    assert "Column 'days' holds 9999" in mapped(path)[0]["problems"][0]["said"]


def test_values_that_are_measured_are_no_codes(tmp_path: Path):
    rows = [[*row[:4], str(float(row[4]) / 100 - 20), "99" if k == 3 else str(60 + k % 40)] for k, row in
            enumerate(people())]  # fmt: skip
    assert mapped(write(tmp_path, rows))[0]["form"]["missing"] == []


LATER: dict[str, list[str]] = {
    "txtime": [str(int(row[2]) // 2) if k % 3 == 0 else "" for k, row in enumerate(people())],
    "days_from_last_dose": [str(30 + k % 9) if row[3] == "1" else "" for k, row in enumerate(people())],
    "x17": [str(30 + k % 9) if row[3] == "1" else "" for k, row in enumerate(people())],
    "dc_reason": [("toxicity", "relapse", "")[k % 3] for k in range(120)],
    "iptw": [f"{0.4 + k % 17 / 10:.2f}" for k in range(120)],
    "time_to_transplant": [str(10 + k % 40) for k in range(120)],
}


@for_each("name", LATER)
def test_what_is_known_too_late_is_not_offered_and_the_reason_is_said(name: str, tmp_path: Path):
    rows = [[*row, LATER[name][k]] for k, row in enumerate(people())]
    path = write(tmp_path, rows, (*COLUMNS, name))
    words, trial, _ = mapped(path)
    assert name not in {**words["form"]["biomarkers"], **words["form"]["factors"]}
    assert words["reasons"][name].startswith("Not offered: it ")
    assert f"Not offered as biomarkers or factors: '{name}' (it " in printed(path, *NONE)
    assert trial is not None
    assert read_trial([path]).fingerprint == trial.fingerprint
    asked_for = read_trial([path], Roles(biomarker=name)) if name in ("iptw", "txtime") else None
    assert asked_for is None or asked_for.dictionary.biomarkers[0].column == name


@for_each("name", ["crp", "weight", "ldh"])
def test_a_measurement_with_gaps_is_offered(name: str, tmp_path: Path):
    rows = [[*row, str(1 + k * 7 % 31) if k % 5 else ""] for k, row in enumerate(people())]
    assert name in mapped(write(tmp_path, rows, (*COLUMNS, name)))[0]["form"]["biomarkers"]


def test_adam_in_small_letters_and_with_param_alone(tmp_path: Path):
    small = {
        name: name.lower()
        for name in ("USUBJID", "TRT01P", "PARAMCD", "PARAM", "AVAL", "AVALU", "CNSR", "NFL")
    }
    path = adtte(tmp_path, {"AVALU": "DAYS"}, names=small)
    by = ("--biomarker", "nfl", "--threshold", "8000")
    same_groups(told(path, *by))
    same_groups(of_page(mapped(path)[1], biomarker="nfl", thresholds=(8000.0,)))
    path = adtte(tmp_path, {"AVALU": "DAYS"}, names={"PARAMCD": "X"})
    lines = path.read_text(encoding="utf-8").splitlines()
    more = [line.replace("Overall Survival", "Progression") for line in lines[1:]]
    path.write_text("\n".join([*lines, *more]) + "\n", encoding="utf-8")
    assert len(read_trial([path]).dictionary.endpoints) == 2
    for which in ((), ("--param", "Overall Survival"), ("--endpoint", "overall survival")):
        same_trial(told(path, *NONE, *which))
    same_trial(of_page(mapped(path)[1]))


@for_each("flag", ["ITTFL", "FASFL", "ittfl"])
def test_a_population_flag_that_says_no_is_asked_about(flag: str, tmp_path: Path):
    path = adtte(tmp_path, {"AVALU": "DAYS", flag: "Y"})
    lines = path.read_text(encoding="utf-8").splitlines()
    lines += [f"X{k},Drug,OS,{30 + k},0,500.0,Overall Survival,DAYS,N" for k in range(6)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    words, trial, _ = mapped(path)
    assert trial is None
    assert f"6 participants with an arm have '{flag}' = N" in words["problems"][0]["said"]
    assert f"Say --keep {flag}=Y to leave them out, or --ignore {flag} to count them." in refused(path, *NONE)
    same_trial(told(path, *NONE, "--keep", f"{flag}=Y"))
    same_trial(of_page(mapped(path, keep=[f"{flag}=Y"])[1]))
    assert told(path, *NONE, "--ignore", flag)["trial"]["participants"] == 126
    assert mapped(path, ignore=[flag])[0]["usable"]


def test_an_analysis_flag_acts_before_duplicates_are_looked_for(tmp_path: Path):
    path = adtte(tmp_path, {"AVALU": "DAYS", "ANL01FL": "Y"})
    lines = path.read_text(encoding="utf-8").splitlines()
    lines += [line.removesuffix("Y").replace(",OS,", ",OS,9") for line in lines[1:20]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert "19 participants appear twice" in refused(path, *NONE)
    same_trial(told(path, *NONE, "--keep", "ANL01FL=Y"))


def study(folder: Path, *, arm: str = "TRT01P", failures: int = 0) -> list[Path]:
    """Write ADSL, ADTTE and a laboratory file."""
    adsl = [[row[0], row[1], row[5], "Y"] for row in people()]
    adsl += [[f"F{k}", "Screen Failure", "50", "N"] for k in range(failures)]
    endpoint = [[row[0], "OS", "Overall Survival", row[2], "DAYS", str(1 - int(row[3]))] for row in people()]
    lab: Rows = []
    for row in people():
        lab.append([row[0], "NFL", "Neurofilament (pg/mL)", "BASELINE", row[4], "Y", ""])
        lab.append([row[0], "NFL", "Neurofilament (pg/mL)", "WEEK 4", "9", "", ""])
        lab.append([row[0], "NFL", "Neurofilament (pg/mL)", "BASELINE", "7", "Y", "AVERAGE"])
    return [
        write(folder, adsl, ("USUBJID", arm, "AGE", "ITTFL"), "adsl.csv"),
        write(folder, endpoint, ("USUBJID", "PARAMCD", "PARAM", "AVAL", "AVALU", "CNSR"), "adtte.csv"),
        write(folder, lab, ("USUBJID", "PARAMCD", "PARAM", "AVISIT", "AVAL", "ABLFL", "DTYPE"), "adlb.csv"),
    ]


def test_three_files_of_adam_are_one_trial_with_the_baseline_values(tmp_path: Path):
    paths = study(tmp_path)
    by = ("--biomarker", "NFL", "--threshold", "8000")
    for order in (paths, paths[::-1]):
        same_groups(told(*order, *by))
    said = printed(*paths, *by)
    assert (
        "Baseline values of NFL come from 'adlb.csv' (rows with ABLFL = Y; 120 derived rows (DTYPE)" in said
    )
    words, trial, _ = mapped(*paths)
    assert words["form"]["biomarkers"].keys() >= {"NFL", "AGE"}
    assert {"NFL", "AGE", "AVAL", "CNSR"} <= {column["name"] for column in words["columns"]}
    assert trial is not None
    assert read_trial(paths).fingerprint == trial.fingerprint
    assert trial.dictionary.biomarker("NFL").unit == "pg/mL"  # type: ignore[union-attr]
    (found,) = list_trials(tmp_path).trials
    assert found.fingerprint == trial.fingerprint


def test_measurements_alone_ask_for_the_other_files(tmp_path: Path):
    lab = study(tmp_path)[2]
    assert "bring the files of participants (ADSL) and endpoints (ADTTE) with it" in refused(lab)
    assert "holds measurements, several rows a participant" in mapped(lab)[0]["problems"][0]["said"]
    assert "bring it together with ADTTE" in refused(tmp_path / "adsl.csv")


def test_screen_failures_are_not_randomised(tmp_path: Path):
    paths = study(tmp_path, failures=8)
    assert told(*paths, *NONE)["trial"]["participants"] == 120
    same_trial(told(*paths, *NONE))
    assert "8 participants with 'TRT01P' = Screen Failure were not randomised and are not counted" in printed(
        *paths, *NONE
    )
    assert "have no row in" not in printed(*paths, *NONE)
    same_trial(of_page(mapped(*paths)[1]))


def test_the_actual_arm_is_said_to_be_one(tmp_path: Path):
    paths = study(tmp_path, arm="TRT01A")
    same_trial(told(*paths, *NONE))
    assert "the actual one, 'TRT01A', is used" in printed(*paths, *NONE)
    assert "the actual one, 'TRT01A', is used" in mapped(*paths)[0]["reasons"]["arm"]


def test_two_files_are_joined_by_what_identifies_participants_in_both(tmp_path: Path):
    clinical = write(
        tmp_path, [[*row[:4], row[5]] for row in people()], ("patient", "arm", "days", "death", "age")
    )
    lab = [[row[0], row[4]] for row in reversed(people())] + [["P999", "5"]]
    other = write(tmp_path, lab, ("PATIENT", "nfl"), "lab.csv")
    same_groups(told(clinical, other, *BY_NFL))
    said = printed(clinical, other, *BY_NFL)
    assert f"'lab.csv' was joined to '{clinical.name}' by 'patient'." in said
    assert f"1 participant of 'lab.csv' is not in '{clinical.name}' and not counted." in said
    same_groups(of_page(mapped(clinical, other)[1], biomarker="nfl", thresholds=(8000.0,)))
    strange = write(tmp_path, lab, ("number", "nfl"), "strange.csv")
    with pytest.raises(UnusableDataError, match="no column of the same name identifies"):
        read_trial([clinical, strange])


def competing(folder: Path) -> Path:
    """Write the trial with 2 for death and 1 for a transplant in some who were censored."""
    rows = [
        [*row[:3], "2" if row[3] == "1" else str(int(k % 9 == 0)), *row[4:]] for k, row in enumerate(people())
    ]
    return write(folder, rows, ("patient", "arm", "days", "status", "nfl", "age"))


def test_several_values_can_mean_the_event(tmp_path: Path):
    path = competing(tmp_path)
    words, _, _ = mapped(path)
    assert words["form"]["event"] == "status"
    assert "Which of them mean the event?" in asked(words, "event_value")
    assert "Which of them mean the event?" in refused(path, *NONE)
    words, _, _ = mapped(path, event_value="2")
    (problem,) = words["problems"]
    assert [choice[:2] for choice in problem["choices"]] == [
        ["other_event_values", "1"],
        ["competing", "1"],
        ["censored_values", "1"],
    ]
    same_trial(told(path, *NONE, "--event-value", "2", "--censored-value", "1"))
    same_trial(of_page(mapped(path, event_value="2", censored_values=["1"])[1]))
    beside = mapped(path, event_value="2", competing=["1"])[1]
    assert beside.dictionary.endpoints[0].competing == ("1",)
    assert (
        of_page(beside)["groups"][0]["arms"]
        == told(path, *NONE, "--event-value", "2", "--competing", "1")["groups"][0]["arms"]
    )
    assert mapped(path, event_value="2", other_event_values=["1"])[0]["question"].startswith("82 of 120")
    both: tuple[dict[str, Any], ...] = (
        told(path, *NONE, "--event-value", "2", "--event-value", "1"),
        of_page(mapped(path, event_value="2", other_event_values=["1"])[1]),
    )
    events = sum(line.split(",")[3] in "12" for line in path.read_text(encoding="utf-8").splitlines()[1:])
    assert {answer["groups"][0]["events"] for answer in both} == {events}
    assert text(people()).count("\n") == 121


SCRIPTLESS: dict[str, tuple[str, tuple[str, ...]]] = {
    "codes": ("Codes mean not known in column 'nfl'", BY_NFL),
    "dates": ("a time that was computed from dates", NONE),
    "a flag": ("rows that are left out by a flag", (*NONE, "--keep", "ITTFL=Y")),
}


@for_each("kind", SCRIPTLESS)
def test_a_script_that_would_read_a_file_otherwise_is_refused(kind: str, tmp_path: Path):
    said, options = SCRIPTLESS[kind]
    rows = people()
    rows[3][4] = "-999"
    path = {
        "codes": lambda: write(tmp_path, rows),
        "dates": lambda: write(
            tmp_path,
            [
                [*row[:2], "2019-01-01", f"202{k % 3}-0{1 + k % 9}-11", row[3]]
                for k, row in enumerate(people())
            ],
            ("patient", "arm", "randomised", "last_seen", "death"),
        ),
        "a flag": lambda: _with_no(adtte(tmp_path, {"AVALU": "DAYS", "ITTFL": "Y"})),
    }[kind]()
    for language in ("r", "python"):
        result = CliRunner().invoke(cli.main, ["code", str(path), *options, "--language", language])
        assert result.exit_code == 2
        assert said in " ".join(result.stderr.split())


def _with_no(path: Path) -> Path:
    content = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(f"{content.removesuffix('Y')}N\n", encoding="utf-8")
    return path
