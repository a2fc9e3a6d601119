"""What a panel says beside its picture: a sentence, facts with their intervals, and a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload


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


class TablesOnDemand(Sequence[Table]):
    """Tables that are written when they are first read, which they are not while a threshold is dragged."""

    def __init__(self, write: Callable[[], Sequence[Table]]) -> None:
        self._write = write

    @cached_property
    def _written(self) -> tuple[Table, ...]:
        return tuple(self._write())

    def __len__(self) -> int:
        return len(self._written)

    @overload
    def __getitem__(self, place: int) -> Table: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Table]: ...
    def __getitem__(self, place: int | slice) -> Table | Sequence[Table]:
        return self._written[place]

    def __iter__(self) -> Iterator[Table]:
        return iter(self._written)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._written == tuple(other)

    def __hash__(self) -> int:
        return hash(self._written)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything a panel says in words; ``sentence`` alone must be enough for somebody who cannot see it."""

    title: str
    subtitle: str
    sentence: str
    facts: tuple[Fact, ...] = ()
    tables: Sequence[Table] = ()
