"""Which programs, in which versions, make the numbers."""

from __future__ import annotations

import platform
from collections.abc import Mapping

from mirodash import __version__


def versions_here() -> dict[str, str]:
    """The versions of MiroDash and Python that are running, by name."""
    return {"MiroDash": __version__, "Python": platform.python_version()}


def programs(versions: Mapping[str, str]) -> list[str]:
    """Each program with its version."""
    return [f"{name} {version}" for name, version in versions.items()]
