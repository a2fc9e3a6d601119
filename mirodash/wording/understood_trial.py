"""What was understood of a trial that is loaded: who can be compared, and what every column means."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.counts import NOT_TOLD, told, told_left_out, told_parts
from mirodash.trial.dictionary import Biomarker, Endpoint, Factor
from mirodash.trial.trial import Levels, Trial
from mirodash.wording.explanation import Fact, Table
from mirodash.wording.numbers import count, duration

Mask = NDArray[np.bool_]
_SHOWN = 8
HEADER = ("Role", "Column", "Label", "Unit", "Limits", "Values")


def usable(trial: Trial, endpoint: Endpoint) -> tuple[Fact, ...]:
    """From everybody randomised to those who can be compared, and who has which biomarker.

    Small counts are told as the limit they are below, and so that none follows by subtraction.
    """
    outcome = trial.outcomes[endpoint.key]
    compared = _compared(trial)
    can = compared & outcome.usable
    everybody = Fact(trial.dictionary.population.capitalize(), count(trial.participants), _by_arm(trial))
    number = told(int((can & outcome.event).sum()), trial.min_cell)
    events = Fact("Events", count(number), endpoint.singular if number == 1 else endpoint.plural)
    facts = [everybody, _who(trial, "With a usable outcome", can, compared & ~outcome.usable), events]
    if not compared.all():
        others = count(told_left_out(int((~compared).sum()), trial.min_cell))
        facts.insert(1, Fact("Not compared", others, "in another arm, or in none"))
    for biomarker in trial.dictionary.biomarkers[:_SHOWN]:
        has = np.isfinite(trial.numbers[biomarker.column].values)
        facts.append(_who(trial, f"With {biomarker.short}", can & has, can & ~has))
    return tuple(facts)


def _who(trial: Trial, label: str, has: Mask, lacks: Mask) -> Fact:
    lacking = told_left_out(int(lacks.sum()), trial.min_cell)
    having = NOT_TOLD if lacking < 0 else told(int(has.sum()), trial.min_cell)
    return Fact(label, count(having), f"{count(lacking)} without" if lacking else "nobody without")


def _compared(trial: Trial) -> Mask:
    return trial.arm.is_in((trial.dictionary.treated, trial.dictionary.control))


def _by_arm(trial: Trial) -> str:
    counts, words = trial.arm.counts(), trial.dictionary
    arms = (words.treated, words.control)
    numbers = told_parts([counts.get(arm, 0) for arm in arms], trial.min_cell)
    return ", ".join(
        f"{count(number)} {words.arm_label(arm)}" for arm, number in zip(arms, numbers, strict=True)
    )


def understood(trial: Trial) -> Table:
    """How the columns of a trial were understood: its dictionary as a table."""
    words = trial.dictionary
    rows: list[tuple[str, ...]] = []
    for endpoint in words.endpoints:
        rows += _endpoint_rows(endpoint)
    if trial.source is not None:
        rows.append(("Arm", trial.source.arm, _arms(trial), "", "", _levels(trial.arm)))
        if trial.source.site and trial.site is not None:
            rows.append(("Site", trial.source.site, "", "", "", _levels(trial.site)))
    for column, levels in trial.categories.items():
        if levels is trial.country:
            rows.append(("Country", column, "", "", "", _levels(levels)))
    rows += [_biomarker_row(biomarker) for biomarker in words.biomarkers]
    rows += [_factor_row(factor) for factor in words.factors]
    return Table("How the columns were understood", HEADER, tuple(rows))


def _arms(trial: Trial) -> str:
    words = trial.dictionary
    return f"{words.arm_label(words.treated)} (treated) versus {words.arm_label(words.control)} (control)"


def _endpoint_rows(endpoint: Endpoint) -> list[tuple[str, ...]]:
    until = f"up to {duration(endpoint.horizon, endpoint.unit)}"
    return [
        ("Time", endpoint.time, f"from {endpoint.origin}", endpoint.unit, until, ""),
        (
            "Event",
            endpoint.event,
            endpoint.label,
            "",
            "",
            f"{endpoint.event_value} means {endpoint.singular}",
        ),
    ]


def _biomarker_row(biomarker: Biomarker) -> tuple[str, ...]:
    ends = (biomarker.lower_limit, biomarker.upper_limit)
    low, high = ("" if end is None else f"{end:,.12g}" for end in ends)
    limits = f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}" if high else ""
    scale = "numbers, on a log axis" if biomarker.scale == "log" else "numbers"
    return ("Biomarker", biomarker.column, biomarker.label, biomarker.unit, limits, scale)


def _factor_row(factor: Factor) -> tuple[str, ...]:
    if factor.kind == "numeric":
        return ("Factor", factor.column, factor.label, factor.unit, "", "numbers")
    names = [label if label == value else f"{value} = {label}" for value, label in factor.levels]
    return ("Factor", factor.column, factor.label, factor.unit, "", _some(names))


def _levels(levels: Levels) -> str:
    return _some(levels.names)


def _some(names: tuple[str, ...] | list[str]) -> str:
    more = len(names) - _SHOWN
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {count(more)} more" if more > 0 else shown
