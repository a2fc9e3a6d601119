"""Covariate-adjusted treatment effect: which covariates, the adjusted hazard ratio, and its panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.counts import (
    suppress_complementary,
    suppress_missing,
    suppress_reason,
    suppress_small,
    too_few,
)
from mirodash.questions.panel import Panel, among_few_enough, in_one_step
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.adjustment_columns import (
    AdjustedColumn,
    Kind,
    factor_levels,
    numeric_values,
    read_adjusted_column,
)
from mirodash.stratification.groups import Group, assign_groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Mask, Selection
from mirodash.stratification.shared_results import share_result
from mirodash.stratification.strata import find_strata, levels_of, list_default_strata, stratum_column
from mirodash.stratification.validation import resolve, resolve_outcome
from mirodash.survival.adjusted import AdjustedHazardRatio, fit_adjusted_cox
from mirodash.survival.compare import estimate_stratified_effect
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.text.facts import Explanation, Fact, Table
from mirodash.text.labels import capitalise, format_arm_names, format_column_label, format_list, lower_first
from mirodash.text.numbers import (
    WALD,
    count,
    estimate_with_interval,
    format_hazard_ratio,
    format_interval,
    format_named_p_value,
)
from mirodash.trial.trial import MISSING, Trial

CovariateScale = Literal["log", "linear", "category"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Covariate:
    """One baseline column in a model: as it is, as its natural logarithm, or as one indicator a level."""

    column: str
    scale: CovariateScale
    kind: Kind = ""

    @property
    def chosen(self) -> AdjustedColumn:
        """As it was asked for."""
        return AdjustedColumn(self.column, self.kind)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What is adjusted for: covariates in the model, and columns whose crossing makes the strata.

    ``is_default`` where nobody chose the strata: the trial's dictionary names them.
    """

    covariates: tuple[Covariate, ...]
    strata: tuple[str, ...]
    is_default: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column whose value a participant needs to be analysed."""
        return (*(covariate.column for covariate in self.covariates), *self.strata)


@dataclass(frozen=True, eq=False, slots=True)
class Design:
    """The covariates of some participants as a matrix (participants, terms), with a name for each term.

    ``constant`` are the columns that are the same for all of them: they tell nothing and are left out.
    """

    matrix: Numbers
    names: tuple[str, ...]
    constant: tuple[str, ...]


@memoise
def choose_adjustment(trial: Trial, selection: Selection) -> Adjustment:
    """Which covariates and strata the selection asks for; without a choice, the strata of the dictionary.

    These are those named there, else those the trial was randomised within; no other column is ever added.
    What was chosen goes before them: a column that is chosen as a covariate, or that a chosen category fixes
    (a site its country), is no default stratum any more; a column that is chosen as a stratum is no
    covariate.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = resolve(trial, selection)
    inside = assign_groups(trial, selection).everyone
    items = tuple(
        item
        for text in chosen.adjust
        if (item := read_adjusted_column(trial, text)).column not in chosen.chosen_strata
    )
    within = chosen.chosen_strata
    if chosen.strata is None:
        within = tuple(
            column
            for column in list_default_strata(trial)
            if column not in [item.column for item in items]
            and not _fixed_by_any(trial, column, items, inside)
        )
    covariates = tuple(Covariate(item.column, scale_of(trial, item, inside), item.kind) for item in items)
    return Adjustment(covariates, within, is_default=chosen.strata is None and bool(within))


def scale_of(trial: Trial, item: AdjustedColumn, inside: Mask) -> CovariateScale:
    """How a column enters a model: a biomarker with a log scale as its logarithm, if that exists for all."""
    if factor_levels(trial, item) is not None:
        return "category"
    marker = trial.dictionary.biomarker(item.column)
    values = _numbers_of(trial, item)[inside]
    logs = marker is not None and marker.scale == "log" and not bool((values <= 0).any())
    return "log" if logs and item.kind != "number" else "linear"


def _numbers_of(trial: Trial, item: AdjustedColumn) -> Numbers:
    values = numeric_values(trial, item)
    return np.full(trial.participants, np.nan) if values is None else values


def find_known_covariates(trial: Trial, column: str) -> Mask:
    """True for participants (participants,) whose value in a column is known."""
    if column in trial.numbers and levels_of(trial, column) is None:
        return np.isfinite(trial.numbers[column].values)
    codes = stratum_column(trial, column)
    return np.zeros(trial.participants, dtype=np.bool_) if codes is None else codes != MISSING


def complete(trial: Trial, columns: Sequence[str], inside: Mask) -> tuple[Mask, tuple[tuple[str, int], ...]]:
    """Those inside whose every value is known, and how many lack each column (a person may lack several)."""
    analysed, lacking = inside.copy(), list[tuple[str, int]]()
    for column in columns:
        known = find_known_covariates(trial, column)
        analysed &= known
        lacking.append((column, int((inside & ~known).sum())))
    return analysed, tuple((column, n) for column, n in lacking if n)


def stratum_codes(trial: Trial, columns: tuple[str, ...], inside: Mask) -> NDArray[np.int64] | None:
    """The stratum of each of those inside; None without strata."""
    return find_strata(trial, columns)[inside] if columns else None


def design(trial: Trial, covariates: Sequence[Covariate], inside: Mask) -> Design:
    """The covariates of those inside, all of whose values must be known.

    A category has one indicator for each level that somebody has, but for the first of these.
    """
    terms: list[Numbers] = []
    names: list[str] = []
    constant: list[str] = []
    for covariate in covariates:
        found = _terms(trial, covariate, inside)
        if not found:
            constant.append(covariate.column)
        for name, values in found:
            names.append(name)
            terms.append(values)
    matrix = np.column_stack(terms) if terms else np.zeros((int(inside.sum()), 0))
    return Design(matrix, tuple(names), tuple(constant))


def label_of(trial: Trial, column: str) -> str:
    """What the dictionary calls a column."""
    item = trial.dictionary.factor(column) or trial.dictionary.biomarker(column)
    return item.label if item else column


def _terms(trial: Trial, covariate: Covariate, inside: Mask) -> list[tuple[str, Numbers]]:
    label = label_of(trial, covariate.column)
    levels = factor_levels(trial, covariate.chosen)
    if levels is None:
        values = _numbers_of(trial, covariate.chosen)[inside]
        scaled = np.log(values) if covariate.scale == "log" else values
        varies = scaled.size > 0 and scaled.min() < scaled.max()
        return [(f"covariate '{label}'", scaled)] if varies else []
    codes = levels.codes[inside]
    factor = trial.dictionary.factor(covariate.column)
    called = dict(factor.levels) if factor else {}
    return [
        (f"covariate '{label}: {called.get(name, name)}'", (codes == code).astype(np.float64))
        for code in np.unique(codes)[1:].tolist()
        for name in (levels.names[code],)
    ]


def _fixed_by_any(trial: Trial, column: str, chosen: Sequence[AdjustedColumn], inside: Mask) -> bool:
    """True when somebody's level of a chosen category tells their level of this column."""
    codes = stratum_column(trial, column)
    for other in chosen:
        levels = factor_levels(trial, other)
        if codes is None or levels is None:
            continue
        pairs = np.unique(np.column_stack((levels.codes, codes))[inside], axis=0)
        if pairs.shape[0] == np.unique(pairs[:, 0]).size:
            return True
    return False


@dataclass(frozen=True, slots=True)
class AdjustedGroup:
    """One group: its hazard ratio as on its card, and adjusted.

    ``participants`` with ``events`` were analysed; ``left_out`` lack a covariate or a stratum, counted by
    column in ``missing`` (somebody may lack several). ``same_people`` is the unadjusted hazard ratio of those
    analysed, None when nobody was left out. ``constant`` are covariates that are the same for all of them.
    ``idle`` participants are in levels of a category without an event, and weigh nothing.
    """

    label: str
    participants: int
    events: int
    unadjusted: HazardRatio | NotEstimable
    same_people: HazardRatio | NotEstimable | None
    adjusted: AdjustedHazardRatio | NotEstimable
    left_out: int
    missing: tuple[tuple[str, int], ...]
    constant: tuple[str, ...]
    idle: int = 0

    @property
    def dropped(self) -> tuple[str, ...]:
        """Covariates, or levels of one, that were left out because the others fix them."""
        return () if isinstance(self.adjusted, NotEstimable) else self.adjusted.dropped


@dataclass(frozen=True, slots=True)
class AdjustedEffect:
    """All participants first, then the groups ascending, each with its effect before and after adjusting."""

    adjustment: Adjustment
    groups: tuple[AdjustedGroup, ...]
    confidence: float

    @property
    def overall(self) -> AdjustedGroup:
        """All participants."""
        return self.groups[0]


def adjusted_effect(trial: Trial, selection: Selection) -> AdjustedEffect | None:
    """Adjust the hazard ratio of every group; None when there is nothing to adjust for.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _adjusted_effect(trial, drop_appearance(selection))


def drop_appearance(selection: Selection) -> Selection:
    """The same people, groups and covariates, without what only changes what is shown of them."""
    horizon = selection.horizon if selection.up_to_horizon else None
    shown = replace(selection, unit="", curves="", declared=None, landmarks=None, statistics=())
    return replace(shown, horizon=horizon)


@memoise
@share_result
def _adjusted_effect(trial: Trial, selection: Selection) -> AdjustedEffect | None:
    found = choose_adjustment(trial, selection)
    if not found.columns:
        return None
    shown = assign_groups(trial, selection).shown
    before = survival_by_group(trial, selection).groups
    made = tuple(
        _in_group(trial, selection, found, group, as_shown.comparison.cox)
        for group, as_shown in zip(shown, before, strict=True)
    )
    return AdjustedEffect(found, made, resolve(trial, selection).confidence)


def _in_group(
    trial: Trial, selection: Selection, found: Adjustment, group: Group, before: HazardRatio | NotEstimable
) -> AdjustedGroup:
    chosen = resolve(trial, selection)
    inside, missing = complete(trial, found.columns, group.mask)
    outcome, treated = resolve_outcome(trial, chosen), assign_groups(trial, selection).treated[inside]
    time, event = outcome.time[inside], outcome.event[inside]
    left_out = group.n - time.size
    fitted = _leave_out_levels_without_events(trial, found.covariates, inside, outcome.event)
    covariates = design(trial, found.covariates, fitted)
    adjusted = fit_adjusted_cox(
        time[fitted[inside]],
        event[fitted[inside]],
        treated[fitted[inside]],
        covariates.matrix,
        entry=outcome.entry_of(fitted),
        strata=stratum_codes(trial, found.strata, fitted),
        names=covariates.names,
        confidence=chosen.confidence,
    )
    if isinstance(adjusted, AdjustedHazardRatio):
        adjusted = replace(adjusted, participants=time.size)
    alone = estimate_stratified_effect(
        time,
        event,
        treated,
        np.zeros(time.size),
        entry=outcome.entry_of(inside),
        confidence=chosen.confidence,
    ).cox
    few = too_few(treated, trial.min_cell, event=event)
    # of a group that is told, as many follow as are not left out
    participants, without = suppress_complementary((time.size, left_out), trial.min_cell if left_out else 0)
    return AdjustedGroup(
        label=group.label,
        participants=suppress_small(participants, trial.min_cell),
        events=suppress_small(int(event.sum()), trial.min_cell),
        unadjusted=before,
        same_people=few or alone if left_out else None,
        adjusted=few or _suppress_ratio(adjusted, trial.min_cell),
        left_out=without,
        missing=suppress_missing(missing, trial.min_cell),
        constant=covariates.constant,
        idle=suppress_small(int((inside & ~fitted).sum()), trial.min_cell),
    )


def _leave_out_levels_without_events(
    trial: Trial, covariates: Sequence[Covariate], inside: Mask, event: Mask
) -> Mask:
    """Those of the analysed who weigh anything: the hazard of a level without an event is fitted as 0.

    R's ``coxph`` goes towards the same limit, in as many steps as it is allowed.
    """
    kept = inside.copy()
    for covariate in covariates:
        levels = factor_levels(trial, covariate.chosen)
        if levels is not None:
            with_events = np.unique(levels.codes[inside & event])
            kept &= np.isin(levels.codes, with_events)
    return kept if kept.any() else inside


def _suppress_ratio(
    ratio: AdjustedHazardRatio | NotEstimable, min_cell: int
) -> AdjustedHazardRatio | NotEstimable:
    if isinstance(ratio, NotEstimable):
        return suppress_reason(ratio, min_cell)
    people, events = suppress_small(ratio.participants, min_cell), suppress_small(ratio.events, min_cell)
    return replace(ratio, participants=people, events=events)


FEW_EVENTS_A_TERM = 5
"""Below this many events for each term an adjusted hazard ratio is shown, but greyed."""
TITLE = "Adjusted effect"
NOTHING = (
    "Nothing is chosen to adjust for, and this trial names no strata; choose baseline factors to adjust for."
)
COMPARES = (
    "An adjusted {ratio} compares people alike at baseline, so it may differ from the unadjusted one "
    "even where the arms are balanced."
)


def adjusted_for(trial: Trial, adjustment: Adjustment) -> str:
    """What was adjusted for, inside a sentence: ``adjusted for age and log pNFH, within country × onset``."""
    within = f"within {describe_strata(trial, adjustment)}" if adjustment.strata else ""
    if adjustment.is_default:
        within += " (strata named by the dictionary)"
    if not adjustment.covariates:
        return f"compared {within}"
    names = format_list([name_covariate(trial, item) for item in adjustment.covariates])
    return f"adjusted for {names}{', ' if within else ''}{within}"


def describe_strata(trial: Trial, adjustment: Adjustment) -> str:
    """The strata, crossed: ``country × site of onset``."""
    return " × ".join(lower_first(format_column_label(trial, column)) for column in adjustment.strata)


def name_covariate(trial: Trial, item: Covariate) -> str:
    """A covariate inside a sentence; its scale is said where it is not the column's own."""
    name = lower_first(format_column_label(trial, item.column))
    if item.kind:
        return f"{name} (as a {item.kind})"
    return f"log {name}" if item.scale == "log" else name


def describe_adjusted_effect(
    trial: Trial, group: AdjustedGroup, adjustment: Adjustment, confidence: float
) -> str:
    """One group in a line of plain text: what was adjusted for, and the hazard ratio or why there is none."""
    shown = _format_estimate(group.adjusted, confidence)
    left_out = f"; left out without a value: {_describe_missing(trial, group)}" if group.left_out else ""
    notes = " ".join(describe_model_notes(group))
    return f"{adjusted_for(trial, adjustment)}: {shown}{left_out}{f'. {notes}' if notes else ''}"


def adjusted_effect_in_words(
    trial: Trial, found: AdjustedEffect | None, *, ratio: str = "hazard ratio"
) -> Explanation:
    """Everything said about the adjusted effect of all participants and of each group.

    ``ratio`` is what its measure is called.
    """
    if found is None:
        return Explanation(TITLE, "", NOTHING)
    what = adjusted_for(trial, found.adjustment)
    facts = [_build_fact(group, found.confidence) for group in found.groups]
    return Explanation(
        title=TITLE,
        subtitle=what,
        sentence=" ".join([COMPARES.format(ratio=ratio), *_build_notes(trial, found)]),
        facts=tuple(facts),
        tables=(_build_table(trial, found, ratio),),
    )


def _build_fact(group: AdjustedGroup, confidence: float) -> Fact:
    adjusted = group.adjusted
    before = group.unadjusted
    unadjusted = (
        f"unadjusted {format_hazard_ratio(before.hr, before.ci)}" if isinstance(before, HazardRatio) else ""
    )
    if isinstance(adjusted, NotEstimable):
        return Fact(group.label, "not estimable", "; ".join(filter(None, (adjusted.why, unadjusted))))
    few = adjusted.events < FEW_EVENTS_A_TERM * (adjusted.terms + 1)
    note = f"; only {count(adjusted.events)} events for {count(adjusted.terms + 1)} terms" if few else ""
    detail = "; ".join(filter(None, (format_interval(adjusted.ci, confidence), unadjusted)))
    return Fact(group.label, format_hazard_ratio(adjusted.hr, adjusted.ci), detail + note, uncertain=few)


def _build_table(trial: Trial, found: AdjustedEffect, ratio: str) -> Table:
    level = found.confidence
    rows: list[tuple[str, ...]] = []
    for group in found.groups:
        same = group.unadjusted if group.same_people is None else group.same_people
        rows.append(
            (
                group.label,
                _build_cell(group.unadjusted, level),
                _build_cell(same, level),
                _build_cell(group.adjusted, level),
                count(group.participants),
                count(group.events),
                _describe_missing(trial, group) or "0",
            )
        )
    header = ("Group", "Unadjusted", "Unadjusted, same people", "Adjusted", "n", "Events", "Left out")
    return Table(f"{capitalise(ratio)}s {adjusted_for(trial, found.adjustment)}", header, tuple(rows))


def _build_cell(estimate: HazardRatio | AdjustedHazardRatio | NotEstimable, confidence: float) -> str:
    if isinstance(estimate, NotEstimable):
        return "not estimable"
    return estimate_with_interval(estimate.hr, estimate.ci, confidence)


def _format_estimate(estimate: HazardRatio | AdjustedHazardRatio | NotEstimable, confidence: float) -> str:
    if isinstance(estimate, NotEstimable):
        return f"not estimable. {estimate.why}"
    p = estimate.p if isinstance(estimate, AdjustedHazardRatio) else estimate.p_wald
    shown = estimate_with_interval(estimate.hr, estimate.ci, confidence)
    return f"{shown}, {format_named_p_value(p, WALD)}"


def _build_notes(trial: Trial, found: AdjustedEffect) -> list[str]:
    """Who was left out, which covariates tell nothing, and who named the strata."""
    overall = found.overall
    said = []
    if overall.left_out:
        lack = "participant lacks" if overall.left_out == 1 else "participants lack"
        are = "is" if overall.left_out == 1 else "are"
        whom = describe_missing_values(trial, overall.missing)
        said.append(f"{count(overall.left_out)} {lack} a value and {are} left out: {whom}.")
    if overall.constant:
        names = format_list([lower_first(format_column_label(trial, column)) for column in overall.constant])
        verb = "is" if len(overall.constant) == 1 else "are"
        said.append(
            f"{_capitalise(names)} {verb} the same for all participants and {verb} left out of the model."
        )
    said += describe_model_notes(overall)
    if found.adjustment.is_default:
        said.append(
            "The strata are those that the trial's dictionary names; they can be switched off under "
            "“Stratify by”."
        )
    return said


def describe_model_notes(group: AdjustedGroup) -> list[str]:
    """Which covariates the others fix, and who weighs nothing in a model with a level for each site."""
    said: list[str] = []
    if group.dropped:
        names = format_list([name.removeprefix("covariate ").strip("'") for name in group.dropped])
        verb = "is" if len(group.dropped) == 1 else "are"
        said.append(f"{_capitalise(names)} {verb} fixed by the others and left out of the model (in R: NA).")
    if group.idle:
        belong = "participant is" if group.idle == 1 else "participants are"
        said.append(f"{count(group.idle)} {belong} in a level without any event, which tells nothing.")
    return said


def _describe_missing(trial: Trial, group: AdjustedGroup) -> str:
    """``17 (serum NfL 6, SVC 3)``; empty when nobody was left out."""
    return (
        f"{count(group.left_out)} ({describe_missing_values(trial, group.missing)})" if group.left_out else ""
    )


def describe_missing_values(trial: Trial, missing: tuple[tuple[str, int], ...]) -> str:
    """How many lack what: ``serum NfL 6, SVC 3``."""
    return ", ".join(f"{lower_first(format_column_label(trial, column))} {count(n)}" for column, n in missing)


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]


def _compute(trial: Trial, selection: Selection) -> Explanation:
    ratio = format_arm_names(trial, selection).ratio
    return adjusted_effect_in_words(trial, adjusted_effect(trial, selection), ratio=ratio)


def _explain(answer: Explanation) -> Explanation:
    return answer


ADJUSTED = in_one_step(Panel("adjusted", among_few_enough(_compute, "The adjusted effect"), _explain))
"""Asked once the reader pauses: the curves do not wait for a model of every group."""
