"""Figures and panels of STEPP: hazard ratio and survival difference by window."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mirodash.disclosure.curve_values import BiomarkerSpan, biomarker_span
from mirodash.errors import CannotComputeError
from mirodash.plot.effect_curves import MARGIN
from mirodash.plot.step_curves import band, line
from mirodash.plot.theme import (
    Edge,
    Figure,
    Theme,
    build_axis,
    build_base_layout,
    build_hazard_ratio_axis,
    clip_ratios,
    escape,
    find_free_edge,
    format_participants,
    label_favours,
    no_effect,
    titled_biomarker_axis,
)
from mirodash.questions.panel import SteppedPanel, among_few_enough
from mirodash.questions.thresholds.stepp_windows import (
    SHARES,
    describe_difference_in_window,
    describe_effect_in_windows,
    describe_ratio_in_window,
    effect_in_windows,
    title,
)
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import resolve, resolve_endpoint
from mirodash.survival.results import Design, EffectInWindows, NotEstimable, Numbers
from mirodash.text.facts import Explanation
from mirodash.text.labels import ArmNames, format_arm_names
from mirodash.text.numbers import (
    format_bare_value,
    format_biomarker_value,
    format_hazard_ratio,
    format_number,
    format_points,
    format_span_end,
)
from mirodash.text.ticks import choose_reach, convert_time
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.trial import Trial

HEIGHT = 330
RATIOS_FROM = 0.5
DIFFERENCES_TO = 0.42
"""Shares of the height: ratios above, differences below."""
MIN_POINTS = 0.22


@dataclass(frozen=True, eq=False, slots=True)
class _Course:
    """One measure along the windows; ``scale`` is the axis of the figure it belongs to."""

    value: Numbers
    lower: Numbers
    upper: Numbers
    overall: float | None
    scale: str
    hover: list[str]


def draw_effect_in_windows(
    span: BiomarkerSpan, found: EffectInWindows, *, names: ArmNames, theme: Theme, confidence: float
) -> Figure:
    """Draw both measures, each window at its median.

    Parameters
    ----------
    span : BiomarkerSpan
        The axis.
    found : EffectInWindows
        The windows.
    names : ArmNames
        For the words at the edges.
    theme : Theme
        Colours by meaning.
    confidence : float
        Of the bands.

    Returns
    -------
    dict
        A plotly figure of two pictures one above the other; dashed lines are the overall effect.
    """
    x = [span.position(value) for value in found.median.tolist()]
    reach, farthest, edge = choose_reach(_find_shown(found)), _find_farthest(found), find_free_edge(x, span)
    ratio, difference = _draw_courses(span, found, confidence)
    layout = build_base_layout(theme, height=HEIGHT, margin=MARGIN)
    layout |= {
        "hovermode": "x",
        "xaxis": titled_biomarker_axis(span, theme) | {"anchor": "y2"},
        "yaxis": build_hazard_ratio_axis(reach, theme, domain=[RATIOS_FROM, 1.0]),
        "yaxis2": _build_points_axis(farthest, theme),
        "shapes": [
            no_effect(theme),
            no_effect(theme) | {"yref": "y2", "y0": 0, "y1": 0},
            *(_draw_overall(course, theme) for course in (ratio, difference) if course.overall is not None),
        ],
        "annotations": [
            *label_favours(names, reach, theme, side=edge),
            *_label_favours_below(names, farthest, theme, side=edge),
            *_build_overall_names(found, ratio, difference, theme),
        ],
        "uirevision": f"windows-{found.design}",
    }
    return {
        "data": [part for course in (ratio, difference) for part in _draw_traces(x, course, theme)],
        "layout": layout,
    }


def _find_shown(found: EffectInWindows) -> Numbers:
    return np.append(found.hazard_ratio, found.overall_hazard_ratio)


def _find_farthest(found: EffectInWindows) -> float:
    """Half the height of the axis of differences, a share: the estimates fit, and most of the bands."""
    known = np.abs(found.difference[np.isfinite(found.difference)])
    return min(max(MIN_POINTS, 1.7 * float(known.max(initial=0.0))), 1.0)


def _draw_courses(span: BiomarkerSpan, found: EffectInWindows, confidence: float) -> tuple[_Course, _Course]:
    ratios = (found.hazard_ratio, found.hazard_ratio_lower, found.hazard_ratio_upper)
    differences = (found.difference, found.difference_lower, found.difference_upper)
    windows = [_draw_window(span, found, k) for k in range(found.n.size)]
    told = (
        [f"hazard ratio {describe_ratio_in_window(ratios, k, confidence)}" for k in range(found.n.size)],
        [
            f"difference {describe_difference_in_window(differences, k, confidence)}"
            for k in range(found.n.size)
        ],
    )
    hovers = [[f"{window}<br>{text}" for window, text in zip(windows, texts, strict=True)] for texts in told]
    value, lower, upper = (_clip(part) for part in ratios)
    return (
        _Course(value, lower, upper, found.overall_hazard_ratio, "y", hovers[0]),
        _Course(*differences, found.overall_difference, "y2", hovers[1]),
    )


def _clip(ratios: Numbers) -> Numbers:
    return np.asarray(clip_ratios(ratios))


def _draw_window(span: BiomarkerSpan, found: EffectInWindows, k: int) -> str:
    low = format_bare_value(span.biomarker, float(found.low[k]))
    high = escape(format_biomarker_value(span.biomarker, float(found.high[k])))
    counted = (
        f"{format_participants(int(found.n[k]))} participants, "
        f"{format_participants(int(found.events[k]))} events"
    )
    return f"<b>{low} to {high}</b><br>{counted}"


def _draw_traces(x: list[float], course: _Course, theme: Theme) -> list[Figure]:
    outline_x, outline_y = band(x, course.lower, course.upper)
    line_x, line_y = line(x, course.value)
    outline = {
        "type": "scatter",
        "x": outline_x,
        "y": outline_y,
        "yaxis": course.scale,
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": theme.accent_band,
        "hoverinfo": "skip",
    }
    windows = {
        "type": "scatter",
        "x": line_x,
        "y": line_y,
        "yaxis": course.scale,
        "hovertext": course.hover,
        "mode": "lines+markers",
        "line": {"color": theme.accent, "width": 2},
        "marker": {"size": 6, "color": theme.accent},
        "hoverinfo": "text",  # a template would have the bare position under the axis as well
    }
    return [outline, windows]


def _build_points_axis(farthest: float, theme: Theme) -> Figure:
    step = next((size for size in (0.1, 0.2, 0.25) if farthest / size < 3), 0.5)
    ticks = [k * step for k in range(-int(farthest / step), int(farthest / step) + 1)]
    return build_axis(
        theme,
        domain=[0.0, DIFFERENCES_TO],
        range=[-farthest, farthest],
        tickmode="array",
        tickvals=ticks,
        ticktext=[format_number(100 * tick, 0, signed=True) for tick in ticks],
        showgrid=True,
        gridcolor=theme.grid,
        title={"text": "points", "font": {"size": 11.5, "color": theme.quiet}, "standoff": 4},
    )


def _draw_overall(course: _Course, theme: Theme) -> Figure:
    height = course.overall
    dashed = {"color": theme.quiet, "width": 1.5, "dash": "dash"}
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": course.scale,
        "y0": height,
        "y1": height,
        "line": dashed,
    }


def _build_overall_names(
    found: EffectInWindows, ratio: _Course, difference: _Course, theme: Theme
) -> list[Figure]:
    """The overall effect at the right end of its line, on the side away from no effect."""
    told = [
        (
            f"overall {format_hazard_ratio(found.overall_hazard_ratio)}",
            ratio,
            float(np.log10(found.overall_hazard_ratio)),
        )
    ]
    if found.overall_difference is not None:
        told.append(
            (
                f"overall {format_points(found.overall_difference, signed=True)}",
                difference,
                found.overall_difference,
            )
        )
    return [
        {
            "text": text,
            "x": 1.0,
            "xref": "paper",
            "xanchor": "right",
            "y": height,
            "yref": course.scale,
            "yanchor": "bottom" if height > 0 else "top",
            "showarrow": False,
            "bgcolor": theme.veil,
            "font": {"size": 11, "color": theme.quiet},
        }
        for text, course, height in told
    ]


def _label_favours_below(names: ArmNames, farthest: float, theme: Theme, *, side: Edge) -> list[Figure]:
    """On the picture of differences more is better for the treated arm: the arrows change places."""
    other_way = label_favours(
        replace(names, treated=names.control, control=names.treated), 10.0**farthest, theme, side=side
    )
    return [note | {"yref": "y2"} for note in other_way]


@dataclass(frozen=True, eq=False, slots=True)
class WindowsView:
    """The windows of one design, or why there are none, and what is needed to name and place them."""

    found: EffectInWindows | NotEstimable
    design: Design
    span: BiomarkerSpan
    names: ArmNames
    endpoint: Endpoint
    horizon: str
    confidence: float


def windows_panel(design: Design) -> SteppedPanel[WindowsView]:
    """The panel of one design of windows; the arms are drawn anew for it some thousand times."""

    def compute(trial: Trial, selection: Selection, step: int) -> WindowsView | None:
        chosen, span = resolve(trial, selection), biomarker_span(trial, selection)
        if span is None:
            return None
        endpoint, horizon = resolve_endpoint(trial, selection)
        return WindowsView(
            _with_something_known(effect_in_windows(trial, selection, design, share=step)),
            design,
            span,
            format_arm_names(trial, selection),
            endpoint,
            format_span_end(convert_time(horizon, endpoint.unit, chosen.unit), chosen.unit),
            chosen.confidence,
        )

    return SteppedPanel(
        f"windows-{design}",
        SHARES,
        among_few_enough(compute, "The effect in windows along the biomarker"),
        _explain,
        _draw,
        HEIGHT,
        moves_with_thresholds=False,
        along_biomarker=MARGIN,
    )


def _with_something_known(found: EffectInWindows | NotEstimable) -> EffectInWindows | NotEstimable:
    if isinstance(found, NotEstimable) or np.isfinite(found.hazard_ratio).any():
        return found
    return NotEstimable("In no window can the hazard ratio be estimated.")


def _explain(answer: WindowsView) -> Explanation:
    biomarker = answer.span.biomarker
    if isinstance(answer.found, NotEstimable):
        return Explanation(title(answer.design, biomarker), "", "")
    return describe_effect_in_windows(
        biomarker,
        answer.found,
        endpoint=answer.endpoint,
        horizon=answer.horizon,
        confidence=answer.confidence,
    )


def _draw(answer: WindowsView, theme: Theme) -> Figure:
    if isinstance(answer.found, NotEstimable):
        raise CannotComputeError(answer.found.why)
    return draw_effect_in_windows(
        answer.span, answer.found, names=answer.names, theme=theme, confidence=answer.confidence
    )


SLIDING_WINDOWS, TAIL_WINDOWS = windows_panel("sliding"), windows_panel("tail")
