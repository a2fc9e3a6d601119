"""Readers who brought trials of their own, as their browsers are left after the upload."""

from __future__ import annotations

import csv
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dash import Dash

from mirodash.settings import Settings
from mirodash.trial.readers.files import read_table
from mirodash.uploads.uploads import Uploads, create_store, read_secret
from mirodash.web.sessions import COOKIE, READER
from tests.dashboard.renderer import Reader
from tests.trial.small_files import small_rows

DICTIONARY = """
title = "{title}"
[columns]
participant = "id"
arm = "arm"
site = "site"
[arms]
control = "Placebo"
treated = "Drug"
[endpoints.death]
label = "Death"
time = "days"
event = "event"
event_value = 1
unit = "days"
[biomarkers.marker]
label = "Marker"
unit = "pg/mL"
default_thresholds = [800]
"""


@dataclass
class Owner(Reader):
    """A reader whom the dashboard knows by a cookie; ``secret`` is what the cookie holds."""

    settings: Settings

    def __post_init__(self) -> None:
        super().__post_init__()
        self.secret = secrets.token_urlsafe(32)
        self.client.set_cookie(COOKIE, signed(self.app, self.secret, read_secret(self.settings)))

    def uploads(self) -> Uploads:
        """Return the uploads as another worker sees them."""
        return Uploads(create_store(self.settings), min_cell=self.settings.min_cell)

    def upload(self, file: Path, dictionary: str) -> str:
        """Keep a file as a confirmed trial of this reader, and return its name."""
        uploads = self.uploads()
        name = uploads.keep(self.secret, [read_table(file)])
        uploads.confirm(self.secret, name, dictionary)
        return name

    def upload_people(self, n: int, title: str, folder: Path) -> str:
        """Keep a trial of so many made-up participants, and return its name."""
        rows = small_rows(n)
        file = folder / f"{secrets.token_hex(4)}.csv"
        with file.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        return self.upload(file, DICTIONARY.format(title=title))


def signed(app: Dash, reader: str, secret: str) -> str:
    """Return the cookie that a dashboard with this secret would give."""
    server = app.server
    before, server.secret_key = server.secret_key, secret
    try:
        interface: Any = server.session_interface
        return interface.get_signing_serializer(server).dumps({READER: reader})
    finally:
        server.secret_key = before
