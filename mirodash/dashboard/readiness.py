"""Readiness beside health: whether this server can take uploads now, for whoever sends readers to it."""

from __future__ import annotations

import logging

from flask import Flask, Response

from mirodash.dashboard.reader import UNSIGNED
from mirodash.errors import UnavailableError, UnusableDataError
from mirodash.settings import Settings
from mirodash.uploads.upload_store import FULL, Vault
from mirodash.uploads.uploads import can_sign

LOG = logging.getLogger(__name__)

ADDRESS = "/ready"
READY = "ready"
FILES = 2
"""An upload is two files at most."""


def register(server: Flask, vault: Vault, settings: Settings) -> None:
    """Answer ``GET /ready``: 200, or 503 with the sentence why uploads cannot be taken.

    ``/health`` says that the program runs, and stays 200: to start it anew would mend none of this.
    """

    @server.get(ADDRESS)
    def ready() -> Response:
        problem = find_problem(vault, settings)
        if problem:
            LOG.warning("not ready: %s", problem)
        return Response(
            problem or READY,
            503 if problem else 200,
            mimetype="text/plain",
            headers={"Cache-Control": "no-store"},
        )


def find_problem(vault: Vault, settings: Settings) -> str:
    """Why an upload of the largest size would not be kept, in a sentence; ``""`` when it would."""
    try:
        room = vault.room()
    except (UnavailableError, UnusableDataError) as error:
        return " ".join(error.problems)
    if room is not None and room < FILES * settings.largest_upload:
        return FULL
    return "" if can_sign(settings) else UNSIGNED
