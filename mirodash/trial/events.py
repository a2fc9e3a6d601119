"""What counts as an event, decided once on the whole file and never on a part of it."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.cells import level_name, number_in
from mirodash.trial.draft import EndpointDraft
from mirodash.trial.table import Column, in_words, participants_in_words

_TRUTH = {"true": 1.0, "false": 0.0}
_UNDERSTOOD = frozenset({0.0, 1.0})


def read_events(
    column: Column, endpoint: EndpointDraft, problems: list[str]
) -> tuple[NDArray[np.bool_], str]:
    """Who had the event (participants,), and the value that says so, as the file writes it.

    ``0/1`` and ``true/false`` are understood, other codings need ``event_value``. ADaM's ``CNSR`` is
    0 for an event and any other number, a reason for censoring, for none. Sentences are added to
    ``problems`` for everything else: one value only, more than two, a value that never occurs.
    """
    name = endpoint.event
    keys = [event_key(cell) for cell in column.cells]
    spelt = {key: level_name(cell) for key, cell in zip(keys, column.cells, strict=True)}
    counts = Counter(key for key in keys if key is not None)
    adam = name.upper() == "CNSR"
    wanted = endpoint.event_value or ("0" if adam else None)
    found = {spelt[key]: count for key, count in sorted(counts.items(), key=str)}
    problem = _impossible(name, found, adam=adam) or _undecided(name, counts, found, wanted)
    if problem is None and wanted is not None and event_key(wanted) not in counts:
        problem = f"Column '{name}' never holds '{wanted}', which would mean the event; it {_holds(found)}."
    if problem:
        problems.append(problem)
        return np.zeros(len(keys), dtype=np.bool_), ""
    event = event_key(wanted or "1")
    return np.array([key == event for key in keys], dtype=np.bool_), spelt[event]


def event_key(cell: str) -> float | str | None:
    """What a cell of an event column means: the same for 1, 1.0 and true, and for Yes and yes.

    None is missing.
    """
    if not cell:
        return None
    folded = cell.strip().casefold()
    number = _TRUTH.get(folded, number_in(folded))
    return folded if number is None else number


def _impossible(name: str, found: dict[str, int], *, adam: bool) -> str | None:
    """Why no value of the column could tell events apart, or None."""
    if not found:
        return f"Column '{name}', given as the event, is empty."
    if len(found) > 2 and not adam:
        if len(found) > 12:
            return (
                f"Column '{name}', given as the event, holds {len(found):,} different values instead of two."
            )
        return (
            f"Column '{name}' {_holds(found)}: more than two values. Are these competing events? "
            "Give a column with two values: the event, and none."
        )
    return None


def _undecided(
    name: str, counts: Counter[float | str], found: dict[str, int], wanted: str | None
) -> str | None:
    """The question which value means the event, when neither people nor a convention say it."""
    if wanted is not None:
        return None
    sounds_censored = name.casefold().startswith("cens")
    if set(counts) <= _UNDERSTOOD and len(counts) == 2 and not sounds_censored:
        return None
    if len(counts) == 1:
        return (
            f"Column '{name}' holds nothing but {next(iter(found))} "
            f"({participants_in_words(counts.total())}). Does it mean the event? Say it with --event-value."
        )
    return f"Column '{name}' {_holds(found)}. Which one means the event? Say it with --event-value."


def _holds(found: dict[str, int]) -> str:
    """``holds 1 (15 participants) and 2 (25)``."""
    parts = [f"{value} ({count:,})" for value, count in found.items()]
    first, count = next(iter(found.items()))
    parts[0] = f"{first} ({participants_in_words(count)})"
    return f"holds {in_words(parts, most=12)}"
