"""Unreadable parts of an address: keys and numbers of a query that a selection cannot take from it."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from mirodash.stratification.selection import MAX_QUERY_LENGTH, Selection

_DEFAULTS = {"confidence": Selection().confidence}
"""The one choice whose default can be written out as a number."""
_NUMBERS = {"horizon": "horizon", "threshold": "thresholds"}
MAX_SHOWN = 40


def find_unparsed_keys(query: str) -> tuple[str, ...]:
    """The keys whose values `Selection.from_query` has to leave at their defaults, each once, in their order.

    A link opens without them. A file that shows another view than the one it was made of misleads.

    >>> find_unparsed_keys("threshold=many&horizon=640&confidence=0.95&unit=")
    ('threshold',)
    """
    given = _pairs(query.removeprefix("?")[:MAX_QUERY_LENGTH])
    kept = {key for key, _ in _pairs(Selection.from_query(query).to_query())}
    return tuple(
        dict.fromkeys(key for key, value in given if key not in kept and not _is_default(key, value))
    )


@lru_cache(maxsize=256)
def numbers_misread(query: str) -> tuple[str, ...]:
    """A sentence for every horizon and threshold of a query that is no such number.

    >>> numbers_misread("horizon=nan&threshold=3700")
    ("The horizon 'nan' of this address cannot be used.",)
    """
    found: list[str] = []
    for key, value in _pairs(query.removeprefix("?")[:MAX_QUERY_LENGTH]):
        field = _NUMBERS.get(key)
        if field and value and getattr(Selection.from_query(urlencode({key: value})), field) is None:
            shown = value if len(value) <= MAX_SHOWN else f"{value[: MAX_SHOWN - 1]}…"
            found.append(f"The {key} '{shown}' of this address cannot be used.")
    return tuple(dict.fromkeys(found))


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def _is_default(key: str, value: str) -> bool:
    """Whether saying so says nothing: an empty value, or the usual confidence."""
    try:
        return not value or float(value) == _DEFAULTS.get(key)
    except ValueError:
        return False
