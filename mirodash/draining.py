"""A threaded server that ends only when every request has its answer."""

from __future__ import annotations

import socket
import socketserver
import time
from threading import Condition
from typing import Any, cast

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

IDLE_SECONDS = 60
"""How long a connection may say nothing in the middle of a request or of an answer."""
FIRST_LINE_SECONDS = 2.0
"""How long a stopping server waits for the request of a connection that has just been made."""


class DrainingServer(ThreadedWSGIServer):
    """Werkzeug's threaded server, with a count of the connections that still need an answer.

    Werkzeug answers one request for each connection and then closes it. A connection is *silent* until
    the first line of its request has arrived, and *busy* from then on.

    Parameters
    ----------
    host, port : str, int
        As in `werkzeug.serving.make_server`.
    application : WSGI application
        What answers.
    fd : int
        A socket that listens already.
    """

    def __init__(self, host: str, port: int, application: Any, *, fd: int) -> None:
        self._changed = Condition()
        self._silent: set[socket.socket] = set()
        self._busy: set[socket.socket] = set()
        self._is_backlog_empty = False
        super().__init__(host, port, application, _Handler, fd=fd)
        # `handle_request` only looks
        self.timeout = 0

    def serve_forever(self, poll_interval: float = 0.5) -> None:
        """Take connections until `shutdown` is called; the socket stays open then, unlike werkzeug's."""
        socketserver.BaseServer.serve_forever(self, poll_interval)

    def take_backlog(self, most: int) -> None:
        """Take the connections that the system has accepted in the server's name, at most so many."""
        for _ in range(most):
            self.handle_request()
            if self._is_backlog_empty:
                return

    def handle_timeout(self) -> None:
        """No connection waits."""
        self._is_backlog_empty = True

    def drain(self, seconds: float) -> bool:
        """Wait until every request is answered, and say whether that was in time.

        Connections that say nothing are closed after `FIRST_LINE_SECONDS`.
        """
        ends = time.monotonic() + seconds
        with self._changed:
            self._changed.wait_for(lambda: not self._silent, min(seconds, FIRST_LINE_SECONDS))
            return self._changed.wait_for(lambda: not self._busy, max(0.0, ends - time.monotonic()))

    def process_request(self, request: Any, client_address: Any) -> None:
        """Count a connection before its thread starts, so that no moment is without it."""
        with self._changed:
            self._silent.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection, whatever became of it."""
        try:
            super().shutdown_request(request)
        finally:
            with self._changed:
                self._silent.discard(request)
                self._busy.discard(request)
                self._changed.notify_all()

    def note_request(self, connection: socket.socket) -> None:
        """Call a connection busy: its request has begun to arrive."""
        with self._changed:
            self._silent.discard(connection)
            self._busy.add(connection)
            self._changed.notify_all()


class _Handler(WSGIRequestHandler):
    timeout = IDLE_SECONDS

    def parse_request(self) -> bool:
        cast(DrainingServer, self.server).note_request(self.connection)
        return super().parse_request()
