"""Takes in files that somebody sent: a child process reads each, and may die of it unnoticed."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mirodash.errors import UnusableDataError
from mirodash.trial.table import Table, one_line
from mirodash.uploads import child
from mirodash.uploads.arrow_table import table_from

MOST_SECONDS = 15
MOST_CHILDREN = 2
PATIENCE_SECONDS = 5
LONGEST_SENTENCE = 2_000

_PLACES = threading.BoundedSemaphore(MOST_CHILDREN)


def tables_of(files: Sequence[tuple[str, Path]]) -> tuple[Table, ...]:
    """Read files as tables of text, in the order given.

    Parameters
    ----------
    files : sequence of (str, Path)
        What its owner calls each file, and where it lies: a private folder, in which the answer is
        written as well.

    Raises
    ------
    UnusableDataError
        With sentences about every file that cannot be read, whatever it did to its reader.
    """
    tables: list[Table] = []
    problems: list[str] = []
    for name, path in files:
        try:
            tables.append(_table_of(name, path))
        except UnusableDataError as error:
            problems += error.problems
    if problems:
        raise UnusableDataError(problems)
    return tuple(tables)


def _table_of(name: str, path: Path) -> Table:
    if not _PLACES.acquire(timeout=PATIENCE_SECONDS):
        raise UnusableDataError(
            f"'{name}' was not read, for other people's files are being read; try again in a moment."
        )
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            _let_a_child_read(name, path.absolute(), folder)
            return _answer(name, Path(folder))
    finally:
        _PLACES.release()


def _let_a_child_read(name: str, path: Path, folder: str) -> None:
    """Start a child and wait until it ends; no list of processes shows the name of the file."""
    process = subprocess.Popen(  # noqa: S603 - no shell, and nothing of the reader's on the command line
        _command(),
        cwd=folder,
        env=child.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with process:
        try:
            process.communicate(json.dumps({"path": str(path), "name": name}).encode(), MOST_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise UnusableDataError(
                f"'{name}' takes longer to read than the file of a trial; save its table as CSV "
                "and send that."
            ) from None
        finally:
            process.kill()


def _command() -> list[str]:
    """Nothing but the program: neither folders nor variables of whoever started the server change it."""
    return [sys.executable, "-I", "-m", child.__name__]


def _answer(name: str, folder: Path) -> Table:
    """What a child left; it read a stranger's file, so its answer is believed no more than the file."""
    try:
        if (folder / child.TABLE).exists():
            return table_from(_bytes(folder / child.TABLE))
        problems = _sentences(json.loads(_bytes(folder / child.PROBLEMS)))
    except Exception as error:  # whatever a damaged answer raises, the reader hears a sentence
        raise UnusableDataError(
            f"'{name}' cannot be read: it is damaged, or far larger inside than the file of a trial; "
            "save its table as CSV and send that."
        ) from error
    raise UnusableDataError(problems)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(child.LARGEST_ANSWER)


def _sentences(answer: Any) -> list[str]:
    problems = [one_line(str(problem))[:LONGEST_SENTENCE] for problem in answer]
    if not problems:
        raise ValueError
    return problems[: child.MOST_PROBLEMS]
