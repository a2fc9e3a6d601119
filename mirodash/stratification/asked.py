"""Reads what somebody typed, as filters, thresholds and lists of names, knowing the trial it is about."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from mirodash.errors import UnusableQuestionError
from mirodash.stratification.filters import Filter, LevelFilter, RangeFilter
from mirodash.stratification.selection import Selection
from mirodash.stratification.settling import unknown_name
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, before anybody looked at the data."""

    thresholds: tuple[str, ...]
    sites: str | None
    keep: tuple[str, ...]
    strata: tuple[str, ...]
    horizon: float | None
    confidence: float | None


def asked_selection(trial: Trial, linked: Selection, asked: Asked) -> Selection:
    """The view in a link, changed by what was typed beside it.

    Raises
    ------
    UnusableQuestionError
        When something typed cannot be meant; that it fits the trial is for `settling.problems` to say.
    """
    said: dict[str, Any] = {}
    if asked.thresholds:
        said["thresholds"] = _thresholds(asked.thresholds)
    if asked.sites is not None:
        said["sites"] = _named(asked.sites, trial.site.names if trial.site else (), "--sites")
    if asked.keep:
        said["filters"] = _asked_filters(trial, asked.keep)
    if asked.strata:
        said["strata"] = asked.strata
    if asked.confidence is not None:
        said["confidence"] = asked.confidence
    if asked.horizon is not None:
        said["horizon"] = asked.horizon
    try:
        return replace(linked, **said)
    except ValueError as error:
        raise UnusableQuestionError(f"This cannot be asked: {error}.") from error


def _thresholds(texts: tuple[str, ...]) -> tuple[float, ...]:
    if texts == ("none",):
        return ()
    try:
        return tuple(float(text) for text in texts)
    except ValueError as error:
        raise UnusableQuestionError(
            f"A threshold must be a number without thousands separators, or 'none': {', '.join(texts)}."
        ) from error


def asked_filter(trial: Trial, text: str) -> Filter:
    """A filter typed as ``sex=female,male`` or ``age=40..60``.

    Levels may be given as in the file or as on screen; an end of a range may be left open (``age=..60``).

    Raises
    ------
    UnusableQuestionError
        When there is no such column, or its values cannot be meant.
    """
    column, equals, wanted = (part.strip() for part in text.partition("="))
    if not equals or not column:
        raise UnusableQuestionError(
            f"'{text}' is not a filter; write COLUMN=VALUE,VALUE or COLUMN=LOW..HIGH, e.g. age=40..60."
        )
    if column in trial.categories:
        factor = trial.dictionary.factor(column)
        values = {label: value for value, label in factor.levels} if factor else {}
        known = (*trial.categories[column].names, *values)
        return LevelFilter(column, tuple(values.get(name, name) for name in _named(wanted, known, text)))
    if column in trial.numbers:
        return _asked_range(column, wanted)
    raise UnusableQuestionError(unknown_name("column", column, (*trial.categories, *trial.numbers)))


def asked_names(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Names separated by commas; a known name that itself holds a comma stays whole.

    >>> asked_names("UK-01, UK-02", ())
    ('UK-01', 'UK-02')
    >>> asked_names("Placebo, oral", ("Placebo, oral", "IL-2"))
    ('Placebo, oral',)
    """
    if text in known:
        return (text,)
    return tuple(name for part in text.split(",") if (name := part.strip()))


def _named(text: str, known: tuple[str, ...], where: str) -> tuple[str, ...]:
    names = asked_names(text, known)
    if not names:
        raise UnusableQuestionError(f"'{where}' names nothing, so nobody would be left; name at least one.")
    return names


def _asked_filters(trial: Trial, texts: tuple[str, ...]) -> tuple[Filter, ...]:
    filters = tuple(asked_filter(trial, text) for text in texts)
    columns = [item.column for item in filters]
    twice = [column for column in dict.fromkeys(columns) if columns.count(column) > 1]
    if twice:
        raise UnusableQuestionError(
            f"Column '{column}' is filtered more than once; say all in one, e.g. {column}=A,B."
            for column in twice
        )
    return filters


def _asked_range(column: str, text: str) -> RangeFilter:
    low, dots, high = text.partition("..")
    try:
        ends = [float(end) if end.strip() else None for end in ((low, high) if dots else (low, low))]
    except ValueError:
        ends = []
    if not any(end is not None for end in ends) or any(end is not None and math.isnan(end) for end in ends):
        raise UnusableQuestionError(
            f"Column '{column}' holds numbers; '{text}' is no range, write e.g. {column}=40..60."
        )
    open_ends = [None if end is None or math.isinf(end) else end for end in ends]
    return RangeFilter(column, open_ends[0], open_ends[1])
