"""Medians of both arms: until the event, and of follow-up by reverse Kaplan–Meier."""

from __future__ import annotations

from mirodash.disclosure.counts import explain_suppression
from mirodash.questions.statistics.absolute import ABSOLUTE
from mirodash.questions.statistics.group_survival import SurvivalByGroup, reader_scale
from mirodash.questions.statistics.statistic import ArmColumn, InGroup, Statistic
from mirodash.survival.results import ArmSummary, NotEstimable
from mirodash.text.facts import Fact
from mirodash.text.json_values import Json, encode_flags, encode_pair, json_number
from mirodash.text.numbers import format_duration

MEDIAN_NOT_REACHED = "Not reached: the curve stays above 50 % while the arm is followed."


def _describe_median(told: InGroup) -> Fact:
    """Treated before control."""
    arms = (told.group.comparison.treated, told.group.comparison.control)
    if explain_suppression(told.group.comparison):
        return Fact("Median", "–")
    if all(arm.median is None and arm.has_curve for arm in arms):
        return Fact("Median", "", "not reached in either arm")
    column = _sum_medians_up(told)
    return Fact("Median", f"{column.treated} v {column.control}")


def _describe_follow_up(told: InGroup) -> Fact:
    if explain_suppression(told.group.comparison):
        return Fact("Median follow-up", "–")
    column = _sum_follow_up_up(told)
    return Fact("Median follow-up", f"{column.treated} v {column.control}", "reverse Kaplan–Meier")


def _sum_medians_up(told: InGroup) -> ArmColumn:
    compared = told.group.comparison
    treated, control = (_format_median(told.result, arm) for arm in (compared.treated, compared.control))
    return ArmColumn("Median", treated, control)


def _sum_follow_up_up(told: InGroup) -> ArmColumn:
    compared = told.group.comparison
    treated, control = (_format_follow_up(told.result, arm) for arm in (compared.treated, compared.control))
    return ArmColumn("Median follow-up", treated, control)


def _format_median(result: SurvivalByGroup, arm: ArmSummary) -> str:
    return _format_time_reached(result, arm.median) if arm.has_curve else "–"


def _format_follow_up(result: SurvivalByGroup, arm: ArmSummary) -> str:
    return _format_time_reached(result, arm.follow_up) if arm.has_curve else "–"


def _format_time_reached(result: SurvivalByGroup, time: float | None) -> str:
    return "not reached" if time is None else format_duration(time * reader_scale(result), result.unit)


def _encode_median(told: InGroup, arm: ArmSummary) -> Json:
    reason = None if arm.has_curve else told.why_absent
    if arm.has_curve and arm.median is None:
        reason = NotEstimable(MEDIAN_NOT_REACHED)
    return {
        "median": json_number(arm.median),
        "median_ci": encode_pair(arm.median_ci),
        "median_flags": encode_flags(reason=reason),
    }


def _encode_follow_up(told: InGroup, arm: ArmSummary) -> Json:
    return {
        "follow_up": {
            "method": "reverse Kaplan–Meier",
            "median": json_number(arm.follow_up),
            "ci": encode_pair(arm.follow_up_ci),
            "flags": encode_flags(reason=None if arm.has_curve else told.why_absent),
        }
    }


MEDIAN = Statistic(
    key="median",
    methods=(
        ("Median", "Where the curve falls to 50 %; midpoint where it is flat there", "quantile.survfit"),
    ),
    fact=_describe_median,
    encode_arm=_encode_median,
    arm_column=_sum_medians_up,
    script=ABSOLUTE,
)
FOLLOW_UP = Statistic(
    key="follow_up",
    methods=(
        (
            "Median follow-up",
            "Reverse Kaplan–Meier: the median with censoring as the event and events as censoring",
            "quantile.survfit",
        ),
    ),
    fact=_describe_follow_up,
    encode_arm=_encode_follow_up,
    arm_column=_sum_follow_up_up,
    script=ABSOLUTE,
)
