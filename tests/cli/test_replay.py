"""A file's numbers are made again, and every one that is not the same is named."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from pptx import Presentation

from mirodash import __version__, cli
from mirodash.errors import MirodashError
from mirodash.export import number_comparison, replay
from mirodash.export.analysis_json import analysis_json, encode_numbers
from mirodash.export.deck import Slide, deck
from mirodash.export.number_comparison import read_numbers
from mirodash.export.replay import read_kept, replay_file
from mirodash.export.saved_json import strip_json
from mirodash.questions.report import analyze
from mirodash.questions.subgroup_credibility import count_views
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample
from tests.panels.views import DEGENERATE, DEGENERATE_KINDS
from tests.profiles import for_each, share_of_examples

VIEW = "threshold=3700&keep.sex=F&horizon=500&confidence=0.9"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, ["replay", *map(str, arguments)], prog_name="mirodash")


def numbers(query: str = VIEW, name: str = "mirocals") -> dict[str, Any]:
    return json.loads(json.dumps(analysis_json(analyze(sample(name), Selection.from_query(query)))))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file of numbers of one view of the built-in trial."""
    return written(tmp_path, numbers())


def written(folder: Path, content: object) -> Path:
    path = folder / "numbers.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def refused(*arguments: object) -> str:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    assert "unexpected" not in result.stderr
    return result.stderr


def test_the_same_data_give_the_same_numbers(file: Path):
    result = run(file, "mirocals")
    assert (result.exit_code, result.stderr) == (0, "")
    assert re.fullmatch(r"Everything is the same, bit for bit: [\d,]{3,} values\.\n", result.stdout)


def test_what_a_page_exports_can_be_replayed(tmp_path: Path):
    trial, chosen = sample("gbsg2"), Selection.from_query("trial=gbsg2&biomarker=age&threshold=50")
    told = encode_numbers(trial, chosen, looked=count_views(trial, chosen, None), on=date(2026, 11, 22))
    result = run(written(tmp_path, told), "gbsg2")
    assert result.exit_code == 0
    assert result.stdout.startswith("Everything is the same")


def test_what_the_command_line_prints_of_a_file_can_be_replayed(tmp_path: Path):
    data = tmp_path / "trial.csv"
    lines = [f"{k},{10 * k + 7},{k % 2},{'ab'[k // 2 % 2]},{100 * k}" for k in range(1, 41)]
    data.write_text("\n".join(["who,days,died,arm,marker", *lines]), encoding="utf-8")
    roles = ["--time", "days", "--event", "died", "--event-value", "1", "--arm", "arm", "--control", "a"]
    roles += ["--treated", "b", "--biomarker", "marker", "--id", "who"]
    asked = ["--threshold", "2000", "--horizon", "300", "--json"]
    printed = CliRunner().invoke(cli.main, ["analyze", str(data), *roles, *asked])
    assert printed.exit_code == 0
    file = tmp_path / "numbers.json"
    file.write_text(printed.stdout, encoding="utf-8")
    assert run(file, data, *roles).exit_code == 0
    data.write_text(data.read_text().replace("1,17,1", "1,18,1"), encoding="utf-8")
    changed = run(file, data, *roles)
    assert changed.exit_code == 1
    assert changed.stdout.startswith("DATA is not the file that these numbers were made from: ")


def test_a_changed_number_is_found_exactly(tmp_path: Path):
    told = numbers()
    was = told["groups"][1]["cox"]["hr"]
    told["groups"][1]["cox"]["hr"] = 0.5
    result = run(written(tmp_path, told), "mirocals")
    assert result.exit_code == 1
    first, only = result.stdout.splitlines()
    assert re.fullmatch(r"1 of [\d,]{3,} values differs:", first)
    assert only == f"  groups[1] pNFH ≤ 3,700 pg/mL: cox.hr: 0.5 in the file, {was!r} now"


@share_of_examples(0.4)
@given(st.data())
def test_whichever_number_is_changed_it_is_the_one_that_is_named(data: st.DataObject):
    told = numbers()
    places = list(_numbers_in(told, ()))
    place = data.draw(st.sampled_from(places))
    inside = told
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] += 1e-9 if isinstance(inside[place[-1]], float) else 1
    found = replay_file(read_numbers(json.dumps(told)), sample("mirocals"))
    (one,) = found.differences
    assert [int(k) for k in re.findall(r"\[(\d+)\]", one.where)] == [k for k in place if isinstance(k, int)]


def _numbers_in(value: Any, place: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        return [found for step, inside in steps for found in _numbers_in(inside, (*place, step))]
    large = isinstance(value, float) and abs(value) > 1e5
    return [place] if isinstance(value, int | float) and not isinstance(value, bool) and not large else []


def test_slides_can_be_replayed(tmp_path: Path):
    view = SavedView("threshold=750", "survival-1")
    trial = sample("mirocals")
    file = tmp_path / "slides.pptx"
    file.write_bytes(deck([Slide(trial, Selection.from_query(view.query), view)], on=date(2026, 5, 9)))
    same = run(file, "mirocals")
    assert (same.exit_code, same.stderr) == (0, "")
    assert re.fullmatch(r"Everything is the same, bit for bit: [\d,]+ values\.\n", same.stdout)
    opened = Presentation(file)
    opened.slides.add_slide(opened.slide_layouts[0])
    opened.save(file)
    assert "Everything that was compared is the same, bit for bit" in run(file, "mirocals").stdout
    other = run(file, "mirocals-null")
    assert other.exit_code == 1
    assert "  slide 1: " in other.stdout


def test_rounded_numbers_are_counted_after_the_changed_ones(tmp_path: Path):
    told = numbers()
    cox = told["groups"][1]["cox"]
    cox["hr"], cox["se"] = 0.5, float(f"{cox['se']:.15g}")
    result = run(written(tmp_path, told), "mirocals")
    assert result.exit_code == 1
    first, changed, rounded = result.stdout.splitlines()
    assert first.startswith("2 of ")
    assert "cox.hr: 0.5 in the file" in changed
    assert rounded.strip().startswith("1 only after the 15th significant digit")


def test_other_data_are_told_first_and_compared_all_the_same(file: Path):
    result = run(file, "mirocals-null")
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert lines[0] == (
        "DATA is not the file that these numbers were made from: its fingerprint is "
        f"{sample('mirocals-null').fingerprint}, theirs {sample('mirocals').fingerprint}."
    )
    assert len(lines) == 2 + 20 + 1
    assert re.fullmatch(r"  and \d+ more", lines[-1])


def test_another_version_is_told_and_is_no_difference(tmp_path: Path):
    told = numbers() | {"made": {"program": "MiroDash", "version": "0.0.9", "date": "2020-01-01"}}
    result = run(written(tmp_path, told), "mirocals")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"The file was made by MiroDash 0.0.9; this is MiroDash {__version__}.\n")


@for_each("name", DEGENERATE_KINDS)
def test_a_trial_with_hardly_anything_in_it_can_be_replayed(name: str):
    trial = DEGENERATE[name]
    text = json.dumps(analysis_json(analyze(trial, Selection())), allow_nan=False)
    assert replay_file(read_numbers(text), trial).is_same


def test_a_strip_holds_no_numbers_and_says_how_to_get_some(tmp_path: Path):
    strip = strip_json([SavedView("threshold=3700", "effect")], on=date(2026, 11, 22))
    said = refused(written(tmp_path, strip), "mirocals")
    assert "strip of views, which holds no numbers" in said
    assert "mirodash export" in said


@for_each(
    ("content", "sentence"),
    [
        (b"", "neither JSON that can be read nor a PowerPoint file"),
        (b"\xff\xfe\x00", "neither JSON"),
        (b"[" * 100_000, "neither JSON"),
        (b'{"a": NaN}', "neither JSON"),
        (b"1" * 5_000, "neither JSON"),
        (b"[]", "holds no numbers that can be made again"),
        (b"null", "holds no numbers"),
        (b'{"trial": {"fingerprint": 3}, "selection": {"query": ""}, "groups": []}', "holds no numbers"),
        (b'{"trial": [], "selection": "threshold=3", "groups": []}', "holds no numbers"),
        (b"PK\x03\x04", "PowerPoint"),
    ],
)
def test_what_is_no_file_of_ours_is_refused_in_a_sentence(tmp_path: Path, content: bytes, sentence: str):
    path = tmp_path / "numbers.json"
    path.write_bytes(content)
    assert sentence in refused(path, "mirocals")


@for_each(
    ("query", "sentence"),
    [
        ("threshhold=3", "The question in the file holds 'threshhold', which means nothing here."),
        ("site=XX", "does not fit DATA."),
        ("x" * 30_000, "longer than any view"),
    ],
)
def test_a_question_that_cannot_be_asked_is_told_after_what_data_they_are(
    tmp_path: Path, query: str, sentence: str
):
    path = written(tmp_path, numbers() | {"selection": {"query": query}})
    assert sentence in refused(path, "mirocals")
    first, *others = refused(path, "gbsg2").splitlines()
    assert first.startswith("DATA is not the file")
    assert sentence in " ".join(others)


@for_each("name", ["nowhere.json", ".", "a\0b", "x" * 5_000])
def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, name: str):
    assert "cannot be opened" in refused(f"{tmp_path}/{name}", "mirocals")


def test_a_file_far_too_large_is_not_read(tmp_path: Path):
    path = tmp_path / "numbers.json"
    with path.open("wb") as empty:
        empty.truncate(replay.MAX_FILE_BYTES + 1)
    assert "larger than any file that MiroDash writes" in refused(path, "mirocals")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no endless file here")
def test_a_file_without_an_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(replay, "MAX_FILE_BYTES", 1_000_000)
    assert "larger than any file that MiroDash writes" in refused("/dev/zero", "mirocals")


def test_numbers_longer_than_any_are_not_taken_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "numbers.json"
    path.write_text(f"[{'[],' * 4_000_000}[]]")
    monkeypatch.setattr(number_comparison.json, "loads", pytest.fail)
    assert "larger than any file of numbers" in refused(path, "mirocals")


def test_data_have_to_be_named(file: Path):
    assert "Missing argument 'DATA...'" in refused(file)


@share_of_examples(0.8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.tuples(st.integers(0), st.integers(0, 40), st.binary(max_size=12)), min_size=1))
def test_a_file_damaged_anywhere_is_answered_or_refused(tmp_path: Path, cuts: list[tuple[int, int, bytes]]):
    """Whatever bytes stand where: an answer, or sentences, and nothing else."""
    content = bytearray(json.dumps(numbers("threshold=3700"), indent=1).encode())
    for place, length, instead in cuts:
        at = place % len(content)
        content[at : at + length] = instead
    path = tmp_path / "numbers.json"
    path.write_bytes(bytes(content))
    told = _answered_or_refused(path)
    assert told
    assert all(sentence and "\n" not in sentence for sentence in told)


def _answered_or_refused(path: Path) -> list[str]:
    try:
        found = replay_file(read_kept(path), sample("mirocals"))
    except MirodashError as error:
        return list(error.problems)
    return [*(one.sentence for one in found.differences), *found.remarks, f"{found.compared} compared"]
