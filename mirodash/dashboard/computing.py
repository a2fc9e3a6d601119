"""Limits what a request and a reader can have computed: a budget of time, one long computation at a time."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager
from typing import Any

from flask import Flask, Response, g, request

from mirodash.budget import limit_computing
from mirodash.dashboard.guard import CALLBACKS
from mirodash.dashboard.reader import reader
from mirodash.errors import OverBudgetError, UnavailableError
from mirodash.stratification.shared_results import SharedResults

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


def register(
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
        if slow & _written(request.get_json()):
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


def _written(body: Any) -> set[str]:
    """The components that a callback writes, of a request that `guard` let pass."""
    outputs = body["outputs"]
    return {part["id"] for part in (outputs if isinstance(outputs, list) else [outputs])}


def _who() -> str:
    """The reader, or the machine that asks of those who brought nothing and so have no name."""
    try:
        name = reader()
    except UnavailableError:
        name = ""
    return name or request.remote_addr or ""
