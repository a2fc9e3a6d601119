"""Stage figure of a saved view, and the forest for a room."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mirodash.plot.stage import (
    STROKE,
    WIDE,
    build_stage_axis,
    build_stage_layout,
    build_stage_theme,
    cut_name,
    draw_line_across,
    fit_text,
    format_annotation,
    measure_width,
)
from mirodash.plot.theme import Figure, Theme, escape, shorten
from mirodash.questions.forest import build_axis_ticks
from mirodash.questions.subgroups import Subgroup, describe_row
from mirodash.questions.talk.progression_stage import draw_progression_figure
from mirodash.questions.talk.slide_data import (
    BaselinePicture,
    EffectPicture,
    FindingPicture,
    ForestPicture,
    GroupsPicture,
    Pictured,
    SearchPicture,
    SurvivalPicture,
)
from mirodash.questions.talk.stage_curves import draw_effect, draw_survival, search
from mirodash.questions.talk.stage_groups import draw_wide
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import format_confidence_level, format_hazard_ratio

_LEFT, _RIGHT, _TOP, _BOTTOM = MARGIN = (342, 262, 2, 42)
_ACROSS = WIDE[0] - _LEFT - _RIGHT
_ROOM = 1.15
"""Times the outermost tick: from there on a line ends in an arrow."""
_LONGEST_LABEL, _LONGEST_NUMBERS = 26, 21
_INDENT = 18
_GAP = 18
_LARGEST, _SMALLEST = 22.0, 9.0
"""Sides of the squares in pixels."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the picture: the name of a factor, or a subgroup."""

    label: str
    heading: bool
    subgroup: Subgroup | None = None


def draw_forest(answer: ForestPicture, names: ArmNames, theme: Theme) -> Figure:
    """Draw the rows of one page under a line that says what the numbers are."""
    lines = _draw_lines(answer)
    ticks = build_axis_ticks(answer.found)
    edge = math.log10(ticks[-1] * _ROOM)
    places = [_ACROSS * (math.log10(tick) + edge) / (2 * edge) for tick in ticks]
    kept = fit_text(places, [f"{tick:g}" for tick in ticks])
    layout, short = build_stage_layout(theme, size=WIDE, margin=MARGIN), names.ratio_briefly
    layout |= {
        "xaxis": build_stage_axis(
            theme,
            type="log",
            range=[-edge, edge],
            tickvals=[ticks[k] for k in kept],
            ticktext=[f"{ticks[k]:g}" for k in kept],
        ),
        "yaxis": {"range": [len(lines) + 0.5, -0.5], "visible": False, "fixedrange": True},
        "shapes": [draw_line_across(theme, x0=1, x1=1, xref="x"), *_draw_overall(answer, theme)],
        "annotations": [
            _draw_numbers(f"{short} ({format_confidence_level(answer.found.confidence)})", 0, theme.quiet),
            *_label_directions(names, _beyond(places, ticks, kept), theme),
            *(text for place, line in enumerate(lines, 1) for text in _is_shown(line, place, theme)),
        ],
    }
    shown = [(place, line.subgroup) for place, line in enumerate(lines, 1) if line.subgroup]
    there = [(place, one, one.cox) for place, one in shown if isinstance(one.cox, HazardRatio)]
    return {
        "data": [_draw_intervals(there, edge, theme), _draw_squares(there, edge, theme)],
        "layout": layout,
    }


def _draw_lines(answer: ForestPicture) -> list[_Line]:
    overall = answer.found.overall
    lines = [_Line(overall.label, heading=True, subgroup=overall)] if answer.page == 1 else []
    for factor in answer.factors:
        lines.append(_Line(factor.label, heading=True))
        lines += [_Line(level.label, heading=False, subgroup=level) for level in factor.levels]
    return lines


def _draw_overall(answer: ForestPicture, theme: Theme) -> list[Figure]:
    cox = answer.found.overall.cox
    if not isinstance(cox, HazardRatio):
        return []
    dotted = {"color": theme.quiet, "width": STROKE, "dash": "dot"}
    return [draw_line_across(theme, x0=cox.hr, x1=cox.hr, xref="x", line=dotted)]


def _is_shown(line: _Line, place: int, theme: Theme) -> list[Figure]:
    """The label, and the numbers where there are any."""
    label = escape(shorten(line.label, _LONGEST_LABEL))
    left = format_annotation(
        f"<b>{label}</b>" if line.heading else label,
        theme.ink,
        x=0,
        xref="paper",
        xshift=-_LEFT + (0 if line.heading else _INDENT),
        xanchor="left",
        y=place,
        yref="y",
        yanchor="middle",
    )
    if line.subgroup is None:
        return [left]
    told, cox = describe_row(line.subgroup), line.subgroup.cox
    text = told.ratio
    if isinstance(cox, HazardRatio) and len(text) > _LONGEST_NUMBERS:
        text = format_hazard_ratio(cox.hr, cox.ci)  # for its interval there is no room but in the picture
    return [left, _draw_numbers(text, place, theme.quiet if told.uncertain else theme.ink)]


def _draw_numbers(text: str, place: int, colour: str) -> Figure:
    return format_annotation(
        text,
        colour,
        x=1,
        xref="paper",
        xshift=_RIGHT,
        xanchor="right",
        y=place,
        yref="y",
        yanchor="middle",
    )


def _beyond(places: Sequence[float], ticks: Sequence[float], kept: Sequence[int]) -> tuple[float, float]:
    """How many pixels the outermost numbers reach beyond the axis, with a gap."""
    first, last = kept[0], kept[-1]
    left = measure_width(f"{ticks[first]:g}") / 2 - places[first]
    right = places[last] + measure_width(f"{ticks[last]:g}") / 2 - _ACROSS
    return max(left, 0.0) + _GAP, max(right, 0.0) + _GAP


def _label_directions(names: ArmNames, beyond: tuple[float, float], theme: Theme) -> list[Figure]:
    """Which way favours whom, at both ends of the axis; no word touches a number of it."""
    left, right = beyond
    ends = (
        (f"◀ favours {escape(cut_name(names.treated))}", 0, "right", -left),
        (f"favours {escape(cut_name(names.control))} ▶", 1, "left", right),
    )
    return [
        format_annotation(
            text,
            theme.quiet,
            x=x,
            xref="paper",
            xanchor=anchor,
            xshift=shift,
            y=0,
            yref="paper",
            yanchor="middle",
            yshift=-24,
        )
        for text, x, anchor, shift in ends
    ]


_There = list[tuple[int, Subgroup, HazardRatio]]


def _select_rows(ratio: float, edge: float) -> float:
    return min(max(ratio, 10**-edge), 10**edge)


def _draw_intervals(there: _There, edge: float, theme: Theme) -> Figure:
    xs: list[float | None] = []
    ys: list[float | None] = []
    symbols: list[str] = []
    for place, _, cox in there:
        low, high = cox.ci
        xs += [_select_rows(low, edge), _select_rows(high, edge), None]
        ys += [place, place, None]
        symbols += [
            "triangle-left" if low < 10**-edge else "line-ns",
            "triangle-right" if high > 10**edge else "line-ns",
            "line-ns",
        ]
    return {
        "type": "scatter",
        "x": xs,
        "y": ys,
        "mode": "lines+markers",
        "line": {"color": theme.ink, "width": STROKE},
        "marker": {"symbol": symbols, "size": 12, "color": theme.ink, "line": {"color": theme.ink}},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _draw_squares(there: _There, edge: float, theme: Theme) -> Figure:
    return {
        "type": "scatter",
        "x": [_select_rows(cox.hr, edge) for _, _, cox in there],
        "y": [place for place, _, _ in there],
        "mode": "markers",
        "marker": {
            "symbol": "square",
            "size": [max(_SMALLEST, _LARGEST * math.sqrt(min(one.weight, 1.0))) for _, one, _ in there],
            "color": theme.accent,
            "opacity": 1,
        },
        "hoverinfo": "skip",
    }


def draw_stage_figure(answer: Pictured, *, names: ArmNames, theme: Theme) -> Figure:
    """Draw what one slide is about, for a slide of 960 by 540 px.

    Parameters
    ----------
    answer : Pictured
        See `mirodash.questions.talk.slide_data`.
    names : ArmNames
        What the arms are called.
    theme : Theme
        Light or dark; letters get more contrast here than on a page.

    Returns
    -------
    dict
        A plotly figure with its own width and height; empty where there is nothing to draw.
    """
    colours = build_stage_theme(theme)
    match answer:
        case SurvivalPicture():
            drawn = draw_survival(answer, names, colours)
        case GroupsPicture() | FindingPicture() | BaselinePicture():
            drawn = draw_wide(answer, names, colours)
        case EffectPicture():
            drawn = draw_effect(answer, names, colours)
        case SearchPicture():
            drawn = search(answer, names, colours)
        case ForestPicture():
            drawn = draw_forest(answer, names, colours)
        case NotEstimable():
            drawn = {"data": [], "layout": {}}
        case _:
            drawn = draw_progression_figure(answer, names, colours)
    return drawn
