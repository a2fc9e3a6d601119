"""What stands under every slide, figure and file: how many, by which method, how far to trust it."""

from __future__ import annotations

from datetime import date

from mirodash import __version__
from mirodash.analysis.survival_by_group import GroupSurvival, survival_by_group
from mirodash.stratification.selection import Selection
from mirodash.stratification.settling import minimal, settled, standing_declaration
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.trial import Trial
from mirodash.wording.estimand import caution_of
from mirodash.wording.numbers import count
from mirodash.wording.one_line import one_line
from mirodash.wording.searched import declared_in

BETWEEN = " · "
SHORT_FINGERPRINT = 10
"""Hexadecimal digits: two files of one trial never share that many by accident."""
LONGEST_EVENTS = 24
LONGEST_DECLARATION = 60
EXPLORATORY = "exploratory"


def footer(
    trial: Trial, selection: Selection, *, method: str, on: date, group: GroupSurvival | None = None
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
    group : GroupSurvival or None
        Who is shown; None for everybody selected.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    result = survival_by_group(trial, selection)
    parts = (
        _people(result.endpoint, group or result.overall),
        one_line(method),
        standing(trial, selection),
        "SYNTHETIC" if trial.dictionary.synthetic else "",
        f"MiroDash {__version__}",
        f"data {trial.fingerprint.removeprefix('sha256:')[:SHORT_FINGERPRINT]}",
        day_in_words(on),
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
    """Exploratory, or where the thresholds in view were declared; choosing people is never declared.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    declared = standing_declaration(trial, selection)
    if declared is None:
        return EXPLORATORY
    told = one_line(declared_in(declared), LONGEST_DECLARATION)
    chosen = settled(trial, selection)
    if chosen.filters or chosen.sites is not None:
        return f"{told}, participants selected: {EXPLORATORY}"
    return f"{told}, {EXPLORATORY}: overall not established" if caution_of(trial, selection) else told


def day_in_words(day: date) -> str:
    """A date nobody reads the other way round: ``22 November 2026``."""
    return f"{day.day} {day:%B %Y}"


def _people(endpoint: Endpoint, group: GroupSurvival) -> str:
    compared = group.comparison
    events = endpoint.singular if compared.events == 1 else endpoint.plural
    return f"n = {count(compared.n)}, {count(compared.events)} {one_line(events, LONGEST_EVENTS)}"
