"""Links for others: under the name of the settings or the one asked for, and none that opens for nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.text.link_sentences import OPENS_FOR_ITS_READER, OPENS_HERE, TOO_LONG
from mirodash.trial.store import TrialStore
from mirodash.web.public_links import PublicLinks
from mirodash.web.view import View, read_view

STORE = TrialStore()
VIEW = read_view(STORE, "threshold=2000")
SERVER = Flask(__name__)


@pytest.mark.parametrize("host", ["mirodash.example", "mirodash.example:8443", "[2001:db8::5]", "192.0.2.7"])
def test_a_link_leads_to_the_server_that_was_asked(host: str) -> None:
    with SERVER.test_request_context(base_url=f"https://{host}"):
        link = PublicLinks().find(VIEW, "/thresholds")
    assert link.address == f"https://{host}/thresholds?trial=mirocals&threshold=2000"


@pytest.mark.parametrize("host", ["localhost", "localhost:8050", "127.0.0.1:1", "[::1]:8050"])
def test_the_address_of_this_machine_is_no_link_for_others(host: str) -> None:
    with SERVER.test_request_context(base_url=f"http://{host}"):
        assert PublicLinks().find(VIEW, "/").why_none == OPENS_HERE
        assert PublicLinks("http://localhost").find(VIEW, "/").why_none == OPENS_HERE
        named = PublicLinks("https://mirodash.example/").find(VIEW, "/")
    assert named.address == "https://mirodash.example/?trial=mirocals&threshold=2000"
    assert PublicLinks().find(VIEW, "/").why_none == OPENS_HERE


def test_the_link_of_an_uploaded_trial_opens_for_its_reader_only() -> None:
    own = View(replace(VIEW.trial, id="own-mR5hxV3bq0cGd-_8kYlZ1w"), VIEW.selection)
    links = PublicLinks("https://mirodash.example")
    assert links.find(own, "/").why_none == OPENS_FOR_ITS_READER
    assert links.describe_code(own, "/") == {"cannot": OPENS_FOR_ITS_READER}


def test_a_link_that_no_room_can_read_has_no_code() -> None:
    long = PublicLinks(f"https://{'x' * 780}.example")
    assert long.find(VIEW, "/").why_none == TOO_LONG
    assert long.describe_code(VIEW, "/") == {"cannot": TOO_LONG}


def test_the_code_is_of_the_link_that_it_names() -> None:
    code = PublicLinks("https://mirodash.example").describe_code(VIEW, "/")
    assert code["address"] == "https://mirodash.example/?trial=mirocals&threshold=2000"
    assert code["address"] in code["said"]
    assert code["path"].startswith("M4 4h7v1h-7z")


def test_the_public_name_is_answered_without_being_listed_again() -> None:
    app = create_app(Settings(public_url="https://mirodash.example:8443"))
    client = app.server.test_client()
    assert client.get("/health", headers={"Host": "mirodash.example:8443"}).status_code == 200
    assert client.get("/health", headers={"Host": "other.example"}).status_code == 400
