"""Files on their way from a browser: written as they come into a private folder, each up to a limit."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from mirodash.errors import UnusableDataError
from mirodash.uploads.upload_store import PASSING

FIELD = "file"
MOST_FILES = 2
OVERHEAD = 20_000
"""Bytes of a request around its files."""
MOST_HELD = 200_000
"""Bytes in memory at a time: the parser takes pieces of 64 KiB and keeps what ends in the next one."""
MOST_PARTS = 20
HEARD_OUT = 10
"""A browser understands a refusal only when it was heard to the end: this many times what is allowed."""
_CHUNK = 1_000_000
_NO_FILE = "No file arrived; choose one, or two that belong together."
FORGOTTEN_SECONDS = 600
"""Nothing arrives for so long: whoever left this folder was ended before it could remove it."""


@contextmanager
def arrival() -> Generator[Path]:
    """A new folder that nobody else can look into, removed in every case with what is in it."""
    with tempfile.TemporaryDirectory(prefix=PASSING) as folder:
        remove_forgotten()
        yield Path(folder)


def remove_forgotten() -> None:
    """Remove what a server that was ended in the middle of a file has left."""
    for left in Path(tempfile.gettempdir()).glob(f"{PASSING}*"):
        if _is_forgotten(left):
            shutil.rmtree(left, ignore_errors=True)


def _is_forgotten(folder: Path) -> bool:
    try:
        about = folder.lstat()
    except OSError:
        return False
    ours = not hasattr(os, "geteuid") or about.st_uid == os.geteuid()
    return ours and time.time() - about.st_mtime > FORGOTTEN_SECONDS


class ArrivingFile:
    """A file of which only its bytes are taken, never its name.

    Parameters
    ----------
    path : Path
        Where it goes; nothing may be there yet.
    most : int
        Bytes after which it is refused.
    """

    def __init__(self, path: Path, most: int) -> None:
        self.path = path
        self._left = most
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def write(self, data: bytes) -> int:
        """Take some more bytes.

        Raises
        ------
        RequestEntityTooLarge
            When they are too many.
        """
        self._left -= len(data)
        if self._left < 0:
            raise RequestEntityTooLarge
        return self._file.write(data)

    def seek(self, offset: int) -> int:
        """Nothing more comes."""
        self._file.flush()
        return self._file.seek(offset)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def received(request: Request, folder: Path, largest: int) -> list[tuple[str, Path]]:
    """The files of a request: what the browser calls them, and where they lie now.

    Parameters
    ----------
    request : Request
        With one or two files in it; it is read here, piece by piece.
    folder : Path
        A private folder.
    largest : int
        Bytes of one file.

    Raises
    ------
    RequestEntityTooLarge
        When a file, or all of them, are too large.
    UnusableDataError
        When there is no file, there are too many, or the request is not what a form sends.
    """
    request.max_content_length = MOST_FILES * largest + OVERHEAD
    if request.mimetype != "multipart/form-data":
        raise UnusableDataError(_NO_FILE)
    arriving: list[ArrivingFile] = []

    def open_next(*_: Any, **__: Any) -> Any:
        if len(arriving) == MOST_FILES:
            raise UnusableDataError(f"At most {MOST_FILES} files can be sent at once.")
        arriving.append(ArrivingFile(folder / str(len(arriving)), largest))
        return arriving[-1]

    parser = FormDataParser(
        stream_factory=open_next, max_form_memory_size=MOST_HELD, max_form_parts=MOST_PARTS, silent=False
    )
    try:
        _, _, sent = parser.parse(
            request.stream, request.mimetype, request.content_length, request.mimetype_params
        )
    except ValueError as error:
        raise UnusableDataError("The files did not arrive whole; send them again.") from error
    finally:
        for file in arriving:
            file.close()
        _hear_out(request)
    found = [(file.filename or "", file.stream.path) for file in sent.getlist(FIELD)]  # type: ignore[attr-defined]
    if not found:
        raise UnusableDataError(_NO_FILE)
    return found


def _hear_out(request: Request) -> None:
    """Read what is left of a request: a browser whose request is cut short shows no answer."""
    most = HEARD_OUT * (request.max_content_length or 0)
    try:
        while most > 0 and (data := request.stream.read(_CHUNK)):
            most -= len(data)
    except (ClientDisconnected, RequestEntityTooLarge, OSError):
        return
