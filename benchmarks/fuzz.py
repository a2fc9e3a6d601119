"""Whether anything that can be sent to the dashboard brings it to fail, or one of its workers to die."""

from __future__ import annotations

import http.client
import itertools
import os
import re
import secrets
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from json import loads
from pathlib import Path

from benchmarks.comparison_table import Row
from benchmarks.fuzz_bodies import FuzzBodies

CALLBACKS = "/_dash-update-component"
AT_ONCE = 4
WORKERS = 2
PATIENCE_S = 120


def measure(folder: Path, *, requests: int) -> Iterator[Row]:
    """Two rows: what was answered, and which workers died of it; one is killed halfway, as some will be."""
    server = Server(folder)
    try:
        first = server.workers()
        bodies = FuzzBodies(server.callbacks(), seed=requests, trials=())
        halves = [list(itertools.islice(bodies, requests // 2)) for _ in range(2)]
        answers = Counter(server.ask_all(halves[0]))
        lost = len(set(first) - set(server.workers()))
        server.kill_one()
        second = server.workers()
        answers += Counter(server.ask_all(halves[1]))
        lost += len(set(second) - set(server.workers()))
    finally:
        server.stop()
    told = ", ".join(f"{number:,} × {status}" for status, number in sorted(answers.items()))
    failed = sum(number for status, number in answers.items() if status >= 500)
    yield Row(f"{requests:,} random and mutated requests", told, goal="no 5xx", met=failed == 0)
    yield Row("workers lost to them", str(lost), goal="0", met=lost == 0)


class Server:
    """A gunicorn with two workers, as a production server runs it.

    Parameters
    ----------
    folder : Path
        For its log and its uploads.
    target : str
        What it serves.
    options : str
        Further options of gunicorn (``"--config", "deploy/gunicorn.conf.py"``).
    """

    def __init__(self, folder: Path, target: str = "app:server", *options: str) -> None:
        environ = {
            **os.environ,
            "MIRODASH_UPLOADS": str(folder / "uploads"),
            "MIRODASH_SECRET": secrets.token_urlsafe(32),
            "OPENBLAS_NUM_THREADS": "1",
        }
        command = [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--timeout", "60", *options]
        self._log = (folder / "log").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [*command, "--bind", "127.0.0.1:0", target],
            cwd=Path(__file__).parents[1],
            env=environ,
            stderr=self._log,
        )
        self._port = 0
        while not self._port:
            if self._process.poll() is not None:
                raise RuntimeError("gunicorn ended")
            found = re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", (folder / "log").read_text("utf-8"))
            self._port = int(found.group(1)) if found else 0
        self._wait_for_workers()

    @property
    def port(self) -> int:
        """Where it listens, on loopback."""
        return self._port

    def workers(self) -> list[int]:
        """The processes that answer."""
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
        return [int(child) for child in children.split()]

    def kill_one(self) -> None:
        """End a worker as the system would, and wait for the one that comes instead."""
        killed = self.workers()[0]
        os.kill(killed, signal.SIGKILL)
        while killed in self.workers():
            self.ask(b"{}")
        self._wait_for_workers()

    def _wait_for_workers(self) -> None:
        while len(self.workers()) < WORKERS:
            self.ask(b"{}")

    def callbacks(self) -> list[dict[str, object]]:
        """What the dashboard says that can be asked."""
        return loads(self._exchange("GET", "/_dash-dependencies", b"")[1])

    def ask(self, body: bytes) -> int:
        """The status of one answer; 599 where there was none."""
        try:
            return self._exchange("POST", CALLBACKS, body)[0]
        except (http.client.HTTPException, OSError):
            return 599

    def ask_all(self, bodies: list[bytes]) -> list[int]:
        """The statuses of all answers, several asked for at once."""
        with ThreadPoolExecutor(AT_ONCE) as several:
            return list(several.map(self.ask, bodies))

    def stop(self) -> None:
        """Stop it as a service manager does."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(PATIENCE_S)
        self._log.close()

    def _exchange(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            return reply.status, reply.read()
        finally:
            connection.close()
