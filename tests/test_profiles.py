"""A sweep in one item runs every turn, reports every one that fails, and lets no turn see the one before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.profiles import for_each


class Recorder:
    """Subtests that keep the names of what failed."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    @contextmanager
    def test(self, msg: str) -> Iterator[None]:
        try:
            yield
        except AssertionError:
            self.failed.append(msg)


def test_every_combination_comes_once() -> None:
    seen: list[tuple[int, str, bool]] = []

    @for_each("letter", ["a", "b"])
    @for_each(("number", "odd"), [(1, True), (2, False)])
    def note(letter: str, number: int, odd: bool) -> None:
        seen.append((number, letter, odd))

    note(subtests=Recorder())
    assert seen == [(1, "a", True), (1, "b", True), (2, "a", False), (2, "b", False)]


@for_each("turn", [1, 2])
def test_folder_and_patch_are_fresh_in_every_turn(
    turn: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(tmp_path.iterdir()) == []
    assert not hasattr(for_each, "patched")
    (tmp_path / "file").write_text(str(turn))
    monkeypatch.setattr(for_each, "patched", turn, raising=False)


def test_a_turn_that_fails_does_not_end_the_loop() -> None:
    def is_even(number: int) -> None:
        assert number % 2 == 0

    recorder = Recorder()
    for_each("number", [1, 2, 3, 4])(is_even)(subtests=recorder)
    assert recorder.failed == ["number=1", "number=3"]


@for_each("number", [1])
@pytest.mark.filterwarnings("ignore")
def test_marks_stay_with_the_loop(number: int, request: pytest.FixtureRequest) -> None:
    assert number == 1
    assert request.node.get_closest_marker("filterwarnings").args == ("ignore",)


def test_a_loop_of_no_turns_is_refused() -> None:
    with pytest.raises(AssertionError, match="nothing"):
        for_each("number", [])
