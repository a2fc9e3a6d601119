"""Which tests concern what is not committed yet, or what the last commit changed: ``pytest --changed``."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


@cache
def changed_files() -> frozenset[Path]:
    """Return the files that are not committed as they are; where all are, those of the last commit."""
    uncommitted = _git("diff", "--name-only", "-z", "HEAD")
    uncommitted += _git("ls-files", "--others", "--exclude-standard", "-z")
    return frozenset(ROOT / name for name in uncommitted or _git("diff", "--name-only", "-z", "HEAD~1"))


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split("\0") if name]


def concerns(file: Path, changed: frozenset[Path]) -> bool:
    """Tell whether a file changed, or is of the tests and imports one that did, by itself or by a helper.

    What the product's modules import is not followed: through the layers, everything would concern
    everything, and the whole suite is for that.
    """
    if file in changed:
        return True
    return file.is_relative_to(ROOT / "tests") and not changed.isdisjoint(_read(file))


@cache
def _read(path: Path) -> frozenset[Path]:
    """Return the modules that a test file imports, and those that its helpers in ``tests`` import."""
    found: set[Path] = set()
    for name in _imported(path):
        for candidate in _paths_of(name, path):
            if candidate.is_file() and candidate not in found:
                found.add(candidate)
                if "tests" in candidate.relative_to(ROOT).parts:
                    found |= _read(candidate)
    return frozenset(found)


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def _paths_of(name: str, importer: Path) -> list[Path]:
    relative = Path(*name.split("."))
    folders = (ROOT, ROOT / "tests", importer.parent)
    return [folder / relative.with_suffix(".py") for folder in folders]
