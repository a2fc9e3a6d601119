"""``mirodash serve --data DIR``: everybody sees the trials in it, and whoever starts it what is none."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mirodash import cli, serving
from mirodash.trial.store import SAMPLES, sample_folder
from tests.dashboard.renderer import components
from tests.profiles import for_each

FILES = (".csv", ".toml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one trial, and a file that is none."""
    for suffix in FILES:
        shutil.copy(sample_folder() / f"gbsg2{suffix}", tmp_path / f"study{suffix}")
    (tmp_path / "broken.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, str]]:
    """Return what is served, with the query it opens on, instead of serving it."""
    found: list[tuple[Any, str]] = []

    def run(application: Any, _listener: object, _host: str, *, query: str, no_browser: bool) -> None:
        assert no_browser
        found.append((application, query))

    monkeypatch.setattr(serving, "run", run)
    return found


def _serve(*arguments: str, **environ: str) -> Result:
    asked = ["serve", *arguments, "--port", "0", "--no-browser"]
    return CliRunner(env=environ).invoke(cli.main, asked)


def _offered(server: Any) -> list[str]:
    layout = server.test_client().get("/_dash-layout").get_json()
    (menu,) = [p["props"] for p in components(layout) if p["props"].get("id") == "header-trial"]
    return [item["value"] for item in menu["data"]]


@pytest.mark.parametrize("by_setting", [False, True], ids=["option", "setting"])
def test_everybody_sees_the_folder_and_what_is_no_trial_is_told(
    folder: Path, served: list[tuple[Any, str]], *, by_setting: bool
):
    result = _serve(MIRODASH_DATA_FOLDER=str(folder)) if by_setting else _serve("--data", str(folder))
    assert result.exit_code == 0
    ((server, query),) = served
    assert _offered(server) == ["study", *SAMPLES]
    assert query == ""
    assert "'broken.csv' is left out: " in result.stderr
    assert "study" not in result.stderr


def test_the_data_that_are_named_come_before_the_folder(folder: Path, served: list[tuple[Any, str]]):
    other = folder / "named"
    other.mkdir()
    for suffix in FILES:
        shutil.copy(sample_folder() / f"mirocals-null{suffix}", other / f"first{suffix}")
    assert _serve(str(other / "first.csv"), "--data", str(folder)).exit_code == 0
    assert _offered(served[0][0]) == ["first", "study", *SAMPLES]


def test_a_question_without_data_is_about_the_built_in_trial_and_its_address_says_so(
    folder: Path, served: list[tuple[Any, str]]
):
    assert _serve("--data", str(folder), "--threshold", "750").exit_code == 0
    assert served[0][1] == "trial=mirocals&threshold=750"


@for_each("content", [None, "a,b\n1,2\n"])
def test_a_folder_without_a_trial_is_refused(
    tmp_path: Path, content: str | None, served: list[tuple[Any, str]]
):
    if content:
        (tmp_path / "broken.csv").write_text(content, encoding="utf-8")
    result = _serve("--data", str(tmp_path))
    assert (result.exit_code, result.stdout, served) == (2, "", [])
    assert "holds no trial" in result.stderr
    assert ("'broken.csv' is left out: " in result.stderr) == (content is not None)


def test_nothing_in_the_folder_is_written(folder: Path, served: list[tuple[Any, str]]):
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert _serve("--data", str(folder)).exit_code == 0
    reader = served[0][0].test_client()
    assert reader.get("/?trial=study").status_code == 200
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
