"""A file as it was written: named columns of text, each cell with the row it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from operator import eq
from unicodedata import category

from mirodash.trial.source import SourceFile

MISSING_CODES = frozenset({"", "na", "n/a", ".", "nan", "null"})
"""What people write for "not known", in lower case."""
_DIRECTIONS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BLANKS = re.compile(" {2,}")
LONGEST_COMPARED = 100
"""A longer name is no misspelling of another."""
SHOWN = 5
"""More rows than this are cut to three and a count."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``cells`` (participants,) as text, ``""`` where nothing is known.

    ``rows`` are the rows as a spreadsheet shows them (the header is row 1), 0 where there is no row;
    ``is_text`` tells that the file itself declares text; ``file`` is named in problems when set.
    """

    cells: tuple[str, ...]
    rows: tuple[int, ...]
    label: str = ""
    is_text: bool = False
    file: str = ""

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
        return Column(cells, tuple(self.rows[i] for i in order), self.label, self.is_text, self.file)

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
    return f"rows {in_words([str(row) for row in rows])}"


def in_words(items: Sequence[str], *, most: int = SHOWN) -> str:
    """A list as people write it, cut to its beginning and a count when it is long.

    Examples
    --------
    >>> in_words(["a", "b", "c"]), in_words(["a"]), in_words(list("abcdefg"))
    ('a, b and c', 'a', 'a, b, c and 4 more')
    """
    if len(items) > most:
        shown = max(3, most - 2)
        return f"{', '.join(items[:shown])} and {len(items) - shown} more"
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'time'?`` when something known is close, else an empty text.

    Examples
    --------
    >>> did_you_mean("tme", ["time", "arm"]), did_you_mean("xyz", ["time"])
    ("; did you mean 'time'?", '')
    """
    # how close two texts are takes the product of their lengths
    by_folded = {item.casefold(): item for item in known if len(item) <= LONGEST_COMPARED}
    close = get_close_matches(name[:LONGEST_COMPARED].casefold(), by_folded, n=1, cutoff=0.6)
    return f"; did you mean '{by_folded[close[0]]}'?" if close else ""


def participants_in_words(count: int) -> str:
    """``1 participant`` or ``12 participants``."""
    return f"{count:,} participant{'' if count == 1 else 's'}"
