"""The effect of treatment after adjusting for baseline factors, in words and numbers."""

from __future__ import annotations

from mirodash.analysis.adjusted_effect import AdjustedEffect, AdjustedGroup
from mirodash.analysis.covariates import Adjustment
from mirodash.survival.adjusted import AdjustedHazardRatio
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.trial.trial import Trial
from mirodash.wording.explanation import Explanation, Fact, Table
from mirodash.wording.labels import column_label, in_sentence, listed
from mirodash.wording.numbers import count, estimate_with_interval, hazard_ratio, interval

FEW_EVENTS_A_TERM = 5
"""Below this many events for each term an adjusted hazard ratio is shown, but greyed."""
TITLE = "Adjusted effect"
NOTHING = (
    "Nothing is chosen to adjust for, and this trial names no strata; choose baseline factors to adjust for."
)
COMPARES = (
    "An adjusted hazard ratio compares people alike at baseline, so it may differ from the unadjusted one "
    "even where the arms are balanced."
)


def adjusted_for(trial: Trial, adjustment: Adjustment) -> str:
    """What was adjusted for, inside a sentence: ``adjusted for age and log pNFH, within country × onset``."""
    within = f"within {strata_in_words(trial, adjustment)}" if adjustment.strata else ""
    if not adjustment.covariates:
        return f"compared {within}"
    names = listed([covariate_name(trial, item.column, item.scale) for item in adjustment.covariates])
    return f"adjusted for {names}{', ' if within else ''}{within}"


def strata_in_words(trial: Trial, adjustment: Adjustment) -> str:
    """The strata, crossed: ``country × site of onset``."""
    return " × ".join(in_sentence(column_label(trial, column)) for column in adjustment.strata)


def covariate_name(trial: Trial, column: str, scale: str) -> str:
    """A covariate inside a sentence; its scale is said where it is not the column's own."""
    name = in_sentence(column_label(trial, column))
    return f"log {name}" if scale == "log" else name


def adjusted_in_words(trial: Trial, group: AdjustedGroup, adjustment: Adjustment, confidence: float) -> str:
    """One group in a line of plain text: what was adjusted for, and the hazard ratio or why there is none."""
    shown = _plain(group.adjusted, confidence)
    left_out = f"; left out without a value: {_missing(trial, group)}" if group.left_out else ""
    return f"{adjusted_for(trial, adjustment)}: {shown}{left_out}"


def adjusted_effect_in_words(trial: Trial, found: AdjustedEffect | None) -> Explanation:
    """Everything said about the adjusted effect of all participants and of each group."""
    if found is None:
        return Explanation(TITLE, "", NOTHING)
    what = adjusted_for(trial, found.adjustment)
    facts = [_fact(group, found.confidence) for group in found.groups]
    return Explanation(
        title=TITLE,
        subtitle=what,
        sentence=" ".join([COMPARES, *_notes(trial, found)]),
        facts=tuple(facts),
        tables=(_table(trial, found),),
    )


def _fact(group: AdjustedGroup, confidence: float) -> Fact:
    adjusted = group.adjusted
    before = group.unadjusted
    unadjusted = f"unadjusted {hazard_ratio(before.hr)}" if isinstance(before, HazardRatio) else ""
    if isinstance(adjusted, NotEstimable):
        return Fact(group.label, "not estimable", "; ".join(filter(None, (adjusted.why, unadjusted))))
    few = adjusted.events < FEW_EVENTS_A_TERM * (adjusted.terms + 1)
    note = f"; only {count(adjusted.events)} events for {count(adjusted.terms + 1)} terms" if few else ""
    detail = "; ".join(filter(None, (interval(adjusted.ci, confidence), unadjusted)))
    return Fact(group.label, hazard_ratio(adjusted.hr), detail + note, uncertain=few)


def _table(trial: Trial, found: AdjustedEffect) -> Table:
    level = found.confidence
    rows: list[tuple[str, ...]] = []
    for group in found.groups:
        same = group.unadjusted if group.same_people is None else group.same_people
        rows.append(
            (
                group.label,
                _cell(group.unadjusted, level),
                _cell(same, level),
                _cell(group.adjusted, level),
                count(group.participants),
                count(group.events),
                _missing(trial, group) or "0",
            )
        )
    header = ("Group", "Unadjusted", "Unadjusted, same people", "Adjusted", "n", "Events", "Left out")
    return Table(f"Hazard ratios {adjusted_for(trial, found.adjustment)}", header, tuple(rows))


def _cell(estimate: HazardRatio | AdjustedHazardRatio | NotEstimable, confidence: float) -> str:
    if isinstance(estimate, NotEstimable):
        return "not estimable"
    return estimate_with_interval(estimate.hr, estimate.ci, confidence)


def _plain(estimate: HazardRatio | AdjustedHazardRatio | NotEstimable, confidence: float) -> str:
    if isinstance(estimate, NotEstimable):
        return f"not estimable. {estimate.why}"
    return estimate_with_interval(estimate.hr, estimate.ci, confidence)


def _notes(trial: Trial, found: AdjustedEffect) -> list[str]:
    """Who was left out, and which covariates tell nothing."""
    overall = found.overall
    said = []
    if overall.left_out:
        lack = "participant lacks" if overall.left_out == 1 else "participants lack"
        are = "is" if overall.left_out == 1 else "are"
        whom = missing_values(trial, overall.missing)
        said.append(f"{count(overall.left_out)} {lack} a value and {are} left out: {whom}.")
    if overall.constant:
        names = listed([in_sentence(column_label(trial, column)) for column in overall.constant])
        verb = "is" if len(overall.constant) == 1 else "are"
        said.append(f"{_capitalised(names)} {verb} the same for everybody and {verb} left out of the model.")
    return said


def _missing(trial: Trial, group: AdjustedGroup) -> str:
    """``17 (serum NfL 6, SVC 3)``; empty when nobody was left out."""
    return f"{count(group.left_out)} ({missing_values(trial, group.missing)})" if group.left_out else ""


def missing_values(trial: Trial, missing: tuple[tuple[str, int], ...]) -> str:
    """How many lack what: ``serum NfL 6, SVC 3``."""
    return ", ".join(f"{in_sentence(column_label(trial, column))} {count(n)}" for column, n in missing)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
