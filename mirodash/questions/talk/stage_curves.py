"""Stage figures of curves: survival, effect along the biomarker, and threshold scan."""

from __future__ import annotations

from dataclasses import replace

from mirodash.plot.effect_curves import (
    draw_pointwise_band,
    draw_side_band,
    draw_side_line,
    find_reach_of_sides,
)
from mirodash.plot.stage import (
    CURVE,
    FONT_SIZE,
    MAX_LETTERS,
    ROW,
    SIZE_WITH_FACTS,
    build_biomarker_layout,
    build_stage_axis,
    build_stage_layout,
    fit_text,
    format_annotation,
    measure_width,
)
from mirodash.plot.step_curves import STAGE, draw_arm_band, drawn, every_step, interval_polygon, read_end
from mirodash.plot.theme import (
    ArmStyle,
    Figure,
    SideStyle,
    Theme,
    choose_side_styles,
    clip_ratios,
    draw_side_sample,
    escape,
    find_free_corners,
    find_free_edge,
    format_end_shares,
    format_participants,
    shorten,
    style_arms,
)
from mirodash.questions.talk.slide_data import EffectPicture, SearchPicture, SurvivalPicture
from mirodash.survival.results import ArmSummary, NotEstimable
from mirodash.text.labels import ArmNames, one_line
from mirodash.text.ticks import choose_reach, convert_time, format_tick_time


def draw_effect(answer: EffectPicture, names: ArmNames, theme: Theme) -> Figure:
    """Draw the hazard ratio against the biomarker."""
    curve, span = answer.effect.curve, answer.span
    if isinstance(curve, NotEstimable):
        return {"data": [], "layout": {}}
    x = [span.position(value) for value in curve.biomarker.tolist()]
    line = {
        "type": "scatter",
        "x": x,
        "y": clip_ratios(curve.hazard_ratio),
        "mode": "lines",
        "line": {"color": theme.accent, "width": CURVE},
        "hoverinfo": "skip",
    }
    layout = build_biomarker_layout(
        span,
        answer.thresholds,
        reach=choose_reach(curve.hazard_ratio),
        names=names,
        theme=theme,
        side=find_free_corners(curve.hazard_ratio, find_free_edge(x, span)),
    )
    return {"data": [draw_pointwise_band(x, curve, theme), line], "layout": layout}


_SAMPLE = 36
"""Pixels of a side's line beside its name."""
_RAISED = 18
"""Pixels from the picture up to that line."""


def search(answer: SearchPicture, names: ArmNames, theme: Theme) -> Figure:
    """Draw the hazard ratio below and above every possible threshold."""
    looks = choose_side_styles(theme, equal_above=answer.scan.equal_above)
    x = [answer.span.position(value) for value in answer.scan.thresholds.tolist()]
    pairs = list(zip(answer.sides, looks, strict=True))
    layout = build_biomarker_layout(
        answer.span,
        answer.searched.thresholds,
        reach=find_reach_of_sides(answer.sides),
        names=names,
        theme=theme,
        side="left",
        taken=(_make_room(looks[1]), _make_room(looks[0])),
    )
    layout["annotations"] += [_name(look) for look in looks]
    layout["shapes"] += [
        draw_side_sample(replace(look, width=CURVE), length=_SAMPLE, raised=_RAISED) for look in looks
    ]
    bands = [draw_side_band(x, side, look) for side, look in pairs]
    return {
        "data": [*bands, *(draw_side_line(x, side, look, width=CURVE) for side, look in pairs)],
        "layout": layout,
    }


def _make_room(look: SideStyle) -> float:
    """Pixels that a side's name takes over the picture."""
    return _SAMPLE + measure_width(look.name) + ROW


def _name(look: SideStyle) -> Figure:
    """Each side named over the end where it holds everybody: above at the left."""
    return format_annotation(
        f"<b>{look.name}</b>",
        look.line,
        x=0 if look.from_left else 1,
        xref="paper",
        xanchor="left" if look.from_left else "right",
        xshift=_SAMPLE + 8 if look.from_left else -_SAMPLE - 8,
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=2,
    )


_LEFT, _RIGHT, _TOP, _BOTTOM = MARGIN = (134, 124, 8, 2)
_AXIS_ROOM = 42
_TABLE = 2 * ROW
_INNER = SIZE_WITH_FACTS[1] - _TOP - _BOTTOM
_PLOT = _INNER - _TABLE - _AXIS_ROOM
_ACROSS = SIZE_WITH_FACTS[0] - _LEFT - _RIGHT

_SWATCH = 56
"""Pixels of an arm's line where it stands for a name that is too long to stand beside a curve."""
_FROM_BELOW = (0.31, 0.11)
"""Where long names stand in the picture: survival starts at the top, so it is empty there at the left."""
_FROM_ABOVE = (0.78, 0.58)
"""And where 1 − S is drawn, under its name."""
_MAX_NAME_LENGTH = 20
_BETWEEN_ARMS = 12
"""Pixels between one arm's name and share and the other's: which share is whose is seen at once."""

Arm = tuple[str, ArmSummary, ArmStyle]


def draw_survival(answer: SurvivalPicture, names: ArmNames, theme: Theme) -> Figure:
    """Draw the curves of the picture's group up to the horizon."""
    result, compared = answer.result, answer.drawn.comparison
    scale = convert_time(1.0, result.endpoint.unit, result.unit)
    treated, control = style_arms(theme, names)
    arms = [(names.treated, compared.treated, treated), (names.control, compared.control, control)]
    here = [arm for arm in arms if arm[1].has_curve]
    long = any(len(name) > MAX_LETTERS for name, _, _ in arms)
    legend = _FROM_ABOVE if answer.rising else _FROM_BELOW
    data = [
        draw_arm_band(*interval_polygon(arm.curve, result.horizon, STAGE), style, scale)
        for _, arm, style in here
    ]
    data += [draw_stage_curve(arm, style, result.horizon, scale) for _, arm, style in reversed(here)]
    columns = choose_columns([float(tick) * scale for tick in result.ticks], arms, across=_ACROSS)
    data.append(draw_at_risk(arms, columns, theme))
    layout = build_stage_layout(theme, size=SIZE_WITH_FACTS, margin=MARGIN)
    layout |= {
        "xaxis": build_stage_axis(
            theme,
            range=[0, result.horizon * scale],
            tickvals=[time for _, time in columns],
            ticktext=[format_tick_time(time) for _, time in columns],
            anchor="y",
        ),
        "yaxis": build_stage_axis(
            theme,
            range=[0, 1.02],
            domain=[1 - _PLOT / _INNER, 1],
            tickvals=[0, 0.5, 1],
            ticktext=["0", "50", "100\u202f%"],
        ),
        "yaxis2": {
            "domain": [0, _TABLE / _INNER],
            "range": [1.5, -0.5],
            "visible": False,
            "fixedrange": True,
        },
        "annotations": [
            _beside_the_axis(result.unit, theme),
            format_annotation("at risk", theme.quiet, **_right(0.5, "y2", 30)),
            *([name_rising(result.endpoint.event_word, theme, axis="x")] if answer.rising else []),
            *(
                _draw_legend(here, legend)
                if long
                else [_build_row_name(arm, row) for row, arm in enumerate(arms)]
            ),
            *draw_end_shares(here, result.horizon, named=not long),
        ],
        "shapes": [
            *(_sample(arm, row, axis="y2") for row, arm in enumerate(arms) if long),
            *(_sample(arm, legend[row], axis="y") for row, arm in enumerate(here) if long),
        ],
    }
    return {"data": data, "layout": layout}


def draw_stage_curve(arm: ArmSummary, style: ArmStyle, horizon: float, scale: float) -> Figure:
    """One arm's curve, thick enough for the back row."""
    line = drawn(every_step(arm.curve, horizon), STAGE)
    return {
        "type": "scatter",
        "x": (line.time * scale).tolist(),
        "y": line.height.tolist(),
        "mode": "lines",
        "line": {"color": style.line, "width": CURVE, "dash": style.dash, "shape": line.shape},
        "hoverinfo": "skip",
    }


def choose_columns(times: list[float], arms: list[Arm], *, across: float) -> list[tuple[int, float]]:
    """Ticks that have room for what stands under them, each with its place among all ticks."""
    counts = [[format_participants(int(n)) for n in arm.at_risk.at_risk] for _, arm, _ in arms]
    widest = [
        max((format_tick_time(time), *under), key=len) for time, *under in zip(times, *counts, strict=True)
    ]
    return [(k, times[k]) for k in fit_text([across * time / times[-1] for time in times], widest)]


def draw_at_risk(arms: list[Arm], columns: list[tuple[int, float]], theme: Theme) -> Figure:
    """Numbers at the tick positions: they cannot come out of line with them."""
    return {
        "type": "scatter",
        "x": [time for _ in arms for _, time in columns],
        "y": [row for row in range(len(arms)) for _ in columns],
        "text": [format_participants(int(arm.at_risk.at_risk[k])) for _, arm, _ in arms for k, _ in columns],
        "yaxis": "y2",
        "mode": "text",
        "textfont": {"size": FONT_SIZE, "color": theme.ink},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _beside_the_axis(unit: str, theme: Theme) -> Figure:
    """The unit of time, in the line of the ticks."""
    place = {"xref": "paper", "x": 0, "xshift": -_LEFT + 2, "xanchor": "left"}
    return format_annotation(unit, theme.quiet, **place, yref="y", y=0, yshift=-24, yanchor="middle")


def _build_row_name(arm: Arm, row: int) -> Figure:
    name, _, style = arm
    place = {"xref": "paper", "x": 0, "xshift": -_LEFT + 2, "xanchor": "left"}
    return format_annotation(
        f"<b>{escape(name)}</b>", style.text, **place, yref="y2", y=row, yanchor="middle"
    )


def _right(y: float, axis: str, shift: int) -> Figure:
    """A place in the margin on the right."""
    return {
        "xref": "paper",
        "x": 1,
        "xshift": shift,
        "xanchor": "left",
        "align": "left",
        "yref": axis,
        "y": y,
        "yanchor": "middle",
    }


def name_rising(event: str, theme: Theme, *, axis: str) -> Figure:
    """That curves are of 1 − S, in the corner at the top left, which they leave free."""
    text = escape(one_line(f"1 − S: with {event}", 2 * _MAX_NAME_LENGTH))
    place = {"xref": f"{axis} domain", "x": 0, "xshift": 12, "xanchor": "left"}
    return format_annotation(text, theme.quiet, **place, yref="y", y=1, yanchor="top")


def _draw_legend(arms: list[Arm], heights: tuple[float, float]) -> list[Figure]:
    """Names too long to stand beside their curves, in the corner that the curves leave free."""
    return [
        format_annotation(
            f"<b>{escape(shorten(name, _MAX_NAME_LENGTH))}</b>",
            style.text,
            xref="paper",
            x=0,
            xshift=_SWATCH + 20,
            xanchor="left",
            yref="y",
            y=height,
            yanchor="middle",
        )
        for (name, _, style), height in zip(arms, heights, strict=False)
    ]


def _sample(arm: Arm, at: float, *, axis: str) -> Figure:
    """A stretch of an arm's line: before its name in the picture, or before its row of numbers."""
    style = arm[2]
    start = 10 if axis == "y" else -_LEFT + 2
    return {
        "type": "line",
        "xref": "paper",
        "xsizemode": "pixel",
        "xanchor": 0,
        "x0": start,
        "x1": start + _SWATCH,
        "yref": axis,
        "y0": at,
        "y1": at,
        "line": {"color": style.line, "width": CURVE, "dash": style.dash},
    }


def draw_end_shares(
    arms: list[Arm], horizon: float, *, named: bool, plot: float = _PLOT, xref: str = "paper"
) -> list[Figure]:
    """Each arm's name and share where its curve ends, moved apart where the ends nearly meet.

    ``plot`` is the height of the picture in pixels, ``xref`` the axis at whose end they stand. A curve that
    ends before the horizon has no share there.
    """
    ends = [
        read_end(name, every_step(arm.curve, horizon), style, is_known=horizon <= arm.curve.known_until)
        for name, arm, style in arms
        if arm.has_curve
    ]
    half = (ROW if named else ROW / 2) / plot  # of two lines of letters, or of one
    heights = [min(max(end.height, half), 1 - half) for end in ends]
    apart = half + (_BETWEEN_ARMS / plot / 2 if named else 0)
    if len(heights) == 2 and abs(heights[0] - heights[1]) < 2 * apart:
        middle = min(max(sum(heights) / 2, half + apart), 1 - half - apart)
        heights = [middle + apart, middle - apart][:: 1 if ends[0].height >= ends[1].height else -1]
    return [
        format_annotation(
            f"<b>{escape(end.name)}</b><br>{share}" if named else f"<b>{share}</b>",
            end.style.text,
            **_right(height, "y", 8) | {"xref": xref},
        )
        for end, share, height in zip(ends, format_end_shares(ends), heights, strict=True)
    ]
