"""One file has one meaning: command line, Data page and folder understand it alike, or ask alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mirodash.errors import UnusableDataError
from mirodash.export.analysis_json import analysis_json
from mirodash.questions.report import analyze
from mirodash.stratification.selection import Selection
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Draft
from mirodash.trial.infer.infer_dictionary import infer_dictionary
from mirodash.trial.readers.files import read_table
from mirodash.trial.store import list_trials
from mirodash.trial.trial import Trial
from mirodash.web.data_answers import describe_mapping, describe_upload, describe_validation
from mirodash.web.data_mapping import draft_from
from tests.cases.invented import COLUMNS, Rows, people, text
from tests.cases.test_files import PLAIN, ROLES, new, printed, refused, same_groups, same_trial, told
from tests.profiles import for_each

NONE = ("--threshold", "none")


def write(folder: Path, rows: Rows, header: Sequence[str] = COLUMNS, name: str = "") -> Path:
    """Write rows as a file, called as no other is: of equal trials the notices are those of the first."""
    path = folder / name if name else new(folder, "csv")
    path.write_text(text(rows, header=tuple(header)), encoding="utf-8")
    return path


def mapped(*paths: Path, **changes: object) -> tuple[dict[str, Any], Trial | None, Draft]:
    """What the Data page says of files as they are proposed, or with fields changed, and the trial."""
    tables = [read_table(path) for path in paths]
    proposal = infer_dictionary(tables)
    upload = describe_mapping(tables, None, proposal, None)
    once = describe_upload(upload)
    form = {**once["form"], **changes}
    words, checked = describe_validation(replace(upload, given=form))
    return {**once, **words}, checked.trial, draft_from(form, proposal)


def asked(words: dict[str, Any], part: str) -> str:
    """The one question of a part on the page."""
    (problem,) = [each for each in words["problems"] if each["part"] == part and not each["agreed"]]
    return str(problem["said"])


def of_page(trial: Trial | None, **selection: Any) -> dict[str, Any]:
    """The numbers of a trial as the page has them."""
    assert trial is not None
    return analysis_json(analyze(trial, Selection(**selection)))


def timed(unit: str) -> Rows:
    """The rows with the time in another unit, to six decimals."""
    size = {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}[unit]
    return [[*row[:2], f"{int(row[2]) / size:.6g}", *row[3:]] for row in people()]


@for_each(
    ("name", "unit"),
    [
        ("OS (months)", "months"),
        ("mois", "months"),
        ("OS.months", "months"),
        ("OSmonths", "months"),
        ("Time_to_death_M", "months"),
        ("os_month", "months"),
        ("duree_mois", "months"),
        ("futime_d", "days"),
        ("time_wks", "weeks"),
        ("progyrs", "years"),
        ("Survival time [weeks]", "weeks"),
        ("délai (ans)", "years"),
    ],
)
def test_the_unit_in_a_name_is_the_unit_everywhere(name: str, unit: str, tmp_path: Path):
    header = ("patient", "arm", name, "death", "nfl", "age")
    path = write(tmp_path, timed(unit), header)
    _, trial, _ = mapped(path)
    assert trial is not None
    assert trial.dictionary.endpoints[0].unit == unit
    assert read_trial([path]).fingerprint == trial.fingerprint
    assert f"{unit} from randomisation" in printed(path, *NONE)


def test_a_unit_that_nothing_says_is_asked_for_everywhere(tmp_path: Path):
    path = write(tmp_path, people(), ("patient", "arm", "time", "death", "nfl", "age"))
    question = (
        "Are the times in 'time' days, weeks, months or years? Nothing says the unit: the longest would"
    )
    words, trial, _ = mapped(path)
    assert trial is None
    assert asked(words, "unit").startswith(question)
    assert words["form"]["unit"] == ""
    assert words["reasons"]["unit"].endswith("which one is it?")
    assert refused(path, *NONE).startswith(question)
    assert refused(path, *NONE).endswith("Say it with --unit.")
    with pytest.raises(UnusableDataError, match="Are the times in 'time'"):
        list_trials(tmp_path)
    same_trial(told(path, *NONE, "--unit", "days"))
    same_trial(of_page(mapped(path, unit="days")[1]))


def adtte(folder: Path, more: dict[str, str] | None = None, *, names: dict[str, str] | None = None) -> Path:
    """Write the trial as ADTTE with the arm in it; more columns of one value, and other names."""
    extra = {"PARAM": "Overall Survival", **(more or {})}
    header = ["USUBJID", "TRT01P", "PARAMCD", "AVAL", "CNSR", "NFL", *extra]
    rows = [[row[0], row[1], "OS", row[2], str(1 - int(row[3])), row[4], *extra.values()] for row in people()]
    return write(folder, rows, [(names or {}).get(name, name) for name in header], "adtte.csv")


@for_each(
    ("more", "unit"),
    [
        ({"AVALU": "MTH"}, "months"),
        ({"AVALU": "WK"}, "weeks"),
        ({"AVALU": "D"}, "days"),
        ({"AVALU": "MOIS"}, "months"),
        ({"AVALU": "MONTHS", "PARAM": "PFS censored 30 days after last scan"}, "months"),
        ({"AVALU": "DAYS", "PARAM": "Time to 24-week confirmed progression"}, "days"),
        ({"PARAM": "Survie globale (mois)"}, "months"),
        ({"PARAM": "Overall survival in weeks"}, "weeks"),
    ],
)
def test_the_unit_of_adam_is_the_one_that_is_written(more: dict[str, str], unit: str, tmp_path: Path):
    path = adtte(tmp_path, more)
    _, trial, _ = mapped(path)
    assert trial is not None
    assert trial.dictionary.endpoints[0].unit == unit
    assert read_trial([path]).fingerprint == trial.fingerprint


@for_each("param", ["Time to 24-week confirmed disability progression", "Death within 30 days of week 4"])
def test_a_number_of_units_in_a_label_is_no_unit(param: str, tmp_path: Path):
    path = adtte(tmp_path, {"PARAM": param})
    assert asked(mapped(path)[0], "unit").startswith("Are the times in 'AVAL' days")
    assert "--unit" in refused(path, *NONE)


@for_each(("days", "unit"), [(1.0, "days"), (7.0, "weeks"), (30.4375, "months"), (365.25, "years")])
def test_the_unit_follows_from_dates(days: float, unit: str, tmp_path: Path):
    rows = [
        [row[0], row[1], f"{int(row[2]) / days:.4f}", row[3], "2019-01-01", _later(int(row[2]))]
        for row in people()
    ]
    header = ("patient", "arm", "time", "death", "randomised", "seen")
    path = write(tmp_path, rows, header)
    _, trial, _ = mapped(path)
    assert trial is not None
    assert trial.dictionary.endpoints[0].unit == unit
    assert read_trial([path]).fingerprint == trial.fingerprint


def _later(days: int) -> str:
    return (date(2019, 1, 1) + timedelta(days=days)).isoformat()


def flipped() -> Rows:
    """The rows with 1 for those who were censored."""
    return [[*row[:3], str(1 - int(row[3])), *row[4:]] for row in people()]


@for_each("name", ["OS_CNSR", "is_censored", "cens", "censored", "CensorFlag", "censure"])
def test_an_indicator_of_censoring_is_asked_about_everywhere(name: str, tmp_path: Path):
    path = write(tmp_path, flipped(), ("patient", "arm", "days", name, "nfl", "age"))
    words, trial, _ = mapped(path)
    assert trial is None
    assert words["form"]["event_value"] == ""
    assert "Which one means the event?" in asked(words, "event_value")
    for options in ((), ("--event", name, "--time", "days")):
        assert "Which one means the event? Say it with --event-value." in refused(path, *NONE, *options)
    same_trial(told(path, *NONE, "--event-value", "0"))
    same_trial(of_page(mapped(path, event_value="0")[1]))


# In R, on these rows as d: exp(coef(coxph(Surv(entry_days, exit_days, death) ~ treated, d, control =
#   coxph.control(eps = 1e-12, iter.max = 50))))
LATE = 0.63221871419081022


def test_an_entry_time_counts_unless_it_is_ignored(tmp_path: Path):
    rows = [[*row[:3], str(int(row[2]) // 3), *row[3:]] for row in people()]
    header = ("patient", "arm", "exit_days", "entry_days", "death", "nfl", "age")
    path = write(tmp_path, rows, header)
    words, trial, _ = mapped(path)
    assert words["form"]["entry"] == "entry_days"
    assert "entry_days" not in {**words["form"]["biomarkers"], **words["form"]["factors"]}
    for answer in (of_page(trial), told(path, *NONE), told(path, *NONE, "--time", "exit_days")):
        assert answer["groups"][0]["cox"]["hr"] == pytest.approx(LATE, rel=1e-8)
    assert "at risk from 'entry_days' on (delayed entry); --ignore entry_days counts" in printed(path, *NONE)
    cleared, nobody, _ = mapped(path, entry="")
    assert nobody is None
    assert "delayed entry" in asked(cleared, "entry")
    same_trial(told(path, *NONE, "--ignore", "entry_days"))
    same_trial(of_page(mapped(path, ignore=["entry_days"], entry="")[1]))


def test_what_was_ticked_can_be_taken_back(tmp_path: Path):
    rows = [[*row[:3], str(int(row[2]) // 3), *row[3:]] for row in people()]
    path = write(tmp_path, rows, ("patient", "arm", "exit_days", "entry_days", "death", "nfl", "age"))
    words, _, _ = mapped(path, ignore=["entry_days"], entry="")
    assert words["usable"]
    (agreed,) = words["problems"]
    assert (agreed["agreed"], agreed["choices"][0][:2]) == (True, ["ignore", "entry_days"])


def test_what_is_inferred_is_said_on_the_command_line(tmp_path: Path):
    rows = [[*row[:3], str(1 + int(row[3])), *row[4:]] for row in people()]
    said = printed(write(tmp_path, rows, ("pid", "bras", "suivi_jours", "statut", "nfl", "age")), *NONE)
    assert "participant 'pid', time 'suivi_jours', event 'statut' and arm 'bras'" in said
    assert "The time 'suivi_jours' is in days: as its name says." in said
    assert "The event is 'statut' = 2: 2 = event is R's habit: 76 of 120 are 2." in said
    assert "The control is 'Placebo': it is called like a control." in said


def test_a_column_named_by_an_option_is_the_base_of_what_is_inferred(tmp_path: Path):
    rows = [[*row[:4], row[3], *row[4:]] for row in people()]
    header = ("patient", "arm", "days", "x1", "death", "nfl", "age")
    answer = told(write(tmp_path, rows, header), *NONE, "--event", "x1")
    same_trial(answer)
    same_groups(told(write(tmp_path, people()), *PLAIN, "--biomarker", "nfl", "--threshold", "8000"))


def test_arms_and_their_direction_are_one(tmp_path: Path):
    rows = [[row[0], {"Drug": "bev", "Placebo": "no_bev"}[row[1]], *row[2:]] for row in people()]
    path = write(tmp_path, rows)
    same_trial(told(path, *NONE))
    words, trial, _ = mapped(path)
    assert (words["form"]["control"], words["form"]["treated"]) == ("no_bev", "bev")
    same_trial(of_page(trial))
    doses = [[row[0], {"Drug": "10 mg"}.get(row[1], row[1]), *row[2:]] for row in people()]
    same_trial(told(write(tmp_path, doses, ("patient", "dose", *COLUMNS[2:])), *NONE))
    three = [[row[0], row[1] if k % 3 else "High", *row[2:]] for k, row in enumerate(people())]
    path = write(tmp_path, three)
    assert "Which one is the treated arm? Say it with --treated." in refused(path, *NONE)
    assert "Which one is the treated arm?" in asked(mapped(path)[0], "treated")
    assert ROLES[0] == "--control"
