"""Figure and panel of the hazard ratio over time."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirodash.errors import CannotComputeError
from mirodash.plot.step_curves import one_in_each_cell
from mirodash.plot.theme import (
    ArmStyle,
    Figure,
    Theme,
    build_axis,
    build_base_layout,
    build_hazard_ratio_axis,
    clip_ratios,
    escape,
    shorten,
    style_arms,
)
from mirodash.questions.hazard_ratio_over_time import (
    GroupOverTime,
    HazardRatioOverTime,
    describe_effect_over_time,
    hazard_ratio_over_time,
    in_readers_unit,
    smoothed_ratio,
)
from mirodash.questions.panel import Panel, among_few_enough, in_one_step
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable
from mirodash.survival.schoenfeld import ScaledSchoenfeldResiduals, SmoothedEffect
from mirodash.text.facts import Explanation
from mirodash.text.labels import ArmNames, format_arm_names, name_ratio
from mirodash.text.methods import describe_proportional_hazards, note_proportional_hazards
from mirodash.text.numbers import format_number
from mirodash.text.ticks import convert_time
from mirodash.trial.trial import Trial

HEIGHT = 520
_MARGIN = (48, 10, 36, 42)
_GAP = 72
"""Between rows: ticks of the upper picture, and the title of the lower one in up to three lines."""

_COLUMNS = 2
_LETTERS_A_LINE = 21
"""Of a title over half of a telephone's width."""

_Span = tuple[float, float]
_WHOLE: _Span = (0.0, 1.0)
_HALVES: tuple[_Span, _Span] = ((0.0, 0.47), (0.53, 1.0))
_RATIOS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
_MAX_RATIO = 120.0
"""Marks beyond it stand at the edge: with arms of very different size single events weigh as much."""

_MAX_DECIMALS = 12


def draw_hazard_ratio_over_time(result: HazardRatioOverTime, theme: Theme) -> Figure:
    """Draw residuals, smoothed hazard ratio with its band, and the one hazard ratio, group by group.

    All participants stand first, across the whole width when the number of groups is odd.

    Parameters
    ----------
    result : HazardRatioOverTime
        At least one group has residuals.
    theme : Theme
        Colours by meaning.

    Returns
    -------
    dict
        A plotly figure; groups without a hazard ratio keep their place and say so.
    """
    reach, name = _find_reach(result), name_ratio(result.endpoint)
    layout = build_base_layout(theme, height=HEIGHT, margin=_MARGIN)
    layout |= {"hovermode": "closest", "annotations": [], "uirevision": "over-time"}
    data: list[Figure] = []
    for place, group in enumerate(result.groups):
        across, up = _build_cell(place, len(result.groups))
        end = "" if place == 0 else str(place + 1)
        layout["xaxis" + end] = _build_time_axis(result, theme, across, "y" + end, lowest=up[0] == 0)
        layout["yaxis" + end] = _build_ratio_axis(reach, theme, up, "x" + end, name=name * (across[0] == 0))
        layout["annotations"].append(_title(group, end, theme))
        data += _draw_groups(result, group, theme, end, reach)
        if isinstance(group.residuals, NotEstimable):
            layout["annotations"].append(_without(end, name, theme))
    return {"data": data, "layout": layout}


def _build_cell(place: int, number: int) -> tuple[_Span, _Span]:
    """Where a picture stands: across and up, as shares of the figure."""
    alone = number % _COLUMNS
    rows = (number + alone) // _COLUMNS
    slot = place + alone if place else 0
    row, column = divmod(slot, _COLUMNS)
    inner = HEIGHT - _MARGIN[2] - _MARGIN[3]
    gap = _GAP / inner
    height = (1 - gap * (rows - 1)) / rows
    top = 1 - row * (height + gap)
    across = _WHOLE if alone and place == 0 else _HALVES[column]
    return across, (0.0 if row == rows - 1 else top - height, top)


def _find_reach(result: HazardRatioOverTime) -> float:
    """How far the axis goes each way: to the farthest mark, at least fivefold."""
    logs = [0.0]
    for group in result.groups:
        if isinstance(group.residuals, ScaledSchoenfeldResiduals):
            if not result.min_cell:
                logs.append(float(np.abs(group.residuals.residual).max()))
            if group.residuals.smooth is not None:
                logs.append(float(np.abs(group.residuals.smooth.estimate).max()))
    return min(max(math.exp(min(max(logs), 9.0)) * 1.25, 5.0), _MAX_RATIO)


def _draw_ratios(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.exp(np.clip(logs, -50.0, 50.0))


def _draw_end(result: HazardRatioOverTime) -> float:
    """Where the axis of time ends, in the reader's unit: a little beyond the last event."""
    return 1.02 * convert_time(result.last, result.endpoint.unit, result.unit) or 1.0


def _build_time_axis(
    result: HazardRatioOverTime, theme: Theme, across: _Span, anchor: str, *, lowest: bool
) -> Figure:
    """Half a picture has half the ticks, and the lowest row alone names the unit."""
    scale = convert_time(1.0, result.endpoint.unit, result.unit)
    ticks = (result.ticks * scale)[:: 1 if across == _WHOLE else 2].tolist()
    step = ticks[1] if len(ticks) > 1 else 1.0
    places = next(
        (n for n in range(_MAX_DECIMALS) if all(abs(round(tick, n) - tick) < 1e-6 * step for tick in ticks)),
        _MAX_DECIMALS,
    )
    quiet = {"size": 11.5, "color": theme.quiet}
    return build_axis(
        theme,
        range=[0, _draw_end(result)],
        domain=list(across),
        anchor=anchor,
        tickmode="array",
        tickvals=ticks,
        ticktext=[format_number(tick, places) for tick in ticks],
        tickangle=0,
        ticks="outside",
        showline=True,
        title={"text": result.unit if lowest else "", "font": quiet, "standoff": 2},
    )


def _build_ratio_axis(reach: float, theme: Theme, up: _Span, anchor: str, *, name: str) -> Figure:
    """The words stand at the left column alone, as all pictures have the same axis."""
    own = {"domain": list(up), "anchor": anchor, "tickvals": _RATIOS, "ticktext": [f"{r:g}" for r in _RATIOS]}
    made = build_hazard_ratio_axis(reach, theme, name=name) | own
    return made if name else made | {"title": None, "showticklabels": False}


def _title(group: GroupOverTime, end: str, theme: Theme) -> Figure:
    lines = wrap(shorten(group.label, 2 * _LETTERS_A_LINE - 2), _LETTERS_A_LINE)
    bold = [f"<b>{escape(line)}</b>" for line in lines]
    colour = theme.ink if describe_proportional_hazards(group.comparison) == "doubtful" else theme.quiet
    word = note_proportional_hazards(group.comparison)
    said = [f'<span style="color:{colour}">{word}</span>'] if word else []
    return {
        "text": "<br>".join([*bold, *said]),
        "x": 0,
        "xref": f"x{end} domain",
        "xanchor": "left",
        "y": 1,
        "yref": f"y{end} domain",
        "yanchor": "bottom",
        "yshift": 1,
        "showarrow": False,
        "align": "left",
        "font": {"size": 11.5, "color": theme.ink},
    }


def _without(end: str, name: str, theme: Theme) -> Figure:
    """In the place of a picture that cannot be; the table has the reason."""
    return {
        "text": f"no {name}",
        "x": 0.5,
        "xref": f"x{end} domain",
        "y": 0.5,
        "yref": f"y{end} domain",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 12, "color": theme.quiet},
    }


def _draw_groups(
    result: HazardRatioOverTime, group: GroupOverTime, theme: Theme, end: str, reach: float
) -> list[Figure]:
    """Everything drawn for one group, from the back to the front."""
    on = {"type": "scatter", "xaxis": "x" + end, "yaxis": "y" + end}
    found, over = group.residuals, [0.0, _draw_end(result)]
    lines = [_draw_level(1.0, over, color=theme.ink, width=1)]
    if isinstance(found, NotEstimable):
        return [on | line for line in lines]
    scale = convert_time(1.0, result.endpoint.unit, result.unit)
    one = float(_draw_ratios(np.array([found.coef]))[0])
    lines.append(_draw_level(one, over, color=theme.accent, width=1.5, dash="dot"))
    at, ratios = found.time * scale, np.clip(_draw_ratios(found.residual), 1.02 / reach, reach / 1.02)
    for arm, style, symbol in (
        (found.treated, theme.treated, "circle"),
        (~found.treated, theme.control, "diamond-open"),
    ):
        # a mark is one participant's event
        if arm.any() and not result.min_cell:
            seen = one_in_each_cell(at[arm] / _draw_end(result), np.log(ratios[arm]) / math.log(reach))
            lines.append(_draw_marks(at[arm][seen], ratios[arm][seen], style, symbol))
    if found.smooth is not None:
        x = (found.smooth.time * scale).tolist()
        lines = [_draw_band(x, found.smooth, theme), *lines, _draw_line(x, found.smooth, result, theme)]
    return [on | line for line in lines]


def _draw_level(ratio: float, over: list[float], **line: Any) -> Figure:
    """A hazard ratio that is the same at all times."""
    return {
        "x": over,
        "y": clip_ratios(np.array([ratio, ratio])),
        "mode": "lines",
        "line": line,
        "hoverinfo": "skip",
    }


def _draw_marks(x: NDArray[np.float64], y: NDArray[np.float64], style: ArmStyle, symbol: str) -> Figure:
    marker = {"symbol": symbol, "size": 4, "color": style.line, "line": {"width": 1, "color": style.line}}
    return {
        "x": x.tolist(),
        "y": y.tolist(),
        "mode": "markers",
        "marker": marker,
        "opacity": 0.4,
        "hoverinfo": "skip",
    }


def _draw_band(x: list[float], smooth: SmoothedEffect, theme: Theme) -> Figure:
    upper, lower = clip_ratios(_draw_ratios(smooth.upper)), clip_ratios(_draw_ratios(smooth.lower))
    return {
        "x": [*x, *x[::-1]],
        "y": [*upper, *lower[::-1]],
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": theme.accent_band,
        "hoverinfo": "skip",
    }


def _draw_line(x: list[float], smooth: SmoothedEffect, result: HazardRatioOverTime, theme: Theme) -> Figure:
    name = name_ratio(result.endpoint)
    told = [
        f"{in_readers_unit(result, time)}<br>{name} {smoothed_ratio(result, smooth, i)}"
        for i, time in enumerate(smooth.time.tolist())
    ]
    return {
        "x": x,
        "y": clip_ratios(_draw_ratios(smooth.estimate)),
        "customdata": told,
        "mode": "lines",
        "line": {"color": theme.accent, "width": 2.5},
        "hovertemplate": "%{customdata}<extra></extra>",
    }


@dataclass(frozen=True, slots=True)
class OverTime:
    """The hazard ratios over time, and what the arms are called."""

    result: HazardRatioOverTime
    names: ArmNames


def _compute(trial: Trial, selection: Selection) -> OverTime:
    return OverTime(hazard_ratio_over_time(trial, selection), format_arm_names(trial, selection))


def _explain(answer: OverTime) -> Explanation:
    return describe_effect_over_time(answer.result, answer.names)


def _draw(answer: OverTime, theme: Theme) -> Figure:
    overall = answer.result.groups[0].residuals
    if isinstance(overall, NotEstimable):
        raise CannotComputeError(overall.why)
    treated, control = style_arms(theme, answer.names)
    return draw_hazard_ratio_over_time(answer.result, replace(theme, treated=treated, control=control))


HAZARD_RATIO_OVER_TIME = in_one_step(
    Panel("over-time", among_few_enough(_compute, "The hazard ratio over time"), _explain, _draw, HEIGHT)
)
"""Asked when somebody wants to know how far to trust a hazard ratio: it rests behind a disclosure."""
