"""The treatment effect as a function of the biomarker, with the thresholds as lines on it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mirodash.figures.biomarker_axis import biomarker_axis
from mirodash.figures.text import escaped
from mirodash.figures.theme import Figure, Theme, axis, base_layout
from mirodash.survival.results import EffectCurve
from mirodash.trial.dictionary import Biomarker
from mirodash.wording.arms import ArmNames
from mirodash.wording.numbers import estimate_with_interval, quantity

HEIGHT = 216
_MARGIN = (48, 14, 24, 38)
_WIDEST = 8.0
"""Hazard ratios beyond eightfold are shown at the edge: the band there says nothing more."""

_RATIOS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_RATIO_NAMES = ("0.125", "0.25", "0.5", "1", "2", "4", "8")


def effect_curve(
    biomarker: Biomarker,
    curve: EffectCurve,
    values: NDArray[np.float64],
    *,
    thresholds: tuple[float, ...],
    names: ArmNames,
    theme: Theme,
    confidence: float,
) -> Figure:
    """Draw the hazard ratio against the biomarker.

    Parameters
    ----------
    biomarker, curve : Biomarker, EffectCurve
        What was measured, and the fitted effect along it.
    values : (participants,) float
        Everybody's biomarker, for the rug and the ends of the axis.
    thresholds : tuple of float
        Drawn as labelled vertical lines, in the biomarker's unit.
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
    log = curve.scale == "log"
    reach = _reach(curve)
    quiet = {"size": 11.5, "color": theme.quiet}
    layout = base_layout(theme, height=HEIGHT, margin=_MARGIN)
    layout |= {
        "hovermode": "x",
        "xaxis": biomarker_axis(biomarker, values, theme, log=log)
        | {"title": {"text": _axis_title(biomarker), "font": quiet, "standoff": 6}},
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
        "shapes": [_no_effect(theme), *(_threshold_line(c, theme) for c in thresholds)],
        "annotations": [
            _favours(f"▲ favours {escaped(names.control)}", math.log10(reach), "top", theme),
            _favours(f"▼ favours {escaped(names.treated)}", -math.log10(reach), "bottom", theme),
            *(_threshold_label(c, biomarker, log, theme) for c in thresholds),
        ],
        "uirevision": "effect",
    }
    data = [_band(curve, theme), _line(biomarker, curve, confidence, theme), _rug(values, reach, theme)]
    return {"data": data, "layout": layout}


def _reach(curve: EffectCurve) -> float:
    """How far the axis goes each way from no effect: symmetric on the log scale, at least fourfold."""
    farthest = float(np.exp(np.abs(np.log(curve.hazard_ratio)).max()) * 1.6)
    return min(max(farthest, 4.4), _WIDEST * 1.1)


def _drawable(ratios: NDArray[np.float64]) -> list[float]:
    """Far outside the picture a band is drawn at a thousandfold: larger numbers break the renderer."""
    return np.clip(ratios, 1e-3, 1e3).tolist()


def _band(curve: EffectCurve, theme: Theme) -> Figure:
    return {
        "type": "scatter",
        "x": [*curve.biomarker.tolist(), *curve.biomarker[::-1].tolist()],
        "y": [*_drawable(curve.upper), *_drawable(curve.lower)[::-1]],
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": theme.accent_band,
        "hoverinfo": "skip",
    }


def _line(biomarker: Biomarker, curve: EffectCurve, confidence: float, theme: Theme) -> Figure:
    hover = [
        f"{quantity(x, biomarker.decimals)} {escaped(biomarker.unit)}<br>"
        f"hazard ratio {estimate_with_interval(ratio, (low, high), confidence)}"
        for x, ratio, low, high in zip(
            curve.biomarker, curve.hazard_ratio, curve.lower, curve.upper, strict=True
        )
    ]
    return {
        "type": "scatter",
        "x": curve.biomarker.tolist(),
        "y": _drawable(curve.hazard_ratio),
        "customdata": hover,
        "mode": "lines",
        "line": {"color": theme.accent, "width": 2.5},
        "hovertemplate": f"{escaped(biomarker.short)} %{{customdata}}<extra></extra>",
    }


def _rug(values: NDArray[np.float64], reach: float, theme: Theme) -> Figure:
    shown = values if values.size <= 600 else np.quantile(values, np.linspace(0, 1, 600))
    return {
        "type": "scatter",
        "x": shown.tolist(),
        "y": [1.09 / reach] * len(shown),
        "mode": "markers",
        "marker": {"symbol": "line-ns-open", "size": 7, "color": theme.quiet, "line": {"width": 0.8}},
        "opacity": 0.6,
        "hoverinfo": "skip",
    }


def _no_effect(theme: Theme) -> Figure:
    line = {"color": theme.ink, "width": 1}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": 1, "y1": 1, "line": line}


def _threshold_line(threshold: float, theme: Theme) -> Figure:
    line = {"color": theme.accent, "width": 1.75}
    ends = {"x0": threshold, "x1": threshold, "y0": 0, "y1": 1}
    return {"type": "line", "xref": "x", "yref": "paper", "line": line, **ends}


def _threshold_label(threshold: float, biomarker: Biomarker, log: bool, theme: Theme) -> Figure:
    return {
        "text": f"<b>{quantity(threshold, biomarker.decimals)}</b>",
        "x": math.log10(threshold) if log else threshold,
        "xref": "x",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "bgcolor": theme.accent,
        "borderpad": 3,
        "font": {"size": 11.5, "color": theme.on_accent},
    }


def _favours(text: str, height: float, anchor: str, theme: Theme) -> Figure:
    """Which way is better, said on the picture itself."""
    return {
        "text": text,
        "x": 0.004,
        "xref": "paper",
        "xanchor": "left",
        "y": height,
        "yref": "y",
        "yanchor": anchor,
        "yshift": 12 if anchor == "bottom" else 0,
        "showarrow": False,
        "font": {"size": 11, "color": theme.quiet},
    }


def _axis_title(biomarker: Biomarker) -> str:
    return escaped(f"{biomarker.label}, {biomarker.unit}" if biomarker.unit else biomarker.label)
