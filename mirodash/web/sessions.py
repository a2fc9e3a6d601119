"""Sessions: the signed cookie, its reader's trials, whether uploads can be taken, and computing limits."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import threading
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager
from typing import Any, cast

from flask import Flask, Request, Response, current_app, g, has_request_context, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature

from mirodash.budget import limit_computing
from mirodash.errors import (
    GoneError,
    OverBudgetError,
    UnavailableError,
    UnusableDataError,
    UnusableQuestionError,
)
from mirodash.settings import KEPT_SECONDS, Settings
from mirodash.stratification.shared_results import SharedResults
from mirodash.text.data_sentences import format_span
from mirodash.trial.store import TrialStore
from mirodash.trial.trial import Trial
from mirodash.uploads.upload_store import FULL, UploadStore
from mirodash.uploads.uploads import GONE, OWN, Uploads, can_sign, is_own, read_secret
from mirodash.web.security import CALLBACKS

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
        if session.accessed and (request.cookies or session.modified):
            response.headers["Cache-Control"] = "no-store"

    def look_up_secret(self, app: Flask) -> None:
        """Read it anew each time: what one worker has made, the others must use.

        Raises
        ------
        UnavailableError
            When it can neither be read nor made; the log says where.
        """
        try:
            app.secret_key = read_secret(self._settings)
        except UnusableQuestionError as error:
            LOG.warning("no secret to sign cookies with: %s", error)
            raise UnavailableError(UNSIGNED) from error


def register_reader(server: Flask, settings: Settings) -> None:
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


def get_or_create_session() -> str:
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


MAX_WAITING = 8
"""Requests of one reader that may wait for their turn: each of them holds a thread meanwhile."""

NOT_YOUR_TURN = (
    "Other long computations of yours are still running here, so this one was not begun. Wait for them or "
    "stop them, then ask again."
)


class Turns:
    """One long computation at a time for each reader, in this process; a few wait, the others are refused.

    Parameters
    ----------
    patience : float
        Seconds for which a request waits.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._guard = threading.Lock()
        self._queues: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def turn(self, who: str) -> Generator[None]:
        """Wait for the turn of a reader, and have it until the block ends.

        Raises
        ------
        OverBudgetError
            When too many wait already, or it does not come in time.
        """
        lock = self._join(who)
        try:
            if not lock.acquire(timeout=self._patience):
                raise OverBudgetError(NOT_YOUR_TURN)
            try:
                yield
            finally:
                lock.release()
        finally:
            self._leave(who)

    def asking(self, who: str) -> int:
        """How many requests of a reader have their turn or wait for it."""
        with self._guard:
            return self._queues[who][1] if who in self._queues else 0

    def _join(self, who: str) -> threading.Lock:
        with self._guard:
            lock, there = self._queues.get(who, (threading.Lock(), 0))
            if there > MAX_WAITING:
                raise OverBudgetError(NOT_YOUR_TURN)
            self._queues[who] = (lock, there + 1)
        return lock

    def _leave(self, who: str) -> None:
        """Keep no name of a reader for whom nothing is computed."""
        with self._guard:
            lock, there = self._queues.pop(who)
            if there > 1:
                self._queues[who] = (lock, there - 1)


def register_computing(
    server: Flask, seconds: float, long: Iterable[str], results: SharedResults | None = None
) -> None:
    """Give every callback its budget, and the long ones their turn; to be called after `guard.protect`.

    Parameters
    ----------
    server : Flask
        After `guard.protect`, so that what no page of ours sends is refused before.
    seconds : float
        Of processor time for each request.
    long : iterable of str
        Components that callbacks write whose computing takes long.
    results : SharedResults or None
        Where other workers' results are found.
    """
    turns, slow = Turns(seconds), frozenset(long)

    @server.before_request
    def begin() -> None:
        if request.path != CALLBACKS or request.method != "POST":
            return
        # closed in `end`, which Flask calls whatever happens in between
        g.computing = around = ExitStack()
        if slow & _list_outputs(request.get_json()):
            around.enter_context(turns.turn(_who()))
        around.enter_context(limit_computing(seconds))
        if results is not None:
            around.enter_context(results.use())

    @server.teardown_request
    def end(_: BaseException | None) -> None:
        around: ExitStack | None = g.pop("computing", None)
        if around is not None:
            around.close()

    @server.errorhandler(OverBudgetError)
    def over_budget(error: OverBudgetError) -> Response:
        """What ``assets/unplugged.js`` shows while the page stays as it is."""
        return Response(" ".join(error.problems), 503, mimetype="text/plain")


def _list_outputs(body: Any) -> set[str]:
    """The components that a callback writes, of a request that `guard` let pass."""
    outputs = body["outputs"]
    return {part["id"] for part in (outputs if isinstance(outputs, list) else [outputs])}


def _who() -> str:
    """The reader, or the machine that asks of those who brought nothing and so have no name."""
    try:
        name = reader()
    except UnavailableError:
        name = ""
    return name or _find_address()


def _find_address() -> str:
    """The visitor's address; behind a proxy on this machine, the one that it saw and hands on.

    A proxy on this machine comes over loopback or a Unix socket, which has no address. What others say of
    themselves in that header is not believed.
    """
    peer = request.remote_addr or ""
    handed_on = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    is_here = peer in ("", "::1") or peer.startswith("127.")
    return (handed_on or peer) if is_here else peer


YOURS = "(yours)"


class ReadersTrials(TrialStore):
    """What is served, seen by whoever asks; outside a request it holds the trials of everybody alone.

    The name of an uploaded trial is no secret: it stands in links and in exported files, and opens nothing
    without the cookie of the browser that uploaded it.

    Parameters
    ----------
    shared : TrialStore
        The trials of everybody; the default one is the first of them, for every reader.
    uploads : Uploads
        The trials of readers.
    kept_seconds : int
        How long an upload is kept when nobody looks at it; said to whoever comes too late.
    """

    def __init__(self, shared: TrialStore, uploads: Uploads, *, kept_seconds: int = KEPT_SECONDS) -> None:
        super().__init__(samples=())
        self._shared = shared
        self._uploads = uploads
        self._gone = gone_sentence(kept_seconds)

    def __len__(self) -> int:
        return len(self.ids())

    def __contains__(self, trial_id: object) -> bool:
        return trial_id in self._shared or trial_id in dict(self._own())

    def ids(self) -> tuple[str, ...]:
        """The names of all trials that the reader can open, the default one first."""
        return (*self._shared.ids(), *dict(self._own()))

    def names(self) -> tuple[tuple[str, str], ...]:
        """``(id, title)``; the reader's own say so, and come last."""
        return (*self._shared.names(), *((name, f"{title} {YOURS}") for name, title in self._own()))

    def get(self, trial_id: str = "") -> Trial:
        """The trial of this name; ``""`` is the default one, which is everybody's.

        Raises
        ------
        GoneError
            When it was uploaded, and not by the reader who asks, or is not kept any more.
        UnavailableError
            When the place where uploads are kept does not answer.
        UnusableQuestionError
            When there is no trial of this name.
        """
        if trial_id in self._shared or not trial_id.startswith(OWN):
            return self._shared.get(trial_id)
        known = reader()
        # what is no name of ours must not reach the place where names are looked up
        if not known or not is_own(trial_id):
            raise GoneError(self._gone)
        try:
            return self._uploads.trial(known, trial_id)
        except GoneError as error:
            # what is said to the owner alone, who has not finished, stays
            raise GoneError(self._gone if error.problems == (GONE,) else error.problems) from error
        except UnusableDataError as error:
            # kept by another version of the program, which read it otherwise
            raise GoneError(error.problems) from error

    def refuse_unless_drafted(self, trial_id: str) -> None:
        """Raise `GoneError` when the reader who asks uploaded nothing of this name, confirmed or not."""
        known = reader()
        if not known or not is_own(trial_id):
            raise GoneError(self._gone)
        self._uploads.dictionary(known, trial_id)

    def _own(self) -> tuple[tuple[str, str], ...]:
        """The reader's own; none are offered while nobody can say which there are."""
        try:
            known = reader()
            return self._uploads.names(known) if known else ()
        except UnavailableError:
            return ()


def gone_sentence(kept_seconds: int) -> str:
    """What is said of an uploaded trial that does not open, whatever the reason: nobody can tell which."""
    return (
        "This link is to a trial that was uploaded; it opens only for whoever did so, in the browser they "
        f"used, and is forgotten when it has not been opened for {format_span(kept_seconds)}."
    )


ADDRESS = "/ready"
READY = "ready"
FILES = 2
"""An upload is two files at most."""


def register_readiness(server: Flask, vault: UploadStore, settings: Settings) -> None:
    """Answer ``GET /ready``: 200, or 503 with the sentence why uploads cannot be taken.

    ``/health`` says that the program runs, and stays 200: to start it anew would mend none of this.
    """

    @server.get(ADDRESS)
    def ready() -> Response:
        problem = find_problem(vault, settings)
        if problem:
            LOG.warning("not ready: %s", problem)
        return Response(
            problem or READY,
            503 if problem else 200,
            mimetype="text/plain",
            headers={"Cache-Control": "no-store"},
        )


def find_problem(vault: UploadStore, settings: Settings) -> str:
    """Why an upload of the largest size would not be kept, in a sentence; ``""`` when it would."""
    try:
        room = vault.room()
    except (UnavailableError, UnusableDataError) as error:
        return " ".join(error.problems)
    if room is not None and room < FILES * settings.largest_upload:
        return FULL
    return "" if can_sign(settings) else UNSIGNED
