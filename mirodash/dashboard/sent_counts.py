"""How often something was asked for, as a browser says it: the answer carries the number back."""

from __future__ import annotations

LARGEST_COUNT = 2**53
"""Beyond it a browser cannot count, nor can every writer of JSON write it."""


def count_sent(sent: object) -> int:
    """Which request an answer belongs to, in the browser's own count; 0 for what is no count."""
    return sent if isinstance(sent, int) and 0 <= sent <= LARGEST_COUNT else 0
