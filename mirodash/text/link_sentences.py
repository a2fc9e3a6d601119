"""Sentences on the link of a view: why there is no code of it."""

from __future__ import annotations

OPENS_FOR_ITS_READER = (
    "No code: this trial was uploaded, and its link opens only in the browser that uploaded it."
)
OPENS_HERE = (
    "No code: this address opens on this computer only. Whoever runs MiroDash can name the one under which "
    "others reach it, in MIRODASH_PUBLIC_URL."
)
TOO_LONG = "No code: the link of this view is too long for one that a room can read."


def describe_code(address: str) -> str:
    """What a code is, for those who do not see it."""
    return f"QR code of the link of this view: {address}"
