"""Finds biomarkers and factors in a file that has no dictionary."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from mirodash.trial import adam
from mirodash.trial.baseline import FEW_VALUES
from mirodash.trial.cells import are_dates, level_name, parse_numbers
from mirodash.trial.dictionary import Kind
from mirodash.trial.draft import BiomarkerDraft, FactorDraft
from mirodash.trial.plan import OBVIOUS, Plan
from mirodash.trial.table import Column, Table, in_words

MOST_LEVELS = 20
_IDENTIFIER = re.compile(r"(?:.*_)?(?:id|no|nr|num|number|code)|.*ID", re.DOTALL)
_MOSTLY = 0.8


def undescribed(
    table: Table, plan: Plan, notices: list[str]
) -> tuple[list[BiomarkerDraft], list[FactorDraft]]:
    """Biomarkers and factors of a file that nobody described.

    Numbers with more than five distinct values are both a biomarker and a factor, columns with 2 to 20
    values a factor. Dates, identifiers, free text, other times and events, and what is known only
    after randomisation are left out, and ``notices`` say so.
    """
    biomarkers: list[BiomarkerDraft] = []
    factors: list[FactorDraft] = []
    left_out: list[str] = []
    flags = set(lone_flags(table))
    for name, column in table.columns.items():
        if name in plan.taken:
            continue
        kind = None if _is_no_factor(table, name, column) else _kind(name, column, notices)
        if kind == "numeric":
            biomarkers.append(BiomarkerDraft(name))
        if kind:
            factors.append(FactorDraft(name, kind))
        elif name not in flags:
            left_out.append(name)
    if left_out:
        notices.append(
            f"Not offered as biomarkers or factors: {in_words(left_out, most=40)} (identifiers, dates, free "
            "text, columns with a single value, or known only after randomisation)."
        )
    return biomarkers, factors


def lone_flags(table: Table) -> Iterator[str]:
    """Population flags (``ITTFL``) that are the same for everybody: no factors, but open to a filter."""
    for name, column in table.columns.items():
        if not adam.is_flag(table, name) or adam.is_no_baseline(table, name):
            continue
        if len(set(column.known())) == 1:
            yield name


def _is_no_factor(table: Table, name: str, column: Column) -> bool:
    known = column.known()
    if not known or are_dates(known) or adam.is_no_baseline(table, name):
        return True
    if name.casefold() in OBVIOUS["time"] + OBVIOUS["event"] + OBVIOUS["id"]:
        return True
    distinct = len(set(known)) == len(known) > 2
    return distinct and (bool(_IDENTIFIER.fullmatch(name)) or _counts_up(known))


def _counts_up(known: list[str]) -> bool:
    """True for row numbers: 1, 2, 3, ... in any order."""
    values = parse_numbers(known).values
    return bool(np.array_equal(np.sort(values), np.arange(1, len(known) + 1)))


def _kind(name: str, column: Column, notices: list[str]) -> Kind | None:
    known = column.known()
    parsed = parse_numbers(known)
    distinct = len({level_name(cell) for cell in known})
    as_number = not column.is_text or parsed.has_limits
    if parsed.readable and as_number and np.unique(parsed.values).size > FEW_VALUES:
        return "numeric"
    if 2 <= distinct <= MOST_LEVELS and not (distinct == len(known) > 2):
        return "category"
    if as_number and distinct > MOST_LEVELS and len(parsed.not_numbers) < (1 - _MOSTLY) * len(known):
        positions = [i for i, cell in enumerate(column.cells) if cell]
        first = (
            positions[parsed.not_numbers[0]] if parsed.not_numbers else positions[parsed.unstated_limits[0]]
        )
        notices.append(
            f"Column '{name}' would be numbers, but holds '{column.cells[first][:40]}' "
            f"in {column.where([first])}."
        )
    return None
