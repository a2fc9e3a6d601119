"""One table of a dictionary file, from which values are taken with a sentence for every mistake."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar, cast

from mirodash.trial.cells import level_name, text_of
from mirodash.trial.table import did_you_mean

T = TypeVar("T")


class Section:
    """A table of a TOML file; `close` reports the keys nobody asked for.

    Parameters
    ----------
    place : str
        How the table is named in sentences, e.g. ``[endpoints.death]``; empty at the top.
    content : mapping
    problems : list of str
        To which a sentence for every mistake is added.
    """

    def __init__(self, place: str, content: Mapping[str, object], problems: list[str]) -> None:
        self.place = place
        self._content = content
        self._problems = problems
        self._known: list[str] = []

    def text(self, key: str) -> str | None:
        """A text that is not empty."""
        return self._take(key, "a text in quotation marks", _as_text) or None

    def choice(self, key: str) -> str | None:
        """A text; an empty one says that there is none, which is more than saying nothing."""
        return self._take(key, "a text in quotation marks", _as_text)

    def words(self, key: str, default: str) -> str:
        """A text, or what stands for it when nothing is said."""
        return self.text(key) or default

    def flag(self, key: str) -> bool:
        """True or false; false when nothing is said."""
        return bool(self._take(key, "true or false", _as_flag))

    def number(self, key: str) -> float | None:
        """A finite number."""
        return self._take(key, "a number", _as_number)

    def positive(self, key: str) -> float | None:
        """A finite number above 0."""
        return self._take(key, "a number above 0", _as_positive)

    def count(self, key: str) -> int | None:
        """A whole number from 0 to 8, for decimals."""
        return self._take(key, "a whole number from 0 to 8", _as_count)

    def level(self, key: str) -> str | None:
        """A value of a column: a text, a number or true/false, as the name of a level."""
        return self._take(key, "a text, a number or true/false", _as_level)

    def one_of(self, key: str, choices: tuple[T, ...]) -> T | None:
        """One of some words."""
        named = ", ".join(f'"{choice}"' for choice in choices)
        return self._take(key, f"one of {named}", lambda v: cast(T, v) if v in choices else None)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return self._take(key, 'a list of texts like ["a", "b"]', _list_of(_as_text)) or ()

    def numbers(self, key: str) -> tuple[float, ...]:
        """A list of finite numbers."""
        return self._take(key, "a list of numbers like [750, 3700]", _list_of(_as_number)) or ()

    def labels(self, key: str) -> tuple[tuple[str, str], ...]:
        """A table of texts like ``{ F = "female" }``, in its order."""
        return self._take(key, 'a table of texts like { F = "female" }', _as_labels) or ()

    def section(self, key: str) -> Section:
        """A table inside this one; empty when it is not there."""
        found = self._take(key, "a table", _as_table)
        return Section(self._inside(key), found or {}, self._problems)

    def sections(self, key: str) -> list[tuple[str, Section]]:
        """Every table inside the table ``key``, with its name."""
        inside = self.section(key)
        before = len(self._problems)
        found: list[tuple[str, Section]] = []
        for name in inside.names():
            section = inside.section(name)
            if len(self._problems) == before:
                found.append((name, section))
            before = len(self._problems)
        return found

    def names(self) -> tuple[str, ...]:
        """The keys in the file's order."""
        return tuple(self._content)

    def add(self, problem: str) -> None:
        """Report something this table says that cannot be."""
        self._problems.append(f"{self._named()}: {problem}")

    def items(self, key: str) -> list[Section]:
        """Every table of a list of tables."""
        found = self._take(key, "a list of tables like [{ name = ... }]", _list_of(_as_table)) or ()
        return [Section(f"{self._inside(key)} no. {i}", t, self._problems) for i, t in enumerate(found, 1)]

    def require(self, key: str, value: str | None) -> str:
        """``value``, with a sentence when it was never given."""
        if self._content.get(key, "") == "":
            self.add(f"'{key}' is missing.")
        return value or ""

    def close(self) -> None:
        """Report every key that means nothing here."""
        for key in self._content:
            if key not in self._known:
                hint = did_you_mean(key, self._known) or f"; known are {', '.join(self._known)}."
                self._problems.append(f"{self._named()} has an unknown key '{key}'{hint}")

    def _take(self, key: str, wanted: str, convert: Callable[[object], T | None]) -> T | None:
        self._known.append(key)
        if key not in self._content:
            return None
        value = convert(self._content[key])
        if value is None:
            self.add(f"'{key}' must be {wanted}.")
        return value

    def _inside(self, key: str) -> str:
        return f"[{self.place.strip('[]')}.{key}]" if self.place else f"[{key}]"

    def _named(self) -> str:
        return self.place or "The top of the file"


def _as_text(value: object) -> str | None:
    return value.strip() if isinstance(value, str) else None


def _as_flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _as_number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _as_positive(value: object) -> float | None:
    number = _as_number(value)
    return number if number is not None and number > 0 else None


def _as_count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 8 else None


def _as_level(value: object) -> str | None:
    if isinstance(value, str):
        return level_name(value.strip()) or None
    return text_of(value) if isinstance(value, bool) or _as_number(value) is not None else None


def _as_table(value: object) -> Mapping[str, object] | None:
    return cast(Mapping[str, object], value) if isinstance(value, dict) else None


def _as_labels(value: object) -> tuple[tuple[str, str], ...] | None:
    table = _as_table(value)
    if table is None or not all(isinstance(label, str) and label.strip() for label in table.values()):
        return None
    return tuple((level_name(level.strip()), str(label).strip()) for level, label in table.items())


def _list_of(convert: Callable[[object], T | None]) -> Callable[[object], tuple[T, ...] | None]:
    def converted(value: object) -> tuple[T, ...] | None:
        if not isinstance(value, list):
            return None
        items = [convert(item) for item in cast(Sequence[object], value)]
        return None if any(item is None for item in items) else tuple(i for i in items if i is not None)

    return converted
