"""Survival at several times, each arm with how many are at risk, and the difference between the arms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mirodash.disclosure.counts import SUPPRESSED, explain_suppression
from mirodash.questions.statistics.absolute import encode_incidence_at, encode_survival_at
from mirodash.questions.statistics.group_survival import GroupSurvival, SurvivalByGroup
from mirodash.questions.statistics.statistic import InGroup, Script, Statistic
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import resolve, resolve_endpoint
from mirodash.survival.competing_events import express_share_as_incidence, turn_difference
from mirodash.survival.kaplan_meier import estimate_survival_difference, survival_at
from mirodash.survival.results import ArmComparison, ArmSummary, Difference, NotEstimable, SurvivalAt
from mirodash.text.decimals import choose_percent_decimals
from mirodash.text.facts import Table, label_lines, shorten_text
from mirodash.text.json_values import Json, encode_difference
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import (
    chosen_time,
    count,
    format_confidence_level,
    format_difference_in_points,
    format_duration,
    format_not_estimable_after,
    format_percent,
)
from mirodash.text.ticks import convert_time
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.trial import Trial

USUAL_LANDMARKS = (12.0, 18.0, 24.0)
"""In months, where the reader chooses none."""
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Landmark:
    """Survival of both arms at one ``time``, in the endpoint's unit; None for an arm without anyone."""

    time: float
    control: SurvivalAt | None
    treated: SurvivalAt | None
    difference: Difference | NotEstimable


def list_landmark_times(trial: Trial, selection: Selection) -> tuple[float, ...]:
    """The times that were chosen, else the usual ones, in the endpoint's unit, ascending.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = resolve(trial, selection).landmarks
    if chosen is not None:
        return chosen
    endpoint, _ = resolve_endpoint(trial, selection)
    return tuple(convert_time(months, "months", endpoint.unit) for months in USUAL_LANDMARKS)


def estimate_landmarks(
    compared: ArmComparison, times: Sequence[float], *, confidence: float, min_cell: int = 0
) -> tuple[Landmark, ...]:
    """Survival at each of the times, and its difference; not estimable beyond an arm's follow-up.

    As R's ``summary(survfit(conf.type = "log-log"), times)``, with Greenwood's variances for the difference.
    Counts at risk are not told under a limit to small counts: beside those of the axis they would tell few
    apart.

    Parameters
    ----------
    compared : ArmComparison
        As it may be told.
    times : sequence of float
        In the unit of the follow-up.
    confidence : float
        Level of the intervals.
    min_cell : int
        The limit to small counts, 0 without one.
    """
    return tuple(_estimate_landmark(compared, time, confidence, min_cell) for time in times)


def _estimate_landmark(compared: ArmComparison, time: float, confidence: float, min_cell: int) -> Landmark:
    control, treated = (_read_survival(arm, time, min_cell) for arm in (compared.control, compared.treated))
    difference = estimate_survival_difference(
        replace(compared.control, survival_at=control),
        replace(compared.treated, survival_at=treated),
        confidence=confidence,
        when="this time",
    )
    if isinstance(compared.survival_difference, NotEstimable) and control is None and treated is None:
        difference = compared.survival_difference
    return Landmark(time, control, treated, difference)


def _read_survival(arm: ArmSummary, time: float, min_cell: int) -> SurvivalAt | None:
    found = survival_at(arm.curve, time)
    return replace(found, at_risk=SUPPRESSED) if found and min_cell else found


def format_landmark_time(time: float, unit: str, reader_unit: str) -> str:
    """When: whole months by their number, with the time in the reader's unit.

    >>> from mirodash.text.numbers import unify_spaces
    >>> unify_spaces(format_landmark_time(365.25, "days", "days"))
    '12 months (365 days)'
    >>> unify_spaces(format_landmark_time(400, "days", "days"))
    '400 days'
    """
    months, shown = convert_time(time, unit, "months"), convert_time(time, unit, reader_unit)
    if abs(months - round(months)) > ROUNDING * months:
        return chosen_time(shown, reader_unit)
    whole = chosen_time(float(round(months)), "months")
    return whole if reader_unit == "months" else f"{whole} ({format_duration(shown, reader_unit)})"


def _format_survival(at: SurvivalAt | None, unit: str, reader_unit: str, decimals: int) -> str:
    if at is None:
        return "–"
    if at.estimate is None:
        return format_not_estimable_after(convert_time(at.followed_to or 0.0, unit, reader_unit), reader_unit)
    shown = format_percent(at.estimate, decimals=decimals)
    if at.lower is None or at.upper is None:
        return shown
    ends = [format_percent(end, decimals=decimals) for end in (at.lower, at.upper)]
    return f"{shown} ({' to '.join(ends)})"


@dataclass(frozen=True, slots=True)
class LandmarkWords:
    """One time in words: each arm's survival and number at risk, and the difference or why there is none."""

    when: str
    treated: str
    treated_at_risk: str
    control: str
    control_at_risk: str
    difference: str


def describe_landmarks(
    landmarks: Sequence[Landmark], endpoint: Endpoint, *, reader_unit: str, confidence: float
) -> tuple[LandmarkWords, ...]:
    """Every landmark in words, with the decimals that its intervals need.

    Where another event competes they are cumulative incidences, as the curves are.
    """
    shown = map(_express_landmark, landmarks) if endpoint.competing else landmarks
    return tuple(_describe_landmark(one, endpoint.unit, reader_unit, confidence) for one in shown)


def _express_landmark(one: Landmark) -> Landmark:
    return Landmark(
        one.time,
        express_share_as_incidence(one.control),
        express_share_as_incidence(one.treated),
        turn_difference(one.difference) if isinstance(one.difference, Difference) else one.difference,
    )


def _describe_landmark(one: Landmark, unit: str, reader_unit: str, confidence: float) -> LandmarkWords:
    known = [at for at in (one.treated, one.control) if at and at.estimate is not None]
    places = choose_percent_decimals((at.estimate or 0.0, (at.lower, at.upper)) for at in known)
    treated, control = (_format_survival(at, unit, reader_unit, places) for at in (one.treated, one.control))
    return LandmarkWords(
        when=format_landmark_time(one.time, unit, reader_unit),
        treated=treated,
        treated_at_risk=count(one.treated.at_risk) if one.treated else "–",
        control=control,
        control_at_risk=count(one.control.at_risk) if one.control else "–",
        difference=_describe_difference(one.difference, unit, reader_unit, confidence),
    )


def _describe_difference(
    found: Difference | NotEstimable, unit: str, reader_unit: str, confidence: float
) -> str:
    if isinstance(found, Difference):
        return format_difference_in_points(found.estimate, found.ci, confidence)
    if found.followed_to is not None:
        return format_not_estimable_after(convert_time(found.followed_to, unit, reader_unit), reader_unit)
    return f"not estimable. {found.why}"


def build_landmark_table(
    label: str, words: Sequence[LandmarkWords], names: ArmNames, endpoint: Endpoint, *, confidence: float
) -> Table:
    """One row for each time, treated before control."""
    measure = "cumulative incidence" if endpoint.competing else "survival"
    level = format_confidence_level(confidence)
    header = (
        "Time",
        f"{names.treated}, {endpoint.state} ({level})",
        "At risk",
        f"{names.control}, {endpoint.state} ({level})",
        "At risk",
        "Difference",
    )
    rows = tuple(
        (one.when, one.treated, one.treated_at_risk, one.control, one.control_at_risk, one.difference)
        for one in words
    )
    return Table(f"{label}: {measure} at several times", header, rows)


def describe_landmarks_in_group(result: SurvivalByGroup, group: GroupSurvival) -> tuple[LandmarkWords, ...]:
    """Survival of one group at the landmarks of the view, in words; none where nothing is told of it."""
    if explain_suppression(group.comparison):
        return ()
    found = estimate_landmarks(
        group.comparison, result.landmarks, confidence=result.confidence, min_cell=result.min_cell
    )
    return describe_landmarks(found, result.endpoint, reader_unit=result.unit, confidence=result.confidence)


def _build_tables(told: InGroup) -> tuple[Table, ...]:
    result, label = told.result, told.group.label
    words = describe_landmarks_in_group(result, told.group)
    if not words:
        return ()
    endpoint, confidence = result.endpoint, result.confidence
    return (build_landmark_table(label, words, told.names, endpoint, confidence=confidence),)


def _list_landmarks(told: InGroup) -> list[str]:
    """Survival at several times, a line for each of them."""
    survival = told.result
    control, treated = (shorten_text(name, 20) for name in (told.names.control, told.names.treated))
    words = describe_landmarks(
        estimate_landmarks(
            told.group.comparison,
            survival.landmarks,
            confidence=survival.confidence,
            min_cell=survival.min_cell,
        ),
        survival.endpoint,
        reader_unit=survival.endpoint.unit,
        confidence=survival.confidence,
    )
    lines: list[str] = []
    for one in words:
        shown = (
            f"{control} {one.control}, at risk {one.control_at_risk}; "
            f"{treated} {one.treated}, at risk {one.treated_at_risk}; difference {one.difference}"
        )
        lines += label_lines(f"At {one.when}", shown)
    return ["", *lines] if lines else []


def _encode_landmarks(told: InGroup) -> Json:
    """Survival at several times, in the endpoint's unit, and the cumulative incidence as at the horizon."""
    survival, compared = told.result, told.group.comparison
    unit = survival.endpoint.unit
    found = estimate_landmarks(
        compared, survival.landmarks, confidence=survival.confidence, min_cell=survival.min_cell
    )
    return {
        "landmarks": [
            {
                "time": one.time,
                "arms": [
                    {
                        "arm": name,
                        **encode_survival_at(at, arm, one.time, missing=one.difference, unit=unit),
                        **({} if arm.curve.event_free is None or at is None else encode_incidence_at(at)),
                    }
                    for name, arm, at in (
                        (survival.control, compared.control, one.control),
                        (survival.treated, compared.treated, one.treated),
                    )
                ],
                "difference": encode_difference("time", one.difference, unit),
            }
            for one in found
        ]
    }


LANDMARKS = Statistic(
    key="landmarks",
    methods=(
        (
            "Survival at several times",
            "The same at each of them, with the number at risk just before it and the difference",
            "summary.survfit",
        ),
    ),
    lines=_list_landmarks,
    encode=_encode_landmarks,
    tables=_build_tables,
    script=Script(
        r="""\
# Survival at several times, with those at risk, and the differences
at_landmarks <- function(people) {
  arms <- arms_of(people)
  fits <- curves_of(arms)
  answer <- c()
  for (mark in names(landmarks)) {
    at <- list(treated = rep(NA, 4), control = rep(NA, 4))
    for (name in names(arms)) {
      if (!is.null(fits[[name]])) at[[name]] <- survival_at(fits[[name]], landmarks[[mark]])
      told <- c(at[[name]][1:3], sum(is_at_risk(arms[[name]], landmarks[[mark]])))
      quantities <- paste0("at_", mark, c("", "_lower", "_upper", "_at_risk"), "_", name)
      answer <- c(answer, setNames(told, quantities))
    }
    apart <- difference(at$treated[c(1, 4)], at$control[c(1, 4)])
    answer <- c(answer, setNames(apart, paste0("at_", mark, c("", "_lower", "_upper"), "_difference")))
  }
  answer
}

""",
        r_call="at_landmarks(people)",
        python='''\
def at_landmarks(people):
    """Survival at several times, with those at risk, and the differences."""
    (arms, fits), answer = arms_of(people), {}
    for mark, time in LANDMARKS.items():
        at = {name: [None] * 4 for name in arms}
        for name, arm in arms.items():
            if name in fits:
                at[name] = survival_at(arm, fits[name], time)
            told = [*at[name][:3], is_at_risk(arm, time).sum()]
            ends = ("", "_lower", "_upper", "_at_risk")
            answer |= {f"at_{mark}{end}_{name}": value for end, value in zip(ends, told)}
        apart = difference(at["treated"][::3], at["control"][::3])
        answer |= {f"at_{mark}{end}_difference": value for end, value in zip(("", "_lower", "_upper"), apart)}
    return answer


''',
        python_call="at_landmarks(people)",
    ),
)
