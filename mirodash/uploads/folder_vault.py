"""Keeps uploaded trials in a private folder on this machine, where every worker finds them."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from mirodash.errors import UnavailableError, UnusableDataError
from mirodash.uploads.private_folder import make_private, why_not_private
from mirodash.uploads.revisions import (
    USED,
    age,
    digest,
    place,
    read,
    staged_age,
    staged_name,
    stamp,
    trials_in,
    write,
)
from mirodash.uploads.vault import FULL, SILENT

MOST_BYTES = 1_000_000_000
_TOUCHED_EVERY = 5.0
_SWEPT_EVERY = 60.0
_ABANDONED_AFTER = 600.0
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


class FolderVault:
    """A `mirodash.uploads.vault.Vault` of files.

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

    def __init__(self, folder: Path, *, kept_seconds: float, most_bytes: int = MOST_BYTES) -> None:
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
                place(staged, self._home(reader), trial)
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
                    raise UnavailableError(SILENT)
            free = shutil.disk_usage(place_on_disk).free
            return max(0, min(free, self._most_bytes - self._kept_bytes()))

    @contextmanager
    def _open(self) -> Generator[None]:
        """Look whether the folder is still private, and say in a sentence what a disk says in numbers."""
        try:
            if why_not_private(self._folder):
                raise UnavailableError(SILENT)
            yield
        except OSError as error:
            if error.errno in _NO_SPACE:
                raise UnusableDataError(FULL) from error
            raise UnavailableError(SILENT) from error

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
