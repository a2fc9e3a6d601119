"""Places of both kinds for tests that hold for each; those of Redis need a redis-server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from mirodash.uploads.redis_store import RedisStore
from mirodash.uploads.upload_store import FolderStore, UploadStore
from tests.redis_server import RedisServer, redis_server

HOUR = 3_600


class Place(Protocol):
    """Where a vault keeps things, as its workers and as time see it."""

    def open(self, kept_seconds: float = HOUR) -> UploadStore:
        """The place, as one worker opens it."""
        ...

    def let_pass(self, seconds: float) -> None:
        """Let everything kept be so much older."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...


class FolderPlace:
    """A folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cleared = 0

    def open(self, kept_seconds: float = HOUR) -> UploadStore:
        return FolderStore(self.folder / str(self._cleared), kept_seconds=kept_seconds)

    def let_pass(self, seconds: float) -> None:
        for used in self.folder.rglob("used"):
            found = used.stat()
            os.utime(used, (found.st_atime, found.st_mtime - seconds))

    def clear(self) -> None:
        self._cleared += 1


class RedisPlace:
    """A running Redis."""

    def __init__(self, server: RedisServer) -> None:
        self._url = server.url
        self._client = server.client()

    def open(self, kept_seconds: float = HOUR) -> UploadStore:
        return RedisStore(self._url, kept_seconds=kept_seconds)

    def let_pass(self, seconds: float) -> None:
        for reader, used in self._client.zrange("mirodash:uploads:readers", 0, -1, withscores=True):
            self._client.zadd("mirodash:uploads:readers", {reader: used - seconds})

    def clear(self) -> None:
        self._client.flushall()


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    """One server for all tests marked ``redis`` that leave it running."""
    with redis_server() as server:
        yield server


@pytest.fixture(params=["folder", pytest.param("redis", marks=pytest.mark.redis)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty place of either kind."""
    if request.param == "folder":
        return FolderPlace(tmp_path)
    place = RedisPlace(request.getfixturevalue("redis"))
    place.clear()
    return place


@pytest.fixture
def vault(place: Place) -> UploadStore:
    """An empty vault of either kind."""
    return place.open()
