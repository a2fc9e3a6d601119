"""Serves the dashboard on this machine or network, and ends only when every request has its answer."""

from __future__ import annotations

import gc
import ipaddress
import logging
import os
import signal
import socket
import sys
import threading
import webbrowser
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from mirodash.errors import UnusableQuestionError

if TYPE_CHECKING:
    from types import FrameType

    from mirodash.draining import DrainingServer

USUAL_PORT = 8050
BACKLOG = 128
DRAIN_SECONDS = 30
"""As long as a request may still take when the program is asked to end."""
_FIRST_INHERITED = 3
"""The first socket that a service manager hands over, after standard input, output and error."""


def listen(host: str, port: int | None) -> socket.socket:
    """A socket that already listens, so that the browser finds the dashboard at once.

    A socket that a service manager handed over (``LISTEN_FDS``) is used in place of a new one: it stays
    open while one process ends and the next one starts, so that no browser is refused meanwhile.

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
    if _is_handed_a_socket():
        return socket.socket(fileno=_FIRST_INHERITED)
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


def host_names(host: str) -> tuple[str, ...]:
    """The names under which browsers reach a server that listens there; loopback's need not be listed.

    Examples
    --------
    >>> host_names("192.0.2.7"), host_names("2001:db8::5")
    (('192.0.2.7',), ('[2001:db8::5]',))
    """
    if not _is_wildcard(host):
        return (f"[{host}]" if ":" in host else host,)
    names = [socket.gethostname()]
    with suppress(OSError):
        names += [str(found[4][0]) for found in socket.getaddrinfo(names[0], None)]
    return tuple(dict.fromkeys(f"[{name}]" if ":" in name else name for name in names))


def opened_name(host: str) -> str:
    """The name under which the browser of this machine opens a server that listens there.

    Examples
    --------
    >>> opened_name("127.0.0.1"), opened_name("2001:db8::5"), opened_name("::")
    ('127.0.0.1', '[2001:db8::5]', 'localhost')
    """
    return "localhost" if _is_wildcard(host) else host_names(host)[0]


def public_warning(listener: socket.socket, hosts: tuple[str, ...]) -> str:
    """What to do before others use a dashboard that other machines can reach; ``""`` when none can."""
    address = str(listener.getsockname()[0]).partition("%")[0]
    if ipaddress.ip_address(address).is_loopback:
        return ""
    return (
        "Warning: other machines can reach this dashboard, without log-in and without encryption, and "
        "'mirodash serve' does not protect it from visitors who hold connections. Put gunicorn behind nginx "
        "and the hospital's log-in, as docs/server.md describes. Browsers are answered under "
        f"{', '.join(('localhost', *hosts))}; list other names in MIRODASH_HOSTS."
    )


def _is_wildcard(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_unspecified
    return not host


def _is_handed_a_socket() -> bool:
    return os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS") == "1"


def _bound(host: str, port: int) -> socket.socket:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    # closed again when binding fails
    listener = socket.socket(family, kind)
    try:
        if sys.platform != "win32":
            # a port left a moment ago can be taken at once; on Windows this would share a used one
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def freeze_memory() -> None:
    """Leave what is loaded, and stays, out of every later search for garbage, which takes 0.2 s with it."""
    gc.collect()
    gc.freeze()


def run(application: Any, listener: socket.socket, host: str, *, query: str, no_browser: bool) -> None:
    """Answer requests until interrupted; requests are not logged, for addresses hold selections.

    Ctrl+C, or the SIGTERM of a service manager, lets every request that has arrived be answered; the port
    is free for the next process meanwhile. A second one ends at once.

    Parameters
    ----------
    application : WSGI application
        What answers.
    listener : socket
        From `listen`; closed when no more requests are taken.
    host : str
        As the person who starts it calls it.
    query : str
        The view to open, as it stands in the address bar; empty for the default one.
    no_browser : bool
        True when the address is only to be printed.
    """
    from mirodash.draining import DrainingServer  # noqa: PLC0415 (analyze starts faster without)

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    port = listener.getsockname()[1]
    server = DrainingServer(host, port, application, fd=listener.fileno())
    address = f"http://{opened_name(host)}:{port}/{f'?{query}' if query else ''}"
    click.echo(f"MiroDash is at {address} (stop it with Ctrl+C)")
    sys.stdout.flush()
    if not no_browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    _stop_on_signals(server)
    server.serve_forever(poll_interval=0.1)
    with suppress(KeyboardInterrupt):
        server.take_backlog(BACKLOG)
        listener.close()
        server.server_close()
        if not server.drain(DRAIN_SECONDS):
            click.echo("Some requests took too long and were given up.")
    click.echo("Stopped.")


def _stop_on_signals(server: DrainingServer) -> None:
    """Stop taking requests on Ctrl+C and on SIGTERM; from then on Ctrl+C interrupts as usual."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        # it waits until the loop has ended, which this very thread runs
        threading.Thread(target=server.shutdown, daemon=True).start()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
