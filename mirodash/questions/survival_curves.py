"""Kaplan–Meier curves by group: survival of both arms, medians, and the card with numbers at risk."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any

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
    read_along,
    read_end,
)
from mirodash.plot.theme import (
    ALL_SHOWN,
    ArmStyle,
    End,
    Figure,
    FigureOptions,
    Theme,
    build_axis,
    build_base_layout,
    draw_end_labels,
    escape,
    format_participants,
    measure_end_room,
    shorten,
    style_arms,
)
from mirodash.questions.statistics.group_survival import GroupSurvival, SurvivalByGroup
from mirodash.questions.statistics.landmarks import list_landmark_times
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.result_cache import memoise, remember_together
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import resolve, resolve_endpoint, resolve_outcome
from mirodash.survival.adjusted import StandardisedCurve, StandardisedSurvival
from mirodash.survival.results import ArmComparison, ArmSummary
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import format_confidence_level, format_percents_with_intervals
from mirodash.text.ticks import choose_even_step, convert_time, format_tick_time, tick_times
from mirodash.trial.trial import Trial


@memoise
def survival_by_group(trial: Trial, selection: Selection) -> SurvivalByGroup:
    """Compare the arms of a selection, among all its participants and in each group.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _compare_views(trial, (selection,))[0]


def remember_survival(trial: Trial, selections: Sequence[Selection]) -> None:
    """Answer `survival_by_group` for views that differ only in their thresholds, all in one go.

    Raises
    ------
    UnusableQuestionError
        When a selection does not fit the trial.
    """
    remember_together(survival_by_group, _compare_views, trial, selections)


def _compare_views(trial: Trial, selections: Sequence[Selection]) -> list[SurvivalByGroup]:
    """Views that differ only in their thresholds: their groups are compared together, everybody once."""
    chosen = resolve(trial, selections[0])
    endpoint, horizon = resolve_endpoint(trial, selections[0])
    ticks = tick_times(horizon, endpoint.unit, chosen.unit)
    ticks.flags.writeable = False
    views = [assign_groups(trial, selection) for selection in selections]
    # people who are not selected may have no time at all, so they stay outside the statistics
    inside, treated = views[0].everyone, views[0].treated
    members = [views[0].everyone, *(group.mask for view in views for group in view.groups)]
    outcome, landmarks = resolve_outcome(trial, selections[0]), list_landmark_times(trial, selections[0])
    everyone, *others = compare_arms_rounded(
        outcome.time[inside],
        outcome.event[inside],
        treated[inside],
        np.stack(members)[:, inside],
        entry=outcome.entry_of(inside),
        competing=outcome.competing_of(inside),
        horizon=horizon,
        ticks=ticks,
        confidence=chosen.confidence,
        min_cell=trial.min_cell,
        further=chosen.further,
    )
    compared = iter(others)
    return [
        SurvivalByGroup(
            tuple(
                GroupSurvival(
                    group.label, group.lower, group.upper, suppress_comparison(comparison, trial.min_cell)
                )
                for group, comparison in zip(
                    view.shown, (everyone, *islice(compared, len(view.groups))), strict=True
                )
            ),
            horizon,
            ticks,
            endpoint,
            chosen.control,
            chosen.treated,
            chosen.unit,
            chosen.confidence,
            trial.min_cell,
            landmarks,
            chosen.further,
        )
        for view in views
    ]


Arms = list[tuple[str, ArmSummary, ArmStyle]]
"""Name, numbers and style of each arm, treated first."""


def standardised_lines(
    arms: Arms,
    standardised: StandardisedSurvival,
    result: SurvivalByGroup,
    scale: float,
    options: FigureOptions = ALL_SHOWN,
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
    options : FigureOptions
        Whether there are bands, and whether the curves rise.
    """
    lines = [
        (name, style, _build_corners(curve, result.horizon, is_rising=options.rising))
        for (name, _, style), curve in zip(arms, (standardised.treated, standardised.control), strict=True)
    ]
    data = [
        draw_arm_band(*outline(line, CARD), style, scale) for _, style, line in lines if options.intervals
    ]
    data += [_draw_observed(arm, style, result.horizon, scale) for _, arm, style in arms]
    for name, style, line in lines:
        shown = drawn(line, CARD)
        told = read_along(line, shown, result.horizon)
        hover = _build_hover(told, result, name_state(result, options))
        data += draw_arm_lines(name, shown, told, hover, style, unit=result.unit, scale=scale)
    return data


def name_state(result: SurvivalByGroup, options: FigureOptions) -> str:
    """What a share at some time is of: of a rising curve, those who have had the event."""
    return f"with {result.endpoint.event_word}" if options.rising else result.endpoint.state


def _name_axis(result: SurvivalByGroup, options: FigureOptions) -> str:
    rises = options.rising or bool(result.endpoint.competing)
    return "cumulative incidence" if rises else result.endpoint.state


def _build_corners(curve: StandardisedCurve, horizon: float, *, is_rising: bool = False) -> Steps:
    """The curve's corners, up to the horizon or to where follow-up of that arm ends."""
    known = curve.time <= curve.until
    estimate, lower, upper = (values[known] for values in (curve.estimate, curve.lower, curve.upper))
    if is_rising:
        estimate, lower, upper = 1 - estimate, 1 - upper, 1 - lower
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


def _build_hover(line: Steps, result: SurvivalByGroup, state: str) -> list[str]:
    free, level = escape(state), format_confidence_level(result.confidence)
    texts = format_percents_with_intervals(line.estimate.tolist(), line.lower.tolist(), line.upper.tolist())
    return [
        f"{share} {free}, standardised{'' if unknown else f' ({level} {low} to {high})'}"
        for (share, low, high), unknown in zip(texts, np.isnan(line.lower).tolist(), strict=True)
    ]


HEIGHT = 378
_MARGIN = (66, 57, 8, 4)
_HIDDEN_ROOM = 10
"""What a hidden count ("<10") needs more than a digit, beside the names of the rows."""
_ROW = 1.3 * LETTERS
"""A line of Plotly's text, so that a block of lines meets the rows of numbers."""

MAX_ROW_NAME = 38
"""Letters of an arm's name over its rows of numbers, where nothing stands beside it."""
_AXIS_ROOM = 38


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
    scale, options = convert_time(1.0, result.endpoint.unit, result.unit), theme.options
    arms = _draw_arms(group, names, theme)
    data: list[Figure] = []
    if standardised is not None:
        data += standardised_lines(arms, standardised, result, scale, options)
        ends = _find_standardised_ends(arms, standardised, result.horizon, is_rising=options.rising)
    else:
        lines = [every_step(arm.curve, result.horizon) for _, arm, _ in arms]
        ends = _find_ends(arms, lines, result.horizon)
        traced = list(zip(lines, arms, strict=True))
        if options.intervals:
            data += [draw_arm_band(*outline(line, CARD), style, scale) for line, (_, _, style) in traced]
        for line, (name, arm, style) in traced:
            data += _draw_curve(name, arm, style, result, options, line=line, scale=scale)
    rows = list_count_rows(result) if options.risk_rows else ()
    if rows:
        data.append(_build_table(arms, rows, scale, theme))
    return {
        "data": data,
        "layout": _build_layout(result, arms, scale, theme, ends=ends, rows=rows),
    }


def _draw_arms(group: GroupSurvival, names: ArmNames, theme: Theme) -> Arms:
    """Treated first, as in every table; the picture draws it last, on top."""
    compared = group.comparison
    if theme.options.rising:
        compared = raise_curves(compared)
    treated, control = style_arms(theme, names)
    return [(names.treated, compared.treated, treated), (names.control, compared.control, control)]


def has_incidence(compared: ArmComparison) -> bool:
    """Whether the curves rise anyway, as beside a competing event."""
    return compared.treated.curve.event_free is not None


def raise_curves(compared: ArmComparison) -> ArmComparison:
    """The same arms with curves of 1 − S; as they are where they rise anyway."""
    if has_incidence(compared):
        return compared
    return replace(compared, treated=_rise(compared.treated), control=_rise(compared.control))


def _rise(arm: ArmSummary) -> ArmSummary:
    """The arm with the curve of those who have had the event: without another event that is 1 − S."""
    return replace(arm, curve=replace(arm.curve, event_free=arm.curve.estimate))


def _draw_curve(
    name: str,
    arm: ArmSummary,
    style: ArmStyle,
    result: SurvivalByGroup,
    options: FigureOptions,
    *,
    line: Steps,
    scale: float,
) -> list[Figure]:
    if not arm.has_curve:
        return []
    shown = drawn(line, CARD)
    marks_x, marks_y = drawn_marks(arm.curve, result.horizon)
    told = read_along(line, shown, result.horizon)
    hover = (
        _build_hover_of_survival_card(told, result, name_state(result, options)) if options.pointed_at else []
    )
    curve = draw_arm_lines(name, shown, told, hover, style, unit=result.unit, scale=scale)
    marks = {
        "type": "scatter",
        "x": (marks_x * scale).tolist(),
        "y": marks_y.tolist(),
        "mode": "markers",
        "marker": {"symbol": "line-ns-open", "size": 8, "color": style.line, "line": {"width": 1.4}},
        "hoverinfo": "skip",
    }
    return [*curve, marks] if marks_x.size and options.censor_ticks else curve


def _build_hover_of_survival_card(line: Steps, result: SurvivalByGroup, state: str) -> list[str]:
    free, level = escape(state), format_confidence_level(result.confidence)
    texts = format_percents_with_intervals(line.estimate.tolist(), line.lower.tolist(), line.upper.tolist())
    return [
        f"{share} "
        f"{free}{'' if unknown else f' ({level} {low} to {high})'}<br>{format_participants(left)} at risk"
        for (share, low, high), left, unknown in zip(
            texts, line.at_risk.tolist(), np.isnan(line.lower).tolist(), strict=True
        )
    ]


def _build_table(arms: Arms, rows: Sequence[str], scale: float, theme: Theme) -> Figure:
    counted = (
        ((arm.at_risk.time * scale).tolist(), [_count_row(arm, row).tolist() for row in rows])
        for _, arm, _style in arms
    )
    return draw_counts_under_axis(counted, theme)


def _count_row(arm: ArmSummary, row: str) -> NDArray[np.int64]:
    table = arm.at_risk
    counts = {"at risk": table.at_risk, "censored": table.censored, "events": table.events}
    if row == "other" and table.competing is not None:
        return table.competing
    return counts[row]


@lru_cache(maxsize=64)
def list_count_rows(result: SurvivalByGroup) -> tuple[str, ...]:
    """What the rows of numbers are of, alike in every picture of a view; "censored" only where anybody is."""
    tables = [
        arm.at_risk for group in result.groups for arm in (group.comparison.treated, group.comparison.control)
    ]
    is_censored = any(table.censored.any() for table in tables)
    competes = any(table.competing is not None for table in tables)
    return ("at risk", *(["censored"] if is_censored else []), "events", *(["other"] if competes else []))


def _build_layout(
    result: SurvivalByGroup,
    arms: Arms,
    scale: float,
    theme: Theme,
    *,
    ends: list[End],
    rows: tuple[str, ...],
) -> Figure:
    left = _MARGIN[0] + (_HIDDEN_ROOM if result.min_cell and _hides(arms) else 0)
    right = measure_end_room(name for name, _, _ in arms)
    time = f"{result.unit} since {shorten(result.endpoint.origin, 18)}"
    share = f"{_name_axis(result, theme.options)}, %"
    ticks = tuple((result.ticks * scale).tolist())
    # one set for every card of a view, and for the view at every stop of a threshold
    around, pixels = _build_surroundings(theme, time, share, result.horizon * scale, ticks, rows=len(rows))
    low, high = theme.options.lowest / 100, theme.options.highest / 100
    return {
        **build_base_layout(theme, height=HEIGHT, margin=(left, right, *_MARGIN[2:])),
        # assets/crosshair.js tells both arms at once, without a box over them
        "hovermode": False,
        "meta": {"crosshair": result.unit},
        **around,
        "annotations": [
            *(
                _draw_row_labels(tuple((name, s.text) for name, _, s in arms), rows, left, theme)
                if rows
                else ()
            ),
            *draw_end_labels(ends, pixels=pixels, span=(low, high)),
        ],
        "uirevision": "survival",
    }


@lru_cache(maxsize=64)
def _build_surroundings(
    theme: Theme, time: str, share: str, horizon: float, ticks: tuple[float, ...], *, rows: int
) -> tuple[Figure, float]:
    """Axes with names over rows of counts, and the horizon; how high the curves are, in pixels."""
    inner = HEIGHT - _MARGIN[2] - _MARGIN[3]
    lines = 2 * (1 + rows) if rows else 0
    table = lines * _ROW / inner
    bottom = table + _AXIS_ROOM / inner
    below = {"domain": [0, table], "range": [lines - 0.5, -0.5], "visible": False, "fixedrange": True}
    around = {
        "xaxis": build_axis(
            theme,
            range=[0, horizon],
            tickmode="array",
            tickvals=list(ticks),
            ticktext=[format_tick_time(t) for t in ticks],
            tickangle=0,
            tickfont={"size": 10.5, "color": theme.quiet},
            ticks="outside",
            showline=True,
            anchor="y",
            title={
                "text": escape(time),
                "font": {"size": 11.5, "color": theme.quiet},
                "standoff": 2,
            },
        ),
        "yaxis": build_share_axis(theme, share, domain=[bottom, 1]),
        **({"yaxis2": below} if rows else {}),
        "shapes": [_vertical(horizon, theme)],
    }
    return around, inner * (1 - bottom)


def build_share_axis(theme: Theme, title: str, **changes: Any) -> Figure:
    """An upright axis of shares, from and to where the reader wants it, with its name."""
    low, high = theme.options.lowest, theme.options.highest
    step = 25 if high - low == 100 else choose_even_step((high - low) / 6)
    ticks = [k * step for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
    return build_axis(
        theme,
        range=[low / 100, high / 100 + 0.015 * (high - low) / 100],
        tickmode="array",
        tickvals=[tick / 100 for tick in ticks],
        ticktext=[f"{tick:g}" for tick in ticks],
        showgrid=True,
        gridcolor=theme.grid,
        title={
            "text": escape(_capitalise_first(shorten(title, 26))),
            "font": {"size": 11.5, "color": theme.quiet},
            "standoff": 2,
        },
        **changes,
    )


def _capitalise_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _vertical(x: float, theme: Theme) -> Figure:
    """The horizon: where survival is compared."""
    line = {"color": theme.axis, "width": 1, "dash": "dot"}
    foot, head = theme.options.lowest / 100, theme.options.highest / 100
    return {"type": "line", "x0": x, "x1": x, "y0": foot, "y1": head, "xref": "x", "yref": "y", "line": line}


def _hides(arms: Arms) -> bool:
    """Whether a small count is not told, and takes more room than a number."""
    at_risk = [arm.at_risk for _, arm, _ in arms]
    return any(
        (numbers < 0).any() for rows in at_risk for numbers in (rows.at_risk, rows.censored, rows.events)
    )


@lru_cache(maxsize=64)
def _draw_row_labels(
    arms: tuple[tuple[str, str], ...], rows: tuple[str, ...], room: int, theme: Theme
) -> tuple[Figure, ...]:
    """Names of arms in their colours, and one block of lines for all rows: Plotly measures every text."""
    names = [
        draw_row_label(f"<b>{escape(shorten(name, MAX_ROW_NAME))}</b>", (1 + len(rows)) * i, colour, room)
        for i, (name, colour) in enumerate(arms)
    ]
    lines = ["&nbsp;", *rows, "&nbsp;", *rows]
    return (*names, draw_row_label("<br>".join(lines), (len(lines) - 1) / 2, theme.quiet, room))


def _find_ends(arms: Arms, lines: Sequence[Steps], horizon: float) -> list[End]:
    """Where the curves of arms with anybody in them end."""
    return [
        read_end(name, line, style, is_known=horizon <= arm.curve.known_until)
        for (name, arm, style), line in zip(arms, lines, strict=True)
        if arm.has_curve
    ]


def _find_standardised_ends(
    arms: Arms, standardised: StandardisedSurvival, horizon: float, *, is_rising: bool
) -> list[End]:
    """Where the standardised curves end."""
    curves = (standardised.treated, standardised.control)
    return [
        read_end(
            name,
            _build_corners(curve, horizon, is_rising=is_rising),
            style,
            is_known=horizon <= curve.until,
        )
        for (name, _, style), curve in zip(arms, curves, strict=True)
    ]
