"""Sentences on suppressed small counts and on thresholds that were moved because of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from mirodash.disclosure.counts import SUPPRESSED, suppress_complementary, suppress_small
from mirodash.stratification.selection import RangeFilter, Selection
from mirodash.stratification.validation import biomarker_of, snap_to_grid, validate
from mirodash.text.numbers import count
from mirodash.trial.trial import Trial

WITHHELD = "What else was noticed while reading the data is about few participants, so it is not shown."
_ROWS = re.compile(r"\brows? \d", re.IGNORECASE)
_WHOLE_NUMBER = re.compile(r"(?<![\d.,])\d+(?![\d]|[.,]\d)")


def describe_disclosure(min_cell: int) -> str:
    """The line under everything that is shown; empty where everything is told.

    >>> describe_disclosure(10), describe_disclosure(0)
    ('Counts below 10 are not shown; curves are disclosure-rounded.', '')
    """
    return f"Counts below {min_cell} are not shown; curves are disclosure-rounded." if min_cell else ""


def describe_curve_suppression(min_cell: int) -> str:
    """What a survival curve is called; empty where it is Kaplan–Meier's own.

    >>> describe_curve_suppression(10)
    'disclosure-rounded: steps hold at least 10 people'
    """
    return f"disclosure-rounded: steps hold at least {min_cell} people" if min_cell else ""


def describe_merged_groups(min_cell: int) -> str:
    """What a reader must know before choosing sites or levels; empty where everything is told."""
    if not min_cell:
        return ""
    return (
        "Small sites and levels are shown only together: of a choice that would tell fewer than "
        f"{min_cell} participants of an arm apart, nothing is shown."
    )


def format_n(number: int) -> str:
    """How many, as titles and footers have it.

    >>> format_n(46), format_n(SUPPRESSED)
    ('n = 46', 'n not shown')
    """
    return f"n = {count(number)}" if number >= 0 else f"n {count(number)}"


def briefly(number: int) -> str:
    """A count where there is room for few letters, as under the ticks of an axis.

    >>> briefly(3700), briefly(-10), briefly(SUPPRESSED)
    ('3,700', '<10', '…')
    """
    if number == SUPPRESSED:
        return "…"
    return f"<{-number}" if number < 0 else count(number)


def in_brackets(number: int) -> str:
    """How many stand behind a choice in a menu.

    >>> in_brackets(1234)
    '1234'
    """
    return count(number) if number < 0 else str(number)


def describe_exact_numbers(min_cell: int) -> tuple[str, ...]:
    """What a script must say that prints exact numbers where MiroDash does not; none where it does."""
    if not min_cell:
        return ()
    return (
        f"MiroDash shows no count below {min_cell} of these data, and curves that are disclosure-rounded.",
        "This script reads the file itself and prints exact numbers: they are not those shown, and what",
        "it prints may not be passed on as they may.",
    )


def describe_suppression(trial: Trial) -> tuple[str, ...]:
    """What was noticed while reading the data, without sentences that count few or name rows of a file."""
    return _withhold_few(trial.notices, trial.min_cell) if trial.min_cell else trial.notices


@lru_cache(maxsize=64)
def _withhold_few(notices: tuple[str, ...], min_cell: int) -> tuple[str, ...]:
    """The same of a trial's sentences, which are searched once and not at every stop of a threshold."""
    kept = tuple(notice for notice in notices if not _counts_few(notice, min_cell))
    return kept if len(kept) == len(notices) else (*kept, WITHHELD)


def describe_exact_counts(trial: Trial) -> str:
    """What counts that are all shown give away of participants; empty where it is nobody's, or hidden."""
    if trial.min_cell or trial.dictionary.synthetic:
        return ""
    return (
        "Counts are shown exactly, however small: a group of one shows that participant's time and outcome. "
        "To hide small counts, on screens and in exports, start the program with MIRODASH_MIN_CELL=5."
    )


def describe_participants(trial: Trial) -> int:
    """How many were randomised, as far as it may be told."""
    return suppress_small(trial.participants, trial.min_cell)


def selected_of(trial: Trial, selected: int) -> str:
    """How many of the trial's participants are selected: ``118 of 220``, without giving a small rest away."""
    of_all = f"of {count(describe_participants(trial))}"
    shown, _ = suppress_complementary((selected, trial.participants - selected), trial.min_cell)
    if trial.min_cell and not selected:  # of a choice that is not told at all
        shown = SUPPRESSED
    return f"part {of_all}" if shown == SUPPRESSED else f"{count(shown)} {of_all}"


def _counts_few(sentence: str, min_cell: int) -> bool:
    """Whether a whole number below the limit stands in it, be it of people or not, or a participant's row."""
    return bool(_ROWS.search(sentence)) or any(
        _is_below(number, min_cell) for number in _WHOLE_NUMBER.findall(sentence)
    )


def _is_below(number: str, min_cell: int) -> bool:
    """Whether digits say less; a file may hold more of them than Python makes a number of."""
    digits = number.lstrip("0")
    return len(digits) <= len(str(min_cell)) and int(digits or "0") < min_cell


def moved_thresholds(trial: Trial, selection: Selection) -> tuple[str, ...]:
    """Sentences on what of a reader's choice was moved; none where nothing was, or nothing has to be.

    The thresholds with which a trial opens are the reader's as well.
    """
    if not trial.min_cell or validate(trial, selection):
        return ()
    return tuple(_describe_move(trial, selection))


def _describe_move(trial: Trial, selection: Selection) -> Iterator[str]:
    least = f"at least {trial.min_cell} participants of each arm"
    marker = trial.dictionary.biomarker(biomarker_of(trial, selection))
    asked = selection.thresholds
    if asked is None:
        asked = marker.default_thresholds if marker else ()
    at = snap_to_grid(trial, replace(selection, thresholds=asked))
    for before in selection.filters:
        after = next((item for item in at.filters if item.column == before.column), None)
        if isinstance(before, RangeFilter) and before != after:
            told = after.sentence(trial) if after else "everybody"
            yield f"The range was moved ({told}): {least} are on either side of its ends."
    if not asked or at.thresholds == asked:
        return
    if not at.thresholds:
        yield f"No threshold can be set here: on either side of it there must be {least}."
        return
    yield (
        f"Moved to {' and '.join(f'{stop:,.6g}' for stop in at.thresholds)}: "
        f"{least} are between neighbouring thresholds."
    )
