"""The forest as a table for a spreadsheet: every number at full precision, and text that stays text."""

from __future__ import annotations

from collections.abc import Iterator

from mirodash.export.disclosure_json import json_count
from mirodash.export.table_csv import Cell, rows_csv
from mirodash.questions.subgroups import BetweenSites, Subgroup, Subgroups, SubgroupsOfFactor
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import minimal
from mirodash.survival.results import Difference, HazardRatio, Interval, NotEstimable
from mirodash.trial.trial import Trial

OVERALL = "overall"
MISSING = "(missing)"
HEADER = (
    *("factor", "kind", "group", "n", "n_treated", "events_treated", "n_control", "events_control"),
    *("hazard_ratio", "hazard_ratio_lower", "hazard_ratio_upper", "log_hazard_ratio", "standard_error"),
    *("weight", "shrunken_hazard_ratio", "shrunken_lower", "shrunken_upper"),
    *("survival_difference", "survival_difference_lower", "survival_difference_upper"),
    *("not_estimable", "overall_hazard_ratio_without", "without_lower", "without_upper"),
    *("confidence", "horizon", "time_unit", "view", "trial", "footer"),
)


def subgroups_csv(
    trial: Trial,
    selection: Selection,
    found: Subgroups,
    sites: BetweenSites | None,
    *,
    footer: str = "",
) -> str:
    """One line for everybody, one for each subgroup, one for those without a factor.

    The last columns repeat on every line what it belongs to, so that a line that is copied still says so:
    the view, the trial, and the ``footer`` that all files have.
    """
    query = minimal(trial, selection).to_query()
    about: dict[str, Cell] = {
        "confidence": found.confidence,
        "horizon": found.horizon,
        "time_unit": found.endpoint.unit,
        "view": query,
        "trial": trial.title,
        "footer": footer,
    }
    without = {item.site: item.cox for item in sites.without} if sites else {}
    lines = [line | about for line in _lines(found, without)]
    return rows_csv([HEADER, *([line.get(name) for name in HEADER] for line in lines)])


def _lines(found: Subgroups, without: dict[str, HazardRatio | NotEstimable]) -> Iterator[dict[str, Cell]]:
    yield {"factor": OVERALL, "kind": OVERALL, **_line(found.overall)}
    for factor in found.factors:
        for level in factor.levels:
            left = without.get(level.label) if factor.kind == "site" else None
            yield {
                **_named(factor),
                **_line(level),
                **_ratio("overall_hazard_ratio_without", "without", left),
            }
        if factor.missing:
            yield {**_named(factor), "group": MISSING, "n": json_count(factor.missing)}


def _named(factor: SubgroupsOfFactor) -> dict[str, Cell]:
    return {"factor": factor.label, "kind": factor.kind}


def _line(row: Subgroup) -> dict[str, Cell]:
    cox, drawn, apart = row.cox, row.shrunken, row.survival_difference
    difference = apart if isinstance(apart, Difference) else None
    there = cox if isinstance(cox, HazardRatio) else None
    return {
        "group": row.label,
        "n": json_count(row.n),
        "n_treated": json_count(row.treated.n),
        "events_treated": json_count(row.treated.events),
        "n_control": json_count(row.control.n),
        "events_control": json_count(row.control.events),
        **_ratio("hazard_ratio", "hazard_ratio", cox),
        "log_hazard_ratio": there.coef if there else None,
        "standard_error": there.se if there else None,
        "weight": row.weight if there else None,
        "shrunken_hazard_ratio": drawn.hr if drawn else None,
        **_ends("shrunken", drawn.ci if drawn else None),
        "survival_difference": difference.estimate if difference else None,
        **_ends("survival_difference", difference.ci if difference else None),
        "not_estimable": cox.why if isinstance(cox, NotEstimable) else "",
    }


def _ratio(name: str, ends: str, cox: HazardRatio | NotEstimable | None) -> dict[str, Cell]:
    there = cox if isinstance(cox, HazardRatio) else None
    return {name: there.hr if there else None, **_ends(ends, there.ci if there else None)}


def _ends(name: str, ends: Interval | None) -> dict[str, Cell]:
    low, high = ends or (None, None)
    return {f"{name}_lower": low, f"{name}_upper": high}
