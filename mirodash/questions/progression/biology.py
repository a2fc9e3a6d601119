"""Biology beside the clinic: what treatment does to markers, peak and trough, and to function, by group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from mirodash.disclosure.counts import too_few
from mirodash.errors import CannotComputeError
from mirodash.longitudinal.visits import MeanDifference, compare_means
from mirodash.plot.interval_points import draw_interval_points
from mirodash.plot.theme import Figure, Theme, build_axis, build_base_layout, escape, shorten
from mirodash.questions.panel import Panel
from mirodash.questions.progression.measured import Progression, progression, values_at_visits
from mirodash.questions.progression.words import describe_difference_in_slope, format_visit
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import resolve
from mirodash.survival.results import NotEstimable
from mirodash.text.facts import Explanation, Fact, Table, TablesOnDemand
from mirodash.text.labels import ArmNames, format_arm_names, lower_first
from mirodash.text.numbers import (
    FIXED,
    count,
    format_confidence_level,
    format_interval,
    format_number,
    format_range,
)
from mirodash.trial.dictionary import Measure
from mirodash.trial.trial import Trial

MAX_COLUMNS = 3
"""Markers beside function: more would be too narrow to read."""
_MARGIN = (150, 14, 34, 40)
HEIGHT = 250
_SYMBOLS = ("circle", "square-open", "diamond", "triangle-up-open")


@dataclass(frozen=True, eq=False, slots=True)
class PhaseDifference:
    """Difference between the arms at one phase: of participants' own means, and at every visit (days,)."""

    phase: str
    overall: MeanDifference | NotEstimable
    days: tuple[float, ...]
    by_visit: tuple[MeanDifference | NotEstimable, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Marker:
    """One marker: ``groups`` are all participants and the groups of the view, each with its phases."""

    measure: Measure
    groups: tuple[tuple[PhaseDifference, ...], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Biology:
    """Markers beside the measurement of the view."""

    markers: tuple[Marker, ...]
    answer: Progression
    names: ArmNames


def biology(trial: Trial, selection: Selection) -> Biology | None:
    """What treatment does to each marker in each group; None for a trial without markers.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    answer = progression(trial, selection)
    measures = [measure for measure in trial.dictionary.measurements if measure.kind == "biology"]
    if answer is None or not measures:
        return None
    markers = tuple(_compare_marker(trial, selection, measure.key) for measure in measures[:MAX_COLUMNS])
    return Biology(markers, answer, format_arm_names(trial, selection))


@memoise
def _compare_marker(trial: Trial, selection: Selection, key: str) -> Marker:
    people = assign_groups(trial, selection)
    confidence = resolve(trial, selection).confidence
    measure = next(measure for measure in trial.dictionary.measurements if measure.key == key)
    groups: list[tuple[PhaseDifference, ...]] = []
    for group in people.shown:
        inside, treated = group.mask, people.treated[group.mask]
        phases: list[PhaseDifference] = []
        for phase, days, values in values_at_visits(trial, key):
            mine = values[inside]
            later = days > 0

            def compare(value: np.ndarray, treated: np.ndarray = treated) -> MeanDifference | NotEstimable:
                known = ~np.isnan(value)
                few = too_few(treated[known], trial.min_cell)
                return few or compare_means(value, treated, confidence=confidence)

            phases.append(
                PhaseDifference(
                    phase,
                    compare(_mean_of_each(mine[:, later])),
                    tuple(days[later].tolist()),
                    tuple(compare(mine[:, k]) for k in np.flatnonzero(later)),
                )
            )
        groups.append(tuple(phases))
    return Marker(measure, tuple(groups))


def _mean_of_each(values: np.ndarray) -> np.ndarray:
    """The mean of each participant's own values, (participants,); NaN without any."""
    known = ~np.isnan(values)
    n = known.sum(axis=1)
    return np.where(n > 0, np.where(known, values, 0.0).sum(axis=1) / np.maximum(n, 1), np.nan)


def explain_biology(found: Biology) -> Explanation:
    """The differences in words, and what must not be read into them."""
    return Explanation(
        title="Biology beside the clinic",
        subtitle=f"{found.names.treated} minus {found.names.control}, same groups; peak and trough apart",
        sentence=(
            "Each column is a randomised comparison of those measured, who are those alive then. That two of "
            "them differ in a group does not show that one works through the other. The day within a cycle "
            "matters more than the dose, so that peaks and troughs are never mixed."
            f"{_list_notes(found)}"
        ),
        facts=tuple(_list_facts(found)),
        tables=TablesOnDemand(lambda: tuple(_build_table(found, marker) for marker in found.markers)),
    )


def _list_notes(found: Biology) -> str:
    """What the dictionary says of the markers: how they were measured, and what is invented."""
    told = [f" {m.measure.short}: {lower_first(m.measure.note)}." for m in found.markers if m.measure.note]
    return "".join(told)


def _list_facts(found: Biology) -> Iterator[Fact]:
    for place, group in enumerate(found.answer.groups):
        difference = group.slopes.difference
        clinic = (
            f"{found.answer.measure.short} not estimable"
            if isinstance(difference, NotEstimable)
            else f"{found.answer.measure.short} {describe_difference_in_slope(found.answer, difference)}"
        )
        told = "; ".join(
            _describe_phase(found, marker.measure, phase)
            for marker in found.markers
            for phase in marker.groups[place]
        )
        yield Fact(group.label, clinic, told)


def _describe_phase(found: Biology, measure: Measure, phase: PhaseDifference) -> str:
    name = f"{measure.short}{f' at {phase.phase}' if phase.phase else ''}"
    if isinstance(phase.overall, NotEstimable):
        return f"{name} not estimable"
    unit = f"{FIXED}{measure.unit}" if measure.unit else ""
    ends = format_interval(phase.overall.ci, found.answer.confidence, number=_signed(measure))
    return f"{name} {_signed(measure)(phase.overall.estimate)}{unit} ({ends})"


def _signed(measure: Measure) -> Callable[[float], str]:
    """Formats a difference with its sign and the measurement's decimals."""
    return partial(format_number, decimals=measure.decimals, signed=True)


def _build_table(found: Biology, marker: Marker) -> Table:
    signed = _signed(marker.measure)
    rows = tuple(
        (
            group.label,
            phase.phase or "–",
            format_visit(marker.measure, day),
            *_write_difference(found, difference, signed),
        )
        for group, phases in zip(found.answer.groups, marker.groups, strict=True)
        for phase in phases
        for day, difference in zip(phase.days, phase.by_visit, strict=True)
    )
    level = format_confidence_level(found.answer.confidence)
    header = ("Group", "Phase", "Visit", "Difference", level, found.names.treated, found.names.control)
    return Table(f"{marker.measure.label}: difference at each visit", header, rows)


def _write_difference(
    found: Biology, difference: MeanDifference | NotEstimable, signed: Callable[[float], str]
) -> tuple[str, ...]:
    if isinstance(difference, NotEstimable):
        return ("not estimable", "–", "–", "–")
    hidden = bool(found.answer.min_cell)
    sizes = ["not shown" if hidden else count(difference.n[arm]) for arm in (1, 0)]
    return (signed(difference.estimate), format_range(difference.ci, signed), *sizes)


def draw_biology(found: Biology, theme: Theme) -> Figure:
    """Draw one column for each marker and one for function, with a row for each group.

    Raises
    ------
    CannotComputeError
        When nothing can be estimated.
    """
    groups = found.answer.groups
    columns = [*found.markers, None]
    width = 1.06 / len(columns)
    layout = build_base_layout(theme, height=HEIGHT, margin=_MARGIN)
    layout |= {"hovermode": "closest", "uirevision": "biology", "annotations": [], "shapes": []}
    data: list[Figure] = []
    for place, marker in enumerate(columns):
        suffix = "" if place == 0 else str(place + 1)
        left, right = place * width, min(place * width + width - 0.06, 1.0)
        drawn = _draw_clinic(found, suffix, theme) if marker is None else _draw_marker(marker, suffix, theme)
        data += drawn
        ends = [end for trace in drawn for end in _list_ends(trace)]
        low, high = min([0.0, *ends]), max([0.0, *ends])
        room = 0.08 * (high - low or 1.0)
        layout[f"xaxis{suffix}"] = build_axis(
            theme,
            domain=[left, right],
            range=[low - room, high + room],
            anchor=f"y{suffix}",
            nticks=5,
            ticks="outside",
            showline=True,
            zeroline=True,
            zerolinecolor=theme.ink,
        )
        layout[f"yaxis{suffix}"] = build_axis(
            theme,
            range=[len(groups) - 0.4, -0.6],
            anchor=f"x{suffix}",
            tickmode="array",
            tickvals=list(range(len(groups))),
            ticktext=[escape(shorten(group.label, 24)) for group in groups],
            showticklabels=place == 0,
            ticklen=0,
        )
        layout["annotations"].append(_draw_heading(found, marker, left, theme))
    if not data:
        raise CannotComputeError("Nothing can be estimated in any group.")
    return {"data": data, "layout": layout}


def _list_ends(trace: Figure) -> list[float]:
    error = trace["error_x"]
    pairs = zip(trace["x"], error["array"], error["arrayminus"], strict=True)
    return [end for x, up, down in pairs for end in (x - down, x + up)]


def _draw_heading(found: Biology, marker: Marker | None, left: float, theme: Theme) -> Figure:
    if marker is None:
        measure = found.answer.measure
        text = f"<b>{escape(measure.short)}</b>, difference in slope"
    else:
        measure = marker.measure
        phases = [phase.phase for phase in marker.groups[0]]
        signs = dict(zip(phases, ("●", "□", "◆", "△"), strict=False))
        named = ", ".join(f"{signs[phase]} {escape(phase)}" for phase in phases if phase)
        text = f"<b>{escape(measure.short)}</b>, {escape(measure.unit)}<br>{named}"
    return {
        "text": text,
        "x": left,
        "xref": "paper",
        "xanchor": "left",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 2,
        "showarrow": False,
        "align": "left",
        "font": {"size": 11, "color": theme.ink},
    }


def _draw_marker(marker: Marker, suffix: str, theme: Theme) -> list[Figure]:
    made: list[Figure] = []
    signed = _signed(marker.measure)
    for number in range(len(marker.groups[0])):
        points = [
            (place, phases[number].phase, phases[number].overall)
            for place, phases in enumerate(marker.groups)
        ]
        known = [(place, phase, found) for place, phase, found in points if isinstance(found, MeanDifference)]
        shift = 0.14 * (2 * number - (len(marker.groups[0]) - 1))
        hover = [
            f"{escape(phase)} {signed(found.estimate)} ({format_range(found.ci, signed)})"
            for _, phase, found in known
        ]
        rows = [(place + shift, found.estimate, found.ci) for place, _, found in known]
        made += _draw_points(rows, hover, _SYMBOLS[number % len(_SYMBOLS)], suffix, theme)
    return made


def _draw_clinic(found: Biology, suffix: str, theme: Theme) -> list[Figure]:
    known = [
        (place, group.slopes.difference)
        for place, group in enumerate(found.answer.groups)
        if not isinstance(group.slopes.difference, NotEstimable)
    ]
    hover = [escape(describe_difference_in_slope(found.answer, difference)) for _, difference in known]
    rows = [(float(place), difference.estimate, difference.ci) for place, difference in known]
    return _draw_points(rows, hover, "circle", suffix, theme)


def _draw_points(
    rows: list[tuple[float, float, tuple[float, float]]],
    hover: list[str],
    symbol: str,
    suffix: str,
    theme: Theme,
) -> list[Figure]:
    return draw_interval_points(
        rows,
        suffix,
        bar={"color": theme.accent, "thickness": 1.6, "width": 3},
        marker={"symbol": symbol, "size": 8, "color": theme.accent, "line": {"width": 1.6}},
        hover=hover,
    )


BIOLOGY = Panel("progression-biology", biology, explain_biology, draw_biology, HEIGHT)
