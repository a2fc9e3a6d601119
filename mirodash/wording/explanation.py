"""What a panel says beside its picture: a sentence, facts with their intervals, and a table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of numbers: ``Hazard ratio``, ``0.56``, ``95 % CI 0.33 to 0.97``.

    ``uncertain`` marks an estimate that rests on too few events to be leant on, ``lead`` the one number
    that a panel is about. ``word`` is a quiet word that opens the panel ``behind`` it.
    """

    label: str
    value: str
    detail: str = ""
    uncertain: bool = False
    lead: bool = False
    word: str = ""
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The same numbers as the picture, as rows of text under a caption."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything a panel says in words; ``sentence`` alone must be enough for somebody who cannot see it."""

    title: str
    subtitle: str
    sentence: str
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
