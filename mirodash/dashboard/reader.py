"""Knows a browser again by one signed cookie, which holds a long random number and nothing about its reader.

Whoever can set a cookie for this host, from another port or a sibling name, could plant one of their own
and wait for files to be uploaded under it (session fixation). So an upload joins earlier ones only when
its page also brings the receipt of the first: pages keep it in storage that belongs to one origin, and it
is given to no page but the one whose upload made the reader known.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
from typing import cast

from flask import Flask, Request, Response, current_app, g, has_request_context, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature

from mirodash.errors import UnavailableError, UnusableQuestionError
from mirodash.settings import Settings
from mirodash.uploads.uploads import secret_of

LOG = logging.getLogger(__name__)

COOKIE = "mirodash"
READER = "reader"
RECEIPT = "X-MiroDash-Reader"
"""The header in which an upload brings its reader's receipt, and in which its answer gives one."""
BYTES = 32
_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
"""What `secrets.token_urlsafe` makes of so many bytes."""

UNSIGNED = "The place where uploaded trials are kept cannot be used at the moment; try again later."


class _Cookie(SecureCookieSessionInterface):
    """Flask's signed cookie, whose secret is looked up when a browser brings or needs one, and not before."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def get_cookie_name(self, app: Flask) -> str:
        """With a prefix over HTTPS, for which browsers let no neighbour under the same domain set it."""
        return f"__Host-{COOKIE}" if self.get_cookie_secure(app) else COOKIE

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the cookie travels over HTTPS only: where the settings say so, or the request came so."""
        return self._settings.secure_cookie or request.is_secure

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie holds; nothing for one that is not there or that somebody else signed."""
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return self.session_class()
        try:
            self.look_up_secret(app)
        except UnavailableError as error:
            # whoever looks at the trials that are everybody's needs no cookie, and is not stopped
            g.reader_unknown = error
            return self.session_class()
        serializer = self.get_signing_serializer(app)
        try:
            # its age does not count: the vault knows how long uploads are kept, and a clock may jump
            return self.session_class(serializer.loads(cookie) if serializer else None)
        except BadSignature:
            return self.session_class()

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
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
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
    """The secret name of the browser that uploads, given to it with the answer when it had none.

    A cookie that comes without its receipt may have been planted, and is replaced.

    Raises
    ------
    UnavailableError
        When the secret that signs the cookie can neither be read nor made.
    """
    name = reader()
    cast(_Cookie, current_app.session_interface).look_up_secret(current_app)
    # as bytes, for a header can hold what compare_digest refuses as text
    brought = request.headers.get(RECEIPT, "").encode("utf-8", "replace")
    if not name or not hmac.compare_digest(receipt_of(name).encode(), brought):
        name = session[READER] = secrets.token_urlsafe(BYTES)
    return name


def receipt_of(name: str) -> str:
    """What the page whose upload made this reader known is given, to prove that the cookie is its own."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"receipt of {name}".encode(), hashlib.sha256).hexdigest()


def forget_reader() -> None:
    """Take the cookie back with the answer: the browser that asks is no known reader any more (log-out)."""
    session.clear()
