"""Security basics: what a browser may load, what may be stored, and which requests are understood."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from dash import Dash
from dash.exceptions import DependencyException, InvalidResourceError
from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest

from mirodash.dashboard.failures import log_failure
from mirodash.errors import GoneError, MirodashError, UnavailableError

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
    policy = content_security_policy(app.csp_hashes())

    @server.before_request
    def refuse_what_is_not_ours() -> None:
        if request.path == CALLBACKS and request.method == "POST":
            _refuse_unless_ours(app.callback_map)

    @server.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update({**HEADERS, "Content-Security-Policy": policy, **_how_long_kept()})
        # what was refused before it reached the page stays refused
        if _is_page() and response.status_code == 200:
            response.status_code = status_of(request.path, request.query_string.decode("utf-8", "replace"))
        return response

    # the sentence of an error that nobody expected may quote a cell
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
    fault = _fault(_sent(), callbacks)
    if fault:
        raise BadRequest(fault)


def _sent() -> Any:
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
