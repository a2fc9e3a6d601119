"""A folder of trials: each file with its dictionary, ADaM pairs together, and a sentence for what is none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mirodash.errors import UnusableDataError
from mirodash.trial.build import read_trial
from mirodash.trial.store import list_trials, sample, sample_folder
from tests.profiles import for_each


def _copied(folder: Path, *names: str) -> Path:
    for name in names:
        for suffix in (".csv", ".toml"):
            shutil.copy(sample_folder() / f"{name}{suffix}", folder)
    return folder


def test_every_file_is_the_trial_that_its_dictionary_makes_of_it(tmp_path: Path):
    found = list_trials(_copied(tmp_path, "mirocals", "gbsg2"))
    assert [trial.id for trial in found.trials] == ["gbsg2", "mirocals"]
    assert [t.fingerprint for t in found.trials] == [sample(t.id).fingerprint for t in found.trials]
    assert found.problems == ()


def test_what_is_no_trial_is_told_by_name_and_left_out(tmp_path: Path):
    _copied(tmp_path, "gbsg2")
    (tmp_path / "broken.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "notes.md").write_text("not data", encoding="utf-8")
    (tmp_path / "~$open.xlsx").write_bytes(b"who has it open")
    (tmp_path / ".hidden.csv").write_text("a,b\n", encoding="utf-8")
    (tmp_path / "deeper").mkdir()
    _copied(tmp_path / "deeper", "mirocals")
    found = list_trials(tmp_path)
    assert [trial.id for trial in found.trials] == ["gbsg2"]
    assert found.problems
    assert all(problem.startswith("'broken.csv' is left out: ") for problem in found.problems)


@for_each(
    ("people", "endpoints"),
    [("adsl.csv", "adtte.csv"), ("ADSL.csv", "ADTTE.csv"), ("a-adsl-1.csv", "a-adtte-1.csv")],
)
def test_two_files_of_one_study_are_one_trial(tmp_path: Path, people: str, endpoints: str):
    first, second = tmp_path / people, tmp_path / endpoints
    first.write_text("USUBJID,TRT01P,AGE\n1,A,50\n2,B,60\n3,A,55\n4,B,61\n", encoding="utf-8")
    second.write_text(
        "USUBJID,TRT01P,PARAMCD,AVAL,AVALU,CNSR\n1,A,OS,10,DAYS,0\n2,B,OS,20,DAYS,0\n3,A,OS,30,DAYS,1\n"
        "4,B,OS,5,DAYS,0\n",
        encoding="utf-8",
    )
    # which arm is the control is said beside one of them
    first.with_suffix(".toml").write_text('[arms]\ncontrol = "B"\ntreated = "A"\n', encoding="utf-8")
    (found,) = list_trials(tmp_path).trials
    assert found.fingerprint == read_trial([second, first]).fingerprint
    assert found.participants == 4


@for_each("content", [{}, {"broken.csv": "a,b\n1,2\n"}, {"notes.md": "x"}])
def test_a_folder_without_a_trial_is_refused(tmp_path: Path, content: dict[str, str]):
    for name, text in content.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UnusableDataError, match="holds no trial") as refused:
        list_trials(tmp_path)
    assert any("broken.csv" in problem for problem in refused.value.problems) == ("broken.csv" in content)


def test_a_folder_that_is_none_is_refused(tmp_path: Path):
    (tmp_path / "file").touch()
    for path in (tmp_path / "nowhere", tmp_path / "file"):
        with pytest.raises(UnusableDataError, match="cannot be looked into"):
            list_trials(path)
