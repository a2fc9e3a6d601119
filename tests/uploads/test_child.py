"""The process that reads a sent file limits itself first, and answers with a table or with sentences."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mirodash.settings import UPLOAD_SECONDS
from mirodash.trial.readers.limits import Limits
from mirodash.uploads import reader_process
from mirodash.uploads.serialisation import table_from
from tests.profiles import for_each


@pytest.fixture(autouse=True)
def _same_limit_afterwards() -> Iterator[None]:
    limit = csv.field_size_limit()
    yield
    csv.field_size_limit(limit)


def in_a_child(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program as the parent would start its child."""
    return subprocess.run(
        [
            sys.executable,
            "-I",
            "-c",
            f"from mirodash.uploads import reader_process as child\nchild.set_resource_limits()\n{program}",
        ],
        env=reader_process.environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_table_comes_as_arrow_bytes(tmp_path: Path):
    (tmp_path / "0").write_bytes(b"id,time\nP1,3\n")
    reader_process.answer(tmp_path / "0", "a.csv", tmp_path)
    table = table_from((tmp_path / reader_process.TABLE).read_bytes())
    assert (table.name, table.columns["time"].cells) == ("a.csv", ("3",))
    assert not (tmp_path / reader_process.PROBLEMS).exists()


def test_sentences_come_as_a_list(tmp_path: Path):
    (tmp_path / "0").write_bytes(b"")
    reader_process.answer(tmp_path / "0", "é.csv", tmp_path)
    assert json.loads((tmp_path / reader_process.PROBLEMS).read_bytes()) == ["'é.csv' is empty."]
    assert not (tmp_path / reader_process.TABLE).exists()


def test_the_limits_that_are_given_hold(tmp_path: Path):
    (tmp_path / "0").write_bytes(b"id,time\nP1,3\n")
    reader_process.answer(tmp_path / "0", "a.csv", tmp_path, limits=Limits(cells=1))
    (problem,) = json.loads((tmp_path / reader_process.PROBLEMS).read_bytes())
    assert "more than a trial can have" in problem


def test_too_little_memory_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def without_memory(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(reader_process, "read_table", without_memory)
    reader_process.answer(tmp_path / "0", "a.csv", tmp_path)
    (problem,) = json.loads((tmp_path / reader_process.PROBLEMS).read_bytes())
    assert problem.startswith("'a.csv' needs more memory than the file of a trial")


@for_each(
    ("program", "ends"),
    [
        ("x = bytearray(2_000_000_000)", "MemoryError"),
        ("import pyarrow as pa; pa.allocate_buffer(2_000_000_000)", "ArrowMemoryError"),
        ("import numpy as np; np.ones(250_000_000)", "MemoryError"),
        ("import tempfile; tempfile.TemporaryFile().truncate(child.MAX_ANSWER_SIZE + 1)", "File too large"),
        ("kept = [open('/dev/null') for _ in range(99)]", "Too many open files"),
    ],
)
def test_a_child_cannot_take_more_than_its_share(program: str, ends: str):
    ended = in_a_child(program)
    assert ended.returncode != 0
    assert ends in ended.stderr


def test_a_child_has_seconds_and_not_minutes():
    program = "import resource as r; print(r.getrlimit(r.RLIMIT_CPU), r.getrlimit(r.RLIMIT_CORE))"
    assert in_a_child(program).stdout == f"({UPLOAD_SECONDS}, {UPLOAD_SECONDS}) (0, 0)\n"


def test_a_child_knows_nothing_of_what_its_parent_knows():
    known = reader_process.environment({"MIRODASH_SECRET": "x", "HOME": "/root", "LD_LIBRARY_PATH": "/lib"})
    assert known["LD_LIBRARY_PATH"] == "/lib"
    assert not {"MIRODASH_SECRET", "HOME"} & set(known)


def test_a_child_starts_without_what_it_does_not_need():
    heavy = {"pandas", "dash", "flask", "plotly", "scipy", "openpyxl"}
    program = f"import sys; print(sorted({heavy} & set(sys.modules)))"
    assert in_a_child(program).stdout == "[]\n"
