"""Stage figures as wide as the slide: all groups side by side, the finding with its evidence, and Table 1."""

from __future__ import annotations

from textwrap import wrap

from mirodash.plot.stage import (
    CURVE,
    FONT_SIZE,
    MAX_LETTERS,
    ROW,
    SIZE_WITH_FACTS,
    STROKE,
    WIDE,
    build_stage_axis,
    build_stage_layout,
    format_annotation,
)
from mirodash.plot.step_curves import STAGE, draw_arm_band, interval_polygon
from mirodash.plot.theme import Figure, Theme, escape, shorten, style_arms
from mirodash.questions.baseline_table import BaselineRow, format_cell, format_difference
from mirodash.questions.statistics.group_survival import GroupSurvival
from mirodash.questions.talk.slide_data import BaselinePicture, FindingPicture, GroupsPicture
from mirodash.questions.talk.stage_curves import (
    Arm,
    choose_columns,
    draw_at_risk,
    draw_end_shares,
    draw_stage_curve,
    name_rising,
)
from mirodash.survival.results import HazardRatio
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import format_hazard_ratio, format_range
from mirodash.text.small_counts import briefly
from mirodash.text.ticks import convert_time, format_tick_time

SIZE = (WIDE[0], SIZE_WITH_FACTS[1])
"""Under it the threshold can be dragged."""
_LEFT, _RIGHT, _BOTTOM = 142, 92, 2
_BETWEEN = 96
"""Pixels between two fields: the shares at the ends of curves stand there."""
_HEAD = 2 * ROW + 4
_AXIS_ROOM = 43
_TABLE = 2 * ROW
_SWATCH = 34
_LETTER = 13.0
"""Pixels of a usual letter, by which the longest text that fits is chosen."""
_MAX_LEGEND_NAME = 30


def draw_wide(
    answer: GroupsPicture | FindingPicture | BaselinePicture, names: ArmNames, theme: Theme
) -> Figure:
    """Draw a picture that has the slide for itself."""
    if isinstance(answer, GroupsPicture):
        return draw_groups(answer, names, theme)
    if isinstance(answer, FindingPicture):
        return draw_finding(answer, theme)
    return draw_baseline(answer, names, theme)


def draw_groups(answer: GroupsPicture, names: ArmNames, theme: Theme) -> Figure:
    """Draw every group on the same axes, with its hazard ratio over it and numbers at risk under it."""
    result, number = answer.result, len(answer.groups)
    scale = convert_time(1.0, result.endpoint.unit, result.unit)
    long = any(len(name) > MAX_LETTERS for name in (names.treated, names.control))
    top = _HEAD + (ROW if long else 0)
    inner = SIZE[1] - top - _BOTTOM
    plot = inner - _TABLE - _AXIS_ROOM
    paper = SIZE[0] - _LEFT - _RIGHT
    across = (paper - (number - 1) * _BETWEEN) / number
    times = [float(tick) * scale for tick in result.ticks]
    data: list[Figure] = []
    notes: list[Figure] = []
    axes: Figure = {}
    edges: list[Figure] = []
    for k, group in enumerate(answer.drawn):
        axis = f"x{k + 1 if k else ''}"
        arms = _list_arms(group, names, theme)
        here = [arm for arm in arms if arm[1].has_curve]
        columns = choose_columns(times, arms, across=across)
        start = k * (across + _BETWEEN) / paper
        drawn = [
            *(
                draw_arm_band(*interval_polygon(arm.curve, result.horizon, STAGE), style, scale)
                for _, arm, style in here
            ),
            *(draw_stage_curve(arm, style, result.horizon, scale) for _, arm, style in reversed(here)),
            draw_at_risk(arms, columns, theme),
        ]
        data += [trace | {"xaxis": axis} for trace in drawn]
        axes[f"xaxis{k + 1 if k else ''}"] = build_stage_axis(
            theme,
            range=[0, result.horizon * scale],
            domain=[start, start + across / paper],
            tickvals=[time for _, time in columns],
            ticktext=[format_tick_time(time) for _, time in columns],
            anchor="y",
        )
        notes += draw_end_shares(here, result.horizon, named=False, plot=plot, xref=f"{axis} domain")
        notes += _draw_head(
            group, _name(answer, group), names.ratio_briefly, axis, theme, room=across + _BETWEEN - 12
        )
        edges.append(_draw_edge(axis, theme))
    layout = build_stage_layout(theme, size=SIZE, margin=(_LEFT, _RIGHT, top, _BOTTOM))
    layout |= {
        **axes,
        "yaxis": build_stage_axis(
            theme,
            range=[0, 1.02],
            domain=[1 - plot / inner, 1],
            tickvals=[0, 0.5, 1],
            ticktext=["0", "50", "100\u202f%"],
        ),
        "yaxis2": {"domain": [0, _TABLE / inner], "range": [1.5, -0.5], "visible": False, "fixedrange": True},
        "annotations": [
            *notes,
            *([name_rising(result.endpoint.event_word, theme, axis="x")] if answer.rising else []),
            _beside(result.unit, theme.quiet, "y", 0, -22),
            *_name_rows(_list_arms(answer.groups[0], names, theme), named=not long),
            *(_draw_legend(_list_arms(answer.groups[0], names, theme)) if long else []),
        ],
        "shapes": [*edges, *_draw_swatches(_list_arms(answer.groups[0], names, theme), long=long)],
    }
    return {"data": data, "layout": layout}


def _list_arms(group: GroupSurvival, names: ArmNames, theme: Theme) -> list[Arm]:
    treated, control = style_arms(theme, names)
    return [
        (names.treated, group.comparison.treated, treated),
        (names.control, group.comparison.control, control),
    ]


def _name(answer: GroupsPicture, group: GroupSurvival) -> list[str]:
    """The group with its events among its participants, the fullest form first."""
    events = f"{briefly(group.comparison.events)}/{briefly(group.comparison.n)}"
    bare = group.label.removesuffix(answer.unit).rstrip()
    plural = answer.result.endpoint.plural
    return [f"{group.label}: {events} {plural}", f"{bare}: {events} {plural}", f"{bare}: {events}", bare]


def _draw_head(
    group: GroupSurvival, labels: list[str], short: str, axis: str, theme: Theme, *, room: float
) -> list[Figure]:
    """The group's name with its events and participants, and its hazard ratio under it."""
    cox = group.comparison.cox
    ratios = [f"{short} not estimable"]
    if isinstance(cox, HazardRatio):
        hr = format_hazard_ratio(cox.hr, cox.ci)
        ratios = [f"{short} {hr} ({format_range(cox.ci)})", f"{short} {hr}"]
    lines = [_fit(texts, room) for texts in (labels, ratios)]
    return [
        format_annotation(
            f"<b>{escape(line)}</b>" if not k else escape(line),
            theme.ink,
            xref=f"{axis} domain",
            x=0,
            xanchor="left",
            yref="paper",
            y=1,
            yanchor="bottom",
            yshift=(1 - k) * ROW,
        )
        for k, line in enumerate(lines)
    ]


def _fit(texts: list[str], room: float) -> str:
    """The first text that fits, or the last one cut."""
    fitting = [text for text in texts if _LETTER * len(text) <= room]
    return fitting[0] if fitting else shorten(texts[-1], max(2, int(room / _LETTER)))


def _draw_edge(axis: str, theme: Theme) -> Figure:
    """The upright axis at the left of a field."""
    line = {"color": theme.axis, "width": STROKE}
    place = {"xref": f"{axis} domain", "x0": 0, "x1": 0, "yref": "y domain", "y0": 0, "y1": 1}
    return {"type": "line", "line": line, **place}


def _beside(text: str, colour: str, axis: str, y: float, shift: int) -> Figure:
    place = {"xref": "paper", "x": 0, "xshift": -_LEFT + 2, "xanchor": "left"}
    return format_annotation(text, colour, **place, yref=axis, y=y, yshift=shift, yanchor="middle")


def _name_rows(arms: list[Arm], *, named: bool) -> list[Figure]:
    """The arms before their numbers at risk; long names stand over the picture instead."""
    if not named:
        return []
    return [
        _beside(f"<b>{escape(name)}</b>", style.text, "y2", row, 0)
        for row, (name, _, style) in enumerate(arms)
    ]


def _draw_legend(arms: list[Arm]) -> list[Figure]:
    """Long names in a line over the picture, after a stretch of their lines."""
    return [
        format_annotation(
            f"<b>{escape(shorten(name, _MAX_LEGEND_NAME))}</b>",
            style.text,
            xref="paper",
            x=0,
            xshift=-_LEFT + 2 + k * (SIZE[0] // 2) + _SWATCH + 10,
            xanchor="left",
            yref="paper",
            y=1,
            yshift=_HEAD - 2,
            yanchor="bottom",
        )
        for k, (name, _, style) in enumerate(arms)
    ]


def _draw_swatches(arms: list[Arm], *, long: bool) -> list[Figure]:
    """A stretch of each arm's line: before a long name, and between a row's name and its numbers."""
    shapes: list[Figure] = []
    for row, (_, _, style) in enumerate(arms):
        line = {"color": style.line, "width": CURVE, "dash": style.dash}
        start = -_LEFT + 2 if long else -_SWATCH - 6
        beside = {"xref": "paper", "xsizemode": "pixel", "xanchor": 0, "x0": start, "x1": start + _SWATCH}
        if long:
            place = {"yref": "y2", "y0": row, "y1": row}
            shapes.append({"type": "line", "line": line, **beside, **place})
            left = -_LEFT + 2 + row * (SIZE[0] // 2)
            over = {"yref": "paper", "ysizemode": "pixel", "yanchor": 1, "y0": _HEAD + 14, "y1": _HEAD + 14}
            shapes.append({"type": "line", "line": line, **beside, "x0": left, "x1": left + _SWATCH, **over})
    return shapes


_INDENT = 380
"""Pixels from the left where the results of the evidence begin."""
_TEXT_LETTER = 12.2
_MAX_ROWS = 7
_MAX_APART = 1.5


def draw_finding(answer: FindingPicture, theme: Theme) -> Figure:
    """Write what happened, and under it the evidence in order with its numbers."""
    said = wrap(answer.happened, int(SIZE[0] / _TEXT_LETTER), max_lines=3, placeholder=" …")
    notes = [_write(escape(line), theme.ink, 0, k * ROW) for k, line in enumerate(said)]
    below = len(said) * ROW + 12
    shown = [item for item in answer.evidence if item.short][:_MAX_ROWS]
    # few rows stand further apart, as far as the picture has room below them
    apart = min(max((SIZE[1] - below) / max(len(shown), 1), ROW), _MAX_APART * ROW)
    for k, item in enumerate(shown):
        colour = theme.accent if item.supports else theme.quiet
        notes.append(_write(escape(shorten(item.short, 30)), theme.quiet, 0, below + k * apart))
        notes.append(_write(f"<b>{escape(shorten(item.brief, 42))}</b>", colour, _INDENT, below + k * apart))
    return _lay_out_words(notes, SIZE, -below + 4, theme)


def _lay_out_words(notes: list[Figure], size: tuple[int, int], rule: float, theme: Theme) -> Figure:
    """A picture of words alone, with a rule across at so many pixels from the top."""
    layout = build_stage_layout(theme, size=size, margin=(0, 0, 0, 0))
    layout |= {
        "xaxis": {"visible": False, "range": [0, 1], "fixedrange": True},
        "yaxis": {"visible": False, "range": [0, 1], "fixedrange": True},
        "annotations": notes,
        "shapes": [
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "yref": "paper",
                "ysizemode": "pixel",
                "yanchor": 1,
                "y0": rule,
                "y1": rule,
                "line": {"color": theme.axis, "width": STROKE},
            }
        ],
    }
    # a trace without points: what is drawn is words, and a picture without traces counts as none
    return {"data": [{"type": "scatter", "x": [], "y": [], "hoverinfo": "skip"}], "layout": layout}


_CHARACTERISTIC, _ARM, _DIFFERENCE = 344, 162, 84
"""Pixels for a row's name, for the cells of an arm, and for a standardised difference."""
_MAX_GROUP = 8


def draw_baseline(answer: BaselinePicture, names: ArmNames, theme: Theme) -> Figure:
    """Write some rows of Table 1: both arms of all participants, and their differences in every group."""
    found = answer.found
    room = int((WIDE[0] - _CHARACTERISTIC - 2 * _ARM) / _DIFFERENCE)
    groups = list(range(min(len(found.groups), room)))
    rights = [_CHARACTERISTIC + _ARM, _CHARACTERISTIC + 2 * _ARM]
    rights += [rights[-1] + (k + 1) * _DIFFERENCE for k in groups]
    heads = [shorten(names.treated, 11), shorten(names.control, 11)]
    heads += ["diff." if not k else _shorten_group(found.groups[k][0]) for k in groups]
    notes = [
        _write(f"<b>{escape(text)}</b>", theme.quiet, right, 0, "right")
        for text, right in zip(heads, rights, strict=True)
    ]
    for k, row in enumerate(answer.rows):
        down = (k + 1) * ROW + 8
        cells = [format_cell(cell, row) for cell in row.cells[0]]
        if row.measure != "level":
            cells = [_fit([text, shorten(text.partition(" (")[0], 11)], _ARM) for text in cells]
        cells += [format_difference(row.differences[g]) for g in groups]
        name = row.level or row.label
        notes.append(
            _write(escape(shorten(_name_row(row, name), int(_CHARACTERISTIC / _LETTER))), theme.ink, 0, down)
        )
        notes += [
            _write(escape(text), theme.ink, right, down, "right")
            for text, right in zip(cells, rights, strict=True)
        ]
    return _lay_out_words(notes, WIDE, -ROW - 3, theme)


def _name_row(row: BaselineRow, name: str) -> str:
    """The level with its characteristic where both fit."""
    return _fit([f"{row.label}: {name}" if row.level else name, name], _CHARACTERISTIC)


def _shorten_group(label: str) -> str:
    """``≤ 3,700``: the group without the name and the unit of the biomarker."""
    words = label.replace("\u00a0", " ").split(" ")
    bare = " ".join(words[1:-1]) if len(words) > 3 else label
    return _fit([bare], _DIFFERENCE)


def _write(text: str, colour: str, left: float, down: float, anchor: str = "left") -> Figure:
    place = {"xref": "paper", "x": 0, "xshift": left, "xanchor": anchor}
    font = {"size": FONT_SIZE, "color": colour}
    return {
        **format_annotation(text, colour, **place, yref="paper", y=1, yshift=-down, yanchor="top"),
        "font": font,
    }
