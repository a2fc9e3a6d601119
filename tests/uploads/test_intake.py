"""Whatever somebody sends: tables, or sentences about the file; and nobody else notices."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from benchmarks.hostile_kinds import HOSTILE
from benchmarks.hostile_made import workbook
from mirodash.errors import UnusableDataError
from mirodash.settings import Settings
from mirodash.trial.readers.files import read_table
from mirodash.trial.readers.limits import UPLOAD_LIMITS
from mirodash.uploads import intake, reader_process
from mirodash.uploads.intake import tables_of
from tests.profiles import for_each

THROUGH_A_CHILD = (
    "a million columns",
    "a bomb with a lying directory",
    "entities in a sheet",
    "190,000 parts",
)
HEAVY = ("only commas", "a row far beyond the last", "rows that are lied about")
"""Read in a child alone: these take longest by far."""


def sent(folder: Path, content: bytes) -> Path:
    path = folder / "0"
    path.write_bytes(content)
    return path


def problems(name: str, path: Path) -> tuple[str, ...]:
    with pytest.raises(UnusableDataError) as caught:
        tables_of([(name, path)])
    return caught.value.problems


def use_child(monkeypatch: pytest.MonkeyPatch, folder: Path, program: str) -> None:
    """Let the child run a program of the test instead of its own, in the folder of its task."""
    module = folder / "stand_in.py"
    module.write_text(f"import json, os, sys\nos.chdir(json.load(sys.stdin)['folder'])\n{program}")
    script = folder / "python"
    script.write_text(f"#!/bin/sh\nexec {sys.executable} {module}\n")
    script.chmod(0o700)
    monkeypatch.setattr(reader_process.sys, "executable", str(script))
    monkeypatch.setattr(reader_process, "STAYING", False)


def test_two_files_are_read_as_they_would_be_here_under_their_own_names(tmp_path: Path):
    text, book = tmp_path / "0", tmp_path / "1"
    text.write_bytes(b"id,time\nP1,3\nP2,4\n")
    book.write_bytes(workbook())
    first, second = tables_of([("Étude \u202e<b>.csv", text), ("a.xlsx", book)])
    assert first == read_table(text, name="Étude \u202e<b>.csv", limits=UPLOAD_LIMITS)
    assert second == read_table(book, name="a.xlsx", limits=UPLOAD_LIMITS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "1"]


def test_problems_of_all_files_come_at_once(tmp_path: Path):
    path = sent(tmp_path, b"nothing")
    with pytest.raises(UnusableDataError) as caught:
        tables_of([("a.csv", path), ("b.xlsx", path)])
    assert [problem[:8] for problem in caught.value.problems] == ["'a.csv' ", "'b.xlsx'"]


@for_each("what", THROUGH_A_CHILD)
def test_a_hostile_file_is_refused_by_the_child(tmp_path: Path, what: str):
    name, make = HOSTILE[what]
    (problem,) = problems(name, sent(tmp_path, make()))
    assert problem == _said_here(tmp_path / "0", name)


@for_each("what", [what for what in HOSTILE if what not in THROUGH_A_CHILD])
def test_a_hostile_file_is_refused_with_a_sentence_about_it(tmp_path: Path, what: str):
    name, make = HOSTILE[what]
    path = sent(tmp_path, make())
    (problem,) = problems(name, path) if what in HEAVY else (_said_here(path, name),)
    assert problem.startswith(f"'{name}'")
    assert "damaged, or far larger inside" not in problem, "what is said of a child that died"
    assert problem.endswith(".")
    assert len(problem) < 400


def _said_here(path: Path, name: str) -> str:
    limit = reader_process.csv.field_size_limit()
    reader_process.csv.field_size_limit(UPLOAD_LIMITS.size)
    try:
        with pytest.raises(UnusableDataError) as caught:
            read_table(path, name=name, limits=UPLOAD_LIMITS)
    finally:
        reader_process.csv.field_size_limit(limit)
    (problem,) = caught.value.problems
    return problem


@for_each(
    "program",
    [
        "import os; os.abort()",
        "import os; os.kill(os.getpid(), 9)",
        "import sys; sys.exit(3)",
        "open('table', 'wb').write(b'garbage')",
        "open('table', 'wb').write(b'ARROW1' * 1000)",
        "open('problems', 'w').write('[]')",
        "open('problems', 'w').write('{')",
        "open('problems', 'w').write('7')",
        "import os; os.symlink('/etc/passwd', 'problems')",
    ],
)
def test_a_child_that_dies_or_answers_nonsense_is_a_sentence_about_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
):
    use_child(monkeypatch, tmp_path, program)
    (problem,) = problems("a.csv", sent(tmp_path, b"id,time\n1,2\n"))
    assert problem.startswith("'a.csv' cannot be read: it is damaged, or far larger inside")
    assert {path.name for path in tmp_path.iterdir()} == {"0", "python", "stand_in.py"}


def test_what_a_child_says_stands_on_one_line_and_is_no_novel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    use_child(
        monkeypatch, tmp_path, "import json; json.dump(['a\\n\\x1b[31mb' * 9999] * 99, open('problems', 'w'))"
    )
    said = problems("a.csv", sent(tmp_path, b"id,time\n1,2\n"))
    assert len(said) == reader_process.MAX_PROBLEMS
    assert all(len(one) <= intake.MAX_SENTENCE_LENGTH and one.isprintable() for one in said)


def test_what_nobody_set_is_what_a_file_that_is_sent_may_have():
    assert intake.DEFAULT_LIMITS.limits == UPLOAD_LIMITS


@for_each(
    ("settings", "told"),
    [
        (Settings(upload_rows=2), "2 rows"),
        (Settings(upload_columns=2), "at most 2 can be read"),
        (Settings(upload_cell=3), "at most 3 can be read"),
        (Settings(largest_upload=20), "MB"),
    ],
)
def test_what_was_set_holds_in_the_child(tmp_path: Path, settings: Settings, told: str):
    path = sent(tmp_path, b"id,time,event\nP001,1,0\nP2,2,1\nP3,3,1\n")
    with pytest.raises(UnusableDataError, match=told):
        tables_of([("a.csv", path)], intake.allowance(settings))


def test_a_larger_file_is_read_where_it_may_be(tmp_path: Path):
    path = sent(tmp_path, b"id,note\n" + b"".join(b"%d,%s\n" % (i, b"x" * 100) for i in range(250_000)))
    with pytest.raises(UnusableDataError, match="MB"):
        tables_of([("a.csv", path)])
    more = Settings(largest_upload=30_000_000, upload_rows=300_000)
    (table,) = tables_of([("a.csv", path)], intake.allowance(more))
    assert len(table) == 250_000


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    use_child(
        monkeypatch, tmp_path, "import os, time; open('../pid', 'w').write(str(os.getpid())); time.sleep(999)"
    )
    monkeypatch.setattr(reader_process, "WAITING_SECONDS", 1 - 2 * intake.DEFAULT_LIMITS.seconds)
    (problem,) = problems("a.csv", sent(tmp_path, b"id,time\n1,2\n"))
    assert problem.startswith("'a.csv' takes longer to read than the file of a trial")
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text()}").exists()


def test_when_every_place_is_taken_the_reader_is_told_to_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reader_process, "READING", threading.BoundedSemaphore(1))
    monkeypatch.setattr(reader_process, "PATIENCE_SECONDS", 0)
    path = sent(tmp_path, b"id,time\n1,2\n")
    with reader_process.READING:
        (problem,) = problems("a.csv", path)
    assert problem.endswith("try again in a moment.")
    (table,) = tables_of([("a.csv", path)])
    assert len(table) == 1
