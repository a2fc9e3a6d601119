"""Options of the command line as a selection: filters, thresholds and lists of names as text."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from mirodash.errors import UnusableQuestionError
from mirodash.stratification.groups import median, quartiles, tertiles
from mirodash.stratification.selection import Filter, LevelFilter, RangeFilter, Selection
from mirodash.stratification.validation import unknown_name, validate
from mirodash.survival.further_statistics import parse_choice
from mirodash.trial.table import number_in
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class CommandOptions:
    """What was typed, before anybody looked at the data."""

    thresholds: tuple[str, ...]
    sites: str | None
    keep: tuple[str, ...]
    strata: tuple[str, ...]
    horizon: str | None
    confidence: str | None
    adjust: tuple[str, ...] = ()
    equal_above: bool | None = None
    landmarks: tuple[str, ...] = ()
    statistics: tuple[str, ...] = ()
    up_to_horizon: bool = False
    endpoint: str | None = None


QUANTILES = {"median": median, "tertiles": tertiles, "quartiles": quartiles}
"""Thresholds that are asked for by name, and follow from the selected participants."""


def parse_selection(trial: Trial, linked: Selection, asked: CommandOptions) -> Selection:
    """The view in a link, changed by what was typed beside it.

    Raises
    ------
    UnusableQuestionError
        With a sentence for everything that cannot be meant or does not fit the trial, all at once.
    """
    said, found = parse_numbers(asked)
    for name, read in (
        ("sites", lambda: _sites(trial, asked.sites)),
        ("filters", lambda: _parse_filters(trial, asked.keep)),
    ):
        try:
            value = read()
        except UnusableQuestionError as error:
            found += error.problems
            continue
        if value is not None:
            said[name] = value
    said |= _take_choices(trial, asked)
    selection = replace(linked, **said)
    found += validate(trial, selection)
    if found:
        raise UnusableQuestionError(dict.fromkeys(found))
    name = _quantiles(asked.thresholds)
    return _at_quantiles(trial, selection, name) if name else selection


def _is_none(trial: Trial, strata: tuple[str, ...]) -> bool:
    """Whether ``--strata none`` was typed, in a trial without such a column."""
    return tuple(text.strip().lower() for text in strata) == ("none",) and not (
        {"none", "None", "NONE"} & {*trial.numbers, *trial.categories}
    )


def _name_site(trial: Trial, text: str) -> str:
    """``site`` for the column that holds the sites, under which name it is adjusted for."""
    column = text.removesuffix(":factor")
    return "site" if trial.source and trial.source.site == column != "" else text


def _take_choices(trial: Trial, asked: CommandOptions) -> dict[str, Any]:
    """What needs no reading: the endpoint, strata, columns to adjust for, and where equal values go."""
    none = bool(asked.strata) and _is_none(trial, asked.strata)
    choices = {
        "endpoint": None if asked.endpoint is None else _find_endpoint(trial, asked.endpoint),
        "strata": () if none else asked.strata or None,
        "adjust": tuple(_name_site(trial, text) for text in asked.adjust) or None,
        "up_to_horizon": asked.up_to_horizon or None,
        "equal_above": asked.equal_above,
    }
    return {name: value for name, value in choices.items() if value is not None}


def _find_endpoint(trial: Trial, name: str) -> str:
    """The key of the endpoint that is named by its key or its label, in capital or small letters."""
    folded = name.strip().casefold()
    for endpoint in trial.dictionary.endpoints:
        if folded in (endpoint.key.casefold(), endpoint.label.casefold()):
            return endpoint.key
    return name


def _quantiles(texts: tuple[str, ...]) -> str:
    """The name of quantiles that were asked for as thresholds; empty for numbers."""
    only = texts[0].strip().lower() if len(texts) == 1 else ""
    return only if only in QUANTILES else ""


def _at_quantiles(trial: Trial, selection: Selection, name: str) -> Selection:
    thresholds = QUANTILES[name](trial, selection)
    if not thresholds:
        raise UnusableQuestionError(
            f"'--threshold {name}' needs a biomarker with two or more different values in these participants."
        )
    return replace(selection, thresholds=thresholds)


def parse_numbers(asked: CommandOptions) -> tuple[dict[str, Any], list[str]]:
    """Thresholds, horizon and confidence as fields of a selection, and a sentence for each that is none.

    None of these needs the data, so that they can be faulted together with a file that cannot be read.
    """
    said: dict[str, Any] = {}
    found: list[str] = []
    for name, texts, read in (
        ("thresholds", asked.thresholds, lambda: _thresholds(asked.thresholds)),
        ("horizon", asked.horizon, lambda: _number("--horizon", asked.horizon)),
        ("confidence", asked.confidence, lambda: _number("--confidence", asked.confidence)),
        ("landmarks", asked.landmarks, lambda: _landmarks(asked.landmarks)),
        ("statistics", asked.statistics, lambda: _read_statistics(asked.statistics)),
    ):
        if texts is None or texts == () or (name == "thresholds" and _quantiles(asked.thresholds)):
            continue
        try:
            value: Any = read()
            replace(Selection(), **{name: value})
        except UnusableQuestionError as error:
            found += error.problems
        except ValueError as error:
            found.append(f"This cannot be asked: {error}.")
        else:
            said[name] = value
    return said, found


def _landmarks(texts: tuple[str, ...]) -> tuple[float, ...]:
    if [text.strip().lower() for text in texts] == ["none"]:
        return ()
    return tuple(_number("--landmark", text) for text in texts)


def _read_statistics(texts: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(parse_choice(text).text for text in texts)
    except ValueError as error:
        raise UnusableQuestionError("--statistic is a name with numbers behind a colon.") from error


def _number(option: str, text: str | None) -> float:
    number = number_in((text or "").strip())
    if number is None:
        raise UnusableQuestionError(f"{option} must be a number, and '{text}' is none.")
    return number


def _thresholds(texts: tuple[str, ...]) -> tuple[float, ...]:
    if texts == ("none",):
        return ()
    numbers = [number_in(text.strip()) for text in texts]
    wrong = [text for text, number in zip(texts, numbers, strict=True) if number is None]
    if any(text.strip().lower() in QUANTILES for text in wrong):
        raise UnusableQuestionError(
            "'--threshold median', 'tertiles' or 'quartiles' cannot be combined with another threshold."
        )
    if "none" in wrong:
        raise UnusableQuestionError("'--threshold none' means no groups, so no other threshold can be given.")
    if wrong:
        raise UnusableQuestionError(
            "A threshold must be a number without thousands separators, or one of 'none', "
            "'median', 'tertiles' and 'quartiles', and not " + ", ".join(f"'{text}'" for text in wrong) + "."
        )
    return tuple(number for number in numbers if number is not None)


def parse_filter(trial: Trial, text: str) -> Filter:
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
        return LevelFilter(
            column, tuple(values.get(name, name) for name in _check_names(wanted, known, text))
        )
    if column in trial.numbers:
        return _parse_range(column, wanted)
    raise UnusableQuestionError(unknown_name("column", column, (*trial.categories, *trial.numbers)))


def parse_names(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Names separated by commas; a known name that itself holds a comma stays whole.

    >>> parse_names("UK-01, UK-02", ())
    ('UK-01', 'UK-02')
    >>> parse_names("Placebo, oral", ("Placebo, oral", "IL-2"))
    ('Placebo, oral',)
    """
    if text in known:
        return (text,)
    return tuple(name for part in text.split(",") if (name := part.strip()))


def _check_names(text: str, known: tuple[str, ...], where: str) -> tuple[str, ...]:
    names = parse_names(text, known)
    if not names:
        raise UnusableQuestionError(
            f"'{where}' names nothing, which leaves no participant; name at least one."
        )
    return names


def _sites(trial: Trial, text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    return _check_names(text, trial.site.names if trial.site else (), "--sites")


def _parse_filters(trial: Trial, texts: tuple[str, ...]) -> tuple[Filter, ...] | None:
    filters: list[Filter] = []
    found: list[str] = []
    for text in texts:
        try:
            filters.append(parse_filter(trial, text))
        except UnusableQuestionError as error:
            found += error.problems
    columns = [item.column for item in filters]
    twice = [column for column in dict.fromkeys(columns) if columns.count(column) > 1]
    found += [
        f"Column '{column}' is filtered more than once; say all in one, e.g. {column}=A,B."
        for column in twice
    ]
    if found:
        raise UnusableQuestionError(found)
    return tuple(filters) or None


def _parse_range(column: str, text: str) -> RangeFilter:
    low, dots, high = (part.strip() for part in text.partition(".."))
    ends = [number_in(end) for end in ((low, high) if dots else (low, low))]
    open_ends = [None if end is None or math.isinf(end) else end for end in ends]
    unread = any(end is None and written for end, written in zip(ends, (low, high), strict=True))
    if unread or open_ends == [None, None] or math.inf == ends[0] or ends[1] == -math.inf:
        raise UnusableQuestionError(
            f"Column '{column}' holds numbers; '{text}' is no range, write e.g. {column}=40..60."
        )
    return RangeFilter(column, open_ends[0], open_ends[1])
