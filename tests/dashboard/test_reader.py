"""A browser is known by one signed cookie, given when it brings something, and by nothing else."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from dash import Dash

from mirodash.errors import UnavailableError
from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.uploads.uploads import read_secret
from mirodash.web.sessions import COOKIE, READER, RECEIPT, UNSIGNED, get_or_create_session, reader, receipt_of
from tests.dashboard.owners import Owner, signed
from tests.dashboard.renderer import Reader
from tests.profiles import for_each

ATTRIBUTES = {"HttpOnly", "SameSite=Strict", "Path=/"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings under which uploads are kept in a folder of this test."""
    return Settings(uploads=tmp_path / "uploads")


def _app(settings: Settings) -> Dash:
    """Return a dashboard with an address that makes its visitor known, and one that says who asks."""
    app = create_app(settings)
    app.server.add_url_rule("/made/known", "known", get_or_create_session, methods=["POST"])
    app.server.add_url_rule("/made/asked", "asked", reader, methods=["POST"])
    return app


def _cookie(app: Dash) -> str:
    return app.server.test_client().post("/made/known").headers["Set-Cookie"]


def _who(app: Dash, value: str) -> str:
    client = app.server.test_client()
    client.set_cookie(COOKIE, value)
    return client.post("/made/asked").get_data(as_text=True)


def test_whoever_brings_nothing_gets_no_cookie(settings: Settings):
    visitor = Reader(create_app(settings))
    visitor.open()
    visitor.redraw("threshold=1000")
    visitor.post(visitor.body("tables-of-explore", "trial=own-" + "a" * 22))
    replies = [visitor.get(path) for path in ("/", "/?trial=gbsg2", "/_dash-layout", "/present", "/nothing")]
    assert [reply.headers.get("Set-Cookie") for reply in replies] == [None] * len(replies)
    assert visitor.client.get_cookie(COOKIE) is None


def test_a_dashboard_that_nobody_uploads_to_needs_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "not-there"))
    visitor = Reader(create_app(Settings()))
    assert visitor.open()["header-trial"] == "mirocals"
    assert list(tmp_path.iterdir()) == []


@for_each(secure=[False, True])
def test_the_cookie_goes_to_this_server_alone_and_to_no_script(settings: Settings, *, secure: bool):
    name, *attributes = _cookie(_app(replace(settings, secure_cookie=secure))).split("; ")
    assert set(attributes) == ATTRIBUTES | ({"Secure"} if secure else set())
    # the prefix makes browsers refuse the same cookie from anybody but this host
    assert name.startswith("__Host-mirodash=" if secure else "mirodash=")


def test_a_browser_stays_the_same_reader_and_two_browsers_are_two(settings: Settings):
    app = _app(settings)
    first, second = app.server.test_client(), app.server.test_client()
    names = [client.post("/made/known").get_data(as_text=True) for client in (first, second)]
    with app.server.app_context():
        brought = {RECEIPT: receipt_of(names[0])}
    again = first.post("/made/known", headers=brought)
    assert again.get_data(as_text=True) == names[0] != names[1]
    assert all(len(name) == 43 for name in names)
    assert again.headers.get("Set-Cookie") is None


def test_whatever_is_said_to_a_known_reader_stays_out_of_caches(settings: Settings):
    app = _app(settings)
    client = app.server.test_client()
    for reply in (client.post("/made/known"), client.post("/made/asked")):
        assert reply.headers["Cache-Control"] == "no-store"
        assert "Cookie" in reply.headers["Vary"]


def test_no_cookie_that_was_tampered_with_makes_a_reader(settings: Settings):
    app = _app(settings)
    value = _cookie(app).partition("=")[2].partition(";")[0]
    owner = _who(app, value)
    assert len(owner) == 43
    chosen = random.Random(7)
    for _ in range(200):
        place = chosen.randrange(len(value))
        flipped = chr(ord(value[place]) ^ (1 << chosen.randrange(6)))
        # the last sign of a signature has bits that mean nothing, so that two spell the same
        assert _who(app, value[:place] + flipped + value[place + 1 :]) in ("", owner)
    for end in range(len(value)):
        assert _who(app, value[:end]) == ""
    for odd in (value * 2, value[::-1], value + "x", "." + value, "x" * 4_000, "{}", "a.b.c", "=;=", "\x7f"):
        assert _who(app, odd) == ""


def test_a_flipped_bit_anywhere_in_what_is_signed_is_noticed(settings: Settings):
    app = _app(settings)
    value = _cookie(app).partition("=")[2].partition(";")[0]
    payload, stamp, signature = value.split(".")
    for place in range(len(payload)):
        changed = payload[:place] + ("A" if payload[place] != "A" else "B") + payload[place + 1 :]
        assert _who(app, f"{changed}.{stamp}.{signature}") == ""


def test_parts_of_two_cookies_make_no_third(settings: Settings):
    app = _app(settings)
    first, second = (_cookie(app).partition("=")[2].partition(";")[0].split(".") for _ in range(2))
    assert first[0] != second[0]
    for swapped in ([first[0], *second[1:]], [second[0], *first[1:]], [first[0], first[1], second[2]]):
        assert _who(app, ".".join(swapped)) == ""


def test_a_cookie_that_another_secret_signed_is_none(settings: Settings):
    app = _app(settings)
    known = Owner(app, settings)
    assert _who(app, signed(app, known.secret, read_secret(settings))) == known.secret
    assert _who(app, signed(app, known.secret, "another secret of thirty-two signs!")) == ""


@for_each(name=["", "../../etc", "a" * 42, "a" * 44, "ä" * 43, "a" * 42 + "\n"])
def test_what_no_dashboard_would_sign_is_no_reader(settings: Settings, name: str):
    app = _app(settings)
    assert _who(app, signed(app, name, read_secret(settings))) == ""


def test_two_dashboards_with_one_folder_know_the_same_readers(settings: Settings):
    value = _cookie(_app(settings)).partition("=")[2].partition(";")[0]
    assert len(_who(_app(settings), value)) == 43


def test_outside_a_request_there_is_no_reader():
    assert reader() == ""


def test_where_the_secret_cannot_be_had_everybodys_trials_go_on(tmp_path: Path):
    settings = Settings(uploads=tmp_path / "uploads")
    app = create_app(settings)
    owner = Owner(app, settings)
    name = owner.upload_people(40, "Mine", tmp_path)
    (tmp_path / "uploads").rename(tmp_path / "elsewhere")
    (tmp_path / "uploads").write_text("in the way", encoding="utf-8")
    reply = owner.post(owner.body("tables-of-explore", f"trial={name}"))
    assert (reply.status_code, reply.get_data(as_text=True)) == (503, UNSIGNED)
    assert str(tmp_path) not in UNSIGNED
    assert owner.get(f"/?trial={name}").status_code == 503
    assert owner.open()["header-trial"] == "mirocals"
    assert owner.tables("threshold=1000")["said"]
    assert owner.get("/_dash-layout").status_code == 200
    (tmp_path / "uploads").unlink()
    (tmp_path / "elsewhere").rename(tmp_path / "uploads")
    assert owner.post(owner.body("tables-of-explore", f"trial={name}")).status_code == 200


def test_nobody_is_made_known_without_a_secret(tmp_path: Path):
    app = _app(Settings(uploads=tmp_path / "uploads"))
    (tmp_path / "uploads").rmdir()
    (tmp_path / "uploads").write_text("in the way", encoding="utf-8")
    reply = app.server.test_client().post("/made/known")
    assert (reply.status_code, reply.get_data(as_text=True)) == (503, UNSIGNED)
    assert reply.headers.get("Set-Cookie") is None
    assert READER not in reply.get_data(as_text=True)
    with pytest.raises(UnavailableError), app.server.test_request_context("/"):
        get_or_create_session()
