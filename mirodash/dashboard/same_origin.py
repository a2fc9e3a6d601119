"""Same-origin checks: the host names that are answered, and the pages whose requests may change something."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import Flask, Response, request

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
    return _address(netloc, scheme) != _address(request.headers.get("Host", ""), scheme)


def _address(netloc: str, scheme: str) -> tuple[str, int | None]:
    """Host and port, the scheme's own port when none is written."""
    found = _HOST.fullmatch(netloc)
    port = int(found["port"]) if found and found["port"] else _DEFAULT_PORTS.get(scheme)
    return host_name(netloc), port
