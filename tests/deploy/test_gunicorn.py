"""gunicorn with our configuration: visitors who hold connections stop nobody, and no request is lost."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.deploy.processes import (
    CONFIG,
    PATIENCE,
    Asking,
    asking,
    ended,
    free_port,
    gunicorn,
    wait_until_well,
)

APPLICATION = """
import os

def application(environ, start):
    body = environ["wsgi.input"].read()
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"x" * 1_000_000] * 50 if environ["PATH_INFO"] == "/large" else [b"answered ", body]
"""
QUICK = re.compile(r"^(RECEIVE_SECONDS|SEND_SECONDS) = [0-9]+$", re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a small application, and our configuration with one second in place of more."""
    (tmp_path / "small.py").write_text(APPLICATION, encoding="ascii")
    text, found = QUICK.subn(r"\1 = 1", CONFIG.read_text(encoding="utf-8"))
    assert found == 2
    (tmp_path / "quick.conf.py").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def port(folder: Path) -> Iterator[int]:
    """The port of one worker."""
    port = free_port()
    arguments = ("--config", "quick.conf.py", "--bind", f"127.0.0.1:{port}", "small:application")
    with ended(gunicorn(folder, *arguments)) as process:
        wait_until_well(process, port)
        yield port


# What they send; more visitors than threads, none of whom ever reads or says anything more.
HOLDERS = {
    "nothing": (200, b""),
    "half a line": (40, b"GET /hea"),
    "half a body": (40, b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx"),
    "a large answer that is not read": (40, b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n"),
}


@pytest.mark.parametrize(("count", "said"), HOLDERS.values(), ids=HOLDERS)
def test_visitors_who_hold_connections_stop_nobody(port: int, count: int, said: bytes):
    with ExitStack() as held:
        for _ in range(count):
            visitor = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
            visitor.sendall(said)
        assert Asking(port).ask() == b"answered me"


def test_no_request_is_lost_while_gunicorn_is_reloaded_and_started_anew(folder: Path):
    arguments = ("--config", str(CONFIG), "small:application")
    with socket.create_server(("127.0.0.1", 0), backlog=1_000) as listener, ExitStack() as running:
        visitors = running.enter_context(asking(listener.getsockname()[1]))
        with ended(gunicorn(folder, *arguments, handed=listener)) as process:
            visitors.wait_for_more(process)
            process.send_signal(signal.SIGHUP)
            visitors.wait_for_more(process)
        with ended(gunicorn(folder, *arguments, handed=listener)) as process:
            visitors.wait_for_more(process)
            # whoever still waits is answered by this one
            running.close()
    assert visitors.failures == []
    assert set(visitors.answers) == {b"answered me"}
