"""A mapping made on the Data page gives the same trial on the command line, by its dictionary."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mirodash.trial.build import check, read_trial
from mirodash.trial.dictionary import Draft, FactorDraft
from mirodash.trial.dictionary_toml import write_dictionary
from mirodash.trial.infer.infer_dictionary import infer_dictionary
from mirodash.trial.readers.files import read_table


def same_fingerprint(paths: Sequence[Path], draft: Draft) -> None:
    """The trial of the mapping is that of the files with the saved dictionary beside them."""
    checked = check([read_table(path) for path in paths], draft)
    assert checked.trial is not None, checked.problems
    paths[0].with_suffix(".toml").write_text(write_dictionary(draft), encoding="utf-8")
    read = read_trial(paths)
    assert read.fingerprint == checked.trial.fingerprint
    assert (read.dictionary, read.notices) == (checked.trial.dictionary, checked.trial.notices)


def test_a_french_file_with_impossible_cells(tmp_path: Path):
    path = tmp_path / "essai.csv"
    body = [
        [
            f"P{k}",
            f"{5 + k * 37 % 401}",
            str(1 + int(k % 3 == 0)),
            ("témoin", "IL-2")[k % 2],
            f"{k * 7 % 61},5",
        ]
        for k in range(60)
    ]
    body[7][1], body[8][4], body[9][0] = "-4", "illisible", "P3"
    with path.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows([["patient", "jours", "décès", "bras", "NfL"], *body])
    draft = infer_dictionary([read_table(path)]).draft
    endpoint = replace(draft.endpoints[0], event_value="2", unit="days", horizon=300.0, label="Décès")
    edited = replace(
        draft,
        title="Essai",
        roles=replace(draft.roles, control="témoin", treated="IL-2"),
        endpoints=(endpoint,),
        biomarkers=tuple(replace(marker, unit="pg/mL") for marker in draft.biomarkers),
        leave_out=("jours", "NfL", "patient"),
    )
    checked = check([read_table(path)], edited)
    assert [gone.column for gone in checked.left_out] == ["patient", "jours", "NfL"]
    same_fingerprint([path], edited)


def test_an_adam_pair_with_several_endpoints(tmp_path: Path):
    adsl = ["USUBJID,TRT01P,AGE,SEX"]
    adsl += [f"U{k},{('Placebo', 'Drug')[k % 2]},{40 + k % 31},{'FM'[k % 5 > 1]}" for k in range(50)]
    adtte = ["USUBJID,PARAMCD,PARAM,AVAL,CNSR"]
    adtte += [
        f"U{k},{code},{code} (days),{k * 13 % 97 + 1},{int(k % 3 > 0)}"
        for k in range(50)
        for code in ("OS", "PFS")
    ]
    paths = [tmp_path / "adsl.csv", tmp_path / "adtte.csv"]
    for path, lines in zip(paths, (adsl, adtte), strict=True):
        path.write_text("\n".join(lines), encoding="utf-8")
    draft = infer_dictionary([read_table(path) for path in paths], "PFS").draft
    roles = replace(draft.roles, control="Placebo", treated="Drug", param="PFS")
    same_fingerprint(paths, replace(draft, roles=roles))


def test_what_is_found_in_a_file_that_nobody_described(tmp_path: Path):
    path = tmp_path / "trial.csv"
    rows = [f"{k},{5 + k * 3 % 47},{int(k % 3 == 0)},{'AB'[k % 2]},{k % 4},{k * 7 % 53}" for k in range(60)]
    path.write_text("\n".join(["id,days,event,arm,stage,marker", *rows]), encoding="utf-8")
    draft = infer_dictionary([read_table(path)]).draft
    stage = FactorDraft("stage", kind="category", levels=(("3", "late"), ("0", "early")))
    others = tuple(factor for factor in draft.factors if factor.column != "stage")
    same_fingerprint(
        [path], replace(draft, roles=replace(draft.roles, control="A"), factors=(stage, *others))
    )
