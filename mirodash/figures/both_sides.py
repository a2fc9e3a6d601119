"""Hazard ratios on both sides of every threshold, drawn alike on a page and on stage."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mirodash.analysis.stretches import stair, stair_band
from mirodash.disclosure.curve_values import Side
from mirodash.figures.hazard_ratio_axis import drawable
from mirodash.figures.side_looks import SideLook
from mirodash.figures.theme import Figure
from mirodash.text.ticks import reach_of

SEEN = 0.9
"""The share of thresholds whose ratios set the axis; the outermost rest on a handful of participants."""


def reach_of_sides(sides: Sequence[Side]) -> float:
    """How far the axis of hazard ratios goes each way."""
    logs = np.log(np.concatenate([side.hazard_ratio for side in sides]))
    known = np.abs(logs[np.isfinite(logs)])
    return reach_of(np.exp(np.quantile(known, [SEEN])) if known.size else np.ones(1))


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
