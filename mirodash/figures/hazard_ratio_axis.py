"""The axis of a hazard ratio: as far down as up from no effect, with words for which way is better."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.curve_values import BiomarkerSpan
from mirodash.figures.text import escaped, short
from mirodash.figures.theme import Figure, Theme, axis
from mirodash.text.labels import ArmNames
from mirodash.text.ticks import RATIO_TICKS

Edge = Literal["left", "right"]

LONGEST_NAME = 30
"""Letters of an arm's name that fit beside the arrow."""


def drawable(ratios: NDArray[np.float64]) -> list[float]:
    """Far outside the picture a line is drawn at a thousandfold: larger numbers break the renderer."""
    return np.clip(ratios, 1e-3, 1e3).tolist()


def hazard_ratio_axis(reach: float, theme: Theme, **changes: Any) -> Figure:
    """A log axis of hazard ratios with few ticks; ``changes`` are plotly's own keys."""
    return axis(
        theme,
        type="log",
        range=[-math.log10(reach), math.log10(reach)],
        tickmode="array",
        tickvals=[ratio for ratio, _ in RATIO_TICKS],
        ticktext=[text for _, text in RATIO_TICKS],
        showgrid=True,
        gridcolor=theme.grid,
        title={"text": "hazard ratio", "font": {"size": 11.5, "color": theme.quiet}, "standoff": 4},
        **changes,
    )


def no_effect(theme: Theme) -> Figure:
    """The line at a hazard ratio of 1."""
    line = {"color": theme.ink, "width": 1}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": 1, "y1": 1, "line": line}


def favours(names: ArmNames, reach: float, theme: Theme, *, side: Edge = "left") -> list[Figure]:
    """Which way is better, said on the picture itself, at the edge where the lines leave room."""
    edge = math.log10(reach)
    ways = (("▲", names.control, edge, "top"), ("▼", names.treated, -edge, "bottom"))
    return [
        {
            "text": f"{arrow} favours {escaped(short(name, LONGEST_NAME))}",
            "x": 0.004 if side == "left" else 0.996,
            "xref": "paper",
            "xanchor": side,
            "y": height,
            "yref": "y",
            "yanchor": anchor,
            "yshift": 12 if anchor == "bottom" else 0,
            "showarrow": False,
            "bgcolor": theme.veil,
            "font": {"size": 11, "color": theme.quiet},
        }
        for arrow, name, height, anchor in ways
    ]


def free_edge(x: list[float], span: BiomarkerSpan) -> Edge:
    """The edge of the picture from which the lines are farther away."""
    if not x:
        return "left"
    to_left, to_right = min(x) - span.position(span.low), span.position(span.high) - max(x)
    return "right" if to_right > 2 * to_left else "left"
