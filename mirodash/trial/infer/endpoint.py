"""Infers the endpoint: which columns are time and event, which value means an event, ADaM parameters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from mirodash.trial import adam
from mirodash.trial.event_words import event_key
from mirodash.trial.infer import names as known
from mirodash.trial.infer.columns import Profile
from mirodash.trial.infer.names import fold, match_names, score, words
from mirodash.trial.infer.time_unit import FoundUnit, infer_time_unit
from mirodash.trial.joining import add_baseline, put_beside
from mirodash.trial.outcomes import DAYS, MAX_YEARS
from mirodash.trial.table import Table, join_list

_ASKED = "which one means the event?"
_MAX_CODES = 12
_LETTERS = (("a", "d"), ("l", "d"), ("v", "d"), ("v", "dc"), ("v", "m"), ("a", "m"))
"""Alive and dead in a letter or two, in English and in French."""
_LONGER = 1.1
"""How many times longer the censored have to be followed to be recognised by that."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The value that means the event, None where it has to be asked, and one sentence why."""

    value: str | None
    reason: str


def infer_event_value(event: Profile, time: Profile | None) -> Meaning:
    """Which value of an event column is the event.

    Words say it by themselves (``dead``, ``vivant``). Of the codes 0/1, no/yes and 1/2 the higher is the
    event; where the name says alive, the other one. An indicator of censoring (``cens``, ``is_censored``) is
    coded either way by different people, and is asked about.
    """
    values = list(event.levels)
    if is_adam(event) and len(values) > 2:
        return Meaning("0", f"0 is the event in ADaM, and the others say why not: {_share(event, '0')}.")
    if len(values) == 1:
        return _single(event, values[0])
    return _of_two(event, time, values) if len(values) == 2 else _of_several(event)


def _of_two(event: Profile, time: Profile | None, values: list[str]) -> Meaning:
    spoken, letter, codes = _by_words(values), _by_letter(values), _by_code(values)
    if spoken is not None:
        return Meaning(spoken, f"{_format_value(spoken)} says so: {_share(event, spoken)}.")
    if letter is not None:
        return Meaning(
            letter, f"{_format_value(letter)} is read as dead: {_share(event, letter)}; please check."
        )
    if codes is None:
        return Meaning(None, f"It holds {_describe_counts(event)}: which one means the event?")
    return _of_codes(event, time, codes)


def _of_several(event: Profile) -> Meaning:
    """The value that says the event, when all others say that there was none; else a question."""
    value = find_spoken_event(event)
    if value is None:
        return Meaning(None, crowded_reason(event))
    others = [f"{_format_value(name)} ({n:,})" for name, n in event.levels.items() if name != value]
    said = f"{_format_value(value)} says so: {_share(event, value)}"
    return Meaning(value, f"{said}; {join_list(others, most=12)} count as censored.")


def find_spoken_event(event: Profile) -> str | None:
    """The one of several values that says the event, when all others say that there was none."""
    if not has_codes(event):
        return None
    happened = {value: _says(value) for value in event.levels}
    said = [value for value, answer in happened.items() if answer]
    return said[0] if len(said) == 1 and list(happened.values()).count(False) == len(happened) - 1 else None


def _by_letter(values: list[str]) -> str | None:
    """Of two letters for alive and dead the one for dead."""
    spelt = {fold(value): value for value in values}
    return next((spelt[dead] for alive, dead in _LETTERS if set(spelt) == {alive, dead}), None)


def is_adam(event: Profile) -> bool:
    """Whether this is ADaM's ``CNSR``, in which every number but 0 is a reason for censoring."""
    return event.name.upper() == "CNSR" and "0" in event.levels and event.numeric_share == 1


def _single(event: Profile, value: str) -> Meaning:
    """A flag that is set where the event happened and empty elsewhere, when its name and its value say so."""
    empty = event.rows - event.known
    beside = f", and is empty in {empty:,} rows" if empty else ""
    holds = f"It holds nothing but {_format_value(value)} ({event.known:,}){beside}"
    parts = set(words(event.name))
    is_flag = fold(value) in known.YES | {"x"} or bool(set(words(value)) & known.DEAD_WORDS)
    if empty and is_flag and parts & known.HAPPENED and not parts & (known.REVERSED | known.ALIVE):
        shown = _format_value(value)
        return Meaning(value, f"{holds}: {shown} is taken for the event and empty for none; please check.")
    return Meaning(None, f"{holds}: does it mean the event?")


def _of_codes(event: Profile, time: Profile | None, codes: tuple[str, str]) -> Meaning:
    low, _ = codes
    parts = set(words(event.name))
    if parts & known.REVERSED or (parts & known.ALIVE and parts & known.DEAD_WORDS):
        return Meaning(
            None, f"It holds {_describe_counts(event)}, and its name can be read either way: {_ASKED}"
        )
    if parts & known.ALIVE:
        return Meaning(
            low, f"The name says alive, so that the other value, {low}, is the event: {_share(event, low)}."
        )
    if event.name.upper() == "CNSR":
        return Meaning(low, f"{low} is the event in ADaM: {_share(event, low)}.")
    if parts & (known.CENSORED | known.CENSORING) or known.sounds_censored(event.name):
        return _ask_censoring(event, time, codes)
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
        return f"{match_names(event.name)} holds {len(event.levels):,} different values instead of two."
    return (
        f"{match_names(event.name)} holds {_describe_counts(event)}, perhaps competing events: which of them "
        "mean the event?"
    )


def has_codes(event: Profile) -> bool:
    """Whether a column holds so few values that each may be a code."""
    return event.has_levels(1, _MAX_CODES)


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
        if fold(value) in known.NO and fold(other) in known.YES:
            return value, other
    return None


def _ask_censoring(event: Profile, time: Profile | None, codes: tuple[str, str]) -> Meaning:
    """The question about an indicator of censoring; words say it, codes are written either way."""
    low = codes[0]
    if fold(low) in known.NO and not fold(low).isdigit() and set(words(event.name)) & known.CENSORED:
        return Meaning(low, f"Not censored is the event: {_share(event, low)}; please check.")
    medians = {code: _median_time(event, time, code) for code in codes}
    hint = ""
    for shorter, longer in (codes, codes[::-1]):
        if medians[longer] > _LONGER * medians[shorter]:
            hint = f" Those with {_format_value(longer)} were followed longer, as the censored often are."
    return Meaning(
        None,
        f"It holds {_describe_counts(event)}, and people code censoring either way.{hint} "
        "Which one means the event, and which one censored?",
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
    return f"{count:,} of {event.known:,} are {_format_value(value)}"


def _describe_counts(event: Profile) -> str:
    return join_list(
        [f"{_format_value(value)} ({count:,})" for value, count in event.levels.items()], most=12
    )


def _format_value(value: str) -> str:
    return value if len(value) <= 40 else f"{value[:37]}..."


ENOUGH = 2.5
"""A name that scores less names no time and no event."""
_BESIDE_TIME = known.BESIDE | known.STARTS | known.CENSORED | known.CENSORING | {"nb", "nombre", "out"}
_MOSTLY = 0.8
_KINDS = {"death": known.DEATH, "progression": known.PROGRESSION, "recurrence": known.RECURRENCE}
_SURVIVAL = frozenset({"surv", "survival", "survie", "uberleben", "os"})
_FIRST = {"death": 2.0, "": 1.0, "progression": 0.5, "recurrence": 0.25}


@dataclass(frozen=True, slots=True)
class Named:
    """A column with how surely its name names a part, and which kind of event it is about ('' any)."""

    profile: Profile
    score: float
    kind: str


@dataclass(frozen=True, slots=True)
class FoundOutcome:
    """The columns of the time and the event; ``crowded`` is an event column with more than two values.

    ``rivals`` are two columns of which neither is more likely to be the event.
    """

    time: Profile | None = None
    event: Profile | None = None
    kind: str = ""
    crowded: Profile | None = None
    rivals: tuple[Profile, ...] = ()


def infer_kind(name: str) -> str:
    """Which kind of event a name is about: ``death``, ``progression``, ``recurrence`` or ``""``.

    Examples
    --------
    >>> [infer_kind(name) for name in ("os_time", "deces", "PFS", "status", "progression_or_death")]
    ['death', 'death', 'progression', '', 'progression']
    """
    parts = set(words(name))
    # progression-free survival, and progression or death, are about progression, whatever else they name
    other = next((kind for kind in ("progression", "recurrence") if parts & _KINDS[kind]), "")
    if other or "free" in parts or "sans" in parts:
        return other
    return "death" if parts & known.DEATH else ""


def names_death_as_well(name: str) -> bool:
    """Whether a name is of an event or death, whichever comes first.

    >>> names_death_as_well("progression_or_death"), names_death_as_well("progression_free_survival")
    (True, False)
    """
    parts = set(words(name)) - _SURVIVAL
    return infer_kind(name) in ("progression", "recurrence") and bool(parts & known.DEATH)


def infer_times(profiles: Sequence[Profile]) -> list[Named]:
    """The columns that look like a time from randomisation."""
    return [
        Named(profile, points, infer_kind(_without_letter(profile.name)))
        for profile in profiles
        if (points := score_time(profile.name)) >= ENOUGH and could_be_time(profile)
    ]


def infer_events(profiles: Sequence[Profile]) -> list[Named]:
    """The columns whose names look like an event, whatever they hold."""
    return [
        Named(profile, points, infer_kind(profile.name))
        for profile in profiles
        if (points := score(profile.name, known.EVENT, known.NOT_EVENT)) >= ENOUGH and profile.known
    ]


def score_time(name: str) -> float:
    """How surely a name names the time to an event.

    Examples
    --------
    >>> [score_time(name) > ENOUGH for name in ("os_time", "time_since_diagnosis", "diag_to_death_days")]
    [True, False, True]
    """
    name = _without_letter(name)
    parts = set(words(name))
    if parts & known.STARTS and not parts & known.ENDS:
        return 0.0
    return score(name, known.TIME, known.NOT_TIME, neutral=_BESIDE_TIME)


_LETTER = re.compile(r"(?<=[0-9A-Za-z])(?:[_ .\-][dwmyDWMY]| ?[(\[][dwmyDWMY][)\]])$")


def _without_letter(name: str) -> str:
    """A name without the letter at its end that may be a unit: ``futime_d``."""
    return _LETTER.sub("", name)


def could_be_time(profile: Profile) -> bool:
    """Numbers of many sizes, (nearly) none below 0, not calendar years and not beyond a human life."""
    distinct = profile.distinct
    if profile.are_dates or profile.numeric_share < _MOSTLY or distinct.size < min(6, profile.known / 2):
        return False
    few_negative = float((distinct < 0).mean()) <= 1 - _MOSTLY
    calendar = bool(profile.is_whole and distinct[0] >= 1900 and distinct[-1] <= 2100)
    return few_negative and not calendar and float(np.median(distinct)) <= MAX_YEARS * DAYS["years"]


def find_outcome(
    profiles: Sequence[Profile], *, time: Profile | None = None, event: Profile | None = None
) -> FoundOutcome:
    """The pair of columns that fits best; one that the reader named is taken as it is.

    A time and an event of the same kind (``pfs_time``, ``pfs_event``) fit better than two that speak of
    different ones, and death comes before progression and recurrence; of two times alike, the longer.
    """
    all_times = [_named(time)] if time else infer_times(profiles)
    all_events = [_named(event)] if event else infer_events(profiles)
    usable = [each for each in all_events if event or tells_events(each.profile)] or [
        each for each in all_events if len(each.profile.levels) == 1
    ]
    usable = usable or [each for each in all_events if has_codes(each.profile)]
    others = [e.profile for e in _best_first(all_events) if e not in usable]
    crowded = next((profile for profile in others if len(profile.levels) > 2), None)
    pairs = [
        (first, second)
        for first, second in product(all_times, usable)
        if first.profile.name != second.profile.name
    ]
    if pairs:
        best, other = max(pairs, key=lambda pair: (_together(*pair), _usual(pair[0].profile)))
        rivals = [second for first, second in pairs if first == best and _is_rival(first, second, other)]
        if rivals:
            return FoundOutcome(best.profile, None, best.kind, None, (other.profile, rivals[0].profile))
        return FoundOutcome(best.profile, other.profile, other.kind or best.kind, crowded)
    # what could be either is the event, unless the reader named it as the time
    events = [e for e in usable if event or time is None or e.profile.name != time.name]
    found = next(iter(_best_first(events)), None)
    if found is None:
        return FoundOutcome(_best_but(all_times, ""), None, "", crowded)
    taken = "" if time else found.profile.name
    return FoundOutcome(_best_but(all_times, taken), found.profile, found.kind, crowded)


def _best_but(times: Sequence[Named], taken: str) -> Profile | None:
    """The column that fits best, without the one that is taken already."""
    return next((each.profile for each in _best_first(times) if each.profile.name != taken), None)


def _is_rival(time: Named, event: Named, chosen: Named) -> bool:
    """Whether another event fits the time just as well, and says another thing."""
    if (
        event is chosen
        or event.kind != chosen.kind
        or event.profile.levels.keys() != chosen.profile.levels.keys()
    ):
        return False
    same = event.profile.column.cells == chosen.profile.column.cells
    return not same and _together(time, event) == _together(time, chosen)


def _named(profile: Profile) -> Named:
    return Named(profile, ENOUGH, infer_kind(profile.name))


def tells_events(profile: Profile) -> bool:
    """Whether a column has two values, or several of which words say which one is the event."""
    return profile.has_levels(2, 2) or is_adam(profile) or find_spoken_event(profile) is not None


def _best_first(candidates: Sequence[Named]) -> list[Named]:
    return sorted(candidates, key=lambda named: -(named.score + _FIRST[named.kind]))


def _together(time: Named, event: Named) -> float:
    agree = 0.0
    if time.kind and event.kind:
        agree = 3.0 if time.kind == event.kind else -4.0
    stems = _infer_stem(time.profile.name), _infer_stem(event.profile.name)
    alike = bool(stems[0] & stems[1]) or not (stems[0] or stems[1])
    return time.score + event.score + agree + float(alike) + _FIRST[event.kind or time.kind]


def _usual(time: Profile) -> float:
    """The median: of the two ends of an interval, the later is the time."""
    return float(np.median(time.distinct)) if time.distinct.size else 0.0


def _infer_stem(name: str) -> set[str]:
    """What is left of a name without the words for time and event."""
    return {
        word for word in words(name) if word not in known.UNITS and word not in {"time", "event", "status"}
    }


_DEATH_CODES = frozenset({"OS", "DTH", "DEATH", "TTDE", "OSDUR", "TTDEATH"})


@dataclass(frozen=True, slots=True)
class AdamStudy:
    """The columns of ADSL with those of one endpoint of ADTTE, and baseline values, beside them."""

    table: Table
    parameters: tuple[tuple[str, str], ...]
    param: str | None
    label: str | None
    unit: FoundUnit


def infer_adam_study(tables: Sequence[Table], param: str | None) -> AdamStudy | None:
    """The study that one or more files hold, or None when they are not ADaM."""
    adtte = next((table for table in tables if adam.is_time_to_event(table)), None)
    if adtte is None:
        return None
    measured = [table for table in tables if adam.is_measurements(table)]
    others = [table for table in tables if table is not adtte and table not in measured]
    adsl = next((table for table in others if adam.has_columns(table, "USUBJID")), None)
    parameters = _infer_parameters(adtte)
    chosen = param if param in dict(parameters) else _first(parameters)
    rows, column = adtte, adam.find_parameter_column(adtte)
    if chosen is not None and column is not None:
        codes = adtte.columns[column].cells
        rows = adtte.take([i for i, code in enumerate(codes) if code == chosen])
    time = adam.find_adam_roles(rows).time
    unit = infer_time_unit(rows, str(time))
    joined = rows
    if adsl is not None:
        own, people = adam.find_column(adsl, "USUBJID"), adam.find_column(rows, "USUBJID")
        joined = put_beside(adsl, rows, str(own), str(people))
    for table in measured:
        joined = add_baseline(joined, table)
    return AdamStudy(joined, parameters, chosen, adam.endpoint_label(rows), unit)


def _infer_parameters(adtte: Table) -> tuple[tuple[str, str], ...]:
    column = adam.find_parameter_column(adtte)
    if column is None:
        return ()
    codes = adtte.columns[column].cells
    label = adam.find_column(adtte, "PARAM")
    names = adtte.columns[label].cells if label else codes
    found: dict[str, str] = {}
    for code, name in zip(codes, names, strict=True):
        if code and not found.get(code):
            found[code] = name
    return tuple((code, name or code) for code, name in found.items())


def _first(parameters: Sequence[tuple[str, str]]) -> str | None:
    """Death or overall survival before the others, else the first."""
    for code, name in parameters:
        if code.upper() in _DEATH_CODES or infer_kind(name) == "death":
            return code
    return parameters[0][0] if parameters else None
