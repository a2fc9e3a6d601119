"""Finds the table in a sheet: title lines above it, header rows, a units row, footnotes below."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mirodash.trial.readers.limits import shorten_name
from mirodash.trial.table import are_dates, clean, join_list, one_line, rows_in_words

Record = tuple[int, list[str]]

MAX_LINES_BESIDE = 20
"""Lines above the table, or below it, that are looked at."""
_SAMPLE = 200
_MOSTLY = 0.8
_FEW_LEVELS = 20
_MAX_CELL = 200
_NUMBER = re.compile(
    r"[<>≤≥]?=?\s?[+-]?[0-9.,][0-9.,'\u2019\u00a0\u202f ]*+(?:[eE][+-]?[0-9]++)?\s?([^\s0-9]\S{0,15}+)?"
)
_TIME_UNITS = (
    "day|days|week|weeks|month|months|year|years|yr|yrs|jour|jours|mois|an|ans|semaine|semaines|h|hours"
)
_UNIT = re.compile(
    rf"[\[(]?(?:{_TIME_UNITS}|[^\s/]{{1,10}}/[^\s]{{1,10}}|%|mm|cm|kg|g|m|points?|score|0/1|1/2|n/a|y/n|yes/no|text|"
    r"date|-)[\])]?",
    re.IGNORECASE,
)
_SUMMARY = frozenset(
    {"total", "totals", "sum", "mean", "median", "moyenne", "mediane", "médiane", "somme", "average"}
    | {"sd", "std", "standard deviation", "écart-type", "ecart-type", "min", "max", "minimum", "maximum"}
)
_DIGIT, _LETTER = re.compile(r"[0-9]"), re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the names of the columns are, and which rows are participants.

    ``header_row`` is the row of the names as a spreadsheet counts; ``skipped_below`` counts the rows
    between it and the first participant. ``units`` and ``labels`` are by column, empty where unsaid.
    ``is_cut`` says that rows below the table were left out, ``joined`` that two rows hold the names.
    """

    header: list[str]
    header_row: int
    body: list[Record]
    units: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    skipped_below: int = 0
    is_cut: bool = False
    joined: bool = False
    notices: tuple[str, ...] = ()


def find_table(records: Sequence[Record]) -> Layout:
    """Separate the names of the columns and the participants from what stands above, between and below.

    Parameters
    ----------
    records : sequence of (int, list of str)
        Every row that holds something, with its number.

    Returns
    -------
    Layout
        The first record as the header where nothing says otherwise.
    """
    body = _Body(records)
    comments = _count_comments(records, body)
    head = comments + _count_head(records[comments:], body)
    if head == comments:
        (row, header), *rest = records
        return _remove_footnotes(Layout(list(header), row, list(rest)), body)
    return _remove_footnotes(_lay_out(records, comments, head, body), body)


class _Body:
    """What the rows of participants look like, from a sample in the middle of the table."""

    def __init__(self, records: Sequence[Record]) -> None:
        count = len(records)
        begin = min(MAX_LINES_BESIDE, count // 2)
        sample = [record for _, record in records[begin : begin + _SAMPLE]]
        lengths = [len(record) for record in sample]
        self.width = max(set(lengths), key=lengths.count, default=0)
        self.numeric: set[int] = set()
        self._seen: dict[int, frozenset[str]] = {}
        for i in range(self.width):
            cells = [cell for record in sample if i < len(record) and (cell := clean(record[i]))]
            if cells and sum(map(is_value, cells)) >= _MOSTLY * len(cells):
                self.numeric.add(i)
            elif cells:
                levels, shapes = Counter(cells), Counter(shape for cell in cells if (shape := _shape(cell)))
                few = levels if len(levels) <= _FEW_LEVELS else Counter[str]()
                self._seen[i] = frozenset(text for text, count in (few + shapes).items() if count > 1)

    def holds_values(self, record: Sequence[str]) -> bool:
        """Whether a row has a number or a date where the rows of participants have them."""
        return any(is_value(record[i]) for i in self.numeric if i < len(record) and clean(record[i]))

    def resembles(self, record: Sequence[str]) -> bool:
        """Whether a text of a row looks like those in its column."""
        return any(
            cell in seen or _shape(cell) in seen
            for i, seen in self._seen.items()
            if i < len(record) and (cell := clean(record[i]))
        )

    def is_beside(self, record: Sequence[str]) -> bool:
        """Whether a row is no participant: neither its numbers nor its texts are like theirs."""
        return not self.holds_values(record) and not self.resembles(record)


def is_value(cell: str) -> bool:
    """Whether a cell is a number, however it is written, or a date.

    Examples
    --------
    >>> [is_value(x) for x in ("1,204.5", "<15.6 pg/mL", "02JAN2014", "days", "0/1")]
    [True, True, True, False, False]
    """
    cell = cell.strip()
    if len(cell) > _MAX_CELL or not any("0" <= sign <= "9" for sign in cell):
        return False
    return bool(_NUMBER.fullmatch(cell) and not _UNIT.fullmatch(cell)) or are_dates([cell])


def _shape(cell: str) -> str:
    """An identifier with every digit as 9 and letter as a (``a999`` for P001); ``""`` without a digit."""
    cell = cell[:_MAX_CELL]
    return _LETTER.sub("a", _DIGIT.sub("9", cell)) if _DIGIT.search(cell) else ""


def _count_comments(records: Sequence[Record], body: _Body) -> int:
    """How many lines at the top begin with ``#`` and stand above a line of names that does not."""
    count = 0
    while count < min(MAX_LINES_BESIDE, len(records)) and _is_comment(records[count][1]):
        count += 1
    follows = count < len(records) - 1 and body.is_beside(records[count][1])
    return count if count and follows else 0


def _is_comment(record: Sequence[str]) -> bool:
    return record[0].lstrip().startswith("#")


def _count_head(records: Sequence[Record], body: _Body) -> int:
    """How many rows at the top are no participants; none where no column holds numbers or dates."""
    if not body.numeric:
        return 0
    most = min(MAX_LINES_BESIDE, len(records) - 1)
    count = 0
    while count < most and body.is_beside(records[count][1]):
        count += 1
    return count if count < most or not body.is_beside(records[most][1]) else 0


def _lay_out(records: Sequence[Record], comments: int, head: int, body: _Body) -> Layout:
    """The layout of a table with these rows above its first participant."""
    rows = list(records[comments:head])
    place = max(range(len(rows)), key=lambda k: (_filled(rows[k][1]), -k))
    (row, header), above, below = rows[place], rows[:place], rows[place + 1 :]
    header = list(header)
    notices = [_say_comments(records[:comments])] if comments else []
    is_joined = False
    if above and _filled(above[-1][1]) > 1 and above[-1][0] == row - 1:
        full = _with_parents(header, above[-1][1])
        same = any(one == other and one.strip() for one, other in zip(header, above[-1][1], strict=False))
        if same or full != [one_line(cell) for cell in header]:
            notices.append(_say_two_rows(row - 1, row))
            header, above, is_joined = full, above[:-1], True
    if above:
        notices.append(_say_lines(above, "above the names of the columns", quote=True))
    skipped = len(below)
    if below and _fills_gaps(header, below[0][1]):
        notices.append(_say_two_rows(row, below[0][0]))
        header, below, is_joined = _under_parents(header, below[0][1]), below[1:], True
    units, labels = _read_units_and_labels(header, below, notices)
    return Layout(
        header,
        row,
        list(records[head:]),
        units,
        labels,
        skipped_below=skipped,
        joined=is_joined,
        notices=tuple(notices),
    )


def _say_two_rows(upper: int, lower: int) -> str:
    return f"The names of the columns are in rows {upper} and {lower}; both were read."


def _filled(record: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in record)


def _with_parents(header: list[str], parents: Sequence[str]) -> list[str]:
    """Names completed by the row above: where they are empty, or the same twice under different headings."""
    names = [one_line(cell) for cell in header]
    names += [""] * (len(parents) - len(names))
    spread = _spread(parents, len(names))
    own = list(parents) + [""] * (len(names) - len(parents))
    return [
        one_line(own[i])
        if not name
        else f"{spread[i]} {name}"
        if spread[i] and names.count(name) > 1
        else name
        for i, name in enumerate(names)
    ]


def _under_parents(parents: list[str], children: Sequence[str]) -> list[str]:
    """Names of two rows: the lower one where it holds something, under its heading where names repeat."""
    width = max(len(parents), len(children))
    names = [one_line(children[i]) if i < len(children) else "" for i in range(width)]
    spread = _spread(parents, width)
    own = [one_line(parents[i]) if i < len(parents) else "" for i in range(width)]
    return [
        own[i] if not name else f"{spread[i]} {name}" if spread[i] and names.count(name) > 1 else name
        for i, name in enumerate(names)
    ]


def _spread(parents: Sequence[str], width: int) -> list[str]:
    """Headings over several columns, as merged cells leave them: in the first, and empty after it."""
    found, last = list[str](), ""
    for i in range(width):
        last = one_line(parents[i]) if i < len(parents) and parents[i].strip() else last
        found.append(last)
    return found


def _fills_gaps(header: Sequence[str], record: Sequence[str]) -> bool:
    gaps = [
        i for i, cell in enumerate(record) if cell.strip() and not (i < len(header) and header[i].strip())
    ]
    return bool(gaps) and _filled(header) > 1


def _read_units_and_labels(
    header: Sequence[str], below: Sequence[Record], notices: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The units and the labels that rows between the names and the first participant hold."""
    units, labels = [""] * len(header), [""] * len(header)
    for row, record in below:
        texts = [(i, one_line(cell)) for i, cell in enumerate(record) if cell.strip() and i < len(header)]
        are_units = sum(bool(_UNIT.fullmatch(text)) for _, text in texts) >= 0.5 * len(texts)
        for i, text in texts:
            (units if are_units else labels)[i] = text.strip("()[]") if are_units else text
        what = "the units" if are_units else "descriptions"
        said = [f"{shorten_name(header[i])}: {shorten_name(text)}" for i, text in texts]
        notices.append(
            f"Row {row} holds {what} of the columns and was not read as a participant "
            f"({join_list(said, most=8)})."
        )
    return tuple(units), tuple(labels)


def _remove_footnotes(layout: Layout, body: _Body) -> Layout:
    """The layout without lines below the table."""
    records = layout.body
    count = 0
    while count < min(MAX_LINES_BESIDE, len(records) - 1) and _is_footnote(records[-1 - count][1], body):
        count += 1
    if not count:
        return layout
    notice = _say_lines(records[-count:], "below the table")
    return replace(layout, body=records[:-count], is_cut=True, notices=(*layout.notices, notice))


def _is_footnote(record: Sequence[str], body: _Body) -> bool:
    """Whether a row is a note or a total: short, and unlike a participant."""
    first = next((cell.strip() for cell in record if cell.strip()), "")
    is_summary = first.casefold().rstrip(":") in _SUMMARY
    is_short = 2 * _filled(record) <= max(2, body.width)
    if not body.numeric or not (is_short or is_summary):
        return False
    if is_summary:
        return is_short or not body.resembles(record)
    return body.is_beside(record) and len(first) > 1


def _say_comments(records: Sequence[Record]) -> str:
    rows = rows_in_words([row for row, _ in records])
    if len(records) == 1:
        return f"1 line that begins with # above the table was skipped ({rows})."
    return f"{len(records)} lines that begin with # above the table were skipped ({rows})."


def _say_lines(records: Sequence[Record], where: str, *, quote: bool = False) -> str:
    """How many lines were skipped and where; what is below the table might name participants."""
    said = rows_in_words([row for row, _ in records])
    if quote:
        texts = [
            shorten_name(", ".join(cell.strip() for cell in record if cell.strip())) for _, record in records
        ]
        quoted = [f"'{text}'" for text in texts]
        said += f": {join_list(quoted, most=3)}"
    one = len(records) == 1
    return f"{len(records)} line{'' if one else 's'} {where} {'was' if one else 'were'} skipped ({said})."
