"""Footer and description of a view: population, estimand, methods and exploratory status."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from mirodash import __version__
from mirodash.disclosure.counts import SUPPRESSED
from mirodash.questions.covariate_adjustment import Adjustment, choose_adjustment
from mirodash.questions.group_effects import describe_caution
from mirodash.questions.progression.measured import Progression, progression
from mirodash.questions.statistics.group_survival import SurvivalByGroup, at_horizon, describe_ratio_span
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.threshold_evidence import declared_in
from mirodash.stratification.groups import assign_groups, thresholds_as_written
from mirodash.stratification.selection import ADJUSTED, Declaration, Filter, Selection
from mirodash.stratification.strata import find_randomisation_strata
from mirodash.stratification.validation import (
    find_active_declaration,
    reduce_to_canonical,
    resolve,
    resolve_endpoint,
)
from mirodash.survival.further_statistics import Choice
from mirodash.text.labels import ArmNames, format_arm_names, lower_first, one_line, selected_people
from mirodash.text.numbers import count
from mirodash.text.small_counts import describe_disclosure, format_n
from mirodash.text.ticks import convert_time
from mirodash.trial.dictionary import Biomarker, Endpoint
from mirodash.trial.trial import Trial

BETWEEN = " · "
SHORT_FINGERPRINT = 8
"""Hexadecimal digits: two files of one trial never share that many by accident."""
MAX_ENDPOINT_LENGTH = 40
MAX_EVENTS_LENGTH = 24
MAX_DOCUMENT_LENGTH = 20
MAX_PEOPLE_LENGTH = 36
NO_NAME = "a document"
EXPLORATORY = "exploratory"


def describe_footer(
    trial: Trial, selection: Selection, *, method: str, on: date, shown: tuple[int, int] | None = None
) -> str:
    """One line for the foot of a slide, a figure or a file.

    Parameters
    ----------
    trial, selection
        The view.
    method : str
        How what is shown was made (``Kaplan–Meier, Cox model``); may be empty.
    on : date
        The day it is made.
    shown : (int, int) or None
        How many participants and events are in what is shown; None for everybody selected.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    result = survival_by_group(trial, selection)
    everybody = result.overall.comparison
    several = len(trial.dictionary.endpoints) > 1
    parts = (
        one_line(result.endpoint.label, MAX_ENDPOINT_LENGTH) if several else "",
        _describe_people(result.endpoint, shown or (everybody.n, everybody.events)),
        selected_people(trial, selection, longest=MAX_PEOPLE_LENGTH),
        _describe_span(result, selection),
        one_line(method),
        describe_exploratory_status(trial, selection),
        "SYNTHETIC" if trial.dictionary.synthetic else "",
        f"MiroDash {__version__}",
        f"data {trial.fingerprint.removeprefix('sha256:')[:SHORT_FINGERPRINT]}",
        format_date(on),
        describe_disclosure(trial.min_cell),
    )
    return BETWEEN.join(part for part in parts if part)


def _describe_span(result: SurvivalByGroup, selection: Selection) -> str:
    """Over what time hazard ratios are, where that is not plain."""
    if selection.up_to_horizon:
        return f"everything up to {at_horizon(result)}"
    span = describe_ratio_span(result)
    return f"{result.measures[0]}s {span}" if span else ""


def describe_source(trial: Trial, selection: Selection) -> str:
    """What makes the same numbers again: ``?threshold=3000 · sha256:…``; the trial's name where it opens so.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    query = reduce_to_canonical(trial, selection).to_query() or Selection(trial=trial.id).to_query()
    return f"?{query}{BETWEEN}{trial.fingerprint}"


def describe_exploratory_status(trial: Trial, selection: Selection) -> str:
    """Exploratory, or where the thresholds in view were declared.

    A declaration does not stand alone where the overall result is not established, nor where participants
    were selected: nobody declares that.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    declared = find_active_declaration(trial, selection)
    if declared is None:
        return EXPLORATORY
    document = one_line(declared.document, MAX_DOCUMENT_LENGTH)
    told = lower_first(declared_in(replace(declared, document=document or NO_NAME)))
    chosen = reduce_to_canonical(trial, selection)
    alone = not chosen.filters and chosen.sites is None and describe_caution(trial, selection) is None
    return told if alone else f"{told}; {EXPLORATORY}"


def format_date(day: date) -> str:
    """A date nobody reads the other way round: ``22 November 2026``."""
    return f"{day.day} {day:%B %Y}"


def _describe_people(endpoint: Endpoint, shown: tuple[int, int]) -> str:
    n, number = shown
    if n == SUPPRESSED:
        return format_n(n)
    events = endpoint.singular if number == 1 else endpoint.plural
    return f"{format_n(n)}, {count(number)} {one_line(events, MAX_EVENTS_LENGTH)}"


RANDOMISED = "randomised"


@dataclass(frozen=True, slots=True)
class FollowUpEnd:
    """A group in which follow-up of an arm ends before the horizon with its curve above 0.

    ``time`` is where, in the reader's unit: survival is not estimable after it, and restricted means are
    taken up to it. ``group`` is the group's label and ``place`` its place, 0 for all participants.
    """

    group: str
    place: int
    time: float


def find_follow_up_ends(result: SurvivalByGroup) -> tuple[FollowUpEnd, ...]:
    """Every group of a view in which survival at the horizon is not estimable for an arm."""
    found: list[FollowUpEnd] = []
    for place, group in enumerate(result.groups):
        arms = (group.comparison.control.curve, group.comparison.treated.curve)
        ends = [curve.known_until for curve in arms if curve.known_until < result.horizon]
        if ends:
            time = convert_time(min(ends), result.endpoint.unit, result.unit)
            found.append(FollowUpEnd(group.label, place, time))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Question:
    """One view of a trial as far as methods tell of it.

    ``horizon`` is in ``unit``, the reader's; ``span`` says over what time hazard ratios are, where it is not
    the horizon. ``thresholds`` are written as on the groups' cards, ``sites`` is
    None for every one of the ``all_sites``. ``declared`` holds of the thresholds in view where ``stands``.
    ``follow_up`` names the groups in which follow-up of an arm ends before the horizon.
    ``adjustment`` is None unless covariates were chosen, ``within`` are the strata of the randomisation.
    ``measured`` is None where nothing is asked of repeated measurements.
    """

    trial: Trial
    names: ArmNames
    other_arms: bool
    sites: tuple[str, ...] | None
    all_sites: int
    filters: tuple[Filter, ...]
    endpoint: Endpoint
    horizon: float
    up_to_horizon: bool
    span: str
    unit: str
    marker: Biomarker | None
    thresholds: tuple[str, ...]
    within: tuple[str, ...]
    strata: tuple[str, ...]
    landmarks: tuple[float, ...]
    further: tuple[Choice, ...]
    equal_above: bool
    adjustment: Adjustment | None
    curves_adjusted: bool
    follow_up: tuple[FollowUpEnd, ...]
    confidence: float
    declared: Declaration | None
    stands: bool
    measured: Progression | None = None

    @property
    def is_randomised(self) -> bool:
        """Whether the trial calls its participants randomised."""
        return self.trial.dictionary.population == RANDOMISED

    @property
    def chooses_people(self) -> bool:
        """Whether sites or participants were selected."""
        return self.sites is not None or bool(self.filters)

    @property
    def fingerprint(self) -> str:
        """As much of the fingerprint as tells two data sets apart."""
        return self.trial.fingerprint[: len("sha256:") + SHORT_FINGERPRINT]


def describe_question(trial: Trial, selection: Selection, *, measured: bool = False) -> Question:
    """Gather what a view asks; with ``measured`` of its repeated measurements as well.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = resolve(trial, selection)
    endpoint, horizon = resolve_endpoint(trial, selection)
    adjusting = bool(chosen.adjust) or chosen.curves == ADJUSTED
    allowed_for = choose_adjustment(trial, selection) if adjusting else None
    return Question(
        trial=trial,
        names=format_arm_names(trial, selection),
        other_arms=len(trial.arm.names) > 2,
        sites=chosen.sites,
        all_sites=len(trial.site.names) if trial.site else 0,
        filters=chosen.filters,
        endpoint=endpoint,
        horizon=convert_time(horizon, endpoint.unit, chosen.unit),
        up_to_horizon=chosen.up_to_horizon,
        span=describe_ratio_span(survival_by_group(trial, selection)),
        unit=chosen.unit,
        marker=trial.dictionary.biomarker(chosen.biomarker),
        thresholds=_list_selection_texts(trial, selection),
        within=find_randomisation_strata(trial),
        strata=chosen.chosen_strata,
        equal_above=bool(chosen.equal_above),
        landmarks=survival_by_group(trial, selection).landmarks,
        further=chosen.further,
        adjustment=allowed_for if allowed_for and allowed_for.columns else None,
        curves_adjusted=chosen.curves == ADJUSTED,
        follow_up=find_follow_up_ends(survival_by_group(trial, selection)),
        confidence=chosen.confidence,
        declared=selection.declared,
        stands=find_active_declaration(trial, selection) is not None,
        measured=progression(trial, selection) if measured else None,
    )


def _list_selection_texts(trial: Trial, selection: Selection) -> tuple[str, ...]:
    """The thresholds with the digits that they have in the names of the groups."""
    chosen, people = resolve(trial, selection), assign_groups(trial, selection)
    marker = trial.dictionary.biomarker(chosen.biomarker)
    if marker is None or not chosen.thresholds:
        return ()
    values = trial.numbers[marker.column].values[people.codes >= 0]
    return thresholds_as_written(chosen.thresholds, marker.decimals, values)
