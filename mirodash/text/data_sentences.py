"""Sentences of the Data page: size and lifetime of a file, its columns, and excluded rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.counts import SUPPRESSED, suppress_complementary, suppress_excluded, suppress_small
from mirodash.survival.results import SurvivalAt
from mirodash.text.facts import Fact, Table
from mirodash.text.labels import format_list
from mirodash.text.numbers import FIXED, count, format_duration, format_number, format_percent
from mirodash.trial.baseline import decimals_of
from mirodash.trial.dictionary import Biomarker, Endpoint, EndpointDraft, Factor, Measure
from mirodash.trial.problems import ExclusionUnit, LeftOut
from mirodash.trial.trial import Levels, Trial

KINDS = "CSV, Excel (XLSX), SAS (XPT, SAS7BDAT), SPSS (SAV), Stata (DTA), Dataset-JSON or Parquet"
_DEATH = re.compile(r"\b(?:dead|died|death|deaths|deceased|d[ée]c[èée]s|d[ée]c[ée]d[ée]e?s?|mort|morte|os)\b")
_LARGE = 1e12
_SPANS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def describe_size(number: int) -> str:
    """Bytes in the unit in which people know them.

    >>> [describe_size(number).replace(FIXED, " ") for number in (10_000_000, 250_000, 1_000_000_000)]
    ['10 MB', '250 kB', '1,000 MB']
    """
    amount, unit = (number / 1e6, "MB") if number >= 1_000_000 else (number / 1e3, "kB")
    return f"{float(f'{amount:.3g}'):,g}{FIXED}{unit}"


def format_span(seconds: int) -> str:
    """How long something is kept.

    >>> [format_span(s).replace(FIXED, " ") for s in (3_600, 5_400, 1)]
    ['1 hour', '90 minutes', '1 second']
    """
    length, unit = next((pair for pair in _SPANS if seconds % pair[0] == 0), _SPANS[-1])
    amount = seconds // length
    return f"{count(amount)}{FIXED}{unit}{'' if amount == 1 else 's'}"


def describe_retention(largest: int, kept_seconds: int) -> str:
    """What is taken, and what becomes of it: where it is kept, for whom and how long."""
    return (
        f"{KINDS}, up to {describe_size(largest)}; one file, or several that belong together "
        "(ADSL, ADTTE, measurements). It stays on this server. "
        f"Only this browser can open it, and it is forgotten {format_span(kept_seconds)} after "
        "you last looked at "
        "it, or when you delete it."
    )


def describe_too_large(largest: int) -> str:
    """Why a file is not even sent."""
    return (
        f"The file is larger than {describe_size(largest)}, which is what this server takes. "
        "Leave out columns that "
        "are not needed, or save it as CSV or Parquet."
    )


def describe_people(number: int) -> str:
    """``1 participant`` or ``220 participants``."""
    return f"{count(number)} participant{'' if number == 1 else 's'}"


def describe_rows_and_columns(rows: int, columns: int) -> str:
    """How large a table is."""
    return (
        f"{count(rows)} row{'' if rows == 1 else 's'}, {count(columns)} column{'' if columns == 1 else 's'}"
    )


def says_death(*names: str) -> bool:
    """Whether a column, its label or a level says that the event is death.

    >>> says_death("statut", "Décès"), says_death("os_event"), says_death("relapse")
    (True, True, False)
    """
    return any(_DEATH.search(name.casefold().replace("_", " ")) for name in names)


def write_event_question(events: int, known: int, missing: int, *, died: bool) -> str:
    """How many events a value would mean, to be agreed with before anything runs.

    >>> write_event_question(85, 220, 0, died=True)
    '85 of 220 died, right?'
    """
    what = "died" if died else "had the event"
    unknown = f" For {describe_people(missing)} nothing is known." if missing else ""
    return f"{count(events)} of {count(known)} {what}, right?{unknown}"


def describe_further_endpoint(endpoint: EndpointDraft, events: int, known: int) -> str:
    """One more endpoint of a file: what it is, which columns hold it, and how many events it has.

    >>> describe_further_endpoint(EndpointDraft("pfs", "pfs_time", "pfs_event", label="Progression"), 90, 160)
    "Progression: 'pfs_time' with 'pfs_event' (90 of 160 had the event)"
    """
    columns = f"'{endpoint.time}' with '{endpoint.event}'"
    return f"{endpoint.label or endpoint.event}: {columns} ({count(events)} of {count(known)} had the event)"


def describe_first_curve(arm: str, at: SurvivalAt | None, state: str, when: str) -> str:
    """Where the first curve of an arm stands at the horizon.

    >>> describe_first_curve("Placebo", SurvivalAt(24.0, 0.32, 0.2, 0.4, 0.05, 11), "alive", "24 months")
    'Placebo: 32\u202f% alive at 24 months'
    """
    if at is None or at.estimate is None:
        return f"{arm}: not estimable at {when}"
    return f"{arm}: {format_percent(at.estimate)} {state} at {when}"


def left_out(number: int, *, cells: bool = False) -> str:
    """What a tick would leave out: rows, or cells that then count as missing.

    >>> left_out(1), left_out(3), left_out(3, cells=True)
    ('Leave this row out', 'Leave these 3 rows out', 'Take these 3 cells as missing')
    """
    noun = "cell" if cells else "row"
    which = f"this {noun}" if number == 1 else f"these {count(number)} {noun}s"
    return f"Take {which} as missing" if cells else f"Leave {which} out"


def describe_all_excluded(*, cells: bool) -> str:
    """What one tick for several problems of a column would leave out."""
    return "Take all these cells as missing" if cells else "Leave all these rows out"


def describe_numbers(values: NDArray[np.float64]) -> str:
    """The range and the middle of a column of numbers.

    >>> describe_numbers(np.array([15.0, 20.25, 1400.0]))
    '15.0 to 1,400.0, median 20.2'
    """
    decimals = decimals_of(values)
    low, middle, high = (_number(end, decimals) for end in (values.min(), np.median(values), values.max()))
    return f"{low} to {high}, median {middle}"


def _number(value: float, decimals: int) -> str:
    return format_number(float(value), decimals) if abs(value) < _LARGE else f"{value:.3g}"


def describe_level(name: str, number: int, total: int) -> str:
    """How many have one level."""
    return f"{name} {count(number)} ({format_percent(number / max(total, 1))})"


def describe_missing(number: int) -> str:
    """How many cells of a column are empty."""
    return f"{count(number)} missing" if number else ""


def describe_not_numeric(number: int) -> str:
    """How many cells among numbers hold something else."""
    return f"{count(number)} not numeric"


def describe_values(number: int) -> str:
    """A column whose values are too many to be listed."""
    return f"{count(number)} different values" if number else "empty"


def describe_too_many_values(number: int) -> str:
    """Why a column has no values to choose among."""
    return f"{count(number)} different values: this looks like another column."


def format_option(level: str, number: int) -> str:
    """A value among which is chosen, with how often it occurs."""
    return f"{level} ({count(number)})"


def describe_verdict(problems: int) -> str:
    """Whether the trial can be explored as it is mapped."""
    if not problems:
        return "Everything fits: this trial can be explored."
    return (
        f"{count(problems)} thing{'' if problems == 1 else 's'} to settle before this trial can be explored."
    )


def preview_caption(shown: int, columns: int) -> str:
    """What the table of the first rows shows."""
    more = f", {count(shown)} of {count(columns)} columns" if shown < columns else ""
    return f"The first ten rows{more}; who they are is not shown"


def describe_deleted(title: str) -> str:
    """What became of an upload."""
    return f"{title} was deleted from this server. Nothing of it is kept."


def forgotten(uploads: int) -> str:
    """What became of all uploads of a reader, and of the cookie by which the browser was known."""
    what = "1 upload was deleted" if uploads == 1 else f"{uploads or 'no'} uploads were deleted"
    return f"Forgotten: {what} from this server, and this browser is not known here any more."


_LABELS: dict[ExclusionUnit, str] = {
    "row": "Rows left out",
    "participant": "Outcomes left out",
    "cell": "Values left out",
}


def left_out_facts(left_out: Sequence[LeftOut], min_cell: int) -> tuple[Fact, ...]:
    """A fact for everything the reader agreed to leave out; small counts as the limit they are below.

    >>> [left_out_facts([LeftOut("id", 3, "rows 4, 5 and 9", "repeated", "row")], 0)[0].value]
    ['3']
    """
    return tuple(
        Fact(
            _LABELS[each.whole],
            count(suppress_excluded(each.count, min_cell)),
            f"column '{each.column}': {each.why}",
        )
        for each in left_out
    )


Mask = NDArray[np.bool_]
_SHOWN = 8
HEADER = ("Role", "Column", "Label", "Unit", "Limits", "Values")


def describe_usable(trial: Trial, endpoint: Endpoint) -> tuple[Fact, ...]:
    """From everybody randomised to those who can be compared, and who has which biomarker.

    Small counts are told as the limit they are below, and so that none follows by subtraction.
    """
    outcome = trial.outcomes[endpoint.key]
    compared = _describe_comparison(trial)
    can = compared & outcome.usable
    everybody = Fact(trial.dictionary.population.capitalize(), count(trial.participants), _by_arm(trial))
    number = suppress_small(int((can & outcome.event).sum()), trial.min_cell)
    events = Fact("Events", count(number), endpoint.singular if number == 1 else endpoint.plural)
    facts = [everybody, _who(trial, "With a usable outcome", can, compared & ~outcome.usable), events]
    if not compared.all():
        others = count(suppress_excluded(int((~compared).sum()), trial.min_cell))
        facts.insert(1, Fact("Not compared", others, "in another arm, or in none"))
    for biomarker in trial.dictionary.biomarkers[:_SHOWN]:
        has = np.isfinite(trial.numbers[biomarker.column].values)
        facts.append(_who(trial, f"With {biomarker.short}", can & has, can & ~has))
    return tuple(facts)


def _who(trial: Trial, label: str, has: Mask, lacks: Mask) -> Fact:
    lacking = suppress_excluded(int(lacks.sum()), trial.min_cell)
    having = SUPPRESSED if lacking < 0 else suppress_small(int(has.sum()), trial.min_cell)
    return Fact(label, count(having), f"{count(lacking)} without" if lacking else "none without")


def _describe_comparison(trial: Trial) -> Mask:
    return trial.arm.is_in((trial.dictionary.treated, trial.dictionary.control))


def _by_arm(trial: Trial) -> str:
    counts, words = trial.arm.counts(), trial.dictionary
    arms = (words.treated, words.control)
    numbers = suppress_complementary([counts.get(arm, 0) for arm in arms], trial.min_cell)
    return ", ".join(
        f"{count(number)} {words.arm_label(arm)}" for arm, number in zip(arms, numbers, strict=True)
    )


def describe_measure_source(source: str, columns: Sequence[str]) -> str:
    """Where a repeated measurement comes from: its file, or columns beside the participants.

    >>> describe_measure_source("visits.csv", ())
    "from 'visits.csv'"
    >>> describe_measure_source("", ("fs_m0", "fs_m3", "fs_m6"))
    "from 3 columns, 'fs_m0' to 'fs_m6'"
    """
    if source:
        return f"from '{source}'"
    return f"from {count(len(columns))} columns, '{columns[0]}' to '{columns[-1]}'" if columns else ""


def describe_measured(
    values: int,
    participants: int,
    days: tuple[float, float] | None,
    min_cell: int,
    phases: Sequence[str] = (),
) -> str:
    """How much was read of a repeated measurement.

    >>> describe_measured(1834, 220, (0, 540), 0, ("peak", "trough"))
    '1,834 values of 220 participants, day 0 to day 540, peak and trough of a cycle apart'
    """
    if days is None:
        return "no value is used"
    many = count(suppress_small(values, min_cell))
    people = describe_people(suppress_small(participants, min_cell))
    apart = f", {format_list(list(phases))} of a cycle apart" if phases else ""
    return f"{many} values of {people}, day {count(round(days[0]))} to day {count(round(days[1]))}{apart}"


def _build_measure_row(trial: Trial, measure: Measure) -> tuple[str, ...]:
    """A repeated measurement of the trial: label, unit, limits, how much was read and which way is better."""
    held = trial.series[measure.key]
    days = (float(held.day.min()), float(held.day.max()))
    low, high = measure.limits or (None, None)
    limits = "" if low is None or high is None else f"{low:,.12g} to {high:,.12g}"
    read = describe_measured(held.person.size, np.unique(held.person).size, days, trial.min_cell, held.phases)
    better = {"higher": "higher is better", "lower": "lower is better"}.get(
        measure.direction, "not said whether higher or lower is better"
    )
    return ("Measurement", measure.key, measure.label, measure.unit, limits, f"{read}; {better}")


def describe_trial(trial: Trial) -> Table:
    """How the columns of a trial were understood: its dictionary as a table."""
    words = trial.dictionary
    rows: list[tuple[str, ...]] = []
    for endpoint in words.endpoints:
        rows += _build_endpoint_rows(endpoint)
    if trial.source is not None:
        rows.append(("Arm", trial.source.arm, _describe_arms(trial), "", "", _describe_levels(trial.arm)))
        if trial.source.site and trial.site is not None:
            rows.append(("Site", trial.source.site, "", "", "", _describe_levels(trial.site)))
    for column, levels in trial.categories.items():
        if levels is trial.country:
            rows.append(("Country", column, "", "", "", _describe_levels(levels)))
    rows += [_build_biomarker_row(biomarker) for biomarker in words.biomarkers]
    rows += [_build_factor_row(factor) for factor in words.factors]
    rows += [_build_measure_row(trial, measure) for measure in words.measurements]
    return Table("How the columns were understood", HEADER, tuple(rows))


def _describe_arms(trial: Trial) -> str:
    words = trial.dictionary
    return f"{words.arm_label(words.treated)} (treated) versus {words.arm_label(words.control)} (control)"


def _build_endpoint_rows(endpoint: Endpoint) -> list[tuple[str, ...]]:
    until = f"up to {format_duration(endpoint.horizon, endpoint.unit)}"
    return [
        ("Time", endpoint.time, f"from {endpoint.origin}", endpoint.unit, until, ""),
        *_build_entry_rows(endpoint),
        (
            "Event",
            endpoint.event,
            endpoint.label,
            "",
            "",
            f"{endpoint.event_values} means {endpoint.singular}",
        ),
    ]


def _build_entry_rows(endpoint: Endpoint) -> list[tuple[str, ...]]:
    if not endpoint.entry:
        return []
    return [("Entry", endpoint.entry, f"from {endpoint.origin}", endpoint.unit, "", "at risk from then on")]


def _build_biomarker_row(biomarker: Biomarker) -> tuple[str, ...]:
    ends = (biomarker.lower_limit, biomarker.upper_limit)
    low, high = ("" if end is None else f"{end:,.12g}" for end in ends)
    limits = f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}" if high else ""
    scale = "numbers, on a log axis" if biomarker.scale == "log" else "numbers"
    return ("Biomarker", biomarker.column, biomarker.label, biomarker.unit, limits, scale)


def _build_factor_row(factor: Factor) -> tuple[str, ...]:
    if factor.kind == "numeric":
        return ("Factor", factor.column, factor.label, factor.unit, "", "numbers")
    names = [label if label == value else f"{value} = {label}" for value, label in factor.levels]
    return ("Factor", factor.column, factor.label, factor.unit, "", _some(names))


def _describe_levels(levels: Levels) -> str:
    return _some(levels.names)


def _some(names: tuple[str, ...] | list[str]) -> str:
    more = len(names) - _SHOWN
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {count(more)} more" if more > 0 else shown
