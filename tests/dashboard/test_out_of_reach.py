"""The place for uploads stops answering: a sentence, nothing on screen is lost, and it goes on by itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mirodash.factory import create_app
from mirodash.settings import Settings
from tests.dashboard.owners import Owner
from tests.dashboard.renderer import Reader, components
from tests.redis_server import RedisServer, redis_server

SENTENCE = "The place where uploaded trials are kept does not answer"
SIGNED_WITH = "a secret for tests, of more than 32 signs"


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """Return a Redis of this test's own."""
    with redis_server() as server:
        yield server


def _owner(settings: Settings) -> Owner:
    return Owner(create_app(settings), settings)


def _is_out_of_reach(owner: Owner, name: str) -> None:
    """Hold everything that asks for the trial to a sentence, and everything else to an answer."""
    query = f"trial={name}"
    for body in (
        owner.body("tables-of-explore", query),
        owner.body("words-of-explore-selection-query", query, "light"),
        owner.body("header-export-file", 1, query, None),
        owner.body("panel-adjusted-words", {"query": query, "step": 1}, "light"),
        owner.body("stage-answer", {"ticket": 1, "query": query, "picture": "effect"}, "light"),
    ):
        reply = owner.post(body)
        assert (reply.status_code, reply.mimetype) == (503, "text/plain")
        assert reply.get_data(as_text=True).startswith(SENTENCE)
    assert owner.get(f"/?{query}").status_code == 503
    opened = owner.open(f"?{query}")
    links = [part["props"].get("href") for part in components(opened["page-content"])]
    assert [href for href in links if href] == [f"/?{query}", "/"]
    assert SENTENCE in json.dumps(opened["page-content"])
    told = owner.ask(
        "strip-told", {"at": 1, "views": [{"query": q, "picture": "effect"} for q in (query, "")]}
    )
    assert [bool(card["problems"]) for card in told["strip-told"]["words"]] == [True, False]
    _goes_on(owner)


def _goes_on(reader: Reader) -> None:
    """Whoever looks at a trial of everybody notices nothing."""
    assert reader.get("/").status_code == 200
    assert reader.get("/_dash-layout").status_code == 200
    assert reader.open()["header-trial"] == "mirocals"
    assert reader.tables("threshold=1000")["said"]


@pytest.mark.redis
def test_redis_that_is_stopped_and_started_under_use(redis: RedisServer, tmp_path: Path):
    owner = _owner(Settings(redis_url=redis.url, secret=SIGNED_WITH))
    name = owner.upload_people(40, "Mine", tmp_path)
    before = owner.tables(f"trial={name}")
    assert before["said"]
    redis.stop()
    _is_out_of_reach(owner, name)
    redis.start()
    # it came back with nothing in it: gone, and said so; the next upload is kept
    assert owner.post(owner.body("tables-of-explore", f"trial={name}")).status_code == 404
    again = owner.upload_people(40, "Mine", tmp_path)
    assert owner.tables(f"trial={again}")["said"] == before["said"]


@pytest.mark.redis
def test_redis_that_hangs_for_a_while(redis: RedisServer, tmp_path: Path):
    owner = _owner(Settings(redis_url=redis.url, secret=SIGNED_WITH))
    name = owner.upload_people(40, "Mine", tmp_path)
    before = owner.tables(f"trial={name}")
    with redis.hung():
        reply = owner.post(owner.body("tables-of-explore", f"trial={name}"))
        assert (reply.status_code, reply.mimetype) == (503, "text/plain")
        _goes_on(owner)
    assert owner.tables(f"trial={name}") == before


def test_a_folder_that_cannot_be_read_for_a_while(tmp_path: Path):
    settings = Settings(uploads=tmp_path / "uploads", secret=SIGNED_WITH)
    owner = _owner(settings)
    name = owner.upload_people(40, "Mine", tmp_path)
    before = owner.tables(f"trial={name}")
    (tmp_path / "uploads").rename(tmp_path / "elsewhere")
    (tmp_path / "uploads").write_text("in the way", encoding="utf-8")
    _is_out_of_reach(owner, name)
    (tmp_path / "uploads").unlink()
    (tmp_path / "elsewhere").rename(tmp_path / "uploads")
    assert owner.tables(f"trial={name}") == before


def test_a_folder_that_was_deleted_under_use(tmp_path: Path):
    settings = Settings(uploads=tmp_path / "uploads", secret=SIGNED_WITH)
    owner = _owner(settings)
    name = owner.upload_people(40, "Mine", tmp_path)
    shutil.rmtree(tmp_path / "uploads")
    assert owner.post(owner.body("tables-of-explore", f"trial={name}")).status_code == 404
    assert owner.get(f"/?trial={name}").status_code == 404
    _goes_on(owner)
    again = owner.upload_people(40, "Mine", tmp_path)
    assert owner.tables(f"trial={again}")["said"]
