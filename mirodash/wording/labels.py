"""What columns and endpoints are called, alone in a menu and inside a sentence."""

from __future__ import annotations

from mirodash.trial.trial import Trial


def column_label(trial: Trial, column: str) -> str:
    """What a column is called in a menu: the dictionary's label, else its own name."""
    described = trial.dictionary.factor(column) or trial.dictionary.biomarker(column)
    if described:
        return described.label
    return column.capitalize() if column in {"site", "country"} else column


def in_sentence(label: str) -> str:
    """A label inside a sentence: without its capital, unless it starts with an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
