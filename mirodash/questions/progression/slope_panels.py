"""Slopes in pictures: fitted lines of every group, and their difference along the biomarker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.disclosure.curve_values import BiomarkerSpan, biomarker_span
from mirodash.errors import CannotComputeError
from mirodash.longitudinal.mixed_model import Contrast
from mirodash.longitudinal.slope_along_biomarker import (
    SlopeCurve,
    estimate_slope_curve,
    estimate_slope_interaction,
)
from mirodash.plot.effect_curves import HEIGHT as CURVE_HEIGHT
from mirodash.plot.effect_curves import MARGIN
from mirodash.plot.theme import (
    Figure,
    Theme,
    build_axis,
    build_base_layout,
    draw_field_title,
    escape,
    shorten,
    style_arms,
    titled_biomarker_axis,
)
from mirodash.questions.panel import Panel
from mirodash.questions.progression.measured import (
    SMALL_COUNTS,
    GroupProgression,
    Progression,
    progression,
    sums_of,
)
from mirodash.questions.progression.words import (
    SLOPE_DECIMALS,
    describe_interaction,
    describe_slopes,
    format_slope,
    name_slope_unit,
)
from mirodash.stratification.groups import assign_groups, people_only
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import measure_of, resolve
from mirodash.survival.results import NotEstimable, Numbers, compute_z_quantile
from mirodash.text.facts import Explanation, Fact, Table, TablesOnDemand
from mirodash.text.labels import ArmNames, format_arm_names
from mirodash.text.numbers import (
    count,
    format_biomarker_value,
    format_confidence_level,
    format_number,
    format_quantities,
    format_range,
)
from mirodash.text.ticks import DAYS
from mirodash.trial.trial import Trial

LINES_HEIGHT = 248
_LINES_MARGIN = (56, 14, 26, 42)
POINTS = 25
_GAP = 0.03


@dataclass(frozen=True, eq=False, slots=True)
class FittedLines:
    """The lines of all groups of a view."""

    answer: Progression
    names: ArmNames


def _compute_lines(trial: Trial, selection: Selection) -> FittedLines | None:
    answer = progression(trial, selection)
    return None if answer is None else FittedLines(answer, format_arm_names(trial, selection))


def explain_lines(found: FittedLines) -> Explanation:
    """The difference in slope of every group, and between them."""
    answer = found.answer
    interaction = describe_interaction(answer)
    facts = [
        Fact(group.label, fact.value, fact.detail)
        for group in answer.groups
        for fact in [describe_slopes(answer, group, found.names)]
    ]
    return Explanation(
        title="Fitted lines",
        subtitle="One mixed model for group × arm × time: random intercepts and slopes, by REML",
        sentence=(
            f"A steeper line is a faster change of {answer.measure.short}. The model asks what would have "
            "been seen if no participant had died, and takes the lines as straight. Intervals are normal."
        ),
        facts=(*facts, *([interaction] if interaction else [])),
        tables=TablesOnDemand(lambda: (_build_lines_table(found),)),
    )


def _build_lines_table(found: FittedLines) -> Table:
    answer, rows = found.answer, list[tuple[str, ...]]()
    for group in answer.groups:
        slopes = group.slopes
        for name, slope in ((found.names.treated, slopes.treated), (found.names.control, slopes.control)):
            if isinstance(slope, NotEstimable):
                rows.append((group.label, name, "not estimable", "–", "–"))
                continue
            ends = format_range(slope.ci, lambda end: format_number(end, SLOPE_DECIMALS + 1))
            numbers = (format_number(value, SLOPE_DECIMALS + 1) for value in (slope.estimate, slope.se))
            estimate, error = numbers
            rows.append((group.label, name, estimate, error, ends))
    header = (
        "Group",
        "Arm",
        f"Slope, {name_slope_unit(answer)}",
        "SE",
        format_confidence_level(answer.confidence),
    )
    return Table(f"{answer.measure.label}: slopes", header, tuple(rows))


def draw_lines(found: FittedLines, theme: Theme) -> Figure:
    """Draw the fitted lines with bands, one field for each group, on the same axes.

    Raises
    ------
    CannotComputeError
        When no group has lines.
    """
    answer = found.answer
    data: list[Figure] = []
    shown = answer.groups
    grid = list_line_times(answer)
    last = float(grid[-1])
    for place, group in enumerate(shown):
        data += draw_group_lines(answer, group, found.names, theme, place=place)
    if not data:
        why = answer.overall.slopes.difference
        raise CannotComputeError(why.why if isinstance(why, NotEstimable) else "No lines can be drawn.")
    layout = build_base_layout(theme, height=LINES_HEIGHT, margin=_LINES_MARGIN)
    width = (1 + _GAP) / len(shown)
    name = f"{answer.measure.short}, {answer.measure.unit}" if answer.measure.unit else answer.measure.short
    ends = [value for trace in data for value in trace["y"]]
    room = 0.05 * (max(ends) - min(ends) or 1.0)
    layout |= {"hovermode": "closest", "uirevision": "lines", "annotations": []}
    for place, group in enumerate(shown):
        suffix = "" if place == 0 else str(place + 1)
        left, right = place * width, place * width + width - _GAP
        layout[f"xaxis{suffix}"] = build_axis(
            theme,
            domain=[left, right],
            range=[0, last],
            anchor=f"y{suffix}",
            **_list_time_ticks(answer, last),
            ticks="outside",
            showline=True,
            title={
                "text": answer.measure.visits_unit,
                "font": {"size": 11.5, "color": theme.quiet},
                "standoff": 4,
            },
        )
        layout[f"yaxis{suffix}"] = build_axis(
            theme,
            range=[min(ends) - room, max(ends) + room],
            anchor=f"x{suffix}",
            showgrid=True,
            gridcolor=theme.grid,
            showticklabels=place == 0,
            **(
                {"title": {"text": escape(name), "font": {"size": 11.5, "color": theme.quiet}, "standoff": 4}}
                if place == 0
                else {}
            ),
        )
        layout["annotations"].append(draw_field_title(group.label, left, theme))
    return {"data": data, "layout": layout}


def _list_time_ticks(answer: Progression, last: float) -> Figure:
    """Whole half years where time is in months; else what suits the axis."""
    return {"dtick": 6} if answer.measure.visits_unit == "months" and 6 <= last <= 36 else {"nticks": 5}


def list_line_times(answer: Progression) -> Numbers:
    """Times at which fitted lines are drawn, in the unit of visits, (points,)."""
    last = max((*answer.measure.visits, 0.0)) or answer.horizon / DAYS[answer.measure.visits_unit]
    return np.linspace(0, last, POINTS)


def find_group_lines(
    answer: Progression, group: GroupProgression
) -> tuple[tuple[Numbers, Numbers], tuple[Numbers, Numbers]] | NotEstimable:
    """The fitted line and the reach of its interval, (points,) each, of the treated and of the controls."""
    lines, first = answer.lines_of(group)
    if isinstance(lines, NotEstimable):
        return lines
    if isinstance(group.slopes.difference, NotEstimable):
        return group.slopes.difference
    time = list_line_times(answer) * DAYS[answer.measure.visits_unit] / DAYS[answer.per]
    treated, control = lines.line(first + 1, time), lines.line(first, time)
    if isinstance(treated, NotEstimable) or isinstance(control, NotEstimable):
        return treated if isinstance(treated, NotEstimable) else NotEstimable("No lines can be drawn.")
    reach = compute_z_quantile(answer.confidence)
    return (treated[0], reach * treated[1]), (control[0], reach * control[1])


def draw_group_lines(
    answer: Progression,
    group: GroupProgression,
    names: ArmNames,
    theme: Theme,
    *,
    place: int,
    width: float = 2.2,
) -> list[Figure]:
    """Lines of both arms with bands, on the axes of a place; nothing where there are none."""
    found = find_group_lines(answer, group)
    if isinstance(found, NotEstimable):
        return []
    axes = {} if place == 0 else {"xaxis": f"x{place + 1}", "yaxis": f"y{place + 1}"}
    x, made = list_line_times(answer).tolist(), list[Figure]()
    first, second = style_arms(theme, names)
    arms = ((names.treated, group.slopes.treated, first), (names.control, group.slopes.control, second))
    for (name, slope, style), (middle, reach) in zip(arms, found, strict=True):
        low, high = middle - reach, middle + reach
        told = "" if isinstance(slope, NotEstimable) else format_slope(answer, slope.estimate)
        made += [
            {
                "type": "scatter",
                "x": [*x, *x[::-1]],
                "y": [*high.tolist(), *low.tolist()[::-1]],
                "mode": "lines",
                "line": {"width": 0},
                "fill": "toself",
                "fillcolor": style.band,
                "hoverinfo": "skip",
                **axes,
            },
            {
                "type": "scatter",
                "x": x,
                "y": middle.tolist(),
                "mode": "lines",
                "line": {"color": style.line, "width": width, "dash": style.dash},
                "hovertext": [f"{escape(name)}<br>{escape(told)}"] * len(x),
                "hoverinfo": "text",
                **axes,
            },
        ]
    return made


FITTED_LINES = Panel("progression-lines", _compute_lines, explain_lines, draw_lines, LINES_HEIGHT)


@dataclass(frozen=True, eq=False, slots=True)
class SlopesAlong:
    """The difference in slope along the biomarker, with its axis."""

    answer: Progression
    span: BiomarkerSpan
    curve: SlopeCurve | NotEstimable
    names: ArmNames


def _compute_along(trial: Trial, selection: Selection) -> SlopesAlong | None:
    answer, span = progression(trial, selection), biomarker_span(trial, selection)
    if answer is None or span is None:
        return None
    return SlopesAlong(answer, span, slope_curve(trial, selection), format_arm_names(trial, selection))


def slope_curve(trial: Trial, selection: Selection) -> SlopeCurve | NotEstimable:
    """The curve; moving a threshold does not change it.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _slope_curve(
        trial, people_only(selection), measure_of(trial, selection), selection.confidence, selection.unit
    )


@memoise
def _slope_curve(
    trial: Trial, selection: Selection, measure: str, confidence: float, unit: str
) -> SlopeCurve | NotEstimable:
    if trial.min_cell:
        return NotEstimable(SMALL_COUNTS)
    chosen = resolve(trial, selection)
    people = assign_groups(trial, selection)
    sums = sums_of(trial, measure, unit or chosen.unit)
    if isinstance(sums, NotEstimable):
        return sums
    marker = np.where(people.everyone, trial.numbers[chosen.biomarker].values, np.nan)
    return estimate_slope_curve(sums, people.treated, marker, confidence=confidence)


def find_slope_interaction(trial: Trial, selection: Selection) -> Contrast | NotEstimable:
    """How the difference in slope changes along the biomarker, as a straight line; no threshold moves it.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    measure, unit = measure_of(trial, selection), resolve(trial, selection).unit
    return _slope_interaction(trial, people_only(selection), measure, selection.confidence, unit)


@memoise
def _slope_interaction(
    trial: Trial, selection: Selection, measure: str, confidence: float, unit: str
) -> Contrast | NotEstimable:
    chosen = resolve(trial, selection)
    if trial.dictionary.biomarker(chosen.biomarker) is None:
        return NotEstimable("This trial has no biomarker by which slopes could differ.")
    people, sums = assign_groups(trial, selection), sums_of(trial, measure, unit)
    if isinstance(sums, NotEstimable):
        return sums
    marker = np.where(people.everyone, trial.numbers[chosen.biomarker].values, np.nan)
    return estimate_slope_interaction(sums, people.treated, marker, confidence=confidence)


def explain_along(found: SlopesAlong) -> Explanation:
    """What the curve shows at its ends and in the middle."""
    title = f"Difference in slope along {found.span.biomarker.short}"
    if isinstance(found.curve, NotEstimable):
        return Explanation(title, "", found.curve.why)
    curve, biomarker = found.curve, found.span.biomarker
    at = [0, curve.biomarker.size // 2, curve.biomarker.size - 1]
    told = "; ".join(
        f"{format_biomarker_value(biomarker, float(curve.biomarker[k]))}: "
        f"{format_number(float(curve.estimate[k]), SLOPE_DECIMALS, signed=True)} "
        f"({format_range((float(curve.lower[k]), float(curve.upper[k])), _signed)})"
        for k in at
    )
    return Explanation(
        title=title,
        subtitle=f"{count(curve.participants)} participants, treatment × spline × time in one mixed model",
        sentence=(
            f"Difference in slope, {name_slope_unit(found.answer)}, {found.names.treated} minus "
            f"{found.names.control}: {told}. The band holds at each value alone, not for the whole curve."
        ),
        tables=TablesOnDemand(lambda: (_build_along_table(found, curve),)),
    )


def _signed(value: float) -> str:
    return format_number(value, SLOPE_DECIMALS, signed=True)


def _build_along_table(found: SlopesAlong, curve: SlopeCurve) -> Table:
    biomarker = found.span.biomarker
    rows = tuple(
        (
            format_biomarker_value(biomarker, float(curve.biomarker[k])),
            _signed(float(curve.estimate[k])),
            format_range((float(curve.lower[k]), float(curve.upper[k])), _signed),
        )
        for k in range(0, curve.biomarker.size, 10)
    )
    header = (biomarker.label, "Difference in slope", format_confidence_level(found.answer.confidence))
    return Table(f"Difference in slope along {biomarker.label}", header, rows)


def draw_along(found: SlopesAlong, theme: Theme) -> Figure:
    """Draw the difference in slope against the biomarker.

    Raises
    ------
    CannotComputeError
        When there is no curve.
    """
    curve = found.curve
    if isinstance(curve, NotEstimable):
        raise CannotComputeError(curve.why)
    x = found.span.positions(curve.biomarker.tolist())
    reach = 1.15 * float(max(np.abs(curve.lower).max(), np.abs(curve.upper).max()))
    layout = build_base_layout(theme, height=CURVE_HEIGHT, margin=MARGIN)
    better = found.answer.measure.direction != "lower"
    ways = (
        ("▲", found.names.treated if better else found.names.control, reach, "top"),
        ("▼", found.names.control if better else found.names.treated, -reach, "bottom"),
    )
    layout |= {
        "hovermode": "x",
        "xaxis": titled_biomarker_axis(found.span, theme),
        "yaxis": build_axis(
            theme,
            range=[-reach, reach],
            showgrid=True,
            gridcolor=theme.grid,
            title={
                "text": "difference in slope",
                "font": {"size": 11.5, "color": theme.quiet},
                "standoff": 4,
            },
        ),
        "shapes": [
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": 0,
                "y1": 0,
                "line": {"color": theme.ink, "width": 1},
            }
        ],
        "annotations": [
            {
                "text": f"{arrow} favours {escape(shorten(name, 30))}",
                "x": 0.004,
                "xref": "paper",
                "xanchor": "left",
                "y": height,
                "yref": "y",
                "yanchor": anchor,
                "showarrow": False,
                "bgcolor": theme.veil,
                "font": {"size": 11, "color": theme.quiet},
            }
            for arrow, name, height, anchor in (ways if found.answer.measure.direction else ())
        ],
        "uirevision": "slopes",
    }
    return {"data": [_draw_band(x, curve, theme), _draw_curve(found, x, curve, theme)], "layout": layout}


def _draw_band(x: list[float], curve: SlopeCurve, theme: Theme) -> Figure:
    return {
        "type": "scatter",
        "x": [*x, *x[::-1]],
        "y": [*curve.upper.tolist(), *curve.lower.tolist()[::-1]],
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": theme.accent_band,
        "hoverinfo": "skip",
    }


def _draw_curve(found: SlopesAlong, x: list[float], curve: SlopeCurve, theme: Theme) -> Figure:
    biomarker = found.span.biomarker
    values = format_quantities(curve.biomarker.tolist(), biomarker.decimals)
    rows = zip(values, curve.estimate.tolist(), curve.lower.tolist(), curve.upper.tolist(), strict=True)
    return {
        "type": "scatter",
        "x": x,
        "y": curve.estimate.tolist(),
        "mode": "lines",
        "line": {"color": theme.accent, "width": 2.5},
        "hovertext": [
            f"{escape(biomarker.short)} {value} {escape(biomarker.unit)}<br>{_signed(middle)} "
            f"({_signed(low)} to {_signed(high)})"
            for value, middle, low, high in rows
        ],
        "hoverinfo": "text",
    }


SLOPES_ALONG = Panel(
    "progression-along",
    _compute_along,
    explain_along,
    draw_along,
    CURVE_HEIGHT,
    moves_with_thresholds=False,
    along_biomarker=MARGIN,
)
