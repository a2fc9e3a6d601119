"""Opens the place where uploaded trials are kept, and finds the secret that signs cookies."""

from __future__ import annotations

import secrets
import shutil
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mirodash.errors import UnusableQuestionError
from mirodash.settings import SHORTEST_SECRET, Settings
from mirodash.uploads.folder_vault import FolderVault
from mirodash.uploads.private_folder import default_folder, make_private, why_not_private
from mirodash.uploads.revisions import staged_name
from mirodash.uploads.vault import Vault

if TYPE_CHECKING:
    from mirodash.uploads.redis_results import RedisResults


def open_vault(settings: Settings) -> Vault:
    """The place that the settings name: Redis, or a folder.

    A folder that the settings name is made at once; the one of the system's temporary place only when
    something is kept.

    Raises
    ------
    UnusableQuestionError
        When others could read the folder, or the address of Redis is none.
    """
    if settings.redis_url:
        from mirodash.uploads.redis_vault import RedisVault  # noqa: PLC0415 - else never

        return RedisVault(settings.redis_url, kept_seconds=settings.kept_seconds)
    folder = _folder(settings)
    with _sentence(folder):
        if settings.uploads is not None:
            _make(folder)
        _refuse_unless_private(folder)
    return FolderVault(folder, kept_seconds=settings.kept_seconds)


def open_results(settings: Settings) -> RedisResults | None:
    """Where workers put results for one another: Redis, where the settings name one and do not forbid it.

    Raises
    ------
    UnusableQuestionError
        When the address of Redis is none.
    """
    if not (settings.redis_url and settings.result_cache):
        return None
    from mirodash.uploads.redis_results import RedisResults  # noqa: PLC0415 - else never

    return RedisResults(settings.redis_url, settings.secret)


def secret_of(settings: Settings) -> str:
    """The secret that signs cookies: the one set, else one that is made once and kept in the folder.

    Raises
    ------
    UnusableQuestionError
        When others could read it, or it cannot be kept.
    """
    if settings.secret:
        return settings.secret
    folder = _folder(settings)
    kept = folder / "signing" / "secret"
    with _sentence(folder):
        _make(folder)
        if not kept.exists():
            _make_secret(folder)
        why = why_not_private(kept, is_kind=stat.S_IFREG)
        if why:
            raise UnusableQuestionError(f"Others may know the secret in '{kept}': {why}; delete that file.")
        secret = kept.read_text(encoding="ascii", errors="replace")
    if len(secret) < SHORTEST_SECRET:
        raise UnusableQuestionError(f"The secret in '{kept}' is too short; delete that file.")
    return secret


def can_sign(settings: Settings) -> bool:
    """Whether there is a secret to sign cookies with, or it can be made when a reader first needs it."""
    try:
        if settings.secret or _folder(settings).exists():
            secret_of(settings)
    except UnusableQuestionError:
        return False
    return True


def _folder(settings: Settings) -> Path:
    return settings.uploads or default_folder()


def _make(folder: Path) -> None:
    """Make the folder, unless somebody else did, before or at this very moment."""
    _refuse_unless_private(folder)
    make_private(folder)
    _refuse_unless_private(folder)


def _make_secret(folder: Path) -> None:
    """Put a secret in place whole: whoever comes second at the same moment finds the other's."""
    staged = folder / "aside" / staged_name()
    make_private(staged.parent)
    staged.mkdir(mode=0o700)
    try:
        (staged / "secret").touch(mode=0o600, exist_ok=False)
        (staged / "secret").write_text(secrets.token_urlsafe(SHORTEST_SECRET), encoding="ascii")
        with suppress(OSError):
            staged.rename(folder / "signing")
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _refuse_unless_private(folder: Path) -> None:
    why = why_not_private(folder)
    if why:
        raise UnusableQuestionError(
            f"'{folder}' cannot hold what readers upload: {why}. "
            "Make it private (chmod 700), or set MIRODASH_UPLOADS to a folder that is."
        )


@contextmanager
def _sentence(folder: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise UnusableQuestionError(
            f"The folder '{folder}' for uploaded trials cannot be used: {error.strerror}."
        ) from error
