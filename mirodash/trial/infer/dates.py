"""Dates as people write them, as numbers of days."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

_MONTHS = {name: k for k, names in enumerate((
    "jan janv january", "feb fev february", "mar march", "apr avr april", "may mai", "jun june", "jul july",
    "aug aou august", "sep sept september", "oct october", "nov november", "dec december",
), start=1) for name in names.split()}  # fmt: skip
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:[T ][0-9:.]+Z?)?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})[./-]([0-9]{4}|[0-9]{2})(?: [0-9:.]+)?")
_WITH_NAME = re.compile(r"([0-9]{1,2})[ -]?([A-Za-z]{3})[ -]?([0-9]{4}|[0-9]{2})")
_CENTURY_ENDS = 70


def order_of(cells: Iterable[str]) -> str | None:
    """``dmy`` or ``mdy``, as the dates of a file allow it; None where they allow both, or neither."""
    found = [match for cell in cells if (match := _YEAR_LAST.fullmatch(cell))]
    slashed = [match for match in found if match[2] != "."]
    if not slashed:
        return "dmy"
    day_first = any(int(match[1]) > 12 for match in slashed)
    month_first = any(int(match[3]) > 12 for match in slashed)
    if day_first == month_first:
        return None
    return "dmy" if day_first else "mdy"


def day_number(cell: str, order: str = "dmy") -> int | None:
    """The day of a date as a number, or None where the cell is no date.

    Examples
    --------
    >>> day_number("2020-01-02") == day_number("02JAN2020") == day_number("2/1/20") == day_number("2.1.2020")
    True
    >>> day_number("2020-02-30") is None
    True
    """
    if found := _YEAR_FIRST.fullmatch(cell):
        return _ordinal(found[1], found[2], found[3])
    if found := _YEAR_LAST.fullmatch(cell):
        day, month = (found[3], found[1]) if order == "mdy" and found[2] != "." else (found[1], found[3])
        return _ordinal(found[4], month, day)
    if found := _WITH_NAME.fullmatch(cell):
        month = _MONTHS.get(found[2].casefold())
        return _ordinal(found[3], str(month), found[1]) if month else None
    return None


def _ordinal(year: str, month: str, day: str) -> int | None:
    full = int(year)
    if len(year) == 2:
        full += 2000 if full < _CENTURY_ENDS else 1900
    try:
        return date(full, int(month), int(day)).toordinal()
    except ValueError:
        return None
