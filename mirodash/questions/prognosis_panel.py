"""Prognostic or predictive biomarker: its effects before and after adjustment for prognosis."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from mirodash.disclosure.counts import suppress_excluded, suppress_missing, too_few
from mirodash.questions.covariate_adjustment import (
    Covariate,
    complete,
    describe_missing_values,
    design,
    name_covariate,
    scale_of,
)
from mirodash.questions.group_interaction import choose_nice_step, describe_step
from mirodash.questions.panel import Panel, among_few_enough, in_one_step
from mirodash.stratification.adjustment_columns import AdjustedColumn, must_ask_kind, read_adjusted_column
from mirodash.stratification.groups import assign_groups, drop_thresholds
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.shared_results import share_result
from mirodash.stratification.validation import resolve, resolve_outcome
from mirodash.survival.adjusted import PrognosisAdjusted, Ratio, biomarker_and_prognosis
from mirodash.survival.results import NotEstimable
from mirodash.text.facts import Explanation, Fact, Table
from mirodash.text.labels import capitalise, format_arm_names, format_list
from mirodash.text.numbers import count, estimate_with_interval, format_hazard_ratio, format_interval
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial

NOBODY = "No participant has both the biomarker and every factor."
NO_FACTORS = "No other baseline factor differs between participants, so there is no prognosis to allow for."

ONLY_THIS = "Only {marker} is chosen under “Adjust for”: add other factors to see what it adds to prognosis."


@dataclass(frozen=True, slots=True)
class BiomarkerAndPrognosis:
    """What the biomarker tells for each ``step`` (in its unit; None is a doubling), before and after.

    All models are of the same people: those with the biomarker and every factor. ``left_out`` lack one of
    them, counted by column in ``missing``; ``constant`` are factors that are the same for everybody.
    """

    biomarker: Biomarker
    step: float | None
    factors: tuple[Covariate, ...]
    found: PrognosisAdjusted | NotEstimable
    left_out: int
    missing: tuple[tuple[str, int], ...]
    constant: tuple[str, ...]
    confidence: float


def prognosis(trial: Trial, selection: Selection) -> BiomarkerAndPrognosis | None:
    """Adjust the biomarker for the chosen columns, else for every other factor; None without a biomarker.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _prognosis(trial, replace(drop_thresholds(selection), curves="", declared=None))


@memoise
@share_result
def _prognosis(trial: Trial, selection: Selection) -> BiomarkerAndPrognosis | None:
    chosen = resolve(trial, selection)
    marker = trial.dictionary.biomarker(chosen.biomarker)
    if marker is None:
        return None
    people = assign_groups(trial, selection)
    items = [
        item
        for item in _list_prognostic_columns(trial, chosen)
        if item.column != marker.column and _is_there(trial, item.column)
    ]
    factors = tuple(
        Covariate(item.column, scale_of(trial, item, people.everyone), item.kind) for item in items
    )
    inside, missing = complete(trial, (marker.column, *(item.column for item in items)), people.everyone)
    values = trial.numbers[marker.column].values[inside]
    logs = bool((values > 0).all())
    step = None if logs else choose_nice_step(trial, selection)
    made = design(trial, factors, inside)
    few = too_few(people.treated[inside], trial.min_cell)
    if few:
        found = few
    elif not made.names:
        nothing = NO_FACTORS if items or not chosen.adjust else ONLY_THIS.format(marker=marker.short)
        found = NotEstimable(nothing if inside.any() else NOBODY)
    else:
        outcome = resolve_outcome(trial, chosen)
        found = biomarker_and_prognosis(
            outcome.time[inside],
            outcome.event[inside],
            people.treated[inside],
            np.log(values) if logs else values,
            made.matrix,
            entry=outcome.entry_of(inside),
            step=math.log(2) if step is None else step,
            names=made.names,
            confidence=chosen.confidence,
        )
    left_out = suppress_excluded(int((people.everyone & ~inside).sum()), trial.min_cell)
    missing = suppress_missing(missing, trial.min_cell)
    return BiomarkerAndPrognosis(
        marker, step, factors, found, left_out, missing, made.constant, chosen.confidence
    )


def _list_prognostic_columns(trial: Trial, chosen: Selection) -> tuple[AdjustedColumn, ...]:
    """The columns that were chosen, else every factor; whole numbers that may be codes enter as such."""
    if chosen.adjust:
        return tuple(read_adjusted_column(trial, text) for text in chosen.adjust)
    return tuple(
        AdjustedColumn(factor.column, "factor" if must_ask_kind(trial, factor.column) else "")
        for factor in trial.dictionary.factors
    )


def _is_there(trial: Trial, column: str) -> bool:
    return column in trial.numbers or column in trial.categories or column in ("site", "country")


SAME_PEOPLE = "Both are of the same people, and their intervals are not corrected for any search."
NAMED = 4
"""As many factors are named in a line; of more the table names the rest."""


def describe_prognosis(
    trial: Trial, answer: BiomarkerAndPrognosis, treated: str, *, ratio: str = "hazard ratio"
) -> Explanation:
    """Everything said about one biomarker as prognosis and as modifier of the effect of treatment.

    ``ratio`` is what the measure of the effect is called.
    """
    short = answer.biomarker.short
    title = f"{short} and prognosis"
    if isinstance(answer.found, NotEstimable):
        return Explanation(title, "", f"{answer.found.why} {_describe_excluded(trial, answer)}".strip())
    found, step = answer.found, f"per {describe_step(answer.step, answer.biomarker)} of {short}"
    names, level = _describe_factors(trial, answer), answer.confidence
    rows = (
        (f"Hazard {step}", found.alone, found.adjusted),
        (f"{capitalise(ratio)} of {treated} {step}", found.predictive_alone, found.predictive_adjusted),
    )
    said = (
        _as_prognosis(found, short),
        _as_modifier(found, short),
        SAME_PEOPLE,
        _describe_excluded(trial, answer),
    )
    return Explanation(
        title=title,
        subtitle=f"{count(found.participants)} participants · prognosis from {_some(names)}",
        sentence=" ".join(filter(None, said)),
        facts=tuple(_build_fact(label, before, after, level) for label, before, after in rows),
        tables=(
            Table(
                f"{short} before and after allowing for prognosis: {format_list(names)}",
                ("Ratio", "Alone", "After prognosis"),
                tuple(
                    (label, _build_cell(before, level), _build_cell(after, level))
                    for label, before, after in rows
                ),
            ),
        ),
    )


def _some(names: list[str]) -> str:
    """All of a few names, or the first of many; the table names every one."""
    if len(names) <= NAMED:
        return format_list(names)
    return f"{', '.join(names[: NAMED - 1])} and {count(len(names) - NAMED + 1)} more"


def _describe_factors(trial: Trial, answer: BiomarkerAndPrognosis) -> list[str]:
    used = [item for item in answer.factors if item.column not in answer.constant]
    return [name_covariate(trial, item) for item in used]


def _as_prognosis(found: PrognosisAdjusted, short: str) -> str:
    """Whether it says something of its own; what is not shown is not denied."""
    if isinstance(found.alone, NotEstimable) or isinstance(found.adjusted, NotEstimable):
        return ""
    if _excludes_one(found.adjusted):
        return (
            f"Also among people alike in these factors {short} goes with survival: it tells what they do not."
        )
    if _excludes_one(found.alone):
        return (
            f"Among people alike in these factors that is not established: {short} may be a proxy for them."
        )
    return f"That {short} goes with survival is not established, alone or beside these factors."


def _as_modifier(found: PrognosisAdjusted, short: str) -> str:
    before, after = found.predictive_alone, found.predictive_adjusted
    if isinstance(before, NotEstimable) or isinstance(after, NotEstimable):
        return ""
    if _excludes_one(before) and not _excludes_one(after):
        return f"With prognosis allowed for, the data no longer show that the effect changes with {short}."
    if _excludes_one(before):
        return f"Allowing for prognosis leaves the difference by {short} standing."
    return f"The data show neither that the effect changes with {short} nor that it does not."


def _excludes_one(ratio: Ratio) -> bool:
    return ratio.ci[0] > 1 or ratio.ci[1] < 1


def _build_cell(ratio: Ratio | NotEstimable, confidence: float) -> str:
    if isinstance(ratio, NotEstimable):
        return "not estimable"
    return f"× {estimate_with_interval(ratio.ratio, ratio.ci, confidence)}"


def _build_fact(
    label: str, before: Ratio | NotEstimable, after: Ratio | NotEstimable, confidence: float
) -> Fact:
    """Before and after in one line: the change is what it is about."""
    value = " → ".join(
        "not estimable"
        if isinstance(ratio, NotEstimable)
        else f"× {format_hazard_ratio(ratio.ratio, ratio.ci)}"
        for ratio in (before, after)
    )
    details = [
        f"{when}: {ratio.why}"
        if isinstance(ratio, NotEstimable)
        else f"{when} {format_interval(ratio.ci, confidence)}"
        for when, ratio in (("alone", before), ("after prognosis", after))
    ]
    return Fact(label, value, "; ".join(details))


def _describe_excluded(trial: Trial, answer: BiomarkerAndPrognosis) -> str:
    if not answer.left_out:
        return ""
    lack = "lacks a value and is" if answer.left_out == 1 else "lack a value and are"
    return f"{count(answer.left_out)} {lack} left out: {describe_missing_values(trial, answer.missing)}."


def _compute(trial: Trial, selection: Selection) -> Explanation | None:
    found = prognosis(trial, selection)
    names = format_arm_names(trial, selection)
    return describe_prognosis(trial, found, names.treated, ratio=names.ratio) if found else None


def _explain(answer: Explanation) -> Explanation:
    return answer


PROGNOSIS = in_one_step(Panel("prognosis", among_few_enough(_compute, "What is prognostic"), _explain))
