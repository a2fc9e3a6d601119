"""Two sets of numbers compared one by one: what is in a file, and what comes out now."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from mirodash.text.labels import one_line
from mirodash.text.numbers import count

LONGEST_VALUE = 80
LONGEST_NAME = 60
SHOWN_ALIKE = 20
SAVED_DIGITS = 15
"""Significant digits that LibreOffice keeps of a chart's numbers; a double has up to 17."""
HALF_A_DIGIT = 0.501 * 10.0 ** (1 - SAVED_DIGITS)
NOTHING = "nothing"
NAMES = ("label", "arm", "reason")
"""What an entry of a list is called, if it says so itself."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not the same; ``then`` and ``now`` are written out in full precision.

    ``rounded`` tells that both are one number to `SAVED_DIGITS`, as some programs round what they save.
    """

    where: str
    then: str
    now: str
    rounded: bool = False

    @property
    def sentence(self) -> str:
        """What differs, where, on one line."""
        return f"{self.where}: {self.then} in the file, {self.now} now"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many values were compared, and those that differ, in the order of what comes out now."""

    compared: int
    differences: tuple[Difference, ...]


def compare(then: object, now: object, *, where: str = "") -> Comparison:
    """Compare everything within two JSON values, to the last bit of each number.

    Parameters
    ----------
    then : JSON value
        From a file; it may be anything.
    now : JSON value
        As it is made now.
    where : str
        What both are called.
    """
    found = list(_compared(then, now, where))
    return Comparison(len(found), tuple(one for one in found if one is not None))


def _compared(then: object, now: object, where: str) -> Iterator[Difference | None]:
    """Yield a difference, or None where there is none, for every value in either."""
    if isinstance(then, dict) and isinstance(now, dict):
        yield from _in_objects(cast("Mapping[str, Any]", then), cast("Mapping[str, Any]", now), where)
    elif isinstance(then, list) and isinstance(now, list):
        yield from _in_lists(cast("Sequence[Any]", then), cast("Sequence[Any]", now), where)
    else:
        yield None if _same(then, now) else Difference(where, *_apart(then, now), _rounded(then, now))


def _in_objects(then: Mapping[str, Any], now: Mapping[str, Any], where: str) -> Iterator[Difference | None]:
    for key in dict.fromkeys((*now, *then)):
        inside = _joined(where, one_line(key, LONGEST_NAME))
        if key not in then:
            yield Difference(inside, NOTHING, _shown(now[key]))
        elif key not in now:
            yield Difference(inside, _shown(then[key]), NOTHING)
        else:
            yield from _compared(then[key], now[key], inside)


def _in_lists(then: Sequence[Any], now: Sequence[Any], where: str) -> Iterator[Difference | None]:
    if len(then) != len(now):
        yield Difference(where, _shown(then), _shown(now))
        return
    for place, (before, after) in enumerate(zip(then, now, strict=True)):
        yield from _compared(before, after, f"{where}[{place}]{_name(after)}")


def _joined(where: str, key: str) -> str:
    if not where:
        return key
    return f"{where} {key}" if where.endswith(":") else f"{where}.{key}"


def _name(entry: object) -> str:
    """What an entry calls itself, so that nobody has to count: `` pNFH ≤ 3,700 pg/mL:``."""
    if not isinstance(entry, dict):
        return ""
    said = cast("Mapping[str, Any]", entry)
    name = next((said[key] for key in NAMES if isinstance(said.get(key), str)), "")
    return f" {one_line(name, LONGEST_NAME)}:" if name else ""


def _same(one: object, other: object) -> bool:
    """Whether two values are the same to the last bit; 1 and 1.0 are not, nor are 0.0 and −0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float) and isinstance(other, float):
        return one.hex() == other.hex()
    return one == other


def _rounded(one: object, other: object) -> bool:
    if not (isinstance(one, float) and isinstance(other, float)):
        return False
    return math.isclose(one, other, rel_tol=HALF_A_DIGIT, abs_tol=0.0)


def _apart(then: object, now: object) -> tuple[str, str]:
    """Two values as they are shown; long texts from shortly before they part."""
    if not (isinstance(then, str) and isinstance(now, str)):
        return _shown(then), _shown(now)
    alike = next((k for k, (a, b) in enumerate(zip(then, now, strict=False)) if a != b), 0)
    start = alike - SHOWN_ALIKE if max(len(then), len(now)) > LONGEST_VALUE else 0
    if start <= 0:
        return _shown(then), _shown(now)
    return _shown(f"…{then[start:]}"), _shown(f"…{now[start:]}")


def _shown(value: object) -> str:
    """A value with all its digits; of what holds many, how many."""
    if isinstance(value, dict):
        return f"an object with {count(len(cast('Mapping[str, Any]', value)))} keys"
    if isinstance(value, list):
        return f"a list of {count(len(cast('Sequence[Any]', value)))}"
    return one_line(json.dumps(value, ensure_ascii=False), LONGEST_VALUE)
