"""Methods paragraph of a view for an abstract, in English or French."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from mirodash.errors import UnusableQuestionError
from mirodash.questions.covariate_adjustment import adjusted_for
from mirodash.questions.group_effects import describe_endpoint_and_event
from mirodash.questions.statistics.catalogue import write_sentences
from mirodash.questions.statistics.landmarks import format_landmark_time
from mirodash.questions.subgroup_credibility import ViewHistory
from mirodash.questions.talk.methods_french import write_french_paragraph
from mirodash.questions.talk.methods_progression import describe_measurements
from mirodash.questions.talk.view_description import Question, describe_question
from mirodash.questions.thresholds.threshold_scan import RESAMPLES
from mirodash.stratification.selection import Declaration, Selection
from mirodash.survival.max_statistic import LEAST_EVENTS, LEAST_PARTICIPANTS
from mirodash.text.labels import (
    capitalise,
    format_column_label,
    format_list,
    lower_first,
    name_ratio,
    one_line,
)
from mirodash.text.methods import describe_programs
from mirodash.text.numbers import (
    chosen_time,
    count,
    format_confidence_level,
    format_duration,
    format_threshold,
)
from mirodash.text.small_counts import describe_disclosure, describe_participants
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial

REFERENCE = "R's package survival as the reference implementation"
MEASURED_REFERENCE = "R's packages survival and nlme as the reference implementations"
NOT_COUNTED = "How many selections were looked at was not counted."


def write_english_paragraph(asked: Question, looks: ViewHistory | None, versions: Mapping[str, str]) -> str:
    """One paragraph; see `mirodash.questions.talk.methods_paragraph`."""
    sentences = (
        *_describe_trial(asked),
        *_describe_selection(asked),
        _describe_endpoint(asked),
        *_describe_groups(asked),
        *_describe_tests(asked),
        _describe_interaction(asked),
        *describe_measurements(asked),
        *_beyond(asked),
        f"Intervals are {_describe_level(asked.confidence)}.",
        *_describe_prespecification(asked),
        NOT_COUNTED if looks is None else _describe_view_history(looks),
        f"Software: {format_list([*describe_programs(versions), _name_reference(asked)])}.",
        describe_disclosure(asked.trial.min_cell),
        f"Data fingerprint {asked.fingerprint}.",
    )
    return " ".join(one_line(sentence) for sentence in sentences if sentence)


def _name_reference(asked: Question) -> str:
    return REFERENCE if asked.measured is None else MEASURED_REFERENCE


def _describe_level(confidence: float) -> str:
    return format_confidence_level(confidence).replace("CI", "confidence intervals")


def _describe_trial(asked: Question) -> Iterator[str]:
    trial = asked.trial
    if trial.dictionary.synthetic:
        yield "SYNTHETIC DATA: no participant is real."
    people = f"{count(describe_participants(trial))} {trial.dictionary.population} participants"
    design = "a randomised trial" if asked.is_randomised else "a trial"
    yield (
        f"Analysis of {design}, {trial.dictionary.title} ({people}), comparing {asked.names.treated} "
        f"(treated arm) with {asked.names.control} (control arm)."
    )
    if asked.other_arms:
        yield "Participants of other arms were left out."


def _describe_selection(asked: Question) -> Iterator[str]:
    said: list[str] = []
    if asked.sites is not None:
        named = format_list(asked.sites) if asked.sites else "none"
        said.append(f"{count(len(asked.sites))} of {count(asked.all_sites)} sites ({named})")
    said += [item.sentence(asked.trial) for item in asked.filters]
    if said:
        yield f"Only these participants were analysed: {'; '.join(said)}."
    else:
        yield "No participants were selected by site or baseline characteristics."


def _describe_endpoint(asked: Question) -> str:
    return (
        f"The endpoint was {describe_endpoint_and_event(asked.endpoint)}, timed from "
        f"{asked.endpoint.origin}, with a "
        f"horizon of {chosen_time(asked.horizon, asked.unit)}; participants without the event were censored "
        "at the end of their follow-up, and those without a usable outcome were left out and counted."
        f"{_describe_entry(asked)}{_describe_competing(asked)}{_describe_span(asked)}"
    )


def _describe_competing(asked: Question) -> str:
    if not asked.endpoint.competing:
        return ""
    return (
        f" Another event ({asked.endpoint.other_event}) competed with it: whoever had that first could "
        "no longer "
        "have this one, and was taken as censored for hazard ratios and tests alone, which are "
        "cause-specific."
    )


def _describe_span(asked: Question) -> str:
    """Over what time hazard ratios and tests are, where that is not plain."""
    if asked.up_to_horizon:
        return " In every analysis participants were censored at the horizon."
    return f" Hazard ratios and tests are {asked.span}." if asked.span else ""


def _describe_entry(asked: Question) -> str:
    if not asked.endpoint.entry:
        return ""
    return (
        f" Participants came under observation after {asked.endpoint.origin} and were at risk from their "
        "entry on (left truncation); before the first entry in an arm its curve is at 100 %."
    )


def _describe_groups(asked: Question) -> Iterator[str]:
    marker = asked.marker
    if marker is None:
        return
    name = lower_first(marker.label)
    note = f" ({lower_first(marker.note)})" if marker.note else ""
    if not asked.thresholds:
        yield f"The effect was examined along {name}{note}, without groups."
        return
    cut = "a threshold" if len(asked.thresholds) == 1 else "thresholds"
    yield (
        f"Groups were made by {cut} on {name}{note} at {_with_unit(asked.thresholds, marker)}; a participant "
        f"whose value equals a threshold is in the group {'above' if asked.equal_above else 'below'} it."
    )
    yield (
        f"Participants without a value of {marker.short} are in the analysis of all participants and in no "
        "group; no value was imputed."
    )


def _with_unit(values: tuple[str, ...], marker: Biomarker) -> str:
    return f"{format_list(values)} {marker.unit}".strip()


def _describe_incidence(asked: Question) -> str:
    """How curves and effects were estimated beside a competing event."""
    gray = "" if asked.endpoint.entry else ", by Gray's test of the incidences"
    return (
        "Cumulative incidence was estimated by Aalen and Johansen's method with log–log intervals "
        "(infinitesimal jackknife); arms were compared by the log-rank test and by hazard ratios from "
        "Cox models "
        f"(Efron's handling of ties, Wald intervals and tests), both cause-specific{gray}, and by the "
        "differences in "
        f"cumulative incidence at {chosen_time(asked.horizon, asked.unit)} and in mean time lost to the "
        "event "
        f"up to {_describe_end_of_means(asked)}."
    )


def _describe_tests(asked: Question) -> Iterator[str]:
    yield (
        _describe_incidence(asked)
        if asked.endpoint.competing
        else (
            "Survival was estimated by Kaplan–Meier with log–log intervals; arms were compared by the "
            "log-rank "
            "test, by hazard ratios from Cox models (Efron's handling of ties, Wald intervals and "
            "tests), and by "
            "the "
            f"differences in survival at {chosen_time(asked.horizon, asked.unit)} and in restricted mean "
            f"survival time up to {_describe_end_of_means(asked)} (Greenwood's variance)."
        )
    )
    if asked.landmarks:
        marks = [format_landmark_time(time, asked.endpoint.unit, asked.unit) for time in asked.landmarks]
        yield (
            f"Survival and its difference were also read at {format_list(marks)}, where both arms were "
            "followed that long."
        )
    if asked.follow_up:
        yield (
            f"In an arm whose follow-up ended before the horizon ({_describe_ends(asked)}), survival is not "
            "estimable after its last follow-up, and restricted means of both arms were taken up to it."
        )
    yield from write_sentences(asked.further, "en")
    if asked.strata:
        yield (
            "Among all participants a stratified log-rank test and a Cox model stratified by "
            f"{_describe_crossed_groups(asked, asked.strata)} were added."
        )


def _describe_end_of_means(asked: Question) -> str:
    return "that time or the end of follow-up" if asked.follow_up else "it"


def _describe_ends(asked: Question) -> str:
    """``all participants: 695 days; bm > 10: 188 days``."""
    return "; ".join(
        f"{end.group if end.place else 'all participants'}: {format_duration(end.time, asked.unit)}"
        for end in asked.follow_up
    )


def _describe_crossed_groups(asked: Question, columns: tuple[str, ...]) -> str:
    return " × ".join(lower_first(format_column_label(asked.trial, column)) for column in columns)


def _describe_interaction(asked: Question) -> str:
    if asked.marker is None:
        return "No biomarker was measured, so no interaction was tested."
    along = (
        f"The effect along {asked.marker.short} was estimated by a Cox model with treatment × restricted "
        "cubic spline and tested by a likelihood-ratio test"
    )
    if not asked.thresholds:
        return f"{along}."
    within = f" within {_describe_crossed_groups(asked, asked.within)}" if asked.within else ""
    if asked.stands:
        one = len(asked.thresholds) == 1
        fixed = "threshold was" if one else "thresholds were"
        test = "Wald test" if one else "likelihood-ratio test"
        own = f"the {test} of treatment × group, not corrected because the {fixed} declared, and by "
    else:
        own = ""
    return (
        f"{along}; the interaction between treatment and group was tested by {own}a test that allows for a "
        "search over thresholds: the largest standardised interaction score from the 10th to the 90th "
        f"percentile (at least {LEAST_PARTICIPANTS} participants and {LEAST_EVENTS} events on either side), "
        f"compared with {count(RESAMPLES)} re-randomisations of the arms{within}."
    )


def _beyond(asked: Question) -> Iterator[str]:
    if asked.adjustment is None:
        return
    ratios = f"{capitalise(name_ratio(asked.endpoint))}s"
    yield f"{ratios} were also {adjusted_for(asked.trial, asked.adjustment)}, in Cox models."
    if asked.curves_adjusted:
        yield "Survival curves were standardised to the same baseline by the predictions of that model."


def _describe_prespecification(asked: Question) -> Iterator[str]:
    declared = asked.declared
    if declared is None:
        yield "No threshold was pre-specified; the analysis is exploratory."
        return
    fixed = _describe_declaration(asked, declared)
    day = date.fromisoformat(declared.date)
    where = f"“{declared.document}” ({day.day} {day:%B %Y})"
    if asked.stands:
        yield f"{fixed} declared as pre-specified in {where}."
        if asked.chooses_people:
            yield (
                "The declaration is of the threshold, not of the sites or participants that were selected: "
                "the analysis is exploratory."
            )
        return
    yield f"{fixed} declared as pre-specified in {where}, but not used here: the analysis is exploratory."


def _describe_declaration(asked: Question, declared: Declaration) -> str:
    one = len(declared.thresholds) == 1
    name = "The threshold of" if one else "The thresholds"
    marker = asked.marker or Biomarker("", "", "")
    values = asked.thresholds if asked.stands else [format_threshold(marker, c) for c in declared.thresholds]
    return f"{name} {_with_unit(tuple(values), marker)} {'was' if one else 'were'}"


def _describe_view_history(seen: ViewHistory) -> str:
    told = (
        "In the browser in which this was written, "
        f"{_describe_counts(seen.selections, 'distinct selection')} "
        f"{'was' if seen.selections == 1 else 'were'} looked at: "
        f"{_describe_counts(seen.thresholds, 'set')} of thresholds on this biomarker, "
        f"{_describe_counts(len(seen.biomarkers), 'biomarker')} and "
        f"{_describe_counts(len(seen.factors), 'other factor')}"
    )
    everything = [
        *(["every possible threshold"] if seen.every_threshold else []),
        *(["every baseline factor"] if seen.every_factor else []),
    ]
    shown = (
        f"; {format_list(everything)} {'were' if len(everything) > 1 else 'was'} shown" if everything else ""
    )
    return f"{told}{shown}. What was looked at elsewhere is not known."


def _describe_counts(number: int, one: str) -> str:
    return f"{count(number)} {one}{'' if number == 1 else 's'}"


Language = Literal["en", "fr"]


def methods_paragraph(
    trial: Trial,
    selection: Selection,
    *,
    language: Language,
    looks: ViewHistory | None,
    versions: Mapping[str, str],
    measured: bool = False,
) -> str:
    """Trial, endpoint, groups, tests, what was pre-specified, how much was looked at, and by which software.

    Parameters
    ----------
    trial, selection
        The view that the paragraph is about.
    language : {"en", "fr"}
        Terms that the trial's dictionary does not give in French stay between « ».
    looks : Looks or None
        What was looked at in a browser; None where nobody counted.
    versions : mapping of str to str
        Programs and their versions; see `versions_here`.
    measured : bool
        Whether to tell of the trial's repeated measurements as well.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    asked = describe_question(trial, selection, measured=measured)
    if measured and asked.measured is None:
        raise UnusableQuestionError(f"{trial.title} has no repeated measurements.")
    write = write_french_paragraph if language == "fr" else write_english_paragraph
    return write(asked, looks, versions)
