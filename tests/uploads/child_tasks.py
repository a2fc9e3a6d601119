"""What a child of the tests is asked to do, besides what one of the program does."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SEEN: list[str] = []


def tell(about: Mapping[str, Any]) -> None:
    """Leave who it is, and what it was told here before."""
    SEEN.append(about["word"])
    limits = [resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_CPU, resource.RLIMIT_AS)]
    secrets = [name for name in os.environ if name.startswith("MIRODASH")]
    Path("told").write_text(repr([os.getpid(), os.getppid(), SEEN, limits, secrets]), encoding="utf-8")


def die(about: Mapping[str, Any]) -> None:
    """End at once, in a way that no program catches."""
    os.kill(os.getpid(), signal.SIGKILL)


def compute(about: Mapping[str, Any]) -> None:
    """Take all the processor time there is."""
    while True:
        pass


def wait(about: Mapping[str, Any]) -> None:
    """Wait without computing, deaf to the clock that it was given."""
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    Path(about["pid"]).write_text(str(os.getpid()), encoding="ascii")
    time.sleep(999)


def write_out(about: Mapping[str, Any]) -> None:
    """Say something on the ways that lead to the parent."""
    for stream in range(3):
        os.write(stream, b"7\n")
    Path("told").write_text("[]", encoding="ascii")
