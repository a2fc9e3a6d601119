"""Reads one file that somebody sent, in a process of its own that cannot take more than its share."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mirodash.errors import UnusableDataError
from mirodash.settings import UPLOAD_MEMORY, UPLOAD_SECONDS
from mirodash.trial.files import read_table
from mirodash.trial.limits import SENT, Limits
from mirodash.uploads.arrow_table import table_bytes

LARGEST_ANSWER = 200_000_000
MOST_OPEN_FILES = 64
TABLE = "table"
PROBLEMS = "problems"
MOST_PROBLEMS = 50


def main() -> None:
    """Read what standard input asks for, and put the answer into the current folder."""
    asked = json.load(sys.stdin)
    limit_itself(seconds=asked["seconds"], memory=asked["memory"])
    answer(Path(asked["path"]), asked["name"], Path.cwd(), limits=Limits(**asked["limits"]))


def limit_itself(*, seconds: int = UPLOAD_SECONDS, memory: int = UPLOAD_MEMORY) -> None:
    """Ask the system to end this process when it takes too much; where it cannot, the parent's clock does.

    Parameters
    ----------
    seconds : int
        Of processor time.
    memory : int
        Addresses in bytes, of which the libraries take a third before anything is read.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - Windows has none

    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, LARGEST_ANSWER),
        (resource.RLIMIT_NOFILE, MOST_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        # macOS refuses some of them
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def answer(path: Path, name: str, folder: Path, *, limits: Limits = SENT) -> None:
    """Write the table as Arrow bytes into a folder, or the sentences why there is none.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What its owner calls it.
    folder : Path
        Where the answer goes: ``table`` or ``problems``.
    limits : Limits
        The most that is read.
    """
    # only this process may read cells of megabytes, to say where they stand
    csv.field_size_limit(limits.size)
    try:
        table = read_table(path, name=name, limits=limits)
        (folder / TABLE).write_bytes(table_bytes(table))
    except UnusableDataError as error:
        _write(folder, error.problems)
    except MemoryError:
        _write(folder, [f"'{name}' needs more memory than the file of a trial; save its table as CSV."])


def _write(folder: Path, problems: Any) -> None:
    text = json.dumps(list(problems)[:MOST_PROBLEMS])
    (folder / PROBLEMS).write_text(text, encoding="ascii")


def environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What a child may know of the world: where libraries lie, and that it has one thread.

    Parameters
    ----------
    environ : mapping of str to str
        What the parent knows.
    """
    kept = {key: environ[key] for key in ("SYSTEMROOT", "LD_LIBRARY_PATH") if key in environ}
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # the parser that refuses entities is to be used everywhere
    # an allocator that reserves gigabytes of addresses would meet the limit at once
    return {
        **kept,
        **one_thread,
        "OPENPYXL_LXML": "False",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "ARROW_IO_THREADS": "1",
    }


if __name__ == "__main__":
    main()
