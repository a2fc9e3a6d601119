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
from gunicorn.config import KNOWN_SETTINGS

from mirodash.errors import UnusableQuestionError
from mirodash.factory import create_app
from mirodash.settings import Settings, assets_folder
from mirodash.trial.store import sample_folder
from tests.dashboard.renderer import CALLBACKS, Reader
from tests.profiles import for_each

ROOT = Path(__file__).parents[1]


def test_nothing_set_is_the_default():
    assert Settings.from_env({}) == Settings()
    assert Settings().data == ()
    assert Settings().largest_request == 1_000_000


def test_files_are_listed_as_in_path():
    text = os.pathsep.join(["/data/one trial.csv", "", "two.xlsx"])
    assert Settings.from_env({"MIRODASH_DATA": text}).data == (Path("/data/one trial.csv"), Path("two.xlsx"))


LONG = "0123456789abcdef0123456789abcdef"
READ = {
    "MIRODASH_DATA_FOLDER": ("trials", Settings(data_folder=Path("trials"))),
    "MIRODASH_HOSTS": (" trial.example,, [2001:db8::5] ", Settings(hosts=("trial.example", "[2001:db8::5]"))),
    "MIRODASH_PUBLIC_URL": (
        " https://[2001:db8::5]:8443 ",
        Settings(public_url="https://[2001:db8::5]:8443"),
    ),
    "MIRODASH_LARGEST_REQUEST": ("5000", Settings(largest_request=5_000)),
    "MIRODASH_LARGEST_UPLOAD": ("1000", Settings(largest_upload=1_000)),
    "MIRODASH_UPLOAD_ROWS": ("1", Settings(upload_rows=1)),
    "MIRODASH_UPLOAD_COLUMNS": ("2", Settings(upload_columns=2)),
    "MIRODASH_UPLOAD_CELLS": ("2", Settings(upload_cells=2)),
    "MIRODASH_UPLOAD_CELL": ("1", Settings(upload_cell=1)),
    "MIRODASH_UPLOAD_INFLATED": ("1000", Settings(upload_inflated=1_000)),
    "MIRODASH_UPLOAD_RATIO": ("2", Settings(upload_ratio=2)),
    "MIRODASH_UPLOAD_SECONDS": ("1", Settings(upload_seconds=1)),
    "MIRODASH_UPLOAD_MEMORY": ("500000000", Settings(upload_memory=500_000_000)),
    "MIRODASH_REQUEST_SECONDS": ("1", Settings(request_seconds=1)),
    "MIRODASH_RESULT_CACHE": ("0", Settings(result_cache=False)),
    "MIRODASH_UPLOADS": ("/srv/mirodash uploads", Settings(uploads=Path("/srv/mirodash uploads"))),
    "MIRODASH_UPLOADS_KEPT_SECONDS": ("1", Settings(kept_seconds=1)),
    "MIRODASH_SECRET": (LONG, Settings(secret=LONG)),
    "MIRODASH_SECURE_COOKIE": ("1", Settings(secure_cookie=True)),
    "MIRODASH_MIN_CELL": ("10", Settings(min_cell=10)),
}


@for_each(("name", "told"), READ.items())
def test_a_variable_sets_one_thing(name: str, told: tuple[str, Settings]):
    text, expected = told
    assert Settings.from_env({name: text}) == expected != Settings()


@for_each("name", ["MIRODASH_DATA_FOLDER", "MIRODASH_UPLOADS", "MIRODASH_SECRET"])
def test_a_variable_that_is_empty_is_not_set(name: str):
    assert Settings.from_env({name: ""}) == Settings()


NUMBERS = {
    "MIRODASH_LARGEST_REQUEST": "999",
    "MIRODASH_LARGEST_UPLOAD": "999",
    "MIRODASH_UPLOAD_ROWS": "0",
    "MIRODASH_UPLOAD_MEMORY": "499999999",
    "MIRODASH_UPLOADS_KEPT_SECONDS": "0",
    "MIRODASH_MIN_CELL": "-1",
}


@for_each("name", NUMBERS)
@for_each("text", ["", "a lot", "-1", "1e6", "10 MB", "٣٠٠٠", "²²²²", "9" * 5_000, "nan", "1\n"])
def test_a_value_that_is_no_number_is_refused_in_a_sentence(name: str, text: str):
    with pytest.raises(UnusableQuestionError, match=name) as refused:
        Settings.from_env({name: text})
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 300


@for_each(("name", "text"), NUMBERS.items())
def test_a_number_that_is_too_small_is_refused(name: str, text: str):
    with pytest.raises(UnusableQuestionError, match=f"{name} is '{text}'"):
        Settings.from_env({name: text})


@for_each(
    "text", ["https://trial.example", "trial.example:443", "*", ".example", "2001:db8::5", "a b", "é.example"]
)
def test_what_is_no_host_name_is_refused_in_a_sentence(text: str):
    with pytest.raises(UnusableQuestionError, match="MIRODASH_HOSTS holds") as refused:
        Settings.from_env({"MIRODASH_HOSTS": f"good.example,{text}"})
    assert len(refused.value.problems) == 1
    assert "good.example" not in str(refused.value)


@for_each(
    ("text", "on"), [("1", True), ("true", True), ("True", True), ("0", False), ("false", False), ("", False)]
)
def test_a_switch_is_on_or_off(text: str, on: bool):
    assert Settings.from_env({"MIRODASH_SECURE_COOKIE": text}).secure_cookie is on


@for_each("text", ["yes", "2", "on", " 1", "x" * 5_000])
def test_a_switch_that_is_neither_is_refused_and_not_guessed(text: str):
    with pytest.raises(UnusableQuestionError, match="MIRODASH_SECURE_COOKIE") as refused:
        Settings.from_env({"MIRODASH_SECURE_COOKIE": text})
    assert len(str(refused.value)) < 300


@for_each("url", ["redis://localhost:6379/0", "rediss://u:p@host", "unix:///run/redis.sock?db=1"])
def test_redis_is_shared_under_a_secret_that_is_shared(url: str):
    settings = Settings.from_env({"MIRODASH_REDIS_URL": url, "MIRODASH_SECRET": LONG})
    assert (settings.redis_url, settings.secret) == (url, LONG)
    with pytest.raises(UnusableQuestionError, match="needs MIRODASH_SECRET as well"):
        Settings.from_env({"MIRODASH_REDIS_URL": url})


@for_each("url", ["localhost:6379", "http://localhost", "file:///etc/passwd", "REDIS"])
def test_redis_is_not_looked_for_elsewhere(url: str):
    with pytest.raises(UnusableQuestionError, match="must begin with redis://"):
        Settings.from_env({"MIRODASH_REDIS_URL": url, "MIRODASH_SECRET": LONG})


def test_a_secret_that_can_be_guessed_is_refused_and_not_repeated():
    with pytest.raises(UnusableQuestionError, match="MIRODASH_SECRET can be guessed") as refused:
        Settings.from_env({"MIRODASH_SECRET": LONG[:31]})
    assert LONG[:31] not in str(refused.value)


@for_each(
    "text", ["mirodash.example", "ftp://mirodash.example", "https://mirodash.example/path", "https://a b"]
)
def test_a_public_address_is_one_that_a_phone_opens(text: str):
    with pytest.raises(UnusableQuestionError, match="MIRODASH_PUBLIC_URL is"):
        Settings.from_env({"MIRODASH_PUBLIC_URL": text})


def test_what_is_printed_of_the_settings_holds_no_secret():
    settings = Settings(secret=LONG, redis_url="redis://user:word-of-passage@host")
    assert LONG not in repr(settings)
    assert "word-of-passage" not in repr(settings)


def test_everything_that_is_wrong_is_said_at_once():
    wrong = dict.fromkeys([*NUMBERS, "MIRODASH_SECURE_COOKIE"], "?") | {"MIRODASH_SECRET": "short"}
    with pytest.raises(UnusableQuestionError) as refused:
        Settings.from_env(wrong)
    assert len(refused.value.problems) == len(wrong)
    assert all(sum(name in problem for problem in refused.value.problems) == 1 for name in wrong)


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
    return any("--no-control-socket" in (setting.cli or ()) for setting in KNOWN_SETTINGS)


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
