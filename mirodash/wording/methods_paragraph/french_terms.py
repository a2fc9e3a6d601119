"""What the texts of a trial's dictionary are in French: as it says itself, else the field's common terms."""

from __future__ import annotations

from mirodash.trial.trial import Trial
from mirodash.wording.labels import column_label
from mirodash.wording.methods_paragraph.french_writing import UNITS, quoted

COMMON = {
    "randomisation": "la randomisation",
    "baseline": "l'inclusion",
    "diagnosis": "le diagnostic",
    "event": "événement",
    "events": "événements",
    "death": "décès",
    "deaths": "décès",
    "death from any cause": "décès toutes causes",
    "overall survival": "survie globale",
    "progression": "progression",
    "relapse": "rechute",
    "recurrence": "récidive",
    "placebo": "placebo",
    "sex": "sexe",
    "female": "femmes",
    "male": "hommes",
    "age": "âge",
    "country": "pays",
    "site": "site",
    **UNITS,
}
"""Terms that need no dictionary; keys in lower case."""


def in_french(trial: Trial, text: str) -> str:
    """A text of the dictionary in French; one that nobody translated stays as it is, between « »."""
    known = french_or_none(trial, text)
    return quoted(text) if known is None else known


def french_or_none(trial: Trial, text: str) -> str | None:
    """A text of the dictionary in French, None where nobody said it."""
    return dict(trial.dictionary.french).get(text) or COMMON.get(text.casefold())


def column_in_french(trial: Trial, column: str) -> str:
    """What a column is called."""
    return in_french(trial, column_label(trial, column))


def unit_in_french(trial: Trial, unit: str) -> str:
    """A unit; most are signs that every language shares, so that one nobody translated stands bare."""
    return french_or_none(trial, unit) or unit
