"""What of a query string looks like a choice, but cannot be read as one."""

from __future__ import annotations

from urllib.parse import parse_qsl

from mirodash.stratification.query_string import LONGEST_QUERY
from mirodash.stratification.selection import Selection

_DEFAULTS = {"confidence": Selection().confidence}
"""The one choice whose default can be written out as a number."""


def misread(query: str) -> tuple[str, ...]:
    """The keys whose values `Selection.from_query` has to leave at their defaults, each once, in their order.

    A link opens without them. A file that shows another view than the one it was made of misleads.

    >>> misread("threshold=many&horizon=640&confidence=0.95&unit=")
    ('threshold',)
    """
    given = _pairs(query.removeprefix("?")[:LONGEST_QUERY])
    kept = {key for key, _ in _pairs(Selection.from_query(query).to_query())}
    return tuple(
        dict.fromkeys(key for key, value in given if key not in kept and not _is_default(key, value))
    )


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def _is_default(key: str, value: str) -> bool:
    """Whether saying so says nothing: an empty value, or the usual confidence."""
    try:
        return not value or float(value) == _DEFAULTS.get(key)
    except ValueError:
        return False
