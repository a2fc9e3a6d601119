"""The dashboard as a server runs it: several workers share what readers uploaded, and any of them may die."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.uploads.uploads import Uploads, create_store
from mirodash.web.sessions import reader
from tests.dashboard.owners import DICTIONARY
from tests.dashboard.renderer import CALLBACKS, Reader
from tests.trial.small_files import small_rows

ROOT = Path(__file__).parents[1]
SIGNED_WITH = "a secret for tests, of more than 32 signs"
PATIENCE_S = 60
BOUNDARY = "----mirodash"
GUNICORN = (sys.executable, "-m", "gunicorn")


class Served:
    """A gunicorn with two workers on a free port of this machine."""

    def __init__(self, uploads: Path) -> None:
        self.settings = Settings(uploads=uploads, secret=SIGNED_WITH)
        # one more worker, which never answers anybody
        self.app = create_app(self.settings)
        self.body = Reader(self.app).body("tables-of-explore", "")
        environ = {
            **os.environ,
            "MIRODASH_UPLOADS": str(uploads),
            "MIRODASH_SECRET": SIGNED_WITH,
            "OPENBLAS_NUM_THREADS": "1",
        }
        # loaded once for all workers: who comes instead of another is made from what never had a request
        command = [*GUNICORN, "--preload", "--workers", "2", "--bind", "127.0.0.1:0", "app:server"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        for line in self.process.stderr:
            found = re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                break
        else:
            raise AssertionError("gunicorn ended")

    def workers(self) -> list[int]:
        """Return the processes that answer."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, Any, str]:
        """Return status, headers and text of what any of the workers answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
            reply = connection.getresponse()
            return reply.status, reply.headers, reply.read().decode()
        finally:
            connection.close()

    def stop(self) -> None:
        """Stop it as a service manager does."""
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=PATIENCE_S)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a server that is stopped afterwards."""
    running = Served(tmp_path_factory.mktemp("kept") / "uploads")
    yield running
    running.stop()


def _file(n: int) -> bytes:
    rows = small_rows(n)
    text = "\n".join(",".join(row) for row in (rows[0].keys(), *(row.values() for row in rows)))
    parts = (
        f"--{BOUNDARY}",
        'Content-Disposition: form-data; name="file"; filename="people.csv"',
        "Content-Type: text/csv",
        "",
        text,
        f"--{BOUNDARY}--",
        "",
    )
    return "\r\n".join(parts).encode()


def _uploaded(served: Served, n: int, title: str) -> tuple[str, str]:
    """Return the cookie and the name of a trial that was sent over the network, and confirmed."""
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    status, headers, text = served.ask("POST", "/uploads", _file(n), Content_Type=kind, X_MiroDash="upload")
    assert status == 200, text
    cookie, name = headers["Set-Cookie"].partition(";")[0], json.loads(text)["trial"]
    with served.app.server.test_request_context(headers={"Cookie": cookie}):
        Uploads(create_store(served.settings)).confirm(reader(), name, DICTIONARY.format(title=title))
    return cookie, name


def _said(served: Served, cookie: str, name: str, threshold: int) -> tuple[int, str]:
    asked = {**served.body["inputs"][0], "value": f"trial={name}&threshold={threshold}"}
    sent = json.dumps({**served.body, "inputs": [asked]}).encode()
    status, _, text = served.ask("POST", CALLBACKS, sent, Content_Type="application/json", Cookie=cookie)
    return status, json.loads(text)["response"]["tables-of-explore"]["data"][
        "said"
    ] if status == 200 else text


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="The workers are found in /proc.")
def test_workers_share_uploads_and_none_is_missed(served: Served):
    people = {"Ada's": 60, "Ben's": 84}
    owned = {title: _uploaded(served, n, title) for title, n in people.items()}
    asked = [(title, 500 + 100 * k) for k in range(4) for title in owned]

    def all_answer() -> None:
        with ThreadPoolExecutor(6) as several:
            answers = list(several.map(lambda one: _said(served, *owned[one[0]], one[1]), asked))
        for (title, _), (status, said) in zip(asked, answers, strict=True):
            assert status == 200
            assert f" of {people[title]}," in said

    all_answer()
    # whoever answered so far dies; those who come instead never saw the upload
    before = served.workers()
    for worker in before:
        os.kill(worker, signal.SIGKILL)
    all_answer()
    assert not set(before) & set(served.workers())
    (ada, hers), (ben, _) = owned.values()
    assert served.ask("GET", f"/?trial={hers}", Cookie=ada)[0] == 200
    assert served.ask("GET", f"/?trial={hers}", Cookie=ben)[0] == 404
    status, told = _said(served, ben, hers, 800)
    assert status == 404
    assert "it opens only for whoever did so" in told
