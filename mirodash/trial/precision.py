"""The precision with which a column was written: decimals or digits, without the noise of computing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

MAX_DECIMALS = 8
MAX_DIGITS = 12
"""Significant digits that a computed number still has after a few steps in double precision."""
DOUBLE_NOISE = 1e-9
SINGLE_NOISE = 2.0**-20
"""Of numbers kept in four bytes; those of SAS, cut off instead of rounded, keep 21 bits."""


@dataclass(frozen=True, slots=True)
class Precision:
    """How a column is rounded: to ``decimals``, else to significant ``digits``, else not at all."""

    decimals: int | None = None
    digits: int | None = None

    def round(self, values: Numbers) -> Numbers:
        """The values at this precision; NaN stays."""
        if self.decimals is not None:
            return np.round(values, self.decimals) + 0.0
        return values if self.digits is None else round_digits(values, self.digits)


def precision(values: Numbers, noise: float = DOUBLE_NOISE) -> int | None:
    """The fewest decimals, 0 to 8, with which all values are themselves to ``noise`` relative, or None.

    Examples
    --------
    >>> [precision(np.array(x)) for x in ([0.1 + 0.2, 0.3, 2.25], [1.0, 2.0], [1 / 3])]
    [2, 0, None]
    """
    with np.errstate(over="ignore", invalid="ignore"):  # rounding 1e305 overflows and simply does not fit
        for decimals in range(MAX_DECIMALS + 1):
            if np.all(np.abs(np.round(values, decimals) - values) <= noise * np.abs(values)):
                return decimals
    return None


def file_precision(values: Numbers) -> Precision:
    """The precision of finite numbers as a person or an instrument wrote them.

    Decimals where they explain every value; in a column of single precision they may be off by what four
    bytes lose. Without such decimals, significant digits: the fewest that give the same four bytes, or 12
    where values that differ beyond them alone would be told apart.

    Examples
    --------
    >>> file_precision(np.array([0.1 + 0.1 + 0.1, 0.7]))
    Precision(decimals=1, digits=None)
    >>> file_precision(np.array([0.3, 12.7], dtype=np.float32).astype(float))
    Precision(decimals=1, digits=None)
    >>> file_precision(np.array([1 / 3, 1 - 2 / 3, 0.7])), file_precision(np.array([1 / 3, 0.7]))
    (Precision(decimals=None, digits=12), Precision(decimals=None, digits=None))
    """
    decimals = precision(values)
    if decimals is not None or not values.size:
        return Precision(decimals=decimals)
    distinct = np.unique(values)
    if is_single(distinct):
        decimals = precision(distinct, SINGLE_NOISE)
        # with more decimals than four bytes hold, anything would fit
        if decimals is not None and SINGLE_NOISE * np.abs(distinct).max() * 10.0**decimals < 0.05:
            return Precision(decimals=decimals)
        return Precision(digits=_digits_of_single(distinct))
    merged = np.unique(round_digits(distinct, MAX_DIGITS)).size < distinct.size
    return Precision(digits=MAX_DIGITS if merged else None)


def is_single(values: Numbers) -> bool:
    """True when four bytes hold every value.

    >>> is_single(np.array([0.5, 3.0])), is_single(np.array([0.1]))
    (True, False)
    """
    with np.errstate(over="ignore"):
        return bool(np.all(values.astype(np.float32).astype(np.float64) == values))


def _digits_of_single(values: Numbers) -> int:
    """The fewest significant digits that give the same four bytes; nine always do."""
    for digits in range(1, 9):
        if np.array_equal(round_digits(values, digits).astype(np.float32), values.astype(np.float32)):
            return digits
    return 9


def round_digits(values: Numbers, digits: int) -> Numbers:
    """Values to so many significant digits, each the float nearest to its decimal number.

    >>> round_digits(np.array([0.30000001192092896, 1234.5678, np.nan]), 6).tolist()
    [0.3, 1234.57, nan]
    """
    distinct, place = np.unique(values, return_inverse=True)
    return np.array([float(f"{value:.{digits - 1}e}") for value in distinct], dtype=np.float64)[place]


def trim_noughts(text: str) -> str:
    """A number without the noughts at the end of its decimals.

    >>> [trim_noughts(text) for text in ("65.0", "62.50", "3,700", "0.05")]
    ['65', '62.5', '3,700', '0.05']
    """
    return text.rstrip("0").rstrip(".") if "." in text else text
