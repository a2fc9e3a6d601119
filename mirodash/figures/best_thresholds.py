"""Where the best threshold lands when participants are drawn anew."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mirodash.disclosure.curve_values import BiomarkerSpan
from mirodash.figures.biomarker_axis import titled_biomarker_axis
from mirodash.figures.effect_curve import MARGIN
from mirodash.figures.text import escaped
from mirodash.figures.theme import Figure, Theme, axis, base_layout
from mirodash.survival.results import Numbers
from mirodash.wording.best_thresholds import middle
from mirodash.wording.biomarker_value import bare_value, biomarker_value
from mirodash.wording.numbers import percent

HEIGHT = 176
BINS = 48


def best_thresholds(span: BiomarkerSpan, best: Numbers, observed: float, theme: Theme) -> Figure:
    """Draw a histogram of the best thresholds.

    Parameters
    ----------
    span : BiomarkerSpan
        The axis.
    best : array (samples,)
        The best threshold of each sample, at least one.
    observed : float
        The best threshold of the trial itself.
    theme : Theme
        Colours by meaning.

    Returns
    -------
    dict
        A plotly figure: bars, a bracket over the middle 80 %, and a mark at the trial's own.
    """
    low, high = span.position(span.low), span.position(span.high)
    edges = np.linspace(low, high, BINS + 1)
    places = np.array([span.position(value) for value in best.tolist()])
    shares = np.histogram(places, edges)[0] / best.size
    top = float(shares.max())
    layout = base_layout(theme, height=HEIGHT, margin=MARGIN)
    layout |= {
        "bargap": 0,
        "hovermode": "closest",
        "xaxis": titled_biomarker_axis(span, theme),
        "yaxis": axis(
            theme,
            range=[0, 1.34 * top],
            tickmode="array",
            tickvals=[0, top],
            ticktext=["0", percent(top)],
        ),
        "shapes": _bracket(span, best, 1.12 * top, theme),
        "annotations": [_bracket_name(theme), _observed_name(span, observed, 1.2 * top, theme)],
        "uirevision": "best",
    }
    return {
        "data": [_bars(span, edges, shares, theme), _observed(span, observed, 1.2 * top, theme)],
        "layout": layout,
    }


def _bars(span: BiomarkerSpan, edges: Numbers, shares: Numbers, theme: Theme) -> Figure:
    ends = [bare_value(span.biomarker, _value(span, edge)) for edge in edges.tolist()]
    return {
        "type": "bar",
        "x": ((edges[:-1] + edges[1:]) / 2).tolist(),
        "y": shares.tolist(),
        "width": np.diff(edges).tolist(),
        "customdata": [
            f"{start} to {end} {escaped(span.biomarker.unit)}<br>{percent(share)} of samples"
            for (start, end), share in zip(pairwise(ends), shares.tolist(), strict=True)
        ],
        "marker": {"color": theme.accent, "opacity": 0.75, "line": {"width": 0}},
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _value(span: BiomarkerSpan, position: float) -> float:
    if span.scale == "linear":
        return position
    return min(max(10.0**position, span.low), span.high)


def _bracket(span: BiomarkerSpan, best: Numbers, height: float, theme: Theme) -> list[Figure]:
    """A line over the range that holds the middle 80 %, with its two ends."""
    left, right = (span.position(value) for value in middle(best))
    line = {"color": theme.ink, "width": 1.5}
    drawn = {"type": "line", "xref": "x", "yref": "y", "line": line}
    ends = [drawn | {"x0": x, "x1": x, "y0": 0.96 * height, "y1": 1.04 * height} for x in (left, right)]
    return [drawn | {"x0": left, "x1": right, "y0": height, "y1": height}, *ends]


def _bracket_name(theme: Theme) -> Figure:
    return {
        "text": "├┤ middle 80 % of samples",
        "x": 0.0,
        "xref": "paper",
        "xanchor": "left",
        "y": 1.0,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 3,
        "showarrow": False,
        "font": {"size": 11, "color": theme.quiet},
    }


def _observed(span: BiomarkerSpan, observed: float, height: float, theme: Theme) -> Figure:
    return {
        "type": "scatter",
        "x": [span.position(observed)],
        "y": [height],
        "mode": "markers",
        "marker": {"symbol": "triangle-down", "size": 11, "color": theme.ink},
        "hoverinfo": "skip",
    }


def _observed_name(span: BiomarkerSpan, observed: float, height: float, theme: Theme) -> Figure:
    where, low, high = (span.position(value) for value in (observed, span.low, span.high))
    to_left = where > low + 0.5 * (high - low)
    return {
        "text": f"this trial: {escaped(biomarker_value(span.biomarker, observed))}",
        "x": where,
        "xanchor": "right" if to_left else "left",
        "xshift": -9 if to_left else 9,
        "y": height,
        "yanchor": "middle",
        "yshift": 2,
        "showarrow": False,
        "bgcolor": theme.veil,
        "font": {"size": 12, "color": theme.ink},
    }
