"""Facts and tables beside a picture, and their columns as plain text for a terminal."""

from __future__ import annotations

import textwrap
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


WIDTH = 100
LABEL = 34


def align_columns(rows: Sequence[Sequence[str]], *, indent: int = 2) -> list[str]:
    """Rows of texts in columns, the first to the left and the others to the right.

    >>> align_columns([("", "n"), ("Placebo", "110")], indent=0)
    ['           n', 'Placebo  110']
    """
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines: list[str] = []
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(t.rjust(w) for t, w in zip(row[1:], widths[1:], strict=True))]
        lines.append((" " * indent + "  ".join(cells)).rstrip())
    return lines


def label_lines(label: str, text: str) -> list[str]:
    """A label and its text, wrapped under itself, but never at a no-break space."""
    head = f"  {shorten_text(label, LABEL - 2)}".ljust(LABEL) + "  "
    return textwrap.wrap(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head)) or [
        head.rstrip()
    ]


def underline(title: str, line: str) -> list[str]:
    """A heading, on as many lines as it needs."""
    lines = textwrap.wrap(title, WIDTH)
    return [*lines, line * max(map(len, lines))]


def wrap_text(text: str) -> list[str]:
    """A paragraph."""
    return textwrap.wrap(text, WIDTH)


def format_item(text: str) -> list[str]:
    """One item of a list."""
    return textwrap.wrap(text, WIDTH, initial_indent="  - ", subsequent_indent="    ")


def shorten_text(text: str, longest: int) -> str:
    """A name that may be too long for its column."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
