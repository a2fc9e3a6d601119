"""Uploaded trials by their owner: stored, built again when asked for, and removed when not used."""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
import stat
from collections import OrderedDict
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from mirodash.errors import GoneError, UnusableDataError, UnusableQuestionError
from mirodash.settings import MIN_SECRET, Settings
from mirodash.trial.table import Table
from mirodash.trial.trial import Trial
from mirodash.uploads.intake import DEFAULT_LIMITS, TABLES, built
from mirodash.uploads.reader_process import Allowance
from mirodash.uploads.serialisation import KeptTrial, revision_of, table_bytes, table_from, trial_from
from mirodash.uploads.upload_store import (
    FolderStore,
    UploadStore,
    default_folder,
    make_private,
    staged_name,
    why_not_private,
)

Key = tuple[str, str]


@dataclass(frozen=True, eq=False, slots=True)
class Built:
    """A trial, the revision of its dictionary it was built with, and how many bytes it was built from."""

    trial: Trial
    revision: bytes
    size: int


class BuiltTrials:
    """The trials asked for last, by reader and name; safe to use from many threads.

    Parameters
    ----------
    most_bytes : int
        Of what they were built from, all together; the one asked for last is kept however large it is.
    most : int
        How many of them.
    """

    def __init__(self, *, most_bytes: int = 100_000_000, most: int = 100) -> None:
        self._most_bytes = most_bytes
        self._most = most
        self._built: OrderedDict[Key, Built] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._built)

    def get(self, key: Key, revision: bytes) -> Trial | None:
        """The trial as this revision makes it, or None when it has to be built."""
        with self._lock:
            built = self._built.get(key)
            if built is None or built.revision != revision:
                return None
            self._built.move_to_end(key)
            return built.trial

    def keep(self, key: Key, built: Built) -> None:
        """Remember a trial, and forget those that nobody has asked for the longest."""
        with self._lock:
            self._built.pop(key, None)
            self._built[key] = built
            while len(self._built) > 1 and self._is_full():
                self._built.popitem(last=False)

    def drop(self, key: Key) -> None:
        """Forget a trial; one that is not there is forgotten already."""
        with self._lock:
            self._built.pop(key, None)

    def _is_full(self) -> bool:
        size = sum(built.size for built in self._built.values())
        return size > self._most_bytes or len(self._built) > self._most


if TYPE_CHECKING:
    from mirodash.uploads.redis_results import RedisResults


def create_store(settings: Settings) -> UploadStore:
    """The place that the settings name: Redis, or a folder.

    A folder that the settings name is made at once; the one of the system's temporary place only when
    something is kept.

    Raises
    ------
    UnusableQuestionError
        When others could read the folder, or the address of Redis is none.
    """
    if settings.redis_url:
        from mirodash.uploads.redis_store import RedisStore as RedisVault  # noqa: PLC0415 - else never

        return RedisVault(settings.redis_url, kept_seconds=settings.kept_seconds)
    folder = _folder(settings)
    with _sentence(folder):
        if settings.uploads is not None:
            _make(folder)
        _refuse_unless_private(folder)
    return FolderStore(folder, kept_seconds=settings.kept_seconds)


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


def read_secret(settings: Settings) -> str:
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
    if len(secret) < MIN_SECRET:
        raise UnusableQuestionError(f"The secret in '{kept}' is too short; delete that file.")
    return secret


def can_sign(settings: Settings) -> bool:
    """Whether there is a secret to sign cookies with, or it can be made when a reader first needs it."""
    try:
        if settings.secret or _folder(settings).exists():
            read_secret(settings)
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
        (staged / "secret").write_text(secrets.token_urlsafe(MIN_SECRET), encoding="ascii")
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


MAX_TRIALS = 5
GONE = "This trial is another reader's, or it is not kept any more; its owner can upload the file again."
UNCONFIRMED = "What the columns of this trial mean has not been confirmed yet; do so on the Data page."
OWN = "own-"
"""How the names of uploaded trials begin."""
_OWN = re.compile(rf"{OWN}[A-Za-z0-9_-]{{22}}")
_UPLOADED = "uploaded"
"""Is there as long as the tables are, and asked for in their place: they can be large."""
_DICTIONARY, _REVISION, _TITLE, _FORM = "dictionary", "revision", "title", "form"
_TRIAL, _PROPOSAL = "trial", "proposal"


def is_own(trial_id: str) -> bool:
    """Whether this is how the name of an uploaded trial looks; built-in and shared ones look otherwise.

    Examples
    --------
    >>> is_own("own-mR5hxV3bq0cGd-_8kYlZ1w"), is_own("mirocals"), is_own("own-trial")
    (True, False, False)
    """
    return _OWN.fullmatch(trial_id) is not None


class Uploads:
    """What readers uploaded, in a vault; every question is asked for one reader.

    Methods raise `UnavailableError` when the vault does not answer, and `GoneError` for a trial that is
    not this reader's.

    Parameters
    ----------
    vault : Vault
        Where everything is kept; workers share it.
    min_cell : int
        Fewer participants than this are never told apart.
    allowed : Allowance
        What a child process may take that builds a trial.
    """

    def __init__(self, vault: UploadStore, *, min_cell: int = 0, allowed: Allowance = DEFAULT_LIMITS) -> None:
        self._vault = vault
        self._min_cell = min_cell
        self._allowed = allowed
        self._built = BuiltTrials()
        self._building = Lock()

    def keep(self, reader: str, tables: Sequence[Table]) -> str:
        """Keep the tables of one or several files as a new trial, and return its name."""
        return self.keep_contents(reader, [table_bytes(table) for table in tables])

    def keep_contents(self, reader: str, contents: Sequence[bytes]) -> str:
        """Keep one or several tables, as bytes that a child made of files, as a new trial; return its name.

        Raises
        ------
        UnusableDataError
            When the vault is full, or the reader has as many trials as a reader can.
        """
        if not reader or not 1 <= len(contents) <= len(TABLES):
            raise ValueError(f"a trial has a reader and one to {len(TABLES)} tables")
        self._make_room(reader)
        trial_id = f"{OWN}{secrets.token_urlsafe(16)}"
        self._vault.put(reader, trial_id, {_UPLOADED: b"", **dict(zip(TABLES, contents, strict=False))})
        return trial_id

    def tables(self, reader: str, trial_id: str) -> tuple[Table, ...]:
        """The tables as they were uploaded."""
        return tuple(table_from(content) for content in self.contents(reader, trial_id))

    def contents(self, reader: str, trial_id: str) -> tuple[bytes, ...]:
        """The tables as the bytes that are kept of them."""
        found = [self._part(reader, trial_id, part) for part in TABLES]
        if found[0] is None:
            raise GoneError(GONE)
        return tuple(content for content in found if content is not None)

    def confirm(self, reader: str, trial_id: str, dictionary: str) -> None:
        """Say what the columns mean, in place of what was said before; from now on it is a trial.

        Raises
        ------
        UnusableDataError
            With a sentence for everything that keeps the tables from being a trial; nothing has changed then.
        """
        try:
            content = dictionary.encode()
        except UnicodeEncodeError as error:
            raise UnusableDataError("The dictionary holds a sign that no file in UTF-8 can hold.") from error
        kept = built(self.contents(reader, trial_id), content, self._allowed)
        trial = self._own(trial_from(kept), trial_id)
        title = trial.title.encode(errors="surrogatepass")
        revision = revision_of(content).encode()
        said = {_DICTIONARY: content, _REVISION: revision, _TITLE: title, _TRIAL: kept}
        self._put(reader, trial_id, said)
        self._built.keep(_key(reader, trial_id), Built(trial, revision, len(kept)))

    def dictionary(self, reader: str, trial_id: str) -> str:
        """What was said about the columns, as a dictionary file says it; ``""`` before anything was."""
        said = self._part(reader, trial_id, _DICTIONARY)
        if said is None and not self._is_kept(reader, trial_id):
            raise GoneError(GONE)
        return (said or b"").decode()

    def remember(self, reader: str, trial_id: str, form: str) -> None:
        """Keep how far the reader has come with saying what the columns mean; it makes no trial yet."""
        self._put(reader, trial_id, {_FORM: form.encode("utf-8", "replace")})

    def remembered(self, reader: str, trial_id: str) -> str:
        """What was kept by `remember`; ``""`` when nothing was."""
        return (self._part(reader, trial_id, _FORM) or b"").decode()

    def propose(self, reader: str, trial_id: str, proposal: bytes) -> None:
        """Keep what the columns probably mean, so that it is found out once."""
        self._put(reader, trial_id, {_PROPOSAL: proposal})

    def proposed(self, reader: str, trial_id: str) -> bytes:
        """What was kept by `propose`; nothing when nothing was."""
        return self._part(reader, trial_id, _PROPOSAL) or b""

    def unconfirmed(self, reader: str) -> tuple[str, ...]:
        """The uploads of which nobody confirmed yet what their columns mean, the oldest first."""
        kept = self._vault.trials(reader) if reader else ()
        return tuple(name for name in kept if self._part(reader, name, _REVISION) is None)

    def trial(self, reader: str, trial_id: str) -> Trial:
        """The trial, as the dictionary that was confirmed last makes it of the tables."""
        key = _key(reader, trial_id)
        revision = self._part(reader, trial_id, _REVISION)
        if revision is None:
            self._built.drop(key)
            raise GoneError(UNCONFIRMED if self._is_kept(reader, trial_id) else GONE)
        return self._built.get(key, revision) or self._built_now(reader, trial_id)

    def names(self, reader: str) -> tuple[tuple[str, str], ...]:
        """Name and title of every trial that was confirmed, in the order in which they were uploaded."""
        kept = self._vault.trials(reader) if reader else ()
        titles = ((trial_id, self._part(reader, trial_id, _TITLE)) for trial_id in kept)
        return tuple(
            (trial_id, title.decode(errors="surrogatepass"))
            for trial_id, title in titles
            if title is not None
        )

    def delete(self, reader: str, trial_id: str) -> None:
        """Forget a trial; one that is not there is forgotten already."""
        self._built.drop(_key(reader, trial_id))
        if reader and is_own(trial_id):
            self._vault.delete(reader, trial_id)

    def forget(self, reader: str) -> int:
        """Forget all that a reader uploaded, mapped or not, and return how many uploads that were."""
        kept = self._vault.trials(reader) if reader else ()
        for trial_id in kept:
            self.delete(reader, trial_id)
        return len(kept)

    def _put(self, reader: str, trial_id: str, parts: Mapping[str, bytes]) -> None:
        """Keep parts beside the tables; without these they are nothing, whoever forgot them meanwhile."""
        if self._is_kept(reader, trial_id):
            self._vault.put(reader, trial_id, parts)
        if not self._is_kept(reader, trial_id):
            self.delete(reader, trial_id)
            raise GoneError(GONE)

    def _is_kept(self, reader: str, trial_id: str) -> bool:
        return self._part(reader, trial_id, _UPLOADED) is not None

    def _part(self, reader: str, trial_id: str, part: str) -> bytes | None:
        return self._vault.get(reader, trial_id, part) if reader and is_own(trial_id) else None

    def _make_room(self, reader: str) -> None:
        """Give up the oldest upload that was never confirmed when there are too many, or refuse."""
        kept = self._vault.trials(reader)
        if len(kept) < MAX_TRIALS:
            return
        unconfirmed = self.unconfirmed(reader)
        if not unconfirmed:
            raise UnusableDataError(
                f"You have {len(kept)} trials here, as many as can be kept; delete one first."
            )
        self.delete(reader, unconfirmed[0])

    def _built_now(self, reader: str, trial_id: str) -> Trial:
        """Open the trial that is kept, once when many ask for it at the same moment."""
        dictionary = self._part(reader, trial_id, _DICTIONARY)
        if dictionary is None:
            raise GoneError(GONE)
        key, revision = _key(reader, trial_id), revision_of(dictionary).encode()
        with self._building:
            known = self._built.get(key, revision)
            if known is not None:
                return known
            content = self._part(reader, trial_id, _TRIAL) or b""
            kept = self._opened(content, dictionary)
            if kept is None:
                content = built(self.contents(reader, trial_id), dictionary, self._allowed)
                kept = trial_from(content)
            trial = self._own(kept, trial_id)
            self._built.keep(key, Built(trial, revision, len(content)))
        return trial

    def _opened(self, content: bytes, dictionary: bytes) -> KeptTrial | None:
        """The trial as it is kept; None where another version kept it, or the dictionary changed."""
        with suppress(UnusableDataError):
            kept = trial_from(content)
            return kept if kept.revision == revision_of(dictionary) else None
        return None

    def _own(self, kept: KeptTrial, trial_id: str) -> Trial:
        return replace(kept.trial, id=trial_id, min_cell=self._min_cell)


def _key(reader: str, trial_id: str) -> Key:
    return hashlib.sha256(reader.encode("utf-8", "surrogatepass")).hexdigest(), trial_id
