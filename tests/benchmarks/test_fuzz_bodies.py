"""Some of the requests of the fuzz, in every run of the tests: none brings the program to fail."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from benchmarks.fuzz_bodies import FuzzBodies
from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.web.panel_host import SOMETHING_WENT_WRONG
from tests.dashboard.owners import Owner
from tests.dashboard.renderer import CALLBACKS
from tests.profiles import NIGHTLY

REQUESTS = 10_000 if NIGHTLY else 100
EXPECTED = {200, 204, 400, 404}


def _bodies(owner: Owner, *trials: str, seed: int) -> list[bytes]:
    return list(itertools.islice(FuzzBodies(owner.callbacks, seed=seed, trials=trials), REQUESTS))


def test_whatever_is_sent_is_answered_and_nothing_fails(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    settings = Settings(uploads=tmp_path / "uploads")
    app = create_app(settings)
    owner, other = Owner(app, settings), Owner(app, settings)
    hers = other.upload_people(44, "Hers alone", tmp_path)
    own = owner.upload_people(40, "Mine", tmp_path)
    seen: set[int] = set()
    for body in _bodies(owner, own, hers, seed=1):
        reply = owner.client.post(CALLBACKS, data=body, content_type="application/json")
        text = reply.get_data(as_text=True)
        assert reply.status_code in EXPECTED, (body[:2_000], text)
        assert "Traceback" not in text
        assert "Hers alone" not in text
        assert SOMETHING_WENT_WRONG not in text, body[:2_000]
        if reply.status_code == 200:
            json.loads(text, parse_constant=pytest.fail)
        seen.add(reply.status_code)
    assert seen >= {200, 400, 404}
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    # a stranger's orders deleted nothing
    assert other.tables(f"trial={hers}")["said"]


def test_the_same_seed_gives_the_same_requests(tmp_path: Path):
    settings = Settings(uploads=tmp_path / "uploads")
    owner = Owner(create_app(settings), settings)
    assert _bodies(owner, "x", seed=3) == _bodies(owner, "x", seed=3) != _bodies(owner, "x", seed=4)
