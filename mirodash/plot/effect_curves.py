"""Curves of the treatment effect as plotly traces: along the biomarker, and on both sides of thresholds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.curve_values import BiomarkerSpan, Side
from mirodash.plot.step_curves import stair, stair_band
from mirodash.plot.theme import (
    Figure,
    SideLook,
    Theme,
    base_layout,
    drawable,
    escaped,
    favours,
    free_edge,
    hazard_ratio_axis,
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


def reach_of_sides(sides: Sequence[Side]) -> float:
    """How far the axis of hazard ratios goes each way."""
    logs = np.log(np.concatenate([side.hazard_ratio for side in sides]))
    known = np.abs(logs[np.isfinite(logs)])
    return choose_reach(np.exp(np.quantile(known, [SEEN])) if known.size else np.ones(1))


def side_band(x: list[float], side: Side, look: SideLook) -> Figure:
    """The intervals of one side; where nothing is estimable there is a gap."""
    lower, upper = (np.where(np.isfinite(end), drawable(end), np.nan) for end in (side.lower, side.upper))
    xs, ys = stair_band(x, lower, upper)
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


def side_line(x: list[float], side: Side, look: SideLook, *, width: float) -> Figure:
    """The hazard ratio of one side, which stays until the next threshold; ``width`` in pixels."""
    xs, ys = stair(x, np.asarray(drawable(side.hazard_ratio)))
    return {
        "type": "scatter",
        "x": xs,
        "y": ys,
        "mode": "lines",
        "line": {"color": look.line, "width": width, "dash": look.dash},
        "hoverinfo": "skip",
    }


HEIGHT = 188
MARGIN = (48, 14, 24, 38)
"""Left, right, top, bottom in pixels; the handles on the picture are placed by them."""


def effect_curve(
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
    layout = base_layout(theme, height=HEIGHT, margin=MARGIN)
    layout |= {
        "hovermode": "x",
        "xaxis": titled_biomarker_axis(span, theme),
        "yaxis": hazard_ratio_axis(reach, theme),
        "shapes": [no_effect(theme)],
        "annotations": favours(names, reach, theme, side=free_edge(x, span)),
        "uirevision": "effect",
    }
    wider = [] if simultaneous is None else [_wider(x, simultaneous, theme)]
    data = [*wider, pointwise_band(x, curve, theme), _line(x, span.biomarker, curve, confidence, theme)]
    return {"data": [*data, _rug(span, values, reach, theme)], "layout": layout}


def pointwise_band(x: list[float], curve: EffectCurve, theme: Theme) -> Figure:
    """The interval at each value of the biomarker; ``x`` are the places of the curve's values on the axis."""
    return {
        "type": "scatter",
        "x": [*x, *x[::-1]],
        "y": [*drawable(curve.upper), *drawable(curve.lower)[::-1]],
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": theme.accent_band,
        "hoverinfo": "skip",
    }


def _wider(x: list[float], band: SimultaneousBand, theme: Theme) -> Figure:
    """The simultaneous band: quiet, with a dotted edge, so that the two are told apart without colour."""
    return {
        "type": "scatter",
        "x": [*x, *x[::-1], x[0]],
        "y": [*drawable(band.upper), *drawable(band.lower)[::-1], *drawable(band.upper[:1])],
        "mode": "lines",
        "line": {"color": theme.quiet, "width": 1, "dash": "dot"},
        "fill": "toself",
        "fillcolor": theme.quiet_band,
        "hoverinfo": "skip",
    }


def _line(
    x: list[float], biomarker: Biomarker, curve: EffectCurve, confidence: float, theme: Theme
) -> Figure:
    name, unit = escaped(biomarker.short), escaped(biomarker.unit)
    along = (curve.hazard_ratio.tolist(), curve.lower.tolist(), curve.upper.tolist())
    hover = [
        f"{name} {value} {unit}<br>hazard ratio {told}"
        for value, told in zip(
            format_quantities(curve.biomarker.tolist(), biomarker.decimals),
            format_hazard_ratios_with_intervals(*along, confidence),
            strict=True,
        )
    ]
    return {
        "type": "scatter",
        "x": x,
        "y": drawable(curve.hazard_ratio),
        "hovertext": hover,
        "mode": "lines",
        "line": {"color": theme.accent, "width": 2.5},
        "hoverinfo": "text",  # a template would have the bare position under the axis as well
    }


def _rug(span: BiomarkerSpan, values: NDArray[np.float64], reach: float, theme: Theme) -> Figure:
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
