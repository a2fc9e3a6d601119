"""What a cell says: a number, a value beyond an assay's limit, a date, or the name of a level."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_NUMBER = re.compile(
    r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?|[+-]?inf(?:inity)?", re.IGNORECASE
)
_LIMIT = re.compile(r"(<=?|>=?|≤|≥)\s*+(.++)")
_NAMED_LIMIT = re.compile(r"[LU]?LO[QD]|LO[QD]|[LU]OQ", re.IGNORECASE)
_BARE_BELOW = frozenset({"blq", "bloq", "blloq", "blod"})
_BARE_ABOVE = frozenset({"alq", "aloq", "auloq"})
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[T ][0-9:.]+Z?)?"
    r"|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}"
    r"|[0-9]{1,2}[ -]?[A-Za-z]{3}[ -]?[0-9]{2,4}"
    r"|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}"
)
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
_PLAIN = str.maketrans("", "", "0123456789.+-eE")
_DIGITS = re.compile(r"([0-9]+)")


@dataclass(frozen=True, eq=False, slots=True)
class Parsed:
    """A column read as numbers: ``values`` (participants,), NaN where missing or not a number.

    ``below`` and ``above`` flag values reported as beyond an assay limit; ``not_numbers`` and
    ``unstated_limits`` are the positions of cells that could not be read.
    """

    values: NDArray[np.float64]
    below: NDArray[np.bool_]
    above: NDArray[np.bool_]
    not_numbers: tuple[int, ...]
    unstated_limits: tuple[int, ...]

    @property
    def readable(self) -> bool:
        """True when every cell was a number, a limit or missing."""
        return not self.not_numbers and not self.unstated_limits

    @property
    def has_limits(self) -> bool:
        """True when some cell was beyond an assay limit."""
        return bool(self.below.any() or self.above.any() or self.unstated_limits)


def parse_numbers(
    cells: Sequence[str], *, lower_limit: float | None = None, upper_limit: float | None = None
) -> Parsed:
    """Read cells as numbers; ``<15.6`` stands at 15.6 and is flagged, ``<LLOQ`` at ``lower_limit``.

    Parameters
    ----------
    cells : sequence of str, (participants,)
        Cleaned cells; ``""`` is missing.
    lower_limit, upper_limit : float or None
        The assay's limits, for cells that name them without a number.
    """
    below = np.zeros(len(cells), dtype=np.bool_)
    above = np.zeros(len(cells), dtype=np.bool_)
    plain = _plain_numbers(cells)
    if plain is not None:
        return Parsed(plain, below, above, (), ())
    values = np.full(len(cells), np.nan)
    not_numbers: list[int] = []
    unstated: list[int] = []
    for i, cell in enumerate(cells):
        if not cell:
            continue
        if _NUMBER.fullmatch(cell):
            values[i] = float(cell)
            continue
        side, limit = _limit(cell, lower_limit, upper_limit)
        if not side:
            not_numbers.append(i)
        elif limit is None:
            unstated.append(i)
        else:
            values[i] = limit
            (below if side == "<" else above)[i] = True
    return Parsed(values, below, above, tuple(not_numbers), tuple(unstated))


def _plain_numbers(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """Cells that are digits with signs and points alone, much faster than cell by cell; else None."""
    if not "".join(cells).translate(_PLAIN):
        with suppress(ValueError):
            return np.array([float(cell or "nan") for cell in cells], dtype=np.float64)
    return None


def _limit(cell: str, lower: float | None, upper: float | None) -> tuple[str, float | None]:
    """Which side of a limit a cell stands on (``""`` for none), and the limit if it is known."""
    if cell.casefold() in _BARE_BELOW:
        return "<", lower
    if cell.casefold() in _BARE_ABOVE:
        return ">", upper
    found = _LIMIT.fullmatch(cell)
    if found is None:
        return "", None
    side = "<" if found[1][0] in "<≤" else ">"
    if _NUMBER.fullmatch(found[2]):
        return side, float(found[2])
    if _NAMED_LIMIT.fullmatch(found[2]):
        return side, lower if side == "<" else upper
    return "", None


def names_limits(cells: Iterable[str]) -> bool:
    """Whether a cell of a readable column names a limit of the assay without its number.

    >>> names_limits(["12", "<15.6", ""]), names_limits(["< LLOQ"]), names_limits(["BLQ"])
    (False, True, True)
    """
    return any(cell and number_in(cell.lstrip("<>=≤≥ ")) is None for cell in cells)


def number_in(cell: str) -> float | None:
    """The number a cell holds, or None.

    Examples
    --------
    >>> number_in("1.50"), number_in("1_000"), number_in("x")
    (1.5, None, None)
    """
    return float(cell) if _NUMBER.fullmatch(cell) else None


def are_dates(cells: Iterable[str]) -> bool:
    """True when every known cell looks like a date, and there is one.

    Examples
    --------
    >>> are_dates(["2014-01-02", ""]), are_dates(["14"]), are_dates(["02JAN2014"])
    (True, False, True)
    """
    known = [cell for cell in cells if cell]
    return bool(known) and all(_DATE.fullmatch(cell) for cell in known)


def level_name(cell: str) -> str:
    """The name of a level: the text itself, numbers without needless zeros.

    Site codes like ``01`` stay as they are.

    Examples
    --------
    >>> [level_name(x) for x in ("1.0", "1", "0.50", "01", "FR-01")]
    ['1', '1', '0.5', '01', 'FR-01']
    """
    return cell.rstrip("0").rstrip(".") if _DECIMAL.fullmatch(cell) else cell


def text_of(value: object) -> str:
    """A typed value of a file as the text a person would write; None and NaN as ``""``.

    Examples
    --------
    >>> [text_of(x) for x in (1.0, 0.25, True, None, float("nan"))]
    ['1', '0.25', 'true', '', '']
    """
    if value is None or value != value:  # noqa: PLR0124 - only NaN and NaT differ from themselves
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value))
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return str(value)


def natural_key(text: str) -> tuple[int, float, tuple[tuple[int, int, str], ...]]:
    """A sorting key by which 2 comes before 10, and P-2 before P-10.

    Examples
    --------
    >>> sorted(["P-10", "P-2", "10", "9", "-1"], key=natural_key)
    ['-1', '9', '10', 'P-2', 'P-10']
    """
    number = number_in(text)
    if number is not None:
        return (0, number, ((0, 0, text),))
    parts = [part for part in _DIGITS.split(text) if part]
    return (1, 0.0, tuple(_part_key(part) for part in parts))


def _part_key(part: str) -> tuple[int, int, str]:
    """Digits by their value (longer is larger, so no number is too long), then everything else."""
    if not _DIGITS.fullmatch(part):
        return (1, 0, part)
    digits = part.lstrip("0")
    return (0, len(digits), digits)
