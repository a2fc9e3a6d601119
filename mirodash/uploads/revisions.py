"""A trial's folder: what was put together is one revision in it, and the newest that has a part counts."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

USED = "used"
"""A file of a reader whose stamp tells when that reader last asked."""
_ABOUT = "about"
_TRIES = 50
_STAGED = re.compile(r"(\d+)-[0-9a-f]+")


def uptime() -> float:
    """Seconds since this machine was started: the same for all of its processes, and nothing can set it.

    The time of day will not do: when it is put right, ages computed from it jump with it.
    """
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def stamp(path: Path) -> None:
    """Write the uptime of this moment as the time at which a file or folder was modified."""
    now = int(uptime() * 1_000_000_000)
    os.utime(path, ns=(now, now))


def age(path: Path, *, otherwise: float) -> float:
    """Seconds since it was last stamped; ``otherwise`` when it is not there.

    A stamp that is not reached yet was made before the machine was started anew, or is a time of day:
    how old it is cannot be known, so its time begins anew.
    """
    try:
        passed = uptime() - path.stat().st_mtime
        if passed < 0:
            stamp(path)
    except FileNotFoundError:
        return otherwise
    return max(0.0, passed)


def staged_name() -> str:
    """A new name for what is being written or being forgotten, which tells since when."""
    return f"{int(uptime())}-{secrets.token_hex(8)}"


def staged_age(path: Path) -> float:
    """Seconds since something was staged; without end when that was before the machine was started anew."""
    found = _STAGED.fullmatch(path.name)
    if found is None:
        return age(path, otherwise=0)
    passed = uptime() - int(found[1])
    return passed if passed >= 0 else float("inf")


def digest(name: str) -> str:
    """A name for a file or folder, short enough for every system, that does not tell what it stands for."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def write(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)


def read(folder: Path, part: str) -> bytes | None:
    """A part of the trial in this folder; None when no revision has it.

    A revision may be taken away, because a newer one has all of its parts, between being listed and
    being read; a part is missing only when the list has stayed the same meanwhile.
    """
    revisions, before = _revisions(folder), None
    while revisions != before:
        for revision in revisions:
            with suppress(FileNotFoundError):
                return (folder / revision / part).read_bytes()
        revisions, before = _revisions(folder), revisions
    return None


def trials_in(home: Path) -> list[tuple[int, str]]:
    """Number and name of every trial of a reader, in the order in which they came."""
    try:
        folders = list(home.iterdir())
    except FileNotFoundError:
        return []
    told = (read(folder, _ABOUT) for folder in folders if folder.is_dir())
    return sorted((int(number), str(name)) for number, name in (json.loads(text) for text in told if text))


def place(staged: Path, home: Path, trial: str) -> None:
    """Make a finished folder the newest revision of a trial.

    Raises
    ------
    FileNotFoundError
        When the reader is being forgotten again and again.
    """
    known = trials_in(home)
    new = max([time.time_ns(), *(number + 1 for number, _ in known)])
    number = next((number for number, name in known if name == trial), new)
    write(staged / _ABOUT, json.dumps([number, trial]).encode())
    folder = home / digest(trial)
    for _ in range(_TRIES):
        with suppress(FileNotFoundError, FileExistsError):  # forgotten at this very moment
            for missing in (home, folder):
                missing.mkdir(mode=0o700, exist_ok=True)
            (home / USED).touch(mode=0o600)
            stamp(home / USED)
            newest = [int(revision.partition("-")[0]) for revision in _revisions(folder)[:1]]
            staged.rename(folder / f"{max([0, *newest]) + 1:012}-{secrets.token_hex(4)}")
            return _take_away_superseded(folder)
    raise FileNotFoundError(folder)


def _revisions(folder: Path) -> list[str]:
    """The newest one first."""
    try:
        return sorted((revision.name for revision in folder.iterdir()), reverse=True)
    except FileNotFoundError:
        return []


def _take_away_superseded(folder: Path) -> None:
    newer: set[str] = set()
    for revision in _revisions(folder):
        with suppress(FileNotFoundError):
            parts = {part.name for part in (folder / revision).iterdir()}
            if parts <= newer:
                shutil.rmtree(folder / revision, ignore_errors=True)
            newer |= parts
