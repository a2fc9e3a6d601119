"""gunicorn as `deploy/` runs it, on a socket or a free port of a test's own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
CONFIG = DEPLOY / "gunicorn.conf.py"
PATIENCE = 60
HANDED = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.argv[2], sys.argv[2:])
"""


def gunicorn(
    folder: Path, *arguments: str, handed: socket.socket | None = None, workers: int = 1, **environ: str
) -> subprocess.Popen[bytes]:
    """Start gunicorn with these arguments in a folder.

    With ``handed`` it gets that socket as from systemd: as number 3, and for the process of its number.
    """
    command = [sys.executable, "-m", "gunicorn", *arguments]
    fds: tuple[int, ...] = ()
    if handed is not None:
        fds = (handed.fileno(),)
        command = [sys.executable, "-c", HANDED, str(fds[0]), *command]
    return subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "WEB_CONCURRENCY": str(workers), **environ},
        pass_fds=fds,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended afterwards, whatever happens."""
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


@dataclass
class Asking:
    """Visitors who ask one after the other and without end, each over a connection of its own."""

    port: int
    answers: list[bytes] = field(default_factory=list)
    failures: list[OSError] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def ask(self) -> bytes:
        """Ask once, and return the answer."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request("POST", "/", "me")
            return connection.getresponse().read()

    def keep_asking(self) -> None:
        """Ask until it is enough."""
        while not self.enough.is_set():
            try:
                self.answers.append(self.ask())
            except OSError as error:
                self.failures.append(error)

    def wait_for_more(self, process: subprocess.Popen[Any]) -> None:
        """Wait for twenty more answers, which this process has to give."""
        before = len(self.answers)
        while len(self.answers) < before + 20:
            assert process.poll() is None, "the server ended"
            time.sleep(0.01)


@contextmanager
def asking(port: int, visitors: int = 4) -> Iterator[Asking]:
    """Ask while something happens; whoever waits for an answer at the end still gets it."""
    found = Asking(port)
    threads = [threading.Thread(target=found.keep_asking) for _ in range(visitors)]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        found.enough.set()
        for thread in threads:
            thread.join(PATIENCE)


def free_port() -> int:
    """Return a port of loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_well(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until a server answers on a port; fail when it has ended."""
    while True:
        assert process.poll() is None, "the server ended"
        with suppress(OSError), closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
            connection.request("GET", "/health")
            assert connection.getresponse().status == 200
            return
        time.sleep(0.02)
