"""Curves of the treatment effect as plotly traces: along the biomarker, and on both sides of thresholds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.curve_values import BiomarkerSpan, Side
from mirodash.plot.step_curves import build_step_band, build_step_path
from mirodash.plot.theme import (
    Figure,
    SideStyle,
    Theme,
    build_base_layout,
    build_hazard_ratio_axis,
    clip_ratios,
    escape,
    find_free_corners,
    find_free_edge,
    label_favours,
    no_effect,
    titled_biomarker_axis,
)
from mirodash.survival.results import EffectCurve, SimultaneousBand
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import format_hazard_ratios_with_intervals, format_quantities
from mirodash.text.ticks import choose_reach
from mirodash.trial.dictionary import Biomarker

SEEN = 0.9
"""The share of thresholds whose ratios set the axis; the outermost rest on a handful of participants."""


def find_reach_of_sides(sides: Sequence[Side]) -> float:
    """How far the axis of hazard ratios goes each way."""
    logs = np.log(np.concatenate([side.hazard_ratio for side in sides]))
    known = np.abs(logs[np.isfinite(logs)])
    return choose_reach(np.exp(np.quantile(known, [SEEN])) if known.size else np.ones(1))


def draw_side_band(x: list[float], side: Side, look: SideStyle) -> Figure:
    """The intervals of one side; where nothing is estimable there is a gap."""
    lower, upper = (np.where(np.isfinite(end), clip_ratios(end), np.nan) for end in (side.lower, side.upper))
    xs, ys = build_step_band(x, lower, upper)
    return {
        "type": "scatter",
        "x": xs,
        "y": ys,
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": look.band,
        "hoverinfo": "skip",
    }


def draw_side_line(x: list[float], side: Side, look: SideStyle, *, width: float) -> Figure:
    """The hazard ratio of one side, which stays until the next threshold; ``width`` in pixels."""
    xs, ys = build_step_path(x, np.asarray(clip_ratios(side.hazard_ratio)))
    return {
        "type": "scatter",
        "x": xs,
        "y": ys,
        "mode": "lines",
        "line": {"color": look.line, "width": width, "dash": look.dash},
        "hoverinfo": "skip",
    }


HEIGHT = 212
MARGIN = (48, 14, 24, 38)
"""Left, right, top, bottom in pixels; the handles on the picture are placed by them."""


def draw_effect_curve(
    span: BiomarkerSpan,
    curve: EffectCurve,
    values: NDArray[np.float64],
    *,
    names: ArmNames,
    theme: Theme,
    confidence: float,
    simultaneous: SimultaneousBand | None = None,
) -> Figure:
    """Draw the hazard ratio against the biomarker.

    The thresholds are not part of the figure: they are handles that lie on it, so that dragging one
    does not draw the curve again.

    Parameters
    ----------
    span, curve : BiomarkerSpan, EffectCurve
        The axis, and the fitted effect along it.
    values : (participants,) float
        Everybody's biomarker, for the rug.
    names : ArmNames
        For the words at the edges: which way favours which arm.
    theme : Theme
        Colours by meaning.
    confidence : float
        Of the band.
    simultaneous : SimultaneousBand, optional
        A wider band behind the other, for the curve as a whole; its edges are drawn.

    Returns
    -------
    dict
        A plotly figure with a band, the curve, a no-effect line and a rug of participants.
    """
    reach = choose_reach(curve.hazard_ratio)
    x = span.positions(curve.biomarker.tolist())
    layout = build_base_layout(theme, height=HEIGHT, margin=MARGIN)
    layout |= {
        "hovermode": False,
        "meta": {"crosshair": True},
        "xaxis": titled_biomarker_axis(span, theme),
        "yaxis": build_hazard_ratio_axis(reach, theme, name=names.ratio),
        "shapes": [no_effect(theme)],
        "annotations": label_favours(
            names, reach, theme, side=find_free_corners(curve.hazard_ratio, find_free_edge(x, span))
        ),
        "uirevision": "effect",
    }
    wider = [] if simultaneous is None else [_draw_simultaneous_band(x, simultaneous, theme)]
    data = [
        *wider,
        draw_pointwise_band(x, curve, theme),
        _draw_line(x, span.biomarker, curve, confidence, theme, ratio=names.ratio),
    ]
    return {"data": [*data, _draw_rug(span, values, reach, theme)], "layout": layout}


def draw_pointwise_band(x: list[float], curve: EffectCurve, theme: Theme) -> Figure:
    """The interval at each value of the biomarker; ``x`` are the places of the curve's values on the axis."""
    return {
        "type": "scatter",
        "x": [*x, *x[::-1]],
        "y": [*clip_ratios(curve.upper), *clip_ratios(curve.lower)[::-1]],
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": theme.accent_band,
        "hoverinfo": "skip",
    }


def _draw_simultaneous_band(x: list[float], band: SimultaneousBand, theme: Theme) -> Figure:
    """The simultaneous band: quiet, with a dotted edge, so that the two are told apart without colour."""
    return {
        "type": "scatter",
        "x": [*x, *x[::-1], x[0]],
        "y": [*clip_ratios(band.upper), *clip_ratios(band.lower)[::-1], *clip_ratios(band.upper[:1])],
        "mode": "lines",
        "line": {"color": theme.quiet, "width": 1, "dash": "dot"},
        "fill": "toself",
        "fillcolor": theme.quiet_band,
        "hoverinfo": "skip",
    }


def _draw_line(
    x: list[float],
    biomarker: Biomarker,
    curve: EffectCurve,
    confidence: float,
    theme: Theme,
    *,
    ratio: str,
) -> Figure:
    name, unit = escape(biomarker.short), escape(biomarker.unit)
    along = (curve.hazard_ratio.tolist(), curve.lower.tolist(), curve.upper.tolist())
    hover = [
        f"{name} {value} {unit}<br>{ratio} {told}"
        for value, told in zip(
            format_quantities(curve.biomarker.tolist(), biomarker.decimals),
            format_hazard_ratios_with_intervals(*along, confidence),
            strict=True,
        )
    ]
    return {
        "type": "scatter",
        "x": x,
        "y": clip_ratios(curve.hazard_ratio),
        "hovertext": hover,
        "mode": "lines",
        "line": {"color": theme.accent, "width": 2.5},
        "hoverinfo": "text",  # a template would have the bare position under the axis as well
    }


def _draw_rug(span: BiomarkerSpan, values: NDArray[np.float64], reach: float, theme: Theme) -> Figure:
    shown = values if values.size <= 600 else np.quantile(values, np.linspace(0, 1, 600))
    return {
        "type": "scatter",
        "x": span.positions(shown.tolist()),
        "y": [1.09 / reach] * len(shown),
        "mode": "markers",
        "marker": {"symbol": "line-ns-open", "size": 7, "color": theme.quiet, "line": {"width": 0.8}},
        "opacity": 0.6,
        "hoverinfo": "skip",
    }
