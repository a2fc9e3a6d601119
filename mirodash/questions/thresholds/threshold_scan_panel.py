"""Figure and panel of the threshold scan."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.curve_values import BiomarkerSpan, Side, biomarker_span, threshold_sides
from mirodash.errors import CannotComputeError
from mirodash.plot.effect_curves import MARGIN, draw_side_band, draw_side_line, find_reach_of_sides
from mirodash.plot.step_curves import build_step_path
from mirodash.plot.theme import (
    Edge,
    Figure,
    SideStyle,
    Theme,
    build_axis,
    build_base_layout,
    build_hazard_ratio_axis,
    build_side_names,
    choose_side_styles,
    draw_side_sample,
    escape,
    format_participants,
    label_favours,
    no_effect,
    titled_biomarker_axis,
)
from mirodash.questions.panel import Panel, among_few_enough
from mirodash.questions.thresholds.threshold_scan import TITLE, describe_threshold_scan
from mirodash.questions.thresholds.threshold_scan import threshold_scan as scanned
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import resolve, resolve_endpoint
from mirodash.survival.results import NotEstimable, Numbers, ThresholdScan
from mirodash.text.facts import Explanation
from mirodash.text.labels import ArmNames, format_arm_names
from mirodash.text.numbers import count, estimate_with_interval, format_biomarker_value
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.trial import Trial

HEIGHT = 320
RATIOS_FROM = 0.37
COUNTS_TO = 0.25
"""Shares of the height: ratios above, counts below."""


def threshold_scan(
    span: BiomarkerSpan,
    thresholds: Numbers,
    sides: tuple[Side, Side],
    *,
    names: ArmNames,
    endpoint: Endpoint,
    theme: Theme,
    confidence: float,
    equal_above: bool = False,
) -> Figure:
    """Draw what a threshold anywhere would show; the reader's own thresholds are handles that lie on it.

    Parameters
    ----------
    span : BiomarkerSpan
        The axis.
    thresholds : array (thresholds,)
        Ascending, in the biomarker's unit.
    sides : (Side, Side)
        Below and above, with their intervals.
    names : ArmNames
        For the words at the edges.
    endpoint : Endpoint
        What its events are called.
    theme : Theme
        Colours by meaning.
    confidence : float
        Of the bands.
    equal_above : bool
        Whether a value equal to a threshold is above it.

    Returns
    -------
    dict
        A plotly figure: two lines with bands on a log axis, and the counts under them.
    """
    looks = choose_side_styles(theme, equal_above=equal_above)
    x = [span.position(value) for value in thresholds.tolist()]
    reach, roomier = find_reach_of_sides(sides), _find_roomier_edge(x, sides)
    layout = build_base_layout(theme, height=HEIGHT, margin=MARGIN)
    layout |= {
        "hovermode": "x",
        "xaxis": titled_biomarker_axis(span, theme) | {"anchor": "y2"},
        "yaxis": build_hazard_ratio_axis(reach, theme, name=names.ratio, domain=[RATIOS_FROM, 1.0]),
        "yaxis2": _build_counts_axis(sides, theme),
        "shapes": [no_effect(theme), *(draw_side_sample(look) for look in looks)],
        "annotations": [
            *label_favours(names, reach, theme, side=roomier),
            *build_side_names(looks),
            *_count_labels(sides, endpoint.plural, theme, at=roomier),
        ],
        "uirevision": "scan",
    }
    data = [draw_side_band(x, side, look) for side, look in zip(sides, looks, strict=True)]
    data += [draw_side_line(x, side, look, width=look.width) for side, look in zip(sides, looks, strict=True)]
    for side, look in zip(sides, looks, strict=True):
        data += [_count(x, side.events, look, filled=True), _count(x, side.n, look, filled=False)]
    told = [
        [
            _list_suppressed(look.name, side, k, endpoint, confidence=confidence)
            for look, side in zip(looks, sides, strict=True)
        ]
        for k in range(len(x))
    ]
    return {"data": [*data, _build_hover(span, x, thresholds, told, names)], "layout": layout}


def _count(x: list[float], numbers: NDArray[np.int64], look: SideStyle, *, filled: bool) -> Figure:
    # a count that is not told leaves a gap
    xs, ys = build_step_path(x, np.where(numbers < 0, np.nan, numbers.astype(np.float64)))
    drawn: Figure = {
        "type": "scatter",
        "x": xs,
        "y": ys,
        "yaxis": "y2",
        "mode": "lines",
        "line": {"color": look.line, "width": 1.0 if filled else 1.8, "dash": look.dash},
        "hoverinfo": "skip",
    }
    return drawn | ({"fill": "tozeroy", "fillcolor": look.band} if filled else {})


def _build_counts_axis(sides: tuple[Side, Side], theme: Theme) -> Figure:
    below, above = sides
    total = int((below.n + above.n).max(initial=1))
    return build_axis(
        theme,
        domain=[0.0, COUNTS_TO],
        range=[0, total * 1.06],
        tickmode="array",
        tickvals=[0, total],
        ticktext=["0", count(total)],
        title={"text": "participants", "font": {"size": 11.5, "color": theme.quiet}, "standoff": 4},
    )


def _find_roomier_edge(x: list[float], sides: tuple[Side, Side]) -> Edge:
    """The end at which one side holds nearly everybody over the longer stretch of the axis."""
    below, above = sides
    everybody = int((below.n + above.n).max(initial=1))
    nearly = 0.9 * everybody
    left = [place for place, n in zip(x, above.n, strict=True) if n >= nearly]
    right = [place for place, n in zip(x, below.n, strict=True) if n >= nearly]
    widths = [max(part) - min(part) if part else 0.0 for part in (left, right)]
    return "left" if widths[0] >= widths[1] else "right"


def _count_labels(sides: tuple[Side, Side], events: str, theme: Theme, *, at: Edge) -> list[Figure]:
    """Participants and events named at the end where one side has them all, on that side's lines."""
    below, above = sides
    side, k = (above, 0) if at == "left" else (below, -1)
    return [
        {
            "text": text,
            "x": 0.004 if at == "left" else 0.996,
            "xref": "paper",
            "xanchor": at,
            "y": max(float(numbers[k]), 0.0),
            "yref": "y2",
            "yanchor": "top",
            "showarrow": False,
            "font": {"size": 11, "color": theme.quiet},
        }
        for numbers, text in ((side.n, "participants"), (side.events, escape(events)))
    ]


def _build_hover(
    span: BiomarkerSpan, x: list[float], thresholds: Numbers, told: list[list[str]], names: ArmNames
) -> Figure:
    """One text for each threshold, on a line that is not seen."""
    places = [escape(format_biomarker_value(span.biomarker, value)) for value in thresholds.tolist()]
    return {
        "type": "scatter",
        "x": x,
        "y": [1.0] * len(x),
        "hovertext": [
            f"<b>{place}</b>: {names.ratio}<br>{'<br>'.join(lines)}"
            for place, lines in zip(places, told, strict=True)
        ],
        "mode": "lines",
        "line": {"width": 0},
        "hoverinfo": "text",  # a template would have the bare position under the axis as well
    }


def _list_suppressed(name: str, side: Side, k: int, endpoint: Endpoint, *, confidence: float) -> str:
    events = endpoint.singular if side.events[k] == 1 else endpoint.plural
    counted = (
        f"{format_participants(int(side.events[k]))} {escape(events)} of "
        f"{format_participants(int(side.n[k]))}"
    )
    ratio = float(side.hazard_ratio[k])
    if not math.isfinite(ratio):
        return f"{name}: not estimable<br>{counted}"
    ends = (float(side.lower[k]), float(side.upper[k]))
    return f"{name}: {estimate_with_interval(ratio, ends, confidence)}<br>{counted}"


@dataclass(frozen=True, eq=False, slots=True)
class ScanView:
    """Every threshold with both its sides, and the axis."""

    scan: ThresholdScan
    sides: tuple[Side, Side]
    span: BiomarkerSpan
    names: ArmNames
    endpoint: Endpoint
    confidence: float


def _compute(trial: Trial, selection: Selection) -> ScanView | NotEstimable:
    scan, span = scanned(trial, selection), biomarker_span(trial, selection)
    if isinstance(scan, NotEstimable):
        return scan
    chosen = resolve(trial, selection)
    endpoint, _ = resolve_endpoint(trial, selection)
    if span is None:
        return NotEstimable("No participant has this biomarker.")
    sides = threshold_sides(scan, chosen.confidence)
    if not any(np.isfinite(side.hazard_ratio).any() for side in sides):
        return NotEstimable("At no threshold can a hazard ratio be estimated on either side.")
    return ScanView(scan, sides, span, format_arm_names(trial, selection), endpoint, chosen.confidence)


def _explain(answer: ScanView | NotEstimable) -> Explanation:
    if isinstance(answer, NotEstimable):
        return Explanation(TITLE, "", "")
    return describe_threshold_scan(
        answer.span.biomarker,
        answer.scan,
        answer.sides,
        events=answer.endpoint.plural,
        names=answer.names,
        confidence=answer.confidence,
    )


def _draw(answer: ScanView | NotEstimable, theme: Theme) -> Figure:
    if isinstance(answer, NotEstimable):
        raise CannotComputeError(answer.why)
    return threshold_scan(
        answer.span,
        answer.scan.thresholds,
        answer.sides,
        names=answer.names,
        endpoint=answer.endpoint,
        theme=theme,
        confidence=answer.confidence,
        equal_above=answer.scan.equal_above,
    )


THRESHOLD_SCAN = Panel(
    "threshold-scan",
    among_few_enough(_compute, "The hazard ratio at every threshold"),
    _explain,
    _draw,
    HEIGHT,
    moves_with_thresholds=False,
    along_biomarker=MARGIN,
)
