"""Kaplan–Meier curves by group: survival of both arms, medians, and the card with numbers at risk."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.counts import suppress_comparison
from mirodash.disclosure.curve_values import compare_arms_rounded
from mirodash.plot.counts_under_axis import LETTERS, draw_counts_under_axis, draw_row_label
from mirodash.plot.step_curves import (
    CARD,
    Steps,
    draw_arm_band,
    draw_arm_lines,
    drawn,
    drawn_marks,
    every_step,
    outline,
    read_end,
)
from mirodash.plot.theme import (
    ArmStyle,
    End,
    Figure,
    Theme,
    build_axis,
    build_base_layout,
    draw_end_labels,
    escape,
    format_participants,
    measure_end_room,
    shorten,
)
from mirodash.questions.statistics.group_survival import GroupSurvival, SurvivalByGroup
from mirodash.questions.statistics.landmarks import list_landmark_times
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import resolve, resolve_endpoint, resolve_outcome
from mirodash.survival.adjusted import StandardisedCurve, StandardisedSurvival
from mirodash.survival.results import ArmSummary
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import count, format_confidence_level, format_percents_with_intervals
from mirodash.text.ticks import convert_time, tick_times
from mirodash.trial.trial import Trial


@memoise
def survival_by_group(trial: Trial, selection: Selection) -> SurvivalByGroup:
    """Compare the arms of a selection, among all its participants and in each group.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = resolve(trial, selection)
    endpoint, horizon = resolve_endpoint(trial, selection)
    ticks = tick_times(horizon, endpoint.unit, chosen.unit)
    ticks.flags.writeable = False
    sorted_people = assign_groups(trial, selection)
    shown = sorted_people.shown
    # people who are not selected may have no time at all, so they stay outside the statistics
    inside = sorted_people.everyone
    outcome = resolve_outcome(trial, selection)
    comparisons = compare_arms_rounded(
        outcome.time[inside],
        outcome.event[inside],
        sorted_people.treated[inside],
        np.stack([group.mask[inside] for group in shown]),
        entry=outcome.entry_of(inside),
        competing=outcome.competing_of(inside),
        horizon=horizon,
        ticks=ticks,
        confidence=chosen.confidence,
        min_cell=trial.min_cell,
        further=chosen.further,
    )
    made = tuple(
        GroupSurvival(group.label, group.lower, group.upper, suppress_comparison(comparison, trial.min_cell))
        for group, comparison in zip(shown, comparisons, strict=True)
    )
    return SurvivalByGroup(
        made,
        horizon,
        ticks,
        endpoint,
        chosen.control,
        chosen.treated,
        chosen.unit,
        chosen.confidence,
        trial.min_cell,
        list_landmark_times(trial, selection),
        chosen.further,
    )


Arms = list[tuple[str, ArmSummary, ArmStyle]]
"""Name, numbers and style of each arm, treated first."""


def standardised_lines(
    arms: Arms, standardised: StandardisedSurvival, result: SurvivalByGroup, scale: float
) -> list[Figure]:
    """Bands, then Kaplan–Meier's thin lines, then the standardised curves on top.

    Parameters
    ----------
    arms : list of (name, ArmSummary, ArmStyle)
        Treated first.
    standardised : StandardisedSurvival
    result : SurvivalByGroup
        The whole view: horizon, endpoint and confidence.
    scale : float
        What a time of the file is multiplied by to be in the reader's unit.
    """
    lines = [
        (name, style, _build_corners(curve, result.horizon))
        for (name, _, style), curve in zip(arms, (standardised.treated, standardised.control), strict=True)
    ]
    data = [draw_arm_band(*outline(line, CARD), style, scale) for _, style, line in lines]
    data += [_draw_observed(arm, style, result.horizon, scale) for _, arm, style in arms]
    for name, style, line in lines:
        shown = drawn(line, CARD)
        told = line.only(shown.told)
        data += draw_arm_lines(
            name, shown, told, _build_hover(told, result), style, unit=result.unit, scale=scale
        )
    return data


def _build_corners(curve: StandardisedCurve, horizon: float) -> Steps:
    """The curve's corners, up to the horizon or to where follow-up of that arm ends."""
    known = curve.time <= curve.until
    estimate, lower, upper = (values[known] for values in (curve.estimate, curve.lower, curve.upper))
    return Steps(
        time=np.append(curve.time[known], min(horizon, curve.until)),
        estimate=np.append(estimate, estimate[-1]),
        lower=np.append(lower, lower[-1]),
        upper=np.append(upper, upper[-1]),
        at_risk=np.zeros(estimate.size + 1, dtype=np.int64),
    )


def _draw_observed(arm: ArmSummary, style: ArmStyle, horizon: float, scale: float) -> Figure:
    line = drawn(every_step(arm.curve, horizon), CARD)
    return {
        "type": "scatter",
        "x": (line.time * scale).tolist(),
        "y": line.height.tolist(),
        "mode": "lines",
        "line": {"color": style.line, "width": 1, "dash": style.dash, "shape": line.shape},
        "opacity": 0.55,
        "hoverinfo": "skip",
    }


def _build_hover(line: Steps, result: SurvivalByGroup) -> list[str]:
    free, level = escape(result.endpoint.state), format_confidence_level(result.confidence)
    texts = format_percents_with_intervals(line.estimate.tolist(), line.lower.tolist(), line.upper.tolist())
    return [
        f"{share} {free}, standardised{'' if unknown else f' ({level} {low} to {high})'}"
        for (share, low, high), unknown in zip(texts, np.isnan(line.lower).tolist(), strict=True)
    ]


HEIGHT = 378
_MARGIN = (60, 57, 8, 4)
_HIDDEN_ROOM = 10
"""What a hidden count ("<10") needs more than a digit, beside the names of the rows."""
_ROW = 1.3 * LETTERS
"""A line of Plotly's text, so that a block of lines meets the rows of numbers."""

MAX_ROW_NAME = 38
"""Letters of an arm's name over its rows of numbers, where nothing stands beside it."""
_AXIS_ROOM = 38
_ROWS = ("at risk", "censored", "events")


def draw_survival_card(
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
    scale = convert_time(1.0, result.endpoint.unit, result.unit)
    arms = _draw_arms(group, names, theme)
    data: list[Figure] = []
    if standardised is not None:
        data += standardised_lines(arms, standardised, result, scale)
    else:
        lines = [every_step(arm.curve, result.horizon) for _, arm, _ in arms]
        traced = list(zip(lines, arms, strict=True))
        data += [draw_arm_band(*outline(line, CARD), style, scale) for line, (_, _, style) in traced]
        for line, (name, arm, style) in traced:
            data += _draw_curve(name, arm, style, result, line=line, scale=scale)
    data.append(_build_table(arms, scale, theme))
    return {"data": data, "layout": _build_layout(result, arms, scale, theme, standardised)}


def _draw_arms(group: GroupSurvival, names: ArmNames, theme: Theme) -> Arms:
    """Treated first, as in every table; the picture draws it last, on top."""
    return [
        (names.treated, group.comparison.treated, theme.treated),
        (names.control, group.comparison.control, theme.control),
    ]


def _draw_curve(
    name: str, arm: ArmSummary, style: ArmStyle, result: SurvivalByGroup, *, line: Steps, scale: float
) -> list[Figure]:
    if not arm.has_curve:
        return []
    shown = drawn(line, CARD)
    marks_x, marks_y = drawn_marks(arm.curve, result.horizon)
    told = line.only(shown.told)
    curve = draw_arm_lines(
        name, shown, told, _build_hover_of_survival_card(told, result), style, unit=result.unit, scale=scale
    )
    marks = {
        "type": "scatter",
        "x": (marks_x * scale).tolist(),
        "y": marks_y.tolist(),
        "mode": "markers",
        "marker": {"symbol": "line-ns-open", "size": 8, "color": style.line, "line": {"width": 1.4}},
        "hoverinfo": "skip",
    }
    return [*curve, marks] if marks_x.size else curve


def _build_hover_of_survival_card(line: Steps, result: SurvivalByGroup) -> list[str]:
    free, level = escape(result.endpoint.state), format_confidence_level(result.confidence)
    texts = format_percents_with_intervals(line.estimate.tolist(), line.lower.tolist(), line.upper.tolist())
    return [
        f"{share} "
        f"{free}{'' if unknown else f' ({level} {low} to {high})'}<br>{format_participants(left)} at risk"
        for (share, low, high), left, unknown in zip(
            texts, line.at_risk.tolist(), np.isnan(line.lower).tolist(), strict=True
        )
    ]


def _build_table(arms: Arms, scale: float, theme: Theme) -> Figure:
    counted = (arm for _, arm, _style in arms)
    rows = (
        ((arm.at_risk.time * scale).tolist(), [row.tolist() for row in _list_counts(arm)]) for arm in counted
    )
    return draw_counts_under_axis(rows, theme)


def _list_counts(arm: ArmSummary) -> tuple[NDArray[np.int64], ...]:
    """The rows of numbers under an arm's curve, in the order of their names."""
    table = arm.at_risk
    own = (table.at_risk, table.censored, table.events)
    return own if table.competing is None else (*own, table.competing)


def _list_rows(arms: Arms) -> tuple[str, ...]:
    """What the rows of numbers are of."""
    competes = any(arm.at_risk.competing is not None for _, arm, _ in arms)
    return (*_ROWS, "other") if competes else _ROWS


def _build_layout(
    result: SurvivalByGroup,
    arms: Arms,
    scale: float,
    theme: Theme,
    standardised: StandardisedSurvival | None,
) -> Figure:
    left = _MARGIN[0] + (_HIDDEN_ROOM if _hides(arms) else 0)
    inner = HEIGHT - _MARGIN[2] - _MARGIN[3]
    lines = 2 * (1 + len(_list_rows(arms)))
    table = lines * _ROW / inner
    bottom = table + _AXIS_ROOM / inner
    horizon = result.horizon * scale
    ticks = [float(t) * scale for t in result.ticks]
    right = measure_end_room(name for name, _, _ in arms)
    layout = build_base_layout(theme, height=HEIGHT, margin=(left, right, *_MARGIN[2:]))
    layout |= {
        "hovermode": "closest",
        "hoverdistance": 30,
        "xaxis": build_axis(
            theme,
            range=[0, horizon],
            tickmode="array",
            tickvals=ticks,
            ticktext=[_draw_tick(t) for t in ticks],
            tickangle=0,
            tickfont={"size": 10.5, "color": theme.quiet},
            ticks="outside",
            showline=True,
            anchor="y",
            title={
                "text": escape(f"{result.unit} since {shorten(result.endpoint.origin, 18)}"),
                "font": {"size": 11.5, "color": theme.quiet},
                "standoff": 2,
            },
        ),
        "yaxis": build_axis(
            theme,
            range=[0, 1.015],
            domain=[bottom, 1],
            tickmode="array",
            tickvals=[0, 0.25, 0.5, 0.75, 1],
            ticktext=["0", "25", "50", "75", "100 %"],
            showgrid=True,
            gridcolor=theme.grid,
        ),
        "yaxis2": {"domain": [0, table], "range": [lines - 0.5, -0.5], "visible": False, "fixedrange": True},
        "annotations": [
            *_draw_row_labels(arms, left, theme),
            *draw_end_labels(_find_ends(arms, standardised, result.horizon)),
        ],
        "shapes": [_vertical(horizon, theme)],
        "uirevision": "survival",
    }
    return layout


def _draw_tick(value: float) -> str:
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


def _draw_row_labels(arms: Arms, room: int, theme: Theme) -> list[Figure]:
    """The arms' names, and one block of lines for all rows: Plotly measures every text it draws."""
    rows = _list_rows(arms)
    names = [
        draw_row_label(f"<b>{escape(shorten(name, MAX_ROW_NAME))}</b>", (1 + len(rows)) * i, s.text, room)
        for i, (name, _, s) in enumerate(arms)
    ]
    lines = ["&nbsp;", *rows, "&nbsp;", *rows]
    return [*names, draw_row_label("<br>".join(lines), (len(lines) - 1) / 2, theme.quiet, room)]


def _find_ends(arms: Arms, standardised: StandardisedSurvival | None, horizon: float) -> list[End]:
    """Where the curves end: the standardised ones, or those of arms with anybody in them."""
    if standardised is None:
        return [
            read_end(name, every_step(arm.curve, horizon), style, is_known=horizon <= arm.curve.known_until)
            for name, arm, style in arms
            if arm.has_curve
        ]
    curves = (standardised.treated, standardised.control)
    return [
        read_end(name, _build_corners(curve, horizon), style, is_known=horizon <= curve.until)
        for (name, _, style), curve in zip(arms, curves, strict=True)
    ]
