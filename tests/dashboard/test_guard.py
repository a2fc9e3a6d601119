"""What a browser may load, what may be stored, and that nothing anybody sends breaks the server."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from dash import Dash
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from mirodash.factory import create_app
from mirodash.settings import Settings
from tests.dashboard.renderer import CALLBACKS, Reader, outputs_of
from tests.profiles import for_each, share_of_examples

EVERYWHERE = (
    "/",
    "/nonsense",
    "/_dash-layout",
    "/_dash-dependencies",
    "/assets/words.js",
    "/assets/tokens.css",
    "/assets/nothing.js",
    "/health",
    "/console",
    "/_dash-component-suites/dash/../../x",
    "/_favicon.ico",
)
BROKEN = share_of_examples(
    0.25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@for_each(path=EVERYWHERE)
def test_every_reply_carries_the_headers(reader: Reader, path: str):
    headers = reader.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "geolocation=()" in headers["Permissions-Policy"]


def _policy(reader: Reader, path: str = "/") -> dict[str, str]:
    directives = reader.get(path).headers["Content-Security-Policy"].split("; ")
    return {name: sources for name, _, sources in (directive.partition(" ") for directive in directives)}


@for_each(path=EVERYWHERE)
def test_the_content_security_policy_is_the_one_that_was_tried_out(reader: Reader, path: str):
    policy = _policy(reader, path)
    scripts = policy.pop("script-src").split()
    assert policy == {
        "default-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert scripts[0] == "'self'"
    assert scripts[1:]
    assert all(re.fullmatch(r"'sha256-[\w+/]{43}='", source) for source in scripts[1:])


def test_every_inline_script_of_the_page_is_allowed_by_its_hash(app: Dash, reader: Reader):
    page = reader.get("/").get_data(as_text=True)
    inline = re.findall(r"<script(?![^>]*\ssrc=)([^>]*)>(.*?)</script>", page, re.DOTALL)
    run = [script for attributes, script in inline if "application/json" not in attributes]
    assert run
    # a hash for each: the policy was taken after the last callback was registered
    assert set(_policy(reader)["script-src"].split()[1:]) == set(app.csp_hashes())
    assert len(run) == len(app.csp_hashes())


def test_the_page_loads_nothing_from_another_machine(reader: Reader):
    page = reader.get("/").get_data(as_text=True)
    loaded = re.findall(r"(?:src|href)=\"([^\"]*)\"", page)
    assert loaded
    assert [address for address in loaded if not address.startswith("/") or address.startswith("//")] == []
    assert '<html lang="en">' in page


@for_each(path=["/", "/nonsense", "/_reload-hash"])
def test_pages_are_not_stored(reader: Reader, path: str):
    assert reader.get(path).headers["Cache-Control"] == "no-store"


@for_each(path=["/console", "/nonsense", "/explore/x", "/favicon.ico", "/x.php", "/.env"])
def test_what_is_not_there_is_not_found(reader: Reader, path: str):
    reply = reader.get(path)
    assert reply.status_code == 404
    assert "Traceback" not in reply.get_data(as_text=True)
    assert "debugger" not in reply.get_data(as_text=True).lower()


@for_each(
    path=[
        "/_dash-component-suites/dash/../../x",
        "/_dash-component-suites/dash/%2e%2e/%2e%2e/x",
        "/_dash-component-suites/nothing/x.js",
        "/_dash-component-suites/dash/nothing.js",
        "/assets/../app.py",
        "/assets/%2e%2e/app.py",
        "/assets/..%2fapp.py",
    ]
)
def test_files_outside_are_not_found(reader: Reader, path: str):
    reply = reader.get(path)
    assert reply.status_code in (301, 308, 404)
    assert "create_app" not in reply.get_data(as_text=True)


@for_each(path=["/_mcp", "/mcp", "/_dash-mcp", "/_mcp/"])
def test_no_machine_protocol_answers(reader: Reader, path: str):
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    for reply in (reader.get(path), reader.client.post(path, json=call)):
        assert reply.status_code in (404, 405)
        assert "jsonrpc" not in reply.get_data(as_text=True)


def test_a_request_that_is_too_large_is_refused():
    small = Reader(create_app(Settings(largest_request=2_000)))
    assert small.post(small.body("tables-of-explore", "")).status_code == 200
    assert small.post(small.body("tables-of-explore", "x" * 2_000)).status_code == 413


@for_each(kind=["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_only_json_is_a_callback(reader: Reader, kind: str):
    # a form on another site can send these without being asked, and must not be answered
    body = json.dumps(reader.body("tables-of-explore", ""))
    reply = reader.client.post(CALLBACKS, data=body, content_type=kind)
    assert 400 <= reply.status_code < 500


@for_each(
    text=[
        "",
        "{",
        "nothing",
        '{"output": ',
        "\x00",
        "[" * 100_000,
        '{"a":' * 50_000,
        "9" * 10_000,
        "\ud800".encode("utf-8", "surrogatepass"),
        b"\xff\xfe",
    ]
)
def test_what_is_not_json_is_a_bad_request(reader: Reader, text: str | bytes):
    reply = reader.client.post(CALLBACKS, data=text, content_type="application/json")
    assert reply.status_code == 400
    assert "Traceback" not in reply.get_data(as_text=True)


@for_each(body=[1, "x", [], {}, {"output": None}, {"output": ["a"]}, {"output": "no.such"}])
def test_json_that_is_no_callback_is_a_bad_request(reader: Reader, body: Any):
    assert reader.post(body).status_code == 400


def test_callbacks_of_the_browser_are_not_run_on_the_server(reader: Reader):
    for callback in reader.callbacks:
        if callback["clientside_function"] is None:
            continue
        pairs = [{"id": name, "property": prop} for name, prop in outputs_of(callback)]
        body = {
            "output": callback["output"],
            "outputs": pairs if callback["output"].startswith("..") else pairs[0],
            "inputs": callback["inputs"],
            "state": callback["state"],
            "changedPropIds": [],
        }
        assert 400 <= reader.post(body).status_code < 500


@for_each(key=["job", "oldJob", "cancelJob", "cacheKey"])
def test_a_forged_background_request_does_nothing(reader: Reader, key: str):
    body = reader.body("tables-of-explore", "")
    plain = reader.post(body).get_json()
    reply = reader.client.post(f"{CALLBACKS}?{key}=1", json=body)
    assert reply.status_code < 500
    assert reply.status_code >= 400 or reply.get_json() == plain


@for_each(method=["get", "put", "delete", "patch", "options", "head"], path=["/", CALLBACKS, "/_dash-layout"])
def test_no_method_breaks_the_server(reader: Reader, method: str, path: str):
    assert getattr(reader.client, method)(path).status_code < 500


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(
        [
            10**400,
            "threshold=nan",
            "threshold=1e999",
            "horizon=-1",
            "trial=__class__",
            "confidence=0.99999999999",
            "keep.=x",
            "range.age=1..nan",
            "unit=fortnights",
            "\ud800",
            "light",
            {"pathname": "/", "search": "?threshold=1e308"},
            {"pathname": ["/"], "search": {"a": 1}},
        ]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def _send(reader: Reader, body: Any) -> None:
    """Send a body as it is, NaN and halves of surrogate pairs included; anything but a failure will do."""
    reply = reader.client.post(CALLBACKS, data=json.dumps(body), content_type="application/json")
    assert reply.status_code < 500, (body, reply.get_data(as_text=True))
    if reply.status_code == 200:
        json.loads(reply.get_data(as_text=True), parse_constant=pytest.fail)


@BROKEN
@given(data=st.data())
def test_any_value_in_a_callback_is_answered(reader: Reader, data: st.DataObject):
    callback = data.draw(st.sampled_from(reader.server_callbacks()))
    size = len(callback["inputs"]) + len(callback["state"])
    first = outputs_of(callback)[0][0]
    values = data.draw(st.lists(ODD, min_size=size, max_size=size))
    _send(reader, reader.body(first, *values))


@BROKEN
@given(data=st.data())
def test_a_mutated_callback_is_answered(reader: Reader, data: st.DataObject):
    callback = data.draw(st.sampled_from(reader.server_callbacks()))
    size = len(callback["inputs"]) + len(callback["state"])
    body = copy.deepcopy(reader.body(outputs_of(callback)[0][0], *[""] * size))
    for _ in range(data.draw(st.integers(1, 3))):
        _mutate(body, data)
    _send(reader, body)


def _mutate(body: dict[str, Any], data: st.DataObject) -> None:
    """Put something odd anywhere in a body, or take something away."""
    node: Any = body
    while True:
        places = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not places:
            return
        place = data.draw(st.sampled_from(places))
        inner = node[place]
        if not (isinstance(inner, dict | list) and inner and data.draw(st.booleans())):
            break
        node = inner
    if data.draw(st.booleans()):
        node[place] = data.draw(ODD)
    else:
        del node[place]


@BROKEN
@given(body=ODD)
def test_any_json_at_all_is_answered(reader: Reader, body: Any):
    _send(reader, body)


@BROKEN
@given(search=st.text(max_size=60), key=st.sampled_from(["threshold", "site", "horizon", "trial"]))
def test_any_address_opens_a_page(reader: Reader, search: str, key: str):
    for text in (search, f"?{key}={search}", f"{key}={search}&{key}="):
        _send(reader, reader.body("page-content", {"pathname": "/", "search": text}))


def test_values_nested_beyond_reason_are_answered(reader: Reader):
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    for callback in reader.server_callbacks():
        size = len(callback["inputs"]) + len(callback["state"])
        _send(reader, reader.body(outputs_of(callback)[0][0], *[deep] * size))


@for_each(piece=["site=x", "threshold=1", "keep.sex=F", "range.age=1..2", "a", "%", "stratum=sex"])
def test_an_address_without_end_is_answered(reader: Reader, piece: str):
    text = "&".join([piece] * 10_000)
    for body in (
        reader.body("page-content", {"pathname": "/", "search": f"?{text}"}),
        reader.body("words-of-explore-selection-query", text, "light"),
        reader.body("words-of-explore-selection-query", f"site={text.replace('&', '')}", "light"),
    ):
        _send(reader, body)
