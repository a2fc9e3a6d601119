"""What columns and endpoints are called, alone in a menu and inside a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from mirodash.trial.trial import Trial


def column_label(trial: Trial, column: str) -> str:
    """What a column is called in a menu: the dictionary's label, else its own name."""
    described = trial.dictionary.factor(column) or trial.dictionary.biomarker(column)
    if described:
        return described.label
    return column.capitalize() if column in {"site", "country"} else column


def listed(names: Sequence[str]) -> str:
    """Names in a row in a sentence.

    >>> listed(["age"]), listed(["age", "sex", "onset"])
    ('age', 'age, sex and onset')
    """
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def in_sentence(label: str) -> str:
    """A label inside a sentence: without its capital, unless it starts with an abbreviation or a proper name.

    >>> in_sentence("Site of onset"), in_sentence("ALSFRS-R"), in_sentence("El Escorial category")
    ('site of onset', 'ALSFRS-R', 'El Escorial category')
    >>> in_sentence("Regulatory T cells")
    'regulatory T cells'
    """
    second = label.split(" ")[1:2]
    if label[1:2].isupper() or any(word.istitle() and len(word) > 1 for word in second):
        return label
    return label[:1].lower() + label[1:]
