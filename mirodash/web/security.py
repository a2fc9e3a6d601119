"""Security headers, limits of a request, known host names and same-origin checks."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dash import Dash
from dash.exceptions import DependencyException, InvalidResourceError
from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest

from mirodash.errors import GoneError, MirodashError, UnavailableError
from mirodash.web.view import log_failure

LOG = logging.getLogger(__name__)

CALLBACKS = "/_dash-update-component"
NEVER_STORED = (CALLBACKS, "/_dash-layout", "/_dash-dependencies", "/_reload-hash")
PAGE_RULES = ("/", "/<path:path>")
"""Dash's own rules for what is neither a file nor a callback."""
KEPT = (".woff2", ".svg")
"""Fonts and the icon never change within a release; browsers ask for the icon at every change of address."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}


def content_security_policy(script_hashes: Sequence[str]) -> str:
    """Everything from this server; inline scripts only by hash; inline styles because Plotly needs them."""
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *script_hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def protect(app: Dash, largest_request: int, status_of: Callable[[str, str], int]) -> None:
    """Add the headers and refuse requests that no page of ours sends.

    To be called when every callback is registered: the hashes of inline scripts are taken then. Dash
    answers any address with a page; ``status_of`` says of its path and query whether there is one.
    """
    server: Flask = app.server
    server.config["MAX_CONTENT_LENGTH"] = largest_request
    always = tuple({**HEADERS, "Content-Security-Policy": content_security_policy(app.csp_hashes())}.items())

    @server.before_request
    def refuse_what_is_not_ours() -> None:
        if request.path == CALLBACKS and request.method == "POST":
            _refuse_unless_ours(app.callback_map)

    @server.after_request
    def add_headers(response: Response) -> Response:
        # nothing else sets these, so that none has to be looked for before it is added
        response.headers.extend(always)
        response.headers.update(_how_long_kept())
        # what was refused before it reached the page stays refused
        if _is_page() and response.status_code == 200:
            response.status_code = status_of(request.path, request.query_string.decode("utf-8", "replace"))
        return response

    # the sentence of an error that nobody expected may quote a cell
    # pyrefly: ignore [method-assign] - Flask logs through this method of its app
    server.log_exception = lambda exc_info: log_failure(LOG, "a request failed", exc_info[1])

    @server.errorhandler(DependencyException)
    @server.errorhandler(InvalidResourceError)
    def no_such_file(error: Exception) -> tuple[str, int]:
        LOG.info("no such file: %s", error)
        return "There is no such file.", 404

    @server.errorhandler(GoneError)
    def not_yours(error: GoneError) -> Response:
        return _sentences(error, 404)

    @server.errorhandler(UnavailableError)
    def does_not_answer(error: UnavailableError) -> Response:
        LOG.warning("uploaded trials cannot be had: %s", error)
        return _sentences(error, 503)


def _sentences(error: MirodashError, status: int) -> Response:
    """What ``assets/unplugged.js`` shows while the page stays as it is."""
    return Response(" ".join(error.problems), status, mimetype="text/plain")


def _is_page() -> bool:
    return request.url_rule is not None and request.url_rule.rule in PAGE_RULES


def _how_long_kept() -> dict[str, str]:
    if _is_page() or request.path.startswith(NEVER_STORED):
        return {"Cache-Control": "no-store"}
    return {"Cache-Control": "public, max-age=86400"} if request.path.endswith(KEPT) else {}


def _refuse_unless_ours(callbacks: dict[str, Any]) -> None:
    fault = _fault(_read_sent(), callbacks)
    if fault:
        raise BadRequest(fault)


def _read_sent() -> Any:
    """The JSON that came; what is nested deeper than the parser can follow counts as malformed."""
    try:
        return request.get_json()
    except RecursionError as error:
        raise BadRequest("The request is nested too deeply.") from error


def _fault(body: Any, callbacks: dict[str, Any]) -> str:
    """Why a callback request is not one that our pages send, or an empty string.

    Only the values may differ from what the page declared; they are checked where they are used.
    """
    if not isinstance(body, dict):
        return "The request is not a callback."
    known = callbacks.get(body["output"]) if isinstance(body.get("output"), str) else None
    # a callback of the browser is in the map as well, without a function
    if known is None or "callback" not in known:
        return "There is no such callback."
    for part, declared in (("inputs", known["inputs"]), ("state", known["state"])):
        sent = body.get(part, [])
        if not isinstance(sent, list) or [_name(item) for item in sent] != [_name(item) for item in declared]:
            return f"The {part} are not those of the callback."
    outputs = body.get("outputs")
    listed = outputs if isinstance(outputs, list) else [outputs]
    if [f"{a}.{b}" for a, b in map(_name, listed)] != _outputs(body["output"]):
        return "The outputs are not those of the callback."
    changed = body.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(item, str) for item in changed):
        return "What changed is not a list of names."
    return ""


def _name(item: Any) -> tuple[str, str]:
    if not isinstance(item, dict):
        return "", ""
    return str(item.get("id")), str(item.get("property"))


def _outputs(output: str) -> list[str]:
    """The outputs in Dash's own name for a callback: ``a.b`` or ``..a.b...c.d..``."""
    if output.startswith("..") and output.endswith(".."):
        return output[2:-2].split("...")
    return [output]


LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
OWN_SITES = ("same-origin", "none")
"""What browsers say in ``Sec-Fetch-Site`` of a request by our own page, and of one by the reader's hand."""
FOREIGN_PAGE = "Only the pages of this server may ask that; another page did."
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?P<name>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.ASCII)
_MAX_QUOTED = 80


def register(server: Flask, hosts: Iterable[str]) -> None:
    """Answer requests under these host names and loopback's only, and from our own pages only.

    A page elsewhere can let its own name lead to this machine (DNS rebinding) and would then read what
    is answered; so a host name that is not ours gets 400. A browser says which page sends a request that
    can change something; one that is not ours gets 403. Programs that are no browsers say neither.

    Werkzeug's own list of trusted hosts cuts ``[::1]`` at its first colon, and knows no capital letters.

    Parameters
    ----------
    server : Flask
        To be called before anything else is registered to run before requests.
    hosts : iterable of str
        Names and addresses beside loopback's, without a port; an IPv6 address in brackets.
    """
    answered = frozenset(host.lower() for host in (*LOOPBACK, *hosts))

    @server.before_request
    def refuse_foreign_requests() -> Response | None:
        sent = request.headers.get("Host", "")
        if host_name(sent) not in answered:
            return Response(refused_host(sent), 400, mimetype="text/plain")
        if request.method not in SAFE_METHODS and _is_by_foreign_page(answered):
            return Response(FOREIGN_PAGE, 403, mimetype="text/plain")
        return None


def host_name(host: str) -> str:
    """The name in a ``Host`` header, in small letters and without its port; ``""`` when it is none.

    Examples
    --------
    >>> host_name("LocalHost:8050"), host_name("[::1]:8050"), host_name("trial.example."), host_name("a b")
    ('localhost', '[::1]', 'trial.example', '')
    """
    found = _HOST.fullmatch(host)
    return found["name"].lower().removesuffix(".") if found else ""


def refused_host(sent: str) -> str:
    """The sentence for whoever comes under a name that is not answered."""
    shown = re.sub(r"[^ -~]", "?", sent[:_MAX_QUOTED])
    name = f"the name '{shown}'" if shown else "a request without a name"
    return (
        f"This server does not answer to {name}. Whoever runs it can list the names under which it is "
        "reached in MIRODASH_HOSTS, separated by commas."
    )


def _is_by_foreign_page(answered: frozenset[str]) -> bool:
    """Whether the browser says that a page of somebody else sends this.

    ``Sec-Fetch-Site`` cannot be set by pages, but is sent over HTTPS and to loopback only; ``Origin`` is
    sent everywhere, and is ``null`` for pages that hide their address.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in OWN_SITES:
        return True
    if origin is None:
        return False
    if origin == "null":
        return site != "same-origin"
    scheme, _, netloc = origin.partition("://")
    if site == "same-origin":
        # a proxy may hand on the host without its port
        return host_name(netloc) not in answered
    return _build_address(netloc, scheme) != _build_address(request.headers.get("Host", ""), scheme)


def _build_address(netloc: str, scheme: str) -> tuple[str, int | None]:
    """Host and port, the scheme's own port when none is written."""
    found = _HOST.fullmatch(netloc)
    port = int(found["port"]) if found and found["port"] else _DEFAULT_PORTS.get(scheme)
    return host_name(netloc), port
