"""The process in which what somebody sent is read: it limits itself, and no other process notices its end.

On Linux it stays: for every task it is given it makes a copy of itself, which takes no time to start and sees
nothing of the task before. Elsewhere it does one task and ends.
"""

from __future__ import annotations

import array
import contextlib
import csv
import gc
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mirodash.errors import UnusableDataError
from mirodash.settings import UPLOAD_MEMORY, UPLOAD_SECONDS
from mirodash.trial.readers.files import read_table
from mirodash.trial.readers.limits import SENT, Limits
from mirodash.uploads.arrow_table import table_bytes

LARGEST_ANSWER = 200_000_000
MOST_OPEN_FILES = 64
LONGEST_REQUEST = 8_000_000
TABLE = "table"
PROBLEMS = "problems"
MOST_PROBLEMS = 50
STAYS = "stay"
"""The argument with which it makes copies of itself."""

Task = Callable[[Mapping[str, Any]], None]


def main() -> None:
    """Do the task that standard input holds, or every task that comes through it."""
    if STAYS in sys.argv[1:]:
        stay(socket.socket(fileno=sys.stdin.fileno()))
    else:
        do(json.load(sys.stdin))


def do(asked: Mapping[str, Any]) -> None:
    """Do a task in its folder, into which it writes its answer, within its limits."""
    task = task_of(asked["task"])
    os.chdir(asked["folder"])
    limit_itself(seconds=asked["seconds"], memory=asked["memory"])
    try:
        task(asked["about"])
    except UnusableDataError as error:
        write_problems(Path(), error.problems)
    except MemoryError:
        write_problems(Path(), [f"'{asked['name']}' needs more memory than the file of a trial."])


def task_of(name: str) -> Task:
    """The function with this name (``package.module:function``), its module loaded once."""
    module, _, function = name.partition(":")
    if module.partition(".")[0] != "mirodash":
        raise ValueError(name)
    return getattr(importlib.import_module(module), function)


def stay(parent: socket.socket) -> None:
    """Give each task that comes to a copy of this process, until the parent is gone.

    With a task comes a pipe that only the copy holds: the parent sees its end in the pipe's.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the copies
    importlib.import_module("pyarrow")  # every task needs it, and it takes long to load
    while True:
        request, pipes = _received(parent)
        if not request:
            return
        asked = json.loads(request)
        task_of(asked["task"])
        gc.freeze()
        copy = os.fork()
        if not copy:
            parent.close()
            _end_after(asked)
        for pipe in pipes:
            os.close(pipe)
        parent.sendall(b"%d\n" % copy)


def _received(parent: socket.socket) -> tuple[bytes, list[int]]:
    """A line, and the pipe that came with it."""
    line, pipes = b"", array.array("i")
    while not line.endswith(b"\n"):
        data, extra, _, _ = parent.recvmsg(1 << 16, socket.CMSG_SPACE(pipes.itemsize))
        for level, kind, content in extra:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                pipes.frombytes(content[: len(content) - len(content) % pipes.itemsize])
        if not data:
            return b"", []
        line += data
    return line, pipes.tolist()


def _end_after(asked: Mapping[str, Any]) -> None:
    """Do the task in this copy, and end it, whatever happens."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # however it waits, its time is counted
        signal.setitimer(signal.ITIMER_REAL, asked["patience"])
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nothing, stream)
        do(asked)
        os._exit(0)
    finally:
        os._exit(1)


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


def read(about: Mapping[str, Any]) -> None:
    """Read a file: the task of whoever takes one in."""
    answer(Path(about["path"]), about["name"], Path(), limits=Limits(**about["limits"]))


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
        write_problems(folder, error.problems)
    except MemoryError:
        write_problems(
            folder, [f"'{name}' needs more memory than the file of a trial; save its table as CSV."]
        )


def write_problems(folder: Path, problems: Any) -> None:
    """Answer with sentences."""
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
