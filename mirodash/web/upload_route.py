"""Upload route: request bodies streamed into a private folder within limits, and read from there."""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Any

from dash import Dash
from flask import Flask, Request, Response, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from mirodash.errors import UnavailableError, UnusableDataError
from mirodash.settings import Settings
from mirodash.text.data_sentences import describe_too_large
from mirodash.trial.joining import MAX_FILES
from mirodash.trial.table import one_line
from mirodash.uploads.intake import allowance, taken_in
from mirodash.uploads.upload_store import PASSING
from mirodash.uploads.uploads import Uploads
from mirodash.web.sessions import RECEIPT, get_or_create_session, receipt_of

FIELD = "file"
OVERHEAD = 20_000
"""Bytes of a request around its files."""
MAX_HELD = 200_000
"""Bytes in memory at a time: the parser takes pieces of 64 KiB and keeps what ends in the next one."""
MAX_PARTS = 20
MAX_DRAIN_FACTOR = 10
"""A browser understands a refusal only when it was heard to the end: this many times what is allowed."""
_CHUNK = 1_000_000
_NO_FILE = "No file arrived; choose one, or several that belong together."
FORGOTTEN_SECONDS = 600
"""Nothing arrives for so long: whoever left this folder was ended before it could remove it."""


@contextmanager
def arrival() -> Generator[Path]:
    """A new folder that nobody else can look into, removed in every case with what is in it."""
    with tempfile.TemporaryDirectory(prefix=PASSING) as folder:
        remove_stale()
        yield Path(folder)


def remove_stale() -> None:
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


def receive_files(request: Request, folder: Path, largest: int) -> list[tuple[str, Path]]:
    """The files of a request: what the browser calls them, and where they lie now.

    Parameters
    ----------
    request : Request
        With one or several files in it; it is read here, piece by piece.
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
    request.max_content_length = MAX_FILES * largest + OVERHEAD
    if request.mimetype != "multipart/form-data":
        raise UnusableDataError(_NO_FILE)
    arriving: list[ArrivingFile] = []

    def open_next(*_: Any, **__: Any) -> Any:
        if len(arriving) == MAX_FILES:
            raise UnusableDataError(f"At most {MAX_FILES} files can be sent at once.")
        arriving.append(ArrivingFile(folder / str(len(arriving)), largest))
        return arriving[-1]

    parser = FormDataParser(
        stream_factory=open_next, max_form_memory_size=MAX_HELD, max_form_parts=MAX_PARTS, silent=False
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
        _drain_request_body(request)
    found = [(file.filename or "", file.stream.path) for file in sent.getlist(FIELD)]  # type: ignore[attr-defined]
    if not found:
        raise UnusableDataError(_NO_FILE)
    return found


def _drain_request_body(request: Request) -> None:
    """Read what is left of a request: a browser whose request is cut short shows no answer."""
    most = MAX_DRAIN_FACTOR * (request.max_content_length or 0)
    try:
        while most > 0 and (data := request.stream.read(_CHUNK)):
            most -= len(data)
    except (ClientDisconnected, RequestEntityTooLarge, OSError):
        return


LOG = logging.getLogger(__name__)

ADDRESS = "/uploads"
HEADER = "X-MiroDash"
HEADER_VALUE = "upload"
MAX_NAME_LENGTH = 80


def register(app: Dash, uploads: Uploads, settings: Settings) -> None:
    """Answer ``POST /uploads``: ``{"trial": id}``, or ``{"problems": [sentence, …]}``.

    ``?sheet=`` names the sheet of a workbook, and ``&instead=`` the upload that this one takes the place of.
    No other page can send the header, so that no other page can send files in the reader's name.
    """
    remove_stale()
    allowed = allowance(settings)
    server: Flask = app.server

    @server.post(ADDRESS)
    def take_in() -> Response:
        if request.headers.get(HEADER) != HEADER_VALUE:
            return _answer_problems(["Files are taken from the Data page only."], 403)
        try:
            with arrival() as folder:
                files = receive_files(request, folder, settings.largest_upload)
                named = [(_name(sent), path) for sent, path in files]
                contents = taken_in(named, allowed, sheet=request.args.get("sheet", "")[:MAX_NAME_LENGTH])
            reader = get_or_create_session()
            uploads.delete(reader, request.args.get("instead", ""))
            answer = _answer({"trial": uploads.keep_contents(reader, contents)}, 200)
            answer.headers[RECEIPT] = receipt_of(reader)
            return answer
        except UnusableDataError as error:
            return _answer_problems(error.problems, 200)
        except UnavailableError as error:
            return _answer_problems(error.problems, 503)
        except RequestEntityTooLarge:
            return _answer_problems([describe_too_large(settings.largest_upload)], 413)
        except OSError as error:
            LOG.error("a file could not be taken in: %s", error.strerror)
            return _answer_problems(
                ["This server has no room for files at the moment; try again later."], 503
            )


def _name(sent: str) -> str:
    """What the owner calls a file: for sentences only, never a path here."""
    name = one_line(PurePath(sent.replace("\\", "/")).name)
    suffix = PurePath(name).suffix
    short = name if len(name) <= MAX_NAME_LENGTH else f"{name[: MAX_NAME_LENGTH - 20]}…{suffix[:15]}"
    return short or "file"


def _answer_problems(problems: Iterable[str], status: int) -> Response:
    return _answer({"problems": list(problems)}, status)


def _answer(content: dict[str, Any], status: int) -> Response:
    return Response(
        json.dumps(content), status, mimetype="application/json", headers={"Cache-Control": "no-store"}
    )
