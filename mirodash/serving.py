"""Answers a browser on this machine, and opens it."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
import webbrowser
from typing import Any

import click

from mirodash.errors import UnusableQuestionError

USUAL_PORT = 8050


def listening(host: str, port: int | None) -> socket.socket:
    """A socket that already listens, so that the browser finds the dashboard at once.

    Parameters
    ----------
    host : str
        Name or address of this machine.
    port : int or None
        None is the usual port; a port that is taken is replaced by a free one, with a sentence.

    Raises
    ------
    UnusableQuestionError
        When this machine has no such address.
    """
    wanted = USUAL_PORT if port is None else port
    try:
        return _bound(host, wanted)
    except socket.gaierror as error:
        raise UnusableQuestionError(f"There is no address '{host}' to listen on.") from error
    except OSError:
        try:
            free = _bound(host, 0)
        except OSError as error:
            raise UnusableQuestionError(f"This machine cannot listen on '{host}'.") from error
    click.echo(f"Port {wanted} is not free, so another one is used.")
    return free


def _bound(host: str, port: int) -> socket.socket:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    # closed again when binding fails
    listener = socket.socket(family, kind)
    try:
        if sys.platform != "win32":
            # a port left a moment ago can be taken at once; on Windows this would share a used one
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def run(application: Any, listener: socket.socket, host: str, *, query: str, no_browser: bool) -> None:
    """Answer requests until interrupted; requests are not logged, for addresses hold selections.

    Parameters
    ----------
    application : WSGI application
        What answers.
    listener : socket
        From `listening`.
    host : str
        As the person who starts it calls it.
    query : str
        The view to open, as it stands in the address bar; empty for the default one.
    no_browser : bool
        True when the address is only to be printed.
    """
    from werkzeug.serving import make_server  # noqa: PLC0415 (analyze starts faster without)

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    port = listener.getsockname()[1]
    server = make_server(host, port, application, threaded=True, fd=listener.fileno())
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/{f'?{query}' if query else ''}"
    click.echo(f"MiroDash is at {address} (stop it with Ctrl+C)")
    sys.stdout.flush()
    if not no_browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    # what a service manager sends is as good as Ctrl+C, which werkzeug waits for
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server.serve_forever()
    click.echo("Stopped.")
