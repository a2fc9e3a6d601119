"""The scripts print the numbers of ``mirodash analyze --json``, made by other people's programs."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from mirodash.errors import UnusableQuestionError
from mirodash.export.code import LANGUAGES as BOTH
from mirodash.export.code import ScriptLanguage, code
from mirodash.stratification.selection import Selection
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from mirodash.trial.store import sample, sample_folder
from mirodash.trial.trial import Trial
from tests.export.code.same_numbers import (
    LANGUAGES,
    check,
    differences,
    is_left_to_the_night,
    printed,
    run,
    wanted,
    written,
)
from tests.profiles import for_each
from tests.reference_cases import FOLDER, load_json
from tests.small_trials import eight_people

MIROCALS = (
    "horizon=365&up_to_horizon=1",
    "",
    "threshold=750&threshold=3700",
    "site=UK-01&site=UK-02&site=UK-06&site=FR-04&keep.sex=F&keep.sex=M&range.age=40..70",
    "horizon=365.25&confidence=0.9&threshold=&keep.onset=limb",
    "biomarker=tregs&threshold=5.5&threshold=7.5&threshold=9&treated=Placebo&control=IL-2",
    "stratum=country&adjust=age&range.serum_nfl=..80",
    "adjust=age&adjust=csf_pnfh&adjust=sex&adjust=svc&landmark=200&landmark=600.5",
    "stratum=sex&stratum=onset&adjust=site&threshold=",
    "adjust=age&stratum=&threshold=2000&equal_above=1&landmark=",
    "threshold=1e-3",
)
CASES = {case["name"]: case for case in load_json("cases")}


@pytest.mark.parametrize("language", LANGUAGES)
@for_each("query", MIROCALS)
def test_the_synthetic_trial_in_many_views(query: str, language: ScriptLanguage, tmp_path: Path):
    if is_left_to_the_night(language, MIROCALS.index(query)):
        return
    path = sample_folder() / "mirocals.csv"
    check(sample("mirocals"), Selection.from_query(query), language, tmp_path, path)


@pytest.mark.parametrize("language", LANGUAGES)
@for_each("query", ["", "threshold=20&threshold=90&range.age=..60&keep.menostat=Post"])
def test_a_real_trial(query: str, language: ScriptLanguage, tmp_path: Path):
    path = sample_folder() / "gbsg2.csv"
    check(sample("gbsg2"), Selection.from_query(query), language, tmp_path, path)


def reference(name: str) -> tuple[Trial, Selection, Path]:
    case = CASES[name]
    parts = ("time", "event", "event_value", "arm", "control", "treated", "biomarker")
    trial = read_trial(
        [FOLDER / case["csv"]],
        Roles(**{part: None if case[part] is None else str(case[part]) for part in parts}, time_unit="days"),
    )
    threshold = () if case["threshold"] is None else (case["threshold"],)
    return trial, Selection(thresholds=threshold, horizon=case["horizon"]), FOLDER / case["csv"]


@pytest.mark.parametrize("language", LANGUAGES)
@for_each("name", CASES)
def test_every_reference_trial(name: str, language: ScriptLanguage, tmp_path: Path):
    if is_left_to_the_night(language, [*CASES].index(name)):
        return
    trial, selection, path = reference(name)
    check(trial, selection, language, tmp_path, path)


@for_each("order", [("adsl.xpt", "adtte.xpt"), ("adtte.xpt", "adsl.xpt")])
def test_two_adam_files(order: tuple[str, str], cdisc_pilot: Path, tmp_path: Path):
    paths = [cdisc_pilot / name for name in order]
    roles = Roles(control="Placebo", treated="Xanomeline High Dose", biomarker="BMIBL")
    trial = read_trial(paths, roles)
    check(trial, Selection(thresholds=(24.0,)), "python", tmp_path, *paths)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_path_the_file_beside_the_script_is_read(language: ScriptLanguage, tmp_path: Path):
    folder = tmp_path / "with a blank"
    folder.mkdir()
    shutil.copy(sample_folder() / "mirocals.csv", folder)
    script = written(sample("mirocals"), Selection(), language, folder)
    made = run(script, cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, b"")
    assert differences(printed(made.stdout), wanted(sample("mirocals"), Selection())) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_file_is_said_in_a_sentence(language: ScriptLanguage, tmp_path: Path):
    made = run(written(sample("mirocals"), Selection(), language, tmp_path), cwd=tmp_path)
    assert made.returncode == 1
    assert b"There is no file 'mirocals.csv'; say where it is:" in made.stderr
    assert b"Traceback" not in made.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_without_the_column_is_refused_in_a_sentence(language: ScriptLanguage, tmp_path: Path):
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    made = run(written(sample("mirocals"), Selection(), language, tmp_path), other)
    assert made.returncode == 1
    assert b"There is no column 'arm'" in made.stderr
    assert made.stdout == b""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plain_terminal_is_enough(language: ScriptLanguage, tmp_path: Path):
    script = written(sample("mirocals"), Selection(), language, tmp_path)
    plain = {"LC_ALL": "C", "PATH": "/usr/bin:/bin", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    made = run(script, sample_folder() / "mirocals.csv", env=plain)
    assert made.returncode == 0, made.stderr
    assert [row[:2] for row in printed(made.stdout)] == [
        row[:2] for row in wanted(sample("mirocals"), Selection())
    ]


@for_each("language", BOTH)
def test_a_script_says_what_it_is_and_how_far_to_trust_it(language: ScriptLanguage):
    trial, selection = sample("mirocals"), Selection.from_query("threshold=3000&stratum=country")
    text = code(trial, selection, language)
    for said in (
        '"MIROCALS-like trial (SYNTHETIC)"',
        "SYNTHETIC    No participant is real.",
        '"?threshold=3000&stratum=country"',
        trial.fingerprint,
        '"exploratory"',
        "MiroDash 0.",
        "people$stratum <- crossed(" if language == "r" else 'people["stratum"] = crossed(',
    ):
        assert said in text
    real = code(sample("gbsg2"), Selection(), language)
    assert "SYNTHETIC" not in real
    assert "stratified by" not in real


def test_a_declared_threshold_is_told_with_where_it_was_declared():
    query = "threshold=3700&prespecified=3700&prespecified-in=Protocol%202.1&prespecified-on=2019-05-01"
    text = code(sample("mirocals"), Selection.from_query(query), "python")
    assert "Protocol 2.1" in text


@for_each("language", BOTH)
@for_each("query", MIROCALS)
def test_scripts_fit_a_screen_in_width_and_a_reader_in_length(query: str, language: ScriptLanguage):
    lines = code(sample("mirocals"), Selection.from_query(query), language).splitlines()
    assert len(lines) < 520
    assert max(map(len, lines)) <= 110
    assert all(line == line.rstrip() for line in lines)


@for_each("query", MIROCALS)
def test_python_scripts_import_only_what_they_use(query: str):
    tree = ast.parse(code(sample("mirocals"), Selection.from_query(query), "python"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    imported = {alias.asname or alias.name for node in imports for alias in node.names}
    assert imported <= names


def test_a_trial_that_was_in_no_file_has_no_script():
    with pytest.raises(UnusableQuestionError, match="not read from a file"):
        code(eight_people(), Selection(), "python")
