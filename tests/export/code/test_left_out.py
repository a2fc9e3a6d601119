"""A script leaves out the same cells and rows of the reader's file as the reader agreed to leave out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from mirodash.export.code import ScriptLanguage, code
from mirodash.stratification.selection import RangeFilter, Selection
from mirodash.trial.build import check
from mirodash.trial.dictionary import BiomarkerDraft, Draft, EndpointDraft, FactorDraft, Roles
from mirodash.trial.readers.files import read_table
from mirodash.trial.trial import Trial
from tests.export.code.same_numbers import LANGUAGES
from tests.export.code.same_numbers import check as same_numbers
from tests.profiles import for_each

DRAFT = Draft(
    roles=Roles(id="id", arm="arm", control="A", treated="B"),
    endpoints=(EndpointDraft("death", "days", "died", event_value="1", unit="days"),),
    biomarkers=(BiomarkerDraft("marker"),),
    factors=(FactorDraft("age", kind="numeric"),),
    leave_out=("id", "days", "died", "marker", "age"),
)
VIEW = Selection(thresholds=(60.0,), filters=(RangeFilter("age", 30.0, 80.0),), horizon=200.0)
ODD: dict[str, dict[int, str]] = {
    "id": {4: "P3", 9: "", 11: "P3"},
    "days": {5: "-3", 6: "Inf", 7: "soon", 8: "99999999", 12: "<30", 13: "1e999", 14: "0x1F", 15: "nan"},
    "died": {16: "lost", 17: "-9", 18: "inf", 19: "", 22: "lost"},
    "marker": {20: "n.d.", 21: "1e999", 23: "-inf", 24: "12,5", 25: "<<4"},
    "age": {26: "old", 27: "Infinity"},
}


def lines(odd: dict[str, dict[int, str]], *, limit: str = "77") -> list[str]:
    """Eighty participants, of whom some cells are what they cannot be."""
    names = ("id", "arm", "days", "died", "marker", "age")
    table = [",".join(names)]
    for k in range(80):
        row = [f"P{k}", "AB"[k * 7 // 3 % 2], str(5 + 37 * k % 401), str(int(k % 3 == 0)), str(k * 13 % 97)]
        row = dict(zip(names, [*row, str(30 + k * 7 % 50)], strict=True))
        row["marker"] = limit if k == 40 else row["marker"]
        for name, cells in odd.items():
            row[name] = cells.get(k, row[name]).replace(",", ".,")
        table.append(",".join(f'"{cell}"' for cell in row.values()))
    return table


def trial_in(path: Path, draft: Draft = DRAFT) -> Trial:
    checked = check([read_table(path)], draft)
    assert checked.trial is not None, checked.problems
    return checked.trial


@pytest.mark.parametrize("language", LANGUAGES)
@for_each("limit", ["77", "<LLOQ"])
def test_what_was_left_out_of_a_table_of_text(language: ScriptLanguage, limit: str, tmp_path: Path):
    path = tmp_path / "trial.csv"
    path.write_text("\n".join(lines(ODD, limit=limit)), encoding="utf-8")
    trial = trial_in(path)
    assert trial.participants == 77
    assert trial.outcomes["death"].usable.sum() == 77 - 8 - 5
    same_numbers(trial, VIEW, language, tmp_path, path)


@pytest.mark.parametrize("language", LANGUAGES)
@for_each("column", ["days", "marker"])
def test_one_column_at_a_time(language: ScriptLanguage, column: str, tmp_path: Path):
    path = tmp_path / "trial.csv"
    path.write_text("\n".join(lines({column: ODD[column]})), encoding="utf-8")
    same_numbers(trial_in(path, replace(DRAFT, leave_out=(column,))), VIEW, language, tmp_path, path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_added_to_a_script_where_nothing_was_left_out(language: ScriptLanguage, tmp_path: Path):
    path = tmp_path / "trial.csv"
    path.write_text("\n".join(lines({})), encoding="utf-8")
    agreed, silent = trial_in(path), trial_in(path, replace(DRAFT, leave_out=()))
    assert code(agreed, VIEW, language) == code(silent, VIEW, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_left_out_of_two_adam_files(language: ScriptLanguage, tmp_path: Path):
    adsl = [f"U{k},{('Placebo', 'Drug')[k * 7 // 3 % 2]},{k * 13 % 41}" for k in range(60)]
    adtte = [f"U{k},OS,{k % 23 + 1.5},{int(k % 3 == 0)}" for k in range(64)]
    adtte += [f"U{k},OS,{k + 2.5},0" for k in (3, 7)]
    paths = [tmp_path / "adsl.csv", tmp_path / "adtte.csv"]
    paths[0].write_text("\n".join(["USUBJID,TRT01P,MARKER", *adsl, adsl[5], ",Drug,3"]), encoding="utf-8")
    paths[1].write_text("\n".join(["USUBJID,PARAMCD,AVAL,CNSR", *adtte]), encoding="utf-8")
    draft = Draft(
        roles=Roles(control="Placebo", treated="Drug", param="OS"),
        endpoints=(EndpointDraft("os", "AVAL", "CNSR", unit="months"),),
        biomarkers=(BiomarkerDraft("MARKER"),),
        leave_out=("USUBJID",),
    )
    checked = check([read_table(path) for path in paths], draft)
    assert checked.trial is not None, checked.problems
    assert checked.trial.participants == 60
    view = Selection(thresholds=(20.0,), horizon=12.0)
    same_numbers(checked.trial, view, language, tmp_path, *paths)


@for_each("kind", ["xlsx", "parquet", "xpt"])
def test_what_was_left_out_of_a_file_with_types(kind: str, tmp_path: Path):
    numbers = {"days": {5: "-3", 8: "99999999"}, "id": {4: "P3"}}
    head, *body = [line.replace('"', "").split(",") for line in lines(numbers)]
    frame = pd.DataFrame(body, columns=head)
    for name in ("days", "died", "marker", "age"):
        frame[name] = pd.to_numeric(frame[name]).astype(float)
    path = tmp_path / f"trial.{kind}"
    if kind == "xpt":
        pyreadstat.write_xport(frame, str(path), file_format_version=5)
    elif kind == "xlsx":
        marker = frame.marker.astype(object).where(frame.index != 22, "n.d.")
        frame.assign(marker=marker).to_excel(path, index=False)
    else:
        frame.loc[22, "marker"] = np.inf
        frame.to_parquet(path)
    draft = replace(DRAFT, leave_out=("days", "marker", "id"))
    trial = trial_in(path, draft)
    assert trial.participants == 79
    assert trial.outcomes["death"].usable.sum() == 77
    same_numbers(trial, VIEW, "python", tmp_path, path)
