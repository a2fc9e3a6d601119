"""Reads numbers as people write them: thousands separators, and a unit in every cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from mirodash.trial.readers.limits import shorten_name
from mirodash.trial.table import Column, Table, join_list, number_in, parse_numbers

_FEW_VALUES = 5
"""With no more different numbers than this a column holds levels (10 mg and 20 mg are arms)."""
_LIMIT = r"(?:[<>≤≥]=?\s?)?"
_PLAIN = re.compile(rf"{_LIMIT}[+-]?(?:[0-9]++(?:[.,][0-9]*+)?|[.,][0-9]++)(?:[eE][+-]?[0-9]++)?")
_COMMAS = re.compile(rf"{_LIMIT}[+-]?[1-9][0-9]{{0,2}}(?:,[0-9]{{3}})+(?:\.[0-9]*+)?")
_POINTS = re.compile(rf"{_LIMIT}[+-]?[1-9][0-9]{{0,2}}(?:\.[0-9]{{3}})+(?:,[0-9]*+)?")
_BLANKS = re.compile(rf"{_LIMIT}[+-]?[1-9][0-9]{{0,2}}(?:[ \u00a0\u2009\u202f][0-9]{{3}})+(?:[.,][0-9]*+)?")
_APOSTROPHES = re.compile(rf"{_LIMIT}[+-]?[1-9][0-9]{{0,2}}(?:['\u2019][0-9]{{3}})+(?:[.,][0-9]*+)?")
_GROUPED = {",": _COMMAS, ".": _POINTS, " ": _BLANKS, "'": _APOSTROPHES}
_NAMES = {",": "commas", ".": "points", " ": "blanks", "'": "apostrophes"}
_UNIT_AT_END = re.compile(r"\s?+([A-Za-zµμ%°][^\s,;:]{0,15}+(?:\s[A-Za-z]{1,8})?)")
_NUMBER_AT_START = re.compile(
    rf"({_LIMIT}[+-]?[0-9](?:[0-9.,'\u2019]|\s(?=[0-9]{{3}}(?![0-9])))*+(?:[eE][+-]?[0-9]++)?)(.*+)"
)
_MAX_CELL = 60
_BEGINNING, _FEW_CELLS = 2_000, 100
_SEPARATORS = ",\u00a0\u2009\u202f '\u2019"
_SIGNS = str.maketrans("", "", "\u00a0\u2009\u202f '\u2019")


def split_units(table: Table) -> Table:
    """The table with the unit of a column taken out of its cells, when every cell has the same one.

    A column whose cells have different units stays as it is; a notice says so.
    """
    columns, notices = dict(table.columns), list(table.notices)
    for name, column in table.columns.items():
        sample = _sample(column)
        if 2 * sum(_number_and_unit(cell) is not None for cell in sample) < max(1, len(sample)):
            continue
        parts = {cell: part for cell in set(column.cells) if cell and (part := _number_and_unit(cell))}
        known = [cell for cell in column.cells if cell]
        with_unit = [cell for cell in known if cell in parts]
        numbers = {parts[cell][0] for cell in with_unit}
        if len(numbers) <= _FEW_VALUES or len(with_unit) < 0.5 * len(known):
            continue
        units = Counter(parts[cell][1] for cell in with_unit)
        others = [cell for cell in known if cell not in parts]
        if len(units) == 1 and not any(_PLAIN.fullmatch(cell) for cell in others):
            (unit,) = units
            cells = tuple(parts[cell][0] if cell in parts else cell for cell in column.cells)
            columns[name] = replace(column, cells=cells, unit=unit, is_text=False)
            notices.append(
                f"Column '{shorten_name(name)}': the unit {unit} was taken from {len(with_unit):,} cells."
            )
        else:
            units.update({"no unit": sum(bool(_PLAIN.fullmatch(cell)) for cell in others)})
            said = join_list([f"{unit} ({count:,})" for unit, count in units.most_common() if count], most=6)
            notices.append(
                f"Column '{shorten_name(name)}' holds numbers in different units ({said}) and is read as "
                "text; write all of them in one unit."
            )
    return replace(table, columns=columns, notices=tuple(notices))


def _number_and_unit(cell: str) -> tuple[str, str] | None:
    """``60.1 pg/mL`` as a number and a unit; None for anything else."""
    if len(cell) > _MAX_CELL:
        return None
    found = _NUMBER_AT_START.fullmatch(cell)
    unit = _UNIT_AT_END.fullmatch(found[2]) if found else None
    if found is None or unit is None or number_in(cell) is not None:
        return None
    return found[1].strip(), unit[1]


def remove_thousands_separators(table: Table) -> tuple[Table, tuple[tuple[str, str], ...]]:
    """The table in which no number has its thousands separated, and the separator by column.

    A comma or a point separates thousands only where it cannot be a decimal mark: the column has a number
    with two separators (``1,234,567``), or with the other sign as well (``2,404.0``), or other columns of
    the file write decimals with the other sign.
    """
    columns, notices = dict(table.columns), list(table.notices)
    separators: list[tuple[str, str]] = []
    candidates = [name for name, column in table.columns.items() if _may_hold_thousands(column)]
    marks = _decimal_marks(table) if candidates else frozenset[str]()
    for name in candidates:
        column = table.columns[name]
        separator = _separator(set(column.known()), marks)
        if not separator:
            continue
        changed = sum(bool(_GROUPED[separator].fullmatch(cell)) for cell in column.cells)
        cells = tuple(_remove_separator(cell, separator) for cell in column.cells)
        columns[name] = replace(column, cells=cells, is_text=False)
        separators.append((name, separator))
        notices.append(
            f"Column '{shorten_name(name)}': {_NAMES[separator]} separate the thousands in {changed:,} "
            f"cell{'' if changed == 1 else 's'}."
        )
    return replace(table, columns=columns, notices=tuple(notices)), tuple(separators)


def _sample(column: Column) -> list[str]:
    """Different cells from the beginning of a column, by which most columns are told apart quickly."""
    return list(islice(dict.fromkeys(cell for cell in column.cells[:_BEGINNING] if cell), _FEW_CELLS))


def _may_hold_thousands(column: Column) -> bool:
    """Whether a column holds nothing but numbers as far as it is looked at, and a separator somewhere."""
    sample = _sample(column)
    if not sample or not all(_is_written_number(cell) for cell in sample):
        return False
    text = "".join(column.cells)
    return any(sign in text for sign in _SEPARATORS) or any(cell.count(".") > 1 for cell in sample)


def _is_written_number(cell: str) -> bool:
    if len(cell) > _MAX_CELL:
        return False
    grouped = any(pattern.fullmatch(cell) for pattern in _GROUPED.values())
    return grouped or _fits(cell, "")


def _decimal_marks(table: Table) -> frozenset[str]:
    """The signs that are certainly decimal marks in some number of the table."""
    found: set[str] = set()
    for column in table.columns.values():
        for cell in _sample(column):
            if len(cell) <= _MAX_CELL and _PLAIN.fullmatch(cell):
                for mark in ",.":
                    if mark in cell and not _GROUPED[mark].fullmatch(cell):
                        found.add(mark)
    return frozenset(found)


def _separator(known: set[str], marks: frozenset[str]) -> str:
    """What separates the thousands in a column of numbers; ``""`` when nothing does for certain."""
    if any(len(cell) > _MAX_CELL for cell in known):
        return ""
    for separator, grouped in _GROUPED.items():
        with_groups = [cell for cell in known if grouped.fullmatch(cell)]
        others = known.difference(with_groups)
        if not with_groups or not all(_fits(cell, separator) for cell in others):
            continue
        if separator in " '" or _is_certain(with_groups, separator, marks):
            return separator
    return ""


def _fits(cell: str, separator: str) -> bool:
    """Whether a number without separated thousands can stand beside those that have them."""
    if _PLAIN.fullmatch(cell):
        return not separator or separator not in cell
    return bool(parse_numbers([cell]).unstated_limits)


def report_ambiguous_commas(table: Table) -> Table:
    """The table with a notice of every column in which a comma may be a decimal mark or not (``12,232``)."""
    notices = list(table.notices)
    for name, column in table.columns.items():
        if not _may_hold_thousands(column):
            continue
        known = set(column.known())
        odd = [cell for cell in known if len(cell) <= _MAX_CELL and _GROUPED[","].fullmatch(cell)]
        if odd and all(cell in odd or _PLAIN.fullmatch(cell) for cell in known if len(cell) <= _MAX_CELL):
            place = column.where([next(i for i, cell in enumerate(column.cells) if cell in odd)])
            notices.append(
                f"Column '{shorten_name(name)}' is read as text: the comma in its numbers ({place}) may be "
                "a decimal mark or separate thousands. Write its numbers without separated thousands."
            )
    return replace(table, notices=tuple(notices))


def _is_certain(cells: Sequence[str], separator: str, marks: frozenset[str]) -> bool:
    other = "." if separator == "," else ","
    if separator in marks:
        return False
    return other in marks or any(cell.count(separator) > 1 or other in cell for cell in cells)


def _remove_separator(cell: str, separator: str) -> str:
    if not _GROUPED[separator].fullmatch(cell):
        return cell
    return cell.translate(_SIGNS) if separator in " '" else cell.replace(separator, "")
