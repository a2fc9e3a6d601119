"""What the person who starts MiroDash can set, read once from the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mirodash.errors import UnusableQuestionError

CHECKOUT = Path(__file__).resolve().parent.parent
BUNDLED = Path(__file__).resolve().parent / "_bundled"


HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]", re.ASCII)
"""A host name, or an address; one of IPv6 in brackets, as browsers send it."""
PUBLIC_URL = re.compile(rf"https?://({HOST.pattern})(:[0-9]{{1,5}})?/?", re.ASCII)
"""Everything of MiroDash is served from the root of its host."""
MAX_REQUEST = 1_000_000
"""In bytes; a view is a few hundred."""
MAX_UPLOAD = 25_000_000
"""In bytes; 20,000 participants with 112 columns take half of it, a few hundred less than a million."""
UPLOAD_ROWS = 100_000
UPLOAD_COLUMNS = 2_000
UPLOAD_CELLS = 3_000_000
UPLOAD_CELL = 32_767
"""Characters; Excel takes no more."""
UPLOAD_INFLATED = 50_000_000
UPLOAD_RATIO = 100
UPLOAD_SECONDS = 20
UPLOAD_MEMORY = 1_500_000_000
REQUEST_SECONDS = 10
KEPT_SECONDS = 3_600
MIN_SECRET = 32


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one running dashboard.

    Parameters
    ----------
    data : tuple of Path
        Files to open first, each with its dictionary beside it (``MIRODASH_DATA``, separated as in PATH).
    data_folder : Path or None
        A folder whose trials everybody can look at (``MIRODASH_DATA_FOLDER``).
    hosts : tuple of str
        Names and addresses under which browsers reach this server, beside those of loopback
        (``MIRODASH_HOSTS``, separated by commas).
    public_url : str
        The address under which an audience opens links to this server, which is answered as well
        (``MIRODASH_PUBLIC_URL``); without it, the one under which it was asked.
    largest_request : int
        In bytes; a larger request is refused (``MIRODASH_LARGEST_REQUEST``).
    largest_upload : int
        In bytes; a larger file is refused (``MIRODASH_LARGEST_UPLOAD``).
    upload_rows, upload_columns, upload_cells : int
        Of the table in an uploaded file (``MIRODASH_UPLOAD_ROWS``, ``_COLUMNS``, ``_CELLS``).
    upload_cell : int
        Characters of one cell (``MIRODASH_UPLOAD_CELL``).
    upload_inflated, upload_ratio : int
        Bytes of a workbook when unpacked, and how many times that is of its size
        (``MIRODASH_UPLOAD_INFLATED``, ``_RATIO``).
    upload_seconds, upload_memory : int
        Seconds of processor time and bytes of memory that reading one file may take
        (``MIRODASH_UPLOAD_SECONDS``, ``_MEMORY``).
    request_seconds : int
        Seconds of processor time that the computing of one request may take
        (``MIRODASH_REQUEST_SECONDS``).
    uploads : Path or None
        The private folder in which uploaded trials are kept (``MIRODASH_UPLOADS``); None is one in the
        system's place for temporary files.
    redis_url : str
        Keeps uploaded trials in Redis instead of a folder (``MIRODASH_REDIS_URL``).
    result_cache : bool
        Whether workers find one another's results in Redis, where there is one (``MIRODASH_RESULT_CACHE``).
    kept_seconds : int
        An uploaded trial is forgotten when nobody has looked at it for so long
        (``MIRODASH_UPLOADS_KEPT_SECONDS``).
    secret : str
        Signs the cookie by which a browser is known; made and kept in the folder when it is empty
        (``MIRODASH_SECRET``).
    secure_cookie : bool
        Whether that cookie travels over HTTPS only (``MIRODASH_SECURE_COOKIE``).
    min_cell : int
        Fewer participants than this are never told apart; 0 tells everything (``MIRODASH_MIN_CELL``).
    """

    data: tuple[Path, ...] = ()
    data_folder: Path | None = None
    hosts: tuple[str, ...] = ()
    public_url: str = ""
    largest_request: int = MAX_REQUEST
    largest_upload: int = MAX_UPLOAD
    upload_rows: int = UPLOAD_ROWS
    upload_columns: int = UPLOAD_COLUMNS
    upload_cells: int = UPLOAD_CELLS
    upload_cell: int = UPLOAD_CELL
    upload_inflated: int = UPLOAD_INFLATED
    upload_ratio: int = UPLOAD_RATIO
    upload_seconds: int = UPLOAD_SECONDS
    upload_memory: int = UPLOAD_MEMORY
    request_seconds: int = REQUEST_SECONDS
    uploads: Path | None = None
    redis_url: str = field(default="", repr=False)
    result_cache: bool = True
    kept_seconds: int = KEPT_SECONDS
    secret: str = field(default="", repr=False)
    secure_cookie: bool = False
    min_cell: int = 0

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings from environment variables.

        Raises
        ------
        UnusableQuestionError
            With a sentence for every variable that does not hold what it should.
        """
        problems: list[str] = []

        def count(name: str, otherwise: int, least: int, what: str) -> int:
            text = environ.get(name, str(otherwise))
            if re.fullmatch(r"[0-9]{1,12}", text) and int(text) >= least:
                return int(text)
            problems.append(f"{name} is '{text[:40]}'; it must be a number of {what}, {least} or more.")
            return otherwise

        def folder(name: str) -> Path | None:
            return Path(environ[name]) if environ.get(name) else None

        settings = cls(
            data=tuple(Path(text) for text in environ.get("MIRODASH_DATA", "").split(os.pathsep) if text),
            data_folder=folder("MIRODASH_DATA_FOLDER"),
            hosts=_hosts(environ, "MIRODASH_HOSTS", problems),
            public_url=environ.get("MIRODASH_PUBLIC_URL", "").strip(),
            largest_request=count("MIRODASH_LARGEST_REQUEST", MAX_REQUEST, 1_000, "bytes"),
            largest_upload=count("MIRODASH_LARGEST_UPLOAD", MAX_UPLOAD, 1_000, "bytes"),
            upload_rows=count("MIRODASH_UPLOAD_ROWS", UPLOAD_ROWS, 1, "rows"),
            upload_columns=count("MIRODASH_UPLOAD_COLUMNS", UPLOAD_COLUMNS, 2, "columns"),
            upload_cells=count("MIRODASH_UPLOAD_CELLS", UPLOAD_CELLS, 2, "cells"),
            upload_cell=count("MIRODASH_UPLOAD_CELL", UPLOAD_CELL, 1, "characters"),
            upload_inflated=count("MIRODASH_UPLOAD_INFLATED", UPLOAD_INFLATED, 1_000, "bytes"),
            upload_ratio=count("MIRODASH_UPLOAD_RATIO", UPLOAD_RATIO, 2, "times"),
            upload_seconds=count("MIRODASH_UPLOAD_SECONDS", UPLOAD_SECONDS, 1, "seconds"),
            # below this the libraries that read files cannot be loaded
            upload_memory=count("MIRODASH_UPLOAD_MEMORY", UPLOAD_MEMORY, 500_000_000, "bytes"),
            request_seconds=count("MIRODASH_REQUEST_SECONDS", REQUEST_SECONDS, 1, "seconds"),
            uploads=folder("MIRODASH_UPLOADS"),
            redis_url=environ.get("MIRODASH_REDIS_URL", ""),
            result_cache=_switch(environ, "MIRODASH_RESULT_CACHE", problems, otherwise="1"),
            kept_seconds=count("MIRODASH_UPLOADS_KEPT_SECONDS", KEPT_SECONDS, 1, "seconds"),
            secret=environ.get("MIRODASH_SECRET", ""),
            secure_cookie=_switch(environ, "MIRODASH_SECURE_COOKIE", problems),
            min_cell=count("MIRODASH_MIN_CELL", 0, 0, "participants"),
        )
        problems += _contradictions(settings)
        if problems:
            raise UnusableQuestionError(problems)
        return settings


def _switch(environ: Mapping[str, str], name: str, problems: list[str], *, otherwise: str = "0") -> bool:
    text = environ.get(name) or otherwise
    if text.lower() not in ("0", "1", "true", "false"):
        problems.append(f"{name} is '{text[:40]}'; it must be 1 or 0.")
    return text.lower() in ("1", "true")


def _hosts(environ: Mapping[str, str], name: str, problems: list[str]) -> tuple[str, ...]:
    hosts = tuple(text.strip() for text in environ.get(name, "").split(",") if text.strip())
    problems += [
        f"{name} holds '{host[:40]}'; it must be a host name or an address without 'https://' and port, "
        "such as mirodash.hospital.example or [2001:db8::5]."
        for host in hosts
        if not HOST.fullmatch(host)
    ]
    return hosts


def _contradictions(settings: Settings) -> list[str]:
    problems: list[str] = []
    if settings.public_url and not PUBLIC_URL.fullmatch(settings.public_url):
        problems.append(
            f"MIRODASH_PUBLIC_URL is '{settings.public_url[:40]}'; it must be an address without a path, "
            "such as https://mirodash.hospital.example."
        )
    if settings.secret and len(settings.secret) < MIN_SECRET:
        problems.append(f"MIRODASH_SECRET can be guessed; give {MIN_SECRET} characters or more.")
    if settings.redis_url and not settings.secret:
        problems.append(
            "MIRODASH_REDIS_URL needs MIRODASH_SECRET as well: all machines that share Redis must sign "
            f"with the same secret of {MIN_SECRET} characters or more."
        )
    if settings.redis_url and not settings.redis_url.startswith(("redis://", "rediss://", "unix://")):
        problems.append("MIRODASH_REDIS_URL must begin with redis://, rediss:// or unix://.")
    return problems


def assets_folder() -> Path:
    """Style sheets, scripts and fonts: in the checkout, or inside an installed package."""
    bundled = BUNDLED / "assets"
    return bundled if bundled.is_dir() else CHECKOUT / "assets"
