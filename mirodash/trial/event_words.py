"""Words in names and values of an event column: no event, and censoring, which is coded either way."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mirodash.trial.table import number_in

_NO_EVENT = (
    "alive living vivant vivante lebend vivo viva censored censure censuree censurée censuré censor "
    "cens zensiert free lost ongoing perdu perdue envie none withdrawn withdrew withdrawal emigrated "
    "moved administrative"
)
NO_EVENT_WORDS = frozenset(_NO_EVENT.split())
"""With one of these words a value says that the event did not happen."""
_WORD = re.compile(r"[^\W\d_]+")
_CENSORING = re.compile(r"(?<!un)(?<!not_)(?<!non_)(?<!not )cens|cnsr|zensier", re.IGNORECASE)


_TRUTH = {"true": 1.0, "false": 0.0}


def event_key(cell: str) -> float | str | None:
    """What a cell of an event column means: the same for 1, 1.0 and true, and for Yes and yes.

    None is missing.
    """
    if not cell:
        return None
    folded = cell.strip().casefold()
    number = _TRUTH.get(folded, number_in(folded))
    return folded if number is None else number


def event_keys(cells: Sequence[str]) -> list[float | str | None]:
    """What every cell of an event column means."""
    meant = {cell: event_key(cell) for cell in set(cells)}
    return [meant[cell] for cell in cells]


def says_no_event(value: str) -> bool:
    """Whether a value says in words that the event did not happen.

    >>> says_no_event("Lost to follow-up"), says_no_event("Transplant")
    (True, False)
    """
    return not NO_EVENT_WORDS.isdisjoint(_WORD.findall(value.casefold()))


def sounds_censored(name: str) -> bool:
    """Whether a column is called like an indicator of censoring, which people code either way.

    >>> sounds_censored("OS_CNSR"), sounds_censored("is_censored"), sounds_censored("uncensored")
    (True, True, False)
    """
    return _CENSORING.search(name) is not None
