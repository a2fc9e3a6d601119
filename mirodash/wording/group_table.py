"""One group of participants as plain text: its two arms, and how they differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mirodash.analysis.report import Analysis
from mirodash.analysis.survival_by_group import GroupSurvival
from mirodash.disclosure.counts import NOT_TOLD, nothing_of
from mirodash.survival.results import (
    ArmSummary,
    Difference,
    HazardRatio,
    LogRank,
    NotEstimable,
    ProportionalHazardsTest,
)
from mirodash.wording import numbers
from mirodash.wording.adjusted import adjusted_in_words
from mirodash.wording.disclosure import n_of
from mirodash.wording.text_columns import aligned, labelled, shortened, underlined


def group_table(group: GroupSurvival, analysis: Analysis) -> list[str]:
    """The lines of one group."""
    compared, endpoint = group.comparison, analysis.survival.endpoint
    events = f"{numbers.count(compared.events)} {_events(compared.events, analysis)}"
    title = f"{group.label}: {n_of(compared.n)}, {events}"
    lines = underlined(f"{group.label}: not shown" if compared.n == NOT_TOLD else title, "-")
    if nothing := nothing_of(compared):
        return [*lines, f"  {nothing}"]
    confidence = analysis.survival.confidence
    lines += [*_arms(group, analysis), ""]
    if isinstance(compared.cox, NotEstimable) and not (
        compared.control.has_curve and compared.treated.has_curve
    ):
        return lines + labelled("Comparison", f"not estimable. {compared.cox.why}")
    lines += labelled("Hazard ratio", hazard_ratio_in_words(compared.cox, confidence))
    lines += _adjusted(group, analysis)
    lines += labelled("Log-rank test", chi_square_in_words(compared.logrank))
    lines += labelled("Proportional hazards", _proportional(compared.ph_test, compared.cox))
    difference = _survival_difference(compared.survival_difference, confidence)
    lines += labelled("Survival difference at horizon", difference)
    lines += labelled(
        "Restricted mean difference", _mean_difference(compared.rmst_difference, endpoint.unit, confidence)
    )
    return lines


def _adjusted(group: GroupSurvival, analysis: Analysis) -> list[str]:
    found = analysis.adjusted
    if found is None:
        return []
    adjusted = found.groups[analysis.survival.groups.index(group)]
    return labelled("", adjusted_in_words(analysis.trial, adjusted, found.adjustment, found.confidence))


def _arms(group: GroupSurvival, analysis: Analysis) -> list[str]:
    survival, label = analysis.survival, analysis.trial.dictionary.arm_label
    unit, level = survival.endpoint.unit, numbers.confidence_level(survival.confidence)
    arms = (
        (label(survival.control), group.comparison.control),
        (label(survival.treated), group.comparison.treated),
    )
    plural, free = survival.endpoint.plural, survival.endpoint.event_free
    # what is named by long words elsewhere goes by the usual short ones in a column
    events, survivors = plural if len(plural) <= 8 else "events", free if len(free) <= 10 else "event-free"
    head = (
        ("", "", "", f"median, {unit}", f"{survivors} at horizon", "restricted"),
        ("", "n", events, f"({level})", f"({level})", f"mean, {unit}"),
    )
    summaries = aligned([*head, *((shortened(name, 20), *_arm(arm, unit)) for name, arm in arms)])
    *inner, last = survival.ticks.tolist()
    ticks = [numbers.quantity(tick, _decimals([*inner, last])) for tick in inner]
    ticks.append(numbers.chosen_time(last))
    at_risk = [
        (shortened(name, 20), *(numbers.count(n) for n in arm.at_risk.at_risk.tolist())) for name, arm in arms
    ]
    return [*summaries, "", *aligned([(f"At risk after {unit}", *ticks), *at_risk])]


def _arm(arm: ArmSummary, unit: str) -> tuple[str, ...]:
    return (
        numbers.count(arm.n),
        numbers.count(arm.events),
        _median(arm, unit),
        _alive(arm),
        _mean(arm, unit),
    )


def _median(arm: ArmSummary, unit: str) -> str:
    if not arm.has_curve:
        return "–"
    places = numbers.time_decimals(unit)
    if arm.median_ci == (None, None):
        return "not reached" if arm.median is None else _time(arm.median, places)
    ends = numbers.between(arm.median_ci, lambda end: _time(end, places))
    return f"{'not reached' if arm.median is None else _time(arm.median, places)} ({ends})"


def _time(value: float, places: int) -> str:
    """A time with the dictionary's places, or one more where it falls between two (52.5 days)."""
    return numbers.quantity(value, places if float(round(value, places)) == value else max(places, 1))


def _alive(arm: ArmSummary) -> str:
    at = arm.survival_at
    if at is None:
        return "–"
    shown = numbers.percent(at.estimate)
    if at.lower is not None and at.upper is not None:
        shown += f" ({numbers.percent(at.lower)} to {numbers.percent(at.upper)})"
    return f"{shown} *" if at.carried_forward else shown


def _mean(arm: ArmSummary, unit: str) -> str:
    if arm.rmst is None:
        return "–"
    return numbers.quantity(arm.rmst.estimate, numbers.time_decimals(unit))


def hazard_ratio_in_words(cox: HazardRatio | NotEstimable, confidence: float) -> str:
    """A hazard ratio with interval and p-value, or why there is none."""
    if isinstance(cox, HazardRatio):
        shown = numbers.estimate_with_interval(cox.hr, cox.ci, confidence)
        return f"{shown}, {numbers.p_value(cox.p_lr)} (likelihood ratio)"
    if cox.firth is None:
        return f"not estimable. {cox.why}"
    firth = numbers.estimate_with_interval(cox.firth.hr, cox.firth.ci, confidence)
    return f"not estimable. {cox.why} Firth's estimate: {firth}, {numbers.p_value(cox.firth.p)}"


def chi_square_in_words(test: LogRank | ProportionalHazardsTest | NotEstimable) -> str:
    """A chi-square test on one degree of freedom, or why there is none."""
    if isinstance(test, NotEstimable):
        return f"not estimable. {test.why}"
    return f"chi-square {test.statistic:.2f}, {numbers.p_value(test.p)}"


def _proportional(test: ProportionalHazardsTest | NotEstimable, cox: HazardRatio | NotEstimable) -> str:
    """The test of proportional hazards; a reason that was given just above is not given again."""
    if isinstance(test, NotEstimable) and isinstance(cox, NotEstimable) and test.why == cox.why:
        return "not estimable, as there is no hazard ratio."
    return chi_square_in_words(test)


def _survival_difference(difference: Difference | NotEstimable, confidence: float) -> str:
    if isinstance(difference, NotEstimable):
        return f"not estimable. {difference.why}"
    return numbers.difference_in_points(difference.estimate, difference.ci, confidence)


def _mean_difference(difference: Difference | NotEstimable, unit: str, confidence: float) -> str:
    if isinstance(difference, NotEstimable):
        return f"not estimable. {difference.why}"
    shown = numbers.difference_in_time(difference.estimate, difference.ci, unit, confidence)
    if not difference.capped:
        return shown
    tau = numbers.duration(difference.time, unit)
    return f"{shown}, up to {tau}: the shorter arm's last follow-up"


def _events(number: int, analysis: Analysis) -> str:
    endpoint = analysis.survival.endpoint
    return endpoint.singular if number == 1 else endpoint.plural


def _decimals(ticks: Sequence[float]) -> int:
    """As few decimals as show every tick before the horizon, at most three significant digits of the step."""
    *inner, _ = sorted(ticks)
    step = min(np.diff(sorted(ticks)), default=1.0)
    most = 0 if step >= 10 else 1 if step >= 1 else 3
    exact = (n for n in range(most) if all(abs(round(tick, n) - tick) < 1e-9 * step for tick in inner))
    return next(exact, most)
