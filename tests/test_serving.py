"""Serving on this machine: nobody's request is lost when the program ends, and others are warned."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from mirodash import serving
from mirodash.draining import DrainingServer
from mirodash.web.security import LOOPBACK
from tests.deploy.processes import HANDED, asking

SERVER = """
import os, sys, threading, time
from mirodash import serving

def application(environ, start):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if environ["PATH_INFO"] == "/slow":
        open("begun", "w").close()
        while not os.path.exists("finish"):
            time.sleep(0.01)
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"answered " + body]

with serving.listen("127.0.0.1", int(sys.argv[1])) as listener:
    print(listener.getsockname()[1], flush=True)
    serving.run(application, listener, "127.0.0.1", query="", no_browser=True)
"""


class Served:
    """A server process of its own, in a folder of its own."""

    def __init__(self, folder: Path, port: int = 0, *, handed: socket.socket | None = None) -> None:
        self.folder = folder
        command = [sys.executable, "-c", SERVER, str(port)]
        options: dict[str, Any] = {}
        if handed is not None:
            # as systemd does it: the socket is number 3, and only for the process of this number
            fd = handed.fileno()
            command = [sys.executable, "-c", HANDED, str(fd), *command]
            options["pass_fds"] = (fd,)
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True, **options)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        self.said = self.process.stdout.readline()

    def connection(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def end(self) -> str:
        """Wait until it has ended by itself, and return what it said."""
        rest = self.process.communicate(timeout=60)[0]
        assert self.process.returncode == 0
        return rest


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    server = Served(tmp_path)
    yield server
    server.process.kill()
    server.process.communicate()


def _ask(connection: socket.socket, path: str) -> None:
    connection.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nme".encode())


def _answer(connection: socket.socket) -> bytes:
    found = b""
    while piece := connection.recv(10_000):
        found += piece
    return found


def _wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(0.01)


def test_a_request_in_work_is_answered_and_the_next_process_has_the_port(served: Served):
    with served.connection() as slow, served.connection() as silent:
        _ask(slow, "/slow")
        _wait_for(served.folder / "begun")
        served.process.send_signal(signal.SIGTERM)
        # the port is given up while the answer is still computed
        while True:
            try:
                successor = socket.create_server(("127.0.0.1", served.port))
            except OSError:
                time.sleep(0.01)
                continue
            break
        with successor:
            (served.folder / "finish").touch()
            assert _answer(slow).count(b"answered me") == 1
            assert _answer(silent) == b""
    assert served.end() == "Stopped.\n"


def test_a_request_that_comes_while_it_stops_is_answered(served: Served):
    # connected before, and sent after the program was asked to end
    with served.connection() as slow, served.connection() as late:
        _ask(slow, "/slow")
        _wait_for(served.folder / "begun")
        served.process.send_signal(signal.SIGTERM)
        _ask(late, "/")
        assert _answer(late).count(b"answered me") == 1
        (served.folder / "finish").touch()
        assert _answer(slow).count(b"answered me") == 1
    assert served.end() == "Stopped.\n"


def test_whoever_presses_twice_does_not_wait(served: Served):
    with served.connection() as slow:
        _ask(slow, "/slow")
        _wait_for(served.folder / "begun")
        served.process.send_signal(signal.SIGINT)
        while True:
            with suppress(ConnectionRefusedError), served.connection():
                time.sleep(0.01)
                continue
            break
        served.process.send_signal(signal.SIGINT)
        assert served.end() == "Stopped.\n"


def test_connections_that_wait_in_line_are_answered_when_it_stops():
    taken: list[bytes] = []

    def application(_: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [])
        taken.append(b"x")
        return [b"answered"]

    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        waiting = [socket.create_connection(address, timeout=60) for _ in range(20)]
        for connection in waiting:
            _ask(connection, "/")
        server = DrainingServer("127.0.0.1", address[1], application, fd=listener.fileno())
        server.take_backlog(100)
        server.server_close()
    assert server.drain(60)
    assert len(taken) == 20
    for connection in waiting:
        with connection:
            assert b"answered" in _answer(connection)


def test_a_request_that_takes_too_long_is_given_up():
    finish, begun = threading.Event(), threading.Event()

    def application(_: dict[str, Any], start: Any) -> list[bytes]:
        begun.set()
        finish.wait(60)
        start("200 OK", [])
        return [b""]

    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        with socket.create_connection(address, timeout=60) as connection:
            _ask(connection, "/")
            server = DrainingServer("127.0.0.1", address[1], application, fd=listener.fileno())
            server.take_backlog(100)
            server.server_close()
            assert begun.wait(60)
            assert not server.drain(0.01)
            finish.set()
            assert server.drain(60)
            _answer(connection)


def test_under_a_handed_socket_no_request_is_refused_while_processes_change(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener, ExitStack() as running:
        visitors = running.enter_context(asking(listener.getsockname()[1]))
        for k in range(3):
            server = Served(tmp_path, handed=listener)
            assert server.port == visitors.port
            visitors.wait_for_more(server.process)
            if k == 2:
                # whoever still waits is answered by the last one
                running.close()
            server.process.send_signal(signal.SIGTERM)
            assert server.end() == "Stopped.\n"
    assert visitors.failures == []
    assert set(visitors.answers) == {b"answered me"}


@pytest.mark.parametrize(
    ("host", "names"),
    [("192.0.2.7", ("192.0.2.7",)), ("::1", ("[::1]",)), ("trial.example", ("trial.example",))],
)
def test_the_address_one_listens_on_is_answered(host: str, names: tuple[str, ...]):
    assert serving.host_names(host) == names


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])  # noqa: S104 - not bound, only named
def test_who_listens_everywhere_is_reached_under_the_name_of_the_machine(host: str):
    names = serving.host_names(host)
    assert names[0] == socket.gethostname()
    assert host not in names
    # what the browser is opened at is answered
    assert serving.opened_name(host) in LOOPBACK


@pytest.mark.parametrize(("host", "is_public"), [("127.0.0.1", False), ("0.0.0.0", True)])  # noqa: S104
def test_whoever_opens_it_to_other_machines_is_warned(host: str, is_public: bool):
    with socket.socket() as listener:
        listener.bind((host, 0))
        warning = serving.public_warning(listener, ("trial.example",))
    assert bool(warning) is is_public
    if is_public:
        for word in ("nginx", "MIRODASH_HOSTS", "docs/server.md", "localhost, trial.example"):
            assert word in warning


def test_a_socket_for_another_process_is_not_taken(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LISTEN_FDS", "1")
    monkeypatch.setenv("LISTEN_PID", str(os.getpid() + 1))
    with serving.listen("127.0.0.1", 0) as listener:
        assert listener.fileno() != 3
