"""QR code of a link, so that a room opens with its phones what it sees on the wall."""

from __future__ import annotations

import io
from dataclasses import dataclass

import segno

QUIET = 4
"""Light squares around a code, as the standard asks for: without them a phone does not find it."""
MAX_LINK = 800
"""Letters; what holds more has squares too small for the back of a room."""
PIXELS = 8
"""Of a square in a picture: sharp at any size on a slide."""


@dataclass(frozen=True, slots=True)
class PublicLink:
    """The address under which others open a view, or the sentence why there is none."""

    address: str = ""
    why_none: str = ""


NO_LINK = PublicLink()


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A code as an SVG path of its dark squares, ``size`` units across with its margin."""

    size: int
    path: str


def is_short_enough(address: str) -> bool:
    """Whether a room can read the code of this address."""
    return len(address.encode()) <= MAX_LINK


def draw_link_code(address: str) -> LinkCode:
    """Draw the code of an address, each row's neighbouring dark squares as one rectangle.

    Parameters
    ----------
    address : str
        One that `is_short_enough`.
    """
    code = _make(address)
    rows = [list(row) for row in code.matrix]
    parts: list[str] = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                parts.append(f"M{x + QUIET} {y + QUIET}h{end - x}v1h-{end - x}z")
            x = max(end, x + 1)
    return LinkCode(len(rows) + 2 * QUIET, "".join(parts))


def draw_code_picture(address: str) -> bytes:
    """Return the code of an address as a PNG file with its margin.

    Parameters
    ----------
    address : str
        One that `is_short_enough`.
    """
    file = io.BytesIO()
    _make(address).save(file, kind="png", scale=PIXELS, border=QUIET)
    return file.getvalue()


def _make(address: str) -> segno.QRCode:
    # the weakest correction whose squares are largest; segno takes a stronger one where that costs no square
    return segno.make_qr(address, error="l")
