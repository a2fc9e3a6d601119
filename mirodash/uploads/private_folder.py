"""A folder that nobody else on the machine can look into."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

_OTHERS = 0o077
PASSING = "mirodash-arriving-"
"""How folders begin that are removed as soon as what is in them was looked at, or later as forgotten."""


def default_folder() -> Path:
    """The same for every process of one user; it need not exist."""
    user = f"-{os.geteuid()}" if hasattr(os, "geteuid") else ""
    return Path(tempfile.gettempdir()) / f"mirodash-uploads{user}"


def make_private(folder: Path) -> None:
    """Make the folder if it is not there.

    Raises
    ------
    OSError
        When it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def why_not_private(path: Path, *, is_kind: int = stat.S_IFDIR) -> str:
    """Why nothing secret may be put there, in words; ``""`` when it may or when there is nothing yet.

    Windows keeps a user's files from others in ways that these signs do not show, and answers for itself.

    Parameters
    ----------
    path : Path
        A folder, or a file in one.
    is_kind : int
        What it should be: ``stat.S_IFDIR`` or ``stat.S_IFREG``.

    Raises
    ------
    OSError
        When nobody can tell.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        return ""
    if stat.S_ISLNK(found.st_mode):
        return "it is a link to another place"
    if stat.S_IFMT(found.st_mode) != is_kind:
        return "it is not a folder" if is_kind == stat.S_IFDIR else "it is not a file"
    if not hasattr(os, "geteuid"):
        return ""
    if found.st_uid != os.geteuid():
        return "it belongs to another user"
    return "others can read it" if found.st_mode & _OTHERS else ""
