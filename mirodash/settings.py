"""What the person who starts MiroDash can set, read once from the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mirodash.errors import UnusableQuestionError

CHECKOUT = Path(__file__).resolve().parent.parent
BUNDLED = Path(__file__).resolve().parent / "_bundled"


LARGEST_REQUEST = 1_000_000
"""In bytes; a view is a few hundred."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one running dashboard.

    Parameters
    ----------
    data : tuple of Path
        Files to open first, each with its dictionary beside it (``MIRODASH_DATA``, separated as in PATH).
    largest_request : int
        In bytes; a larger request is refused (``MIRODASH_LARGEST_REQUEST``).
    """

    data: tuple[Path, ...] = ()
    largest_request: int = LARGEST_REQUEST

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings from environment variables.

        Raises
        ------
        UnusableQuestionError
            When a variable does not hold what it should.
        """
        paths = [Path(text) for text in environ.get("MIRODASH_DATA", "").split(os.pathsep) if text]
        limit = environ.get("MIRODASH_LARGEST_REQUEST", str(LARGEST_REQUEST))
        if not re.fullmatch(r"[0-9]{1,12}", limit) or int(limit) < 1_000:
            raise UnusableQuestionError(
                f"MIRODASH_LARGEST_REQUEST is '{limit[:40]}'; it must be a number of bytes, 1000 or more."
            )
        return cls(tuple(paths), int(limit))


def assets_folder() -> Path:
    """Style sheets, scripts and fonts: in the checkout, or inside an installed package."""
    bundled = BUNDLED / "assets"
    return bundled if bundled.is_dir() else CHECKOUT / "assets"
