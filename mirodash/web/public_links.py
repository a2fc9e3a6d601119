"""Public links: the address under which others open a view, or why there is none for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import has_request_context, request

from mirodash.export.link_code import PublicLink, draw_link_code, is_short_enough
from mirodash.text.link_sentences import OPENS_FOR_ITS_READER, OPENS_HERE, TOO_LONG, describe_code
from mirodash.uploads.uploads import is_own
from mirodash.web.security import LOOPBACK
from mirodash.web.view import View, kept_query


@dataclass(frozen=True, slots=True)
class PublicLinks:
    """Links to this server: under the address that its settings name, or the one under which it was asked."""

    address: str = ""

    def list_names(self) -> tuple[str, ...]:
        """Return the name of the host in the settings' address, if there is one."""
        netloc = urlsplit(self.address).netloc
        return (re.sub(r":[0-9]+$", "", netloc),) if netloc else ()

    def find(self, view: View, page: str) -> PublicLink:
        """Return the link that opens a view on one of our pages."""
        if is_own(view.trial.id):
            return PublicLink(why_none=OPENS_FOR_ITS_READER)
        base = self.address or (request.host_url if has_request_context() else "")
        if not base or is_loopback(base):
            return PublicLink(why_none=OPENS_HERE)
        address = f"{base.rstrip('/')}{page}?{kept_query(view)}"
        return PublicLink(address) if is_short_enough(address) else PublicLink(why_none=TOO_LONG)

    def describe_code(self, view: View, page: str) -> dict[str, Any]:
        """Return the code of that link as plain data, or ``cannot`` with the sentence."""
        link = self.find(view, page)
        if not link.address:
            return {"cannot": link.why_none}
        code = draw_link_code(link.address)
        return {
            "address": link.address,
            "size": code.size,
            "path": code.path,
            "said": describe_code(link.address),
        }


def is_loopback(address: str) -> bool:
    """Whether an address leads every reader to their own machine.

    Examples
    --------
    >>> [is_loopback(f"http://{name}:8050/") for name in ("localhost", "127.0.1.1", "[::1]", "trial.example")]
    [True, True, True, False]
    """
    name = (urlsplit(address).hostname or "").removesuffix(".")
    return name in (*LOOPBACK, "::1", "0.0.0.0") or name.startswith("127.")  # noqa: S104 - compared, not bound
