"""What the settings name is opened when nobody else can look into it, and refused in a sentence otherwise."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mirodash.errors import UnusableQuestionError
from mirodash.settings import MIN_SECRET, Settings
from mirodash.uploads.redis_store import SPARE_SECONDS, RedisStore
from mirodash.uploads.upload_store import FolderStore, default_folder, digest, why_not_private
from mirodash.uploads.uploads import create_store, read_secret
from tests.profiles import for_each
from tests.redis_server import RedisServer

Spoil = Callable[[Path, pytest.MonkeyPatch], None]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for temporary files that is this test's alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def _open_to_others(path: Path, _: pytest.MonkeyPatch) -> None:
    path.mkdir()
    path.chmod(0o755)


def _a_file(path: Path, _: pytest.MonkeyPatch) -> None:
    path.write_text("not a folder")


def _a_link(path: Path, _: pytest.MonkeyPatch) -> None:
    (path.parent / "elsewhere").mkdir(mode=0o700)
    path.symlink_to(path.parent / "elsewhere")


def _a_broken_link(path: Path, _: pytest.MonkeyPatch) -> None:
    path.symlink_to(path.parent / "nowhere")


def _anothers(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.mkdir(mode=0o700)
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)


SPOILED = [_open_to_others, _a_file, _a_link, _a_broken_link, _anothers]


def test_the_folder_of_the_settings_is_made_at_once_for_its_owner_alone(tmp_path: Path):
    folder = tmp_path / "not" / "yet"
    assert isinstance(create_store(Settings(uploads=folder)), FolderStore)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_private_folder_that_is_there_already_is_used(tmp_path: Path):
    folder = tmp_path / "mine"
    folder.mkdir(mode=0o700)
    vault = create_store(Settings(uploads=folder))
    vault.put("reader", "trial", {"a": b"1"})
    assert create_store(Settings(uploads=folder)).get("reader", "trial", "a") == b"1"


def test_the_default_folder_is_made_when_it_is_needed_and_the_same_for_all_workers(temporary: Path):
    vault = create_store(Settings())
    assert list(temporary.iterdir()) == []
    vault.put("reader", "trial", {"a": b"1"})
    assert create_store(Settings()).get("reader", "trial", "a") == b"1"
    assert list(temporary.iterdir()) == [default_folder()]
    assert stat.S_IMODE(default_folder().stat().st_mode) == 0o700


@for_each("spoil", SPOILED)
@for_each("ask", [create_store, read_secret])
def test_a_folder_that_is_not_private_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Spoil, ask: Callable[[Settings], object]
):
    spoil(tmp_path / "spoiled", monkeypatch)
    with pytest.raises(UnusableQuestionError) as refused:
        ask(Settings(uploads=tmp_path / "spoiled"))
    (problem,) = refused.value.problems
    assert "spoiled" in problem
    assert problem.endswith(".")
    assert not (tmp_path / "elsewhere" / "readers").exists()


@pytest.mark.parametrize("spoil", SPOILED)
def test_somebody_who_was_there_before_does_not_get_the_default_folder(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, spoil: Spoil
):
    folder = default_folder()
    if spoil is _anothers:  # whose name for the folder is another one as well
        monkeypatch.setattr("mirodash.uploads.uploads.default_folder", lambda: folder)
    spoil(folder, monkeypatch)
    with pytest.raises(UnusableQuestionError, match="MIRODASH_UPLOADS"):
        create_store(Settings())
    with pytest.raises(UnusableQuestionError, match="MIRODASH_UPLOADS"):
        read_secret(Settings())


def test_two_users_have_two_default_folders(monkeypatch: pytest.MonkeyPatch):
    mine = default_folder()
    monkeypatch.setattr(os, "geteuid", lambda: 12_345)
    assert default_folder() != mine


def test_a_system_without_owners_needs_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(os, "geteuid")
    _open_to_others(tmp_path / "folder", monkeypatch)
    vault = create_store(Settings(uploads=tmp_path / "folder"))
    vault.put("reader", "trial", {"a": b"1"})
    assert vault.get("reader", "trial", "a") == b"1"
    assert default_folder().name == "mirodash-uploads"
    _a_link(tmp_path / "link", monkeypatch)
    assert why_not_private(tmp_path / "link")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("")
    for ask in (create_store, read_secret):
        with pytest.raises(UnusableQuestionError, match="cannot be used"):
            ask(Settings(uploads=tmp_path / "file" / "folder"))


@pytest.mark.redis
def test_an_address_of_redis_is_opened_instead_and_no_folder_is_made(redis: RedisServer, temporary: Path):
    settings = Settings(redis_url=redis.url, secret="s" * MIN_SECRET, kept_seconds=7)
    vault = create_store(settings)
    assert isinstance(vault, RedisStore)
    redis.client().flushall()
    vault.put("reader", "trial", {"a": b"1"})
    (key,) = redis.client().keys(f"mirodash:uploads:{digest('reader')}")
    assert 5 < redis.client().ttl(key) - SPARE_SECONDS <= 7
    assert read_secret(settings) == "s" * MIN_SECRET
    assert list(temporary.iterdir()) == []


def test_redis_is_not_imported_where_nobody_uses_it():
    code = "import sys, mirodash.uploads.uploads; print('redis' in sys.modules, 'pyarrow' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert told.stdout.split()[0] == "False"


def test_a_secret_that_is_set_is_taken_and_kept_nowhere(tmp_path: Path):
    assert read_secret(Settings(secret="s" * 40, uploads=tmp_path / "vault")) == "s" * 40
    assert list(tmp_path.rglob("vault")) == []


def test_a_secret_is_made_once_and_only_the_owner_can_read_it(tmp_path: Path):
    settings = Settings(uploads=tmp_path / "vault")
    secret = read_secret(settings)
    assert len(secret) >= MIN_SECRET
    assert read_secret(settings) == secret
    assert read_secret(Settings(uploads=tmp_path / "other")) != secret
    (kept,) = (path for path in (tmp_path / "vault").rglob("*") if path.is_file())
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_text() == secret


def test_the_secret_survives_what_is_forgotten(tmp_path: Path):
    settings = Settings(uploads=tmp_path / "vault", kept_seconds=1)
    secret = read_secret(settings)
    vault = create_store(settings)
    vault.put("reader", "trial", {"a": b"1"})
    for path in (tmp_path / "vault").rglob("*"):
        os.utime(path, (0, 0))
    vault.put("other", "trial", {"a": b"1"})
    vault.delete("other", "trial")
    assert read_secret(settings) == secret


def _secret_file(tmp_path: Path) -> Path:
    read_secret(Settings(uploads=tmp_path / "vault"))
    (kept,) = (path for path in (tmp_path / "vault").rglob("*") if path.is_file())
    return kept


@for_each("mode", [0o640, 0o604, 0o666])
def test_a_secret_that_others_could_have_read_is_refused(tmp_path: Path, mode: int):
    _secret_file(tmp_path).chmod(mode)
    with pytest.raises(UnusableQuestionError, match="others can read"):
        read_secret(Settings(uploads=tmp_path / "vault"))


def test_a_secret_that_is_a_link_or_a_folder_is_refused(tmp_path: Path):
    kept = _secret_file(tmp_path)
    kept.rename(tmp_path / "moved")
    kept.symlink_to(tmp_path / "moved")
    with pytest.raises(UnusableQuestionError, match="link"):
        read_secret(Settings(uploads=tmp_path / "vault"))
    kept.unlink()
    kept.mkdir(mode=0o700)
    with pytest.raises(UnusableQuestionError, match="not a file"):
        read_secret(Settings(uploads=tmp_path / "vault"))


@for_each("content", [b"", b"short", b"\xff" * 10])
def test_a_secret_that_can_be_guessed_is_refused(tmp_path: Path, content: bytes):
    _secret_file(tmp_path).write_bytes(content)
    with pytest.raises(UnusableQuestionError, match="too short; delete that file"):
        read_secret(Settings(uploads=tmp_path / "vault"))


def test_a_secret_whose_file_was_deleted_is_made_anew(tmp_path: Path):
    kept = _secret_file(tmp_path)
    before = kept.read_text()
    kept.unlink()
    assert read_secret(Settings(uploads=tmp_path / "vault")) != before
    shutil.rmtree(tmp_path / "vault")
    assert len(read_secret(Settings(uploads=tmp_path / "vault"))) >= MIN_SECRET


ASK = """
import json
import sys
from pathlib import Path
from mirodash.settings import Settings
from mirodash.uploads.uploads import read_secret as secret_of

sys.stdin.readline()
print(json.dumps([secret_of(Settings(uploads=Path(sys.argv[1]) / str(k))) for k in range(50)]))
"""


def test_processes_that_start_at_the_same_moment_have_one_secret(tmp_path: Path):
    command = [sys.executable, "-c", ASK, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, **pipes) for _ in range(3)]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("now\n")
        process.stdin.flush()
    told = [process.communicate()[0] for process in started]
    assert len(set(told)) == 1
    assert len(set(json.loads(told[0]))) == 50
