"""The treatment effect as a function of the biomarker."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.curve_values import BiomarkerSpan
from mirodash.figures.biomarker_axis import titled_biomarker_axis
from mirodash.figures.hazard_ratio_axis import drawable, favours, free_edge, hazard_ratio_axis, no_effect
from mirodash.figures.text import escaped
from mirodash.figures.theme import Figure, Theme, base_layout
from mirodash.survival.results import EffectCurve, SimultaneousBand
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import hazard_ratios_with_intervals, quantities
from mirodash.text.ticks import reach_of
from mirodash.trial.dictionary import Biomarker

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
    reach = reach_of(curve.hazard_ratio)
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
            quantities(curve.biomarker.tolist(), biomarker.decimals),
            hazard_ratios_with_intervals(*along, confidence),
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
