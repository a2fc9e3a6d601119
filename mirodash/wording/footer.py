"""What stands under every slide, figure and file: how many, by which method, how far to trust it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mirodash import __version__
from mirodash.analysis.survival_by_group import survival_by_group
from mirodash.disclosure.counts import NOT_TOLD
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import minimal, standing_declaration
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.trial import Trial
from mirodash.wording.disclosure import disclosure, n_of
from mirodash.wording.estimand import caution_of
from mirodash.wording.labels import in_sentence
from mirodash.wording.numbers import count
from mirodash.wording.one_line import one_line
from mirodash.wording.searched import declared_in
from mirodash.wording.selected_people import selected_people

BETWEEN = " · "
SHORT_FINGERPRINT = 8
"""Hexadecimal digits: two files of one trial never share that many by accident."""
LONGEST_EVENTS = 24
LONGEST_DOCUMENT = 20
LONGEST_PEOPLE = 36
NO_NAME = "a document"
EXPLORATORY = "exploratory"


def footer(
    trial: Trial, selection: Selection, *, method: str, on: date, shown: tuple[int, int] | None = None
) -> str:
    """One line for the foot of a slide, a figure or a file.

    Parameters
    ----------
    trial, selection
        The view.
    method : str
        How what is shown was made (``Kaplan–Meier, Cox model``); may be empty.
    on : date
        The day it is made.
    shown : (int, int) or None
        How many participants and events are in what is shown; None for everybody selected.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    result = survival_by_group(trial, selection)
    everybody = result.overall.comparison
    parts = (
        _people(result.endpoint, shown or (everybody.n, everybody.events)),
        selected_people(trial, selection, longest=LONGEST_PEOPLE),
        one_line(method),
        standing(trial, selection),
        "SYNTHETIC" if trial.dictionary.synthetic else "",
        f"MiroDash {__version__}",
        f"data {trial.fingerprint.removeprefix('sha256:')[:SHORT_FINGERPRINT]}",
        day_in_words(on),
        disclosure(trial.min_cell),
    )
    return BETWEEN.join(part for part in parts if part)


def source(trial: Trial, selection: Selection) -> str:
    """What makes the same numbers again: ``?threshold=3000 · sha256:…``.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return f"?{minimal(trial, selection).to_query()}{BETWEEN}{trial.fingerprint}"


def standing(trial: Trial, selection: Selection) -> str:
    """Exploratory, or where the thresholds in view were declared.

    A declaration does not stand alone where the overall result is not established, nor where participants
    were selected: nobody declares that.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    declared = standing_declaration(trial, selection)
    if declared is None:
        return EXPLORATORY
    document = one_line(declared.document, LONGEST_DOCUMENT)
    told = in_sentence(declared_in(replace(declared, document=document or NO_NAME)))
    chosen = minimal(trial, selection)
    alone = not chosen.filters and chosen.sites is None and caution_of(trial, selection) is None
    return told if alone else f"{told}; {EXPLORATORY}"


def day_in_words(day: date) -> str:
    """A date nobody reads the other way round: ``22 November 2026``."""
    return f"{day.day} {day:%B %Y}"


def _people(endpoint: Endpoint, shown: tuple[int, int]) -> str:
    n, number = shown
    if n == NOT_TOLD:
        return n_of(n)
    events = endpoint.singular if number == 1 else endpoint.plural
    return f"{n_of(n)}, {count(number)} {one_line(events, LONGEST_EVENTS)}"
