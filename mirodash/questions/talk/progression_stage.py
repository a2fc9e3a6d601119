"""Stage figures of repeated measurements: by visit, slopes along the biomarker, pairs, and biology."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mirodash.longitudinal.visits import MeanDifference, VisitSummary
from mirodash.plot.interval_points import draw_interval_points
from mirodash.plot.stage import (
    CURVE,
    FONT_SIZE,
    LETTER_WIDTH,
    MARGIN,
    MAX_LETTERS,
    ROW,
    SIZE_WITH_FACTS,
    STROKE,
    WIDE,
    build_biomarker_layout,
    build_stage_axis,
    build_stage_layout,
    cut_name,
    draw_line_across,
    fit_text,
    format_annotation,
    measure_width,
)
from mirodash.plot.theme import ArmStyle, Figure, Theme, escape, find_free_edge, shorten, style_arms
from mirodash.questions.progression.measured import Progression
from mirodash.questions.progression.slope_panels import (
    draw_group_lines,
    find_group_lines,
    list_line_times,
)
from mirodash.questions.progression.visit_card import SHIFT, find_axis_range, list_times
from mirodash.questions.talk.progression_pictures import (
    BiologyPicture,
    LinesPicture,
    PairsPicture,
    ProgressionPicture,
    ProgressionPictured,
    SlopesPicture,
)
from mirodash.survival.results import NotEstimable
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import format_number, format_percent
from mirodash.text.ticks import choose_even_step, format_tick_time

_LEFT, _RIGHT, _TOP, _BOTTOM = (134, 186, 8, 2)
_HALF_A_COUNT = 50
"""Pixels that the numbers under the last visit reach beyond it."""
_AXIS_ROOM = 42
_INNER = SIZE_WITH_FACTS[1] - _TOP - _BOTTOM
_PLOT = _INNER - 2 * ROW - _AXIS_ROOM
_ACROSS = SIZE_WITH_FACTS[0] - _LEFT - _RIGHT
_MARKER = 13
_SYMBOLS = ("circle", "square")

_Arm = tuple[str, VisitSummary, ArmStyle]


def draw_progression_figure(answer: ProgressionPictured, names: ArmNames, theme: Theme) -> Figure:
    """Draw one picture of repeated measurements for a room."""
    if isinstance(answer, ProgressionPicture):
        return _draw_by_visit(answer, names, theme)
    if isinstance(answer, SlopesPicture):
        return _draw_slopes(answer, names, theme)
    if isinstance(answer, LinesPicture):
        return _draw_lines(answer, names, theme)
    if isinstance(answer, PairsPicture):
        return _draw_pairs(answer, names, theme)
    return _draw_biology(answer, theme)


def _draw_by_visit(answer: ProgressionPicture, names: ArmNames, theme: Theme) -> Figure:
    """Means with intervals, and at the same ticks how many were measured and had died."""
    visits, found = answer.visits, answer.answer
    treated, control = style_arms(theme, names)
    arms: list[_Arm] = [(names.treated, visits.treated, treated), (names.control, visits.control, control)]
    span = max(max(found.measure.visits, default=0.0), 1e-9)
    times = list_times(found, visits.treated)
    columns = _choose_columns(arms, times, span)
    data = [
        _draw_means(arm, list_times(found, arm[1]), symbol, shift=(SHIFT if k else -SHIFT) * span)
        for k, (arm, symbol) in enumerate(zip(arms, _SYMBOLS, strict=True))
    ]
    data.append(_draw_counts(arms, columns, times, theme))
    layout = build_stage_layout(theme, size=SIZE_WITH_FACTS, margin=(_LEFT, _RIGHT, _TOP, _BOTTOM))
    low, high = find_axis_range(found)
    return {
        "data": data,
        "layout": {
            **layout,
            "xaxis": build_stage_axis(
                theme,
                range=[-0.03 * span, 1.03 * span],
                tickvals=[times[k] for k in columns],
                ticktext=[format_tick_time(times[k]) for k in columns],
                anchor="y",
            ),
            "yaxis": build_stage_axis(
                theme,
                range=[low, high],
                domain=[1 - _PLOT / _INNER, 1],
                title=_title(escape(shorten(answer.name, 12)), theme),
                **_list_even_ticks(low, high, 4),
            ),
            "yaxis2": {
                "domain": [0, 2 * ROW / _INNER],
                "range": [1.5, -0.5],
                "visible": False,
                "fixedrange": True,
            },
            "annotations": [
                _in_margin(found.measure.visits_unit, theme.quiet, yref="y", y=low, yshift=-24),
                _at_right("measured<br>†\u202fdead", theme.quiet, yref="y2", y=0.5, xshift=_HALF_A_COUNT + 8),
                *(
                    _in_margin(f"<b>{escape(cut_name(name))}</b>", style.text, yref="y2", y=row)
                    for row, (name, _, style) in enumerate(arms)
                ),
                *_name_ends(_list_ends(arms), (low, high)),
            ],
        },
    }


def _choose_columns(arms: list[_Arm], times: list[float], span: float) -> list[int]:
    """The visits under which there is room for numbers."""
    texts = [max((_write_counts(arm, k) for _, arm, _ in arms), key=len) for k in range(len(times))]
    return fit_text([_ACROSS * (time / span + 0.03) / 1.06 for time in times], texts)


def _write_counts(arm: VisitSummary, visit: int) -> str:
    return f"{int(arm.measured[visit])} †{int(arm.dead[visit])}"


def _draw_means(arm: _Arm, times: list[float], symbol: str, *, shift: float) -> Figure:
    _, summary, style = arm
    known = np.flatnonzero(~np.isnan(summary.mean))
    reach = np.where(np.isnan(summary.upper), 0.0, summary.upper - summary.mean)
    return {
        "type": "scatter",
        "x": [times[k] + shift for k in known],
        "y": summary.mean[known].tolist(),
        "error_y": {
            "type": "data",
            "array": reach[known].tolist(),
            "color": style.line,
            "thickness": STROKE,
            "width": 0,
        },
        "mode": "lines+markers",
        "line": {"color": style.line, "width": CURVE, "dash": style.dash},
        "marker": {"symbol": symbol, "size": _MARKER, "color": style.line},
        "hoverinfo": "skip",
    }


def _draw_counts(arms: list[_Arm], columns: list[int], times: list[float], theme: Theme) -> Figure:
    return {
        "type": "scatter",
        "x": [times[k] for _ in arms for k in columns],
        "y": [row for row in range(len(arms)) for _ in columns],
        "text": [_write_counts(arm, k) for _, arm, _ in arms for k in columns],
        "yaxis": "y2",
        "mode": "text",
        "textfont": {"size": FONT_SIZE, "color": theme.ink},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


_End = tuple[str, ArmStyle, float]
"""An arm, how it is drawn, and where its line ends."""


def _list_ends(arms: list[_Arm]) -> list[_End]:
    return [
        (name, style, float(arm.mean[known[-1]]))
        for name, arm, style in arms
        if (known := np.flatnonzero(~np.isnan(arm.mean))).size
    ]


def _name_ends(ends: list[_End], reach: tuple[float, float], *, yref: str = "y") -> list[Figure]:
    """Each arm's name where its line ends, moved apart where the ends nearly meet."""
    low, high = reach
    ends = [(name, style, (end - low) / (high - low)) for name, style, end in ends]
    half = ROW / _PLOT / 2
    places = [min(max(place, half), 1 - half) for _, _, place in ends]
    if len(places) == 2 and abs(places[0] - places[1]) < 2 * half:
        middle = min(max(sum(places) / 2, 2 * half), 1 - 2 * half)
        places = [middle + half, middle - half][:: 1 if ends[0][2] >= ends[1][2] else -1]
    return [
        _at_right(
            f"<b>{escape(shorten(name, MAX_LETTERS))}</b>",
            style.text,
            yref=yref,
            y=low + place * (high - low),
        )
        for (name, style, _), place in zip(ends, places, strict=True)
    ]


def _in_margin(text: str, colour: str, **at: object) -> Figure:
    """Letters left of the picture."""
    place = {"xref": "paper", "x": 0, "xshift": -_LEFT + 2, "xanchor": "left", "yanchor": "middle"}
    return format_annotation(text, colour, **{**place, **at})


def _at_right(text: str, colour: str, **at: object) -> Figure:
    """Letters right of the picture."""
    place = {"xref": "paper", "x": 1, "xshift": 10, "xanchor": "left", "align": "left", "yanchor": "middle"}
    return format_annotation(text, colour, **{**place, **at})


def _title(text: str, theme: Theme) -> Figure:
    """Of an axis."""
    return {"text": text, "font": {"size": FONT_SIZE, "color": theme.quiet}, "standoff": 2}


def _list_even_ticks(low: float, high: float, most: int, *, signed: bool = False) -> Figure:
    """Round numbers between two ends, as options of an axis."""
    step = choose_even_step((high - low) / most)
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    values = [k * step for k in range(first, last + 1)]
    places = 0 if step >= 1 else 1 if step >= 0.1 else 2
    texts = [format_number(value, places, signed=signed) if value else "0" for value in values]
    return {"tickvals": values, "ticktext": texts}


_OVER_THE_AXIS = "difference in slope"


def _draw_slopes(answer: SlopesPicture, names: ArmNames, theme: Theme) -> Figure:
    """The difference in slope against the biomarker."""
    curve, found = answer.curve, answer.found
    x = [found.span.position(value) for value in curve.biomarker.tolist()]
    reach = find_slope_reach(answer)
    side = find_free_edge(x, found.span)
    layout = build_biomarker_layout(
        found.span,
        answer.thresholds,
        reach=10.0,
        names=names,
        theme=theme,
        side=side,
        taken=(measure_width(_OVER_THE_AXIS), 0.0),
    )
    layout["yaxis"] = build_stage_axis(
        theme, range=[-reach, reach], **_list_even_ticks(-reach, reach, 5, signed=True)
    )
    layout["shapes"][0] = draw_line_across(theme, y0=0, y1=0, yref="y")
    kept = [one for one in layout["annotations"] if "favours" not in one["text"]]
    over = format_annotation(
        _OVER_THE_AXIS,
        theme.quiet,
        x=0,
        xref="paper",
        xanchor="left",
        xshift=-MARGIN[0],
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=2,
    )
    layout["annotations"] = [*kept, over, *_label_directions(found.answer, names, reach, side, theme)]
    band = {
        "type": "scatter",
        "x": [*x, *x[::-1]],
        "y": [*curve.upper.tolist(), *curve.lower.tolist()[::-1]],
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": theme.accent_band,
        "hoverinfo": "skip",
    }
    line = {
        "type": "scatter",
        "x": x,
        "y": curve.estimate.tolist(),
        "mode": "lines",
        "line": {"color": theme.accent, "width": CURVE},
        "hoverinfo": "skip",
    }
    return {"data": [band, line], "layout": layout}


def find_slope_reach(answer: SlopesPicture) -> float:
    """How far the axis of differences in slope goes each way."""
    return 1.15 * float(max(np.abs(answer.curve.lower).max(), np.abs(answer.curve.upper).max()))


def _label_directions(
    found: Progression, names: ArmNames, reach: float, side: str, theme: Theme
) -> list[Figure]:
    """Which way favours whom; nothing where nobody says whether more is better."""
    if not found.measure.direction:
        return []
    upper, lower = (names.treated, names.control)[:: 1 if found.measure.direction == "higher" else -1]
    return [
        format_annotation(
            f"{arrow} favours {escape(shorten(name, 20))}",
            theme.quiet,
            x=0.01 if side == "left" else 0.99,
            xref="paper",
            xanchor=side,
            y=height,
            yref="y",
            yanchor=anchor,
            bgcolor=theme.veil,
        )
        for arrow, name, height, anchor in (("▲", upper, reach, "top"), ("▼", lower, -reach, "bottom"))
    ]


_FIELD_GAP, _LINES_LEFT, _NAMES_REACH = 0.06, 92, -6


def _draw_lines(answer: LinesPicture, names: ArmNames, theme: Theme) -> Figure:
    """Fitted lines with bands, a field for each group on the same axes."""
    found, groups = answer.answer, answer.shown
    layout = build_stage_layout(theme, size=SIZE_WITH_FACTS, margin=(_LINES_LEFT, _RIGHT, 58, 70))
    data = [
        trace
        for place, group in enumerate(groups)
        for trace in draw_group_lines(found, group, names, theme, place=place, width=CURVE)
    ]
    low, high = find_lines_range(answer)
    last, width = float(list_line_times(found)[-1]), (1 + _FIELD_GAP) / len(groups)
    # the longest line of a group's name decides how large all are
    across = (width - _FIELD_GAP) * (SIZE_WITH_FACTS[0] - _LINES_LEFT - _RIGHT) + _NAMES_REACH
    heads = [_split_head(shorten(label, 26), across) for label in answer.labels]
    longest = max(measure_width(line) for head in heads for line in head)
    size = FONT_SIZE * min(1.0, across / longest)
    layout["annotations"] = []
    for place, head in enumerate(heads):
        suffix, left = "" if place == 0 else str(place + 1), place * width
        layout[f"xaxis{suffix}"] = build_stage_axis(
            theme,
            domain=[left, left + width - _FIELD_GAP],
            range=[0, last],
            anchor=f"y{suffix}",
            title=_title(found.measure.visits_unit, theme),
            **_list_even_ticks(0, last, 3),
        )
        layout[f"yaxis{suffix}"] = build_stage_axis(
            theme,
            range=[low, high],
            anchor=f"x{suffix}",
            showticklabels=place == 0,
            **({"title": _title(escape(shorten(found.measure.short, 12)), theme)} if place == 0 else {}),
            **_list_even_ticks(low, high, 4),
        )
        layout["annotations"].append(
            _head_picture(
                f"<b>{'<br>'.join(map(escape, head))}</b>",
                left,
                theme,
                font={"size": size, "color": theme.ink},
            )
        )
    ends = find_group_lines(found, groups[-1])
    if not isinstance(ends, NotEstimable):
        treated, control = style_arms(theme, names)
        styles = ((names.treated, treated), (names.control, control))
        named = [
            (name, style, float(middle[-1])) for (name, style), (middle, _) in zip(styles, ends, strict=True)
        ]
        layout["annotations"] += _name_ends(named, (low, high), yref=f"y{len(groups) if groups[1:] else ''}")
    return {"data": data, "layout": layout}


def _split_head(label: str, across: float) -> list[str]:
    """A group's name in one line where there is room, else in two of about the same length."""
    words = label.split(" ")
    if measure_width(label) <= across or len(words) < 2:
        return [label]
    halves = [(" ".join(words[:k]), " ".join(words[k:])) for k in range(1, len(words))]
    # a sign stands before its number
    return list(min(halves, key=lambda half: (half[0][-1:] in "<>≤≥", max(map(len, half)))))


def find_lines_range(answer: LinesPicture) -> tuple[float, float]:
    """Ends of the upright axis that all groups share, with the bands."""
    found = [find_group_lines(answer.answer, group) for group in answer.shown]
    ends = [
        end
        for lines in found
        if not isinstance(lines, NotEstimable)
        for middle, reach in lines
        for end in (float((middle - reach).min()), float((middle + reach).max()))
    ]
    room = 0.04 * (max(ends) - min(ends) or 1.0)
    return min(ends) - room, max(ends) + room


def _draw_pairs(answer: PairsPicture, names: ArmNames, theme: Theme) -> Figure:
    """A point with its interval for each group, and a line where neither arm does better."""
    rows = answer.compared
    low, high = find_probability_range(answer)
    layout = build_stage_layout(theme, size=SIZE_WITH_FACTS, margin=(26, 26, 4, MARGIN[3]))
    step = choose_even_step((high - low) / 5)
    ticks = [0.5 + k * step for k in range(-5, 6) if low <= 0.5 + k * step <= high]
    layout |= {
        "xaxis": build_stage_axis(
            theme,
            range=[low, high],
            tickvals=ticks,
            ticktext=[format_percent(value) for value in ticks],
            title=_title(f"of pairs {escape(shorten(names.treated, 16))} did better", theme),
        ),
        "yaxis": {"range": [len(rows) - 0.6, -0.85], "visible": False, "fixedrange": True},
        "shapes": [draw_line_across(theme, x0=0.5, x1=0.5, xref="x")],
        "annotations": [
            format_annotation(
                f"<b>{escape(shorten(group.label, 36))}</b>",
                theme.ink,
                x=0,
                xref="paper",
                xanchor="left",
                y=place - 0.45,
                yref="y",
                yanchor="middle",
                bgcolor=theme.veil,
            )
            for place, (group, _) in enumerate(rows)
        ],
    }
    points = [(place, pairs.probability, pairs.probability_ci) for place, (_, pairs) in enumerate(rows)]
    return {"data": _draw_points(points, "square", "", theme), "layout": layout}


def find_probability_range(answer: PairsPicture) -> tuple[float, float]:
    """Ends of the axis of win probabilities, even to both sides of one half."""
    ends = [end for _, pairs in answer.compared for end in pairs.probability_ci]
    reach = min(max([abs(end - 0.5) for end in ends] + [0.15]) * 1.12, 0.5)
    return 0.5 - reach, 0.5 + reach


def _draw_points(
    rows: Sequence[tuple[float, float, tuple[float, float]]], symbol: str, suffix: str, theme: Theme
) -> list[Figure]:
    """Estimates with their intervals along x, on rows."""
    line = {"width": STROKE, "color": theme.accent}
    return draw_interval_points(
        rows,
        suffix,
        bar={"color": theme.accent, "thickness": CURVE, "width": 0},
        marker={"symbol": symbol, "size": 18, "color": theme.accent, "line": line},
    )


_NAMES_ROOM = 246
_BESIDE = 26
_HEAD_ROOM = 2 * ROW + 6
_OPEN = ("circle", "square-open", "diamond", "triangle-up-open")
_SIGNS = ("●", "□", "◆", "△")


def _draw_biology(answer: BiologyPicture, theme: Theme) -> Figure:
    """One column for each marker and one for function, on rows of groups."""
    found = answer.found
    groups = found.answer.groups
    layout = build_stage_layout(theme, size=WIDE, margin=(_NAMES_ROOM, 20, _HEAD_ROOM, 44))
    layout |= {"shapes": [], "annotations": []}
    data: list[Figure] = []
    columns = list_biology_columns(answer)
    width = 1 / len(columns)
    across = WIDE[0] - _NAMES_ROOM - 20
    for number, (heading, series) in enumerate(columns):
        suffix = "" if number == 0 else str(number + 1)
        left = number * width + (_BESIDE / across if number else 0)
        ends = [end for _, rows in series for _, _, ci in rows for end in ci]
        low, high = min([0.0, *ends]), max([0.0, *ends])
        room = 0.08 * (high - low or 1.0)
        for k, (_, rows) in enumerate(series):
            data += _draw_points(rows, _OPEN[k % len(_OPEN)], suffix, theme)
        layout[f"xaxis{suffix}"] = build_stage_axis(
            theme,
            domain=[left, (number + 1) * width],
            range=[low - room, high + room],
            anchor=f"y{suffix}",
            **_choose_ticks(low - room, high + room, width * across - _BESIDE),
        )
        layout[f"yaxis{suffix}"] = {
            "range": [len(groups) - 0.4, -0.6],
            "visible": False,
            "fixedrange": True,
            "anchor": f"x{suffix}",
        }
        layout["shapes"].append(
            draw_line_across(theme, x0=0, x1=0, xref=f"x{suffix}", yref=f"y{suffix} domain")
        )
        phases = "  ".join(f"{_SIGNS[k]} {escape(name)}" for k, (name, _) in enumerate(series) if name)
        room_for = int((width * across - _BESIDE) / (LETTER_WIDTH - 2))
        layout["annotations"].append(
            _head_picture(f"<b>{escape(shorten(heading, room_for))}</b><br>{phases}", left, theme)
        )
    layout["annotations"] += [
        format_annotation(
            escape(shorten(label, int(_NAMES_ROOM / measure_width("n")))),
            theme.ink,
            x=0,
            xref="paper",
            xanchor="left",
            xshift=-_NAMES_ROOM + 2,
            y=place,
            yref="y",
            yanchor="middle",
        )
        for place, label in enumerate(answer.labels)
    ]
    return {"data": data, "layout": layout}


def _choose_ticks(low: float, high: float, room: float) -> Figure:
    """Round numbers that do not touch on an axis so many pixels wide."""
    ticks = _list_even_ticks(low, high, 5)
    places = [room * (value - low) / (high - low) for value in ticks["tickvals"]]
    kept = fit_text(places, ticks["ticktext"])
    return {name: [values[k] for k in kept] for name, values in ticks.items()}


Rows = list[tuple[float, float, tuple[float, float]]]


def list_biology_columns(answer: BiologyPicture) -> list[tuple[str, list[tuple[str, Rows]]]]:
    """Heading of each column, and for each of its phases the rows: place, estimate, interval."""
    found = answer.found
    columns: list[tuple[str, list[tuple[str, Rows]]]] = []
    for marker in found.markers:
        series: list[tuple[str, Rows]] = []
        phases = len(marker.groups[0])
        for k in range(phases):
            shift = 0.15 * (2 * k - (phases - 1))
            differences = [(place, each[k].overall) for place, each in enumerate(marker.groups)]
            rows = [
                (place + shift, one.estimate, one.ci)
                for place, one in differences
                if isinstance(one, MeanDifference)
            ]
            series.append((marker.groups[0][k].phase, rows))
        unit = f", {marker.measure.unit}" if marker.measure.unit else ""
        columns.append((f"{marker.measure.short}{unit}", series))
    slopes = [(place, group.slopes.difference) for place, group in enumerate(found.answer.groups)]
    function = [
        (float(place), one.estimate, one.ci) for place, one in slopes if not isinstance(one, NotEstimable)
    ]
    return [*columns, (f"{found.answer.measure.short} slope", [("", function)])]


def _head_picture(text: str, left: float, theme: Theme, **look: Any) -> Figure:
    """What is written over one of several pictures, from its left edge on."""
    return format_annotation(
        text,
        theme.ink,
        x=left,
        xref="paper",
        xanchor="left",
        align="left",
        y=1,
        yref="paper",
        yanchor="bottom",
        **look,
    )
