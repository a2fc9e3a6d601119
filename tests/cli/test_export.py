"""The command writes the slides that the page makes, whole or not at all, and refuses in sentences."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document

from mirodash import cli
from mirodash.export.deck import deck, read_record, slides_of_view
from mirodash.export.saved_json import strip_json
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample
from tests.profiles import for_each


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["export", *arguments], prog_name="mirodash")


def refused(*arguments: str) -> list[str]:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    return result.stderr.splitlines()


def pictures(path: Path) -> list[tuple[str, str]]:
    return [(view["query"], view["picture"]) for view in read_record(path.read_bytes())["views"]]


@pytest.fixture
def strip(tmp_path: Path) -> Path:
    views = [SavedView("threshold=750", "survival-1", "My title", "my note"), SavedView("", "effect")]
    path = tmp_path / "strip.json"
    path.write_text(json.dumps(strip_json(views, on=date(2026, 1, 1))), encoding="utf-8")
    return path


def test_a_view_becomes_the_slides_that_the_page_makes(tmp_path: Path):
    path = tmp_path / "talk.pptx"
    result = run("mirocals", "--threshold", "3000", "-o", str(path))
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{path}: 7 slides\n", "")
    slides = slides_of_view(sample("mirocals"), Selection(thresholds=(3000.0,)))
    assert len(slides) == 7
    assert path.read_bytes() == deck(slides, on=date.today())


def test_a_link_and_chosen_pictures(tmp_path: Path):
    path = tmp_path / "talk.PPTX"
    result = run("--query", "trial=gbsg2&threshold=20", "--picture", "subgroups-2", "-o", str(path))
    assert (result.exit_code, result.stdout) == (0, f"{path}: 1 slide\n")
    assert pictures(path) == [("trial=gbsg2", "subgroups-2")]


def test_a_strip_becomes_a_slide_a_view(tmp_path: Path, strip: Path):
    path = tmp_path / "talk.pptx"
    assert run("mirocals", "--strip", str(strip), "-o", str(path)).exit_code == 0
    assert pictures(path) == [("threshold=750", "survival-1"), ("", "effect")]
    assert read_record(path.read_bytes())["views"][0]["title"] == "My title"


def test_a_strip_without_data_shows_the_trials_that_it_names(tmp_path: Path):
    views = [SavedView("trial=gbsg2", "survival-0"), SavedView("", "survival-0")]
    strip = tmp_path / "strip.json"
    strip.write_text(json.dumps(strip_json(views, on=date(2026, 1, 1))), encoding="utf-8")
    path = tmp_path / "talk.pptx"
    assert run("--strip", str(strip), "-o", str(path)).exit_code == 0
    prints = [view["fingerprint"] for view in read_record(path.read_bytes())["views"]]
    assert prints == [sample("gbsg2").fingerprint, sample("mirocals").fingerprint]


def test_a_view_of_another_trial_is_refused_by_its_number(tmp_path: Path, strip: Path):
    path = tmp_path / "talk.pptx"
    assert refused("gbsg2", "--strip", str(strip), "-o", str(path)) == [
        "View 1 is of another trial, not the one in DATA.",
        "View 2 is of another trial, not the one in DATA.",
    ]
    assert not path.exists()


def test_a_strip_asks_its_own_questions(tmp_path: Path, strip: Path):
    (sentence,) = refused(
        "mirocals",
        "--strip",
        str(strip),
        "--threshold",
        "3",
        "--picture",
        "effect",
        "-o",
        str(tmp_path / "a.pptx"),
    )
    assert sentence == "A strip says what to show: leave --threshold, --picture out, or --strip."


@for_each(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "is no strip of views: it is not text."),
        (b"{}", 'a strip is a JSON object with "mirodash": "strip" in it.'),
        (b'{"mirodash": "strip", "version": 1, "views": []}', "is a strip without views"),
    ],
)
def test_a_file_that_is_no_strip_is_refused(tmp_path: Path, content: bytes, sentence: str):
    path = tmp_path / "strip.json"
    path.write_bytes(content)
    (told,) = refused("mirocals", "--strip", str(path), "-o", str(tmp_path / "a.pptx"))
    assert sentence in told


def test_what_cannot_be_written_is_said_before_anything_is_computed(tmp_path: Path):
    (tmp_path / "folder.pptx").mkdir()
    for output, sentence in (
        ("a.txt", "Slides are written to a file that ends in .pptx"),
        ("nowhere/a.pptx", "There is no folder"),
        ("folder.pptx", "is a folder"),
    ):
        (told,) = refused("mirocals", "-o", str(tmp_path / output))
        assert sentence in told
    assert "There is no picture 'sketch'" in refused("mirocals", "--picture", "sketch", "-o", "a.pptx")[0]
    assert "cannot be read" in refused("mirocals", "--strip", str(tmp_path / "no.json"), "-o", "a.pptx")[0]
    assert any("Missing argument" in line for line in run("-o", "a.pptx").stderr.splitlines())


def test_a_live_page_is_written_of_one_view_and_replayed(tmp_path: Path):
    path = tmp_path / "view.html"
    told = run("mirocals", "--keep", "sex=F", "--threshold", "none", "-o", str(path))
    assert (told.exit_code, told.stdout) == (0, f"{path}: a live page\n")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    (refusal,) = refused("mirocals", "--picture", "effect", "-o", str(path))
    assert refusal == "A live page is of one view, whole: leave --picture and --strip out."


def test_a_report_is_written_of_one_view(tmp_path: Path):
    path = tmp_path / "view.docx"
    told = run("mirocals", "--keep", "sex=F", "--threshold", "none", "-o", str(path))
    assert (told.exit_code, told.stdout) == (0, f"{path}: a report\n")
    assert Document(str(path)).paragraphs[0].text == "MIROCALS-like trial (SYNTHETIC)"
    (refusal,) = refused("mirocals", "--strip", "views.json", "-o", str(path))
    assert refusal == "A report is of one view, whole: leave --picture and --strip out."


def test_a_name_too_long_for_the_disk_is_said(tmp_path: Path):
    (told,) = refused("mirocals", "-o", str(tmp_path / f"{'x' * 300}.pptx"))
    assert told.endswith("cannot be written (file name too long).")


def test_the_longest_name_that_the_disk_takes_is_written(tmp_path: Path):
    path = tmp_path / f"{'x' * 250}.pptx"
    assert run("mirocals", "--picture", "effect", "-o", str(path)).exit_code == 0
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_file_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "talk.pptx"
    path.write_bytes(b"yesterday")
    assert refused("mirocals", "--threshold", "none of these", "-o", str(path))

    def no_room(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", no_room)
    (told,) = refused("mirocals", "--picture", "survival-4", "-o", str(path))
    assert told == f"'{path}' cannot be written (no space left on device)."
    assert path.read_bytes() == b"yesterday"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_was_there_is_replaced(tmp_path: Path):
    path = tmp_path / "talk.pptx"
    path.write_bytes(b"yesterday")
    assert run("mirocals", "--picture", "effect", "-o", str(path)).exit_code == 0
    assert pictures(path) == [("", "effect")]
    assert list(tmp_path.iterdir()) == [path]
