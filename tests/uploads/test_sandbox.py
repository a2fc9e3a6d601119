"""A child that stays does each task in a copy of itself with limits, and outlives whatever ends one."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from mirodash.settings import CHECKOUT
from mirodash.uploads import reader_process
from mirodash.uploads.intake import DEFAULT_LIMITS
from mirodash.uploads.reader_process import Allowance, TooLongError, Work

pytestmark = pytest.mark.skipif(not reader_process.STAYING, reason="only on Linux does a child stay")
PROGRAM = f"""
import sys
sys.path.insert(0, {str(CHECKOUT)!r})
from tests.uploads import child_tasks
from mirodash.uploads import reader_process as child
child.task_of = lambda name: getattr(child_tasks, name)
child.main()
"""
PLACES = threading.BoundedSemaphore(2)


@pytest.fixture(autouse=True)
def staying(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[reader_process.StayingChild]:
    """Return a child that stays and knows the tasks of these tests."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    monkeypatch.setattr(reader_process, "command", lambda *more: [sys.executable, "-I", str(program), *more])
    monkeypatch.setenv("MIRODASH_SECRET", "x" * 40)
    own = reader_process.StayingChild()
    monkeypatch.setattr(reader_process, "_CHILD", own)
    yield own
    own.close()


def do(task: str, allowed: Allowance = DEFAULT_LIMITS, **about: object) -> dict[str, bytes]:
    return reader_process.run(
        Work(task, "a.csv", ("told", reader_process.PROBLEMS), about, {}), allowed, PLACES
    )


def told(word: str) -> list[object]:
    return ast.literal_eval(do("tell", word=word)["told"].decode())


def test_every_task_has_a_process_of_its_own_that_knows_of_no_other(staying: reader_process.StayingChild):
    first, second = told("a"), told("b")
    assert staying.process
    assert first[0] != second[0]
    assert first[1] == second[1] == staying.process.pid
    assert (first[2], second[2]) == (["a"], ["b"])
    assert first[3] == [DEFAULT_LIMITS.seconds, DEFAULT_LIMITS.memory]
    assert first[4] == []


def test_many_tasks_at_once_are_all_answered():
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(told, "abcdefghijkl"))
    assert [answer[2] for answer in answers] == [[letter] for letter in "abcdefghijkl"]


@pytest.mark.parametrize("task", ["die", "no_such_task"])
def test_a_task_that_ends_its_process_answers_nothing_and_ends_no_other(task: str):
    assert do(task) == {}
    assert told("a")[2] == ["a"]


def test_what_a_task_writes_does_not_reach_the_parent():
    assert do("write_out") == {"told": b"[]"}
    assert told("a")[2] == ["a"]


def test_processor_time_is_limited():
    assert do("compute", Allowance(DEFAULT_LIMITS.limits, 1, DEFAULT_LIMITS.memory)) == {}


def test_a_task_that_only_waits_is_ended_even_when_it_ignores_its_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reader_process, "WAITING_SECONDS", 2 - 2 * DEFAULT_LIMITS.seconds)
    pid = tmp_path / "pid"
    with pytest.raises(TooLongError):
        do("wait", pid=str(pid))
    until_gone(Path(f"/proc/{pid.read_text()}/cmdline"))


def test_a_child_that_was_ended_is_started_again(staying: reader_process.StayingChild):
    before = told("a")[1]
    assert staying.process
    staying.process.kill()
    staying.process.wait()
    assert told("b")[1] != before


def test_the_child_ends_with_its_parent():
    program = (
        "import os\n"
        "from mirodash.uploads import reader_process as sandbox\n"
        "sandbox._CHILD._connected()\n"
        "print(sandbox._CHILD.process.pid, flush=True)\n"
        "os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    until_gone(Path(f"/proc/{int(done.stdout)}/cmdline"))


def until_gone(path: Path) -> None:
    """Wait until a process is no more; it never is where nothing ends it."""
    with suppress(OSError):
        while path.read_bytes():
            os.sched_yield()


def test_only_functions_of_the_program_are_tasks():
    assert reader_process.task_of("mirodash.uploads.reader_process:read") is reader_process.read
    with pytest.raises(ValueError, match="os"):
        reader_process.task_of("os:system")
