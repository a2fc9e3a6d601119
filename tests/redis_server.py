"""A Redis of the tests' own: nothing is written to disk, and it can be stopped, hung and started again."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as NoConnectionError


class RedisServer:
    """One redis-server process on a Unix socket, and on a loopback port when one is given.

    Parameters
    ----------
    folder : Path
        For its socket; short, because the name of a socket must be.
    port : int
        0 for none.
    options : str
        Further options of redis-server (``"--maxmemory", "5mb"``).
    """

    def __init__(self, folder: Path, *options: str, port: int = 0) -> None:
        self.socket = folder / "s"
        self.url = f"unix://{self.socket}"
        self.port = port
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, with nothing in it, and wait until it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        command += [
            "--unixsocket",
            str(self.socket),
            "--unixsocketperm",
            "700",
            "--dir",
            str(self.socket.parent),
        ]
        self._process = subprocess.Popen([*command, *self._options], stdout=subprocess.DEVNULL)
        client = self.client()
        while True:
            assert self._process.poll() is None, "redis-server ended"
            try:
                client.ping()
                return
            except NoConnectionError:
                time.sleep(0.01)

    def stop(self) -> None:
        """Stop it; what was in it is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def hung(self) -> Iterator[None]:
        """Let it take connections and answer nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def client(self) -> Redis:
        """A connection of the tests' own, to look at what the product wrote."""
        return Redis.from_url(self.url)


@contextmanager
def redis_server(*options: str, port: int = 0) -> Iterator[RedisServer]:
    """A started server, stopped afterwards."""
    with tempfile.TemporaryDirectory(prefix="r") as folder:
        server = RedisServer(Path(folder), *options, port=port)
        try:
            server.start()
            yield server
        finally:
            server.stop()
