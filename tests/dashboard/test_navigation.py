"""A link that asks for a finer cut than may be told opens at the nearest stop, and says so."""

from __future__ import annotations

from pathlib import Path

from mirodash.factory import create_app
from mirodash.settings import Settings
from tests.dashboard.renderer import Reader
from tests.profiles import for_each


@for_each(case=[(0, False), (10, True)])
def test_a_page_says_that_a_threshold_was_moved(tmp_path: Path, case: tuple[int, bool]) -> None:
    least, told = case
    reader = Reader(create_app(Settings(uploads=tmp_path / "kept", min_cell=least)))
    written = reader.open("?threshold=3600")
    notice = str(written["shell-notice"])
    assert ("Moved to 3,700: at least 10 participants of each arm" in notice) == told
    assert not reader.open("?threshold=3700")["shell-notice"]
