"""How the biomarker is spread by arm, drawn to stand exactly above the threshold slider."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mirodash.analysis.biomarker_distribution import BiomarkerDistribution
from mirodash.disclosure.curve_values import BiomarkerSpan
from mirodash.figures.biomarker_axis import biomarker_axis
from mirodash.figures.text import escaped
from mirodash.figures.theme import Figure, Theme, base_layout
from mirodash.wording.arms import ArmNames
from mirodash.wording.numbers import quantity

HEIGHT = 92
SIDE = 12
"""Pixels left and right of the plot: the slider's track is inset by the same."""


def biomarker_histogram(
    span: BiomarkerSpan, result: BiomarkerDistribution, names: ArmNames, theme: Theme
) -> Figure:
    """Draw both arms stacked, control below.

    Parameters
    ----------
    span : BiomarkerSpan
        The axis; the slider has the same.
    result : BiomarkerDistribution
        Counts by arm and bin.
    names : ArmNames
        What the arms are called.
    theme : Theme
        Colours by meaning.
    """
    layout = base_layout(theme, height=HEIGHT, margin=(SIDE, SIDE, 4, 20))
    layout |= {
        "barmode": "stack",
        "bargap": 0,
        "hovermode": "closest",
        "xaxis": biomarker_axis(span, theme) | {"ticks": "", "showline": False, "ticklen": 0},
        "yaxis": {"visible": False, "fixedrange": True, "rangemode": "tozero"},
    }
    edges = np.array([_position(span, edge) for edge in result.edges.tolist()])
    places = [quantity(edge, result.biomarker.decimals) for edge in result.edges]
    bins = [f"{low} to {high}" for low, high in pairwise(places)]
    arms = ((names.control, result.control, theme.control), (names.treated, result.treated, theme.treated))
    data = [
        {
            "type": "bar",
            "x": ((edges[:-1] + edges[1:]) / 2).tolist(),
            "y": counts.tolist(),
            "width": (edges[1:] - edges[:-1]).tolist(),
            "customdata": bins,
            "marker": {"color": style.bar, "opacity": 0.85, "line": {"width": 0}},
            "hovertemplate": f"%{{customdata}}<br>{escaped(name)}: %{{y}}<extra></extra>",
        }
        for name, counts, style in arms
    ]
    return {"data": data, "layout": layout}


def _position(span: BiomarkerSpan, edge: float) -> float:
    """An edge on the axis; of nobody the edges mean nothing, and may have no logarithm."""
    return span.position(span.low if span.scale == "log" and edge <= 0 else edge)
