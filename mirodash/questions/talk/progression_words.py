"""Titles, facts and sentences of slides on repeated measurements."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from mirodash.longitudinal.death_then_function import DeathThenFunction
from mirodash.longitudinal.mixed_model import Contrast
from mirodash.questions.progression.biology import explain_biology
from mirodash.questions.progression.measured import GroupProgression, Progression, progression
from mirodash.questions.progression.pairs_panel import describe_rule, explain_pairs
from mirodash.questions.progression.slope_panels import (
    FittedLines,
    explain_along,
    explain_lines,
    slope_curve,
)
from mirodash.questions.progression.slope_search import explain_search
from mirodash.questions.progression.words import (
    describe_agreement,
    describe_pairs_briefly,
    describe_slope_difference_briefly,
    find_last_shared_visit,
    format_means,
    format_slope,
    format_visit,
    list_brief_estimands,
    list_visit_tables,
)
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.talk.progression_pictures import (
    BiologyPicture,
    LinesPicture,
    PairsPicture,
    ProgressionPicture,
    ProgressionPictured,
    Searched,
    SlopesPicture,
    pairs_of,
)
from mirodash.questions.thresholds.threshold_scan import ALPHA
from mirodash.stratification.selection import ESTIMANDS, Selection
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.text.facts import Explanation, Fact, Table
from mirodash.text.labels import ArmNames, one_line
from mirodash.text.numbers import (
    FIXED,
    count,
    format_bare_value,
    format_biomarker_value,
    format_confidence_level,
    format_hazard_ratio,
    format_interval,
    format_number,
    format_percent,
)
from mirodash.trial.trial import Trial

OTHER_GROUP = "Difference in slope, "
"""How the facts begin that are about another group than the one shown."""
NOT_ESTABLISHED = "difference not established"
MAX_GROUP_LENGTH = 60
NO_SEARCH = "Among so many participants no search over thresholds was made: nothing here allows for one."
ENDS = (0.1, 0.9)


def list_progression_facts(
    trial: Trial, selection: Selection, answer: ProgressionPictured, names: ArmNames
) -> tuple[Fact, ...]:
    """The numbers beside one picture; every group of the thresholds, and what the search leaves of them."""
    if isinstance(answer, ProgressionPicture):
        own = list_brief_estimands(answer.answer, answer.group, names)
        if answer.place == 0:
            return own
        return (*own, *_describe_others(answer.answer, answer.place), *_describe_search(answer.searched))
    if isinstance(answer, SlopesPicture):
        return (*_describe_curve(answer), *_describe_search(answer.searched))
    if isinstance(answer, LinesPicture):
        slopes = [
            replace(describe_slope_difference_briefly(answer.answer, g), label=g.label) for g in answer.shown
        ]
        return (replace(slopes[0], lead=True), *slopes[1:], *_describe_search(answer.searched))
    if isinstance(answer, PairsPicture):
        each = [
            replace(describe_pairs_briefly(answer.answer, g), label=g.label) for g in answer.answer.groups
        ]
        return (replace(each[0], lead=True), *each[1:], *_describe_search(answer.searched))
    return tuple(explain_biology(answer.found).facts)


def _describe_others(answer: Progression, place: int) -> list[Fact]:
    return [
        replace(describe_slope_difference_briefly(answer, group), label=f"{OTHER_GROUP}{group.label}")
        for k, group in enumerate(answer.groups)
        if k not in (0, place)
    ]


def _describe_search(searched: Searched) -> list[Fact]:
    """How far to believe that the effect on the slope depends on the biomarker; nothing without a search."""
    if searched is None:
        return []
    if isinstance(searched, NotEstimable):
        return [Fact("Slopes, after the search", "not estimable", searched.why)]
    told = explain_search(searched).facts
    mine = [fact for fact in told if fact.lead] or list(told[-1:])
    return [replace(fact, label="Slopes, after the search", lead=False) for fact in mine]


def _describe_curve(answer: SlopesPicture) -> tuple[Fact, ...]:
    """The curve at a low, a middle and a high value, and its change for each doubling."""
    curve, found = answer.curve, answer.found
    level = found.answer.confidence
    at = [
        Fact(
            f"Difference at {format_biomarker_value(found.span.biomarker, float(curve.biomarker[k]))}",
            format_slope(found.answer, float(curve.estimate[k]), signed=True),
            format_interval((float(curve.lower[k]), float(curve.upper[k])), level, number=_signed),
        )
        for k in (0, curve.biomarker.size // 2, curve.biomarker.size - 1)
    ]
    step, times = ("doubling", math.log(2)) if curve.scale == "log" else ("unit", 1.0)
    ends = (times * curve.linear.ci[0], times * curve.linear.ci[1])
    along = Fact(
        f"Change per {step} of {found.span.biomarker.short}",
        format_slope(found.answer, times * curve.linear.estimate, signed=True),
        format_interval(ends, level, number=_signed),
        lead=True,
    )
    return (along, *at)


def _signed(value: float) -> str:
    return format_number(value, 2, signed=True)


def write_progression_title(
    trial: Trial, selection: Selection, answer: ProgressionPictured, names: ArmNames, *, is_part: bool
) -> str:
    """What a picture shows as a sentence, and where its interval leaves the direction open.

    Parameters
    ----------
    trial, selection
        The view by whose intervals the title is judged.
    answer : ProgressionPictured
        What is shown.
    names : ArmNames
        The arms as a sentence has room for them.
    is_part : bool
        Whether participants were selected.
    """
    judged = progression(trial, selection)
    if judged is None:
        return ""
    among = "Among those selected, " if is_part else ""
    if isinstance(answer, ProgressionPicture):
        return _describe_group(answer, judged, names, among)
    if isinstance(answer, SlopesPicture):
        return _describe_slopes(trial, selection, answer, among)
    if isinstance(answer, LinesPicture):
        return _describe_lines(answer, judged, among)
    if isinstance(answer, PairsPicture):
        whom = "overall" if among else "among all participants"
        return _capitalise(
            f"{among}{whom}, {_say_pairs(answer.answer, answer.answer.overall, judged.overall, names)}"
        )
    return _describe_biology(answer, names, among)


def _describe_group(answer: ProgressionPicture, judged: Progression, names: ArmNames, among: str) -> str:
    """The sentence that belongs to the question which the reader marked; the first one where none is."""
    group, wanted = answer.group, judged.groups[answer.place]
    chosen = answer.answer.estimand or ESTIMANDS[0]
    if answer.place:
        whom = f"with {one_line(group.label, MAX_GROUP_LENGTH)}"
    else:
        whom = "overall" if among else "among all participants"
    if chosen == "worst":
        told = _say_pairs(answer.answer, group, wanted, names)
    else:
        told = {"slope": _say_slopes, "alive": _say_means, "death": _say_death}[chosen](answer, wanted, names)
    return _capitalise(f"{among}{whom}, {told}")


def _say_slopes(answer: ProgressionPicture, judged: GroupProgression, names: ArmNames) -> str:
    slopes, short = answer.group.slopes, answer.answer.measure.short
    if isinstance(slopes.treated, NotEstimable) or isinstance(slopes.control, NotEstimable):
        return f"the slopes of {short} cannot be compared"
    first = format_slope(answer.answer, slopes.treated.estimate)
    second = format_number(slopes.control.estimate, 2)
    open_still = "" if _leaves_out(judged.slopes.difference, 0.0) else ": not established"
    return f"had none died, {short} {first} on {names.treated}, {second} on {names.control}{open_still}"


def _say_means(answer: ProgressionPicture, judged: GroupProgression, names: ArmNames) -> str:
    measure, last = answer.answer.measure, find_last_shared_visit(answer.visits)
    if last is None:
        return f"at no visit was {answer.name} measured in both arms"
    treated, control = format_means(answer.answer, answer.visits, last)
    when = format_visit(measure, float(answer.visits.treated.visits[last]))
    return (
        f"{answer.name} of those alive and measured at {when} was {treated} on {names.treated} and "
        f"{control} on {names.control}"
    )


def _say_death(answer: ProgressionPicture, judged: GroupProgression, names: ArmNames) -> str:
    cox, singular = answer.group.death, answer.answer.endpoint.singular
    if isinstance(cox, NotEstimable):
        return f"the hazard ratio of {singular} is not estimable"
    wanted = judged.death
    stands = isinstance(wanted, HazardRatio) and not wanted.ci[0] <= 1 <= wanted.ci[1]
    return (
        f"the hazard ratio of {singular} on {names.treated} was {format_hazard_ratio(cox.hr, cox.ci)}"
        f"{'' if stands else f': {NOT_ESTABLISHED}'}"
    )


def _say_pairs(
    answer: Progression, group: GroupProgression, judged: GroupProgression, names: ArmNames
) -> str:
    pairs, wanted = group.pairs, judged.pairs
    if isinstance(pairs, NotEstimable):
        return pairs.why
    stands = isinstance(wanted, DeathThenFunction) and not (
        wanted.probability_ci[0] <= 0.5 <= wanted.probability_ci[1]
    )
    return (
        f"the win probability on {names.treated}, {answer.endpoint.singular} worst, was "
        f"{format_percent(pairs.probability)}{'' if stands else f': {NOT_ESTABLISHED}'}"
    )


def _leaves_out(found: Contrast | NotEstimable, value: float) -> bool:
    return isinstance(found, Contrast) and not found.ci[0] <= value <= found.ci[1]


def _describe_slopes(trial: Trial, selection: Selection, answer: SlopesPicture, among: str) -> str:
    curve, found = answer.curve, answer.found
    biomarker, last = found.span.biomarker, curve.biomarker.size - 1
    first, last = round(ENDS[0] * last), round(ENDS[1] * last)
    low, high = (_signed(float(curve.estimate[k])) for k in (first, last))
    unit = format_slope(found.answer, float(curve.estimate[last]), signed=True).removeprefix(high)
    judged = slope_curve(trial, selection)
    straight = judged if isinstance(judged, NotEstimable) else judged.linear
    stands = isinstance(straight, Contrast) and _leaves_out(straight, 0.0)
    return _capitalise(
        f"{among}the {found.answer.measure.short} slope difference is {low} at "
        f"{biomarker.short} {format_bare_value(biomarker, float(curve.biomarker[first]))}, {high}{unit} at "
        f"{format_biomarker_value(biomarker, float(curve.biomarker[last]))}"
        f"{'' if stands else ': not established'}"
    )


def _describe_lines(answer: LinesPicture, judged: Progression, among: str) -> str:
    """The difference in slope of every group that is shown; established only where the search leaves it."""
    found, shown = answer.answer, answer.shown
    told = list(zip(answer.labels, (group.slopes.difference for group in shown), strict=True))
    told = told if len(told) < 3 else [told[0], told[-1]]
    parts: list[str] = []
    for place, (label, difference) in enumerate(told):
        if isinstance(difference, Contrast):
            last = place == len(told) - 1
            value = format_slope(found, difference.estimate, signed=True) if last else None
            whom = one_line(f"{label}{answer.unit if last else ''}", MAX_GROUP_LENGTH)
            value = value or _signed(difference.estimate)
            parts.append(f"{value} with {whom}" if found.groups[1:] else value)
    joined = " to " if len(shown) > len(told) else ", "
    if found.groups[1:]:
        stands = _survives_search(answer.searched)
    else:
        stands = _leaves_out(judged.overall.slopes.difference, 0.0)
    return _capitalise(
        f"{among}{found.measure.short} slope difference {joined.join(parts)}"
        f"{'' if stands else ': not established'}"
    )


def _survives_search(searched: Searched) -> bool:
    """Whether every threshold in view withstands the correction for having looked at all of them."""
    if searched is None or isinstance(searched, NotEstimable):
        return False
    return all(one.p is not None and one.p < ALPHA for one in searched.found.at)


def _describe_biology(answer: BiologyPicture, names: ArmNames, among: str) -> str:
    shorts = [marker.measure.short for marker in answer.found.markers]
    listed = ", ".join(shorts)
    return _capitalise(
        f"{among}what {names.treated} did to {listed}, beside {answer.answer.measure.short}, in the same "
        "groups"
    )


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class ProgressionWords:
    """What is said of a picture of repeated measurements; see `PictureWords` of slides."""

    method: str
    seen: str
    sentences: tuple[str, ...]
    numbers: tuple[str, ...]
    tables: tuple[Table, ...]
    counted: tuple[int, int] | None = None


_SEARCHED = "Searching over thresholds for slopes"
_FOUR = ("Difference in slope", "Death as the worst outcome", "Means by visit", "Hazard ratio")


def describe_progression_picture(
    trial: Trial, selection: Selection, answer: ProgressionPictured, names: ArmNames
) -> ProgressionWords:
    """Method, picture in words, sentences, methods of its numbers, and its numbers as a table."""
    searched = (_SEARCHED,) if answer.searched is not None else ()
    if isinstance(answer, ProgressionPicture):
        return _describe_by_visit(trial, selection, answer, names, searched)
    if isinstance(answer, SlopesPicture):
        told = explain_along(answer.found)
        seen = (
            f"A curve of the difference in slope along {_cut(answer.found.span.biomarker.label)} with its "
            f"pointwise {format_confidence_level(answer.found.answer.confidence)} band, and a line at 0."
        )
        numbers = ("Difference in slope", *searched)
        return ProgressionWords(
            "mixed model with spline", seen, (told.sentence,), numbers, tuple(told.tables)
        )
    if isinstance(answer, LinesPicture):
        told = explain_lines(FittedLines(answer.answer, names))
        seen = (
            f"Fitted lines of {_cut(answer.answer.measure.label)} over time with their "
            f"{format_confidence_level(answer.answer.confidence)} bands, a field for each group: "
            f"{names.treated} solid, {names.control} dashed."
        )
        numbers = ("Difference in slope", *searched)
        return ProgressionWords(
            "mixed model for group × arm × time", seen, (told.sentence,), numbers, tuple(told.tables)
        )
    if isinstance(answer, PairsPicture):
        told = explain_pairs(pairs_of(trial, selection, answer))
        seen = (
            f"How often whoever is on {names.treated} in a pair did better, a point with its "
            f"{format_confidence_level(answer.answer.confidence)} for each group, and a line at 50 %."
        )
        numbers = ("Death as the worst outcome", *searched)
        return ProgressionWords(
            "every pair of participants",
            seen,
            (f"{describe_rule(answer.answer)}.",),
            numbers,
            tuple(told.tables),
        )
    return _describe_beside(explain_biology(answer.found), answer, searched)


def _describe_by_visit(
    trial: Trial,
    selection: Selection,
    answer: ProgressionPicture,
    names: ArmNames,
    searched: tuple[str, ...],
) -> ProgressionWords:
    group = answer.group
    compared = survival_by_group(trial, selection).groups[answer.place].comparison
    seen = (
        f"Means of {_cut(answer.name)} by visit with "
        f"{format_confidence_level(answer.answer.confidence)}, {_cut(group.label)}: {names.treated} as a "
        f"solid line, {names.control} dashed, and underneath how many were measured and had died."
    )
    return ProgressionWords(
        "mixed model, pairs, means by visit",
        seen,
        (describe_agreement(answer.answer, group, names),),
        (*_FOUR, *searched),
        tuple(list_visit_tables(answer.answer, group, names)),
        (compared.n, compared.events),
    )


def _describe_beside(
    told: Explanation, answer: BiologyPicture, searched: tuple[str, ...]
) -> ProgressionWords:
    listed = ", ".join(marker.measure.short for marker in answer.found.markers)
    seen = f"A column of differences between the arms for each of {listed}, and the difference in slope."
    return ProgressionWords(
        "means at visits by phase",
        seen,
        (told.sentence,),
        ("Difference in slope", *searched),
        tuple(told.tables),
    )


def _cut(text: str) -> str:
    return one_line(text, MAX_GROUP_LENGTH)


def note_search(searched: Searched) -> str:
    """What the thresholds in view are worth for slopes, as a sentence for the speaker."""
    if searched is None:
        return NO_SEARCH
    if isinstance(searched, NotEstimable):
        return searched.why
    told = explain_search(searched)
    looked = "; ".join(f"{fact.label} {fact.value}{FIXED}{fact.detail}" for fact in told.facts)
    return f"Slopes, {count(searched.found.looked_at)} thresholds looked at: {looked}. {told.sentence}"
