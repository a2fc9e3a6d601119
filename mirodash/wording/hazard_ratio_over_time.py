"""The hazard ratio over time in words: where one number may stand for all of it, and what to read if not."""

from __future__ import annotations

import math

from mirodash.analysis.hazard_ratio_over_time import GroupOverTime, HazardRatioOverTime
from mirodash.analysis.time_units import converted
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.survival.schoenfeld import EVENTS_FOR_A_CURVE, ScaledSchoenfeldResiduals, SmoothedEffect
from mirodash.wording.arms import ArmNames
from mirodash.wording.constancy import Constancy, constancy
from mirodash.wording.explanation import Explanation, Table
from mirodash.wording.group_table import chi_square_in_words
from mirodash.wording.labels import in_sentence, listed
from mirodash.wording.numbers import confidence_level, count, duration, estimate_with_interval, hazard_ratio

_MEANING: dict[Constancy, str] = {
    "doubtful": "the hazard ratio seems to change, though by chance one test in twenty says so; read the "
    "restricted mean and the survival difference instead",
    "plausible": "no change was found, though one may have been missed",
    "unclear": f"fewer than {EVENTS_FOR_A_CURVE} events are too few to find a change",
}
_TOLD_OF = 5
"""Times at which the table gives the curve, evenly along its points."""


def effect_over_time(result: HazardRatioOverTime, names: ArmNames) -> Explanation:
    """Which groups have a hazard ratio that may stand for all times; the curve as a table."""
    marks = (
        f"Each mark is one {result.endpoint.singular}: a circle on {names.treated}, a diamond on "
        f"{names.control}. "
        if not result.min_cell
        else ""
    )
    return Explanation(
        title="Is the hazard ratio the same early and late?",
        subtitle=f"{marks}Line: smoothed hazard ratio with pointwise {confidence_level(result.confidence)}. "
        f"Dotted: one hazard ratio for all times. Below 1 favours {names.treated}.",
        sentence=_sentence(result),
        tables=(_tests(result), *_curves(result)),
    )


def _sentence(result: HazardRatioOverTime) -> str:
    told = ["If the hazard ratio is the same early and late, the curve stays level."]
    for word, meaning in _MEANING.items():
        found = [group for group in result.groups if constancy(group.comparison) == word]
        if found:
            told.append(f"Constancy is {word} for {_listed(found)}: {meaning}.")
    without = [group for group in result.groups if not constancy(group.comparison)]
    if without:
        told.append(f"There is no test for {_listed(without)}.")
    return " ".join(told)


def _listed(groups: list[GroupOverTime]) -> str:
    return listed([in_sentence(group.label) + _course(group) for group in groups])


def _course(group: GroupOverTime) -> str:
    """From where to where the curve goes, where constancy is doubtful."""
    if constancy(group.comparison) != "doubtful":
        return ""
    if isinstance(group.residuals, NotEstimable) or group.residuals.smooth is None:
        return ""
    first, *_, last = (hazard_ratio(_ratio(beta)) for beta in group.residuals.smooth.estimate.tolist())
    return f" (from {first} early to {last} late)"


def _tests(result: HazardRatioOverTime) -> Table:
    rows = tuple(
        (
            group.label,
            count(group.comparison.events),
            _fitted(group.comparison.cox, result.confidence),
            chi_square_in_words(group.comparison.ph_test),
            _verdict(group),
        )
        for group in result.groups
    )
    header = ("Group", "Events", "Hazard ratio", "Test of change over time", "Constancy")
    return Table("Tests of a constant hazard ratio", header, rows)


def _verdict(group: GroupOverTime) -> str:
    word = constancy(group.comparison)
    return f"{word}: {_MEANING[word]}" if word else "not tested"


def _fitted(cox: HazardRatio | NotEstimable, confidence: float) -> str:
    if isinstance(cox, NotEstimable):
        return "not estimable"
    return estimate_with_interval(cox.hr, cox.ci, confidence)


def _curves(result: HazardRatioOverTime) -> tuple[Table, ...]:
    """The curves at a few times; no table where no group has enough events for a curve."""
    rows: list[tuple[str, ...]] = []
    for group in result.groups:
        if isinstance(group.residuals, ScaledSchoenfeldResiduals) and group.residuals.smooth is not None:
            rows += [(group.label, *row) for row in _curve(result, group.residuals.smooth)]
    if not rows:
        return ()
    header = ("Group", "Time", "Smoothed hazard ratio")
    return (Table("Smoothed hazard ratio over time", header, tuple(rows)),)


def _curve(result: HazardRatioOverTime, smooth: SmoothedEffect) -> list[tuple[str, str]]:
    points = len(smooth.time)
    return [
        (in_readers_unit(result, float(smooth.time[i])), smoothed_ratio(result, smooth, i))
        for i in (k * (points - 1) // (_TOLD_OF - 1) for k in range(_TOLD_OF))
    ]


def smoothed_ratio(result: HazardRatioOverTime, smooth: SmoothedEffect, point: int) -> str:
    """The curve at one of its points, with the band there."""
    low, middle, high = (_ratio(float(line[point])) for line in (smooth.lower, smooth.estimate, smooth.upper))
    return estimate_with_interval(middle, (low, high), result.confidence)


def _ratio(log: float) -> float:
    """No hazard ratio is written beyond a hundredfold, so that larger ones need only stay finite."""
    return math.exp(min(max(log, -50.0), 50.0))


def in_readers_unit(result: HazardRatioOverTime, time: float) -> str:
    """A time of the endpoint as the reader sees it: ``123 days``."""
    return duration(converted(time, result.endpoint.unit, result.unit), result.unit)
