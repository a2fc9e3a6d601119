"""Browsers keep answers about built-in trials, and ask whether they are the same; no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.trial.store import sample, sample_folder
from tests.dashboard.renderer import CALLBACKS, Reader

LAYOUTS = ("/_dash-layout", "/_dash-dependencies")


def test_a_layout_that_is_known_is_not_sent_again():
    reader = Reader(create_app(Settings()))
    for path in LAYOUTS:
        first = reader.get(path)
        assert first.headers["Cache-Control"] == "private, no-cache"
        known = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": "zstd"}
        again = reader.client.get(path, headers=known)
        assert (again.status_code, again.get_data()) == (304, b"")
        other = reader.client.get(path, headers={"If-None-Match": 'W/"another"'})
        assert (other.status_code, other.get_data()) == (200, first.get_data())


def test_an_answer_that_is_known_is_not_sent_again_and_one_that_changed_is():
    reader = Reader(create_app(Settings()))
    asked = [reader.body("tables-of-explore", query) for query in ("", "threshold=1000")]
    first, moved = (reader.post(body) for body in asked)
    known = {"If-None-Match": first.headers["ETag"]}
    again, other = (reader.client.post(CALLBACKS, json=body, headers=known) for body in asked)
    assert (again.status_code, again.get_data()) == (304, b"")
    assert (other.status_code, other.get_data()) == (200, moved.get_data())


def test_what_is_no_answer_is_not_marked():
    reader = Reader(create_app(Settings()))
    replies = [
        reader.post({"output": "nothing"}),
        reader.get("/"),
        reader.get("/?trial=gbsg2"),
        reader.get("/nonsense"),
    ]
    assert [("ETag" in reply.headers, reply.headers["Cache-Control"]) for reply in replies] == [
        (False, "no-store")
    ] * 4


def test_nothing_is_kept_where_other_trials_are_offered(tmp_path: Path):
    (tmp_path / "own.csv").write_bytes((sample_folder() / "gbsg2.csv").read_bytes())
    (tmp_path / "own.toml").write_bytes((sample_folder() / "gbsg2.toml").read_bytes())
    for app in (
        create_app(Settings(), trials=(sample("mirocals"),)),
        create_app(Settings(data_folder=tmp_path)),
    ):
        reader = Reader(app)
        replies = [*(reader.get(path) for path in LAYOUTS), reader.post(reader.body("tables-of-explore", ""))]
        assert [reply.headers["Cache-Control"] for reply in replies] == ["no-store"] * 3
        assert not any("ETag" in reply.headers for reply in replies)


@pytest.mark.parametrize("cookie", ["mirodash", "elsewhere"])
def test_nothing_is_kept_of_a_browser_with_a_cookie(cookie: str):
    reader = Reader(create_app(Settings()))
    etag = reader.get(LAYOUTS[0]).headers["ETag"]
    reader.client.set_cookie(cookie, "made-up")
    known = {"If-None-Match": etag}
    replies = [
        reader.client.get(LAYOUTS[0], headers=known),
        reader.post(reader.body("tables-of-explore", "")),
    ]
    assert [reply.status_code for reply in replies] == [200, 200]
    assert [reply.headers["Cache-Control"] for reply in replies] == ["no-store"] * 2
    assert not any("ETag" in reply.headers for reply in replies)
