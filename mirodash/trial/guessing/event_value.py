"""Says which value of the event column means that the event happened, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.trial.events import event_key
from mirodash.trial.guessing import vocabulary as known
from mirodash.trial.guessing.names import folded, named, words
from mirodash.trial.guessing.profile import Profile
from mirodash.trial.table import in_words

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


def _single(event: Profile, value: str) -> str:
    empty = event.rows - event.known
    beside = f", and is empty in {empty:,} rows" if empty else ""
    return f"It holds nothing but {_shown(value)} ({event.known:,}){beside}: does it mean the event?"


def _of_codes(event: Profile, time: Profile | None, codes: tuple[str, str]) -> Meaning:
    low, high = codes
    parts = set(words(event.name))
    if parts & (known.ALIVE | known.CENSORED):
        word = "alive" if parts & known.ALIVE else "censored"
        return Meaning(
            low, f"The name says {word}, so that the other value, {low}, is the event: {_share(event, low)}."
        )
    if parts & known.CENSORING:
        return _by_length(event, time, codes)
    if event_key(high) == 2.0:
        return Meaning(high, f"{high} = event is R's habit: {_share(event, high)}.")
    return Meaning(high, f"Two values, {_share(event, high)}.")


def crowded_reason(event: Profile) -> str:
    """Why a column with more than two values is not taken as the event."""
    if len(event.levels) > 12:
        return f"{named(event.name)} holds {len(event.levels):,} different values instead of two."
    return f"{named(event.name)} holds {_counted(event)}: are these competing events?"


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
