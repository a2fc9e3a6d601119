"""Text that comes from data stays text: Plotly would read a little HTML in it."""

from __future__ import annotations

from functools import lru_cache

from mirodash.text.small_counts import briefly


def escaped(text: str) -> str:
    """The text with what Plotly reads as markup, or as a place for a number, made harmless."""
    marked = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return marked.replace("%{", "%&#123;")


def short(name: str, longest: int = 8) -> str:
    """The name, cut where it would run out of its margin."""
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


@lru_cache(maxsize=4096)
def people(number: int) -> str:
    """A count of participants or events in a picture.

    >>> people(3700), people(-10)
    ('3,700', '&lt;10')
    """
    return escaped(briefly(number))
