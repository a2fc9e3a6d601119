"""Reader process: reads an uploaded file under resource limits, started, watched and ended."""

from __future__ import annotations

import array
import atexit
import contextlib
import csv
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mirodash.errors import UnusableDataError
from mirodash.settings import UPLOAD_MEMORY, UPLOAD_SECONDS
from mirodash.trial.readers.files import read_table
from mirodash.trial.readers.limits import UPLOAD_LIMITS, Limits
from mirodash.uploads.serialisation import table_bytes
from mirodash.uploads.upload_store import PASSING

MAX_ANSWER_SIZE = 200_000_000
MAX_OPEN_FILES = 64
MAX_REQUEST = 8_000_000
TABLE = "table"
PROBLEMS = "problems"
MAX_PROBLEMS = 50
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
    set_resource_limits(seconds=asked["seconds"], memory=asked["memory"])
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


def set_resource_limits(*, seconds: int = UPLOAD_SECONDS, memory: int = UPLOAD_MEMORY) -> None:
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
        (resource.RLIMIT_FSIZE, MAX_ANSWER_SIZE),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        # macOS refuses some of them
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def read(about: Mapping[str, Any]) -> None:
    """Read a file: the task of whoever takes one in."""
    limits, sheet = Limits(**about["limits"]), about["sheet"]
    answer(Path(about["path"]), about["name"], Path(), limits=limits, sheet=sheet)


def answer(path: Path, name: str, folder: Path, *, limits: Limits = UPLOAD_LIMITS, sheet: str = "") -> None:
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
    sheet : str
        Of a workbook; empty for the one that looks most like a trial.
    """
    # only this process may read cells of megabytes, to say where they stand
    csv.field_size_limit(limits.size)
    try:
        table = read_table(path, name=name, limits=limits, sheet=sheet)
        (folder / TABLE).write_bytes(table_bytes(table))
    except UnusableDataError as error:
        write_problems(folder, error.problems)
    except MemoryError:
        write_problems(
            folder, [f"'{name}' needs more memory than the file of a trial; save its table as CSV."]
        )


def write_problems(folder: Path, problems: Any) -> None:
    """Answer with sentences."""
    text = json.dumps(list(problems)[:MAX_PROBLEMS])
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


WAITING_SECONDS = 5
"""A child is given up so much later than it would end if it had half a processor for itself."""
PATIENCE_SECONDS = 5
STARTING_SECONDS = 60
"""A child that does not even start by then is replaced by another."""
MAX_CHILDREN = 2
STAYING = sys.platform == "linux"
"""Whether a child stays and copies itself for each task."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one task may take: the limits of a table, seconds of processor time, bytes of memory."""

    limits: Limits
    seconds: int
    memory: int


class BusyError(Exception):
    """Every child that may work at once is at work, and stayed so."""


class TooLongError(Exception):
    """The child did not end within its time."""


READING = threading.BoundedSemaphore(MAX_CHILDREN)
"""Files that are read at once in this process."""
LOOKING = threading.BoundedSemaphore(MAX_CHILDREN)
"""Uploads that are looked at at once: whoever maps columns does not wait for other people's files."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a child is to do.

    Parameters
    ----------
    task : str
        The function, as ``package.module:function``; it is given ``about``, and finds ``files`` by their
        names in its current folder, where it leaves its answer.
    name : str
        What the reader calls the file that this is about, for sentences.
    results : sequence of str
        The files that its answer may consist of.
    """

    task: str
    name: str
    results: Sequence[str]
    about: Mapping[str, Any]
    files: Mapping[str, bytes]


def run(
    work: Work, allowed: Allowance, places: threading.BoundedSemaphore, *, beside: Path | None = None
) -> dict[str, bytes]:
    """Let a child do something, and return what it left, by name; nothing when it died of it.

    Parameters
    ----------
    work : Work
        What is to be done.
    allowed : Allowance
        What it may take.
    places : semaphore
        Counts the children that are at work.
    beside : Path or None
        The private folder in which one for this work is made; None is the system's for temporary files.

    Raises
    ------
    BusyError, TooLongError
    """
    if not places.acquire(timeout=PATIENCE_SECONDS):
        raise BusyError
    try:
        with tempfile.TemporaryDirectory(prefix=PASSING, dir=beside) as folder:
            for name, content in work.files.items():
                (Path(folder) / name).write_bytes(content)
            patience = 2 * allowed.seconds + WAITING_SECONDS
            asked = {
                "task": work.task,
                "folder": folder,
                "name": work.name,
                "about": work.about,
                "seconds": allowed.seconds,
                "memory": allowed.memory,
                "patience": patience,
            }
            (_let_a_copy if STAYING else _let_a_child)(json.dumps(asked).encode(), patience)
            found = ((name, _content(Path(folder) / name)) for name in work.results)
            return {name: content for name, content in found if content is not None}
    finally:
        places.release()


def _content(path: Path) -> bytes | None:
    """What a child left under a name; a link that it left is not followed."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
            return file.read(MAX_ANSWER_SIZE)
    except OSError:
        return None


def command(*arguments: str) -> list[str]:
    """Nothing but the program: neither folders nor variables of whoever started the server change it."""
    return [sys.executable, "-I", "-m", __name__, *arguments]


def _let_a_child(asked: bytes, patience: float) -> None:
    """Start a child for one task and wait until it ends; no list of processes shows the name of the file."""
    process = subprocess.Popen(  # noqa: S603 - no shell, and nothing of the reader's on the command line
        command(),
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with process:
        try:
            process.communicate(asked, patience)
        except subprocess.TimeoutExpired:
            raise TooLongError from None
        finally:
            process.kill()


def _let_a_copy(asked: bytes, patience: float) -> None:
    """Give a task to a copy of the child that stays, and wait until the copy ends."""
    end, held = os.pipe()
    try:
        try:
            copy = _CHILD.copy(asked, held)
        finally:
            os.close(held)
        ended, until = select.poll(), time.monotonic() + patience
        ended.register(end)
        # the copy has a clock of its own, which comes first
        if copy and not ended.poll(1_000 * (patience + 1)):
            # it still holds the pipe, so that the number is still its own
            with suppress(ProcessLookupError):
                os.kill(copy, signal.SIGKILL)
            ended.poll(1_000 * PATIENCE_SECONDS)
        if time.monotonic() >= until:
            raise TooLongError
    finally:
        os.close(end)


class StayingChild:
    """The child that stays, started when it is first needed and again when it is gone.

    It is this process's alone: a worker that was copied from another one starts its own.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._to: socket.socket | None = None
        self._owner = 0

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The process, when there is one."""
        return self._process

    def copy(self, asked: bytes, held: int) -> int:
        """Let it copy itself for a task, and return the copy's number, or 0; the copy holds the pipe."""
        with self._lock:
            for _ in range(2):
                with suppress(OSError, ValueError):
                    to = self._connected()
                    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [held]))]
                    to.sendmsg([b" "], rights)
                    to.sendall(asked + b"\n")
                    return int(_line(to))
                self.close()
        return 0

    def _connected(self) -> socket.socket:
        if self._to is None or self._owner != os.getpid():
            self.close()
            ours, its = socket.socketpair()
            ours.settimeout(STARTING_SECONDS)
            with its:
                self._process = subprocess.Popen(  # noqa: S603 - as above
                    command(STAYS),
                    env=environment(),
                    stdin=its.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            self._to, self._owner = ours, os.getpid()
        return self._to

    def close(self) -> None:
        """End it, if it is this process's."""
        if self._to is not None:
            self._to.close()
        if self._process is not None and self._owner == os.getpid():
            self._process.kill()
            self._process.wait()
        self._process = self._to = None


def _line(of: socket.socket) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        data = of.recv(64)
        if not data:
            return b""
        line += data
    return line


_CHILD = StayingChild()
"""It holds nothing of any reader: each of its copies sees one file, and ends."""
atexit.register(_CHILD.close)


@contextmanager
def in_words(name: str) -> Generator[None]:
    """Say to the reader what became of the work on a file."""
    try:
        yield
    except BusyError:
        raise UnusableDataError(
            f"'{name}' was not read, for other people's files are being read; try again in a moment."
        ) from None
    except TooLongError:
        raise UnusableDataError(
            f"'{name}' takes longer to read than the file of a trial; save its table as CSV and send that."
        ) from None
