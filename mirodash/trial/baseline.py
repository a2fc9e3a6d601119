"""Baseline columns: biomarkers with assay limits and factors with levels, described or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.dictionary import Biomarker, BiomarkerDraft, Factor, FactorDraft, Kind, Scale
from mirodash.trial.outcomes import not_a_number
from mirodash.trial.precision import Precision, file_precision, precision
from mirodash.trial.problems import CORRECT, Findings, Problem
from mirodash.trial.table import Column, Parsed, Table, parse_numbers, participants_in_words
from mirodash.trial.trial import Levels, Measurements, read_levels

FEW_VALUES = 5
"""A column of numbers with no more distinct values than this is a category."""
_SHORT = 16
_INCLUDED = re.compile(r"[<>]=|[≤≥]")
"""A limit of the assay that is itself possible."""


@dataclass(slots=True)
class Baseline:
    """What is known of participants at baseline, gathered column by column."""

    biomarkers: list[Biomarker] = field(default_factory=list[Biomarker])
    factors: list[Factor] = field(default_factory=list[Factor])
    numbers: dict[str, Measurements] = field(default_factory=dict[str, Measurements])
    categories: dict[str, Levels] = field(default_factory=dict[str, Levels])
    rounded: dict[str, Precision] = field(default_factory=dict[str, Precision])


def add_biomarker(baseline: Baseline, table: Table, draft: BiomarkerDraft, found: Findings) -> None:
    """Read one biomarker; whatever the draft leaves open is taken from the data."""
    column = table.columns[draft.column]
    new_problem = found.watch()
    measured = _measure(baseline, column, draft, found)
    values = measured.values[np.isfinite(measured.values)]
    if not values.size and not new_problem():
        what = f"Column '{draft.column}', given as a biomarker, holds no numbers."
        todo = "Do not use it as a biomarker."
        found.problems.append(Problem(what, chosen=todo, columns=(draft.column,), part="biomarker"))
    label = draft.label or column.label or draft.column
    baseline.numbers[draft.column] = measured
    baseline.biomarkers.append(
        Biomarker(
            column=draft.column,
            label=label,
            short=draft.short or (label if len(label) <= _SHORT else draft.column),
            unit=draft.unit or column.unit,
            scale=draft.scale or scale_of(values),
            decimals=decimals_of(values) if draft.decimals is None else draft.decimals,
            lower_limit=draft.lower_limit,
            upper_limit=draft.upper_limit,
            note=draft.note,
            presets=draft.presets,
            default_thresholds=draft.default_thresholds,
            equal_above=draft.equal_above,
        )
    )
    found.notices += _notice_cells(measured, label, draft)


def add_factor(baseline: Baseline, table: Table, draft: FactorDraft, found: Findings) -> None:
    """Read one factor: a category when levels are named, a number when a unit or a cut is."""
    column = table.columns[draft.column]
    if not column.known():
        found.notices.append(f"Column '{draft.column}' is empty and was left out.")
        return
    if _factor_kind(column, draft) == "category":
        _add_category(baseline, column, draft, found.notices)
        return
    if draft.column not in baseline.numbers:
        baseline.numbers[draft.column] = _measure(baseline, column, BiomarkerDraft(draft.column), found)
    values = baseline.numbers[draft.column].values
    decimals = decimals_of(values[np.isfinite(values)]) if draft.decimals is None else draft.decimals
    label = draft.label or column.label or draft.column
    unit = draft.unit or column.unit
    baseline.factors.append(Factor(draft.column, label, "numeric", unit, decimals, cut=draft.cut))


def _add_category(baseline: Baseline, column: Column, draft: FactorDraft, notices: list[str]) -> None:
    labels = dict(draft.levels)
    levels = read_levels(column.cells, tuple(labels))
    unnamed = [name for name in levels.names if name not in labels] if labels else []
    if unnamed:
        notices.append(
            f"Column '{draft.column}' has values the dictionary does not name: {', '.join(unnamed)}."
        )
    pairs = tuple((name, labels.get(name, name)) for name in levels.names)
    label = draft.label or column.label or draft.column
    baseline.categories[draft.column] = levels
    baseline.factors.append(Factor(draft.column, label, "category", draft.unit, levels=pairs))


def _factor_kind(column: Column, draft: FactorDraft) -> Kind:
    """What the draft says or lets see, else what the column holds."""
    if draft.kind or draft.levels:
        return draft.kind or "category"
    if draft.cut is not None or draft.decimals is not None or draft.unit:
        return "numeric"
    parsed = parse_numbers(column.cells)
    many = np.unique(parsed.values[np.isfinite(parsed.values)]).size > FEW_VALUES
    return "numeric" if parsed.readable and many else "category"


def _measure(baseline: Baseline, column: Column, draft: BiomarkerDraft, found: Findings) -> Measurements:
    parsed = parse_numbers(column.cells, lower_limit=draft.lower_limit, upper_limit=draft.upper_limit)
    for problem, positions, why in _find_impossible(column, draft.column, parsed):
        if found.impossible(problem, column, positions, why=why, whole="cell"):
            parsed.values[positions] = np.nan
            parsed.below[positions] = parsed.above[positions] = False
    return _measurements(baseline, column, parsed, draft.column, found)


def why_unreadable(column: Column, draft: BiomarkerDraft) -> str:
    """A sentence about cells of a column that no measurement can be; empty where there are none."""
    parsed = parse_numbers(column.cells, lower_limit=draft.lower_limit, upper_limit=draft.upper_limit)
    infinite: list[int] = np.flatnonzero(np.isinf(parsed.values)).tolist()
    positions = sorted({*parsed.not_numbers, *parsed.unstated_limits, *infinite})
    if not positions:
        return ""
    shown = column.cells[positions[0]][:40]
    return f"Column '{draft.column}' would be numbers, but holds '{shown}' in {column.where(positions)}."


def _find_impossible(column: Column, name: str, parsed: Parsed) -> Iterator[tuple[Problem, list[int], str]]:
    """For each kind of cells that no measurement can be: the problem, where they are, and why."""
    fix = CORRECT
    if parsed.not_numbers:
        what = not_a_number(column, name, parsed.not_numbers)
        yield (
            Problem(what, chosen=fix, columns=(name,), part="biomarker"),
            list(parsed.not_numbers),
            "no number",
        )
    if parsed.unstated_limits:
        first = column.cells[parsed.unstated_limits[0]]
        problem = Problem(
            f"Column '{name}': '{first}' in {column.where(parsed.unstated_limits)} means an assay "
            "limit that is not known.",
            typed="; say it in the dictionary as lower_limit or upper_limit.",
            chosen="Give the limit of the assay.",
            columns=(name,),
            part="biomarker",
        )
        yield problem, list(parsed.unstated_limits), "beyond an unknown limit"
    infinite = np.flatnonzero(np.isinf(parsed.values)).tolist()
    if infinite:
        problem = Problem(
            f"Column '{name}' is infinite in {column.where(infinite)}; if these are beyond "
            "the limit of the assay, write them as <15.6 or >5000 with the assay's own limit.",
            chosen=fix,
            columns=(name,),
            part="biomarker",
        )
        yield problem, infinite, "infinite"


def _measurements(
    baseline: Baseline, column: Column, parsed: Parsed, name: str, found: Findings
) -> Measurements:
    """Parsed cells as read-only measurements, rounded to the precision of the file.

    A limit that is itself possible (``>=50``) stands at the number next to it, beyond which the value is.
    """
    known = np.isfinite(parsed.values)
    values = parsed.values.copy()
    to = file_precision(values[known])
    values[known] = to.round(values[known])
    if not np.array_equal(values[known], parsed.values[known]):
        baseline.rounded[name] = to
    merged = np.unique(parsed.values[known]).size - np.unique(values[known]).size
    if merged:
        found.notices.append(
            f"Values in '{name}' were rounded to the precision of the file; {merged:,} of them differed by "
            "less than that from another one and are now equal to it."
        )
    for flags, beyond in ((parsed.below, np.inf), (parsed.above, -np.inf)):
        included = [i for i in np.flatnonzero(flags).tolist() if _INCLUDED.match(column.cells[i])]
        values[included] = np.nextafter(values[included], beyond)
    values += 0.0  # -0.0 and 0.0 are the same measurement
    for array in (values, parsed.below, parsed.above):
        array.setflags(write=False)
    return Measurements(values, parsed.below, parsed.above)


def _notice_cells(measured: Measurements, label: str, draft: BiomarkerDraft) -> list[str]:
    """Missing values, and those at or beyond the limits of the assay."""
    values, notices = measured.values, list[str]()
    missing = int(np.isnan(values).sum())
    if missing:
        verb = "lacks" if missing == 1 else "lack"
        notices.append(f"{missing:,} of {participants_in_words(values.size)} {verb} {label}.")
    for flags, side in ((measured.below_limit, "below"), (measured.above_limit, "above")):
        count = int(flags.sum())
        if count:
            limits = ", ".join(dict.fromkeys(f"{limit:g}" for limit in np.unique(values[flags])))
            notices.append(
                f"{label} was {side} the assay limit ({limits}) in {participants_in_words(count)}; "
                "the limit itself is used, but no group is assumed at thresholds beyond it."
            )
    low = -np.inf if draft.lower_limit is None else draft.lower_limit
    high = np.inf if draft.upper_limit is None else draft.upper_limit
    beyond = int(((values < low) | (values > high)).sum())
    if beyond:
        notices.append(
            f"{label} lies beyond the assay limits of the dictionary in {participants_in_words(beyond)}, "
            "yet is given as a number; it is used as given."
        )
    return notices


def scale_of(values: NDArray[np.float64]) -> Scale:
    """``log`` for positive values that spread over more than a decade with a tail to the right.

    Examples
    --------
    >>> scale_of(np.array([10.0, 30.0, 50.0, 4000.0])), scale_of(np.array([18.0, 60.0, 76.0]))
    ('log', 'linear')
    """
    if not values.size or values.min() <= 0:
        return "linear"
    with np.errstate(over="ignore"):  # 1e308 is nobody's measurement, but may stand in a file
        skewed = values.max() > 10 * values.min() and values.mean() > np.median(values)
    return "log" if skewed else "linear"


def decimals_of(values: NDArray[np.float64]) -> int:
    """Decimals worth showing: what the file has, but not beyond three significant digits of the median.

    Examples
    --------
    >>> decimals_of(np.array([1.25, 3.5])), decimals_of(np.array([1200.5, 900.25]))
    (2, 0)
    """
    if not values.size:
        return 0
    size = float(np.median(np.abs(values)))
    worth = 0 if size >= 100 else 1 if size >= 10 else 2
    in_file = precision(values)
    return worth if in_file is None else min(worth, in_file)


def in_front(drafts: Sequence[BiomarkerDraft], column: str | None) -> list[BiomarkerDraft]:
    """The biomarkers with the one an option names first, added when nobody described it."""
    if column is None:
        return list(drafts)
    named = next((draft for draft in drafts if draft.column == column), BiomarkerDraft(column))
    return [named, *(draft for draft in drafts if draft.column != column)]


MAX_LEVELS = 20
