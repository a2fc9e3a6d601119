"""Infers which numbers in a column stand for "not known": -999 and 999, far from all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mirodash.trial.table import level_name, number_in

_BELOW = (-9.0, -99.0, -999.0, -9999.0, -99999.0, -88.0, -77.0, -888.0, -777.0)
_ABOVE = (99.0, 999.0, 9999.0, 99999.0)
_FAR = 2.0
"""How many times larger than all other values a code is, where it stands more than once."""
_VERY_FAR = 5.0
_MIN_OTHERS = 8


def find_missing_codes(cells: Sequence[str]) -> tuple[str, ...]:
    """The values of a numeric column that look like codes for "not known", as the file writes them.

    A negative code is one where nothing else is below 0, and a row of nines where it is at least twice as
    large as anything else and stands more than once, or five times as large.

    >>> find_missing_codes([*map(str, range(20)), "-999", "-999", "999"])
    ('-999', '999')
    >>> find_missing_codes([*map(str, range(90, 100)), "-3", "2"])
    ()
    """
    counts = Counter(cell for cell in cells if cell)
    numbers = {cell: number for cell in counts if (number := number_in(cell)) is not None}
    possible = {cell for cell, number in numbers.items() if number in _BELOW + _ABOVE}
    others = [number for cell, number in numbers.items() if cell not in possible]
    if not possible or sum(counts[cell] for cell in numbers if cell not in possible) < _MIN_OTHERS:
        return ()
    if len(numbers) < 0.8 * len(counts):
        return ()
    lowest, highest = min(others), max(others)
    found = [
        cell
        for cell in possible
        if (numbers[cell] < 0 <= lowest)
        or (
            numbers[cell] > 0
            and highest > 0
            and _is_far(numbers[cell], highest, _count(numbers, counts, numbers[cell]))
        )
    ]
    return tuple(sorted(found, key=lambda cell: numbers[cell]))


def _count(numbers: dict[str, float], counts: Counter[str], number: float) -> int:
    return sum(counts[cell] for cell, other in numbers.items() if other == number)


def _is_far(number: float, highest: float, count: int) -> bool:
    return number >= _VERY_FAR * highest or (count > 1 and number >= _FAR * highest)


def is_code(cell: str, codes: Sequence[str]) -> bool:
    """Whether a cell holds one of these codes, however its number is written (-999 and -999.0)."""
    number = number_in(cell)
    return any(
        cell == code or level_name(cell) == code or (number is not None and number == number_in(code))
        for code in codes
    )
