"""Knows a browser again by one signed cookie, which holds a long random number and nothing about anybody."""

from __future__ import annotations

import logging
import re
import secrets
from typing import cast

from flask import Flask, Request, Response, current_app, g, has_request_context, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from mirodash.errors import UnavailableError, UnusableQuestionError
from mirodash.settings import Settings
from mirodash.uploads.opening import secret_of

LOG = logging.getLogger(__name__)

COOKIE = "mirodash"
READER = "reader"
BYTES = 32
_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
"""What `secrets.token_urlsafe` makes of so many bytes."""

UNSIGNED = "The place where uploaded trials are kept cannot be used at the moment; try again later."


class _Cookie(SecureCookieSessionInterface):
    """Flask's signed cookie, whose secret is looked up when a browser brings or needs one, and not before."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie holds; nothing for one that is not there or that somebody else signed."""
        if not request.cookies.get(self.get_cookie_name(app)):
            return self.session_class()
        try:
            self.look_up_secret(app)
        except UnavailableError as error:
            # whoever looks at the trials that are everybody's needs no cookie, and is not stopped
            g.reader_unknown = error
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Give the cookie to a browser that was made known, and keep every answer to it out of caches."""
        super().save_session(app, session, response)
        if session.accessed:
            response.headers["Cache-Control"] = "no-store"

    def look_up_secret(self, app: Flask) -> None:
        """Read it anew each time: what one worker has made, the others must use.

        Raises
        ------
        UnavailableError
            When it can neither be read nor made; the log says where.
        """
        try:
            app.secret_key = secret_of(self._settings)
        except UnusableQuestionError as error:
            LOG.warning("no secret to sign cookies with: %s", error)
            raise UnavailableError(UNSIGNED) from error


def register(server: Flask, settings: Settings) -> None:
    """Let browsers be known by a cookie of this dashboard."""
    server.session_interface = _Cookie(settings)
    server.config.update(
        # the prefix keeps neighbours under the same domain from setting it; browsers allow it with HTTPS only
        SESSION_COOKIE_NAME=f"__Host-{COOKIE}" if settings.secure_cookie else COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=settings.secure_cookie,
        SESSION_COOKIE_PATH="/",
    )


def reader() -> str:
    """The secret name of the browser that asks; empty for one that never brought anything.

    Raises
    ------
    UnavailableError
        When the browser brings a cookie and the secret that signs it cannot be read.
    """
    if not has_request_context():
        return ""
    if "reader_unknown" in g:
        raise g.reader_unknown
    name = session.get(READER)
    return name if isinstance(name, str) and _SHAPE.fullmatch(name) else ""


def known_reader() -> str:
    """The secret name of the browser that asks, given to it with the answer when it had none.

    Raises
    ------
    UnavailableError
        When the secret that signs the cookie can neither be read nor made.
    """
    name = reader()
    if not name:
        cast(_Cookie, current_app.session_interface).look_up_secret(current_app)
        name = session[READER] = secrets.token_urlsafe(BYTES)
    return name
