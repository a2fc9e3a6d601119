"""Scripts read a file as MiroDash does, however it is written."""

from __future__ import annotations

import codecs
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from mirodash.errors import UnusableQuestionError
from mirodash.export.code import ScriptLanguage, code
from mirodash.stratification.selection import LevelFilter, RangeFilter, Selection
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from mirodash.trial.trial import Trial
from tests.export.code.same_numbers import LANGUAGES, asked_of_r, check, is_left_to_the_night, written
from tests.profiles import for_each

PEOPLE = 60
COLUMNS = ("centre", "arm", "months", "status", "marker", "age")
ROLES = Roles(
    time="months", event="status", arm="arm", control="1", biomarker="marker", site="centre", event_value="1"
)
VIEW = Selection(
    thresholds=(30.5,),
    horizon=20.0,
    sites=("Île-de-France", "Süd"),
    filters=(RangeFilter("age", 20.0, None),),
)

Rows = list[list[str]]


def rows() -> Rows:
    """Sixty people at three sites, with ties, missing values and times with one decimal."""
    body = [
        [
            ("Île-de-France", "Süd", "Nord")[k % 3],
            str(1 + k // 3 % 2),
            f"{(k * 37 % 271) / 10:.1f}" if k % 17 else "NA",
            str(int(k % 4 != 1)) if k % 19 else "",
            f"{(k * 29 % 601) / 10:.1f}" if k % 13 else ".",
            f"{15 + k * 7 % 61}",
        ]
        for k in range(PEOPLE)
    ]
    return [list(COLUMNS), *body]


def text(table: Rows, delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\n" for row in table)


def changed(column: str, change: dict[int, str]) -> Rows:
    """The rows with other cells in one column, for the people named by number."""
    table = rows()
    for person, cell in change.items():
        table[person + 1][COLUMNS.index(column)] = cell
    return table


COMMAS = [[cell.replace(".", ",") if cell != "." else cell for cell in row] for row in rows()]
ONE_AND_TWO = {k: f"{1 + k // 3 % 2}.{'0' * (k % 3 + 1)}" for k in range(0, PEOPLE, 5)}
NAMED = {2: "<LLOQ", 4: "> ULOQ", 5: "blq", 7: "<= 15.5", 8: ">60", 9: "≥ 55.5"}
FILES: dict[str, bytes] = {
    "as usual": text(rows()).encode(),
    "with a mark of its encoding": codecs.BOM_UTF8 + text(rows()).encode(),
    "semicolons and decimal commas": text(COMMAS, ";").encode("cp1252"),
    "decimal commas beyond the assay": text(
        [*COMMAS[:3], [*COMMAS[3][:4], "<15,6", "40"], *COMMAS[4:]], ";"
    ).encode(),
    "tabs in UTF-16": codecs.BOM_UTF16_LE + text(rows(), "\t").encode("utf-16-le"),
    "latin-1": text([*rows(), ["\x81", "1", "3", "1", "4", "30"]]).encode("latin-1"),
    "lines of another machine": text(rows()).replace("\n", "\r\n").encode(),
    "blank lines above and below": f"\n,,,,,\n{text(rows())}\n,,,,,\n".encode(),
    "empty cells beyond the last column": text(rows())
    .encode()
    .replace(b"\n", b",,\n")
    .replace(b"age,,\n", b"age\n", 1),
    "one row with empty cells beyond": text([*rows()[:40], [*rows()[40], "", " "], *rows()[41:]]).encode(),
    "blanks around cells and names": text([[f" {cell} " for cell in row] for row in rows()]).encode(),
    "line breaks in names and cells": text(rows())
    .replace("months", '"mon\nths"')
    .replace("Süd", '"S\tü\u200e\n\nd"')
    .encode(),
    "quoted cells": text([[f'"{cell}"' for cell in row] for row in rows()]).encode(),
    "an extra column of remarks": text([[*row, '"He said ""no"", twice, 5 # % \\"'] for row in rows()])
    .replace('"He said', '"remarks', 1)
    .encode(),
    "arms with decimals": text(changed("arm", ONE_AND_TWO)).encode(),
    "events in words": text(changed("status", {3: "true", 4: "FALSE", 5: "1.0", 6: "n/a"})).encode(),
    "values beyond the assay": text(changed("marker", {3: "<15.6", 4: ">5000", 8: "≤ 20"})).encode(),
    "times a rounding apart": text(changed("months", {3: "3.3000000000000003", 4: "3.3"})).encode(),
    "times with many decimals": text(
        changed("months", {3: "3.123456789012", 4: "3.123456789013", 5: "3.12345678", 6: "3.12345679"})
    ).encode(),
    "numbers in other ways": text(changed("marker", {3: "1e1", 4: "+3.", 5: ".5", 7: "-2E-1"})).encode(),
}


def question(name: str) -> tuple[Roles, Selection]:
    """How a file is read and what is asked of it; where names hold line breaks they read otherwise."""
    if not name.startswith("line breaks"):
        return ROLES, VIEW
    sites = ("Île-de-France", "S ü d")
    return replace(ROLES, time="mon ths", time_unit="months"), Selection(
        thresholds=(30.5,), horizon=20.0, sites=sites
    )


@pytest.mark.parametrize("language", LANGUAGES)
@for_each("name", FILES)
def test_tables_of_text_are_read(name: str, language: ScriptLanguage, tmp_path: Path):
    if is_left_to_the_night(language, [*FILES].index(name)):
        return
    path = tmp_path / "trial.csv"
    path.write_bytes(FILES[name])
    roles, view = question(name)
    check(read_trial([path], roles), view, language, tmp_path, path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_limits_that_are_only_named_stand_where_the_dictionary_says(language: ScriptLanguage, tmp_path: Path):
    path = tmp_path / "trial.csv"
    path.write_text(text(changed("marker", NAMED)), encoding="utf-8")
    path.with_suffix(".toml").write_text(
        '[columns]\narm = "arm"\n[arms]\ncontrol = 1\n'
        '[endpoints.os]\ntime = "months"\nevent = "status"\nevent_value = 1\nunit = "months"\n'
        "[biomarkers.marker]\nlower_limit = 15.5\nupper_limit = 60\n[factors.age]\ncut = 50\n",
        encoding="utf-8",
    )
    view = Selection(thresholds=(15.5, 55.5), filters=(RangeFilter("marker", 1.0, 60.0),), horizon=12.0)
    check(read_trial([path], Roles()), view, language, tmp_path, path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_event_in_words_and_a_level_of_a_number(language: ScriptLanguage, tmp_path: Path):
    table = rows()
    for row in table[1:]:
        row[3] = {"1": "Décédé ß", "0": "vivant", "": ""}[row[3]]
    table[5][3] = "DÉCÉDÉ ß"
    path = tmp_path / "trial.csv"
    path.write_text(text(table), encoding="utf-8")
    roles = replace(ROLES, event_value="décédé ß", site=None)
    view = Selection(filters=(LevelFilter("centre", ("Nord",)),), thresholds=())
    check(read_trial([path], roles), view, language, tmp_path, path)


def with_types(kind: str, folder: Path) -> Path:
    """The sixty people in a file that knows numbers from text."""
    frame = pd.DataFrame(rows()[1:], columns=list(COLUMNS))
    for name in ("arm", "months", "marker", "age"):
        frame[name] = pd.to_numeric(frame[name], errors="coerce")
    frame["status"] = frame.status.map({"1": True, "0": False})
    path = folder / f"trial.{kind}"
    if kind == "xlsx":
        frame.to_excel(path, index=False, startrow=2)
    else:
        frame.to_parquet(path)
    return path


@for_each("kind", ["xlsx", "parquet"])
def test_files_with_types(kind: str, tmp_path: Path):
    path = with_types(kind, tmp_path)
    view = Selection(thresholds=(30.5,), horizon=20.0, sites=("Süd", "Nord"), confidence=0.8)
    check(read_trial([path], ROLES), view, "python", tmp_path, path)


@pytest.mark.r
@for_each(("kind", "package"), [("xlsx", "readxl"), ("parquet", "arrow")])
def test_r_names_the_package_that_a_file_needs(kind: str, package: str, tmp_path: Path):
    path = with_types(kind, tmp_path)
    script = written(read_trial([path], ROLES), VIEW, "r", tmp_path)
    text = script.read_text(encoding="ascii")
    script.write_text(f"requireNamespace <- function(...) FALSE\n{text}", encoding="ascii")
    output, said = asked_of_r(script, path)
    assert output == b""
    assert f'install.packages("{package}")' in said[-1]


ADTTE = "USUBJID,PARAMCD,AVAL,CNSR\n" + "".join(
    f"P-{k},{code},{k % 23 + 1.5},{int(k % 3 == 0) + 2 * int(k % 9 == 0)}\n"
    for k in range(55)
    for code in ("OS", "PFS")
)
ADSL = "USUBJID,TRT01P,SITEID,MARKER,CNSR\n" + "".join(
    f"P-{k},{('Placebo', 'Drug')[k * 7 // 3 % 2]},{('01', '02', '1')[k % 3]},{k * 13 % 41},9\n"
    for k in range(60)
)


@pytest.mark.parametrize("language", LANGUAGES)
@for_each("swapped", [False, True])
def test_two_adam_files(language: ScriptLanguage, swapped: bool, tmp_path: Path):
    paths = [tmp_path / "adsl.csv", tmp_path / "adtte.csv"]
    paths[0].write_text(ADSL.replace(",CNSR", "").replace(",9\n", "\n"), encoding="utf-8")
    paths[1].write_text(ADTTE, encoding="utf-8")
    given = paths[::-1] if swapped else paths
    roles = Roles(control="Placebo", biomarker="MARKER", param="OS", time_unit="months")
    view = Selection(thresholds=(20.0,), sites=("01", "02"), horizon=12.0)
    check(read_trial(given, roles), view, language, tmp_path, *given)


def one_adam_file(folder: Path) -> tuple[Trial, Path]:
    path = folder / "adtte.csv"
    arms = {f"P-{k}": ("Placebo", "Drug")[k * 7 // 3 % 2] for k in range(60)}
    header, *body = ADTTE.splitlines()
    lines = [f"{header},TRTP", *(f"{line},{arms[line.split(',')[0]]}" for line in body)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return read_trial([path], Roles(control="Placebo", param="PFS", time_unit="months")), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_adam_file(language: ScriptLanguage, tmp_path: Path):
    trial, path = one_adam_file(tmp_path)
    check(trial, Selection(horizon=12.0), language, tmp_path, path)


def test_an_adam_file_counts_those_who_are_not_censored(tmp_path: Path):
    trial, _ = one_adam_file(tmp_path)
    outcome = next(iter(trial.outcomes.values()))  # of the parameter that was named
    assert int(outcome.event.sum()) == sum(k % 3 > 0 for k in range(55))


def test_two_files_written_differently_have_no_script(tmp_path: Path):
    paths = [tmp_path / "adsl.csv", tmp_path / "adtte.csv"]
    paths[0].write_text(ADSL.replace(",CNSR", "").replace(",9\n", "\n").replace(",", ";"), encoding="utf-8")
    paths[1].write_text(ADTTE, encoding="utf-8")
    trial = read_trial(paths, Roles(control="Placebo", param="OS", time_unit="months"))
    with pytest.raises(UnusableQuestionError, match="written differently"):
        code(trial, Selection(), "python")


@pytest.mark.r
def test_r_stops_where_its_reader_would_take_quotation_marks_otherwise(tmp_path: Path):
    path = tmp_path / "trial.csv"
    path.write_text(text([*rows()[:20], ['5" tube', *rows()[20][1:]], *rows()[21:]]), encoding="utf-8")
    trial = read_trial([path], ROLES)
    output, said = asked_of_r(written(trial, VIEW, "r", tmp_path), path)
    assert output == b""
    assert "EOF within quoted string" in said[-1]
