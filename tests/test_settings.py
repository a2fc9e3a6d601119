"""What the environment can set, what it cannot, and that the server really opens what it names."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask import Flask

from mirodash.errors import UnusableQuestionError
from mirodash.factory import create_app
from mirodash.settings import Settings, assets_folder
from mirodash.trial.samples import sample_folder
from tests.dashboard.renderer import CALLBACKS, Reader

ROOT = Path(__file__).parents[1]


def test_nothing_set_is_the_default():
    assert Settings.from_env({}) == Settings()
    assert Settings().data == ()
    assert Settings().largest_request == 1_000_000


def test_files_are_listed_as_in_path():
    text = os.pathsep.join(["/data/one trial.csv", "", "two.xlsx"])
    assert Settings.from_env({"MIRODASH_DATA": text}).data == (Path("/data/one trial.csv"), Path("two.xlsx"))


def test_the_largest_request():
    assert Settings.from_env({"MIRODASH_LARGEST_REQUEST": "5000"}).largest_request == 5_000


@pytest.mark.parametrize(
    "text", ["", "a lot", "-1", "999", "0", "1e6", "10 MB", "١٠٠٠٠", "²²²²", "9" * 5_000]
)
def test_a_value_that_is_not_a_number_of_bytes_is_refused_in_a_sentence(text: str):
    with pytest.raises(UnusableQuestionError, match="MIRODASH_LARGEST_REQUEST") as refused:
        Settings.from_env({"MIRODASH_LARGEST_REQUEST": text})
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 300


def test_settings_do_not_change():
    with pytest.raises(AttributeError):
        Settings().largest_request = 5  # type: ignore[misc]


def test_style_sheets_and_scripts_are_there():
    assert (assets_folder() / "tokens.css").is_file()
    assert list(assets_folder().glob("*.js"))


@pytest.fixture
def trial_file(tmp_path: Path) -> Path:
    """A trial of one's own, with its dictionary beside it."""
    for ending in (".csv", ".toml"):
        shutil.copy(sample_folder() / f"gbsg2{ending}", tmp_path / f"own{ending}")
    return tmp_path / "own.csv"


def test_app_py_offers_a_server_that_opens_the_files_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, trial_file: Path
):
    monkeypatch.setenv("MIRODASH_DATA", str(trial_file))
    names = runpy.run_path(str(ROOT / "app.py"))
    assert isinstance(names["app"], Dash)
    assert isinstance(names["server"], Flask)
    opened = Reader(names["app"]).open()
    assert (opened["header-trial"], opened["header-badge"]) == ("own", "")


def test_app_py_says_what_is_wrong_with_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MIRODASH_LARGEST_REQUEST", "many")
    with pytest.raises(UnusableQuestionError, match="many"):
        runpy.run_path(str(ROOT / "app.py"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _ask(port: int, path: str, body: dict[str, Any] | None = None) -> tuple[int, str | None, str]:
    """Return status, caching and text of one reply, over a connection of its own."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        if body is None:
            connection.request("GET", path)
        else:
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        reply = connection.getresponse()
        return reply.status, reply.headers["Cache-Control"], reply.read().decode()


def _wait_until_well(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers; fail when it has ended."""
    while True:
        assert process.poll() is None, "the server ended"
        with suppress(ConnectionError):
            assert _ask(port, "/health")[0] == 200
            return
        time.sleep(0.05)


@pytest.fixture
def gunicorn(trial_file: Path) -> Iterator[int]:
    """Two workers of the production server on a free port, stopped afterwards."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "app:server", "-w", "2", "-b", f"127.0.0.1:{port}"]
    with subprocess.Popen(
        [*command, "--no-control-socket"] if _has_control_socket() else command,
        cwd=ROOT,
        env={**os.environ, "MIRODASH_DATA": str(trial_file)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _wait_until_well(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def _has_control_socket() -> bool:
    """Newer servers open a socket for their own command line, in a folder that tests leave alone."""
    told = subprocess.run([sys.executable, "-m", "gunicorn", "--help"], capture_output=True, check=True)
    return b"--no-control-socket" in told.stdout


def test_gunicorn_answers_with_two_workers(gunicorn: int):
    twin = Reader(create_app(Settings()))
    for query, words in (
        ("", "All participants: 299 "),
        ("trial=mirocals", "All participants: 90 deaths of 220"),
    ):
        for _ in range(6):
            status, cached, text = _ask(gunicorn, CALLBACKS, twin.body("tables-of-explore", query))
            assert (status, cached) == (200, "no-store")
            assert words in text
    assert _ask(gunicorn, "/")[0] == 200
    assert _ask(gunicorn, "/console")[0] == 404
    assert _ask(gunicorn, CALLBACKS, {"output": "nothing"})[0] == 400
