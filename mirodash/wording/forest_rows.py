"""The rows of a forest as text: counts, hazard ratio, shrunken hazard ratio and survival difference."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.analysis.subgroups import ArmCount, Subgroup, Subgroups, SubgroupsOfFactor
from mirodash.analysis.time_units import converted
from mirodash.survival.results import Difference, HazardRatio, NotEstimable
from mirodash.wording.arms import ArmNames
from mirodash.wording.effects import FEW_EVENTS
from mirodash.wording.labels import in_sentence
from mirodash.wording.numbers import between, confidence_level, count, duration, hazard_ratio, quantity
from mirodash.wording.text_columns import shortened

NOT_ESTIMABLE = "not estimable"
LONGEST_ARM = 24
LONGEST_EVENTS = 10
CUTS = {"median": "cut at the median", "thresholds": "at the thresholds chosen"}


@dataclass(frozen=True, slots=True)
class RowWords:
    """One row as text; ``why`` stands for ratios that do not exist, ``uncertain`` ones rest on few events."""

    label: str
    treated: str
    control: str
    ratio: str
    shrunken: str
    difference: str
    why: str
    uncertain: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the forest: what it is called, in which unit, and by what a click on it sorts."""

    key: str
    name: str
    unit: str = ""


def columns(found: Subgroups, names: ArmNames) -> tuple[Column, ...]:
    """The columns from left to right."""
    horizon = converted(found.horizon, found.endpoint.unit, found.unit)
    level = confidence_level(found.confidence)
    plural = found.endpoint.plural
    counted = f"n ({plural if len(plural) <= LONGEST_EVENTS else 'events'})"
    return (
        Column("group", "Group", "by factor"),
        Column("treated", shortened(names.treated, LONGEST_ARM), counted),
        Column("control", shortened(names.control, LONGEST_ARM), counted),
        Column("weight", "Weight", "size of the square"),
        Column("ratio", "Hazard ratio", level),
        Column("shrunken", "Shrunken", level),
        Column("difference", "Difference", f"points, at {duration(horizon, found.unit)}"),
    )


def sides(names: ArmNames) -> tuple[str, str]:
    """What lies to the left and to the right of no effect."""
    return (
        f"favours {shortened(names.treated, LONGEST_ARM)}",
        f"favours {shortened(names.control, LONGEST_ARM)}",
    )


def row(subgroup: Subgroup) -> RowWords:
    """One subgroup's cells."""
    cox, drawn, apart = subgroup.cox, subgroup.shrunken, subgroup.survival_difference
    few = min(subgroup.treated.events, subgroup.control.events) < FEW_EVENTS
    return RowWords(
        label=subgroup.label,
        treated=_counted(subgroup.treated),
        control=_counted(subgroup.control),
        ratio=compact(cox.hr, cox.ci) if isinstance(cox, HazardRatio) else NOT_ESTIMABLE,
        shrunken=compact(drawn.hr, drawn.ci) if drawn else "",
        difference=_in_points(apart) if isinstance(apart, Difference) else NOT_ESTIMABLE,
        why=reason_of(cox) if isinstance(cox, NotEstimable) else "",
        uncertain=few,
    )


def note(factor: SubgroupsOfFactor) -> str:
    """What stands beside a factor's name: a cut the dictionary does not fix, and how many people lack it."""
    parts = [CUTS[factor.cut]] if factor.cut in CUTS else []
    if factor.missing:
        parts.append(f"missing: {count(factor.missing)}")
    return " · ".join(parts)


def _counted(arm: ArmCount) -> str:
    return f"{count(arm.n)} ({count(arm.events)})"


def compact(ratio: float, ends: tuple[float, float]) -> str:
    """A hazard ratio with its interval, whose level the column names."""
    return f"{hazard_ratio(ratio)} ({between(ends)})"


def _in_points(apart: Difference) -> str:
    ends = between(apart.ci, lambda end: quantity(100 * min(max(end, -1.0), 1.0), 0, signed=True))
    return f"{quantity(100 * apart.estimate, 0, signed=True)} ({ends})"


def reason_of(missing: NotEstimable) -> str:
    """Why there is no estimate, without the consequence that the column already names."""
    reason, colon, _ = missing.why.rpartition(": ")
    return in_sentence(reason if colon else missing.why.rstrip("."))
