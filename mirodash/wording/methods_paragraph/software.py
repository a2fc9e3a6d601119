"""Which programs, in which versions, make the numbers."""

from __future__ import annotations

import platform
from importlib import metadata

from mirodash import __version__


def versions_here() -> dict[str, str]:
    """The versions of MiroDash, Python and lifelines that are running, by name."""
    return {
        "MiroDash": __version__,
        "Python": platform.python_version(),
        "lifelines": metadata.version("lifelines"),
    }
