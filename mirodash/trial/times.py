"""The time of every participant: checked, rounded to the precision of the file, and its horizon."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.cells import are_dates, parse_numbers
from mirodash.trial.dictionary import SHORTEST_HORIZON, TimeUnit
from mirodash.trial.findings import CORRECT, Findings
from mirodash.trial.problem import Problem
from mirodash.trial.table import Column

DAYS: dict[TimeUnit, float] = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25}
LONGEST_YEARS = 100
MOST_DECIMALS = 8
_SAME = 1e-9
SAME_TIME = math.sqrt(np.finfo(float).eps)
_STILL_AT_RISK = 0.1

Times = NDArray[np.float64]


def read_times(column: Column, name: str, unit: TimeUnit, found: Findings) -> Times:
    """Times (participants,) in ``unit``, NaN where missing or left out.

    Dates, text, negative, infinite times and times beyond 100 years are problems, unless the reader
    agreed to leave them out.
    """
    if are_dates(column.cells):
        first = next(i for i, cell in enumerate(column.cells) if cell)
        found.problems.append(
            Problem(
                f"Column '{name}', given as the time, holds dates ({column.cells[first]} in "
                f"{column.where([first])}). A time is a number of days (or weeks, months, years) from "
                "randomisation to the event or the end of follow-up.",
                chosen="Choose a column with such a number.",
                columns=(name,),
                part="time",
            )
        )
        return np.full(len(column.cells), np.nan)
    times, impossible = _impossible(column, name, unit)
    for problem, positions, why in impossible:
        if found.impossible(problem, column, positions.tolist(), why=why, whole="participant"):
            times[positions] = np.nan
    return times


Positions = NDArray[np.intp]


def _impossible(
    column: Column, name: str, unit: TimeUnit
) -> tuple[Times, list[tuple[Problem, Positions, str]]]:
    """The times as numbers, and for each kind of impossible ones the problem, where they are, and why."""
    parsed = parse_numbers(column.cells)
    times = parsed.values
    beyond_limit = np.flatnonzero(parsed.below | parsed.above)
    text = np.array(sorted({*parsed.not_numbers, *parsed.unstated_limits, *beyond_limit.tolist()}), np.intp)
    times[text] = np.nan
    infinite = np.flatnonzero(np.isinf(times))
    negative = np.flatnonzero((times < 0) & np.isfinite(times))
    long = np.flatnonzero((times > longest(unit)) & np.isfinite(times))
    fix = CORRECT
    texts = f"{not_a_number(column, name, text.tolist())}" if text.size else ""
    return times, [
        (Problem(texts, chosen=fix, columns=(name,), part="time"), text, "no number"),
        (
            Problem(
                f"Column '{name}': the time is negative in {column.where(negative)}; time starts at 0.",
                chosen=fix,
                columns=(name,),
                part="time",
            ),
            negative,
            "negative",
        ),
        (
            Problem(
                f"Column '{name}': the time is infinite in {column.where(infinite)}.",
                chosen=fix,
                columns=(name,),
                part="time",
            ),
            infinite,
            "infinite",
        ),
        (
            Problem(
                f"Column '{name}': {column.where(long)} would be beyond {LONGEST_YEARS} years if the time is "
                f"in {unit}; is the unit right?",
                typed="Say it with --time-unit or in the dictionary (unit = ...).",
                chosen="Choose the unit of the time, or correct these cells in the file.",
                columns=(name,),
                part="unit",
            ),
            long,
            f"beyond {LONGEST_YEARS} years",
        ),
    ]


def longest(unit: TimeUnit) -> float:
    """The longest time that can be: a hundred years, in this unit."""
    return LONGEST_YEARS * DAYS["years"] / DAYS[unit]


def not_a_number(column: Column, name: str, positions: Sequence[int]) -> str:
    """A sentence about text where a number belongs: the rows and the first of the texts."""
    shown = column.cells[positions[0]][:40]
    comma = " (is its comma a decimal mark or does it separate thousands?)" if _comma(shown) else ""
    return f"Column '{name}': '{shown}' is not a number{comma}, in {column.where(positions)}."


def _comma(cell: str) -> bool:
    return "," in cell and cell.replace(",", "").strip("<>= +-").replace(".", "").isdigit()


def precision(values: NDArray[np.float64]) -> int | None:
    """The fewest decimals, 0 to 8, with which all values are themselves to 1e-9 relative, or None.

    Examples
    --------
    >>> [precision(np.array(x)) for x in ([0.1 + 0.2, 0.3, 2.25], [1.0, 2.0], [1 / 3])]
    [2, 0, None]
    """
    with np.errstate(over="ignore", invalid="ignore"):  # rounding 1e305 overflows and simply does not fit
        for decimals in range(MOST_DECIMALS + 1):
            if np.all(np.abs(np.round(values, decimals) - values) <= _SAME * np.abs(values)):
                return decimals
    return None


def to_file_precision(times: Times) -> tuple[Times, int]:
    """Times without differences nobody measured, and how many distinct times that merged.

    Times are rounded to the file's decimals (`precision`); then neighbours closer than R's ``survfit``
    and ``coxph`` can tell apart become one (``aeqSurv``: a gap of at most 1.5e-8, absolute or relative
    to the mean of the distinct times). NaN stays.
    """
    known = np.isfinite(times)
    values = times[known]
    if not values.size:
        return times, 0
    decimals = precision(values)
    rounded = values if decimals is None else np.round(values, decimals)
    distinct, place = np.unique(rounded, return_inverse=True)
    gaps = np.diff(distinct)
    apart = (gaps > SAME_TIME) & (gaps > SAME_TIME * float(distinct.mean()))
    first = np.concatenate([[0], np.where(apart, np.arange(1, distinct.size), 0)])
    merged = distinct[np.maximum.accumulate(first)]
    result = times.copy()
    result[known] = merged[place] + 0.0
    return result, int(np.unique(values).size - np.unique(merged).size)


def default_horizon(times: list[Times]) -> float:
    """The horizon when nobody says one: how far both arms can be followed with some confidence.

    The latest time at which at least 10 % of each arm are still at risk (beyond it curves rest on too
    few to be shown, Pocock, Clayton and Altman, Lancet 2002), rounded down to two significant digits.

    Parameters
    ----------
    times : list of arrays (participants of one arm,)
        Usable times, one array an arm.

    Examples
    --------
    >>> default_horizon([np.arange(1.0, 201.0), np.arange(1.0, 301.0)])
    180.0
    """
    ends = [float(np.sort(arm)[::-1][math.ceil(_STILL_AT_RISK * arm.size) - 1]) for arm in times if arm.size]
    latest = min(ends, default=0.0)
    if latest <= 0:
        latest = max((float(arm.max()) for arm in times if arm.size), default=0.0)
    if latest < SHORTEST_HORIZON:
        return 1.0
    step = 10.0 ** (math.floor(math.log10(latest)) - 1)
    return float(f"{math.floor(latest / step * (1 + 1e-12)) * step:.12g}")
