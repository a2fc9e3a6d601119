"""Says which value of the event column means that the event happened, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.trial.events import event_key
from mirodash.trial.guessing import vocabulary as known
from mirodash.trial.guessing.names import folded, named, words
from mirodash.trial.guessing.profile import Profile
from mirodash.trial.table import in_words

_ASKED = "which one means the event?"
_MOST_CODES = 12
_LONGER = 1.1
"""How many times longer the censored have to be followed to be recognised by that."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The value that means the event, None where it has to be asked, and one sentence why."""

    value: str | None
    reason: str


def meaning_of(event: Profile, time: Profile | None) -> Meaning:
    """Which value of an event column is the event.

    Words say it by themselves (``dead``, ``vivant``). Of the codes 0/1, no/yes and 1/2 the higher is the
    event; where the name says alive or censored, the other one. Of an indicator of censoring
    (``cens``), which people code either way, the event is the value with the shorter times.
    """
    values = list(event.levels)
    if is_adam(event) and len(values) > 2:
        return Meaning("0", f"0 is the event in ADaM, and the others say why not: {_share(event, '0')}.")
    if len(values) == 1:
        return Meaning(None, _single(event, values[0]))
    if len(values) != 2:
        return Meaning(None, crowded_reason(event))
    spoken, codes = _by_words(values), _by_code(values)
    if spoken is not None:
        return Meaning(spoken, f"{_shown(spoken)} says so: {_share(event, spoken)}.")
    if codes is None:
        return Meaning(None, f"It holds {_counted(event)}: which one means the event?")
    return _of_codes(event, time, codes)


def is_adam(event: Profile) -> bool:
    """Whether this is ADaM's ``CNSR``, in which every number but 0 is a reason for censoring."""
    return event.name.upper() == "CNSR" and "0" in event.levels and event.numeric_share == 1


def _single(event: Profile, value: str) -> str:
    empty = event.rows - event.known
    beside = f", and is empty in {empty:,} rows" if empty else ""
    return f"It holds nothing but {_shown(value)} ({event.known:,}){beside}: does it mean the event?"


def _of_codes(event: Profile, time: Profile | None, codes: tuple[str, str]) -> Meaning:
    low, _ = codes
    parts = set(words(event.name))
    if parts & known.REVERSED or (parts & known.ALIVE and parts & known.DEAD_WORDS):
        return Meaning(None, f"It holds {_counted(event)}, and its name can be read either way: {_ASKED}")
    if parts & (known.ALIVE | known.CENSORED):
        word = "alive" if parts & known.ALIVE else "censored"
        return Meaning(
            low, f"The name says {word}, so that the other value, {low}, is the event: {_share(event, low)}."
        )
    if parts & known.CENSORING:
        return _by_length(event, time, codes)
    return _by_habit(event, time, codes)


def _by_habit(event: Profile, time: Profile | None, codes: tuple[str, str]) -> Meaning:
    """The higher code; a status (``vital_status``) that contradicts it by the times is asked about."""
    low, high = codes
    habit = f"{high} = event is R's habit: " if event_key(high) == 2.0 else "Two values, "
    said = habit + _share(event, high)
    if _median_time(event, time, high) <= _LONGER * _median_time(event, time, low):
        return Meaning(high, f"{said}.")
    said += ", yet these were followed longer, as the censored are"
    if set(words(event.name)) & known.HAPPENED:
        return Meaning(high, f"{said}; please check.")
    return Meaning(None, f"{said}: {_ASKED}")


def crowded_reason(event: Profile) -> str:
    """Why a column with more than two values is not taken as the event."""
    if not has_codes(event):
        return f"{named(event.name)} holds {len(event.levels):,} different values instead of two."
    return f"{named(event.name)} holds {_counted(event)}: are these competing events?"


def has_codes(event: Profile) -> bool:
    """Whether a column holds so few values that each may be a code."""
    return event.has_levels(1, _MOST_CODES)


def _by_words(values: list[str]) -> str | None:
    """The value that says the event in words, or the other one when one says there was none."""
    happened = [_says(value) for value in values]
    if happened.count(True) == 1:
        return values[happened.index(True)]
    if happened.count(False) == 1:
        return values[1 - happened.index(False)]
    return None


def _says(value: str) -> bool | None:
    """Whether a value says that the event happened, or that it did not (``no event``); None is neither."""
    said = set(words(value))
    if said & known.NO_EVENT_WORDS:
        return False
    return not said & known.DENIALS if said & known.DEAD_WORDS else None


def _by_code(values: list[str]) -> tuple[str, str] | None:
    """The two values as "no" and "yes", whichever way they are written, or None."""
    keys = {event_key(value): value for value in values}
    for low, high in ((0.0, 1.0), (1.0, 2.0)):
        if set(keys) == {low, high}:
            return keys[low], keys[high]
    for value, other in (values, values[::-1]):
        if folded(value) in known.NO and folded(other) in known.YES:
            return value, other
    return None


def _by_length(event: Profile, time: Profile | None, codes: tuple[str, str]) -> Meaning:
    low, high = codes
    medians = {code: _median_time(event, time, code) for code in codes}
    if medians[low] > _LONGER * medians[high]:
        return _shorter(event, high)
    if medians[high] > _LONGER * medians[low]:
        return _shorter(event, low)
    return Meaning(None, f"It holds {_counted(event)}: which one means the event, and which one censored?")


def _shorter(event: Profile, value: str) -> Meaning:
    return Meaning(
        value, f"The others were followed longer, as the censored are: {_share(event, value)}; please check."
    )


def _median_time(event: Profile, time: Profile | None, code: str) -> float:
    if time is None:
        return 0.0
    chosen = np.array([event_key(cell) == event_key(code) for cell in event.column.cells], dtype=np.bool_)
    known_times = time.values[: chosen.size][chosen[: time.values.size]]
    known_times = known_times[np.isfinite(known_times)]
    return float(np.median(known_times)) if known_times.size else 0.0


def _share(event: Profile, value: str) -> str:
    count = event.levels[value]
    return f"{count:,} of {event.known:,} are {_shown(value)}"


def _counted(event: Profile) -> str:
    return in_words([f"{_shown(value)} ({count:,})" for value, count in event.levels.items()], most=12)


def _shown(value: str) -> str:
    return value if len(value) <= 40 else f"{value[:37]}..."
