"""Upload store: the protocol, revisions, and the store in a private folder that every worker shares."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from mirodash.errors import UnavailableError, UnusableDataError

_OTHERS = 0o077
PASSING = "mirodash-arriving-"
"""How folders begin that are removed as soon as what is in them was looked at, or later as forgotten."""


def default_folder() -> Path:
    """The same for every process of one user; it need not exist."""
    user = f"-{os.geteuid()}" if hasattr(os, "geteuid") else ""
    return Path(tempfile.gettempdir()) / f"mirodash-uploads{user}"


def make_private(folder: Path) -> None:
    """Make the folder if it is not there.

    Raises
    ------
    OSError
        When it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def why_not_private(path: Path, *, is_kind: int = stat.S_IFDIR) -> str:
    """Why nothing secret may be put there, in words; ``""`` when it may or when there is nothing yet.

    Windows keeps a user's files from others in ways that these signs do not show, and answers for itself.

    Parameters
    ----------
    path : Path
        A folder, or a file in one.
    is_kind : int
        What it should be: ``stat.S_IFDIR`` or ``stat.S_IFREG``.

    Raises
    ------
    OSError
        When nobody can tell.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        return ""
    if stat.S_ISLNK(found.st_mode):
        return "it is a link to another place"
    if stat.S_IFMT(found.st_mode) != is_kind:
        return "it is not a folder" if is_kind == stat.S_IFDIR else "it is not a file"
    if not hasattr(os, "geteuid"):
        return ""
    if found.st_uid != os.geteuid():
        return "it belongs to another user"
    return "others can read it" if found.st_mode & _OTHERS else ""


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


def commit_revision(staged: Path, home: Path, trial: str) -> None:
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


FULL = "The place where uploaded trials are kept is full; delete a trial, or try again later."
UNAVAILABLE = "The place where uploaded trials are kept does not answer; try again in a moment."


class UploadStore(Protocol):
    """Bytes by reader, trial and part, forgotten when their reader has not asked for a while.

    ``reader`` is the secret of a browser, ``trial`` the name of one of its trials; any text will do for
    them and for ``part``. Whatever is asked lets the reader's time begin anew. Every method raises
    `mirodash.errors.UnavailableError` when the place does not answer, and `UnusableDataError`
    when it is full.
    """

    def put(self, reader: str, trial: str, parts: Mapping[str, bytes]) -> None:
        """Keep these parts of a trial, all of them or none; other parts of it stay."""
        ...

    def get(self, reader: str, trial: str, part: str) -> bytes | None:
        """One part, or None when there is no such part, or not any more."""
        ...

    def trials(self, reader: str) -> tuple[str, ...]:
        """The reader's trials, in the order in which they came."""
        ...

    def delete(self, reader: str, trial: str) -> None:
        """Forget one trial; one that is not there is forgotten already."""
        ...

    def room(self) -> int | None:
        """Try whether something can be kept, and return for how many bytes more there is room.

        None where the place does not tell; nothing of any reader is touched.
        """
        ...


MAX_BYTES = 1_000_000_000
_TOUCHED_EVERY = 5.0
_SWEPT_EVERY = 60.0
_ABANDONED_AFTER = 600.0
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


class FolderStore:
    """A `mirodash.uploads.upload_store.UploadStore` of files.

    ``readers/<reader>/<trial>/<revision>/<part>``: names are digests, so that a listing tells no cookie.
    What is put together becomes a revision by one renaming of a folder, and nothing is ever changed in
    place, so no process has to wait for another. ``readers/<reader>/used`` tells by its stamp when its
    reader last asked, and ``swept`` when readers were last forgotten; both are seconds since the machine
    was started, so that a clock that jumps forgets nothing. What is being written and what is being
    forgotten is staged in ``aside``.

    Parameters
    ----------
    folder : Path
        Made when something is first put; nobody else may be able to read it.
    kept_seconds : float
        A reader who has not asked for so long is forgotten.
    most_bytes : int
        What may be kept for all readers together.
    """

    def __init__(self, folder: Path, *, kept_seconds: float, most_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._readers = folder / "readers"
        self._aside = folder / "aside"
        self._swept = folder / "swept"
        self._kept_seconds = kept_seconds
        self._most_bytes = most_bytes
        self._touched_every = min(_TOUCHED_EVERY, kept_seconds / 4)
        with suppress(UnavailableError), self._open():
            self._sweep()

    def put(self, reader: str, trial: str, parts: Mapping[str, bytes]) -> None:
        """Keep these parts of a trial, all of them or none; other parts of it stay."""
        if not parts:
            return
        with self._open():
            for folder in (self._folder, self._readers, self._aside):
                make_private(folder)
            self._sweep()
            if self._kept_bytes() + sum(map(len, parts.values())) > self._most_bytes:
                raise UnusableDataError(FULL)
            staged = self._aside / staged_name()
            try:
                staged.mkdir(mode=0o700)
                for part, content in parts.items():
                    write(staged / digest(part), content)
                self._forget(self._home(reader), unless=self._is_alive)
                commit_revision(staged, self._home(reader), trial)
            finally:
                shutil.rmtree(staged, ignore_errors=True)

    def get(self, reader: str, trial: str, part: str) -> bytes | None:
        """One part, or None when there is no such part, or not any more."""
        with self._open():
            home = self._home(reader)
            return read(home / digest(trial), digest(part)) if self._touch(home) else None

    def trials(self, reader: str) -> tuple[str, ...]:
        """The reader's trials, in the order in which they came."""
        with self._open():
            home = self._home(reader)
            return tuple(name for _, name in trials_in(home)) if self._touch(home) else ()

    def delete(self, reader: str, trial: str) -> None:
        """Forget one trial; one that is not there is forgotten already."""
        with self._open():
            home = self._home(reader)
            self._forget(home / digest(trial))
            self._forget(home, unless=_holds_trials)

    def room(self) -> int:
        """Try whether something can be kept, and return for how many bytes more there is room."""
        with self._open():
            if self._folder.exists():
                # a folder takes what a file takes, and nobody reads it
                make_private(self._aside)
                tried = self._aside / staged_name()
                tried.mkdir(mode=0o700)
                tried.rmdir()
                place_on_disk = self._folder
            else:
                place_on_disk = next(parent for parent in self._folder.absolute().parents if parent.exists())
                if not os.access(place_on_disk, os.W_OK | os.X_OK):
                    raise UnavailableError(UNAVAILABLE)
            free = shutil.disk_usage(place_on_disk).free
            return max(0, min(free, self._most_bytes - self._kept_bytes()))

    @contextmanager
    def _open(self) -> Generator[None]:
        """Look whether the folder is still private, and say in a sentence what a disk says in numbers."""
        try:
            if why_not_private(self._folder):
                raise UnavailableError(UNAVAILABLE)
            yield
        except OSError as error:
            if error.errno in _NO_SPACE:
                raise UnusableDataError(FULL) from error
            raise UnavailableError(UNAVAILABLE) from error

    def _home(self, reader: str) -> Path:
        return self._readers / digest(reader)

    def _is_alive(self, home: Path) -> bool:
        return age(home / USED, otherwise=self._kept_seconds) < self._kept_seconds

    def _touch(self, home: Path) -> bool:
        """Whether the reader is still known; tells the disk so, but not at every move of a slider."""
        unused = age(home / USED, otherwise=self._kept_seconds)
        if unused >= self._kept_seconds:
            return False
        if unused > self._touched_every:
            with suppress(FileNotFoundError):
                stamp(home / USED)
            if age(self._swept, otherwise=_SWEPT_EVERY + 1) > _SWEPT_EVERY:
                self._sweep()
        return True

    def _sweep(self) -> None:
        """Forget everybody who has not asked for too long, and what a process that died left behind."""
        for home in _entries(self._readers):
            self._forget(home, unless=self._is_alive)
        for left in _entries(self._aside):
            if staged_age(left) > _ABANDONED_AFTER:
                shutil.rmtree(left, ignore_errors=True)
        if self._readers.is_dir():
            self._swept.mkdir(mode=0o700, exist_ok=True)
            stamp(self._swept)

    def _forget(self, path: Path, *, unless: Callable[[Path], bool] = lambda _: False) -> None:
        """Take a folder away, unless somebody needs it, which is asked again once nobody can reach it."""
        if unless(path) or not path.exists():
            return
        make_private(self._aside)
        moved = self._aside / staged_name()
        try:
            path.rename(moved)
        except FileNotFoundError:
            return
        if unless(moved):
            for entry in _entries(moved):
                with suppress(OSError):
                    path.mkdir(mode=0o700, exist_ok=True)
                    entry.rename(path / entry.name)
        shutil.rmtree(moved, ignore_errors=True)

    def _kept_bytes(self) -> int:
        total = 0
        for folder, _, files in os.walk(self._folder):
            for name in files:
                with suppress(FileNotFoundError):
                    total += (Path(folder) / name).stat().st_size
        return total


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def _holds_trials(home: Path) -> bool:
    return bool(trials_in(home))
