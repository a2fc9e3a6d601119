"""Takes in files that somebody sent: a child process reads each, and may die of it unnoticed."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from mirodash.errors import UnusableDataError
from mirodash.settings import Settings
from mirodash.trial.limits import SENT, Limits
from mirodash.trial.table import Table, one_line
from mirodash.uploads import child
from mirodash.uploads.arrow_table import table_from

WAITING_SECONDS = 5
"""A child that neither computes nor ends is given up so much later than its processor time allows."""
MOST_CHILDREN = 2
PATIENCE_SECONDS = 5
LONGEST_SENTENCE = 2_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What reading one file may take: the limits of its table, seconds of processor time, bytes of memory."""

    limits: Limits
    seconds: int
    memory: int


def allowance(settings: Settings) -> Allowance:
    """What whoever runs the program allows."""
    limits = replace(
        SENT,
        size=settings.largest_upload,
        # no text has more characters than bytes, but a packed file has
        text=max(SENT.text, 2 * settings.largest_upload),
        rows=settings.upload_rows,
        columns=settings.upload_columns,
        cells=settings.upload_cells,
        cell=settings.upload_cell,
        inflated=settings.upload_inflated,
        ratio=settings.upload_ratio,
        # a cell of a sheet is a mark with its value, and most of its text is another one
        tags=max(SENT.tags, 3 * settings.upload_cells // 2),
    )
    return Allowance(limits, settings.upload_seconds, settings.upload_memory)


USUAL = allowance(Settings())
"""What nobody set."""

_PLACES = threading.BoundedSemaphore(MOST_CHILDREN)


def tables_of(files: Sequence[tuple[str, Path]], allowed: Allowance = USUAL) -> tuple[Table, ...]:
    """Read files as tables of text, in the order given.

    Parameters
    ----------
    files : sequence of (str, Path)
        What its owner calls each file, and where it lies: a private folder, in which the answer is
        written as well.
    allowed : Allowance
        What reading one of them may take.

    Raises
    ------
    UnusableDataError
        With sentences about every file that cannot be read, whatever it did to its reader.
    """
    tables: list[Table] = []
    problems: list[str] = []
    for name, path in files:
        try:
            tables.append(_table_of(name, path, allowed))
        except UnusableDataError as error:
            problems += error.problems
    if problems:
        raise UnusableDataError(problems)
    return tuple(tables)


def _table_of(name: str, path: Path, allowed: Allowance) -> Table:
    if not _PLACES.acquire(timeout=PATIENCE_SECONDS):
        raise UnusableDataError(
            f"'{name}' was not read, for other people's files are being read; try again in a moment."
        )
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            _let_a_child_read(name, path.absolute(), folder, allowed)
            return _answer(name, Path(folder))
    finally:
        _PLACES.release()


def _let_a_child_read(name: str, path: Path, folder: str, allowed: Allowance) -> None:
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
            asked = {"path": str(path), "name": name, **asdict(allowed)}
            process.communicate(json.dumps(asked).encode(), allowed.seconds + WAITING_SECONDS)
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
    # cut before they are looked at sign by sign: an answer may be as long as a file
    problems = [one_line(str(problem)[:LONGEST_SENTENCE]) for problem in islice(answer, child.MOST_PROBLEMS)]
    if not problems:
        raise ValueError
    return problems
