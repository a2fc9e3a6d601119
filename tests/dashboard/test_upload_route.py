"""A file that a browser sends is kept for its owner, or refused in sentences; nothing of it lies about."""

from __future__ import annotations

import http.client
import io
import json
import logging
import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from benchmarks.hostile_kinds import HOSTILE
from benchmarks.hostile_made import workbook
from mirodash.errors import UnavailableError
from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.text.data_sentences import describe_too_large
from mirodash.uploads import intake, reader_process
from mirodash.uploads.uploads import Uploads, is_own
from mirodash.web import upload_route
from tests.profiles import for_each

HEADER = {"X-MiroDash": "upload"}
CSV = b"id,time,event,arm\nP1,3,1,A\nP2,4,0,B\n"
LARGEST = 100_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("kept")
    folder.chmod(0o700)
    return create_app(Settings(uploads=folder, largest_upload=LARGEST)).server


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    return server.test_client()


@pytest.fixture(autouse=True)
def arrivals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Files arrive in a folder of the test, which is empty again when it ends."""
    folder = tmp_path / "arrivals"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert not list(folder.iterdir())


def send(client: FlaskClient, *files: tuple[str, bytes], **options: Any) -> TestResponse:
    data = {"file": [(io.BytesIO(content), name) for name, content in files]}
    return client.post("/uploads", data=data, headers=options.pop("headers", HEADER), **options)


def until(happened: Callable[[], bool]) -> None:
    """Wait for something; half a minute means that it never comes."""
    ends = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.01)


def problems(answer: TestResponse, status: int = 200) -> list[str]:
    assert answer.status_code == status
    assert answer.is_json
    assert set(answer.json) == {"problems"}
    return answer.json["problems"]


def test_a_file_becomes_a_trial_of_the_reader(client: FlaskClient):
    answer = send(client, ("étude.csv", CSV))
    assert answer.status_code == 200
    assert is_own(answer.json["trial"])
    assert answer.headers["Cache-Control"] == "no-store"
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Strict" in answer.headers["Set-Cookie"]


def test_two_files_become_one_trial(client: FlaskClient):
    assert is_own(send(client, ("adsl.csv", CSV), ("adtte.xlsx", workbook())).json["trial"])


def test_a_file_is_private_while_it_is_read(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    modes: list[int] = []

    def look(files: Any, allowed: Any, *, sheet: str) -> Any:
        ((_, path),) = files
        modes.extend(p.stat().st_mode & 0o777 for p in (path, path.parent))
        return intake.taken_in(files, allowed, sheet=sheet)

    monkeypatch.setattr(upload_route, "taken_in", look)
    assert send(client, ("a.csv", CSV)).status_code == 200
    assert modes == [0o600, 0o700]


@for_each(headers=[{}, {"X-MiroDash": "1"}])
def test_another_page_cannot_send_files_in_the_readers_name(client: FlaskClient, headers: dict[str, str]):
    assert problems(send(client, ("a.csv", CSV), headers=headers), 403)
    assert client.get("/uploads", headers=HEADER).status_code == 404


@for_each(
    case=[
        ("../../etc/passwd.csv", "'passwd.csv'"),
        ("a\u202eb\x1b.csv", "'a b .csv'"),
        ("x" * 10_000 + ".csv", f"'{'x' * 60}….csv'"),
        ("<script>alert(1)<script>.csv", "'<script>alert(1)<script>.csv'"),
    ]
)
def test_a_name_is_a_word_and_no_path(client: FlaskClient, case: tuple[str, str]):
    name, told = case
    (problem,) = problems(send(client, (name, b"id\n1\n")))
    assert problem.startswith(f"{told} has a single column")


def test_a_file_that_is_too_large_is_refused(client: FlaskClient):
    (problem,) = problems(send(client, ("a.csv", b"x" * (LARGEST + 1))), 413)
    assert problem == describe_too_large(LARGEST)
    assert problems(send(client, ("a.csv", b"x" * (3 * LARGEST))), 413) == [problem]
    assert problems(send(client, ("a.csv", b"x" * LARGEST)))[0].startswith("'a.csv'")


def test_two_files_may_each_be_as_large_as_one(client: FlaskClient):
    content = CSV + b"P3,5,1,A\n" * ((LARGEST - len(CSV)) // 9)
    assert "trial" in send(client, ("a.csv", content), ("b.csv", content)).json


def test_other_requests_stay_small(server: Flask):
    assert server.config["MAX_CONTENT_LENGTH"] == Settings().largest_request


def test_more_than_six_files_or_none_are_refused(client: FlaskClient):
    seven = [("a.csv", CSV)] * 7
    assert problems(send(client, *seven)) == ["At most 6 files can be sent at once."]
    nothing = ["No file arrived; choose one, or several that belong together."]
    assert problems(client.post("/uploads", headers=HEADER)) == nothing
    assert problems(client.post("/uploads", headers=HEADER, data={"file": "text"})) == nothing
    assert problems(client.post("/uploads", headers=HEADER, json={"file": "x"})) == nothing


@for_each(
    body=[
        b"",
        b"--x",
        b"--x\r\n",
        b"garbage",
        b"--x\r\nContent-Disposition: form-data; name=file; filename=a\r\n",
    ],
    kind=["multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary=é"],
)
def test_a_request_that_no_form_sends_is_refused(client: FlaskClient, body: bytes, kind: str):
    assert problems(client.post("/uploads", data=body, content_type=kind, headers=HEADER))


def test_unusable_data_come_back_as_sentences_and_neither_names_nor_rows_are_logged(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    (problem,) = problems(send(client, ("Jane Doe.csv", b"id,time\nSecret,1,2\n")))
    assert problem.startswith("'Jane Doe.csv': row 2 has more values")
    assert "Jane" not in caplog.text
    assert "Secret" not in caplog.text


def test_a_crash_is_logged_without_what_the_error_quotes(
    server: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    quoted = "Jane Doe"

    def crashes(*_: object) -> str:
        raise ValueError(quoted)

    monkeypatch.setattr(Uploads, "keep_contents", crashes)
    monkeypatch.setitem(server.config, "PROPAGATE_EXCEPTIONS", False)
    caplog.set_level(logging.DEBUG)
    answer = send(client, ("a.csv", CSV))
    assert answer.status_code == 500
    assert "ValueError" in caplog.text
    assert quoted not in caplog.text + answer.get_data(as_text=True)


def test_a_place_that_does_not_answer_is_a_sentence(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    def silent(*_: object) -> str:
        raise UnavailableError("Uploaded trials cannot be reached at the moment.")

    monkeypatch.setattr(Uploads, "keep_contents", silent)
    assert problems(send(client, ("a.csv", CSV)), 503) == ["Uploaded trials cannot be reached at the moment."]


def test_a_full_disk_is_a_sentence(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(upload_route, "receive_files", full)
    (problem,) = problems(send(client, ("a.csv", CSV)), 503)
    assert "no room" in problem


def test_what_an_ended_worker_left_is_removed_by_the_next_upload(client: FlaskClient, arrivals: Path):
    left = arrivals / "mirodash-arriving-left"
    left.mkdir()
    (left / "0").write_bytes(CSV)
    os.utime(left, (0, 0))
    assert send(client, ("a.csv", CSV)).status_code == 200
    assert not left.exists()


def test_what_an_ended_server_left_is_removed_by_the_next_one(tmp_path: Path, arrivals: Path):
    left = arrivals / "mirodash-arriving-left"
    left.mkdir()
    (left / "0").write_bytes(CSV)
    os.utime(left, (0, 0))
    create_app(Settings(uploads=tmp_path / "kept"))
    assert not left.exists()


@pytest.fixture
def port(server: Flask) -> Iterator[int]:
    """Return where a real server of several threads answers."""
    running = make_server("127.0.0.1", 0, server, threaded=True)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield running.port
    running.shutdown()
    thread.join()
    running.server_close()


def test_a_cancelled_upload_leaves_nothing(port: int, arrivals: Path):
    start = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + b"1,2\n" * 20_000
    )
    request = (
        b"POST /uploads HTTP/1.1\r\nHost: localhost\r\nX-MiroDash: upload\r\nContent-Length: 90000\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as browser:
        browser.sendall(request + start)
        until(lambda: any(arrivals.glob("*/0")))
    until(lambda: not any(arrivals.iterdir()))


def test_a_browser_hears_why_a_far_too_large_file_is_refused(port: int):
    browser = http.client.HTTPConnection("127.0.0.1", port)
    browser.request(
        "POST", "/uploads", b"x" * 1_500_000, {**HEADER, "Content-Type": "multipart/form-data; boundary=x"}
    )
    answer = browser.getresponse()
    assert answer.status == 413
    assert json.loads(answer.read()) == {"problems": [describe_too_large(LARGEST)]}
    browser.close()


def test_other_readers_are_answered_while_a_file_is_being_read(
    port: int, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    go_on = tmp_path / "go on"
    started = tmp_path / "started"
    program = tmp_path / "slow.py"
    program.write_text(
        f"import pathlib, sys, time\npathlib.Path({str(started)!r}).touch()\n"
        f"while not pathlib.Path({str(go_on)!r}).exists(): time.sleep(0.01)\n"
        f"sys.argv = sys.argv[:1]\nimport {reader_process.__name__} as child\nchild.main()\n"
    )
    monkeypatch.setattr(
        reader_process, "command", lambda: [reader_process.sys.executable, "-I", str(program)]
    )
    monkeypatch.setattr(reader_process, "STAYING", False)
    name, make = HOSTILE["entities in a sheet"]
    told: list[TestResponse] = []
    bomb = threading.Thread(target=lambda: told.append(send(client, (name, make()))))
    bomb.start()
    until(started.exists)
    other = http.client.HTTPConnection("127.0.0.1", port)
    other.request("GET", "/_dash-dependencies")
    assert other.getresponse().status == 200
    other.close()
    assert not told
    go_on.touch()
    bomb.join()
    assert "XML entities" in problems(told[0])[0]
