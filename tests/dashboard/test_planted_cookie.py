"""A planted cookie gets no uploads, one over HTTPS cannot be planted, and a reader can be forgotten."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.text.data_sentences import forgotten
from mirodash.uploads.upload_store import UNAVAILABLE
from mirodash.web.sessions import COOKIE, RECEIPT
from tests.dashboard.owners import Owner
from tests.dashboard.renderer import Reader

CSV = b"id,time,event,arm\nP1,3,1,A\nP2,4,0,B\n"
HTTPS = {"wsgi.url_scheme": "https"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(uploads=tmp_path_factory.mktemp("kept") / "uploads")


@pytest.fixture(scope="module")
def app(settings: Settings) -> Dash:
    return create_app(settings)


def _upload(client: FlaskClient, receipt: str = "", **options: Any) -> TestResponse:
    headers = {"X-MiroDash": "upload"} | ({RECEIPT: receipt} if receipt else {})
    answer = client.post("/uploads", data={"file": (io.BytesIO(CSV), "a.csv")}, headers=headers, **options)
    assert answer.status_code == 200
    return answer


def _own(page: Reader) -> set[str]:
    """Return what the Data page lists as the reader's own."""
    return {line["trial"] for line in _do(page, "data-answered", {"opens": True, "at": 1})["own"]}


def _do(page: Reader, output: str, order: dict[str, Any]) -> dict[str, Any]:
    answered = page.post(page.body(output, order))
    assert answered.status_code == 200
    return answered.get_json()["response"][output]["data"]


def _planted(attacker: Reader, victim: Reader) -> str:
    """Put the cookie of one browser into another, and return its value."""
    cookie = attacker.client.get_cookie(COOKIE)
    assert cookie is not None
    victim.client.set_cookie(COOKIE, cookie.value)
    return cookie.value


def test_an_upload_under_a_planted_cookie_is_a_new_readers(app: Dash):
    attacker, victim = Reader(app), Reader(app)
    theirs = _upload(attacker.client).json["trial"]
    planted = _planted(attacker, victim)
    answer = _upload(victim.client)
    mine = answer.json["trial"]
    kept = victim.client.get_cookie(COOKIE)
    assert "Set-Cookie" in answer.headers
    assert kept is not None
    assert kept.value != planted
    assert _own(victim) == {mine}
    assert _own(attacker) == {theirs}


def test_the_receipt_of_another_reader_keeps_no_planted_cookie(app: Dash):
    attacker, victim = Reader(app), Reader(app)
    _upload(attacker.client)
    receipt = _upload(victim.client).headers[RECEIPT]
    _planted(attacker, victim)
    mine = _upload(victim.client, receipt).json["trial"]
    assert _own(victim) == {mine}
    assert mine not in _own(attacker)


def test_uploads_of_a_page_that_brings_its_receipt_are_one_readers(app: Dash):
    page = Reader(app)
    first = _upload(page.client)
    second = _upload(page.client, first.headers[RECEIPT])
    assert "Set-Cookie" not in second.headers
    assert second.headers[RECEIPT] == first.headers[RECEIPT]
    assert _own(page) == {first.json["trial"], second.json["trial"]}


@pytest.mark.parametrize("odd", ["0" * 64, "é", "x" * 10_000, "\xff", "None"])
def test_no_other_receipt_will_do(app: Dash, odd: str):
    page = Reader(app)
    first = _upload(page.client)
    second = _upload(page.client, odd)
    assert second.headers[RECEIPT] != first.headers[RECEIPT]
    assert _own(page) == {second.json["trial"]}


def test_a_receipt_is_given_to_nobody_who_only_looks(app: Dash):
    attacker, victim = Reader(app), Reader(app)
    receipt = _upload(attacker.client).headers[RECEIPT]
    _planted(attacker, victim)
    for path in ("/", "/data", "/_dash-layout", "/nothing"):
        reply = victim.get(path)
        assert receipt not in str(reply.headers) + reply.get_data(as_text=True)
    assert receipt not in str(_do(victim, "data-answered", {"opens": True, "at": 1}))


def test_over_https_the_cookie_has_the_name_that_neighbours_cannot_set(app: Dash):
    browser = app.server.test_client()
    first = _upload(browser, environ_overrides=HTTPS)
    assert first.headers["Set-Cookie"].startswith("__Host-mirodash=")
    assert "Secure" in first.headers["Set-Cookie"]
    second = _upload(browser, first.headers[RECEIPT], environ_overrides=HTTPS, base_url="https://localhost")
    assert "Set-Cookie" not in second.headers
    # what came without HTTPS is not even read with it
    planted = app.server.test_client()
    planted.set_cookie(COOKIE, first.headers["Set-Cookie"].partition("=")[2].partition(";")[0])
    third = _upload(planted, first.headers[RECEIPT], environ_overrides=HTTPS)
    assert third.headers["Set-Cookie"].startswith("__Host-mirodash=")


@pytest.mark.parametrize("seconds", [-400 * 86_400, -1, 1, 400 * 86_400])
def test_a_clock_that_jumps_makes_nobody_a_stranger(app: Dash, monkeypatch: pytest.MonkeyPatch, seconds: int):
    page = Reader(app)
    mine = _upload(page.client).json["trial"]
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + seconds)
    assert _own(page) == {mine}


def test_whoever_forgets_their_trials_takes_all_of_them_away(app: Dash, settings: Settings, tmp_path: Path):
    owner, other = Owner(app, settings), Owner(app, settings)
    mapped = owner.upload_people(40, "Mine", tmp_path)
    theirs = other.upload_people(40, "Theirs", tmp_path)
    receipt = _upload(other.client).headers[RECEIPT]
    assert receipt
    unmapped = owner.uploads().keep(owner.secret, owner.uploads().tables(owner.secret, mapped))
    assert _own(owner) == {mapped, unmapped}
    reply = owner.post(owner.body("data-done", {"what": "forget", "at": 1}))
    done = reply.get_json()["response"]["data-done"]["data"]
    assert done["said"] == forgotten(2)
    assert done["own"] == []
    assert not [item for item in done["trials"] if item["value"].startswith("own-")]
    assert reply.headers["Set-Cookie"].startswith("mirodash=;")
    assert owner.client.get_cookie(COOKIE) is None
    # neither the browser nor whoever copied its cookie finds anything
    assert owner.uploads().names(owner.secret) == owner.uploads().unconfirmed(owner.secret) == ()
    assert owner.get(f"/?trial={mapped}").status_code == 404
    assert other.uploads().names(other.secret) == ((theirs, "Theirs"),)


def test_whoever_has_nothing_can_forget_it(app: Dash):
    assert _do(Reader(app), "data-done", {"what": "forget", "at": 1})["said"] == forgotten(0)


def test_a_reader_stays_known_while_the_trials_cannot_be_reached(tmp_path: Path):
    settings = Settings(uploads=tmp_path / "uploads", secret="0123456789abcdef" * 2)
    owner = Owner(create_app(settings), settings)
    name = owner.upload_people(40, "Mine", tmp_path)
    (tmp_path / "uploads").chmod(0o755)
    reply = owner.post(owner.body("data-done", {"what": "forget", "at": 1}))
    (tmp_path / "uploads").chmod(0o700)
    assert (reply.status_code, reply.get_data(as_text=True)) == (503, UNAVAILABLE)
    assert "Set-Cookie" not in reply.headers
    assert _own(owner) == {name}
