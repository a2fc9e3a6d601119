"""Ordinary files are understood: however the same trial is written, its numbers are the same."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner
from dash import Dash

from mirodash import cli
from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.web import ids
from tests.cases.invented import COLUMNS, Rows, ended, people, started, text
from tests.dashboard.renderer import Reader

# In R 4.2.2 with survival 3.5-3, on invented.text(people()) as base.csv:
#   d <- read.csv("base.csv"); d$treated <- d$arm == "Drug"
#   f <- coxph(Surv(days, death) ~ treated, d, control = coxph.control(eps = 1e-12, iter.max = 50))
#   exp(coef(f)); survdiff(Surv(days, death) ~ treated, d)$chisq
#   survfit(Surv(days, death) ~ treated, d)
#   for (s in split(d, d$nfl > 8000)) print(exp(coef(coxph(Surv(days, death) ~ treated, s))))
HAZARD_RATIO = 0.55316677569065198
CHI_SQUARE = 6.0996706758487882
MEDIANS = (467.0, 629.0)
BELOW, ABOVE = 0.7360106638818108, 0.45225926480531708
# d$m <- round(d$days / 30.4375); exp(coef(coxph(Surv(m, death) ~ treated, d)))
IN_WHOLE_MONTHS = 0.54755736424609702

ROLES = ("--control", "Placebo", "--treated", "Drug")
PLAIN = (
    "--id",
    "patient",
    "--arm",
    "arm",
    "--time",
    "days",
    "--event",
    "death",
    "--time-unit",
    "days",
    *ROLES,
)
BY_NFL = (*PLAIN, "--biomarker", "nfl", "--threshold", "8000")

STATS: Any = pyreadstat
NUMBERS = itertools.count()


def new(folder: Path, ending: str) -> Path:
    """Return a file that no other test has: of equal trials the notices are those of the first."""
    return folder / f"trial{next(NUMBERS)}.{ending}"


def printed(*arguments: object) -> str:
    """Return what a command says, in one line; it must succeed."""
    result = CliRunner().invoke(cli.main, ["analyze", *map(str, arguments)])
    assert result.exit_code == 0, result.stderr
    return " ".join(result.stdout.split())


def told(*arguments: object) -> dict[str, Any]:
    """Return the analysis as JSON; the command must succeed."""
    result = CliRunner().invoke(cli.main, ["analyze", *map(str, arguments), "--json"])
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def refused(*arguments: object) -> str:
    """Return the sentences with which a command refuses, in one line."""
    result = CliRunner().invoke(cli.main, ["analyze", *map(str, arguments)])
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
    return " ".join(result.stderr.split())


def same_trial(answer: dict[str, Any], *, unit_days: float = 1.0) -> None:
    """The numbers are R's for everybody."""
    everybody = answer["groups"][0]
    assert (everybody["n"], everybody["events"]) == (120, 76)
    assert everybody["cox"]["hr"] == pytest.approx(HAZARD_RATIO, rel=1e-9)
    assert everybody["logrank"]["statistic"] == pytest.approx(CHI_SQUARE, rel=1e-9)
    medians = [arm["median"] * unit_days for arm in everybody["arms"]]
    assert medians == pytest.approx(MEDIANS, rel=1e-9)


def same_groups(answer: dict[str, Any]) -> None:
    """The numbers are R's for everybody, and below and above 8,000."""
    same_trial(answer)
    below, above = answer["groups"][1:]
    assert (below["n"], above["n"]) == (57, 63)
    assert below["cox"]["hr"] == pytest.approx(BELOW, rel=1e-9)
    assert above["cox"]["hr"] == pytest.approx(ABOVE, rel=1e-9)


def with_nfl(write: Callable[[str], str]) -> Rows:
    """The rows with another way of writing NfL."""
    return [[*row[:4], write(row[4]), row[5]] for row in people()]


def in_thousands(value: str) -> str:
    return f"{float(value):,.1f}"


TITLES = "Trial XX01 export 12JAN2024\nPopulation: ITT, all randomised\n\n"
COMMENTS = "#Patient,Arm,Days,Dead,NfL,Age\n#STRING,STRING,NUMBER,NUMBER,NUMBER,NUMBER\n#1,1,1,1,1,1\n"
NUMBERED = [[str(k), *row] for k, row in enumerate(people(), start=1)]
TEXTS: dict[str, tuple[str, str, str]] = {
    "as usual": ("csv", text(people()), ""),
    "a line that names the separator": ("csv", "sep=;\n" + text(people(), ";"), "(sep=)"),
    "lines above": ("csv", TITLES + text(people()), "2 lines above the names of the columns were skipped"),
    "lines below": (
        "csv",
        text(people()) + "\n* at last contact\nSource: extract, cut 30JUN2022\n",
        "2 lines below",
    ),
    "commented lines above": ("csv", COMMENTS + text(people()), "3 lines that begin with # above the table"),
    "blanks": ("txt", text(people(), " "), ""),
    "several blanks": ("txt", text([[f"{cell:>9}" for cell in row] for row in people()], "  "), ""),
    "row names of R": ("csv", text(NUMBERED), "(1 to 120, as R writes it)"),
    "row names and blanks": ("txt", text(NUMBERED, " "), "(1 to 120, as R writes it)"),
    "tabs in a file called xls": ("xls", text(people(), "\t"), ""),
    "thousands": (
        "csv",
        text(with_nfl(lambda x: f'"{in_thousands(x)}"')),
        "'nfl': commas separate the thousands in 120 cells",
    ),
    "thousands with blanks": (
        "csv",
        text(with_nfl(lambda x: in_thousands(x).replace(",", " ").replace(".", ",")), ";"),
        "'nfl': blanks separate the thousands in 120 cells",
    ),
    "thousands with points": (
        "csv",
        text(with_nfl(lambda x: in_thousands(x).translate({44: ".", 46: ","})), ";"),
        "'nfl': points separate the thousands in 120 cells",
    ),
    "units in the cells": (
        "csv",
        text(with_nfl(lambda x: f"{x} pg/mL")),
        "the unit pg/mL was taken from 120 cells",
    ),
    "units, thousands and commas": (
        "csv",
        text(with_nfl(lambda x: f"{in_thousands(x).replace(',', ' ').replace('.', ',')} pg/mL"), ";"),
        "the unit pg/mL was taken from 120 cells",
    ),
    "a row of units": (
        "csv",
        text([["", "", "days", "0/1", "pg/mL", "years"], *people()]),
        "Row 2 holds the units",
    ),
    "a row of descriptions": (
        "csv",
        text(
            [["Number", "Allocated to", "Follow-up", "Has died", "Neurofilament", "Age at entry"], *people()]
        ),
        "Row 2 holds descriptions",
    ),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_table_of_text_is_read_however_it_is_written(kind: str, tmp_path: Path):
    ending, content, said = TEXTS[kind]
    path = new(tmp_path, ending)
    path.write_text(content, encoding="utf-8")
    same_groups(told(path, *BY_NFL))
    assert said in printed(path, *BY_NFL)


def test_the_unit_in_the_cells_is_the_unit_of_the_time(tmp_path: Path):
    path = new(tmp_path, "csv")
    rows = [[*row[:2], f"{round(int(row[2]) / 30.4375)} mois", *row[3:]] for row in people()]
    path.write_text(text(rows), encoding="utf-8")
    options = (
        "--id",
        "patient",
        "--arm",
        "arm",
        "--time",
        "days",
        "--event",
        "death",
        *ROLES,
        "--threshold",
        "none",
    )
    everybody = told(path, *options)["groups"][0]
    assert everybody["cox"]["hr"] == pytest.approx(IN_WHOLE_MONTHS, rel=1e-9)
    assert "months from randomisation" in printed(path, *options)


@pytest.mark.parametrize("code", ["#N/A", "--", "n.a.", "<NA>"])
def test_what_spreadsheets_write_for_not_known_is_missing(code: str, tmp_path: Path):
    path = new(tmp_path, "csv")
    rows = people()
    for k in range(0, 120, 12):
        rows[k][4] = code
    path.write_text(text(rows), encoding="utf-8")
    answer = told(path, *BY_NFL)
    same_trial(answer)
    assert sum(group["n"] for group in answer["groups"][1:]) == 110
    assert "10 of 120 participants lack" in printed(path, *BY_NFL)


def test_a_comma_that_may_be_either_is_said(tmp_path: Path):
    path = new(tmp_path, "csv")
    path.write_text(text(with_nfl(lambda x: f'"{float(x):,.0f}"')), encoding="utf-8")
    assert "Column 'nfl' is read as text" in printed(path, *PLAIN, "--threshold", "none")


def test_units_that_differ_are_not_added_up(tmp_path: Path):
    path = new(tmp_path, "csv")
    rows = with_nfl(lambda x: f"{x} pg/mL")
    for row in rows[:40]:
        row[4] = row[4].replace("pg/mL", "ng/L")
    path.write_text(text(rows), encoding="utf-8")
    assert "numbers in different units (pg/mL (80) and ng/L (40))" in printed(
        path, *PLAIN, "--threshold", "none"
    )
    assert "'nfl'" in refused(path, *BY_NFL)


def test_a_table_that_is_cut_off_is_no_footnote(tmp_path: Path):
    path = new(tmp_path, "csv")
    path.write_text(text(people()) + "P121,Drug", encoding="utf-8")
    assert "row 122 has fewer values" in refused(path, *BY_NFL)


def test_a_participant_of_whom_no_number_is_known_is_no_row_of_units(tmp_path: Path):
    path = new(tmp_path, "csv")
    path.write_text(text([["P000", "Drug", "", "", "", ""], *people()]), encoding="utf-8")
    answer = told(path, *BY_NFL)
    assert answer["trial"]["participants"] == 121
    same_groups(answer)


def workbook(path: Path, sheets: dict[str, list[list[Any]]], merged: tuple[str, ...] = ()) -> Path:
    """Write a workbook; merged ranges are in its last sheet."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    for cells in merged:
        book.worksheets[-1].merge_cells(cells)
    book.save(path)
    return path


def typed() -> list[list[Any]]:
    """The rows as a spreadsheet holds them."""
    return [[row[0], row[1], int(row[2]), int(row[3]), float(row[4]), int(row[5])] for row in people()]


HEADER: list[Any] = [*COLUMNS]
LIST: list[list[Any]] = [
    ["Variable", "Description"],
    ["arm", "Drug or Placebo"],
    ["days", "time to death"],
    ["x", "y"],
]


def test_the_sheet_that_looks_like_the_trial_is_read_and_said(tmp_path: Path):
    path = workbook(new(tmp_path, "xlsx"), {"Read me": LIST, "Data": [HEADER, *typed()]})
    same_groups(told(path, *BY_NFL))
    assert "Sheet 'Data' was read, which looks most like a trial" in printed(path, *BY_NFL)


def test_a_sheet_is_chosen_by_its_name(tmp_path: Path):
    few = [HEADER, *typed()[:60]]
    path = workbook(new(tmp_path, "xlsx"), {"All": [HEADER, *typed()], "Interim": few})
    same_groups(told(path, *BY_NFL))
    same_groups(told(path, *BY_NFL, "--sheet", "all"))
    assert told(path, *PLAIN, "--sheet", "Interim")["trial"]["participants"] == 60
    assert "no sheet 'Final'; it has 'All' and 'Interim'" in refused(path, *PLAIN, "--sheet", "Final")


def test_only_a_workbook_has_sheets(tmp_path: Path):
    path = new(tmp_path, "csv")
    path.write_text(text(people()), encoding="utf-8")
    assert "has no sheet 'Data'" in refused(path, *PLAIN, "--sheet", "Data")


def test_titles_footnotes_and_double_headers_of_a_sheet(tmp_path: Path):
    above = [["Trial XX01: survival"], ["Data cut 30JUN2022"], []]
    below = [[], ["* dead at last contact; data cut 30JUN2022"]]
    path = workbook(new(tmp_path, "xlsx"), {"Data": [*above, HEADER, *typed(), *below]})
    same_groups(told(path, *BY_NFL))
    said = printed(path, *BY_NFL)
    assert "2 lines above the names of the columns were skipped" in said
    assert "1 line below the table was skipped" in said


def test_names_in_two_rows_under_merged_headings(tmp_path: Path):
    rows: list[list[Any]] = [
        ["patient", "arm", "Survival", None, "Baseline", None],
        [None, None, "days", "death", "nfl", "age"],
        *typed(),
    ]
    merged = ("A1:A2", "B1:B2", "C1:D1", "E1:F1")
    path = workbook(new(tmp_path, "xlsx"), {"Data": rows}, merged)
    same_groups(told(path, *BY_NFL))
    assert "The names of the columns are in rows 1 and 2" in printed(path, *BY_NFL)


def test_the_same_name_under_two_headings_is_two_columns(tmp_path: Path):
    rows: list[list[Any]] = [
        ["patient", "arm", "Survival", None, "Baseline", None, "Month 6", None],
        [None, None, "days", "death", "nfl", "age", "nfl", "age"],
        *([*row, row[4] + 1, row[5]] for row in typed()),
    ]
    path = workbook(new(tmp_path, "xlsx"), {"Data": rows})
    same_groups(told(path, *PLAIN, "--biomarker", "Baseline nfl", "--threshold", "8000"))


def test_an_arm_in_cells_merged_over_its_participants(tmp_path: Path):
    rows = sorted(typed(), key=lambda row: row[1])
    rows = [[row[1], row[0], *row[2:]] for row in rows]
    for k, row in enumerate(rows):
        row[0] = row[0] if k % 60 == 0 else None
    header: list[Any] = ["arm", "patient", *HEADER[2:]]
    path = workbook(new(tmp_path, "xlsx"), {"Data": [header, *rows]}, ("A2:A61", "A62:A121"))
    same_groups(told(path, *BY_NFL))


def test_a_sheet_of_216_columns(tmp_path: Path):
    items: list[Any] = [f"q{k}" for k in range(210)]
    rows = [[*row, *(k % 5 for k in range(210))] for row in typed()]
    path = workbook(new(tmp_path, "xlsx"), {"Data": [HEADER + items, *rows]})
    same_groups(told(path, *BY_NFL))


def dated(k: int, how: str = "%Y-%m-%d") -> list[str]:
    """Randomised, died, last seen, status of participant number ``k``."""
    dead = people()[k][3] == "1"
    end = ended(k).strftime(how)
    return [started(k).strftime(how), end if dead else "", end, "Dead" if dead else "Alive"]


DATED = ("patient", "arm", "randomisation_date", "death_date", "last_contact_date", "vital_status")


def dates(path: Path, how: str = "%Y-%m-%d", *, status: bool = True) -> Path:
    """Write the trial with dates in place of times."""
    width = 6 if status else 5
    rows = [[row[0], row[1], *dated(k, how)][:width] for k, row in enumerate(people())]
    path.write_text(text(rows, header=DATED[:width]), encoding="utf-8")
    return path


STATUS = ("--event", "vital_status", "--event-value", "Dead", *ROLES, "--threshold", "none")


@pytest.mark.parametrize(
    "how", ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y", "%d%b%Y", "%d-%b-%Y", "%Y-%m-%dT%H:%M:%S"]
)
def test_two_dates_are_a_time(how: str, tmp_path: Path):
    path = dates(new(tmp_path, "csv"), how)
    same_trial(told(path, *STATUS))
    said = printed(path, *STATUS)
    assert "counts the days from 'randomisation_date' to 'death_date' or 'last_contact_date'" in said
    assert "days from randomisation" in said


def test_a_date_of_death_is_the_event_where_no_status_is(tmp_path: Path):
    path = dates(new(tmp_path, "csv"), status=False)
    options = (*ROLES, "--threshold", "none")
    same_trial(told(path, *options))
    assert "The event 'died' is 1 where 'death_date' holds something (76 participants)" in printed(
        path, *options
    )


def test_dates_in_a_workbook_are_a_time(tmp_path: Path):
    rows: list[list[Any]] = [[*DATED]]
    for k, row in enumerate(people()):
        dead = row[3] == "1"
        rows.append(
            [row[0], row[1], started(k), ended(k) if dead else None, ended(k), "Dead" if dead else "Alive"]
        )
    same_trial(told(workbook(new(tmp_path, "xlsx"), {"Data": rows}), *STATUS))


def test_a_death_before_randomisation_is_listed_by_its_row(tmp_path: Path):
    path = dates(new(tmp_path, "csv"))
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    cells[2], cells[3], cells[4] = "2020-05-01", "2019-05-01", "2019-05-01"
    lines[1] = ",".join(cells)
    path.write_text("\n".join(lines), encoding="utf-8")
    assert "the time is negative in row 2" in refused(path, *STATUS)


def test_somebody_seen_after_the_death_and_a_status_that_disagrees_are_listed(tmp_path: Path):
    path = dates(new(tmp_path, "csv"))
    lines = path.read_text(encoding="utf-8").splitlines()
    first = next(k for k in range(1, 120) if lines[k].endswith("Dead"))
    cells = lines[first].split(",")
    cells[4] = "2024-01-01"
    lines[first] = ",".join(cells)
    other = next(k for k in range(first + 1, 120) if lines[k].endswith("Dead"))
    lines[other] = lines[other].removesuffix("Dead") + "Alive"
    path.write_text("\n".join(lines), encoding="utf-8")
    said = printed(path, *STATUS)
    assert f"'last_contact_date' lies after 'death_date' in row {first + 1}" in said
    assert f"'vital_status' and 'death_date' say different things in row {other + 1}" in said


def test_dates_that_can_be_read_both_ways_are_not_guessed(tmp_path: Path):
    path = new(tmp_path, "csv")
    rows = [
        [row[0], row[1], "01/02/2019", f"{1 + k % 12:02d}/{1 + k % 11:02d}/2021"]
        for k, row in enumerate(people())
    ]
    rows = [[*row, "Dead" if k % 2 else "Alive"] for k, row in enumerate(rows)]
    path.write_text(
        text(rows, header=("patient", "arm", "randomised", "last_seen", "status")), encoding="utf-8"
    )
    said = refused(path, *ROLES)
    assert "Which column holds the time?" in said or "day first or month first" in said


def test_days_to_death_beside_days_to_the_last_visit(tmp_path: Path):
    path = new(tmp_path, "csv")
    rows = [
        [row[0], row[1], "Dead", row[2], "--"] if row[3] == "1" else [row[0], row[1], "Alive", "--", row[2]]
        for row in people()
    ]
    header = ("patient", "arm", "vital_status", "days_to_death", "days_to_last_followup")
    path.write_text(text(rows, header=header), encoding="utf-8")
    same_trial(told(path, *STATUS))


def test_durations_are_days(tmp_path: Path):
    path = new(tmp_path, "parquet")
    table = pd.DataFrame(typed(), columns=list(COLUMNS))
    table["time"] = [timedelta(days=days) for days in table.pop("days")]
    table.to_parquet(path)
    options = ("--time", "time", "--event", "death", *ROLES, "--threshold", "none")
    same_trial(told(path, *options))
    said = printed(path, *options)
    assert "days from randomisation" in said
    assert "'time' holds durations, which were read in days" in said


CODED = {"arm": {1: "Placebo", 2: "Drug"}, "death": {0: "Alive", 1: "Dead"}, "nfl": {-9: "not measured"}}
LABELLED = ("--time", "days", "--event", "death", "--event-value", "Dead", *ROLES)


def coded() -> pd.DataFrame:
    """The trial as SPSS and Stata hold it: codes with labels, ten measurements missing by a code."""
    table = pd.DataFrame(typed(), columns=list(COLUMNS))
    table["arm"] = [1 if arm == "Placebo" else 2 for arm in table["arm"]]
    table.loc[::12, "nfl"] = -9
    return table


@pytest.mark.parametrize("kind", ["sav", "zsav", "dta"])
def test_value_labels_of_spss_and_stata(kind: str, tmp_path: Path):
    path = new(tmp_path, kind)
    labels = {"nfl": "Neurofilament light (pg/mL)", "days": "Survival (days)"}
    if kind == "dta":
        values = {key: value for key, value in CODED.items() if key != "nfl"}
        table = coded()
        table["nfl"] = table["nfl"].where(table["nfl"] > 0)
        STATS.write_dta(table, str(path), variable_value_labels=values, column_labels=labels)
    else:
        STATS.write_sav(
            coded(), str(path), variable_value_labels=CODED, column_labels=labels, compress=kind == "zsav"
        )
    answer = told(path, *LABELLED, "--biomarker", "nfl", "--threshold", "8000")
    same_trial(answer)
    assert [arm["arm"] for arm in answer["groups"][0]["arms"]] == ["Placebo", "Drug"]
    assert sum(group["n"] for group in answer["groups"][1:]) == 110


def dataset_json(path: Path, name: str, columns: dict[str, str], rows: list[list[Any]]) -> Path:
    """Write a CDISC Dataset-JSON file."""
    about = {
        "datasetJSONCreationDateTime": "2025-01-01T00:00:00",
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": f"IG.{name}",
        "records": len(rows),
        "name": name,
        "label": name,
        "columns": [
            {"itemOID": f"IT.{name}.{key}", "name": key, "label": key.title(), "dataType": kind}
            for key, kind in columns.items()
        ],
    }
    if path.suffix == ".ndjson":
        content = "\n".join(json.dumps(line) for line in [about, *rows])
    else:
        content = json.dumps({**about, "rows": rows}, indent=1)
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_dataset_json(suffix: str, tmp_path: Path):
    adsl = dataset_json(
        tmp_path / f"adsl.{suffix}",
        "ADSL",
        {"USUBJID": "string", "TRT01P": "string", "NFL": "float", "AGE": "integer"},
        [[row[0], row[1], row[4], row[5]] for row in typed()],
    )
    adtte = dataset_json(
        tmp_path / f"adtte.{suffix}",
        "ADTTE",
        {"USUBJID": "string", "PARAMCD": "string", "AVAL": "float", "AVALU": "string", "CNSR": "integer"},
        [[row[0], "OS", row[2], "DAYS", 1 - row[3]] for row in typed()],
    )
    same_groups(told(adsl, adtte, *ROLES, "--biomarker", "NFL", "--threshold", "8000"))


@pytest.mark.parametrize(
    "content",
    [
        '{"a": 1}',
        '{"datasetJSONVersion": "1.1.0", "columns": [{"name": "a"}], "rows": [[[]]]}',
        '{"datasetJSONVersion": "1.0.0", "clinicalData": {}}',
        '{"datasetJSONVersion": "1.1.0", "columns": 3}',
        '{"datasetJSONVersion": "1.1.0", "columns": [' + "[" * 5_000,
    ],
)
def test_other_json_is_a_sentence(content: str, tmp_path: Path):
    path = new(tmp_path, "json")
    path.write_text(content, encoding="utf-8")
    assert f"'{path.name}'" in refused(path)


def test_a_file_of_r_says_how_to_write_one_that_can_be_read(tmp_path: Path):
    path = tmp_path / "trial.rds"
    path.write_bytes(b"\x1f\x8b\x08\x00" + b"\0" * 40)
    assert 'write.csv(readRDS("trial.rds"), "trial.csv", row.names = FALSE)' in refused(path)


def coded_status(path: Path, dead: str, alive: Callable[[int], str]) -> Path:
    """Write the trial with a status in place of 0 and 1."""
    rows = [[*row[:3], dead if row[3] == "1" else alive(k), *row[4:]] for k, row in enumerate(people())]
    header = ("patient", "arm", "days", "status", "nfl", "age")
    path.write_text(text(rows, header=header), encoding="utf-8")
    return path


CHOSEN = ("--time", "days", "--event", "status", *ROLES, "--threshold", "none")


@pytest.mark.parametrize(
    ("dead", "alive"),
    [
        ("Dead", lambda k: "Lost to follow-up" if k % 3 else "Alive"),
        ("D", lambda k: "A"),
        ("O", lambda k: "N"),
        ("Y", lambda k: ""),
    ],
)  # fmt: skip
def test_a_status_in_other_words(dead: str, alive: Callable[[int], str], tmp_path: Path):
    same_trial(told(coded_status(new(tmp_path, "csv"), dead, alive), *CHOSEN, "--event-value", dead))


def test_what_counts_as_censored_is_said(tmp_path: Path):
    path = coded_status(new(tmp_path, "csv"), "Dead", lambda k: "Lost to follow-up" if k % 3 else "Alive")
    said = printed(path, *CHOSEN, "--event-value", "Dead")
    lost = sum(row[3] == "0" and k % 3 > 0 for k, row in enumerate(people()))
    assert f"Of 'status', Alive ({44 - lost}) and Lost to follow-up ({lost}) count as censored" in said
    path = coded_status(new(tmp_path, "csv"), "Y", lambda k: "")
    assert "'status' is empty in 44 rows, which counts as no event" in printed(
        path, *CHOSEN, "--event-value", "Y"
    )


def test_another_event_is_not_censored_in_silence(tmp_path: Path):
    path = coded_status(new(tmp_path, "csv"), "Dead", lambda k: "Transplant" if k % 3 else "Alive")
    assert "competing" in refused(path, *CHOSEN, "--event-value", "Dead")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    """Return a dashboard that keeps uploads in a folder of its own."""
    return create_app(Settings(uploads=tmp_path_factory.mktemp("uploads") / "kept"))


def sent(app: Dash, *paths: Path, about: str = "") -> tuple[Reader, dict[str, Any]]:
    """Send files as a browser does, and return the reader with what the Data page says of them."""
    reader = Reader(app)
    return reader, again(reader, *paths, about=about)


def again(reader: Reader, *paths: Path, about: str = "") -> dict[str, Any]:
    files = [(io.BytesIO(path.read_bytes()), path.name) for path in paths]
    answer = reader.client.post(f"/uploads{about}", data={"file": files}, headers={"X-MiroDash": "upload"})
    draft = answer.get_json()["trial"]
    return reader.ask(ids.ANSWERED, {"at": 1, "draft": draft, "opens": True})[ids.ANSWERED]


def flow(words: dict[str, Any]) -> dict[str, str]:
    return {fact["label"]: fact["value"] for fact in words["flow"]}


@pytest.mark.parametrize(
    "kind", ["lines above", "thousands", "units in the cells", "a row of units", "row names of R"]
)
def test_the_page_understands_what_the_command_line_does(kind: str, app: Dash, tmp_path: Path):
    ending, content, said = TEXTS[kind]
    path = new(tmp_path, ending)
    path.write_text(content, encoding="utf-8")
    _, words = sent(app, path)
    assert words["usable"], words["problems"]
    assert any(said in notice for notice in words["notices"])
    assert {"nfl", "age"} <= words["form"]["biomarkers"].keys()
    assert flow(words)["Events"] == "76"


def test_the_page_takes_dates_value_labels_and_dataset_json(app: Dash, tmp_path: Path):
    spss = new(tmp_path, "sav")
    STATS.write_sav(coded(), str(spss), variable_value_labels=CODED)
    for path, event in ((dates(new(tmp_path, "csv")), "Dead"), (spss, "Dead")):
        _, words = sent(app, path)
        assert words["usable"], words["problems"]
        assert words["form"]["event_value"] == event
        assert (words["form"]["control"], words["form"]["treated"]) == ("Placebo", "Drug")
        assert flow(words)["Events"] == "76"


def test_another_sheet_can_be_chosen_on_the_page(app: Dash, tmp_path: Path):
    sheets = {"Read me": LIST, "All": [HEADER, *typed()], "Interim": [HEADER, *typed()[:60]]}
    path = workbook(new(tmp_path, "xlsx"), sheets)
    reader, words = sent(app, path)
    assert (words["sheets"], words["sheet"]) == (["Read me", "All", "Interim"], "All")
    assert words["size"].startswith("120")
    interim = again(reader, path, about=f"?sheet=Interim&instead={words['draft']}")
    assert interim["sheet"] == "Interim"
    assert interim["size"].startswith("60")
    assert "gone" in reader.ask(ids.ANSWERED, {"at": 2, "draft": words["draft"], "opens": True})[ids.ANSWERED]


@pytest.mark.parametrize(
    ("dead", "alive"),
    [
        ("Dead", lambda k: "Lost to follow-up" if k % 3 else "Alive"),
        ("D", lambda k: "A"),
        ("O", lambda k: "N"),
    ],
)  # fmt: skip
def test_the_page_proposes_what_the_event_is(
    dead: str, alive: Callable[[int], str], app: Dash, tmp_path: Path
):
    _, words = sent(app, coded_status(new(tmp_path, "csv"), dead, alive))
    assert words["form"]["event_value"] == dead
    assert flow(words)["Events"] == "76"


def test_a_flag_of_death_that_is_empty_elsewhere(app: Dash, tmp_path: Path):
    path = coded_status(new(tmp_path, "csv"), "Y", lambda k: "")
    path.write_text(path.read_text(encoding="utf-8").replace("status", "died"), encoding="utf-8")
    _, words = sent(app, path)
    assert words["form"]["event_value"] == "Y"
    assert flow(words)["Events"] == "76"


@pytest.mark.parametrize("name", ["drug", "bras.f"])
def test_arms_are_found_under_other_names(name: str, app: Dash, tmp_path: Path):
    path = new(tmp_path, "csv")
    path.write_text(text(people(), header=("patient", name, *COLUMNS[2:])), encoding="utf-8")
    _, words = sent(app, path)
    assert [words["form"][part] for part in ("arm", "control", "treated")] == [name, "Placebo", "Drug"]


def test_drugs_are_arms_although_none_is_called_like_a_control(app: Dash, tmp_path: Path):
    path = new(tmp_path, "csv")
    rows = [[row[0], {"Drug": "ddI", "Placebo": "ddC"}[row[1]], *row[2:]] for row in people()]
    path.write_text(text(rows, header=("patient", "drug", *COLUMNS[2:])), encoding="utf-8")
    _, words = sent(app, path)
    assert (words["form"]["arm"], words["form"]["control"]) == ("drug", "")
    assert "Which one is the control?" in words["problems"][0]["said"]


def test_one_screen_failure_does_not_hide_the_arms(app: Dash, tmp_path: Path):
    path = new(tmp_path, "csv")
    rows = [["P000", "Screen Failure", "12", "0", "9", "50"], *people()]
    path.write_text(text(rows), encoding="utf-8")
    _, words = sent(app, path)
    assert [words["form"][part] for part in ("arm", "control", "treated")] == ["arm", "Placebo", "Drug"]
    assert words["usable"], words["problems"]
    same_trial(told(path, *PLAIN[:-4], "--control", "Placebo", "--threshold", "none"))
