"""What a link and the settings have to say about the trial that a command opens."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from mirodash import cli
from mirodash.cli.file_commands import NOTHING_ASKED
from mirodash.cli.trial_options import open_trial
from mirodash.trial.store import sample, sample_folder
from tests.profiles import for_each

OWN = "own-" + "a" * 22


def _run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli.main, arguments)
    return result.exit_code, result.stdout, result.stderr


def test_a_link_to_an_uploaded_trial_is_a_question_to_its_file():
    file = str(sample_folder() / "gbsg2.csv")
    linked = _run("analyze", file, "--query", f"trial={OWN}&threshold=90", "--json")
    assert linked == _run("analyze", file, "--threshold", "90", "--json")
    assert json.loads(linked[1])["trial"]["fingerprint"] == sample("gbsg2").fingerprint


@for_each("data", [(), ("gbsg2",)])
def test_a_link_to_an_uploaded_trial_without_its_file_is_a_sentence(data: tuple[str, ...]):
    code, printed, said = _run("analyze", *data, "--query", f"trial={OWN}")
    assert (code, printed) == (2, "")
    assert "give its file as DATA" in said


@pytest.mark.parametrize("data", ["gbsg2", str(sample_folder() / "gbsg2.csv")])
def test_the_least_that_may_be_told_apart_is_that_of_the_settings(data: str, monkeypatch: pytest.MonkeyPatch):
    assert open_trial((data,), **NOTHING_ASKED)[0].min_cell == 0
    monkeypatch.setenv("MIRODASH_MIN_CELL", "10")
    assert open_trial((data,), **NOTHING_ASKED)[0].min_cell == 10
