"""Means by visit of one group, and under the same axis who is alive and measured, alive and not, or dead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.errors import CannotComputeError
from mirodash.longitudinal.visits import VisitSummary
from mirodash.plot.counts_under_axis import LETTERS, draw_counts_under_axis, draw_row_label
from mirodash.plot.theme import (
    ArmStyle,
    Figure,
    Theme,
    build_axis,
    build_base_layout,
    escape,
    shorten,
    style_arms,
)
from mirodash.questions.panel import Panel
from mirodash.questions.progression.measured import GroupProgression, Progression, VisitsOfArms, progression
from mirodash.questions.progression.words import describe_group, format_visit
from mirodash.stratification.selection import MAX_THRESHOLDS, Selection
from mirodash.survival.results import NotEstimable
from mirodash.text.labels import ArmNames, format_arm_names
from mirodash.text.numbers import count, format_confidence_level, format_number, format_range
from mirodash.text.ticks import convert_time
from mirodash.trial.trial import Trial

HEIGHT = 392
_MARGIN = (72, 22, 10, 4)
_ROW = 1.35 * LETTERS
_AXIS_ROOM = 40
STATES: tuple[str, ...] = ("measured", "missed", "dead", "not followed")
CLOSEST = 0.13
"""Of the axis: of visits that lie closer the later ones have no counts; the table has all of them."""
SHIFT = 0.006
"""Of the axis: the arms' intervals stand beside each other, not on top."""


@dataclass(frozen=True, eq=False, slots=True)
class ProgressionInGroup:
    """One group of a view, with the axes that all groups share."""

    answer: Progression
    group: GroupProgression
    names: ArmNames


def progression_panel(place: int) -> Panel[ProgressionInGroup]:
    """The panel of all participants (place 0) or of one of the groups, ascending."""

    def compute(trial: Trial, selection: Selection) -> ProgressionInGroup | None:
        answer = progression(trial, selection)
        if answer is None or place >= len(answer.groups):
            return None
        return ProgressionInGroup(answer, answer.groups[place], format_arm_names(trial, selection))

    return Panel(
        f"progression-{place}",
        compute,
        lambda found: describe_group(found.answer, found.group, found.names),
        draw_visit_card,
        HEIGHT,
        moves_with_thresholds=place > 0,
    )


def draw_visit_card(found: ProgressionInGroup, theme: Theme) -> Figure:
    """Draw means with intervals by visit and arm, and the states locked to the same ticks.

    Raises
    ------
    CannotComputeError
        When there are no visits, or they may not be shown.
    """
    group = found.group
    if isinstance(group.visits, NotEstimable):
        raise CannotComputeError(f"No picture: {group.visits.why}")
    visits = group.visits[0]
    treated, control = style_arms(theme, found.names)
    arms = ((found.names.treated, visits.treated, treated), (found.names.control, visits.control, control))
    span = _find_span(found.answer)
    data = [
        trace
        for k, (name, arm, style) in enumerate(arms)
        for trace in _draw_means(found.answer, name, arm, style, shift=(SHIFT if k else -SHIFT) * span)
    ]
    rows = list_states(visits)
    data.append(_build_states(found.answer, visits, rows, theme))
    return {"data": data, "layout": _build_layout(found, visits, rows, theme, span)}


def _find_span(answer: Progression) -> float:
    return max((*answer.measure.visits, 1e-9))


def choose_visits(answer: Progression, visits: VisitsOfArms) -> list[int]:
    """Places of the visits that are far enough apart for numbers to stand under them."""
    at, chosen = list_times(answer, visits.treated), list[int]()
    for place, x in enumerate(at):
        if not chosen or x - at[chosen[-1]] >= CLOSEST * _find_span(answer):
            chosen.append(place)
    return chosen


def list_times(answer: Progression, arm: VisitSummary) -> list[float]:
    """The visits in the unit in which they are planned."""
    return [convert_time(float(day), "days", answer.measure.visits_unit) for day in arm.visits]


def _draw_means(
    answer: Progression, name: str, arm: VisitSummary, style: ArmStyle, *, shift: float
) -> list[Figure]:
    known = ~np.isnan(arm.mean)
    x = [at + shift for at, shown in zip(list_times(answer, arm), known, strict=True) if shown]
    reach = np.where(np.isnan(arm.upper), 0.0, arm.upper - arm.mean)[known]
    return [
        {
            "type": "scatter",
            "x": x,
            "y": arm.mean[known].tolist(),
            "error_y": {
                "type": "data",
                "array": reach.tolist(),
                "color": style.line,
                "thickness": 1.2,
                "width": 3,
            },
            "mode": "lines+markers",
            "line": {"color": style.line, "width": 2, "dash": style.dash},
            "marker": {"size": 6, "color": style.line},
            "hovertext": _list_hover(answer, name, arm, known),
            "hoverinfo": "text",
        }
    ]


def _list_hover(answer: Progression, name: str, arm: VisitSummary, known: np.ndarray) -> list[str]:
    places, level = answer.measure.decimals, format_confidence_level(answer.confidence)

    def shown(value: float) -> str:
        return format_number(value, places)

    texts: list[str] = []
    for k in np.flatnonzero(known):
        ends = (float(arm.lower[k]), float(arm.upper[k]))
        interval = "" if np.isnan(ends[0]) else f" ({level} {format_range(ends, shown)})"
        visit = format_visit(answer.measure, float(arm.visits[k]))
        measured = f"{count(int(arm.measured[k]))} measured"
        texts.append(f"{escape(name)}, {visit}<br>{shown(float(arm.mean[k]))}{interval}<br>{measured}")
    return texts


def list_states(visits: VisitsOfArms) -> list[str]:
    """The states that occur: nobody is lost in most trials."""
    lost = any((arm.not_followed > 0).any() for arm in (visits.treated, visits.control))
    return list(STATES if lost else STATES[:-1])


def count_states(arm: VisitSummary) -> dict[str, list[int]]:
    """How many of an arm are in each state at every visit."""
    counts = (arm.measured, arm.not_measured, arm.dead, arm.not_followed)
    return {state: each.tolist() for state, each in zip(STATES, counts, strict=True)}


def _build_states(answer: Progression, visits: VisitsOfArms, rows: list[str], theme: Theme) -> Figure:
    ticks = choose_visits(answer, visits)
    arms: list[tuple[list[float], list[list[int]]]] = []
    for arm in (visits.treated, visits.control):
        at = [list_times(answer, arm)[place] for place in ticks]
        counts = count_states(arm)
        arms.append((at, [[counts[row][place] for place in ticks] for row in rows]))
    return draw_counts_under_axis(arms, theme)


def _build_layout(
    found: ProgressionInGroup, visits: VisitsOfArms, rows: list[str], theme: Theme, span: float
) -> Figure:
    inner = HEIGHT - _MARGIN[2] - _MARGIN[3]
    lines = 2 * (len(rows) + 1)
    table = lines * _ROW / inner
    measure = found.answer.measure
    places = choose_visits(found.answer, visits)
    on_axis = list_times(found.answer, visits.treated)
    name = f"{measure.short}, {measure.unit}" if measure.unit else measure.short
    layout = build_base_layout(theme, height=HEIGHT, margin=_MARGIN)
    return layout | {
        "hovermode": "closest",
        "xaxis": build_axis(
            theme,
            range=[-0.03 * span, 1.03 * span],
            tickmode="array",
            tickvals=[on_axis[place] for place in places],
            ticktext=[format_number(on_axis[place], 0) for place in places],
            tickangle=0,
            tickfont={"size": 10.5, "color": theme.quiet},
            ticks="outside",
            showline=True,
            anchor="y",
            title={
                "text": f"{measure.visits_unit} since randomisation",
                "font": {"size": 11.5, "color": theme.quiet},
                "standoff": 2,
            },
        ),
        "yaxis": build_axis(
            theme,
            range=find_axis_range(found.answer),
            domain=[table + _AXIS_ROOM / inner, 1],
            showgrid=True,
            gridcolor=theme.grid,
            title={"text": escape(name), "font": {"size": 11.5, "color": theme.quiet}, "standoff": 4},
        ),
        "yaxis2": {"domain": [0, table], "range": [lines - 0.5, -0.5], "visible": False, "fixedrange": True},
        "annotations": _draw_labels(found.names, rows, theme),
        "uirevision": "progression",
    }


def find_axis_range(answer: Progression) -> list[float]:
    """One range for all groups of the view, from the means and intervals that are drawn."""
    ends: list[float] = []
    for group in answer.groups:
        for visits in () if isinstance(group.visits, NotEstimable) else group.visits[:1]:
            for arm in (visits.control, visits.treated):
                ends += [*arm.mean.tolist(), *arm.lower.tolist(), *arm.upper.tolist()]
    known = [end for end in ends if not np.isnan(end)]
    if not known:
        return [0.0, 1.0]
    low, high = min(known), max(known)
    limits = answer.measure.limits
    if limits:
        low, high = max(low, limits[0]), min(high, limits[1])
    room = 0.06 * (high - low or 1.0)
    return [low - room, high + room]


def _draw_labels(names: ArmNames, rows: list[str], theme: Theme) -> list[Figure]:
    """The arms' names in their colours, and the names of the rows."""
    labels: list[Figure] = []
    for i, (name, style) in enumerate(
        zip((names.treated, names.control), style_arms(theme, names), strict=True)
    ):
        first = (len(rows) + 1) * i
        labels.append(draw_row_label(f"<b>{escape(shorten(name, 12))}</b>", first, style.text, _MARGIN[0]))
        labels += [draw_row_label(row, first + 1 + j, theme.quiet, _MARGIN[0]) for j, row in enumerate(rows)]
    return labels


PROGRESSION_CARDS = tuple(progression_panel(place) for place in range(MAX_THRESHOLDS + 2))
