"""`/ready` says whether uploads can be taken, and why not; `/health` that the program runs."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.uploads import upload_store
from mirodash.uploads.upload_store import FULL, UNAVAILABLE, UploadStore
from mirodash.uploads.uploads import create_store, read_secret
from mirodash.web.sessions import READY, UNSIGNED, find_problem
from tests.dashboard.renderer import Reader
from tests.redis_server import redis_server

SECRET = "0123456789abcdef" * 2


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(uploads=tmp_path / "uploads")


@pytest.fixture
def vault(settings: Settings) -> UploadStore:
    """A place in use: a reader has uploaded something, and a cookie was signed."""
    read_secret(settings)
    vault = create_store(settings)
    vault.put("reader", "trial", {"a": b"1"})
    return vault


def test_the_server_says_whether_it_is_ready_and_otherwise_goes_on(settings: Settings, tmp_path: Path):
    page = Reader(create_app(settings))
    for spoil, expected in ((False, (200, READY)), (True, (503, UNAVAILABLE)), (False, (200, READY))):
        (tmp_path / "uploads").chmod(0o755 if spoil else 0o700)
        reply = page.get("/ready")
        assert (reply.status_code, reply.get_data(as_text=True)) == expected
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.mimetype == "text/plain"
        assert page.get("/health").status_code == 200
        assert page.get("/").status_code == 200


def test_looking_leaves_everything_as_it_was(settings: Settings, vault: UploadStore, tmp_path: Path):
    before = sorted((tmp_path / "uploads").rglob("*"))
    assert find_problem(vault, settings) == ""
    assert sorted((tmp_path / "uploads").rglob("*")) == before
    assert vault.get("reader", "trial", "a") == b"1"


def test_a_place_that_nobody_uploads_to_is_ready_before_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "not-there"))
    assert find_problem(create_store(Settings()), Settings()) == ""
    assert list(tmp_path.iterdir()) == []


def _put_in_the_way(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("in the way", encoding="utf-8")


def _open_to_others(folder: Path) -> None:
    folder.chmod(0o755)


def _take_the_place_of_what_is_staged(folder: Path) -> None:
    shutil.rmtree(folder / "aside")
    (folder / "aside").write_text("in the way", encoding="utf-8")


@pytest.mark.parametrize("spoil", [_put_in_the_way, _open_to_others, _take_the_place_of_what_is_staged])
def test_a_place_that_does_not_take_anything_is_said(
    settings: Settings, vault: UploadStore, tmp_path: Path, spoil: Callable[[Path], None]
):
    assert find_problem(vault, settings) == ""
    spoil(tmp_path / "uploads")
    assert find_problem(vault, settings) == UNAVAILABLE


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.parametrize(("free", "expected"), [(50_000_000, ""), (49_999_999, FULL)])
def test_a_disk_without_room_for_the_largest_upload_is_said(
    settings: Settings, vault: UploadStore, monkeypatch: pytest.MonkeyPatch, free: int, expected: str
):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Usage(10**12, 10**12 - free, free))
    assert find_problem(vault, settings) == expected


def test_a_disk_that_takes_nothing_more_is_said(
    settings: Settings, vault: UploadStore, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    assert find_problem(vault, settings) == FULL


def test_a_vault_that_holds_as_much_as_it_may_is_said(settings: Settings, vault: UploadStore, tmp_path: Path):
    assert upload_store.MAX_BYTES == 1_000_000_000
    with (tmp_path / "uploads" / "large").open("wb") as large:
        large.truncate(990_000_000)
    assert find_problem(vault, settings) == FULL


def test_a_secret_that_cannot_be_read_is_said(settings: Settings, vault: UploadStore, tmp_path: Path):
    (tmp_path / "uploads" / "signing" / "secret").chmod(0o644)
    assert find_problem(vault, settings) == UNSIGNED


@pytest.mark.redis
def test_a_redis_that_stops_hangs_or_is_full_is_said():
    with redis_server("--maxmemory", "100mb", "--maxmemory-policy", "noeviction") as server:
        settings = Settings(redis_url=server.url, secret=SECRET)
        vault = create_store(settings)
        assert find_problem(vault, settings) == ""
        with server.hung():
            assert find_problem(vault, settings) == UNAVAILABLE
        client = server.client()
        client.config_set("maxmemory", client.info("memory")["used_memory"] + 10_000_000)
        assert find_problem(vault, settings) == FULL
        client.config_set("maxmemory", "1mb")
        assert find_problem(vault, settings) == FULL
        client.config_set("maxmemory", "0")
        assert find_problem(vault, settings) == ""
        # a user who may not ask how full it is still finds out whether it takes something
        client.acl_setuser(
            "shy", enabled=True, nopass=True, keys="mirodash:uploads:*", commands=["+@all", "-info"]
        )
        shy = replace(settings, redis_url=server.url.replace("unix://", "unix://shy:@"))
        assert create_store(shy).room() is None
        assert find_problem(create_store(shy), shy) == ""
        server.stop()
        assert find_problem(vault, settings) == UNAVAILABLE
