"""The forest as plain data: what ``assets/forest.js`` writes into a table and draws in its rows."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from mirodash.analysis.between_sites import BetweenSites
from mirodash.analysis.subgroups import Subgroup, Subgroups, SubgroupsOfFactor
from mirodash.survival.results import Difference, HazardRatio
from mirodash.wording.arms import ArmNames
from mirodash.wording.forest_rows import columns, note, row, sides
from mirodash.wording.subgroups import KEY, METHOD, SHRINKING, caution, forest_in_words

Data = dict[str, Any]
TICKS = ((0.25, 0.5, 1.0, 2.0, 4.0), (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0))
"""Of the axis that is usual, and of one for a trial with effects beyond it."""
MOST_BEYOND = 0.1
"""The share of estimates that may lie beyond the usual axis before the wider one is taken."""
LARGEST = 1e6
"""What is beyond this is as far as infinity on any axis, and still a number in JSON."""


def forest(found: Subgroups, sites: BetweenSites | None, names: ArmNames) -> Data:
    """Words, axis, and rows in the order of the factors.

    Every row has its cells as text, the numbers to draw (hazard ratios; None without an estimate) and
    those to sort by.
    """
    told = forest_in_words(found, sites, names)
    left, right = sides(names)
    return {
        "title": told.title,
        "subtitle": told.subtitle,
        "sentence": told.sentence,
        "facts": [{"label": f.label, "value": f.value, "detail": f.detail} for f in told.facts],
        "key": KEY,
        "notes": [SHRINKING, caution(found), METHOD],
        "tables": [asdict(table) for table in told.tables],
        "columns": [asdict(column) for column in columns(found, names)],
        "axis": {"ticks": list(axis_ticks(found)), "left": left, "right": right},
        "overall": _row(found.overall, ""),
        "groups": [_group(factor) for factor in found.factors],
    }


def _group(factor: SubgroupsOfFactor) -> Data:
    return {
        "label": factor.label,
        "note": note(factor),
        # the groups of a biomarker have its name in theirs
        "rows": [_row(level, "" if factor.kind == "biomarker" else factor.label) for level in factor.levels],
    }


def _row(subgroup: Subgroup, factor: str) -> Data:
    return {
        **asdict(row(subgroup)),
        "factor": factor,
        "href": None if subgroup.query is None else f"/?{subgroup.query}".rstrip("?"),
        "plot": _plot(subgroup),
        "sort": _sort(subgroup),
    }


def _plot(subgroup: Subgroup) -> Data | None:
    cox, drawn = subgroup.cox, subgroup.shrunken
    if not isinstance(cox, HazardRatio):
        return None
    return {
        "ratio": _bounded(cox.hr),
        "low": _bounded(cox.ci[0]),
        "high": _bounded(cox.ci[1]),
        "weight": min(subgroup.weight, 1.0),
        "shrunken": _bounded(drawn.hr) if drawn else None,
    }


def _sort(subgroup: Subgroup) -> dict[str, float | None]:
    cox, drawn, apart = subgroup.cox, subgroup.shrunken, subgroup.survival_difference
    there = isinstance(cox, HazardRatio)
    return {
        "treated": subgroup.treated.n,
        "control": subgroup.control.n,
        "weight": subgroup.weight if there else None,
        "ratio": _bounded(cox.hr) if isinstance(cox, HazardRatio) else None,
        "shrunken": _bounded(drawn.hr) if drawn else None,
        "difference": apart.estimate if isinstance(apart, Difference) else None,
    }


def _bounded(ratio: float) -> float:
    return min(max(ratio, 1 / LARGEST), LARGEST)


def axis_ticks(found: Subgroups) -> tuple[float, ...]:
    """The usual axis, unless too many estimates (or the overall one) lie beyond it."""
    rows = (found.overall, *(level for factor in found.factors for level in factor.levels))
    sizes = [abs(row.cox.coef) for row in rows if isinstance(row.cox, HazardRatio)]
    reach = math.log(TICKS[0][-1])
    beyond = sum(size > reach for size in sizes)
    overall = found.overall.cox
    far = isinstance(overall, HazardRatio) and abs(overall.coef) > reach
    return TICKS[1] if far or beyond > MOST_BEYOND * len(sizes) else TICKS[0]
