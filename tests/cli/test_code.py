"""The command line prints a script that runs as it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mirodash import cli
from mirodash.trial.store import sample_folder
from tests.profiles import for_each


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["code", *arguments], prog_name="mirodash")


def test_what_is_printed_runs_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    made = run("mirocals", "--threshold", "3700", "--language", "python")
    assert (made.exit_code, made.stderr) == (0, "")
    script = tmp_path / "script.py"
    script.write_text(made.stdout, encoding="ascii")
    ran = subprocess.run([sys.executable, str(script)], capture_output=True, check=True, cwd=tmp_path)
    assert ran.stdout.startswith(b"group,quantity,value\nAll participants,n,220\n")


def test_a_file_is_looked_for_where_it_was_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "data").mkdir()
    for ending in ("csv", "toml"):
        content = (sample_folder() / f"gbsg2.{ending}").read_bytes()
        (tmp_path / "data" / f"mine.{ending}").write_bytes(content)
    monkeypatch.chdir(tmp_path)
    made = run("data/mine.csv", "--language", "r", "--keep", "menostat=Post")
    assert 'files <- c("data/mine.csv")' in made.stdout
    assert 'list(name = "menostat", levels = c("Post"))' in made.stdout
    assert str(tmp_path) not in made.stdout


def test_two_files_are_named_in_the_order_in_which_they_are_read(tmp_path: Path):
    adsl, adtte = tmp_path / "adsl.csv", tmp_path / "adtte.csv"
    people = [f"P{k}" for k in range(8)]
    adsl.write_text("USUBJID,TRT01P\n" + "".join(f"{p},{'AB'[k % 2]}\n" for k, p in enumerate(people)))
    adtte.write_text("USUBJID,AVAL,CNSR\n" + "".join(f"{p},{k + 1},{k // 5}\n" for k, p in enumerate(people)))
    for order in ((adsl, adtte), (adtte, adsl)):
        made = run(*map(str, order), "--control", "A", "--unit", "days", "--language", "python")
        assert made.exit_code == 0
        assert made.stdout.index(adsl.name) < made.stdout.index(adtte.name)


@for_each(
    ("arguments", "sentence"),
    [
        (("mirocals",), "Missing option '--language'"),
        (("--language", "r"), "Missing argument 'DATA...'"),
        (("mirocals", "--language", "sas"), "'sas' is not one of 'r', 'python'"),
        (("mirocals", "--language", "r", "--sites", "Mars"), "Mars"),
        (("nothere.csv", "--language", "r"), "There is no file 'nothere.csv'."),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(arguments: tuple[str, ...], sentence: str):
    made = run(*arguments)
    assert made.exit_code == 2
    assert sentence in made.stderr
    assert made.stdout == ""
