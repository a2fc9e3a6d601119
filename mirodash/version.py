"""Version and commit of this program, as `mirodash --version` prints them."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from mirodash import __version__

CHECKOUT = Path(__file__).resolve().parent.parent


def read_commit() -> str | None:
    """Return the abbreviated commit of the checkout or of the wheel, None where neither is known."""
    return _commit_of_checkout() or _commit_of_wheel()


def describe_version() -> str:
    """Return the version for people, such as ``0.1.0 (commit af4424f)``."""
    commit = read_commit()
    return f"{__version__} (commit {commit})" if commit else __version__


def wheel_version() -> str:
    """Return the version for a wheel: the commit follows as a local version label (PEP 440)."""
    commit = _commit_of_checkout()
    return f"{__version__}+g{commit}" if commit else __version__


def digest_program() -> str:
    """Return a digest of what numbers depend on: every line of the program, and the libraries below it.

    Two workers with the same digest compute the same, whether or not anything was committed or released.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(CHECKOUT).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    for library in ("numpy", "scipy", "pandas"):
        digest.update(f"{library} {version(library)}\n".encode())
    digest.update(sys.version.encode())
    return digest.hexdigest()


def _commit_of_checkout() -> str | None:
    # a folder above an installed package may be somebody's repository too, but not this one
    if not (CHECKOUT / ".git").exists() or not (CHECKOUT / "pyproject.toml").is_file():
        return None
    command = ["git", "-C", str(CHECKOUT), "rev-parse", "--short", "HEAD"]
    try:
        # fixed words and the program's own folder
        answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() or None if answer.returncode == 0 else None


def _commit_of_wheel() -> str | None:
    try:
        _, _, label = version("mirodash").partition("+g")
    except PackageNotFoundError:
        return None
    return label or None
