"""Readers who brought trials of their own, as their browsers are left after the upload."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dash import Dash

from mirodash.dashboard.reader import COOKIE, READER
from mirodash.settings import Settings
from mirodash.trial.files import read_table
from mirodash.uploads.opening import open_vault, secret_of
from mirodash.uploads.uploads import Uploads
from tests.dashboard.renderer import Reader


@dataclass
class Owner(Reader):
    """A reader whom the dashboard knows by a cookie; ``secret`` is what the cookie holds."""

    settings: Settings

    def __post_init__(self) -> None:
        super().__post_init__()
        self.secret = secrets.token_urlsafe(32)
        self.client.set_cookie(COOKIE, signed(self.app, self.secret, secret_of(self.settings)))

    def uploads(self) -> Uploads:
        """Return the uploads as another worker sees them."""
        return Uploads(open_vault(self.settings), min_cell=self.settings.min_cell)

    def upload(self, paths: Sequence[Path], dictionary: str) -> str:
        """Keep files as a confirmed trial of this reader, and return its name."""
        uploads = self.uploads()
        name = uploads.keep(self.secret, [read_table(path) for path in paths])
        uploads.confirm(self.secret, name, dictionary)
        return name


def signed(app: Dash, reader: str, secret: str) -> str:
    """Return the cookie that a dashboard with this secret would give."""
    server = app.server
    before, server.secret_key = server.secret_key, secret
    try:
        interface: Any = server.session_interface
        return interface.get_signing_serializer(server).dumps({READER: reader})
    finally:
        server.secret_key = before
