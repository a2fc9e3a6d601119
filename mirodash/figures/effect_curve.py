"""The treatment effect as a function of the biomarker."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mirodash.analysis.biomarker_span import BiomarkerSpan
from mirodash.figures.biomarker_axis import biomarker_axis
from mirodash.figures.text import escaped, short
from mirodash.figures.theme import Figure, Theme, axis, base_layout
from mirodash.survival.results import EffectCurve
from mirodash.trial.dictionary import Biomarker
from mirodash.wording.arms import ArmNames
from mirodash.wording.numbers import estimate_with_interval, quantity

HEIGHT = 188
MARGIN = (48, 14, 24, 38)
"""Left, right, top, bottom in pixels; the handles on the picture are placed by them."""

LONGEST_NAME = 30
"""Letters of an arm's name that fit beside the arrow."""

_WIDEST = 8.0
"""Hazard ratios beyond eightfold are shown at the edge: the band there says nothing more."""

_RATIOS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_RATIO_NAMES = ("0.125", "0.25", "0.5", "1", "2", "4", "8")


def effect_curve(
    span: BiomarkerSpan,
    curve: EffectCurve,
    values: NDArray[np.float64],
    *,
    names: ArmNames,
    theme: Theme,
    confidence: float,
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

    Returns
    -------
    dict
        A plotly figure with a band, the curve, a no-effect line and a rug of participants.
    """
    reach = _reach(curve)
    quiet = {"size": 11.5, "color": theme.quiet}
    layout = base_layout(theme, height=HEIGHT, margin=MARGIN)
    layout |= {
        "hovermode": "x",
        "xaxis": biomarker_axis(span, theme)
        | {"title": {"text": _axis_title(span.biomarker), "font": quiet, "standoff": 6}},
        "yaxis": axis(
            theme,
            type="log",
            range=[-math.log10(reach), math.log10(reach)],
            tickmode="array",
            tickvals=_RATIOS,
            ticktext=_RATIO_NAMES,
            showgrid=True,
            gridcolor=theme.grid,
            title={"text": "hazard ratio", "font": quiet, "standoff": 4},
        ),
        "shapes": [_no_effect(theme)],
        "annotations": [
            _favours("▲", names.control, math.log10(reach), "top", theme),
            _favours("▼", names.treated, -math.log10(reach), "bottom", theme),
        ],
        "uirevision": "effect",
    }
    x = [span.position(value) for value in curve.biomarker.tolist()]
    data = [_band(x, curve, theme), _line(x, span.biomarker, curve, confidence, theme)]
    return {"data": [*data, _rug(span, values, reach, theme)], "layout": layout}


def _reach(curve: EffectCurve) -> float:
    """How far the axis goes each way from no effect: symmetric on the log scale, at least fourfold."""
    farthest = float(np.exp(np.abs(np.log(curve.hazard_ratio)).max()) * 1.6)
    return min(max(farthest, 4.4), _WIDEST * 1.1)


def _drawable(ratios: NDArray[np.float64]) -> list[float]:
    """Far outside the picture a band is drawn at a thousandfold: larger numbers break the renderer."""
    return np.clip(ratios, 1e-3, 1e3).tolist()


def _band(x: list[float], curve: EffectCurve, theme: Theme) -> Figure:
    return {
        "type": "scatter",
        "x": [*x, *x[::-1]],
        "y": [*_drawable(curve.upper), *_drawable(curve.lower)[::-1]],
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": theme.accent_band,
        "hoverinfo": "skip",
    }


def _line(
    x: list[float], biomarker: Biomarker, curve: EffectCurve, confidence: float, theme: Theme
) -> Figure:
    hover = [
        f"{quantity(value, biomarker.decimals)} {escaped(biomarker.unit)}<br>"
        f"hazard ratio {estimate_with_interval(ratio, (low, high), confidence)}"
        for value, ratio, low, high in zip(
            curve.biomarker, curve.hazard_ratio, curve.lower, curve.upper, strict=True
        )
    ]
    return {
        "type": "scatter",
        "x": x,
        "y": _drawable(curve.hazard_ratio),
        "customdata": hover,
        "mode": "lines",
        "line": {"color": theme.accent, "width": 2.5},
        "hovertemplate": f"{escaped(biomarker.short)} %{{customdata}}<extra></extra>",
    }


def _rug(span: BiomarkerSpan, values: NDArray[np.float64], reach: float, theme: Theme) -> Figure:
    shown = values if values.size <= 600 else np.quantile(values, np.linspace(0, 1, 600))
    return {
        "type": "scatter",
        "x": [span.position(value) for value in shown.tolist()],
        "y": [1.09 / reach] * len(shown),
        "mode": "markers",
        "marker": {"symbol": "line-ns-open", "size": 7, "color": theme.quiet, "line": {"width": 0.8}},
        "opacity": 0.6,
        "hoverinfo": "skip",
    }


def _no_effect(theme: Theme) -> Figure:
    line = {"color": theme.ink, "width": 1}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": 1, "y1": 1, "line": line}


def _favours(arrow: str, name: str, height: float, anchor: str, theme: Theme) -> Figure:
    """Which way is better, said on the picture itself."""
    return {
        "text": f"{arrow} favours {escaped(short(name, LONGEST_NAME))}",
        "x": 0.004,
        "xref": "paper",
        "xanchor": "left",
        "y": height,
        "yref": "y",
        "yanchor": anchor,
        "yshift": 12 if anchor == "bottom" else 0,
        "showarrow": False,
        "bgcolor": theme.veil,
        "font": {"size": 11, "color": theme.quiet},
    }


def _axis_title(biomarker: Biomarker) -> str:
    return escaped(f"{biomarker.label}, {biomarker.unit}" if biomarker.unit else biomarker.label)
