"""Ages of uploads are read from a clock that nobody can set, whatever the time of day or a restart does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mirodash.uploads import upload_store
from mirodash.uploads.upload_store import FolderStore

YEAR = 365 * 86_400
READER, TRIAL = "reader", "own-trial"


def _vault(folder: Path) -> FolderStore:
    return FolderStore(folder / "vault", kept_seconds=3_600)


@pytest.mark.parametrize("jump", [-YEAR, -3_601, 3_601, YEAR])
def test_a_clock_that_jumps_forgets_no_upload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: int):
    vault = _vault(tmp_path)
    vault.put(READER, TRIAL, {"a": b"1"})
    real, real_ns = time.time, time.time_ns
    monkeypatch.setattr(time, "time", lambda: real() + jump)
    monkeypatch.setattr(time, "time_ns", lambda: real_ns() + jump * 1_000_000_000)
    for worker in (vault, _vault(tmp_path)):
        worker.put("another", TRIAL, {"a": b"2"})
        assert worker.get(READER, TRIAL, "a") == b"1"
    vault.put(READER, "own-later", {"a": b"3"})
    assert vault.trials(READER) == (TRIAL, "own-later")


@pytest.mark.parametrize("jump", [-YEAR, YEAR])
def test_a_clock_that_jumped_keeps_no_upload_for_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: int
):
    real, up = time.time, upload_store.uptime
    monkeypatch.setattr(time, "time", lambda: real() + jump)
    _vault(tmp_path).put(READER, TRIAL, {"a": b"1"})
    monkeypatch.setattr(time, "time", real)
    monkeypatch.setattr(upload_store, "uptime", lambda: up() + 3_601)
    assert _vault(tmp_path).get(READER, TRIAL, "a") is None
    assert list((tmp_path / "vault" / "readers").iterdir()) == []


def test_after_a_restart_of_the_machine_the_time_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    started = 10_000.0
    clock = {"now": started}
    monkeypatch.setattr(upload_store, "uptime", lambda: clock["now"])
    _vault(tmp_path).put(READER, TRIAL, {"a": b"1"})
    left = tmp_path / "vault" / "aside" / upload_store.staged_name()
    left.mkdir()
    clock["now"] = 5.0
    assert _vault(tmp_path).get(READER, TRIAL, "a") == b"1"
    # nothing that was being written when the machine went down is still being written
    assert not left.exists()
    clock["now"] = 5.0 + 3_599
    assert _vault(tmp_path).get(READER, TRIAL, "a") == b"1"
    clock["now"] += 3_601
    assert _vault(tmp_path).get(READER, TRIAL, "a") is None


def test_uploads_that_another_version_stamped_with_the_time_of_day_begin_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    vault = _vault(tmp_path)
    vault.put(READER, TRIAL, {"a": b"1"})
    (used,) = (tmp_path / "vault").rglob("used")
    os.utime(used)
    assert vault.get(READER, TRIAL, "a") == b"1"
    before = upload_store.uptime
    monkeypatch.setattr(upload_store, "uptime", lambda: before() + 3_601)
    assert vault.get(READER, TRIAL, "a") is None


def test_what_is_being_written_stays_while_the_clock_jumps(tmp_path: Path):
    vault = _vault(tmp_path)
    vault.put(READER, TRIAL, {"a": b"1"})
    writing = tmp_path / "vault" / "aside" / upload_store.staged_name()
    writing.mkdir()
    os.utime(writing, (0, 0))
    _vault(tmp_path)
    assert writing.exists()


def test_all_processes_of_a_machine_share_the_clock():
    program = "from mirodash.uploads.upload_store import uptime; print(uptime())"
    before = upload_store.uptime()
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert before <= float(told.stdout) <= upload_store.uptime()
