"""Survival panels: curves of one group with its effect, standardised survival and stratified effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mirodash.disclosure.counts import (
    explain_suppression,
    suppress_excluded,
    suppress_missing,
    suppress_reason,
    too_few,
)
from mirodash.disclosure.curve_values import aggregate_event_times
from mirodash.errors import CannotComputeError
from mirodash.plot.theme import Figure, Theme
from mirodash.questions.covariate_adjustment import (
    Adjustment,
    choose_adjustment,
    complete,
    describe_missing_values,
    describe_strata,
    design,
    name_covariate,
    stratum_codes,
)
from mirodash.questions.group_effects import (
    build_group_tables,
    describe_effect_in_group,
    describe_number_needed,
    find_absolute_effect,
)
from mirodash.questions.panel import Panel
from mirodash.questions.statistics.absolute import name_survival_difference
from mirodash.questions.statistics.group_survival import GroupSurvival, SurvivalByGroup, at_horizon
from mirodash.questions.statistics.statistic import InGroup
from mirodash.questions.survival_curves import HEIGHT, draw_survival_card, survival_by_group
from mirodash.stratification.groups import assign_groups, has_competing_events
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import ADJUSTED, MAX_THRESHOLDS, Selection
from mirodash.stratification.shared_results import share_result
from mirodash.stratification.strata import find_strata
from mirodash.stratification.validation import resolve, resolve_endpoint, resolve_outcome
from mirodash.survival.adjusted import StandardisedCurve, StandardisedSurvival
from mirodash.survival.compare import estimate_stratified_effect
from mirodash.survival.results import HazardRatio, NotEstimable, StratifiedEffect
from mirodash.survival.standardised_survival import standardise_curves
from mirodash.text.decimals import OpenInterval, choose_percent_decimals
from mirodash.text.facts import Explanation, Fact, Table
from mirodash.text.labels import ArmNames, format_arm_names, format_column_label, lower_first
from mirodash.text.numbers import (
    count,
    format_confidence_level,
    format_difference_in_points,
    format_duration,
    format_hazard_ratio,
    format_interval,
    format_not_estimable_after,
    format_percent,
)
from mirodash.text.ticks import convert_time
from mirodash.trial.trial import MISSING, Trial

NO_STANDARDISING = NotEstimable(
    "another event can come first, and a Cox model of this one alone predicts no cumulative incidence."
)
NOTHING_CHOSEN = "nothing is chosen to adjust for, and this trial names no strata."


@dataclass(frozen=True, slots=True)
class StandardisedGroup:
    """One group standardised to the covariates and strata of all its participants.

    ``left_out`` participants lack one of them, counted by column in ``missing``.
    """

    adjustment: Adjustment
    curves: StandardisedSurvival | NotEstimable
    left_out: int
    missing: tuple[tuple[str, int], ...]


def standardise_survival(trial: Trial, selection: Selection, place: int) -> StandardisedGroup | None:
    """Standardise all participants (place 0) or one of the groups, ascending; None unless it was asked for.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    if selection.curves != ADJUSTED:
        return None
    same = replace(selection, unit="", declared=None)
    # all participants stay the same wherever the thresholds are
    return _standardise_group(trial, same if place else replace(same, thresholds=()), place)


@memoise
@share_result
def _standardise_group(trial: Trial, selection: Selection, place: int) -> StandardisedGroup | None:
    chosen = resolve(trial, selection)
    people = assign_groups(trial, selection)
    if place >= len(people.shown):
        return None
    group, found = people.shown[place], choose_adjustment(trial, selection)
    if not found.columns:
        return StandardisedGroup(found, NotEstimable(NOTHING_CHOSEN), 0, ())
    if has_competing_events(trial, selection):
        return StandardisedGroup(found, NO_STANDARDISING, 0, ())
    inside, missing = complete(trial, found.columns, group.mask)
    outcome = resolve_outcome(trial, chosen)
    _, horizon = resolve_endpoint(trial, selection)
    covariates = design(trial, found.covariates, inside)
    time = outcome.time[inside]
    if trial.min_cell:
        time = aggregate_event_times(
            time, outcome.event[inside], people.treated[inside], min_cell=trial.min_cell
        )
    curves = standardise_curves(
        time,
        outcome.event[inside],
        people.treated[inside],
        covariates.matrix,
        horizon=horizon,
        entry=outcome.entry_of(inside),
        strata=stratum_codes(trial, found.strata, inside),
        names=covariates.names,
        confidence=chosen.confidence,
    )
    left_out = suppress_excluded(group.n - int(inside.sum()), trial.min_cell)
    few = too_few(people.treated[inside], trial.min_cell, event=outcome.event[inside])
    return StandardisedGroup(found, few or curves, left_out, suppress_missing(missing, trial.min_cell))


@dataclass(frozen=True, eq=False, slots=True)
class EffectWithinStrata:
    """The stratified comparison of all participants; ``missing`` of them belong to no stratum."""

    by: tuple[str, ...]
    effect: StratifiedEffect
    missing: int


@memoise
def stratified_effect(trial: Trial, selection: Selection) -> EffectWithinStrata | None:
    """Stratified log-rank test and Cox model among all participants; None when no strata are chosen.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = resolve(trial, selection)
    strata = chosen.chosen_strata
    if not strata:
        return None
    people = assign_groups(trial, selection)
    codes = find_strata(trial, strata)
    inside = people.everyone & (codes != MISSING)
    outcome = resolve_outcome(trial, chosen)
    effect = estimate_stratified_effect(
        outcome.time[inside],
        outcome.event[inside],
        people.treated[inside],
        codes[inside],
        entry=outcome.entry_of(inside),
        confidence=chosen.confidence,
    )
    effect = _suppress_effect(
        effect, too_few(people.treated[inside], trial.min_cell, event=outcome.event[inside]), trial.min_cell
    )
    missing = suppress_excluded(int((people.everyone & ~inside).sum()), trial.min_cell)
    return EffectWithinStrata(strata, effect, missing)


def _suppress_effect(effect: StratifiedEffect, few: NotEstimable | None, min_cell: int) -> StratifiedEffect:
    """The effect, unless an arm is too small to be told of; without reasons that give small counts away."""
    return StratifiedEffect(
        few or suppress_reason(effect.logrank, min_cell),
        few or suppress_reason(effect.cox, min_cell),
        effect.strata,
    )


THIN_LINES = "The thin lines are Kaplan–Meier's, as observed."


def with_standardised(
    told: Explanation, trial: Trial, found: StandardisedGroup, result: SurvivalByGroup, names: ArmNames
) -> Explanation:
    """What a card says, with what its standardised curves say; or why there are none."""
    curves = found.curves
    if isinstance(curves, NotEstimable):
        why = f"The curves are Kaplan–Meier's. They cannot be standardised to the same baseline: {curves.why}"
        return replace(told, sentence=f"{told.sentence} {why}")
    baseline = describe_baseline(trial, found)
    fact = _at_horizon(curves, result)
    sentence = (
        f"{told.sentence} The curves are standardised to the same baseline ({baseline})"
        f"{_describe_standardised_shares(curves, result, names)}. {THIN_LINES}"
    )
    if found.left_out:
        lack = "lacks" if found.left_out == 1 else "lack"
        sentence += f" {count(found.left_out)} who {lack} a value {'is' if found.left_out == 1 else 'are'} "
        sentence += f"not in them: {describe_missing_values(trial, found.missing)}."
    return replace(
        told,
        subtitle=f"{told.subtitle} · standardised",
        sentence=sentence,
        facts=(told.facts[0], fact, *told.facts[1:]),
        tables=(*told.tables, _build_table(told.title, curves, result, names)),
    )


def describe_baseline(trial: Trial, found: StandardisedGroup) -> str:
    """``age, log CSF pNFH, country × site of onset``."""
    asked = found.adjustment
    names = [name_covariate(trial, item) for item in asked.covariates]
    if asked.strata:
        names.append(describe_strata(trial, asked))
    return ", ".join(names)


def _describe_standardised_shares(
    curves: StandardisedSurvival, result: SurvivalByGroup, names: ArmNames
) -> str:
    """The standardised shares at the horizon; beyond the follow-up of an arm that they are not estimable."""
    control, treated = _format_standardised_shares(curves)
    if None in curves.at_horizon:
        return f"; at {at_horizon(result)} their difference is {_format_not_estimable(curves, result)}"
    free = result.endpoint.event_free
    return (
        f": had everybody been on {names.treated}, {treated} would be {free} at "
        f"{at_horizon(result)}, on {names.control} {control}"
    )


def _format_not_estimable(curves: StandardisedSurvival, result: SurvivalByGroup) -> str:
    scale = convert_time(1.0, result.endpoint.unit, result.unit)
    return format_not_estimable_after(min(curves.control.until, curves.treated.until) * scale, result.unit)


def _format_standardised_shares(curves: StandardisedSurvival) -> tuple[str, str]:
    """Control and treated at the horizon, with the decimals that the intervals there need."""
    shares = [
        (float("nan") if share is None else share, _read_last_interval(curve))
        for share, curve in zip(curves.at_horizon, (curves.control, curves.treated), strict=True)
    ]
    places = choose_percent_decimals(shares)
    control, treated = (format_percent(share, decimals=places) for share, _ in shares)
    return control, treated


def _read_last_interval(curve: StandardisedCurve) -> OpenInterval:
    low, high = float(curve.lower[-1]), float(curve.upper[-1])
    return (None, None) if np.isnan(low) or np.isnan(high) else (low, high)


def _at_horizon(curves: StandardisedSurvival, result: SurvivalByGroup) -> Fact:
    label = f"Standardised, {result.endpoint.event_free} at {at_horizon(result)}"
    control, treated = curves.at_horizon
    if control is None or treated is None or isinstance(curves.difference, NotEstimable):
        return Fact(label, _format_not_estimable(curves, result))
    difference = format_difference_in_points(
        curves.difference.estimate, curves.difference.ci, result.confidence
    )
    first, second = _format_standardised_shares(curves)[::-1]
    return Fact(label, f"{first} v {second}", f"difference {difference}")


def _build_table(label: str, curves: StandardisedSurvival, result: SurvivalByGroup, names: ArmNames) -> Table:
    rows = [
        row
        for name, curve in ((names.treated, curves.treated), (names.control, curves.control))
        for row in _build_rows(name, curve, result)
    ]
    header = (
        "Arm",
        "Time",
        result.endpoint.event_free.capitalize(),
        format_confidence_level(result.confidence),
    )
    return Table(f"{label}: standardised survival", header, tuple(rows))


def _build_rows(name: str, curve: StandardisedCurve, result: SurvivalByGroup) -> list[tuple[str, ...]]:
    scale = convert_time(1.0, result.endpoint.unit, result.unit)
    rows: list[tuple[str, ...]] = []
    for tick in result.ticks.tolist():
        k = int(np.searchsorted(curve.time, tick, side="right")) - 1
        low, high = float(curve.lower[k]), float(curve.upper[k])
        share, ends = float(curve.estimate[k]), (None, None) if np.isnan(low) else (low, high)
        places = max(1, choose_percent_decimals([(share, ends)]))
        reach = "–"
        if not np.isnan(low):
            reach = f"{format_percent(low, decimals=places)} to {format_percent(high, decimals=places)}"
        shown = format_percent(share, decimals=places)
        if tick > curve.until:
            shown, reach = "not estimable", "–"
        rows.append((name, format_duration(tick * scale, result.unit), shown, reach))
    return rows


def describe_effect_within_strata(trial: Trial, found: EffectWithinStrata, confidence: float) -> Fact:
    """The stratified hazard ratio, by what, and how many people belong to no stratum."""
    by = " × ".join(lower_first(format_column_label(trial, column)) for column in found.by)
    missing = f"; {count(found.missing)} without a stratum" if found.missing else ""
    cox = found.effect.cox
    if not isinstance(cox, HazardRatio):
        return Fact("Stratified", "not estimable", f"by {by}: {cox.why}{missing}")
    return Fact(
        "Stratified",
        format_hazard_ratio(cox.hr, cox.ci),
        f"{format_interval(cox.ci, confidence)}, by {by}{missing}",
    )


@dataclass(frozen=True, slots=True)
class SurvivalInGroup:
    """One group of a view, with the axes that all groups share."""

    trial: Trial
    result: SurvivalByGroup
    group: GroupSurvival
    names: ArmNames
    within_strata: Fact | None
    standardised: StandardisedGroup | None


def survival_panel(place: int) -> Panel[SurvivalInGroup]:
    """The panel of all participants (place 0) or of one of the groups, ascending."""

    def compute(trial: Trial, selection: Selection) -> SurvivalInGroup | None:
        result = survival_by_group(trial, selection)
        if place >= len(result.groups):
            return None
        # strata are a question about everybody; within a group they would leave too few to compare
        found = stratified_effect(trial, selection) if place == 0 else None
        fact = describe_effect_within_strata(trial, found, result.confidence) if found else None
        return SurvivalInGroup(
            trial,
            result,
            result.groups[place],
            format_arm_names(trial, selection),
            fact,
            standardise_survival(trial, selection, place),
        )

    return Panel(
        f"survival-{place}",
        compute,
        _explain,
        _draw,
        HEIGHT,
        moves_with_thresholds=place > 0,
        tabulate=_tabulate,
    )


def _explain(answer: SurvivalInGroup) -> Explanation:
    told = describe_effect_in_group(answer.result, answer.group, answer.names)
    facts = told.facts
    if answer.within_strata is not None:
        facts = (facts[0], answer.within_strata, *facts[1:])
    told = replace(told, facts=_add_number_needed(answer, facts))
    if answer.standardised is None or explain_suppression(answer.group.comparison):
        return told
    return with_standardised(told, answer.trial, answer.standardised, answer.result, answer.names)


def _tabulate(answer: SurvivalInGroup) -> Sequence[Table]:
    if answer.standardised is None:
        return build_group_tables(InGroup(answer.result, answer.group, answer.names))
    return _explain(answer).tables


def _add_number_needed(answer: SurvivalInGroup, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts with the number needed to treat after the survival it comes from.

    Also where there is none, and why: rows of neighbouring cards stand at one height, and none comes and goes
    while a threshold is moved.
    """
    after = name_survival_difference(answer.result)
    place = next((k for k, fact in enumerate(facts, 1) if fact.label == after), 0)
    if not place:
        return facts
    effect = find_absolute_effect(answer.group)
    return (*facts[:place], describe_number_needed(answer.result, effect, is_brief=True), *facts[place:])


def _draw(answer: SurvivalInGroup, theme: Theme) -> Figure:
    if explain_suppression(answer.group.comparison):
        raise CannotComputeError(
            f"No curve can be drawn: {lower_first(explain_suppression(answer.group.comparison))}"
        )
    curves = answer.standardised.curves if answer.standardised else None
    return draw_survival_card(
        answer.result,
        answer.group,
        answer.names,
        theme,
        standardised=curves if isinstance(curves, StandardisedSurvival) else None,
    )


SURVIVAL = tuple(survival_panel(place) for place in range(MAX_THRESHOLDS + 2))
