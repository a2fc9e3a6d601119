"""Kaplan–Meier curves of one group, with the numbers at risk locked under the ticks of the axis."""

from __future__ import annotations

import numpy as np

from mirodash.analysis.step_lines import CARD, Steps, drawn, drawn_marks, every_step, outline
from mirodash.analysis.survival_by_group import GroupSurvival, SurvivalByGroup
from mirodash.analysis.time_units import converted
from mirodash.figures.arm_curve import arm_band, arm_lines
from mirodash.figures.end_labels import End, end_labels
from mirodash.figures.standardised_lines import Arms, standardised_lines
from mirodash.figures.text import escaped, people, short
from mirodash.figures.theme import ArmStyle, Figure, Theme, axis, base_layout
from mirodash.survival.adjusted import StandardisedSurvival
from mirodash.survival.results import ArmSummary
from mirodash.wording.arms import ArmNames
from mirodash.wording.numbers import confidence_level, count, percents

HEIGHT = 378
_MARGIN = (60, 57, 8, 4)
_HIDDEN_ROOM = 10
"""What a hidden count ("<10") needs more than a digit, beside the names of the rows."""
_LETTERS = 11
_ROW = 1.3 * _LETTERS
"""A line of Plotly's text, so that a block of lines meets the rows of numbers."""

_AXIS_ROOM = 38
_ROWS = ("at risk", "censored", "events")


def survival_card(
    result: SurvivalByGroup,
    group: GroupSurvival,
    names: ArmNames,
    theme: Theme,
    *,
    standardised: StandardisedSurvival | None = None,
) -> Figure:
    """Draw one group on the axes that all groups of the view share.

    Parameters
    ----------
    result : SurvivalByGroup
        The whole view: horizon, ticks and arm names.
    group : GroupSurvival
        The group to draw, one of ``result.groups``.
    names : ArmNames
        What the arms are called.
    theme : Theme
        Colours by meaning.
    standardised : StandardisedSurvival, optional
        Curves to stand before Kaplan–Meier's, which then become thin lines.

    Returns
    -------
    dict
        A plotly figure: step curves with bands and censor ticks, and the at-risk table.
    """
    scale = converted(1.0, result.endpoint.unit, result.unit)
    arms = _arms(group, names, theme)
    data: list[Figure] = []
    if standardised is not None:
        data += standardised_lines(arms, standardised, result, scale)
    else:
        lines = [every_step(arm.curve, result.horizon) for _, arm, _ in arms]
        traced = list(zip(lines, arms, strict=True))
        data += [arm_band(*outline(line, CARD), style, scale) for line, (_, _, style) in traced]
        for line, (name, arm, style) in traced:
            data += _curve(name, arm, style, result, line=line, scale=scale)
    data.append(_table(arms, scale, theme))
    return {"data": data, "layout": _layout(result, arms, scale, theme, standardised)}


def _arms(group: GroupSurvival, names: ArmNames, theme: Theme) -> Arms:
    """Treated first, as in every table; the picture draws it last, on top."""
    return [
        (names.treated, group.comparison.treated, theme.treated),
        (names.control, group.comparison.control, theme.control),
    ]


def _curve(
    name: str, arm: ArmSummary, style: ArmStyle, result: SurvivalByGroup, *, line: Steps, scale: float
) -> list[Figure]:
    if not arm.has_curve:
        return []
    shown = drawn(line, CARD)
    marks_x, marks_y = drawn_marks(arm.curve, result.horizon)
    told = line.only(shown.told)
    curve = arm_lines(name, shown, told, _hover(told, result), style, unit=result.unit, scale=scale)
    marks = {
        "type": "scatter",
        "x": (marks_x * scale).tolist(),
        "y": marks_y.tolist(),
        "mode": "markers",
        "marker": {"symbol": "line-ns-open", "size": 8, "color": style.line, "line": {"width": 1.4}},
        "hoverinfo": "skip",
    }
    return [*curve, marks] if marks_x.size else curve


def _hover(line: Steps, result: SurvivalByGroup) -> list[str]:
    free, level = escaped(result.endpoint.event_free), confidence_level(result.confidence)
    texts = (percents(values.tolist()) for values in (line.estimate, line.lower, line.upper))
    return [
        f"{share} {free}{'' if unknown else f' ({level} {low} to {high})'}<br>{people(left)} at risk"
        for share, low, high, left, unknown in zip(
            *texts, line.at_risk.tolist(), np.isnan(line.lower).tolist(), strict=True
        )
    ]


def _table(arms: Arms, scale: float, theme: Theme) -> Figure:
    """The at-risk table as text at the tick positions: it cannot come out of line with them."""
    x: list[float] = []
    y: list[float] = []
    text: list[str] = []
    colours: list[str] = []
    for i, (_, arm, _style) in enumerate(arms):
        rows = (arm.at_risk.at_risk, arm.at_risk.censored, arm.at_risk.events)
        at: list[float] = (arm.at_risk.time * scale).tolist()
        for j, numbers in enumerate(rows):
            x += at
            y += [4 * i + 1 + j] * len(numbers)
            text += map(people, numbers.tolist())
            colours += [theme.ink if j == 0 else theme.quiet] * len(numbers)
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "text": text,
        "yaxis": "y2",
        "mode": "text",
        "textfont": {"size": _LETTERS, "color": colours},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _layout(
    result: SurvivalByGroup,
    arms: Arms,
    scale: float,
    theme: Theme,
    standardised: StandardisedSurvival | None,
) -> Figure:
    left = _MARGIN[0] + (_HIDDEN_ROOM if _hides(arms) else 0)
    inner = HEIGHT - _MARGIN[2] - _MARGIN[3]
    table = 8 * _ROW / inner
    bottom = table + _AXIS_ROOM / inner
    horizon = result.horizon * scale
    ticks = [float(t) * scale for t in result.ticks]
    layout = base_layout(theme, height=HEIGHT, margin=(left, *_MARGIN[1:]))
    layout |= {
        "hovermode": "closest",
        "hoverdistance": 30,
        "xaxis": axis(
            theme,
            range=[0, horizon],
            tickmode="array",
            tickvals=ticks,
            ticktext=[_tick(t) for t in ticks],
            tickangle=0,
            tickfont={"size": 10.5, "color": theme.quiet},
            ticks="outside",
            showline=True,
            anchor="y",
            title={"text": result.unit, "font": {"size": 11.5, "color": theme.quiet}, "standoff": 2},
        ),
        "yaxis": axis(
            theme,
            range=[0, 1.015],
            domain=[bottom, 1],
            tickmode="array",
            tickvals=[0, 0.25, 0.5, 0.75, 1],
            ticktext=["0", "25", "50", "75", "100 %"],
            showgrid=True,
            gridcolor=theme.grid,
        ),
        "yaxis2": {"domain": [0, table], "range": [7.5, -0.5], "visible": False, "fixedrange": True},
        "annotations": [*_row_labels(arms, left, theme), *end_labels(_ends(arms, standardised))],
        "shapes": [_vertical(horizon, theme)],
        "uirevision": "survival",
    }
    return layout


def _tick(value: float) -> str:
    return count(round(value)) if abs(value - round(value)) < 1e-6 else f"{value:.1f}"


def _vertical(x: float, theme: Theme) -> Figure:
    """The horizon: where survival is compared."""
    line = {"color": theme.axis, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "xref": "x", "yref": "y", "line": line}


def _hides(arms: Arms) -> bool:
    """Whether a small count is not told, and takes more room than a number."""
    at_risk = [arm.at_risk for _, arm, _ in arms]
    return any(
        (numbers < 0).any() for rows in at_risk for numbers in (rows.at_risk, rows.censored, rows.events)
    )


def _row_labels(arms: Arms, room: int, theme: Theme) -> list[Figure]:
    """The arms' names, and one block of lines for all rows: Plotly measures every text it draws."""
    names = [
        _left(f"<b>{escaped(short(name))}</b>", 4 * i, s.text, room) for i, (name, _, s) in enumerate(arms)
    ]
    lines = ["&nbsp;", *_ROWS, "&nbsp;", *_ROWS]
    return [*names, _left("<br>".join(lines), (len(lines) - 1) / 2, theme.quiet, room)]


def _ends(arms: Arms, standardised: StandardisedSurvival | None) -> list[End]:
    """Where the curves end: the standardised ones, or those of arms with anybody in them."""
    if standardised is None:
        return [(name, arm.survival_at.estimate, style) for name, arm, style in arms if arm.survival_at]
    heights = reversed(standardised.at_horizon)
    return [(name, height, style) for (name, _, style), height in zip(arms, heights, strict=True)]


def _left(text: str, row: float, colour: str, room: int) -> Figure:
    return {
        "text": text,
        "x": 0,
        "xref": "paper",
        "xshift": 1 - room,
        "xanchor": "left",
        "y": row,
        "yref": "y2",
        "yanchor": "middle",
        "showarrow": False,
        "align": "left",
        "font": {"size": _LETTERS, "color": colour},
    }
