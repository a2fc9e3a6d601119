"""Labels of columns, endpoints, arms and selections, in menus and sentences, on one line."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import reduce_to_canonical, resolve
from mirodash.text.numbers import count
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class ArmNames:
    """The labels of the treated and the control arm."""

    treated: str
    control: str


def arm_names(trial: Trial, selection: Selection) -> ArmNames:
    """The labels that the dictionary gives the two arms the reader compares."""
    chosen = resolve(trial, selection)
    label = trial.dictionary.arm_label
    return ArmNames(label(chosen.treated), label(chosen.control))


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


_INVISIBLE = {"Cc", "Cs", "Zl", "Zp"}
"""Control characters, halves of surrogate pairs, and separators of lines and paragraphs."""
_TURNS_TEXT_ROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(text: str, longest: int | None = None) -> str:
    r"""The text without what breaks a line, a file or the direction of writing, cut where it is too long.

    >>> one_line("IL-2\n(low  dose)"), one_line("interleukin-2 in a low dose", 14)
    ('IL-2 (low dose)', 'interleukin-2…')
    """
    plain = "".join(" " if _breaks(letter) else letter for letter in text if letter not in _TURNS_TEXT_ROUND)
    kept = " ".join(part for part in plain.split(" ") if part)
    if longest is None or len(kept) <= longest:
        return kept
    return f"{kept[: longest - 1].rstrip()}…"


def _breaks(letter: str) -> bool:
    return letter < " " or (letter > "~" and unicodedata.category(letter) in _INVISIBLE)


MOST_SITES_NAMED = 3


def selected_people(trial: Trial, selection: Selection, *, longest: int) -> str:
    """Sites and filters: ``FR-01, FR-02; Sex: female``, or how many sites where they are many.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = reduce_to_canonical(trial, selection)
    told = [] if chosen.sites is None else [_sites(trial, chosen.sites)]
    told += [item.sentence(trial) for item in chosen.filters]
    return one_line("; ".join(told), longest)


def _sites(trial: Trial, sites: tuple[str, ...]) -> str:
    if 0 < len(sites) <= MOST_SITES_NAMED:
        return ", ".join(sites)
    every = 0 if trial.site is None else len(trial.site.names)
    return f"{count(len(sites))} of {count(every)} sites"
