"""Survival standardised to the same baseline, in words beside the curves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mirodash.analysis.standardised_survival import StandardisedGroup
from mirodash.analysis.survival_by_group import SurvivalByGroup
from mirodash.analysis.time_units import converted
from mirodash.survival.adjusted import StandardisedCurve, StandardisedSurvival
from mirodash.survival.results import NotEstimable
from mirodash.trial.trial import Trial
from mirodash.wording.adjusted import covariate_name, missing_values, strata_in_words
from mirodash.wording.arms import ArmNames
from mirodash.wording.effects import at_horizon
from mirodash.wording.explanation import Explanation, Fact, Table
from mirodash.wording.numbers import confidence_level, count, difference_in_points, duration, percent

THIN_LINES = "The thin lines are Kaplan–Meier's, as observed."


def with_standardised(
    told: Explanation, trial: Trial, found: StandardisedGroup, result: SurvivalByGroup, names: ArmNames
) -> Explanation:
    """What a card says, with what its standardised curves say; or why there are none."""
    curves = found.curves
    if isinstance(curves, NotEstimable):
        why = f"The curves are Kaplan–Meier's. They cannot be standardised to the same baseline: {curves.why}"
        return replace(told, sentence=f"{told.sentence} {why}")
    baseline = baseline_in_words(trial, found)
    fact = _at_horizon(curves, result)
    control, treated = curves.at_horizon
    free = result.endpoint.event_free
    sentence = (
        f"{told.sentence} The curves are standardised to the same baseline ({baseline}): had everybody "
        f"been on {names.treated}, {percent(treated)} would be {free} at {at_horizon(result)}, on "
        f"{names.control} {percent(control)}. {THIN_LINES}"
    )
    if found.left_out:
        lack = "lacks" if found.left_out == 1 else "lack"
        sentence += f" {count(found.left_out)} who {lack} a value {'is' if found.left_out == 1 else 'are'} "
        sentence += f"not in them: {missing_values(trial, found.missing)}."
    return replace(
        told,
        subtitle=f"{told.subtitle} · standardised",
        sentence=sentence,
        facts=(told.facts[0], fact, *told.facts[1:]),
        tables=(*told.tables, _table(told.title, curves, result, names)),
    )


def baseline_in_words(trial: Trial, found: StandardisedGroup) -> str:
    """``age, log CSF pNFH, country × site of onset``."""
    asked = found.adjustment
    names = [covariate_name(trial, item.column, item.scale) for item in asked.covariates]
    if asked.strata:
        names.append(strata_in_words(trial, asked))
    return ", ".join(names)


def _at_horizon(curves: StandardisedSurvival, result: SurvivalByGroup) -> Fact:
    control, treated = curves.at_horizon
    difference = difference_in_points(curves.difference.estimate, curves.difference.ci, result.confidence)
    label = f"Standardised, {result.endpoint.event_free} at {at_horizon(result)}"
    return Fact(label, f"{percent(treated)} v {percent(control)}", f"difference {difference}")


def _table(label: str, curves: StandardisedSurvival, result: SurvivalByGroup, names: ArmNames) -> Table:
    rows = [
        row
        for name, curve in ((names.treated, curves.treated), (names.control, curves.control))
        for row in _rows(name, curve, result)
    ]
    header = ("Arm", "Time", result.endpoint.event_free.capitalize(), confidence_level(result.confidence))
    return Table(f"{label}: standardised survival", header, tuple(rows))


def _rows(name: str, curve: StandardisedCurve, result: SurvivalByGroup) -> list[tuple[str, ...]]:
    scale = converted(1.0, result.endpoint.unit, result.unit)
    rows: list[tuple[str, ...]] = []
    for tick in result.ticks.tolist():
        k = int(np.searchsorted(curve.time, tick, side="right")) - 1
        low, high = float(curve.lower[k]), float(curve.upper[k])
        between = "–" if np.isnan(low) else f"{percent(low, decimals=1)} to {percent(high, decimals=1)}"
        shown = percent(float(curve.estimate[k]), decimals=1)
        rows.append((name, duration(tick * scale, result.unit), shown, between))
    return rows
