"""What counts as an event, decided once on the whole file and never on a part of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.cells import level_name, number_in
from mirodash.trial.draft import EndpointDraft
from mirodash.trial.findings import Findings
from mirodash.trial.problem import Problem
from mirodash.trial.table import Column, in_words, participants_in_words

_TRUTH = {"true": 1.0, "false": 0.0}
_UNDERSTOOD = frozenset({0.0, 1.0})
_CODE = re.compile(r"\+?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)|true|false", re.IGNORECASE)
"""A code of an event: a number without a sign, or a truth."""
_NO_CODE = "neither of two codes"
_CHOOSE_VALUE = "Choose which value means the event."
_SINGLE = (
    "If it does, choose it; what means no event must then stand in the empty cells of the file, if there are "
    "any. If nobody had the event, there is nothing to compare yet."
)


@dataclass(frozen=True, eq=False, slots=True)
class Events:
    """Who had the event, and of whom that is known (participants,).

    ``value`` says so, as the file writes it; empty when nobody knows which value does.
    """

    event: NDArray[np.bool_]
    known: NDArray[np.bool_]
    value: str


def read_events(column: Column, endpoint: EndpointDraft, found: Findings) -> Events:
    """Who had the event.

    ``0/1`` and ``true/false`` are understood, other codings need ``event_value``. ADaM's ``CNSR`` is
    0 for an event and any other number, a reason for censoring, for none. Everything else is a problem:
    one value only, more than two, a value that never occurs. Texts among two codes can be left out.
    """
    name = endpoint.event
    odd, agreed = odd_cells(column.cells, endpoint), name in found.leave_out
    cells = _without(column.cells, odd) if agreed else column.cells
    keys = event_keys(cells)
    known = np.array([key is not None for key in keys], dtype=np.bool_)
    # of two spellings of one value the one that stands last is shown
    spelt = {event_key(cell): level_name(cell) for cell in reversed(dict.fromkeys(reversed(cells)))}
    counts = Counter(key for key in keys if key is not None)
    wanted = endpoint.event_value or ("0" if _is_adam(name) else None)
    problem = _problem(name, counts, spelt, wanted)
    about = Problem("", columns=(name,)) if agreed else problem
    if odd and about:
        todo = f"Choose a column with two values, correct the cells that are no codes ({column.where(odd)})."
        about = replace(about, chosen=todo)
        found.impossible(about, column, odd, why=_NO_CODE, whole="participant")
    if problem and (agreed or not odd):
        found.problems.append(problem)
    if problem:
        return Events(np.zeros(len(keys), dtype=np.bool_), known, "")
    event = event_key(wanted or "1")
    return Events(np.array([key == event for key in keys], dtype=np.bool_), known, spelt[event])


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


def odd_cells(cells: Sequence[str], endpoint: EndpointDraft) -> list[int]:
    """Where one or two codes are the rule, the positions of the cells that are no codes.

    Three codes are competing events, of which none can be left out, and nor can one of two values.

    Examples
    --------
    >>> endpoint = EndpointDraft("death", "days", "died")
    >>> odd_cells(["0", "1", "0", "1", "?"], endpoint), odd_cells(["0", "1", "2"], endpoint)
    ([4], [])
    """
    name, wanted = endpoint.event, event_key(endpoint.event_value or "")
    texts = {cell for cell in cells if cell}
    odd = {cell for cell in texts if not _CODE.fullmatch(cell)}
    codes, others = set(map(event_key, texts - odd)), set(map(event_key, odd))
    if _is_adam(name) or not 1 <= len(codes) <= 2 or len(codes | others) <= 2 or wanted in others:
        return []
    positions = [i for i, cell in enumerate(cells) if cell in odd]
    return positions if 2 * len(positions) < sum(map(bool, cells)) else []


def _without(cells: Sequence[str], positions: Sequence[int]) -> tuple[str, ...]:
    gone = set(positions)
    return tuple("" if i in gone else cell for i, cell in enumerate(cells))


def _is_adam(name: str) -> bool:
    return name.upper() == "CNSR"


def _problem(
    name: str, counts: Counter[float | str], spelt: dict[float | str | None, str], wanted: str | None
) -> Problem | None:
    """Why the column does not tell who had the event, or None when it does."""
    held = {spelt[key]: count for key, count in sorted(counts.items(), key=str)}
    problem = _impossible(name, held) or _undecided(name, counts, held, wanted)
    if problem is None and wanted is not None and event_key(wanted) not in counts:
        return Problem(
            f"Column '{name}' never holds '{wanted}', which would mean the event; it {_holds(held)}.",
            chosen=_CHOOSE_VALUE,
            columns=(name,),
            part="event_value",
        )
    return problem


def _impossible(name: str, held: dict[str, int]) -> Problem | None:
    """Why no value of the column could tell events apart, or None."""
    if not held:
        what, todo = f"Column '{name}', given as the event, is empty.", "Choose another column as the event."
    elif len(held) <= 2 or _is_adam(name):
        return None
    elif len(held) > 12:
        what = f"Column '{name}', given as the event, holds {len(held):,} different values instead of two."
        todo = "Choose a column with two values."
    else:
        what = (
            f"Column '{name}' {_holds(held)}: more than two values. Are these competing events? "
            "Give a column with two values: the event, and none."
        )
        todo = "Choose a column with two values."
    return Problem(what, chosen=todo, columns=(name,), part="event")


def _undecided(
    name: str, counts: Counter[float | str], held: dict[str, int], wanted: str | None
) -> Problem | None:
    """The question which value means the event, when neither people nor a convention say it."""
    if wanted is not None:
        return None
    sounds_censored = name.casefold().startswith("cens")
    if set(counts) <= _UNDERSTOOD and len(counts) == 2 and not sounds_censored:
        return None
    what = f"Column '{name}' {_holds(held)}. Which one means the event?"
    if len(counts) == 1:
        what = (
            f"Column '{name}' holds nothing but {next(iter(held))} "
            f"({participants_in_words(counts.total())}). Does it mean the event?"
        )
    todo = "Say it with --event-value."
    chosen = _CHOOSE_VALUE if len(counts) > 1 else _SINGLE
    return Problem(what, typed=todo, chosen=chosen, columns=(name,), part="event_value")


def _holds(held: dict[str, int]) -> str:
    """``holds 1 (15 participants) and 2 (25)``."""
    parts = [f"{value} ({count:,})" for value, count in held.items()]
    first, count = next(iter(held.items()))
    parts[0] = f"{first} ({participants_in_words(count)})"
    return f"holds {in_words(parts, most=12)}"
