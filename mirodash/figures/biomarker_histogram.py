"""How the biomarker is spread by arm, drawn to stand exactly above the threshold slider."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from mirodash.analysis.biomarker_distribution import BiomarkerDistribution
from mirodash.figures.biomarker_axis import axis_between
from mirodash.figures.text import escaped
from mirodash.figures.theme import Figure, Theme, base_layout
from mirodash.wording.arms import ArmNames
from mirodash.wording.numbers import quantity

HEIGHT = 92
SIDE = 12
"""Pixels left and right of the plot: the slider's track is inset by the same."""


def biomarker_histogram(
    result: BiomarkerDistribution, ends: tuple[float, float], names: ArmNames, theme: Theme
) -> Figure:
    """Draw both arms stacked, control below.

    Parameters
    ----------
    result : BiomarkerDistribution
        Counts by arm and bin.
    ends : tuple of float
        The axis from and to, in the biomarker's unit; the slider has the same.
    names : ArmNames
        What the arms are called.
    theme : Theme
        Colours by meaning.
    """
    log = result.scale == "log"
    layout = base_layout(theme, height=HEIGHT, margin=(SIDE, SIDE, 4, 20))
    layout |= {
        "barmode": "stack",
        "bargap": 0,
        "hovermode": "closest",
        "xaxis": _axis(result, ends, theme, log=log),
        "yaxis": {"visible": False, "fixedrange": True, "rangemode": "tozero"},
    }
    edges = np.log10(result.edges) if log else result.edges
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


def _axis(result: BiomarkerDistribution, ends: tuple[float, float], theme: Theme, *, log: bool) -> Figure:
    """The biomarker's axis in the slider's own units: bars on a log axis would need widths in logs anyway."""
    shown = axis_between(result.biomarker, ends, theme, log=log)
    if log:
        shown |= {"type": "linear", "tickvals": [math.log10(tick) for tick in shown["tickvals"]]}
    return shown | {"ticks": "", "showline": False, "ticklen": 0}
