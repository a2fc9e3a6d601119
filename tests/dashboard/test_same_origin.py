"""Only our own host names are answered, and only our own pages can change something."""

from __future__ import annotations

import io

import pytest
from dash import Dash
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.web.security import FOREIGN_PAGE, host_name
from tests.dashboard.renderer import CALLBACKS, Reader

PATHS = ("/", "/_dash-layout", "/_dash-dependencies", "/health", "/assets/words.js", "/nothing", "/uploads")
FOREIGN = (
    "evil.example",
    "evil.example:8050",
    "localhost.evil.example",
    "evil-localhost",
    "127.0.0.1.evil.example",
    "localhost@evil.example",
    "localhost,evil.example",
    "localhost evil",
    "localhost:99999999",
    "127.0.0.2",
    "[::2]",
    "::1",
    "mirodash.example.evil",
    "sub.mirodash.example",
    ".mirodash.example",
    "0.0.0.0",  # noqa: S104 - not bound, only named
    "",
)
OWN = (
    "localhost",
    "LocalHost:8050",
    "localhost.",
    "127.0.0.1:1",
    "[::1]",
    "[::1]:8050",
    "mirodash.example",
    "MIRODASH.example:443",
    "[2001:db8::5]:8050",
)


@pytest.fixture(scope="module")
def named() -> Dash:
    """Return a dashboard that is reached under two more names."""
    return create_app(Settings(hosts=("Mirodash.example", "[2001:db8::5]")))


@pytest.fixture
def client(named: Dash) -> FlaskClient:
    return named.server.test_client()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", FOREIGN)
def test_a_host_name_that_is_not_ours_learns_nothing(client: FlaskClient, host: str, path: str):
    for reply in (client.get(path, headers={"Host": host}), client.post(path, headers={"Host": host})):
        text = reply.get_data(as_text=True)
        assert reply.status_code == 400
        assert text.startswith("This server does not answer to ")
        assert "MIRODASH_HOSTS" in text
        assert reply.mimetype == "text/plain"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", OWN)
def test_our_own_names_are_answered(client: FlaskClient, host: str):
    assert client.get("/", headers={"Host": host}).status_code == 200
    assert client.get("/_dash-layout", headers={"Host": host}).status_code == 200
    assert client.get("/nothing", headers={"Host": host}).status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Host", "X-Original-Host", "Forwarded"])
def test_no_other_header_names_the_host(client: FlaskClient, header: str):
    # a page elsewhere can send these, and some servers believe them
    value = "host=localhost" if header == "Forwarded" else "localhost"
    assert client.get("/", headers={"Host": "evil.example", header: value}).status_code == 400


def test_other_names_are_refused_where_none_are_set(reader: Reader):
    assert reader.client.get("/", headers={"Host": "mirodash.example"}).status_code == 400


def test_a_foreign_name_is_quoted_as_text_and_in_short(client: FlaskClient):
    with client.get("/", headers={"Host": "<script>" + "x" * 5_000}) as reply:
        assert reply.mimetype == "text/plain"
        assert len(reply.get_data()) < 400


def test_a_request_without_a_host_is_refused(named: Dash):
    environ = EnvironBuilder(path="/").get_environ()
    del environ["HTTP_HOST"]
    body, status, _ = run_wsgi_app(named.server, environ)
    assert status.startswith("400 ")
    assert b"a request without a name" in b"".join(body)


SENDERS = {
    "another site": ({"Sec-Fetch-Site": "cross-site"}, 403),
    "another name of our site": ({"Sec-Fetch-Site": "same-site"}, 403),
    "something new": ({"Sec-Fetch-Site": "elsewhere"}, 403),
    "another site, our origin": ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
    "our page, another origin": ({"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"}, 403),
    "another origin": ({"Origin": "http://evil.example"}, 403),
    "another port": ({"Origin": "http://localhost:9999"}, 403),
    "a name within ours": ({"Origin": "http://localhost.evil.example"}, 403),
    "a hidden origin": ({"Origin": "null"}, 403),
    "an empty origin": ({"Origin": ""}, 403),
    "no address": ({"Origin": "localhost"}, 403),
    "another of our names": ({"Origin": "http://127.0.0.1"}, 403),
    "our page": ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 200),
    "our page, its address hidden": ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
    "our page behind a proxy": ({"Sec-Fetch-Site": "same-origin", "Origin": "https://localhost:8443"}, 200),
    "the reader's hand": ({"Sec-Fetch-Site": "none"}, 200),
    "our origin": ({"Origin": "http://localhost"}, 200),
    "our origin with its port": ({"Origin": "http://localhost:80"}, 200),
    "our origin, loudly": ({"Origin": "http://LOCALHOST"}, 200),
    "a program": ({}, 200),
}


@pytest.mark.parametrize(("headers", "status"), SENDERS.values(), ids=SENDERS)
def test_only_our_own_pages_can_call_back(reader: Reader, headers: dict[str, str], status: int):
    body = reader.body("tables-of-explore", "")
    reply = reader.client.post(CALLBACKS, json=body, headers=headers)
    assert reply.status_code == status
    assert (reply.get_data(as_text=True) == FOREIGN_PAGE) == (status == 403)


def test_a_port_is_part_of_the_origin(reader: Reader):
    body = reader.body("tables-of-explore", "")
    for origin, status in (("http://[::1]:8050", 200), ("http://[::1]:8051", 403), ("http://[::1]", 403)):
        reply = reader.client.post(CALLBACKS, json=body, headers={"Origin": origin, "Host": "[::1]:8050"})
        assert reply.status_code == status


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/uploads", CALLBACKS, "/", "/nothing"])
def test_no_other_page_can_change_anything(reader: Reader, method: str, path: str):
    headers = {"Sec-Fetch-Site": "cross-site", "X-MiroDash": "upload"}
    assert getattr(reader.client, method)(path, headers=headers).status_code == 403


def test_no_file_of_another_page_is_taken(reader: Reader):
    data = {"file": (io.BytesIO(b"id,time\n1,2\n"), "a.csv")}
    headers = {"X-MiroDash": "upload", "Origin": "http://localhost:9999"}
    reply = reader.client.post("/uploads", data=data, headers=headers)
    assert (reply.status_code, reply.get_data(as_text=True)) == (403, FOREIGN_PAGE)
    assert "Set-Cookie" not in reply.headers


def test_a_link_on_another_page_opens_a_view(reader: Reader):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert reader.client.get("/?trial=gbsg2", headers=headers).status_code == 200


@pytest.mark.parametrize("odd", ["", ":", ":80", "[", "[]", "[::1", "a/b", "a:b", "\u212aelvin", "a\n", "é"])
def test_what_is_no_host_has_no_name(odd: str):
    assert host_name(odd) == ""
