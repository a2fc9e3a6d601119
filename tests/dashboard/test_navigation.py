"""A link that asks for a finer cut than may be told opens at the nearest stop, and says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirodash.factory import create_app
from mirodash.settings import Settings
from tests.dashboard.renderer import Reader


@pytest.mark.parametrize(("least", "told"), [(0, False), (10, True)])
def test_a_page_says_that_a_threshold_was_moved(tmp_path: Path, least: int, told: bool) -> None:
    reader = Reader(create_app(Settings(uploads=tmp_path / "kept", min_cell=least)))
    written = reader.open("?threshold=3600")
    notice = str(written["shell-notice"])
    assert ("Moved to 3,700: at least 10 participants of each arm" in notice) == told
    assert not reader.open("?threshold=3700")["shell-notice"]
