"""Answers that browsers may keep: of built-in trials, which are public, and of no reader's own."""

from __future__ import annotations

from hashlib import blake2b
from http import HTTPStatus

from flask import Flask, Response, request

from mirodash.web.security import CALLBACKS

MARKED = (CALLBACKS, "/_dash-layout", "/_dash-dependencies")
"""The page itself holds a number that Dash draws for each visit."""
ASK_AGAIN = "private, no-cache"


def register(server: Flask) -> None:
    """Mark what layout and callbacks answer, and say of what is known that it is the same.

    The next visit then costs a few bytes for each answer instead of the whole (RFC 9110, ``If-None-Match``).
    A callback is asked by POST, which browsers do not keep: ``assets/known_answers.js`` does. To be called
    for a dashboard of built-in trials alone. What is answered to a browser with a cookie, which may have
    trials of its own, is never marked.

    Registered after the compression of answers, which it precedes, and before the headers.
    """

    @server.after_request
    def mark(response: Response) -> Response:
        if not _may_be_kept(response):
            return response
        response.set_etag(blake2b(response.get_data(), digest_size=16).hexdigest(), weak=True)
        response.headers["Cache-Control"] = ASK_AGAIN
        if request.if_none_match.contains_weak(response.get_etag()[0] or ""):
            response.status_code = HTTPStatus.NOT_MODIFIED
            response.set_data(b"")
        return response


def _may_be_kept(response: Response) -> bool:
    return (
        response.status_code == HTTPStatus.OK
        and not request.cookies
        and "Set-Cookie" not in response.headers
        and not response.is_streamed
        and request.path in MARKED
    )
