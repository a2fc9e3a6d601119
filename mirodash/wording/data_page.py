"""What the Data page says of a file and of a trial: how large, how long kept, what was understood."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.baseline import decimals_of
from mirodash.wording.numbers import FIXED, count, percent, quantity

KINDS = "CSV, Excel (XLSX), SAS (XPT, SAS7BDAT) or Parquet"
_DEATH = re.compile(r"\b(?:dead|died|death|deaths|deceased|d[ée]c[èée]s|d[ée]c[ée]d[ée]e?s?|mort|morte|os)\b")
_LARGE = 1e12
_SPANS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def size(number: int) -> str:
    """Bytes in the unit in which people know them.

    >>> [size(number).replace(FIXED, " ") for number in (10_000_000, 250_000, 1_000_000_000)]
    ['10 MB', '250 kB', '1,000 MB']
    """
    amount, unit = (number / 1e6, "MB") if number >= 1_000_000 else (number / 1e3, "kB")
    return f"{float(f'{amount:.3g}'):,g}{FIXED}{unit}"


def span(seconds: int) -> str:
    """How long something is kept.

    >>> [span(s).replace(FIXED, " ") for s in (3_600, 5_400, 1)]
    ['1 hour', '90 minutes', '1 second']
    """
    length, unit = next((pair for pair in _SPANS if seconds % pair[0] == 0), _SPANS[-1])
    amount = seconds // length
    return f"{count(amount)}{FIXED}{unit}{'' if amount == 1 else 's'}"


def promise(largest: int, kept_seconds: int) -> str:
    """What is taken, and what becomes of it: where it is kept, for whom and how long."""
    return (
        f"{KINDS}, up to {size(largest)}; one file, or ADSL and ADTTE together. It stays on this server. "
        f"Only this browser can open it, and it is forgotten {span(kept_seconds)} after you last looked at "
        "it, or when you delete it."
    )


def too_large(largest: int) -> str:
    """Why a file is not even sent."""
    return (
        f"The file is larger than {size(largest)}, which is what this server takes. Leave out columns that "
        "are not needed, or save it as CSV or Parquet."
    )


def people(number: int) -> str:
    """``1 participant`` or ``220 participants``."""
    return f"{count(number)} participant{'' if number == 1 else 's'}"


def rows_and_columns(rows: int, columns: int) -> str:
    """How large a table is."""
    return (
        f"{count(rows)} row{'' if rows == 1 else 's'}, {count(columns)} column{'' if columns == 1 else 's'}"
    )


def says_death(*names: str) -> bool:
    """Whether a column, its label or a level says that the event is death.

    >>> says_death("statut", "Décès"), says_death("os_event"), says_death("relapse")
    (True, True, False)
    """
    return any(_DEATH.search(name.casefold().replace("_", " ")) for name in names)


def event_question(events: int, known: int, missing: int, *, died: bool) -> str:
    """How many events a value would mean, to be agreed with before anything runs.

    >>> event_question(85, 220, 0, died=True)
    '85 of 220 died, right?'
    """
    what = "died" if died else "had the event"
    unknown = f" For {people(missing)} nothing is known." if missing else ""
    return f"{count(events)} of {count(known)} {what}, right?{unknown}"


def left_out(number: int, *, cells: bool = False) -> str:
    """What a tick would leave out: rows, or cells that then count as missing.

    >>> left_out(1), left_out(3), left_out(3, cells=True)
    ('Leave this row out', 'Leave these 3 rows out', 'Take these 3 cells as missing')
    """
    noun = "cell" if cells else "row"
    which = f"this {noun}" if number == 1 else f"these {count(number)} {noun}s"
    return f"Take {which} as missing" if cells else f"Leave {which} out"


def all_left_out(*, cells: bool) -> str:
    """What one tick for several problems of a column would leave out."""
    return "Take all these cells as missing" if cells else "Leave all these rows out"


def numbers_said(values: NDArray[np.float64]) -> str:
    """The range and the middle of a column of numbers.

    >>> numbers_said(np.array([15.0, 20.25, 1400.0]))
    '15.0 to 1,400.0, median 20.2'
    """
    decimals = decimals_of(values)
    low, middle, high = (_number(end, decimals) for end in (values.min(), np.median(values), values.max()))
    return f"{low} to {high}, median {middle}"


def _number(value: float, decimals: int) -> str:
    return quantity(float(value), decimals) if abs(value) < _LARGE else f"{value:.3g}"


def level_said(name: str, number: int, total: int) -> str:
    """How many have one level."""
    return f"{name} {count(number)} ({percent(number / max(total, 1))})"


def missing_said(number: int) -> str:
    """How many cells of a column are empty."""
    return f"{count(number)} missing" if number else ""


def values_said(number: int) -> str:
    """A column whose values are too many to be listed."""
    return f"{count(number)} different values" if number else "empty"


def too_many_values(number: int) -> str:
    """Why a column has no values to choose among."""
    return f"{count(number)} different values: this looks like another column."


def option(level: str, number: int) -> str:
    """A value among which is chosen, with how often it occurs."""
    return f"{level} ({count(number)})"


def verdict(problems: int) -> str:
    """Whether the trial can be explored as it is mapped."""
    if not problems:
        return "Everything fits: this trial can be explored."
    return (
        f"{count(problems)} thing{'' if problems == 1 else 's'} to settle before this trial can be explored."
    )


def preview_caption(shown: int, columns: int) -> str:
    """What the table of the first rows shows."""
    more = f", {count(shown)} of {count(columns)} columns" if shown < columns else ""
    return f"The first ten rows{more}; who they are is not shown"


def deleted(title: str) -> str:
    """What became of an upload."""
    return f"{title} was deleted from this server. Nothing of it is kept."


def forgotten(uploads: int) -> str:
    """What became of all uploads of a reader, and of the cookie by which the browser was known."""
    what = "1 upload was deleted" if uploads == 1 else f"{uploads or 'no'} uploads were deleted"
    return f"Forgotten: {what} from this server, and this browser is not known here any more."
