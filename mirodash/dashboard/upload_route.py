"""Where the browser sends a file: it is taken in, read, kept for its owner, and removed from its folder."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from dash import Dash
from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from mirodash.dashboard.arriving import arrival, received, remove_forgotten
from mirodash.dashboard.reader import RECEIPT, known_reader, receipt_of
from mirodash.errors import UnavailableError, UnusableDataError
from mirodash.settings import Settings
from mirodash.text.data_sentences import too_large
from mirodash.trial.table import one_line
from mirodash.uploads.intake import allowance, taken_in
from mirodash.uploads.uploads import Uploads

LOG = logging.getLogger(__name__)

ADDRESS = "/uploads"
HEADER = "X-MiroDash"
HEADER_VALUE = "upload"
LONGEST_NAME = 80


def register(app: Dash, uploads: Uploads, settings: Settings) -> None:
    """Answer ``POST /uploads``: ``{"trial": id}``, or ``{"problems": [sentence, …]}``.

    No other page can send the header, so that no other page can send files in the reader's name.
    """
    remove_forgotten()
    allowed = allowance(settings)

    @app.server.post(ADDRESS)
    def take_in() -> Response:
        if request.headers.get(HEADER) != HEADER_VALUE:
            return _told(["Files are taken from the Data page only."], 403)
        try:
            with arrival() as folder:
                files = received(request, folder, settings.largest_upload)
                contents = taken_in([(_name(sent), path) for sent, path in files], allowed)
            reader = known_reader()
            answer = _answer({"trial": uploads.keep_contents(reader, contents)}, 200)
            answer.headers[RECEIPT] = receipt_of(reader)
            return answer
        except UnusableDataError as error:
            return _told(error.problems, 200)
        except UnavailableError as error:
            return _told(error.problems, 503)
        except RequestEntityTooLarge:
            return _told([too_large(settings.largest_upload)], 413)
        except OSError as error:
            LOG.error("a file could not be taken in: %s", error.strerror)
            return _told(["This server has no room for files at the moment; try again later."], 503)


def _name(sent: str) -> str:
    """What the owner calls a file: for sentences only, never a path here."""
    name = one_line(PurePath(sent.replace("\\", "/")).name)
    suffix = PurePath(name).suffix
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 20]}…{suffix[:15]}"
    return short or "file"


def _told(problems: Iterable[str], status: int) -> Response:
    return _answer({"problems": list(problems)}, status)


def _answer(content: dict[str, Any], status: int) -> Response:
    return Response(
        json.dumps(content), status, mimetype="application/json", headers={"Cache-Control": "no-store"}
    )
