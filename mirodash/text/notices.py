"""What was noticed while the data were read, as far as it is about the view on the screen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import resolve
from mirodash.text.small_counts import describe_suppression
from mirodash.trial.trial import Trial

OF_ALL = "In the whole trial, whoever is selected: "


def list_notices_in_view(trial: Trial, selection: Selection) -> tuple[str, ...]:
    """What was noticed, without what is about columns that the view does not use.

    The Data page and exports have all of it.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    shown = resolve(trial, selection)
    used = {shown.biomarker, *shown.chosen_strata, *(item.column for item in shown.filters)}
    used |= {text.partition(":")[0] for text in shown.adjust}
    described = tuple(
        (item.column, item.label) for item in (*trial.dictionary.factors, *trial.dictionary.biomarkers)
    )
    return _select_notices(describe_suppression(trial), described, frozenset(used))


@lru_cache(maxsize=64)
def _select_notices(
    notices: tuple[str, ...], described: tuple[tuple[str, str], ...], used: frozenset[str]
) -> tuple[str, ...]:
    """Those that name a column in use, by name or label, or none at all: alike wherever a threshold is."""
    columns = {column: {column, label} for column, label in described}
    inside = _match_any(name for column, names in columns.items() if column in used for name in names)
    outside = _match_any(name for column, names in columns.items() if column not in used for name in names)
    return tuple(notice for notice in notices if inside.search(notice) or not outside.search(notice))


def _match_any(names: Iterable[str]) -> re.Pattern[str]:
    """Any of the names, as a whole word; without names, nothing."""
    words = "|".join(re.escape(name) for name in names if name)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)" if words else r"(?!)")
