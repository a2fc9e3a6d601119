"""A file as a table of text, and what a cell says: a number, an assay limit, a date or a level."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from difflib import get_close_matches
from operator import eq
from unicodedata import category

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
    """A typed value as the text a person would write; a duration in days; None and NaN as ``""``.

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
    if isinstance(value, timedelta):
        return text_of(value / timedelta(days=1))
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


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file, without the folder it lies in.

    Parameters
    ----------
    name : str
        Its base name (``trial.csv``).
    delimiter, encoding : str
        Of a text file; empty for other kinds.
    decimal_comma : bool
        Whether its numbers have a comma where others have a point.
    lines_above : int
        Lines above the one with the names of the columns.
    widest : int
        Cells of the longest row where that is longer than the header, else 0.
    printable : bool
        Whether no cell holds a control or other sign that steers; False where nobody looked.
    param : str
        The ``PARAMCD`` of the rows that count; empty for all.
    sheet, sheets : str and tuple of str
        Of a workbook with several: the one that was read, and all of them.
    unscripted : str
        What keeps a short script from reading it in the same way; empty where nothing does.
    """

    name: str
    delimiter: str = ""
    encoding: str = ""
    decimal_comma: bool = False
    lines_above: int = 0
    widest: int = 0
    printable: bool = False
    param: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    unscripted: str = ""


@dataclass(frozen=True, slots=True)
class MeasureSource:
    """How a repeated measurement stands in the files.

    ``name`` is what a file of measurements calls it; ``columns`` are those beside the participants, each with
    its day from randomisation; ``time_unit`` is said where the column of times is not called by it.
    """

    key: str
    name: str
    columns: tuple[tuple[str, float], ...] = ()
    time_unit: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The files of a trial, ADSL before ADTTE, and the columns that its dictionary does not name.

    ``named_limits`` are numeric columns in which a limit of the assay is named without its number
    (``<LLOQ``). ``left_out`` are columns of which cells that cannot be were left out, and ``one_row_each``
    the column of participants when rows were left out of whom there is another, or none knows. ``decimals``
    and ``digits`` (significant ones) are those of numeric columns that were rounded to them. ``coded`` are
    columns in which codes stand for "not known", ``flags`` event columns whose empty cells mean no event.
    ``measured`` are the repeated measurements, and ``from_measurements`` the columns of baseline values that
    a file of them gave.
    """

    files: tuple[SourceFile, ...]
    arm: str
    site: str | None = None
    named_limits: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    one_row_each: str = ""
    decimals: tuple[tuple[str, int], ...] = ()
    digits: tuple[tuple[str, int], ...] = ()
    coded: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    measured: tuple[MeasureSource, ...] = ()
    from_measurements: tuple[str, ...] = ()


MISSING_CODES = frozenset({"", "na", "n/a", ".", "nan", "null", "#n/a", "#na", "<na>", "n.a.", "--"})
"""What people write for "not known", in lower case."""
_DIRECTIONS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BLANKS = re.compile(" {2,}")
MAX_COMPARED = 100
"""A longer name is no misspelling of another."""
SHOWN = 5
"""More rows than this are cut to three and a count."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``cells`` (participants,) as text, ``""`` where nothing is known.

    ``rows`` are the rows as a spreadsheet shows them (the header is row 1), 0 where there is no row;
    ``is_text`` tells that the file itself declares text; ``file`` is named in problems when set; ``unit``
    is the one that stood in its cells, or in a row of units.
    """

    cells: tuple[str, ...]
    rows: tuple[int, ...]
    label: str = ""
    is_text: bool = False
    file: str = ""
    unit: str = ""

    def where(self, indexes: Iterable[int]) -> str:
        """The rows of these participants, in words: ``rows 3, 9, 12 and 17 more``."""
        rows = sorted({self.rows[i] for i in indexes})
        if not rows:
            return ""
        place = f" of '{self.file}'" if self.file else ""
        return rows_in_words(rows) + place

    def take(self, order: Sequence[int]) -> Column:
        """The column with its participants in another order."""
        cells = tuple(self.cells[i] for i in order)
        return replace(self, cells=cells, rows=tuple(self.rows[i] for i in order))

    def known(self) -> list[str]:
        """Every cell in which something stands."""
        return [cell for cell in self.cells if cell]


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a file, all of the same length, under the name people know it by.

    ``files`` says how the files it was read from are written.
    """

    name: str
    columns: Mapping[str, Column]
    notices: tuple[str, ...] = field(default=())
    files: tuple[SourceFile, ...] = ()

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())).cells) if self.columns else 0

    def take(self, order: Sequence[int]) -> Table:
        """The table with its participants in another order, or only some of them."""
        if len(order) == len(self) and all(map(eq, order, range(len(self)))):
            return self
        # columns share their row numbers
        rows = {id(c.rows): c.rows for c in self.columns.values()}
        taken = {key: tuple([numbers[i] for i in order]) for key, numbers in rows.items()}
        return replace(
            self,
            columns={
                name: replace(c, cells=tuple([c.cells[i] for i in order]), rows=taken[id(c.rows)])
                for name, c in self.columns.items()
            },
        )


def one_line(text: str) -> str:
    r"""A text without surrounding blanks, on one line, and without signs that steer a terminal.

    Headers and names in spreadsheets hold line breaks, and a name must not colour, overwrite or
    turn round what is printed beside it.

    Examples
    --------
    >>> one_line(" time\n(days) "), one_line("IL-2\x1b[31m")
    ('time (days)', 'IL-2 [31m')
    """
    if text.isprintable():
        return text.strip()
    return _BLANKS.sub(" ", "".join(" " if _steers(sign) else sign for sign in text)).strip()


def _steers(sign: str) -> bool:
    """True for controls, line breaks, and marks that change the direction of writing."""
    return category(sign) in ("Cc", "Zl", "Zp") or sign in _DIRECTIONS


def clean(cell: str) -> str:
    """A cell as one line; ``""`` when it is one of the codes for "not known".

    Examples
    --------
    >>> clean(" 12 "), clean("N/A"), clean(".")
    ('12', '', '')
    """
    text = one_line(cell)
    return "" if len(text) <= 4 and text.casefold() in MISSING_CODES else text


def clean_column(cells: Sequence[str]) -> tuple[str, ...]:
    r"""Every cell of a column as `clean` makes it, faster than one by one.

    >>> clean_column([" 12 ", "N/A", "a\nb"])
    ('12', '', 'a b')
    """
    plain = "".join(cells).isprintable()
    lines = [cell.strip() for cell in cells] if plain else [one_line(cell) for cell in cells]
    return tuple(["" if len(x) <= 4 and x.casefold() in MISSING_CODES else x for x in lines])


def rows_in_words(rows: Sequence[int]) -> str:
    """Row numbers as words, long lists cut.

    Examples
    --------
    >>> rows_in_words([7]), rows_in_words([3, 9]), rows_in_words(range(2, 22))
    ('row 7', 'rows 3 and 9', 'rows 2, 3, 4 and 17 more')
    """
    if len(rows) == 1:
        return f"row {rows[0]}"
    return f"rows {join_list([str(row) for row in rows])}"


def join_list(items: Sequence[str], *, most: int = SHOWN) -> str:
    """A list as people write it, cut to its beginning and a count when it is long.

    Examples
    --------
    >>> join_list(["a", "b", "c"]), join_list(["a"]), join_list(list("abcdefg"))
    ('a, b and c', 'a', 'a, b, c and 4 more')
    """
    if len(items) > most:
        shown = max(3, most - 2)
        return f"{', '.join(items[:shown])} and {len(items) - shown} more"
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def suggest_name(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'time'?`` when something known is close, else an empty text.

    Examples
    --------
    >>> suggest_name("tme", ["time", "arm"]), suggest_name("xyz", ["time"])
    ("; did you mean 'time'?", '')
    """
    # how close two texts are takes the product of their lengths
    by_folded = {item.casefold(): item for item in known if len(item) <= MAX_COMPARED}
    close = get_close_matches(name[:MAX_COMPARED].casefold(), by_folded, n=1, cutoff=0.6)
    return f"; did you mean '{by_folded[close[0]]}'?" if close else ""


def participants_in_words(count: int) -> str:
    """``1 participant`` or ``12 participants``."""
    return f"{count:,} participant{'' if count == 1 else 's'}"
