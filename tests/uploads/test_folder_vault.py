"""A folder of uploads tells nobody anything, survives what befalls folders, and keeps what it may."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mirodash.errors import UnavailableError, UnusableDataError
from mirodash.uploads import upload_store
from mirodash.uploads.upload_store import FULL, UNAVAILABLE, FolderStore
from tests.profiles import for_each

READER = "the-cookie-of-a-reader"
TRIAL = "own-trial"


def _open(folder: Path, *, kept_seconds: float = 3_600) -> FolderStore:
    return FolderStore(folder / "vault", kept_seconds=kept_seconds)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _let_pass(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let the machine run for so long."""
    before = upload_store.uptime
    monkeypatch.setattr(upload_store, "uptime", lambda: before() + seconds)


def test_nothing_is_made_before_something_is_kept(tmp_path: Path):
    vault = _open(tmp_path)
    assert vault.get(READER, TRIAL, "a") is None
    assert vault.trials(READER) == ()
    vault.delete(READER, TRIAL)
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_can_look_whatever_the_umask(tmp_path: Path):
    before = os.umask(0)
    try:
        _open(tmp_path).put(READER, TRIAL, {"a": b"1"})
    finally:
        os.umask(before)
    modes = {
        path.is_dir(): stat.S_IMODE(path.stat().st_mode)
        for path in [tmp_path / "vault", *(tmp_path / "vault").rglob("*")]
    }
    assert modes == {True: 0o700, False: 0o600}
    for path in (tmp_path / "vault").rglob("*"):
        assert not path.stat().st_mode & 0o077, path


def test_a_listing_tells_no_secret_and_neither_do_the_files(tmp_path: Path):
    _open(tmp_path).put(READER, TRIAL, {"a": b"1"})
    assert READER not in "\n".join(map(str, tmp_path.rglob("*")))
    assert all(READER.encode() not in path.read_bytes() for path in _files(tmp_path))


def test_what_was_replaced_and_deleted_leaves_the_disk(tmp_path: Path):
    vault = _open(tmp_path)
    for k in range(5):
        vault.put(READER, TRIAL, {"a": f"content {k}".encode()})
    texts = [path.read_bytes() for path in _files(tmp_path)]
    assert [text for text in texts if text.startswith(b"content")] == [b"content 4"]
    vault.delete(READER, TRIAL)
    assert _files(tmp_path) == []


def test_a_listing_of_revisions_is_put_together_from_the_newest(tmp_path: Path):
    vault = _open(tmp_path)
    for k in range(12):
        vault.put(READER, TRIAL, {"a": str(k).encode(), f"part {k}": b""})
        assert vault.get(READER, TRIAL, "a") == str(k).encode()


@for_each("asked", ["put", "get", "open"])
def test_whoever_comes_next_takes_away_what_is_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str
):
    vault = _open(tmp_path)
    vault.put(READER, TRIAL, {"a": b"1"})
    left = tmp_path / "vault" / "aside" / upload_store.staged_name()
    left.mkdir()
    older = tmp_path / "vault" / "aside" / "left by an older version"
    older.mkdir()
    upload_store.stamp(older)
    _let_pass(monkeypatch, 4_000)
    if asked == "put":
        vault.put("another", TRIAL, {"b": b"2"})
    if asked == "get":
        fresh = tmp_path / "vault" / "readers" / upload_store.digest("another")
        fresh.mkdir()
        (fresh / "used").touch()
        upload_store.stamp(fresh / "used")
        _let_pass(monkeypatch, 100)
        assert vault.get("another", TRIAL, "a") is None
    if asked == "open":
        _open(tmp_path)
    home = tmp_path / "vault" / "readers" / upload_store.digest(READER)
    assert not home.exists()
    assert not left.exists()
    assert not older.exists()


def test_what_is_being_written_is_not_taken_for_left_behind(tmp_path: Path):
    vault = _open(tmp_path)
    vault.put(READER, TRIAL, {"a": b"1"})
    writing = tmp_path / "vault" / "aside" / "being written"
    writing.mkdir()
    vault.put(READER, TRIAL, {"a": b"2"})
    assert writing.exists()


def test_asking_often_does_not_write_to_the_disk_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    vault = _open(tmp_path)
    vault.put(READER, TRIAL, {"a": b"1"})
    (used,) = (tmp_path / "vault").rglob("used")
    before = used.stat().st_mtime_ns
    for _ in range(100):
        assert vault.trials(READER)
        assert vault.get(READER, TRIAL, "a")
    assert used.stat().st_mtime_ns == before
    _let_pass(monkeypatch, 6)
    assert vault.trials(READER)
    assert used.stat().st_mtime_ns > before


def test_the_folder_keeps_no_more_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    vault = FolderStore(tmp_path / "vault", kept_seconds=100, most_bytes=10_000)
    vault.put("first", TRIAL, {"a": bytes(6_000)})
    with pytest.raises(UnusableDataError) as refused:
        vault.put("second", TRIAL, {"a": bytes(6_000)})
    assert refused.value.problems == (FULL,)
    assert vault.trials("second") == ()
    assert vault.get("first", TRIAL, "a") == bytes(6_000)
    _let_pass(monkeypatch, 101)
    vault.put("second", TRIAL, {"a": bytes(6_000)})
    assert vault.trials("second") == (TRIAL,)


@for_each("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_and_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
):
    vault = _open(tmp_path)
    vault.put(READER, TRIAL, {"a": b"1", "b": b"1"})
    before = _files(tmp_path)
    wrote = Path.write_bytes

    def write_bytes(path: Path, content: bytes) -> int:
        if content == b"second":
            raise OSError(number, os.strerror(number))
        return wrote(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", write_bytes)
        with pytest.raises(UnusableDataError) as refused:
            vault.put(READER, TRIAL, {"a": b"first", "b": b"second"})
    assert refused.value.problems == (FULL,)
    assert [vault.get(READER, TRIAL, part) for part in "ab"] == [b"1", b"1"]
    assert _files(tmp_path) == before


def test_a_folder_deleted_under_it_is_made_anew(tmp_path: Path):
    vault = _open(tmp_path)
    vault.put(READER, TRIAL, {"a": b"1"})
    shutil.rmtree(tmp_path / "vault")
    assert vault.get(READER, TRIAL, "a") is None
    assert vault.trials(READER) == ()
    vault.delete(READER, TRIAL)
    vault.put(READER, TRIAL, {"a": b"2"})
    assert vault.get(READER, TRIAL, "a") == b"2"


def test_what_is_set_aside_may_be_deleted_under_it_too(tmp_path: Path):
    vault = _open(tmp_path)
    vault.put(READER, TRIAL, {"a": b"1"})
    (tmp_path / "vault" / "aside").rmdir()
    vault.delete(READER, TRIAL)
    assert _files(tmp_path) == []


def _spoil_with_file(folder: Path) -> None:
    folder.write_text("a file")


def _spoil_with_link(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(folder.parent / "elsewhere")


def _spoil_with_openness(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o750)


@for_each("spoil", [_spoil_with_file, _spoil_with_link, _spoil_with_openness])
def test_a_folder_that_is_not_private_any_more_is_not_used(tmp_path: Path, spoil: object):
    vault = _open(tmp_path)
    vault.put(READER, TRIAL, {"a": b"1"})
    shutil.rmtree(tmp_path / "vault")
    assert callable(spoil)
    spoil(tmp_path / "vault")
    before = sorted(tmp_path.rglob("*"))
    for ask in (
        lambda: vault.put(READER, TRIAL, {"a": b"1"}),
        lambda: vault.get(READER, TRIAL, "a"),
        lambda: vault.trials(READER),
        lambda: vault.delete(READER, TRIAL),
    ):
        with pytest.raises(UnavailableError) as refused:
            ask()
        assert refused.value.problems == (UNAVAILABLE,)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_reader_who_came_back_at_the_last_moment_is_not_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    vault = _open(tmp_path)
    vault.put(READER, TRIAL, {"a": b"1"})
    looked: list[Path] = []

    def is_alive(home: Path) -> bool:
        looked.append(home)
        return len(looked) > 1

    monkeypatch.setattr(vault, "_is_alive", is_alive)
    vault._sweep()
    assert len(looked) == 2
    assert looked[0] != looked[1]
    assert vault.get(READER, TRIAL, "a") == b"1"


WORKER = """
import sys
from pathlib import Path
from mirodash.uploads.upload_store import FolderStore as FolderVault

vault, name = FolderVault(Path(sys.argv[1]), kept_seconds=3_600), sys.argv[2]
for k in range(30):
    vault.put("reader", "shared", {f"{name} {k}": name.encode(), "both": name.encode() * 1_000})
    assert vault.get("reader", "shared", "both")[:1] in b"ab"
    vault.put("reader", name, {"a": b"1"})
    vault.delete("reader", name)
"""


def test_worker_processes_share_it(tmp_path: Path):
    command = [sys.executable, "-c", WORKER, str(tmp_path / "vault")]
    workers = [subprocess.Popen([*command, name], stderr=subprocess.PIPE) for name in "ab"]
    assert [worker.communicate()[1] for worker in workers] == [b"", b""]
    vault = _open(tmp_path)
    assert vault.trials("reader") == ("shared",)
    for name in "ab":
        assert [vault.get("reader", "shared", f"{name} {k}") for k in range(30)] == [name.encode()] * 30
    assert vault.get("reader", "shared", "both") in (b"a" * 1_000, b"b" * 1_000)
    assert list((tmp_path / "vault" / "aside").iterdir()) == []
