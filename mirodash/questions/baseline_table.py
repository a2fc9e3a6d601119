"""Table 1: baseline characteristics by arm, among all participants and in every group of the thresholds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.counts import SUPPRESSED, suppress_complementary, suppress_small
from mirodash.questions.panel import Panel, among_few_enough, in_one_step
from mirodash.stratification.groups import Group, assign_groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Filter, LevelFilter, Mask, Selection
from mirodash.stratification.validation import resolve
from mirodash.survival.standardised_difference import (
    standardised_level_difference,
    standardised_mean_difference,
)
from mirodash.text.facts import Explanation, Table, align_columns, underline, wrap_text
from mirodash.text.labels import ArmNames, format_arm_names, format_list, lower_first
from mirodash.text.numbers import count, format_number, format_percent, unify_spaces
from mirodash.text.small_counts import briefly
from mirodash.trial.dictionary import Biomarker, Factor
from mirodash.trial.trial import MISSING, Levels, Trial

Measure = Literal["mean", "median", "geometric mean", "level", "missing"]
"""What a row gives: a mean with its standard deviation, a median with quartiles, participants at a level, or
participants without a value."""
MAX_LEVELS = 12
"""A category with more levels, such as a site, is no baseline characteristic to be read in a table."""
QUARTILES = (0.25, 0.5, 0.75)
LARGE = 0.2
"""A standardised difference from which a characteristic is named."""
Z_95 = 1.96


@dataclass(frozen=True, slots=True)
class BaselineCell:
    """One arm of one group in a row.

    ``number`` counts those with a value, or those at the level; below 0 it is hidden. ``share`` is of those
    with a value; it is None where it would tell how few have none. ``centre`` and ``spread`` are None where
    nothing can be given; they may be given without the number.
    """

    number: int
    share: float | None = None
    centre: float | None = None
    spread: tuple[float, ...] = ()


Pair = tuple[BaselineCell, BaselineCell]


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """One row: a characteristic or one of its levels, both arms of every group, and their differences.

    ``cells`` are (treated, control) for each group; ``differences`` are standardised, None where there is
    none, and stand in the first row of a characteristic alone.
    """

    key: str
    label: str
    level: str
    measure: Measure
    decimals: int
    cells: tuple[Pair, ...]
    differences: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class BaselineTable:
    """All rows; ``groups`` are (name, treated, control) with their participants, all participants first."""

    groups: tuple[tuple[str, int, int], ...]
    rows: tuple[BaselineRow, ...]
    names: ArmNames


@dataclass(frozen=True, eq=False, slots=True)
class _View:
    """A view with its groups that may be shown, and the masks of either arm in each of them."""

    trial: Trial
    chosen: Selection
    groups: tuple[Group, ...]
    arms: tuple[tuple[Mask, Mask], ...]

    @property
    def min_cell(self) -> int:
        """Counts below this one are hidden."""
        return self.trial.min_cell


@memoise
def find_baseline(trial: Trial, selection: Selection) -> BaselineTable | None:
    """Every baseline characteristic of the dictionary by arm and group; None where there is none.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    people = assign_groups(trial, selection)
    groups = tuple(group for group in people.shown if group.mask.any() and not group.withheld)
    arms = tuple((group.mask & people.treated, group.mask & ~people.treated) for group in groups)
    if not groups:
        return None
    view = _View(trial, resolve(trial, selection), groups, arms)
    rows: list[BaselineRow] = []
    for key, label, source in _list_characteristics(trial):
        if isinstance(source, Levels):
            rows += _describe_levels(view, key, label, source)
        else:
            rows += _describe_numbers(view, key, label, source)
    if not rows:
        return None
    counted: list[tuple[str, int, int]] = []
    for group, (treated, control) in zip(groups, arms, strict=True):
        first, second = suppress_complementary((int(treated.sum()), int(control.sum())), trial.min_cell)
        counted.append((group.label, first, second))
    return BaselineTable(tuple(counted), tuple(rows), format_arm_names(trial, selection))


Source = Levels | Biomarker | Factor


def _list_characteristics(trial: Trial) -> Iterator[tuple[str, str, Source]]:
    """Factors in the dictionary's order, biomarkers that are not among them, and the country."""
    seen: set[str] = set()
    markers = {marker.column: marker for marker in trial.dictionary.biomarkers}
    for factor in trial.dictionary.factors:
        levels = trial.categories.get(factor.column)
        if levels is not None and (levels is trial.site or levels is trial.country):
            continue
        seen.add(factor.column)
        if factor.kind == "category" and levels is not None:
            if len(levels.names) <= MAX_LEVELS:
                yield factor.column, factor.label, levels
        else:
            yield factor.column, factor.label, markers.get(factor.column, factor)
    for column, marker in markers.items():
        if column not in seen:
            yield column, marker.label, marker
    if trial.country is not None and len(trial.country.names) <= MAX_LEVELS:
        yield (
            next(key for key, one in trial.categories.items() if one is trial.country),
            "Country",
            trial.country,
        )


def _describe_numbers(view: _View, key: str, label: str, source: Biomarker | Factor) -> Iterator[BaselineRow]:
    values, min_cell = view.trial.numbers[key].values, view.min_cell
    logs = isinstance(source, Biomarker) and source.scale == "log"
    # a quartile is the value of a participant, so it is not given where few must not be told apart
    measure: Measure = "mean" if not logs else "geometric mean" if min_cell else "median"
    cells: list[Pair] = []
    apart: list[float | None] = []
    missing = _count_missing(view, ~np.isfinite(values))
    hidden = _is_hidden(missing)
    for pair in view.arms:
        known = [values[mask & np.isfinite(values)] for mask in pair]
        shown = [one.size >= max(min_cell, 1) for one in known]
        first, second = (
            _summarise(one, measure) if ok else BaselineCell(suppress_small(one.size, min_cell))
            for one, ok in zip(known, shown, strict=True)
        )
        if hidden:
            # beside the participants of an arm, those with a value tell how few have none
            first, second = (
                replace(cell, number=SUPPRESSED) if cell.number >= 0 else cell for cell in (first, second)
            )
        cells.append((first, second))
        scaled = [np.log(one) for one in known] if logs and all((one > 0).all() for one in known) else known
        apart.append(standardised_mean_difference(scaled[0], scaled[1]) if all(shown) else None)
    unit = f", {source.unit}" if source.unit else ""
    decimals = source.decimals + (1 if measure == "mean" else 0)
    yield BaselineRow(key, f"{label}{unit}", "", measure, decimals, tuple(cells), tuple(apart))
    yield from _describe_missing(key, label, missing)


def _summarise(values: NDArray[np.float64], measure: Measure) -> BaselineCell:
    number = values.size
    if measure == "median":
        low, middle, high = np.quantile(values, QUARTILES).tolist()
        return BaselineCell(number, None, middle, (low, high))
    if measure == "geometric mean" and (values > 0).all():
        logs = np.log(values)
        spread = (float(np.exp(logs.std(ddof=1))),) if values.size > 1 else ()
        return BaselineCell(number, None, float(np.exp(logs.mean())), spread)
    spread = (float(values.std(ddof=1)),) if values.size > 1 else ()
    return BaselineCell(number, None, float(values.mean()), spread)


def _count_missing(view: _View, lacking: Mask) -> list[Pair]:
    """How many lack a value by group and arm; where one number is small, none of the row is told.

    Any of them could be had from the others and from what is told of both arms. That nobody lacks a value is
    told where it is so in every group.
    """
    true = [[int((mask & lacking).sum()) for mask in pair] for pair in view.arms]
    if any(map(any, true)) and min(map(min, true)) < view.min_cell:
        true = [[suppress_small(number, view.min_cell) for number in pair] for pair in true]
        true = [[number if number < 0 else SUPPRESSED for number in pair] for pair in true]
    return [(BaselineCell(first), BaselineCell(second)) for first, second in true]


def _is_hidden(missing: list[Pair]) -> bool:
    return any(cell.number < 0 for pair in missing for cell in pair)


def _describe_levels(view: _View, key: str, label: str, levels: Levels) -> Iterator[BaselineRow]:
    factor = view.trial.dictionary.factor(key)
    labels = dict(factor.levels) if factor else {}
    missing = _count_missing(view, levels.codes == MISSING)
    hidden = _is_hidden(missing)
    true = np.array(
        [
            [[int((mask & levels.is_in((name,))).sum()) for mask in pair] for name in levels.names]
            for pair in view.arms
        ]
    ).reshape(len(view.arms), len(levels.names), 2)
    shown = _suppress_levels(view, key, levels, true, missing) if view.min_cell else true
    apart = tuple(
        None if (counts < 0).any() else standardised_level_difference(counts[:, 0], counts[:, 1])
        for counts in shown
    )
    first = True
    for k, name in enumerate(levels.names):
        if not true[:, k].any():
            continue
        cells = tuple(
            _count_pair(shown[g, k], np.zeros(2, dtype=np.int64) if hidden else true[g].sum(axis=0))
            for g in range(len(view.arms))
        )
        differences = apart if first else (None,) * len(apart)
        first = False
        yield BaselineRow(key, label, labels.get(name, name), "level", 0, cells, differences)
    yield from _describe_missing(key, label, missing)


def _count_pair(shown: NDArray[np.int64], totals: NDArray[np.int64]) -> Pair:
    first, second = (
        BaselineCell(number, number / total if number >= 0 and total else None)
        for number, total in zip(shown.tolist(), totals.tolist(), strict=True)
    )
    return first, second


def _suppress_levels(
    view: _View, key: str, levels: Levels, true: NDArray[np.int64], missing: list[Pair]
) -> NDArray[np.int64]:
    """Counts (groups, levels, arms) of which none is small, nor to be had by subtraction from the others.

    A level's count in a group is given only where the view of that level with the same thresholds may be
    shown as well: it is the same number. What one group hides, no other gives away as the rest of all.
    """
    views = [
        assign_groups(view.trial, replace(view.chosen, filters=_add_filter(view.chosen, key, name))).shown
        for name in levels.names
    ]
    labels = [group.label for group in view.groups]
    may = np.array(
        [
            [any(one.label == label and not one.withheld for one in shown) for shown in views]
            for label in labels
        ]
    )
    made = np.where(may[:, :, None], true, SUPPRESSED)
    for g, pair in enumerate(missing):
        for arm, cell in enumerate(pair):
            lack = cell.number
            parts = [*made[g, :, arm].tolist(), *([lack] if lack else [])]
            made[g, :, arm] = suppress_complementary(parts, view.min_cell)[: len(levels.names)]
    for k in range(len(levels.names)):
        for arm in (0, 1):
            if (made[:, k, arm] < 0).any():
                made[1:, k, arm] = np.where(made[1:, k, arm] < 0, made[1:, k, arm], SUPPRESSED)
    return made


def _add_filter(chosen: Selection, key: str, name: str) -> tuple[Filter, ...]:
    others = tuple(item for item in chosen.filters if item.column != key)
    return (*others, LevelFilter(key, (name,)))


def _describe_missing(key: str, label: str, missing: list[Pair]) -> Iterator[BaselineRow]:
    if any(cell.number for pair in missing for cell in pair):
        yield BaselineRow(key, label, "missing", "missing", 0, tuple(missing), (None,) * len(missing))


TITLE = "Table 1: baseline characteristics"
NONE = "–"
MEASURES = {
    "mean": "mean (SD)",
    "median": "median (quartiles)",
    "geometric mean": "geometric mean (× ÷ SD)",
}


def format_cell(cell: BaselineCell, row: BaselineRow) -> str:
    """One cell as text: ``60.1 (10.2)``, ``1,950 (1,210 to 3,020)``, ``41 (37 %)``."""
    if cell.number < 0 and cell.centre is None:
        return briefly(cell.number)
    if row.measure in ("level", "missing"):
        return count(cell.number) + ("" if cell.share is None else f" ({format_percent(cell.share)})")
    if cell.centre is None:
        return NONE
    centre = format_number(cell.centre, row.decimals)
    if not cell.spread:
        return centre
    if row.measure == "geometric mean":
        return f"{centre} (× ÷ {format_number(cell.spread[0], 2)})"
    return f"{centre} ({' to '.join(format_number(value, row.decimals) for value in cell.spread)})"


def format_difference(difference: float | None) -> str:
    """A standardised difference with two decimals."""
    return "" if difference is None else format_number(difference, 2)


def name_row(row: BaselineRow) -> str:
    """``Age, years: mean (SD)`` or ``Sex: female``."""
    if row.measure in MEASURES:
        return f"{row.label}: {MEASURES[row.measure]}"
    return f"{row.label}: {row.level}"


def list_columns(found: BaselineTable) -> tuple[str, ...]:
    """The header: both arms of every group with their numbers, and the standardised difference."""
    made = ["Characteristic"]
    for label, treated, control in found.groups:
        made += [
            f"{label}: {found.names.treated} (n = {briefly(treated)})",
            f"{label}: {found.names.control} (n = {briefly(control)})",
            f"{label}: standardised difference",
        ]
    return tuple(made)


def write_row(row: BaselineRow) -> tuple[str, ...]:
    """The cells of a row under `list_columns`."""
    cells = [name_row(row)]
    for pair, difference in zip(row.cells, row.differences, strict=True):
        cells += [*(format_cell(cell, row) for cell in pair), format_difference(difference)]
    return tuple(cells)


def describe_baseline(found: BaselineTable) -> Explanation:
    """Which characteristics differ between the arms, and the table."""
    names: dict[str, str] = {row.key: row.label.split(", ")[0] for row in reversed(found.rows)}
    sentences: list[str] = []
    for g, (label, treated, control) in enumerate(found.groups):
        known = [(row.key, d) for row in found.rows if (d := row.differences[g]) is not None]
        large = [lower_first(names[key]) for key, difference in known if difference > LARGE]
        by_chance = ""
        if min(treated, control) > 0:
            reach = format_number(Z_95 * math.sqrt(1 / treated + 1 / control), 2)
            by_chance = f" (chance alone: up to about {reach})"
        if not known:
            sentences.append(f"{label}: no standardised difference can be given.")
        elif not large:
            sentences.append(f"{label}: all standardised differences are {LARGE:g} or less{by_chance}.")
        else:
            sentences.append(f"{label}: more than {LARGE:g} in {format_list(large)}{by_chance}.")
    return Explanation(
        title=TITLE,
        subtitle="By arm, with standardised differences; after randomisation a test of balance says nothing",
        sentence=" ".join(sentences),
        tables=(Table(TITLE, list_columns(found), tuple(write_row(row) for row in found.rows)),),
    )


def print_baseline(title: str, found: BaselineTable) -> str:
    """The table for a terminal, one group under the other, with a line break at the end."""
    lines = underline(f"{title}: baseline characteristics", "=")
    for g, (label, treated, control) in enumerate(found.groups):
        header = (
            f"{label}",
            f"{found.names.treated} (n = {briefly(treated)})",
            f"{found.names.control} (n = {briefly(control)})",
            "std. diff.",
        )
        rows = [
            (
                name_row(row),
                *(format_cell(cell, row) for cell in row.cells[g]),
                format_difference(row.differences[g]),
            )
            for row in found.rows
        ]
        lines += ["", *align_columns([header, *rows], indent=0)]
    lines += ["", *wrap_text(describe_baseline(found).sentence)]
    return unify_spaces("\n".join(lines)) + "\n"


BASELINE = in_one_step(Panel("baseline", among_few_enough(find_baseline, "Table 1"), describe_baseline))
"""Once the reader pauses."""
