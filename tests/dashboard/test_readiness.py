"""`/ready` says whether uploads can be taken, and why not; `/health` that the program runs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from mirodash.dashboard.reader import UNSIGNED
from mirodash.dashboard.readiness import READY
from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.uploads import folder_vault
from mirodash.uploads.vault import FULL, SILENT
from tests.dashboard.owners import Owner
from tests.dashboard.renderer import Reader
from tests.redis_server import redis_server

SECRET = "0123456789abcdef" * 2


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(uploads=tmp_path / "uploads")


def _ready(page: Reader) -> tuple[int, str]:
    reply = page.get("/ready")
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.mimetype == "text/plain"
    assert page.get("/health").status_code == 200
    return reply.status_code, reply.get_data(as_text=True)


def test_a_dashboard_that_can_take_uploads_is_ready_and_keeps_nothing_for_it(
    settings: Settings, tmp_path: Path
):
    app = create_app(settings)
    owner = Owner(app, settings)
    name = owner.upload_people(40, "Mine", tmp_path)
    before = sorted((tmp_path / "uploads").rglob("*"))
    assert _ready(Reader(app)) == (200, READY)
    assert sorted((tmp_path / "uploads").rglob("*")) == before
    assert owner.get(f"/?trial={name}").status_code == 200


def test_a_dashboard_that_nobody_uploads_to_is_ready_without_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "not-there"))
    assert _ready(Reader(create_app(Settings()))) == (200, READY)
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
    settings: Settings, tmp_path: Path, spoil: Callable[[Path], None]
):
    app = create_app(settings)
    Owner(app, settings)
    page = Reader(app)
    assert _ready(page) == (200, READY)
    spoil(tmp_path / "uploads")
    assert _ready(page) == (503, SILENT)
    assert page.get("/").status_code == 200


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.parametrize(("free", "expected"), [(20_000_000, (200, READY)), (19_999_999, (503, FULL))])
def test_a_disk_without_room_for_the_largest_upload_is_said(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, free: int, expected: tuple[int, str]
):
    page = Reader(create_app(settings))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Usage(10**12, 10**12 - free, free))
    assert _ready(page) == expected


def test_a_vault_that_holds_as_much_as_it_may_is_said(settings: Settings, tmp_path: Path):
    assert folder_vault.MOST_BYTES == 1_000_000_000
    page = Reader(create_app(settings))
    with (tmp_path / "uploads" / "large").open("wb") as large:
        large.truncate(990_000_000)
    assert _ready(page) == (503, FULL)


def test_a_secret_that_cannot_be_read_is_said(settings: Settings, tmp_path: Path):
    app = create_app(settings)
    Owner(app, settings)
    (tmp_path / "uploads" / "signing" / "secret").chmod(0o644)
    assert _ready(Reader(app)) == (503, UNSIGNED)


@pytest.mark.redis
def test_a_redis_that_stops_hangs_or_is_full_is_said():
    with redis_server("--maxmemory", "100mb", "--maxmemory-policy", "noeviction") as server:
        page = Reader(create_app(Settings(redis_url=server.url, secret=SECRET)))
        assert _ready(page) == (200, READY)
        with server.hung():
            assert _ready(page) == (503, SILENT)
        client = server.client()
        client.config_set("maxmemory", client.info("memory")["used_memory"] + 10_000_000)
        assert _ready(page) == (503, FULL)
        client.config_set("maxmemory", "1mb")
        assert _ready(page) == (503, FULL)
        client.config_set("maxmemory", "0")
        assert _ready(page) == (200, READY)
        client.acl_setuser(
            "shy", enabled=True, nopass=True, keys="mirodash:uploads:*", commands=["+@all", "-info"]
        )
        shy = Settings(redis_url=server.url.replace("unix://", "unix://shy:@"), secret=SECRET)
        assert _ready(Reader(create_app(shy))) == (200, READY)
        server.stop()
        assert _ready(page) == (503, SILENT)
