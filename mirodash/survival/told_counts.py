"""Which counts of people may be told: a small one travels as the limit it is below, never as itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mirodash.survival.results import Counts

Missing = tuple[tuple[str, int], ...]
"""How many participants lack each column, or are left out for each reason."""

NOT_TOLD = -(2**31)
"""In place of a count that is large enough by itself but would give a small one away by subtraction."""


def told(number: int, min_cell: int) -> int:
    """The count, or ``-min_cell`` where it is below ``min_cell``; what is hidden already stays so.

    Zero is below every limit: that nobody in an arm died, or that everybody did, is known of each of
    them. With ``min_cell`` 0 every count is told.

    >>> told(12, 10), told(7, 10), told(0, 10), told(0, 0), told(-10, 10)
    (12, -10, -10, 0, -10)
    """
    return -min_cell if 0 <= number < min_cell else number


def told_counts(numbers: Counts, min_cell: int) -> Counts:
    """Many counts as `told` has each, as a read-only array of the same shape."""
    if not min_cell:
        return numbers
    made = np.where((numbers >= 0) & (numbers < min_cell), -min_cell, numbers)
    made.flags.writeable = False
    return made


def told_parts(parts: Sequence[int], min_cell: int) -> tuple[int, ...]:
    """Parts of a total that is told: where one alone is small, the next smallest is `NOT_TOLD`.

    >>> told_parts((4, 50, 60), 10)
    (-10, -2147483648, 60)
    >>> told_parts((4, 5, 60), 10), told_parts((4, 5, 60), 0)
    ((-10, -10, 60), (4, 5, 60))
    """
    made = [told(number, min_cell) for number in parts]
    hidden = sum(number < 0 for number in made)
    if hidden == 1 and len(made) > 1:
        smallest = min((k for k, number in enumerate(made) if number >= 0), key=lambda k: made[k])
        made[smallest] = NOT_TOLD
    return tuple(made)


def told_left_out(number: int, min_cell: int) -> int:
    """As `told`, except that nobody's being left out is told: there is nobody of whom it says anything.

    >>> told_left_out(0, 10), told_left_out(3, 10)
    (0, -10)
    """
    return told(number, min_cell) if number else 0


def told_missing(missing: Missing, min_cell: int) -> Missing:
    """How many lack what, each as `told_left_out`."""
    return tuple((column, told_left_out(number, min_cell)) for column, number in missing)


def told_rows(rows: Sequence[Counts], min_cell: int) -> tuple[Counts, ...]:
    """Rows of counts (columns,) that add up to a told total in every column, each column as `told_parts`."""
    if not min_cell:
        return tuple(rows)
    columns = [told_parts(column, min_cell) for column in np.stack(rows).T.tolist()]
    made = np.array(columns, dtype=np.int64).reshape(-1, len(rows)).T
    made.flags.writeable = False
    return tuple(made)


def total_of(*parts: int) -> int:
    """The sum of counts; not told where a part is not.

    >>> total_of(20, 22), total_of(20, -10)
    (42, -2147483648)
    """
    return sum(parts) if all(part >= 0 for part in parts) else NOT_TOLD
