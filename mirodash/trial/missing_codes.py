"""Infers which numbers in a column stand for "not known": -999 and 999, far from all others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from mirodash.trial.table import level_name, number_in

_CODE = re.compile(r"-(?:[9.]+|[8.]+|[7.]+|1)(?:\.0+)?|99+(?:\.[09]+)?")
_FAR = 2.0
"""How many times larger than all other values a code is, where it stands more than once."""
_VERY_FAR = 5.0
_MIN_OTHERS = 8
_GAP = 0.25
"""Of the range of the other values: as far away as that stands a code that is repeated."""


def find_missing_codes(cells: Sequence[str]) -> tuple[str, ...]:
    """The values of a numeric column that look like codes for "not known", as the file writes them.

    A negative code is one where nothing else is below 0, and a row of nines where it stands far above
    anything else.

    >>> find_missing_codes([*map(str, range(20)), "-999", "-999", "999"])
    ('-999', '999')
    >>> find_missing_codes([*map(str, range(90, 100)), "-3", "2"])
    ()
    """
    # most columns hold nothing like a code, and are not read any further
    if not any(_CODE.fullmatch(cell) for cell in set(cells)):
        return ()
    counts = Counter(cell for cell in cells if cell)
    numbers = {cell: number for cell in counts if (number := number_in(cell)) is not None}
    possible = {cell for cell in numbers if _looks_like_code(cell, numbers[cell])}
    others = sorted({number for cell, number in numbers.items() if cell not in possible})
    if not possible or sum(counts[cell] for cell in numbers if cell not in possible) < _MIN_OTHERS:
        return ()
    if len(numbers) < 0.8 * len(counts):
        return ()
    found = [cell for cell in possible if _stands_apart(numbers[cell], counts[cell], others)]
    return tuple(sorted(found, key=lambda cell: numbers[cell]))


def _looks_like_code(cell: str, number: float) -> bool:
    """Nines, and below 0 also eights, sevens and -1: what people write for "not known"."""
    digits = set(level_name(cell).strip("+-").replace(".", ""))
    if number < 0:
        return number == -1 or (len(digits) == 1 and digits <= set("789"))
    return digits == {"9"} and number >= 99


def _stands_apart(number: float, count: int, others: Sequence[float]) -> bool:
    """Whether a value lies so far from all others that it can be no measurement among them."""
    lowest, highest = others[0], others[-1]
    if number == -1:
        return count > 1 and lowest > 0
    if number < 0:
        return lowest >= 0
    if highest <= 0:
        return False
    if number >= _VERY_FAR * highest or (count > 1 and number >= _FAR * highest):
        return True
    gaps = [b - a for a, b in pairwise(others)]
    return count > 1 and number - highest >= max(
        _GAP * (highest - lowest), _VERY_FAR * max(gaps, default=0.0)
    )


def is_code(cell: str, codes: Sequence[str]) -> bool:
    """Whether a cell holds one of these codes, however its number is written (-999 and -999.0)."""
    number = number_in(cell)
    return any(
        cell == code or level_name(cell) == code or (number is not None and number == number_in(code))
        for code in codes
    )
