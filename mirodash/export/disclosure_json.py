"""What a file says of counts that are not told, and such a count as JSON can say it."""

from __future__ import annotations

from typing import Any

from mirodash.disclosure.counts import NOT_TOLD

Json = dict[str, Any]
HIDDEN = "hidden"


def json_count(number: int) -> int | str:
    """A count; one that is not told as text, as no number may stand for it.

    >>> json_count(12), json_count(-10), json_count(NOT_TOLD)
    (12, '<10', 'hidden')
    """
    if number == NOT_TOLD:
        return HIDDEN
    return f"<{-number}" if number < 0 else number


def disclosure_json(min_cell: int) -> Json:
    """What belongs at the top of a file in which counts are hidden; nothing where none is.

    >>> disclosure_json(0)
    {}
    """
    return {"disclosure": {"min_cell": min_cell, "curves": "rounded"}} if min_cell else {}
