"""One running R, asked again and again; R reads its own clock, so its start is not counted."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from types import TracebackType

from benchmarks.laps import Lap

TASKS = Path(__file__).with_name("tasks.R")


class RProcess:
    """An R process that has read its data and waits for ``run``; use it as a context manager.

    Parameters
    ----------
    task : str
        A function in ``tasks.R``.
    arguments : str or Path
        What the task needs, the CSV file first.
    """

    def __init__(self, task: str, *arguments: str | Path) -> None:
        command = [str(rscript()), str(TASKS), task, *map(str, arguments)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self) -> Lap:
        """Do the task once."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("run\n")
        self._process.stdin.flush()
        seconds, answer = self._process.stdout.readline().split()
        return Lap(float(seconds), float(answer))

    def __enter__(self) -> RProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@cache
def rscript() -> str | None:
    """Where Rscript is, if it can load survival and nlme."""
    path = shutil.which("Rscript")
    if path is None:
        return None
    loaded = subprocess.run(
        [path, "-e", "library(survival); library(nlme)"], capture_output=True, check=False
    )
    return path if loaded.returncode == 0 else None
